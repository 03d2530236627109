"""A hub folder with one workbook, and the connector on it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synchub.sdk import Context, Op, Outcome, PullRequest, Raw, RawRecord, RejectedRow, Write
from synchub_excel import Excel, ExcelSettings
from tests.connectors.excel.excel_workbooks import SHEET


class StillClock:
    """Stands at the machine's time when it was made; sleeping moves it and calls `on_sleep`."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)
        self.slept: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        self.on_sleep()


@dataclass
class Desk:
    """A workbook in a shared folder, the connector and what a test asks of it."""

    folder: Path
    path: Path
    clock: StillClock = field(default_factory=StillClock)
    hub_column: str = "系统编号"
    options: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ("系统编号", "渠道名称", "信用额度")
    known: Mapping[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._excel: Excel | None = None

    @property
    def excel(self) -> Excel:
        if self._excel is None:
            self._excel = self.another()
        return self._excel

    def another(self) -> Excel:
        """A connector that remembers nothing, as after a restart."""
        context = Context(
            "台账",
            self.folder,
            self.folder / "state",
            ZoneInfo("Asia/Shanghai"),
            self.clock,
            random.Random(7),
        )
        settings = ExcelSettings(path=str(self.path.relative_to(self.folder)), **self.settings)
        return Excel(settings, context)

    def request(self, cursor: str | None = None) -> PullRequest:
        return PullRequest(
            SHEET,
            self.columns,
            cursor=cursor,
            hub_column=self.hub_column,
            options=self.options,
            known=lambda ids: {id: self.known[id] for id in ids if id in self.known},
        )

    def pull(self) -> list[RawRecord]:
        return [record for page in self.excel.pull(self.request()) for record in page.records]

    def rejected(self) -> list[RejectedRow]:
        return [row for page in self.excel.pull(self.request()) for row in page.rejected]

    def push(self, *writes: Write) -> list[Outcome]:
        return self.excel.push(self.request(), writes)

    def update(self, id: str, values: Mapping[str, Raw], seen: Mapping[str, Raw] | None = None) -> Write:
        return Write(f"key-{id}", Op.UPDATE, values, id=id, seen=seen or {}, hub_column=self.hub_column)

    def create(self, hub_id: str, values: Mapping[str, Raw]) -> Write:
        return Write(f"key-{hub_id}", Op.CREATE, values, hub_column=self.hub_column, hub_id=hub_id)

    def strangers(self) -> Sequence[str]:
        """What lies in the folder beside the workbook."""
        return sorted(each.name for each in self.path.parent.iterdir() if each != self.path)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Desk]:
    """Puts a workbook into a fresh shared folder."""

    def make(data: bytes, **asks: Any) -> Desk:
        path = tmp_path / "共享" / "渠道台账.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return Desk(tmp_path, path, **asks)

    return make
