"""The generated reader and writer against the general way (`getter`, `putter`): the same results, for every format and any value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synchub.errors import Problem
from synchub.mapping.compile import getter, putter
from synchub.mapping.laws import HOSTILE
from synchub.mapping.spec import FieldEntry
from synchub.mapping.transforms import LIBRARY
from synchub.model.kinds import DateTime, Email, Kind, Phone, Uscc
from synchub.model.kinds.company import check_character
from synchub.model.values import ABSENT, UNKNOWN, KindProblem, Reference, Unreadable

EXAMPLES = 15
"""Per line; 200 have been run."""
ONE_COLUMN = [
    "code: C",
    "code: {field: C, as: digits}",
    "name: C",
    "name: {field: C, width: half, lossy: 宽度}",
    "name: {field: C, max: 5, lossy: 太长}",
    "name: {field: C, as: digits}",
    "name: {field: C, as: phone}",
    "name: {field: C, as: email}",
    "name: {field: C, values: {a: b, 1: c}, otherwise: keep}",
    "note: C",
    "note: {field: C, as: json_path, path: 'x[0].y'}",
    "note: {field: C, as: parts, separator: '-', part: 1/2}",
    "note: {field: C, as: rows, columns: [x, y], numbers: [y]}",
    "tax_id: C",
    "tax_id: {field: C, as: text, width: half}",
    "tax_id: {field: C, otherwise: use:91110000600037341L}",
    "phone: C",
    "phone: {field: C, as: text}",
    "phone: {field: C, as: text, max: 8, lossy: 太长}",
    "phone: {field: C, write: 138-0013-8000}",
    "phone: {field: C, write: '+86 138 0013 8000', otherwise: error}",
    "phone: {field: C, as: masked}",
    "email: C",
    "email: {field: C, as: text}",
    "count: C",
    "count: {field: C, as: decimal}",
    "ratio: C",
    "discount: C",
    "discount: {field: C, unit: fraction}",
    "limit: C",
    "limit: {field: C, unit: 万元}",
    "limit: {field: C, unit: 万元, write: '50.00', lossy: 只看整百}",
    "limit: {field: C, unit: 千元, currency: USD}",
    "limit: {field: C, as: constant, write: x}",
    "day: C",
    "day: {field: C, write: 2026/8/1}",
    "at: C",
    "at: {field: C, write: '2026-08-01 12:00', lossy: 只到分钟}",
    "at: {field: C, write: '2026-08-01T12:00:00Z', lossy: 只到秒}",
    "active: C",
    "active: {field: C, words: [有, 无]}",
    "active: {field: C, values: {合作: yes, 停止: no}, also_read: {暂停: no, 未知: ''}}",
    "region: C",
    "region: {field: C, as: text}",
    "region: {field: C, otherwise: keep}",
    "region: {field: C, values: {1: 华东, true: 华南}}",
    "region: {field: C, values: {E: 华东}, otherwise: use:华南}",
    "region: {field: C, values: {E: 华东}, also_write: {E: 华南}, lossy: 一个词}",
    "tags: C",
    "tags: {field: C, separator: '|'}",
    "boss: C",
    "boss: {field: C, by: name}",
]
SEVERAL_COLUMNS = [
    "region: {as: id_name, id: C, name: D}",
    "name: {as: id_name, id: C, name: D, values: {7: 甲, 8: 乙}}",
    "count: {flow: hub_reads, value: number(C) + size(D)}",
]
WRITTEN = [
    line for line in ONE_COLUMN if not {"parts", "json_path", "masked"} & set(re.findall(r"\w+", line))
]
"""The rest own a piece of a column or are written blindly, see the tests of the language."""
NEARLY = [
    r"(\+86|\+ 86|86|0086)?[ -]?1[3-9]\d[ -]?\d{4}[ -]?\d{3,5}",
    r"0?(10|2\d|[3-9]\d\d)[- )]{0,2}\d{6,9}",
    r"[A-Za-z0-9._+-]{1,12}@([a-zA-Z0-9-]{0,9}\.){1,3}(com|CN|net|io)",
    r"\d{4}-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d:[0-6]\d(\.\d{1,7})?(Z|[+-][0-2]\d:?[0-9]\d)?",
    r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?",
    r"-?\d{1,3}(,\d{3}){0,2}(\.\d{0,3})?[%％万亿]? ?(CNY|USD|元)?",
    r"[ \t　]?[A-Za-z联宏é\u0301\u200b1１]{0,8}[ \n　]{0,2}",
]
BODIES = st.from_regex(r"[0-9A-Y]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True)


def with_its_check(body: str) -> str:
    try:
        return body + check_character(body)
    except KeyError:
        return body + "0"


TEXTS = st.one_of(
    *(st.from_regex(pattern, fullmatch=True) for pattern in NEARLY),
    BODIES.map(with_its_check),
    BODIES.map(lambda body: body + "7"),
    st.text(max_size=20),
    st.sampled_from(
        ["", "是", "N", "true", "E", "a", "1", "合作", "未知", "华东", "East", "50万", "a;b、c", "x-y", "有"]
    ),
)
SCALARS = st.one_of(
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-(10**16), 10**16),
    st.sampled_from([0, 1, Decimal(1), Decimal("1.0"), Decimal("0.125"), *HOSTILE]),
    st.decimals(allow_nan=True, allow_infinity=True),
)
RAW = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, max_size=2)
    ),
    max_leaves=4,
)
MASKED = Unreadable(Problem("M801", {"column": "C"}))
IMAGES = st.one_of(RAW, st.sampled_from([None, ABSENT, MASKED, UNKNOWN]))


CORPUS: list[Any] = [
    *(
        "",
        " ",
        "　",
        "a",
        " a ",
        "a  b",
        "a b",
        "A",
        "ａ",
        "Ａ１",
        "e\u0301",
        "é",
        "联宏",
        "联 宏 科 技",
        "a\tb",
        "a\nb",
        "\u200ba",
        "a\u00adb",
        "\x00",
    ),
    *(
        "联" * 6,
        "n" * 25,
        "n" * 45,
        "0592-888 66",
        "(0592)888.66",
        "000123",
        "1",
        "1.0",
        "0",
        "-0",
        "12.50",
        "1,234.5",
        "12.5%",
        "50万",
        "5e3",
    ),
    *(
        "13800138000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "+86-13800138000",
        "008613800138000",
        "86 13800138000",
        "１３８００１３８０００",
    ),
    *(
        "021-60001234",
        "02160001234",
        "+86 21 60001234",
        "0755 88886666 转 801",
        "+1 415 555 2671",
        "400-820-8820",
        "12345678901",
        "13800138000;13900139000",
    ),
    *(
        "a.b@c.com",
        "A.b@C.com",
        "a@b-c.cn",
        "a@b..com",
        "a@b",
        "ſ@ſ.com",
        "a@b.io",
        "名@例.cn",
        f"{'a' * 65}@b.com",
    ),
    *(
        "91110000600037341L",
        "91110000600037341l",
        "911100006000373411",
        "9111 0000 6000 3734 1L",
        "N21100006000373419",
        "91110000600037341_",
        "９１110000600037341L",
    ),
    *(
        "2026-08-01",
        "2026/8/1",
        "2026年8月1日",
        "20260801",
        "2026-02-30",
        "2026-08-01T04:00:00Z",
        "2026-08-01T04:00:00.000+0000",
        "2026-08-01T12:00:00.123456+08:00",
    ),
    *(
        "2026-08-01 12:00",
        "2026-08-01T25:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "2026-08-01T12:00:00.1Z",
        "2026-W01-1T00:00:00Z",
    ),
    *(
        "E",
        "e",
        "华东",
        "East",
        "未知",
        "合作",
        "是",
        "否",
        "yes",
        "true",
        "有",
        "a;b、c",
        "a|b",
        "x-y",
        "500.00 CNY",
        "5 USD",
        "￥1,200",
    ),
    *(
        0,
        1,
        7,
        -3,
        10**15,
        True,
        False,
        Decimal(1),
        Decimal("1.0"),
        Decimal("0.125"),
        Decimal("50.0001"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        1.0,
    ),
    *([], ["a"], ["a", None, "b"], {}, {"x": [{"y": "1"}]}, '{"x": [{"y": 2}]}', None),
]
"""The everyday writings of every kind, and what only just is none."""


@dataclass
class Both:
    """A field, the slow way and the fast way."""

    entry: FieldEntry
    mapping: Any
    beside: Any
    """The same with another column, so that not all that is known of a row is this field."""


_MADE: dict[str, Both] = {}


def both(bench: Any, line: str) -> Both:
    if line not in _MADE:
        _MADE[line] = Both(bench.entry(line), bench.fields(line), bench.fields(f"{line}\nnote_2: Z"))
    return _MADE[line]


def alike(one: object, other: object) -> bool:
    """Equal, and of one type all the way down: True is not 1, and a number is not its text."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if one is other:
        return True
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


