"""Edited mappings: I23, an edit of a mapping file alone writes nothing before a person has seen what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from synchub.engine.report import RunReport
from synchub.testing.simulator.checks.base import require

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


def check_nothing_unapproved(
    simulation: Simulation, edited: Sequence[str], report: RunReport | None, writes: int
) -> None:
    """A run that nobody has approved anything for: `edited` were not in force when it began, `writes` are its calls with a verb that writes.

    Without a report the run was refused: it may not have written at all. One that went through took no notice of edited mappings of systems
    that it could not work with; with any other it means that nothing follows from them, and then nothing is written in this run.
    """
    if report is None:
        require(writes == 0, "I23", "a run that was refused for want of an approval has written")
        return
    out = {*report.failures, *report.throttled, *report.busy}
    asked = [
        route.name
        for route in simulation.world.routes
        if route.name in edited and route.mapping.system not in out
    ]
    require(
        not asked or writes == 0, "I23", f"{asked} were edited, nobody was asked, and {writes} calls wrote"
    )
