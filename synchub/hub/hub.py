"""The hub: configuration, connectors, store and engine wired together. What the CLI and the flows call."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from synchub.engine.drift import Drift, TolerantAll
from synchub.engine.explain import Story, explain
from synchub.engine.report import Progress, RunReport, silent
from synchub.engine.steps import Conductor, directly
from synchub.engine.sync import Plan, plan, sync
from synchub.engine.verify import Verification, verify
from synchub.engine.world import World
from synchub.errors import ConfigError, MappingError, Problem, UserError
from synchub.hub.config import HubConfig, load_hub, locate_hub
from synchub.hub.connectors import Connectors
from synchub.hub.database import HubDatabase
from synchub.hub.deeds import Deeds
from synchub.hub.doctor import Checkup, examine
from synchub.hub.force import InForce
from synchub.hub.mapping_files import MappingFiles
from synchub.hub.naming import entity_named, field_named
from synchub.hub.offers import offers
from synchub.hub.status import Status, Waiting, read_status, read_waiting
from synchub.hub.stored_rows import PROFILED, StoredRows
from synchub.hub.versions import MappingSet, Versions
from synchub.hub.workers import is_dead, this_worker
from synchub.mapping import CheckReport, CompiledMapping, check
from synchub.messages import Language
from synchub.model.entity import EntityModel
from synchub.model.overlay import load_entities
from synchub.model.values import Label
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
        """The entities as the mapping version in force governs them. Raises MappingError."""
        return self.in_force.chosen.entities

    @cached_property
    def mappings(self) -> list[CompiledMapping]:
        """The compiled mappings in force. Raises MappingError with every problem of every file."""
        mappings = [*self.in_force.chosen.mappings]
        if not mappings:
            raise ConfigError("H341", folder=str(self.paths.mappings))
        return mappings

    @cached_property
    def versions(self) -> Versions:
        """Every mapping version the hub ran with."""
        return Versions(self.paths.machine)

    @cached_property
    def in_force(self) -> InForce:
        """Which mapping files count."""
        return InForce(self.paths.mappings, self.versions, self.config.zones)

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
        assert self.mappings  # H341 is raised here
        return self._world_of(self.in_force.chosen)

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

    def system_labels(self) -> dict[str, Label]:
        """What people call the systems, as hub.yaml says."""
        return {name: system.label for name, system in self.config.systems.items()}

    def check(self, *, online: bool = False, sample: int = 0, costs: bool = False) -> CheckReport:
        """Every problem of every file; `online` also asks the systems for their columns and options, and one that cannot be asked is a problem.

        `sample` tries the mappings on so many rows of each that the hub remembers; `costs` measures what their fields cost, on such rows too.
        """
        entities = load_entities(self.paths.overlays, systems=self.config.systems)
        options = {name: self.connectors.type_of(name).options for name in self.config.systems}
        undeletable = {
            name for name in self.config.systems if not self.connectors.type_of(name).capabilities.deletes
        }
        unreachable: list[Problem] = []
        schemas = self.mapping_files.schemas(unreachable) if online else None
        found = check(
            self.paths.mappings,
            entities,
            self.config.zones,
            schemas=schemas,
            options=options,
            undeletable=undeletable,
            stored=self._stored_rows(sample or PROFILED) if sample or costs else None,
            trial=sample > 0,
            costs=costs,
        )
        return replace(found, problems=(*unreachable, *found.problems))

    def _stored_rows(self, count: int) -> StoredRows | None:
        """None where no file is sound enough to open the database by; the check then says why."""
        try:
            store = self.store
        except MappingError:
            return None
        return StoredRows(store, count, [*self.in_force.working.mappings, *self.in_force.chosen.mappings])

    def plan(self, systems: Collection[str] | None = None) -> Plan:
        """Exactly what `sync` would write, with its id; an edit of the mapping files that is not in force is no part of it."""
        found = plan(self.world, self._new_run(), self.config.known(systems))
        self._tell_edit(found.report)
        return found

    def sync(
        self,
        *,
        approve: str | None = None,
        systems: Collection[str] | None = None,
        run: str | None = None,
        conduct: Conductor = directly,
    ) -> RunReport:
        """Bring all systems into agreement. Raises UnapprovedPlanError on an unapproved first contact."""
        self.in_force.settle(self._agreed, self.clock.now())
        report = sync(
            self.world,
            run or self._new_run(),
            approve=approve,
            approve_unique_keys=self.config.approve_first_contact == "unique_keys",
            systems=self.config.known(systems),
            conduct=conduct,
        )
        self.in_force.settle(self._agreed, self.clock.now())
        self._tell_edit(report)
        return report

    def _agreed(self) -> bool:
        """Has any mapping ever been in agreement with the hub?"""
        with self.store.read() as tx:
            return bool(tx.approved())

    def _tell_edit(self, report: RunReport) -> None:
        """What a run must say about mapping files: an edit that is not in force, columns that are gone."""
        notice = self.in_force.notice()
        if notice is not None:
            report.warnings.append(notice)
        if self.world.drift.missing:
            report.warnings += [one.problem() for one in offers(self.world, self.world.drift)]

    @property
    def edited(self) -> bool:
        """Do the mapping files in the folder differ from those in force?"""
        return self.in_force.edited

    def _world_of(self, chosen: MappingSet) -> World:
        """A world with these mapping files, on the hub's database and systems."""
        store = self.store if chosen is self.in_force.chosen else self.store.governed(chosen.entities)
        drift = Drift()
        return World(
            self.config.name,
            store,
            chosen.entities,
            [*chosen.mappings],
            TolerantAll(self.connectors, drift, chosen.mappings),
            self.clock,
            self.progress,
            drift=drift,
            holder=this_worker(),
            is_dead=is_dead,
            limits=self.config.limits,
        )

    def _forget(self) -> None:
        """What was made of the mapping files is made anew when it is asked for."""
        if "store" in self.__dict__:
            self.store.close()
        for name in ("in_force", "entities", "mappings", "store", "world"):
            self.__dict__.pop(name, None)

    def _new_run(self) -> str:
        """``20261123-151200-3f9a61c2``: sortable, and readable in logs. Runs of the same second must not share a name."""
        return f"{self.clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"

    def sweep(self, systems: Collection[str] | None = None) -> RunReport:
        """A sync that reads everything, so that what no listing of changes tells is found."""
        unique = self.config.approve_first_contact == "unique_keys"
        known = self.config.known(systems)
        self.in_force.settle(self._agreed, self.clock.now())
        report = sync(
            self.world, self._new_run(), approve_unique_keys=unique, systems=known, kind="sweep", full=True
        )
        self._tell_edit(report)
        return report

    @property
    def mapping_files(self) -> MappingFiles:
        """What is done with mapping files, and which versions of them there were."""
        return MappingFiles(
            self.config,
            self.connectors,
            self.in_force,
            lambda: self.store,
            lambda: self.world,
            self._world_of,
            self._new_run,
            self.clock,
            self._forget,
        )

    @cached_property
    def deeds(self) -> Deeds:
        """What people do by hand: decide, take back, link, pause."""
        return Deeds(self.world, self._new_run)

    def resolve(self, entity: str, text: str) -> tuple[str, str]:
        """(entity, golden id) of the one record that this text names. Raises UserError H343, H348 none, H347 several."""
        name = entity_named(self.entities, entity)
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

    def waiting(self) -> Waiting:
        """What no run ends by itself; asked after one, so that nothing open passes for agreement."""
        return read_waiting(self.store)

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

    def title(self, entity: str, golden_id: str) -> str:
        """What names this golden record, a deleted one too; "" when there is none."""
        model = self.entities.get(entity)
        if model is None:
            return ""
        with self.store.read() as tx:
            return str(tx.field_values(entity, model.title, [golden_id]).get(golden_id) or "")

    def find(self, entity: str, text: str) -> list[tuple[str, str]]:
        """(golden id, title) of the records that this text names: id, unique code, name, part of the name."""
        model = self.entities[entity_named(self.entities, entity)]
        with self.store.read() as tx:
            ids = tx.find_golden(model.name, text)
            titles = tx.field_values(model.name, model.title, ids)
        return [(golden_id, str(titles.get(golden_id) or "")) for golden_id in ids]

    def explain(
        self, entity: str, golden_id: str, field: str | None = None, language: Language = "en"
    ) -> Story:
        """Where the values of a record came from, and who lost. Raises UserError for an unknown record or field."""
        model = self.entities[entity_named(self.entities, entity)]
        name = field_named(model, field) if field is not None else None
        story = explain(self.world, model.name, golden_id, name, language)
        if story is None:
            raise UserError("H344", key=golden_id, entity=model.name)
        return story

    def doctor(self) -> list[Checkup]:
        """Look at everything a working hub needs: files, database, secrets, addresses, permissions, versions."""
        return examine(self.config, self.connectors, lambda: self.store, self.check)
