"""Deletions: what follows from a record that is gone, what must be certain before, and what a person is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from synchub.engine.decide import Choice
from synchub.engine.deletions import set_id
from synchub.engine.joining import join_golden
from synchub.engine.limits import Limits
from synchub.engine.linking import unlink_record
from synchub.engine.safeguards import Safeguards
from synchub.errors import RejectedError
from synchub.sdk import ConditionalWrite, Outcome, PullRequest, Write
from synchub.store.rows import DELETED, LinkState, TombState
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector
from synchub.testing.simulator.hub import CRM
from tests.synchub.engine.conftest import ERP, SHEET, MakeLab, deeds, question

DELETING = {
    "crm": CRM + "on_delete: delete\n",
    "erp": ERP + "delete_there: yes\n",
    "sheet": SHEET + "在此删除: 是\n",
}
VERSIONED = replace(MemoryConnector.capabilities, conditional_write=ConditionalWrite.ETAG)
ARCHIVING = {"crm": CRM + "on_delete: {archive: {status: inactive}}\n"}


def populated(
    make_lab: MakeLab, count: int = 1, texts: dict[str, str] | None = None
) -> tuple[Lab, list[str]]:
    """Partners typed into the CRM, and brought everywhere."""
    lab: Lab = make_lab("crm", "erp", "sheet", **(texts or {}))
    accounts = [
        lab.systems["crm"].create("Account", {"Name": f"上海联宏{n}", "Region": "East", "Active": "Yes"})
        for n in range(count)
    ]
    lab.sync()
    return lab, accounts


def without(lab: Lab, **switches: bool) -> None:
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), **switches))


def a_day_later(lab: Lab) -> None:
    lab.clock.tick(25 * 3600)


def states(lab: Lab) -> dict[str, int]:
    found: dict[str, int] = {}
    with lab.store.read() as tx:
        for one in tx.tombstones(states=list(TombState)):
            found[one.state.value] = found.get(one.state.value, 0) + 1
    return found


def counts(lab: Lab) -> tuple[int, int, int]:
    return (
        len(lab.systems["crm"].live("Account")),
        len(lab.systems["erp"].live("customer")),
        len(lab.systems["sheet"].live("台账")),
    )


def test_nothing_is_deleted_elsewhere_unless_the_mapping_says_so(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    assert lab.sync().writes == 0
    assert counts(lab) == (0, 1, 1)
    assert states(lab) == {"done": 1}


def test_a_deletion_rests_for_its_grace_period_and_is_then_followed(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    assert counts(lab) == (0, 1, 1)
    assert states(lab) == {"waiting": 1}
    a_day_later(lab)
    planned = lab.plan().report
    done = lab.sync()
    assert counts(lab) == (0, 0, 0)
    assert (done.total("deleted"), done.total("deleted_there")) == (1, 2)
    assert sorted(cell.op for cell in planned.cells) == sorted(cell.op for cell in done.cells)
    assert lab.sync().total("deleted_there") == 0


def test_without_the_grace_period_it_is_followed_at_once(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)
    without(lab, grace=False)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    assert counts(lab) == (0, 0, 0)


def test_a_record_that_is_undeleted_in_time_is_linked_again_and_nothing_follows(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    lab.clock.tick()
    held = lab.systems["crm"].objects["Account"][account]
    held.deleted, held.modified = False, lab.clock.now()
    lab.systems["crm"].edit("Account", account, {"Note": "又回来了"})
    lab.sync()
    a_day_later(lab)
    lab.sync()
    assert counts(lab) == (1, 1, 1)
    assert states(lab) == {}
    assert next(iter(lab.systems["erp"].live("customer").values()))["remark"] == "又回来了"


def test_a_record_that_comes_back_after_its_deletion_lives_again(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    lab.sync()
    held = lab.systems["crm"].objects["Account"][account]
    held.deleted, held.modified = False, lab.clock.now()
    lab.sync()
    assert len(lab.golden()) == 1
    with lab.store.read() as tx:
        assert tx.count("Partner") == 1
        assert tx.links_by_state("crm-account") == {"linked": 1}


def test_an_edit_elsewhere_beats_a_deletion_and_a_person_is_asked(make_lab: MakeLab) -> None:
    for beats, expected in ((True, (0, 1, 1)), (False, (0, 0, 0))):
        lab, [account] = populated(make_lab, texts=DELETING)
        without(lab, edit_beats_delete=beats)
        lab.systems["crm"].delete("Account", account)
        lab.sync()
        customer = next(iter(lab.systems["erp"].live("customer")))
        lab.clock.tick()
        lab.systems["erp"].edit("customer", customer, {"remark": "还在用"})
        a_day_later(lab)
        report = lab.sync()
        assert counts(lab) == expected
        with lab.store.read() as tx:
            assert [one.code for one in tx.conflicts()] == (["E220"] if beats else [])
        assert (report.state == "attention") is beats


def asked_about(make_lab: MakeLab) -> tuple[Lab, str]:
    """A partner that was deleted in the CRM and edited elsewhere, so that a person is asked which of both is meant."""
    lab, [account] = populated(make_lab, texts=DELETING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    customer = next(iter(lab.systems["erp"].live("customer")))
    lab.clock.tick()
    lab.systems["erp"].edit("customer", customer, {"remark": "还在用"})
    a_day_later(lab)
    lab.sync()
    assert questions(lab) == ["E220"]
    return lab, account


def questions(lab: Lab) -> list[str]:
    with lab.store.read() as tx:
        return [one.code for one in tx.conflicts()]


def test_nobody_is_asked_about_a_deletion_whose_record_has_a_successor(make_lab: MakeLab) -> None:
    """Found by the simulator (seed 1182): the question stayed for good, and no answer to it was taken."""
    lab, _ = asked_about(make_lab)
    (golden,) = lab.golden()
    lab.systems["crm"].create("Account", {"Code": str(golden["code"]), "Name": str(golden["name"])})
    lab.sync()
    with lab.store.read() as tx:
        assert tx.links_by_state("crm-account") == {"linked": 1}
    assert questions(lab) == []


def test_nobody_is_asked_about_a_deletion_whose_record_goes_its_own_way(make_lab: MakeLab) -> None:
    lab, account = asked_about(make_lab)
    unlink_record(lab.world, "crm-account", account, "by-hand", "小王")
    assert questions(lab) == []


def test_nobody_is_asked_about_a_deletion_that_turns_out_to_be_a_merge(make_lab: MakeLab) -> None:
    lab, account = asked_about(make_lab)
    master = lab.systems["crm"].create("Account", {"Name": "杭州明州", "Region": "North"})
    lab.systems["crm"].merge("Account", account, master)
    lab.sync()
    with lab.store.read() as tx:
        assert tx.links_by_state("crm-account") == {"linked": 1}
    assert questions(lab) == []


def test_nobody_is_asked_about_a_deletion_in_a_golden_record_that_was_joined(make_lab: MakeLab) -> None:
    lab, _ = asked_about(make_lab)
    (old,) = lab.golden()
    lab.systems["crm"].create("Account", {"Name": "杭州明州", "Region": "North"})
    lab.sync()
    new = next(one for one in lab.golden() if one["name"] == "杭州明州")
    join_golden(lab.world, "Partner", str(new["id"]), str(old["id"]), "by-hand", "小王")
    assert questions(lab) == []


@pytest.mark.parametrize("delete", [True, False])
def test_a_question_about_a_deletion_is_about_what_the_record_holds_now(
    make_lab: MakeLab, *, delete: bool
) -> None:
    """Edited once more after it had been asked, it could not be answered ever again: every answer was void."""
    lab, _ = asked_about(make_lab)
    customer = next(iter(lab.systems["erp"].live("customer")))
    lab.systems["erp"].edit("customer", customer, {"remark": "又改了一次"})
    lab.sync()
    deeds(lab).decide(question(lab), Choice(delete=delete))
    lab.sync()
    assert questions(lab) == []
    assert counts(lab) == ((0, 0, 0) if delete else (0, 1, 1))


def test_nobody_is_asked_about_the_deletion_of_a_golden_record_that_was_deleted(make_lab: MakeLab) -> None:
    lab, _ = asked_about(make_lab)
    (old,) = lab.golden()
    with lab.store.begin() as tx:
        (golden,) = tx.golden("Partner", [str(old["id"])]).values()
        golden.state, golden.rev = DELETED, golden.rev + 1
        tx.update_golden("Partner", [golden], {golden.id: golden.rev - 1})
    lab.sync()
    assert questions(lab) == []


def test_nobody_is_asked_about_a_deletion_that_the_mapping_would_not_follow_any_more(
    make_lab: MakeLab,
) -> None:
    lab, _ = asked_about(make_lab)
    edited = make_lab("crm", "erp", "sheet", **{**DELETING, "crm": CRM})
    lab.world = replace(lab.world, mappings=edited.world.mappings)
    lab.sync()
    assert questions(lab) == []


def test_an_edit_that_the_hub_could_not_take_beats_a_deletion_too(make_lab: MakeLab) -> None:
    """Found by the simulator (seed 75): the record that held it was deleted, and with it what somebody had typed."""
    lab, [account] = populated(make_lab, texts=DELETING)
    customer = next(iter(lab.systems["erp"].live("customer")))
    lab.systems["crm"].delete("Account", account)
    lab.clock.tick()
    lab.systems["erp"].edit("customer", customer, {"group": "火星"})
    lab.sync()
    a_day_later(lab)
    lab.sync()
    assert counts(lab) == (0, 1, 1)
    with lab.store.read() as tx:
        assert {one.code for one in tx.conflicts()} == {"E202", "E220"}


def test_a_record_edited_between_the_decision_and_the_delete_lives_again(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    customer = next(iter(lab.systems["erp"].live("customer")))
    connector = lab.connectors["erp"]
    fetch = connector.fetch

    def edited_meanwhile(*asked: object) -> object:
        lab.systems["erp"].edit("customer", customer, {"remark": "刚刚改的"})
        connector.fetch = fetch  # type: ignore[method-assign]  # only once
        return fetch(*asked)  # type: ignore[arg-type]  # passed through

    connector.fetch = edited_meanwhile  # type: ignore[method-assign, assignment]  # on purpose
    lab.sync()
    assert customer in lab.systems["erp"].live("customer")
    (golden,) = lab.golden()
    assert golden["note"] == "刚刚改的"
    with lab.store.read() as tx:
        assert tx.count("Partner") == 1


def test_an_edit_without_meaning_does_not_bar_a_deletion(make_lab: MakeLab) -> None:
    """Seed 4152: the record had a new version and the old contents, so it was deleted under a version it had no more, and refused for good."""
    lab: Lab = make_lab("crm", "erp", **DELETING, capabilities={"erp": VERSIONED})
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.sync()
    ((customer, _),) = lab.systems["erp"].live("customer").items()
    lab.systems["erp"].edit("customer", customer, {"remark": "从这时起有版本号"})
    lab.sync()
    lab.systems["erp"].edit("customer", customer, {"memo": "not mapped"})
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    assert lab.sync().total("blocked") == 0
    assert not lab.systems["erp"].live("customer")


def test_archiving_is_a_field_that_travels(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=ARCHIVING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    assert lab.sync().total("archived") == 1
    assert counts(lab) == (0, 1, 1)
    assert next(iter(lab.systems["erp"].live("customer").values()))["enable"] in {"0", 0}
    assert next(iter(lab.systems["sheet"].live("台账").values()))["合作"] == "否"


def many_gone(make_lab: MakeLab, gone: int = 12, of: int = 20) -> tuple[Lab, list[str]]:
    lab, accounts = populated(make_lab, of, DELETING)
    lab.world = replace(lab.world, limits=Limits(grace=timedelta(0)))
    for account in accounts[:gone]:
        lab.systems["crm"].delete("Account", account)
    return lab, accounts


def test_too_many_deletions_are_withheld_and_everything_else_flows(make_lab: MakeLab) -> None:
    lab, accounts = many_gone(make_lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", accounts[-1], {"Note": "照样同步"})
    lab.systems["crm"].create("Account", {"Name": "新伙伴", "Region": "South"})
    report = lab.sync()
    assert (report.total("withheld"), report.state) == (12, "attention")
    assert [one.code for one in report.warnings] == ["E402"]
    assert counts(lab) == (9, 21, 21)
    assert "照样同步" in {one.get("remark") for one in lab.systems["erp"].live("customer").values()}
    assert lab.sync().total("withheld") == 12


def test_few_of_many_and_many_of_few_are_followed(make_lab: MakeLab) -> None:
    lab, _ = many_gone(make_lab, gone=10)
    lab.sync()
    assert counts(lab) == (10, 10, 10)


def test_without_the_thresholds_all_are_followed(make_lab: MakeLab) -> None:
    lab, _ = many_gone(make_lab)
    without(lab, thresholds=False)
    lab.sync()
    assert counts(lab) == (8, 8, 8)


def approve(lab: Lab) -> None:
    with lab.store.begin() as tx:
        withheld = [one for one in tx.tombstones() if one.state is TombState.WITHHELD]
        tx.set_tombstones([one.link_id for one in withheld], TombState.WITHHELD, set_id(withheld))


def test_an_approval_covers_the_exact_set_and_who_is_back_is_left_alone(make_lab: MakeLab) -> None:
    lab, accounts = many_gone(make_lab, gone=14, of=40)
    lab.sync()
    approve(lab)
    back = lab.systems["crm"].objects["Account"][accounts[0]]
    back.deleted = False  # with its old stamp, so that no listing shows it
    for account in accounts[20:32]:
        lab.systems["crm"].delete("Account", account)
    report = lab.sync()
    assert report.total("deleted") == 13
    assert report.total("withheld") == 12
    assert counts(lab) == (15, 27, 27)
    with lab.store.read() as tx:
        assert tx.links_by_state("crm-account")["linked"] == 15


def test_without_the_exact_set_one_approval_opens_the_door(make_lab: MakeLab) -> None:
    lab, accounts = many_gone(make_lab, gone=14, of=40)
    without(lab, exact_approval=False)
    lab.sync()
    approve(lab)
    for account in accounts[20:32]:
        lab.systems["crm"].delete("Account", account)
    assert lab.sync().total("deleted") == 26


def test_a_delete_whose_reply_is_lost_happens_once(make_lab: MakeLab) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    lab.systems["erp"].lose_replies = 1
    assert lab.sync().total("unconfirmed") == 1
    lab.sync()
    assert counts(lab) == (0, 0, 0)
    with lab.store.read() as tx:
        assert tx.open_intents("erp") == []
    assert set(states(lab)) == {"done"}


def test_a_delete_that_is_refused_is_set_aside_in_the_systems_words_and_asked_again(
    make_lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, accounts = populated(make_lab, 3, texts=DELETING)
    referenced = next(
        id for id, row in lab.systems["erp"].live("customer").items() if "上海联宏1" in row.values()
    )
    delete = MemoryConnector._delete

    def refuse(connector: MemoryConnector, request: PullRequest, write: Write) -> Outcome:
        if write.id == referenced:
            error = RejectedError("C110", system="erp", object="customer", detail="an order refers to it")
            return Outcome.of_error(error, write.id)
        return delete(connector, request, write)

    monkeypatch.setattr(MemoryConnector, "_delete", refuse)
    for account in accounts:
        lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    report = lab.sync()
    assert (report.state, report.total("set_aside"), report.total("blocked")) == ("attention", 1, 0)
    assert counts(lab) == (0, 1, 0), "the others are deleted all the same"
    with lab.store.read() as tx:
        ((aside,), intents) = tx.quarantined(), tx.open_intents("erp")
    assert (aside.external_id, aside.stage, aside.params["detail"]) == (
        referenced,
        "delete",
        "an order refers to it",
    )
    assert intents == [], "its outcome is known"
    monkeypatch.setattr(MemoryConnector, "_delete", delete)
    assert lab.sync().total("set_aside") == 0
    assert counts(lab) == (0, 0, 0)
    with lab.store.read() as tx:
        assert tx.quarantined() == []


def test_a_refused_delete_is_forgotten_when_the_record_lives_again(
    make_lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, [account] = populated(make_lab, texts=DELETING)

    def refuse(connector: MemoryConnector, request: PullRequest, write: Write) -> Outcome:
        del connector, request
        return Outcome.of_error(RejectedError("C110", system="erp", object="customer", detail="no"), write.id)

    monkeypatch.setattr(MemoryConnector, "_delete", refuse)
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    lab.sync()
    (customer,) = lab.systems["erp"].live("customer")
    lab.systems["erp"].edit("customer", customer, {"remark": "still needed"})
    lab.sync()
    with lab.store.read() as tx:
        assert tx.quarantined() == []
        assert tx.tombstones(states=[TombState.REMOVING]) == []
    assert counts(lab)[1:] == (1, 1), "nor is it deleted where nobody touched it"
    assert [record["note"] for record in lab.golden()] == ["still needed"]


def test_a_system_that_may_not_be_deleted_in_keeps_its_record_and_an_edit_there_revives(
    make_lab: MakeLab,
) -> None:
    lab, [account] = populated(make_lab, texts={"crm": DELETING["crm"]})
    lab.systems["crm"].delete("Account", account)
    lab.sync()
    a_day_later(lab)
    lab.sync()
    assert counts(lab) == (0, 1, 1)
    with lab.store.read() as tx:
        assert tx.count("Partner") == 0
    assert lab.sync().writes == 0
    customer = next(iter(lab.systems["erp"].live("customer")))
    lab.systems["erp"].edit("customer", customer, {"remark": "还在用"})
    lab.sync()
    with lab.store.read() as tx:
        assert tx.count("Partner") == 1
    assert next(iter(lab.systems["sheet"].live("台账").values()))["备注"] == "还在用"
    assert counts(lab) == (0, 1, 1)


def test_what_leaves_the_scope_is_not_deleted_and_may_be_archived(make_lab: MakeLab) -> None:
    scoped = CRM + "scope: {only: {Kind: [Partner]}, on_leave: {archive: {status: inactive}}}\n"
    scoped += "on_create: {Kind: Partner}\n"
    lab: Lab = make_lab("crm", "erp", "sheet", crm=scoped)
    account = lab.systems["crm"].create(
        "Account", {"Name": "上海联宏", "Region": "East", "Active": "Yes", "Kind": "Partner"}
    )
    lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Kind": "Customer"})
    lab.sync()
    with lab.store.read() as tx:
        assert tx.links_by_state("crm-account") == {LinkState.OUT_OF_SCOPE.value: 1}
    assert next(iter(lab.systems["erp"].live("customer").values()))["enable"] in {"0", 0}
    writes = len(lab.systems["crm"].written())
    assert lab.sync().writes == 0
    assert len(lab.systems["crm"].written()) == writes
    assert states(lab) == {}


def test_a_gone_record_is_not_created_again_unless_that_safeguard_is_off(make_lab: MakeLab) -> None:
    for never, expected in ((True, 0), (False, 1)):
        lab, _ = populated(make_lab)
        without(lab, gone_never_recreates=never)
        customer = next(iter(lab.systems["erp"].live("customer")))
        lab.systems["erp"].delete("customer", customer)
        lab.sync()
        lab.sync()
        assert len(lab.systems["erp"].live("customer")) == expected
