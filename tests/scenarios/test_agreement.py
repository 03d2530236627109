"""People work in three systems at once; afterwards all three say the same, and a sync with nothing to do writes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synchub.engine.sync import Plan
from synchub.engine.verify import Difference
from synchub.sdk import Raw
from tests.scenarios.conftest import BOTH_DATABASES, HubWith
from tests.scenarios.scenario_cells import (
    holds,
    logged,
    logged_rows,
    planned,
    planned_rows,
    sheets,
    typed,
    without_other_names,
)
from tests.scenarios.scenario_firms import MANAGERS, Firm
from tests.scenarios.scenario_stage import Stage
from tests.scenarios.scenario_workbook import CONTACTS, EMPLOYEES, IDENTITY, PARTNERS

pytestmark = BOTH_DATABASES

CODE = "渠道编码"
LIMIT = ("kingdee", "credit_limit", "default")
"""Kingdee puts a credit limit of 0 into a new customer; nobody has said anything yet."""
LINKMAN = ("kingdee", "is_primary", "default")


def settle(stage: Stage, *expected: tuple[str, str, str]) -> None:
    """Everything agrees but for `expected` (system, field, why), and from now on nothing is written."""
    agree(stage, *expected)
    before = stage.state()
    report = stage.sync()
    assert (report.writes, report.cells, report.failures) == (0, [], {})
    assert stage.state() == before


def agree(stage: Stage, *expected: tuple[str, str, str]) -> None:
    found = stage.hub.verify()
    assert found.clean, found
    assert sorted(map(_short, found.differences)) == sorted(expected)
    assert not found.unlinked
    assert not any(found.missing.values())


def _short(one: Difference) -> tuple[str, str, str]:
    return one.system, one.field, one.why


# --- first contact


def test_systems_that_agree_are_linked_and_only_the_workbook_gets_ids(hub_with: HubWith) -> None:
    stage = hub_with(agreed=False)
    report = stage.sync()
    assert stage.writes() == {"salesforce": [], "kingdee": []}
    assert {one.column for one in report.cells} == {IDENTITY}
    assert [len(stage.ledger.rows(sheet)) for sheet in (PARTNERS, CONTACTS, EMPLOYEES)] == [4, 4, 2]
    assert all(row[IDENTITY] for sheet in (PARTNERS, CONTACTS, EMPLOYEES) for row in stage.ledger.rows(sheet))
    settle(stage)


def test_what_one_system_has_alone_is_created_in_the_others(hub_with: HubWith, newcomer: Firm) -> None:
    stage = hub_with()
    stage.add_account(newcomer)
    stage.sync()
    row = stage.ledger.row(PARTNERS, **{CODE: newcomer.code})
    assert row["渠道名称"] == newcomer.name
    assert row["渠道经理"] == newcomer.manager.name
    customer = stage.books.record("customer", stage.customer(newcomer.code))
    assert (customer["name"], customer["saler_number"]) == (newcomer.name, newcomer.manager.code)
    assert stage.ledger.row(CONTACTS, 姓名=newcomer.person)["手机"] == "139-0000-3010"
    assert [row["contact_person"] for row in stage.contact_rows(newcomer.code)] == [newcomer.person]
    # What Kingdee fills in by itself (no credit, not the first contact) is nobody's word, and goes nowhere.
    assert stage.org.record("Account", stage.account(newcomer.code))["Credit_Limit__c"] == newcomer.limit
    settle(stage, LIMIT, LINKMAN, ("salesforce", "credit_limit", "untouched"))


def test_a_customer_typed_into_kingdee_reaches_the_others_with_its_contact(
    hub_with: HubWith, newcomer: Firm
) -> None:
    stage = hub_with()
    stage.books.user_create("customer", newcomer.customer)
    stage.sync()
    account = stage.org.record("Account", stage.account(newcomer.code))
    assert (account["Name"], account["Type"], account["OwnerId"]) == (
        newcomer.name,
        "Distributor",
        stage.user(newcomer.manager),
    )
    contact = stage.org.record("Contact", stage.contact(newcomer.person))
    assert contact["AccountId"] == stage.account(newcomer.code)
    assert stage.ledger.row(PARTNERS, **{CODE: newcomer.code})["信用额度（万元）"] == 10
    assert stage.ledger.row(CONTACTS, 姓名=newcomer.person)[CODE] == newcomer.code
    settle(stage)


def test_a_row_typed_into_the_workbook_gets_a_code_and_stands_everywhere(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.append(
        PARTNERS,
        {"渠道名称": "新来科技", "区域": "华东区", "是否合作": "是", "渠道经理": "周敏", "私人备注": "勿删"},
    )
    stage.sync()
    row = stage.ledger.row(PARTNERS, 渠道名称="新来科技")
    assert row[CODE] == "QD-00001"
    assert (row[IDENTITY] is not None, row["私人备注"]) == (True, "勿删")
    assert stage.org.record("Account", stage.account("QD-00001"))["OwnerId"] == stage.user(MANAGERS[0])
    assert stage.books.record("customer", stage.customer("QD-00001"))["group_name"] == "华东渠道"
    settle(stage, LIMIT)


def test_an_employee_who_joins_is_read_from_salesforce_and_never_written_there(hub_with: HubWith) -> None:
    stage = hub_with()
    (user,) = stage.org.seed("User", [{"Name": "郑华", "Email": "zheng@example.com", "IsActive": True,
                                       "EmployeeNumber": "ZY009", "Department": "渠道部"}])  # fmt: skip
    stage.sync()
    stage.ledger.edit(EMPLOYEES, {"工号": "ZY009"}, {"手机": "138-0000-9009"})
    stage.sync()
    assert stage.org.record("User", user)["MobilePhone"] is None
    assert stage.ledger.row(EMPLOYEES, 工号="ZY009")["姓名"] == "郑华"
    settle(stage, ("salesforce", "phone", "read_only"))


# --- edits


def test_three_people_who_edit_different_fields_of_one_partner_all_keep_their_edit(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.org.user_edit("Account", stage.account("KH0001"), {"Description": "老客户", "Level__c": "Gold"})
    stage.books.user_edit(
        "customer", stage.customer("KH0001"), {"credit_limit": 123_400, "addr": "新路 2 号"}
    )
    stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"联系电话": "13811112222", "签约日期": "2026-08-01"})
    stage.sync()
    account = stage.org.record("Account", stage.account("KH0001"))
    customer = stage.books.record("customer", stage.customer("KH0001"))
    row = stage.ledger.row(PARTNERS, **{CODE: "KH0001"})
    assert (
        account["BillingStreet"],
        account["Credit_Limit__c"],
        account["Phone"],
        account["Contract_Date__c"],
    ) == (
        "新路 2 号",
        123_400,
        "+86 138 1111 2222",
        "2026-08-01",
    )
    assert (customer["remark"], customer["addr"], customer["credit_limit"]) == (
        "老客户",
        "新路 2 号",
        123_400,
    )
    assert (row["备注"], row["等级"], row["地址"], row["信用额度（万元）"], row["联系电话"]) == (
        "老客户",
        "金牌",
        "新路 2 号",
        12.34,
        "13811112222",
    )
    settle(stage)


def test_a_contact_edited_on_all_three_sides_gathers_all_edits(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.org.user_edit("Contact", stage.contact("王芳"), {"Title": "采购经理"})
    (known,) = stage.contact_rows("KH0001")
    changes: dict[str, Raw] = {"contact_persons": [{**known, "email": "new@example.com"}]}
    stage.books.user_edit("customer", stage.customer("KH0001"), changes)
    stage.ledger.edit(CONTACTS, {"姓名": "王芳"}, {"手机": "139 1111 2222"})
    stage.sync()
    contact = stage.org.record("Contact", stage.contact("王芳"))
    assert (contact["Email"], contact["MobilePhone"]) == ("new@example.com", "+86 139 1111 2222")
    (row,) = stage.contact_rows("KH0001")
    assert (row["id"], row["mobile"]) == (known["id"], "13911112222")
    kept = stage.ledger.row(CONTACTS, 姓名="王芳")
    assert (kept["职务"], kept["邮箱"], kept["手机"]) == ("采购经理", "new@example.com", "139 1111 2222")
    settle(stage)


def test_the_same_field_edited_on_all_sides_follows_its_policy_and_the_losers_are_told(
    hub_with: HubWith,
) -> None:
    stage = hub_with()
    stage.org.user_edit("Account", stage.account("KH0001"), {"Name": "甲", "Level__c": "Gold"})
    stage.books.user_edit("customer", stage.customer("KH0001"), {"name": "乙"})
    stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"渠道名称": "丙", "等级": "注册"})
    report = stage.sync()
    assert report.total("conflicts_settled") == 3
    assert stage.org.record("Account", stage.account("KH0001"))["Name"] == "乙"
    row = stage.ledger.row(PARTNERS, **{CODE: "KH0001"})
    assert (row["渠道名称"], row["等级"]) == ("乙", "金牌")
    ((golden, _),) = stage.hub.find("Partner", "KH0001")
    story = str(stage.hub.explain("Partner", golden, "name"))
    assert all(loser in story for loser in ("甲", "丙"))
    settle(stage)


def test_a_field_under_review_is_held_where_it_differs_and_the_rest_flows(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.org.user_edit("Account", stage.account("KH0001"), {"Active__c": "No", "Description": "停用？"})
    stage.books.user_edit("customer", stage.customer("KH0002"), {"enable": "0"})
    stage.sync()
    stage.tick(60)
    stage.ledger.edit(PARTNERS, {CODE: "KH0002"}, {"是否合作": "是", "备注": "仍在合作"})
    stage.sync()
    assert stage.ledger.row(PARTNERS, **{CODE: "KH0001"})["备注"] == "停用？"
    assert stage.org.record("Account", stage.account("KH0002"))["Description"] == "仍在合作"


def test_an_edit_of_what_another_system_owns_is_taken_back(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.org.user_edit(
        "Account", stage.account("KH0001"), {"TaxId__c": "91500103MABW959305", "Credit_Limit__c": 1}
    )
    stage.ledger.edit(PARTNERS, {CODE: "KH0002"}, {"信用额度（万元）": 999})
    report = stage.sync()
    assert report.total("refused") == 3
    account = stage.org.record("Account", stage.account("KH0001"))
    assert (account["TaxId__c"], account["Credit_Limit__c"]) == ("91310115MALE646851", 10_000)
    assert stage.ledger.row(PARTNERS, **{CODE: "KH0002"})["信用额度（万元）"] == 2
    settle(stage)


def test_another_spelling_of_the_same_value_is_left_as_people_wrote_it(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.edit(
        PARTNERS, {CODE: "KH0001"}, {"联系电话": "(+86) 138 0000 2001", "渠道名称": " 联宏科技有限公司 "}
    )
    before = stage.state()
    stage.sync()
    assert stage.state() == before
    settle(stage)


def test_province_and_city_move_together(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.org.user_edit(
        "Account", stage.account("KH0001"), {"BillingState": "浙江省", "BillingCity": "宁波市"}
    )
    stage.tick(30)
    stage.books.user_edit(
        "customer", stage.customer("KH0001"), {"province_name": "山东省", "city_name": "济南市"}
    )
    stage.sync()
    account = stage.org.record("Account", stage.account("KH0001"))
    customer = stage.books.record("customer", stage.customer("KH0001"))
    assert (account["BillingState"], account["BillingCity"]) == ("山东省", "济南市")
    assert (customer["province_name"], customer["city_name"]) == ("山东省", "济南市")
    settle(stage)


def test_a_manager_chosen_later_reaches_an_account_that_the_hub_created(hub_with: HubWith) -> None:
    """Salesforce makes whoever creates a record its owner: our integration user, who is nobody's manager."""
    stage = hub_with()
    stage.ledger.append(PARTNERS, {"渠道名称": "新来科技", "区域": "华东区", "是否合作": "是"})
    stage.sync()
    stage.sync()
    stage.ledger.edit(PARTNERS, {"渠道名称": "新来科技"}, {"渠道经理": "周敏"})
    stage.sync()
    assert stage.org.record("Account", stage.account("QD-00001"))["OwnerId"] == stage.user(MANAGERS[0])
    settle(stage, LIMIT)


