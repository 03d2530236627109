"""A hub in a laboratory: the real engine and a real database, with systems that live in memory and a clock that stands still."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.engine.report import RunReport
from synchub.engine.sync import Plan, plan, sync
from synchub.engine.verify import Verification, verify
from synchub.engine.world import World
from synchub.errors import UnapprovedPlanError
from synchub.mapping import load_mappings
from synchub.model.entity import EntityModel
from synchub.model.overlay import load_entities
from synchub.sdk import Capabilities, Context
from synchub.store import Store
from synchub.store.rows import Golden
from synchub.testing.clock import VirtualClock
from synchub.testing.memory import MemoryConnector, MemorySystem

ZONE = ZoneInfo("Asia/Shanghai")


class Lab:
    """Build one with mapping files and overlays as text; `systems` are edited by hand, `sync` runs the engine.

    `capabilities` says what each system can do; a system that is not named there has those of `MemoryConnector`.
    """

    def __init__(
        self,
        folder: Path,
        mappings: Mapping[str, str],
        overlays: Mapping[str, str] | None = None,
        *,
        systems: tuple[str, ...] = ("crm", "erp", "sheet"),
        capabilities: Mapping[str, Capabilities] | None = None,
        database: str | Path | None = None,
    ) -> None:
        self.clock = VirtualClock()
        self.folder = folder
        self.systems = {name: MemorySystem(self.clock) for name in systems}
        (folder / "model").mkdir(parents=True, exist_ok=True)
        for name, text in (overlays or {}).items():
            (folder / "model" / f"{name}.yaml").write_text(text, "utf-8")
        for name, text in mappings.items():
            (folder / f"{name}.yaml").write_text(text, "utf-8")
        self.entities: Mapping[str, EntityModel] = load_entities(folder / "model", systems=systems)
        self.connectors = {
            name: MemoryConnector(
                system,
                Context(name, folder, folder, ZONE, self.clock, random.Random(1)),  # noqa: S311 - nothing secret
                (capabilities or {}).get(name),
            )
            for name, system in self.systems.items()
        }
        self.store = Store.open(database or folder / "hub.sqlite", self.entities, self.clock)
        self.world = self.make_world()
        self.runs = 0

    def make_world(self) -> World:
        """Read the mapping files (again) and wire everything."""
        findings = Findings()
        zones = dict.fromkeys(self.systems, ZONE)
        mappings = load_mappings(self.folder, self.entities, zones, findings)
        assert not findings.errors, [problem.line("en") for problem in findings.errors]
        return World("lab", self.store, self.entities, mappings, self.connectors, self.clock)

    def sync(self, *, approve: bool = True) -> RunReport:
        """One sync, a minute after the last; a first contact is approved like a person who read the plan would."""
        self.clock.tick(60)
        self.runs += 1
        run = f"run-{self.runs:03}"
        try:
            return sync(self.world, run)
        except UnapprovedPlanError as error:
            if not approve:
                raise
            return sync(self.world, run + "a", approve=error.plan)

    def plan(self) -> Plan:
        """A rehearsal."""
        return plan(self.world, f"plan-{self.runs:03}")

    def verify(self) -> Verification:
        """Read everything again and compare."""
        return verify(self.world)

    def golden(self, entity: str = "Partner") -> list[dict[str, object]]:
        """All golden records as plain dictionaries, blank fields left out, with their `id`."""
        with self.store.read() as tx:
            ids = {
                link.entity_id
                for mapping in self.world.mappings
                if mapping.entity.name == entity
                for link in tx.links(
                    mapping.name, [key[0] for key in tx.all_external_ids(mapping.name)]
                ).values()
            }
            records = tx.golden(entity, sorted(ids))
        return [self.plain(entity, one) for one in sorted(records.values(), key=lambda one: one.id)]

    def plain(self, entity: str, record: Golden) -> dict[str, object]:
        """One golden record as a dictionary."""
        fields = self.entities[entity].fields
        values = {
            spec.name: value for spec, value in zip(fields, record.values, strict=True) if value is not None
        }
        return {"id": record.id, **values}

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()
