"""The expression language: what it means, what it refuses, where it says the fault is, and that it ends."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synchub import messages
from synchub.messages import catalogue
from synchub.model.expression import ExpressionError, ValueType, compile_expression, compile_rule
from synchub.model.kinds import (
    Amount,
    Bool,
    Choice,
    Code,
    Date,
    Kind,
    ListOf,
    Money,
    Option,
    Percent,
    Ref,
    Text,
)
from synchub.model.overlay import compile_entities
from synchub.model.values import Canonical, KindProblem

KINDS: dict[str, Kind] = {
    "limit": Money(),
    "used": Money(),
    "rate": Percent(),
    "status": Choice((Option.of("active", "合作中"), Option.of("inactive", "停用"))),
    "day": Date(),
    "tags": ListOf(Text()),
    "name": Text(),
    "code": Code(),
    "ok": Bool(),
    "manager": Ref("Employee"),
    "blank": Money(),
    "dollars": Money("USD"),
    "信用额度": Money(),
}
INPUTS = {name: (index, kind) for index, (name, kind) in enumerate(KINDS.items())}
ROW: list[Canonical | None] = [
    "500.00 CNY",
    "20.00 CNY",
    "12.5",
    "active",
    "2026-08-01",
    ["a", "b"],
    "联 宏",
    "Ab1",
    True,
    "e1",
    None,
]
ROW += ["1.00 USD", "3.00 CNY"]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("limit >= 0", True),
        ("limit == 500", True),
        ('limit == "500元"', True),
        ("limit - used > 400", True),
        ("used / limit < 0.1", True),
        ("信用额度 ＞ 2 且 非（ok = 否）", True),
        ("0 <= rate <= 12", False),
        ('status != "inactive"', True),
        ("status == “停用” 或 limit＜600", True),
        ('status in ["active", "停用"]', True),
        ('status 不属于 ("active"、"停用")', False),
        ('"a" in tags', True),
        ('"c" not in tags', True),
        ('day >= "2026年8月1日"', True),
        ('name == "联　宏"', True),
        ('code = "ab1"', True),
        ('manager <> "e2"', True),
        ("ok and not ok", False),
        ("-limit < 0 and +rate > 0", True),
        ("2 + 3 * 4 == 14", True),
        ("(2 + 3) * 4 == 20", True),
        ("limit == dollars", False),
        ("limit > dollars", None),
        ("limit + dollars > 0", None),
        ("rate / 0 > 1", None),
        ("blank > 0", None),
        ("blank > 0 or ok", True),
        ("blank > 0 and not ok", False),
        ("blank in [1, 2]", None),
    ],
)
def test_means(source: str, value: bool | None) -> None:
    assert compile_expression(source, INPUTS).evaluate(ROW) is value


def test_arithmetic_is_exact_and_keeps_the_currency() -> None:
    expression = compile_expression("used * 0.1 + limit", INPUTS)
    assert expression.type is ValueType.MONEY
    assert expression.names == ("used", "limit")
    assert expression.evaluate(ROW) == Amount(Decimal("502.000"), "CNY")


REFUSED = [
    ("limit >", "O251", 7, "表达式从“结尾”开始无法理解"),
    ("limit ! 3", "O251", 6, "表达式从“!”开始无法理解"),
    ("limt > 0", "O252", 0, "没有字段“limt”，是不是“limit”？"),
    ("ok and code == 123", "O253", 12, "“==”不能用于文字和数字之间"),
    ('name > "a"', "O253", 5, "“>”不能用于文字和文字之间"),
    ("limit * used > 0", "O253", 6, "“*”不能用于金额和金额之间"),
    ("tags == tags", "O253", 5, "“==”不能用于列表和列表之间"),
    ("ok and limit", "O254", 7, "这里需要是否值，实际是金额"),
    ('status == "nope"', "O256", 10, "“nope”与所比较的字段不符：“nope”不在选项之中"),
    ("(" * 41 + "ok" + ")" * 41, "O257", 40, "表达式太长或嵌套太深（上限 40）"),
    ("1 + " * 120 + "1 > 0", "O257", 398, "表达式太长或嵌套太深（上限 200）"),
    ("ok " * 400, "O257", 0, "表达式太长或嵌套太深（上限 1000）"),
    ('name == "abc', "O258", 8, "这里的引号没有配对"),
    ("limit in [used]", "O259", 10, "这个列表里只能写具体的值"),
    ("round(limit) > 0 and uper(name) == code", "O261", 21, "没有函数“uper”，是不是“upper”？"),
    ("left(name) == name", "O262", 0, "left 需要 2 个参数，这里有 1 个"),
    ("matches(name, code)", "O263", 14, "格式模板必须直接写在引号里，最多 200 个字符"),
]
FAILING = [
    ('pad_left(name, 9999999, "x") == name', "O273"),
    ('replace(name, "", "x") == name', "O272"),
    ("used / 0 > 1", "O274"),
    ('size(replace(pad_left(name, 9000, "x"), "x", "xx")) > 1', "O271"),
]


@pytest.mark.parametrize(("source", "code", "offset", "chinese"), REFUSED)
def test_is_refused_at_its_place_in_both_languages(source: str, code: str, offset: int, chinese: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, INPUTS)
    error = caught.value
    assert (error.code, error.offset) == (code, offset)
    assert messages.text(error.code, error.params, "zh") == chinese
    assert messages.text(error.code, error.params, "en") != chinese


def test_every_message_about_expressions_is_shown_by_a_row() -> None:
    shown = {row[1] for row in REFUSED} | {"O255"}  # O255: the rule below
    shown |= {code for _, code in FAILING}
    assert {code for code in catalogue() if code.startswith(("O25", "O26", "O27"))} == shown


@pytest.mark.parametrize(("source", "code"), FAILING)
def test_what_cannot_be_computed_is_a_problem_of_the_value_and_lets_a_rule_pass(
    source: str, code: str
) -> None:
    with pytest.raises(KindProblem) as caught:
        compile_expression(source, INPUTS, strict=True).evaluate(ROW)
    assert caught.value.code == code
    assert messages.text(code, caught.value.params, "zh")
    name = source.replace("used", "credit_limit").replace("name", "note")
    assert compile_rule("x", name, "review", PARTNER.fields).holds(values(note="n", credit_limit="1.00 CNY"))


PARTNER = compile_entities()["Partner"]


def values(**filled: str) -> list[str | None]:
    return [filled.get(spec.name) for spec in PARTNER.fields]


def test_a_rule_must_say_yes_or_no() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_rule("x", "credit_limit + 1", "review", PARTNER.fields)
    assert messages.text(caught.value.code, caught.value.params, "en").endswith("gives an amount of money")


def test_a_rule_holds_breaks_or_lets_the_unknown_pass() -> None:
    rule = compile_rule(
        "停用渠道额度应为零", 'status != "inactive" or credit_limit == 0', "warn", PARTNER.fields
    )
    assert rule.fields == ("status", "credit_limit")
    assert rule.holds(values(status="active", credit_limit="5.00 CNY"))
    assert rule.holds(values(status="inactive", credit_limit="0.00 CNY"))
    assert not rule.holds(values(status="inactive", credit_limit="5.00 CNY"))
    assert rule.holds(values(status="inactive"))


def test_a_rule_may_use_labels() -> None:
    rule = compile_rule("额度不能为负", "信用额度 >= 0", "review", PARTNER.fields)
    assert rule.fields == ("credit_limit",)
    assert not rule.holds(values(credit_limit="-1.00 CNY"))


@settings(max_examples=300)
@given(st.text('limtnorad ()[]<>=!+-*/"“”且或非,.0123456789', max_size=60))
def test_any_text_compiles_or_is_refused_and_then_evaluates(source: str) -> None:
    try:
        expression = compile_expression(source, INPUTS)
    except ExpressionError as error:
        refused = error
    else:
        with suppress(KindProblem):
            expression.evaluate(ROW)
        with suppress(KindProblem):
            expression.evaluate([None] * len(ROW))
        return
    assert messages.text(refused.code, refused.params, "zh")
    assert 0 <= refused.offset <= len(source)


@pytest.mark.parametrize("blank", ["", "　", "\u200b"])
def test_a_text_of_nothing_but_blanks_is_no_number(blank: str) -> None:
    assert compile_expression("number(name)", {"name": (0, Text())}).evaluate([blank]) is None
