"""The hubs that are simulated: a small channel team's partners and contacts in three systems, in several variants."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.engine.limits import Limits
from synchub.mapping import load_mappings
from synchub.mapping.compiled import CompiledMapping
from synchub.model.entity import EntityModel
from synchub.model.overlay import load_entities
from synchub.testing.simulator.remaps import REMAPS, edited

ZONE = ZoneInfo("Asia/Shanghai")
SYSTEMS = ("crm", "erp", "sheet")
PARTNER = """
model: Partner
fields:
  code: {owner: erp, generate: "QD-{number:05}"}
  name: {required: yes, conflict: [erp, crm, sheet]}
  tax_id: {conflict: [erp, crm, sheet]}
  phone: {conflict: newest}
  region: {type: choice, options: [华东, 华南, 华北], conflict: [crm, sheet, erp]}
  province: {conflict: newest}
  city: {conflict: newest}
  credit_limit: {owner: erp, currency: CNY}
  status: {type: choice, options: [active, inactive], conflict: review}
  note: {conflict: most_complete}
groups:
  address: [province, city]
rules:
  - {name: 额度不能为负, check: credit_limit >= 0, on_fail: review}
"""
CONTACT = """
model: Contact
fields:
  name: {required: yes, conflict: [crm, erp]}
  phone: {conflict: newest}
"""
CRM = """
mapping: crm-account
system: crm
object: Account
to: Partner
identity: {hub_id: HubId, match: [[code], [tax_id], [name, region]]}
create_there: yes
fields:
  code: Code
  name: Name
  tax_id: TaxId
  phone: {field: Phone, as: phone}
  region: {field: Region, values: {East: 华东, South: 华南, North: 华北}}
  province: Province
  city: City
  credit_limit: {field: Credit, as: money, flow: hub_writes}
  status: {field: Active, values: {"Yes": active, "No": inactive}}
  note: Note
"""
CRM_CONTACT = """
mapping: crm-contact
system: crm
object: Contact
to: Contact
identity: {hub_id: HubId, match: [[partner, name]]}
create_there: yes
fields:
  partner: {field: AccountId, ref: Partner}
  name: Name
  phone: {field: Phone, as: phone}
"""
ERP = """
mapping: erp-customer
system: erp
object: customer
to: Partner
identity: {match: [[code], [tax_id], [name, region]]}
create_there: yes
fields:
  code: number
  name: name
  tax_id: taxpayer_no
  region: {field: group, values: {E: 华东, S: 华南, N: 华北}}
  credit_limit: {field: credit, as: money}
  status: {field: enable, values: {1: active, 0: inactive}, otherwise: error}
  note: remark
"""
ERP_CONTACT = """
mapping: erp-contact
system: erp
object: customer
each: contacts
line_id: id
to: Contact
identity: {match: [[partner, name]]}
create_there: yes
fields:
  partner: {ref: Partner, parent: yes}
  name: person
  phone: {field: mobile, as: phone}
"""
SHEET = """
映射: 台账
系统: sheet
对象: 台账
对应: Partner
标识: {编号列: 编号, 首次匹配: [[渠道编码], [统一社会信用代码], [渠道名称, 区域]]}
在此新建: 是
字段:
  渠道编码: 编码
  渠道名称: 名称
  统一社会信用代码: 税号
  联系电话: {列: 电话, 格式: 电话}
  区域: {列: 区域, 取值: {华东区: 华东, 华南区: 华南, 华北区: 华北}}
  状态: {列: 合作, 取值: {是: active, 否: inactive}}
  备注: 备注
  省份: 省
  城市: 市
"""
WATCHED = """
mapping: 台账
system: sheet
object: 台账
to: Partner
identity: {match: [[code], [tax_id], [name, region]]}
fields:
  code: {field: 编码, flow: hub_reads}
  name: {field: 名称, flow: hub_reads}
  tax_id: {field: 税号, flow: hub_reads}
  phone: {field: 电话, as: phone, flow: hub_reads}
  region: {field: 区域, values: {华东区: 华东, 华南区: 华南, 华北区: 华北}, flow: hub_reads}
  status: {field: 合作, values: {是: active, 否: inactive}, flow: hub_reads}
  note: {field: 备注, flow: hub_reads}
  province: {field: 省, flow: hub_reads}
  city: {field: 市, flow: hub_reads}
