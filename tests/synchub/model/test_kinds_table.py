"""Every kind, row by row: what is read as what, and what is refused with which words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from synchub.messages import catalogue
from synchub.model.kinds import (
    Amount,
    Bool,
    Choice,
    Code,
    Date,
    DateTime,
    Decimal_,
    Email,
    Integer,
    Kind,
    ListOf,
    Money,
    Option,
    Percent,
    Phone,
    Ref,
    Text,
    Uscc,
)
from synchub.model.values import KindProblem

REGION = Choice((Option.of("华东", en="East China"), Option.of("华南", en="South China")))

READ: list[tuple[Kind, object, object]] = [
    (Text(), " 联 宏\u200b ", "联 宏"),
    (Text(), "一行\n两行", "一行 两行"),
    (Text(multiline=True), "一行\r\n两行", "一行\n两行"),
    (Text(), 5, "5"),
    (Text(), Decimal("1E+3"), "1000"),
    (Text(), "e\u0301", "é"),
    (Code(), "０００１２３ ", "000123"),
    (Code(), "AbC", "AbC"),
    (Code(), Decimal("123.0"), "123"),
    (Phone(), "138-0013-8000", "+8613800138000"),
    (Phone(), "(86) 138 0013 8000", "+8613800138000"),
    (Phone(), 13800138000, "+8613800138000"),
    (Phone(), "０１０－８８８８６６６６", "+861088886666"),
    (Phone(), "02188886666转801", "+862188886666;ext=801"),
    (Phone(), "021-88886666 分机：12", "+862188886666;ext=12"),
    (Phone(), "+1 212 555 0100", "+12125550100"),
    (Phone("SG"), "6123 4567", "+6561234567"),
    (Email(), "Zhang.San@Example.COM", "Zhang.San@example.com"),
    (Email(), "ａｂ＠example.com", "ab@example.com"),
    (Uscc(), "91 1100 0060 0037341l", "91110000600037341L"),
    (Uscc(), "９1110000600037341Ｌ", "91110000600037341L"),
    (Decimal_(2), "1,234.50", "1234.5"),
    (Decimal_(2), "１２３．４", "123.4"),
    (Decimal_(2), "1.5亿", "150000000"),
    (Decimal_(2), "-0.00", "0"),
    (Decimal_(2), "\u22123", "-3"),
    (Decimal_(), Decimal("1E+3"), "1000"),
    (Integer(), "12万", "120000"),
    (Integer(), "3.0", "3"),
    (Percent(), "12.5%", "12.5"),
    (Percent(), "12.5％", "12.5"),
    (Percent(), Decimal("0.125"), "0.125"),
    (Money(), "500000", "500000.00 CNY"),
    (Money(), "￥1,234.5", "1234.50 CNY"),
    (Money(), "12万元", "120000.00 CNY"),
    (Money(), "-¥5", "-5.00 CNY"),
    (Money(), "US$ 5", "5.00 USD"),
    (Money(), "5 usd", "5.00 USD"),
    (Money("HKD"), "$5", "5.00 HKD"),
    (Money(), Amount(Decimal(5), "EUR"), "5.00 EUR"),
    (Money(scale=0), "5.00", "5 CNY"),
    (Date(), "2026/8/1", "2026-08-01"),
    (Date(), "2026年8月1日", "2026-08-01"),
    (Date(), "20260801", "2026-08-01"),
    (Date(), "2026-08-01 00:00:00", "2026-08-01"),
    (Date(), date(2026, 8, 1), "2026-08-01"),
    (DateTime(), "2026-08-01T12:00:00+08:00", "2026-08-01T04:00:00Z"),
    (DateTime(), "2026/8/1 12:00 +0800", "2026-08-01T04:00:00Z"),
    (DateTime(), "2026-08-01T04:00:00.5Z", "2026-08-01T04:00:00.500000Z"),
    (DateTime(), datetime(2026, 8, 1, 4, tzinfo=UTC), "2026-08-01T04:00:00Z"),
    (REGION, "华东", "华东"),
    (REGION, "east  CHINA", "华东"),
    (Choice(), "未定 义", "未定 义"),
    (Bool(), "是", True),
    (Bool(), "No", False),
    (Bool(), 1, True),
    (Ref("Employee"), "0198f-1", "0198f-1"),
    (ListOf(REGION), "east china；华南", ["华东", "华南"]),
    (ListOf(REGION), ["华南", "华东", "South China"], ["华南", "华东"]),
]


@pytest.mark.parametrize(("kind", "given", "canonical"), READ)
def test_is_read_as(kind: Kind, given: object, canonical: object) -> None:
    assert kind.parse(given) == canonical
    assert kind.parse(kind.parse(given)) == canonical


EVERY_KIND = list({kind.name: kind for kind, _, _ in READ}.values())


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000\n"])
def test_blank_is_null(kind: Kind, blank: object) -> None:
    assert kind.parse(blank) is None


REFUSED: list[tuple[Kind, object, str, str]] = [
    (Text(), True, "K101", "“True”的形式（bool）不适用于这个字段"),
    (Decimal_(), 1.5, "K101", "“1.5”的形式（float）不适用于这个字段"),
    (Text(max=3), "四个字符", "K102", "文本有 4 个字符，最多允许 3 个：“四个字符”"),
    (Text(), "a\x00b", "K103", "第 2 个字符是无法保存的控制字符（U+0000）"),
    (Text(), "\ud800", "K103", "第 1 个字符是无法保存的控制字符（U+D800）"),
    (Phone(), "12345", "K111", "“12345”不是有效的电话号码"),
    (Phone(), "13800138000/13900139000", "K112", "“13800138000/13900139000”里有多个电话号码"),
    (Phone(), "13800138000、13900139000", "K112", "“13800138000、13900139000”里有多个电话号码"),
    (Email(), "zhang@", "K113", "“zhang@”不是有效的邮箱地址"),
    (Uscc(), "9111", "K121", "“9111”有 4 位，统一社会信用代码应为 18 位"),
    (Uscc(), "9111000060003734OL", "K122", "“9111000060003734OL”里有统一社会信用代码不使用的字符"),
    (Uscc(), "91110000600037341M", "K123", "“91110000600037341M”不是有效的统一社会信用代码：校验位不符"),
    (Decimal_(), "1.234,50", "K131", "“1.234,50”不是能确定含义的数字"),
    (Decimal_(), "12,34", "K131", "“12,34”不是能确定含义的数字"),
    (Decimal_(), "12k", "K131", "“12k”不是能确定含义的数字"),
    (Decimal_(), "1e5", "K131", "“1e5”不是能确定含义的数字"),
    (Percent(), "%", "K131", "“%”不是能确定含义的数字"),
    (Decimal_(2), "0.005", "K132", "0.005 的小数超过 2 位"),
    (Money(), 10**14, "K133", "100000000000000 太大：小数点前最多 14 位"),
    (Money(), "¥5 USD", "K134", "“¥5 USD”里有两种货币"),
    (Money(), "$5", "K135", "“$”可能是多种货币（USD, HKD, SGD, AUD, CAD, TWD）"),
    (Integer(), "1.5", "K136", "1.5 不是整数"),
    (Date(), "8/1/2026", "K141", "“8/1/2026”不是能确定含义的日期"),
    (Date(), "2026-02-30", "K142", "日历上没有 2026-02-30 这一天"),
    (Date(), "2026-08-01 12:30", "K143", "2026-08-01 12:30 带有时间，这个字段只存日期"),
    (DateTime(), "2026-08-01", "K144", "“2026-08-01”不是有效的时间"),
    (DateTime(), "0001-01-01T00:00:00+08:00", "K144", "“0001-01-01T00:00:00+08:00”不是有效的时间"),
    (DateTime(), "2026-08-01 12:00", "K145", "2026-08-01 12:00 没有说明时区"),
    (REGION, "火星", "K151", "“火星”不在选项之中"),
    (REGION, "East Chna", "K152", "“East Chna”不在选项之中，是否想写“华东”？"),
    (Bool(), "也许", "K153", "“也许”既不是“是”也不是“否”"),
    (Ref("Partner"), "不是编号", "K161", "“不是编号”不是主记录的编号"),
]


@pytest.mark.parametrize(("kind", "given", "code", "chinese"), REFUSED)
def test_is_refused_in_both_languages_with_a_way_out(
    kind: Kind, given: object, code: str, chinese: str
) -> None:
    with pytest.raises(KindProblem) as caught:
        kind.parse(given)
    problem = caught.value.problem()
    assert (problem.code, problem.text("zh")) == (code, chinese)
    assert problem.text("en") != problem.text("zh")
    assert problem.fix("en")
    assert problem.fix("zh")


def test_every_message_about_values_is_shown_by_a_row() -> None:
    told = {
        code for code in catalogue() if re.fullmatch(r"K\d{3}", code)
    }  # not those of connectors, which other tests load
    assert told == {row[2] for row in REFUSED}


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        (Text(), "联宏（上海）", "联宏(上海)", True),
        (Text(), "a  b", "a b", True),
        (Text(), "Acme", "ACME", False),
        (Text(), "m²", "m2", False),
        (Code(), "ab1", "AB1", True),
        (Email(), "A@b.com", "a@b.com", True),
        (Money(), "5.00 CNY", "5.00 USD", False),
        (ListOf(Text()), ["a", "b"], ["b", "a"], True),
        (ListOf(Text(), ordered=True), ["a", "b"], ["b", "a"], False),
    ],
)
def test_equality_is_what_people_call_equal(kind: Kind, one: str, other: str, same: bool) -> None:
    assert kind.equal(one, other) is same
    assert kind.equal(other, one) is same


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_null_equals_null_only(kind: Kind) -> None:
    value = next(canonical for one, _, canonical in READ if one.name == kind.name)
    assert kind.equal(None, None)
    assert not kind.equal(None, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        (Money(), "-1234.50 CNY", "-¥1,234.50", "-¥1,234.50"),
        (Money(), "5.00 JPY", "5.00 JPY", "5.00 JPY"),
        (Phone(), "+8613800138000", "138 0013 8000", "138 0013 8000"),
        (Phone(), "+12125550100", "+1 212-555-0100", "+1 212-555-0100"),
        (REGION, "华东", "华东", "East China"),
        (Bool(), True, "是", "yes"),
        (Percent(), "12.5", "12.5%", "12.5%"),
        (Integer(), "1200", "1,200", "1,200"),
        (DateTime(), "2026-08-01T04:00:00Z", "2026-08-01 04:00:00 UTC", "2026-08-01 04:00:00 UTC"),
        (ListOf(REGION), ["华东", "华南"], "华东、华南", "East China, South China"),
        (Text(), None, "", ""),
    ],
)
def test_is_shown_to_people(kind: Kind, value: str, zh: str, en: str) -> None:
    assert (kind.show(value, "zh"), kind.show(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [
        (Money(), "5.00 CNY", Amount(Decimal("5.00"), "CNY")),
        (Decimal_(), "1.5", Decimal("1.5")),
        (Integer(), "7", 7),
        (Date(), "2026-08-01", date(2026, 8, 1)),
        (DateTime(), "2026-08-01T04:00:00Z", datetime(2026, 8, 1, 4, tzinfo=UTC)),
        (ListOf(Integer()), ["1", "2"], [1, 2]),
    ],
)
def test_becomes_typed_python(kind: Kind, value: str, typed: object) -> None:
    assert kind.to_python(value) == typed


def test_two_options_with_one_label_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="means two options"):
        Choice((Option.of("a", en="East"), Option.of("b", en="EAST")))


def test_a_problem_passes_through_a_context_manager() -> None:
    from contextlib import contextmanager

    @contextmanager
    def around() -> Iterator[None]:
        yield

    with pytest.raises(KindProblem), around():
        Phone().parse("1")
