"""The unified social credit code of Chinese organisations (统一社会信用代码, GB 32100)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import mul
from typing import ClassVar

from synchub.model.kinds.base import Kind
from synchub.model.kinds.text import as_text, excerpt, fold_width
from synchub.model.values import Canonical, KindProblem

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WORTH = {character: worth for worth, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_SEPARATORS = {ord(mark): None for mark in " -"}
_FORM = re.compile(rf"[{_ALPHABET}]{{2}}\d{{6}}[{_ALPHABET}]{{10}}")
"""python-stdnum wants digits in the first two places as well; real codes of co-operatives and some authorities begin with a letter."""


def check_character(body: Iterable[str]) -> str:
    """The eighteenth character that belongs to the first seventeen."""
    return _ALPHABET[-sum(map(mul, map(_WORTH.__getitem__, body), _WEIGHTS)) % 31]


@dataclass(frozen=True)
class Uscc(Kind):
    """A unified social credit code: 18 characters, the last one a check."""

    name: ClassVar[str] = "uscc"

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
