"""From the text of an expression to a tree of parts, each knowing where it begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from synchub.messages import Words
from synchub.model.kinds.text import fold_width

MOST_CHARACTERS = 1000
MOST_PARTS = 200
MOST_DEPTH = 40


@dataclass(eq=False)
class ExpressionError(Exception):
    """An expression that cannot be used; `offset` counts characters from 0 to where the fault is."""

    code: str
    offset: int
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Literal:
    at: int
    value: Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """A literal list, for ``in``."""

    at: int
    items: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    at: int
    op: str
    operand: Part


@dataclass(frozen=True, slots=True)
class Binary:
    at: int
    op: str
    left: Part
    right: Part


@dataclass(frozen=True, slots=True)
class Call:
    """A registered function with its arguments."""

    at: int
    name: str
    arguments: tuple[Part, ...]


Part: TypeAlias = "Literal | Name | Choices | Unary | Binary | Call"


class Token(NamedTuple):
    """`kind` is ``number``, ``text``, ``name``, ``end``, or the operator itself."""

    kind: str
    text: str
    at: int


_WORDS = {
    "and": "and",
    "且": "and",
    "并且": "and",
    "or": "or",
    "或": "or",
    "或者": "or",
    "not": "not",
    "非": "not",
    "in": "in",
    "属于": "in",
    "不属于": "not in",
    "true": "true",
    "真": "true",
    "是": "true",
    "false": "false",
    "假": "false",
    "否": "false",
}
_SAME = {"=": "==", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "、": ","}
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}
_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)|(?P<mark><=|>=|==|!=|<>|[=<>≠≤≥+\-*/()\[\],、])"
)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})


def tokens(source: str) -> list[Token]:
    """The words and marks of an expression. Raises ExpressionError O251, O257, O258."""
    if len(source) > MOST_CHARACTERS:
        raise ExpressionError("O257", 0, {"limit": MOST_CHARACTERS})
    folded = fold_width(source)  # one character for one: places stay
    found: list[Token] = []
    at = 0
    while at < len(folded):
        if folded[at].isspace():
            at += 1
            continue
        token, at = _token(source, folded, at)
        found.append(token)
    return [*found, Token("end", "", len(source))]


def _token(source: str, folded: str, at: int) -> tuple[Token, int]:
    closing = _CLOSING.get(folded[at])
    if closing:
        end = folded.find(closing, at + 1)
        if end < 0:
            raise ExpressionError("O258", at)
        # a name in backticks is taken as it stands: columns are called as their system likes
        return Token("name" if closing == "`" else "text", source[at + 1 : end], at), end + 1
    match = _TOKEN.match(folded, at)
    if match is None or (match.lastgroup == "number" and not match[0].isascii()):
        raise ExpressionError("O251", at, {"found": source[at]})
    text = match[0]
    if match.lastgroup == "mark":
        return Token(_SAME.get(text, text), text, at), match.end()
    kind = _WORDS.get(text, "name") if match.lastgroup == "name" else "number"
    return Token(kind, text, at), match.end()


def parse(source: str) -> Part:
    """The tree of an expression. Raises ExpressionError."""
    return _Parser(tokens(source)).whole()


def names(part: Part) -> list[Name]:
    """Every name in a tree, from left to right."""
    if isinstance(part, Name):
        return [part]
    if isinstance(part, Call):
        return [name for argument in part.arguments for name in names(argument)]
    if isinstance(part, Binary):
        return [*names(part.left), *names(part.right)]
    return names(part.operand) if isinstance(part, Unary) else []


class _Parser:
    """One method per level of binding, loosest first."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.parts = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *kinds: str) -> Token | None:
        if self.next.kind not in kinds:
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def unexpected(self) -> ExpressionError:
        token = self.next
        found: object = Words("expression.end") if token.kind == "end" else token.text
        return ExpressionError("O251", token.at, {"found": found})

    def count(self, part: Part) -> Part:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise ExpressionError("O257", part.at, {"limit": MOST_PARTS})
        return part

    def whole(self) -> Part:
        part = self.either()
        if self.next.kind != "end":
            raise self.unexpected()
        return part

    def either(self) -> Part:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise ExpressionError("O257", self.next.at, {"limit": MOST_DEPTH})
        left = self.both()
        while token := self.take("or"):
            left = self.count(Binary(token.at, "or", left, self.both()))
        self.depth -= 1
        return left

    def both(self) -> Part:
        left = self.negation()
        while token := self.take("and"):
            left = self.count(Binary(token.at, "and", left, self.negation()))
        return left

    def negation(self) -> Part:
        marks: list[Token] = []
        while token := self.take("not"):
            marks.append(token)
        part = self.comparison()
        for mark in reversed(marks):
            part = self.count(Unary(mark.at, "not", part))
        return part

    def comparison(self) -> Part:
        """``0 <= a <= 9`` means both comparisons, as people write it."""
        left = self.sum()
        found: Part | None = None
        while token := self.comparing():
            right = (
                self.choices() if token.kind in {"in", "not in"} and self.next.kind in "([" else self.sum()
            )
            one = self.count(Binary(token.at, token.kind, left, right))
            found = one if found is None else self.count(Binary(token.at, "and", found, one))
            left = right
        return left if found is None else found

    def comparing(self) -> Token | None:
        if self.next.kind == "not" and self.tokens[self.at + 1].kind == "in":
            self.at += 2
            return self.tokens[self.at - 2]._replace(kind="not in")
        return self.take(*_COMPARISONS)

    def sum(self) -> Part:
        left = self.product()
        while token := self.take("+", "-"):
            left = self.count(Binary(token.at, token.kind, left, self.product()))
        return left

    def product(self) -> Part:
        left = self.signed()
        while token := self.take("*", "/"):
            left = self.count(Binary(token.at, token.kind, left, self.signed()))
        return left

    def signed(self) -> Part:
        marks: list[Token] = []
        while token := self.take("-", "+"):
            marks.append(token)
        part = self.primary()
        for mark in reversed(marks):
            if mark.kind == "+":
                continue
            if isinstance(part, Literal) and isinstance(part.value, Decimal):
                part = Literal(mark.at, -part.value)
            else:
                part = self.count(Unary(mark.at, "-", part))
        return part

    def primary(self) -> Part:
        if self.take("("):
            part = self.either()
            if not self.take(")"):
                raise self.unexpected()
            return part
        if token := self.take("name"):
            if self.next.kind == "(":
                return self.call(token)
            return self.count(Name(token.at, token.text))
        return self.literal()

    def call(self, name: Token) -> Part:
        """``join(" ", Province, City)``; Chinese commas are understood."""
        self.take("(")
        arguments: list[Part] = []
        while not self.take(")"):
            if arguments and not self.take(","):
                raise self.unexpected()
            arguments.append(self.either())
        return self.count(Call(name.at, name.text, tuple(arguments)))

    def literal(self) -> Literal:
        token = self.take("number", "text", "true", "false")
        if token is None:
            raise self.unexpected()
        values: dict[str, Decimal | bool] = {"true": True, "false": False}
        value = Decimal(token.text) if token.kind == "number" else values.get(token.kind, token.text)
        part = Literal(token.at, value)
        self.count(part)
        return part

    def choices(self) -> Part:
        opening = self.take("(", "[")
        assert opening is not None
        closing = ")" if opening.kind == "(" else "]"
        items = [self.signed_literal()]
        while self.take(","):
            items.append(self.signed_literal())
        if not self.take(closing):
            raise self.unexpected()
        return self.count(Choices(opening.at, tuple(items)))

    def signed_literal(self) -> Literal:
        at = self.next.at
        part = self.signed()
        if not isinstance(part, Literal):
            raise ExpressionError("O259", at)
        return part
