"""A sync killed between a system's commit and our reply, for each connector and each kind of write.

The sync runs in a process of its own and is killed with SIGKILL the moment the system has taken the write. A person goes on working on the
very record. The next sync, in another process, must end with one record, everybody's edits, and nothing left to do.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from synchub.sdk import Raw
from tests.scenarios.conftest import BOTH_DATABASES, HubWith
from tests.scenarios.scenario_firms import FIRMS
from tests.scenarios.scenario_process import Prepare, killed_after_call, killed_after_swap
from tests.scenarios.scenario_stage import Stage
from tests.scenarios.scenario_workbook import CONTACTS, IDENTITY, PARTNERS

pytestmark = BOTH_DATABASES

NEW = FIRMS[-1]
CODE = "渠道编码"
KILLED = (-signal.SIGKILL, "")
Work = Callable[[Stage], object]

ACCOUNT_CREATE = killed_after_call("PATCH", "/composite/sobjects/Account/SynchubId__c")
CONTACT_CREATE = killed_after_call("PATCH", "/composite/sobjects/Contact/SynchubId__c")
RECORDS_UPDATE = killed_after_call("PATCH", "/composite/sobjects")
CUSTOMER_SAVE = killed_after_call("POST", "/jdy/v2/bd/customer")


@dataclass(frozen=True)
class Crash:
    """`before` is people's work that the sync carries on; `moment` kills it; `between` is people's work until the next one."""

    before: Work
    moment: Prepare
    taken: Callable[[Stage], bool]
    """Did the system take the write?"""
    between: Work
    after: Callable[[Stage], object]
    """What must be so in the end; asserts."""
    system: str


# --- what people do


def type_in_kingdee(stage: Stage) -> None:
    stage.books.user_create("customer", NEW.customer)


def type_in_salesforce(stage: Stage) -> None:
    stage.add_account(NEW)


def add_colleague(stage: Stage) -> None:
    """A second contact of a firm that all systems know."""
    values: dict[str, Raw] = {
        "LastName": "郑洁",
        "MobilePhone": "+86 13900008888",
        "AccountId": stage.account("KH0001"),
    }
    stage.org.user_create("Contact", values)


def type_a_row(stage: Stage) -> None:
    stage.ledger.append(
        PARTNERS, {"渠道名称": NEW.name, "区域": "华北区", "是否合作": "是", "备注": "新来的"}
    )


def change_row_of_contact(stage: Stage, **changes: Raw) -> None:
    """Somebody edits the first contact row of KH0001 in Kingdee."""
    first, *others = stage.contact_rows("KH0001")
    rows: list[Raw] = [{**first, **changes}, *others]
    stage.books.user_edit("customer", stage.customer("KH0001"), {"contact_persons": rows})


def edit_new_customer(stage: Stage) -> None:
    stage.books.user_edit("customer", stage.customer(NEW.code), {"remark": "刚刚写的"})


def edit_new_account(stage: Stage) -> None:
    stage.org.user_edit("Account", stage.account(NEW.code), {"Description": "刚刚写的"})


# --- what must be so


def one_of(stage: Stage, name: str) -> None:
    """One partner of this name in each system, and one golden record."""
    assert len([one for one in stage.org.records("Account").values() if one["Name"] == name]) == 1
    assert len([one for one in stage.books.records("customer").values() if one["name"] == name]) == 1
    assert len([row for row in stage.ledger.rows() if row["渠道名称"] == name]) == 1
    assert len(stage.hub.find("Partner", name)) == 1


def one_contact(stage: Stage, name: str, code: str) -> None:
    assert len([one for one in stage.org.records("Contact").values() if one["LastName"] == name]) == 1
    assert [row["contact_person"] for row in stage.contact_rows(code)].count(name) == 1
    assert len([row for row in stage.ledger.rows(CONTACTS) if row["姓名"] == name]) == 1
    assert len(stage.hub.find("Contact", name)) == 1


def new_partner(stage: Stage) -> None:
    one_of(stage, NEW.name)
    one_contact(stage, NEW.person, NEW.code)
    assert set(stage.notes(NEW.code).values()) == {"刚刚写的"}


def note_and(**others: Callable[[Stage], bool]) -> Callable[[Stage], None]:
    """The note that was on its way has arrived everywhere, and so has what was edited meanwhile."""

    def check(stage: Stage) -> None:
        one_of(stage, FIRMS[0].name)
        assert set(stage.notes().values()) == {"在路上的"}
        for name, holds in others.items():
            assert holds(stage), name

    return check


def street(stage: Stage) -> set[Raw]:
    customer = stage.books.record("customer", stage.customer("KH0001"))
    row = stage.ledger.row(PARTNERS, 渠道编码="KH0001")
    return {
        stage.org.record("Account", stage.account("KH0001"))["BillingStreet"],
        customer["addr"],
        row["地址"],
    }


def colleague(stage: Stage) -> None:
    one_contact(stage, "郑洁", "KH0001")
    one_contact(stage, "王芳", "KH0001")
    assert stage.org.record("Contact", stage.contact("王芳"))["Email"] == "changed@example.com"
    assert stage.ledger.row(CONTACTS, 姓名="王芳")["邮箱"] == "changed@example.com"


def phone_and_mail(stage: Stage) -> None:
    one_contact(stage, "王芳", "KH0001")
    (row,) = stage.contact_rows("KH0001")
    contact = stage.org.record("Contact", stage.contact("王芳"))
    kept = stage.ledger.row(CONTACTS, 姓名="王芳")
    assert (row["mobile"], row["email"]) == ("13911112222", "changed@example.com")
    assert (contact["MobilePhone"], contact["Email"]) == ("+86 139 1111 2222", "changed@example.com")
    assert (kept["手机"], kept["邮箱"]) == ("139-1111-2222", "changed@example.com")


def typed_row(stage: Stage) -> None:
    one_of(stage, NEW.name)
    assert set(stage.notes("QD-00001").values()) == {"后来补充的"}
    assert stage.ledger.row(PARTNERS, 渠道名称=NEW.name)[IDENTITY]


CRASHES = {
    "salesforce_creates_an_account": Crash(
        type_in_kingdee,
        ACCOUNT_CREATE,
        lambda s: len(s.org.records("Account")) == 5,
        edit_new_account,
        new_partner,
        "salesforce",
    ),
    "salesforce_creates_a_contact": Crash(
        type_in_kingdee,
        CONTACT_CREATE,
        lambda s: len(s.org.records("Contact")) == 5,
        edit_new_account,
        new_partner,
        "salesforce",
    ),
    "salesforce_updates": Crash(
        lambda s: s.note("workbook", "在路上的"),
        RECORDS_UPDATE,
        lambda s: s.notes()["salesforce"] == "在路上的",
        lambda s: s.org.user_edit("Account", s.account("KH0001"), {"BillingStreet": "新路 2 号"}),
        note_and(street=lambda s: street(s) == {"新路 2 号"}),
        "salesforce",
    ),
    "kingdee_creates_a_customer_with_its_contact_row": Crash(
        type_in_salesforce,
        CUSTOMER_SAVE,
        lambda s: len(s.books.records("customer")) == 5 and len(s.contact_rows(NEW.code)) == 1,
        edit_new_customer,
        new_partner,
        "kingdee",
    ),
    "kingdee_creates_a_contact_row": Crash(
        add_colleague,
        CUSTOMER_SAVE,
        lambda s: len(s.contact_rows("KH0001")) == 2,
        lambda s: change_row_of_contact(s, email="changed@example.com"),
        colleague,
        "kingdee",
    ),
    "kingdee_updates": Crash(
        lambda s: s.note("workbook", "在路上的"),
        CUSTOMER_SAVE,
        lambda s: s.notes()["kingdee"] == "在路上的",
        lambda s: s.books.user_edit("customer", s.customer("KH0001"), {"addr": "新路 2 号"}),
        note_and(street=lambda s: street(s) == {"新路 2 号"}),
        "kingdee",
    ),
    "kingdee_updates_a_contact_row": Crash(
        lambda s: s.org.user_edit("Contact", s.contact("王芳"), {"MobilePhone": "+86 139 1111 2222"}),
        CUSTOMER_SAVE,
        lambda s: s.contact_rows("KH0001")[0]["mobile"] == "13911112222",
        lambda s: change_row_of_contact(s, email="changed@example.com"),
        phone_and_mail,
        "kingdee",
    ),
    "excel_creates_a_row": Crash(
        type_in_kingdee,
        killed_after_swap(),
        lambda s: len(s.ledger.rows()) == 5,
        lambda s: s.note("workbook", "刚刚写的", NEW.code),
        new_partner,
        "workbook",
    ),
    "excel_creates_a_contact_row": Crash(
        type_in_kingdee,
        killed_after_swap(skip=1),
        lambda s: len(s.ledger.rows(CONTACTS)) == 5,
        lambda s: s.note("workbook", "刚刚写的", NEW.code),
        new_partner,
        "workbook",
    ),
    "excel_updates": Crash(
        lambda s: s.note("salesforce", "在路上的"),
        killed_after_swap(),
        lambda s: s.notes()["workbook"] == "在路上的",
        lambda s: s.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"等级说明": "刚刚写的"}),
        note_and(level=lambda s: s.ledger.row(PARTNERS, 渠道编码="KH0001")["等级说明"] == "刚刚写的"),
        "workbook",
    ),
    "excel_claims_a_row": Crash(
        type_a_row,
        killed_after_swap(),
        lambda s: bool(s.ledger.row(PARTNERS, 渠道名称=NEW.name).get(IDENTITY)),
        lambda s: s.ledger.edit(PARTNERS, {"渠道名称": NEW.name}, {"备注": "后来补充的"}),
        typed_row,
        "",
    ),
}


@pytest.mark.parametrize("crash", CRASHES.values(), ids=CRASHES.keys())
def test_after_a_kill_between_commit_and_reply_there_is_one_record_and_every_edit(
    hub_with: HubWith, crash: Crash
) -> None:
    stage = hub_with(real_time=True)
    crash.before(stage)
    assert stage.sync_elsewhere(crash.moment) == KILLED
    assert crash.taken(stage)
    assert left_open(stage) == ({crash.system} - {""})
    crash.between(stage)
    stage.close_hub()
    assert not stage.sync().failures
    stage.sync()
    crash.after(stage)
    assert left_open(stage) == set()
    at_rest(stage)


def left_open(stage: Stage) -> set[str]:
    """Systems with writes whose outcome nobody knows."""
    with stage.hub.store.read() as tx:
        return {system for system in stage.hub.systems() if tx.open_intents(system)}


def at_rest(stage: Stage) -> None:
    found = stage.hub.verify()
    assert found.clean, found.differences
    assert not {one.why for one in found.differences} & {"pending", "held", "set_aside", "lossy"}
    assert not found.unlinked
    assert not any(found.missing.values())
    assert stage.hub.conflicts() == []
    assert stage.hub.quarantined() == []
    before = stage.state()
    assert stage.sync().writes == 0
    assert stage.state() == before


@pytest.mark.parametrize("system", ["salesforce", "kingdee"])
def test_an_edit_of_the_very_field_that_was_on_its_way_stands(hub_with: HubWith, system: str) -> None:
    """The policy of each field favours the system in which the person has seen our value and written another."""
    stage = hub_with(real_time=True)
    if system == "salesforce":
        stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"等级": "金牌"})
        moment = RECORDS_UPDATE
    else:
        stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"渠道名称": "联宏股份"})
        moment = CUSTOMER_SAVE
    assert stage.sync_elsewhere(moment) == KILLED
    if system == "salesforce":
        stage.org.user_edit("Account", stage.account("KH0001"), {"Level__c": "Registered"})
    else:
        stage.books.user_edit("customer", stage.customer("KH0001"), {"name": "联宏集团"})
    stage.sync()
    stage.sync()
    row = stage.ledger.row(PARTNERS, 渠道编码="KH0001")
    assert row["等级" if system == "salesforce" else "渠道名称"] == (
        "注册" if system == "salesforce" else "联宏集团"
    )
    at_rest(stage)


def test_a_kill_in_the_first_contact_is_followed_by_the_same_plan(hub_with: HubWith) -> None:
    stage = hub_with(agreed=False, real_time=True)
    type_in_kingdee(stage)
    plan = stage.plan()
    assert stage.sync_elsewhere(killed_after_swap(skip=1), approve=plan.id) == KILLED
    stage.sync()
    stage.sync()
    one_of(stage, NEW.name)
    one_contact(stage, NEW.person, NEW.code)
    assert len(stage.ledger.rows()) == 5
    at_rest(stage)
