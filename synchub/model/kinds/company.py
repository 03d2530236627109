"""The unified social credit code of Chinese organisations (统一社会信用代码, GB 32100)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import mul
from typing import ClassVar

from synchub.model.kinds.base import Kind, Usual
from synchub.model.kinds.text import as_text, excerpt, fold_width
from synchub.model.values import Canonical, KindProblem

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WORTH = {character: worth for worth, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_SEPARATORS = {ord(mark): None for mark in " -"}
_FORM = re.compile(rf"[{_ALPHABET}]{{2}}\d{{6}}[{_ALPHABET}]{{10}}")
"""python-stdnum wants digits in the first two places as well; real codes of co-operatives and some authorities begin with a letter."""


_NUMERALS = "0123456789abcdefghijklmnopqrstu"
"""What a number of base 31 and above is written with."""
_AS_NUMERAL = bytes(
    ord(_NUMERALS[_WORTH[chr(code)]]) if chr(code) in _WORTH else ord("!") for code in range(256)
)
_CHECKS = "".join(_ALPHABET[-rest % 31] for rest in range(31))


def _usual(text: str) -> str | None:
    """A code as it should be written, or None.

    The weights are the powers of 3 by modulo 31, and so are those of 34: read backwards as a number of base 34, the first seventeen
    characters leave the rest that their weighted sum leaves.
    """
    if len(text) == 18 and text.isascii() and text[2:8].isdigit():
        try:
            number = int(text.encode().translate(_AS_NUMERAL)[16::-1], 34)
        except ValueError:  # a character of no worth became a mark
            return None
        if _CHECKS[number % 31] == text[17]:
            return text
    return None


def check_character(body: Iterable[str]) -> str:
    """The eighteenth character that belongs to the first seventeen."""
    return _ALPHABET[-sum(map(mul, map(_WORTH.__getitem__, body), _WEIGHTS)) % 31]


@dataclass(frozen=True)
class Uscc(Kind):
    """A unified social credit code: 18 characters, the last one a check."""

    name: ClassVar[str] = "uscc"

    @property
    def usual(self) -> Usual | None:
        return _usual

    def parse(self, value: object) -> Canonical | None:
        text = fold_width(as_text(value)).translate(_SEPARATORS).upper()
        if not text:
            return None
        shown = {"value": excerpt(text)}
        if len(text) != 18:
            raise KindProblem("K121", {**shown, "length": len(text)})
        if not _FORM.fullmatch(text) or not text.isascii():
            raise KindProblem("K122", shown)
        if check_character(text[:17]) != text[17]:
            raise KindProblem("K123", shown)
        return text

    def to_python(self, value: Canonical) -> object:
        return value
