"""The functions of the expression language: what they take, what they give, and what they do. All total, all bounded.

A function whose input is missing gives no value; those that look at what is missing (``if``, ``coalesce``, ``is_blank``, ``join``) say so. What
cannot be done with a value (``number("soon")``) raises KindProblem, which a mapping reports with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Any, Final

from synchub.document import Keyword
from synchub.messages import Words
from synchub.model.expression.patterns import Pattern
from synchub.model.kinds import Bool, Date
from synchub.model.kinds.numbers import read_number
from synchub.model.kinds.text import excerpt, fold_width
from synchub.model.values import KindProblem

MOST_TEXT: Final = 10_000
"""Characters a text may grow to."""


class ValueType(StrEnum):
    """What a part of an expression gives."""

    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    YES_NO = "yes_no"
    DATE = "date"
    TIME = "time"
    REFERENCE = "reference"
    LIST = "list"

    @property
    def words(self) -> Words:
        return Words(f"expression.{self.value}")


TEXT, NUMBER, YES_NO, DATE = ValueType.TEXT, ValueType.NUMBER, ValueType.YES_NO, ValueType.DATE


@dataclass(frozen=True, slots=True)
class Function:
    """One function. With `rest` the last parameter may be given again and again; the last `optional` ones may be left out."""

    name: Keyword
    takes: tuple[ValueType, ...]
    gives: ValueType
    run: Callable[..., Any]
    rest: bool = False
    optional: int = 0
    skips: bool = False
    """Missing arguments are handed over as None instead of making the result missing."""
    pattern: int | None = None
    """The position of a pattern, which must be written out so that it is read once."""

    def fits(self, count: int) -> bool:
        """May it be called with so many arguments?"""
        return len(self.takes) - self.optional <= count and (self.rest or count <= len(self.takes))

    def type_of(self, position: int) -> ValueType:
        return self.takes[min(position, len(self.takes) - 1)]


def bounded(text: str) -> str:
    """The text, unless it has grown beyond all measure."""
    if len(text) > MOST_TEXT:
        raise KindProblem("O271", {"limit": MOST_TEXT, "value": excerpt(text)})
    return text


def _join(separator: str | None, *parts: str | None) -> str | None:
    there = [part for part in parts if part]
    if sum(map(len, there)) + len(separator or "") * len(there) > MOST_TEXT:
        raise KindProblem("O271", {"limit": MOST_TEXT, "value": excerpt(there[0])})
    return (separator or "").join(there) or None


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        raise KindProblem("O272", {"value": excerpt(text)})
    if len(text) + text.count(old) * (len(new) - len(old)) > MOST_TEXT:
        raise KindProblem("O271", {"limit": MOST_TEXT, "value": excerpt(text)})
    return text.replace(old, new)


def _count(number: Decimal | int) -> int:
    """A number of characters or days: whole, and small enough to be meant."""
    if number != int(number) or not -1_000_000 <= number <= 1_000_000:
        raise KindProblem("O273", {"value": str(number)})
    return int(number)


def _pad(text: str, width: Decimal, filler: str) -> str:
    wanted = _count(width)
    if wanted > MOST_TEXT or len(filler) != 1:
        raise KindProblem("O273", {"value": str(width)})
    return text.rjust(wanted, filler)


def _part(text: str, separator: str, number: Decimal) -> str | None:
    if not separator:
        raise KindProblem("O272", {"value": excerpt(text)})
    pieces, place = text.split(separator), _count(number)
    return pieces[place - 1].strip() or None if 1 <= place <= len(pieces) else None


def _rounded(number: Decimal, places: Decimal = Decimal(0), rounding: str = ROUND_HALF_UP) -> Decimal:
    decimals = _count(places)
    if not 0 <= decimals <= 12:
        raise KindProblem("O273", {"value": str(places)})
    with localcontext(prec=200):
        return Decimal(number).quantize(Decimal(1).scaleb(-decimals), rounding)


def _date(text: str) -> date:
    return date.fromisoformat(str(Date().parse(text)))


def _yes(text: str) -> bool:
    return bool(Bool().parse(text))


def _add_days(day: date, days: Decimal) -> date:
    try:
        return day + timedelta(days=_count(days))
    except OverflowError:
        raise KindProblem("O273", {"value": str(days)}) from None


def _show(number: Decimal | int) -> str:
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _one(en: str, zh: str, takes: Sequence[ValueType], gives: ValueType, run: Any, **more: Any) -> Function:
    also = more.pop("also", ())
    return Function(Keyword(en, zh, also), tuple(takes), gives, run, **more)


FUNCTIONS: Final[tuple[Function, ...]] = (
    # text
    _one("join", "连接", (TEXT, TEXT), TEXT, _join, rest=True, skips=True),
    _one("upper", "大写", (TEXT,), TEXT, lambda text: bounded(text.upper())),
    _one("lower", "小写", (TEXT,), TEXT, lambda text: bounded(text.lower())),
    _one("trim", "去空格", (TEXT,), TEXT, lambda text: " ".join(text.split())),
    _one("half_width", "半角", (TEXT,), TEXT, fold_width),
    _one("replace", "替换", (TEXT, TEXT, TEXT), TEXT, _replace),
    _one("left", "左取", (TEXT, NUMBER), TEXT, lambda text, count: text[: max(0, _count(count))]),
    _one(
        "right", "右取", (TEXT, NUMBER), TEXT, lambda text, count: text[-_count(count) :] if count > 0 else ""
    ),
    _one("size", "长度", (TEXT,), NUMBER, lambda text: Decimal(len(text)), also=("length",)),
    _one("contains", "包含", (TEXT, TEXT), YES_NO, lambda text, part: part in text),
    _one("starts_with", "开头是", (TEXT, TEXT), YES_NO, str.startswith, also=("startsWith",)),
    _one("ends_with", "结尾是", (TEXT, TEXT), YES_NO, str.endswith, also=("endsWith",)),
    _one("digits", "取数字", (TEXT,), TEXT, lambda text: "".join(filter(str.isdigit, fold_width(text)))),
    _one("pad_left", "左补", (TEXT, NUMBER, TEXT), TEXT, _pad),
    _one("part", "取段", (TEXT, TEXT, NUMBER), TEXT, _part),
    _one("matches", "符合", (TEXT, TEXT), YES_NO, lambda text, pattern: pattern.matches(text), pattern=1),
    _one("text", "转文本", (NUMBER,), TEXT, _show),
    # numbers
    _one("number", "转数字", (TEXT,), NUMBER, read_number),
    _one("round", "四舍五入", (NUMBER, NUMBER), NUMBER, _rounded, optional=1),
    _one("floor", "向下取整", (NUMBER,), NUMBER, lambda n: _rounded(n, rounding=ROUND_FLOOR)),
    _one("ceiling", "向上取整", (NUMBER,), NUMBER, lambda n: _rounded(n, rounding=ROUND_CEILING)),
    _one("abs", "绝对值", (NUMBER,), NUMBER, abs),
    _one("min", "最小", (NUMBER, NUMBER), NUMBER, min, rest=True),
    _one("max", "最大", (NUMBER, NUMBER), NUMBER, max, rest=True),
    # days
    _one("date", "转日期", (TEXT,), DATE, _date),
    _one("year", "年份", (DATE,), NUMBER, lambda day: Decimal(day.year)),
    _one("month", "月份", (DATE,), NUMBER, lambda day: Decimal(day.month)),
    _one("day", "日", (DATE,), NUMBER, lambda day: Decimal(day.day)),
    _one("add_days", "加天数", (DATE, NUMBER), DATE, _add_days),
    _one("days_between", "相隔天数", (DATE, DATE), NUMBER, lambda one, other: Decimal((other - one).days)),
    # yes or no
    _one("yes", "是否为是", (TEXT,), YES_NO, _yes),
)
"""Those with parameters of one type each. ``if``, ``coalesce`` and ``is_blank`` take any, and stand in the compiler."""

IF: Final = Keyword("if", "如果")
COALESCE: Final = Keyword("coalesce", "取首个")
IS_BLANK: Final = Keyword("is_blank", "为空")

BY_NAME: Final[Mapping[str, Function]] = {name: one for one in FUNCTIONS for name in one.name.names}
SPECIAL: Final[Mapping[str, Keyword]] = {name: one for one in (IF, COALESCE, IS_BLANK) for name in one.names}


def function_keywords() -> list[Keyword]:
    """The names of all functions."""
    return [*(one.name for one in FUNCTIONS), IF, COALESCE, IS_BLANK]


def pattern_of(text: str) -> Pattern:
    return Pattern(text)
