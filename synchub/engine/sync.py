"""One sync of a hub, in the order it happens: settle what an earlier run left open, pull, claim, match, merge, push.

What is pushed is derived from state, so this may stop anywhere and be run again. A system that cannot be worked with is reported and left
out; the others go on.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import msgspec

from synchub.engine.absorb import Absorber
from synchub.engine.again import look_again, overtaken
from synchub.engine.claim import claim_route
from synchub.engine.deletions import follow_deletions
from synchub.engine.identity import derived_id
from synchub.engine.leasing import leased
from synchub.engine.looks import remap
from synchub.engine.match import match_route
from synchub.engine.pull import move_cursor, pull_object
from synchub.engine.push import Pusher
from synchub.engine.rehearsal import GuardedAll
from synchub.engine.removing import remove_route
from synchub.engine.report import RunReport
from synchub.engine.settle import settle_intents
from synchub.engine.suspects import settle_suspects
from synchub.engine.throttling import note_throttled, throttle
from synchub.engine.want import want_route
from synchub.engine.world import Route, World
from synchub.errors import AuthError, ConnectorError, QuotaError, RateLimitError, UnapprovedPlanError
from synchub.mapping.compiled import OnNew
from synchub.model.values import Raw
from synchub.store import Store
from synchub.store.restored import note_seen, restored_at
from synchub.store.rows import OUTGOING, Link
from synchub.store.rows import Plan as FirstContact

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=repr)


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of a run, small enough to be watched: `phase` is settle, pull, match, delete, remove or push; raises what `work` raises."""

    phase: str
    system: str
    object: str
    work: Callable[[], None]


Also = Callable[[World, RunReport, datetime], set[str]]
"""What a person has asked for, within a run; returns what others may have waited for."""

Conductor = Callable[[Step], None]
"""Who runs the steps: a Prefect flow makes a task of each."""


def directly(step: Step) -> None:
    """Nobody watches: just do it."""
    step.work()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync would do. `id` is a digest of its decisions and cells: the same plan has the same id."""

    id: str
    report: RunReport


def plan(
    world: World,
    run: str,
    systems: Collection[str] | None = None,
    *,
    witness: Callable[[World], None] | None = None,
) -> Plan:
    """Rehearse a whole sync: real reads, no write anywhere, the database as it was. `witness` may look at it before it is taken back."""
    world = as_paused(world)
    systems = _unpaused(world, systems)
    with world.store.rehearsal() as store:
        rehearsal = world.rehearsal(store, GuardedAll(world.connectors))
        report = RunReport(run, "plan", resuming=interrupted(rehearsal, run), restored=_restored(rehearsal))
        started = world.clock.now()
        calls = _calls(world, systems)
        _pull(rehearsal, report, started, systems)
        report.first_contact = first_contacts(rehearsal, report, systems)
        _reconcile(rehearsal, report, started, systems)
        _count_calls(rehearsal, report, systems, calls)
        if witness is not None:
            witness(rehearsal)
        return Plan(digest(report), report)


def sync(
    world: World,
    run: str,
    *,
    approve: str | None = None,
    approve_unique_keys: bool = False,
    systems: Collection[str] | None = None,
    conduct: Conductor = directly,
    kind: str = "sync",
    full: bool = False,
    also: Also | None = None,
) -> RunReport:
    """Bring every system into agreement. `approve` names the plan of a first contact that a person has seen.

    `full` reads everything (a sweep). `also` is done after the reading and before anything follows from it: what a person has asked for.

    Raises UnapprovedPlanError when a mapping meets the hub for the first time and nobody approved what would
    follow; what was read is kept.
    """
    report = RunReport(run, kind)
    world = as_paused(world)
    systems = _unpaused(world, systems)
    with leased(world, report, systems), _calm_collector():
        report.resuming = interrupted(world, run) or also is not None
        report.restored = _restored(world)
        _sync(world, report, approve, approve_unique_keys, systems, conduct, full=full, also=also)
    return report


@contextmanager
def _calm_collector() -> Iterator[None]:
    """What is alive when a run begins outlives it, so Python need not look through it for garbage again and again: a fifth of a first load."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _restored(world: World) -> str:
    """When the database came out of a backup, "" when it did not or a person has approved what follows."""
    if not world.safeguards.restore_epoch:
        return ""
    with world.store.read() as tx:
        return restored_at(tx)


