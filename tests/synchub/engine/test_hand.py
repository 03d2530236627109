"""What people do by hand: decide, take back, try again, link, join, split, pause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synchub.engine.decide import Choice
from synchub.engine.leasing import leased
from synchub.engine.report import RunReport
from synchub.errors import LeaseHeldError, UserError
from synchub.store.rows import TombState
from synchub.testing.lab import Lab
from synchub.testing.memory import take_all
from synchub.testing.simulator.hub import CRM
from tests.synchub.engine.conftest import ERP, SHEET, MakeLab, deeds, question
from tests.synchub.engine.test_deletions import DELETING, a_day_later, counts, many_gone, populated
from tests.synchub.engine.test_sync import TAX, company, seeded

MAPPINGS_ERP_NO_CREATE = ERP.replace("create_there: yes", "create_there: no")
CRM_NO_CREATE = CRM.replace("create_there: yes", "create_there: no")


def refused(code: str, work: object) -> None:
    assert callable(work)
    with pytest.raises(UserError) as found:
        work()
    assert found.value.code == code


def disputed(lab: Lab) -> tuple[str, str, str]:
    """Status under review: CRM says no, the workbook clears it."""
    crm, erp, sheet = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Active": None})
    lab.systems["sheet"].edit("台账", sheet, {"合作": "否"})
    lab.sync()
    return crm, erp, sheet


# -- decide ----------------------------------------------------------------------------------------


def test_a_decision_for_the_hub_goes_back_to_the_system(lab: Lab) -> None:
    _, _, sheet = disputed(lab)
    deeds(lab).decide(question(lab), Choice(take="hub"))
    lab.sync()
    assert lab.systems["sheet"]["台账", sheet].get("合作") is None
    with lab.store.read() as tx:
        assert tx.conflicts() == []
    assert lab.sync().writes == 0


def test_a_decision_for_the_system_goes_everywhere_else(lab: Lab) -> None:
    crm, _, sheet = disputed(lab)
    deeds(lab).decide(question(lab), Choice(take="system"))
    lab.sync()
    assert lab.systems["crm"]["Account", crm]["Active"] == "No"
    assert lab.systems["sheet"]["台账", sheet]["合作"] == "否"
    assert lab.verify().differences == []


def test_a_decision_for_a_third_value_goes_to_both(lab: Lab) -> None:
    crm, _, sheet = disputed(lab)
    deeds(lab).decide(question(lab), Choice(value="active"))
    lab.sync()
    assert lab.systems["crm"]["Account", crm]["Active"] == "Yes"
    assert lab.systems["sheet"]["台账", sheet]["合作"] == "是"


def test_a_decision_is_void_when_the_system_has_moved_and_a_wrong_answer_is_refused(lab: Lab) -> None:
    _, _, sheet = disputed(lab)
    asked = question(lab)
    refused("E231", lambda: deeds(lab).decide("NOSUCH", Choice(take="hub")))
    refused("E233", lambda: deeds(lab).decide(asked, Choice(delete=True)))
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"合作": "是"})
    refused("E232", lambda: deeds(lab).decide(asked, Choice(take="system")))


def test_a_question_about_a_record_that_was_set_aside_is_answered_when_that_is_settled(
    make_lab: MakeLab,
) -> None:
    lab = make_lab(sheet=SHEET.replace("华北区: 华北}}", "华北区: 华北}, 其它: 报错}"))
    _, _, sheet = disputed(lab)
    asked = question(lab)
    lab.systems["sheet"].edit("台账", sheet, {"区域": "火星"})
    assert lab.sync().total("set_aside") == 1
    refused("E236", lambda: deeds(lab).decide(asked, Choice(take="hub")))
    lab.systems["sheet"].edit("台账", sheet, {"区域": "华东区"})
    lab.sync()
    deeds(lab).decide(asked, Choice(take="hub"))


def test_a_decision_is_void_when_the_hub_has_moved(lab: Lab) -> None:
    crm, _, _ = disputed(lab)
    asked = question(lab)
    deeds(lab).pause("sheet")
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Active": "Yes"})
    lab.sync()
    refused("E232", lambda: deeds(lab).decide(asked, Choice(take="system")))


def test_a_deletion_that_is_asked_about_is_kept_or_followed(make_lab: MakeLab) -> None:
    for delete, expected in ((True, (0, 0, 0)), (False, (0, 1, 1))):
        lab, [account] = populated(make_lab, texts=DELETING)
        lab.systems["crm"].delete("Account", account)
        lab.sync()
        customer = next(iter(lab.systems["erp"].live("customer")))
        lab.systems["erp"].edit("customer", customer, {"remark": "还在用"})
        a_day_later(lab)
        lab.sync()
        deeds(lab).decide(question(lab), Choice(delete=delete))
        lab.sync()
        lab.sync()
        assert counts(lab) == expected
        with lab.store.read() as tx:
            assert tx.conflicts() == []


def test_deletions_are_approved_by_the_name_of_their_set_or_kept_one_by_one(make_lab: MakeLab) -> None:
    lab, accounts = many_gone(make_lab, gone=14, of=40)
    lab.sync()
    hand = deeds(lab)
    found = hand.deletions()
    assert {one.state for one in found.waiting} == {TombState.WITHHELD}
    [name] = found.sets.values()
    assert hand.keep([accounts[0]]) == 1
    refused("E271", lambda: hand.approve_deletions(name))
    [name] = hand.deletions().sets.values()
    assert hand.approve_deletions(name.lower()) == 13
    assert lab.sync().total("deleted") == 13
    refused("E272", lambda: hand.keep(["nobody"]))
    assert counts(lab) == (26, 27, 27)


# -- undo ------------------------------------------------------------------------------------------


def test_a_run_is_taken_back_everywhere_and_later_edits_survive(lab: Lab) -> None:
    crm, erp, sheet = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "误改的备注", "Region": "North", "Name": "误改的名称"})
    run = lab.sync().run
    lab.clock.tick(300)
    lab.systems["erp"].edit("customer", erp, {"name": "后来正确的名称"})
    done = deeds(lab).undo(run)
    assert (done.fields, done.records) == (2, 1)
    assert [one[2] for one in done.later] == ["name"]
    row = lab.systems["sheet"]["台账", sheet]
    assert (row["名称"], row["区域"], row.get("备注")) == ("后来正确的名称", "华东区", None)
    assert lab.systems["crm"]["Account", crm]["Region"] == "East"
    assert lab.sync().writes == 0
    again = deeds(lab).undo(done.report.run if done.report else "")
    assert again.fields == 3
    assert lab.systems["crm"]["Account", crm]["Note"] == "误改的备注"


def test_what_a_run_created_is_told_and_stays(lab: Lab) -> None:
    lab.systems["crm"].create("Account", company(TaxId=TAX))  # type: ignore[arg-type]  # plain values
    run = lab.sync().run
    done = deeds(lab).undo(run)
    assert {one[2] for one in done.created} == {"hub", "erp", "sheet"}
    assert len(lab.systems["erp"].live("customer")) == 1
    refused("E261", lambda: deeds(lab).undo("NOSUCH"))


# -- retry -----------------------------------------------------------------------------------------


def test_a_refused_write_is_tried_again_when_asked(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.systems["erp"].refuse = lambda values: "暂不接受" if values.get("remark") else ""
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "备注"})
    assert lab.sync().total("set_aside") == 1
    lab.systems["erp"].refuse = take_all
    assert lab.sync().writes == 0
    report, count = deeds(lab).retry()
    assert (count, report.total("updated_there")) == (1, 1)
    assert lab.systems["erp"]["customer", erp]["remark"] == "备注"
    with lab.store.read() as tx:
        assert tx.quarantined() == []


# -- link, join, split -----------------------------------------------------------------------------


def test_an_unlinked_record_goes_its_own_way_until_it_is_linked_again(lab: Lab) -> None:
    crm, _, sheet = seeded(lab)
    hand = deeds(lab)
    golden = hand.unlink("台账", sheet)
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"备注": "只在表里"})
    lab.systems["crm"].edit("Account", crm, {"Region": "South"})
    assert lab.sync().state == "done"
    row = lab.systems["sheet"]["台账", sheet]
    assert (row["区域"], row["备注"]) == ("华东区", "只在表里")
    assert all("note" not in one for one in lab.golden())
    assert len(lab.systems["sheet"].live("台账")) == 1
    refused("E245", lambda: hand.unlink("台账", sheet))
    hand.link("台账", sheet, golden)
    lab.sync()
    assert lab.systems["crm"]["Account", crm]["Note"] == "只在表里"
    assert lab.verify().differences == []


def test_a_duplicate_that_waits_is_linked_by_hand(lab: Lab) -> None:
    _, _, sheet = seeded(lab)
    (golden,) = lab.golden()
    other = lab.systems["sheet"].create("台账", {"名称": "上海联宏", "区域": "华东区", "备注": "重复的一行"})
    lab.sync()
    hand = deeds(lab)
    refused("E244", lambda: hand.link("台账", other, str(golden["id"])))
    hand.unlink("台账", sheet)
    hand.link("台账", other, str(golden["id"]))
    lab.sync()
    with lab.store.read() as tx:
        assert tx.conflicts() == []
    assert lab.golden()[0]["note"] == "重复的一行"
    refused("E241", lambda: hand.link("nowhere", other, str(golden["id"])))
    refused("E242", lambda: hand.link("台账", "nobody", str(golden["id"])))


def test_a_namesake_that_is_another_firm_becomes_a_record_of_its_own(lab: Lab) -> None:
    """Nobody's data need be falsified to say that two are two."""
    _, _, sheet = seeded(lab)
    other = lab.systems["sheet"].create("台账", {"名称": "上海联宏", "区域": "华东区", "备注": "另一家"})
    lab.sync()
    with lab.store.read() as tx:
        assert [(one.code, one.external_id) for one in tx.conflicts()] == [("E213", other)]
    golden = deeds(lab).link("台账", other, None)
    assert golden in {one["id"] for one in lab.golden()}
    for _ in range(2):
        lab.clock.tick()
        assert lab.sync().state == "done"
    assert [one.get("备注") for one in lab.systems["sheet"].live("台账").values()] == [None, "另一家"]
    assert len(lab.systems["crm"].live("Account")) == len(lab.systems["erp"].live("customer")) == 2
    assert lab.verify().differences == []
    refused("E243", lambda: deeds(lab).link("台账", other, None))
    refused("E243", lambda: deeds(lab).link("台账", sheet, None))


