"""What the owner of a hub does with its mapping files: name versions, compare and preview, draft and mend, put into force."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from synchub import messages
from synchub.document import Findings
from synchub.engine.edited import accept_mappings
from synchub.engine.impact import Impact, compare, rehearse
from synchub.engine.sync import plan
from synchub.engine.world import World
from synchub.errors import MappingError, Problem, SynchubError, UserError
from synchub.hub.config import HubConfig
from synchub.hub.connectors import Connectors
from synchub.hub.force import InForce
from synchub.hub.naming import entity_named
from synchub.hub.offers import Offer, offers, patched
from synchub.hub.preview import Preview, preview
from synchub.hub.suggestion import suggest
from synchub.hub.versions import ACTIVE, WORKING, Activation, MappingSet, files_of, read_set, replace_files
from synchub.mapping import mapping_files
from synchub.mapping.editor import mapping_schema
from synchub.mapping.files import read_files, whole_specs
from synchub.mapping.spec import MappingSpec
from synchub.mapping.suggest import Draft
from synchub.messages import Bilingual, Language
from synchub.model.schema import ObjectSchema
from synchub.sdk import Clock
from synchub.store import Store


@dataclass(frozen=True, slots=True)
class MappingFiles:
    """Those in the folder and those in force; `forget` drops what was made of the latter."""

    config: HubConfig
    connectors: Connectors
    in_force: InForce
    store: Callable[[], Store]
    world: Callable[[], World]
    """With the mapping files in force."""
    world_of: Callable[[MappingSet], World]
    new_run: Callable[[], str]
    clock: Clock
    forget: Callable[[], None]

    def folder(self, name: str) -> Path:
        """The folder of mapping files that a name means, see `named`; they need not be sound."""
        if name == WORKING:
            return self.config.paths.mappings
        if name != ACTIVE and Path(name).is_dir():
            return Path(name)
        versions = self.in_force.versions
        if name == ACTIVE and not versions.active:
            raise UserError("H352")
        return versions.place(versions.active if name == ACTIVE else versions.find(name))

    def named(self, name: str) -> MappingSet:
        """Mapping files by name: ``working``, ``active``, the beginning of a version, or a folder. Raises UserError, MappingError."""
        versions = self.in_force.versions
        if name == WORKING:
            found = self.in_force.working
        elif name == ACTIVE:
            active = self.in_force.active
            if active is None:
                raise UserError("H352")
            found = active
        elif Path(name).is_dir():
            found = read_set(Path(name), self.config.zones)
        else:
            found = read_set(versions.place(versions.find(name)), self.config.zones)
        if not found.sound:
            problems = found.findings.errors
            raise MappingError("H340", problems=problems, count=len(problems))
        return found

    def impact(self, old: str = "", new: str = WORKING, systems: Collection[str] | None = None) -> Impact:
        """What the new mapping files would change beyond the old ones, found by rehearsing both. Nothing is written anywhere."""
        known = self.config.known(systems)
        base = old or (ACTIVE if self.in_force.active is not None else WORKING)
        worlds = [self.world_of(self.named(name)) for name in (base, new)]
        found = compare(*(rehearse(world, self.new_run(), known) for world in worlds))
        found.new.warnings += [one.problem() for one in offers(worlds[1], worlds[1].drift)]
        return found

    def preview(self, name: str | None = None, sample: int = 20) -> list[Preview]:
        """How the files in the folder read real rows, and would write what the hub holds. Raises UserError for an unknown mapping."""
        working = self.named(WORKING)
        chosen = [one for one in working.mappings if name in {None, one.name, one.system}]
        if not chosen:
            raise UserError("H353", name=name, known=", ".join(one.name for one in working.mappings))
        world = self.world_of(working)
        return [preview(world, one, sample) for one in chosen]

    def suggest(
        self, system: str, object: str, to: str | None = None, rows: int = 200, language: Language = "en"
    ) -> Draft:
        """Draft a mapping file from a system's columns and rows. Raises UserError, and what the connector raises."""
        self.config.known([system])
        working = self.in_force.working
        entities = working.entities if working.sound else self.in_force.chosen.entities
        model = entities[entity_named(entities, to)] if to else None
        return suggest(
            self.store().governed(entities),
            self.connectors[system],
            system,
            object,
            entities,
            model,
            rows,
            language,
        )

    def editor_schema(self, *, online: bool, language: Language) -> dict[str, Any]:
        """A JSON Schema of this hub's mapping files; `online` asks the systems for columns and options."""
        working = self.in_force.working
        schemas = self.schemas() if online else {}
        return mapping_schema(working.entities, self.config.systems, schemas, language)

    def schemas(self, unreachable: list[Problem] | None = None) -> dict[tuple[str, str], ObjectSchema]:
        """(system, object) -> the columns of every object that the files in the folder map, broken files too, asked of the systems.

        A system that cannot be asked is a problem in `unreachable`; without such a list its error is raised.
        """
        wanted: dict[str, set[str]] = {}
        for one in self.understood():
            if one.system in self.config.systems and one.object:
                wanted.setdefault(one.system, set()).add(one.object)
        found: dict[tuple[str, str], ObjectSchema] = {}
        for system, objects in wanted.items():
            connector = self.connectors[system]
            try:
                told = list(connector.discover(sorted(objects)))
                if objects - {schema.name for schema in told}:  # what is there instead, to be told to people
                    told = [*connector.discover(None), *told]
            except SynchubError as error:
                if unreachable is None:
                    raise
                unreachable.append(_unreachable(system, error))
            else:
                found |= {(system, schema.name): schema for schema in told}
        return found

    def understood(self) -> list[MappingSpec]:
        """What was understood of every mapping file in the folder."""
        read = read_files(
            self.config.paths.mappings, self.in_force.working.entities, self.config.zones, Findings()
        )
        return [one.spec for one in read]

    def drift(self) -> list[Offer]:
        """Fields that rest because a column is gone, with the column that may have taken its place. Asks the systems for a plan."""
        world = self.world()
        plan(world, self.new_run())
        return offers(world, world.drift)

    def patch(self, found: list[Offer]) -> dict[Path, str]:
        """The mapping files in the folder with these columns renamed: path -> text. Nothing is written."""
        findings = Findings()
        working = self.in_force.working
        texts: dict[Path, str] = {}
        for path, _ in mapping_files(self.config.paths.mappings):
            specs = whole_specs([path], working.entities, self.config.zones, findings)
            places = [
                (at, one.column, one.instead)
                for spec in specs
                for one in found
                if one.instead and one.mapping.name == spec.name
                for entry in spec.fields
                if entry.name == one.field
                for column, at in entry.placed_columns
                if column == one.column
            ]
            if places:
                texts[path] = patched(path.read_bytes().decode(), places)
        return texts

    def discard(self) -> str | None:
        """Put the files of the version in force back in place of an edit; where the edit is kept, None where there is none."""
        active = self.named(ACTIVE)
        if files_of(active.folder) == files_of(self.config.paths.mappings):
            return None
        kept = self._replace(active)
        self.forget()
        return kept

    def _replace(self, chosen: MappingSet) -> str:
        """Put these files into the folder; where those lie that no version holds ("" for none), below the hub folder."""
        paths = self.config.paths
        aside = self.in_force.versions.set_aside(paths.mappings, self.clock.now())
        replace_files(chosen.folder, paths.mappings)
        return aside.relative_to(paths.folder).as_posix() if aside is not None else ""

    def activate(self, name: str = WORKING) -> Activation | None:
        """Put mapping files into force; None when they already are. Who, when and what stands in the log of versions and of runs.

        Whoever does so has seen the impact, so the next run asks nobody again.
        """
        chosen, versions = self.named(name), self.in_force.versions
        before = versions.active
        if chosen.version == before:
            return None
        action: Literal["activate", "rollback"] = "activate" if name == WORKING else "rollback"
        kept = self._replace(chosen) if action == "rollback" else ""
        done = versions.activate(chosen, action, self.clock.now(), kept=kept)
        self.forget()
        run, now = self.new_run(), self.clock.now()
        with self.store().begin() as tx:
            tx.start_run(run, action, now, {"by": done.by, "version": done.version, "before": before})
            accept_mappings(tx, chosen.mappings)
            tx.finish_run(run, now, "done", {})
        return done


def _unreachable(system: str, error: SynchubError) -> Problem:
    """What keeps us from asking a system, in both languages."""
    reason, way_out = (
        Bilingual(said(error.code, error.params, "en"), said(error.code, error.params, "zh"))
        for said in (messages.text, messages.fix)
    )
    return Problem("H356", {"system": system, "reason": reason, "way_out": way_out})
