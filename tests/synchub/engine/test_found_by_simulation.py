"""What the simulator found, each as small as it could be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from synchub.engine.decide import Choice
from synchub.model.values import UNKNOWN
from synchub.sdk import ABSENT, ConditionalWrite, Outcome, PullRequest, RawRecord, Write
from synchub.store.rows import Conflict
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector
from synchub.testing.simulator.hub import WATCHED
from tests.synchub.engine.conftest import MAPPINGS, OVERLAYS, MakeLab
from tests.synchub.engine.test_hand import deeds, disputed
from tests.synchub.engine.test_sync import TAX, seeded

VERSIONED = replace(MemoryConnector.capabilities, conditional_write=ConditionalWrite.ETAG)


def test_an_edit_without_meaning_does_not_make_every_later_write_stale(make_lab: MakeLab) -> None:
    """Seed 0: the record had a new version and the old contents, so its etag was never taken again and no write got through."""
    lab = make_lab(capabilities={"erp": VERSIONED})
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.sync()
    lab.sync()
    (customer,) = lab.systems["erp"].live("customer")
    lab.systems["erp"].edit("customer", customer, {"memo": "not mapped"})
    lab.systems["crm"].edit("Account", account, {"Note": "一句很完整的备注"})
    lab.sync()
    assert lab.systems["erp"]["customer", customer]["remark"] == "一句很完整的备注"


def hidden(lab: Lab, column: str) -> None:
    """From now on the CRM's replies lack a column."""
    connector = lab.connectors["crm"]
    shown = connector._record

    def without(request: object, id: str) -> RawRecord:
        record = shown(request, id)  # type: ignore[arg-type]  # passed through
        places = request.columns  # type: ignore[attr-defined]  # as above
        values = zip(places, record.values, strict=True)
        return record._replace(values=tuple(ABSENT if name == column else one for name, one in values))

    connector._record = without  # type: ignore[method-assign]  # a fault, on purpose


def test_what_a_reply_does_not_show_is_not_taken_for_stored(make_lab: MakeLab) -> None:
    """Seed 22: the agreement said that the system held a value that it had never held."""
    lab = make_lab(capabilities={"crm": replace(MemoryConnector.capabilities, write_returns_record=True)})
    lab.systems["erp"].create("customer", {"name": "上海联宏", "enable": "1"})
    hidden(lab, "Active")
    lab.sync()
    (account,) = lab.systems["crm"].live("Account")
    route = next(one for one in lab.world.routes if one.name == "crm-account")
    with lab.store.read() as tx:
        link = tx.links("crm-account", [account])[account, ""]
    assert link.seen[route.position["status"]] is UNKNOWN


def test_a_blank_is_not_written_over_what_the_hub_may_not_see(lab: Lab) -> None:
    """Seed 22 again: the hub has no note, and the CRM's is hidden from it."""
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Note": "只有我们看得见"})
    hidden(lab, "Note")
    lab.sync()
    lab.sync()
    assert lab.systems["crm"]["Account", account]["Note"] == "只有我们看得见"


def test_a_row_that_lacks_a_column_is_not_written_again_to_say_nothing(lab: Lab) -> None:
    """Seed 43: a new row of the customer was written a second time, as it was."""
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.systems["crm"].create("Contact", {"AccountId": account, "Name": "王芳"})
    lab.sync()
    assert lab.sync().writes == 0


def test_a_column_that_was_not_shown_is_read_again_from_a_thin_listing(make_lab: MakeLab) -> None:
    """Seed 22, later: the version had not moved when the column was there again, so its value was never read."""
    lab = make_lab()
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes"})
    connector = lab.connectors["crm"]
    shown = connector._record

    def printed(request: object, id: str) -> RawRecord:
        return shown(request, id)._replace(fingerprint="v1")  # type: ignore[arg-type]  # passed through

    connector._record = printed  # type: ignore[method-assign]  # a listing that is thin
    whole = connector._record
    hidden(lab, "Active")
    lab.sync()
    assert account not in _known(lab)
    connector._record = whole  # type: ignore[method-assign]  # and back
    lab.systems["crm"].edit("Account", account, {})
    lab.sync()
    assert account in _known(lab)


def _known(lab: Lab) -> set[str]:
    """The records of the CRM that need no detail call."""
    with lab.store.read() as tx:
        links = tx.links("crm-account", list(lab.systems["crm"].live("Account")))
    return {id for (id, _), link in links.items() if link.fingerprint}


def test_a_hub_in_memory_can_rehearse(tmp_path: Path) -> None:
    """A rehearsal asked the store that it rehearses on, and a store in memory has one connection only."""
    lab = Lab(tmp_path, MAPPINGS, OVERLAYS, database=":memory:")
    assert lab.plan().report.writes == 0
    lab.close()