@pytest.mark.parametrize("line", ONE_COLUMN)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_a_column_is_read_as_its_getter_reads_it(bench: Any, line: str, data: st.DataObject) -> None:
    field = both(bench, line)
    get = getter(field.entry)
    raw = data.draw(IMAGES.filter(lambda one: one is not UNKNOWN))
    meant = ABSENT if field.entry.transform.conceals else get(raw)
    for _ in range(2):  # the second time it may come from memory
        (seen,) = field.mapping.read("r", [raw])
        assert alike(seen, meant)
        assert alike(field.mapping.read_image(0, raw), get(raw))


@pytest.mark.parametrize("line", SEVERAL_COLUMNS)
@settings(max_examples=EXAMPLES, deadline=None)
@given(one=RAW, other=RAW, blind=st.sampled_from([None, ABSENT, MASKED]))
def test_several_columns_are_read_as_their_getter_reads_them(
    bench: Any, line: str, one: Any, other: Any, blind: Any
) -> None:
    field = both(bench, line)
    get = getter(field.entry)
    assert alike(field.mapping.read("r", [one, other]), [get([one, other])])
    hidden = blind if blind is not None else [None, one]
    assert alike(field.mapping.read("r", [blind, one]), [get(hidden)])


def written_slowly(entry: FieldEntry, value: Any, old: Any) -> tuple[dict[str, Any], dict[int, Any]]:
    """What `CompiledMapping.write` promises, said plainly."""
    get = getter(entry)
    kept = old if get(old) is None else None
    new = kept if value is None else putter(entry, get)(value, old)
    same = new is old or (type(new) is type(old) and new == old)
    return {} if same else {"C": new}, {0: new}


