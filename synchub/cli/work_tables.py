"""What plan, sync and verify say on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console

from synchub.cli.failures import describe
from synchub.cli.json_output import first_contact
from synchub.cli.lens import Lens
from synchub.cli.look_tables import show_waiting
from synchub.cli.tables import (
    Column,
    blocks,
    console,
    fits,
    heading,
    indented,
    line,
    problem,
    rest,
    table,
    way_out,
)
from synchub.cli.telling import ToldDifference, short_cause
from synchub.cli.words import command as command_line
from synchub.cli.words import listing, number, one_line, place_name, say, say_if_known

if TYPE_CHECKING:
    from synchub.engine.report import Cell, RunReport
    from synchub.engine.sync import Plan
    from synchub.engine.verify import Verification
    from synchub.hub.status import Waiting

CAP: Final = 20
"""Rows shown for each object; ``--all`` shows every one."""
_NEW: Final = "new:"
"""The id of a record that is yet to be created begins so."""
_QUIET: Final = frozenset({"unchanged", "fetched"})
"""Counts that say nothing about what became of anything."""
_ATTENTION: Final = (
    "held",
    "set_aside",
    "withheld",
    "stopped",
    "blocked",
    "unconfirmed",
    "doubtful",
    "missing",
    "waiting",
    "refused",
    "warned",
)


def show_plan(
    found: Plan, lens: Lens, command: str, waiting: Waiting, *, every: bool, only: Sequence[str] = ()
) -> None:
    """First contact, then the cells of each object, then the plan's id and how to approve it."""
    screen = console()
    show_first_contact(screen, found.report)
    new = {
        cell.external_id: _record(cell, lens)
        for cell in found.report.cells
        if cell.external_id.startswith(_NEW)
    }
    for place, cells in by_place(found.report).items():
        _show_cells(screen, place, cells, lens, new, every=every)
    _show_attention(screen, found.report)
    _show_troubles(screen, found.report)
    screen.print()
    show_waiting(screen, waiting)
    _show_calls(screen, found.report)
    if not found.report.cells and not asks_approval(found.report):
        _show_nothing(screen, found.report, waiting, only)
        return
    records = _records(found.report)
    totals = {"id": found.id, "cells": number(len(found.report.cells)), "records": number(records)}
    line(screen, say("plan.total", **totals))
    if found.report.restored:
        line(screen, say("plan.restored"), "warning")
    line(screen, say("plan.approve" if asks_approval(found.report) else "plan.run", command=command))


def _records(report: RunReport) -> int:
    """Records with a cell that is (to be) written, rows that only get their id included: a plan and its sync count alike."""
    return len({(one.system, one.object, one.external_id) for one in report.cells})


def asks_approval(report: RunReport) -> bool:
    """Does the sync of this plan wait for a person to have seen it?"""
    return bool(report.first_contact or report.restored or (report.edited and report.cells))


def _show_nothing(screen: Console, report: RunReport, waiting: Waiting, only: Sequence[str]) -> None:
    """Nothing would be written: only where nothing is open and every system was read does that mean agreement."""
    if report.failures:
        line(screen, say("plan.nothing_partly"))
    elif only:
        line(screen, say("plan.nothing_only", systems=listing([*only])))
    elif waiting or report.state != "done":
        line(screen, say("plan.nothing_open"))
    else:
        line(screen, say("plan.nothing"), "good")


def show_refusal(found: Plan, command: str, given: str) -> None:
    """Why a sync was refused: what its first contact would do, and the command that approves it."""
    screen = console()
    show_first_contact(screen, found.report)
    _show_place_totals(screen, by_place(found.report))
    _show_troubles(screen, found.report)
    screen.print()
    if given and given != found.id:
        line(screen, say("plan.other", given=one_line(given), id=found.id), "warning")
    line(screen, say("plan.look", command=command_line("plan")))
    line(screen, say("plan.approve", command=command))


def show_first_contact(screen: Console, report: RunReport) -> None:
    """Per mapping: linked, created, left for a person."""
    rows = first_contact(report)
    if not rows:
        return
    title = "plan.first_contact" if report.first_contact else "plan.decisions"
    columns = [
        Column("table.mapping"),
        Column("table.linked", right=True),
        Column("table.created", right=True),
        Column("table.review", right=True),
    ]
    heading(screen, say(title))
    counts = [
        (str(one["mapping"]), *(number(int(str(one[kind]))) for kind in ("link", "create", "review")))
        for one in rows
    ]
    screen.print(table(columns, counts))
    reasons = Counter(report.decided.reviews.values())
    for code, count in sorted(reasons.items()):
        indented(
            screen,
            say("plan.review_reason", count=number(count), reason=say_if_known(f"review.{code}", code)),
            style="note",
        )


