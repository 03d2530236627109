"""A hub between a real Tryton and a workbook: everything that people do on either side arrives on the other."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from synchub.engine.decide import Choice
from tests.connectors.tryton.tryton_recipe import ADMIN
from tests.connectors.tryton.tryton_server import TrytonServer
from tests.connectors.tryton.tryton_stage import TrytonStage, killed_after, line, party

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(900)]


@pytest.fixture
def stage(tryton: TrytonServer, tmp_path: Path) -> Iterator[TrytonStage]:
    one = TrytonStage.timeless(tmp_path, tryton)
    yield one
    one.close()


def settled(stage: TrytonStage) -> None:
    """Everything agrees, and a sync with nothing to do writes nothing for two calls of Tryton."""
    found = stage.hub.verify()
    assert found.clean, found
    assert found.differences == []
    assert not any(found.missing.values())
    stage.tick(3600)
    stage.sync()
    data, calls = stage.sheet.path.read_bytes(), stage.calls
    report = stage.sync()
    assert (report.writes, report.failures) == (0, {})
    assert (stage.sheet.path.read_bytes(), stage.calls - calls) == (data, 2)


def test_some_hundred_partners_agree_after_work_on_both_sides(stage: TrytonStage) -> None:
    stage.people.create("party.party", *(party(number) for number in range(1, 201)))
    stage.sheet.write([line(number) for number in range(151, 301)])
    first = stage.sync()
    assert first.failures == {}
    assert len(stage.parties()) == 301  # the company is a party too
    assert len(stage.sheet.rows()) == 300, "and no partner"
    settled(stage)

    people, sheet = stage.people, stage.sheet
    people.write("party.party", stage.party("KH0001"), name="改了名的渠道")
    people.create("party.party", party(400))
    sheet.edit(
        {
            "KH0002": {"电话": "139-0000-0002", "城市": "宁波", "地址": "中山路 2 号"},
            "KH0250": {"网址": "https://example.com", "税号": "91350211M000100Y46"},
            "": {"名称": "新来科技", "是否合作": "是"},
        }
    )
    report = stage.sync()
    assert report.failures == {}
    rows, parties = sheet.rows(), stage.parties()
    assert rows["KH0001"]["名称"] == "改了名的渠道"
    assert rows["KH0400"]["电话"] == "138-0013-0400"
    assert (parties["KH0002"]["phone"], parties["KH0002"]["addresses."][0]["city"]) == (
        "+86 139 0000 0002",
        "宁波",
    )
    (number,) = parties["KH0250"]["identifiers."]
    assert (number["type"], number["code"]) == ("cn_vat", "91350211M000100Y46")
    assert parties["KH0250"]["website"] == "https://example.com"
    assert parties["P00001"]["name"] == rows["P00001"]["名称"] == "新来科技"
    assert (len(parties), len(rows)) == (303, 302)
    settled(stage)


def test_an_edit_of_an_address_or_a_telephone_alone_reaches_the_workbook_with_the_next_sync(
    tryton: TrytonServer, tmp_path: Path
) -> None:
    """None of them moves the stamp of the party."""
    stage = TrytonStage.timeless(tmp_path, tryton, login=ADMIN)
    stage.people.create("party.party", *(party(number) for number in range(1, 6)))
    stage.sheet.write([])
    stage.sync()
    stage.tick(3600)
    stage.sync()
    fields = ["code", "addresses", "contact_mechanisms", "write_date"]
    rows = {one["code"]: one for one in stage.people.rows("party.party", [["code", "like", "KH%"]], fields)}
    stage.people.write("party.address", rows["KH0001"]["addresses"][0], street="新路 1 号")
    stage.people.write(
        "party.contact_mechanism", rows["KH0002"]["contact_mechanisms"][0], value="+8613911110002"
    )
    stage.people.create(
        "party.identifier", {"party": stage.party("KH0003"), "type": "cn_vat", "code": "91350211M000100Y46"}
    )
    stage.people.write("party.contact_mechanism", rows["KH0004"]["contact_mechanisms"][0], active=False)
    stage.people.delete("party.contact_mechanism", rows["KH0005"]["contact_mechanisms"][0])
    again = {one["code"]: one for one in stage.people.rows("party.party", [["code", "like", "KH%"]], fields)}
    assert {code: one["write_date"] for code, one in again.items()} == {
        code: one["write_date"] for code, one in rows.items()
    }
    stage.sync()
    held = stage.sheet.rows()
    assert held["KH0001"]["地址"] == "新路 1 号"
    assert held["KH0002"]["电话"] == "139-1111-0002"
    assert held["KH0003"]["税号"] == "91350211M000100Y46"
    assert held["KH0004"]["电话"] is None
    assert held["KH0005"]["电话"] is None, "removed past its party: the log tells that something was"
    settled(stage)
    stage.close()


def test_a_party_that_is_removed_is_noticed_with_the_next_sync_and_not_made_again(stage: TrytonStage) -> None:
    stage.people.create("party.party", *(party(number) for number in range(1, 4)))
    stage.sheet.write([])
    stage.sync()
    stage.tick(3600)
    stage.sync()
    stage.people.delete("party.party", stage.party("KH0002"))
    assert stage.sync().total("missing") == 1
    stage.sheet.edit({"KH0002": {"城市": "宁波"}})
    stage.sync()
    assert "KH0002" not in stage.parties()
    assert "KH0002" in stage.sheet.rows()


def test_a_party_that_is_retired_and_taken_back_follows_the_workbook(stage: TrytonStage) -> None:
    """Tryton changes nothing of an inactive party, so what comes with its return goes after it."""
    stage.people.create("party.party", party(1))
    stage.sheet.write([line(1), line(2, 是否合作="否")])
    stage.sync()
    assert not stage.parties()["KH0002"]["active"]
    stage.sheet.edit({"KH0001": {"是否合作": "否"}, "KH0002": {"是否合作": "是", "名称": "回来的渠道"}})
    stage.sync()
    held = stage.parties()
    assert not held["KH0001"]["active"]
    assert (bool(held["KH0002"]["active"]), held["KH0002"]["name"]) == (True, "回来的渠道")
    settled(stage)


@pytest.mark.parametrize("method", ["model.party.party.create", "model.party.party.write"])
def test_a_sync_killed_between_commit_and_reply_ends_with_one_record_and_every_edit(
    tryton: TrytonServer, tmp_path: Path, method: str
) -> None:
    stage = TrytonStage.build(tmp_path, tryton)
    stage.people.create("party.party", party(1))
    stage.sheet.write([])
    stage.sync()
    stage.sheet.edit({"KH0001": {"城市": "宁波"}, "": {"名称": "新来科技", "是否合作": "是", "城市": "厦门"}})
    assert stage.sync_elsewhere(killed_after(method)) == (-signal.SIGKILL, "")
    taken = stage.parties()
    if method.endswith("create"):
        assert taken["P00001"]["name"] == "新来科技"
        stage.people.write("party.address", _address(stage, "P00001"), city="泉州")
    else:
        assert taken["KH0001"]["addresses."][0]["city"] == "宁波"
        stage.people.write("party.party", stage.party("KH0001"), name="刚刚改的")
    stage.sync()
    stage.sync()
    parties, rows = stage.parties(), stage.sheet.rows()
    assert (len(parties), len(rows)) == (3, 2), "the company is a party and no partner"
    assert parties["KH0001"]["addresses."][0]["city"] == rows["KH0001"]["城市"] == "宁波"
    if method.endswith("create"):
        # what stands there is not what was sent, and only a person can tell whose it is
        assert (parties["P00001"]["addresses."][0]["city"], rows["P00001"]["城市"]) == ("泉州", "厦门")
        _say_it_is_right(stage, "E208", {"city", "address"})
        parties, rows = stage.parties(), stage.sheet.rows()
    city = "泉州" if method.endswith("create") else "厦门"
    assert parties["P00001"]["addresses."][0]["city"] == rows["P00001"]["城市"] == city
    assert parties["KH0001"]["name"] == rows["KH0001"]["名称"]
    assert (rows["KH0001"]["名称"] == "刚刚改的") == method.endswith("write")
    found = stage.hub.verify()
    assert (found.clean, found.differences) == (True, [])
    stage.close()


def _say_it_is_right(stage: TrytonStage, code: str, fields: set[str]) -> None:
    """Somebody answers all that is asked, about a field and the group it merges with, with what stands in Tryton."""
    hub = stage.hub
    with hub.store.read() as tx:
        asked = tx.conflicts()
    assert {one.code for one in asked} == {code}
    assert {one.field for one in asked} == fields
    for one in asked:
        hub.deeds.decide(one.id, Choice(take="system"))
    stage.sync()
    with hub.store.read() as tx:
        assert tx.conflicts() == []


def _address(stage: TrytonStage, code: str) -> int:
    (one,) = stage.people.rows("party.address", [["party.code", "=", code]], ["id"])
    return int(one["id"])
