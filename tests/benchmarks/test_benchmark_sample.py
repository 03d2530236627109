"""The benchmark, with five hundred records and once: so that it still runs when somebody wants to know."""

from __future__ import annotations

from math import ceil

import pytest

from synchub.mapping import Flow
from synchub.model.values import UNKNOWN
from tests.benchmarks.bench_case import Case, Measured, measured
from tests.benchmarks.bench_mapping import (
    MappingTime,
    bench_mapping,
    changed,
    created,
    edited,
    measure,
    read,
    rows_of,
)
from tests.benchmarks.bench_page import Results, page
from tests.benchmarks.bench_server import serving

RECORDS = 500
CHANGES = 30
PUSHES = 50
MAPPING = {"read": MappingTime(6.0, 5.0, 4.0), "create": MappingTime(6.6, 5.0)}


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
    text = page(Results(RECORDS, 1, 20, runs, {RECORDS: 100.0}, 100.0, MAPPING))
    assert "Performance · 性能" in text
    assert text.count("synchub ÷") == 2
    assert "| 1 list |" in text
    assert text.count("**reached") + text.count("**not reached") == 3 + len(MAPPING)
    assert "| read a record · 读入一条 | 6.0 | 5.0 (4.0) | **1.20** (1.50) | **reached · 已达到** |" in text
    assert "| write a new one · 写出新记录 | 6.6 | 5.0 | **1.32** | **not reached · 未达到** |" in text


def test_the_page_says_of_each_aim_whether_it_was_reached() -> None:
    def took(cpu: float) -> dict[str, Measured]:
        return {phase: Measured(cpu, {}, 100.0) for phase in ("full", "nothing", "again", "changed", "push")}

    ours = {**took(2.0), "changed": Measured(2.1, {}, 100.0)}
    runs = {("SQLite", "plain"): [took(1.0)], ("SQLite", "minimum"): [took(1.0)], ("SQLite", "hub"): [ours]}
    text = page(Results(RECORDS, 1, 20, runs, {RECORDS: 100.0}, 100.0, MAPPING))
    told = [line for line in text.splitlines() if line.startswith("- ") and "reached" in line]
    assert ["not reached" in line for line in told] == [False, False, True]


def test_the_mapping_and_the_functions_written_by_hand_do_the_same() -> None:
    mapping = bench_mapping()
    unknown = [UNKNOWN] * len(mapping.fields)
    outgoing = [place for place, one in enumerate(mapping.fields) if one.flow is not Flow.HUB_READS]
    for row in rows_of(RECORDS):
        values = read(row)
        assert mapping.read("1", row) == values
        wanted = {place: values[place] for place in outgoing}
        written = {place: value for place, value in wanted.items() if value is not None}
        assert mapping.write(written, unknown).cells == created(values)
        assert mapping.write(wanted, row).cells == changed(values, row) == {}
        before = edited(row)
        assert mapping.write(wanted, before).cells == changed(values, before)
        assert changed(values, before).keys() == {"Phone", "Description"}


def test_every_deed_is_measured() -> None:
    found = measure(count=20, runs=1)
    assert list(found) == ["read", "create", "update"]
    assert all(one.ours > 0 and one.by_hand > 0 for one in found.values())