def by_place(report: RunReport) -> dict[tuple[str, str], list[Cell]]:
    """The cells of each (system, object)."""
    found: dict[tuple[str, str], list[Cell]] = {}
    for cell in report.cells:
        found.setdefault((cell.system, cell.object), []).append(cell)
    return found


def _show_place_totals(screen: Console, places: Mapping[tuple[str, str], Sequence[Cell]]) -> None:
    if not places:
        return
    columns = [
        Column("table.system"),
        Column("table.object"),
        Column("table.new_records", right=True),
        Column("table.changed_records", right=True),
        Column("table.cells", right=True),
    ]
    rows = []
    for (system, object), cells in places.items():
        new = {one.external_id for one in cells if one.op == "create"}
        changed = {one.external_id for one in cells} - new
        rows.append((system, object, number(len(new)), number(len(changed)), number(len(cells))))
    heading(screen, say("plan.writes"))
    screen.print(table(columns, rows))


def _show_cells(
    screen: Console,
    place: tuple[str, str],
    cells: Sequence[Cell],
    lens: Lens,
    new: Mapping[str, str],
    *,
    every: bool,
) -> None:
    """Changes of records first, new records behind them; ids that rows get are counted, unless everything is wanted."""
    system, object = place
    heading(screen, say("plan.place", system=system, object=object, count=number(len(cells))))
    identities = Counter(one.column for one in cells if _is_identity(one) and not every)
    for column, count in identities.items():
        indented(screen, say("plan.identities", count=number(count), column=column))
    records: dict[str, list[Cell]] = {}
    for cell in cells:
        if every or not _is_identity(cell):
            records.setdefault(cell.external_id, []).append(cell)
    ordered = sorted(records.values(), key=lambda group: group[0].op == "create")
    shown: list[list[Cell]] = []
    while len(shown) < len(ordered) and (every or sum(map(len, shown)) < CAP):
        shown.append(ordered[len(shown)])
    if shown:
        groups = [
            (_record(group[0], lens), [_cell_row(cell, lens, new) for cell in group]) for group in shown
        ]
        blocks(screen, ("table.column", "table.change", "table.why"), groups)
    rest(screen, sum(map(len, ordered[len(shown) :])))


def _is_identity(cell: Cell) -> bool:
    return cell.cause.get("why") == "identity"


def _cell_row(cell: Cell, lens: Lens, new: Mapping[str, str]) -> tuple[str, str, str]:
    """`new` names the records that have no id yet, to which others may refer."""
    before, after = (
        lens.shown_cell(cell.system, cell.object, cell.column, value) for value in (cell.before, cell.after)
    )
    if isinstance(cell.after, str):
        after = new.get(cell.after, after)
    if cell.op == "delete":
        return "", say("plan.deleted"), short_cause(cell, lens)
    change = after if cell.op == "create" and cell.before is None else f"{before} → {after}"
    return cell.column, change, short_cause(cell, lens)


def _record(cell: Cell, lens: Lens) -> str:
    # a row that belongs to no golden record yet is named by its place in the sheet
    title = one_line(lens.title(cell.entity, cell.title) if cell.entity_id else place_name(cell.title), 60)
    if cell.op == "delete":
        title = one_line(lens.record_title(cell.entity, cell.entity_id), 60)
    if cell.external_id.startswith(_NEW):
        return say("plan.new", title=title)
    return f"{title} ({cell.external_id})" if title else cell.external_id


def show_report(report: RunReport, waiting: Waiting, only: Sequence[str] = ()) -> None:
    """What a sync (of `only` these systems) did: counts by object, what needs attention, warnings, failures, what is still open, calls."""
    screen = console()
    _show_counts(screen, report)
    _show_attention(screen, report)
    _show_troubles(screen, report)
    screen.print()
    show_waiting(screen, waiting)
    _show_calls(screen, report)
    style = {"done": "good", "attention": "warning", "failed": "error"}[report.state]
    deleted = report.total("deleted_there")
    if deleted:
        line(screen, say("sync.deleted", count=number(deleted)))
    quiet = report.state != "failed" and not report.writes and not _moved(report)
    code = f"sync.{report.state}_quiet" if quiet else f"sync.{report.state}"
    if code == "sync.done_quiet" and (waiting or only):
        code, style = "sync.only_quiet" if only else "sync.open_quiet", ""
    line(
        screen,
        say(
            code,
            run=report.run,
            systems=listing([*only]),
            writes=number(_records(report) or report.writes),
            cells=number(report.total("cells_written")),
        ),
        style,
    )


