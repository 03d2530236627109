"""Numbers, percentages and money. Always exact: what cannot be kept exactly is a finding, never rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from synchub.messages import Language
from synchub.model.kinds.base import Kind
from synchub.model.kinds.currencies import CURRENCIES, MARKS, MARKS_OF
from synchub.model.kinds.text import as_text, excerpt, fold_width, wrong_form
from synchub.model.values import Canonical, KindProblem

WHOLE_DIGITS = 14
"""Digits before the point: together with six after it, what NUMERIC(20,6) holds."""
MOST_DECIMALS = 6
_NUMBER = re.compile(r"([+-]?)\s*(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?\s*(万亿|[千万亿])?", re.ASCII)
_BARE = re.compile(r"[\d.,+\-]+", re.ASCII)
_UNITS = {None: 0, "千": 3, "万": 4, "亿": 8, "万亿": 12}
_MINUS = {ord("\u2212"): "-", ord("\u2013"): "-"}


def read_number(value: object) -> Decimal | None:
    """An exact number from a person's or a program's writing; None for blank.

    Understands ``1,234.50``, full-width digits and ``12万``. Raises KindProblem K131 for anything whose meaning is not certain
    (``1.234,50``, ``12k``, ``1e5``), K133 for more digits than can be kept.
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise wrong_form(value)
        return _bounded(value, value)
    text = fold_width(as_text(value)).translate(_MINUS)
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]) or len(text) > 60:
        raise KindProblem("K131", {"value": excerpt(text)})
    sign, whole, decimals, unit = found.groups()
    plain = (whole or "0").replace(",", "")
    # built from text: arithmetic on Decimal would round to the precision of the context
    return _bounded(Decimal(f"{sign}{plain}.{decimals or '0'}E{_UNITS[unit]}"), text)


def _bounded(number: Decimal, shown: object) -> Decimal:
    if number.copy_abs() >= 10**WHOLE_DIGITS:
        raise KindProblem("K133", {"value": excerpt(shown), "digits": WHOLE_DIGITS})
    return number


def _at_scale(number: Decimal, scale: int) -> str:
    """The number with exactly `scale` decimals. Raises KindProblem K132 when it has more that are not zero."""
    # by hand, since quantize would round and is bound to the precision of the context
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite
    written = format(number, "f")
    if -exponent > scale:
        if any(digits[exponent + scale :] if exponent + scale + len(digits) >= 0 else digits):
            raise KindProblem("K132", {"value": excerpt(written.rstrip("0")), "scale": scale})
        written = written[: len(written) + exponent + scale]
    whole, _, decimals = written.partition(".")
    exact = f"{whole}.{decimals.ljust(scale, '0')}" if scale else whole
    return exact[1:] if sign and not any(digits) else exact


def _plain(number: Decimal, scale: int) -> str:
    """Without zeros at the end: 12.50 and 12.5 are one."""
    exact = _at_scale(number, scale)
    return exact.rstrip("0").rstrip(".") if "." in exact else exact


def _check_scale(scale: int) -> None:
    if not 0 <= scale <= MOST_DECIMALS:
        raise ValueError(f"scale must be 0 to {MOST_DECIMALS}, not {scale}")


