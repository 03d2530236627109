"""Retry: records that were set aside are read and written again now, without waiting for somebody to touch them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from synchub.engine.absorb import Absorber
from synchub.engine.looks import take_records
from synchub.engine.rehearsal import NEW
from synchub.engine.report import RunReport
from synchub.engine.steps import left_out
from synchub.engine.sync import sync
from synchub.engine.world import Route, World
from synchub.store.rows import LinkState, Quarantined


def retry(
    world: World, run: str, *, systems: Collection[str] | None = None, ids: Collection[str] = ()
) -> tuple[RunReport, int]:
    """A sync that tries again what is set aside (all, or these external ids); the report, and how many there were."""
    with world.store.read() as tx:
        rows = [
            row
            for row in tx.quarantined()
            if (systems is None or row.system in systems) and (not ids or row.external_id in ids)
        ]
    report = sync(world, run, kind="retry", also=partial(_again, rows))
    return report, len(rows)


def _again(rows: Sequence[Quarantined], world: World, report: RunReport, started: datetime) -> set[str]:
    by_mapping: defaultdict[str, list[Quarantined]] = defaultdict(list)
    for row in rows:
        by_mapping[row.mapping].append(row)
    arrivals: set[str] = set()
    for route in world.routes:
        mine = by_mapping.get(route.name, [])
        if mine and not left_out(report, route.mapping.system):
            arrivals |= _read_again(world, route, mine, report, started)
            _write_again(world, route, mine)
    return arrivals


def _read_again(
    world: World, route: Route, rows: Sequence[Quarantined], report: RunReport, started: datetime
) -> set[str]:
    ids = sorted({row.external_id.partition("#")[0] for row in rows if row.stage == "pull"})
    connector = world.connectors[route.mapping.system]
    request = world.request(route.mapping.system, route.mapping.object)
    size = max(1, connector.capabilities.read_batch)
    arrivals: set[str] = set()
    for start in range(0, len(ids), size):
        records = connector.fetch(request, ids[start : start + size])
        with world.store.begin() as tx:
            links = list(tx.links(route.name, [record.id for record in records]).values())
            for link in links:
                link.hash = b""
            tx.update_links(links)
            absorber = Absorber(tx, world, route, report, started)
            take_records(absorber, request.columns, records, doubt=False)
            arrivals |= absorber.arrivals
    return arrivals


def _write_again(world: World, route: Route, rows: Sequence[Quarantined]) -> None:
    """Refused writes are due again."""
    keys = {row.external_id for row in rows if row.stage == "push"}
    golden_ids = sorted(key.removeprefix(NEW) for key in keys if key.startswith(NEW))
    external = sorted({key.partition("#")[0] for key in keys if not key.startswith(NEW)})
    with world.store.begin() as tx:
        wanted = [
            link
            for found in tx.links_of(route.model.name, golden_ids).values()
            for link in found
            if link.mapping == route.name and link.state is LinkState.WANTED
        ]
        links = [*wanted, *tx.links(route.name, external).values()]
        for link in links:
            link.settled_rev = 0
        tx.update_links(links)
