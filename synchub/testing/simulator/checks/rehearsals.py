"""Rehearsals: I16 a plan is kept, I17 a plan leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synchub.engine.report import Cell, RunReport
from synchub.testing.simulator.checks.base import require

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


def state(simulation: Simulation) -> tuple[object, ...]:
    """Everything that may not change: the hub's state, and how much was ever written anywhere."""
    with simulation.store.begin() as tx:
        return (
            tx.digest(),
            *(len(system.log) for system in simulation.systems.values()),
            *(system.writes for system in simulation.systems.values()),
        )


def check_rehearsal_is_pure(simulation: Simulation) -> RunReport:
    """I17: a plan changes nothing, anywhere."""
    before = state(simulation)
    report = simulation.plan()
    require(state(simulation) == before, "I17", "a rehearsal left traces")
    return report


def check_plan_is_kept(simulation: Simulation, planned: RunReport, done: RunReport) -> None:
    """I16: the sync wrote the cells of the plan, and its report says what was written."""
    with simulation.store.begin() as tx:
        made = {(link.system, f"new:{link.entity_id}"): link.external_id for link in tx.every_link()}

    def plain(cell: Cell) -> tuple[str, ...]:
        place = made.get((cell.system, cell.external_id), cell.external_id)
        after = cell.after
        if isinstance(after, list):
            after = [{k: v for k, v in row.items() if k != "id"} for row in after if isinstance(row, dict)]
        elif isinstance(after, str):
            after = made.get((cell.system, after), after)
        return (cell.system, cell.object, str(place), cell.column, repr(after))

    expected, found = sorted(map(plain, planned.cells)), sorted(map(plain, done.cells))
    only_planned = [cell for cell in expected if cell not in found]
    only_written = [cell for cell in found if cell not in expected]
    require(expected == found, "I16", f"only planned {only_planned}, only written {only_written}")
