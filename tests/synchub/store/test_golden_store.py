"""Golden records: typed columns, exact values, guarded updates, and the ways to find one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from synchub.errors import StoreError
from synchub.model.kinds import Text
from synchub.model.provenance import Candidate, Origin, Provenance
from synchub.store import Store
from synchub.store.rows import Golden
from tests.synchub.store.conftest import Opener
from tests.synchub.store.makes import NOON, Makes, StillClock, custom, model_of

FULL: dict[str, Any] = {
    "code": "QD-00001",
    "name": "联宏 'O\\\"科技",
    "phone": "+8613800138000",
    "credit_limit": "500000.00 CNY",
    "signed_on": "2026-08-01",
    "expires_on": "0099-12-31",
    "manager": "e1",
    "level_note": "只谈一次",
    "返点": "12.5",
    "tags": ["甲", "乙"],
}


def put(store: Store, *records: Golden, entity: str = "Partner") -> None:
    with store.begin() as tx:
        tx.insert_golden(entity, list(records))


def test_record_comes_back_as_it_went_in(store: Store, make: Makes) -> None:
    golden = make.golden("p1", 3, **FULL)
    put(store, golden)
    with store.begin() as tx:
        assert tx.golden("Partner", ["p1", "none"]) == {"p1": golden}
        assert tx.golden("Contact", ["p1"]) == {}


def test_any_text_is_found_among_others(store: Store, make: Makes) -> None:
    ids = ["", " ", "NULL", "a,b", "{c}", "'", "联宏", '"', "\\", "\\n", "\n", '\\"']
    put(store, *map(make.golden, ids))
    with store.begin() as tx:
        assert tx.golden("Partner", ids).keys() == set(ids)
        for one in ids:
            assert tx.golden("Partner", [one, "none"]).keys() == {one}


def test_flags_keep_three_states(store: Store, make: Makes) -> None:
    people = [
        make.golden("e1", entity="Employee", active=True),
        make.golden("e2", entity="Employee", active=False),
        make.golden("e3", entity="Employee", name="王"),
    ]
    put(store, *people, entity="Employee")
    with store.begin() as tx:
        assert tx.field_values("Employee", "active", ["e1", "e2", "e3"]) == {"e1": True, "e2": False}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_limit", "-0.50 CNY"),
        ("credit_limit", "5000 JPY"),
        ("credit_limit", "1.234567 KWD"),
        ("credit_limit", "99999999999999.99 CNY"),
        ("credit_limit", "1.23456789 CNY"),
        ("credit_limit", "not money"),
        ("返点", "0.000001"),
        ("credit_limit", "-0.00 CNY"),
        ("credit_limit", "007.00 CNY"),
        ("返点", "123456789012345678901234567890.5"),
        ("signed_on", "2026-02-30"),
        ("signed_on", "2026"),
        ("name", "a\0b"),
        ("level_note", "a\0b"),
        ("name", ""),
        ("level_note", ""),
        ("name", True),
        ("tags", []),
        ("name", ["not", "text"]),
    ],
)
def test_no_value_is_refused_or_altered(store: Store, make: Makes, field: str, value: Any) -> None:
    put(store, make.golden("p1", **{field: value}), make.golden("p2"))
    with store.begin() as tx:
        found = tx.golden("Partner", ["p1"])["p1"]
        assert found.values[make.entities["Partner"].position[field]] == value
        tx.update_golden(
            "Partner", [make.golden("p2", 2, **{field: value}), make.golden("p1", 2)], {"p1": 1, "p2": 1}
        )
        after = tx.golden("Partner", ["p1", "p2"])
    position = make.entities["Partner"].position[field]
    assert (after["p1"].values[position], after["p2"].values[position]) == (None, value)
    aside = make.entities["Partner"].position["website"]
    moved = [after["p1"], after["p2"]]
    moved[0].values[position], moved[1].values[aside] = value, "x"
    for golden in moved:
        golden.rev = 3
    with store.begin() as tx:
        tx.update_golden("Partner", moved, {"p1": 2, "p2": 2})
        assert tx.golden("Partner", ["p1", "p2"]) == after, "as read, but for what moved"


def test_update_writes_what_moved_since_the_record_was_read(store: Store, make: Makes) -> None:
    put(store, make.golden("p1", name="a", note="b", tags=["甲"], level_note="c"))
    position = make.entities["Partner"].position
    with store.begin() as tx:
        golden = tx.golden("Partner", ["p1"])["p1"]
        tx._sql.run("UPDATE partner SET note = 'B'")
        golden.values[position["name"]], golden.values[position["tags"]] = "A", None
        tx.update_golden("Partner", [golden], {"p1": 1})
        assert tx.golden("Partner", ["p1"])["p1"].values[position["note"]] == "B"
        tx.update_golden("Partner", [golden], {"p1": 1})
        assert tx.golden("Partner", ["p1"]) == {"p1": golden}, "once written, nothing is known"


def test_people_with_sql_see_typed_columns(store: Store, make: Makes) -> None:
    put(store, make.golden("p1", credit_limit="1500000.50 CNY"), make.golden("p2", credit_limit="9.00 CNY"))
    with store.begin() as tx:
        row = tx._sql.rows(
            "SELECT id, credit_limit_currency FROM partner_view WHERE credit_limit > 10 ORDER BY credit_limit"
        )
    assert [tuple(one) for one in row] == [("p1", "CNY")]


def test_provenance_keeps_losers_and_shares_origins(store: Store, make: Makes) -> None:
    golden = make.golden("p1", name="联宏", phone="+8613800138000", tags=["甲"])
    at = datetime(2026, 8, 1, 4, 0, 0, 7, tzinfo=UTC)
    loser = Candidate("erp", ["乙", "丙"], at, "KH001")
    golden.provenance["tags"] = Origin(
        "sheet", "台账", "12", "run-2", at, (loser, Candidate("crm", None, NOON))
    )
    put(store, golden)
    with store.begin() as tx:
        found = tx.golden("Partner", ["p1"])["p1"].provenance
    assert found == golden.provenance
    assert found.get("name") is found.get("phone")


def test_origins_of_which_no_field_is_left_are_forgotten(store: Store, make: Makes) -> None:
    golden = make.golden("p1", name="联宏", phone="+8613800138000", note="a")
    put(store, golden)
    former, between, last = (
        golden.provenance.origins[0],
        Origin("erp", "customer", "9", "run-2", NOON),
        Origin("sheet", "台账", "12", "run-3", NOON),
    )
    golden.provenance["name"] = between
    golden.provenance["phone"] = golden.provenance["name"] = last
    golden.rev = 2
    with store.begin() as tx:
        tx.update_golden("Partner", [golden], {"p1": 1})
        found = tx.golden("Partner", ["p1"])["p1"].provenance
    assert found == Provenance({"name": 1, "phone": 1, "note": 0}, [former, last])


def test_update_writes_only_if_nobody_else_did(store: Store, make: Makes) -> None:
    put(store, make.golden("p1", name="a"), make.golden("p2", name="b"))
    changed = [make.golden("p1", 2, name="A"), make.golden("p2", 2, name="B")]
    with pytest.raises(StoreError) as moved, store.begin() as tx:
        tx.update_golden("Partner", changed, {"p1": 1, "p2": 7})
    assert (moved.value.code, moved.value.params["moved"]) == ("S121", 1)
    with store.begin() as tx:
        assert tx.field_values("Partner", "name", ["p1", "p2"]) == {"p1": "a", "p2": "b"}
        tx.update_golden("Partner", changed, {"p1": 1, "p2": 1})
        assert tx.golden("Partner", ["p1", "p2"]) == {one.id: one for one in changed}


def test_update_moves_its_time_and_keeps_that_of_creation(
    store: Store, make: Makes, clock: StillClock
) -> None:
    put(store, make.golden("p1"))
    clock.sleep(60)
    with store.begin() as tx:
        tx.update_golden("Partner", [make.golden("p1", 2)], {"p1": 1})
        created, updated = map(str, tx._sql.rows("SELECT created_at, updated_at FROM partner")[0])
    assert created.replace("T", " ").startswith("2026-08-01 04:00")
    assert updated.replace("T", " ").startswith("2026-08-01 04:01")


def test_values_of_a_custom_field_outlive_the_field(database: str, make: Makes, clock: StillClock) -> None:
    with Store.open(database, make.entities, clock) as store:
        put(store, make.golden("p1", level_note="金牌", tags=["甲"]))
    fewer = {**make.entities, "Partner": model_of("Partner", custom("tags", Text()))}
    with Store.open(database, fewer, clock) as store, store.begin() as tx:
        tx.update_golden("Partner", [Golden("p1", 2, [None] * len(fewer["Partner"].fields))], {"p1": 1})
    with Store.open(database, make.entities, clock) as store, store.begin() as tx:
        assert tx.field_values("Partner", "level_note", ["p1"]) == {"p1": "金牌"}
        assert tx.field_values("Partner", "tags", ["p1"]) == {}


@pytest.mark.parametrize("value", ["new", None])
def test_a_custom_field_may_become_a_standard_one(
    database: str, make: Makes, clock: StillClock, value: str | None
) -> None:
    partner = make.entities["Partner"]
    fields = tuple(replace(one, custom=True) if one.name == "website" else one for one in partner.fields)
    with Store.open(database, {**make.entities, "Partner": replace(partner, fields=fields)}, clock) as store:
        put(store, make.golden("p1", website="old", level_note="金牌"))
    with Store.open(database, make.entities, clock) as store, store.begin() as tx:
        golden = tx.golden("Partner", ["p1"])["p1"]
        assert golden == make.golden("p1", website="old", level_note="金牌")
        golden.values[partner.position["website"]], golden.rev = value, 2
        tx.update_golden("Partner", [golden], {"p1": 1})
        assert tx.golden("Partner", ["p1"]) == {"p1": golden}
        assert tx._sql.rows("SELECT website FROM partner")[0][0] == value


def test_records_are_found_by_key(store: Store, make: Makes) -> None:
    put(store, *(make.golden(id) for id in ("p1", "p2", "p3")), make.golden("p4", state="merged"))
    with store.begin() as tx:
        tx.put_golden_keys(
            "Partner",
            [("p1", "tax_id", "T1"), ("p2", "tax_id", "T1"), ("p3", "tax_id", "T3"), ("p4", "tax_id", "T3")],
        )
        tx.put_golden_keys("Partner", [("p1", "name", "T3")])
        assert tx.by_field("Partner", "tax_id", ["T1", "T3", "T9"]) == {"T1": ["p1", "p2"], "T3": ["p3"]}
        tx.put_golden_keys("Partner", [("p1", "tax_id", "T2"), ("p2", "tax_id", None)])
        assert tx.by_field("Partner", "tax_id", ["T1", "T2"]) == {"T2": ["p1"]}


def test_people_find_records_by_id_code_title_and_part_of_it(store: Store, make: Makes) -> None:
    put(
        store,
        make.golden("p1", name="联宏科技", code="QD-1"),
        make.golden("p2", name="联宏科技（深圳）", code="QD-2"),
        make.golden("p3", name="100% Pure_Co"),
        make.golden("p4", name="联宏", state="merged"),
    )
    with store.begin() as tx:
        assert tx.find_golden("Partner", "p2") == ["p2"]
        assert tx.find_golden("Partner", "QD-2") == ["p2"]
        assert tx.find_golden("Partner", " 联宏科技 ") == ["p1"]
        assert tx.find_golden("Partner", "联宏") == ["p1", "p2"]
        assert tx.find_golden("Partner", "0% pure_c") == ["p3"]
        assert tx.find_golden("Partner", "%") == ["p3"]
        assert tx.find_golden("Partner", "none of them") == []
        assert tx.find_golden("Partner", "  ") == []


def test_joined_records_do_not_count(store: Store, make: Makes) -> None:
    put(store, make.golden("p1"), make.golden("p2", state="merged"))
    with store.begin() as tx:
        assert tx.count("Partner") == 1


def test_an_entity_without_table_is_named(store: Store) -> None:
    with pytest.raises(StoreError) as unknown, store.begin() as tx:
        tx.golden("Invoice", ["i1"])
    assert unknown.value.code == "S105"


def test_reopened_store_finds_everything(open_store: Opener, make: Makes) -> None:
    golden = make.golden("p1", **FULL)
    put(open_store(), golden)
    with open_store().read() as tx:
        assert tx.golden("Partner", ["p1"]) == {"p1": golden}
