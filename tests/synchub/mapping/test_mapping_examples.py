"""The examples of the design, with the model of the house: they compile, pass their own tests and say what they do."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synchub.mapping import CheckReport, Flow, Loss, check
from synchub.model.entity import EntityModel
from synchub.model.overlay import load_entities
from synchub.model.values import Reference, Unreadable

OVERLAY = """\
model: Partner
fields:
  region: {options: [华东, 华南, 华北, 西南, 海外], conflict: review}
  credit_limit: {owner: kingdee}
"""
SALESFORCE = """\
mapping: salesforce-account
system: salesforce
object: Account
to: Partner
identity:
  hub_id: SynchubId__c              # external-id field; makes creates repeatable
  match:                            # first contact only
    - [tax_id]
    - [name, region]
scope:
  only: {Type: [Channel Partner, Reseller]}
  on_leave: unlink
fields:
  code:    PartnerCode__c
  name:    Name
  tax_id:  TaxId__c
  phone:   {field: Phone, as: phone, write: "+86 138 0013 8000"}
  region:
    field: Region__c
    values: {East: 华东, South: 华南, North: 华北, Southwest: 西南, Overseas: 海外}
    also_read: {EastChina: 华东, E: 华东}
    otherwise: review
  province: BillingState
  city:     BillingCity
  credit_limit: {field: Credit_Limit__c, as: money, flow: hub_writes}
  status:
    field: Active__c
    values: {Yes: active, No: inactive}
    otherwise: error
  manager:   {field: OwnerId, ref: Employee}
  signed_on: {field: Contract_Date__c, as: date}
on_create:
  Type: Channel Partner
tests:
  - name: plain account
    external: {Name: " Lianhong ", Phone: 138-0013-8000, Region__c: East, Active__c: Yes, PartnerCode__c: 000123}
    canonical: {name: Lianhong, phone: "+8613800138000", region: 华东, status: active, code: 000123}
  - name: old spelling is read, never written
    flow: hub_reads
    external: {Region__c: E}
    canonical: {region: 华东}
  - name: unknown region is held back, the rest flows
    external: {Name: X, Region__c: Mars}
    canonical: {name: X}
    review: [region]
"""
SHEET = """\
映射: 渠道清单
系统: 渠道表格
对象: 渠道台账            # 工作表名
对应: Partner
表头行: 2
标识:
  编号列: 系统编号
  首次匹配:
    - [统一社会信用代码]
    - [渠道名称, 区域]
字段:
  渠道名称: 渠道名称       # 左边是标准字段，右边是表格的列名
  统一社会信用代码: 税号
  联系电话: {列: 联系电话, 格式: 电话, 写法: 138-0013-8000}
  区域:
    列: 区域
    取值: {华东区: 华东, 华南区: 华南, 华北区: 华北, 西南区: 西南, 海外: 海外}
    另收: {上海: 华东, 浙江: 华东}
    其它: 待审
  信用额度: {列: 信用额度, 格式: 金额, 单位: 万元, 流向: 只写出}   # 额度以金蝶为准，表格里只看
  状态:
    列: 是否合作
    取值: {是: active, 否: inactive}
    其它: 待审
  签约日期: {列: 签约日期, 格式: 日期, 写法: 2026/8/1}
测试:
  - 名称: 一行普通数据
    外部: {渠道名称: " 联宏 ", 联系电话: 138 0013 8000, 区域: 华东区, 是否合作: 是, 签约日期: 2026/8/1}
    标准: {渠道名称: 联宏, 联系电话: "+8613800138000", 区域: 华东, 状态: active, 签约日期: 2026-08-01}
  - 名称: 额度只写出（万元）
    流向: 只写出
    标准: {信用额度: 500000}
    外部: {信用额度: 50}
"""
KINGDEE = """\
mapping: kingdee-customer
system: kingdee
object: customer
to: Partner
identity:
  external_id: id
  match: [[code], [tax_id]]
fields:
  code:    number
  name:    name
  tax_id:  taxpayer_no
  phone:   {field: "contact_persons[first].mobile", as: phone}
  credit_limit: {field: credit_limit, as: money, unit: 元}
  status:
    field: enable
    values: {1: active, 0: inactive}
    otherwise: error
  manager: {field: saler_number, ref: Employee}
  region:
    field: group_name
    values: {华东渠道: 华东, 华南渠道: 华南, 华北渠道: 华北, 西南渠道: 西南, 海外渠道: 海外}
    otherwise: review
tests:
  - name: 停用客户
    external: {number: KH001, name: 联宏, enable: 0, credit_limit: 0.00}
    canonical: {code: KH001, name: 联宏, status: inactive, credit_limit: 0}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    folder = tmp_path_factory.mktemp("hub") / "mappings"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "partner.yaml").write_text(OVERLAY, encoding="utf-8")
    for name, text in (("a", SALESFORCE), ("b", SHEET), ("c", KINGDEE)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    entities: dict[str, EntityModel] = load_entities(folder / "model")
    zone = ZoneInfo("Asia/Shanghai")
    return check(folder, entities, {"salesforce": zone, "渠道表格": zone, "kingdee": zone})


def test_the_examples_are_sound(report: CheckReport) -> None:
    assert [problem.line("en") for problem in report.problems] == []
    assert [file.tests for file in report.files] == [3, 2, 1]
    assert [file.name for file in report.files] == ["salesforce-account", "渠道清单", "kingdee-customer"]


def test_the_report_tells_each_field_in_a_sentence(report: CheckReport) -> None:
    sheet = report.files[1]
    phone = next(field for field in sheet.fields if field.name == "phone")
    assert (phone.label.zh, phone.arrow, phone.loss) == ("联系电话", "<->", Loss.NORMALISING)
    assert phone.sentence.text("zh") == "空格和短横线不算修改"
    limit = next(field for field in sheet.fields if field.name == "credit_limit")
    assert (limit.flow, limit.arrow, limit.loss) == (Flow.HUB_WRITES, "<--", Loss.ONE_WAY)
    assert [sheet.count(loss) for loss in Loss] == [4, 2, 0, 1]


def test_an_account_is_read_and_written(report: CheckReport) -> None:
    mapping = report.mappings[0]
    row = ["K1", " Lianhong ", None, "138-0013-8000", "Mars", "福建", "厦门", Decimal("5.5"), "Maybe", "005x"]
    row += ["2026-08-01", "Reseller", "hub1"]
    seen = mapping.read("001", row)
    assert seen[:4] == ["K1", "Lianhong", None, "+8613800138000"]
    assert isinstance(seen[4], Unreadable)
    assert isinstance(seen[8], Unreadable)
    assert (seen[4].problem.severity, seen[8].problem.severity) == ("warning", "error")
    assert seen[9:] == [Reference("005x"), "2026-08-01"]
    written = mapping.write(
        {0: "K2", 1: "Lianhong", 3: "+8613912345678", 4: "华南", 8: None}, mapping.image(row)
    )
    assert written.cells == {
        "PartnerCode__c": "K2",
        "Phone": "+86 139 1234 5678",
        "Region__c": "South",
        "Active__c": None,
    }
    assert written.images[1] == " Lianhong "


def test_a_single_file_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(KINGDEE.replace("name:    name", "nmae:    name"), encoding="utf-8")
    entities = load_entities(tmp_path / "none")
    report = check([path], entities, {"kingdee": ZoneInfo("UTC")})
    assert [str(problem.position) for problem in report.problems if problem.code == "M203"] == [
        "one.yaml:10:3"
    ]
