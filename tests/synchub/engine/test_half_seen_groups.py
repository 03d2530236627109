"""A group of which one column cannot be seen: what stands in the others was not merged, and is not written over (seed 508)."""

from __future__ import annotations

from synchub.testing.simulator.hub import CRM
from tests.synchub.engine.conftest import SHEET, MakeLab

WITH_ADDRESS = SHEET + "  省份: '?省'\n  城市: 市\n"
"""Replies leave the column of the province out while nobody has filled it."""


def test_what_was_never_merged_is_not_written_over(make_lab: MakeLab) -> None:
    lab = make_lab("crm", "sheet", sheet=WITH_ADDRESS, crm=CRM)
    row = lab.systems["sheet"].create("台账", {"名称": "上海联宏", "区域": "华东区", "市": "南京"})
    lab.sync()
    [account] = lab.systems["crm"].live("Account")
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"City": "宁波"})
    lab.sync()
    assert lab.systems["sheet"]["台账", row]["市"] == "南京"
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", row, {"?省": "江苏"})
    lab.sync()
    [golden] = lab.golden()
    with lab.store.read() as tx:
        told = [repr(one.changes) for one in tx.ledger("Partner", str(golden["id"]), "city")]
        told += [repr(one.detail) for one in tx.conflicts()]
    assert any("南京" in one and "宁波" in one for one in told), "both are known, whoever wins"
    lab.sync()
    assert lab.verify().differences == []
