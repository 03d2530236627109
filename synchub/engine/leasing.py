"""Leasing: one run at a time works with a system; who comes second leaves it alone, and who was thought dead commits nothing more.

A lease covers a whole system: its reading, matching and writing lean on each other within a run, and the vendor's limits are those of the account.
Two workers may work with different systems of one hub at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.errors import LeaseHeldError, Problem
from synchub.store import Transaction
from synchub.store.fence import Fence


@contextmanager
def leased(world: World, report: RunReport, systems: Collection[str] | None) -> Iterator[None]:
    """Hold the leases of these systems while the block runs. Who is worked with by another run is noted in `report.busy`.

    Raises LeaseHeldError E501 when not a single system is free.
    """
    with world.store.under(None), world.store.begin() as tx:
        fence = take_leases(tx, world, report, systems)
    with holding(world, fence):
        yield


def take_leases(tx: Transaction, world: World, report: RunReport, systems: Collection[str] | None) -> Fence:
    """The first half of `leased`, for who has more to write at once; the second is `holding`."""
    now = world.clock.now()
    wanted = [name for name in world.connectors if systems is None or name in systems]
    until = now + world.limits.lease
    epochs = tx.take_leases(wanted, world.holder, now, until)
    if len(epochs) < len(wanted):
        epochs |= _from_others(tx, world, report, [name for name in wanted if name not in epochs], until)
    if wanted and not epochs:
        busy = {"system": ", ".join(report.busy), "holder": ", ".join(set(report.busy.values())), "until": ""}
        raise LeaseHeldError("E501", **busy)
    report.held = set(epochs)
    return Fence(epochs, world.limits.lease, until, checking=world.safeguards.epoch_check)


def _from_others(
    tx: Transaction, world: World, report: RunReport, systems: Collection[str], until: datetime
) -> dict[str, int]:
    """The leases of these systems whose holders are known to be dead; the others are busy."""
    rows = tx.leases(systems)
    dead = [system for system, row in rows.items() if world.is_dead(row.holder)]
    epochs = tx.take_leases(dead, world.holder, world.clock.now(), until, force=dead)
    world.touch("lease.taken_over", len(epochs))
    for system in systems:
        if system in epochs:
            continue
        row = rows[system]
        report.busy[system] = row.holder
        place = {"system": system, "holder": row.holder, "until": row.until.isoformat()}
        report.warnings.append(Problem("E501", place, severity="warning"))
        world.touch("lease.busy")
    return epochs


@contextmanager
def holding(world: World, fence: Fence) -> Iterator[None]:
    """What is written in the block is written under these leases; in the end others are let in, unless that was done already."""
    with world.store.under(fence):
        try:
            yield
        finally:
            if not fence.let_go:
                with world.store.under(None), world.store.begin() as tx:
                    let_others_in(tx, world, fence)


def let_others_in(tx: Transaction, world: World, fence: Fence) -> None:
    """At once; a lease that has changed hands stays as it is."""
    tx.renew_leases(fence.epochs, world.clock.now())
