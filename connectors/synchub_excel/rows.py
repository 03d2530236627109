"""Rows as records: which row is which, which has no identity yet, which cannot be used.

A row's identity is what its hub column says (or, without one, its key column). Two rows with the same hub id are a
copied row: one keeps the id, the others are new. Two rows with the same key are a mistake only a person can
correct.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from synchub.sdk import PullRequest, RawRecord, RejectedRow, Unreadable

from .sheet import Header, Sheet, header_text
from .values import Read

_EMPTY: Read = ""


@dataclass(slots=True)
class Line:
    """A row that holds something. `id` is provisional for a row without identity; `taken` is the hub id it was copied with."""

    row: int
    id: str
    content: str
    """Hash of what people typed in the row, without the identity and without formulas."""
    provisional: bool = False
    taken: str = ""
    rejected: RejectedRow | None = None


@dataclass(slots=True)
class Listing:
    """All rows of a worksheet under one mapping."""

    sheet: Sheet
    header: Header
    identity: str
    """The header of the hub column or the key column."""
    identity_column: int
    is_hub_column: bool
    lines: list[Line] = field(default_factory=list)
    last_row: int = 0
    """The last row used in any column that has a header; new rows go below it."""
    keepers: dict[str, Line] = field(default_factory=dict)
    """Hub ids that several rows carry -> the row that keeps the id."""
    saved: datetime | None = None
    """When the file was saved: the latest time at which any of its rows can have changed."""

    def record(self, line: Line, columns: Sequence[tuple[str, int]]) -> RawRecord:
        """The record of a row; `columns` are the wanted headers with their column numbers, in order."""
        values = tuple(
            None if line.taken and column == self.identity_column else self.sheet.value(line.row, column)
            for _, column in columns
        )
        return RawRecord(
            id=line.id,
            values=values,
            modified=self.saved,
            fingerprint=line.content,
            provisional=line.provisional,
            title=f"row {line.row}",
        )


Keep = Callable[[str, Sequence[Line]], Line]
"""(hub id, rows that carry it) -> the row that keeps it."""


def list_rows(
    sheet: Sheet, header: Header, request: PullRequest, keep: Keep, saved: datetime | None = None
) -> Listing:
    """Give every row below the header its identity. Raises ProtocolError when the mapping names no identity column."""
    identity = request.hub_column or request.options.get("key_column", "")
    if not identity:
        raise sheet.place.fault("XL208")
    column = header.place_of([identity], sheet.place)[identity]
    listing = Listing(sheet, header, header_text(identity), column, bool(request.hub_column), saved=saved)
    _collect(listing)
    if listing.is_hub_column:
        _settle_copies(listing, keep)
    else:
        _refuse_duplicates(listing)
    return listing


def _collect(listing: Listing) -> None:
    sheet, own = listing.sheet, listing.identity_column
    named = sorted({column for columns in listing.header.columns.values() for column in columns})
    content = [column - 1 for column in named if column != own or not listing.is_hub_column]
    width = named[-1]
    formulas = _formulas_by_row(sheet)
    for row in range(listing.header.row + 1, max(len(sheet.grid), sheet.facts.last_row) + 1):
        cells: list[Read] = sheet.grid[row - 1] if row <= len(sheet.grid) else []
        cells = cells if len(cells) >= width else [*cells, *[_EMPTY] * (width - len(cells))]
        computed = formulas.get(row, frozenset())
        typed = [_EMPTY if index + 1 in computed else cells[index] for index in content]
        filled = any(map(_holds, typed)) or _has_error(sheet, row, named)
        has_id = cells[own - 1] != _EMPTY
        if filled or has_id or any(column in computed for column in named):
            listing.last_row = row
        if (filled or has_id) and not sheet.totals_row(row):
            listing.lines.append(_line(listing, row, _hash(typed), filled=filled))
    listing.last_row = max(listing.last_row, listing.header.row)


def _holds(value: Read) -> bool:
    return not (isinstance(value, str) and (not value or value.isspace()))


def _formulas_by_row(sheet: Sheet) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row, column in sheet.facts.formulas:
        found.setdefault(row, set()).add(column)
    for area in sheet.facts.spilled:
        for row in range(area.top, area.bottom + 1):
            found.setdefault(row, set()).update(range(area.left, area.right + 1))
    return {row: frozenset(columns) for row, columns in found.items()}


def _has_error(sheet: Sheet, row: int, columns: Sequence[int]) -> bool:
    """Error values that are not the result of a formula were put there by somebody."""
    errors = sheet.facts.errors
    return bool(errors) and any(
        (row, column) in errors and not sheet.facts.is_formula(row, column) for column in columns
    )


def _hash(values: Sequence[Read]) -> str:
    return hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _line(listing: Listing, row: int, content: str, *, filled: bool) -> Line:
    """A row with its identity, not yet compared with the others."""
    value = listing.sheet.value(row, listing.identity_column)
    line = Line(row, f"row-{row}-{content}", content)
    if isinstance(value, Unreadable):
        line.rejected = _rejected(listing, line, value.problem.code, **value.problem.params)
        return line
    identity = "" if value is None else str(value).strip()
    if identity:
        line.id = identity
        if listing.is_hub_column and not filled:
            line.rejected = _rejected(listing, line, "XL314", row=row)
    elif listing.is_hub_column:
        line.provisional = True
    else:
        line.rejected = _rejected(listing, line, "XL312", row=row)
    return line


def keep_unchanged(known: Mapping[str, str]) -> Keep:
    """The row that still looks as its fingerprint says keeps the id; if none or several do, the first of them."""

    def keep(hub_id: str, lines: Sequence[Line]) -> Line:
        return next((line for line in lines if line.content == known.get(hub_id)), lines[0])

    return keep


def _settle_copies(listing: Listing, keep: Keep) -> None:
    """Of rows with one hub id one keeps it; the others were copied from it and are new rows."""
    for hub_id, lines in _groups(listing).items():
        keeper = keep(hub_id, lines)
        listing.keepers[hub_id] = keeper
        for line in lines:
            if line is not keeper:
                line.id, line.taken, line.provisional = f"row-{line.row}-{line.content}", hub_id, True


def _refuse_duplicates(listing: Listing) -> None:
    """What was known cannot tell which of two rows with the same key is meant."""
    for key, lines in _groups(listing).items():
        rows = ", ".join(str(line.row) for line in lines)
        for line in lines:
            line.rejected = _rejected(listing, line, "XL311", rows=rows, key=key)


def _groups(listing: Listing) -> dict[str, list[Line]]:
    """Identities that several rows carry."""
    groups: dict[str, list[Line]] = {}
    for line in listing.lines:
        if line.rejected is None and not line.provisional:
            groups.setdefault(line.id, []).append(line)
    return {key: lines for key, lines in groups.items() if len(lines) > 1}


def _rejected(listing: Listing, line: Line, code: str, **params: object) -> RejectedRow:
    image = {
        name: value.problem.params.get("shown", "?") if isinstance(value, Unreadable) else value
        for name, column in listing.header.unique().items()
        if (value := listing.sheet.value(line.row, column)) is not None
    }
    where = f"{listing.sheet.part.name} row {line.row}"
    return RejectedRow(line.id, where, code, {"column": listing.identity, **params}, image)
