"""A group of which one column cannot be seen, or is changed just now: nothing is written over or beside what was not merged."""

from __future__ import annotations

from dataclasses import replace

from synchub.sdk import ConditionalWrite
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector
from synchub.testing.simulator.hub import CRM
from tests.synchub.engine.conftest import SHEET, MakeLab
from tests.synchub.engine.test_found_by_simulation import hidden

WITH_ADDRESS = SHEET + "  省份: '?省'\n  城市: 市\n"
"""Replies leave the column of the province out while nobody has filled it."""


def test_what_was_never_merged_is_not_written_over(make_lab: MakeLab) -> None:
    """Seed 508."""
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


def addressed(make_lab: MakeLab, conditional: ConditionalWrite) -> tuple[Lab, str, str]:
    """An account in 浙江 and the row that was made of it; the CRM writes like this."""
    able = replace(MemoryConnector.capabilities, conditional_write=conditional)
    whole = SHEET + "  省份: 省\n  城市: 市\n"
    lab = make_lab("crm", "sheet", sheet=whole, crm=CRM, capabilities={"crm": able})
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Province": "浙江"})
    lab.sync()
    [row] = lab.systems["sheet"].live("台账")
    lab.clock.tick()
    return lab, account, row


def test_the_city_is_not_written_beside_a_province_that_somebody_has_just_typed(make_lab: MakeLab) -> None:
    """Seed 4842: of the old values only that of the city was compared, and the record held a pair that nobody had typed."""
    lab, account, row = addressed(make_lab, ConditionalWrite.COMPARE_OLD)
    lab.systems["sheet"].edit("台账", row, {"市": "南京"})
    connector = lab.connectors["crm"]
    push, tried = connector.push, []

    def overtaken(request: object, writes: object) -> object:
        tried.append(dict(lab.systems["crm"]["Account", account]))
        if len(tried) == 1:
            lab.systems["crm"].edit("Account", account, {"Province": "江苏"})
        return push(request, writes)  # type: ignore[arg-type]  # passed through

    connector.push = overtaken  # type: ignore[assignment, method-assign]  # somebody is quicker, once
    lab.sync()
    shown = lab.systems["crm"]["Account", account]
    assert (shown["Province"], shown.get("City")) != ("江苏", "南京")
    lab.sync()
    [golden] = lab.golden()
    assert (golden.get("province"), golden.get("city")) in {("江苏", None), ("浙江", "南京")}
    assert lab.verify().differences == []


def test_the_province_is_not_written_beside_a_city_that_cannot_be_seen(make_lab: MakeLab) -> None:
    """Seed 12659: what somebody had typed into the hidden column would stand beside a province that it does not belong to."""
    lab, account, row = addressed(make_lab, ConditionalWrite.NONE)
    shown = lab.connectors["crm"]._record
    hidden(lab, "City")
    lab.systems["crm"].edit("Account", account, {"City": "杭州"})
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", row, {"省": "江苏"})
    lab.sync()
    lab.sync()
    held = lab.systems["crm"]["Account", account]
    assert (held["Province"], held["City"]) == ("浙江", "杭州")
    lab.connectors["crm"]._record = shown  # type: ignore[method-assign]  # it is there again
    lab.clock.tick(90_000)
    lab.sync()
    lab.sync()
    [golden] = lab.golden()
    assert (golden["province"], golden.get("city")) in {("浙江", "杭州"), ("江苏", None)}
    assert lab.verify().differences == []
