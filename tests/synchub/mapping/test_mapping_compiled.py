"""Compiled mappings: states of observations, rows of lists, scope, generated code that no file can reach, hashes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synchub.errors import Problem
from synchub.mapping import Flow, OnNew, RefSpec
from synchub.mapping import keywords as k
from synchub.mapping.compile import getter
from synchub.mapping.compiled import Part
from synchub.mapping.generate import Memory
from synchub.mapping.keywords import every
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT, UNKNOWN, Reference, Unreadable

ENGLISH = """\
mapping: 箱子
system: crm
object: Box
to: Thing
header_row: 2
options: {range: "A:F"}
identity: {hub_id: SyncId, external_id: Id, match: [[tax_id], [name, region]]}
on_new: review
create_there: yes
scope: {only: {Type: [A, B]}, on_leave: unlink}
fields:
  code: No
  name: Name
  tax_id: Tax
  phone: {field: Tel, as: phone, write: 138-0013-8000, flow: both}
  discount: {field: Off, unit: fraction}
  limit: {field: Max, as: money, unit: ten_thousand, currency: CNY, flow: hub_writes}
  day: {field: Day, as: date, write: 2026/8/1, otherwise: error}
  at: {field: At, as: datetime, write: "2026-08-01 12:00", lossy: minutes}
  active: {field: On, as: bool, words: [有, 无]}
  region:
    field: Region
    values: {East: 华东}
    also_read: {E: 华东}
    also_write: {East: [华南]}
    otherwise: use:华南
    lossy: one word for both
  tags: {field: Tags, as: list, separator: "|"}
  boss: {field: Boss, ref: Person, by: name}
  note_2: {field: Note, as: text, flow: hub_reads, otherwise: keep}
on_create: {Type: A}
tests:
  - name: a row
    flow: hub_reads
    external: {Name: x, Region: E}
    canonical: {name: x, region: 华东}
  - name: held
    external: {Tel: "12"}
    review: [phone]
"""
CHINESE = """\
# 同一个映射，中文关键词，标准字段用中文名称
映射: 箱子
系统: crm
对象: Box
对应: 东西
选项: {range: "A:F"}
表头行: 2
范围:
  离开范围: 解除关联
  只含: {Type: [B, A]}
标识:
  编号列: SyncId
  外部编号: Id
  首次匹配: [税号, [名称, 区域]]
新记录: 待审
在此新建: 是
字段:
  编码: No
  名称: Name
  税号: {列: Tax}
  电话: {列: Tel, 格式: 电话, 写法: 138-0013-8000}
  折扣: {列: Off, 单位: 小数}
  额度: {列: Max, 格式: 金额, 单位: 万元, 币种: CNY, 流向: 只写出}
  日期: {列: Day, 格式: 日期, 写法: 2026/8/1, 其它: 报错}
  时间: {列: At, 格式: 时间, 写法: "2026-08-01 12:00", 有损: 只到分钟}
  启用: {列: On, 格式: 是否, 用词: [有, 无]}
  区域:
    列: Region
    另收: {E: 华东}
    另写: {East: 华南}
    取值: {East: East}
    其他: 改用:South
    有损: 两个区域写成同一个
  标签: {列: Tags, 格式: 列表, 分隔符: "|"}
  负责人: {列: Boss, 引用: 人员, 按: 姓名}
  note_2: {列: Note, 格式: 文本, 流向: 只读入, 其它: 保留}
新建时: {Type: A}
测试:
  - 名称: 一行
    流向: 只读入
    外部: {Name: x, Region: E}
    标准: {名称: x, 区域: 华东}
  - 名称: 待审
    外部: {Tel: "12"}
    待审: [电话]