def outcome(work: Any) -> Any:
    try:
        return work()
    except KindProblem as problem:
        return problem.code, dict(problem.params)


def assert_written_alike(field: Both, value: Any, old: Any) -> None:
    """Beside a column that is known and one that is not, and again when it may come from memory."""
    for beside in ("x", UNKNOWN, "x", UNKNOWN):

        def fast(beside: Any = beside) -> Any:
            written = field.beside.write({0: value}, [old, beside])
            return dict(written.cells), dict(written.images)

        quick, slow = outcome(fast), outcome(lambda: written_slowly(field.entry, value, old))
        assert repr(quick) == repr(slow), (value, old)
        if slow[1].get(0) is old:
            assert quick[1].get(0) is old, "the system's own writing is kept, not a copy of it"


@pytest.mark.parametrize("line", WRITTEN)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_a_column_is_written_as_its_putter_writes_it(bench: Any, line: str, data: st.DataObject) -> None:
    field = both(bench, line)
    get, kind = getter(field.entry), field.entry.field.kind
    old = data.draw(IMAGES)
    meanings = RAW.map(get) | RAW.map(lambda raw: parsed(kind, raw))
    value = data.draw(st.none() | st.just(old).map(get) | meanings)
    if isinstance(value, Reference):
        value = value.key
    assert_written_alike(field, None if value is ABSENT or isinstance(value, Unreadable) else value, old)


@pytest.mark.parametrize("line", ONE_COLUMN)
def test_every_writing_of_the_corpus_is_read_alike(bench: Any, line: str) -> None:
    field = both(bench, line)
    get = getter(field.entry)
    for raw in [*CORPUS, *CORPUS]:
        meant = ABSENT if field.entry.transform.conceals else get(raw)
        assert alike(field.mapping.read("r", [raw])[0], meant), raw


@pytest.mark.parametrize("line", WRITTEN)
def test_every_value_of_the_corpus_is_written_alike(bench: Any, line: str) -> None:
    field = both(bench, line)
    get, kind = getter(field.entry), field.entry.field.kind
    found = [*map(get, CORPUS), *(parsed(kind, raw) for raw in CORPUS), None]
    values = [one.key if isinstance(one, Reference) else one for one in found]
    sound = {repr(one): one for one in values if one is not ABSENT and not isinstance(one, Unreadable)}
    for value in sound.values():
        for old in (None, UNKNOWN, ABSENT, MASKED, "", "x", "1", 1, True, value, *CORPUS[::7]):
            assert_written_alike(field, value, old)


def parsed(kind: Kind, raw: Any) -> Any:
    try:
        return kind.parse(raw)
    except KindProblem:
        return None


def test_every_format_is_held_against_the_general_way() -> None:
    named = " ".join(ONE_COLUMN + SEVERAL_COLUMNS)
    kinds_by_default = {
        "text",
        "integer",
        "percent",
        "money",
        "date",
        "datetime",
        "bool",
        "choice",
        "list",
        "ref",
    }
    assert {word.en for word in LIBRARY if f"as: {word.en}" not in named} <= kinds_by_default | {"custom"}


@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
@pytest.mark.parametrize("kind", [Uscc(), Phone(), Email(), DateTime()])
def test_the_short_way_of_a_kind_never_says_what_the_long_one_does_not(kind: Kind, text: str) -> None:
    assert kind.usual is not None
    found = kind.usual(text)
    if found is not None:
        assert found == kind.parse(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Uscc(), "91110000600037341L"),
        (Phone(), "13800138000"),
        (Phone(), "+86 138 0013 8000"),
        (Phone(), "138-0013-8000"),
        (Phone(), "+8613800138000"),
        (Phone(), "021-60001234"),
        (Phone(), "0755 8888 6666"),
        (Email(), "wang.fang@partner.example.com"),
        (DateTime(), "2026-08-01T04:00:00.000+0000"),
        (DateTime(), "2026-08-01T04:00:00Z"),
    ],
)
def test_the_short_way_takes_what_every_day_brings(kind: Kind, text: str) -> None:
    assert kind.usual is not None
    assert kind.usual(text) is not None


def test_another_country_has_no_short_way_for_telephones() -> None:
    assert Phone("US").usual is None
