"""A Hypothesis state machine over the real hub on both databases: people, syncs, crashes and lost replies in any order (sync.md 8.3)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from synchub.testing.simulator.checks import check_at_rest
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.hub import SYSTEMS
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.traits import Traits
from tests.conftest import _EMPTY_IT
from tests.throwaway_postgres import PostgresServer

BITS = st.integers(0, 2**16)
FAULTS = (Fault.CRASH, Fault.TIMEOUT, Fault.ERROR_AFTER, Fault.OUTAGE)
SETTINGS = settings(
    max_examples=3,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class ChannelTeam(RuleBasedStateMachine):
    """After every sync I6 to I9 and their fellows are asked, and at the end everything."""

    fresh: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        script = Script(0, "", ("deleting", "usual"), (Traits(),) * len(SYSTEMS), (), False, ())
        self.simulation = Simulation(script, database=type(self).fresh())

    def _people(self, what: str, bits: int) -> None:
        done = self.simulation.people.does(what)
        assert done is not None
        done(random.Random(bits))

    @rule(bits=BITS)
    def create(self, bits: int) -> None:
        self._people("create", bits)

    @rule(bits=BITS)
    def edit(self, bits: int) -> None:
        self._people("edit", bits)

    @rule(bits=BITS)
    def clear(self, bits: int) -> None:
        self._people("clear", bits)

    @rule(bits=BITS)
    def delete(self, bits: int) -> None:
        self._people("delete", bits)

    @precondition(lambda self: self.simulation.people.deleted)
    @rule(bits=BITS)
    def undelete(self, bits: int) -> None:
        self._people("undelete", bits)

    @rule(bits=BITS)
    def merge(self, bits: int) -> None:
        self._people("merge", bits)

    @rule(bits=BITS)
    def sync(self, bits: int) -> None:
        self.simulation.do_sync(random.Random(bits))

    @rule(bits=BITS, fault=st.sampled_from(FAULTS))
    def sync_badly(self, bits: int, fault: Fault) -> None:
        self.simulation.weather.rates = {fault: 0.2}
        self.simulation.do_sync(random.Random(bits))
        self.simulation.weather.rates = {}

    @rule(bits=BITS)
    def wait(self, bits: int) -> None:
        self.simulation.do_wait(random.Random(bits))

    def teardown(self) -> None:
        try:
            check_at_rest(self.simulation)
        finally:
            self.simulation.close()


def test_whatever_people_and_networks_do_on_sqlite() -> None:
    ChannelTeam.fresh = staticmethod(lambda: ":memory:")
    run_state_machine_as_test(ChannelTeam, settings=SETTINGS)


@pytest.mark.postgres
def test_whatever_people_and_networks_do_on_postgresql(
    postgres_server: PostgresServer,
    _postgres_database: str,  # noqa: PT019 - its value is the name of the database
) -> None:
    def emptied() -> str:
        postgres_server.run(_EMPTY_IT, _postgres_database)
        return postgres_server.url(_postgres_database)

    ChannelTeam.fresh = staticmethod(emptied)
    run_state_machine_as_test(ChannelTeam, settings=SETTINGS)
