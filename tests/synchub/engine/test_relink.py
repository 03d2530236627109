"""Records that a system merges, databases that come out of a backup, creates that no search finds yet."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from synchub.engine.safeguards import Safeguards
from synchub.engine.sync import sync
from synchub.errors import UnapprovedPlanError
from synchub.sdk import ConditionalWrite
from synchub.store import Store, mark_restored
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector
from synchub.testing.simulator.hub import CRM
from tests.synchub.engine.conftest import ERP, OVERLAYS, MakeLab, deeds
from tests.synchub.engine.test_sync import TAX, company, seeded


def test_the_link_follows_a_record_that_its_system_merged_into_another(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.clock.tick()
    master = lab.systems["crm"].create("Account", {"Name": "上海联宏（总部）", "Region": "North"})
    lab.systems["crm"].merge("Account", crm, master)
    lab.sync()
    lab.sync()
    assert len(lab.golden()) == 1
    (golden,) = lab.golden()
    assert golden["name"] == "上海联宏（总部）"
    assert lab.systems["erp"]["customer", erp]["name"] == "上海联宏（总部）"
    with lab.store.read() as tx:
        [link] = [
            one
            for one in tx.links_of("Partner", [str(golden["id"])])[str(golden["id"])]
            if one.system == "crm"
        ]
        assert (link.external_id, link.state) == (master, "linked")
        assert "relink" in {row.op for row in tx.ledger("Partner", str(golden["id"]))}
    assert lab.sync().writes == 0
    assert lab.verify().differences == []


def test_a_merge_that_only_the_write_meets_is_followed_too(make_lab: MakeLab) -> None:
    comparing = replace(MemoryConnector.capabilities, conditional_write=ConditionalWrite.COMPARE_OLD)
    lab: Lab = make_lab(capabilities={"crm": comparing})
    crm, erp, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["erp"].edit("customer", erp, {"remark": "新备注"})
    connector = lab.connectors["sheet"]
    pull = connector.pull

    def merged_meanwhile(request: object) -> object:
        yield from pull(request)  # type: ignore[arg-type]  # passed through
        if not lab.systems["crm"].objects["Account"][crm].deleted:
            made = lab.systems["crm"].create("Account", {"Name": "上海联宏（总部）", "Region": "East"})
            lab.systems["crm"].merge("Account", crm, made)

    connector.pull = merged_meanwhile  # type: ignore[method-assign, assignment]  # on purpose
    lab.sync()
    for _ in range(2):
        lab.sync()
    assert lab.world.reach["outcome.merged_into"] == 1
    [account] = lab.systems["crm"].live("Account").values()
    assert (account["Name"], account["Note"]) == ("上海联宏（总部）", "新备注")
    assert len(lab.golden()) == 1


def test_a_record_that_a_write_found_merged_is_looked_at_before_its_agreement_is_believed(
    make_lab: MakeLab,
) -> None:
    """Seed 3701: the survivor was old, so no listing brought it, and the hub went on believing of it what it knew of the other."""
    comparing = replace(MemoryConnector.capabilities, conditional_write=ConditionalWrite.COMPARE_OLD)
    lab: Lab = make_lab(capabilities={"crm": comparing})
    old = lab.systems["crm"].create(
        "Account", {"Region": "North", "Phone": "+8657188880000"}
    )  # no name: set aside
    crm, erp, _ = seeded(lab)
    lab.clock.tick(900)
    lab.systems["erp"].edit("customer", erp, {"remark": "新备注"})
    connector = lab.connectors["sheet"]
    pull = connector.pull

    def merged_meanwhile(request: object) -> object:
        yield from pull(request)  # type: ignore[arg-type]  # passed through
        if not lab.systems["crm"].objects["Account"][crm].deleted:
            lab.systems["crm"].merge("Account", crm, old)

    connector.pull = merged_meanwhile  # type: ignore[method-assign, assignment]  # on purpose
    lab.sync()
    assert lab.world.reach["outcome.merged_into"] == 1
    with lab.store.read() as tx:
        [parked] = tx.suspects("crm-account")
    assert parked.external_id == old
    lab.clock.tick(900)
    lab.sync()
    [route] = lab.world.routes_of("crm", "Account")
    place = route.position["phone"]
    with lab.store.read() as tx:
        assert tx.suspects("crm-account") == []
        [link] = tx.links("crm-account", [old]).values()
    assert link.seen[place] == lab.systems["crm"]["Account", old]["Phone"]


def test_a_merge_of_two_golden_records_is_for_a_person_to_join(lab: Lab) -> None:
    first = lab.systems["crm"].create("Account", company(TaxId=TAX))  # type: ignore[arg-type]  # plain values
    second = lab.systems["crm"].create("Account", company(Name="另一家", Region="South"))  # type: ignore[arg-type]  # plain values
    lab.sync()
    lab.clock.tick()
    lab.systems["crm"].merge("Account", second, first)
    assert lab.sync().state == "attention"
    with lab.store.read() as tx:
        [asked] = tx.conflicts()
        assert asked.code == "E223"
        assert tx.count("Partner") == 2
    both = asked.detail["golden"]
    assert isinstance(both, list)
    deeds(lab).join("Partner", str(asked.detail["first"]), str(asked.detail["second"]))
    lab.sync()
    with lab.store.read() as tx:
        assert tx.conflicts() == []
        assert tx.count("Partner") == 1


def test_a_restored_database_only_plans_until_a_person_approves(tmp_path: Path) -> None:
    for guarded in (True, False):
        lab = Lab(tmp_path / f"lab-{guarded}", {"crm": CRM, "erp": ERP}, OVERLAYS)
        account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
        lab.sync()
        backup = tmp_path / f"backup-{guarded}.sqlite"
        lab.store.close()
        shutil.copy(lab.folder / "hub.sqlite", backup)
        lab.store = Store.open(lab.folder / "hub.sqlite", lab.entities, lab.clock)
        lab.world = replace(
            lab.world, store=lab.store, safeguards=replace(Safeguards(), restore_epoch=guarded)
        )
        lab.clock.tick()
        lab.systems["crm"].edit("Account", account, {"Note": "备份之后的修改"})
        lab.systems["erp"].lose_replies = 1
        lab.sync()
        lab.store.close()
        shutil.copy(backup, lab.folder / "hub.sqlite")
        lab.store = Store.open(lab.folder / "hub.sqlite", lab.entities, lab.clock)
        lab.world = replace(lab.world, store=lab.store)
        with lab.store.begin() as tx:
            mark_restored(tx, lab.clock.now(), backup.name)
        customer = next(iter(lab.systems["erp"].live("customer")))
        lab.systems["erp"].edit("customer", customer, {"group": "N"})
        before = len(lab.systems["crm"].written())
        if not guarded:
            sync(lab.world, "after")
            assert len(lab.systems["crm"].written()) > before
            lab.close()
            continue
        with pytest.raises(UnapprovedPlanError) as refusal:
            sync(lab.world, "after")
        assert refusal.value.code == "E103"
        assert len(lab.systems["crm"].written()) == before
        assert lab.plan().id == refusal.value.plan
        sync(lab.world, "approved", approve=refusal.value.plan)
        assert lab.systems["crm"]["Account", account]["Region"] == "North"
        assert lab.sync(approve=False).writes == 0
        assert lab.verify().differences == []
        lab.close()


def test_open_intents_of_a_backup_are_void(lab: Lab) -> None:
    crm, _, _ = seeded(lab)
    lab.systems["erp"].lose_replies = 1
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "新"})
    lab.sync()
    with lab.store.begin() as tx:
        assert mark_restored(tx, lab.clock.now()) == 1
    with lab.store.read() as tx:
        assert tx.open_intents("erp") == []
        lease = tx.leases(["erp"]).get("erp")
    assert lease is not None
    assert lease.epoch > 1_000_000


@pytest.mark.parametrize("waits", [True, False])
def test_a_create_that_no_search_finds_yet_is_not_repeated_within_the_lag(
    make_lab: MakeLab, waits: bool
) -> None:
    from synchub.sdk import CreateIdempotency

    weak = replace(MemoryConnector.capabilities, create_idempotency=CreateIdempotency.NONE, index_lag_s=300.0)
    lab: Lab = make_lab("crm", "erp", capabilities={"crm": weak})
    lab.systems["erp"].create("customer", {"name": "上海联宏", "group": "E", "number": "K1"})
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), wait_for_index=waits))
    lab.systems["crm"].lose_replies = 1
    connector = lab.connectors["crm"]
    find, pull = connector.find, connector.pull
    born = lab.clock.now()

    def lagging(*asked: object) -> object:
        late = (lab.clock.now() - born).total_seconds() > 300
        return find(*asked) if late else []  # type: ignore[arg-type]  # passed through

    def lagging_pull(request: object) -> object:
        late = (lab.clock.now() - born).total_seconds() > 300
        for page in pull(request):  # type: ignore[arg-type]  # passed through
            yield page if late else replace(page, records=[])

    connector.find = lagging  # type: ignore[method-assign, assignment]  # an index that lags
    connector.pull = lagging_pull  # type: ignore[method-assign, assignment]  # and so does the listing
    for _ in range(8):
        lab.sync()
    assert len(lab.systems["crm"].live("Account")) == (1 if waits else 2)


# -- edited mappings -------------------------------------------------------------------------------


def rewritten(lab: Lab, name: str, old: str, new: str) -> None:
    """Somebody edits a mapping file."""
    file = lab.folder / f"{name}.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    lab.world = replace(lab.make_world(), safeguards=lab.world.safeguards)


def test_what_follows_from_an_edited_mapping_waits_for_a_person(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.systems["crm"].edit("Account", crm, {"Note": "备注"})
    lab.sync()
    rewritten(lab, "erp", "  note: remark\n", "  note: memo\n")
    for _ in range(2):
        with pytest.raises(UnapprovedPlanError) as refusal:
            lab.sync(approve=False)
        assert refusal.value.code == "E104"
        assert "erp-customer" in str(refusal.value)
    assert "memo" not in lab.systems["erp"]["customer", erp]
    assert refusal.value.plan == lab.plan().id
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["memo"] == "备注"
    assert lab.sync(approve=False).writes == 0


def test_an_edit_from_which_nothing_follows_needs_nobody(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.sync()
    rewritten(lab, "erp", "  note: remark\n", "")
    assert lab.sync(approve=False).writes == 0
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Region": "South"})
    assert lab.sync(approve=False).writes > 0
    assert lab.systems["erp"]["customer", erp]["group"] == "S"


def test_only_the_edited_field_begins_anew(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.systems["crm"].edit("Account", crm, {"Note": "备注"})
    lab.sync()
    rewritten(lab, "erp", "  note: remark\n", "  note: remark\n  phone: {field: tel, as: phone}\n")
    with pytest.raises(UnapprovedPlanError):
        lab.sync(approve=False)
    assert {cell.column for cell in lab.plan().report.cells} == {"tel"}
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["tel"]


def test_without_the_approval_an_edit_is_carried_out_at_once(lab: Lab) -> None:
    seeded(lab)
    lab.sync()
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), mapping_approval=False))
    rewritten(lab, "erp", "  note: remark\n", "  note: remark\n  phone: {field: tel, as: phone}\n")
    assert lab.sync(approve=False).writes == 1


def test_the_plan_of_an_edit_names_the_newcomers_of_the_same_run(lab: Lab) -> None:
    seeded(lab)
    lab.sync()
    rewritten(lab, "erp", "  note: remark\n", "  note: remark\n  phone: {field: tel, as: phone}\n")
    lab.clock.tick()
    lab.systems["crm"].create("Account", {"Name": "广州天河", "Region": "South"})
    with pytest.raises(UnapprovedPlanError) as refusal:
        lab.sync(approve=False)
    planned = lab.plan()
    assert planned.id == refusal.value.plan
    assert "广州天河" in {cell.after for cell in planned.report.cells}
    lab.clock.tick()
    assert sync(lab.world, "approved", approve=refusal.value.plan).total("created_there") == 2
