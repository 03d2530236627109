"""The excel connector keeps the contract, on a real workbook that people edit with another program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from synchub.sdk import Connector, Raw
from synchub.testing import Columns, ConnectorTests, Harness
from synchub_excel import Excel, ExcelSettings, connector

HEAD = ("系统编号", "名称", "备注", "编码", "额度", "人数", "签约日期", "会面", "合作")
ID = HEAD[0]
DAY, MINUTE = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
FORMATS = {"签约日期": DAY, "会面": MINUTE}


class WorkbookHarness(Harness):
    """One worksheet with the hub's column; openpyxl is the person at the screen."""

    connector_type = Excel
    object = "渠道"
    hub_column = ID
    columns = Columns(
        text="名称",
        other_text="备注",
        key="编码",
        long_text="备注",
        decimal="额度",
        integer="人数",
        date="签约日期",
        datetime="会面",
        boolean="合作",
        list="",
        masked="",
    )
    bad: ClassVar[Mapping[str, Raw]] = {"名称": "x" * 32_768}
    names = "渠道台账.xlsx"
    idle_calls = 0

    def furnish(self) -> None:
        self.patch.setattr(connector, "PAGE_ROWS", self.page_rows)
        self.path = self.folder / self.names
        self.made = 0
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = self.object
        sheet.append(HEAD)
        book.save(self.path)

    def make(self) -> Connector[Any]:
        return Excel(ExcelSettings(path=self.names), self.context())

    def row(self, number: int) -> dict[str, Raw]:
        return {
            "名称": f"渠道 {number}",
            "备注": f"备注 {number}",
            "编码": f"K{number:04}",
            "额度": Decimal("500000.5") + number,
            "人数": number,
            "签约日期": "2026-03-01",
            "会面": "2026-03-01T08:30:00",
            "合作": number % 2 == 0,
        }

    def create(self, values: Mapping[str, Raw]) -> str:
        self.made += 1
        id = f"P-{self.made:04}"
        self.create_nameless({**values, ID: id})
        return id

    def create_nameless(self, values: Mapping[str, Raw]) -> None:
        with self.opened() as sheet:
            row = sheet.max_row + 1
            for name, value in values.items():
                self._type(sheet.cell(row, HEAD.index(name) + 1), name, value)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        with self.opened() as sheet:
            row = self._places(sheet)[id]
            for name, value in changes.items():
                self._type(sheet.cell(row, HEAD.index(name) + 1), name, value)

    def delete(self, id: str) -> None:
        with self.opened() as sheet:
            sheet.delete_rows(self._places(sheet)[id])

    def held(self) -> dict[str, dict[str, Raw]]:
        sheet = load_workbook(self.path)[self.object]
        return {
            id: {name: _raw(sheet.cell(row, column).value, name) for column, name in enumerate(HEAD, 1)}
            for id, row in self._places(sheet).items()
        }

    def mark(self) -> None:
        self.before = self._cells()

    def written(self) -> set[tuple[str, str]]:
        after = self._cells()
        places = self.before.keys() | after.keys()
        return {place for place in places if self.before.get(place) != after.get(place)}

    def unknown_id(self, number: int) -> str:
        return f"nobody-{number}"

    def take_down(self) -> None:
        self.path.unlink()

    @contextmanager
    def opened(self) -> Iterator[Worksheet]:
        """The worksheet in a person's program, saved afterwards."""
        book = load_workbook(self.path)
        yield book[self.object]
        book.save(self.path)

    def _places(self, sheet: Worksheet) -> dict[str, int]:
        ids = ((row, sheet.cell(row, 1).value) for row in range(2, sheet.max_row + 1))
        return {str(id): row for row, id in ids if id is not None}

    def _cells(self) -> dict[tuple[str, str], Any]:
        sheet = load_workbook(self.path)[self.object]
        return {
            (id, name): value
            for id, row in self._places(sheet).items()
            for column, name in enumerate(HEAD, 1)
            if (value := sheet.cell(row, column).value) is not None
        }

    def _type(self, cell: Any, name: str, value: Raw) -> None:
        """As Excel takes it: dates as dates, text as text."""
        if name == "签约日期" and isinstance(value, str):
            cell.value = date.fromisoformat(value)
        elif name == "会面" and isinstance(value, str):
            cell.value = datetime.fromisoformat(value)
        else:
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        if name in FORMATS:
            cell.number_format = FORMATS[name]


def _raw(value: object, name: str) -> Raw:
    """What a cell says, in our words."""
    if isinstance(value, datetime):
        return value.date().isoformat() if name == "签约日期" else value.isoformat()
    if isinstance(value, float):
        return Decimal(repr(value))
    assert value is None or isinstance(value, str | int | bool)
    return value


class TestExcel(ConnectorTests):
    harness_type = WorkbookHarness