@dataclass(frozen=True)
class Decimal_(Kind):  # noqa: N801 - `Decimal` is the standard library's
    """An exact number with at most `scale` decimals, canonical without zeros at the end (``12.5``)."""

    name: ClassVar[str] = "decimal"
    scale: int = MOST_DECIMALS

    def __post_init__(self) -> None:
        _check_scale(self.scale)

    def parse(self, value: object) -> Canonical | None:
        number = read_number(value)
        return None if number is None else _plain(number, self.scale)

    def to_python(self, value: Canonical) -> object:
        return Decimal(str(value))

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - the same in both
        return "" if value is None else format(Decimal(str(value)), ",f")


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number."""

    name: ClassVar[str] = "integer"

    def parse(self, value: object) -> Canonical | None:
        number = read_number(value)
        if number is None:
            return None
        try:
            return _plain(number, 0)
        except KindProblem as problem:
            raise KindProblem("K136", {"value": problem.params["value"]}) from None

    def to_python(self, value: Canonical) -> object:
        return int(str(value))

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - the same in both
        return "" if value is None else format(int(str(value)), ",d")


@dataclass(frozen=True)
class Percent(Kind):
    """A percentage, counted in percent: ``12.5%`` and ``12.5`` are 12.5, canonical ``12.5``.

    A system that holds 0.125 for it says so in its mapping; a bare number is never guessed to be a fraction.
    """

    name: ClassVar[str] = "percent"
    scale: int = 4

    def __post_init__(self) -> None:
        _check_scale(self.scale)

    def parse(self, value: object) -> Canonical | None:
        if isinstance(value, str):
            text = fold_width(as_text(value)).removesuffix("%").rstrip()
            if not text and value.strip():
                raise KindProblem("K131", {"value": excerpt(value)})
            value = text
        number = read_number(value)
        return None if number is None else _plain(number, self.scale)

    def to_python(self, value: Canonical) -> object:
        return Decimal(str(value))

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - the same in both
        return "" if value is None else f"{value}%"


class Amount(NamedTuple):
    """Money at the typed edges. Amounts of two currencies are never equal and never converted."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True)
class Money(Kind):
    """An amount and its currency, canonical ``500000.00 CNY``. An amount without a currency is in `currency`.

    `scale` is the number of decimals kept.
    """

    name: ClassVar[str] = "money"
    currency: str = "CNY"
    scale: int = 2

    def __post_init__(self) -> None:
        _check_scale(self.scale)
        if self.currency not in CURRENCIES:
            raise ValueError(f"unknown currency {self.currency}")

    def parse(self, value: object) -> Canonical | None:
        currency = self.currency
        if isinstance(value, Amount):
            value = str(value)
        if isinstance(value, str):
            text = fold_width(as_text(value))
            bare, currency = self._split(text)
            if text and not bare:
                raise KindProblem("K131", {"value": excerpt(text)})
            value = bare
        number = read_number(value)
        return None if number is None else f"{_at_scale(number, self.scale)} {currency}"

    def _split(self, text: str) -> tuple[str, str]:
        """(amount, currency) of an amount that may carry a mark before or after it."""
        if text[-4:-3] == " " and text[-3:] in CURRENCIES and _BARE.fullmatch(text[:-4]):
            return text[:-4], text[-3:]
        found = None if _BARE.fullmatch(text) else _MARKED.fullmatch(text)
        if not found:
            return text, self.currency
        sign, before, amount, after = (part or "" for part in found.groups())
        named = {self._currency_of(mark) for mark in (before, after) if mark}
        if len(named) > 1:
            raise KindProblem("K134", {"value": excerpt(text)})
        return sign + amount, named.pop() if named else self.currency

    def _currency_of(self, mark: str) -> str:
        """Raises KindProblem K135 for a mark of several currencies, none of which is this field's."""
        mark = mark.upper()
        if mark in CURRENCIES:
            return mark
        means = MARKS[mark]
        if self.currency in means:
            return self.currency
        if len(means) > 1:
            raise KindProblem("K135", {"mark": mark, "currencies": ", ".join(means)})
        return means[0]

    def to_python(self, value: Canonical) -> object:
        amount, _, currency = str(value).partition(" ")
        return Amount(Decimal(amount), currency)

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - the same in both
        if value is None:
            return ""
        amount, _, currency = str(value).partition(" ")
        shown = format(Decimal(amount), ",f")
        mark = MARKS_OF.get(currency)
        if mark is None:
            return f"{shown} {currency}"
        return f"-{mark}{shown[1:]}" if shown.startswith("-") else f"{mark}{shown}"


_ANY_MARK = "|".join(re.escape(mark) for mark in sorted((*CURRENCIES, *MARKS), key=len, reverse=True))
_MARKED = re.compile(
    rf"([+\-\u2212]?)\s*({_ANY_MARK})?\s*([\-\u2212]?[\d.,]+\s*(?:万亿|[千万亿])?)\s*({_ANY_MARK})?",
    re.IGNORECASE,
)