def as_paused(world: World) -> World:
    """The world without what people have paused."""
    with world.store.read() as tx:
        paused = frozenset((one.system, one.object, one.field) for one in tx.pauses())
    return replace(world, paused=paused) if paused else world


def _unpaused(world: World, systems: Collection[str] | None) -> Collection[str] | None:
    if not any(not object and not field for _, object, field in world.paused):
        return systems
    return [
        name
        for name in world.connectors
        if (systems is None or name in systems) and (name, "", "") not in world.paused
    ]


def _sync(
    world: World,
    report: RunReport,
    approve: str | None,
    approve_unique_keys: bool,
    systems: Collection[str] | None,
    conduct: Conductor,
    *,
    full: bool,
    also: Also | None,
) -> None:
    started, run = world.clock.now(), report.run
    note_throttled(world, report, started)
    calls = _calls(world, systems)
    with world.store.begin() as tx:
        tx.start_run(run, report.kind, started, {"systems": [*sorted(systems or world.connectors)]})
    state = "failed"
    try:
        _pull(world, report, started, systems, conduct, full=full)
        if also is not None:
            _resolve_waiting(world, report, started, also(world, report, started))
        report.first_contact = first_contacts(world, report, systems)
        done = bool(report.first_contact or report.restored) and _require_approval(
            world, report, started, approve, approve_unique_keys, systems
        )
        if not done:
            _reconcile(world, report, started, systems, conduct)
        _count_calls(world, report, systems, calls)
        state = report.state
    except UnapprovedPlanError:
        state = "unapproved"
        raise
    finally:
        with world.store.begin() as tx:
            counts: dict[str, Raw] = {
                f"{system}/{object}": {**counter} for (system, object), counter in report.counts.items()
            }
            partial = bool(report.busy or report.throttled) or systems is not None
            told: dict[str, Raw] = {"counts": counts, "calls": {**report.calls}, "partial": partial}
            tx.finish_run(run, world.clock.now(), state, told)


def digest(report: RunReport) -> str:
    """8 characters that name exactly these decisions and these cells, and which mappings meet the hub for the first time.

    Without the latter a first contact with nothing to do would be the same plan for every system, and one approval would take back another.
    """
    cells = sorted(
        _encoder.encode([one.system, one.object, one.external_id, one.op, one.column, one.before, one.after])
        for one in report.cells
    )
    decisions = sorted("\x1f".join(one).encode() for one in report.decisions)
    contacts = [name.encode() for name in sorted(report.first_contact)]
    parts = [*decisions, b"--", *cells, b"--", *contacts]
    if report.restored:
        parts.append(report.restored.encode())
    whole = hashlib.blake2b(b"\n".join(parts), digest_size=8).hexdigest()
    return derived_id("plan", whole)[:8]


def first_contacts(world: World, report: RunReport, systems: Collection[str] | None) -> list[str]:
    """Mappings of this run that have never been in agreement with the hub: no plan that covers them was ever approved.

    A system that is down meets the hub another day: a first contact needs everything it has.
    """
    with world.store.read() as tx:
        approved = {
            name
            for one in tx.plans(1000)
            if one.approved_at is not None and isinstance(names := one.summary.get("mappings"), list)
            for name in names
        }
    return [
        route.name for route in world.routes if route.name not in approved and _usable(report, route, systems)
    ]


def _require_approval(
    world: World,
    report: RunReport,
    started: datetime,
    approve: str | None,
    approve_unique_keys: bool,
    systems: Collection[str] | None,
) -> bool:
    """Raises UnapprovedPlanError; True when the rehearsal wrote nothing anywhere, so that it stands as the thing itself.

    A load of a hundred thousand records is not done twice for it.
    """
    with world.store.rehearsal() as store:
        rehearsed = RunReport(
            report.run,
            "plan",
            failures=dict(report.failures),
            first_contact=report.first_contact,
            doubtful=report.doubtful,
            busy=report.busy,
            throttled=report.throttled,
            restored=report.restored,
            resuming=report.resuming,
        )
        _reconcile(world.rehearsal(store, GuardedAll(world.connectors)), rehearsed, started, systems)
        plan_id = digest(rehearsed)
        unique_only = _only_unique(world) and not any(one[3] == "review" for one in rehearsed.decisions)
        if approve != plan_id and (report.restored or not (approve_unique_keys and unique_only)):
            raise UnapprovedPlanError(
                "E103" if report.restored else "E101",
                plan=plan_id,
                mappings=", ".join(report.first_contact),
                given=approve or "",
            )
        stands = not rehearsed.cells and rehearsed.failures == report.failures
        if stands:
            _note_approval(store, report, rehearsed, plan_id, started, approve)
            store.keep()
    if stands:
        report.take_over(rehearsed)
    else:
        _note_approval(world.store, report, rehearsed, plan_id, started, approve)
    return stands


