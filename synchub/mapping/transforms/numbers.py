"""Whole numbers, decimals, percentages and money with its unit. Exact in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import ClassVar, Literal, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Loss, Transform, refused
from synchub.model.kinds import Money
from synchub.model.kinds.currencies import CURRENCIES
from synchub.model.values import Canonical, Raw

_OWN_UNITS = "千万亿"


def shifted(number: Decimal, places: int) -> Decimal:
    """Exactly `number` times ten to the power of `places`, whatever the precision of the context."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite
    return Decimal((sign, digits, exponent + places))


def tidy(number: Decimal) -> Decimal:
    """Without zeros at the end and without an exponent: 50, 12.5."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def as_number(number: Decimal, old: Raw) -> Raw:
    """A number in the form the system uses: text where it holds text now."""
    exact = tidy(number)
    return format(exact, "f") if isinstance(old, str) else exact


@dataclass(frozen=True)
class AsInteger(Transform):
    """A whole number."""

    name: ClassVar[Keyword] = Keyword("integer", "整数")
    kinds: ClassVar[frozenset[str]] = frozenset({"integer"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "numbers"

    def get(self, raw: Raw) -> Canonical | None:
        return self.kind.parse(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:
        return str(value) if isinstance(old, str) else int(str(value))


@dataclass(frozen=True)
class AsDecimal(Transform):
    """An exact decimal number."""

    name: ClassVar[Keyword] = Keyword("decimal", "数字")
    kinds: ClassVar[frozenset[str]] = frozenset({"decimal", "integer"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "numbers"

    def get(self, raw: Raw) -> Canonical | None:
        return self.kind.parse(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:
        return as_number(Decimal(str(value)), old)

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "scale": getattr(self.kind, "scale", 0)}


@dataclass(frozen=True)
class AsPercent(Transform):
    """A percentage. `places` is 2 where the system holds a fraction (0.125 for 12.5 %)."""

    places: int = 0

    name: ClassVar[Keyword] = Keyword("percent", "百分比")
    kinds: ClassVar[frozenset[str]] = frozenset({"percent"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "numbers"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        return cls(around.field.kind, reading.take_choice(k.UNIT, k.PERCENT_UNITS, default=0))

    def get(self, raw: Raw) -> Canonical | None:
        if isinstance(raw, str) and raw.rstrip().endswith(("%", "％")):
            return self.kind.parse(raw)  # it says itself that it is in percent
        return self.kind.parse(_unscaled(raw, self.places) if self.places else raw)

    def put(self, value: Canonical, old: Raw) -> Raw:
        number = Decimal(str(value))
        if isinstance(old, str) and old.rstrip().endswith(("%", "％")):
            return format(tidy(number), "f") + old.rstrip()[-1]
        return as_number(shifted(number, -self.places), old)

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "places": self.places, "scale": getattr(self.kind, "scale", 0)}


def _unscaled(raw: Raw, places: int) -> Raw:
    from synchub.model.kinds.numbers import read_number

    number = read_number(raw)
    return None if number is None else shifted(number, places)


@dataclass(frozen=True)
class AsMoney(Transform):
    """An amount of money. `places` is the power of ten of the column's unit, `currency` what a bare number is in.

    `decimals` is how many the column shows, told by an example; what is smaller is rounded half up when written. None writes exactly.
    """

    places: int = 0
    currency: str = "CNY"
    decimals: int | None = None

    name: ClassVar[Keyword] = Keyword("money", "金额")
    kinds: ClassVar[frozenset[str]] = frozenset({"money"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "numbers"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        kind = around.field.kind
        assert isinstance(kind, Money)
        places = reading.take_choice(k.UNIT, k.UNITS, default=0)
        currency = reading.take_scalar(k.CURRENCY)
        if currency is not None and currency.text.upper() not in CURRENCIES:
            reading.findings.error("M314", currency, currency=currency.text)
            return None
        return cls(
            kind, places, currency.text.upper() if currency else kind.currency, _decimals_shown(reading)
        )

    @property
    def loss(self) -> Loss:
        rounds = self.decimals is not None and self.decimals < self.reader.scale + self.places
        return Loss.LOSSY if rounds else Loss.REVERSIBLE

    @property
    def reader(self) -> Money:
        assert isinstance(self.kind, Money)
        return self.kind if self.kind.currency == self.currency else Money(self.currency, self.kind.scale)

    def get(self, raw: Raw) -> Canonical | None:
        if not self.places:
            return self.reader.parse(raw)
        if isinstance(raw, str) and any(mark in raw for mark in _OWN_UNITS):
            # “50万” in a column of 万元 may be 500 thousand or 5 billion
            raise refused("M805", value=raw.strip())
        # six decimals more than the kind keeps, so that nothing is refused before the unit is counted in
        stated = Money(self.currency, 6).parse(raw)
        if stated is None:
            return None
        amount, _, currency = str(stated).partition(" ")
        return self.reader.parse(f"{shifted(Decimal(amount), self.places):f} {currency}")

    def put(self, value: Canonical, old: Raw) -> Raw:
        amount, _, currency = str(value).partition(" ")
        if currency != self.currency:
            raise refused("M806", value=str(value), currency=self.currency)
        number = shifted(Decimal(amount), -self.places)
        return as_number(number if self.decimals is None else _rounded(number, self.decimals), old)

    def meaning(self) -> dict[str, object]:
        rounded = {} if self.decimals is None else {"decimals": self.decimals}
        return {
            **super().meaning(),
            "places": self.places,
            "currency": self.currency,
            "scale": self.reader.scale,
            **rounded,
        }


def _rounded(number: Decimal, decimals: int) -> Decimal:
    """Half up, exactly, however large the number is."""
    with localcontext(prec=200):
        return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _decimals_shown(reading: Reading) -> int | None:
    """From an example such as ``50.00``; None without one, or after a finding."""
    example = reading.take_scalar(k.WRITE)
    if example is None:
        return None
    whole, _, decimals = example.text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and (not decimals or decimals.isdigit())):
        reading.findings.error("M308", example, example=example.text, sample="50.00")
        return None
    return len(decimals)
