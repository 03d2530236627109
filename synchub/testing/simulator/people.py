"""What people do in their systems: type, clear, rewrite, delete, merge, and whatever an administrator does to columns and rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from synchub.sdk import Raw
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.systems import Veil
from synchub.testing.simulator.traits import (
    CODE_COLUMNS,
    COLUMNS,
    FIXED,
    HUB_COLUMNS,
    NAME_COLUMN,
    NAMES,
    PEOPLE,
    PHONES,
)

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation

ENOUGH = 4
"""So many partners in a system are enough."""
Spot = tuple[str, str, str]
"""(system, object, id)."""
_VEILS = {
    Fault.RENAMED_FIELD: Veil.RENAMED,
    Fault.REMOVED_FIELD: Veil.REMOVED,
    Fault.RETYPED_FIELD: Veil.RETYPED,
    Fault.MASKED_FIELD: Veil.MASKED,
}


class People:
    """Everybody who is not the hub. One method for each event of a script that people cause."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.systems = simulation.systems
        self.eager = random.Random(f"eagerly {simulation.script.seed}")  # noqa: S311 - chance, no secret
        self.deleted: set[Spot] = set()
        self.deaths: dict[Spot, tuple[float, int]] = {}
        """When (monotonic) people deleted a record, and after how many edits; undone by undoing it."""

    def does(self, kind: str) -> Callable[[random.Random], None] | None:
        """What people do in this event, if it is theirs."""
        return getattr(self, f"_{kind}", None)

    # -- typing ------------------------------------------------------------------------------------

    def _edit(self, rng: random.Random) -> None:
        spot = self._some_record(rng)
        if spot is not None:
            columns = COLUMNS[spot[:2]]
            chosen = rng.sample(sorted(columns), rng.choice((1, 1, 1, 2)))
            self._type(spot, {column: rng.choice(columns[column]) for column in chosen}, rng)

    def _clear(self, rng: random.Random) -> None:
        spot = self._some_record(rng)
        if spot is not None:
            column = rng.choice(sorted(COLUMNS[spot[:2]]))
            self._type(spot, {column: rng.choice((None, None, "", " "))}, rng)

    def _rewrite(self, rng: random.Random) -> None:
        """The same meaning, written otherwise."""
        spot = self._some_record(rng)
        if spot is None:
            return
        values = self.systems[spot[0]].live(spot[1])[spot[2]]
        texts = [name for name in COLUMNS[spot[:2]] if isinstance(values.get(name), str)]
        if texts:
            column = rng.choice(texts)
            text = str(values[column])
            self._type(spot, {column: rng.choice((f" {text}", f"{text} ", text.replace("-", " ")))}, rng)

    def _create(self, rng: random.Random) -> None:
        system, object = rng.choice([place for place in COLUMNS if place[1] != "Contact"])
        if len(self.systems[system].live(object)) >= ENOUGH:
            self._edit(rng)  # a small world, in which people meet
            return
        values: dict[str, Raw] = {
            column: rng.choice(options)
            for column, options in COLUMNS[system, object].items()
            if rng.random() < 0.5
        }
        values[NAME_COLUMN[system, object]] = rng.choice(NAMES)
        if self.simulation.script.distinct:
            self._distinguish(system, object, values)
        self._make(system, object, values, rng)

    def _distinguish(self, system: str, object: str, values: dict[str, Raw]) -> None:
        for column in CODE_COLUMNS:
            values.pop(column, None)
        name = NAME_COLUMN[system, object]
        values[name] = f"{system[0].upper()}{self.systems[system].counter}{values[name]}"

    def _contact(self, rng: random.Random) -> None:
        accounts = sorted(self.systems["crm"].live("Account"))
        if accounts and self.simulation.has_contacts:
            values: dict[str, Raw] = {"AccountId": rng.choice(accounts), "Name": rng.choice(PEOPLE)}
            if rng.random() < 0.5:
                values["Phone"] = rng.choice(PHONES)
            self._make("crm", "Contact", values, rng)

    def _row(self, rng: random.Random) -> None:
        """Somebody works on the contact rows of a customer."""
        customers = sorted(self.systems["erp"].live("customer"))
        if not customers or not self.simulation.has_contacts:
            return
        id = rng.choice(customers)
        held = self.systems["erp"]["customer", id].get("contacts") or []
        rows = [dict(row) for row in cast("list[dict[str, Raw]]", held)]
        what = rng.choice(("add", "add", "phone", "person", "memo", "remove"))
        if what == "add" or not rows:
            rows.append({"person": rng.choice(PEOPLE), "mobile": rng.choice(PHONES), "memo": "x"})
        elif what == "remove":
            rows.pop(rng.randrange(len(rows)))
        else:
            column = {"phone": "mobile", "person": "person", "memo": "memo"}[what]
            rng.choice(rows)[column] = rng.choice(PHONES if what == "phone" else PEOPLE)
        self._type(("erp", "customer", id), {"contacts": cast("Raw", rows)}, rng)

    # -- records that come and go ------------------------------------------------------------------

    def _delete(self, rng: random.Random) -> None:
        spot = self._some_record(rng)
        if spot is not None:
            self._remove(spot, rng)
            self._tell(spot, "is deleted")

    def _purge(self, rng: random.Random) -> None:
        """Somebody tidies up, or makes a mistake: several at once."""
        system, object = rng.choice([("crm", "Account"), ("erp", "customer")])
        live = sorted(self.systems[system].live(object))
        for id in rng.sample(live, min(len(live), rng.choice((2, 3)))):
            self._remove((system, object, id), rng)
            self._tell((system, object, id), "is deleted with others")

    def _undelete(self, rng: random.Random) -> None:
        if self.deleted:
            spot = rng.choice(sorted(self.deleted))
            self._pass_time(rng)
            self.systems[spot[0]].undelete(*spot[1:])
            self.deleted.discard(spot)
            del self.deaths[spot]
            self._tell(spot, "is there again")

    def _retype(self, rng: random.Random) -> None:
        """Deleted, and typed in again: another record with the same content."""
        spot = self._some_record(rng)
        if spot is None:
            return
        values = dict(self.systems[spot[0]].live(spot[1])[spot[2]])
        values = {name: one for name, one in values.items() if name not in HUB_COLUMNS}
        if isinstance(rows := values.get("contacts"), list):
            values["contacts"] = [
                {name: one for name, one in row.items() if name != "id"}
                for row in rows
                if isinstance(row, dict)
            ]
        self._remove(spot, rng)
        self._tell(spot, "is deleted, and typed in again")
        self._make(spot[0], spot[1], values, rng)

    def _merge(self, rng: random.Random) -> None:
        """Two records are found to be one: the loser points to the master from now on."""
        system, object = rng.choice([("crm", "Account"), ("erp", "customer")])
        live = sorted(self.systems[system].live(object))
        if len(live) < 2:
            return
        loser, master = rng.sample(live, 2)
        self._remove((system, object, loser), rng)
        self.deleted.discard((system, object, loser))
        self.systems[system].merged[object, loser] = master
        for contact, values in self.systems[system].live("Contact").items():
            if values.get("AccountId") == loser:
                self._type((system, "Contact", contact), {"AccountId": master}, rng)
        self._tell((system, object, loser), f"is merged into {master}")

    def _reuse(self, rng: random.Random) -> None:
        """A system gives the id of a deleted record to a new one."""
        spots = sorted(spot for spot in self.deleted if spot[1] != "Contact")
        if not spots:
            return
        system, object, id = rng.choice(spots)
        self.deleted.discard((system, object, id))
        self.simulation.oracle.forget(system, object, id)
        name = NAME_COLUMN[system, object]
        values: dict[str, Raw] = {name: f"{system[0].upper()}{id}{rng.choice(NAMES)}"}
        self._make(system, object, values, rng, id=id)

    def _leave(self, rng: random.Random) -> None:
        """A record leaves the scope of its mapping, or comes back."""
        customers = sorted(self.systems["erp"].live("customer"))
        if customers:
            kind = rng.choice(COLUMNS["erp", "customer"]["kind"])
            self._type(("erp", "customer", rng.choice(customers)), {"kind": kind}, rng)

    # -- administrators ----------------------------------------------------------------------------

    def _trouble(self, rng: random.Random) -> None:
        """Somebody repairs what was broken, or breaks it: columns, permissions, clocks."""
        weather = self.simulation.weather
        weather.blow(rng)
        name = rng.choice(list(self.systems))
        system = self.systems[name]
        if rng.random() < 0.4:
            self.simulation.repair(name)
            self.simulation.tell(f"{name}: an administrator repairs everything")
        for fault, veil in _VEILS.items():
            if weather.strikes(fault):
                self._veil(name, veil, rng)
        if weather.strikes(Fault.LOST_PERMISSION):
            self._take_permission(name, rng)
        if weather.strikes(Fault.CLOCK_JUMP):
            self.simulation.hazy.add(name)
            system.clock.offset = rng.choice((-3600.0, -90.0, -1.0, 0.0, 1.0, 90.0, 3600.0))
            self.simulation.tell(f"{name}: the clock is off by {system.clock.offset:.0f} s now")
        weather.calm()

    def _veil(self, name: str, veil: Veil, rng: random.Random) -> None:
        object, column = rng.choice(
            [
                (object, column)
                for (system, object), columns in COLUMNS.items()
                for column in columns
                if system == name and column not in FIXED | CODE_COLUMNS
            ]
        )
        self.systems[name].veils[object, column] = veil
        self.simulation.hazy.add(name)
        self.simulation.tell(f"{name}: the column {column} of {object} is {veil}")

    def _take_permission(self, name: str, rng: random.Random) -> None:
        system = self.systems[name]
        for object in sorted(system.objects):
            lost = [id for id in sorted(system.live(object)) if rng.random() < 0.3]
            system.unseen.update((object, id) for id in lost)
            self.simulation.hazy.add(name)
            if lost:
                self.simulation.tell(f"{name}: the hub may not see {', '.join(lost)} any more")

    def just_before(self, system: str, object: str, ids: Sequence[str]) -> None:
        """Somebody types into a record that the hub has read and is about to write."""
        weather, rate = self.simulation.weather, self.simulation.script.eager
        there = [id for id in ids if id in self.systems[system].live(object)]
        if not weather.on or weather.dead or not there or self.eager.random() >= rate:
            return
        weather.struck[Fault.HASTE] += 1
        columns = COLUMNS[system, object]
        column = self.eager.choice(sorted(columns))
        self._type(
            (system, object, self.eager.choice(there)),
            {column: self.eager.choice(columns[column])},
            self.eager,
        )

    def in_haste(self) -> None:
        """Somebody works while the hub reads."""
        weather = self.simulation.weather
        if not weather.dead and weather.strikes(Fault.HASTE):
            self._edit(weather.rng)

    # -- the keyboard ------------------------------------------------------------------------------

    def _some_record(self, rng: random.Random) -> Spot | None:
        spots = [
            (system, object, id)
            for system, object in COLUMNS
            for id in sorted(self.systems[system].live(object))
        ]
        return rng.choice(spots) if spots else None

    def _pass_time(self, rng: random.Random) -> None:
        self.simulation.clock.tick(rng.choice((0.001, 1, 1, 30, 200)))

    def _tell(self, spot: Spot, what: str) -> None:
        self.simulation.tell(f"{spot[0]}: {spot[2]} {what}")

    def _remove(self, spot: Spot, rng: random.Random) -> None:
        self._pass_time(rng)
        self.systems[spot[0]].delete(*spot[1:])
        self.deleted.add(spot)
        self.deaths[spot] = (self.simulation.clock.monotonic(), self.simulation.oracle.number)

    def _make(
        self, system: str, object: str, values: dict[str, Raw], rng: random.Random, *, id: str = ""
    ) -> None:
        self._pass_time(rng)
        made = self.systems[system].create(object, values, id=id)
        self.simulation.tell(f"{system}: {made} is typed: {_short(values)}")
        self.simulation.oracle.note(system, object, made, {})
        self._maybe_late(system, object, made, rng)

    def _type(self, spot: Spot, values: dict[str, Raw], rng: random.Random) -> None:
        self._pass_time(rng)
        before = self.simulation.oracle.meanings(*spot)
        self.systems[spot[0]].edit(*spot[1:], values)
        self._tell(spot, f"is edited: {_short(values)}")
        self.simulation.oracle.note(*spot, before)
        self._maybe_late(*spot, rng)

    def _maybe_late(self, system: str, object: str, id: str, rng: random.Random) -> None:
        weather = self.simulation.weather
        rate = weather.rates.get(Fault.LATE_VISIBILITY, 0.0)
        if rng.random() < rate:
            weather.struck[Fault.LATE_VISIBILITY] += 1
            declared = self.simulation.connectors[system].capabilities.late_visibility_s
            kept = declared and rng.random() < 0.8
            seconds = rng.choice((20.0, 50.0) if kept else (20.0, 50.0, 300.0))
            self.systems[system].hide(object, id, seconds)
            if seconds > declared:
                self.simulation.hazy.add(system)
                visible = self.simulation.clock.now() + timedelta(seconds=seconds)
                self.systems[system].too_late[object, id] = visible
            self._tell((system, object, id), f"is shown to others after {seconds:.0f} s only")


def _short(values: dict[str, Raw]) -> str:
    return ", ".join(f"{column} = {value!r}" for column, value in values.items())
