"""What the values alone do not tell: which cells are formulas, lack a result or show an error, and how far cells are used."""

from __future__ import annotations

from dataclasses import dataclass, field

from .refs import Area, parse_area
from .sheetxml import CellSpan, RowSpan, SheetXml, attribute


@dataclass(slots=True)
class Facts:
    """Of one worksheet; cells are (row, column) from 1."""

    last_row: int = 0
    last_column: int = 0
    """The last ones with a value; formatted empty cells do not count."""
    formulas: set[tuple[int, int]] = field(default_factory=set)
    no_result: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    spilled: list[Area] = field(default_factory=list)
    """Ranges of array formulas: their cells are filled by the formula in the first one."""

    def is_formula(self, row: int, column: int) -> bool:
        return (row, column) in self.formulas or any(area.holds(row, column) for area in self.spilled)


def gather(xml: SheetXml) -> Facts:
    """One pass over the rows; cells are looked at one by one only in rows that hold a formula or an error."""
    facts = Facts()
    marks = (b"<" + xml.prefix + b"f", b'"e"', b"'e'")
    for number, row in xml.rows.items():
        body = xml.data[row.body_start : row.body_end]
        last = _last_column(xml, row, body)
        if not last:
            continue
        facts.last_row = max(facts.last_row, number)
        facts.last_column = max(facts.last_column, last)
        if any(mark in body for mark in marks):
            for cell in xml.cells(row):
                _note(facts, xml, number, cell)
    return facts


def _last_column(xml: SheetXml, row: RowSpan, body: bytes) -> int:
    """The last column of the row that has a value, or a formula; 0 if none has."""
    tags = (b"<" + xml.prefix + name for name in (b"v", b"is", b"f"))
    at = max(body.rfind(tag) for tag in tags)
    if at < 0:
        return 0
    start = body.rfind(b"<" + xml.prefix + b"c ", 0, at)
    head = body[start : body.find(b">", start)]
    reference = attribute(head, b"r") if start >= 0 else None
    area = parse_area(reference.decode("ascii", "replace")) if reference is not None else None
    return area.left if area is not None else max((cell.column for cell in xml.cells(row)), default=0)


def _note(facts: Facts, xml: SheetXml, row: int, cell: CellSpan) -> None:
    where = (row, cell.column)
    kind = attribute(cell.attributes, b"t") or b"n"
    value = xml.names.value.search(cell.body)
    text = value[2] or b"" if value is not None else b""
    formula = xml.names.formula.search(cell.body)
    if kind == b"e":
        facts.errors[where] = text.decode("utf-8", "replace") or "#?"
    if formula is None:
        return
    facts.formulas.add(where)
    if not text.strip() and not (kind == b"str" and value is not None):
        facts.no_result.add(where)
    attributes = formula[1] or b""
    if attribute(attributes, b"t") in {b"array", b"dataTable"}:
        area = parse_area((attribute(attributes, b"ref") or b"").decode("ascii", "replace"))
        facts.spilled += [area] if area is not None else []
