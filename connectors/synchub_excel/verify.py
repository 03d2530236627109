"""Proof before a new version goes in place: calamine, which shares no code with the patch, finds what was meant and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from xml.parsers import expat

from synchub.sdk import Unreadable

from .patch import Edits
from .sheet import Sheet
from .values import Read, same


def differences(before: Sheet, after: Sheet, edits: Edits) -> set[tuple[int, int]]:
    """The cells (row, column) that are not as they should be."""
    wrong = before.facts.formulas ^ after.facts.formulas
    for row in range(1, max(len(before.grid), len(after.grid)) + 1):
        changed = edits.get(row, {})
        if not changed and _row(before, row) == _row(after, row):
            continue
        width = max(len(_row(before, row)), len(_row(after, row)), *changed, 0)
        wrong |= {
            (row, column)
            for column in range(1, width + 1)
            if not _as_meant(before, after, edits, row, column)
        }
    return wrong


def is_well_formed(data: bytes) -> bool:
    """Is this XML at all?"""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError:
        return False
    return True


def _row(sheet: Sheet, row: int) -> Sequence[Read]:
    return sheet.grid[row - 1] if row <= len(sheet.grid) else []


def _as_meant(before: Sheet, after: Sheet, edits: Edits, row: int, column: int) -> bool:
    edit = edits.get(row, {}).get(column)
    if edit is None:
        return before.read(row, column) == after.read(row, column)
    found = after.value(row, column)
    return not isinstance(found, Unreadable) and same(found, edit.holds)
