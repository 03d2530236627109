"""Watches the three systems from outside: which cells really changed during a sync, whoever says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from synchub.cli.demo.desk import header_row
from synchub.cli.demo.systems import KINGDEE, SALESFORCE, WORKBOOK, Systems
from synchub.cli.demo.workbook import CONTACTS, EMPLOYEES, IDENTITY, PARTNERS
from synchub.engine.report import Cell
from synchub.hub import Hub
from synchub.model.values import Raw
from synchub.sdk.sandbox_data import LogRow

SHEETS: Final = (PARTNERS, CONTACTS, EMPLOYEES)
Comparable: TypeAlias = "str | bool | tuple[tuple[tuple[str, str], ...], ...] | None"
"""A value in a form in which equal cells are equal; rows of a list as pairs of column and text."""

_PARTS: Final = ("_id", "_number", "_name")


class Change(NamedTuple):
    """A cell that changed. Values are in a comparable form; `record` of a worksheet is the number of the row."""

    system: str
    object: str
    record: str
    column: str
    before: Comparable
    after: Comparable


class _SheetState(NamedTuple):
    """A worksheet as it stands: cells by (row, header), and which row carries which identity."""

    cells: Mapping[tuple[int, str], Comparable]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the logs ended, and how the workbook looked, before a sync."""

    salesforce: int
    kingdee: int
    sheets: Mapping[str, _SheetState]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing` was planned and did not happen, `surprising` happened and was not planned."""

    agreed: int
    missing: tuple[Change, ...]
    surprising: tuple[Change, ...]

    @property
    def sound(self) -> bool:
        return not self.missing and not self.surprising


def mark(systems: Systems) -> Marks:
    """Remember how everything stands."""
    with systems.salesforce() as org, systems.kingdee() as books:
        return Marks(_last(org.write_log()), _last(books.write_log()), _sheets(systems))


def _last(log: Sequence[LogRow]) -> int:
    return max((row.seq for row in log), default=0)


def compare(systems: Systems, since: Marks, hub: Hub, planned: Iterable[Cell]) -> Comparison:
    """What was planned against what the systems themselves say was written since."""
    now = _sheets(systems)
    expected = Counter(_planned(planned, _resolver(hub), now))
    with systems.salesforce() as org, systems.kingdee() as books:
        found = [
            *_logged(SALESFORCE, org.write_log(since.salesforce, "api")),
            *_merged(_logged(KINGDEE, books.write_log(since.kingdee, "api")), expected),
            *_typed(since.sheets, now),
        ]
    happened = Counter(found)
    return Comparison(
        sum((expected & happened).values()),
        tuple(sorted((expected - happened).elements(), key=str)),
        tuple(sorted((happened - expected).elements(), key=str)),
    )


# --- what was planned


def _resolver(hub: Hub) -> Callable[[str, str], str]:
    """(system, ``new:<golden id>``) -> what the system calls the record now that it is there; anything else stays."""
    known: dict[tuple[str, str], str] = {}
    with hub.store.read() as tx:
        for mapping in hub.mappings:
            ids = sorted({external for external, _ in tx.all_external_ids(mapping.name)})
            for link in tx.links(mapping.name, ids).values():
                if link.external_id and not link.part:
                    known[mapping.system, f"new:{link.entity_id}"] = link.external_id
    return lambda system, text: known.get((system, text), text)


def _planned(
    cells: Iterable[Cell], resolve: Callable[[str, str], str], sheets: Mapping[str, _SheetState]
) -> Iterable[Change]:
    for cell in cells:
        record = cell.external_id
        if cell.system == WORKBOOK:
            record = _row(record, sheets[cell.object])
        else:
            record = resolve(cell.system, record)
        before = comparable(cell.before)
        value = resolve(cell.system, cell.after) if isinstance(cell.after, str) else cell.after
        after = comparable(value, row_ids(cell.before))
        if before != after:
            yield Change(cell.system, cell.object, record, cell.column, before, after)


def _row(record: str, sheet: _SheetState) -> str:
    """A row by its identity, by the id of the record that it is to become, or by its provisional name ``row-12-…``."""
    if record.startswith("row-"):
        return record.split("-")[1]
    return str(sheet.rows.get(record.removeprefix("new:"), record))


# --- what happened


def _logged(system: str, log: Iterable[LogRow]) -> list[Change]:
    """The log, cell by cell; a cell written twice counts once, from its first value to its last."""
    cells: dict[tuple[str, str, str], list[Raw]] = {}
    for row in log:
        cells.setdefault((row.object, row.id, row.column), [row.before, row.after])[1] = row.after
    changes = []
    for (object, id, column), (before, after) in cells.items():
        one = Change(system, object, id, column, comparable(before), comparable(after, row_ids(before)))
        if one.before != one.after:
            changes.append(one)
    return changes


def _merged(found: Sequence[Change], expected: Iterable[Change]) -> list[Change]:
    """The ERP writes a reference as id, code and name at once; a plan names one of the three."""
    planned = {(one.record, one.column) for one in expected if one.system == KINGDEE}

    def another_of_three(one: Change) -> bool:
        stem = next((one.column.removesuffix(part) for part in _PARTS if one.column.endswith(part)), None)
        return (
            stem is not None
            and (one.record, one.column) not in planned
            and any((one.record, stem + part) in planned for part in _PARTS)
        )

    return [one for one in found if not another_of_three(one)]


def _typed(before: Mapping[str, _SheetState], after: Mapping[str, _SheetState]) -> Iterable[Change]:
    for sheet, now in after.items():
        then = before[sheet].cells
        for row, column in sorted({*then, *now.cells}):
            old, new = then.get((row, column)), now.cells.get((row, column))
            if old != new:
                yield Change(WORKBOOK, sheet, str(row), column, old, new)


def _sheets(systems: Systems) -> dict[str, _SheetState]:
    """Every cell below the headers, read by another library than the connector's."""
    from openpyxl import load_workbook

    book = load_workbook(systems.workbook, read_only=True)
    try:
        return {sheet: _sheet(book[sheet].iter_rows(values_only=True), header_row(sheet)) for sheet in SHEETS}
    finally:
        book.close()


def _sheet(rows: Iterable[Sequence[object]], head: int) -> _SheetState:
    cells: dict[tuple[int, str], Comparable] = {}
    identities: dict[str, int] = {}
    names: list[str] = []
    for number, row in enumerate(rows, 1):
        if number == head:
            names = [str(name or "") for name in row]
        for name, value in zip(names, row, strict=False) if number > head else ():
            held = comparable(value)
            if name and held is not None:
                cells[number, name] = held
            if name == IDENTITY and isinstance(held, str):
                identities[held] = number
    return _SheetState(cells, identities)


# --- values


def row_ids(before: object) -> set[str]:
    """The ids of the rows that a list had before."""
    rows = before if isinstance(before, list) else ()
    return {str(row.get("id")) for row in rows if isinstance(row, dict)}


def comparable(value: object, known: set[str] | None = None) -> Comparable:
    """A value in a form in which equal cells are equal: blanks are None, numbers exact, days without a time.

    Rows of a list lose their blanks and their place; with `known`, those of other ids lose their id, which nobody could plan.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value.removesuffix("T00:00:00") if isinstance(value, str) else value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f") + " (number)"
    if isinstance(value, list):
        rows = tuple(_list_row(row, known) for row in value if isinstance(row, dict))
        return rows or None
    return str(value)


def _list_row(row: Mapping[str, object], known: set[str] | None) -> tuple[tuple[str, str], ...]:
    told = {name: comparable(value) for name, value in row.items() if name != "seq"}
    if known is not None and str(row.get("id")) not in known:
        told.pop("id", None)
    return tuple(sorted((name, str(value)) for name, value in told.items() if value not in {None, False}))
