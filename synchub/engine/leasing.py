"""Leasing: one run at a time works with a system; who comes second leaves it alone, and who was thought dead commits nothing more.

A lease covers a whole system: its reading, matching and writing lean on each other within a run, and the vendor's limits are those of the account.
Two workers may work with different systems of one hub at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.errors import LeaseHeldError, Problem
from synchub.store.fence import Fence


@contextmanager
def leased(world: World, report: RunReport, systems: Collection[str] | None) -> Iterator[None]:
    """Hold the leases of these systems while the block runs. Who is worked with by another run is noted in `report.busy`.

    Raises LeaseHeldError E501 when not a single system is free.
    """
    now = world.clock.now()
    wanted = [name for name in world.connectors if systems is None or name in systems]
    until = now + world.limits.lease
    epochs: dict[str, int] = {}
    with world.store.under(None), world.store.begin() as tx:
        for system in wanted:
            row = tx.lease(system)
            dead = row is not None and world.is_dead(row.holder)
            epoch = tx.take_lease(system, world.holder, now, until, force=dead)
            if epoch is None:
                assert row is not None
                report.busy[system] = row.holder
                place = {"system": system, "holder": row.holder, "until": row.until.isoformat()}
                report.warnings.append(Problem("E501", place, severity="warning"))
                world.touch("lease.busy")
            else:
                epochs[system] = epoch
                if row is not None and row.until > now and row.holder != world.holder:
                    world.touch("lease.taken_over")
    if wanted and not epochs:
        busy = {"system": ", ".join(report.busy), "holder": ", ".join(set(report.busy.values())), "until": ""}
        raise LeaseHeldError("E501", **busy)
    report.held = set(epochs)
    fence = Fence(epochs, world.limits.lease, until, checking=world.safeguards.epoch_check)
    with world.store.under(fence):
        try:
            yield
        finally:
            _release(world, epochs)


def _release(world: World, epochs: dict[str, int]) -> None:
    """Let others in at once; a lease that has changed hands stays as it is."""
    with world.store.under(None), world.store.begin() as tx:
        for system, epoch in epochs.items():
            tx.renew_lease(system, epoch, world.clock.now())
