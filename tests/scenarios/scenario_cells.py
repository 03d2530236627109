"""What a plan says will be written, beside what was really written: the same cells in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from synchub.engine.report import Cell
from synchub.sdk import Raw
from synchub.sdk.sandbox_data import LogRow
from tests.scenarios.scenario_workbook import COLUMNS, IDENTITY, Ledger, Row

_PARTS = ("_id", "_number", "_name")
ROWS = "contact_persons"


class Written(NamedTuple):
    """One cell: where, and its value before and after as text ("" for nothing)."""

    object: str
    id: str
    column: str
    before: str
    after: str


def planned(cells: Iterable[Cell], system: str, names: Mapping[str, str]) -> set[Written]:
    """The cells of a plan for one system; `names` tell what became of ids that were not known yet."""
    return {
        Written(
            one.object,
            names.get(one.external_id, one.external_id),
            one.column,
            _text(one.before),
            names.get(_text(one.after), _text(one.after)),
        )
        for one in cells
        if one.system == system and one.column != ROWS
    }


def logged(log: Iterable[LogRow]) -> set[Written]:
    """The cells of a sandbox's write log; of a reference in Kingdee, where one write changes id, code and name, all three."""
    return {
        Written(one.object, one.id, one.column, _text(one.before), _text(one.after))
        for one in log
        if one.column != ROWS
    }


def without_other_names(found: set[Written], plan: set[Written]) -> set[Written]:
    """What was logged, but for the other two columns of a reference of which the plan names one."""
    told = {(one.id, _stem(one.column)) for one in plan if _stem(one.column)}
    return {one for one in found if one in plan or (one.id, _stem(one.column)) not in told}


def planned_rows(cells: Iterable[Cell], names: Mapping[str, str]) -> dict[str, list[Row]]:
    """Customer -> its contact rows as planned."""
    return {
        names.get(one.external_id, one.external_id): list(_rows(one.after))
        for one in cells
        if one.column == ROWS
    }


def logged_rows(log: Iterable[LogRow]) -> dict[str, list[Row]]:
    """Customer -> its contact rows as stored by the last write."""
    return {one.id: list(_rows(one.after)) for one in log if one.column == ROWS}


def holds(stored: list[Row], wanted: list[Row]) -> bool:
    """Is every planned row there, in order? The system adds ids and blank columns."""
    return len(stored) == len(wanted) and all(
        all(row.get(column) == value for column, value in want.items())
        for row, want in zip(stored, wanted, strict=True)
    )


def typed(before: Mapping[str, list[Row]], after: Mapping[str, list[Row]]) -> set[Written]:
    """The cells in which two versions of a workbook differ, by the identity that the row has afterwards."""
    found: set[Written] = set()
    for sheet, rows in after.items():
        old = before[sheet]
        for place, row in enumerate(rows):
            was = old[place] if place < len(old) else {}
            found |= {
                Written(sheet, str(row[IDENTITY]), column, _text(was.get(column)), _text(row.get(column)))
                for column in COLUMNS[sheet]
                if _text(was.get(column)) != _text(row.get(column))
            }
    return found


def sheets(ledger: Ledger) -> dict[str, list[Row]]:
    return {name: ledger.rows(name) for name in COLUMNS}


def _stem(column: str) -> str:
    return next((column.removesuffix(part) for part in _PARTS if column.endswith(part)), "")


def _rows(value: Raw) -> Iterator[Row]:
    assert isinstance(value, list)
    for row in value:
        assert isinstance(row, dict)
        yield row


def _text(value: Raw) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)
