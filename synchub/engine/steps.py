"""The steps of a run: who runs them, what a failing one means, and which systems and mappings are still worked with."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from synchub.engine.report import RunReport
from synchub.engine.throttling import is_throttling, throttle
from synchub.engine.world import Route, World
from synchub.errors import AuthError, ConnectorError, TransientError


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of a run, small enough to be watched: `phase` is settle, pull, match, delete, remove or push; raises what `work` raises."""

    phase: str
    system: str
    object: str
    work: Callable[[], None]


Conductor = Callable[[Step], None]
"""Who runs the steps: a Prefect flow makes a task of each."""


def directly(step: Step) -> None:
    """Nobody watches: just do it."""
    step.work()


def attempt(world: World, report: RunReport, conduct: Conductor, step: Step) -> None:
    """Run a step; a system that cannot be worked with is reported, and left alone from then on."""
    try:
        conduct(step)
    except ConnectorError as error:
        if isinstance(error, TransientError) and is_throttling(error):
            throttle(world, report, step.system, error)
            return
        report.failures[step.system] = error
        world.touch("system.auth" if isinstance(error, AuthError) else "system.failed")


def left_out(report: RunReport, system: str) -> bool:
    """Is nothing (more) asked of this system in this run?"""
    return system in report.failures or system in report.busy or system in report.throttled


def usable(report: RunReport, route: Route, systems: Collection[str] | None) -> bool:
    system = route.mapping.system
    return not left_out(report, system) and (systems is None or system in systems)


def usable_names(world: World, report: RunReport, systems: Collection[str] | None) -> list[str]:
    return [route.name for route in world.routes if usable(report, route, systems)]


def writable(report: RunReport, route: Route, systems: Collection[str] | None) -> bool:
    """A record that is not where a listing says nothing of anybody would be taken for gone by the write that misses it."""
    return (
        usable(report, route, systems) and (route.mapping.system, route.mapping.object) not in report.doubtful
    )