# --- what vanishes


def delete_account(stage: Stage) -> None:
    stage.org.user_delete("Account", stage.account("KH0001"))


def delete_contact(stage: Stage) -> None:
    stage.org.user_delete("Contact", stage.contact("王芳"))


def delete_contact_row(stage: Stage) -> None:
    stage.books.user_edit("customer", stage.customer("KH0001"), {"contact_persons": []})


def delete_row(stage: Stage) -> None:
    stage.ledger.change(CONTACTS, lambda sheet: sheet.delete_rows(2, 1))


@pytest.mark.parametrize("delete", [delete_account, delete_contact, delete_contact_row, delete_row])
def test_what_somebody_deletes_in_one_system_is_neither_made_again_nor_deleted_elsewhere(
    hub_with: HubWith, delete: Callable[[Stage], None]
) -> None:
    stage = hub_with()
    delete(stage)
    before = stage.state()
    report = stage.sync()
    assert report.total("missing") == 1
    assert stage.state() == before
    stage.note("kingdee", "其余照常", "KH0002")
    stage.ledger.edit(CONTACTS, {"姓名": "李雷"}, {"职务": "财务主管"})
    stage.sync()
    assert set(stage.notes("KH0002").values()) == {"其余照常"}
    assert stage.org.record("Contact", stage.contact("李雷"))["Title"] == "财务主管"
    before = stage.state()
    stage.sync()
    assert stage.state() == before
    assert stage.hub.verify().clean