def given_to_another(lab: Lab) -> tuple[str, str]:
    """A customer was deleted and its id given to a new one, which is as blank as new customers are; the CRM's and the ERP's ids."""
    crm, erp, _ = seeded(lab)
    lab.sync()
    lab.clock.tick()
    lab.systems["erp"].delete("customer", erp)
    del lab.systems["erp"].objects["customer"][erp]
    lab.systems["erp"].create("customer", {"name": "广州天河"}, id=erp)
    return crm, erp


def set_aside(lab: Lab) -> list[str]:
    with lab.store.read() as tx:
        return [one.code for one in tx.quarantined()]


def test_an_id_given_to_another_record_takes_nothing_from_the_old_one(lab: Lab) -> None:
    """Seed 186: the blanks of the new customer erased the code and the tax number of the old one everywhere."""
    crm, erp = given_to_another(lab)
    lab.sync()
    account = lab.systems["crm"]["Account", crm]
    assert (account["Name"], account["TaxId"], account["Code"]) == ("上海联宏", TAX, "QD-00001")
    assert lab.systems["erp"]["customer", erp] == {"name": "广州天河"}
    assert set_aside(lab) == ["E304"]
    assert lab.sync().writes == 0


def test_the_other_record_is_split_off_by_a_person(lab: Lab) -> None:
    crm, erp = given_to_another(lab)
    lab.sync()
    deeds(lab).split("Partner", lab.golden()[0]["id"], [("erp-customer", erp)])  # type: ignore[arg-type]  # an id is a text
    lab.sync()
    assert sorted(str(one["name"]) for one in lab.golden()) == ["上海联宏", "广州天河"]
    assert lab.systems["crm"]["Account", crm]["TaxId"] == TAX
    assert {one["Name"] for one in lab.systems["crm"].live("Account").values()} == {"上海联宏", "广州天河"}
    assert set_aside(lab) == []


def test_a_person_may_say_that_it_is_the_same_record(lab: Lab) -> None:
    _, erp = given_to_another(lab)
    lab.sync()
    deeds(lab).link("erp-customer", erp, lab.golden()[0]["id"])  # type: ignore[arg-type]  # an id is a text
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["taxpayer_no"] == TAX
    assert set_aside(lab) == []


