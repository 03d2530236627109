"""The hub of the benchmark: a real hub folder with the shipped Salesforce connector, one mapping of twenty fields, and a store of either kind."""

from __future__ import annotations

from pathlib import Path

from synchub.engine.pull import pull_object
from synchub.engine.report import RunReport
from synchub.hub import Hub
from synchub.model.provenance import Origin

HUB = """
hub: bench
approve_first_contact: unique_keys
{database}
systems:
"""
SYSTEM = """  {name}:
    connector: salesforce
    settings:
      domain: bench.my
      address: {address}
      consumer_key: bench
      consumer_secret: {{env: SYNCHUB_BENCH_SECRET}}
"""
MAPPING = """
mapping: crm
system: crm
object: Account
to: Partner
identity: {match: [[code], [tax_id]]}
fields:
  code: PartnerCode__c
  name: Name
  tax_id: TaxId__c
  level:
    field: Level__c
    values: {Gold: 金牌, Silver: 银牌, Registered: 注册}
  region:
    field: Region__c
    values: {East: 华东, South: 华南, North: 华北, Southwest: 西南}
  province: {field: BillingAddress.state, flow: hub_reads}
  city: {field: BillingAddress.city, flow: hub_reads}
  address: {field: BillingAddress.street, flow: hub_reads}
  phone: {field: Phone, as: phone}
  fax: {field: Fax, as: phone}
  email: {field: Email__c, as: email}
  website: Website
  credit_limit: {field: Credit_Limit__c, as: money}
  status:
    field: Active__c
    values: {Yes: active, No: inactive}
  stage:
    field: Stage__c
    values: {Prospect: 意向, Talks: 洽谈, Signed: 签约, Running: 运营}
  signed_on: {field: Contract_Date__c, as: date}
  expires_on: {field: Expiry_Date__c, as: date}
  industry: Industry
  employees: {field: NumberOfEmployees, as: integer}
  note: Description
"""
FIELDS_MAPPED = 20
MODEL = """
model: Partner
fields:
  level: {type: choice, options: {金牌: {en: Gold}, 银牌: {en: Silver}, 注册: {en: Registered}}}
  region: {type: choice, options: {华东: {en: East}, 华南: {en: South}, 华北: {en: North}, 西南: {en: Southwest}}}
  stage: {type: choice, options: {意向: {en: Prospect}, 洽谈: {en: Talks}, 签约: {en: Signed}, 运营: {en: Running}}}
  credit_limit: {type: money, currency: CNY, scale: 2}
  fax: {custom: yes, label: {zh: 传真, en: Fax}, type: phone, country: CN}
  email: {custom: yes, label: {zh: 邮箱, en: E-mail}, type: email}
  industry: {custom: yes, label: {zh: 行业, en: Industry}, type: text}
  employees: {custom: yes, label: {zh: 人数, en: Employees}, type: integer}
"""


def hub_folder(folder: Path, address: str, place: str) -> Path:
    """A hub that reads this org into this database ("": its own SQLite file)."""
    (folder / "mappings" / "model").mkdir(parents=True, exist_ok=True)
    database = f"database: {{url: '{place}'}}" if place else ""
    text = HUB.format(database=database) + SYSTEM.format(name="crm", address=address)
    (folder / "hub.yaml").write_text(text, "utf-8")
    (folder / "mappings" / "crm.yaml").write_text(MAPPING, "utf-8")
    (folder / "mappings" / "model" / "partner.yaml").write_text(MODEL, "utf-8")
    return folder


def meet_another(folder: Path, address: str, place: str) -> None:
    """The hub gets a second system, another org with the same records under the same keys."""
    hub_folder(folder, address, place)
    with (folder / "hub.yaml").open("a", encoding="utf-8") as file:
        file.write(SYSTEM.format(name="erp", address=address))
    other = MAPPING.replace("mapping: crm", "mapping: erp").replace("system: crm", "system: erp")
    (folder / "mappings" / "erp.yaml").write_text(other, "utf-8")


def decide(hub: Hub, count: int) -> None:
    """Somebody in the hub gives so many golden records another note, as a decision does."""
    at, spec = hub.clock.now(), hub.entities["Partner"]
    place = spec.position["note"]
    with hub.store.begin() as tx:
        mapping = hub.mappings[0].name
        keys = [external_id for external_id, _ in tx.linked_keys(mapping, count, ("", ""))]
        records = tx.golden("Partner", [link.entity_id for link in tx.links(mapping, keys).values()])
        for record in records.values():
            record.values[place] = f"Decided at {at.isoformat()}"
            record.provenance["note"] = Origin("hub", "", "", "decision", at)
            record.rev += 1
        tx.update_golden(
            "Partner", list(records.values()), {key: one.rev - 1 for key, one in records.items()}
        )


def read_again(hub: Hub) -> None:
    """A complete listing of the org, as if no cursor were there."""
    report = RunReport("again", "sync")
    pull_object(hub.world, "crm", "Account", report, hub.clock.now(), full=True)
    assert report.total("changed") == 0
    assert report.total("unchanged") == report.total("pulled") > 0
