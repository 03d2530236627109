"""What a worksheet looks like to somebody who writes a mapping: its headers and what their columns hold."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from synchub.sdk import FieldSchema, FieldType, ObjectSchema

from .cells import TEXT_LIMIT
from .sheet import Sheet, find_header, guess_header_row
from .values import Read

SAMPLE_ROWS = 2_000


def describe(sheet: Sheet) -> ObjectSchema:
    """The worksheet as an object. The header row is guessed, since which one it is stands in the mapping; a header that
    is repeated is left out, and an empty worksheet has no fields.
    """
    name = sheet.part.name
    if not sheet.facts.last_row:
        return ObjectSchema(name, name, creatable=False, updatable=False)
    row = guess_header_row(sheet)
    header = find_header(sheet, row)
    fields = tuple(_field(sheet, name, column, row) for name, column in header.unique().items())
    return ObjectSchema(name, name, fields, notes=(f"header_row: {row}",))


def _field(sheet: Sheet, name: str, column: int, header_row: int) -> FieldSchema:
    """A column by what most of its cells hold; a column of formulas cannot be written."""
    kinds: Counter[FieldType] = Counter()
    formulas = 0
    last = min(len(sheet.grid), header_row + SAMPLE_ROWS)
    for row in range(header_row + 1, last + 1):
        kind = _type(sheet.read(row, column))
        formulas += sheet.facts.is_formula(row, column)
        if kind is not None:
            kinds[kind] += 1
    if kinds[FieldType.DECIMAL] and kinds[FieldType.INTEGER]:
        kinds[FieldType.DECIMAL] += kinds.pop(FieldType.INTEGER)
    best = max(
        kinds.items(), key=lambda each: (each[1], each[0] is FieldType.TEXT), default=(FieldType.TEXT, 0)
    )[0]
    writable = not formulas or 2 * formulas < last - header_row
    limit = TEXT_LIMIT if best is FieldType.TEXT else None
    return FieldSchema(name, name, best, creatable=writable, updatable=writable, max_length=limit)


def _type(value: Read) -> FieldType | None:
    if isinstance(value, str):
        return FieldType.TEXT if value.strip() else None
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    if isinstance(value, int | float):
        return FieldType.INTEGER if float(value).is_integer() else FieldType.DECIMAL
    if isinstance(value, datetime):
        return FieldType.DATETIME
    if isinstance(value, time | timedelta):
        return FieldType.TEXT
    return FieldType.DATE if isinstance(value, date) else None