def test_whoever_renames_a_record_and_corrects_its_number_has_the_same_record_in_mind(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.sync()
    lab.systems["erp"].edit("customer", erp, {"name": "上海联宏科技", "number": "K7"})
    lab.sync()
    account = lab.systems["crm"]["Account", crm]
    assert (account["Name"], account["TaxId"], account["Code"]) == ("上海联宏科技", TAX, "K7")
    assert set_aside(lab) == []


def test_an_id_given_to_a_record_that_has_nothing_in_common_is_noticed_by_one_key(lab: Lab) -> None:
    """Seed 796: with a single key to tell it by, the blanks of the new record erased the note of the old one everywhere."""
    crm = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes", "Note": "备注"})
    lab.sync()
    lab.sync()
    [erp] = lab.systems["erp"].live("customer")
    lab.clock.tick()
    lab.systems["crm"].delete("Account", crm)
    del lab.systems["crm"].objects["Account"][crm]
    lab.systems["crm"].create("Account", {"Name": "广州天河"}, id=crm)
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["remark"] == "备注"
    assert set_aside(lab) == ["E304"]


def test_who_renames_a_record_and_corrects_its_only_key_has_the_same_record_in_mind(lab: Lab) -> None:
    crm = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes", "Note": "备注"})
    lab.sync()
    lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Name": "上海联宏科技", "Code": "K9"})
    lab.sync()
    assert set_aside(lab) == []
    assert lab.golden()[0]["name"] == "上海联宏科技"


def questions(lab: Lab) -> list[Conflict]:
    with lab.store.read() as tx:
        return tx.conflicts()


@pytest.mark.parametrize("lagging", [False, True])
def test_what_a_person_types_into_a_record_made_without_a_word_is_asked_about(
    make_lab: MakeLab, *, lagging: bool
) -> None:
    """Seeds 1007 and 1505: it met the hub for the first time, so that a system of higher rank wrote over it.

    Of what is not what was sent nobody can tell whether the system made it or a person typed it.
    """
    late = replace(MemoryConnector.capabilities, index_lag_s=600)
    lab = make_lab("crm", "erp", "sheet", capabilities={"crm": late} if lagging else None)
    customer = lab.systems["erp"].create("customer", {"name": "上海联宏", "remark": "短", "enable": "1"})
    lab.systems["crm"].lose_replies = 1
    lab.sync()
    (account,) = lab.systems["crm"].live("Account")
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Name": "广州天河", "Note": ""})
    if lagging:
        lab.connectors["crm"].find = lambda *_: []  # type: ignore[method-assign]  # the list shows it before the index does
    for _ in range(3):
        lab.sync()
    assert lab.systems["crm"]["Account", account]["Name"] == "广州天河"
    assert lab.systems["erp"]["customer", customer]["name"] == "上海联宏"
    assert lab.systems["crm"]["Account", account]["Note"] == "短"
    assert [(one.code, one.field) for one in questions(lab)] == [("E208", "name")]
    deeds(lab).decide(questions(lab)[0].id, Choice(take="system"))
    lab.sync()
    assert lab.systems["erp"]["customer", customer]["name"] == "广州天河"
    assert not questions(lab)
    assert lab.sync().writes == 0


def watched(make_lab: MakeLab) -> tuple[Lab, str, str]:
    """A row of a sheet that the hub only reads, and the customer that was made of it; the ERP outranks the sheet."""
    lab = make_lab("crm", "erp", "sheet", sheet=WATCHED)
    row = lab.systems["sheet"].create("台账", {"名称": "上海联宏", "备注": "短"})
    lab.sync()
    [customer] = lab.systems["erp"].live("customer")
    return lab, row, customer


def test_a_column_the_hub_only_reads_is_heard_after_somebody_else_has_changed_the_field(
    make_lab: MakeLab,
) -> None:
    """Seed 2091: the news of others never went there, so each later edit of it passed for a conflict with them, and was beaten."""
    lab, row, customer = watched(make_lab)
    lab.systems["erp"].edit("customer", customer, {"name": "上海联宏科技", "remark": "一句很完整的备注"})
    lab.sync()
    lab.systems["sheet"].edit("台账", row, {"名称": "广州天河", "备注": "拒"})
    assert lab.sync().total("conflicts_settled") == 0
    assert (lab.golden()[0]["name"], lab.golden()[0]["note"]) == ("广州天河", "拒")


def test_who_lost_a_conflict_in_a_column_the_hub_only_reads_is_heard_with_the_next_edit(
    make_lab: MakeLab,
) -> None:
    lab, row, customer = watched(make_lab)
    lab.systems["erp"].edit("customer", customer, {"name": "上海联宏科技"})
    lab.systems["sheet"].edit("台账", row, {"名称": "广州天河"})
    assert lab.sync().total("conflicts_settled") == 1
    assert lab.golden()[0]["name"] == "上海联宏科技"
    lab.systems["sheet"].edit("台账", row, {"名称": "广州天河贸易"})
    assert lab.sync().total("conflicts_settled") == 0
    assert lab.golden()[0]["name"] == "广州天河贸易"


def doubtful_look(lab: Lab, row: str, customer: str) -> None:
    """A look at the row that is older than what is held, in the run that brings the ERP's news."""
    lab.sync()
    held = lab.systems["sheet"].objects["台账"][row]
    held.values["名称"] = "广州天河"
    held.modified -= timedelta(seconds=30)
    lab.systems["erp"].edit("customer", customer, {"name": "上海联宏科技"})
    lab.clock.tick(90_000)  # the sweep of the day
    assert lab.sync().total("doubtful") == 1
    lab.clock.tick(120)


def test_news_pass_by_no_doubtful_look_at_a_column_the_hub_only_reads(make_lab: MakeLab) -> None:
    """The edit with an old stamp was made before anybody knew of the other one: the policy decides between them."""
    lab, row, customer = watched(make_lab)
    doubtful_look(lab, row, customer)
    lab.sync()
    assert lab.golden()[0]["name"] == "上海联宏科技"


def test_news_are_noted_once_a_doubtful_look_has_turned_out_to_be_a_replica_that_lagged(
    make_lab: MakeLab,
) -> None:
    lab, row, customer = watched(make_lab)
    doubtful_look(lab, row, customer)
    held = lab.systems["sheet"].objects["台账"][row]
    held.values["名称"] = "上海联宏"
    held.modified += timedelta(seconds=30)
    lab.sync()
    lab.systems["sheet"].edit("台账", row, {"名称": "广州天河"})
    assert lab.sync().total("conflicts_settled") == 0
    assert lab.golden()[0]["name"] == "广州天河"


def test_a_question_about_a_column_the_hub_only_reads_stays_a_question(make_lab: MakeLab) -> None:
    """Looked at again, the value that was asked about is no later edit."""
    lab, row, customer = watched(make_lab)
    lab.systems["erp"].edit("customer", customer, {"enable": "1"})
    lab.systems["sheet"].edit("台账", row, {"合作": "否"})
    assert lab.sync().total("held") == 1
    lab.systems["sheet"].edit("台账", row, {"电话": "13800138000"})
    lab.sync()
    assert (lab.golden()[0]["status"], lab.golden()[0]["phone"]) == ("active", "+8613800138000")
    with lab.store.read() as tx:
        assert [one.field for one in tx.conflicts()] == ["status"]


def test_what_a_person_is_asked_about_is_not_taken_because_a_third_edit_went_back(lab: Lab) -> None:
    """Seed 2222: whose value was taken, when the third one came, depended on who had been read first in the dispute."""
    _, erp, sheet = disputed(lab)
    lab.systems["erp"].edit("customer", erp, {"enable": "1"})
    lab.sync()
    lab.sync()
    assert lab.golden()[0]["status"] == "active"
    assert lab.systems["sheet"]["台账", sheet]["合作"] == "否"
    with lab.store.read() as tx:
        assert [(one.system, one.field) for one in tx.conflicts()] == [("sheet", "status")]


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_lagging_replica_reads_back_of_a_write_is_not_what_was_stored(
    make_lab: MakeLab, *, kept: bool
) -> None:
    """Seed 1857: it showed the version from before the write, so what a short column had made of the name passed for an edit, and went everywhere."""
    lab = make_lab("crm", "erp", capabilities={"crm": VERSIONED})
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏"})
    lab.sync()
    [customer] = lab.systems["erp"].live("customer")
    lab.systems["crm"].stored = lambda column, value: (
        value if column != "Name" else str(value)[:6] if kept else "上海联宏"
    )
    read_back_old(lab, account)
    lab.systems["erp"].edit("customer", customer, {"name": "上海联宏科技有限公司"})
    lab.sync()
    assert sum(lab.sync().writes for _ in range(3)) == 0
    assert lab.golden()[0]["name"] == "上海联宏科技有限公司"
    assert lab.systems["crm"]["Account", account]["Name"] == ("上海联宏科技" if kept else "上海联宏")


def read_back_old(lab: Lab, account: str) -> None:
    """What is read right after the next write to the CRM is the record as it was before."""
    connector = lab.connectors["crm"]
    fetch, push = connector.fetch, connector.push

    def pushed(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        old = fetch(request, [account])
        connector.push = push  # type: ignore[method-assign]  # only once

        def stale(request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
            connector.fetch = fetch  # type: ignore[method-assign]  # as above
            return old

        outcomes = push(request, writes)
        connector.fetch = stale  # type: ignore[method-assign]  # a replica that lags
        return outcomes

    connector.push = pushed  # type: ignore[method-assign]  # as above


def test_a_record_that_was_listed_before_its_create_was_settled_waits_for_no_match(
    make_lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seed 2679: it was linked when its number could be searched for, and founded a second golden record right after."""
    late = replace(MemoryConnector.capabilities, index_lag_s=90)
    lab = make_lab("crm", "erp", capabilities={"crm": late})
    lab.systems["erp"].create("customer", {"name": "上海联宏"})
    lab.systems["crm"].lose_replies = 1
    lab.sync()

    def die(*_: object) -> set[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("synchub.engine.reconcile.match_route", die)
        dying.setattr(lab.connectors["crm"], "find", lambda *_: [])
        with pytest.raises(KeyboardInterrupt):
            lab.sync()
    with lab.store.read() as tx:
        assert tx.count_unlinked("crm-account") == 1, "listed, and still too early to be searched for"
    lab.clock.tick(60)
    lab.sync()
    with lab.store.read() as tx:
        assert tx.count_unlinked("crm-account") == 0
    assert len(lab.golden()) == len(lab.systems["crm"].live("Account")) == 1


def test_a_record_that_has_got_the_number_of_a_create_nobody_heard_of_is_not_that_create(
    make_lab: MakeLab,
) -> None:
    """Seed 3791: it belonged to somebody already, and was linked a second time."""
    lab = make_lab("crm", "erp")
    crm, erp = lab.systems["crm"], lab.systems["erp"]
    account = crm.create("Account", {"Code": "K2", "Name": "广州天河"})
    lab.sync()
    [mine] = erp.live("customer")
    erp.lose_replies = 1
    crm.create("Account", {"Code": "K3", "Name": "上海联宏"})
    lab.sync()
    [created] = erp.live("customer").keys() - {mine}
    erp.delete("customer", created)
    lab.clock.tick()
    erp.edit("customer", mine, {"number": "K3"})
    lab.sync()
    lab.sync()
    with lab.store.read() as tx:
        [link] = tx.links("erp-customer", [mine]).values()
        [owner] = tx.links("crm-account", [account]).values()
    assert link.entity_id == owner.entity_id
