"""The suite is itself tested: with a safeguard of the engine switched off, a world that is well with it breaks.

A recorded seed, a directed history, or a test elsewhere tells each one from its absence. Recorded seeds keep this lean; ``make simulate SEEDS=n WITHOUT=each`` looks at every safeguard over many worlds and writes the table of docs/simulation.md.
When worlds change, the seeds must be looked for again in the same way.
"""

from __future__ import annotations

import ast
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.story import play
from synchub.testing.simulator.tally import without
from tests.simulation.directed import SCENARIOS, lab_of

TESTS = Path(__file__).parent.parent
RECORDED = {
    "absent_is_not_null": 143,
    "adopt_stored": 1,
    "confirm_absence": 162,
    "edit_beats_delete": 123,
    "epoch_check": 83,
    "field_merge": 4,
    "give_back": 29,
    "gone_never_recreates": 57,
    "mapping_approval": 5,
    "overlap": 326,
    "patch": 2,
    "read_before_write": 125,
    "thresholds": 607,
    "wait_as_told": 7,
}
"""Safeguard -> a seed whose world breaks without it."""
ELSEWHERE = {
    "agreement_pair": "engine/test_safeguards.py::test_one_base_for_both_takes_what_a_short_column_lost_for_an_edit",
    "bisect": "engine/test_stopping.py::test_a_batch_refused_whole_is_halved_until_the_bad_record_is_alone",
    "commit_per_page": "simulation/test_progress.py::test_without_a_commit_for_each_page_it_never_is",
    "content_decides": "engine/test_safeguards.py::test_without_content_an_edit_within_the_same_tick_goes_unseen",
    "empty_source": "engine/test_sweeps.py::test_an_empty_listing_says_nothing_about_anybody",
    "exact_approval": "engine/test_deletions.py::test_without_the_exact_set_one_approval_opens_the_door",
    "freeze_fights": "engine/test_stopping.py::test_a_fight_of_two_automations_ends_with_a_frozen_field",
    "grace": "engine/test_deletions.py::test_without_the_grace_period_it_is_followed_at_once",
    "not_retained": "engine/test_stopping.py::test_a_field_that_is_not_kept_is_written_no_more_after_some_tries",
    "restore_epoch": "engine/test_relink.py::test_a_restored_database_only_plans_until_a_person_approves",
    "stale_check": "engine/test_sweeps.py::test_without_the_check_the_older_look_undoes_the_newer_one",
    "stale_reread": "engine/test_sweeps.py::test_a_change_that_comes_late_with_an_old_stamp_is_taken_once_it_persists",
    "sweep": "engine/test_sweeps.py::test_what_no_feed_tells_is_found_by_the_sweep_of_the_day",
    "wait_for_index": "engine/test_relink.py::test_a_create_that_no_search_finds_yet_is_not_repeated_within_the_lag",
    "whole_sweeps_only": "engine/test_sweeps.py::test_another_account_may_see_less_and_that_proves_nothing",
}
"""Safeguards that another test switches off, and which: it runs with all others, and says what becomes of the same history with and without."""


@cache
def well(seed: int) -> bool:
    return play(Script.of(seed)).error is None


@pytest.mark.parametrize("safeguard", sorted(RECORDED))
def test_a_safeguard_that_is_off_is_noticed(safeguard: str) -> None:
    seed = RECORDED[safeguard]
    assert play(Script.of(seed), safeguards=without(safeguard)).broken, "nobody notices"
    assert well(seed), "this world breaks with every safeguard on"


@pytest.mark.parametrize("safeguard", sorted(SCENARIOS))
def test_a_directed_history_goes_well_and_not_without_its_safeguard(safeguard: str, tmp_path: Path) -> None:
    scenario, capabilities = SCENARIOS[safeguard]
    with closing(lab_of(tmp_path / "with", ALL_ON, capabilities)) as lab:
        scenario(lab)
    with (
        closing(lab_of(tmp_path / "without", without(safeguard), capabilities)) as lab,
        pytest.raises(AssertionError, match=r"created 2 times|mixed|died before commit|known are"),
    ):
        scenario(lab)


@pytest.mark.parametrize("safeguard", sorted(ELSEWHERE))
def test_the_test_that_switches_it_off_is_there(safeguard: str) -> None:
    file, _, name = ELSEWHERE[safeguard].partition("::")
    folder = TESTS if file.startswith("simulation/") else TESTS / "synchub"
    tree = ast.parse((folder / file).read_text("utf-8"))
    [test] = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name]
    named = {one.arg for one in ast.walk(test) if isinstance(one, ast.keyword)}
    told = {one.value for one in ast.walk(test) if isinstance(one, ast.Constant)}
    assert safeguard in named | told, "this test does not switch it off"


def test_every_safeguard_is_caught_one_way_or_another() -> None:
    assert RECORDED.keys() | SCENARIOS.keys() | ELSEWHERE.keys() == set(Safeguards.names())
