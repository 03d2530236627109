"""Backups, their way back, and copies between the two databases: everything arrives, exactly, or nothing does."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from synchub.errors import StoreError
from synchub.store import Store, schema_version, upgrade_database
from synchub.store.backups import back_up, copy_database, restore
from synchub.store.cells import Row, TableCells
from synchub.store.restored import RESTORED
from synchub.store.rows import Conflict, ConflictKind, CursorRow, LedgerRow
from synchub.store.schema_version import set_up_at
from synchub.store.transfer import engine_of
from tests.synchub.store.makes import NOON, Makes, StillClock

OLD = Path(__file__).parent / "fixtures" / "hub-0001.sqlite"
FULL: dict[str, Any] = {
    "name": "联宏\t“科技”\n",
    "credit_limit": "500000.00 CNY",
    "signed_on": "2026-01-31",
    "返点": "0.123456789012345678901234567890",
    "tags": ["甲", "乙", "🚀"],
    "level_note": "x\0y",
    "note": "with a NUL \0 in it",
}
QUESTION = Conflict(
    "k1",
    ConflictKind.FIELD,
    "r1",
    NOON,
    "Partner",
    "p1",
    "crm-account",
    "crm",
    "x",
    "",
    "name",
    "E301",
    {"zh": "中"},
)
HUGE: dict[str, Any] = {"name": "大", "credit_limit": "99999999999999999999.123456789 CNY", "tags": []}


def fill(place: str, make: Makes, clock: StillClock) -> None:
    """Rows of every kind of column."""
    with Store.open(place, make.entities, clock) as store, store.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p1", **FULL), make.golden("p2", rev=7, **HUGE)])
        tx.insert_golden("Partner", [make.golden(f"q{number}", name=f"第{number}") for number in range(1200)])
        tx.insert_golden("Contact", [make.golden("c1", entity="Contact", name="王芳", is_primary=False)])
        tx.insert_links(
            [make.link("l1", "p1"), make.link("l2", "p2", modified=NOON, seen=[None, True, {"?": 1}])]
        )
        tx.put_cursor(CursorRow("crm", "Account", "c", None, "all", True))
        tx.next_number("QD", 41)
        tx.start_run("r1", "sync", clock.now(), {"zh": "中"})
        tx.write_ledger(
            [
                LedgerRow(
                    "r1",
                    clock.now(),
                    "crm",
                    "Partner",
                    "p1",
                    "Account",
                    "x",
                    "update",
                    {"name": {"to": "甲"}},
                )
            ]
        )
        tx.open_conflicts([QUESTION])


def told(place: str | Path, make: Makes, clock: StillClock) -> dict[str, object]:
    """What a store tells of itself, in the words of the engine."""
    with Store.open(place, make.entities, clock) as store, store.read() as tx:
        partners = tx.golden("Partner", ["p1", "p2", "q1199"])
        return {
            "values": {id: one.values for id, one in partners.items()},
            "provenance": {id: one.provenance for id, one in partners.items()},
            "count": (tx.count("Partner"), tx.count("Contact")),
            "links": tx.links_of("Partner", ["p1", "p2"]),
            "cursor": tx.cursor("crm", "Account"),
            "ledger": tx.run_ledger("r1"),
            "conflicts": tx.conflicts(),
            "runs": tx.runs(10),
        }


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet: no file, or a database without tables."""
    if request.param == "sqlite":
        return str(tmp_path / "elsewhere" / "hub.sqlite")
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def other(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet, of the other kind."""
    if database.startswith("postgresql"):
        return str(tmp_path / "elsewhere" / "hub.sqlite")
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def full(database: str, make: Makes, clock: StillClock) -> str:
    fill(database, make, clock)
    return database


def code(action: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as refused:
        action()
    assert refused.value.fix
    return refused.value.code


def test_a_copy_holds_exactly_what_the_original_holds(
    full: str, empty: str, make: Makes, clock: StillClock
) -> None:
    before = told(full, make, clock)
    carried = copy_database(full, empty, make.entities, clock)
    assert carried.rows["partner"] == 1202
    assert carried.total == sum(carried.rows.values())
    assert told(empty, make, clock) == before == told(full, make, clock)


def test_a_copied_hub_goes_on_counting(full: str, other: str, make: Makes, clock: StillClock) -> None:
    copy_database(full, other, make.entities, clock)
    row = LedgerRow("r2", clock.now(), "crm", "Partner", "p1", "Account", "x", "update", {})
    with Store.open(other, make.entities, clock) as store, store.begin() as tx:
        assert tx.next_number("QD") == 42
        tx.write_ledger([row])
        assert [one.run for one in tx.run_ledger("r2")] == ["r2"]


def test_nothing_is_copied_over_anything(full: str, other: str, make: Makes, clock: StillClock) -> None:
    copy_database(full, other, make.entities, clock)
    before = told(other, make, clock)
    assert code(lambda: copy_database(full, other, make.entities, clock)) == "S141"
    assert told(other, make, clock) == before
    assert code(lambda: copy_database(full, full, make.entities, clock)) == "S147"


@pytest.mark.postgres
def test_a_copy_that_fails_half_way_leaves_the_target_empty(
    sqlite_path: Path, empty_postgres_url: str, make: Makes, clock: StillClock
) -> None:
    fill(str(sqlite_path), make, clock)
    with Store.open(sqlite_path, make.entities, clock) as store, store.begin() as tx:
        tx.put_cursor(CursorRow("crm", "\0", "c", None, "all", True))
        tx.insert_links([make.link("l3", "q1", "x\0y")])
    assert code(lambda: copy_database(sqlite_path, empty_postgres_url, make.entities, clock)) == "S143"
    with Store.open(empty_postgres_url, make.entities, clock) as store, store.read() as tx:
        assert (tx.count("Partner"), tx.runs(10), tx.conflicts()) == (0, [], [])


def test_a_row_that_changes_on_the_way_is_noticed(
    full: str, other: str, make: Makes, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = TableCells.write

    def careless(cells: TableCells, rows: Sequence[Row]) -> None:
        write(cells, [(*row[:-1], 7) for row in rows] if cells.table == "counter" else rows)

    monkeypatch.setattr(TableCells, "write", careless)
    assert code(lambda: copy_database(full, other, make.entities, clock)) == "S142"
    monkeypatch.undo()
    with Store.open(other, make.entities, clock) as store, store.read() as tx:
        assert tx.count("Partner") == 0


def test_a_backup_is_one_private_sqlite_file_and_comes_back_into_the_other_database(
    full: str, other: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    before = told(full, make, clock)
    made = back_up(full, make.entities, tmp_path / "backups" / "one.backup")
    assert made.revision == schema_version.HEAD
    assert [one.name for one in made.file.parent.iterdir()] == ["one.backup"]
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    arrived, kept = restore(other, make.entities, made.file, clock)
    assert (arrived, kept) == (made.carried, None)
    assert told(other, make, clock) == before


def test_a_backup_sees_one_moment_while_others_write(
    full: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    with Store.open(full, make.entities, clock) as store:
        with store.begin() as tx:
            tx.insert_golden("Partner", [make.golden("late", name="晚")])
            made = back_up(full, make.entities, tmp_path / "one.backup")
        with store.read() as tx:
            assert tx.count("Partner") == 1203
    assert made.carried.rows["partner"] == 1202


def test_no_backup_is_written_over_a_file(full: str, make: Makes, tmp_path: Path) -> None:
    (tmp_path / "one.backup").write_text("mine")
    assert code(lambda: back_up(full, make.entities, tmp_path / "one.backup")) == "S140"
    assert (tmp_path / "one.backup").read_text() == "mine"


def test_a_backup_that_cannot_be_finished_leaves_no_file(
    full: str, make: Makes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synchub.store import backups

    def fails(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(backups, "carry", fails)
    monkeypatch.setattr(backups, "content", fails)
    with pytest.raises(KeyError):
        back_up(full, make.entities, tmp_path / "backups" / "one.backup")
    assert list((tmp_path / "backups").iterdir()) == []


def test_there_is_nothing_to_back_up_before_there_is_a_hub(
    empty: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    assert code(lambda: back_up(empty, make.entities, tmp_path / "one.backup")) == "S144"
    assert list(tmp_path.glob("*.backup")) == []


def test_a_restore_over_data_is_refused_unless_a_backup_of_it_is_made_first(
    full: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    made = back_up(full, make.entities, tmp_path / "one.backup")
    with Store.open(full, make.entities, clock) as store, store.begin() as tx:
        tx.insert_golden("Partner", [make.golden("later", name="后来")])
    assert code(lambda: restore(full, make.entities, made.file, clock)) == "S141"
    _, kept = restore(full, make.entities, made.file, clock, keep=tmp_path / "before.backup")
    assert kept is not None
    assert kept.carried.rows["partner"] == 1203
    assert told(full, make, clock)["count"] == (1202, 1)
    restore(full, make.entities, kept.file, clock, keep=tmp_path / "again.backup")
    assert told(full, make, clock)["count"] == (1203, 1)


def test_a_restored_database_remembers_that_it_was(
    full: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    made = back_up(full, make.entities, tmp_path / "one.backup")
    for times in (1, 2):
        restore(full, make.entities, made.file, clock, keep=tmp_path / f"before{times}.backup")
        with Store.open(full, make.entities, clock) as store, store.read() as tx:
            assert tx.fact(RESTORED) == {
                "at": "2026-08-01T04:00:00.000000Z",
                "of": "one.backup",
                "times": times,
            }


def test_a_copy_is_no_restore(full: str, other: str, make: Makes, clock: StillClock) -> None:
    copy_database(full, other, make.entities, clock)
    with Store.open(other, make.entities, clock) as store, store.read() as tx:
        assert tx.fact(RESTORED) is None


def test_a_backup_of_an_older_synchub_is_upgraded_on_its_way_and_stays_as_it_is(
    empty: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    old = Path(shutil.copy(OLD, tmp_path / "old.backup"))
    data = old.read_bytes()
    arrived, _ = restore(empty, make.entities, old, clock)
    assert arrived.rows["partner"] == 1
    with Store.open(empty, make.entities, clock) as store, store.read() as tx:
        assert tx.count("Partner") == 1
    assert old.read_bytes() == data


def test_a_backup_of_a_newer_synchub_is_refused(
    empty: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    newer = Path(shutil.copy(OLD, tmp_path / "newer.backup"))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert code(lambda: restore(empty, make.entities, newer, clock)) == "S102"


@pytest.mark.parametrize("content", [b"", b"PK something else" * 100, None])
def test_what_is_no_backup_is_refused(
    content: bytes | None, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    if content is not None:
        file.write_bytes(content)
    target = tmp_path / "hub.sqlite"
    assert code(lambda: restore(target, make.entities, file, clock)) == "S145"
    assert not target.exists()


@pytest.mark.postgres
def test_postgresql_of_an_older_synchub_can_be_backed_up_before_its_upgrade(
    empty_postgres_url: str, make: Makes, clock: StillClock, tmp_path: Path
) -> None:
    with engine_of(empty_postgres_url) as engine, engine.connect() as connection, connection.begin():
        set_up_at(connection, "0001")
        connection.exec_driver_sql("INSERT INTO counter VALUES ('QD', 5)")
    made = back_up(empty_postgres_url, make.entities, tmp_path / "one.backup")
    assert (made.revision, made.carried.rows) == ("0001", {"counter": 1})
    assert code(lambda: restore(empty_postgres_url, make.entities, made.file, clock)) == "S103"
    upgrade_database(empty_postgres_url)
    restore(empty_postgres_url, make.entities, made.file, clock, keep=tmp_path / "before.backup")
    with Store.open(empty_postgres_url, make.entities, clock) as store, store.begin() as tx:
        assert tx.next_number("QD") == 5