"""


def test_english_and_chinese_files_have_one_hash(bench: Any) -> None:
    english, chinese = bench.compile(ENGLISH), bench.compile(CHINESE)
    assert english.version == chinese.version
    assert [one.hash for one in english.fields] == [one.hash for one in chinese.fields]
    assert english.columns == chinese.columns
    assert english.match == (("tax_id",), ("name", "region")) == chinese.match
    assert english.options == {"range": "A:F", "header_row": "2"} == chinese.options


def test_files_in_both_languages_pass_their_own_tests(bench: Any) -> None:
    report = bench.check(ENGLISH)
    assert report.sound, [problem.line("en") for problem in report.problems]
    assert report.files[0].tests == 2
    assert bench.check(CHINESE).sound


def test_the_compiled_mapping_says_what_the_engine_asks(bench: Any) -> None:
    mapping = bench.compile(ENGLISH)
    assert (mapping.name, mapping.system, mapping.object, mapping.entity.name) == (
        "箱子",
        "crm",
        "Box",
        "Thing",
    )
    assert mapping.on_new is OnNew.REVIEW
    assert mapping.create_there
    assert (mapping.hub_column, mapping.external_id) == ("SyncId", "Id")
    assert mapping.columns[-2:] == ("Type", "SyncId")
    assert mapping.columns == mapping.row_columns
    assert mapping.on_create == {"Type": "A"}
    flows = {one.name: one.flow for one in mapping.fields}
    assert (flows["limit"], flows["note_2"], flows["name"]) == (Flow.HUB_WRITES, Flow.HUB_READS, Flow.BOTH)
    assert [one.index for one in mapping.fields] == [
        mapping.entity.position[one.name] for one in mapping.fields
    ]
    boss = next(one for one in mapping.fields if one.name == "boss")
    assert boss.ref == RefSpec("Person", "name")
    assert str(boss.position) == "mappings/a.yaml:29:3"


CHANGES = [
    ("field: Tel", "field: Tel2", {"phone"}),
    ("138-0013-8000", "+86 138 0013 8000", {"phone"}),
    ("unit: fraction", "unit: percent", {"discount"}),
    ("otherwise: use:华南", "otherwise: use:华东", {"region"}),
    ("also_read: {E: 华东}", "also_read: {E: 华东, O: 华东}", {"region"}),
    ("words: [有, 无]", "words: [Y, N]", {"active"}),
    ("by: name", "by: code", {"boss"}),
    ("on_new: review", "on_new: create", set()),
    ("Type: [A, B]", "Type: [A]", set()),
    ("flow: hub_writes", "flow: hub_reads", set()),
    ("on_create: {Type: A}", "on_create: {Type: B}", set()),
    ("header_row: 2", "header_row: 3", set()),
]


@pytest.mark.parametrize(("old", "new", "fields"), CHANGES)
def test_a_change_of_meaning_changes_the_hash_of_that_field_only(
    bench: Any, old: str, new: str, fields: set[str]
) -> None:
    before = bench.compile(ENGLISH)
    assert old in ENGLISH
    after = bench.compile(ENGLISH.replace(old, new, 1))
    assert before.version != after.version
    changed = {one.name for one, two in zip(before.fields, after.fields, strict=True) if one.hash != two.hash}
    assert changed == fields


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- name: a row", "- name: another"),
        ("lossy: minutes", "lossy: seconds are lost"),
        ("fields:\n", "\n\nfields:  # x\n"),
    ],
)
def test_what_means_nothing_to_values_changes_no_hash(bench: Any, old: str, new: str) -> None:
    assert bench.compile(ENGLISH).version == bench.compile(ENGLISH.replace(old, new, 1)).version


def test_the_time_zone_of_the_system_is_part_of_the_meaning(bench: Any) -> None:
    here = bench.fields("at: C")
    there = bench.compile("mapping: m\nsystem: erp\nobject: Box\nto: Thing\nfields:\n  at: C\n")
    assert here.fields[0].hash != there.fields[0].hash


def test_the_four_states_go_through(bench: Any) -> None:
    mapping = bench.fields("name: A\ncode: B\nphone: C\nlimit: D\nregion: E\nboss: F")
    masked = Unreadable(None)  # type: ignore[arg-type]  # the problem plays no part
    assert mapping.read("r", [ABSENT] * 6) == [ABSENT] * 6
    assert mapping.read("r", [masked] * 6) == [masked] * 6
    assert mapping.read("r", [None] * 6) == [None] * 6
    assert mapping.read("r", [""] * 6) == [None] * 6
    assert mapping.read_image(0, UNKNOWN) is ABSENT
    row = ["a", ABSENT, masked, Decimal(1), None, 7]
    assert mapping.image(row) == row


def test_booleans_and_numbers_are_never_confused_by_memory(bench: Any) -> None:
    mapping = bench.fields("limit: A\nregion: {field: B, values: {1: 华东, true: 华南}}")
    for _ in range(2):
        assert mapping.read("r", [1, 1]) == ["1.00 CNY", "华东"]
        assert mapping.read("r", [Decimal("1.0"), "1"]) == ["1.00 CNY", "华东"]
        seen = mapping.read("r", [True, True])
        assert isinstance(seen[0], Unreadable)
        assert seen[1] == "华南"


def test_memory_is_bounded(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synchub.mapping.generate.plan.REMEMBERED", 10)
    mapping = bench.fields("day: {field: C, write: 2026/8/1}")
    for _ in range(2):
        for month in range(1, 13):
            for day in range(1, 29):
                raw, meant = f"2026/{month}/{day}", f"2026-{month:02}-{day:02}"
                assert mapping.read("r", [raw]) == [meant]
                assert mapping.write({0: meant}, [None]).cells == {"C": raw}
    memories = [one for one in mapping.read.__globals__.values() if isinstance(one, Memory)]
    memories += [one for one in mapping.write.__globals__.values() if isinstance(one, Memory)]
    assert memories
    assert all(0 < len(memory) <= 10 for memory in memories)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet=st.sampled_from("aé联　 \t\n\u200bＡe\u0301\u00ad 0\x00\x85ﬁ"), max_size=12)
    | st.text(max_size=45)
)
def test_the_fast_reading_of_text_agrees_with_the_kind(bench: Any, text: str) -> None:
    lines = ("name: A", "note: B", "code: C")
    mapping = memo(bench, "\n".join(lines))
    slow = [getter(bench.entry(line))(text) for line in lines]
    fast = mapping.read("r", [text] * 3)
    for one, other in zip(fast, slow, strict=True):
        assert one == other or (isinstance(one, Unreadable) and isinstance(other, Unreadable))


_MEMO: dict[str, Any] = {}


def memo(bench: Any, lines: str) -> Any:
    if lines not in _MEMO:
        _MEMO[lines] = bench.fields(lines)
    return _MEMO[lines]


NASTY = [
    "a'b",
    'a"b',
    "{x}",
    "a\\\nb",
    "line\nbreak",
    "'); raise SystemExit #",
    "]\n    raise SystemExit",
    "%s%%",
    "\\u0027",
    "__import__('os')",
    "列 名",
    "values",
    "MISS",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_no_text_of_a_file_becomes_code(bench: Any, nasty: str) -> None:
    import json

    quoted = json.dumps(nasty)
    mapping = bench.compile(
        f"mapping: {quoted}\nsystem: crm\nobject: {quoted}\nto: Thing\n"
        f"scope: {{only: {{{quoted}: [{quoted}]}}}}\non_create: {{{json.dumps(nasty + '2')}: {quoted}}}\n"
        f"fields:\n  name: {quoted}\n"
        f"  note_2: {{field: {json.dumps(nasty + '3')}, values: {{{quoted}: {quoted}}}, otherwise: keep}}\n"
        f"  tags: {{field: {json.dumps(nasty + '4')}, separator: {quoted}}}\n"
    )
    assert mapping.columns[0] == nasty
    assert mapping.in_scope([nasty, None, None])
    assert mapping.read("r", ["v", "w", "x"])[:2] == ["v", "w"]
    assert mapping.write({0: "new"}, ["old", None, None]).cells == {nasty: "new"}


ROWS = """\
mapping: m
system: crm
object: Box
to: Thing
each: rows
line_id: id
scope: {only: {kind: [x, "1"]}}
fields:
  boss: {ref: Person, parent: yes}
  name: who
  phone: contact.mobile
