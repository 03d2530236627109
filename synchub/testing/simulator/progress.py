"""I19 progress: a listing that is always interrupted is read to its end all the same."""

from __future__ import annotations

import random

from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.faults import CrashError
from synchub.testing.simulator.hub import SYSTEMS
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.traits import Traits

ROWS = 100
CRASH_PER_PAGE = 0.3
ENOUGH = 30
"""So many runs are plenty where each keeps the pages it read, and next to none where all twenty-five must be read in one."""


def progress(seed: int, safeguards: Safeguards = ALL_ON) -> None:
    """I19: the cursor moves although the process dies on almost every third page."""
    script = Script(seed, "", ("partners", "usual"), (Traits(),) * len(SYSTEMS), (), True, ())
    simulation = Simulation(script, safeguards=safeguards)
    rng = random.Random(seed)  # noqa: S311 - chance, no secret

    def die_now_and_then() -> None:
        if rng.random() < CRASH_PER_PAGE:
            simulation.weather.dead = True
            raise CrashError

    simulation.connectors["crm"].meanwhile = die_now_and_then
    try:
        for number in range(ROWS):
            simulation.systems["crm"].create("Account", {"Name": f"渠道{number}"})
        for _ in range(ENOUGH):
            simulation.clock.tick(60)
            simulation.sync()
            with simulation.store.begin() as tx:
                row = tx.cursor("crm", "Account")
            if row is not None and row.cursor is not None:
                return
        require(False, "I19", f"after {ENOUGH} runs the listing of {ROWS} rows is not at its end")
    finally:
        simulation.close()