def _note_approval(
    store: Store,
    report: RunReport,
    rehearsed: RunReport,
    plan_id: str,
    started: datetime,
    approve: str | None,
) -> None:
    summary: dict[str, Raw] = {
        "mappings": [*report.first_contact],
        "decisions": len(rehearsed.decisions),
        "cells": len(rehearsed.cells),
    }
    with store.begin() as tx:
        tx.put_plan(FirstContact(plan_id, report.run, started, plan_id, summary))
        tx.approve_plan(plan_id, "config" if approve != plan_id else "person")
        if report.restored:
            note_seen(tx)
    report.restored = ""


def _only_unique(world: World) -> bool:
    """Do all first-contact rules match on fields declared unique?"""
    return all(
        len(names) == 1 and route.model[names[0]].unique
        for route in world.routes
        for names in route.mapping.match
    )


def _attempt(world: World, report: RunReport, conduct: Conductor, step: Step) -> None:
    """Run a step; a system that cannot be worked with is reported, and left alone from then on."""
    try:
        conduct(step)
    except (QuotaError, RateLimitError) as error:
        throttle(world, report, step.system, error)
    except ConnectorError as error:
        report.failures[step.system] = error
        world.touch("system.auth" if isinstance(error, AuthError) else "system.failed")


def _pull(
    world: World,
    report: RunReport,
    started: datetime,
    systems: Collection[str] | None,
    conduct: Conductor = directly,
    *,
    full: bool = False,
) -> None:
    arrivals: set[str] = set()

    def settle(system: str) -> None:
        if not world.rehearsing:
            arrivals.update(settle_intents(world, system, report, started))
        for route in world.routes:
            if route.mapping.system == system:
                arrivals.update(settle_suspects(world, route, report, started))

    def pull(system: str, object: str) -> None:
        arrivals.update(pull_object(world, system, object, report, started, full=full))

    for system in world.connectors:
        if _left_out(report, system) or (systems is not None and system not in systems):
            continue
        if _has_open_ends(world, system):
            _attempt(world, report, conduct, Step("settle", system, "", partial(settle, system)))
    for system, object in _reading_order(world, report):
        if not _left_out(report, system) and (systems is None or system in systems):
            _attempt(world, report, conduct, Step("pull", system, object, partial(pull, system, object)))
    if report.resuming:
        with world.store.read() as tx:
            arrivals |= tx.waiting_keys()
    _resolve_waiting(world, report, started, arrivals)


def _reading_order(world: World, report: RunReport) -> list[tuple[str, str]]:
    """After a restore systems that keep less are read last, so that what they have lost does not pass for the newest word."""
    if not report.restored:
        return world.objects

    def losses(place: tuple[str, str]) -> int:
        return sum(mapped.lossy for route in world.routes_of(*place) for mapped in route.mapping.fields)

    return sorted(world.objects, key=losses)


def interrupted(world: World, run: str) -> bool:
    """Did the run before this one not come to its end? What it knew by heart only must be looked for."""
    with world.store.read() as tx:
        before = next((one for one in tx.runs(5) if one.id != run), None)
    return before is not None and (
        before.state not in {"done", "attention"} or bool(before.counts.get("partial"))
    )