def test_twins_of_a_first_contact_are_two_when_a_person_says_so(make_lab: MakeLab) -> None:
    lab: Lab = make_lab("crm", "erp")
    for note in ("一", "二"):
        lab.systems["crm"].create("Account", company(Note=note))  # type: ignore[arg-type]  # plain values
    lab.sync()
    with lab.store.read() as tx:
        twins = sorted(one.external_id for one in tx.conflicts() if one.code == "E215")
    assert len(twins) == 2
    deeds(lab).link("crm-account", twins[0], None)
    lab.clock.tick()
    lab.sync()
    deeds(lab).link("crm-account", twins[1], None)
    for _ in range(2):
        lab.clock.tick()
        lab.sync()
    assert sorted(str(one["remark"]) for one in lab.systems["erp"].live("customer").values()) == ["一", "二"]
    with lab.store.read() as tx:
        assert tx.conflicts() == []
    assert lab.verify().differences == []


def test_what_waited_for_a_record_that_is_linked_by_hand_goes_on(lab: Lab) -> None:
    seeded(lab)
    crm = lab.systems["crm"]
    partner = crm.create("Account", company(Note="另一家"))  # type: ignore[arg-type]  # plain values
    crm.create("Contact", {"AccountId": partner, "Name": "王芳"})
    lab.sync()
    with lab.store.read() as tx:
        assert [one.external_id for one in tx.conflicts()] == [partner]
    deeds(lab).link("crm-account", partner, None)
    for _ in range(2):
        lab.clock.tick()
        lab.sync()
    contacts = [one for one in lab.systems["erp"].live("customer").values() if one.get("contacts")]
    assert [one["contacts"][0]["person"] for one in contacts] == ["王芳"]  # type: ignore[index, call-overload]  # a list of rows
    assert lab.verify().differences == []


