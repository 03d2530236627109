"""The oracle: what people typed into which record, which the hub does not know and the checks ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from synchub.engine.world import Route, World
from synchub.model.schema import RawRecord
from synchub.model.values import Observed
from synchub.store import Transaction
from synchub.store.rows import ASIDE
from synchub.testing.simulator.systems import SimSystem

Spot = tuple[str, str, str]
"""(system, object, id)."""
Meanings = dict[tuple[str, str, str], Observed]
"""(mapping, part, field) -> what the mapping reads."""


@dataclass
class Typed:
    """What a person typed into one field of one record, as the mapping reads it."""

    route: Route
    external_id: str
    part: str
    field: str
    value: Observed
    number: int
    """Its place among everything that people did."""
    epoch: int
    """How many syncs without any trouble had happened before."""
    again: bool = False
    """Did it take the place of something that nobody had looked at yet, or come with a record that the hub had not met?"""
    observed: bool = False
    """Has the hub read this system since, without trouble?"""
    held: bool = False
    """Was a person asked about this very value when that was so?"""
    golden_id: str = ""
    """Whose record it was when that was so: it may be another one's since (seed 1778)."""
    over: Observed = None
    """What stood there before, as the mapping reads it."""


@dataclass
class Oracle:
    """Keeps the edits of everybody but the hub."""

    world: World
    systems: Mapping[str, SimSystem]
    typed: list[Typed] = field(default_factory=list)
    touched: list[tuple[str, str, str]] = field(default_factory=list)
    """(system, object, id) of every record that somebody changed, in order."""
    together: dict[tuple[str, str, str], set[tuple[Observed, ...]]] = field(default_factory=dict)
    """(mapping, external id, group) -> the values that stood side by side in the fields of a group."""
    strangers: set[tuple[str, str]] = field(default_factory=set)
    """(mapping, id) of records that people made and the hub had not linked when its last run ended."""
    begun: dict[str, int] = field(default_factory=dict)
    """Field -> in which epoch its entry in a mapping file was last edited, so that it began anew."""
    hidden: dict[tuple[str, str, str, str], set[int]] = field(default_factory=dict)
    """(system, object, id, column) -> in which epochs' last sync this cell could be neither read nor written; column "" for the whole record."""
    met: dict[tuple[str, str], int] = field(default_factory=dict)
    """(mapping, id) of a record that people made -> how much people had done when the sync ended that linked it."""
    unread: dict[Spot, set[int]] = field(default_factory=dict)
    """(system, object, id) -> in which epochs' last sync the record still waited for a sweep, since no cursor finds its last change."""
    aside: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    """(mapping, id, part) -> in which epochs' last sync it was set aside, so that it was neither read nor written, and a person told."""
    refused: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    """(mapping, id, part) -> in which epochs' last sync its system did not take what the hub had to write there, and a person was told."""
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    """(golden id, field) -> how much people had done when a sync last ended with a question about it."""
    number: int = 0
    epoch: int = 0

    def meanings(self, system: str, object: str, id: str) -> Meanings:
        """What the mappings of the object read in this record now."""
        found: Meanings = {}
        held = self.systems[system].objects[object][id].values
        for route in self.world.routes_of(system, object):
            record = RawRecord(id, tuple(held.get(column) for column in route.mapping.columns))
            for part, values in route.mapping.parts(record):
                observed = route.mapping.read(id, values)
                found.update(
                    ((route.name, part, one.name), value)
                    for one, value in zip(route.mapping.fields, observed, strict=True)
                )
        return found

    def note(self, system: str, object: str, id: str, before: Meanings) -> None:
        """Somebody has just changed this record, whose fields meant `before`."""
        self.number += 1
        self.touched.append((system, object, id))
        routes = {route.name: route for route in self.world.routes_of(system, object)}
        if not before:
            self.strangers |= {(name, id) for name, route in routes.items() if not route.mapping.each}
        meanings = self.meanings(system, object, id)
        self._note_together(routes, id, meanings)
        for key, value in meanings.items():
            name, part, field_name = key
            route, old = routes[name], before.get(key)
            kind = route.model[field_name].kind
            if old == value or (isinstance(old, str) and isinstance(value, str) and kind.equal(old, value)):
                continue
            # what was typed over before anybody looked never was an edit
            kept = [
                one
                for one in self.typed
                if one.observed
                or (one.route.name, one.external_id, one.part, one.field) != (name, id, part, field_name)
            ]
            # and what a new record brings meets the hub for the first time, where others may outrank it; so does what was typed
            # into it before it was linked (seed 1230). Never so in a record that the hub created, heard of or not.
            again = len(kept) < len(self.typed) or not before or (name, id) in self.strangers
            typed = Typed(route, id, part, field_name, value, self.number, self.epoch, again, over=old)
            self.typed = [*kept, typed]

    def note_sync(self, tx: Transaction) -> None:
        """A sync is over: whom it linked is no stranger any more, and these questions are open."""
        if self.strangers:
            met = self.strangers & {(link.mapping, link.external_id or "") for link in tx.every_link()}
            self.met |= dict.fromkeys(met, self.number)
            self.strangers -= met
        self.asked |= {(one.entity_id, one.field): self.number for one in tx.conflicts() if one.field}

    def note_covered(self, system: str, object: str, id: str) -> None:
        """The hub wrote into this record while a replica hid from it what somebody had typed: a group may hold what nobody typed together.

        It could not know; what stands there is then read like an edit (seeds 12774, 14411).
        """
        routes = {route.name: route for route in self.world.routes_of(system, object)}
        self._note_together(routes, id, self.meanings(system, object, id))

    def _note_together(self, routes: Mapping[str, Route], id: str, meanings: Meanings) -> None:
        for name, route in routes.items():
            groups: dict[str, list[Observed]] = {}
            for one in route.mapping.fields:
                group = route.model[one.name].group
                if group is not None and (name, "", one.name) in meanings:
                    groups.setdefault(group, []).append(meanings[name, "", one.name])
            for group, values in groups.items():
                self.together.setdefault((name, id, group), set()).add(tuple(values))

    def end_epoch(self, tx: Transaction, unread: Iterable[Spot]) -> None:
        """A sync without any trouble: everybody knows everything now, but for what is out of the hub's sight or reach.

        `unread`: the records of which only a sweep finds what was typed there last.
        """
        for spot in unread:
            self.unread.setdefault(spot, set()).add(self.epoch)
        for name, system in self.systems.items():
            for cell in system.out_of_sight():
                self.hidden.setdefault((name, *cell), set()).add(self.epoch)
        for link in tx.every_link():
            if ASIDE in link.holds:
                key = link.mapping, link.external_id or "", link.part
                self.aside.setdefault(key, set()).add(self.epoch)
        for row in tx.quarantined(stage="push"):
            id, _, part = row.external_id.partition("#")
            if (row.object, id) in self.systems[row.system].refused:
                self.refused.setdefault((row.mapping, id, part), set()).add(self.epoch)
        self.epoch += 1

    def in_sight(self, typed: Typed, epoch: int) -> bool:
        """Could the sync that ended this epoch read and write the cell?"""
        mapping = typed.route.mapping
        columns = ("", *mapping.fields[typed.route.position[typed.field]].columns)
        place = (mapping.system, mapping.object, typed.external_id)
        return not any(epoch in self.hidden.get((*place, column), ()) for column in columns)

    def heard(self, typed: Typed, epoch: int) -> bool:
        """Could the sync that ended this epoch know what stood in the cell?"""
        spot = (typed.route.mapping.system, typed.route.mapping.object, typed.external_id)
        read = epoch not in self.unread.get(spot, ()) and epoch not in self.aside.get(_part(typed), ())
        return read and self.in_sight(typed, epoch)

    def told(self, typed: Typed, epoch: int) -> bool:
        """Could the sync that ended this epoch write there what the hub knew?"""
        key = _part(typed)
        open_ = epoch not in self.aside.get(key, ()) and epoch not in self.refused.get(key, ())
        return open_ and self.in_sight(typed, epoch)

    def met_before(self, other: Typed, typed: Typed) -> bool:
        """Was the record of the one edit linked when the other was typed? The hub's own records are from the beginning."""
        key = (other.route.name, other.external_id)
        return key not in self.strangers and self.met.get(key, -1) < typed.number

    def remap(self, world: World, mapping: str, name: str) -> None:
        """The entry of this field in a mapping file is another one from now on.

        What was typed into its column and not read yet is read by the new entry, or by none; and as the field meets the hub anew, the last
        edit of it anywhere need not be the last word.
        """
        self.world = world
        self.begun[name] = self.epoch
        routes = {route.name: route for route in world.routes}
        self.typed = [
            replace(one, route=routes[one.route.name], again=one.again or one.field == name)
            for one in self.typed
            if one.field in routes[one.route.name].position
            and (one.observed or (one.route.name, one.field) != (mapping, name))
        ]

    def excuse(self, system: str, object: str, id: str, column: str) -> None:
        """What was typed into this cell and not read yet is not asked for: nobody could know of it."""
        self.typed = [
            one
            for one in self.typed
            if one.observed
            or (one.route.mapping.system, one.route.mapping.object, one.external_id) != (system, object, id)
            or column not in one.route.mapping.fields[one.route.position[one.field]].columns
        ]

    def forget(self, system: str, object: str, id: str) -> None:
        """This record is somebody else's from now on: what was typed into it is not asked for any more."""
        self.typed = [
            one
            for one in self.typed
            if (one.route.mapping.system, one.route.mapping.object, one.external_id) != (system, object, id)
        ]


def _part(typed: Typed) -> tuple[str, str, str]:
    return typed.route.name, typed.external_id, typed.part