def _reconcile(
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
        if _writable(report, route, systems):
            want_route(world, route, report, started)
    routes: Sequence[Route] = world.routes
    while routes:
        routes = _push(world, report, started, systems, conduct, routes)


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
        if not _writable(report, route, systems) or not has_pending(world, route):
            continue
        pusher = Pusher(world, route, report, started)
        _attempt(world, report, conduct, Step("push", route.mapping.system, route.mapping.object, pusher.run))
        freed.discard(route.name)
        freed |= _resolve_waiting(world, report, started, pusher.arrivals)
        if not world.safeguards.own_push_keeps_cursor and report.writes:
            move_cursor(world, route.mapping.system, route.mapping.object)
    return [route for route in world.routes if route.name in freed]


def _follow_deletions(
    world: World, report: RunReport, started: datetime, systems: Collection[str] | None, conduct: Conductor
) -> None:
    """What follows from records that are gone; then what is to be deleted, system by system."""

    def run(work: Callable[[World, Route, RunReport, datetime], set[str]], route: Route) -> None:
        _resolve_waiting(world, report, started, work(world, route, report, started))

    for phase, work in (("delete", follow_deletions), ("remove", remove_route)):
        with world.store.read() as tx:
            open_in = {one.mapping for one in tx.tombstones()}
        for route in world.routes:
            if route.name in open_in and _writable(report, route, systems):
                step = Step(phase, route.mapping.system, route.mapping.object, partial(run, work, route))
                _attempt(world, report, conduct, step)


def _has_open_ends(world: World, system: str) -> bool:
    """Are there writes or looks of an earlier run that nobody knows the truth of?"""
    names = [route.name for route in world.routes if route.mapping.system == system]
    with world.store.read() as tx:
        if not world.rehearsing and tx.open_intents(system):
            return True
        return any(tx.suspects(name) for name in names)


def has_pending(world: World, route: Route) -> bool:
    """Is there anything to push? One look at an index."""
    with world.store.read() as tx:
        return bool(tx.pending(route.name, route.model.name, 1, ""))


def _usable(report: RunReport, route: Route, systems: Collection[str] | None) -> bool:
    system = route.mapping.system
    return not _left_out(report, system) and (systems is None or system in systems)


def _left_out(report: RunReport, system: str) -> bool:
    """Is nothing (more) asked of this system in this run?"""
    return system in report.failures or system in report.busy or system in report.throttled


def _writable(report: RunReport, route: Route, systems: Collection[str] | None) -> bool:
    """A record that is not where a listing says nothing of anybody would be taken for gone by the write that misses it."""
    return (
        _usable(report, route, systems)
        and (route.mapping.system, route.mapping.object) not in report.doubtful
    )


def _match(
    world: World, report: RunReport, started: datetime, systems: Collection[str] | None, conduct: Conductor
) -> None:
    """Claim and match every mapping of this run, in the order of references; what arrives may free what waits.

    What one mapping brings may settle what another could not decide, so this goes on until a round brings nothing.
    """
    if not (report.first_contact or report.resuming or _moved(report)):
        return
    routes = [
        route
        for route in world.routes
        if _usable(report, route, systems)
        and (route.mapping.on_new is not OnNew.IGNORE or route.mapping.match)
    ]

    def match(route: Route, claiming: bool) -> None:
        if claiming:
            claim_route(world, route, report, started)
        arrivals = match_route(world, route, report, started)
        _resolve_waiting(world, report, started, arrivals)

    found, claiming = -1, True
    while found != (found := sum(report.decided(route.name, "link", "create") for route in routes)):
        for route in routes:
            if _usable(report, route, systems) and _crowded(world, route):
                work = partial(match, route, claiming)
                _attempt(
                    world, report, conduct, Step("match", route.mapping.system, route.mapping.object, work)
                )
        claiming = False
    for route in routes:
        held = report.decided(route.name, "review")
        report.add(route.mapping.system, route.mapping.object, "held", held)


def _crowded(world: World, route: Route) -> bool:
    """Does anybody wait to be matched?"""
    with world.store.read() as tx:
        return tx.count_unlinked(route.name) > 0


def _look_again(
    world: World, report: RunReport, started: datetime, systems: Collection[str] | None, conduct: Conductor
) -> None:
    """What was held before, and may be settled by what this run has brought."""

    def again(route: Route, links: Sequence[Link]) -> None:
        _resolve_waiting(world, report, started, look_again(world, route, links, report, started))

    for route in world.routes:
        links = overtaken(world, route) if _writable(report, route, systems) else []
        if links:
            step = Step("pull", route.mapping.system, route.mapping.object, partial(again, route, links))
            _attempt(world, report, conduct, step)


def _moved(report: RunReport) -> bool:
    """Has this run seen anything that could make a waiting row match?"""
    return any(
        counter["pulled"] > counter["unchanged"] or counter["missing"] for counter in report.counts.values()
    )


def _resolve_waiting(world: World, report: RunReport, started: datetime, arrivals: set[str]) -> set[str]:
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


def _calls(world: World, systems: Collection[str] | None) -> dict[str, int]:
    """Requests sent so far, by system."""
    return {
        name: world.connectors[name].calls for name in world.connectors if systems is None or name in systems
    }


def _count_calls(
    world: World, report: RunReport, systems: Collection[str] | None, before: Mapping[str, int]
) -> None:
    report.calls = {name: calls - before[name] for name, calls in _calls(world, systems).items()}