def test_who_lacks_what_a_record_must_have_founds_none(lab: Lab) -> None:
    nameless = lab.systems["sheet"].create("台账", {"名称": None, "区域": "华东区"})
    lab.sync()
    refused("E301", lambda: deeds(lab).link("台账", nameless, None))


def two_partners(lab: Lab) -> tuple[str, str]:
    first = lab.systems["crm"].create("Account", company(TaxId=TAX))  # type: ignore[arg-type]  # plain values
    second = lab.systems["crm"].create(
        "Account",
        company(Name="上海联宏科技", Region="South", Phone="13800138000"),  # type: ignore[arg-type]  # plain values
    )
    lab.systems["crm"].create("Contact", {"AccountId": second, "Name": "王芳"})
    lab.sync()
    return first, second


def ids(lab: Lab) -> dict[str, str]:
    return {str(one["name"]): str(one["id"]) for one in lab.golden()}


def test_two_golden_records_that_are_one_are_joined_with_their_links_and_references(lab: Lab) -> None:
    first, second = two_partners(lab)
    found = ids(lab)
    keep, gone = found["上海联宏"], found["上海联宏科技"]
    done = deeds(lab).join("Partner", keep, gone)
    assert (len(done.released), done.references) == (3, 1)
    lab.sync()
    lab.sync()
    with lab.store.read() as tx:
        assert tx.count("Partner") == 1
        assert tx.golden("Partner", [gone])[gone].merged_into == keep
    assert lab.golden()[0]["phone"] == "+8613800138000"
    [contact] = lab.systems["crm"].live("Contact").values()
    assert contact["AccountId"] == first
    assert lab.systems["crm"]["Account", second]["Name"] == "上海联宏科技"
    assert lab.sync().writes == 0
    refused("E247", lambda: deeds(lab).join("Partner", keep, gone))


