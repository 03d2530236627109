"""Arrivals: records that are here now free the references that waited for them."""

from __future__ import annotations

from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.looks import remap
from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.store.rows import OUTGOING, Link


def awaited(absorber: Absorber) -> set[str]:
    """What has arrived with the looks written so far, as far as some reference waits for it; the absorber forgets the rest.

    A reference that is read later finds its record by itself, so of a million arrivals none need be remembered.
    """
    arrived, absorber.arrivals = absorber.arrivals, set()
    return absorber.tx.awaited(absorber.route.model.name, sorted(arrived)) if arrived else arrived


def resolve_waiting(world: World, report: RunReport, started: datetime, arrivals: set[str]) -> set[str]:
    """References that waited for what has now arrived are merged (incoming) or become pending (outgoing); the routes with the latter."""
    freed: set[str] = set()
    if not arrivals:
        return freed
    for route in world.routes:
        targets = {one.ref.entity for one in route.mapping.fields if one.ref is not None}
        # the links of other systems are written by who holds their leases; the next run looks for what waits there
        if not targets or (report.held is not None and route.mapping.system not in report.held):
            continue
        with world.store.begin() as tx:
            waiting = {
                one.id: one
                for target in sorted(targets)
                for one in tx.waiting_links(target, sorted(arrivals))
            }
            links = [one for one in waiting.values() if one.mapping == route.name]
            if not links:
                continue
            absorber = Absorber(tx, world, route, report, started)
            if sum(_free(link, arrivals) for link in links):  # every one of them
                freed.add(route.name)
            absorber.absorb_waiting([remap(tx, link, route, report.run) for link in links], arrivals)
            absorber.flush()
            world.touch("waiting.resolved")
    return freed


def _free(link: Link, arrivals: set[str]) -> bool:
    """Outgoing references whose target now has a record here are planned again; were there any?"""
    freed = [name for name, key in link.waiting.items() if name.startswith(OUTGOING) and key in arrivals]
    for name in freed:
        del link.waiting[name]
        link.settled_rev = 0
    return bool(freed)
