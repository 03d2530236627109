"""Everything a run works with, injected: database, connectors, mappings, clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from synchub.engine.drift import Drift
from synchub.engine.identity import key_name
from synchub.engine.limits import USUAL, Limits
from synchub.engine.report import Progress, silent
from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.mapping.compiled import CompiledMapping, Flow, MappedField, OnNew
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import Kind, Ref
from synchub.model.values import Canonical
from synchub.sdk import Clock, Connector, PullRequest
from synchub.store import Store

KeyPlaces = tuple[str, tuple[tuple[int, Kind], ...]]


class Group(NamedTuple):
    """Fields that are taken together or not at all: position in `mapping.fields` and name; may one of them not be blank?"""

    places: tuple[tuple[int, str], ...]
    required: bool


class Founding(NamedTuple):
    """How the look that founds a record fills it."""

    singles: tuple[tuple[int, str], ...]
    """Fields that are taken by themselves: position in `mapping.fields` and name."""
    groups: tuple[Group, ...]
    sources: tuple[int | None, ...]
    """For each field of the entity the position in `mapping.fields` from which it is taken."""
    reads: tuple[bool, ...]
    """For each field of the mapping: is it taken?"""


@dataclass(frozen=True)
class Route:
    """A mapping with what the engine derives from it once."""

    mapping: CompiledMapping
    units: tuple[tuple[int, ...], ...]
    """Positions in `mapping.fields` that merge together."""
    outgoing: tuple[int, ...]
    """Positions the hub writes."""

    @property
    def name(self) -> str:
        return self.mapping.name

    @property
    def model(self) -> EntityModel:
        return self.mapping.entity

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Canonical field name -> position in `mapping.fields`."""
        return {one.name: index for index, one in enumerate(self.mapping.fields)}

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where each of `mapping.fields` stands in the entity."""
        return tuple(mapped.index for mapped in self.mapping.fields)

    def in_order(self, values: Sequence[Canonical | None]) -> Iterator[Canonical | None]:
        """A golden record's values in the order of `mapping.fields`."""
        return map(values.__getitem__, self.places)

    @cached_property
    def plain_fields(self) -> Mapping[tuple[int, ...], tuple[str, int, Kind]]:
        """Units of one field that the hub reads and no other system owns: name, position in the entity, kind."""
        elsewhere = {index for index, _ in self.owned_elsewhere}
        plain = [
            (unit, self.mapping.fields[unit[0]])
            for unit in self.units
            if len(unit) == 1 and unit[0] not in elsewhere
        ]
        return {
            unit: (mapped.name, mapped.index, self.model.fields[mapped.index].kind)
            for unit, mapped in plain
            if mapped.flow is not Flow.HUB_WRITES
        }

    @cached_property
    def founding(self) -> Founding | None:
        """How records are founded at once; None where a field is paused or owned elsewhere, so that a merge must be asked."""
        fields, specs = self.mapping.fields, self.model.fields
        elsewhere = {index for index, _ in self.owned_elsewhere}
        if any(unit[0] in elsewhere for unit in self.units) or sum(map(len, self.units)) < len(fields):
            return None
        taken = [unit for unit in self.units if fields[unit[0]].flow is not Flow.HUB_WRITES]
        moving = {index for unit in taken for index in unit}
        groups = [
            Group(
                tuple((index, fields[index].name) for index in unit),
                any(specs[fields[index].index].required for index in unit),
            )
            for unit in taken
            if len(unit) > 1
        ]
        position = self.position
        return Founding(
            tuple((unit[0], fields[unit[0]].name) for unit in taken if len(unit) == 1),
            tuple(groups),
            tuple(index if (index := position.get(spec.name)) in moving else None for spec in specs),
            tuple(index in moving for index in range(len(fields))),
        )

    @cached_property
    def owned_elsewhere(self) -> tuple[tuple[int, int], ...]:
        """Fields that another system owns: position here, in the entity."""
        return tuple(
            (index, mapped.index)
            for index, mapped in enumerate(self.mapping.fields)
            if self.model.fields[mapped.index].owner not in {None, self.mapping.system}
        )

    @cached_property
    def match_places(self) -> tuple[tuple[tuple[int, Kind], ...], ...]:
        """For each match rule: position in `mapping.fields` and kind of its fields."""
        return tuple(
            tuple((self.position[name], self.model[name].kind) for name in names)
            for names in self.mapping.match
        )

    @cached_property
    def match_refers(self) -> tuple[bool, ...]:
        """For each match rule: does one of its fields refer to another record?"""
        return tuple(
            any(self.mapping.fields[self.position[name]].ref is not None for name in names)
            for names in self.mapping.match
        )

    @cached_property
    def matches(self) -> bool:
        """Are its unknown rows looked at by a match?"""
        return self.mapping.on_new is not OnNew.IGNORE or bool(self.mapping.match)

    @cached_property
    def keys_at_sight(self) -> bool:
        """Are match keys and fitness of a row known without knowing any other record?"""
        refers = any(self.mapping.fields[self.position[spec.name]].ref for spec in self.required)
        return self.matches and not refers and not any(self.match_refers)

    @cached_property
    def golden_match_places(self) -> tuple[tuple[tuple[int, Kind], ...], ...]:
        """The same by position in the entity."""
        return tuple(
            tuple((self.model.position[name], self.model[name].kind) for name in names)
            for names in self.mapping.match
        )

    @cached_property
    def required(self) -> tuple[FieldSpec, ...]:
        """Mapped fields that a new record must bring."""
        return tuple(
            spec
            for spec in self.model.fields
            if spec.required and spec.name in self.position and not spec.generate
        )

    @cached_property
    def parent(self) -> MappedField | None:
        """The field that refers to the record around a row, if this maps rows."""
        return next((one for one in self.mapping.fields if one.ref is not None and one.ref.parent), None)

    @cached_property
    def references(self) -> tuple[int, ...]:
        """Positions in `mapping.fields` of what refers to other records."""
        return tuple(index for index, one in enumerate(self.mapping.fields) if one.ref is not None)

    @cached_property
    def identity_column(self) -> str:
        """The column by which a create with a lost reply is found again: the hub column, else a unique field's column; may be ""."""
        if self.mapping.hub_column:
            return self.mapping.hub_column
        for one in self.mapping.fields:
            if self.model[one.name].unique and one.flow is not Flow.HUB_READS and one.columns and one.whole:
                return one.columns[0]
        return ""

    @classmethod
    def of(cls, mapping: CompiledMapping, paused: frozenset[str] = frozenset()) -> Route:
        """`paused` fields are neither read nor written, nor are those that merge with them."""
        units: dict[str, list[int]] = {}
        for index, one in enumerate(mapping.fields):
            units.setdefault(mapping.entity[one.name].group or f"\0{one.name}", []).append(index)
        going = [
            tuple(unit)
            for unit in units.values()
            if not paused or not any(mapping.fields[i].name in paused for i in unit)
        ]
        moving = {i for unit in going for i in unit}
        outgoing = tuple(
            i for i, one in enumerate(mapping.fields) if one.flow is not Flow.HUB_READS and i in moving
        )
        return cls(mapping, tuple(going), outgoing)


