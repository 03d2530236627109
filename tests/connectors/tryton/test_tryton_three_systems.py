"""Tryton, Salesforce and a workbook in one hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from synchub_salesforce import SalesforceSandbox
from tests.connectors.tryton.tryton_harness import TurnedClock
from tests.connectors.tryton.tryton_server import TrytonServer
from tests.connectors.tryton.tryton_stage import TrytonStage, line, party

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(900)]

MAPPING: Final = """\
mapping: salesforce-account
system: salesforce
object: Account
to: Partner
identity: {hub_id: SynchubId__c, match: [[code], [tax_id], [name]]}
create_there: yes
fields:
  code: PartnerCode__c
  name: Name
  tax_id: TaxId__c
  address: BillingStreet
  city: BillingCity
  phone: {field: Phone, as: phone, write: "+86 138 0013 8000"}
  website: Website
  status: {field: Active__c, values: {Yes: active, No: inactive}}
"""
SYSTEM: Final = """\
  salesforce:
    connector: salesforce
    settings:
      address: {address}
      domain: sandbox.my
      consumer_key: {key}
      consumer_secret: {{file: secrets/salesforce}}
"""


@pytest.fixture
def org(tryton: TrytonServer, tmp_path: Path) -> Iterator[SalesforceSandbox]:
    one = SalesforceSandbox(tmp_path / "org.sqlite", TurnedClock(tryton.clock)).start()
    yield one
    one.close()


@pytest.fixture
def stage(tryton: TrytonServer, tmp_path: Path, org: SalesforceSandbox) -> Iterator[TrytonStage]:
    more = SYSTEM.format(address=org.address, key=org.consumer_key)
    one = TrytonStage.build(tmp_path, tryton, clock=org.clock, more=more)
    (one.folder / "secrets" / "salesforce").write_text(org.consumer_secret + "\n", "utf-8")
    (one.folder / "mappings" / "salesforce-account.yaml").write_text(MAPPING, "utf-8")
    yield one
    one.close()


def account(number: int) -> dict[str, str]:
    told = line(number)
    return {
        "Name": told["名称"],
        "PartnerCode__c": told["编码"],
        "BillingStreet": told["地址"],
        "BillingCity": told["城市"],
        "Phone": told["电话"],
        "Active__c": "Yes",
    }


def test_what_one_of_three_systems_says_stands_in_the_other_two(
    stage: TrytonStage, org: SalesforceSandbox
) -> None:
    stage.people.create("party.party", *(party(number) for number in range(1, 21)))
    stage.sheet.write([line(number) for number in range(11, 31)])
    org.seed("Account", [account(number) for number in range(16, 41)])
    assert stage.sync().failures == {}
    settled(stage, org, 40)

    (address,) = stage.people.rows("party.address", [["party.code", "=", "KH0001"]], ["id"])
    stage.people.write("party.address", address["id"], city="宁波")
    stage.sheet.edit({"KH0012": {"电话": "139-0000-0012"}})
    accounts = {str(one["PartnerCode__c"]): id for id, one in org.records("Account").items()}
    org.user_edit("Account", accounts["KH0035"], {"Website": "https://example.com", "Active__c": "No"})
    org.user_create("Account", {**account(50), "PartnerCode__c": None, "Name": "新来科技"})
    assert stage.sync().failures == {}
    told = {str(one["PartnerCode__c"]): one for one in org.records("Account").values()}
    parties, rows = stage.parties(), stage.sheet.rows()
    assert told["KH0001"]["BillingCity"] == rows["KH0001"]["城市"] == "宁波"
    assert told["KH0012"]["Phone"] == parties["KH0012"]["phone"] == "+86 139 0000 0012"
    assert (parties["KH0035"]["website"], bool(parties["KH0035"]["active"])) == ("https://example.com", False)
    assert (rows["KH0035"]["网址"], rows["KH0035"]["是否合作"]) == ("https://example.com", "否")
    assert told["P00001"]["Name"] == parties["P00001"]["name"] == rows["P00001"]["名称"] == "新来科技"
    settled(stage, org, 41)


def settled(stage: TrytonStage, org: SalesforceSandbox, count: int) -> None:
    found = stage.hub.verify()
    assert (found.clean, found.differences, found.failures) == (True, [], {})
    assert len(stage.sheet.rows()) == len(org.records("Account")) == count
    assert len(stage.parties()) == count + 1, "the company is a party and no partner"
    report = stage.sync()
    assert (report.writes, report.failures) == (0, {})
