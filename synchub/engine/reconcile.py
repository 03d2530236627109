"""Everything after the reading: claim, match, look again, follow deletions, merge, push."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from synchub.engine.again import look_again, overtaken
from synchub.engine.arrivals import resolve_waiting
from synchub.engine.claim import claim_route
from synchub.engine.deletions import follow_deletions
from synchub.engine.match import match_route
from synchub.engine.pull import move_cursor
from synchub.engine.push import Pusher
from synchub.engine.removing import DELETING, remove_route
from synchub.engine.report import RunReport
from synchub.engine.steps import Conductor, Step, attempt, directly, usable, writable
from synchub.engine.want import want_route
from synchub.engine.world import Route, World
from synchub.store import Transaction
from synchub.store.rows import Link


def nothing_follows(
    tx: Transaction, world: World, report: RunReport, systems: Collection[str] | None
) -> bool:
    """Has `reconcile` nothing to do? Mostly so, and then one look at the whole spares a look at each thing."""
    routes = [route for route in world.routes if usable(report, route, systems)]
    if report.first_contact or (
        (report.resuming or moved(report)) and any(_crowded(tx, route) for route in routes)
    ):
        return False
    questions = tx.conflicts()
    open_in = tx.open_deletions(DELETING)
    due = tx.due_mappings()
    return not any(
        route.name in open_in
        or (route.name in due and _has_pending(tx, route))
        or (route.mapping.create_there and tx.may_lack_links(route.name, route.model.name))
        or overtaken(tx, route, questions)
        for route in routes
    )


def reconcile(
    world: World,
    report: RunReport,
    started: datetime,
    systems: Collection[str] | None,
    conduct: Conductor = directly,
) -> None:
    """Claim, match, merge, push: everything after the reading."""
    _match(world, report, started, systems, conduct)
    _look_again(world, report, started, systems, conduct)
    _follow_deletions(world, report, started, systems, conduct)
    for route in world.routes:
        if writable(report, route, systems):
            want_route(world, route, report, started)
    routes: Sequence[Route] = world.routes
    while routes:
        routes = _push(world, report, started, systems, conduct, routes)


def _match(
    world: World, report: RunReport, started: datetime, systems: Collection[str] | None, conduct: Conductor
) -> None:
    """Claim and match every mapping of this run, in the order of references; what arrives may free what waits.

    What one mapping brings may settle what another could not decide, so this goes on until a round brings nothing.
    """
    if not (report.first_contact or report.resuming or moved(report)):
        return
    routes = [route for route in world.routes if route.matches and usable(report, route, systems)]

    def match(route: Route, claiming: bool) -> None:
        if claiming:
            claim_route(world, route, report, started)
        arrivals = match_route(world, route, report, started)
        resolve_waiting(world, report, started, arrivals)

    found, claiming = -1, True
    while found != (found := sum(report.decided.count(route.name, "link", "create") for route in routes)):
        for route in routes:
            if usable(report, route, systems) and _anybody_waits(world, route):
                work = partial(match, route, claiming)
                attempt(
                    world, report, conduct, Step("match", route.mapping.system, route.mapping.object, work)
                )
        claiming = False
    for route in routes:
        held = report.decided.count(route.name, "review")
        report.add(route.mapping.system, route.mapping.object, "held", held)


def _anybody_waits(world: World, route: Route) -> bool:
    with world.store.read() as tx:
        return _crowded(tx, route)


def _crowded(tx: Transaction, route: Route) -> bool:
    """Does anybody wait to be matched?"""
    return tx.count_unlinked(route.name) > 0


def moved(report: RunReport) -> bool:
    """Has this run seen anything that could make a waiting row match?"""
    return any(
        counter["pulled"] > counter["unchanged"] or counter["missing"] for counter in report.counts.values()
    )


def _look_again(
    world: World, report: RunReport, started: datetime, systems: Collection[str] | None, conduct: Conductor
) -> None:
    """What was held before, and may be settled by what this run has brought."""

    def again(route: Route, links: Sequence[Link]) -> None:
        resolve_waiting(world, report, started, look_again(world, route, links, report, started))

    for route in world.routes:
        if not writable(report, route, systems):
            continue
        with world.store.read() as tx:
            links = overtaken(tx, route, tx.conflicts(system=route.mapping.system, entity=route.model.name))
        if links:
            step = Step("pull", route.mapping.system, route.mapping.object, partial(again, route, links))
            attempt(world, report, conduct, step)


def _follow_deletions(
    world: World, report: RunReport, started: datetime, systems: Collection[str] | None, conduct: Conductor
) -> None:
    """What follows from records that are gone; then what is to be deleted, system by system."""

    def run(work: Callable[[World, Route, RunReport, datetime], set[str]], route: Route) -> None:
        resolve_waiting(world, report, started, work(world, route, report, started))

    for phase, work in (("delete", follow_deletions), ("remove", remove_route)):
        with world.store.read() as tx:
            open_in = tx.open_deletions(DELETING)
        for route in world.routes:
            if route.name in open_in and writable(report, route, systems):
                step = Step(phase, route.mapping.system, route.mapping.object, partial(run, work, route))
                attempt(world, report, conduct, step)


def _push(
    world: World,
    report: RunReport,
    started: datetime,
    systems: Collection[str] | None,
    conduct: Conductor,
    routes: Sequence[Route],
) -> list[Route]:
    """Push these; returns the routes in which a record that was made only now freed what had to wait for it.

    A record may refer to one of its own kind (上级渠道), which no order of routes could put first.
    """
    freed: set[str] = set()
    for route in routes:
        if not writable(report, route, systems):
            continue
        with world.store.read() as tx:
            if not _has_pending(tx, route):
                continue
        pusher = Pusher(world, route, report, started)
        attempt(world, report, conduct, Step("push", route.mapping.system, route.mapping.object, pusher.run))
        freed.discard(route.name)
        freed |= resolve_waiting(world, report, started, pusher.arrivals)
        if not world.safeguards.own_push_keeps_cursor and report.writes:
            move_cursor(world, route.mapping.system, route.mapping.object)
    return [route for route in world.routes if route.name in freed]


def _has_pending(tx: Transaction, route: Route) -> bool:
    """Is there anything to push? One look at an index."""
    return bool(tx.pending(route.name, route.model.name, 1, ""))
