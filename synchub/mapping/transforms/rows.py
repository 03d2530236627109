"""A list whose rows have no key, as one field: a line of text for each row, its cells in a fixed order between ``|``.

Rows that nothing tells apart cannot be merged one by one, so the list is agreed on, taken, kept and explained as a whole. People read and type it as
lines: in a question about a conflict, in a cell of a workbook, in another system's list of the same columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Loss, Transform, Value, refused
from synchub.model.kinds import Text
from synchub.model.kinds.text import as_text, excerpt
from synchub.model.values import Canonical, KindProblem, Raw, Reference

_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n"}
_TOKEN = re.compile(r"\\(.)|\|", re.DOTALL)
_WHOLE = re.compile(r"-?[0-9]+")

Cells = tuple[str, ...]
Row = Mapping[str, Raw]


@dataclass(frozen=True)
class AsRows(Transform):
    """Some columns of every row of a list; what a row holds besides stays with the row that means the same, or stands in its place."""

    columns: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    """Columns that hold numbers: read by value, written as numbers."""

    name: ClassVar[Keyword] = Keyword("rows", "明细")
    kinds: ClassVar[frozenset[str]] = frozenset({"text"})
    note: ClassVar[str] = "mapping.note.rows"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        columns = reading.take_scalars(k.COLUMNS, required=True)
        numbers = reading.take_scalars(k.NUMBERS)
        names = [one.text for one in columns]
        wrong = next((one for at, one in enumerate(columns) if one.text in ("", *names[:at])), None)
        wrong = wrong or next((one for one in numbers if one.text not in names), None)
        if wrong is not None:
            reading.findings.error("M325", wrong, column=wrong.text)
            return None
        if not isinstance(around.field.kind, Text) or not around.field.kind.multiline:
            reading.findings.error("M326", reading.table, field=around.field.label)
            return None
        return cls(around.field.kind, tuple(names), frozenset(one.text for one in numbers)) if names else None

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    def get(self, raw: Raw) -> Canonical | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, list):
            raise refused("M814", value=excerpt(raw))
        return self.kind.parse("\n".join(_line(self._cells(row)) for row in raw))

    def put(self, value: Canonical, old: Raw) -> Raw:
        wanted = list(self._parsed(str(value)))
        there = [row for row in old if isinstance(row, dict)] if isinstance(old, list) else []
        places = _places(wanted, [self._readable(row) for row in there])
        numeric = self.numbers | {
            column for column in self.columns for row in there if _is_number(row.get(column))
        }
        return [
            self._row(cells, {} if place is None else there[place], numeric)
            for cells, place in zip(wanted, places, strict=True)
        ]

    def same(self, one: Value, other: Value) -> bool:
        if isinstance(one, Reference) or isinstance(other, Reference):
            return one == other
        try:
            return self.kind.equal(one, other) or [*self._parsed(str(one))] == [*self._parsed(str(other))]
        except KindProblem:
            return False

    def examples(self) -> Iterable[object]:
        sign = {column: "12.5" if column in self.numbers else "a\\|b \\\\ c" for column in self.columns}
        line = " | ".join(sign.values())
        yield line
        yield f"{line}\n{line}"
        if len(self.columns) > 1:
            yield " | ".join(["7", *([""] * (len(self.columns) - 1))])

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "columns": [*self.columns], "numbers": sorted(self.numbers)}

    def _cells(self, row: Raw) -> Cells:
        """What the row says, tidied. Raises KindProblem for what is no row, or says nothing at all: nobody could write it back."""
        if not isinstance(row, dict):
            raise refused("M814", value=excerpt(row))
        cells = tuple(self._cell(column, row.get(column)) for column in self.columns)
        if not any(cells):
            raise refused("M815", columns=", ".join(self.columns))
        return cells

    def _cell(self, column: str, raw: Raw) -> str:
        if isinstance(raw, bool):
            return "true" if raw else "false"
        text = as_text(raw)
        return _number(text) if text and (column in self.numbers or _is_number(raw)) else text

    def _readable(self, row: Row) -> Cells | None:
        try:
            return self._cells(dict(row))
        except KindProblem:
            return None

    def _parsed(self, text: str) -> Iterator[Cells]:
        for line in text.splitlines():
            if not line.strip():
                continue
            cells = [one.strip() for one in _split(line)]
            if len(cells) != len(self.columns) or not any(cells):
                raise refused("M816", value=excerpt(line), count=len(cells), columns=" | ".join(self.columns))
            yield tuple(
                _number(cell) if cell and column in self.numbers else cell
                for column, cell in zip(self.columns, cells, strict=True)
            )

    def _row(self, cells: Cells, held: Row, numeric: Iterable[str]) -> Raw:
        """The row with these cells; one that is there keeps the rest, and the writing of what did not change."""
        row: dict[str, Raw] = dict(held)
        for column, cell in zip(self.columns, cells, strict=True):
            if self._same_cell(column, held.get(column), cell):
                continue
            row[column] = None if not cell else _typed(cell) if column in numeric else cell
        return row

    def _same_cell(self, column: str, raw: Raw, cell: str) -> bool:
        try:
            return self._cell(column, raw) == cell
        except KindProblem:
            return False


def _places(wanted: Sequence[Cells], there: Sequence[Cells | None]) -> list[int | None]:
    """For each row wanted the row there that it is: one that says the same, else the one in its place if nobody else is that one."""
    free = dict.fromkeys(range(len(there)))
    found: list[int | None] = []
    for cells in wanted:
        place = next((one for one in free if there[one] == cells), None)
        free.pop(place, None)  # type: ignore[arg-type]  # nothing is under None
        found.append(place)
    for at, place in enumerate(found):
        if place is None and at in free:
            del free[at]
            found[at] = at
    return found


def _line(cells: Cells) -> str:
    return " | ".join("".join(_ESCAPES.get(sign, sign) for sign in _one_break(cell)) for cell in cells)


def _one_break(text: str) -> str:
    return "\n".join(text.splitlines())


def _split(line: str) -> list[str]:
    """The cells of a line, their escapes undone."""
    cells, start, text = [], 0, ""
    for found in _TOKEN.finditer(line):
        text += line[start : found.start()]
        start = found.end()
        if found[1] is None:
            cells.append(text)
            text = ""
        else:
            text += "\n" if found[1] == "n" else found[1]
    return [*cells, text + line[start:]]


def _is_number(raw: Raw) -> bool:
    return isinstance(raw, int | Decimal) and not isinstance(raw, bool)


def _number(text: str) -> str:
    """One writing for each number: 10.50 and 10.5 are the same."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise refused("M817", value=excerpt(text))
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def _typed(cell: str) -> Raw:
    """A number where the text is one; what is none stays text, and the system will say so."""
    if _WHOLE.fullmatch(cell):
        return int(cell)
    try:
        return Decimal(cell)
    except InvalidOperation:
        return cell
