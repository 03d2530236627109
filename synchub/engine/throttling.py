"""Throttling: an account that takes no more calls is left alone, all its objects alike, until it takes some again.

What a system says about when to call again holds for every run and rehearsal until then, whoever heard it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.errors import ConnectorError, Problem, QuotaError, RateLimitError, SynchubError, TransientError
from synchub.store import Transaction
from synchub.store.progress import WAIT


def is_throttling(error: BaseException | None) -> bool:
    """Does a system say that it takes no more calls, or when it takes some again?"""
    if isinstance(error, QuotaError | RateLimitError):
        return True
    return isinstance(error, TransientError) and error.retry_after is not None


def throttle(world: World, report: RunReport, system: str, error: TransientError) -> None:
    """Leave this system alone for the rest of the run, and for as long as it said."""
    note_throttling(world, report, system, error)
    problem = Problem("E503", {"system": system, "because": str(error)}, severity="warning")
    if problem not in report.warnings:
        report.warnings.append(problem)
    world.touch("system.quota" if isinstance(error, QuotaError) else "system.throttled")
    if report.waits and not world.rehearsing:
        with world.store.begin() as tx:
            keep_waits(tx, report)


def hold_back(world: World, report: RunReport, system: str, error: ConnectorError) -> None:
    """A call did nothing: the system is left alone from now on, unless the next call may well be answered."""
    if isinstance(error, TransientError) and is_throttling(error):
        throttle(world, report, system, error)
    elif not isinstance(error, TransientError):
        report.failures.setdefault(system, error)


def note_throttling(world: World, report: RunReport, system: str, error: SynchubError) -> None:
    """The report knows it from now on; nothing is written."""
    report.throttled.setdefault(system, error)
    if isinstance(error, TransientError) and error.retry_after:
        until = world.clock.now() + timedelta(seconds=error.retry_after)
        report.waits[system] = max(until, report.waits.get(system, until))


def keep_waits(tx: Transaction, report: RunReport) -> None:
    """What was said about when to call again outlives the run, also one that is a rehearsal."""
    for system, until in report.waits.items():
        tx.set_fact(WAIT + system, {"until": until.isoformat()})


def told_to_wait(tx: Transaction, world: World) -> dict[str, SynchubError]:
    """Systems that take no calls yet, by what they said, and what to tell people of it."""
    if not world.safeguards.wait_as_told:
        return {}
    names = {WAIT + system: system for system in world.connectors}
    now = world.clock.now()
    return {
        names[name]: QuotaError("E504", system=names[name], until=said["until"])
        for name, said in tx.facts(names).items()
        if datetime.fromisoformat(said["until"]) > now
    }


def leave_alone(tx: Transaction, world: World, report: RunReport) -> None:
    """Systems that take no calls yet are left alone by this run."""
    for system, error in told_to_wait(tx, world).items():
        report.throttled[system] = error
        report.warnings.append(Problem(error.code, error.params, severity="warning"))
        world.touch("system.waited_for")
