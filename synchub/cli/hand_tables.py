"""Runs, what they wrote, deletions and pauses: as tables for people, and as documents for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from synchub.cli.json_output import plain, report
from synchub.cli.tables import Column, console, heading, indented, line, rest, table
from synchub.cli.telling import Event
from synchub.cli.words import moment, number, one_line, say, say_if_known

if TYPE_CHECKING:
    from synchub.cli.lens import Lens
    from synchub.engine.undo import Undone
    from synchub.hub.deeds import Deletions
    from synchub.hub.status import Waiting
    from synchub.store.rows import Pause, RunRow

CAP: Final = 20
Told = Sequence[tuple[Event, str]]
"""What was written, with what people call the record."""


def runs_document(runs: Sequence[RunRow]) -> dict[str, object]:
    return {"runs": [_run(one) for one in runs]}


def _run(one: RunRow) -> dict[str, object]:
    return {
        "run": one.id,
        "kind": one.kind,
        "state": one.state,
        "started": plain(one.started),
        "finished": plain(one.finished),
        "counts": plain(one.counts.get("counts", {})),
    }


def show_runs(runs: Sequence[RunRow]) -> None:
    screen = console()
    columns = [
        Column("table.run", whole=True),
        Column("table.kind"),
        Column("table.started"),
        Column("table.state"),
        Column("table.written", right=True),
    ]
    rows = [
        (
            one.id,
            say_if_known(f"runkind.{one.kind}", one.kind),
            moment(one.started),
            say_if_known(f"run.{one.state}", one.state),
            number(_written(one)),
        )
        for one in runs
    ]
    screen.print(table(columns, rows))


def _written(one: RunRow) -> int:
    """Records written in systems."""
    counts = one.counts.get("counts")
    places = counts.values() if isinstance(counts, Mapping) else ()
    names = ("created_there", "updated_there", "deleted_there")
    return sum(
        int(value)
        for place in places
        if isinstance(place, Mapping)
        for name, value in place.items()
        if name in names and isinstance(value, int)
    )


def run_document(row: RunRow, told: Told) -> dict[str, object]:
    return {
        **_run(row),
        "written": [
            {
                "at": plain(one.row.at),
                "place": one.row.place,
                "entity": one.row.entity,
                "entity_id": one.row.entity_id,
                "title": title,
                "object": one.row.object,
                "external_id": one.row.external_id,
                "op": one.row.op,
                "fields": [name for name in one.row.changes if name],
                "sentences": list(one.sentences),
            }
            for one, title in told
        ],
    }


def show_run(row: RunRow, told: Told, *, every: bool) -> None:
    screen = console()
    kind, state = say_if_known(f"runkind.{row.kind}", row.kind), say_if_known(f"run.{row.state}", row.state)
    line(screen, say("history.run", run=row.id, kind=kind, state=state, at=moment(row.started)))
    shown = told if every else told[:CAP]
    for one, title in shown:
        heading(screen, f"{one_line(title)} · {one.head}")
        for sentence in one.sentences:
            indented(screen, sentence)
    screen.print()
    rest(screen, len(told) - len(shown))
    line(screen, say("history.total", count=number(len(told))), "note")


Later = Sequence[tuple[str, str, str, str]]
"""(title, label, golden id, field) of what was changed again since."""


def undone_document(done: Undone, later: Later, lens: Lens, waiting: Waiting) -> dict[str, object]:
    return {
        "undone": done.run,
        "fields": done.fields,
        "records": done.records,
        "later": [{"entity_id": golden_id, "field": field} for _, _, golden_id, field in later],
        "created": [
            {"entity": entity, "entity_id": golden_id, "place": place}
            for entity, golden_id, place in done.created
        ],
        "sync": None if done.report is None else report(done.report, lens, waiting),
    }


def show_undone(done: Undone, later: Later, waiting: Waiting) -> None:
    from synchub.cli.work_tables import show_report

    screen = console()
    if done.fields or later:
        told = say("undo.done", run=done.run, fields=number(done.fields), records=number(done.records))
        line(screen, told, "good" if done.fields else "note")
    else:
        line(screen, say("undo.nothing", run=done.run), "warning")
    if later:
        line(screen, say("undo.later", count=number(len(later))), "warning")
        for title, label, _, _ in later[:CAP]:
            indented(screen, f"{one_line(title)} · {label}")
        rest(screen, len(later) - CAP, "--json")
    if done.created:
        line(screen, say("undo.created", count=number(len(done.created))), "warning")
    if done.report is not None:
        screen.print()
        show_report(done.report, waiting)


def deletions_document(found: Deletions, titles: Mapping[str, str]) -> dict[str, object]:
    return {
        "count": len(found.waiting),
        "sets": dict(found.sets),
        "deletions": [
            {
                "mapping": one.mapping,
                "system": one.system,
                "external_id": one.external_id,
                "entity": one.entity,
                "entity_id": one.entity_id,
                "title": titles.get(one.entity_id, ""),
                "reason": one.reason.value,
                "state": one.state.value,
                "at": plain(one.at),
                "due": plain(one.due),
                "approved": bool(one.approval),
            }
            for one in found.waiting
        ],
    }


def show_deletions(found: Deletions, titles: Mapping[str, str], *, every: bool) -> None:
    screen = console()
    if not found.waiting:
        line(screen, say("deletions.none"), "good")
        return
    columns = [
        Column("table.mapping", whole=True),
        Column("table.record", whole=True),
        Column("table.title"),
        Column("table.why"),
        Column("table.state"),
        Column("table.since"),
    ]
    shown = found.waiting if every else found.waiting[:CAP]
    rows = [
        (
            one.mapping,
            one.external_id,
            one_line(titles.get(one.entity_id, "")),
            say(f"demise.{one.reason}"),
            say("tomb.approved") if one.approval else say(f"tomb.{one.state}", due=moment(one.due)),
            moment(one.at),
        )
        for one in shown
    ]
    screen.print(table(columns, rows))
    rest(screen, len(found.waiting) - len(shown))
    for mapping, name in found.sets.items():
        line(screen, say("deletions.approve", mapping=mapping, name=name), "warning")


def pauses_document(paused: Sequence[Pause]) -> dict[str, object]:
    return {"paused": [plain(one) for one in paused]}


def show_pauses(paused: Sequence[Pause]) -> None:
    screen = console()
    if not paused:
        line(screen, say("pause.none"), "good")
        return
    columns = [
        Column("table.system", whole=True),
        Column("table.object", optional=True),
        Column("table.field", optional=True),
        Column("table.since"),
        Column("table.who"),
        Column("table.why", optional=True),
    ]
    rows = [
        (one.system, one.object, one.field, moment(one.at), one.by, one_line(one.reason)) for one in paused
    ]
    screen.print(table(columns, rows))
