"""The channel team's whole day: a hub begun from the set ``channel``, with its sandbox and a workbook of a sheet for every kind of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

from synchub.cli.blank_workbook import lay_out_workbooks
from synchub.cli.hub_folder import write_template
from synchub.engine.report import RunReport
from synchub.errors import UnapprovedPlanError
from synchub.hub import Hub
from synchub.sdk import Raw
from synchub.testing.clock import VirtualClock
from synchub_kingdee_xingchen import XingchenSandbox
from synchub_salesforce import SalesforceSandbox

Cell = str | int | float | Decimal | None
Row = dict[str, Cell]


class Sheets:
    """The workbook, read and written with openpyxl as a person would; a row is told by its columns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        book = load_workbook(path)
        self.columns = {sheet.title: [str(cell.value) for cell in sheet[1]] for sheet in book.worksheets}
        book.close()

    def write(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Type these rows below the headers of the blank sheets."""
        book = load_workbook(self.path)
        for name, typed in rows.items():
            for number, row in enumerate(typed, 2):
                for column, value in row.items():
                    book[name].cell(number, self.columns[name].index(column) + 1).value = value
        book.save(self.path)

    def rows(self, sheet: str) -> list[Row]:
        """Every row, blank cells left out."""
        book = load_workbook(self.path)
        head, *lines = book[sheet].iter_rows(values_only=True)
        book.close()
        found = [dict(zip(map(str, head), line, strict=True)) for line in lines]
        return [{c: v for c, v in row.items() if v is not None} for row in found if any(row.values())]  # type: ignore[misc]  # texts and numbers

    def row(self, sheet: str, where: Mapping[str, object]) -> Row:
        (found,) = [row for row in self.rows(sheet) if all(row.get(c) == v for c, v in where.items())]
        return found

    def edit(self, sheet: str, where: Mapping[str, object], changes: Row) -> None:
        book = load_workbook(self.path)
        page = book[sheet]
        columns = self.columns[sheet]
        (number,) = [
            at
            for at in range(2, page.max_row + 1)
            if all(page.cell(at, columns.index(c) + 1).value == v for c, v in where.items())
        ]
        for column, value in changes.items():
            page.cell(number, columns.index(column) + 1).value = value
        book.save(self.path)

    def append(self, sheet: str, row: Row) -> None:
        book = load_workbook(self.path)
        page = book[sheet]
        last = max(at for at in range(1, page.max_row + 1) if any(cell.value for cell in page[at]))
        for column, value in row.items():
            page.cell(last + 1, self.columns[sheet].index(column) + 1).value = value
        book.save(self.path)

    def remove(self, sheet: str, where: Mapping[str, object]) -> None:
        book = load_workbook(self.path)
        page, columns = book[sheet], self.columns[sheet]
        (number,) = [
            at
            for at in range(2, page.max_row + 1)
            if all(page.cell(at, columns.index(c) + 1).value == v for c, v in where.items())
        ]
        page.delete_rows(number)
        book.save(self.path)


@dataclass
class Channel:
    """The hub and its systems."""

    hub: Hub
    clock: VirtualClock
    sheets: Sheets

    @classmethod
    def build(cls, folder: Path) -> Channel:
        write_template(folder, "channel")
        lay_out_workbooks(folder)
        return cls.reopen(folder, VirtualClock())

    @classmethod
    def reopen(cls, folder: Path, clock: VirtualClock) -> Channel:
        hub = Hub.open(folder, clock=clock)
        return cls(hub, clock, Sheets(folder / "渠道业务.xlsx"))

    @property
    def org(self) -> SalesforceSandbox:
        sandbox = self.hub.connectors.sandbox("salesforce")
        assert isinstance(sandbox, SalesforceSandbox)
        return sandbox

    @property
    def books(self) -> XingchenSandbox:
        sandbox = self.hub.connectors.sandbox("kingdee")
        assert isinstance(sandbox, XingchenSandbox)
        return sandbox

    def bill(self, code: str) -> dict[str, Raw]:
        """The sales order with this number in the books."""
        return self.books.record("sal_order", self.books.id_of("sal_order", code))

    def bill_lines(self, code: str) -> list[dict[str, Raw]]:
        rows = self.bill(code).get("material_entity")
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def sync(self) -> RunReport:
        """One sync, a minute after the last; a first contact is approved, as by somebody who has read the plan."""
        self.clock.tick(60)
        try:
            return self.hub.sync()
        except UnapprovedPlanError as error:
            return self.hub.sync(approve=error.plan)

    def settle(self) -> None:
        """Everything agrees, and from now on nothing is written."""
        found = self.hub.verify()
        told = [
            (one.system, one.object, one.field, one.golden, one.observed, one.why)
            for one in found.differences
            # the org's own users own what nobody else does, and are no employees
            if (one.field, one.why) not in {("owner", "waiting"), ("manager", "waiting")}
            and one.why != "default"
        ]
        assert told == [], "\n".join(map(str, told))
        assert (found.clean, +found.unlinked, +found.missing) == (True, {}, {})
        before = self.sheets.path.read_bytes()
        report = self.sync()
        assert (report.writes, report.cells, report.failures, report.state) == (0, [], {}, "done")
        assert self.sheets.path.read_bytes() == before

    def record(self, object: str, **where: object) -> dict[str, Raw]:
        """The one record of the org in which these fields hold these values, with its Id."""
        found: list[dict[str, Raw]] = [
            {**one, "Id": id}
            for id, one in self.org.records(object).items()
            if all(one.get(field) == value for field, value in where.items())
        ]
        (record,) = found
        return record

    def close(self) -> None:
        self.hub.close()
