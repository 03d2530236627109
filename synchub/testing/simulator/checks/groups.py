"""I4: fields that belong together are never mixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, cast

from synchub.engine.world import Route
from synchub.mapping.compiled import Image
from synchub.model.values import Observed
from synchub.store import Transaction
from synchub.store.rows import Golden
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.systems import SimSystem

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation

Maker = Callable[[tuple[Observed, ...]], Iterable[tuple[Observed, ...]]]
"""The values of a group -> what a system may have made of them."""


def check_groups(simulation: Simulation) -> None:
    """I4: fields that belong together hold what somebody typed together, never a mixture of two people's.

    What a system made of such values as it stored them stands side by side too: a create whose reply was lost is read like an edit.
    """
    with simulation.store.begin() as tx:
        typed: dict[tuple[str, str, str], set[tuple[Observed, ...]]] = defaultdict(set)
        for link in tx.every_link():
            for (mapping, id, group), found in simulation.oracle.together.items():
                if (mapping, id) == (link.mapping, link.external_id):
                    typed[link.entity, link.entity_id, group] |= found
        for (entity, golden_id, group), found in typed.items():
            model = simulation.world.entities[entity]
            record = tx.golden(entity, [golden_id])[golden_id]
            places = [place for place, spec in enumerate(model.fields) if spec.group == group]
            values = tuple(record.values[place] for place in places)
            names = [model.fields[place].name for place in places]
            allowed = _as_stored(found, _makers(simulation, tx, record, entity, names))
            blank = all(value is None for value in values)
            require(
                blank or values in allowed, "I4", f"golden {golden_id} {group} is {values}, typed was {found}"
            )


def _as_stored(typed: set[tuple[Observed, ...]], makers: Sequence[Maker]) -> set[tuple[Observed, ...]]:
    """These values, and what the systems make of them that stored them unheard: written elsewhere, they may be made something of again (seed 1857)."""
    found, fresh = set(typed), set(typed)
    while fresh:
        fresh = {made for make in makers for values in fresh for made in make(values)} - found
        found |= fresh
    return found


def _makers(
    simulation: Simulation, tx: Transaction, record: Golden, entity: str, names: Sequence[str]
) -> list[Maker]:
    """What each system makes of these fields in whose cells the hub wrote without ever being shown what was stored.

    Of its neighbours it had made something too, and was heard; taken for an edit, they are taken whole (seed 1857).
    """
    routes = {route.name: route for route in simulation.world.routes}
    found: list[Maker] = []
    for link in tx.links_of(entity, [record.id]).get(record.id, ()):
        route, system = routes[link.mapping], simulation.systems[link.system]
        written = {entry.column for entry in system.untold(link.object, link.external_id or "")}
        columns = {
            name: route.mapping.fields[route.position[name]].columns
            for name in names
            if name in route.position
        }
        if not written.isdisjoint(column for cells in columns.values() for column in cells):
            single = {name: cells[0] for name, cells in columns.items() if len(cells) == 1}
            found.append(partial(_made, route, system, names, single))
    return found


def _made(
    route: Route,
    system: SimSystem,
    names: Sequence[str],
    columns: Mapping[str, str],
    values: tuple[Observed, ...],
) -> Iterable[tuple[Observed, ...]]:
    """These values, each as it is or as the system stores it in its column."""
    ways = (
        {
            value,
            route.mapping.read_image(
                route.position[name], cast("Image", system.stored(columns[name], value))
            ),
        }
        if name in columns and isinstance(value, str)
        else {value}
        for name, value in zip(names, values, strict=True)
    )
    return product(*ways)
