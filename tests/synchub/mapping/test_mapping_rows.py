"""Lists whose rows have no key: read as lines, written as rows, and nothing of a row is lost on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synchub.mapping.transforms.rows import AsRows
from synchub.model.kinds import Text
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema
from synchub.model.values import KindProblem, Raw

ROWS = AsRows(Text(multiline=True), ("sku", "qty", "note"), frozenset({"qty"}))
LINE = "note: {field: C, as: rows, columns: [sku, qty, note], numbers: [qty]}"
_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp")), max_size=8
)
_TEXT = _CELL | st.sampled_from(["a|b", "a\\", "\\n", "a\nb", "甲 | 乙", "00123", "1.50"])
_NUMBER = (
    st.none() | st.integers(-(10**12), 10**12) | st.decimals(places=3, min_value=-(10**6), max_value=10**6)
)
_ROW = st.fixed_dictionaries(
    {"sku": _TEXT.filter(str.strip), "qty": _NUMBER, "note": _TEXT | st.none()}, optional={"memo": _TEXT}
)
_LIST = st.lists(_ROW, max_size=5)


def codes(bench: Any, line: str, *columns: FieldSchema) -> list[str]:
    """What `check` says of one entry."""
    schemas = {("crm", "Box"): ObjectSchema("Box", fields=columns)} if columns else None
    text = f"mapping: m\nsystem: crm\nobject: Box\nto: Thing\nfields:\n  {line}\n"
    return [one.code for one in bench.check(text, schemas=schemas).problems]


def named(sku: Raw, qty: Raw = None, **more: Raw) -> dict[str, Raw]:
    return {"sku": sku, "qty": qty, **more}


@given(raw=_LIST)
def test_what_was_read_can_be_written_and_means_the_same(raw: list[Raw]) -> None:
    value = ROWS.get(raw)
    if value is None:
        assert raw == []
        return
    assert isinstance(value, str)
    for old in (None, raw, [*reversed(raw)], raw[1:]):
        assert ROWS.get(ROWS.put(value, old)) == value


@given(raw=_LIST, other=_LIST)
def test_a_list_written_over_another_one_means_what_was_written(raw: list[Raw], other: list[Raw]) -> None:
    value = ROWS.get(raw)
    if isinstance(value, str):
        assert ROWS.get(ROWS.put(value, other)) == value


@given(raw=_LIST.filter(bool))
def test_rows_that_stay_keep_all_that_nobody_maps(raw: list[Raw]) -> None:
    value = ROWS.get(raw)
    assert isinstance(value, str)
    assert ROWS.put(value, raw) == raw


@given(raw=_LIST.filter(lambda rows: len(rows) > 1), data=st.data())
def test_a_row_taken_out_takes_nothing_of_the_others(raw: list[Raw], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(raw) - 1))
    left = [row for at, row in enumerate(raw) if at != gone]
    value = ROWS.get(left)
    assert isinstance(value, str)
    written = ROWS.put(value, raw)
    meaning = [ROWS.get([row]) for row in raw]
    if len({*meaning}) == len(meaning):
        assert written == left


def test_rows_are_lines_for_people() -> None:
    raw: Raw = [named("CP-001", Decimal("10.50"), note="加急"), named("00755", 3), named("00755", 3)]
    assert ROWS.get(raw) == "CP-001 | 10.5 | 加急\n00755 | 3 | \n00755 | 3 |"


def test_what_people_type_becomes_rows_with_numbers() -> None:
    written = ROWS.put("CP-001|10.50|a\\|b\n\n00755 | 3 |", None)
    assert written == [named("CP-001", Decimal("10.5"), note="a|b"), named("00755", 3)]


def test_an_edited_row_keeps_its_place_and_the_rest_of_it() -> None:
    held: Raw = [named("A", 1, note="x", memo="m1"), named("B", 2, note="", memo="m2")]
    assert ROWS.put("A | 7 | x\nB | 2 |", held) == [
        {"sku": "A", "qty": 7, "note": "x", "memo": "m1"},
        {"sku": "B", "qty": 2, "note": "", "memo": "m2"},
    ]


def test_a_cell_is_written_as_the_system_writes_its_like() -> None:
    plain = AsRows(Text(multiline=True), ("sku", "qty"))
    assert plain.put("A | 1\nB | 2", [{"sku": "A", "qty": 1}]) == [
        {"sku": "A", "qty": 1},
        {"sku": "B", "qty": 2},
    ]
    assert plain.put("A | 1\nB | 2", [{"sku": "A", "qty": "1"}])[1] == {"sku": "B", "qty": "2"}  # type: ignore[index]  # a list


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("text", "M814"),
        (5, "M814"),
        (True, "M814"),
        (["a"], "M814"),
        ([[]], "M814"),
        ([{"sku": {"a": 1}}], "K101"),
        ([{"qty": "viele"}], "M817"),
        ([{}], "M815"),
        ([{"memo": "x"}], "M815"),
    ],
)
def test_what_is_no_row_or_says_nothing_is_held(raw: Raw, code: str) -> None:
    with pytest.raises(KindProblem) as refusal:
        ROWS.get(raw)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A", "M816"),
        ("A | 1", "M816"),
        ("A | 1 | x | y", "M816"),
        (" | | ", "M816"),
        ("A | viele | x", "M817"),
    ],
)
def test_a_line_that_is_no_row_is_not_written(text: str, code: str) -> None:
    with pytest.raises(KindProblem) as refusal:
        ROWS.put(text, None)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("note: {field: C, as: rows}", "T112"),
        ("note: {field: C, as: rows, columns: [a, a]}", "M325"),
        ("note: {field: C, as: rows, columns: [a], numbers: [b]}", "M325"),
        ("note_2: {field: C, as: rows, columns: [a]}", "M326"),
        ("tags: {field: C, as: rows, columns: [a]}", "M309"),
    ],
)
def test_an_entry_that_makes_no_sense_is_told(bench: Any, line: str, code: str) -> None:
    assert code in codes(bench, line)


def test_the_chinese_words_mean_the_same(bench: Any) -> None:
    chinese = bench.entry("note: {列: C, 格式: 明细, 列名: [sku, qty, note], 数字列: [qty]}")
    assert chinese.transform == bench.entry(LINE).transform


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (FieldSchema("C", "C", FieldType.TEXT), "M327"),
        (FieldSchema("C", "C", FieldType.LIST, fields=(FieldSchema("sku", "", FieldType.TEXT),)), "M201"),
        (FieldSchema("C", "C", FieldType.LIST), None),
    ],
)
def test_the_column_is_a_list_with_these_columns(bench: Any, column: FieldSchema, code: str | None) -> None:
    told = codes(bench, LINE, column)
    assert (code in told) if code else not told
