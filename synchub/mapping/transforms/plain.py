"""Text, digits, telephone numbers, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Inline, Loss, Transform, Value, refused
from synchub.model.kinds import Code, Email, Phone, Text
from synchub.model.kinds.base import Usual
from synchub.model.kinds.text import fold_width
from synchub.model.values import Canonical, KindProblem, Raw

if TYPE_CHECKING:
    import phonenumbers


@dataclass(frozen=True)
class AsText(Transform):
    """The text itself, read by the field's kind.

    `half` reads full-width letters and digits as half-width ones; `most` is how many characters the column takes, what is longer is cut when
    written.
    """

    half: bool = False
    most: int | None = None

    name: ClassVar[Keyword] = Keyword("text", "文本")
    kinds: ClassVar[frozenset[str]] = frozenset({"text", "code", "uscc", "phone", "email", "choice"})

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        half = reading.take_choice(k.WIDTH, k.WIDTHS, default=False)
        return cls(around.field.kind, half, reading.take_whole(k.MAX, least=1))

    @property
    def loss(self) -> Loss:
        if self.most is not None:
            return Loss.LOSSY
        return Loss.NORMALISING if self.half else Loss.REVERSIBLE

    @property
    def inline(self) -> Inline | None:
        if self.half:
            return None
        if isinstance(self.kind, Text):
            return Inline(max=self.kind.max)
        if isinstance(self.kind, Code):
            return Inline(ascii_only=True, max=self.kind.max)
        return None

    @property
    def usual(self) -> Usual | None:
        return None if self.half else self.kind.usual

    @property
    def as_is(self) -> bool:
        return self.most is None

    def get(self, raw: Raw) -> Canonical | None:
        return self.kind.parse(fold_width(raw) if self.half and isinstance(raw, str) else raw)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - text has one writing
        return str(value)[: self.most].rstrip() if self.most is not None else str(value)

    def examples(self) -> Iterable[object]:
        return ("联" * (self.most + 1), "n" * (self.most + 1)) if self.most is not None else ()

    def meaning(self) -> dict[str, object]:
        extra: dict[str, object] = {"country": self.kind.country} if isinstance(self.kind, Phone) else {}
        if self.half or self.most is not None:
            extra["cut"] = [self.half, self.most]
        return {**super().meaning(), **extra}


@dataclass(frozen=True)
class AsDigits(Transform):
    """Digits only: whatever stands between them on reading does not count."""

    name: ClassVar[Keyword] = Keyword("digits", "纯数字")
    kinds: ClassVar[frozenset[str]] = frozenset({"text", "code"})
    note: ClassVar[str] = "mapping.note.digits"

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    def get(self, raw: Raw) -> Canonical | None:
        text = self.kind.parse(raw)
        if text is None:
            return None
        digits = re.sub(r"[\s\-()./]", "", str(text))
        if not (digits.isascii() and digits.isdigit()):
            raise refused("M808", value=str(text))
        return self.kind.parse(digits)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - digits have one writing
        text = str(value)
        if not (text.isascii() and text.isdigit()):
            raise refused("M808", value=text)
        return text


@dataclass(frozen=True)
class AsEmail(Transform):
    """An e-mail address; the case does not count."""

    name: ClassVar[Keyword] = Keyword("email", "邮箱")
    kinds: ClassVar[frozenset[str]] = frozenset({"email", "text"})
    note: ClassVar[str] = "mapping.note.email"

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    @property
    def usual(self) -> Usual | None:
        return self.kind.usual if isinstance(self.kind, Email) else None

    @property
    def as_is(self) -> bool:
        return isinstance(self.kind, Email)

    def get(self, raw: Raw) -> Canonical | None:
        if isinstance(self.kind, Email):
            return self.kind.parse(raw)
        address = Email().parse(raw)
        return None if address is None else self.kind.parse(address)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - an address has one writing
        return str(value) if isinstance(self.kind, Email) else str(Email().parse(value))

    def same(self, one: Value, other: Value) -> bool:
        return super().same(one, other) or str(one).casefold() == str(other).casefold()


@dataclass(frozen=True)
class AsPhone(Transform):
    """A telephone number, canonical in E.164; `example` is how it shall be written."""

    example: str = ""

    name: ClassVar[Keyword] = Keyword("phone", "电话")
    kinds: ClassVar[frozenset[str]] = frozenset({"phone", "text"})
    note: ClassVar[str] = "mapping.note.phone"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        example = reading.take_scalar(k.WRITE)
        if example is None:
            return cls(around.field.kind)
        try:
            meant = cls(around.field.kind).get(example.text)
        except KindProblem:
            meant = None
        if meant is None:
            reading.findings.error("M308", example, example=example.text, sample="+86 138 0013 8000")
            return None
        return cls(around.field.kind, example.text.strip())

    @property
    def reader(self) -> Phone:
        return self.kind if isinstance(self.kind, Phone) else Phone()

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    @property
    def usual(self) -> Usual | None:
        return self.kind.usual if isinstance(self.kind, Phone) else None

    @property
    def as_is(self) -> bool:
        return isinstance(self.kind, Phone) and not self.example

    def get(self, raw: Raw) -> Canonical | None:
        number = self.reader.parse(raw)
        return number if number is None or isinstance(self.kind, Phone) else self.kind.parse(number)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - a new number takes the declared form
        number = str(value) if isinstance(self.kind, Phone) else str(self.reader.parse(value))
        if not self.example:
            return number
        if self._mobile_form and _CHINESE_MOBILE.fullmatch(number):
            return self._mobile_form % tuple(number[3:])
        return written_like(number, self.example, self.reader.country)

    @cached_property
    def _mobile_form(self) -> str:
        """The example as a template for Chinese mobile numbers, or "" when it is not one: the everyday case, without the library."""
        if not _CHINESE_MOBILE.fullmatch(str(self.reader.parse(self.example))):
            return ""
        return filled_like(self.example.replace("%", "%%"), "\0" * 11).replace("\0", "%s")

    def same(self, one: Value, other: Value) -> bool:
        if isinstance(self.kind, Phone) or super().same(one, other):
            return super().same(one, other)
        try:
            return self.reader.parse(one) == self.reader.parse(other)
        except KindProblem:
            return False

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "country": self.reader.country, "write": self.example}


_CHINESE_MOBILE = re.compile(r"\+861[3-9]\d{9}", re.ASCII)


def written_like(number: str, example: str, country: str) -> str:
    """A number (E.164) in the form of an example; the usual form of its country where the example does not fit.

    >>> written_like("+8613912345678", "138-0013-8000", "CN")
    '139-1234-5678'
    """
    import phonenumbers

    parsed = phonenumbers.parse(number, country)
    model = phonenumbers.parse(example, country)
    national, places = str(parsed.national_number), str(model.national_number)
    international = example.startswith("+")
    same_country = parsed.country_code == model.country_code
    fits = same_country and len(national) == len(places) and not parsed.extension
    if fits and _mobile(parsed) == _mobile(model):
        return filled_like(example, national)
    forms = phonenumbers.PhoneNumberFormat
    form = forms.NATIONAL if same_country and not international else forms.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))


def _mobile(number: phonenumbers.PhoneNumber) -> bool:
    """Is it a mobile number? Landlines carry a leading zero at home and cannot borrow a mobile's form."""
    import phonenumbers

    kind = phonenumbers.number_type(number)
    return kind in {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


def filled_like(example: str, national: str) -> str:
    """The example with its last digits replaced by those of a number."""
    rest = list(national)
    out = [rest.pop() if character.isdigit() and rest else character for character in reversed(example)]
    return "".join(reversed(out))
