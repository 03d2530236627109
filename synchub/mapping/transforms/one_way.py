"""What goes one way only: constants, columns that are written and never read back, and expressions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import EVERY_KIND, Around, Inline, Loss, Transform, Value
from synchub.mapping.transforms.numbers import tidy
from synchub.mapping.transforms.words import plain_text
from synchub.model.expression import Expression, ValueType
from synchub.model.kinds import Amount, Kind
from synchub.model.values import ABSENT, Absent, Canonical, Raw


def foreign(raw: Raw) -> str:
    """What stands in a column that we only write, marked so that it never passes for a value of the field."""
    return f"〔{plain_text(raw) if not isinstance(raw, list | dict) else raw}〕"


@dataclass(frozen=True)
class AsConstant(Transform):
    """The same text wherever the field has a value."""

    text: str = ""

    name: ClassVar[Keyword] = Keyword("constant", "固定值")
    kinds: ClassVar[frozenset[str]] = EVERY_KIND
    note: ClassVar[str] = "mapping.note.constant"
    write_only: ClassVar[bool] = True

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        text = reading.take_text(k.WRITE)
        if not text:
            reading.findings.error("M324", reading.table)
            return None
        return cls(around.field.kind, text)

    @property
    def loss(self) -> Loss:
        return Loss.ONE_WAY

    def get(self, raw: Raw) -> Value | Absent | None:
        text = plain_text(raw) if not isinstance(raw, list | dict) else foreign(raw)
        return None if not text else ABSENT if text == plain_text(self.text) else foreign(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - it is always the same
        return self.text

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "write": self.text}


@dataclass(frozen=True)
class AsMasked(Transform):
    """Written and never read back: the system shows stars, or the value must not be kept. Only a digest of it is remembered."""

    inner: Transform | None = None

    name: ClassVar[Keyword] = Keyword("masked", "掩码")
    kinds: ClassVar[frozenset[str]] = EVERY_KIND
    note: ClassVar[str] = "mapping.note.masked"
    write_only: ClassVar[bool] = True
    conceals: ClassVar[bool] = True

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        from synchub.mapping.transforms import DEFAULTS

        inner = DEFAULTS[around.field.kind.name].read(reading, around)
        return None if inner is None else cls(around.field.kind, inner)

    @property
    def loss(self) -> Loss:
        return Loss.ONE_WAY

    def get(self, raw: Raw) -> Value | Absent | None:  # noqa: ARG002 - nothing is ever learnt from it
        return ABSENT

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - of the old value only a digest is known
        assert self.inner is not None
        return self.inner.put(value, None)

    def meaning(self) -> dict[str, object]:
        assert self.inner is not None
        return {**super().meaning(), "inner": dict(self.inner.meaning())}


def concealed(raw: Raw) -> str | None:
    """A digest in the place of a value."""
    if raw is None:
        return None
    return "#" + hashlib.blake2b(repr(raw).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@dataclass(frozen=True)
class AsComputed(Transform):
    """An expression: of columns into the field, or of the field into a column. It has no inverse."""

    expression: Expression | None = field(default=None, compare=False)
    source: str = ""
    """In a form that does not depend on the language it was written in."""
    outward: bool = False

    name: ClassVar[Keyword] = Keyword("value", "算式")
    kinds: ClassVar[frozenset[str]] = EVERY_KIND
    several: ClassVar[bool] = True

    @property
    def loss(self) -> Loss:
        return Loss.ONE_WAY

    @property
    def inline(self) -> Inline | None:
        return None

    def get(self, raw: Raw) -> Value | Absent | None:
        if self.outward:
            return foreign(raw)
        assert self.expression is not None
        assert isinstance(raw, list)
        result = self.expression.evaluate(raw)  # type: ignore[arg-type]  # the inputs are raw text here, see `RawText`
        return None if result is None else self.kind.parse(_given(result))

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - an expression has one result
        assert self.expression is not None
        return _written(self.expression.evaluate([value]))

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "source": self.source, "outward": self.outward}


def fits(type: ValueType, kind: Kind) -> bool:
    """May a result of this type become a value of this kind? Text is read like any text of a system."""
    takes = {
        ValueType.TEXT: EVERY_KIND,
        ValueType.NUMBER: {"integer", "decimal", "percent", "money", "text", "code"},
        ValueType.MONEY: {"money"},
        ValueType.YES_NO: {"bool"},
        ValueType.DATE: {"date", "text"},
        ValueType.TIME: {"datetime"},
        ValueType.LIST: {"list"},
    }
    return kind.name in takes.get(type, ())


def _given(result: object) -> object:
    return tidy(result) if isinstance(result, Decimal) else result


def _written(result: object) -> Raw:
    """A result as a system takes it."""
    if isinstance(result, Amount):
        return tidy(result.amount)
    if isinstance(result, datetime | date):
        return result.isoformat()
    if isinstance(result, Decimal):
        return tidy(result)
    return result if isinstance(result, str | bool | int) else None


class RawText(Kind):
    """What a column holds, as an expression sees it: plain text, or nothing."""

    name: ClassVar[str] = "text"

    def parse(self, value: object) -> Canonical | None:
        return plain_text(value) or None  # type: ignore[arg-type]  # a raw value, by the caller

    def to_python(self, value: Canonical) -> object:
        return self.parse(value)
