"""Suspects: looks that seem older than what the hub holds, and yet differ. A lagging replica and a change that came late look the same.

Either guess loses something: to ignore them loses late changes for good, to accept them undoes newer ones. So such a look is parked,
and after a while the record is read again by its id: what it shows then counts, whatever its stamp says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.looks import lose, take_records
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.store.rows import Demise, Suspect


def settle_suspects(world: World, route: Route, report: RunReport, started: datetime) -> set[str]:
    """Read again who has rested long enough; returns what others may have waited for."""
    with world.store.begin() as tx:
        parked = tx.suspects(route.name)
        due = [one for one in parked if one.first_seen + world.limits.settle <= started]
        if due and not world.safeguards.stale_reread:
            tx.clear_suspects([one.link_id for one in due])
            return set()
    arrivals: set[str] = set()
    size = max(1, world.connectors[route.mapping.system].capabilities.read_batch)
    for start in range(0, len(due), size):
        arrivals |= _read_again(world, route, due[start : start + size], report, started)
    return arrivals


def _read_again(
    world: World, route: Route, due: Sequence[Suspect], report: RunReport, started: datetime
) -> set[str]:
    request = world.request(route.mapping.system, route.mapping.object)
    ids = sorted({one.external_id for one in due})
    records = world.connectors[route.mapping.system].fetch(request, ids)
    report.add(route.mapping.system, route.mapping.object, "fetched", len(records))
    found: Mapping[str, bool] = {record.id: not record.deleted for record in records}
    with world.store.begin() as tx:
        tx.clear_suspects([one.link_id for one in due])
        absorber = Absorber(tx, world, route, report, started)
        take_records(absorber, request.columns, records, doubt=False)
        gone = tx.links_by_id([one.link_id for one in due if not found.get(one.external_id)])
        lose(
            tx,
            world,
            route,
            {(link.external_id or "", link.part): link.id for link in gone.values()},
            report,
            Demise.READ,
            started,
        )
        world.touch("suspect.settled")
        return absorber.arrivals
