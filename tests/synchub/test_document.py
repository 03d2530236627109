"""The strict YAML loader: everything is text, every trouble is found at its place, in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synchub import messages
from synchub.document import Findings, Items, Keyword, Reading, Scalar, Table, load, nearest, parse
from synchub.document.loading import parse_anyway
from synchub.document.repairing import repair
from synchub.messages.document import MESSAGES

FLOW = Keyword("flow", "流向")
NAME = Keyword("name", "名称")
COUNT = Keyword("count", "数量")
BOTH = {Keyword("both", "双向"): 2, Keyword("none", "无"): 0}


def read(text: str) -> Table:
    findings = Findings()
    table = parse(text, "a.yaml", findings)
    assert not findings.problems, [problem.line("en") for problem in findings.problems]
    assert table is not None
    return table


def complaints(text: str) -> list[tuple[str, int, int]]:
    findings = Findings()
    assert parse(text, "a.yaml", findings) is None
    for problem in findings.problems:
        for language in ("en", "zh"):
            assert problem.text(language)
            assert not re.search(r"\{\w+\}", problem.line(language))
    return [
        (problem.code, problem.position.line, problem.position.column)
        for problem in findings.problems
        if problem.position
    ]


def text_of(table: Table, key: str) -> str:
    node = table.get(key)
    assert isinstance(node, Scalar)
    return node.text


# The rows of mapping.md section 2 that YAML loaders get wrong.
@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        ("phone: 02188886666", "phone", "02188886666"),
        ("code: 0755", "code", "0755"),
        ("time: 12:30:45", "time", "12:30:45"),
        ("ver: 1.10", "ver", "1.10"),
        ("no: NO", "no", "NO"),
        ("sku: 1e5", "sku", "1e5"),
        ("sku: 1_000", "sku", "1_000"),
        ("day: 2026-08-01", "day", "2026-08-01"),
        ("flag: ~", "flag", "~"),
        ("flag: null", "flag", "null"),
        ("yes: on", "yes", "on"),
        ("1: 0x10", "1", "0x10"),
    ],
)
def test_every_scalar_is_text(written: str, key: str, value: str) -> None:
    assert text_of(read(written), key) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\na: 2\n", ("T106", 2, 1)),
        ("字段:\n  渠道名称：name\n  税号: tax\n", ("T102", 2, 7)),
        ("字段:\n　　渠道名称: name\n", ("T104", 2, 1)),
        ("a: &x [1]\nb: [*x, *x]\n", ("T107", 1, 4)),
    ],
)
def test_the_dangerous_rows_of_the_table_are_refused(text: str, found: tuple[str, int, int]) -> None:
    assert complaints(text) == [found]


def test_nodes_know_their_places() -> None:
    table = read("# comment\n字段:\n  区域: {列: Region, 取值: [东, 西]}\n")
    region = table.entries["字段"].value
    assert isinstance(region, Table)
    inner = region.entries["区域"].value
    assert isinstance(inner, Table)
    assert str(inner.position) == "a.yaml:3:7"
    assert str(inner.entries["列"].value.position) == "a.yaml:3:11"
    values = inner.entries["取值"].value
    assert isinstance(values, Items)
    assert [str(item.position) for item in values] == ["a.yaml:3:24", "a.yaml:3:27"]


def test_a_quoted_empty_text_is_not_nothing() -> None:
    table = read("a:\nb: ''\n")
    nothing, empty = table.get("a"), table.get("b")
    assert isinstance(nothing, Scalar)
    assert isinstance(empty, Scalar)
    assert nothing.blank
    assert not empty.blank


@pytest.mark.parametrize(
    "text",
    [
        "a: 注意：这是，文字“好”。\n",
        "a: {说明: 先付款，后发货}\n",
        "a: 很长的文字\n  第二行：仍是文字\nb: 1\n",
        "a: |\n  全：角\n  　空格，　\n\nb: 1\n",
        "a: >-\n  键：值\nb: 1\n",
        "a: '全：角，'   # 注释：全角　\nb: \"，\n  第：二 \"\nc: {k: '甲：乙，丙'}\n",
        "rules:\n  - 其他：可以\n  - 第二：也可以\n",
        "a: 【重要】客户\nb: “联宏”牌\n",
        "联系电话（必填）：: phone\n",
        'a: it\'s\nb: say "hi" now\nc: x#y\nd: http://x:80/a\n',
        '"a": {"b":1, \'c\':2}\n',
        "a: [\n  {x: 1,\n   y: 2},\n  z，]\n".replace("，", ""),
        "- a: 1\n".replace("- a", "a"),
        "\ufeffa: 1\n",
        "a: 1\r\nb: 全：角\r\n",
    ],
)
def test_full_width_marks_inside_text_are_fine(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\n键：值\n", [("T102", 2, 2)]),
        ("k：{a: 1}\n", [("T102", 1, 2)]),
        ("k: {a: 1，b: 2}\n", [("T102", 1, 9)]),
        ("k: {列：联系电话，格式：电话}\n", [("T102", 1, 6), ("T102", 1, 11), ("T102", 1, 14)]),
        ("k: [华东，华南]\n", [("T102", 1, 7)]),
        ("k: ｛a: 1｝\n", [("T102", 1, 4), ("T102", 1, 9)]),
        ("k: ［a］\n", [("T102", 1, 4), ("T102", 1, 6)]),
        ("k: {a: 1｝\nb: 2\n", [("T102", 1, 9)]),
        ("k: [税号】\n", [("T102", 1, 7)]),
        ("k: 【税号】\n", [("T102", 1, 4), ("T102", 1, 7)]),
        ("k: “联宏”\n", [("T102", 1, 4), ("T102", 1, 7)]),
        ('k: "联宏”\nb: 1\n', [("T102", 1, 7)]),
        ("＃ 注释\na: 1\n", [("T102", 1, 1)]),
        ("－ a\n", [("T102", 1, 1), ("T108", 1, 1)]),
        ("tests:\n  - 名称：一\n    外部: {a: 1}\n", [("T102", 2, 7)]),
        ("l:\n  - a: 1\n    b：2\n", [("T102", 3, 6)]),
        ("k: {\n  列：电话,\n  b: 1\n}\n", [("T102", 2, 4)]),
        ("a:\n\tb: 1\n", [("T103", 2, 1)]),
        ("a:\t1\n", [("T103", 1, 3)]),
        ("a:\n　　b: 1\n", [("T104", 2, 1)]),
        ("a:\n\u00a0 b: 1\n", [("T104", 2, 1)]),
        ("k:　值\n", [("T104", 1, 3)]),
        ("k: 值　\n", [("T104", 1, 5)]),
        ("l:\n  -　a\n", [("T104", 2, 4)]),
        ("k:值\n", [("T116", 1, 3)]),
        ("k: {b:1}\n", [("T116", 1, 7)]),
        ("a\u200b: 1\n", [("T115", 1, 2)]),
        ("a: 1\n键：值\n另：外\n", [("T102", 2, 2), ("T102", 3, 2)]),
    ],
)
def test_marks_in_the_place_of_syntax_are_found_where_they_stand(
    text: str, found: list[tuple[str, int, int]]
) -> None:
    assert sorted(complaints(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\n b: 2\n", ("T105", 2, 3)),
        ("a: x\nnope\nb: 1\n", ("T105", 2, 1)),
        ("a: 'x\nb: 2\n", ("T105", 1, 4)),
        ("a: {x: 1\nb: 2\n", ("T105", 2, 2)),
        ("a: @x\n", ("T105", 1, 4)),
        ("a: b: c\n", ("T105", 1, 5)),
        ('a: "\\q"\n', ("T105", 1, 6)),
        ("a:\n  - b\n c: 1\n", ("T105", 3, 2)),
        ("a: 1\n- b\n", ("T105", 2, 1)),
        ("a: *必填\n", ("T107", 1, 4)),
        ("a: !!int 1\n", ("T107", 1, 4)),
        ("<<: {a: 1}\n", ("T107", 1, 1)),
        ("a: 1\n---\nb: 2\n", ("T107", 2, 1)),
        ("%YAML 1.1\n---\na: 1\n", ("T107", 1, 1)),
        ("- a\n", ("T108", 1, 1)),
        ("? [a]\n: b\n", ("T108", 1, 3)),
        ("", ("T109", 1, 1)),
        ("# only a comment\n", ("T109", 1, 1)),
        ("a: \x07\n", ("T115", 1, 4)),
        ("a: " + "[" * 30 + "]" * 30, ("T117", 1, 19)),
    ],
)
def test_yaml_errors_are_told_at_their_place(text: str, found: tuple[str, int, int]) -> None:
    assert complaints(text) == [found]


def test_behind_a_mark_the_rest_of_the_file_is_read_too_and_told_at_its_own_place() -> None:
    text = "映射：a\nk：{a：1，a：2}\n\tb: x\nb: y\n"
    findings = Findings()
    tree = parse_anyway(text, "a.yaml", findings)
    places = {(one.code, one.position.line, one.position.column) for one in findings.problems if one.position}
    assert places == {
        ("T102", 1, 3),
        ("T102", 2, 2), ("T102", 2, 5), ("T102", 2, 7), ("T102", 2, 9),
        ("T106", 2, 8),
        ("T103", 3, 1),
        ("T105", 3, 2),
    }  # fmt: skip
    assert tree is None
    assert parse(text, "a.yaml", Findings()) is None


def test_what_is_read_behind_a_mark_stands_where_it_stands_in_the_file() -> None:
    findings = Findings()
    tree = parse_anyway("k：{a：1，b：{c：2，c：3}}\n", "a.yaml", findings)
    assert tree is not None
    inside = tree.entries["k"].value
    assert isinstance(inside, Table)
    assert [(entry.key.text, entry.key.position.column, entry.value.position.column) for entry in inside] == [
        ("a", 4, 6), ("b", 8, 10),
    ]  # fmt: skip
    assert [
        (one.position.column, one.params["key"])
        for one in findings.problems
        if one.position and one.code == "T106"
    ] == [(15, "c")]
    assert parse("k：{a：1}\n", "a.yaml", Findings()) is None, "a run takes nothing that was guessed"


def test_a_text_of_nothing_but_marks_ends() -> None:
    findings = Findings()
    parse_anyway("k: {" + "a：1，" * 20_000 + "}\n", "a.yaml", findings)
    assert findings.errors


def test_yaml_errors_are_told_in_both_languages() -> None:
    findings = Findings()
    parse("a: 'x\n", "a.yaml", findings)
    assert (
        findings.problems[0].text("en") == "YAML cannot be read here: a quote is opened here and never closed"
    )
    assert findings.problems[0].text("zh") == "这里的 YAML 无法读取：这里的引号没有配对的结束引号"


@pytest.mark.parametrize(
    ("data", "guess", "line", "column"),
    [
        ("# 备注\n渠道: 联宏\n".encode("gbk"), "GBK", 1, 3),
        ("a: 1\n渠道: 联宏\n".encode("gbk"), "GBK", 2, 1),
        ("渠道: 联宏\n".encode("utf-16"), "UTF-16", 1, 1),
        ("channel: x\n".encode("utf-16-le"), "UTF-16", 1, 2),
        (b"a: \xff\xff\xff\n", "another encoding", 1, 4),
    ],
)
def test_other_encodings_are_guessed(tmp_path: Path, data: bytes, guess: str, line: int, column: int) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    findings = Findings()
    assert load(tmp_path / "a.yaml", findings) is None
    problem = findings.problems[0]
    assert problem.code == "T101"
    assert guess in problem.text("en")
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (line, column)


def test_a_file_that_is_not_there_or_too_large_is_a_finding(tmp_path: Path) -> None:
    findings = Findings()
    assert load(tmp_path / "none.yaml", findings, shown_as="mappings/none.yaml") is None
    (tmp_path / "big.yaml").write_bytes(b"a: 1\n" * 300_000)
    assert load(tmp_path / "big.yaml", findings) is None
    assert [problem.code for problem in findings.problems] == ["T110", "T114"]
    assert str(findings.problems[0].position) == "mappings/none.yaml:1:1"
    assert str(tmp_path) not in findings.problems[0].line("en")


def test_a_file_with_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("名称: 联宏\n", encoding="utf-8-sig")
    findings = Findings()
    table = load(tmp_path / "a.yaml", findings)
    assert table is not None
    assert list(table.entries) == ["名称"]


def test_a_reader_takes_keywords_of_both_languages_and_reports_the_rest() -> None:
    findings = Findings()
    reading = Reading(read("流向: 双向\nnmae: x\ncount: 12\n"), findings)
    assert reading.take_choice(FLOW, BOTH, default=1) == 2
    assert reading.take_whole(COUNT) == 12
    assert reading.take_text(NAME, required=True) is None
    reading.refuse_unknown()
    missing, unknown = findings.problems
    assert (missing.code, str(missing.position)) == ("T112", "a.yaml:1:1")
    assert (unknown.code, str(unknown.position)) == ("T111", "a.yaml:2:1")
    assert unknown.text("en") == "“nmae” is not known here; did you mean “name”?"
    assert unknown.fix("zh") == "可用：流向、数量、名称"
    assert missing.text("zh") == "缺少“名称”"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("flow: bth\n", "T113", "a.yaml:1:7"),
        ("flow: [both]\n", "T108", "a.yaml:1:7"),
        ("flow: both\n流向: 双向\n", "T106", "a.yaml:2:1"),
    ],
)
def test_a_reader_tells_wrong_choices_and_shapes(text: str, code: str, place: str) -> None:
    findings = Findings()
    assert Reading(read(text), findings).take_choice(FLOW, BOTH, default=1) in {1, 2}
    problem = findings.problems[0]
    assert (problem.code, str(problem.position)) == (code, place)
    assert problem.text("en")
    assert problem.text("zh")


@pytest.mark.parametrize(
    ("text", "count"),
    [("count: 0", 0), ("count: 007", 7), ("count: -1", None), ("count: 1.5", None), ("count: ٣", None)],
)
def test_whole_numbers_are_plain_digits(text: str, count: int | None) -> None:
    findings = Findings()
    assert Reading(read(text), findings).take_whole(COUNT) == count
    assert bool(findings.problems) == (count is None)


def test_a_wrong_shape_inside_is_reported_and_left_out() -> None:
    findings = Findings()
    reading = Reading(read("name: [a, {b: c}]\nflow: {x: y, z: [1]}\ncount: {a: b}\n"), findings)
    assert reading.take_list_of_text(NAME) == ("a",)
    assert [(key.text, value.text) for key, value in reading.take_texts(FLOW).items()] == [("x", "y")]
    assert reading.take_items(COUNT) is None
    assert [problem.code for problem in findings.problems] == ["T108", "T108", "T108"]


def test_nearest_ignores_case_and_blanks() -> None:
    assert nearest("cust name", ["CustName", "Phone"]).params == {"name": "CustName"}
    assert nearest("zzz", ["CustName"]).text("en") == ""


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("aé键：:，,{}[]｛｝【】\"'“”#-? \n\t　|>&*!%@\\\u200b\x07"), max_size=40)
)
@example('a: "\\')
@example("{？：")
def test_any_text_gives_a_table_or_findings(text: str) -> None:
    findings = Findings()
    table = parse(text, "a.yaml", findings)
    assert (table is None) == bool(findings.errors)
    for problem in findings.problems:
        assert problem.line("zh")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_a_table_or_findings(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.yaml"
    path.write_bytes(data)
    findings = Findings()
    assert (load(path, findings) is None) == bool(findings.errors)


def test_an_invisible_mark_at_the_beginning_is_taken_out_and_told() -> None:
    done = repair(b"\xef\xbb\xbfname: x\n", "a.yaml")
    assert done is not None
    assert (done.text, [one.code for one in done.repaired], done.left) == ("name: x\n", ["T118"], [])
    plain = repair(b"name: x\n", "a.yaml")
    assert plain is not None
    assert plain.repaired == []


def test_every_code_is_tested_and_has_both_languages() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    for code, message in MESSAGES.items():
        assert message.en or code == "hint.none"
        assert bool(message.en) == bool(message.zh)
        assert bool(message.fix_en) == bool(message.fix_zh)
        assert set(re.findall(r"\{(\w+)\}", message.en)) == set(re.findall(r"\{(\w+)\}", message.zh))
        if code.startswith("T1"):
            assert f'"{code}"' in here, code


def test_parameters_may_be_messages() -> None:
    words = messages.Words("shape.list")
    assert messages.text("T108", {"expected": words, "found": words}, "en") == "expected a list, found a list"
    assert messages.text("T108", {"expected": words, "found": words}, "zh") == "这里应为列表，实际是列表"
