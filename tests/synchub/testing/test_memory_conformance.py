"""The memory connector keeps the contract, at every strength it is used with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

from synchub.sdk import (
    Capabilities,
    ConditionalWrite,
    Connector,
    CreateIdempotency,
    FieldType,
    Op,
    Raw,
    TimeGrain,
    UnavailableError,
)
from synchub.testing import Columns, ConnectorTests, Harness, MemoryConnector, MemorySystem
from synchub.testing.memory import MemorySettings, weakest

SCHEMA = {
    "HubId": FieldType.TEXT,
    "Name": FieldType.TEXT,
    "Remark": FieldType.TEXT,
    "Code": FieldType.TEXT,
    "Limit": FieldType.DECIMAL,
    "Staff": FieldType.INTEGER,
    "Signed": FieldType.DATE,
    "Met": FieldType.DATETIME,
    "Active": FieldType.BOOLEAN,
    "Contacts": FieldType.LIST,
}


class MemoryHarness(Harness):
    """Partners in memory; the connector instance has the capabilities of the harness."""

    connector_type = MemoryConnector
    object = "Partner"
    hub_column = "HubId"
    columns = Columns(
        text="Name",
        other_text="Remark",
        key="Code",
        long_text="Remark",
        decimal="Limit",
        integer="Staff",
        date="Signed",
        datetime="Met",
        boolean="Active",
        list="Contacts",
        masked="",
    )
    bad: ClassVar[Mapping[str, Raw]] = {"Remark": "refuse me"}
    names = "memory"

    def furnish(self) -> None:
        self.memory = MemorySystem(self.clock, schema={self.object: SCHEMA})
        self.memory.refuse = lambda values: "no" if values.get("Remark") == "refuse me" else ""

    def make(self) -> Connector[MemorySettings]:
        made = MemoryConnector(self.memory, self.context(), self.capabilities)
        made.page_size = self.page_rows
        return made

    def row(self, number: int) -> dict[str, Raw]:
        return {
            "Name": f"渠道 {number}",
            "Remark": f"备注 {number}",
            "Code": f"K{number:04}",
            "Limit": Decimal("500000.5") + number,
            "Staff": number,
            "Signed": "2026-03-01",
            "Met": "2026-03-01T08:00:00",
            "Active": number % 2 == 0,
            "Contacts": [self.list_row(number)],
        }

    def list_row(self, number: int) -> dict[str, Raw]:
        return {"name": f"王芳 {number}", "phone": f"1380000{number:04}"}

    def create(self, values: Mapping[str, Raw]) -> str:
        return self.memory.create(self.object, values)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        self.memory.edit(self.object, id, changes)

    def delete(self, id: str) -> None:
        self.memory.delete(self.object, id)

    def held(self) -> dict[str, dict[str, Raw]]:
        return {id: dict(values) for id, values in self.memory.live(self.object).items()}

    def mark(self) -> None:
        self.seen = len(self.memory.log)

    def written(self) -> set[tuple[str, str]]:
        return {(one.id, one.column) for one in self.memory.log[self.seen :] if one.actor == "hub"}

    def unknown_id(self, number: int) -> str:
        return f"nobody-{number}"

    def take_down(self) -> None:
        self.memory.down = UnavailableError("C102", system=self.system, seconds=1)

    def lose_reply(self, op: Op) -> None:
        self.memory.lose_replies = 1


class Weakest(MemoryHarness):
    """List, fetch, create, update, one at a time."""

    capabilities: ClassVar[Capabilities | None] = weakest()
    idle_calls = 2


class Strong(MemoryHarness):
    """All that it can, by tokens and comparison."""

    capabilities: ClassVar[Capabilities | None] = replace(
        MemoryConnector.capabilities,
        conditional_write=ConditionalWrite.COMPARE_OLD,
        create_idempotency=CreateIdempotency.TOKEN,
        write_returns_record=True,
        delete_feed_days=30,
    )


class Tagged(MemoryHarness):
    """Conditions by etag, one write a call, unique codes."""

    capabilities: ClassVar[Capabilities | None] = Capabilities(
        modified_since=TimeGrain.SECOND,
        conditional_write=ConditionalWrite.ETAG,
        create_idempotency=CreateIdempotency.UNIQUE_FIELD,
        write_returns_record=True,
    )


class TestMemory(ConnectorTests):
    harness_type = MemoryHarness


class TestWeakestMemory(ConnectorTests):
    harness_type = Weakest


class TestStrongMemory(ConnectorTests):
    harness_type = Strong


class TestTaggedMemory(ConnectorTests):
    harness_type = Tagged