def test_links_move_to_the_survivor_where_it_has_none(make_lab: MakeLab) -> None:
    lab: Lab = make_lab("crm", "erp", erp=MAPPINGS_ERP_NO_CREATE, crm=CRM_NO_CREATE)
    lab.systems["crm"].create("Account", company())  # type: ignore[arg-type]  # plain values
    customer = lab.systems["erp"].create("customer", {"name": "另一个名字", "group": "S", "number": "K1"})
    lab.sync()
    found = ids(lab)
    done = deeds(lab).join("Partner", found["上海联宏"], found["另一个名字"])
    assert [one.external_id for one in done.moved] == [customer]
    lab.sync()
    assert lab.systems["erp"]["customer", customer]["name"] == "上海联宏"
    assert lab.systems["erp"]["customer", customer]["number"] == "K1"
    assert len(lab.golden()) == 1


def test_a_golden_record_that_is_two_is_split(lab: Lab) -> None:
    crm, _, sheet = seeded(lab)
    (golden,) = lab.golden()
    hand = deeds(lab)
    refused("E246", lambda: hand.split("Partner", str(golden["id"]), []))
    refused("E245", lambda: hand.split("Partner", str(golden["id"]), [("台账", "nobody")]))
    new = hand.split("Partner", str(golden["id"]), [("台账", sheet)])
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"名称": "另一家公司", "税号": None, "编码": None})
    lab.sync()
    lab.sync()
    names = {str(one["id"]): one["name"] for one in lab.golden()}
    assert names == {str(golden["id"]): "上海联宏", new: "另一家公司"}
    assert lab.systems["crm"]["Account", crm]["Name"] == "上海联宏"
    assert len(lab.systems["crm"].live("Account")) == 2
    assert len(lab.systems["sheet"].live("台账")) == 1, "what carries the old id there is not overwritten"


# -- pause -----------------------------------------------------------------------------------------


def test_a_paused_system_is_left_alone_and_catches_up(lab: Lab) -> None:
    crm, erp, sheet = seeded(lab)
    hand = deeds(lab)
    hand.pause("erp")
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "一句很完整的备注"})
    lab.systems["erp"].edit("customer", erp, {"group": "N"})
    calls = lab.connectors["erp"].calls
    lab.sync()
    assert lab.connectors["erp"].calls == calls
    assert lab.systems["sheet"]["台账", sheet]["备注"] == "一句很完整的备注"
    hand.resume("erp")
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["remark"] == "一句很完整的备注"
    assert lab.systems["sheet"]["台账", sheet]["区域"] == "华北区"
    refused("E252", lambda: hand.resume("erp"))
    refused("E251", lambda: hand.pause("moon"))


def test_a_paused_object_is_left_alone_and_the_others_of_its_system_go_on(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    deeds(lab).pause("crm", "Contact")
    lab.systems["crm"].create("Contact", {"AccountId": crm, "Name": "王芳"})
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "一句很完整的备注"})
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["remark"] == "一句很完整的备注"
    assert not lab.systems["erp"]["customer", erp].get("contacts")
    deeds(lab).resume("crm", "Contact")
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["contacts"]


def test_a_paused_field_is_neither_read_nor_written_and_catches_up(lab: Lab) -> None:
    crm, erp, sheet = seeded(lab)
    hand = deeds(lab)
    hand.pause("crm", "Account", "note")
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "暂停期间写的长备注", "Region": "South"})
    lab.systems["erp"].edit("customer", erp, {"remark": "短"})
    lab.sync()
    assert lab.systems["crm"]["Account", crm]["Note"] == "暂停期间写的长备注"
    assert lab.systems["sheet"]["台账", sheet]["备注"] == "短"
    assert lab.systems["sheet"]["台账", sheet]["区域"] == "华南区"
    hand.resume("crm", "Account", "note")
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["remark"] == "暂停期间写的长备注"
    assert lab.verify().differences == []


def test_a_field_is_not_resumed_under_a_run_whose_cursor_would_undo_it(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    hand = deeds(lab)
    hand.pause("crm", "Account", "note")
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "暂停期间写的"})
    with leased(replace(lab.world, holder="a running sync"), RunReport("run", "sync"), {"crm"}):
        with pytest.raises(LeaseHeldError) as busy:
            hand.resume("crm", "Account", "note")
        assert busy.value.code == "E501"
        assert [one.field for one in hand.pauses()] == ["note"]
    hand.resume("crm", "Account", "note")
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["remark"] == "暂停期间写的"
