"""The workbook 渠道台账.xlsx as people use it: opened, changed and saved with openpyxl, a program that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook, load_workbook

from synchub.sdk import Raw

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

IDENTITY: Final = "系统编号"
PARTNERS: Final = "渠道台账"
CONTACTS: Final = "联系人"
EMPLOYEES: Final = "员工"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    PARTNERS: (
        IDENTITY, "渠道编码", "渠道名称", "税号", "等级", "等级说明", "区域", "省份", "城市", "地址", "联系电话",
        "信用额度（万元）", "是否合作", "合作阶段", "签约日期", "到期日期", "渠道经理", "备注", "私人备注",
    ),
    CONTACTS: (IDENTITY, "渠道编码", "姓名", "职务", "手机", "邮箱", "主要", "备注"),
    EMPLOYEES: (IDENTITY, "工号", "姓名", "邮箱", "手机", "在职"),
}  # fmt: skip
HEADER_ROW: Final[Mapping[str, int]] = {PARTNERS: 2, CONTACTS: 1, EMPLOYEES: 1}
_DATES: Final = frozenset({"签约日期", "到期日期"})

Row = dict[str, Raw]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One workbook on disk. Rows are told by what stands in a column."""

    path: Path

    def write(self, rows: Mapping[str, Sequence[Mapping[str, Raw]]]) -> None:
        """A new workbook with the three sheets and these rows."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, columns in COLUMNS.items():
            sheet = book.create_sheet(name)
            if HEADER_ROW[name] == 2:
                sheet.cell(1, 1, "渠道台账")
            for at, column in enumerate(columns, 1):
                sheet.cell(HEADER_ROW[name], at, column)
            for number, row in enumerate(rows.get(name, ()), HEADER_ROW[name] + 1):
                _fill(sheet, number, row, columns)
        book.save(self.path)

    def rows(self, sheet: str = PARTNERS) -> list[Row]:
        """Every row that holds something, blank cells left out; dates as ISO text."""
        book = load_workbook(self.path)
        found = [_row(book[sheet], number) for number in _numbers(book[sheet])]
        book.close()
        return [row for row in found if row]

    def row(self, sheet: str = PARTNERS, **where: Raw) -> Row:
        """The one row in which these columns hold these values."""
        (found,) = [row for row in self.rows(sheet) if all(row.get(c) == value for c, value in where.items())]
        return found

    @contextmanager
    def opened(self, sheet: str = PARTNERS) -> Iterator[Worksheet]:
        """A person at work in a sheet: saved at the end."""
        book = load_workbook(self.path)
        yield book[sheet]
        book.save(self.path)

    def edit(self, sheet: str, where: Mapping[str, Raw], changes: Mapping[str, Raw]) -> None:
        """Change cells of the rows in which these columns hold these values."""
        with self.opened(sheet) as page:
            for number in _numbers(page):
                row = _row(page, number)
                if row and all(row.get(column) == value for column, value in where.items()):
                    _fill(page, number, changes, _headers(page))

    def append(self, sheet: str, row: Mapping[str, Raw]) -> None:
        """Type a new row below the last one."""
        with self.opened(sheet) as page:
            last = max((n for n in _numbers(page) if _row(page, n)), default=HEADER_ROW[sheet])
            _fill(page, last + 1, row, _headers(page))

    def change(self, sheet: str, do: Callable[[Worksheet], object]) -> None:
        """Anything else a person does in a sheet."""
        with self.opened(sheet) as page:
            do(page)

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()


def _headers(sheet: Worksheet) -> tuple[str, ...]:
    return tuple(str(cell.value or "") for cell in sheet[HEADER_ROW[sheet.title]])


def _numbers(sheet: Worksheet) -> range:
    return range(HEADER_ROW[sheet.title] + 1, sheet.max_row + 1)


def _fill(sheet: Worksheet, number: int, row: Mapping[str, Raw], columns: Sequence[str]) -> None:
    for column, value in row.items():
        cell = sheet.cell(number, columns.index(column) + 1)
        if column in _DATES and isinstance(value, str):
            cell.value = date.fromisoformat(value)
            cell.number_format = "yyyy-mm-dd"
        else:
            cell.value = _cell_value(value)


def _cell_value(value: Raw) -> str | int | float | None:
    assert value is None or isinstance(value, str | int | float)
    return value


def _row(sheet: Worksheet, number: int) -> Row:
    found: Row = {}
    for at, column in enumerate(_headers(sheet), 1):
        value = sheet.cell(number, at).value
        if isinstance(value, datetime):
            found[column] = value.date().isoformat()
        elif value is not None:
            found[column] = value  # type: ignore[assignment]  # text, number or bool
    return found
