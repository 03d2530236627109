"""A world in which nothing happens by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.traits import Traits
from tests.simulation.one_partner import made, sync


@pytest.fixture
def world() -> Iterator[Simulation]:
    """Three systems without a fault, in which nothing happens by itself; one partner, typed into the ERP and linked everywhere."""
    yield from _world("partners")


@pytest.fixture
def deleting() -> Iterator[Simulation]:
    """The same, and what is deleted in the CRM is deleted everywhere."""
    yield from _world("deleting")


def _world(mappings: str) -> Iterator[Simulation]:
    script = Script(0, "", (mappings, "usual"), (Traits(),) * 3, (), distinct=True, events=())
    simulation = Simulation(script)
    made(simulation, "erp", "customer", {"name": "上海联宏", "enable": "1"})
    sync(simulation)
    yield simulation
    simulation.close()
