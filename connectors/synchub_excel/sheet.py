"""One worksheet as people see it: headers, rows by their number, the raw value of each cell."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from python_calamine import CalamineError, CalamineWorkbook

from synchub.sdk import Problem, RawValue, Unreadable

from .facts import Facts, gather
from .place import Place
from .refs import Area, cell_name, column_letters
from .sheetxml import SheetXml
from .values import Read, to_raw
from .workbook import SheetPart, Table, Workbook

_NEARLY_ALL = 0.75
"""Of the texts of the fullest row: so many make a row of headers, fewer a title."""
MAX_CELLS = 25_000_000
"""Of the rectangle from A1 to the last used cell: calamine holds all of it in memory, empty cells too."""


@dataclass
class Sheet:
    """A worksheet that has been read. Rows and columns count from 1; `grid` is what calamine read, from A1 on."""

    place: Place
    part: SheetPart
    xml: SheetXml
    facts: Facts
    grid: list[list[Read]]
    merged: dict[int, list[Area]]
    """Row -> the merged cells that reach into it."""
    tables: list[Table]

    @cached_property
    def _odd_rows(self) -> frozenset[int]:
        """Rows in which a cell may be something else than what calamine read."""
        return frozenset({row for row, _ in (*self.facts.errors, *self.facts.no_result)} | self.merged.keys())

    def read(self, row: int, column: int) -> Read:
        """What calamine found in a cell; "" outside of the used area."""
        if row > len(self.grid) or column > len(self.grid[row - 1]):
            return ""
        return self.grid[row - 1][column - 1]

    def value(self, row: int, column: int) -> RawValue:
        """The raw value of a cell; an Unreadable says what is wrong and what to do."""
        if row not in self._odd_rows:
            return to_raw(self.read(row, column), row, column)
        where, facts = (row, column), self.facts
        if where in facts.errors:
            return _unreadable("XL303", where, shown=facts.errors[where])
        if where in facts.no_result:
            return _unreadable("XL302", where)
        cover = self.cover(row, column)
        if cover is not None:
            return _unreadable("XL304", where, range=str(cover))
        return to_raw(self.read(row, column), row, column)

    def cover(self, row: int, column: int) -> Area | None:
        """The merged cells that hide this cell; their first cell shows its value and is not hidden."""
        for area in self.merged.get(row, ()):
            if area.holds(row, column) and (row, column) != (area.top, area.left):
                return area
        return None

    def totals_row(self, row: int) -> bool:
        """Is this a total row of a table?"""
        return any(
            each.totals and each.area.bottom - each.totals < row <= each.area.bottom for each in self.tables
        )


def open_sheet(workbook: Workbook, data: bytes, name: str, place: Place) -> Sheet:
    """Read a worksheet of these workbook bytes. Raises ProtocolError when it is missing or cannot be read."""
    part = next((each for each in workbook.sheets if each.name == name), None)
    if part is None:
        known = ", ".join(each.name for each in workbook.sheets)
        raise place.fault("XL201", known=known)
    xml = SheetXml(workbook.package.xml(part.part), place, part.part)
    facts = gather(xml)
    if facts.last_row * facts.last_column > MAX_CELLS:
        raise place.fault("XL207", cell=cell_name(facts.last_row, facts.last_column))
    workbook.prove_sizes()
    grid, merged = _calamine(data, name, place)
    return Sheet(place, part, xml, facts, grid, _by_row(merged, facts.last_row), workbook.tables(part))


def _by_row(merged: Iterable[Area], last_row: int) -> dict[int, list[Area]]:
    found: dict[int, list[Area]] = {}
    for area in merged:
        for row in range(area.top, min(area.bottom, last_row) + 1):
            found.setdefault(row, []).append(area)
    return found


def _calamine(data: bytes, name: str, place: Place) -> tuple[list[list[Read]], list[Area]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as opened:
            sheet = opened.get_sheet_by_name(name)
            grid: list[list[Read]] = sheet.to_python(skip_empty_area=False)
            merged = sheet.merged_cell_ranges or []
    except (CalamineError, ValueError) as error:
        raise place.fault("XL107") from error
    return grid, [Area(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in merged]


def _unreadable(code: str, where: tuple[int, int], **params: object) -> Unreadable:
    return Unreadable(Problem(code, {"cell": cell_name(*where), **params}))


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: text -> its columns (more than one for a header that is repeated)."""

    row: int
    columns: dict[str, tuple[int, ...]]

    def unique(self) -> dict[str, int]:
        """The headers that stand once."""
        return {name: places[0] for name, places in self.columns.items() if len(places) == 1}

    def place_of(self, names: Iterable[str], place: Place) -> dict[str, int]:
        """Column numbers of these headers. Raises ProtocolError for one that is missing or repeated."""
        return {name: self._one(name, place) for name in names}

    def _one(self, name: str, place: Place) -> int:
        found = self.columns.get(header_text(name), ())
        if len(found) == 1:
            return found[0]
        if found:
            raise place.fault("XL205", column=name, where=", ".join(map(column_letters, found)))
        nearest = difflib.get_close_matches(name, self.columns, n=1, cutoff=0.4)
        if nearest:
            raise place.fault("XL203", column=name, row=self.row, nearest=nearest[0])
        raise place.fault("XL204", column=name, row=self.row, known=", ".join(self.columns))


def header_text(value: object) -> str:
    """A header as it is compared: spaces at the ends and line breaks in it do not matter."""
    return " ".join(str(value).split())


def read_header(sheet: Sheet, row: int) -> Header:
    """The header row. Raises ProtocolError when the sheet or this row is empty."""
    if not sheet.facts.last_row:
        raise sheet.place.fault("XL206")
    header = find_header(sheet, row)
    if not header.columns:
        raise sheet.place.fault("XL202", row=row)
    return header


def find_header(sheet: Sheet, row: int) -> Header:
    """The texts of a row as headers; there may be none."""
    found: dict[str, tuple[int, ...]] = {}
    cells: Sequence[Read] = sheet.grid[row - 1] if row <= len(sheet.grid) else ()
    for column in range(1, len(cells) + 1):
        value = sheet.value(row, column)
        if isinstance(value, str | int) and (text := header_text(value)):
            found[text] = (*found.get(text, ()), column)
    return Header(row, found)


def guess_header_row(sheet: Sheet, *, within: int = 20) -> int:
    """The row that looks most like headers: distinct texts and nothing else.

    The first that has nearly as many as any: a column of somebody's own may have no header, and rows of texts only are full.
    """
    counts: dict[int, int] = {}
    for row in range(1, min(within, len(sheet.grid)) + 1):
        cells = [value for value in sheet.grid[row - 1] if value != ""]
        texts = {value for value in cells if isinstance(value, str)}
        if texts and len(texts) == len(cells):
            counts[row] = len(texts)
    most = max(counts.values(), default=0)
    return next((row for row, count in counts.items() if count >= _NEARLY_ALL * most), 1)
