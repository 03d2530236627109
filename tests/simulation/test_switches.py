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
    "absent_is_not_null": 143,
    "adopt_stored": 1,
    "confirm_absence": 162,
    "edit_beats_delete": 123,
    "empty_source": 60,
    "epoch_check": 83,
    "field_merge": 4,
    "give_back": 29,
    "gone_never_recreates": 57,
    "idempotent_create": 12,
    "overlap": 326,
    "patch": 1,
    "read_before_write": 125,
    "thresholds": 196,
}
"""Safeguard -> a seed whose world breaks without it."""
ELSEWHERE = {"commit_per_page": "test_progress.py"}
"""Safeguards that another test here switches off."""
UNSEEN = {
    "agreement_pair",
    "bisect",
    "content_decides",
    "cursor_after_pages",
    "exact_approval",
    "freeze_fights",
    "grace",
    "groups",
    "mapping_approval",
    "not_retained",
    "outbox",
    "own_push_keeps_cursor",
    "restore_epoch",
    "stale_check",
    "stale_reread",
    "sweep",
    "verify_unknown",
    "wait_for_index",
    "whole_sweeps_only",
}
"""Safeguards that no recorded world tells from their absence yet; most have a test of their own in tests/synchub/engine."""


@cache
def well(seed: int) -> bool:
    return play(Script.of(seed)).error is None


@pytest.mark.parametrize("safeguard", sorted(RECORDED))
def test_a_safeguard_that_is_off_is_noticed(safeguard: str) -> None:
    seed = RECORDED[safeguard]
    assert play(Script.of(seed), safeguards=without(safeguard)).broken, "nobody notices"
    assert well(seed), "this world breaks with every safeguard on"


def test_every_safeguard_is_accounted_for() -> None:
    assert RECORDED.keys() | ELSEWHERE.keys() | UNSEEN == set(Safeguards.names())