"""


def test_rows_of_a_list_are_parts_of_the_record(bench: Any) -> None:
    mapping = bench.compile(ROWS)
    assert mapping.columns == ("rows",)
    assert mapping.row_columns == ("who", "contact.mobile", "kind")
    rows: list[Any] = [
        {"id": 7, "who": " 张三 ", "contact": {"mobile": "138 0013 8000"}, "kind": "x"},
        {"id": "8", "who": "李四", "contact": None, "kind": 1},
        {"who": "nobody"},
        "nonsense",
    ]
    record = RawRecord("K1", (rows,))
    parts = list(mapping.parts(record))
    assert [part.part for part in parts] == ["7", "8"]
    assert mapping.read("K1", parts[0].values) == [Reference("K1"), "张三", "+8613800138000"]
    assert mapping.read("K1", parts[1].values) == [Reference("K1"), "李四", ABSENT]
    assert mapping.image(parts[0].values) == [None, " 张三 ", "138 0013 8000"]
    assert mapping.read_image(0, None) is ABSENT
    assert [mapping.in_scope(part.values) for part in parts] == [True, True]
    assert mapping.fields[0].columns == ()
    assert mapping.write({0: "K2", 1: "王五"}, mapping.image(parts[0].values)).cells == {"who": "王五"}


def test_a_list_that_cannot_be_seen_is_not_an_empty_list(bench: Any) -> None:
    mapping = bench.compile(ROWS)
    for value, known in (([], True), (None, True), (ABSENT, False), (Unreadable(None), False)):  # type: ignore[arg-type]  # no problem needed
        record = RawRecord("K1", (value,))
        assert list(mapping.parts(record)) == []
        assert mapping.parts_known(record) is known


def test_without_each_the_record_is_its_only_part(bench: Any) -> None:
    mapping = bench.fields("name: A")
    record = RawRecord("K1", ("x",))
    assert list(mapping.parts(record)) == [Part("", ("x",))]
    assert mapping.parts_known(RawRecord("K1", (ABSENT,)))


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        ("A", True),
        (" A ", True),
        ("C", False),
        (None, False),
        (ABSENT, False),
        (True, True),
        (2, True),
        (Decimal(2), True),
    ],
)
def test_scope_compares_texts(bench: Any, value: Any, inside: bool) -> None:
    mapping = bench.compile(
        'mapping: m\nsystem: crm\nobject: Box\nto: Thing\nscope: {only: {T: [A, "true", "2"]}}\nfields:\n  name: N\n'
    )
    assert mapping.in_scope(["x", value]) is inside


def test_every_keyword_has_both_forms_and_means_one_thing_where_it_stands() -> None:
    words = every()
    assert len(words) > 50
    for word in words:
        assert word.en.isascii()
        assert word.en == word.en.lower()
        assert not word.zh.isascii()
    entry = [
        k.FIELD,
        k.AS,
        k.FLOW,
        k.VALUES,
        k.ALSO_READ,
        k.ALSO_WRITE,
        k.OTHERWISE,
        k.WRITE,
        k.UNIT,
        k.CURRENCY,
    ]
    entry += [k.SEPARATOR, k.WORDS, k.REF, k.BY, k.PARENT, k.LOSSY]
    header = [
        k.MAPPING,
        k.SYSTEM,
        k.OBJECT,
        k.TO,
        k.HEADER_ROW,
        k.OPTIONS,
        k.IDENTITY,
        k.ON_NEW,
        k.CREATE_THERE,
    ]
    header += [k.SCOPE, k.EACH, k.LINE_ID, k.FIELDS, k.ON_CREATE, k.TESTS]
    for group in (entry, header, [k.NAME, k.EXTERNAL, k.CANONICAL, k.REVIEW, k.FLOW]):
        names = [name for word in group for name in word.names]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        ("OWN", False),
        (" OWN ", False),
        ("P1", True),
        (None, True),
        (12, False),
        (ABSENT, False),
        (Unreadable(Problem("K101")), False),
    ],
)
def test_a_scope_may_leave_records_out(bench: Any, value: Any, inside: bool) -> None:
    """A column that is blank is none of the texts; one that cannot be seen proves nothing."""
    texts = 'mapping: m\nsystem: crm\nobject: Box\nto: Thing\nscope: {except: {T: [OWN, "12"]}}\nfields:\n  name: N\n'
    mapping = bench.compile(texts)
    assert mapping.scope_columns == ("T",)
    assert mapping.in_scope(["x", value]) is inside
    chinese = texts.replace("scope: {except", "范围: {不含")
    assert bench.compile(chinese).version == mapping.version
    assert bench.compile(texts.replace("except", "only")).version != mapping.version
