"""One sync of a hub, in the order it happens: settle what an earlier run left open, pull, claim, match, merge, push.

What is pushed is derived from state, so this may stop anywhere and be run again. A system that cannot be worked with is reported and left
out; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from synchub.engine.approval import digest, first_contacts, require_approval, restored_when
from synchub.engine.arrivals import resolve_waiting
from synchub.engine.edited import edited_mappings, note_mappings
from synchub.engine.leasing import holding, let_others_in, take_leases
from synchub.engine.pull import pull_object
from synchub.engine.reconcile import nothing_follows, reconcile
from synchub.engine.rehearsal import GuardedAll
from synchub.engine.report import RunReport
from synchub.engine.settle import settle_intents
from synchub.engine.steps import Conductor, Step, attempt, directly, left_out, usable_names
from synchub.engine.suspects import settle_suspects
from synchub.engine.throttling import keep_waits, leave_alone
from synchub.engine.world import World
from synchub.errors import UnapprovedPlanError
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.fence import Fence

Also = Callable[[World, RunReport, datetime], set[str]]
"""What a person has asked for, within a run; returns what others may have waited for."""


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
    with world.store.read() as tx:
        world = _as_paused(tx, world)
    systems = _unpaused(world, systems)
    with world.store.rehearsal() as store:
        rehearsal = world.rehearsal(store, GuardedAll(world.connectors))
        with store.read() as tx:
            resuming, restored = _interrupted(tx, run), restored_when(tx, world)
            open_ends = _open_ends(tx, rehearsal)
            report = RunReport(run, "plan", resuming=resuming, restored=restored)
            leave_alone(tx, rehearsal, report)
        started = world.clock.now()
        calls = _calls(world, systems)
        _pull(rehearsal, report, started, systems, open_ends)
        with store.read() as tx:
            report.first_contact = first_contacts(tx, rehearsal, report, systems)
            report.edited, _ = edited_mappings(tx, rehearsal, usable_names(rehearsal, report, systems))
        reconcile(rehearsal, report, started, systems)
        _count_calls(rehearsal, report, systems, calls)
        if witness is not None:
            witness(rehearsal)
    if report.waits:
        with world.store.begin() as tx:
            keep_waits(tx, report)
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
    with world.store.under(None), world.store.begin() as tx:
        world = _as_paused(tx, world)
        systems = _unpaused(world, systems)
        fence = take_leases(tx, world, report, systems)
        started = world.clock.now()
        report.resuming = _interrupted(tx, run) or also is not None
        report.restored = restored_when(tx, world)
        leave_alone(tx, world, report)
        open_ends = _open_ends(tx, world)
        tx.start_run(run, kind, started, {"systems": [*sorted(systems or world.connectors)]})
    with holding(world, fence):
        state = "failed"
        try:
            _sync(
                world,
                report,
                started,
                systems,
                conduct,
                open_ends,
                approve=approve,
                approve_unique_keys=approve_unique_keys,
                full=full,
                also=also,
            )
            state = report.state
        except UnapprovedPlanError:
            state = "unapproved"
            raise
        finally:
            _finish(world, report, fence, state, partial=systems is not None)
    return report


def _as_paused(tx: Transaction, world: World) -> World:
    """The world without what people have paused."""
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


def _interrupted(tx: Transaction, run: str) -> bool:
    """Did the run before this one not come to its end? What it knew by heart only must be looked for."""
    before = next((one for one in tx.runs(5) if one.id != run), None)
    return before is not None and (
        before.state not in {"done", "attention"} or bool(before.counts.get("partial"))
    )


def _sync(
    world: World,
    report: RunReport,
    started: datetime,
    systems: Collection[str] | None,
    conduct: Conductor,
    open_ends: Collection[str],
    *,
    approve: str | None,
    approve_unique_keys: bool,
    full: bool,
    also: Also | None,
) -> None:
    calls = _calls(world, systems)
    _pull(world, report, started, systems, open_ends, conduct, full=full)
    if also is not None:
        resolve_waiting(world, report, started, also(world, report, started))
    with world.store.read() as tx:
        report.first_contact = first_contacts(tx, world, report, systems)
        usable = usable_names(world, report, systems)
        report.edited, noted = edited_mappings(tx, world, usable)
        quiet = nothing_follows(tx, world, report, systems)
    if not quiet:
        _put_cursors(world, report)
    done = bool(report.first_contact or report.restored or report.edited) and require_approval(
        world, report, started, approve, approve_unique_keys, systems
    )
    if not noted:
        with world.store.begin() as tx:
            note_mappings(tx, world, usable)
    if not done and not quiet:
        reconcile(world, report, started, systems, conduct)
    _count_calls(world, report, systems, calls)


def _put_cursors(world: World, report: RunReport) -> None:
    """Of listings that brought nothing, and were left to be written with something else."""
    if report.cursors:
        with world.store.begin() as tx:
            tx.put_cursors(report.cursors)
        report.cursors.clear()


def _finish(world: World, report: RunReport, fence: Fence, state: str, *, partial: bool) -> None:
    counts: dict[str, Raw] = {
        f"{system}/{object}": {**counter} for (system, object), counter in report.counts.items()
    }
    partial = partial or bool(report.busy or report.throttled)
    told: dict[str, Raw] = {"counts": counts, "calls": {**report.calls}, "partial": partial}
    with world.store.begin() as tx:
        tx.put_cursors(report.cursors)
        tx.finish_run(report.run, world.clock.now(), state, told)
        keep_waits(tx, report)  # those that the rehearsal of an approval heard are not kept yet
        let_others_in(tx, world, fence)
    fence.let_go = True


def _pull(
    world: World,
    report: RunReport,
    started: datetime,
    systems: Collection[str] | None,
    open_ends: Collection[str],
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
        if left_out(report, system) or (systems is not None and system not in systems):
            continue
        if system in open_ends:
            attempt(world, report, conduct, Step("settle", system, "", partial(settle, system)))
    for system, object in _reading_order(world, report):
        if not left_out(report, system) and (systems is None or system in systems):
            attempt(world, report, conduct, Step("pull", system, object, partial(pull, system, object)))
    if report.resuming:
        with world.store.read() as tx:
            arrivals |= tx.waiting_keys()
    resolve_waiting(world, report, started, arrivals)


def _reading_order(world: World, report: RunReport) -> list[tuple[str, str]]:
    """After a restore systems that keep less are read last, so that what they have lost does not pass for the newest word."""
    if not report.restored:
        return world.objects

    def losses(place: tuple[str, str]) -> int:
        return sum(mapped.lossy for route in world.routes_of(*place) for mapped in route.mapping.fields)

    return sorted(world.objects, key=losses)


def _open_ends(tx: Transaction, world: World) -> set[str]:
    """Systems with writes or looks of an earlier run that nobody knows the truth of."""
    unheard, doubtful = tx.open_ends()
    found = {route.mapping.system for route in world.routes if route.name in doubtful}
    return found if world.rehearsing else found | unheard


def _calls(world: World, systems: Collection[str] | None) -> dict[str, int]:
    """Requests sent so far, by system."""
    return {
        name: world.connectors[name].calls for name in world.connectors if systems is None or name in systems
    }


def _count_calls(
    world: World, report: RunReport, systems: Collection[str] | None, before: Mapping[str, int]
) -> None:
    report.calls = {name: calls - before[name] for name, calls in _calls(world, systems).items()}
