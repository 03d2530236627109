"""Overlays: what they say is compiled with the classes, in either language, and every fault is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from synchub.document import Findings, parse
from synchub.errors import MappingError, Problem
from synchub.messages import catalogue
from synchub.model.entities import ENTITIES
from synchub.model.entity import ConflictPolicy, EntityModel
from synchub.model.kinds import Choice, Code, Date, ListOf, Money, Phone, Ref, Text, Uscc
from synchub.model.overlay import Overlay, compile_entities, load_entities, read_overlay

SYSTEMS = ("salesforce", "kingdee", "workbook")
MAPPINGS = Path(__file__).parents[3] / "mappings" / "model"


def overlay(text: str, findings: Findings, file: str = "partner.yaml") -> Overlay:
    table = parse(text, file, findings)
    assert table is not None, findings.problems
    found = read_overlay(table, findings)
    assert found is not None
    return found


def compiled(text: str, name: str = "Partner") -> EntityModel:
    findings = Findings()
    model = compile_entities([overlay(text, findings)], findings, systems=SYSTEMS)[name]
    assert findings.problems == []
    return model


def problems(*texts: str) -> list[Problem]:
    findings = Findings()
    overlays = [overlay(text, findings, f"{number}.yaml") for number, text in enumerate(texts)]
    compile_entities(overlays, findings, systems=SYSTEMS)
    return findings.problems


def test_without_an_overlay_the_classes_stand_alone() -> None:
    models = compile_entities()
    assert set(models) == set(ENTITIES)
    partner = models["Partner"]
    assert partner["tax_id"].kind == Uscc()
    assert partner["phone"].pii == "contact"
    assert partner["name"].required
    assert partner["region"].policy == ConflictPolicy("review")
    assert partner.title == "name"
    assert not any(spec.custom for spec in partner.fields)


def test_the_demo_governs_all_three_entities() -> None:
    models = load_entities(MAPPINGS, systems=SYSTEMS)
    partner = models["Partner"]
    assert partner["code"].owner == "kingdee"
    assert partner["code"].generate == "QD-{number:05}"
    assert partner["name"].policy == ConflictPolicy("priority", ("kingdee", "salesforce", "workbook"))
    assert partner["phone"].policy == ConflictPolicy("newest", margin_s=120)
    region = partner["region"].kind
    assert isinstance(region, Choice)
    assert [option.id for option in region.options] == ["华东", "华南", "华北", "西南", "海外"]
    assert partner["region"].kind.show("海外", "en") == "Overseas"
    assert {partner.fields[index].name for index in partner.groups["location"]} == {"province", "city"}
    assert [rule.name for rule in partner.rules] == ["额度不能为负", "停用渠道额度应为零"]
    assert partner["level_note"].custom
    assert partner.fields[-1].name == "level_note"
    assert models["Employee"]["email"].unique
    assert models["Contact"]["name"].visibility == {"viewer": "mask"}


ENGLISH = """
model: Partner
label: {zh: 经销商, en: Dealer}
fields:
  region: {type: choice, options: [华东, {id: 海外, en: Overseas}], conflict: [kingdee, workbook], required: yes}
  credit_limit: {type: money, currency: USD, scale: 4, owner: kingdee}
  phone: {country: SG, conflict: {newest: 2m, order: [workbook]}}
  tax_id: {type: text, check: uscc, pii: person}
  tags: {custom: yes, type: list, of: choice, options: {甲: {en: A}, 乙: }, conflict: union, label: {zh: 标签, en: Tags}}
  since: {custom: yes, type: date, conflict: {policy: min, order: [kingdee]}}
  mentor: {custom: yes, type: ref, to: Employee, conflict: review}
