"""What status, conflicts, quarantine and explain say on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console

from synchub.cli.lens import Lens
from synchub.cli.matters import ToldConflict, ToldQuarantined, image_rows
from synchub.cli.stories import ToldField, ToldStory
from synchub.cli.tables import Column, console, heading, indented, line, rest, table, way_out
from synchub.cli.telling import Event
from synchub.cli.words import command, listing, moment, number, one_line, say, say_if_known

if TYPE_CHECKING:
    from synchub.hub.status import LastRun, Status, Waiting

CAP: Final = 20
_EVENTS: Final = 8
_STYLE_OF_STATE: Final = {"agrees": "", "pending": "note", "held": "warning", "waiting": "note"}


def show_status(found: Status, lens: Lens, labels: Mapping[str, str]) -> None:
    """`labels` is what people call the systems. Golden records, mappings, what waits for people, the last runs."""
    screen = console()
    line(screen, say("status.hub", hub=found.hub, folder=found.folder))
    mapped = {one.entity for one in found.systems}
    golden = [
        say("status.count", what=lens.entity_label(name), count=number(count))
        for name, count in found.golden.items()
        if count or name in mapped
    ]
    line(screen, say("status.golden", counts=listing(golden)))
    screen.print()
    columns = [
        Column("table.system", whole=True),
        Column("table.title", optional=True),
        Column("table.object"),
        Column("table.entity"),
        Column("table.linked", right=True),
        Column("table.other_links", optional=True),
        Column("table.unlinked", right=True, optional=True),
        Column("table.pending", right=True, optional=True),
        Column("table.read", optional=True),
    ]
    rows = []
    for one in found.systems:
        others = [
            f"{say_if_known(f'link.{state}', state)} {count}"
            for state, count in one.links.items()
            if state != "linked" and count
        ]
        read = "" if one.complete else say("status.never")
        counts = (
            number(one.links.get("linked", 0)),
            listing(others),
            number(one.unlinked),
            number(one.pending),
        )
        label = labels.get(one.system, "")
        title = label if label != one.system else ""
        rows.append((one.system, title, one.object, lens.entity_label(one.entity), *counts, read))
    screen.print(table(columns, rows))
    screen.print()
    show_waiting(screen, found.waiting)
    if not found.waiting:
        line(screen, say("status.nothing_waits"), "good")
    _show_runs(screen, found.runs)


def show_waiting(screen: Console, found: Waiting) -> None:
    """Questions, records set aside and pauses, each with the command that lists them."""
    total = sum(found.conflicts.values())
    if total:
        kinds = [
            f"{say_if_known(f'conflict.{kind}', kind)} {count}" for kind, count in found.conflicts.items()
        ]
        line(
            screen,
            say("status.conflicts", count=number(total), kinds=listing(kinds), command=command("conflicts")),
            "warning",
        )
    if found.quarantined:
        line(
            screen,
            say("status.quarantined", count=number(found.quarantined), command=command("quarantine")),
            "warning",
        )
    if found.deletions:
        withheld = say("status.deletions", count=number(found.deletions), command=command("deletions"))
        line(screen, withheld, "warning")
    if found.paused:
        places = [
            " ".join(part for part in (one.system, one.object, one.field) if part) for one in found.paused
        ]
        line(screen, say("status.paused", places=listing(places), command=command("pause")), "warning")


def _show_runs(screen: Console, runs: Sequence[LastRun]) -> None:
    if not runs:
        line(screen, say("status.no_runs"), "note")
        return
    heading(screen, say("status.runs"))
    columns = [
        Column("table.run", whole=True),
        Column("table.started"),
        Column("table.state"),
        Column("table.written", right=True),
        Column("table.held", right=True),
        Column("table.calls", right=True),
    ]
    rows = []
    for run in runs:
        totals = {
            action: sum(counts.get(action, 0) for counts in run.counts.values()) for action in _RUN_COUNTS
        }
        written = totals["created_there"] + totals["updated_there"]
        held = totals["held"] + totals["set_aside"]
        state = say_if_known(f"run.{run.state}", run.state)
        rows.append(
            (
                run.run,
                moment(run.started),
                state,
                number(written),
                number(held),
                number(sum(run.calls.values())),
            )
        )
    screen.print(table(columns, rows))


_RUN_COUNTS: Final = ("created_there", "updated_there", "held", "set_aside")


def show_conflicts(told: Sequence[ToldConflict], *, every: bool) -> None:
    """One block each: where, the sentence, the values, the way out."""
    screen = console()
    shown = told if every else told[:CAP]
    for one in shown:
        show_conflict(screen, one)
    screen.print()
    rest(screen, len(told) - len(shown))
    if told:
        line(screen, say("conflicts.total", count=number(len(told))))
    else:
        line(screen, say("conflicts.none"), "good")


def show_conflict(screen: Console, one: ToldConflict) -> None:
    conflict = one.conflict
    where = [one.kind, f"{conflict.system} {one.object}".strip(), one_line(one.title), one.label]
    heading(screen, " · ".join(part for part in where if part))
    indented(screen, one.sentence)
    if one.values:
        columns = [Column("table.who"), Column("table.record"), Column("table.value"), Column("table.since")]
        rows = [(_who(held.system), held.record, held.text, held.at) for held in one.values]
        _set_in(screen, columns, rows)
    if not conflict.entity_id:
        for golden_id, title in one.golden:
            indented(screen, say("conflicts.candidate", title=one_line(title), id=golden_id))
        if one.image:
            indented(
                screen,
                say(
                    "conflicts.image",
                    values=listing([f"{name}={text}" for name, text in image_rows(one.image)]),
                ),
                style="note",
            )
    way_out(screen, one.fix)
    for answer in one.answers:
        indented(screen, answer, style="note")


def _who(system: str) -> str:
    return say("word.hub") if system == "hub" else system


def _set_in(screen: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich.padding import Padding

    screen.print(Padding(table(columns, rows), (0, 0, 0, 2)))


def show_quarantine(told: Sequence[ToldQuarantined], *, every: bool) -> None:
    """One block each: where, the sentence, what could be read, the way out."""
    screen = console()
    shown = told if every else told[:CAP]
    for one in shown:
        row = one.row
        heading(
            screen, " · ".join([f"{row.system} {row.object}", one_line(one.where), say(f"stage.{row.stage}")])
        )
        indented(screen, one.sentence)
        values = [f"{name}={text}" for name, text in image_rows(one.image)]
        if values:
            indented(screen, listing(values), style="note")
        indented(
            screen,
            say("quarantine.since", at=moment(row.at), attempts=number(row.attempts), run=row.run),
            style="note",
        )
        way_out(screen, one.fix)
        if row.stage != "pull":  # what could not be read is read again by itself when it changes
            retry = command("quarantine", "retry", row.external_id)
            indented(screen, say("quarantine.retry", command=retry), style="note")
    screen.print()
    rest(screen, len(told) - len(shown))
    line(
        screen,
        say("quarantine.total" if told else "quarantine.none", count=number(len(told))),
        "" if told else "good",
    )


def show_story(told: ToldStory, *, every: bool) -> None:
    """All fields in a table, then what waits for people, then the history."""
    screen = console()
    _show_name(screen, told)
    columns = [
        Column("table.field"),
        Column("table.value"),
        Column("table.origin"),
        Column("table.systems"),
    ]
    fields = [one for one in told.fields if every or one.value is not None or one.holders]
    screen.print(table(columns, [(one.label, one.text, _origin(one), _agreement(one)) for one in fields]))
    for conflict in told.conflicts:
        show_conflict(screen, conflict)
    _show_history(screen, told.events, every=every)


def _origin(one: ToldField) -> str:
    if not one.beaten:
        return one.source
    losers = dict.fromkeys(each.system for each in one.beaten)
    return say("explain.and_beat", origin=one.source, systems=listing([*losers]))


def _agreement(one: ToldField) -> str:
    """Who holds the field, and whether everybody agrees."""
    other = [f"{each.system}: {each.sentence}" for each in one.holders if each.state != "agrees"]
    agreeing = [each.system for each in one.holders if each.state == "agrees"]
    if not other and len(agreeing) > 1:
        return say("explain.all_agree", count=number(len(agreeing)))
    return "; ".join([*other, *([say("explain.agree", systems=listing(agreeing))] if agreeing else [])])


def show_field(told: ToldStory, *, every: bool) -> None:
    """One field: its value, where it came from, what it beat, what each system holds, and its history."""
    screen = console()
    _show_name(screen, told)
    for one in told.fields:
        heading(screen, say("explain.field", field=one.label, value=one.text))
        indented(screen, one.origin)
        for loser in one.beaten:
            words = {
                "system": loser.system,
                "record": loser.record,
                "value": loser.text,
                "at": moment(loser.at),
            }
            indented(screen, say("explain.beat", **words))
        if one.holders:
            columns = [
                Column("table.system"),
                Column("table.record"),
                Column("table.there"),
                Column("table.agrees"),
            ]
            _set_in(
                screen,
                columns,
                [(each.system, each.record, each.text, each.sentence) for each in one.holders],
            )
        else:
            indented(screen, say("explain.nobody"), style="note")
    for conflict in told.conflicts:
        show_conflict(screen, conflict)
    _show_history(screen, told.events, every=every)


def _show_name(screen: Console, told: ToldStory) -> None:
    line(screen, say("explain.title", entity=told.entity, title=one_line(told.title), id=told.story.id))
    links = [
        f"{one.system} {one.external_id or say_if_known(f'link.{one.state}', one.state)}"
        for one in told.story.links
    ]
    if links:
        line(screen, say("explain.links", links=listing(links)), "note")


def _show_history(screen: Console, events: Sequence[Event], *, every: bool) -> None:
    if not events:
        return
    heading(screen, say("explain.history"))
    shown = events if every else events[:_EVENTS]
    for event in shown:
        indented(screen, event.head, style="note")
        for sentence in event.sentences:
            indented(screen, sentence, 4)
    rest(screen, len(events) - len(shown))
