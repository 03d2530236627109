"""What must be pushed or created there, in every order of events, and for nothing when nothing moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event

from synchub.store import Store, Transaction
from synchub.store.rows import LinkState
from synchub.store.statements import Statements
from tests.synchub.store.makes import Makes, StillClock


def due(store: Store, mapping: str = "crm-account") -> list[tuple[str, int]]:
    with store.begin() as tx:
        return [(link.id, golden.rev) for link, golden in tx.pending(mapping, "Partner", 100)]


def gaps(store: Store, mapping: str = "crm-account") -> list[str]:
    with store.begin() as tx:
        return [golden.id for golden in tx.golden_without_link(mapping, "Partner", 100)]


@pytest.fixture
def agreed(store: Store, make: Makes) -> Store:
    """Three partners in crm and erp, all settled."""
    with store.begin() as tx:
        ids = ("p1", "p2", "p3")
        tx.insert_golden("Partner", [make.golden(id) for id in ids])
        tx.insert_links([make.link(f"c-{id}", id) for id in ids])
        tx.insert_links([make.link(f"e-{id}", id, mapping="erp", system="erp") for id in ids])
    return store


def move(tx: Transaction, make: Makes, id: str, rev: int, state: str = "live") -> None:
    tx.update_golden("Partner", [make.golden(id, rev, state=state, name=f"{rev}")], {id: rev - 1})


def test_a_settled_hub_has_nothing_due(agreed: Store) -> None:
    assert due(agreed) == due(agreed, "erp") == []


def test_a_moved_record_is_due_in_every_mapping_until_settled(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        move(tx, make, "p2", 2)
    assert due(agreed) == [("c-p2", 2)]
    with agreed.begin() as tx:
        (link, golden), *_ = tx.pending("crm-account", "Partner", 1)
        assert (link, golden) == (make.link("c-p2", "p2"), make.golden("p2", 2, name="2"))
        tx.settle([("c-p2", 2)])
    assert (due(agreed), due(agreed, "erp")) == ([], [("e-p2", 2)])


def test_settling_an_older_rev_leaves_it_due(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        move(tx, make, "p2", 2)
        move(tx, make, "p2", 3)
        tx.settle([("c-p2", 2)])
    assert due(agreed) == [("c-p2", 3)]


@pytest.mark.parametrize("link_first", [True, False])
def test_a_change_that_came_through_the_link_is_not_due_there(
    agreed: Store, make: Makes, link_first: bool
) -> None:
    with agreed.begin() as tx:
        link = make.link("c-p2", "p2", settled_rev=2)
        if link_first:
            tx.update_links([link])
        move(tx, make, "p2", 2)
        if not link_first:
            tx.update_links([link])
        assert tx._sql.rows("SELECT link_id FROM due WHERE mapping = 'crm-account'") == []
    assert (due(agreed), due(agreed, "erp")) == ([], [("e-p2", 2)])


@pytest.mark.parametrize(("settled", "links"), [(2, []), (1, [("c-p2", 2)])])
def test_what_is_due_of_a_record_that_changes_next_is_found_out_then(
    agreed: Store, make: Makes, settled: int, links: list[tuple[str, int]]
) -> None:
    with agreed.begin() as tx:
        tx.update_links([make.link("c-p2", "p2", settled_rev=0)])
    with agreed.begin() as tx:
        tx.update_links([make.link("c-p2", "p2", settled_rev=settled)], {"p2"})
        move(tx, make, "p2", 2)
    assert (due(agreed), due(agreed, "erp")) == (links, [("e-p2", 2)])


def test_resetting_the_settled_rev_makes_it_due_again(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        tx.update_links([make.link("c-p2", "p2", settled_rev=0)])
    assert due(agreed) == [("c-p2", 1)]


def test_wanted_links_are_due_until_settled_or_created(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p4"), make.golden("p5")])
        tx.insert_links([make.link(f"c-{id}", id, None, settled_rev=0) for id in ("p4", "p5")])
    assert due(agreed) == [("c-p4", 1), ("c-p5", 1)]
    with agreed.begin() as tx:
        tx.settle([("c-p4", 1)])
        tx.update_links([make.link("c-p5", "p5", "x-p5")])
    assert due(agreed) == []
    with agreed.begin() as tx:
        move(tx, make, "p4", 2)
    assert due(agreed) == [("c-p4", 2)]


@pytest.mark.parametrize("state", [LinkState.MISSING, LinkState.OUT_OF_SCOPE])
def test_records_that_are_not_there_are_not_due(agreed: Store, make: Makes, state: LinkState) -> None:
    with agreed.begin() as tx:
        tx.mark_links(["c-p2"], state)
        move(tx, make, "p2", 2)
    assert due(agreed) == []
    with agreed.begin() as tx:
        tx.mark_links(["c-p2"], LinkState.LINKED)
    assert due(agreed) == [("c-p2", 2)]


def test_joined_records_are_not_due(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        move(tx, make, "p2", 2)
        move(tx, make, "p2", 3, "merged")
    assert due(agreed) == []
    with agreed.begin() as tx:
        move(tx, make, "p2", 4)
    assert due(agreed) == [("c-p2", 4)]


def test_pages_go_on_after_the_last_link(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        for id in ("p1", "p2", "p3"):
            move(tx, make, id, 2)
        first = tx.pending("crm-account", "Partner", 2)
        rest = tx.pending("crm-account", "Partner", 2, first[-1][0].id)
    assert [link.id for link, _ in (*first, *rest)] == ["c-p1", "c-p2", "c-p3"]


def test_records_without_link_are_candidates_for_creation(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p4"), make.golden("p5", state="merged")])
    assert gaps(agreed) == ["p4"]
    with agreed.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p6"), make.golden("p7")])
    assert gaps(agreed) == ["p4", "p6", "p7"]
    with agreed.begin() as tx:
        tx.insert_links([make.link("c-p4", "p4", None), make.link("c-p6", "p6", state=LinkState.MISSING)])
        tx.insert_links([make.link("e-p7", "p7", mapping="erp", system="erp")])
    assert gaps(agreed) == ["p7"]
    assert gaps(agreed, "erp") == ["p4", "p6"]


def test_a_link_that_moves_away_leaves_a_candidate(agreed: Store, make: Makes) -> None:
    assert gaps(agreed) == []
    with agreed.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p4")])
        tx.update_links([make.link("c-p2", "p4", "x-p2")])
    assert gaps(agreed) == ["p2"]
    with agreed.begin() as tx:
        tx.update_links([make.link("c-p2", "p2")])
    assert gaps(agreed) == ["p4"]


def test_a_revived_record_is_a_candidate_again(agreed: Store, make: Makes) -> None:
    assert gaps(agreed) == []
    with agreed.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p4")])
        move(tx, make, "p4", 2, "merged")
    assert gaps(agreed) == []
    with agreed.begin() as tx:
        move(tx, make, "p4", 3)
    assert gaps(agreed) == ["p4"]


def test_candidates_come_by_the_page_and_to_readers_too(agreed: Store, make: Makes) -> None:
    with agreed.begin() as tx:
        tx.insert_golden("Partner", [make.golden(f"q{number}") for number in range(5)])
    with agreed.read() as tx:
        assert [one.id for one in tx.golden_without_link("erp", "Partner", 2)] == ["q0", "q1"]
    with agreed.begin() as tx:
        assert [one.id for one in tx.golden_without_link("erp", "Partner", 9, "q1")] == ["q2", "q3", "q4"]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    statements: list[str] = []
    own = Statements._own

    def count(self: Statements, sql: str) -> str:
        statements.append(own(self, sql))
        return statements[-1]

    with patch.object(Statements, "_own", count), _core(store, statements):
        yield statements


@contextmanager
def _core(store: Store, statements: list[str]) -> Iterator[None]:
    """Those that go through SQLAlchemy."""

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(store._engine, "before_cursor_execute", count)
    yield
    event.remove(store._engine, "before_cursor_execute", count)


def test_a_page_takes_a_handful_of_statements(agreed: Store, make: Makes) -> None:
    ids = [f"n{number:04}" for number in range(2000)]
    with counted(agreed) as statements, agreed.begin() as tx:
        tx.link_marks("crm-account", ids)
        tx.insert_golden("Partner", [make.golden(id, name=id) for id in ids])
        tx.insert_links([make.link(f"c-{id}", id) for id in ids])
        tx.put_golden_keys("Partner", [(id, "name", id) for id in ids])
    assert len(statements) < 15
    with counted(agreed) as statements, agreed.begin() as tx:
        found = tx.golden("Partner", ids, lock=True)
        tx.update_golden(
            "Partner", [make.golden(id, 2) for id in ids], {id: one.rev for id, one in found.items()}
        )
        tx.update_links([make.link(f"c-{id}", id, settled_rev=2) for id in ids])
        tx.settle([(f"c-{id}", 2) for id in ids])
    assert len(statements) < 25


def test_an_idle_hub_is_asked_by_index(sqlite_path: Path, make: Makes, clock: StillClock) -> None:
    # on SQLite only: PostgreSQL plans by size, and reads three rows as they lie whatever the index
    with Store.open(sqlite_path, make.entities, clock) as store:
        gaps(store)
        with counted(store) as statements, store.begin() as tx:
            tx.pending("crm-account", "Partner", 10)
            tx.golden_without_link("crm-account", "Partner", 10)
            tx.fingerprints("crm", "Account", ["x"])
            tx.open_intents("crm")
        asked = [one for one in statements if one.startswith("SELECT") and "gap_watch" not in one]
        assert len(asked) >= 5
        with store.begin() as tx:
            for statement in asked:
                parameters = tuple("x" * statement.count("?"))
                plan = tx._sql.rows(f"EXPLAIN QUERY PLAN {statement}", *parameters)
                assert not [row for row in plan if row[3].startswith("SCAN") and " json_each" not in row[3]]


def test_the_steps_over_mappings_do_not_read_links(sqlite_path: Path, make: Makes, clock: StillClock) -> None:
    with Store.open(sqlite_path, make.entities, clock) as store:
        with counted(store) as statements, store.begin() as tx:
            tx.fingerprints("crm", "Account", ["x"])
        (steps,) = [one for one in statements if "WITH RECURSIVE" in one]
        with store.begin() as tx:
            plan = tx._sql.rows(f"EXPLAIN QUERY PLAN {steps}", "x", "y")
    assert not [row for row in plan if row[3].startswith("SCAN l")]


@pytest.mark.postgres
def test_a_key_is_found_by_index_while_the_table_is_being_filled(
    postgres_url: str, make: Makes, clock: StillClock
) -> None:
    """PostgreSQL knows nothing of such a table, and what it had planned for the first pages read all keys of the name for every later one."""
    with Store.open(postgres_url, make.entities, clock) as store, store.begin() as tx:
        for page in range(8):  # a statement is prepared when it has been run five times
            ids = [f"p{page}{number:04}" for number in range(2_000)]
            assert tx.by_field("Partner", "tax_id", ids) == {}
            tx.insert_golden("Partner", [make.golden(id) for id in ids])
            tx.put_golden_keys("Partner", [(id, "tax_id", id) for id in ids])
        ask = tx._connection.exec_driver_sql
        ((name,),) = ask(
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%FROM golden_key%%'"
        ).fetchall()
        ask("SET LOCAL plan_cache_mode = force_generic_plan")
        plan = ask(f"EXPLAIN EXECUTE {name} ('Partner', 'tax_id', '{{p10007}}')").fetchall()
    conditions = [row[0] for row in plan if "Index Cond: ((entity" in row[0]]
    assert ["key = ANY" in one for one in conditions] == [True], plan


@pytest.mark.postgres
def test_what_is_streamed_is_planned_to_its_last_row(
    postgres_url: str, make: Makes, clock: StillClock
) -> None:
    """Planned for its first rows, as PostgreSQL plans a cursor, a match of 100,000 records took more than ten minutes instead of one second."""
    with Store.open(postgres_url, make.entities, clock) as store, store.begin() as tx:
        tx.insert_golden("Partner", [make.golden(f"p{number:04}") for number in range(3_000)])
        query = "SELECT id FROM partner ORDER BY name, id"
        plans = [
            [row[0] for row in tx._sql.rows(f"EXPLAIN (COSTS OFF) {asked}{query}")]
            for asked in ("", "DECLARE stream CURSOR FOR ")
        ]
        assert tx._sql.rows("SHOW cursor_tuple_fraction") == [("1",)]
        assert plans[0] == plans[1]
        assert len([*tx._sql.stream(query)]) == 3_000
