"""A laboratory hub: three systems in memory, partners and contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synchub.hub.deeds import Deeds
from synchub.sdk import Capabilities
from synchub.testing.lab import Lab
from synchub.testing.simulator.hub import CONTACT, CRM, CRM_CONTACT, ERP_CONTACT, PARTNER

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
  status: {field: enable, values: {1: active, 0: inactive}}
  note: remark
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
"""

OVERLAYS = {"partner": PARTNER, "contact": CONTACT}
MAPPINGS = {"crm": CRM, "crm-contact": CRM_CONTACT, "erp": ERP, "erp-contact": ERP_CONTACT, "sheet": SHEET}

MakeLab = Callable[..., Lab]


@pytest.fixture
def make_lab(tmp_path: Path, fresh_database: Callable[[], str]) -> Iterator[MakeLab]:
    """Labs with the mappings named (default: all) on each kind of database, closed at the end."""
    made: list[Lab] = []

    def make(*names: str, capabilities: dict[str, Capabilities] | None = None, **changes: str) -> Lab:
        mappings = {
            name: text for name, text in {**MAPPINGS, **changes}.items() if not names or name in names
        }
        folder = tmp_path / f"lab{len(made)}"
        lab = Lab(folder, mappings, OVERLAYS, capabilities=capabilities, database=fresh_database())
        made.append(lab)
        return lab

    yield make
    for lab in made:
        lab.close()


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    return make_lab()


def deeds(lab: Lab) -> Deeds:
    """What people can do by hand in this hub."""

    def new_run() -> str:
        lab.runs += 1
        lab.clock.tick()
        return f"hand-{lab.runs:03}"

    return Deeds(lab.world, new_run)


def question(lab: Lab) -> str:
    """The one question that is open."""
    with lab.store.read() as tx:
        [one] = tx.conflicts()
    return one.id
