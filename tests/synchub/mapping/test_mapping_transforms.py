"""Transforms: what they read, how they write, and their laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synchub.document import Findings
from synchub.mapping.compile import getter, putter
from synchub.mapping.laws import HOSTILE, _Laws, check_laws, samples
from synchub.mapping.transforms import LIBRARY, Loss
from synchub.mapping.transforms.plain import AsText
from synchub.mapping.transforms.times import DayForm, TimeForm
from synchub.model.values import ABSENT, UNKNOWN, Canonical, KindProblem, Raw, Reference, Unreadable

ENTRIES = [
    "code: C",
    "name: C",
    "name: {field: C, as: digits}",
    "name: {field: C, as: phone}",
    "name: {field: C, as: email}",
    "tax_id: C",
    "phone: C",
    'phone: {field: C, write: "+86 138 0013 8000"}',
    "phone: {field: C, write: 138-0013-8000}",
    "phone: {field: C, write: 021-8888 6666}",
    "phone: {field: C, as: text}",
    "email: C",
    "count: C",
    "count: {field: C, as: decimal}",
    "ratio: C",
    "discount: C",
    "discount: {field: C, unit: fraction}",
    "limit: C",
    "limit: {field: C, unit: 万元}",
    "limit: {field: C, unit: 千元, currency: USD}",
    "day: C",
    "day: {field: C, write: 2026/8/1}",
    "day: {field: C, write: 2026年08月01日}",
    "day: {field: C, write: 20260801}",
    "at: C",
    "at: {field: C, write: '2026-08-01T12:00:00.123456+08:00'}",
    "at: {field: C, write: '2026/8/1 9:00:00.123456'}",
    "at: {field: C, write: '2026-08-01T12:00:00.123456Z'}",
    "active: C",
    "active: {field: C, words: [有, 无]}",
    "active: {field: C, values: {合作: yes, 停止: no}, also_read: {暂停: no, 未知: ''}}",
    "region: C",
    "region: {field: C, values: {E: 华东, S: 华南}, otherwise: keep}",
    "region: {field: C, values: {1: 华东, 2: 华南}, also_read: {3: 华南}, otherwise: use:华东}",
    "tags: C",
    "tags: {field: C, separator: ;}",
    "boss: C",
    "boss: {field: C, ref: Person, by: name}",
    "note: C",
    "note: {field: C, as: rows, columns: [sku, qty], numbers: [qty]}",
    "note: {field: C, as: rows, columns: [sku]}",
]


@pytest.mark.parametrize("line", ENTRIES)
def test_the_laws_hold_for_every_transform(bench: Any, line: str) -> None:
    entry = bench.entry(line)
    findings = Findings()
    check_laws(entry, [], findings)
    assert not findings.problems, findings.problems[0].line("en")
    assert list(samples(entry.field.kind)), "no sample, no proof"


def written_back(entry: Any, value: Canonical) -> None:
    """L1 and L3 for one value that can be written."""
    get = getter(entry)
    put = putter(entry, get)
    try:
        written = put(value, None)
    except KindProblem:
        return
    back = get(written)
    assert back is not None
    assert not isinstance(back, Unreadable), back
    assert entry.transform.same(back, value)
    assert put(value, written) is written


RAW = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**16), 10**16)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
    | st.text(max_size=20)
    | st.sampled_from(["1,234.5", "2026/8/1 12:00", "138 0013 8000", "是", "E", "12.5%", "a;b、c", "50万"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=RAW)
@pytest.mark.parametrize("line", ENTRIES)
def test_any_raw_value_is_read_or_held_and_never_rewritten(bench: Any, line: str, raw: Raw) -> None:
    entry = entries(bench)[line]
    get = getter(entry)
    value = get(raw)
    if value is None or isinstance(value, Unreadable):
        return
    assert isinstance(value, str | bool | list | Reference)
    key = value.key if isinstance(value, Reference) else value
    assert putter(entry, get)(key, raw) is raw


_ENTRIES: dict[str, Any] = {}


def entries(bench: Any) -> dict[str, Any]:
    for line in ENTRIES:
        if line not in _ENTRIES:
            _ENTRIES[line] = bench.entry(line)
    return _ENTRIES


VALUES: dict[str, st.SearchStrategy[object]] = {
    "text": st.text(max_size=30),
    "code": st.text(max_size=15),
    "phone": st.integers(13000000000, 19999999999),
    "integer": st.integers(-(10**13), 10**13),
    "decimal": st.decimals(places=6, min_value=-(10**9), max_value=10**9),
    "percent": st.decimals(places=4, min_value=-(10**6), max_value=10**6),
    "money": st.decimals(places=2, min_value=-(10**12), max_value=10**12),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.timezones().filter(lambda zone: zone is not None)),
    "bool": st.booleans(),
    "choice": st.sampled_from(["华东", "华南"]),
    "list": st.lists(st.text(max_size=8), max_size=4),
}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize(
    "line", [line for line in ENTRIES if line.split(":")[0] not in {"boss", "tax_id", "email"}]
)
def test_what_is_written_comes_back(bench: Any, line: str, data: st.DataObject) -> None:
    entry = entries(bench)[line]
    given_value = data.draw(VALUES[entry.field.kind.name])
    try:
        value = entry.field.kind.parse(given_value)
    except KindProblem:
        return
    if value is not None:
        written_back(entry, value)


@pytest.mark.parametrize(
    ("line", "raw", "value"),
    [
        ("name: C", "  联宏 ", "联宏"),
        ("name: C", "", None),
        ("name: C", "　\t ", None),
        ("name: C", 12, "12"),
        ("code: C", "000123", "000123"),
        ("code: C", Decimal("1001.0"), "1001"),
        ("name: {field: C, as: digits}", "0592-888 66", "059288866"),
        ("phone: C", "138 0013 8000", "+8613800138000"),
        ("name: {field: C, as: phone}", "13800138000", "+8613800138000"),
        ("limit: C", Decimal("5.5"), "5.50 CNY"),
        ("limit: C", "￥1,200", "1200.00 CNY"),
        ("limit: {field: C, unit: 万元}", 50, "500000.00 CNY"),
        ("limit: {field: C, unit: ten_thousand}", "50.0001", "500001.00 CNY"),
        ("limit: {field: C, currency: USD}", 3, "3.00 USD"),
        ("discount: C", "12.5%", "12.5"),
        ("discount: {field: C, unit: 小数}", Decimal("0.125"), "12.5"),
        ("discount: {field: C, unit: fraction}", "12.5%", "12.5"),
        ("day: C", "2026/8/1", "2026-08-01"),
        ("at: C", "2026-08-01 12:00:00", "2026-08-01T04:00:00Z"),
        ("at: C", "2026-08-01T12:00:00+02:00", "2026-08-01T10:00:00Z"),
        ("active: C", "是", True),
        ("active: C", 0, False),
        ("active: {field: C, words: [有, 无]}", "无", False),
        ("active: {field: C, values: {true: no, false: yes}}", True, False),
        ("active: {field: C, values: {合作: yes, 停止: no}, also_read: {未知: ''}}", "未知", None),
        ("region: C", "East", "华东"),
        ("region: {field: C, values: {1: 华东}}", 1, "华东"),
        ("region: {field: C, values: {1: 华东}}", Decimal(1), "华东"),
        ("region: {field: C, values: {Ｅ: 华东}}", " E ", "华东"),
        ("region: {field: C, values: {E: 华东}, otherwise: use:华南}", "Mars", "华南"),
        ("name: {field: C, values: {a: b}, otherwise: keep}", "Mars", "Mars"),
        ("tags: C", "a;b、c", ["a", "b", "c"]),
        ("tags: {field: C, separator: '|'}", "a|b;c", ["a", "b;c"]),
        ("tags: C", ["a", None, "a"], ["a"]),
        ("boss: C", 17, Reference("17")),
        ("boss: C", " ", None),
    ],
)
def test_reading(bench: Any, line: str, raw: Raw, value: object) -> None:
    mapping = bench.fields(line)
    assert mapping.read("r", [raw]) == [value]
    assert mapping.read("r", [raw]) == [value], "the second time it comes from memory"
    assert mapping.read_image(0, raw) == value


@pytest.mark.parametrize(
    ("line", "value", "old", "raw"),
    [
        ("name: C", "联宏", None, "联宏"),
        ("name: C", "联宏", "  联宏 ", "  联宏 "),
        ("name: C", None, "x", None),
        ("name: C", None, "", ""),
        ("name: C", None, None, None),
        ("phone: C", "+8613800138000", "138-0013-8000", "138-0013-8000"),
        ("phone: C", "+8613900139000", "138-0013-8000", "+8613900139000"),
        ('phone: {field: C, write: "+86 138 0013 8000"}', "+8613900139000", None, "+86 139 0013 9000"),
        ("phone: {field: C, write: 138-0013-8000}", "+8613900139000", None, "139-0013-9000"),
        ("phone: {field: C, write: 138-0013-8000}", "+862188886666", None, "021 8888 6666"),
        ("phone: {field: C, write: 021-88886666}", "+862166668888", None, "021-66668888"),
        ("phone: {field: C, write: 138-0013-8000}", "+14155552671", None, "+1 415-555-2671"),
        ("count: C", "7", None, 7),
        ("count: C", "7", "6", "7"),
        ("ratio: C", "12.5", None, Decimal("12.5")),
        ("discount: C", "12.5", "10%", "12.5%"),
        ("discount: {field: C, unit: fraction}", "12.5", Decimal("0.1"), Decimal("0.125")),
        ("limit: C", "500000.00 CNY", None, Decimal(500000)),
        ("limit: C", "500000.00 CNY", Decimal("500000.0"), Decimal("500000.0")),
        ("limit: C", "500000.50 CNY", "1,000", "500000.5"),
        ("limit: {field: C, unit: 万元}", "500001.00 CNY", None, Decimal("50.0001")),
        ("day: {field: C, write: 2026/8/1}", "2026-08-09", None, "2026/8/9"),
        ("day: {field: C, write: 2026/08/01}", "2026-08-09", None, "2026/08/09"),
        ("day: {field: C, write: 2026年8月1日}", "2026-08-09", "2026-08-09", "2026-08-09"),
        ("at: C", "2026-08-01T04:00:00Z", None, "2026-08-01T12:00:00+08:00"),
        ("at: {field: C, write: '2026-08-01 12:00:00'}", "2026-08-01T04:00:00Z", None, "2026-08-01 12:00:00"),
        (
            "at: {field: C, write: '2026-08-01T12:00:00.000Z'}",
            "2026-08-01T04:00:00Z",
            None,
            "2026-08-01T04:00:00.000Z",
        ),
        (
            "at: {field: C, write: '2026-08-01T12:00:00+0000'}",
            "2026-08-01T04:00:00Z",
            None,
            "2026-08-01T12:00:00+0800",
        ),
        ("active: C", True, None, True),
        ("active: C", True, "否", "是"),
        ("active: C", True, "N", "Y"),
        ("active: C", True, 0, 1),
        ("active: {field: C, words: [有, 无]}", False, None, "无"),
        ("region: {field: C, values: {1: 华东, 2: 华南}}", "华南", 1, 2),
        ("region: {field: C, values: {1: 华东, 2: 华南}}", "华南", None, "2"),
        ("active: {field: C, values: {true: yes, false: no}}", False, True, False),
        ("region: {field: C, values: {E: 华东}, also_read: {East: 华东}}", "华东", "East", "East"),
        ("tags: C", ["a", "b"], None, ["a", "b"]),
        ("tags: C", ["a", "b"], "x；y", "a；b"),
        ("tags: {field: C, separator: '|'}", ["a", "b"], None, "a|b"),
        ("boss: C", "17", None, "17"),
        ("boss: C", "17", 16, 17),
        ("boss: C", "0017", "16", "0017"),
    ],
)
def test_writing(bench: Any, line: str, value: Canonical, old: Raw, raw: Raw) -> None:
    written = bench.fields(line).write({0: value}, [old])
    assert written.images == {0: raw}
    assert type(written.images[0]) is type(raw)
    assert written.cells == ({} if raw is old or (raw == old and type(raw) is type(old)) else {"C": raw})


@pytest.mark.parametrize("old", [ABSENT, UNKNOWN, Unreadable(None)])  # type: ignore[arg-type]  # the problem plays no part
def test_what_cannot_be_read_is_written_over(bench: Any, old: Any) -> None:
    assert bench.fields("name: C").write({0: "x"}, [old]).cells == {"C": "x"}
    assert bench.fields("name: C").write({0: None}, [old]).cells == {"C": None}


@pytest.mark.parametrize(
    ("line", "value", "code"),
    [
        ("region: {field: C, values: {E: 华东}}", "华南", "M804"),
        ("limit: {field: C, currency: USD}", "5.00 CNY", "M806"),
        ("tags: {field: C, separator: ;}", ["a;b"], "M807"),
        ("name: {field: C, as: digits}", "A1", "M808"),
        ("at: {field: C, write: '2026-08-01 12:00:00'}", "1990-09-15T17:30:00Z", "M809"),
        ("name: {field: C, as: phone}", "nobody", "K111"),
        ("name: {field: C, as: email}", "nobody", "K113"),
    ],
)
def test_a_value_that_cannot_be_written_is_a_problem(
    bench: Any, line: str, value: Canonical, code: str
) -> None:
    with pytest.raises(KindProblem) as caught:
        bench.fields(line).write({0: value}, [None])
    assert caught.value.code == code
    assert caught.value.params["column"] == "C"
    assert caught.value.problem().text("en")


@pytest.mark.parametrize(
    ("line", "raw", "code", "severity", "shown"),
    [
        ("day: C", "soon", "M801", "warning", "soon"),
        ("region: {field: C, values: {E: 华东}}", "Mars", "M802", "warning", "Mars"),
        ("region: {field: C, values: {E: 华东}, otherwise: error}", "Mars", "M803", "error", "Mars"),
        ("day: {field: C, otherwise: error}", "soon", "M803", "error", "soon"),
        ("limit: {field: C, unit: 万元}", "50万", "M805", "warning", "50万"),
        ("name: {field: C, as: digits}", "A1", "M808", "warning", "A1"),
        ("phone: C", "12", "M801", "warning", "***"),
        ("phone: C", "1380013800", "M801", "warning", "1***"),
        ("name: C", {"a": 1}, "M801", "warning", "{'a': 1}"),
    ],
)
def test_a_bad_value_is_held_with_its_reason_and_place(
    bench: Any, line: str, raw: Raw, code: str, severity: str, shown: str
) -> None:
    (seen,) = bench.fields(line).read("r", [raw])
    assert isinstance(seen, Unreadable)
    problem = seen.problem
    assert (problem.code, problem.severity, str(problem.position)) == (code, severity, "mappings/a.yaml:6:3")
    assert problem.params["column"] == "C"
    assert problem.params["value"] == shown
    assert "C" in problem.text("en")
    assert shown in problem.text("zh")
    if shown.endswith("***"):
        assert str(raw) not in problem.line("en")


def test_reasons_are_plain_data_that_a_database_keeps(bench: Any) -> None:
    (seen,) = bench.fields("day: C").read("r", ["soon"])
    assert seen.problem.params == {"value": "soon", "column": "C", "because": "K141"}
    assert seen.problem.text("en").startswith("column “C” cannot be read: “soon” is not a date")


def test_hostile_values_have_company() -> None:
    assert len(HOSTILE) > 20


@pytest.mark.parametrize("example", ["2026/8-1", "2026年8/1", "8/1/2026", "202681", "26-8-1", ""])
def test_an_unclear_example_of_a_day_is_refused(example: str) -> None:
    assert DayForm.of(example) is None


@pytest.mark.parametrize("example", ["12:00", " 12", "T12:00 PM", " 12:00:00+8"])
def test_an_unclear_example_of_a_time_is_refused(example: str) -> None:
    assert TimeForm.of(example) is None


def test_losses_are_told(bench: Any) -> None:
    assert bench.entry("name: C").loss is Loss.REVERSIBLE
    assert bench.entry("phone: C").loss is Loss.NORMALISING
    assert bench.entry("phone: {field: C, flow: hub_reads}").loss is Loss.ONE_WAY
    assert bench.entry("at: {field: C, write: 2026-08-01 12:00, lossy: minutes only}").loss is Loss.LOSSY
    assert bench.fields("at: {field: C, write: 2026-08-01 12:00, lossy: minutes}").fields[0].lossy
    assert not bench.fields("name: C").fields[0].lossy


def test_a_lossy_table_writes_many_as_one_and_settles(bench: Any) -> None:
    mapping = bench.fields("region: {field: C, values: {E: 华东}, also_write: {E: [华南]}, lossy: 没有华南}")
    assert mapping.write({0: "华南"}, ["E"]).cells == {}
    assert mapping.write({0: "华南"}, [None]).cells == {"C": "E"}
    assert mapping.read("r", ["E"]) == ["华东"]


@dataclass(frozen=True)
class _Fussy(AsText):
    """Takes its own value for another."""

    def same(self, one: object, other: object) -> bool:
        return False


@dataclass(frozen=True)
class _Fragile(AsText):
    """Falls over text."""

    def get(self, raw: Raw) -> Canonical | None:
        raise ValueError(raw)


@pytest.mark.parametrize(("transform", "code"), [(_Fussy, "M509"), (_Fragile, "M510")])
def test_a_transform_that_breaks_a_law_is_caught(bench: Any, transform: Any, code: str) -> None:
    entry = bench.entry("name: C")
    findings = Findings()
    check_laws(replace(entry, transform=transform(entry.field.kind)), [], findings)
    assert findings.problems[0].code == code
    assert str(findings.problems[0].position) == "mappings/a.yaml:6:9"


def test_a_transform_that_writes_again_and_again_is_caught(bench: Any) -> None:
    class Restless(AsText):
        turn = 0

        def same(self, one: object, other: object) -> bool:
            type(self).turn += 1
            return self.turn == 1

        def put(self, value: Canonical, old: Raw) -> Raw:
            return f"{value}{'' if old is None else '!'}"

    entry = bench.entry("name: C")
    findings = Findings()
    _Laws(replace(entry, transform=Restless(entry.field.kind)), findings).round_trip(["x"])
    assert [problem.code for problem in findings.problems] == ["M508"]


def test_every_format_has_both_names_and_says_what_it_serves() -> None:
    for keyword, transform in LIBRARY.items():
        assert keyword.en.isascii()
        assert not keyword.zh.isascii()
        assert transform.kinds


def test_a_column_that_shows_fewer_decimals_gets_a_rounded_amount_and_settles(bench: Any) -> None:
    mapping = bench.fields("limit: {field: C, unit: 万元, write: 50.00, flow: hub_writes, lossy: 只看整百}")
    assert mapping.write({0: "366666.66 CNY"}, [None]).cells == {"C": Decimal("36.67")}
    assert mapping.write({0: "366666.66 CNY"}, [Decimal("36.67")]).cells == {}
    assert mapping.write({0: "-12345.00 CNY"}, [None]).cells == {"C": Decimal("-1.23")}
    assert mapping.fields[0].lossy


def test_a_rounding_column_is_called_lossy_only_where_it_loses_something(bench: Any) -> None:
    assert bench.entry("limit: {field: C, unit: 万元, write: 50.00}").transform.loss is Loss.LOSSY
    assert bench.entry("limit: {field: C, write: '50.00'}").transform.loss is Loss.REVERSIBLE
