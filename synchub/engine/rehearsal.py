"""Rehearsal: the same run, against the same systems, with every write kept back and assumed to succeed as sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from synchub.model.schema import ObjectSchema, RawRecord
from synchub.sdk import Connector, Op, Outcome, OutcomeKind, Page, PullRequest, Write

NEW = "new:"
"""Prefix of the id of a record that would have been created."""


class GuardedAll(Mapping[str, Connector[Any]]):
    """All connectors of a hub, guarded when first asked for."""

    def __init__(self, inner: Mapping[str, Connector[Any]]) -> None:
        self._inner = inner
        self._guarded: dict[str, Guarded] = {}

    def __getitem__(self, system: str) -> Connector[Any]:
        if system not in self._guarded:
            self._guarded[system] = Guarded(self._inner[system])
        return self._guarded[system]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


class Guarded(Connector[Any]):
    """A connector whose reads pass and whose writes stay here."""

    def __init__(self, inner: Connector[Any]) -> None:
        super().__init__(inner.settings, inner.context)
        self.inner = inner
        # The run must not read back what was never written; it goes on with what it meant to write.
        self.capabilities = replace(inner.capabilities, write_returns_record=True)  # type: ignore[misc]  # this instance's own facts

    @property
    def account(self) -> str:
        return self.inner.account

    @property
    def calls(self) -> int:
        return self.inner.calls

    def check(self) -> str:
        return self.inner.check()

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        return self.inner.discover(objects)

    def pull(self, request: PullRequest) -> Iterator[Page]:
        return self.inner.pull(request)

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        return self.inner.fetch(request, ids) if ids else []

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        return self.inner.find(request, column, values)

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:  # noqa: ARG002 - nothing is sent
        return [Outcome(OutcomeKind.OK, id=self._id(write)) for write in writes]

    def _id(self, write: Write) -> str:
        if write.op is Op.CREATE:
            return NEW + (write.hub_id or write.key)  # two of them are two records
        renamed = write.values.get(write.hub_column) if write.hub_column else None
        return renamed if isinstance(renamed, str) and renamed else write.id