groups: {place: [region]}
rules: [{name: 必须有额度, check: credit_limit > 0, on_fail: warn}]
visibility: {phone: {viewer: hide, ops: mask, owner: full}}
"""
CHINESE = """
模型: 渠道伙伴
名称: {中文: 经销商, 英文: Dealer}
字段:
  区域: {类型: 选项, 选项: [华东, {编号: 海外, 英文: Overseas}], 冲突: [kingdee, workbook], 必填: 是}
  信用额度: {类型: 金额, 币种: USD, 小数位: 4, 归属: kingdee}
  联系电话: {国家: SG, 冲突: {最新: 2分钟, 次序: [workbook]}}
  统一社会信用代码: {类型: 文本, 校验: 信用代码, 隐私: 个人}
  tags: {自定义: 是, 类型: 列表, 元素: 单选, 选项: {甲: {英文: A}, 乙: }, 冲突: 合并, 名称: {中文: 标签, 英文: Tags}}
  since: {自定义: 是, 类型: 日期, 冲突: {方式: 最小, 次序: [kingdee]}}
  mentor: {自定义: 是, 类型: 引用, 对应: 员工, 冲突: 待审}
分组: {place: [区域]}
规则: [{名称: 必须有额度, 校验: 信用额度 > 0, 不符时: 提醒}]
可见性: {联系电话: {查看者: 隐藏, 运维: 遮盖, 数据负责人: 全部}}
"""


def test_both_languages_say_the_same() -> None:
    english = compiled(ENGLISH)
    chinese = compiled(CHINESE)
    assert chinese.fields == english.fields
    assert chinese.label == english.label
    assert [(rule.name, rule.fields, rule.on_fail) for rule in chinese.rules] == [
        (rule.name, rule.fields, rule.on_fail) for rule in english.rules
    ]


def test_settings_narrow_the_kinds_of_the_class() -> None:
    model = compiled(CHINESE)
    assert model.label.text("en") == "Dealer"
    assert model["credit_limit"].kind == Money("USD", 4)
    assert model["credit_limit"].policy == ConflictPolicy("priority", ("kingdee",))
    assert model["phone"].kind == Phone("SG")
    assert model["phone"].policy == ConflictPolicy("newest", ("workbook",), 120.0)
    assert model["phone"].visibility == {"viewer": "hide", "ops": "mask", "owner": "full"}
    assert model["tax_id"].kind == Uscc()
    assert isinstance(model["tags"].kind, ListOf)
    assert model["tags"].kind.parse("A；乙") == ["甲", "乙"]
    assert (model["since"].kind, model["since"].policy) == (Date(), ConflictPolicy("min", ("kingdee",)))
    assert model["mentor"].kind == Ref("Employee")
    assert model["region"].group == "place"
    assert model.broken_rules([None] * len(model.fields)) == []


def test_a_text_may_become_a_code_or_a_choice() -> None:
    model = compiled(
        "model: Partner\nfields:\n  city: {type: choice, options: [上海]}\n  province: {type: code}\n"
    )
    assert isinstance(model["city"].kind, Choice)
    assert model["province"].kind == Code()


def test_text_said_of_a_narrower_field_changes_nothing() -> None:
    assert compiled("model: Partner\nfields: {code: {type: text}}\n")["code"].kind == Code(max=40)


def test_options_of_a_standard_choice_may_be_renamed_and_left_out() -> None:
    model = compiled("model: Partner\nfields: {status: {options: {active: {zh: 在营}}}}\n")
    kind = model["status"].kind
    assert isinstance(kind, Choice)
    assert [(option.id, option.label.zh, option.label.en) for option in kind.options] == [
        ("active", "在营", "Active")
    ]


FAULTS: list[tuple[str, str, int, int, str]] = [
    ("model: Partnr\n", "O201", 1, 8, "没有实体“Partnr”，是不是“Partner”？"),
    ("model: Partner\nfields:\n  nmae: {max: 3}\n", "O203", 3, 3, "Partner 没有字段“nmae”，是不是“name”？"),
    (
        "model: Partner\nfields:\n  渠道名称: {custom: yes, type: text}\n",
        "O204",
        3,
        10,
        "“渠道名称”是标准字段 name，不能作为自定义字段",
    ),
    (
        "model: Partner\nfields:\n  等级说明: {custom: yes, type: text}\n",
        "O205",
        3,
        3,
        "“等级说明”不能用作自定义字段的编号",
    ),
    (
        "model: Partner\nfields:\n  signed_on: {type: money}\n",
        "O206",
        3,
        15,
        "这个标准字段的类型是“日期”，不能改为“金额”",
    ),
    ("model: Partner\nfields:\n  signed_on: {max: 3}\n", "O207", 3, 15, "类型“日期”没有“最长”这个设置"),
    ("model: Partner\nfields:\n  name: {max: 500}\n", "O208", 3, 10, "最长 500 超过了标准字段的 120"),
    ("model: Partner\nfields:\n  credit_limit: {scale: 9}\n", "O209", 3, 18, "小数位 9 超过上限 6"),
    (
        "model: Partner\nfields:\n  credit_limit: {currency: CNX}\n",
        "O210",
        3,
        28,
        "“CNX”不是货币代码，是不是“CNY”？",
    ),
    ("model: Partner\nfields:\n  phone: {country: 中国}\n", "O211", 3, 20, "“中国”不是国家代码"),
    (
        "model: Partner\nfields:\n  status: {options: [activ]}\n",
        "O213",
        3,
        22,
        "“activ”不在标准选项之中，是不是“active”？",
    ),
    ("model: Partner\nfields:\n  region: {options: []}\n", "O214", 3, 12, "这里没有选项"),
    (
        "model: Partner\nfields:\n  region: {options: {a: {en: East}, b: {en: east}}}\n",
        "O215",
        3,
        12,
        "有两个选项的编号或名称相同",
    ),
    ("model: Partner\nlabel: [a]\n", "O216", 2, 8, "这里无法理解为名称或选项"),
    (
        "model: Partner\nfields:\n  x: {custom: yes, type: date, check: email}\n",
        "O217",
        3,
        32,
        "“校验”只能用于文本类型，不能用于“日期”",
    ),
    (
        "model: Partner\nfields:\n  x: {custom: yes, type: list, of: bool}\n",
        "O218",
        3,
        32,
        "这个列表的元素不能是“是否”",
    ),
    (
        "model: Partner\nfields:\n  manager: {to: Contact}\n",
        "O219",
        3,
        17,
        "这个引用指向 Employee，不能改为 Contact",
    ),
    ("model: Partner\nfields:\n  name: {conflict: [kingdee, kingdee]}\n", "O221", 3, 30, "“kingdee”写了两次"),
    (
        "model: Partner\nfields:\n  name: {conflict: max}\n",
        "O222",
        3,
        20,
        "冲突处理方式“最大”不适用于这种类型的字段",
    ),
    (
        "model: Partner\nfields:\n  name: {owner: kingde}\n",
        "O223",
        3,
        17,
        "hub.yaml 里没有系统“kingde”，是不是“kingdee”？",
    ),
    (
        "model: Partner\nfields:\n  code: {generate: QD}\n",
        "O224",
        3,
        20,
        "“QD”不是编码的格式，或者这个字段不是文本或编码",
    ),
    ("model: Partner\nfields:\n  note: {generate: 'N{number}'}\n", "O225", 3, 10, "自动生成的编码必须唯一"),
    (
        "model: Partner\nfields:\n  x: {custom: yes, type: text, label: 城市}\n",
        "O226",
        3,
        3,
        "“城市”同时是 x 和 city 的名称",
    ),
    ("model: Partner\nfields:\n  phone: {pii: none}\n", "O227", 3, 11, "phone 含有个人信息，不能改为“无”"),
    ("model: Partner\nfields:\n  name: {conflict: {newest: 很久}}\n", "O228", 3, 29, "“很久”不是时间长度"),
    (
        "model: Partner\nfields:\n  name: {owner: kingdee, conflict: newest}\n",
        "O229",
        3,
        26,
        "这个字段归 kingdee 所有，冲突处理方式不会生效",
    ),
    (
        "model: Partner\ngroups: {a: [city, provinc]}\n",
        "O231",
        2,
        20,
        "Partner 没有字段“provinc”，是不是“province”？",
    ),
    ("model: Partner\ngroups: {a: [city], b: [city]}\n", "O232", 2, 25, "“city”已经在分组“a”里"),
    (
        "model: Partner\nfields: {city: {conflict: newest}}\ngroups: {a: [city, province]}\n",
        "O233",
        3,
        20,
        "“province”与“city”的归属或冲突处理方式不同，分组“a”无法整体合并",
    ),
    (
        "model: Partner\nrules:\n  - {name: a, check: city == city}\n  - {name: a, check: city == city}\n",
        "O234",
        4,
        12,
        "有两条名为“a”的规则",
    ),
    (
        'model: Partner\nrules:\n  - {name: a, check: "city == 3"}\n',
        "O253",
        3,
        28,
        "“==”不能用于文字和数字之间",
    ),
    (
        "model: Partner\nrules:\n  - {name: a, check: citi == 3}\n",
        "O252",
        3,
        22,
        "没有字段“citi”，是不是“city”？",
    ),
    ("model: Partner\nfelds: {}\n", "T111", 2, 1, "这里不认识“felds”，是不是“fields”？"),
    ("model: Partner\nfields:\n  city: {conflict: latest}\n", "T113", 3, 20, "“冲突”不能是“latest”"),
    ("model: Partner\nfields:\n  x: {custom: yes}\n", "T112", 3, 6, "缺少“类型”"),
    ("model: Partner\nfields:\n  x: {custom: yes, type: ref}\n", "T112", 3, 6, "缺少“对应”"),
    ("model: Partner\nfields:\n  城市: {}\n  city: {}\n", "T106", 4, 3, "“city”出现了两次，第一次在第 3 行"),
    (
        "model: Partner\nfields:\n  city: newest\n",
        "T108",
        3,
        9,
        "这里应为“名称: 值”形式的内容，实际是一段文字",
    ),
    ("model: Partner\nvisibility: {city: {boss: hide}}\n", "T111", 2, 21, "这里不认识“boss”"),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "chinese"), FAULTS, ids=lambda value: str(value)[-20:]
)
def test_a_fault_is_told_once_at_its_place_in_both_languages(
    text: str, code: str, line: int, column: int, chinese: str
) -> None:
    (problem,) = problems(text)
    position = problem.position
    assert position is not None
    assert (problem.code, position.line, position.column) == (code, line, column)
    assert problem.text("zh") == chinese
    assert problem.text("en") != chinese
    assert problem.fix("zh") or code in {"T108", "T112"}


def test_two_overlays_for_one_entity_are_refused() -> None:
    (problem,) = problems("model: Partner\n", "model: 渠道伙伴\n")
    assert problem.line("zh") == "O202 1.yaml:1:8  Partner 已经在 0.yaml 中定义 (每个实体请只保留一个文件)"


def test_every_message_about_overlays_is_shown_by_a_row() -> None:
    shown = {row[1] for row in FAULTS} | {"O200", "O202"}
    of_expressions = ("O25", "O26", "O27")
    assert {
        code for code in catalogue() if code.startswith("O") and not code.startswith(of_expressions)
    } <= shown


def test_all_problems_of_all_files_are_raised_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("model: Partner\nfields:\n  nmae: {}\n  ctiy: {}\n", "utf-8")
    (tmp_path / "b.yaml").write_text("model：Contact\n", "utf-8")
    with pytest.raises(MappingError) as caught:
        load_entities(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["O203", "O203", "T102"]
    assert "mappings/model/b.yaml:1:6" in str(caught.value)


def test_without_a_hub_any_system_may_be_named() -> None:
    findings = Findings()
    model = compile_entities([overlay("model: Partner\nfields: {name: {owner: sap}}\n", findings)], findings)[
        "Partner"
    ]
    assert findings.problems == []
    assert model["name"].owner == "sap"


def test_a_field_kept_as_text_keeps_its_standard_limit() -> None:
    assert compiled("model: Partner\nfields: {name: {multiline: no}}\n")["name"].kind == Text(max=120)
