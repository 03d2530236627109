"""Drafts: the right columns for the right reasons, formats from what the cells hold, and a file that check accepts."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synchub.mapping import check
from synchub.mapping.suggest import Draft, Sample, draft, nearest_entity
from synchub.mapping.suggest.scoring import folded
from synchub.messages import Language
from synchub.model.entity import EntityModel
from synchub.model.overlay import load_entities
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema
from synchub.model.values import Raw

ROOT = Path(__file__).resolve().parents[3]
ENTITIES = load_entities(ROOT / "mappings" / "model", systems=["salesforce", "kingdee", "workbook"])
SHEET = ObjectSchema(
    "渠道",
    "渠道",
    tuple(
        FieldSchema(name, name, type)
        for name, type in (
            ("编号", FieldType.TEXT),
            ("客户名称", FieldType.TEXT),
            ("手机号", FieldType.TEXT),
            ("大区", FieldType.TEXT),
            ("信用额度（万元）", FieldType.DECIMAL),
            ("签约日", FieldType.TEXT),
            ("在用", FieldType.TEXT),
            ("乱七八糟", FieldType.TEXT),
            ("系统编号", FieldType.TEXT),
        )
    ),
    notes=("header_row: 3",),
)
ROWS: dict[str, list[Raw]] = {
    "编号": ["KH0001", "KH0002"],
    "客户名称": ["联宏", "安达"],
    "手机号": ["139-1234-5678", "138 0013 8000"],
    "大区": ["华东区", "华南区", "火星"],
    "信用额度（万元）": [50, 12],
    "签约日": ["2026/8/1", "2025/12/31"],
    "在用": ["Y", "N"],
    "乱七八糟": ["?", "!"],
}
ACCOUNT = ObjectSchema(
    "Account",
    "Account",
    (
        FieldSchema("Id", "Account ID", updatable=False, creatable=False),
        FieldSchema("Name", "Account Name", required=True),
        FieldSchema("Phone", "Phone"),
        FieldSchema("BillingCity", "Billing City"),
        FieldSchema("BillingState", "Billing State/Province"),
        FieldSchema(
            "Region__c", "Region", FieldType.CHOICE, options=("East China", "South China", "Overseas")
        ),
        FieldSchema("OwnerId", "Owner ID", FieldType.REFERENCE, refers_to=("User",)),
        FieldSchema("Website", "Website", updatable=False, creatable=False),
        FieldSchema("SynchubId__c", "Synchub Id"),
    ),
)


def drafted(
    schema: ObjectSchema,
    rows: dict[str, list[Raw]],
    language: Language = "zh",
    golden: dict[str, frozenset[object]] | None = None,
) -> Draft:
    sample = Sample(rows, 2)
    model = nearest_entity(ENTITIES, schema, sample)
    return draft("workbook", schema, model, sample, golden or {}, language)


def chosen(made: Draft) -> dict[str, str]:
    return {one.field.name: one.column.name for one in made.proposals}


def test_a_chinese_sheet_is_recognised() -> None:
    made = drafted(SHEET, ROWS)
    assert made.entity.name == "Partner"
    assert chosen(made) == {
        "code": "编号",
        "name": "客户名称",
        "phone": "手机号",
        "region": "大区",
        "credit_limit": "信用额度（万元）",
        "signed_on": "签约日",
    }
    assert "表头行: 3" in made.text
    assert "编号列: 系统编号" in made.text
    assert "联系电话: {列: 手机号, 格式: 电话, 写法: 138-0013-8000}" in made.text, (
        "the form, not somebody's number"
    )
    assert "139" not in made.text
    assert "取值: {华东区: 华东, 华南区: 华南}" in made.text
    assert "单位: 万元" in made.text
    assert "写法: 2026/8/1" in made.text
    assert "乱七八糟" in made.text


def test_a_crm_object_is_recognised_in_english() -> None:
    made = drafted(ACCOUNT, {}, "en")
    assert chosen(made) == {
        "name": "Name",
        "phone": "Phone",
        "city": "BillingCity",
        "province": "BillingState",
        "region": "Region__c",
        "manager": "OwnerId",
        "website": "Website",
    }
    assert "values: {East China: 华东, South China: 华南, Overseas: 海外}" in made.text
    assert "manager: {field: OwnerId, ref: Employee}" in made.text
    assert "website: {field: Website, flow: hub_reads}" in made.text
    assert "hub_id: SynchubId__c" in made.text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("schema", [SHEET, ACCOUNT], ids=["sheet", "account"])
def test_a_draft_passes_check(schema: ObjectSchema, language: Language, tmp_path: Path) -> None:
    folder = tmp_path / "mappings"
    folder.mkdir()
    made = drafted(schema, ROWS if schema is SHEET else {}, language)
    (folder / "draft.yaml").write_text(made.text, encoding="utf-8")
    zones = {"workbook": ZoneInfo("Asia/Shanghai")}
    report = check(folder, ENTITIES, zones, schemas={("workbook", schema.name): schema})
    assert report.sound, [problem.line("en") for problem in report.problems]
    assert report.mappings[0].name == f"workbook-{schema.name}"


def test_values_the_hub_knows_name_a_column_that_its_header_does_not() -> None:
    schema = ObjectSchema("S", "S", (FieldSchema("A", "A"), FieldSchema("B", "B")))
    rows: dict[str, list[Raw]] = {"A": ["联宏", "安达", "海纳"], "B": ["x", "y", "z"]}
    known = {"name": frozenset({"联宏", "安达"})}
    made = draft("workbook", schema, ENTITIES["Partner"], Sample(rows, 3), known, "en")
    (one,) = made.proposals
    assert (one.field.name, one.column.name) == ("name", "A")
    assert [reason.code for reason in one.reasons] == ["suggest.known"]
    assert one.confidence < 0.5


def test_a_column_of_telephone_numbers_is_one_whatever_it_is_called() -> None:
    schema = ObjectSchema("S", "S", (FieldSchema("F3", "F3"),))
    made = draft("workbook", schema, ENTITIES["Partner"], Sample({"F3": ["138 0013 8000"]}, 1), {}, "en")
    assert chosen(made) == {"phone": "F3"}


def test_what_cannot_be_read_as_the_kind_is_not_proposed() -> None:
    schema = ObjectSchema("S", "S", (FieldSchema("手机", "手机"),))
    made = draft("workbook", schema, ENTITIES["Partner"], Sample({"手机": ["华为", "小米"]}, 2), {}, "en")
    assert "phone" not in chosen(made)


def test_a_column_with_a_sure_name_is_proposed_though_half_of_it_is_wrong_and_says_so() -> None:
    schema = ObjectSchema("S", "S", (FieldSchema("税号", "税号"),))
    rows: dict[str, list[Raw]] = {"税号": ["91350211M000100Y46", "91350211M000100Y4X", "无", ""]}
    made = draft("workbook", schema, ENTITIES["Partner"], Sample(rows, 4), {}, "en")
    (one,) = made.proposals
    assert one.field.name == "tax_id"
    assert one.confidence < 0.6
    assert one.reasons[-1].params == {"percent": 33}


@pytest.mark.parametrize(
    ("object", "columns", "entity"),
    [
        ("Partners", ("Partner No", "Company", "Area", "Mobile", "Mail", "Limit", "Active"), "Partner"),
        ("联系人", ("姓名", "手机", "邮箱", "编号"), "Contact"),
        ("2026 员工名单", ("姓名", "手机", "邮箱"), "Employee"),
    ],
)
def test_the_name_of_a_sheet_tells_what_its_rows_are(
    object: str, columns: tuple[str, ...], entity: str
) -> None:
    schema = ObjectSchema(object, object, tuple(FieldSchema(name, name) for name in columns))
    assert nearest_entity(ENTITIES, schema, Sample()).name == entity


def test_a_yes_or_no_for_a_status_becomes_a_value_table() -> None:
    schema = ObjectSchema("S", "S", (FieldSchema("是否合作", "是否合作"),))
    rows: dict[str, list[Raw]] = {"是否合作": ["是", "否", "是", "maybe"]}
    made = draft("workbook", schema, ENTITIES["Partner"], Sample(rows, 4), {}, "zh")
    assert "状态: {列: 是否合作, 取值: {是: active, 否: inactive}}" in made.text


def test_an_object_without_anything_known_gives_an_honest_draft(model: EntityModel) -> None:
    made = draft("workbook", ObjectSchema("S"), model, Sample(), {}, "en")
    assert "no column could be recognised" in made.text


@pytest.fixture
def model() -> EntityModel:
    return ENTITIES["Partner"]


def test_names_are_compared_without_case_and_marks() -> None:
    assert folded("BillingCity") == folded("billing_city") == folded("Billing city")
