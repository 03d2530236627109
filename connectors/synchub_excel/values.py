"""From what calamine read to raw values: exact numbers, ISO dates, and nothing that has lost something."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from synchub.sdk import Problem, Raw, Unreadable

from .refs import cell_name

Read: TypeAlias = "int | float | str | bool | time | date | datetime | timedelta"
"""What calamine gives for a cell; "" for an empty one."""

EXACT_DIGITS = 15
_FIRST_INEXACT = 10**EXACT_DIGITS


def to_raw(value: Read, row: int, column: int) -> Raw | Unreadable:
    """The raw value of a cell; where it stands is for the explanation of what cannot be read."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value, row, column)
    if isinstance(value, timedelta):
        return _duration(value)
    return value.isoformat()


def _number(value: float, row: int, column: int) -> Raw | Unreadable:
    """Whole numbers as int, others as Decimal of the 15 digits that Excel keeps and shows."""
    if not math.isfinite(value) or abs(value) >= _FIRST_INEXACT:
        return Unreadable(Problem("XL301", {"cell": cell_name(row, column), "shown": f"{value:.15g}"}))
    if value == int(value):
        return int(value)
    return Decimal(f"{value:.{EXACT_DIGITS}g}")


def _duration(value: timedelta) -> str:
    """Hours may pass 24: ``31:05:00``."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def same(one: object, other: object) -> bool:
    """Are these the same to a cell? 1 and 1.0 are, 1 and True are not, "" and None are."""
    if one in ("", None) or other in ("", None):
        return one in ("", None) and other in ("", None)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other
