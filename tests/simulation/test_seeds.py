"""A sample of simulated worlds: whatever people, networks and systems do, every invariant holds. ``make simulate SEEDS=n`` plays more.

A failing seed prints its story, made as short as it can be told; ``make simulate SEED=n`` tells it again.
"""

from __future__ import annotations

import os

import pytest

from synchub.testing.simulator.story import Played, shortened
from synchub.testing.simulator.tally import played

SEEDS = int(os.environ.get("SYNCHUB_SEEDS", "48"))
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_every_invariant_holds_in_simulated_worlds(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        found = played(seed)
        if found.error is not None:
            pytest.fail(_told(found), pytrace=False)


def _told(found: Played) -> str:
    again = shortened(found, tries=60)
    return again.told() if again.error is not None else found.told()
