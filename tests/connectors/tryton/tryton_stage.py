"""A hub on a real Tryton and a real workbook, from the mapping files that people start from."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook

from synchub.engine.report import RunReport
from synchub.errors import UnapprovedPlanError
from synchub.hub import Hub
from synchub.sdk import Clock, SystemClock, decode_json
from synchub.sdk.transport import Transport
from synchub.testing.clock import VirtualClock
from tests.connectors.tryton.tryton_harness import TurnedClock
from tests.connectors.tryton.tryton_people import People
from tests.connectors.tryton.tryton_recipe import HUB
from tests.connectors.tryton.tryton_server import ERP, ROOT, TrytonServer
from tests.scenarios.scenario_process import Prepare, sync_elsewhere

TEMPLATES: Final = ROOT / "mappings" / "templates" / "tryton"
SHEET: Final = "渠道台账"
COLUMNS: Final = ("系统编号", "编码", "名称", "税号", "地址", "城市", "电话", "网址", "是否合作", "私人备注")
HUB_YAML: Final = """\
hub: 渠道中台
systems:
  tryton:
    connector: tryton
    settings:
      address: {address}
      database: {database}
      login: {login}
      password: {{file: secrets/tryton}}
  workbook:
    connector: excel
    settings:
      path: 渠道台账.xlsx
"""
ORDER_SHEETS: Final = {
    "产品": ("系统编号", "编码", "名称", "标准价", "在售", "备注"),
    "订单": ("系统编号", "编号", "渠道编码", "下单日期", "备注"),
    "订单明细": ("系统编号", "订单编号", "行号", "产品编码", "数量", "单价", "备注"),
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """The workbook, as people use it."""

    path: Path

    def write(self, rows: Sequence[Mapping[str, object]]) -> None:
        book = Workbook()
        book.remove(book.worksheets[0])
        page = book.create_sheet(SHEET)
        page.append(COLUMNS)
        for row in rows:
            page.append([row.get(column) for column in COLUMNS])
        book.save(self.path)

    def add_sheets(self, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        """The sheets of products and orders, with these rows."""
        book = load_workbook(self.path)
        for name, columns in ORDER_SHEETS.items():
            page = book.create_sheet(name)
            page.append(columns)
            for row in rows.get(name, ()):
                page.append([row.get(column) for column in columns])
        book.save(self.path)

    def listed(self, sheet: str) -> list[Row]:
        """The rows of one of those."""
        book = load_workbook(self.path)
        columns = ORDER_SHEETS[sheet]
        lines = [[cell.value for cell in line] for line in book[sheet].iter_rows(min_row=2)]
        book.close()
        return [dict(zip(columns, line, strict=False)) for line in lines if any(line)]

    def put(self, sheet: str, key: str, value: object, changes: Mapping[str, Any]) -> None:
        """Change cells of the one row whose `key` holds `value`."""
        book = load_workbook(self.path)
        columns, page = ORDER_SHEETS[sheet], book[sheet]
        at = columns.index(key) + 1
        (number,) = [n for n in range(2, page.max_row + 1) if page.cell(n, at).value == value]
        for column, told in changes.items():
            page.cell(number, columns.index(column) + 1, told)
        book.save(self.path)

    def rows(self) -> dict[str, Row]:
        """By code."""
        return {str(row["编码"]): row for row in self.all_rows()}

    def all_rows(self) -> list[Row]:
        """In the order of the sheet."""
        book = load_workbook(self.path)
        lines = [[cell.value for cell in line] for line in book[SHEET].iter_rows(min_row=2)]
        book.close()
        return [dict(zip(COLUMNS, line, strict=False)) for line in lines if any(line)]

    def change(self, column: str, value: str, cells: Mapping[str, str]) -> None:
        """Change cells of the one row whose `column` holds `value`."""
        book = load_workbook(self.path)
        page, at = book[SHEET], COLUMNS.index(column) + 1
        (number,) = [n for n in range(2, page.max_row + 1) if page.cell(n, at).value == value]
        for name, told in cells.items():
            page.cell(number, COLUMNS.index(name) + 1, told)
        book.save(self.path)

    def edit(self, changes: Mapping[str, Mapping[str, str]]) -> None:
        """Code -> cells; an unknown code is a new row."""
        book = load_workbook(self.path)
        page = book[SHEET]
        at = {str(line[1].value): line[0].row for line in page.iter_rows(min_row=2) if line[1].value}
        for code, cells in changes.items():
            number = at.get(code) or page.max_row + 1
            for column, value in cells.items():
                page.cell(number, COLUMNS.index(column) + 1, value)
        book.save(self.path)


@dataclass
class TrytonStage:
    """`people` work in Tryton as the administrator, `sheet` is the workbook; `clock` is everybody's."""

    folder: Path
    server: TrytonServer
    database: str
    clock: Clock
    sheet: Sheet
    people: People
    _hub: Hub | None = field(default=None, repr=False)

    @classmethod
    def build(
        cls,
        place: Path,
        server: TrytonServer,
        database: str = ERP,
        clock: Clock | None = None,
        more: str = "",
        login: tuple[str, str] = HUB,
        orders: bool = False,
    ) -> TrytonStage:
        """On a database as it was prepared; `more` are further systems of hub.yaml. Partners only, or products and orders too."""
        folder = place / "hub"
        (folder / "secrets").mkdir(parents=True)
        others = () if orders else ("*product*", "*order*", "产品.yaml", "订单*.yaml")
        shutil.copytree(TEMPLATES, folder / "mappings", ignore=shutil.ignore_patterns("hub.yaml", *others))
        (folder / "secrets" / "tryton").write_text(login[1] + "\n", "utf-8")
        text = HUB_YAML.format(address=server.address, database=database, login=login[0])
        (folder / "hub.yaml").write_text(text + more, "utf-8")
        if server.uri.startswith("sqlite"):
            server.reset(database)
        people = server.as_user(database)
        people.prefer()
        return cls(folder, server, database, clock or SystemClock(), Sheet(folder / "渠道台账.xlsx"), people)

    @classmethod
    def timeless(cls, place: Path, server: TrytonServer, **more: Any) -> TrytonStage:
        """Time stands still but for a minute a sync, in the server as well."""
        return cls.build(place, server, clock=TurnedClock(server.clock), **more)

    def parties(self) -> dict[str, Row]:
        """What Tryton holds of every party, by code."""
        plain = ("code", "name", "active", "phone", "website")
        related = ("addresses.street", "addresses.city", "identifiers.code", "identifiers.type")
        found = self.people.rows("party.party", [], (*plain, *related))
        return {str(one["code"]): one for one in found}

    def party(self, code: str) -> int:
        (one,) = self.people.rows("party.party", [["code", "=", code]], ["id"])
        return int(one["id"])

    @property
    def hub(self) -> Hub:
        if self._hub is None:
            self._hub = Hub.open(self.folder, clock=self.clock)
        return self._hub

    def sync(self) -> RunReport:
        """One sync, a minute after the last; a first contact is approved, as by somebody who has read the plan."""
        self.tick(60)
        try:
            return self.hub.sync()
        except UnapprovedPlanError as error:
            return self.hub.sync(approve=error.plan)

    def sync_elsewhere(self, prepare: Prepare) -> tuple[int, str]:
        """In a process of its own."""
        self.close()
        return sync_elsewhere(self.folder, prepare)

    def tick(self, seconds: float) -> None:
        if isinstance(self.clock, VirtualClock):
            self.clock.tick(seconds)

    @property
    def calls(self) -> int:
        return self.hub.world.connectors["tryton"].calls

    def close(self) -> None:
        if self._hub is not None:
            self._hub.close()
            self._hub = None
        self.server.clock.unlink(missing_ok=True)


