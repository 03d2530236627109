"""Laws of kinds on generated values, and the fast paths held against the libraries that judge."""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from synchub.model.kinds import (
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
from synchub.model.kinds.company import check_character
from synchub.model.kinds.contact import _CHINESE_MOBILE, _PLAIN_EMAIL, _parse_email, _parse_phone
from synchub.model.values import KindProblem

KINDS: list[Kind] = [
    Text(max=50),
    Text(multiline=True),
    Code(),
    Phone(),
    Email(),
    Uscc(),
    Decimal_(3),
    Integer(),
    Percent(),
    Money(),
    Date(),
    DateTime(),
    Choice((Option.of("华东", en="East"), Option.of("b"))),
    Choice(),
    Bool(),
    Ref("Partner"),
    ListOf(Text()),
    ListOf(Date()),
]
SCALARS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,-+¥$元万亿年月日/: TZ%１２３", max_size=20),
    st.integers(),
    st.decimals(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.none(),
    st.floats(),
)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
@settings(max_examples=60)
@given(value=st.one_of(SCALARS, st.lists(SCALARS, max_size=4)))
def test_any_value_is_read_or_refused_and_reading_again_changes_nothing(kind: Kind, value: object) -> None:
    try:
        canonical = kind.parse(value)
    except KindProblem:
        return
    assert kind.parse(canonical) == canonical
    if canonical is not None:
        hash(kind.key(canonical))
        assert kind.equal(canonical, canonical)
        assert kind.parse(kind.to_python(canonical)) == canonical
        assert kind.show(canonical, "zh")


@settings(max_examples=300)
@given(texts=st.lists(st.text("aA\u3000\xa0 \t（(￥¥￠ｚzz中"), min_size=2, max_size=2))
def test_texts_are_equal_when_their_keys_are(texts: list[str]) -> None:
    one, other = texts
    assert Text().equal(one, other) == (Text().key(one) == Text().key(other))


@given(number=st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_no_digit_of_money_is_lost(number: object) -> None:
    canonical = Money().parse(number)
    assert canonical is not None
    assert Money().to_python(canonical).amount == number  # type: ignore[attr-defined]
    assert Money().parse(Money().show(canonical, "zh")) == canonical


@settings(max_examples=300)
@given(digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_fast_path_for_mobiles_never_takes_what_the_library_refuses(digits: str) -> None:
    if _CHINESE_MOBILE.fullmatch(digits):
        assert phonenumbers.is_valid_number(phonenumbers.parse(digits, "CN"))
        assert Phone().parse(digits) == _parse_phone(digits, "CN")


AREAS = ("10", "21", "25", "28", "311", "431", "755", "851", "978", "400", "800", "")


@settings(max_examples=400)
@given(
    head=st.sampled_from(["0", "+86", "+860", "0086", ""]),
    area=st.sampled_from(AREAS),
    mark=st.sampled_from(["", "-", " ", ")"]),
    rest=st.text("0123456789", min_size=5, max_size=10),
)
def test_the_fast_path_for_landlines_says_what_the_library_says(
    head: str, area: str, mark: str, rest: str
) -> None:
    text = f"{head}{area}{mark}{rest}"

    def said(parse: Callable[[str], object]) -> object:
        try:
            return parse(text)
        except KindProblem as problem:
            return problem.code

    assert said(Phone().parse) == said(lambda one: _parse_phone(one, "CN"))


@settings(max_examples=150)
@given(text=st.from_regex(r"[A-Za-z0-9._+-]{1,20}@[a-z0-9-]{1,12}\.(com|cn|net|org)", fullmatch=True))
def test_the_fast_path_for_mail_says_what_the_library_says(text: str) -> None:
    if _PLAIN_EMAIL.fullmatch(text):
        assert Email().parse(text) == _parse_email(text)


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(
    head=st.text("0123456789", min_size=8, max_size=8),
    body=st.text(ALPHABET, min_size=9, max_size=9),
    last=st.sampled_from(ALPHABET),
)
def test_the_checksum_agrees_with_the_library(head: str, body: str, last: str) -> None:
    assert check_character(head + body) == oracle.calc_check_digit(head + body)
    number = head + body + last
    try:
        accepted = Uscc().parse(number) == number
    except KindProblem:
        accepted = False
    assert accepted == oracle.is_valid(number)


def test_codes_that_begin_with_a_letter_are_accepted_unlike_in_the_library() -> None:
    body = "N2110000600037341"
    number = body + check_character(body)
    assert Uscc().parse(number) == number
    assert not oracle.is_valid(number)
