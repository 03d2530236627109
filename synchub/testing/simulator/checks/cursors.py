"""Cursors: I12, what was there to be seen before the pull has been seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from synchub.engine.world import Route
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT, UNKNOWN, Unreadable
from synchub.store import Transaction
from synchub.store.rows import ASIDE, Link, LinkState
from synchub.testing.simulator.checks.base import require

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


def check_cursors(simulation: Simulation, tx: Transaction, links: Iterable[Link], started: float) -> None:
    """I12: no version of a record that was visible when the run began is unknown to the hub when it has ended.

    `started` is on the monotonic clock. Systems that ever showed something else than the truth (lost rows, columns behind a veil, changes later than
    they declare) are left out: only a sweep can see those. So are systems that took no calls in this run, and objects whose listing
    was resumed behind pages that an earlier run had read (seed 153): the next one reads them.
    """
    report = simulation.last
    if report is None or "" in report.failures:
        return
    routes = {route.name: route for route in simulation.world.routes}
    read = {
        (system, object)
        for system, object in simulation.world.objects
        if system not in report.failures
        and system not in report.throttled  # it was told to wait: the next run reads
        and system not in simulation.hazy
        and (system, object) not in report.doubtful
        and (system, object) not in simulation.resumed
        and (row := tx.cursor(system, object)) is not None
        and row.resume is None
    }
    parked = {one.link_id for name in routes for one in tx.suspects(name)}
    for link in links:
        if link.id in parked:  # seen, and doubted: it is read again later
            continue
        if (
            link.version != routes[link.mapping].mapping.version
        ):  # its system was not read since the mapping was edited
            continue
        if (link.system, link.object) in read and link.state is LinkState.LINKED and ASIDE not in link.holds:
            _check_link(simulation, routes[link.mapping], link, started)


def _check_link(simulation: Simulation, route: Route, link: Link, started: float) -> None:
    id = link.external_id or ""
    system = simulation.systems[link.system]
    changed = system.typed_at.get((link.object, id))
    held = system.objects[link.object].get(id)
    shown_from = system.late.get((link.object, id), (None, changed))[1]
    if changed is None or held is None or held.deleted or max(changed, shown_from or changed) > started:
        return
    record = RawRecord(id, tuple(held.values.get(column) for column in route.mapping.columns))
    for part, values in route.mapping.parts(record):
        if part != link.part:
            continue
        for index, image in enumerate(route.mapping.image(values)):
            mapped, seen = route.mapping.fields[index], link.seen[index]
            if mapped.name in link.holds or mapped.name in link.waiting or not mapped.columns:
                continue
            if seen is UNKNOWN or image is ABSENT or isinstance(image, Unreadable):
                continue
            where = f"{route.name} {id} {part} {mapped.name}"
            require(
                seen == image, "I12", f"{where} is {image!r} since before the run, and the hub has {seen!r}"
            )
