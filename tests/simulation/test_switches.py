"""The suite is itself tested: with a safeguard of the engine switched off, a world that is well with it breaks.

Recorded seeds keep this lean; ``make simulate SEEDS=n WITHOUT=each`` looks at every safeguard over many worlds and writes the table of docs/simulation.md.
When worlds change, the seeds must be looked for again in the same way.
"""

from __future__ import annotations

from functools import cache

import pytest

from synchub.engine.safeguards import Safeguards
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.story import play
from synchub.testing.simulator.tally import without

RECORDED = {
    "edit_beats_delete": 123,
    "epoch_check": 83,
    "field_merge": 4,
    "read_before_write": 125,
    "thresholds": 196,
}
"""Safeguard -> a seed whose world breaks without it."""
ELSEWHERE: dict[str, str] = {}
"""Safeguards that no simulated world tells from their absence, and which tests of the engine do."""


@cache
def well(seed: int) -> bool:
    return play(Script.of(seed)).error is None


@pytest.mark.parametrize("safeguard", sorted(RECORDED))
def test_a_safeguard_that_is_off_is_noticed(safeguard: str) -> None:
    seed = RECORDED[safeguard]
    assert play(Script.of(seed), safeguards=without(safeguard)).broken, "nobody notices"
    assert well(seed), "this world breaks with every safeguard on"


def test_every_safeguard_is_accounted_for() -> None:
    assert RECORDED.keys() | ELSEWHERE.keys() == set(Safeguards.names())
