"""Intents, cursors, numbers, versions, runs and the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from synchub.model.values import Raw
from synchub.store import Store
from synchub.store.rows import CursorRow, Intent, IntentState, LedgerRow, MappingVersion, RunRow
from tests.synchub.store.makes import NOON


def intent(id: str, state: IntentState = IntentState.READY, **changes: Any) -> Intent:
    made = Intent(
        id=id,
        run="r1",
        link_id="l1",
        system="crm",
        mapping="crm-account",
        op="update",
        external_id="x1",
        entity="Partner",
        entity_id="p1",
        rev=2,
        cells={"Limit__c": (Decimal("1.50"), [{"?": "raw"}]), "Name": (None, "联宏")},
        fields={"credit_limit": "2.00 CNY", "tags": ["a"], "name": None},
        causes={"name": {"from": "erp", "rev": 2}},
        state=state,
    )
    return replace(made, **changes)


def test_intents_outlive_a_crash_until_they_end(store: Store) -> None:
    made = [intent("i2"), intent("i1", IntentState.UNKNOWN, detail="timeout"), intent("i3", system="erp")]
    with store.begin() as tx:
        tx.save_intents([*made, intent("i0", IntentState.DONE)])
    with store.begin() as tx:
        assert tx.open_intents("crm") == [made[1], made[0]]
        tx.set_intents([("i2", IntentState.IN_FLIGHT, ""), ("i1", IntentState.REJECTED, "C1")])
        assert tx.open_intents("crm") == [replace(made[0], state=IntentState.IN_FLIGHT, attempts=1)]
        tx.set_intents([("i2", IntentState.GONE, "404")])
        assert tx.open_intents("crm") == []


def test_a_saved_intent_can_be_saved_again(store: Store) -> None:
    with store.begin() as tx:
        tx.save_intents([intent("i1")])
        newer = intent("i1", IntentState.IN_FLIGHT, rev=3, cells={}, attempts=4)
        tx.save_intents([newer])
        assert tx.open_intents("crm") == [newer]


def test_cursors_are_kept_per_object(store: Store) -> None:
    row = CursorRow("crm", "Account", "2026-08-01T04:00:00Z", None, "scope", complete=False)
    with store.begin() as tx:
        assert tx.cursor("crm", "Account") is None
        tx.put_cursor(row)
        assert tx.cursor("crm", "Account") == row
        moved = CursorRow("crm", "Account", None, "page 7", "other", complete=True)
        tx.put_cursor(moved)
        assert tx.cursor("crm", "Account") == moved
        assert tx.cursor("crm", "Contact") is None


def test_numbers_are_given_once(store: Store) -> None:
    with store.begin() as tx:
        assert [tx.next_number("QD"), tx.next_number("QD", 5), tx.next_number("QD")] == [1, 2, 7]
        assert tx.next_number("other") == 1


def test_mapping_versions_are_remembered_in_order(store: Store) -> None:
    fields = [("name", "h2"), ("code", "h1")]
    with store.begin() as tx:
        tx.save_mapping_version("v1", "crm-account", fields, NOON)
        tx.save_mapping_version("v1", "crm-account", [("changed", "x")], NOON + timedelta(days=1))
        assert tx.mapping_version("v1") == MappingVersion("v1", "crm-account", fields, NOON)
        assert tx.mapping_version("v2") is None


def test_runs_are_listed_newest_first(store: Store) -> None:
    later = NOON + timedelta(minutes=1)
    with store.begin() as tx:
        tx.start_run("r1", "sync", NOON, {"systems": ["crm"]})
        tx.start_run("r2", "plan", later, {})
        tx.finish_run("r1", later, "done", {"pushed": 3, "share": Decimal("0.5")})
        first = RunRow(
            "r1", "sync", "done", NOON, later, {"systems": ["crm"]}, {"pushed": 3, "share": Decimal("0.5")}
        )
        second = RunRow("r2", "plan", "running", later, None, {}, {})
        assert tx.runs(10) == [second, first]
        assert tx.runs(1) == [second]
        assert (tx.run("r1"), tx.run("r9")) == (first, None)


def entry(run: str, entity_id: str, **changes: Any) -> LedgerRow:
    written = {
        name: {"before": before, "after": after, "cause": "crm"} for name, (before, after) in changes.items()
    }
    return LedgerRow(run, NOON, "hub", "Partner", entity_id, "", "", "update", written)


def test_ledger_tells_a_record_s_story_backwards(store: Store) -> None:
    rows = [
        entry("r1", "p1", name=(None, "a"), limit=(None, Decimal("1.50"))),
        entry("r1", "p2", name=(None, "b")),
        entry("r2", "p1", name=("a", "c")),
        entry("r2", "p1", **{"x.y\"'": (1, None)}),
    ]
    with store.begin() as tx:
        tx.write_ledger(rows)
        assert tx.ledger("Partner", "p1") == [rows[3], rows[2], rows[0]]
        assert tx.ledger("Partner", "p1", limit=1) == [rows[3]]
        assert tx.ledger("Partner", "p1", "name", 10) == [rows[2], rows[0]]
        assert tx.ledger("Partner", "p1", "x.y\"'") == [rows[3]]
        assert tx.ledger("Contact", "p1") == []
        assert tx.run_ledger("r1") == rows[:2]


def test_long_ledgers_keep_their_order(store: Store) -> None:
    rows = [entry("r1", f"p{number}", name=(number, None)) for number in range(500)]
    with store.begin() as tx:
        tx.write_ledger(rows)
        assert tx.run_ledger("r1") == rows


def test_a_cause_that_fields_share_is_told_for_each(store: Store) -> None:
    cause: dict[str, Raw] = {"why": "edit", "system": "crm", "record": "x1"}
    changes: dict[str, dict[str, Raw]] = {
        "name": {"before": None, "after": "联宏", "cause": cause},
        "city": {"before": None, "after": "上海", "cause": cause},
        "note": {"before": None, "after": "same_as", "cause": {"why": "generated"}},
    }
    row = msgspec.structs.replace(entry("r1", "p1"), changes=changes)
    with store.begin() as tx:
        tx.write_ledger([row])
        assert tx.ledger("Partner", "p1") == [row]
        assert tx.ledger("Partner", "p1", "city") == [row]


@pytest.mark.parametrize("value", [1, 0, -7, "1", "text", True, False, [1], {"a": 1}, Decimal("1.5")])
def test_a_fact_comes_back_whatever_its_shape(store: Store, value: object) -> None:
    with store.begin() as tx:
        tx.set_fact("known", value)
    with store.read() as tx:
        found = tx.fact("known")
    assert (found, type(found)) == (value, type(value))
    with store.begin() as tx:
        tx.set_fact("known", None)
        assert tx.fact("known") is None
