"""Conflicts, quarantine and plans: what waits for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from synchub.store import Store
from synchub.store.rows import Conflict, ConflictKind, Plan, Quarantined
from tests.synchub.store.makes import NOON, StillClock


def question(id: str, **changes: Any) -> Conflict:
    made = Conflict(
        id=id,
        kind=ConflictKind.FIELD,
        run="r1",
        opened=NOON,
        entity="Partner",
        entity_id="p1",
        mapping="crm-account",
        system="crm",
        external_id="x1",
        part="",
        field="name",
        code="E301",
        detail={"golden": "a", "observed": Decimal("1.50")},
    )
    return replace(made, **changes)


def test_open_conflicts_are_listed_oldest_first_and_filtered(store: Store) -> None:
    first = question("c2")
    later = question(
        "c1", opened=NOON + timedelta(hours=1), kind=ConflictKind.MATCH, system="erp", entity="Contact"
    )
    with store.begin() as tx:
        tx.open_conflicts([later, first])
        assert tx.conflicts() == [first, later]
        assert tx.conflicts(limit=1) == [first]
        assert tx.conflicts(kind=ConflictKind.MATCH) == tx.conflicts(system="erp") == [later]
        assert tx.conflicts(entity="Partner") == [first]
        assert tx.conflict("c1") == later
        assert tx.conflict("none") is None
        assert tx.conflicts_by_kind() == {first.kind: 1, ConflictKind.MATCH: 1}
        assert tx.asked_about("crm-account", "crm", ["x1", "x2"]) == [("c2", ("x1", ""))]
        tx.close_conflicts(["c2"], "answered", "r2")
        assert tx.conflicts_by_kind() == {ConflictKind.MATCH: 1}
        assert tx.asked_about("crm-account", "crm", ["x1"]) == []


def test_the_same_question_keeps_its_first_time_and_takes_the_latest_values(store: Store) -> None:
    again = question("c1", opened=NOON + timedelta(days=1), run="r2", detail={"golden": "b"}, field="code")
    with store.begin() as tx:
        tx.open_conflicts([question("c1")])
        tx.open_conflicts([again])
        assert tx.conflicts() == [replace(again, opened=NOON, run="r1")]


def test_a_closed_question_may_open_anew(store: Store, clock: StillClock) -> None:
    again = question("c1", opened=NOON + timedelta(days=1), run="r3")
    with store.begin() as tx:
        tx.open_conflicts([question("c1"), question("c2")])
        tx.close_conflicts(["c1", "none"], "golden wins", "r2")
        assert [one.id for one in tx.conflicts()] == ["c2"]
        assert tx.conflict("c1") == question("c1")
        tx.open_conflicts([again])
        assert tx.conflict("c1") == again
        assert len(tx.conflicts()) == 2
        assert [
            tuple(row) for row in tx._sql.rows("SELECT openings, closed, how FROM conflict WHERE id = 'c1'")
        ] == [(2, None, None)]


def aside(external_id: str, **changes: Any) -> Quarantined:
    made = Quarantined(
        mapping="crm-account",
        system="crm",
        object="Account",
        external_id=external_id,
        where="第 3 行",
        stage="pull",
        code="M501",
        params={"value": "×"},
        image={"Name": "联宏", "Limit__c": Decimal("1.50")},
        run="r1",
        at=NOON,
    )
    return replace(made, **changes)


def test_quarantine_counts_how_often_a_record_came(store: Store) -> None:
    again = aside("1", run="r2", code="M502", at=NOON + timedelta(hours=1))
    with store.begin() as tx:
        tx.quarantine([aside("1"), aside("2"), aside("1", stage="push")])
        tx.quarantine([again])
        assert tx.quarantined(stage="pull") == [replace(again, attempts=2), aside("2")]


def test_quarantine_is_filtered_and_released(store: Store) -> None:
    other = aside("1", mapping="erp-customer", system="erp")
    with store.begin() as tx:
        tx.quarantine([aside("1"), aside("1", stage="push"), aside("2"), other])
        assert tx.quarantined(system="erp") == tx.quarantined(mapping="erp-customer") == [other]
        assert len(tx.quarantined(limit=3)) == 3
        tx.release("crm-account", ["1", "2"], "pull")
        assert tx.quarantined() == [aside("1", stage="push"), other]
        assert tx.count_quarantined() == 2


def test_plans_are_approved_as_they_are(store: Store, clock: StillClock) -> None:
    plan = Plan("plan-1", "r1", NOON, "d1", {"create": 3})
    with store.begin() as tx:
        tx.put_plan(plan)
        assert (tx.plan("plan-1"), tx.plan("none")) == (plan, None)
        tx.approve_plan("plan-1", "王芳")
        approved = replace(plan, approved_at=NOON, approved_by="王芳")
        assert tx.plan("plan-1") == approved
        tx.put_plan(replace(plan, run="r2"))
        assert tx.plan("plan-1") == replace(approved, run="r2")


def test_a_plan_that_changed_needs_approval_again(store: Store) -> None:
    plan = Plan("plan-1", "r1", NOON, "d1", {"create": 3})
    with store.begin() as tx:
        tx.put_plan(plan)
        tx.approve_plan("plan-1", "王芳")
        changed = replace(plan, digest="d2", at=NOON + timedelta(days=1))
        tx.put_plan(changed)
        assert tx.plan("plan-1") == changed
        assert tx.approved() == []
        tx.put_plan(Plan("plan-2", "r2", NOON + timedelta(days=2), "d3", {"mappings": ["crm"]}))
        tx.approve_plan("plan-2", "王芳")
        tx.approve_plan("plan-1", "王芳")
        assert tx.approved() == [{"mappings": ["crm"]}, {"create": 3}]
