"""A second worker of the same hub, who comes while the first waits for a reply (I24)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from synchub.engine.sync import sync
from synchub.errors import LeaseHeldError, UnapprovedPlanError
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.hub import LIMITS

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


class Fellow:
    """Wakes at the `turn`th wait of the first worker; `slept` says that the first has then been silent for longer than its lease."""

    def __init__(self, simulation: Simulation, turn: int, *, slept: bool) -> None:
        self.simulation = simulation
        self.turn = turn
        self.slept = slept
        self.left: str | None = None
        """What the hub's state was when this worker had done everything; None if it was not let in."""

    def wake(self) -> None:
        """A whole sync, in the middle of somebody else's."""
        self.turn -= 1
        if self.turn != 0:
            return
        simulation = self.simulation
        if self.slept:
            simulation.clock.tick(LIMITS.lease.total_seconds() + 60)
            simulation.tell(
                "hub: the worker has been waiting for a reply for a long time, and another one starts"
            )
        world = replace(simulation.world, holder="fellow", store=simulation.store.another())
        simulation.runs += 1
        run = f"run-{simulation.runs:03}-fellow"
        try:
            report = sync(world, run)
        except LeaseHeldError as held:
            require(not self.slept, "I24", f"a lease that is over keeps the next worker out: {held}")
            simulation.tell(f"hub: {run} finds everything taken")
            return
        except UnapprovedPlanError:
            return
        require(self.slept, "I24", "two workers were let in at the same time")
        simulation.tell(f"hub: {run} ends: {report.writes} written")
        with simulation.store.begin() as tx:
            self.left = tx.digest()

    def check(self) -> None:
        """I24: whoever lost the lease has committed nothing since."""
        if self.left is None:
            return
        with self.simulation.store.begin() as tx:
            require(tx.digest() == self.left, "I24", "a worker whose lease is somebody else's has committed")
