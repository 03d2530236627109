"""When the oracle takes an edit for disputed: two people have typed into one field, and neither could know of the other."""

from __future__ import annotations

import msgspec
import pytest

from synchub.sdk import Raw
from synchub.testing.simulator.checks import BrokenError
from synchub.testing.simulator.checks.edits import check_edits
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.remaps import REMAPS
from synchub.testing.simulator.traits import REFUSED
from tests.simulation.one_partner import left_out, lost, made, sync, taken_back, typed

(NO_ERP_NOTE,) = [n for n, one in enumerate(REMAPS) if (one.mapping, one.field) == ("erp-customer", "note")]
CRM_NOTE = ("crm", "Account", "Note")
ERP_NOTE = ("erp", "customer", "remark")


def test_what_was_typed_into_a_record_that_could_not_be_linked_yet_disputes_what_was_typed_meanwhile(
    world: Simulation,
) -> None:
    """Seeds 7867, 9180, 15348 and 19917: an account deleted and typed in again waits for its place; at first contact the CRM outranks the sheet.

    That its name stood in the sheet already tells nobody of it.
    """
    crm = world.systems["crm"]
    (former,) = crm.live("Account")
    made(world, "crm", "Account", {"Code": "QD-00001", "Name": "上海联宏"})
    sync(world)
    typed(world, "sheet", "台账", "名称", "广州天河")
    crm.delete("Account", former)
    sync(world)
    sync(world)
    with world.store.begin() as tx:
        assert tx.links("crm-account", list(crm.live("Account"))), "linked by now"
    check_edits(world)
    typed(world, "sheet", "台账", "名称", "Beta Trading")
    sync(world)
    lost(world, "name", "上海联宏")


def test_what_a_system_refuses_to_take_disputes_what_is_typed_there(world: Simulation) -> None:
    """Seeds 11333, 13208 and 14660: nobody in the ERP could know of the note that it does not take."""
    typed(world, "crm", "Account", "Note", "短")
    sync(world)
    typed(world, "sheet", "台账", "备注", REFUSED)
    sync(world)
    typed(world, "erp", "customer", "remark", None)
    sync(world)
    check_edits(world)  # a note is more complete than none
    typed(world, "sheet", "台账", "备注", "一句很完整的备注")
    sync(world)
    typed(world, "erp", "customer", "remark", "短")
    sync(world)
    lost(world, "note", "一句很完整的备注")


@pytest.mark.parametrize(("first", "second"), [(CRM_NOTE, ERP_NOTE), (ERP_NOTE, CRM_NOTE)])
def test_what_is_typed_into_a_record_set_aside_is_disputed_by_what_is_typed_elsewhere_meanwhile(
    world: Simulation, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    """Seed 15087: a status that the mapping calls an error keeps the whole customer from being read and written."""
    typed(world, "erp", "customer", "enable", "9")
    sync(world)
    typed(world, *first, "一句很完整的备注")
    sync(world)
    typed(world, *second, "短")
    typed(world, "erp", "customer", "enable", "1")
    sync(world)
    sync(world)
    check_edits(world)  # the more complete note stands
    typed(world, *second, "短")
    sync(world)
    lost(world, "note", "一句很完整的备注")


def test_what_is_typed_into_a_column_just_mapped_is_disputed_by_what_nobody_was_told_there(
    world: Simulation,
) -> None:
    """Seed 14660: the ERP's note was not mapped when the CRM's was typed, and the first sync that could write it there was refused."""
    world.remap(NO_ERP_NOTE)
    sync(world)
    typed(world, "crm", "Account", "Note", REFUSED)
    sync(world)
    world.remap(NO_ERP_NOTE)
    sync(world)
    typed(world, "erp", "customer", "remark", "短")
    sync(world)
    check_edits(world)  # the first of two notes as short stands
    typed(world, "crm", "Account", "Note", "一句很完整的备注")
    sync(world)
    typed(world, "erp", "customer", "remark", "短")
    sync(world)
    lost(world, "note", "一句很完整的备注")


def test_what_a_listing_left_out_disputes_what_is_typed_before_anything_shows_it(
    world: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seed 9694: the row was in no listing but the sweep's, and the sheet's region outranks the ERP's."""
    typed(world, "sheet", "台账", "区域", "华东区")
    left_out(world, monkeypatch)
    sync(world)
    typed(world, "erp", "customer", "group", "N")
    world.clock.tick(86_400)
    sync(world)
    sync(world)
    check_edits(world)
    typed(world, "erp", "customer", "group", "N")
    sync(world)
    lost(world, "region", "华东")


def test_what_was_typed_into_a_record_before_it_was_deleted_disputes_what_is_typed_until_it_is_back(
    world: Simulation,
) -> None:
    """Seed 10378: its phone was changed just before, which nobody could read; brought back, it has the newest one."""
    crm = world.systems["crm"]
    account = typed(world, "crm", "Account", "Phone", "13800138000").external_id
    crm.delete("Account", account)
    sync(world)
    typed(world, "sheet", "台账", "电话", "13900139000")
    sync(world)
    world.clock.tick(60)
    crm.undelete("Account", account)
    sync(world)
    sync(world)
    check_edits(world)
    typed(world, "sheet", "台账", "电话", "13900139000")
    sync(world)
    lost(world, "phone", "+8613800138000")


def test_only_a_code_that_was_emptied_may_be_followed_by_a_generated_one(world: Simulation) -> None:
    """Seed 17092: the record was to be created in one more system, where it could not be found again without a code."""
    typed(world, "erp", "customer", "number", None)
    sync(world)
    check_edits(world)
    with world.store.begin() as tx:
        (link,) = tx.links("erp-customer", list(world.systems["erp"].live("customer"))).values()
        (row,) = [one for one in tx.ledger("Partner", link.entity_id, "code") if one.place == "hub"][:1]
    taken_back(world, "code", "QD-00001")
    with pytest.raises(BrokenError, match="undisputed"):
        check_edits(world)
    taken_back(world, "code", "QD-00002")
    with pytest.raises(BrokenError, match="undisputed"):
        check_edits(world)
    cause: dict[str, Raw] = {"why": "generated", "system": "hub", "for": "sheet"}
    generated: dict[str, Raw] = {"before": None, "after": "QD-00002", "cause": cause}
    with world.store.begin() as tx:
        tx.write_ledger([msgspec.structs.replace(row, changes={"code": generated})])
    check_edits(world)
    taken_back(world, "code", "QD-00003")
    with pytest.raises(BrokenError, match="undisputed"):
        check_edits(world)
