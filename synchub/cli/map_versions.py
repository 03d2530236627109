"""The commands between an edit of mapping files and its effect: preview, impact, and map diff, activate, rollback, log.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from synchub.cli.face import Face
from synchub.cli.failures import BAD_NEWS
from synchub.cli.opening import opened
from synchub.cli.output import Output
from synchub.cli.words import moment, say
from synchub.cli.work import SHOW_PERSONAL
from synchub.errors import UserError

if TYPE_CHECKING:
    from synchub.cli.lens import Lens
    from synchub.engine.impact import Impact
    from synchub.hub.hub import Hub

ROLES: Final = ("ops", "owner", "viewer")
YES: Final = "--yes"


def preview(
    context: typer.Context,
    mapping: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.mapping"), help=say("help.preview.mapping"))
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=1, max=1000, metavar="N", help=say("help.preview.sample"))
    ] = 20,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ops|owner|viewer", help=say("help.preview.role"))
    ] = None,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """How the mapping files read real rows, and what they would write."""
    from synchub.cli.preview_tables import document, show

    face: Face = context.obj
    if role is not None and role not in ROLES:
        raise UserError("cli.bad_role", role=role, known=", ".join(ROLES))
    with opened(face) as hub:
        found = hub.mapping_files.preview(mapping, sample)
    Output(face.json).show(
        lambda: document(found, role, personal=show_personal),
        lambda: show(found, role, personal=show_personal),
    )
    return 0


def impact(
    context: typer.Context,
    between: Annotated[
        str, typer.Argument(metavar=say("help.metavar.between"), help=say("help.impact.between"))
    ] = "..",
    system: Annotated[
        list[str] | None, typer.Option("--system", metavar=say("help.metavar.name"), help=say("help.system"))
    ] = None,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """What an edit of the mapping files would change."""
    from synchub.cli import impact_tables
    from synchub.cli.progress import standing_still

    face: Face = context.obj
    old, new = two_sides(between)
    with opened(face) as hub:
        found = hub.mapping_files.impact(old, new or "working", system or None)
        lens = _lens(hub, found, personal=show_personal)
        with standing_still():
            Output(face.json).show(
                lambda: impact_tables.document(found, lens), lambda: impact_tables.show(found, lens)
            )
    return BAD_NEWS if found.new.failures else 0


def two_sides(between: str) -> tuple[str, str]:
    """``OLD..NEW``; a folder may begin with ``../``."""
    old, *rest = re.split(r"(?<![/.])\.\.(?![/.\\])", between, maxsplit=1)
    return ("", between[2:]) if between.startswith("..") and not rest else (old, rest[0] if rest else "")


def _lens(hub: Hub, found: Impact, *, personal: bool) -> Lens:  # noqa: ARG001 - of whose data
    from synchub.cli.lens import Lens

    working = hub.in_force.working
    chosen = hub.in_force.chosen
    mappings = {one.name: one for one in (*chosen.mappings, *working.mappings)}
    return Lens({**chosen.entities, **working.entities}, list(mappings.values()), personal=personal)


def difference(
    context: typer.Context,
    between: Annotated[
        str, typer.Argument(metavar=say("help.metavar.between"), help=say("help.impact.between"))
    ] = "..",
) -> int:
    """What was edited."""
    face: Face = context.obj
    old, new = two_sides(between)
    with opened(face) as hub:
        lines = _difference(hub, old or "active", new or "working")

    def show() -> None:
        output = Output()
        for line in lines:
            output.line(line)
        if not lines:
            output.line(say("map.same"))

    Output(face.json).show(lambda: {"old": old or "active", "new": new or "working", "diff": lines}, show)
    return 0


def _difference(hub: Hub, old: str, new: str) -> list[str]:
    """As `diff -u`, file by file."""
    from synchub.hub.versions import files_of

    one, other = (files_of(hub.mapping_files.folder(name)) for name in (old, new))
    lines: list[str] = []
    for name in sorted(one.keys() | other.keys()):
        before, after = (
            files.get(name, b"").decode("utf-8", "replace").splitlines() for files in (one, other)
        )
        shown = f"mappings/{name}"
        lines += difflib.unified_diff(
            before, after, f"{old}:{shown}", f"{new}:{shown}", "", "", n=2, lineterm=""
        )
    return lines


def activate(
    context: typer.Context,
    yes: Annotated[bool, typer.Option(YES, help=say("help.map.yes"))] = False,
) -> int:
    """Put the edited mapping files into force."""
    return _put_into_force(context.obj, "working", yes=yes)


def rollback(
    context: typer.Context,
    version: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.version"), help=say("help.map.rollback.version"))
    ] = None,
    yes: Annotated[bool, typer.Option(YES, help=say("help.map.yes"))] = False,
) -> int:
    """Put an earlier version into force, and its files into the folder."""
    face: Face = context.obj
    with opened(face) as hub:
        chosen = hub.versions.find(version) if version else _before(hub)
    return _put_into_force(face, chosen, yes=yes)


def _before(hub: Hub) -> str:
    """The version that was in force before the present one."""
    log = hub.versions.log()
    if not log:
        raise UserError("H352")
    before = next((one.version for one in reversed(log) if one.version != log[-1].version), "")
    if not before:
        raise UserError("cli.no_earlier_version", version=log[-1].version)
    return before


def _put_into_force(face: Face, name: str, *, yes: bool) -> int:
    """Show what it changes, ask, do it. Going back to the version in force discards an edit."""
    from synchub.cli import impact_tables
    from synchub.hub.versions import WORKING

    with opened(face) as hub:
        if not hub.versions.active:
            raise UserError("H352")
        discarded: str | None = None
        if hub.mapping_files.named(name).version == hub.versions.active:
            done, found, lens = None, None, None
            if name != WORKING:
                discarded = hub.mapping_files.discard()
        else:
            if not yes:
                _somebody_can_be_asked(face)
            found = hub.mapping_files.impact("", name)
            lens = _lens(hub, found, personal=False)
            if not yes:
                _ask(found, lens)
            done = hub.mapping_files.activate(name)
    output = Output(face.json)

    def document() -> object:
        return {
            "version": hub.versions.active,
            "activated": done,
            "impact": impact_tables.document(found, lens) if found is not None and lens is not None else None,
        }

    def show() -> None:
        if done is None:
            told = "map.already" if discarded is None else "map.discarded"
            output.line(say(told, version=hub.versions.active))
            if discarded:
                output.line(say("map.kept", folder=discarded))
            return
        if yes and found is not None and lens is not None:
            impact_tables.show(found, lens)
        output.line(say("map.activated", version=done.version, before=done.before, by=done.by))
        if done.kept:
            output.line(say("map.kept", folder=done.kept))

    output.show(document, show)
    return 0


def _somebody_can_be_asked(face: Face) -> None:
    """Raises UserError where there is nobody, before every system is read for nothing."""
    import sys

    if face.json or not sys.stdin.isatty():
        raise UserError("cli.needs_yes", option=YES)


def _ask(found: Impact, lens: Lens) -> None:
    """Show the impact and wait for a yes. Raises UserError for a no."""
    from synchub.cli import impact_tables
    from synchub.cli.progress import standing_still

    with standing_still():
        impact_tables.show(found, lens)
        answer = input(say("map.ask")).strip().casefold()
    if answer not in {"y", "yes", "是", "好"}:
        raise UserError("cli.not_activated")


def versions(context: typer.Context) -> int:
    """Every version, who put it into force, and when."""
    face: Face = context.obj
    with opened(face) as hub:
        log = hub.versions.log()
        edited = hub.in_force.edited

    def show() -> None:
        from synchub.cli.tables import Column, console, line, table

        screen = console()
        if not log:
            line(screen, say("map.no_version"))
            return
        rows = [
            (moment(one.at), one.version, say(f"map.action.{one.action}"), one.by) for one in reversed(log)
        ]
        columns = [
            Column("table.since", whole=True),
            Column("table.version", whole=True),
            Column("table.action"),
            Column("table.by"),
        ]
        screen.print(table(columns, rows))
        line(screen, say("map.edited" if edited else "map.not_edited"), "warning" if edited else "note")

    Output(face.json).show(lambda: {"versions": log, "edited": edited}, show)
    return 0
