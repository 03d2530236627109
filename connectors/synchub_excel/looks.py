"""How written cells look: an existing cell keeps its style, a new one takes that of the row above or of its column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from synchub.sdk import Raw

from .cells import CellEdit, Target, encode
from .formats import Shows, Styles
from .place import Place
from .rows import Listing
from .sheetxml import RowSpan, attribute, number_of

_ROW_LOOKS = (b"s", b"customFormat", b"ht", b"customHeight")
_PREFIXED_LOOKS = re.compile(rb"\s[\w.-]+:dyDescent\s*=\s*\"[^\"]*\"")


class Looks:
    """Styles on one worksheet."""

    def __init__(self, listing: Listing, styles: Styles) -> None:
        self._listing = listing
        self._xml = listing.sheet.xml
        self._styles = styles
        self._date_styles: dict[int, int | None] = {}
        self._latest: tuple[int, dict[int, int]] = (0, {})
        self._template = max((line.row for line in listing.lines), default=0)
        """The last row of data; new rows are made to look like it."""

    def dress(self, value: Raw, row: int, column: int, target: Target, place: Place) -> CellEdit:
        """The cell for a value with the style it is to have. Raises RejectedError for what a cell cannot hold."""
        cell_style = self._cell_styles(row).get(column)
        own = cell_style if cell_style is not None else self._style_of_new(row, column)
        style = own
        if isinstance(value, str) and self._styles.of(own) is Shows.PLAIN:
            style = self._column_date_style(column) or own
        edit = encode(value, replace(target, shows=self._styles.of(style)), place, self._xml.prefix)
        is_date = edit.body and not edit.type and isinstance(value, str)
        wanted = style if is_date else own
        return replace(edit, style=None if wanted == (cell_style or 0) else wanted)

    def around(self, row: int, cells: Mapping[int, CellEdit]) -> dict[int, CellEdit]:
        """The cells of a new row, with empty ones where the row above has a style (borders, fills)."""
        dressed = dict(cells)
        if row not in self._xml.rows:
            for column, style in self._template_styles.items():
                if style and column not in dressed:
                    dressed[column] = CellEdit(None, style=style)
        return dressed

    def row_attributes(self) -> bytes:
        """Height and style of a new row, as the row above has them."""
        span = self._xml.rows.get(self._template)
        if span is None:
            return b""
        held = ((name, attribute(span.attributes, name)) for name in _ROW_LOOKS)
        plain = b"".join(b" " + name + b'="' + value + b'"' for name, value in held if value is not None)
        prefixed = _PREFIXED_LOOKS.search(span.attributes)
        return plain + (prefixed[0] if prefixed is not None else b"")

    def _cell_styles(self, row: int) -> dict[int, int]:
        """The styles of a row's cells; the cells of one row are asked for one after the other."""
        if self._latest[0] != row:
            span = self._xml.rows.get(row)
            self._latest = row, self._styles_in(span) if span is not None else {}
        return self._latest[1]

    def _styles_in(self, span: RowSpan) -> dict[int, int]:
        return {cell.column: number_of(cell.attributes, b"s", 0) for cell in self._xml.cells(span)}

    @cached_property
    def _template_styles(self) -> dict[int, int]:
        return self._cell_styles(self._template)

    def _style_of_new(self, row: int, column: int) -> int:
        """The style for a cell that is not in the file: that of the row above for a new row, else of its row or column."""
        if row > self._listing.last_row and column in self._template_styles:
            return self._template_styles[column]
        return self._xml.style_at(row, column)

    def _column_date_style(self, column: int) -> int | None:
        """The date style of a column whose values are mostly dates; None for other columns."""
        if column not in self._date_styles:
            self._date_styles[column] = self._find_date_style(column)
        return self._date_styles[column]

    def _find_date_style(self, column: int) -> int | None:
        sheet = self._listing.sheet
        filled = [
            (line.row, value)
            for line in self._listing.lines
            if (value := sheet.read(line.row, column)) not in {"", None}
        ]
        dates = [row for row, value in filled if isinstance(value, date)]
        if 2 * len(dates) <= len(filled):
            return None
        return self._xml.style_at(dates[-1], column)
