"""The commands by which people step in: sweep, history, undo, deletions, link, unlink, join, split, pause, resume.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from synchub.cli.face import Face
from synchub.cli.failures import BAD_NEWS
from synchub.cli.opening import lens_of, opened
from synchub.cli.output import Output
from synchub.cli.words import command, number, say
from synchub.cli.work import ALL, SHOW_PERSONAL
from synchub.errors import UserError

if TYPE_CHECKING:
    from synchub.hub.hub import Hub

APPROVE: Final = "approve"
KEEP: Final = "keep"


def sweep(
    context: typer.Context,
    system: Annotated[
        list[str] | None, typer.Option("--system", metavar=say("help.metavar.name"), help=say("help.system"))
    ] = None,
) -> int:
    """A sync that reads everything."""
    from synchub.cli import json_output

    face: Face = context.obj
    with opened(face) as hub:
        report = hub.sweep(system or None)
        waiting = hub.waiting()
        lens = lens_of(hub, personal=False)

    def show() -> None:
        from synchub.cli.work_tables import show_report

        show_report(report, waiting, system or ())

    Output(face.json).show(lambda: json_output.report(report, lens, waiting), show)
    return BAD_NEWS if report.failures else 0


def history(
    context: typer.Context,
    run: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.run"), help=say("help.history.run"))
    ] = None,
    every: Annotated[bool, typer.Option(ALL, help=say("help.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """The runs, or what one of them wrote."""
    from synchub.cli import hand_tables
    from synchub.cli.telling import tell_history

    face: Face = context.obj
    with opened(face) as hub:
        if run is None:
            runs = hub.deeds.runs(1000 if every else hand_tables.CAP)
            Output(face.json).show(
                lambda: hand_tables.runs_document(runs), lambda: hand_tables.show_runs(runs)
            )
            return 0
        row, ledger = hub.deeds.run(run)
        lens = lens_of(hub, personal=show_personal)
        told = [
            (one, lens.record_title(one.row.entity, one.row.entity_id)) for one in tell_history(ledger, lens)
        ]
    Output(face.json).show(
        lambda: hand_tables.run_document(row, told), lambda: hand_tables.show_run(row, told, every=every)
    )
    return 0


def undo(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar=say("help.metavar.run"), help=say("help.undo.run"))],
) -> int:
    """Take back what a run changed."""
    from synchub.cli import hand_tables

    face: Face = context.obj
    with opened(face) as hub:
        done = hub.deeds.undo(run)
        waiting = hub.waiting()
        lens = lens_of(hub, personal=False)
        later = [
            (lens.record_title(entity, golden_id), lens.label(entity, field), golden_id, field)
            for entity, golden_id, field in done.later
        ]
    Output(face.json).show(
        lambda: hand_tables.undone_document(done, later, lens, waiting),
        lambda: hand_tables.show_undone(done, later, waiting),
    )
    return BAD_NEWS if done.report is not None and done.report.failures else 0


def deletions(
    context: typer.Context,
    action: Annotated[
        str | None, typer.Argument(metavar="approve|keep", help=say("help.deletions.action"))
    ] = None,
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar=say("help.metavar.which"), help=say("help.deletions.which")),
    ] = None,
    every: Annotated[bool, typer.Option(ALL, help=say("help.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """Deletions that wait; approve exactly a set, or keep records."""
    from synchub.cli import hand_tables

    face: Face = context.obj
    if action is None:
        with opened(face) as hub:
            lens = lens_of(hub, personal=show_personal)
            found = hub.deeds.deletions()
            titles = {one: lens.title(_entity_of(found, one), title) for one, title in found.titles.items()}
        Output(face.json).show(
            lambda: hand_tables.deletions_document(found, titles),
            lambda: hand_tables.show_deletions(found, titles, every=every),
        )
        return 0
    if action not in {APPROVE, KEEP} or not which or (action == APPROVE and len(which) > 1):
        raise UserError("cli.bad_deletions", action=action)
    with opened(face) as hub:
        count = hub.deeds.approve_deletions(which[0]) if action == APPROVE else hub.deeds.keep(which)
    code = "done.deletions_approve" if action == APPROVE else "done.deletions_keep"
    return _did(face, code, {"count": count, "which": ", ".join(which)})


def link(
    context: typer.Context,
    mapping: Annotated[
        str, typer.Argument(metavar=say("help.metavar.mapping"), help=say("help.link.mapping"))
    ],
    record: Annotated[str, typer.Argument(metavar=say("help.metavar.id"), help=say("help.link.record"))],
    key: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.key"), help=say("help.link.key"))
    ] = None,
    new: Annotated[bool, typer.Option("--new", help=say("help.link.new"))] = False,
) -> int:
    """Say whose record this is."""
    face: Face = context.obj
    if new == (key is not None):
        raise UserError("cli.link_whom")
    with opened(face) as hub:
        entity = _entity(hub, mapping)
        golden_id = hub.deeds.link(mapping, record, hub.resolve(entity, key)[1] if key is not None else None)
    code = "done.link_new" if new else "done.link"
    return _did(face, code, {"mapping": mapping, "record": record, "golden": golden_id})


def unlink(
    context: typer.Context,
    mapping: Annotated[
        str, typer.Argument(metavar=say("help.metavar.mapping"), help=say("help.link.mapping"))
    ],
    record: Annotated[str, typer.Argument(metavar=say("help.metavar.id"), help=say("help.link.record"))],
) -> int:
    """Let a record go its own way."""
    face: Face = context.obj
    with opened(face) as hub:
        golden_id = hub.deeds.unlink(mapping, record)
    return _did(face, "done.unlink", {"mapping": mapping, "record": record, "golden": golden_id})


def join(
    context: typer.Context,
    entity: Annotated[
        str, typer.Argument(metavar=say("help.metavar.entity"), help=say("help.explain.entity"))
    ],
    survivor: Annotated[str, typer.Argument(metavar=say("help.metavar.key"), help=say("help.join.survivor"))],
    other: Annotated[str, typer.Argument(metavar=say("help.metavar.other_key"), help=say("help.join.other"))],
) -> int:
    """Two golden records are one."""
    face: Face = context.obj
    with opened(face) as hub:
        name, keep = hub.resolve(entity, survivor)
        gone = hub.resolve(entity, other)[1]
        done = hub.deeds.join(name, keep, gone)
    released = [f"{one.system} {one.object} {one.external_id}" for one in done.released]
    code = "done.join_duplicates" if released else "done.join"
    return _did(
        face,
        code,
        {
            "golden": keep,
            "other": gone,
            "moved": len(done.moved),
            "references": done.references,
            "duplicates": ", ".join(released),
        },
    )


def split(
    context: typer.Context,
    entity: Annotated[
        str, typer.Argument(metavar=say("help.metavar.entity"), help=say("help.explain.entity"))
    ],
    key: Annotated[str, typer.Argument(metavar=say("help.metavar.key"), help=say("help.explain.key"))],
    records: Annotated[
        list[str], typer.Argument(metavar=say("help.metavar.records"), help=say("help.split.records"))
    ],
) -> int:
    """A golden record is two."""
    face: Face = context.obj
    chosen = []
    for one in records:
        mapping, colon, record = one.partition(":")
        if not colon or not record:
            raise UserError("cli.bad_record", record=one)
        chosen.append((mapping, record))
    with opened(face) as hub:
        name, golden_id = hub.resolve(entity, key)
        new = hub.deeds.split(name, golden_id, chosen)
    return _did(face, "done.split", {"golden": golden_id, "new": new, "count": len(chosen)})


def pause(
    context: typer.Context,
    system: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.name"), help=say("help.pause.system"))
    ] = None,
    object: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.object"), help=say("help.pause.object"))
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", metavar=say("help.metavar.field"), help=say("help.pause.field"))
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar=say("help.metavar.text"), help=say("help.pause.reason"))
    ] = "",
) -> int:
    """Stop a system, an object or a field; without a name, what is stopped."""
    from synchub.cli import hand_tables

    face: Face = context.obj
    with opened(face) as hub:
        if system is None:
            paused = hub.deeds.pauses()
            Output(face.json).show(
                lambda: hand_tables.pauses_document(paused), lambda: hand_tables.show_pauses(paused)
            )
            return 0
        hub.deeds.pause(system, object or "", field or "", reason)
    back = command("resume", system, *([object] if object else []), *(["--field", field] if field else []))
    return _did(face, "done.pause", {"place": _place(system, object, field), "command": back})


def resume(
    context: typer.Context,
    system: Annotated[str, typer.Argument(metavar=say("help.metavar.name"), help=say("help.pause.system"))],
    object: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.object"), help=say("help.pause.object"))
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", metavar=say("help.metavar.field"), help=say("help.pause.field"))
    ] = None,
) -> int:
    """Let it go on."""
    face: Face = context.obj
    with opened(face) as hub:
        hub.deeds.resume(system, object or "", field or "")
    return _did(face, "done.resume", {"place": _place(system, object, field)})


def _place(*names: str | None) -> str:
    return " ".join(one for one in names if one)


def _entity(hub: Hub, mapping: str) -> str:
    found = next((one.entity.name for one in hub.mappings if one.name == mapping), None)
    if found is None:
        raise UserError("E241", mapping=mapping, known=", ".join(one.name for one in hub.mappings))
    return found


def _entity_of(found: object, golden_id: str) -> str:
    from synchub.hub.deeds import Deletions

    assert isinstance(found, Deletions)
    return next(one.entity for one in found.waiting if one.entity_id == golden_id)


def _did(face: Face, code: str, facts: Mapping[str, object]) -> int:
    """One thing was done: its sentence, or its facts."""
    told = {name: number(value) if isinstance(value, int) else value for name, value in facts.items()}
    output = Output(face.json)
    output.show(
        lambda: {"done": code.removeprefix("done."), **facts, "text": say(code, **told)},
        lambda: output.line(say(code, **told)),
    )
    return 0
