"""The channel team's whole day: a hub begun from the set ``channel``, with its sandbox and a workbook of a sheet for every kind of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openpyxl import Workbook, load_workbook

from synchub.cli.hub_folder import write_template
from synchub.engine.report import RunReport
from synchub.errors import UnapprovedPlanError
from synchub.hub import Hub
from synchub.mapping.compiled import CompiledMapping
from synchub.sdk import Raw
from synchub.testing.clock import VirtualClock
from synchub_salesforce import SalesforceSandbox

IDENTITY: Final = "系统编号"
Row = dict[str, Raw]


class Sheets:
    """The workbook, read and written with openpyxl as a person would; a row is told by its columns."""

    def __init__(self, path: Path, mappings: Sequence[CompiledMapping]) -> None:
        self.path = path
        self.columns = {one.object: (IDENTITY, *one.row_columns[:-1]) for one in mappings}

    def write(self, rows: Mapping[str, Sequence[Row]]) -> None:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, columns in self.columns.items():
            sheet = book.create_sheet(name)
            sheet.append(columns)
            for row in rows.get(name, ()):
                sheet.append([row.get(column) for column in columns])
        book.save(self.path)

    def rows(self, sheet: str) -> list[Row]:
        """Every row, blank cells left out."""
        book = load_workbook(self.path)
        head, *lines = book[sheet].iter_rows(values_only=True)
        book.close()
        found = [dict(zip(map(str, head), line, strict=True)) for line in lines]
        return [{c: v for c, v in row.items() if v is not None} for row in found if any(row.values())]  # type: ignore[misc]  # texts and numbers

    def row(self, sheet: str, where: Row) -> Row:
        (found,) = [row for row in self.rows(sheet) if all(row.get(c) == v for c, v in where.items())]
        return found

    def edit(self, sheet: str, where: Row, changes: Row) -> None:
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

    def remove(self, sheet: str, where: Row) -> None:
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
        return cls.reopen(folder, VirtualClock())

    @classmethod
    def reopen(cls, folder: Path, clock: VirtualClock) -> Channel:
        hub = Hub.open(folder, clock=clock)
        mappings = [one for one in hub.mappings if one.system == "workbook"]
        return cls(hub, clock, Sheets(folder / "渠道业务.xlsx", mappings))

    @property
    def org(self) -> SalesforceSandbox:
        sandbox = self.hub.connectors.sandbox("salesforce")
        assert isinstance(sandbox, SalesforceSandbox)
        return sandbox

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
        ]
        assert told == [], "\n".join(map(str, told))
        assert (found.clean, +found.unlinked, +found.missing) == (True, {}, {})
        before = self.sheets.path.read_bytes()
        report = self.sync()
        assert (report.writes, report.cells, report.failures, report.state) == (0, [], {}, "done")
        assert self.sheets.path.read_bytes() == before

    def record(self, object: str, **where: Raw) -> Row:
        """The one record of the org in which these fields hold these values, with its Id."""
        (found,) = [
            {**one, "Id": id}
            for id, one in self.org.records(object).items()
            if all(one.get(field) == value for field, value in where.items())
        ]
        return found

    def close(self) -> None:
        self.hub.close()
