"""The entry forms beside the plain one: pieces of a column, two columns, one-way formats, expressions, formats of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from synchub.mapping.generate.plan import gather
from synchub.model.values import ABSENT, UNKNOWN, KindProblem, Unreadable

PARTS = """\
name: {field: Where, as: parts, separator: "/", part: 1/3}
code: {field: Where, as: parts, separator: "/", part: 2/3}
note: {field: Where, as: parts, separator: "/", part: 3/3}
"""


def index_of(mapping: Any, name: str) -> int:
    return next(i for i, one in enumerate(mapping.fields) if one.name == name)


# -- pieces of a column


def test_the_parts_of_a_column_are_read_one_by_one(bench: Any) -> None:
    mapping = bench.fields(PARTS)
    assert mapping.row_columns == ("Where",)
    assert mapping.read("1", ["浙江 / 杭州／文三路/1 号"]) == ["浙江", "杭州", "文三路/1 号"]
    assert mapping.read("1", ["浙江"]) == ["浙江", None, None]
    assert mapping.read("1", [None]) == [None, None, None]
    assert mapping.read("1", [ABSENT]) == [ABSENT] * 3


def test_writing_one_part_keeps_the_others(bench: Any) -> None:
    mapping = bench.fields(PARTS)
    image = mapping.image(["a/b/c"])
    written = mapping.write({1: "x"}, image)
    assert written.cells == {"Where": "a/x/c"}
    assert written.images == {0: "a/x/c", 1: "a/x/c", 2: "a/x/c"}, "all of them look at the same column"
    assert mapping.write({0: "x", 2: None}, image).cells == {"Where": "x/b"}
    assert mapping.write({0: "a", 1: "b"}, image).cells == {}
    assert mapping.write({0: None, 1: None, 2: None}, image).cells == {"Where": None}
    assert mapping.write({0: "a", 1: "b", 2: "c"}, [UNKNOWN] * 3).cells == {"Where": "a/b/c"}


def test_a_part_that_could_not_come_back_is_not_written(bench: Any) -> None:
    mapping = bench.fields(PARTS)
    with pytest.raises(KindProblem) as caught:
        mapping.write({0: "a/b"}, mapping.image([None]))
    assert caught.value.code == "M811"
    spaced = bench.fields("name: {field: W, as: parts, part: 1/2}\nnote: {field: W, as: parts, part: 2/2}\n")
    with pytest.raises(KindProblem) as caught:
        spaced.write({1: "b"}, spaced.image([None]))
    assert caught.value.code == "M811", "without a first piece the second would be read as the first"


def test_what_cannot_be_seen_is_never_written_over_by_a_piece(bench: Any) -> None:
    mapping = bench.fields(PARTS)
    with pytest.raises(KindProblem) as caught:
        mapping.write({0: "a"}, [ABSENT] * 3)
    assert caught.value.code == "M813"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text(alphabet="ab 联/", max_size=4)), min_size=3, max_size=3),
    st.one_of(st.none(), st.text(alphabet="ab/ ", max_size=8)),
)
@example([None, "a  a", None], None)
def test_written_parts_come_back_or_are_refused(
    bench: Any, values: list[str | None], old: str | None
) -> None:
    mapping = bench.fields(PARTS)
    kinds = [mapping.entity.fields[one.index].kind for one in mapping.fields]
    wanted = {i: kind.parse(values[i]) for i, kind in enumerate(kinds)}  # what a hub holds has been read
    try:
        written = mapping.write(wanted, mapping.image([old]))
    except KindProblem:
        return
    back = mapping.read("1", [written.cells.get("Where", old)])
    assert all(kind.equal(back[i], wanted[i]) for i, kind in enumerate(kinds))


def test_a_value_inside_json_is_read_and_replaced(bench: Any) -> None:
    mapping = bench.fields(
        "count: {field: Extra, as: json_path, path: tier.level}\nphone: {field: Extra, as: json_path, path: 'phones[0]'}\n"
    )
    text = '{"tier": {"level": 3, "since": 2020}, "phones": ["138 0013 8000"], "x": 1.10}'
    assert mapping.read("1", [text]) == ["3", "+8613800138000"]
    assert mapping.read("1", [{"tier": {}}]) == [None, None]
    written = mapping.write({0: "4", 1: "+8613800138000"}, mapping.image([text])).cells["Extra"]
    assert written == '{"tier":{"level":4,"since":2020},"phones":["138 0013 8000"],"x":1.10}'
    assert mapping.write({0: "3"}, mapping.image([text])).cells == {}, "what means the same is left as it is"
    assert mapping.write({0: None}, mapping.image([{"tier": {"level": 1}}])).cells == {"Extra": None}
    assert mapping.write({0: "1", 1: "+8613800138000"}, mapping.image([None])).cells == {
        "Extra": '{"tier":{"level":1},"phones":["+8613800138000"]}'
    }


def test_a_column_without_json_is_held_and_never_overwritten(bench: Any) -> None:
    mapping = bench.fields("count: {field: Extra, as: json_path, path: level}\n")
    (seen,) = mapping.read("1", ["call me"])
    assert isinstance(seen, Unreadable)
    assert (seen.problem.code, seen.problem.params["column"]) == ("M812", "Extra")
    with pytest.raises(KindProblem) as caught:
        mapping.write({0: "1"}, mapping.image(["call me"]))
    assert caught.value.code == "M812"


# -- two columns


def test_id_and_name_move_together(bench: Any) -> None:
    mapping = bench.fields("name: {as: id_name, id: province_id, name: province_name}\n")
    assert mapping.row_columns == ("province_id", "province_name")
    image = mapping.image([33, "浙江"])
    assert image == [[33, "浙江"]]
    assert mapping.read("1", [33, "浙江"]) == ["浙江"]
    assert mapping.read("1", [33, ABSENT]) == [ABSENT]
    assert mapping.write({0: "浙江"}, image).cells == {}
    assert mapping.write({0: "江苏"}, image).cells == {"province_id": None, "province_name": "江苏"}
    assert mapping.write({0: None}, image).cells == {"province_id": None, "province_name": None}
    assert mapping.write({0: "江苏"}, [UNKNOWN]).cells == {"province_name": "江苏"}


def test_a_table_gives_the_id_of_a_name(bench: Any) -> None:
    mapping = bench.fields("name: {as: id_name, id: pid, name: pname, values: {33: 浙江, 32: 江苏}}\n")
    assert mapping.read("1", [33, "Zhejiang"]) == ["浙江"], "the id decides"
    assert mapping.write({0: "江苏"}, mapping.image([33, "浙江"])).cells == {"pid": 32, "pname": "江苏"}
    with pytest.raises(KindProblem) as caught:
        mapping.write({0: "安徽"}, mapping.image([33, "浙江"]))
    assert caught.value.code == "M804"


def test_the_columns_of_one_entry_are_one_value_or_none() -> None:
    unreadable = Unreadable(None)  # type: ignore[arg-type]  # only its type matters
    assert gather(1, "a") == [1, "a"]
    assert gather(1, ABSENT) is ABSENT
    assert gather(unreadable, ABSENT) is unreadable


# -- one way


def test_a_constant_is_written_wherever_the_field_has_a_value(bench: Any) -> None:
    mapping = bench.fields("name: {field: Source, as: constant, write: Hub}\n")
    assert mapping.fields[0].flow == "hub_writes"
    assert mapping.write({0: "x"}, [None]).cells == {"Source": "Hub"}
    assert mapping.write({0: "y"}, ["Hub"]).cells == {}
    assert mapping.read("1", ["Hub"]) == [ABSENT]
    assert mapping.read("1", ["typed over"]) == ["〔typed over〕"], (
        "seen as something else, so it is put right"
    )


def test_a_masked_column_is_never_read_and_leaves_only_a_digest(bench: Any) -> None:
    mapping = bench.fields("phone: {field: Secret, as: masked, write: 138-0013-8000}\n")
    assert mapping.read("1", ["138****8000"]) == [ABSENT]
    assert mapping.read("1", [None]) == [ABSENT], "stars or nothing at all: neither clears the field"
    written = mapping.write({0: "+8613900000000"}, mapping.image([None]))
    assert written.cells == {"Secret": "139-0000-0000"}
    assert "139" not in str(written.images)
    assert mapping.write({0: "+8613900000000"}, [written.images[0]]).cells == {}


def test_an_expression_reads_several_columns(bench: Any) -> None:
    mapping = bench.fields(
        "note: {flow: hub_reads, value: 'join(\" \", Province, `City name`, upper(Street))'}\n"
        "count: {flow: hub_reads, value: 'if(is_blank(A), 0, number(A) * 2)'}\n"
    )
    assert mapping.row_columns == ("Province", "City name", "Street", "A")
    assert mapping.read("1", ["浙江", None, "wensan", "1,000"]) == ["浙江 WENSAN", "2000"]
    assert mapping.read("1", [None, None, None, None]) == [None, "0"], "missing input gives no value"
    assert mapping.read("1", ["浙江", ABSENT, "x", ABSENT]) == [ABSENT, ABSENT], (
        "what was not seen clears nothing"
    )


def test_what_cannot_be_computed_is_held_with_its_line(bench: Any) -> None:
    mapping = bench.fields("ratio: {flow: hub_reads, value: number(A) / number(B)}\n")
    for row, code in ([["1", "0"], "O274"], [["soon", "1"], "K131"]):
        (seen,) = mapping.read("1", row)
        assert isinstance(seen, Unreadable)
        assert (seen.problem.code, seen.problem.params["because"]) == ("M801", code)
        assert seen.problem.position is not None
        assert seen.problem.position.line == 6
    assert mapping.read("1", [None, "1"]) == [None]


def test_an_expression_writes_its_own_field(bench: Any) -> None:
    mapping = bench.fields("name: {field: Upper, flow: hub_writes, value: 'left(upper(名称), 3)'}\n")
    assert mapping.write({0: "lianhong"}, [None]).cells == {"Upper": "LIA"}
    assert mapping.write({0: "lianhong"}, ["LIA"]).cells == {}
    assert mapping.read("1", ["xyz"]) == ["〔xyz〕"]


def test_expressions_in_both_languages_are_one(bench: Any) -> None:
    english = bench.fields(
        'note: {flow: hub_reads, value: \'if(is_blank(A), "", join("-", A, upper(B)))\'}\n'
    )
    chinese = bench.fields("note: {流向: 只读入, 算式: '如果（为空（A），“”，连接（“-”，A，大写（B）））'}\n")
    assert english.fields[0].hash == chinese.fields[0].hash
    other = bench.fields('note: {flow: hub_reads, value: \'if(is_blank(A), "", join("+", A, upper(B)))\'}\n')
    assert english.fields[0].hash != other.fields[0].hash


@pytest.mark.parametrize(
    ("source", "row", "value"),
    [
        ("trim(A)", ["  a   b "], "a b"),
        ('replace(A, "a", "b")', ["aXa"], "bXb"),
        ("right(A, 2)", ["abcd"], "cd"),
        ('part(A, "-", 2)', ["a - b - c"], "b"),
        ('part(A, "-", 9)', ["a-b"], None),
        ("digits(A)", ["(021) 8888"], "0218888"),
        ('pad_left(A, 5, "0")', ["12"], "00012"),
        ("text(round(number(A) / 3, 2))", ["10"], "3.33"),
        ("text(size(A))", ["联宏"], "2"),
        ('if(matches(A, "KH####"), "yes", "no")', ["KH0001"], "yes"),
        ('if(matches(A, "KH*@?"), "yes", "no")', ["KH12x3"], "yes"),
        ('if(matches(A, "KH####"), "yes", "no")', ["KH00012"], "no"),
        ('if(contains(A, "x") and not starts_with(A, "y"), "yes", "no")', ["ax"], "yes"),
        ('if(A in ["a", "b"], "yes", "no")', ["b"], "yes"),
        ("coalesce(A, B)", [None, "b"], "b"),
        ("half_width(A)", ["ＡＢ１"], "AB1"),
        ("text(max(number(A), number(B), 3))", ["1", "2"], "3"),
        ("text(days_between(date(A), date(B)))", ["2026-01-01", "2026/2/1"], "31"),
        ("text(year(add_days(date(A), 1)))", ["2025-12-31"], "2026"),
        ('if(yes(A), "on", "off")', ["是"], "on"),
        ("text(floor(number(A)) + ceiling(number(A)) + abs(number(A)))", ["-1.5"], "-1.5"),
        ("lower(A)", ["ABC"], "abc"),
        ('if(ends_with(A, "司"), A, "")', ["公司"], "公司"),
        ("text(min(number(A), 2) * month(date(B)) + day(date(B)))", ["1", "2026-08-03"], "11"),
    ],
)
def test_functions(bench: Any, source: str, row: list[Any], value: str | None) -> None:
    quoted = source.replace("'", "''")
    mapping = bench.fields(f"note: {{flow: hub_reads, value: '{quoted}'}}\n")
    assert mapping.read("1", row[: len(mapping.row_columns)]) == [value]


@pytest.mark.parametrize(
    "source",
    [
        'replace(replace(replace(A, "a", "aaaaaaaaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaaaaaaaa")',
        'pad_left(A, 999999, "x")',
        'replace(A, "", "x")',
        "left(A, 99999999999)",
        "text(add_days(date(`2`), 999999) == date(A))",
    ],
)
def test_nothing_grows_beyond_its_bounds(bench: Any, source: str) -> None:
    report = bench.check(
        f"mapping: m\nsystem: crm\nobject: Box\nto: Thing\nfields:\n  note: {{flow: hub_reads, value: '{source}'}}\n"
    )
    for mapping in report.mappings:
        (seen,) = mapping.read("1", ["a" * 5000, "a"][: len(mapping.row_columns)])
        assert isinstance(seen, Unreadable)


# -- formats of one's own

PAIRS = """
from synchub.mapping import Pair