def test_a_contact_who_changes_company_moves_in_every_system_that_can_say_so(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.edit(CONTACTS, {"姓名": "王芳"}, {CODE: "KH0002"})
    stage.sync()
    contact = stage.org.record("Contact", stage.contact("王芳"))
    assert contact["AccountId"] == stage.account("KH0002")
    assert [row["contact_person"] for row in stage.contact_rows("KH0001")] == ["王芳"]
    settle(stage, ("kingdee", "partner", "read_only"))


# --- the plan


def everybody_at_work(stage: Stage, newcomer: Firm) -> None:
    """New records on every side, edits of every sort, a copied row, a lossy figure."""
    stage.add_account(newcomer)
    stage.org.user_edit("Account", stage.account("KH0001"), {"Description": "从CRM来", "Region__c": "North"})
    stage.books.user_edit(
        "customer", stage.customer("KH0001"), {"credit_limit": 123_456, "addr": "新路 2 号"}
    )
    stage.books.user_create("customer", {"number": "KH0099", "name": "ERP新客户", "group_name": "华东渠道",
                                         "contact_persons": [{"contact_person": "钱多", "mobile": "13900004444"}]})  # fmt: skip
    stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"等级": "金牌", "等级说明": "老客户"})
    stage.ledger.edit(CONTACTS, {"姓名": "王芳"}, {"手机": "139-1111-2222"})
    stage.ledger.edit(
        PARTNERS, {CODE: "KH0002"}, {"信用额度（万元）": 99, "到期日期": "2027-12-31", "备注": None}
    )
    stage.ledger.append(
        PARTNERS, {"渠道名称": "表格新客户", "区域": "华南区", "是否合作": "是", "渠道经理": "吴强"}
    )
    stage.tick(
        600
    )  # a workbook tells no time of its edits, so they count from the run: let them be clearly newer


