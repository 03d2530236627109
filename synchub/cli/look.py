"""The commands that look at what the hub knows, without asking a system: status, conflicts, quarantine, explain.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from synchub import messages
from synchub.cli.face import Face
from synchub.cli.opening import lens_of, opened
from synchub.cli.output import Output
from synchub.cli.words import say
from synchub.cli.work import ALL, SHOW_PERSONAL
from synchub.errors import UserError

if TYPE_CHECKING:
    from synchub.cli.lens import Lens
    from synchub.hub.hub import Hub
    from synchub.store.rows import Conflict, ConflictKind


def status(context: typer.Context) -> int:
    """The state of the hub, from the database alone."""
    from synchub.cli import json_output

    face: Face = context.obj
    with opened(face) as hub:
        found = hub.status()
        labels = {name: label.text(messages.language()) for name, label in hub.system_labels().items()}
        lens = lens_of(hub, personal=False)

    def show() -> None:
        from synchub.cli.look_tables import show_status

        show_status(found, lens, labels)

    Output(face.json).show(lambda: json_output.plain(found), show)
    return 0


def conflicts(
    context: typer.Context,
    action: Annotated[str | None, typer.Argument(metavar="decide", help=say("help.conflicts.action"))] = None,
    id: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.id"), help=say("help.conflicts.id"))
    ] = None,
    take: Annotated[
        str | None, typer.Option("--take", metavar="hub|system", help=say("help.conflicts.take"))
    ] = None,
    value: Annotated[
        str | None,
        typer.Option("--value", metavar=say("help.metavar.text"), help=say("help.conflicts.value")),
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help=say("help.conflicts.delete"))] = False,
    keep: Annotated[bool, typer.Option("--keep", help=say("help.conflicts.keep"))] = False,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="match|field|rule|value|delete", help=say("help.conflicts.kind")),
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", metavar=say("help.metavar.name"), help=say("help.system_one"))
    ] = None,
    every: Annotated[bool, typer.Option(ALL, help=say("help.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """What people must decide, and deciding it."""
    from synchub.cli import json_output
    from synchub.cli.matters import tell_conflict

    face: Face = context.obj
    if action is not None:
        return _decide(face, action, id, take=take, value=value, delete=delete, keep=keep)
    wanted = _kind(kind)
    with opened(face) as hub:
        _known_system(hub, system)
        lens = lens_of(hub, personal=show_personal)
        told = [tell_conflict(one, lens) for one in hub.conflicts(wanted, system)]

    def show() -> None:
        from synchub.cli.look_tables import show_conflicts

        show_conflicts(told, every=every)

    Output(face.json).show(lambda: json_output.conflicts(told), show)
    return 0


def _decide(
    face: Face, action: str, id: str | None, *, take: str | None, value: str | None, delete: bool, keep: bool
) -> int:
    from synchub.engine.decide import Choice

    if action != "decide":
        raise UserError("cli.bad_action", command="conflicts", action=action, known="decide")
    answers = [take is not None, value is not None, delete, keep]
    if id is None or sum(answers) != 1 or take not in {None, "hub", "system"}:
        raise UserError("cli.bad_decision")
    with opened(face) as hub:
        asked = hub.deeds.decide(id, Choice(take or "", value, delete if delete or keep else None))
        stays = take != "system" and _only_read(hub, asked)
        label = lens_of(hub, personal=False).label(asked.entity, asked.field)
    output = Output(face.json)
    facts = {"done": "decide", "id": id, "entity_id": asked.entity_id, "field": asked.field}
    code = "done.decide_read_only" if stays else "done.decide"
    text = say(code, field=label, system=asked.system)
    output.show(lambda: {**facts, "text": text}, lambda: output.line(text))
    return 0


def _only_read(hub: Hub, asked: Conflict) -> bool:
    """Does the hub never write the field that the question was about there?"""
    from synchub.mapping.compiled import Flow

    return any(
        mapped.flow is Flow.HUB_READS
        for mapping in hub.mappings
        if mapping.name == asked.mapping
        for mapped in mapping.fields
        if mapped.name == asked.field
    )


def quarantine(
    context: typer.Context,
    action: Annotated[str | None, typer.Argument(metavar="retry", help=say("help.quarantine.action"))] = None,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar=say("help.metavar.id"), help=say("help.quarantine.ids"))
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", metavar=say("help.metavar.name"), help=say("help.system_one"))
    ] = None,
    every: Annotated[bool, typer.Option(ALL, help=say("help.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """Records set aside, and trying them again."""
    from synchub.cli import json_output
    from synchub.cli.matters import tell_quarantined

    face: Face = context.obj
    if action is not None:
        return _retry(face, action, ids or [], system)
    with opened(face) as hub:
        _known_system(hub, system)
        lens = lens_of(hub, personal=show_personal)
        told = [tell_quarantined(one, lens) for one in hub.quarantined(system)]

    def show() -> None:
        from synchub.cli.look_tables import show_quarantine

        show_quarantine(told, every=every)

    Output(face.json).show(lambda: json_output.quarantine(told), show)
    return 0


def _retry(face: Face, action: str, ids: list[str], system: str | None) -> int:
    from synchub.cli import json_output

    if action != "retry":
        raise UserError("cli.bad_action", command="quarantine", action=action, known="retry")
    with opened(face) as hub:
        _known_system(hub, system)
        set_aside = {one.external_id for one in hub.quarantined(system)}
        unknown = [one for one in ids if one not in set_aside]
        if unknown:  # a sync for nobody would surprise
            raise UserError("cli.not_set_aside", records=", ".join(unknown))
        report, count = hub.deeds.retry([system] if system else None, ids)
        waiting = hub.waiting()
        lens = lens_of(hub, personal=False)

    def show() -> None:
        from synchub.cli.work_tables import show_report

        Output(face.json).line(say("retry.done", count=count))
        show_report(report, waiting)

    Output(face.json).show(lambda: {"retried": count, **json_output.report(report, lens, waiting)}, show)
    return 1 if report.failures else 0


def explain(
    context: typer.Context,
    entity: Annotated[
        str, typer.Argument(metavar=say("help.metavar.entity"), help=say("help.explain.entity"))
    ],
    key: Annotated[str, typer.Argument(metavar=say("help.metavar.key"), help=say("help.explain.key"))],
    field: Annotated[
        str | None, typer.Argument(metavar=say("help.metavar.field"), help=say("help.explain.field"))
    ] = None,
    every: Annotated[bool, typer.Option(ALL, help=say("help.explain.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """Where the values of a record came from, and who lost."""
    from synchub.cli import json_output
    from synchub.cli.stories import tell_story

    face: Face = context.obj
    with opened(face) as hub:
        lens = lens_of(hub, personal=show_personal)
        golden_id = _the_one(hub, lens, entity, key)
        story = hub.explain(entity, golden_id, field, messages.language())
        told = tell_story(story, lens, story.fields[0].spec.name if field and story.fields else None)

    def show() -> None:
        from synchub.cli.look_tables import show_field, show_story

        (show_field if field else show_story)(told, every=every)

    Output(face.json).show(lambda: json_output.story(told), show)
    return 0


def _the_one(hub: Hub, lens: Lens, entity: str, key: str) -> str:
    """The golden id that the key names. Raises UserError when it names none or several, and lists these."""
    hits = hub.find(entity, key)
    if len(hits) > 1:
        exact = [hit for hit in hits if hit[1].casefold() == key.strip().casefold()]
        hits = exact if len(exact) == 1 else hits
    if not hits:
        raise UserError("cli.not_found", key=key, entity=entity)
    if len(hits) > 1:
        name = _entity_name(lens, entity)
        shown = [{"id": golden_id, "title": lens.title(name, title)} for golden_id, title in hits]
        lines = "\n".join(f"  {one['id']}  {one['title']}" for one in shown)
        code = "cli.several_masked" if lens.hides_title(name) else "cli.several"
        raise UserError(code, key=key, count=len(hits), lines=lines, hits=shown)
    return hits[0][0]


def _entity_name(lens: Lens, said: str) -> str:
    """The entity that a person's word means; the hub has already understood it."""
    for name, model in lens.entities.items():
        if said.casefold() in {name.casefold(), model.label.zh.casefold(), model.label.en.casefold()}:
            return name
    return said


def _kind(said: str | None) -> ConflictKind | None:
    from synchub.store.rows import ConflictKind

    if said is None:
        return None
    try:
        return ConflictKind(said.lower())
    except ValueError:
        raise UserError("cli.bad_kind", kind=said, known=", ".join(ConflictKind)) from None


def _known_system(hub: Hub, system: str | None) -> None:
    if system is not None and system not in hub.systems():
        raise UserError("H342", system=system, known=", ".join(hub.systems()))
