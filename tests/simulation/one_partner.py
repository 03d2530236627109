"""What people do, and what the hub might lose, in a world of one partner."""

from __future__ import annotations

import pytest

from synchub.sdk import Raw
from synchub.testing.simulator.checks import BrokenError
from synchub.testing.simulator.checks.edits import check_edits
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.oracle import Typed
from synchub.testing.simulator.play import Simulation


def made(simulation: Simulation, system: str, object: str, values: dict[str, Raw]) -> str:
    id = simulation.systems[system].create(object, values)
    simulation.oracle.note(system, object, id, {})
    return id


def typed(simulation: Simulation, system: str, object: str, column: str, value: str | None) -> Typed:
    """Somebody types into the last record there."""
    simulation.clock.tick(1)
    id = max(simulation.systems[system].live(object))
    before = simulation.oracle.meanings(system, object, id)
    simulation.systems[system].edit(object, id, {column: value})
    simulation.oracle.note(system, object, id, before)
    return simulation.oracle.typed[-1]


def sync(simulation: Simulation) -> None:
    simulation.clock.tick(60)
    assert simulation.sync() is not None


def taken_back(simulation: Simulation, field: str, value: str | None) -> None:
    """As if the hub had lost what was typed last: the golden value is another one."""
    with simulation.store.begin() as tx:
        (link,) = tx.links("erp-customer", list(simulation.systems["erp"].live("customer"))).values()
        (golden,) = tx.golden("Partner", [link.entity_id]).values()
        golden.values[simulation.world.entities["Partner"].position[field]] = value
        golden.rev += 1
        tx.update_golden("Partner", [golden], {golden.id: golden.rev - 1})


def left_out(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync whose listings are all empty, and say that they are whole."""
    with monkeypatch.context() as lying:
        lying.setattr(simulation.weather, "strikes", lambda fault: fault is Fault.EMPTY_LISTING)
        simulation.hazy.update(simulation.systems)
        sync(simulation)


def lost(world: Simulation, field: str, value: str | None) -> None:
    """The last edit stands, and is asked for."""
    check_edits(world)
    taken_back(world, field, value)
    with pytest.raises(BrokenError, match="undisputed"):
        check_edits(world)
