"""I19 progress: a listing that is always interrupted is read to its end all the same."""

from __future__ import annotations

import random

from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.hub import SYSTEMS
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.traits import Traits

ROWS = 60
STEPS_PER_PAGE = 4
"""A call, and before, within and behind a commit."""
CRASH_PER_PAGE = 0.3
ENOUGH = 120
"""So many runs are plenty where each keeps its pages (about thirty do it), and next to none where all must be read in one."""


def progress(seed: int, safeguards: Safeguards = ALL_ON) -> None:
    """I19: the cursor moves although the process dies on almost every third page."""
    per_step = 1 - (1 - CRASH_PER_PAGE) ** (1 / STEPS_PER_PAGE)
    script = Script(
        seed, "", ("partners", "usual"), (Traits(),) * len(SYSTEMS), ((Fault.CRASH, per_step),), True, ()
    )
    simulation = Simulation(script, safeguards=safeguards)
    try:
        for number in range(ROWS):
            simulation.systems["crm"].create("Account", {"Name": f"渠道{number}"})
        rng = random.Random(seed)  # noqa: S311 - chance, no secret
        for _ in range(ENOUGH):
            simulation.clock.tick(60)
            simulation.weather.blow(rng)
            simulation.sync()
            simulation.weather.calm()
            with simulation.store.begin() as tx:
                row = tx.cursor("crm", "Account")
            if row is not None and row.cursor is not None:
                return
        require(False, "I19", f"after {ENOUGH} runs the listing of {ROWS} rows is not at its end")
    finally:
        simulation.close()
