"""The words of an expression in both languages, and its meaning apart from them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from synchub.document import Keyword
from synchub.model.expression.functions import BY_NAME, SPECIAL
from synchub.model.expression.syntax import ExpressionError, Token, tokens

_BETWEEN: Final[Mapping[str, str]] = {
    "and": "且",
    "or": "或",
    "not": "非",
    "in": "属于",
    "not in": "不属于",
    "true": "真",
    "false": "假",
}


class SourceWord(NamedTuple):
    """A word as it was met, `at` characters from the beginning, and both its forms."""

    at: int
    text: str
    en: str
    zh: str


def words_of(source: str) -> list[SourceWord]:
    """Functions, and what stands between the parts; none where the source cannot be read."""
    try:
        found = tokens(source)
    except ExpressionError:
        return []
    words: list[SourceWord] = []
    pairs = iter(pairwise(found))
    for token, following in pairs:
        keyword = _function(token, following)
        if keyword is not None:
            words.append(SourceWord(token.at, token.text, keyword.en, keyword.zh))
        elif token.kind == "not" and following.kind == "in":
            text = source[token.at : following.at + len(following.text)]
            words.append(SourceWord(token.at, text, "not in", _BETWEEN["not in"]))
            next(pairs, None)
        elif token.kind in _BETWEEN:
            words.append(SourceWord(token.at, token.text, token.kind, _BETWEEN[token.kind]))
    return words


def neutral(source: str, names: Mapping[str, str] | None = None) -> str:
    """The expression in English words, one blank between its parts: the same for both languages, for the hash."""
    out: list[str] = []
    for token, following in pairwise(tokens(source)):
        keyword = _function(token, following)
        if token.kind == "text":
            out.append(repr(token.text))
        elif keyword is not None:
            out.append(keyword.en)
        elif token.kind == "name":
            called = (names or {}).get(token.text, token.text)
            out.append(token.text if following.kind == "(" else f"`{called}`")
        else:
            out.append(token.text if token.kind == "number" else token.kind)
    return " ".join(out)


def _function(token: Token, following: Token) -> Keyword | None:
    if token.kind != "name" or following.kind != "(":
        return None
    one = BY_NAME.get(token.text)
    return SPECIAL.get(token.text) or (one.name if one is not None else None)
