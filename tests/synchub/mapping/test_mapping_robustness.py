"""What arrives from keyboards and other programs: every scalar stays text, any text ends in a typed problem, no expression runs away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synchub.document import Findings, parse
from synchub.document.nodes import Scalar
from synchub.mapping.keywords import every
from synchub.model.expression import ExpressionError, compile_expression, function_keywords
from synchub.model.expression.patterns import Pattern
from synchub.model.kinds import Text
from synchub.model.values import KindProblem, Unreadable

# -- the table of mapping.md section 2: what PyYAML and YAML 1.2 make something else of


@pytest.mark.parametrize(
    "text",
    [
        "02188886666",
        "0755",
        "12:30:45",
        "1.10",
        "NO",
        "No",
        "yes",
        "on",
        "1e5",
        "1_000",
        "2026-08-01",
        "~",
        "null",
        "0x10",
        "0o17",
        ".5",
        "+1",
        "1.",
        ".inf",
        ".nan",
        "true",
        "1,234",
        "=",
        "12:30",
        "-0",
    ],
)
def test_every_scalar_stays_the_text_that_was_typed(text: str) -> None:
    findings = Findings()
    table = parse(f"value: {text}\n{text}: key\n", "a.yaml", findings)
    assert not findings.problems
    assert table is not None
    value, key = table.get("value"), table.entries[text].key
    assert isinstance(value, Scalar)
    assert (value.text, key.text) == (text, text)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: 1\na: 2\n", "T106", "a.yaml:2:1"),
        ("渠道名称：name\n系统: crm\n", "T102", "a.yaml:1:5"),
        ("a:\n　　b: 1\n", "T104", "a.yaml:2:1"),
        ("a: &x 1\nb: *x\n", "T107", "a.yaml:1:4"),
    ],
)
def test_the_rest_of_the_table_is_refused_at_its_place(text: str, code: str, place: str) -> None:
    findings = Findings()
    assert parse(text, "a.yaml", findings) is None
    assert (findings.problems[0].code, str(findings.problems[0].position)) == (code, place)


def test_a_file_in_gbk_is_called_so_and_read_on(bench: Any) -> None:
    folder = bench.write("")
    (folder / "a.yaml").write_bytes("映射: 渠道\n系统: crm\n".encode("gbk"))
    from synchub.mapping import check

    problems = check(folder, bench.entities, bench.zones).problems
    (problem,) = [one for one in problems if one.code == "T101"]
    assert problem.params["guess"] == "GBK"
    assert [one.code for one in problems if one is not problem] == ["T112"] * 3, "what is missing in it"


# -- any text at all

WORDS = [name for keyword in every() for name in keyword.names]
PIECES = st.sampled_from(
    [
        *WORDS,
        "name",
        "名称",
        "phone",
        "Thing",
        "crm",
        "Box",
        ": ",
        ":\n  ",
        "\n",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "- ",
        "  ",
        "'",
        '"',
        "#",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_any_file_is_sound_or_told_with_its_place(bench: Any, head: str, text: str) -> None:
    for whole in (text, head + "fields:\n  name: Name\n" + text):
        data = whole.encode("utf-8", "surrogatepass")
        folder = bench.write("")
        (folder / "a.yaml").write_bytes(data)
        from synchub.mapping import check

        report = check(folder, bench.entities, bench.zones)
        for problem in report.problems:
            assert problem.position is not None
            assert problem.text("en")
            assert problem.text("zh")
            assert problem.fix("zh") or problem.severity == "warning"


ARGUMENTS = st.sampled_from(
    ['"x"', "1", "A", "`B c`", '"*"', "date(A)", "number(A)", '"KH##"', "yes(A)", "-3", "99999999"]
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([name for one in function_keywords() for name in one.names]),
    st.lists(ARGUMENTS, max_size=4),
    st.one_of(st.none(), st.text(max_size=60)),
    st.one_of(st.none(), st.text(max_size=60)),
)
def test_any_call_with_any_text_gives_a_value_or_a_typed_problem(
    name: str, arguments: list[str], first: str | None, second: str | None
) -> None:
    code, result = outcome(f"{name}({', '.join(arguments)})", [first, second])
    assert code or result is None or len(str(result)) <= 10_000


def outcome(source: str, row: list[str | None]) -> tuple[str, object]:
    """The code of what is wrong with an expression or its values, or else its result."""
    inputs = {"A": (0, Text()), "B c": (1, Text())}
    try:
        return "", compile_expression(source, inputs, strict=True).evaluate(row)
    except (ExpressionError, KindProblem) as problem:
        return problem.code, None


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000 + "A" + ")" * 5000,
        "not " * 3000 + "A",
        "-" * 900 + "1",
        "1" + "0" * 900 + " * 1" + "0" * 90 + " > 0",
        "A" + " + A" * 5000,
        'join("", ' + ", ".join(["A"] * 150) + ")",
        'matches(A, "' + "*a" * 90 + '")',
        'matches(A, "' + "*" * 190 + '")',
        "replace(" * 30 + "A" + ', "a", "aaaaaaaaaaaaaaaaaaaa")' * 30,
        " and ".join(['matches(A, "*a*a*a*b")'] * 20),
    ],
)
def test_an_adversarial_expression_ends_within_its_budget(source: str) -> None:
    """The time limit of every test is the budget: an expression that ran away would meet it."""
    code, result = outcome(source, ["a" * 5000, None])
    assert code in {"", "O251", "O253", "O254", "O257", "O271", "K131", "K133"}
    assert code or len(str(result)) <= 10_000


@given(st.text(alphabet="ab#?*\\", max_size=12), st.text(alphabet="ab1", max_size=12))
def test_a_pattern_means_what_a_regular_expression_would(pattern: str, text: str) -> None:
    import re

    out = ""
    signs = iter(pattern)
    for sign in signs:
        if sign == "\\":
            out += re.escape(next(signs, "\\"))
        else:
            out += {"#": r"\d", "?": ".", "*": ".*"}.get(sign, re.escape(sign))
    assert Pattern(pattern).matches(text) is (re.fullmatch(out, text) is not None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.none(),
        st.text(max_size=40),
        st.integers(),
        st.booleans(),
        st.lists(st.text(max_size=3), max_size=3),
    )
)
def test_any_raw_value_goes_through_every_entry_form(bench: Any, raw: Any) -> None:
    mapping = bench.fields(
        'name: {field: A, as: parts, separator: "-", part: 1/2}\n'
        'note: {field: A, as: parts, separator: "-", part: 2/2}\n'
        "code: {field: B, as: json_path, path: 'x[0].y'}\n"
        "region: {as: id_name, id: C, name: D}\n"
        "count: {flow: hub_reads, value: number(E) + size(F)}\n"
        "phone: {field: G, as: masked}\n"
        "active: {field: H, as: constant, write: x}\n"
    )
    row = [raw] * len(mapping.row_columns)
    for value in mapping.read("1", row):
        assert not isinstance(value, Unreadable) or value.problem.text("zh")
    images = mapping.image(row)
    again = mapping.write({}, images)
    assert again.cells == {}
