"""Changing cells in a worksheet's XML in place: every byte that is not of a changed cell or a new row stays."""

from __future__ import annotations

from collections.abc import Mapping

from .cells import CellEdit
from .refs import cell_name
from .sheetxml import CellSpan, RowSpan, SheetXml, attribute, with_attribute

Edits = Mapping[int, Mapping[int, CellEdit]]
"""Row -> column -> the new cell."""


def patched(xml: SheetXml, edits: Edits, row_attributes: Mapping[int, bytes]) -> bytes:
    """The worksheet with these cells. A row that is not there yet is put in its place; `row_attributes` are its looks."""
    pieces: list[bytes] = []
    at = 0
    missing = sorted(row for row in edits if row not in xml.rows)
    for number, row in sorted(xml.rows.items()):
        while missing and missing[0] < number:
            new = missing.pop(0)
            pieces += [xml.data[at : row.start], _new_row(xml, new, edits[new], row_attributes.get(new, b""))]
            at = row.start
        if number in edits:
            pieces += [xml.data[at : row.start], _changed_row(xml, row, edits[number])]
            at = row.end
    end = max((row.end for row in xml.rows.values()), default=xml.body_start)
    pieces.append(xml.data[at:end])
    pieces += [_new_row(xml, new, edits[new], row_attributes.get(new, b"")) for new in missing]
    pieces.append(xml.data[end:])
    return b"".join(pieces)


def _changed_row(xml: SheetXml, row: RowSpan, cells: Mapping[int, CellEdit]) -> bytes:
    pieces: list[bytes] = []
    at = row.body_start
    missing = sorted(cells)
    for cell in xml.cells(row):
        while missing and missing[0] < cell.column:
            column = missing.pop(0)
            pieces += [xml.data[at : cell.start], _new_cell(xml, row.number, column, cells[column])]
            at = cell.start
        if missing and missing[0] == cell.column:
            missing.pop(0)
            pieces += [xml.data[at : cell.start], _changed_cell(xml, cell, cells[cell.column])]
            at = cell.end
    pieces.append(xml.data[at : row.body_end])
    pieces += [_new_cell(xml, row.number, column, cells[column]) for column in missing]
    head = _row_head(xml, row, cells)
    tail = b"</" + xml.prefix + b"row>" if row.body_end == row.end else xml.data[row.body_end : row.end]
    return head + b"".join(pieces) + tail


def _row_head(xml: SheetXml, row: RowSpan, cells: Mapping[int, CellEdit]) -> bytes:
    """The row's own tag, as it stands; only a self-closing one is opened, and too narrow a ``spans`` is widened."""
    spans = attribute(row.attributes, b"spans")
    attributes = row.attributes
    first, _, last = (spans or b"").partition(b":")
    if first.isdigit() and last.isdigit() and not all(int(first) <= column <= int(last) for column in cells):
        bounds = min(int(first), *cells), max(int(last), *cells)
        attributes = with_attribute(attributes, b"spans", b"%d:%d" % bounds)
    if attributes == row.attributes and row.body_end != row.end:
        return xml.data[row.start : row.body_start]
    return b"<" + xml.prefix + b"row" + attributes.rstrip() + b">"


def _new_row(xml: SheetXml, number: int, cells: Mapping[int, CellEdit], looks: bytes) -> bytes:
    content = b"".join(_new_cell(xml, number, column, cells[column]) for column in sorted(cells))
    head = b"<" + xml.prefix + b'row r="%d"' % number + looks + b">"
    return head + content + b"</" + xml.prefix + b"row>"


def _new_cell(xml: SheetXml, row: int, column: int, edit: CellEdit) -> bytes:
    attributes = b' r="' + cell_name(row, column).encode() + b'"'
    return _cell(xml, attributes, edit)


def _changed_cell(xml: SheetXml, cell: CellSpan, edit: CellEdit) -> bytes:
    """The cell with its own attributes; what describes the old value (its type, its metadata) goes."""
    attributes = cell.attributes.rstrip()
    for name in (b"t", b"cm", b"vm", b"ph"):
        attributes = with_attribute(attributes, name, None)
    return _cell(xml, attributes, edit)


def _cell(xml: SheetXml, attributes: bytes, edit: CellEdit) -> bytes:
    if edit.style is not None:
        attributes = with_attribute(attributes, b"s", str(edit.style).encode())
    if edit.type:
        attributes = with_attribute(attributes, b"t", edit.type)
    tag = xml.prefix + b"c"
    if not edit.body:
        return b"<" + tag + attributes + b"/>"
    return b"<" + tag + attributes + b">" + edit.body + b"</" + tag + b">"
