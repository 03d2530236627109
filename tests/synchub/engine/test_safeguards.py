"""The safeguards of the engine: all on by default, and turned off one by one by whoever tests them."""

from __future__ import annotations

from dataclasses import asdict, replace

from synchub.engine.safeguards import Safeguards
from synchub.sdk import TimeGrain
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab


def test_every_safeguard_is_on_unless_a_test_turns_it_off(lab: Lab) -> None:
    assert set(asdict(Safeguards()).values()) == {True}
    assert lab.world.safeguards == Safeguards()
    assert set(Safeguards.names()) == set(asdict(Safeguards()))


def without(lab: Lab, **switches: bool) -> None:
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), **switches))


def edited(lab: Lab) -> set[str]:
    """The columns of the ERP that a sync writes when a note was changed in the CRM."""
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East", "Note": "短"})
    lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Note": "一句很完整的备注"})
    return {cell.column for cell in lab.sync().cells if cell.system == "erp"}


def test_a_push_writes_what_differs_and_without_the_patch_every_column(make_lab: MakeLab) -> None:
    assert edited(make_lab()) == {"remark"}
    lab = make_lab()
    without(lab, patch=False)
    assert {"name", "group", "remark"} <= edited(lab)


def test_without_giving_back_a_refused_value_stays_in_its_system(make_lab: MakeLab) -> None:
    for gives_back, expected in ((True, None), (False, 999)):
        lab = make_lab()
        without(lab, give_back=gives_back)
        account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
        lab.sync()
        lab.clock.tick()
        lab.systems["crm"].edit("Account", account, {"Credit": 999})
        lab.sync()
        assert lab.systems["crm"]["Account", account].get("Credit") == expected


def test_one_base_for_both_takes_what_a_short_column_lost_for_an_edit(make_lab: MakeLab) -> None:
    for pair, expected in ((True, "上海联宏科技有限公司"), (False, "上海联宏")):
        lab = make_lab()
        without(lab, agreement_pair=pair)
        lab.systems["erp"].stored = lambda column, value: (
            value[:4] if column == "name" and isinstance(value, str) else value
        )
        lab.systems["crm"].create("Account", {"Name": "上海联宏科技有限公司", "Region": "East"})
        for _ in range(3):
            lab.sync()
        customer = next(iter(lab.systems["erp"].live("customer")))
        lab.clock.tick()
        lab.systems["erp"].edit("customer", customer, {"remark": "与名称无关的修改"})
        lab.sync()
        (golden,) = lab.golden()
        assert golden["name"] == expected


def test_without_content_an_edit_within_the_same_tick_goes_unseen(make_lab: MakeLab) -> None:
    for content, expected in ((True, "同一时刻的修改"), (False, "短")):
        lab = make_lab()
        account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East", "Note": "短"})
        lab.sync()
        without(lab, content_decides=content)
        held = lab.systems["crm"].objects["Account"][account]
        stamp = held.modified
        lab.systems["crm"].edit("Account", account, {"Note": "同一时刻的修改"})
        held.modified = stamp
        full = replace(lab.connectors["crm"].capabilities, modified_since=TimeGrain.NONE)
        lab.connectors["crm"].capabilities = full  # type: ignore[misc]  # this instance's own facts
        lab.sync()
        (golden,) = lab.golden()
        assert golden["note"] == expected
