"""Whole syncs over three systems in memory: what people would see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synchub.engine.sync import sync
from synchub.errors import UnapprovedPlanError, UnavailableError
from synchub.model.values import Raw
from synchub.testing.lab import Lab
from synchub.testing.memory import take_all

TAX = "91310000MA1FL5E91N"


def company(**more: object) -> dict[str, object]:
    return {"Name": "上海联宏", "Region": "East", "Active": "Yes", **more}


def test_a_first_contact_writes_nothing_until_its_plan_is_approved(lab: Lab) -> None:
    lab.systems["crm"].create("Account", company())  # type: ignore[arg-type]  # plain values
    with pytest.raises(UnapprovedPlanError) as refusal:
        lab.sync(approve=False)
    assert not any(system.written() for system in lab.systems.values())
    assert refusal.value.plan == lab.plan().id
    lab.sync()
    assert lab.systems["erp"].live("customer")


def test_a_plan_approved_before_somebody_edited_is_refused(lab: Lab) -> None:
    account = lab.systems["crm"].create("Account", company())  # type: ignore[arg-type]  # plain values
    plan = lab.plan()
    lab.systems["crm"].edit("Account", account, {"Name": "上海联宏科技"})
    with pytest.raises(UnapprovedPlanError) as refusal:
        sync(lab.world, "r", approve=plan.id)
    assert refusal.value.plan != plan.id


def test_what_is_rehearsed_is_not_told_as_written(lab: Lab) -> None:
    lab.systems["crm"].create("Account", company())  # type: ignore[arg-type]  # plain values
    told: list[str] = []
    lab.world = replace(lab.world, progress=lambda phase, *_: told.append(phase))
    with pytest.raises(UnapprovedPlanError):
        lab.sync(approve=False)
    lab.plan()
    assert "plan" in told
    assert "push" not in told
    lab.sync()
    assert "push" in told


def test_the_plan_names_exactly_the_cells_that_are_written(lab: Lab) -> None:
    partner = lab.systems["crm"].create("Account", company(TaxId=TAX, Phone="021-6888 6666"))  # type: ignore[arg-type]  # plain values
    lab.systems["crm"].create("Contact", {"AccountId": partner, "Name": "王芳", "Phone": "13800138000"})
    lab.systems["erp"].create(
        "customer", {"name": "上海联宏 ", "taxpayer_no": TAX, "number": "K1", "credit": 500000, "enable": "1"}
    )
    lab.systems["sheet"].create("台账", {"名称": "广州天河", "区域": "华南区", "合作": "是"})
    planned = lab.plan().report.cells
    lab.sync()
    with lab.store.read() as tx:
        ids = {
            (link.system, f"new:{link.entity_id}"): link.external_id
            for mapping in lab.world.mappings
            for link in tx.links(mapping.name, [key[0] for key in tx.all_external_ids(mapping.name)]).values()
        }

    def real(system: str, value: object) -> object:
        """A planned id of a record that did not exist yet, resolved; new rows of a list have no id in a plan."""
        if isinstance(value, list):
            return [{key: one for key, one in row.items() if key != "id"} for row in value]
        return ids.get((system, value), value) if isinstance(value, str) else value

    for name, system in lab.systems.items():
        expected = [
            (cell.object, real(name, cell.external_id), cell.column, repr(real(name, cell.after)))
            for cell in planned
            if cell.system == name
        ]
        written = [(one.object, one.id, one.column, repr(real(name, one.after))) for one in system.written()]
        assert sorted(written) == sorted(expected)
    assert planned


def seeded(lab: Lab) -> tuple[str, str, str]:
    """One partner, linked everywhere."""
    crm = lab.systems["crm"].create("Account", company(TaxId=TAX, Phone="021-6888 6666"))  # type: ignore[arg-type]  # plain values
    lab.sync()
    erp = next(iter(lab.systems["erp"].live("customer")))
    sheet = next(iter(lab.systems["sheet"].live("台账")))
    return crm, erp, sheet


def test_a_record_of_one_system_appears_in_the_others_with_a_generated_code(lab: Lab) -> None:
    seeded(lab)
    (customer,) = lab.systems["erp"].live("customer").values()
    assert customer["name"] == "上海联宏"
    assert customer["number"] == "QD-00001"
    assert customer["group"] == "E"
    (row,) = lab.systems["sheet"].live("台账").values()
    assert (row["区域"], row["合作"], row["编码"]) == ("华东区", "是", "QD-00001")


def test_a_sync_with_nothing_to_do_writes_nothing_and_changes_no_state(lab: Lab) -> None:
    seeded(lab)
    lab.sync()
    with lab.store.read() as tx:
        before = tx.digest()
    logs = {name: len(system.log) for name, system in lab.systems.items()}
    report = sync(lab.world, "idle")  # at the same moment, so that cursors too stay where they are
    assert report.writes == 0
    assert {name: len(system.log) for name, system in lab.systems.items()} == logs
    assert report.calls == {"crm": 2, "erp": 1, "sheet": 1}
    with lab.store.read() as tx:
        assert tx.digest() == before


def test_a_plan_leaves_no_trace_in_the_database_or_in_any_system(lab: Lab) -> None:
    crm, _, _ = seeded(lab)
    lab.systems["crm"].edit("Account", crm, {"Note": "新的备注"})
    with lab.store.read() as tx:
        before = tx.digest()
    logs = {name: len(system.log) for name, system in lab.systems.items()}
    assert lab.plan().report.cells
    with lab.store.read() as tx:
        assert tx.digest() == before
    assert {name: len(system.log) for name, system in lab.systems.items()} == logs


def test_edits_of_different_fields_in_three_systems_all_survive(lab: Lab) -> None:
    crm, erp, sheet = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Phone": "13800138000"})
    lab.systems["erp"].edit("customer", erp, {"credit": 800000})
    lab.systems["sheet"].edit("台账", sheet, {"备注": "重点渠道"})
    lab.sync()
    lab.sync()
    (golden,) = lab.golden()
    assert (golden["phone"], golden["credit_limit"], golden["note"]) == (
        "+8613800138000",
        "800000.00 CNY",
        "重点渠道",
    )
    assert lab.systems["crm"]["Account", crm]["Credit"] == 800000
    assert lab.systems["crm"]["Account", crm]["Note"] == "重点渠道"
    assert lab.systems["erp"]["customer", erp]["remark"] == "重点渠道"
    assert lab.verify().differences == []


def test_a_conflict_is_settled_by_policy_and_the_loser_is_written_down(lab: Lab) -> None:
    crm, _, sheet = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Region": "North"})
    lab.systems["sheet"].edit("台账", sheet, {"区域": "华南区"})
    report = lab.sync()
    assert report.total("conflicts_settled") == 1
    assert lab.systems["sheet"]["台账", sheet]["区域"] == "华北区"
    (golden,) = lab.golden()
    with lab.store.read() as tx:
        changes = [row.changes["region"] for row in tx.ledger("Partner", str(golden["id"]), "region", 10)]
    assert any("华南" in str(change) and "sheet" in str(change) for change in changes)


def test_a_conflict_under_review_holds_only_that_field_until_the_systems_agree(lab: Lab) -> None:
    crm, _, sheet = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Active": None, "Phone": "13900139000"})
    lab.systems["sheet"].edit("台账", sheet, {"合作": "否", "备注": "照样同步"})
    assert lab.sync().total("held") == 1
    (golden,) = lab.golden()
    assert (golden["phone"], golden["note"]) == ("+8613900139000", "照样同步")
    assert "status" not in golden
    assert lab.systems["sheet"]["台账", sheet]["合作"] == "否"
    with lab.store.read() as tx:
        assert [(one.code, one.field) for one in tx.conflicts()] == [("E201", "status")]
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Active": "No"})
    lab.sync()
    lab.systems["sheet"].edit("台账", sheet, {"备注": "再看一次"})
    lab.sync()
    with lab.store.read() as tx:
        assert tx.conflicts() == []
    (golden,) = lab.golden()
    assert golden["status"] == "inactive"


def test_somebody_elses_field_goes_back_and_the_attempt_is_written_down(lab: Lab) -> None:
    crm, _, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Credit": 999})
    report = lab.sync()
    assert report.total("refused") == 1
    assert lab.systems["crm"]["Account", crm].get("Credit") is None
    (golden,) = lab.golden()
    with lab.store.read() as tx:
        assert tx.ledger("Partner", str(golden["id"]), "credit_limit", 10)


def test_a_value_nobody_understands_is_held_and_the_rest_of_the_row_flows(lab: Lab) -> None:
    _, _, sheet = seeded(lab)
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"区域": "火星", "备注": "新备注"})
    report = lab.sync()
    assert report.total("held") == 1
    (golden,) = lab.golden()
    assert (golden["region"], golden["note"]) == ("华东", "新备注")
    assert lab.systems["sheet"]["台账", sheet]["区域"] == "火星"
    lab.systems["sheet"].edit("台账", sheet, {"区域": "华北区"})
    lab.sync()
    (golden,) = lab.golden()
    assert golden["region"] == "华北"
    with lab.store.read() as tx:
        assert tx.conflicts() == []


def test_a_row_that_cannot_become_a_record_is_set_aside_until_it_is_mended(lab: Lab) -> None:
    row = lab.systems["sheet"].create("台账", {"区域": "华东区", "备注": "没有名称"})
    report = lab.sync()
    assert report.total("set_aside") == 1
    with lab.store.read() as tx:
        (aside,) = tx.quarantined()
    assert (aside.code, aside.external_id) == ("E301", row)
    lab.systems["sheet"].edit("台账", row, {"名称": "补上名称"})
    lab.sync()
    with lab.store.read() as tx:
        assert tx.quarantined() == []
    assert [one["name"] for one in lab.golden()] == ["补上名称"]


def test_a_value_that_breaks_a_rule_is_not_taken(lab: Lab) -> None:
    _, erp, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["erp"].edit("customer", erp, {"credit": -5, "remark": "其他"})
    report = lab.sync()
    assert report.total("held") == 1
    (golden,) = lab.golden()
    assert golden.get("credit_limit") is None
    assert golden["note"] == "其他"


def test_duplicates_in_one_system_wait_for_a_person(lab: Lab) -> None:
    lab.systems["sheet"].create("台账", {"名称": "甲公司", "区域": "华东区", "合作": "是"})
    lab.systems["sheet"].create("台账", {"名称": "甲公司", "区域": "华东区", "合作": "否"})
    report = lab.sync()
    assert report.total("created_in_hub") == 0
    with lab.store.read() as tx:
        assert {one.code for one in tx.conflicts()} == {"E215"}


def test_the_same_name_with_another_tax_id_waits_for_a_person(lab: Lab) -> None:
    seeded(lab)
    lab.systems["sheet"].create("台账", {"名称": "上海联宏", "区域": "华东区", "税号": "91110108MA01KPGK0L"})
    lab.sync()
    with lab.store.read() as tx:
        assert [one.code for one in tx.conflicts()] in (["E213"], ["E214"])


def test_contacts_travel_between_a_table_and_rows_of_the_customer(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].create("Contact", {"AccountId": crm, "Name": "王芳", "Phone": "13800138000"})
    lab.sync()
    rows = lab.systems["erp"]["customer", erp]["contacts"]
    assert isinstance(rows, list)
    [row] = rows
    assert isinstance(row, dict)
    assert row["person"] == "王芳"
    lab.clock.tick()
    changed: list[Raw] = [{**row, "mobile": "13900139000"}, {"person": "李强"}]
    lab.systems["erp"].edit("customer", erp, {"contacts": changed})
    lab.sync()
    contacts = {held["Name"]: held for held in lab.systems["crm"].live("Contact").values()}
    assert contacts["李强"]["AccountId"] == crm
    assert "139" in str(contacts["王芳"]["Phone"])
    lab.sync()
    assert lab.verify().differences == []


def test_a_vanished_row_is_missing_and_neither_recreated_nor_updated(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["erp"].delete("customer", erp)
    lab.sync()
    lab.systems["crm"].edit("Account", crm, {"Note": "改了"})
    lab.sync()
    assert lab.systems["erp"].live("customer") == {}
    with lab.store.read() as tx:
        assert tx.links_by_state("erp-customer") == {"missing": 1}


def test_a_system_that_is_down_is_reported_and_the_others_go_on(lab: Lab) -> None:
    crm, _, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["erp"].down = UnavailableError("C101", system="erp", detail="no answer")
    lab.systems["crm"].edit("Account", crm, {"Note": "照样同步"})
    report = lab.sync()
    assert list(report.failures) == ["erp"]
    assert report.state == "failed"
    (row,) = lab.systems["sheet"].live("台账").values()
    assert row["备注"] == "照样同步"
    lab.systems["erp"].down = None
    lab.sync()
    (customer,) = lab.systems["erp"].live("customer").values()
    assert customer["remark"] == "照样同步"


def test_a_record_the_system_refuses_is_set_aside_with_its_words_and_not_tried_again(lab: Lab) -> None:
    crm, _, _ = seeded(lab)
    lab.systems["erp"].refuse = lambda values: "备注太长" if len(str(values.get("remark", ""))) > 5 else ""
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "一个很长很长的备注"})
    assert lab.sync().total("set_aside") == 1
    with lab.store.read() as tx:
        (aside,) = tx.quarantined()
    assert (aside.stage, aside.params["detail"]) == ("push", "备注太长")
    assert lab.sync().total("set_aside") == 0
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "比一个很长很长的备注短"[:3]})
    lab.systems["erp"].refuse = take_all
    lab.sync()
    with lab.store.read() as tx:
        assert tx.quarantined() == []


def test_a_value_stored_otherwise_is_adopted_and_nobody_fights(lab: Lab) -> None:
    lab.systems["erp"].stored = lambda column, value: (
        value[:4] if column == "name" and isinstance(value, str) else value
    )
    seeded(lab)
    (customer,) = lab.systems["erp"].live("customer").values()
    assert customer["name"] == "上海联宏"[:4]
    crm = next(iter(lab.systems["crm"].live("Account")))
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Name": "上海联宏科技有限公司"})
    lab.sync()
    writes = len(lab.systems["erp"].written())
    for _ in range(3):
        lab.sync()
    assert len(lab.systems["erp"].written()) == writes
    (golden,) = lab.golden()
    assert golden["name"] in {"上海联宏科技有限公司", "上海联宏"}


def test_a_system_that_is_down_on_first_contact_meets_the_hub_another_day(lab: Lab) -> None:
    lab.systems["crm"].create("Account", company())  # type: ignore[arg-type]  # plain values
    lab.systems["erp"].create("customer", {"number": "K1", "name": "另一家", "group": "S", "enable": "1"})
    lab.systems["erp"].down = UnavailableError("C101", system="erp", detail="no answer")
    lab.sync()
    assert len(lab.systems["sheet"].live("台账")) == 1
    lab.systems["erp"].down = None
    with pytest.raises(UnapprovedPlanError) as refusal:
        lab.sync(approve=False)
    assert "erp-customer" in str(refusal.value)
    assert "crm-account" not in str(refusal.value)
    assert len(lab.golden()) == 1
    lab.sync()
    assert len(lab.golden()) == 2


def test_a_sync_of_some_systems_matches_nothing_of_the_others(lab: Lab) -> None:
    lab.systems["crm"].create("Account", company())  # type: ignore[arg-type]  # plain values
    lab.systems["erp"].create("customer", {"number": "K1", "name": "另一家", "group": "S", "enable": "1"})
    with pytest.raises(UnapprovedPlanError):
        sync(lab.world, "r0")
    with pytest.raises(UnapprovedPlanError) as refusal:
        sync(lab.world, "r1", systems={"crm"})
    sync(lab.world, "r2", systems={"crm"}, approve=refusal.value.plan)
    assert [one["name"] for one in lab.golden()] == ["上海联宏"]
    assert lab.systems["erp"].written() == []


def test_a_default_that_a_system_gives_a_new_record_is_nobodys_edit(lab: Lab) -> None:
    """Found in the demo: an ERP stored a limit of 0 in a customer the hub created, and the 0 went everywhere."""
    lab.systems["crm"].create("Account", company(Credit=250000))  # type: ignore[arg-type]  # plain values
    create = lab.systems["erp"].create

    def create_with_defaults(object: str, values: dict[str, object], **more: str) -> str:
        return create(object, {"credit": 0, "enable": "1", **values}, **more)  # type: ignore[dict-item]  # plain values

    lab.systems["erp"].create = create_with_defaults  # type: ignore[method-assign, assignment]  # a vendor's habit
    lab.sync()
    assert lab.sync().writes == 0
    (account,) = lab.systems["crm"].live("Account").values()
    assert account["Credit"] == 250000
    (golden,) = lab.golden()
    assert "credit_limit" not in golden
    assert {one.why for one in lab.verify().differences} == {"default", "untouched"}
    (customer,) = lab.systems["erp"].live("customer")
    lab.clock.tick()
    lab.systems["erp"].edit("customer", customer, {"credit": 80000})
    lab.sync()
    (account,) = lab.systems["crm"].live("Account").values()
    assert account["Credit"] == 80000


def test_a_filling_of_nothing_is_nobodys_edit_either_when_the_reply_was_lost(lab: Lab) -> None:
    """Found by killing syncs: read as an edit after a lost reply, a limit of 0 went everywhere."""
    lab.systems["crm"].create("Account", company(Credit=250000))  # type: ignore[arg-type]  # plain values
    create = lab.systems["erp"].create

    def create_with_a_limit(object: str, values: dict[str, object], **more: str) -> str:
        return create(object, {"credit": 0, **values}, **more)  # type: ignore[dict-item]  # plain values

    lab.systems["erp"].create = create_with_a_limit  # type: ignore[method-assign, assignment]  # a vendor's habit
    lab.systems["erp"].lose_replies = 1
    for _ in range(3):
        lab.sync()
    assert lab.sync().writes == 0
    (account,) = lab.systems["crm"].live("Account").values()
    assert account["Credit"] == 250000
    (golden,) = lab.golden()
    assert "credit_limit" not in golden
