"""Records that are not there any more: I13 sweep safety, I14 delete safety."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from synchub.store import Transaction
from synchub.store.rows import Demise, LedgerRow, Link, LinkState
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.hub import LIMITS
from synchub.testing.simulator.oracle import Typed

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


def check_sweep_safety(
    simulation: Simulation, tx: Transaction, links: Iterable[Link], struck: set[Fault]
) -> None:
    """I13: nobody is taken for gone by a sweep who is there to be seen."""
    missing = {link.id: link for link in links if link.state is LinkState.MISSING and not link.part}
    fresh = missing.keys() - simulation.missing
    simulation.missing = set(missing)
    if not fresh or Fault.STALE_READ in struck:
        return
    stones = tx.tombstones_by_link(sorted(fresh))
    for id in sorted(fresh):
        link, stone = missing[id], stones.get(id)
        if stone is None or stone.reason is not Demise.SWEEP:
            continue
        simulation.learned[link.system, link.object, link.external_id or ""] = simulation.started
        held = simulation.systems[link.system].shown(link.object).get(link.external_id or "")
        there = held is not None and not held.deleted
        require(not there, "I13", f"{link.mapping} {link.external_id} is there, and was taken for gone")


def check_delete_safety(simulation: Simulation, rows: list[LedgerRow], links: Iterable[Link]) -> None:
    """I14: what the hub deletes somebody deleted, long enough ago, not too many at once, and nobody has edited since."""
    doomed = [row for row in rows if row.place == "hub" and row.op == "delete"]
    if doomed:
        _check_thresholds(simulation, doomed)
    by_golden: dict[str, list[Link]] = {}
    for link in links if doomed else ():
        by_golden.setdefault(link.entity_id, []).append(link)
    for row in doomed:
        _check_evidence(simulation, row, by_golden.get(row.entity_id, []))


def _check_evidence(simulation: Simulation, row: LedgerRow, links: list[Link]) -> None:
    """The record whose end was followed was deleted, and long enough ago; the ends of others say nothing of it (seeds 13096, 19137)."""
    cause = row.changes[""]["cause"]
    assert isinstance(cause, Mapping)
    spot = str(cause["system"]), str(cause["object"]), str(cause["record"])
    death, system = simulation.people.deaths.get(spot), simulation.systems[spot[0]]
    merged, lost = spot[1:] in system.merged, spot[1:] in system.unseen
    require(death or merged or lost, "I14", f"golden {row.entity_id} was deleted, and nobody deleted {spot}")
    if death is None or merged or lost:
        return
    at, number = death
    waited = simulation.clock.monotonic() - at
    require(
        waited >= LIMITS.grace.total_seconds(),
        "I14",
        f"golden {row.entity_id} was deleted after {waited:.0f} s of grace",
    )
    # nobody tells when a record vanished that only a sweep misses, so what was edited before that may well have been edited first (seed 843)
    since = simulation.learned.get(spot, number)
    mine = {(link.mapping, link.external_id) for link in links}
    edits = [
        one
        for one in simulation.oracle.typed
        if one.number > since
        and one.observed
        and (one.route.name, one.external_id) in mine
        and not _refused(simulation, row.entity_id, one)
    ]
    require(not edits, "I14", f"golden {row.entity_id} was deleted, and was edited since: {edits}")


def _refused(simulation: Simulation, golden_id: str, typed: Typed) -> bool:
    """Did the hub write down that this very value was not the system's to say? It changes no record, and speaks for none that is deleted (seed 9700)."""
    causes = [
        change["cause"]
        for one in simulation.journal.rows
        if (one.place, one.entity_id) == ("hub", golden_id) and (change := one.changes.get(typed.field))
    ]
    return any(
        isinstance(cause, Mapping)
        and cause["why"] in {"owner", "hub_writes"}
        and (cause["system"], cause["record"], cause["value"])
        == (typed.route.mapping.system, typed.external_id, typed.value)
        for cause in causes
    )


def _check_thresholds(simulation: Simulation, doomed: list[LedgerRow]) -> None:
    """More than the bound, and more than the share of everything that was linked, needs a person."""
    with simulation.store.begin() as tx:
        linked = sum(
            count
            for route in simulation.world.routes
            for state, count in tx.links_by_state(route.name).items()
            if route.mapping.system == "crm" and state in {"linked", "missing"}
        )
    too_many = len(doomed) > LIMITS.most_deletions and len(doomed) > LIMITS.deletion_share * linked
    require(
        not too_many, "I14", f"{len(doomed)} of {linked} records were deleted at once, and nobody was asked"
    )


def check_created_once(simulation: Simulation) -> None:
    """I14, I6: nothing is created again in a system where it was once."""
    made = Counter(
        (row.place, row.object, row.entity_id)
        for row in simulation.journal.rows
        if row.place != "hub" and row.op == "create"
    )
    twice = sorted(key for key, count in made.items() if count > 1)
    require(not twice, "I14", f"created more than once: {twice}")
