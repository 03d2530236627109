"""What the hub writes: I5 no silent overwrite, I8 minimality, I9 read-only systems, I20 budget, I21 absent is not null, I26 no secrets."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from synchub.mapping.compiled import Flow
from synchub.model.values import Raw
from synchub.store.rows import LedgerRow
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.systems import Place, SimSystem, Veil

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


def check_no_silent_overwrite(simulation: Simulation) -> None:
    """I5: what the hub wrote over, it had been shown.

    Nobody types between a read and the write behind it in these worlds, so the gap is empty and there is no excuse. That what was shown and
    differed from the agreement is written down is I4.
    """
    for name, system in simulation.systems.items():
        require(not system.blind, "I5", f"{name}: written over without having been seen: {system.blind}")


def check_minimality(simulation: Simulation, start: dict[str, int]) -> None:
    """I8: the hub writes mapped columns only, in the direction allowed, and leaves rows it has no business with as they are.

    `start` remembers how much of each system's log was looked at before.
    """
    allowed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for route in simulation.world.routes:
        mapping = route.mapping
        columns = {c for index in route.outgoing for c in mapping.fields[index].columns}
        place = allowed[mapping.system, mapping.object]
        place |= {mapping.each} if mapping.each else columns
        place |= {mapping.hub_column, *mapping.on_create}
    for name, system in simulation.systems.items():
        for one in system.log[start.get(name, 0) :]:
            if one.actor != "hub" or not one.column:  # a deletion has none
                continue
            where = f"{name} {one.object} {one.id}"
            require(one.column in allowed[name, one.object], "I8", f"the hub wrote {one.column} of {where}")
            if isinstance(one.after, list) and isinstance(one.before, list):
                _check_rows(one.before, one.after)
        start[name] = len(system.log)


def check_changes_something(simulation: Simulation, rows: list[LedgerRow]) -> None:
    """I8, the other half: a cell that is written differs from what was seen there. In a column behind a veil nothing was seen (seed 519)."""
    for row in rows:
        if row.place == "hub":
            continue
        for name, change in row.changes.items():
            veils = simulation.systems[row.place].veils
            idle = (
                change.get("before") == change.get("after")
                and row.op == "update"
                and (row.object, change.get("column", name)) not in veils
            )
            require(not idle, "I8", f"{name} of {row.place} {row.external_id} was written as it was")


def _check_rows(before: list[Raw], after: list[Raw]) -> None:
    old = {row["id"]: row for row in before if isinstance(row, dict)}
    new = {row["id"]: row for row in after if isinstance(row, dict) and row.get("id")}
    require(old.keys() <= new.keys(), "I8", f"rows were lost: {before} -> {after}")
    for id, row in new.items():
        changed = {name for name in {**old[id], **row} if old[id].get(name) != row.get(name)}
        require(changed <= {"person", "mobile"}, "I8", f"columns {changed} of a row were written")


def check_read_only(simulation: Simulation) -> None:
    """I9: a system that the hub only reads is never called with a verb that writes."""
    for name, system in simulation.systems.items():
        routes = [one for one in simulation.world.routes if one.mapping.system == name]
        only_read = all(
            field.flow is Flow.HUB_READS for route in routes for field in route.mapping.fields
        ) and not any(route.mapping.create_there for route in routes)
        require(not only_read or not system.writes, "I9", f"{name} is read only and was written to")


def check_absent_is_not_null(simulation: Simulation, rows: list[LedgerRow]) -> None:
    """I21: a column that is not shown blanks nothing.

    A masked column shows where it is blank: who empties its cell is heard (seeds 11402, 15879, 19209).
    """
    for row in rows:
        if row.place != "hub":
            continue
        for name, change in row.changes.items():
            cause = change.get("cause")
            if change.get("after") is not None or not isinstance(cause, dict) or "system" not in cause:
                continue
            system, object = str(cause["system"]), str(cause["object"])
            veils = simulation.systems[system].veils if system in simulation.systems else {}
            columns = {
                column
                for route in simulation.world.routes_of(system, object)
                for field in route.mapping.fields
                if field.name == name
                for column in field.columns
            }
            place = (object, str(cause.get("record", "")))
            hidden = [
                column
                for column in columns
                if (veil := veils.get((object, column))) in {Veil.RENAMED, Veil.REMOVED, Veil.MASKED}
                and not (veil is Veil.MASKED and _is_blank(simulation.systems[system], place, column))
            ]
            require(
                not hidden or change.get("before") is None,
                "I21",
                f"{hidden} of {system} cannot be seen, and {name} was blanked",
            )


def _is_blank(system: SimSystem, place: Place, column: str) -> bool:
    """Is the cell blank, or was it before the last change, as a replica may still show it?"""
    versions = (system.objects[place[0]].get(place[1]), system.former.get(place, (None, 0.0))[0])
    return any(one is not None and one.values.get(column) is None for one in versions)


def check_budget(simulation: Simulation) -> None:
    """I20: nobody is called before the time they named, be it for calls too fast or for the last call of the day."""
    for name, connector in simulation.connectors.items():
        require(not connector.called_too_early, "I20", f"{name}: {connector.called_too_early}")