def killed_after(method: str) -> Prepare:
    """Dies when the answer to such a call of Tryton's has arrived and nobody has looked at it."""
    return partial(_die_after, method)


def _die_after(method: str) -> None:
    exchange = Transport.exchange

    def dying(transport: Transport, call: Any) -> object:
        answer = exchange(transport, call)
        body = decode_json(call.body) if call.body else None
        if isinstance(body, dict) and body.get("method") == method:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Transport.exchange = dying  # type: ignore[method-assign, assignment]  # this process is about to die


def party(number: int, **more: object) -> Row:
    """A partner as people type it into Tryton."""
    return {
        "name": f"渠道伙伴 {number} 有限公司",
        "code": f"KH{number:04}",
        "addresses": [["create", [{"street": f"文三路 {number} 号", "city": "杭州"}]]],
        "contact_mechanisms": [["create", [{"type": "phone", "value": f"+86 138 0013 {number:04}"}]]],
        **more,
    }


def line(number: int, **more: object) -> Row:
    """The same partner as people type it into the workbook."""
    return {
        "编码": f"KH{number:04}",
        "名称": f"渠道伙伴 {number} 有限公司",
        "地址": f"文三路 {number} 号",
        "城市": "杭州",
        "电话": f"138-0013-{number:04}",
        "是否合作": "是",
        **more,
    }