def names_of(plan: Plan, stage: Stage, system: str) -> dict[str, str]:
    """What became of the ids in a plan that were not known yet."""
    rows = sheets(stage.ledger)
    found: dict[str, str] = {}
    for one in plan.report.cells:
        if one.system != system:
            continue
        if one.external_id.startswith("row-"):
            place = int(one.external_id.split("-")[1]) - (3 if one.object == PARTNERS else 2)
            found[one.external_id] = str(rows[one.object][place][IDENTITY])
        elif one.external_id.startswith("new:") and system == "workbook":
            found[one.external_id] = one.external_id.removeprefix("new:")
        elif one.external_id.startswith("new:") and system == "salesforce":
            (found[one.external_id],) = (
                id
                for id, record in stage.org.records(one.object).items()
                if record["SynchubId__c"] == one.entity_id
            )
        elif one.external_id.startswith("new:") and one.column == "number":
            found[one.external_id] = stage.customer(str(one.after))
    return found


@pytest.mark.parametrize("agreed", [True, False], ids=["later", "first_contact"])
def test_the_plan_is_cell_by_cell_what_is_then_written(
    hub_with: HubWith, newcomer: Firm, agreed: bool
) -> None:
    stage = hub_with(agreed=agreed)
    everybody_at_work(stage, newcomer)
    before, state = sheets(stage.ledger), stage.state()
    plan = stage.plan()
    assert stage.state() == state
    report = stage.hub.sync(approve=plan.id)
    assert not report.failures
    assert not report.total("set_aside")
    log = stage.writes()
    for system in ("salesforce", "kingdee"):
        wanted = planned(plan.report.cells, system, names_of(plan, stage, system))
        assert without_other_names(logged(log[system]), wanted) == wanted
        assert wanted
    names = names_of(plan, stage, "kingdee")
    rows, stored = planned_rows(plan.report.cells, names), logged_rows(log["kingdee"])
    assert rows.keys() == stored.keys()
    assert all(holds(stored[id], rows[id]) for id in rows)
    wanted = planned(plan.report.cells, "workbook", names_of(plan, stage, "workbook"))
    assert typed(before, sheets(stage.ledger)) == wanted
    filled_in = [
        LIMIT,
        LIMIT,
        LINKMAN,
        ("salesforce", "credit_limit", "untouched"),
        ("salesforce", "manager", "waiting"),
    ]
    settle(stage, *filled_in, ("workbook", "credit_limit", "lossy"))
