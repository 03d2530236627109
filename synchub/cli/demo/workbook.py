"""The workbook 渠道台账.xlsx as a team would keep it: titles, colours, filters, formulas and columns of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from synchub.model.values import Raw

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

PARTNERS: Final = "渠道台账"
CONTACTS: Final = "联系人"
EMPLOYEES: Final = "员工"
IDENTITY: Final = "系统编号"
PARTNER_HEADER_ROW: Final = 2

PARTNER_COLUMNS: Final[Mapping[str, int]] = {
    IDENTITY: 20, "渠道编码": 12, "渠道名称": 34, "税号": 22, "等级": 8, "等级说明": 18, "区域": 10, "省份": 10, "城市": 10, "地址": 30,
    "联系电话": 20, "信用额度（万元）": 14, "是否合作": 9, "合作阶段": 10, "签约日期": 12, "到期日期": 12, "剩余天数": 10, "渠道经理": 14,
    "备注": 24, "上次拜访": 12,
}  # fmt: skip
"""Header -> width. 剩余天数 is a formula and 上次拜访 somebody's own: the hub knows neither."""
CONTACT_COLUMNS: Final[Mapping[str, int]] = {
    IDENTITY: 20, "渠道编码": 12, "渠道名称": 34, "姓名": 14, "职务": 20, "手机": 18, "邮箱": 28, "主要": 8, "备注": 24,
}  # fmt: skip
EMPLOYEE_COLUMNS: Final[Mapping[str, int]] = {
    IDENTITY: 20, "工号": 10, "姓名": 14, "邮箱": 26, "手机": 18, "在职": 8,
}  # fmt: skip

_TEXT: Final = frozenset({IDENTITY, "渠道编码", "税号", "工号", "手机", "联系电话"})
"""Columns whose cells are formatted as text, so that Excel leaves long digits alone."""
_DATES: Final = frozenset({"签约日期", "到期日期", "上次拜访"})
_FORMULA: Final = "剩余天数"
_COLOURS: Final = {"金牌": "FFF2CC", "银牌": "EDEDED"}


def build_workbook(
    file: Path,
    partners: Sequence[Mapping[str, Raw]],
    contacts: Sequence[Mapping[str, Raw]],
    employees: Sequence[Mapping[str, Raw]],
) -> None:
    """Write the file; dates are ISO texts in the rows and become real dates in the cells."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = PARTNERS
    _title(sheet, "渠道台账  Channel partners", len(PARTNER_COLUMNS))
    _fill(sheet, PARTNER_COLUMNS, PARTNER_HEADER_ROW, partners)
    sheet.auto_filter.ref = (
        f"A{PARTNER_HEADER_ROW}:{_last(PARTNER_COLUMNS)}{PARTNER_HEADER_ROW + len(partners)}"
    )
    sheet.freeze_panes = "D3"
    _choices(sheet, "是否合作", '"是,否"')
    other = book.create_sheet(CONTACTS)
    _fill(other, CONTACT_COLUMNS, 1, contacts)
    _as_table(other, "Contacts", len(CONTACT_COLUMNS), len(contacts))
    staff = book.create_sheet(EMPLOYEES)
    _fill(staff, EMPLOYEE_COLUMNS, 1, employees)
    _notes(book.create_sheet("说明"))
    file.parent.mkdir(parents=True, exist_ok=True)
    book.save(file)


def _title(sheet: Worksheet, text: str, width: int) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.cell(1, 1, text).font = Font(size=16, bold=True, color="1F4E78")
    sheet.cell(1, 1).alignment = Alignment(vertical="center")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.row_dimensions[1].height = 28


def _fill(
    sheet: Worksheet, columns: Mapping[str, int], header_row: int, rows: Sequence[Mapping[str, Raw]]
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, (name, width) in enumerate(columns.items(), 1):
        head = sheet.cell(header_row, at, name)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="2F5496")
        head.alignment = Alignment(horizontal="center")
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.column_dimensions["A"].hidden = False
    for number, row in enumerate(rows, header_row + 1):
        for at, name in enumerate(columns, 1):
            _put(sheet.cell(number, at), name, row.get(name), number, columns)
        colour = _COLOURS.get(str(row.get("等级")))
        if colour is not None:
            sheet.cell(number, list(columns).index("等级") + 1).fill = PatternFill("solid", fgColor=colour)


def _put(cell: Cell | MergedCell, name: str, value: Raw, row: int, columns: Mapping[str, int]) -> None:
    """One cell in the format of its column."""
    from openpyxl.utils import get_column_letter

    if name == _FORMULA:
        until = get_column_letter(list(columns).index("到期日期") + 1)
        cell.value = f'=IF({until}{row}="","",{until}{row}-TODAY())'
        cell.number_format = "0"
        return
    if name in _TEXT:
        cell.number_format = "@"
    elif name in _DATES:
        cell.number_format = "yyyy-mm-dd"
        if isinstance(value, str):
            cell.value = date.fromisoformat(value)
            return
    elif name == "信用额度（万元）":
        cell.number_format = "#,##0.00"
    if isinstance(value, Decimal):
        cell.value = float(value)
    elif value is not None:
        assert isinstance(value, str | int)
        cell.value = value


def _last(columns: Mapping[str, int]) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(len(columns))


def _choices(sheet: Worksheet, column: str, formula: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = chr(ord("A") + list(PARTNER_COLUMNS).index(column))
    rule = DataValidation(type="list", formula1=formula, allow_blank=True)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}{PARTNER_HEADER_ROW + 1}:{letter}2000")


def _as_table(sheet: Worksheet, name: str, columns: int, rows: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    table = Table(displayName=name, ref=f"A1:{get_column_letter(columns)}{1 + rows}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)


def _notes(sheet: Worksheet) -> None:
    """A page that no mapping mentions."""
    sheet.column_dimensions["A"].width = 90
    for line in (
        "系统编号由中台填写，请勿修改。 The hub fills in 系统编号; please leave it alone.",
        "剩余天数是公式，上次拜访由各人自己填写；中台不读取，也不修改这两列。",
        "信用额度以金蝶为准，在这里修改会被改回。 The credit limit is Kingdee's; a change made here is taken back.",
    ):
        sheet.append([line])
