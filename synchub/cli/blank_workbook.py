"""Blank workbooks for a new hub folder: a sheet for every mapping, its columns in the header row, long codes safe from Excel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openpyxl import Workbook

    from synchub.hub import Hub
    from synchub.mapping.compiled import CompiledMapping

_EXCEL: Final = "excel"
_AS_TEXT: Final = frozenset({"code", "phone", "uscc", "ref"})
"""Kinds whose cells are formatted as text: Excel would make numbers of them and lose zeros and digits."""
_PREPARED: Final = 200
"""Rows that are formatted below the header row."""
_WIDTH: Final = 16


def lay_out_workbooks(folder: Path) -> list[str]:
    """Make the workbooks that hub.yaml names and that are not there; their paths as hub.yaml has them."""
    from synchub.hub import Hub

    made: list[str] = []
    with Hub.open(folder) as hub:
        for name, system in hub.config.systems.items():
            path = str(system.settings.values.get("path", "")) if system.connector == _EXCEL else ""
            if path and not (folder / path).exists():
                _lay_out(hub, name).save(folder / path)
                made.append(path)
    return made


def _lay_out(hub: Hub, system: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for mapping in hub.mappings:
        if mapping.system == system:
            _add_sheet(book, mapping)
    return book


def _add_sheet(book: Workbook, mapping: CompiledMapping) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(mapping.object)
    header_row = int(mapping.options.get("header_row", "1"))
    kinds = {column: mapping.entity[one.name].kind.name for one in mapping.fields for column in one.columns}
    columns = [*([mapping.hub_column] if mapping.hub_column else []), *kinds]
    for at, column in enumerate(columns, 1):
        cell = sheet.cell(header_row, at, column)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTH
        if kinds.get(column, "code") in _AS_TEXT:
            for row in range(header_row + 1, header_row + 1 + _PREPARED):
                sheet.cell(row, at).number_format = "@"
    sheet.freeze_panes = f"A{header_row + 1}"