def _show_calls(screen: Console, report: RunReport) -> None:
    if report.calls:
        calls = [say("sync.count", what=name, count=number(count)) for name, count in report.calls.items()]
        line(screen, say("sync.calls", calls=listing(calls)), "note")


def _moved(report: RunReport) -> bool:
    return any(
        report.total(one)
        for one in (
            "changed",
            "linked",
            "created_in_hub",
            "cells_written",
            "conflicts_settled",
            "deleted",
            "archived",
            "deleted_there",
        )
    )


def _show_counts(screen: Console, report: RunReport) -> None:
    """A table where it fits; else a line for each object."""
    actions = [
        action
        for action in dict.fromkeys(action for counts in report.counts.values() for action in counts)
        if action not in _QUIET and report.total(action)
    ]
    actions.sort(key=_order)
    if not report.counts:
        return
    columns = [
        Column("table.system", whole=True),
        Column("table.object", whole=True),
        *(Column(_count_code(one), right=True) for one in actions),
    ]
    rows = [
        (system, object, *(number(counts[action]) if counts[action] else "·" for action in actions))
        for (system, object), counts in sorted(report.counts.items())
    ]
    made = table(columns, rows)
    if fits(made, screen):
        screen.print(made)
        return
    for (system, object), counts in sorted(report.counts.items()):
        words = [
            say("sync.count", what=say(_count_code(one)), count=number(counts[one]))
            for one in actions
            if counts[one]
        ]
        heading(screen, f"{system} · {object}")
        indented(screen, listing(words) or say("word.nothing"))


def _order(action: str) -> int:
    from synchub.engine.report import ACTIONS

    return ACTIONS.index(action) if action in ACTIONS else len(ACTIONS)


def _count_code(action: str) -> str:
    from synchub import messages

    code = f"count.{action}"
    return code if code in messages.catalogue() else "count.other"


def _show_attention(screen: Console, report: RunReport) -> None:
    """A sentence for everything that somebody should know of."""
    lines = [(one, report.total(one)) for one in _ATTENTION if report.total(one)]
    if not lines:
        return
    heading(screen, say("sync.attention_title"))
    for action, count in lines:
        indented(screen, say(f"attention.{action}", count=number(count)))


def _show_troubles(screen: Console, report: RunReport) -> None:
    for one in report.warnings:
        screen.print()
        problem(screen, one)
    for system, error in report.failures.items():
        screen.print()
        failure = describe(error)
        line(screen, say("sync.system_failed", system=system, text=one_line(failure.text)), "error")
        way_out(screen, failure.fix)


def show_verification(found: Verification, told: Sequence[ToldDifference], *, every: bool) -> None:
    """How much agrees, and each field that does not, grouped by the reason."""
    screen = console()
    for why in dict.fromkeys(one.difference.why for one in told):
        group = [one for one in told if one.difference.why == why]
        heading(screen, say("verify.group", why=say_if_known(f"why.{why}", why), count=number(len(group))))
        shown = group if every else group[:CAP]
        records: dict[str, list[tuple[str, ...]]] = {}
        for one in shown:
            records.setdefault(one.record, []).append(one.row)
        blocks(screen, ("table.field", "table.golden", "table.there"), [*records.items()])
        rest(screen, len(group) - len(shown))
    for system, error in found.failures.items():
        screen.print()
        failure = describe(error)
        line(screen, say("sync.system_failed", system=system, text=one_line(failure.text)), "error")
        way_out(screen, failure.fix)
    screen.print()
    for code, counts in (("verify.unlinked", found.unlinked), ("verify.missing", found.missing)):
        places = [
            say("sync.count", what=name, count=number(count)) for name, count in counts.items() if count
        ]
        if places:
            line(screen, say(code, places=listing(places)), "note")
    totals = {"agreed": number(found.agreed), "records": number(found.records), "differ": number(len(told))}
    pending = any(one.difference.why == "pending" for one in told)
    bad = "verify.unclean" if pending else "verify.incomplete"
    code = bad if not found.clean else "verify.listed" if told else "verify.clean"
    line(screen, say(code, **totals), "good" if found.clean else "error")
