"""The XML of one worksheet by byte positions: its rows and cells, so that a cell can be replaced and all else stays.

Excel, LibreOffice and the libraries differ in what they spell out: rows and cells may lack their reference (then
they follow the one before), rows and cells may be self-closing, and names may carry a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from synchub.sdk import ProtocolError

from .place import Place
from .refs import parse_cell

_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?worksheet[\s>]")


class RowSpan(NamedTuple):
    """A row element; `body` is empty for a self-closing one."""

    number: int
    start: int
    end: int
    attributes: bytes
    body_start: int
    body_end: int


class CellSpan(NamedTuple):
    """A cell element; `body` is what stands between its tags."""

    column: int
    start: int
    end: int
    attributes: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Names:
    """Compiled patterns for one prefix ("" or ``x:``)."""

    prefix: bytes
    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    column: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    value: re.Pattern[bytes]


@lru_cache(maxsize=8)
def names(prefix: bytes) -> Names:
    def element(name: bytes) -> re.Pattern[bytes]:
        tag = re.escape(prefix + name)
        return re.compile(rb"<" + tag + rb"(\s[^>]*?)?(?:/>|>(.*?)</" + tag + rb"\s*>)", re.DOTALL)

    row = re.compile(rb"<" + re.escape(prefix) + rb"row(\s[^>]*?)?(/?)>")
    return Names(prefix, row, *(element(name) for name in (b"c", b"col", b"f", b"v")))


@lru_cache(maxsize=64)
def _attribute_pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?:^|\s)" + re.escape(name) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The value of an attribute as it is written; None if it is not there."""
    found = _attribute_pattern(name).search(attributes)
    return None if found is None else found[1] if found[1] is not None else found[2]


def with_attribute(attributes: bytes, name: bytes, value: bytes | None) -> bytes:
    """The attributes with this one set (in its old place) or, for None, taken out."""
    found = _attribute_pattern(name).search(attributes)
    if found is None:
        return attributes if value is None else attributes + b" " + name + b'="' + value + b'"'
    replacement = b"" if value is None else b" " + name + b'="' + value + b'"'
    return attributes[: found.start()] + replacement + attributes[found.end() :]


def number_of(attributes: bytes, name: bytes, default: int) -> int:
    text = attribute(attributes, name)
    return int(text) if text is not None and text.isdigit() else default


class SheetXml:
    """One worksheet's bytes with an index of its rows."""

    def __init__(self, data: bytes, place: Place, part: str) -> None:
        """Raises ProtocolError for XML whose cells cannot be told apart safely (comments or CDATA among them)."""
        self.data = data
        self.part = part
        self._place = place
        root = _ROOT.search(data)
        if root is None:
            raise self._strange()
        self.names = names(root[1] + b":" if root[1] else b"")
        self.body_start, self.body_end = self._sheet_data()
        if any(data.find(mark, self.body_start, self.body_end) >= 0 for mark in (b"<!", b"<?")):
            raise self._strange()

    def _sheet_data(self) -> tuple[int, int]:
        """Where the rows stand; both ends are equal when there are none."""
        tag = self.names.prefix + b"sheetData"
        found = re.compile(rb"<" + re.escape(tag) + rb"(?:\s[^>]*?)?(/?)>").search(self.data)
        if found is None:
            raise self._strange()
        if found[1]:
            return found.end(), found.end()
        end = self.data.find(b"</" + tag, found.end())
        if end < 0:
            raise self._strange()
        return found.end(), end

    def _strange(self) -> ProtocolError:
        return self._place.fault("XL109", part=self.part)

    @property
    def prefix(self) -> bytes:
        return self.names.prefix

    @cached_property
    def rows(self) -> dict[int, RowSpan]:
        """Row number -> row, in the order of the file."""
        return {row.number: row for row in self._scan_rows()}

    def _scan_rows(self) -> Iterator[RowSpan]:
        data, closing = self.data, b"</" + self.prefix + b"row"
        number, at = 0, self.body_start
        while found := self.names.row.search(data, at, self.body_end):
            attributes = found[1] or b""
            before, number = number, number_of(attributes, b"r", number + 1)
            if number <= before:
                raise self._strange()
            body = at = found.end()
            if not found[2]:
                body = data.find(closing, at, self.body_end)
                at = data.find(b">", body) + 1
            if body < 0:
                raise self._strange()
            yield RowSpan(number, found.start(), at, attributes, found.end(), body)

    def cells(self, row: RowSpan) -> Iterator[CellSpan]:
        column = 0
        for found in self.names.cell.finditer(self.data, row.body_start, row.body_end):
            attributes = found[1] or b""
            before, column = column, column + 1
            reference = attribute(attributes, b"r")
            if reference is not None:
                place = parse_cell(reference.decode("ascii", "replace"))
                column = place[1] if place is not None else column
            if column <= before:
                raise self._strange()
            yield CellSpan(column, found.start(), found.end(), attributes, found[2] or b"")

    def style_at(self, row: int, column: int) -> int:
        """The style a cell has, or would have if it were there: the row's, else the column's."""
        span = self.rows.get(row)
        if span is not None:
            for cell in self.cells(span):
                if cell.column == column:
                    return number_of(cell.attributes, b"s", 0)
            if attribute(span.attributes, b"customFormat") in {b"1", b"true"}:
                return number_of(span.attributes, b"s", 0)
        return self.column_styles.get(column, 0)

    @cached_property
    def column_styles(self) -> dict[int, int]:
        """Styles given to whole columns."""
        found: dict[int, int] = {}
        for match in self.names.column.finditer(self.data, 0, self.body_start):
            attributes = match[1] or b""
            style = number_of(attributes, b"style", 0)
            first = number_of(attributes, b"min", 0)
            if style and first:
                last = number_of(attributes, b"max", first)
                found |= dict.fromkeys(range(first, last + 1), style)
        return found
