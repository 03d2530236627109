"""SOQL as text: tokens, and the tree of a query. What the words mean for records is `sandbox_query`'s business."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal


class SoqlError(Exception):
    """The query is not SOQL; the text is the vendor's message."""


@dataclass(frozen=True, slots=True)
class DateWord:
    """``TODAY``, ``LAST_N_DAYS:7``: a span of days that depends on when it is asked."""

    word: str
    n: int = 0

    def span(self, today: date) -> tuple[date, date]:
        """First day, and the day after the last."""
        day = timedelta(days=1)
        spans = {
            "TODAY": (today, today + day),
            "YESTERDAY": (today - day, today),
            "TOMORROW": (today + day, today + 2 * day),
            "LAST_N_DAYS": (today - self.n * day, today + day),
            "NEXT_N_DAYS": (today + day, today + (self.n + 1) * day),
        }
        return spans[self.word]


Literal = str | Decimal | bool | date | datetime | DateWord | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``Field op value``; `value` is a tuple for IN and NOT IN."""

    field: str
    op: str
    value: Literal | tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Comparison | Both | Either | Not


@dataclass(frozen=True, slots=True)
class Order:
    field: str
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`fields` is empty for ``SELECT COUNT()``."""

    object: str
    fields: tuple[str, ...]
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0


TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d)"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_][\w.]*(?::\d+)?)"
    r"|(?P<mark><=|>=|!=|<>|[=<>(),]))"
)
ESCAPES = {"n": "\n", "N": "\n", "r": "\r", "R": "\r", "t": "\t", "T": "\t", "b": "\b", "f": "\f"}
COMPARISONS = {"=", "!=", "<>", "<", "<=", ">", ">="}
DATE_WORDS = {"TODAY", "YESTERDAY", "TOMORROW", "LAST_N_DAYS", "NEXT_N_DAYS"}


def parse(soql: str) -> Query:
    """The tree of a query. Raises SoqlError."""
    return _Parser(_tokens(soql)).query()


def _tokens(soql: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, end = 0, len(soql.rstrip())
    while at < end:
        match = TOKEN.match(soql, at)
        if match is None or match.lastgroup is None:
            raise SoqlError(f"unexpected token: '{soql[at : at + 20].strip()}'")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def query(self) -> Query:
        self._word("SELECT")
        fields = self._fields()
        self._word("FROM")
        name = self._name()
        where = self._condition() if self._is("WHERE") else None
        order = self._order() if self._is("ORDER") else ()
        limit = self._count() if self._is("LIMIT") else None
        offset = self._count() if self._is("OFFSET") else 0
        if self.at < len(self.tokens):
            raise SoqlError(f"unexpected token: '{self.tokens[self.at][1]}'")
        return Query(name, fields, where, order, limit, offset)

    def _fields(self) -> tuple[str, ...]:
        if self._peek() == "COUNT" and self._peek(1) == "(":
            self.at += 2
            self._mark(")")
            return ()
        fields = [self._name()]
        while self._is(","):
            fields.append(self._name())
        if len({field.lower() for field in fields}) < len(fields):
            twice = next(field for field in fields if fields.count(field) > 1)
            raise SoqlError(f"duplicate field selected: {twice}")
        return tuple(fields)

    def _condition(self) -> Condition:
        """AND and OR may not stand side by side without brackets; the vendor refuses that, so do we."""
        parts = [self._term()]
        joint = self._peek() if self._peek() in {"AND", "OR"} else ""
        while joint and self._is(joint):
            parts.append(self._term())
        if self._peek() in {"AND", "OR"}:
            raise SoqlError(f"unexpected token: '{self._peek()}' (brackets are needed between AND and OR)")
        if len(parts) == 1:
            return parts[0]
        return Both(tuple(parts)) if joint == "AND" else Either(tuple(parts))

    def _term(self) -> Condition:
        if self._is("NOT"):
            return Not(self._term())
        if self._is("("):
            inner = self._condition()
            self._mark(")")
            return inner
        field = self._name()
        if self._is("NOT"):
            self._word("IN")
            return Comparison(field, "NOT IN", self._list())
        if self._is("IN"):
            return Comparison(field, "IN", self._list())
        if self._is("LIKE"):
            return Comparison(field, "LIKE", self._value())
        op = self._peek()
        if op not in COMPARISONS:
            raise SoqlError(f"unexpected token: '{op}'")
        self.at += 1
        return Comparison(field, "!=" if op == "<>" else op, self._value())

    def _list(self) -> tuple[Literal, ...]:
        self._mark("(")
        values = [self._value()]
        while self._is(","):
            values.append(self._value())
        self._mark(")")
        return tuple(values)

    def _value(self) -> Literal:
        kind, text = self._take()
        if kind == "text":
            return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1])
        if kind == "number":
            return Decimal(text)
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "time":
            return datetime.fromisoformat(text)
        word, _, n = text.upper().partition(":")
        constants: dict[str, Literal] = {"TRUE": True, "FALSE": False, "NULL": None}
        if word in constants:
            return constants[word]
        if word in DATE_WORDS and (bool(n) == word.endswith("N_DAYS")):
            return DateWord(word, int(n or 0))
        raise SoqlError(f"unexpected token: '{text}'")

    def _order(self) -> tuple[Order, ...]:
        self._word("BY")
        found = [self._order_item()]
        while self._is(","):
            found.append(self._order_item())
        return tuple(found)

    def _order_item(self) -> Order:
        field = self._name()
        descending = self._is("DESC")
        if not descending:
            self._is("ASC")
        last = False
        if self._is("NULLS"):
            last = self._is("LAST")
            if not last:
                self._word("FIRST")
        return Order(field, descending, last)

    def _count(self) -> int:
        kind, text = self._take()
        if kind != "number" or not text.isdigit():
            raise SoqlError(f"unexpected token: '{text}'")
        return int(text)

    def _peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at][1].upper() if at < len(self.tokens) and self.tokens[at][0] != "text" else ""

    def _is(self, word: str) -> bool:
        """Step over this word if it stands here."""
        found = self._peek() == word
        self.at += found
        return found

    def _take(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise SoqlError("unexpected token: '<EOF>'")
        self.at += 1
        return self.tokens[self.at - 1]

    def _name(self) -> str:
        kind, text = self._take()
        if kind != "word" or ":" in text:
            raise SoqlError(f"unexpected token: '{text}'")
        return text

    def _word(self, word: str) -> None:
        if not self._is(word):
            raise SoqlError(f"unexpected token: '{self._take()[1]}'")

    _mark = _word