loud = Pair(get=lambda raw: str(raw).lower(), put=lambda value, old: value.upper(), kinds={"text"}, examples=["lianhong"])
forgetful = Pair(get=lambda raw: str(raw)[:3], put=lambda value, old: value, kinds={"text"})
broken = Pair(get=lambda raw: 1 / 0, put=lambda value, old: value, kinds={"text"})
not_a_pair = 7
"""


@pytest.fixture
def pairs(bench: Any) -> Any:
    folder: Path = bench.folder / "custom"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ours.py").write_text(PAIRS, encoding="utf-8")
    return bench


def test_a_pair_of_ones_own_reads_and_writes(pairs: Any, head: str) -> None:
    text = head + "fields:\n  note: {field: N, as: custom, custom: ours.loud}\n"
    mapping = pairs.compile(text)
    assert mapping.read("1", ["LIANHONG"]) == ["lianhong"]
    assert mapping.write({0: "hong"}, ["LIAN"]).cells == {"N": "HONG"}


@pytest.mark.parametrize(
    ("name", "code"),
    [("loud", "M507"), ("forgetful", "M507"), ("broken", "M510"), ("not_a_pair", "M322"), ("absent", "M322")],
)
def test_a_pair_is_held_to_the_laws(pairs: Any, head: str, name: str, code: str) -> None:
    report = pairs.check(
        head + f"fields:\n  note: {{field: §, as: custom, custom: ours.{name}}}\n".replace("§", "N")
    )
    assert [problem.code for problem in report.problems] == [code], "even our loud one loses capitals"


def test_what_a_pair_raises_is_a_problem_of_the_value(pairs: Any, head: str) -> None:
    mapping = pairs.compile(head + "fields:\n  note: {field: N, as: custom, custom: ours.broken}\n")
    (seen,) = mapping.read("1", ["x"])
    assert isinstance(seen, Unreadable)
    assert seen.problem.code == "M810"
    assert "ZeroDivisionError" in seen.problem.text("en")


def test_a_change_of_a_pairs_code_is_a_change_of_the_mapping(pairs: Any, head: str) -> None:
    text = head + "fields:\n  note: {field: N, as: custom, custom: ours.loud}\n"
    before = pairs.compile(text).version
    (pairs.folder / "custom" / "ours.py").write_text(PAIRS + "\n# edited\n", encoding="utf-8")
    assert pairs.compile(text).version != before


# -- text


def test_text_folds_width_and_is_cut_where_the_column_ends(bench: Any, head: str) -> None:
    mapping = bench.fields("note: {field: N, as: text, width: half, max: 3, lossy: the column is short}\n")
    assert mapping.read("1", ["ＡＢ１"]) == ["AB1"]
    assert mapping.write({0: "abcdef"}, [None]).cells == {"N": "abc"}
    report = bench.check(head + "fields:\n  note: {field: N, max: 3}\n")
    assert [problem.code for problem in report.problems] == ["M507"], "a cut must be declared"


def test_an_entry_with_several_columns_passes_its_own_tests(bench: Any, head: str) -> None:
    report = bench.check(
        head
        + """\
fields:
  name: {as: id_name, id: pid, name: pname}
  note: {field: Where, as: parts, separator: "/", part: 1/2}
  code: {field: Where, as: parts, separator: "/", part: 2/2}
  count: {flow: hub_reads, value: number(A) + number(B)}
tests:
  - name: read
    external: {pid: 33, pname: 浙江, Where: a/b, A: 1, B: 2}
    canonical: {name: 浙江, note: a, code: b, count: 3}
  - name: written
    flow: hub_writes
    canonical: {name: 江苏, note: a, code: b}
    external: {pid: "", pname: 江苏, Where: a/b}
  - name: wrong
    flow: hub_writes
    canonical: {note: a, code: b}
    external: {Where: a-b}
"""
    )
    assert [(problem.code, problem.position.line) for problem in report.problems] == [("M706", 21)]
    assert report.files[0].tests == 3