def nobody_known(_holder: str) -> bool:
    """Nothing can be said of other workers."""
    return False


@dataclass(frozen=True)
class World:
    """A hub at run time."""

    hub: str
    """The hub's name; golden ids are derived from it."""
    store: Store
    entities: Mapping[str, EntityModel]
    mappings: Sequence[CompiledMapping]
    connectors: Mapping[str, Connector]  # type: ignore[type-arg]  # of any settings
    clock: Clock
    progress: Progress = silent
    rehearsing: bool = False
    drift: Drift = field(default_factory=Drift)
    """Columns found missing; see `Tolerant`."""
    holder: str = ""
    """Who holds the leases of this worker's runs; it takes its own ones back after a crash."""
    is_dead: Callable[[str], bool] = nobody_known
    """Is this holder known to have ended without giving its leases back?"""
    safeguards: Safeguards = ALL_ON
    """All on; tests turn them off one by one."""
    limits: Limits = USUAL
    paused: frozenset[tuple[str, str, str]] = frozenset()
    """(system, object, field) that people have stopped; "" for all of them."""
    reach: dict[str, int] = field(default_factory=dict)
    """How often each branch of the algorithm was taken; tests assert that they are all reached."""

    def rehearsal(self, store: Store, connectors: Mapping[str, Connector]) -> World:  # type: ignore[type-arg]  # as above
        return replace(self, store=store, connectors=connectors, rehearsing=True)

    def touch(self, branch: str, times: int = 1) -> None:
        if times:
            self.reach[branch] = self.reach.get(branch, 0) + times

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """All routes: entities in the order of their references (Employee, Partner, Contact), systems in the hub's order."""
        systems = list(self.connectors)
        ordered = sorted(
            (one for one in self.mappings if (one.system, one.object, "") not in self.paused),
            key=lambda m: (self.entity_order.index(m.entity.name), systems.index(m.system), m.name),
        )
        return tuple(Route.of(mapping, self._paused_fields(mapping)) for mapping in ordered)

    def _paused_fields(self, mapping: CompiledMapping) -> frozenset[str]:
        return frozenset(
            field
            for system, object, field in self.paused
            if field and system == mapping.system and object in {"", mapping.object}
        )

    @cached_property
    def entity_order(self) -> list[str]:
        """Entities so that a reference points backwards."""
        order: list[str] = []
        targets = {
            name: {one.kind.entity for one in model.fields if isinstance(one.kind, Ref)} - {name}
            for name, model in self.entities.items()
        }

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in order or name in path:
                return
            for target in sorted(targets.get(name, ())):
                visit(target, (*path, name))
            order.append(name)

        for name in self.entities:
            visit(name, ())
        return order

    def routes_of(self, system: str, object: str) -> list[Route]:
        return [one for one in self.routes if one.mapping.system == system and one.mapping.object == object]

    @cached_property
    def objects(self) -> list[tuple[str, str]]:
        """(system, object) in the order they are pulled."""
        seen: dict[tuple[str, str], None] = {}
        for system in self.connectors:
            for route in self.routes:
                if route.mapping.system == system:
                    seen[system, route.mapping.object] = None
        return list(seen)

    def request(self, system: str, object: str) -> PullRequest:
        """What to ask a connector for: the columns of all mappings of the object."""
        mappings = [route.mapping for route in self.routes_of(system, object)]
        columns = dict.fromkeys(column for mapping in mappings for column in mapping.columns)
        hub_column = next((mapping.hub_column for mapping in mappings if mapping.hub_column), "")
        options = {key: value for mapping in mappings for key, value in mapping.options.items()}
        return PullRequest(object, tuple(columns), hub_column=hub_column, options=options)

    @cached_property
    def key_rules(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """Entity -> the field combinations by which golden records are looked up."""
        rules: dict[str, dict[tuple[str, ...], None]] = {name: {} for name in self.entities}
        for name, model in self.entities.items():
            for spec in model.fields:
                if spec.unique:
                    rules[name][spec.name,] = None
        for mapping in self.mappings:
            for names in mapping.match:
                rules[mapping.entity.name][names] = None
            for one in mapping.fields:
                if one.ref is not None and one.ref.by is not None:
                    rules[one.ref.entity][one.ref.by,] = None
        return {name: tuple(found) for name, found in rules.items()}

    @cached_property
    def key_places(self) -> Mapping[str, tuple[KeyPlaces, ...]]:
        """Entity -> how its match keys are called, with position and kind of each field."""
        return {
            name: tuple(
                (key_name(names), tuple((model.position[one], model[one].kind) for one in names))
                for names in self.key_rules[name]
            )
            for name, model in self.entities.items()
        }
