"""Repairing and rewording files: what is repaired, what stays byte for byte, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synchub.document import Findings, parse
from synchub.document.editing import lines_of, quoted
from synchub.document.nodes import Scalar, Table
from synchub.document.repairing import repair


def repaired(text: str) -> str:
    found = repair(text.encode(), "a.yaml")
    assert found is not None
    assert found.left == [], [problem.line("en") for problem in found.left]
    return found.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("渠道名称：name\n", "渠道名称: name\n"),
        ("a: {b: 1，c: 2}\n", "a: {b: 1, c: 2}\n"),
        ("a: [b，c]\n", "a: [b, c]\n"),
        ("a: ｛b: 1｝\n", "a: {b: 1}\n"),
        ("a: “b”\n", 'a: "b"\n'),
        ("a:\n\tb: 1\n", "a:\n  b: 1\n"),
        ("a:\n　b: 1\n", "a:\n  b: 1\n"),
        ("a: b\u200b\n", "a: b\n"),
        ("＃ note\na: b\n", "# note\na: b\n"),
        ("a: {b:1}\n", "a: {b: 1}\n"),
        ("a: b，c：d  # 说明：不动\r\n", "a: b，c：d  # 说明：不动\r\n"),
        ("a: '全角：“引号”，不动'\n", "a: '全角：“引号”，不动'\n"),
    ],
)
def test_marks_are_repaired_where_yaml_needs_its_own(before: str, after: str) -> None:
    assert repaired(before) == after


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    found = repair("映射: 渠道\n系统: crm\n".encode(encoding), "a.yaml")
    assert found is not None
    assert found.text == "映射: 渠道\n系统: crm\n"
    assert found.encoding == encoding
    assert found.repaired


def test_bytes_that_are_no_text_are_left_alone() -> None:
    assert repair(b"\x00\x01\x02\xff\xfe\x80", "a.yaml") is None


def test_what_only_a_person_can_decide_is_left_and_told() -> None:
    found = repair(b"a: 1\na: 2\n", "a.yaml")
    assert found is not None
    assert [problem.code for problem in found.left] == ["T106"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:：，,{}｛｝[] \t\n　“”\"'#-_联\u200b", max_size=40))
def test_any_text_is_repaired_in_finite_time_and_a_sound_one_is_left_alone(text: str) -> None:
    found = repair(text.encode(), "a.yaml")
    assert found is not None
    findings = Findings()
    parse(text, "a.yaml", findings)
    if not findings.problems:
        assert found.text == text


@given(st.text(max_size=30))
def test_the_lines_of_a_text_put_together_are_the_text(text: str) -> None:
    assert "".join(lines_of(text)) == text


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=20))
def test_what_is_quoted_reads_as_it_was(text: str) -> None:
    for line in (f"a: {quoted(text)}\n", f"a: {{another key: 1, {quoted(text)}: {quoted(text)}}}\n"):
        findings = Findings()
        table = parse(line, "a.yaml", findings)
        assert not findings.problems, findings.problems
        assert table is not None
        found = table.get("a")
        if isinstance(found, Table):
            found = found.get(text)
        assert isinstance(found, Scalar)
        assert found.text == text


def test_plain_words_stay_plain() -> None:
    assert [quoted(text) for text in ("Name", "渠道 名称", "a: b", "- x", "#1", "", "信用额度（万元）")] == [
        "Name",
        "渠道 名称",
        '"a: b"',
        '"- x"',
        '"#1"',
        '""',
        "信用额度（万元）",
    ]
