"""Throttling: an account that takes no more calls is left alone, all its objects alike, until it takes some again."""

from __future__ import annotations

from datetime import datetime, timedelta

from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.errors import Problem, QuotaError, TransientError
from synchub.store import Transaction

_FACT = "quota:"


def throttle(world: World, report: RunReport, system: str, error: TransientError) -> None:
    """Leave this system alone for the rest of the run; where its quota is used up, for as long as it said."""
    report.throttled.setdefault(system, error)
    problem = Problem("E503", {"system": system, "because": str(error)}, severity="warning")
    if problem not in report.warnings:
        report.warnings.append(problem)
    world.touch("system.quota" if isinstance(error, QuotaError) else "system.throttled")
    if isinstance(error, QuotaError) and error.retry_after and not world.rehearsing:
        until = world.clock.now() + timedelta(seconds=error.retry_after)
        with world.store.begin() as tx:
            tx.set_fact(_FACT + system, {"until": until.isoformat()})


def note_throttled(tx: Transaction, world: World, report: RunReport, now: datetime) -> None:
    """Systems whose quota is still used up are left alone by this run."""
    for name, found in tx.facts([_FACT + system for system in world.connectors]).items():
        system = name.removeprefix(_FACT)
        until = datetime.fromisoformat(found["until"])
        if until <= now:
            tx.set_fact(name, None)
        else:
            error = QuotaError("E504", system=system, until=until.isoformat())
            report.throttled[system] = error
            report.warnings.append(Problem(error.code, error.params, severity="warning"))
