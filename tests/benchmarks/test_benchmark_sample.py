"""The benchmark, with five hundred records and once: so that it still runs when somebody wants to know."""

from __future__ import annotations

from math import ceil

import pytest

from tests.benchmarks.bench_case import Case, Measured, measured
from tests.benchmarks.bench_page import Results, page
from tests.benchmarks.bench_server import serving

RECORDS = 500
CHANGES = 30
PUSHES = 50


@pytest.fixture(scope="module")
def sample() -> dict[str, dict[str, Measured]]:
    with serving(RECORDS) as line:
        return {
            program: measured(Case(program, line.address, "", CHANGES, PUSHES))
            for program in ("plain", "minimum", "hub")
        }


def test_a_load_lists_an_idle_run_asks_once_and_a_push_writes_in_batches(
    sample: dict[str, dict[str, Measured]],
) -> None:
    calls = {phase: one.calls for phase, one in sample["hub"].items()}
    assert calls["full"] == {"list": 1}
    assert calls["nothing"] == {"since": 1}
    assert calls["again"] == {"list": 1}
    assert calls["changed"] == {"since": 1}
    assert calls["push"].pop("since") == 1
    assert calls["push"].pop("write") == ceil(PUSHES / 200)
    assert calls["push"].pop("fetch") <= 2 * ceil(PUSHES / 200)
    assert not calls["push"]


def test_the_page_tells_both_languages_and_every_ratio(sample: dict[str, dict[str, Measured]]) -> None:
    runs = {("SQLite", program): [phases] for program, phases in sample.items()}
    text = page(Results(RECORDS, 1, 20, runs, {RECORDS: 100.0}, 100.0))
    assert "Performance · 性能" in text
    assert text.count("synchub ÷") == 2
    assert "| 1 list |" in text
    assert text.count("**reached") + text.count("**not reached") == 3


def test_the_page_says_of_each_aim_whether_it_was_reached() -> None:
    def took(cpu: float) -> dict[str, Measured]:
        return {phase: Measured(cpu, {}, 100.0) for phase in ("full", "nothing", "again", "changed", "push")}

    ours = {**took(2.0), "changed": Measured(2.1, {}, 100.0)}
    runs = {("SQLite", "plain"): [took(1.0)], ("SQLite", "minimum"): [took(1.0)], ("SQLite", "hub"): [ours]}
    text = page(Results(RECORDS, 1, 20, runs, {RECORDS: 100.0}, 100.0))
    told = [line for line in text.splitlines() if "reached" in line]
    assert ["not reached" in line for line in told] == [False, False, True]
