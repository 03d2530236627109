"""Cell references: A1 notation, columns by letters, ranges. Rows and columns count from 1, as people see them."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class Area(NamedTuple):
    """A rectangle of cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def column_letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_name(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def parse_cell(text: str) -> tuple[int, int] | None:
    """(row, column) of A1 notation; None if it is not one."""
    found = _CELL.fullmatch(text)
    return None if found is None else (int(found[2]), column_number(found[1]))


def parse_area(text: str) -> Area | None:
    """A range such as ``A1:D20``, or one cell; None if it is neither."""
    first, _, last = text.partition(":")
    start, end = parse_cell(first), parse_cell(last or first)
    return None if start is None or end is None else Area(*start, *end)
