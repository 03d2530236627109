"""The hub: configuration, connectors, store and engine wired together. What the CLI and the flows call."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.engine.explain import Story, explain
from synchub.engine.report import Progress, RunReport, silent
from synchub.engine.sync import Conductor, Plan, directly, plan, sync
from synchub.engine.verify import Verification, verify
from synchub.engine.world import World
from synchub.errors import ConfigError, MappingError, Problem, UserError
from synchub.hub.config import HubConfig, load_hub, locate_hub
from synchub.hub.connectors import Connectors
from synchub.hub.database import HubDatabase
from synchub.hub.deeds import Deeds
from synchub.hub.doctor import Checkup, examine
from synchub.hub.status import Status, read_status
from synchub.hub.workers import is_dead, this_worker
from synchub.mapping import CheckReport, CompiledMapping, check, load_mappings
from synchub.messages import Language
from synchub.model.entity import EntityModel
from synchub.model.overlay import load_entities
from synchub.model.schema import ObjectSchema
from synchub.paths import HubPaths
from synchub.sdk import Clock, SystemClock
from synchub.store import Store
from synchub.store.rows import Conflict, ConflictKind, Quarantined


class Hub:
    """An opened hub folder. Database, connectors and sandboxes start when first needed and stop at `close`."""

    def __init__(self, config: HubConfig, *, progress: Progress = silent, clock: Clock | None = None) -> None:
        self.config = config
        self.progress = progress
        self.clock: Clock = clock or SystemClock()
        self.connectors = Connectors(config, self.clock)

    @classmethod
    def open(
        cls, folder: Path | None = None, *, progress: Progress = silent, clock: Clock | None = None
    ) -> Hub:
        """Find (or take) the hub folder and read hub.yaml. Raises ConfigError with every problem."""
        return cls(load_hub(locate_hub(folder)), progress=progress, clock=clock)

    @property
    def paths(self) -> HubPaths:
        return self.config.paths

    @property
    def folder(self) -> Path:
        return self.config.paths.folder

    @cached_property
    def entities(self) -> Mapping[str, EntityModel]:
        """The entities as this hub governs them. Raises MappingError."""
        return load_entities(self.paths.overlays, systems=self.config.systems)

    @cached_property
    def mappings(self) -> list[CompiledMapping]:
        """The compiled mappings. Raises MappingError with every problem of every file."""
        findings = Findings()
        mappings = load_mappings(self.paths.mappings, self.entities, self._zones, findings)
        if findings.errors:
            raise MappingError("H340", problems=findings.errors, count=len(findings.errors))
        if not mappings:
            raise ConfigError("H341", folder=str(self.paths.mappings))
        return mappings

    @cached_property
    def store(self) -> Store:
        """The opened database; a SQLite file is created, or upgraded after a backup."""
        self.paths.machine.mkdir(mode=0o700, exist_ok=True)
        return Store.open(self.config.database.resolve(self.paths), self.entities, self.clock)

    @property
    def database(self) -> HubDatabase:
        """The database as a whole, opened or not."""
        return HubDatabase(self.paths, self.config.database, lambda: self.entities, self.clock)

    @cached_property
    def world(self) -> World:
        """What the engine works with."""
        return World(
            self.config.name,
            self.store,
            self.entities,
            self.mappings,
            self.connectors,
            self.clock,
            self.progress,
            holder=this_worker(),
            is_dead=is_dead,
        )

    @property
    def _zones(self) -> dict[str, ZoneInfo]:
        return {name: system.timezone for name, system in self.config.systems.items()}

    def close(self) -> None:
        """Stop what was started."""
        self.connectors.close()
        if "store" in self.__dict__:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def systems(self) -> list[str]:
        """The names of the configured systems."""
        return list(self.config.systems)

    def check(self, *, online: bool = False) -> CheckReport:
        """Every problem of every file; `online` also asks the systems for their columns and options."""
        entities = load_entities(self.paths.overlays, systems=self.config.systems)
        options = {name: self.connectors.type_of(name).options for name in self.config.systems}
        schemas = self._schemas() if online else None
        return check(self.paths.mappings, entities, self._zones, schemas=schemas, options=options)

    def _schemas(self) -> dict[tuple[str, str], ObjectSchema]:
        wanted: dict[str, set[str]] = {}
        for mapping in self.mappings:
            wanted.setdefault(mapping.system, set()).add(mapping.object)
        return {
            (system, schema.name): schema
            for system, objects in wanted.items()
            for schema in self.connectors[system].discover(sorted(objects))
        }

    def plan(self, systems: Collection[str] | None = None) -> Plan:
        """Exactly what `sync` would write, with its id."""
        return plan(self.world, self._new_run(), self._known(systems))

    def sync(
        self,
        *,
        approve: str | None = None,
        systems: Collection[str] | None = None,
        run: str | None = None,
        conduct: Conductor = directly,
    ) -> RunReport:
        """Bring all systems into agreement. Raises UnapprovedPlanError on an unapproved first contact."""
        return sync(
            self.world,
            run or self._new_run(),
            approve=approve,
            approve_unique_keys=self.config.approve_first_contact == "unique_keys",
            systems=self._known(systems),
            conduct=conduct,
        )

    def _known(self, systems: Collection[str] | None) -> Collection[str] | None:
        for name in systems or ():
            if name not in self.config.systems:
                raise UserError("H342", system=name, known=", ".join(self.config.systems))
        return systems or None

    def _new_run(self) -> str:
        """``20261123-151200-3f9a61c2``: sortable, and readable in logs. Runs of the same second must not share a name."""
        return f"{self.clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"

    def sweep(self, systems: Collection[str] | None = None) -> RunReport:
        """A sync that reads everything, so that what no listing of changes tells is found."""
        unique = self.config.approve_first_contact == "unique_keys"
        known = self._known(systems)
        return sync(
            self.world, self._new_run(), approve_unique_keys=unique, systems=known, kind="sweep", full=True
        )

    @cached_property
    def deeds(self) -> Deeds:
        """What people do by hand: decide, take back, link, pause."""
        return Deeds(self.world, self._new_run)

    def resolve(self, entity: str, text: str) -> tuple[str, str]:
        """(entity, golden id) of the one record that this text names. Raises UserError H343, H348 none, H347 several."""
        name = self._entity(entity)
        hits = self.find(name, text)
        exact = [hit for hit in hits if hit[1].casefold() == text.strip().casefold()]
        hits = exact if len(exact) == 1 else hits
        if not hits:
            raise UserError("H348", key=text, entity=name)
        if len(hits) > 1:
            raise UserError("H347", key=text, count=len(hits), ids=", ".join(hit[0] for hit in hits))
        return name, hits[0][0]

    def status(self) -> Status:
        """The state of the hub, from the database alone."""
        return read_status(self.config.name, self.folder, self.world)

    def verify(self) -> Verification:
        """Read every system again and compare every mapped field."""
        return verify(self.world)

    def conflicts(self, kind: ConflictKind | None = None, system: str | None = None) -> list[Conflict]:
        """What people must decide."""
        with self.store.read() as tx:
            return tx.conflicts(kind=kind, system=system)

    def quarantined(self, system: str | None = None) -> list[Quarantined]:
        """Records set aside."""
        with self.store.read() as tx:
            return tx.quarantined(system=system)

    def find(self, entity: str, text: str) -> list[tuple[str, str]]:
        """(golden id, title) of the records that this text names: id, unique code, name, part of the name."""
        model = self.entities[self._entity(entity)]
        with self.store.read() as tx:
            ids = tx.find_golden(model.name, text)
            titles = tx.field_values(model.name, model.title, ids)
        return [(golden_id, str(titles.get(golden_id) or "")) for golden_id in ids]

    def explain(
        self, entity: str, golden_id: str, field: str | None = None, language: Language = "en"
    ) -> Story:
        """Where the values of a record came from, and who lost. Raises UserError for an unknown record or field."""
        model = self.entities[self._entity(entity)]
        name = self._field(model, field)
        story = explain(self.world, model.name, golden_id, name, language)
        if story is None:
            raise UserError("H344", key=golden_id, entity=model.name)
        return story

    def _entity(self, name: str) -> str:
        """An entity by name or label, in any case."""
        for model in self.entities.values():
            if name.casefold() in {model.name.casefold(), model.label.zh, model.label.en.casefold()}:
                return model.name
        raise UserError("H343", entity=name, known=", ".join(self.entities))

    def _field(self, model: EntityModel, name: str | None) -> str | None:
        if name is None:
            return None
        for spec in model.fields:
            if name.casefold() in {spec.name, spec.label.zh, spec.label.en.casefold()}:
                return spec.name
        raise UserError("H345", field=name, known=", ".join(spec.name for spec in model.fields))

    def doctor(self) -> list[Checkup]:
        """Look at everything a working hub needs: files, database, secrets, addresses, permissions, versions."""
        return examine(self.config, self.connectors, lambda: self.store, self._problems)

    def _problems(self) -> list[Problem]:
        return [problem for problem in self.check().problems if problem.severity == "error"]
