"""Somebody at a desk with the workbook open in a spreadsheet program: finds rows by what stands in them, types, saves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from synchub.cli.demo.workbook import IDENTITY, PARTNER_HEADER_ROW, PARTNERS
from synchub.model.values import Raw


class Desk:
    """A workbook that is open; `with` saves it at the end."""

    def __init__(self, file: Path) -> None:
        from openpyxl import load_workbook

        self.file = file
        self.book = load_workbook(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if type_ is None:
            self.book.save(self.file)

    def row_of(self, sheet: str, column: str, value: str) -> int:
        """The first row that holds this value. Raises KeyError."""
        at = self._columns(sheet)[column]
        for row in range(header_row(sheet) + 1, self.book[sheet].max_row + 1):
            if str(self.book[sheet].cell(row, at).value or "").strip() == value:
                return row
        raise KeyError(value)

    def column(self, sheet: str, name: str) -> list[object]:
        """Every value of a column below the header."""
        page, at = self.book[sheet], self._columns(sheet)[name]
        return [page.cell(row, at).value for row in range(header_row(sheet) + 1, page.max_row + 1)]

    def identity(self, sheet: str, row: int) -> str:
        return str(self.book[sheet].cell(row, self._columns(sheet)[IDENTITY]).value or "")

    def type(self, sheet: str, row: int, column: str, value: Raw) -> None:
        """Put a value into a cell; an ISO date becomes a date, a whole number a number."""
        cell = self.book[sheet].cell(row, self._columns(sheet)[column])
        if isinstance(value, int) and not isinstance(value, bool):
            cell.number_format = "General"
        cell.value = _typed(value)  # type: ignore[assignment]  # openpyxl's types leave dates out

    def append(self, sheet: str, values: Mapping[str, Raw]) -> int:
        """A new row below the last one that holds anything; returns its number."""
        page, columns = self.book[sheet], self._columns(sheet)
        row = page.max_row
        while row > header_row(sheet) and all(
            page.cell(row, at).value in {None, ""} for at in columns.values()
        ):
            row -= 1
        for column, value in values.items():
            page.cell(row + 1, columns[column]).value = _typed(value)  # type: ignore[assignment]  # as above
        return row + 1

    def _columns(self, sheet: str) -> dict[str, int]:
        page = self.book[sheet]
        heads = (page.cell(header_row(sheet), at).value for at in range(1, page.max_column + 1))
        return {str(head): at for at, head in enumerate(heads, 1) if head}


def header_row(sheet: str) -> int:
    return PARTNER_HEADER_ROW if sheet == PARTNERS else 1


def _typed(value: Raw) -> object:
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-" and value[:4].isdigit():
        return date.fromisoformat(value)
    return value