"""
"""A sheet that the hub only reads: no call with a verb that writes may reach it."""
SCOPED = "scope: {only: {kind: [dealer]}, on_leave: unlink}\non_create: {kind: dealer}\n"
NEWEST = PARTNER.replace("[erp, crm, sheet]", "newest").replace("[crm, sheet, erp]", "newest")
RANKED = (
    PARTNER.replace("newest", "[sheet, crm, erp]")
    .replace("conflict: review}", "conflict: [crm, sheet, erp]}")
    .replace("most_complete", "[sheet, erp, crm]")
)
DELETES = "on_delete: delete\ndelete_there: yes\n"
ARCHIVES = "on_delete: {archive: {status: inactive}}\ndelete_there: yes\n"
_OVERLAYS = {"usual": PARTNER, "newest": NEWEST, "ranked": RANKED}
_PARTNERS = {"crm": CRM, "erp": ERP, "sheet": SHEET}
_PEOPLE = {"crm-contact": CRM_CONTACT, "erp-contact": ERP_CONTACT}
_MAPPINGS = {
    "partners": _PARTNERS,
    "people": {**_PARTNERS, **_PEOPLE},
    "watched": {**_PARTNERS, "sheet": WATCHED},
    "scoped": {**_PARTNERS, "erp": ERP + SCOPED},
    "deleting": {"crm": CRM + DELETES, "erp": ERP + ARCHIVES, "sheet": SHEET + "在此删除: 是\n"},
}
LIMITS = Limits(
    sweep_every=timedelta(hours=2),
    settle=timedelta(seconds=30),
    grace=timedelta(hours=1),
    most_deletions=1,
    deletion_share=0.3,
)
"""A small and hasty world."""
VARIANTS = (
    ("partners", "usual"),
    ("partners", "newest"),
    ("partners", "ranked"),
    ("people", "usual"),
    ("watched", "usual"),
    ("scoped", "usual"),
    ("deleting", "usual"),
    ("deleting", "ranked"),
)
"""(mappings, policies): every pair that is tried."""


@dataclass(frozen=True)
class Blueprint:
    """Entities and mappings, read once and used by every seed of the variant."""

    entities: Mapping[str, EntityModel]
    mappings: Sequence[CompiledMapping]


@lru_cache(maxsize=64)  # worlds edit their files in thousands of ways, and each is a megabyte
def blueprint(maps: str, overlay: str, remaps: frozenset[int] = frozenset()) -> Blueprint:
    """The variant, compiled, with these entries of its files changed."""
    files = edited(_MAPPINGS[maps], remaps)
    return read_blueprint(files, {"partner": _OVERLAYS[overlay], "contact": CONTACT})


def possible_remaps(maps: str, remaps: frozenset[int]) -> list[int]:
    """Which entries may be changed, or changed back; two changes of one field do not meet."""
    changed = {(REMAPS[one].stem, REMAPS[one].field) for one in remaps}
    return [
        number
        for number, one in enumerate(REMAPS)
        if number in remaps or ((one.stem, one.field) not in changed and one.applies(_MAPPINGS[maps]))
    ]


def read_blueprint(mappings: Mapping[str, str], overlays: Mapping[str, str]) -> Blueprint:
    """Files as text, read as a hub folder is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model").mkdir()
        for stem, text in overlays.items():
            (folder / "model" / f"{stem}.yaml").write_text(text, "utf-8")
        for stem, text in mappings.items():
            (folder / f"{stem}.yaml").write_text(text, "utf-8")
        entities = load_entities(folder / "model", systems=SYSTEMS)
        findings = Findings()
        compiled = load_mappings(folder, entities, dict.fromkeys(SYSTEMS, ZONE), findings)
        if findings.errors:
            raise ValueError("\n".join(problem.line("en") for problem in findings.errors))
        return Blueprint(entities, compiled)
