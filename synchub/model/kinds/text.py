"""Text and codes, and the folding of width and invisible characters that every kind starts with.

Only the width of the full-width forms is folded. A full compatibility folding (NFKC) would also make ``m²`` and ``m2`` equal,
or turn ``①`` into ``1``, which people do not call the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from synchub.model.kinds.base import Kind
from synchub.model.values import Canonical, KindProblem

_WIDTH = {"\u3000": " ", "\xa0": " ", "￥": "¥", "￡": "£", "￠": "¢"} | {
    chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)
}
_WIDE = re.compile(f"[{''.join(_WIDTH)}]")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
"""Zero-width space, direction marks, word joiner, byte order mark, soft hyphen: copied along from web pages and chats."""
_LINE_BREAK = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
_SHOWN = 60
_MOST_DIGITS = 100
_MOST_BITS = 332
"""Of a number that is turned into text: a hundred digits; an exponent of a million would fill the memory."""


def fold_width(text: str) -> str:
    """Full-width letters, digits, marks and spaces become half-width."""
    # few characters of a text are wide ones; to look each one up, as `translate` does, takes three times as long
    return text if text.isascii() else _WIDE.sub(_half, text)


def _half(found: re.Match[str]) -> str:
    return _WIDTH[found[0]]


def excerpt(value: object) -> str:
    """As much of a value as a message should quote."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        value = hex(value)  # Python refuses to write so long a number in decimal
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def as_text(value: object) -> str:
    """The text of a scalar, tidied: composed, without invisible characters, trimmed; "" for blank.

    Raises KindProblem K101 for a value that is no text, whole number, Decimal or date, and K103 for a character that no
    system can store.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _tidy(value)
    if isinstance(value, bool):
        raise wrong_form(value)
    if isinstance(value, int) and value.bit_length() <= _MOST_BITS:
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS:
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise wrong_form(value)


def wrong_form(value: object) -> KindProblem:
    """The value has a type that says nothing here."""
    return KindProblem("K101", {"value": excerpt(value), "type": type(value).__name__})


def _tidy(text: str) -> str:
    if text.isprintable():  # nothing invisible and no control character, so nothing below applies
        return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    for at, character in enumerate(text):
        if character not in "\t\r\n" and unicodedata.category(character) in {"Cc", "Cs"}:
            raise KindProblem("K103", {"character": f"U+{ord(character):04X}", "at": at + 1})
    return text.strip()


@dataclass(frozen=True)
class Text(Kind):
    """What people write. Kept as written but for blanks around it; equal whatever the spacing and width.

    `max` is the most characters allowed: longer text is a finding, never cut. Without `multiline`, line breaks become spaces.
    """

    name: ClassVar[str] = "text"
    max: int | None = None
    multiline: bool = False

    def parse(self, value: object) -> Canonical | None:
        text = as_text(value)
        if not text.isprintable():
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            if not self.multiline:
                text = _LINE_BREAK.sub(" ", text).replace("\t", " ")
        if self.max is not None and len(text) > self.max:
            raise KindProblem("K102", {"length": len(text), "max": self.max, "value": excerpt(text)})
        return text or None

    def key(self, value: Canonical) -> object:
        return " ".join(fold_width(str(value)).split())

    def equal(self, one: Canonical | None, other: Canonical | None) -> bool:
        # folding keeps blanks and lengths, so that most texts that differ need none
        if one is None or other is None or _length(one) != _length(other):
            return one is other
        return super().equal(one, other)

    def to_python(self, value: Canonical) -> object:
        return value


def _length(value: Canonical) -> int:
    return len(" ".join(str(value).split()))


@dataclass(frozen=True)
class Code(Kind):
    """An identifier: text even when it is all digits, so that leading zeros stay. Equal whatever the case."""

    name: ClassVar[str] = "code"
    max: int | None = None

    def parse(self, value: object) -> Canonical | None:
        text = as_text(value)
        if isinstance(value, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        text = " ".join(fold_width(text).split())
        if self.max is not None and len(text) > self.max:
            raise KindProblem("K102", {"length": len(text), "max": self.max, "value": excerpt(text)})
        return text or None

    def key(self, value: Canonical) -> object:
        return str(value).casefold()

    def to_python(self, value: Canonical) -> object:
        return value
