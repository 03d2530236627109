"""The harness of connectors that bring a sandbox: people, log and misbehaviour are the sandbox's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from synchub.sdk import Connector, Op, Raw, Sandbox
from synchub.testing.conformance.harness import Cell, Harness, Row

SandboxT = TypeVar("SandboxT", bound=Sandbox)


class SandboxHarness(Harness, Generic[SandboxT]):
    """Start from here, and say which settings, columns and rows; `saves` names the endpoints that write."""

    settings: ClassVar[Mapping[str, object]] = {}
    """Besides what `sandbox_settings` gives."""
    saves: ClassVar[Mapping[Op, str]]
    sandbox: SandboxT
    _seq = 0

    def furnish(self) -> None:
        self.sandbox = self.make_sandbox()
        self.sandbox.start()

    def make_sandbox(self) -> SandboxT:
        """On a fresh file, with our clock."""
        made = self.connector_type.sandbox_type
        assert made is not None
        sandbox: SandboxT = made(self.folder / "sandbox.sqlite", self.clock)  # type: ignore[assignment]  # the subclass says which
        return sandbox

    def make(self) -> Connector[Any]:
        return self.make_with({})

    def make_with(self, changes: Mapping[str, object]) -> Connector[Any]:
        """A connector on the sandbox with some settings changed after all."""
        kind = self.connector_type
        pointed = kind.sandbox_settings(self.sandbox, kind.settings_type.model_validate(self.settings))
        told = pointed.model_dump(exclude_none=True) | dict(changes)
        return kind(kind.settings_type.model_validate(told), self.context())

    def create(self, values: Mapping[str, Raw]) -> str:
        return self.sandbox.user_create(self.object, values)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        self.sandbox.user_edit(self.object, id, changes)

    def edit_late(self, id: str, changes: Mapping[str, Raw], seconds: float) -> None:
        self.sandbox.user_edit(self.object, id, changes, visible_after=seconds)

    def delete(self, id: str) -> None:
        self.sandbox.user_delete(self.object, id)

    def held(self) -> dict[str, Row]:
        return self.sandbox.records(self.object)

    def mark(self) -> None:
        log = self.sandbox.write_log()
        self._seq = log[-1].seq if log else 0

    def written(self) -> set[Cell]:
        return {(row.id, row.column) for row in self.sandbox.write_log(self._seq, "api")}

    def throttle(self, seconds: float) -> None:
        self.sandbox.fault("throttle", retry_after=int(seconds))

    def lose_reply(self, op: Op) -> None:
        self.sandbox.fault("drop_after", self.saves[op])

    def take_down(self) -> None:
        self.sandbox.stop()

    def close(self) -> None:
        super().close()
        self.sandbox.close()
