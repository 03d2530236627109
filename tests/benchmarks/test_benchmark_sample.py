"""The benchmark, with five hundred records and once: so that it still runs when somebody wants to know."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from math import ceil
from pathlib import Path

import pytest

from synchub.hub import Hub
from synchub.mapping import Flow
from synchub.model.values import UNKNOWN
from synchub.store.codec import decode
from synchub.store.database import shown_place
from tests.benchmarks.bench_case import Case, Measured, measured
from tests.benchmarks.bench_hub import hub_folder
from tests.benchmarks.bench_kept import TYPED, Keeper
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
from tests.benchmarks.bench_page import PHASES, Results, page
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
            for program in ("plain", "minimum", "kept", "hub")
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
    assert calls["meet"] == {"list": 1}


def test_the_page_tells_both_languages_and_every_ratio(sample: dict[str, dict[str, Measured]]) -> None:
    runs = {("SQLite", program): [phases] for program, phases in sample.items()}
    text = page(Results(RECORDS, 1, 20, runs, {RECORDS: (100.0, 120.0)}, 100.0, MAPPING))
    assert "Performance · 性能" in text
    assert text.count("synchub ÷") == 3
    assert "| 1 list |" in text
    assert text.count("**reached") + text.count("**not reached") == 5 + len(MAPPING)
    assert "| read a record · 读入一条 | 6.0 | 5.0 (4.0) | **1.20** (1.50) | **reached · 已达到** |" in text
    assert "| write a new one · 写出新记录 | 6.6 | 5.0 | **1.32** | **not reached · 未达到** |" in text


def test_the_page_says_of_each_aim_whether_it_was_reached() -> None:
    def took(cpu: float) -> dict[str, Measured]:
        return {phase: Measured(cpu, {}, 100.0, cpu) for phase in PHASES}

    ours = {**took(2.0), "changed": Measured(2.1, {}, 100.0, 2.1)}
    by_hand = {("SQLite", program): [took(1.0)] for program in ("plain", "minimum", "kept")}
    runs = {**by_hand, ("SQLite", "hub"): [ours]}
    text = page(Results(RECORDS, 1, 20, runs, {RECORDS: (100.0, 120.0)}, 100.0, MAPPING))
    told = [line for line in text.splitlines() if line.startswith("- ") and "reached" in line]
    assert ["not reached" in line for line in told] == [False, False, True, False, True]


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


def test_the_program_with_every_row_keeps_what_the_hub_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its time would say nothing of the hub's."""
    monkeypatch.setenv("SYNCHUB_BENCH_SECRET", "bench")
    by_hand, by_hub = tmp_path / "hand.sqlite", tmp_path / "hub"
    with serving(60) as line:
        keeper = Keeper(line.address, str(by_hand), tmp_path)
        with Hub.open(hub_folder(by_hub, line.address, "")) as hub:
            for _ in range(2):
                keeper.run()
                hub.sync()
                line.edit(7)
            store = Path(shown_place(hub.store._engine.url))
    ours, theirs = _kept(store), _kept(by_hand)
    assert ours == theirs
    assert len(ours["partner"]) == 60
    assert len(ours["ledger"]) == 67


def _kept(database: Path) -> dict[str, list[object]]:
    """What is in the tables, without names and times that each program makes up for itself."""
    with closing(sqlite3.connect(database)) as connection:

        def rows(sql: str) -> list[tuple[object, ...]]:
            return sorted(connection.execute(sql).fetchall())

        links = rows("SELECT external_id, state, seen, sent, hash, settled_rev FROM link")
        ledger = rows("SELECT external_id, op, changes FROM ledger")
        typed = ", ".join(TYPED)
        return {
            "partner": [*rows(f"SELECT {typed}, credit_limit_currency, rev, state, custom FROM partner")],
            "link": [(*row[:2], decode(str(row[2])), decode(str(row[3])), row[5]) for row in links],
            "golden_key": [*rows("SELECT name, key FROM golden_key")],
            "ledger": [(*row[:2], [*decode(str(row[2]))]) for row in ledger],
            "unlinked": [*rows("SELECT * FROM unlinked"), *rows("SELECT * FROM row_key")],
        }
