"""Number formats: which of a workbook's styles show dates or text, and how a date becomes a serial number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple
from xml.etree import ElementTree as ET


class Shows(StrEnum):
    """What a cell of this style is for."""

    PLAIN = "plain"
    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"


# Formats that files use without spelling them out; 27-36 and 50-58 are the East Asian dates.
_DATES = {*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58}
_TIMES = {*range(18, 22), *range(32, 36), *range(45, 48), 55, 56}

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_NOT_SHOWN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general|am/pm|a/p|e[+-]', re.IGNORECASE
)


def shows(code: str) -> Shows:
    """What a format code shows: ``yyyy-mm-dd`` a date, ``@`` text, ``0.00`` a plain number."""
    shown = _NOT_SHOWN.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "@" in shown:
        return Shows.TEXT
    has_clock = any(mark in shown for mark in "hs[")
    if any(mark in shown for mark in "yd") or ("m" in shown and not has_clock):
        return Shows.DATETIME if has_clock else Shows.DATE
    return Shows.TIME if has_clock else Shows.PLAIN


@dataclass(frozen=True, slots=True)
class Styles:
    """What each cell style (the ``s`` of a cell) shows."""

    kinds: tuple[Shows, ...] = ()

    def of(self, style: int) -> Shows:
        return self.kinds[style] if 0 <= style < len(self.kinds) else Shows.PLAIN


def read_styles(root: ET.Element) -> Styles:
    """From ``styles.xml``."""
    codes = {
        int(node.get("numFmtId", "0")): node.get("formatCode", "")
        for node in root.iterfind("{*}numFmts/{*}numFmt")
        if node.get("numFmtId", "").isdigit()
    }
    return Styles(
        tuple(_of_id(node.get("numFmtId", "0"), codes) for node in root.iterfind("{*}cellXfs/{*}xf"))
    )


def _of_id(text: str, codes: dict[int, str]) -> Shows:
    number = int(text) if text.isdigit() else 0
    if number in codes:
        return shows(codes[number])
    if number == 22:
        return Shows.DATETIME
    if number == 49:
        return Shows.TEXT
    return Shows.DATE if number in _DATES else Shows.TIME if number in _TIMES else Shows.PLAIN


class Serial(NamedTuple):
    """A date as a cell holds it, and as it is read again (midnight is not told apart from the day)."""

    number: str
    text: str


def serial(text: str, kind: Shows, *, date1904: bool) -> Serial | None:
    """The serial number for ISO text in a cell that shows dates or times.

    None if the text is not ISO, or a day that workbooks cannot count.
    """
    if not _ISO.fullmatch(text):
        return None
    try:
        if kind is Shows.TIME:
            clock = time.fromisoformat(text)
            return Serial(_days(0, clock), clock.isoformat())
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.date() < (date(1904, 1, 1) if date1904 else date(1900, 3, 1)):
        return None  # Excel counts a 29 February 1900 that never was: earlier days are off by one
    days = (moment.date() - (date(1904, 1, 1) if date1904 else date(1899, 12, 30))).days
    shown = moment.isoformat() if moment.time() != time() else moment.date().isoformat()
    return Serial(_days(days, moment.time()), shown)


def _days(whole: int, clock: time) -> str:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return str(whole) if not seconds else repr(whole + seconds / 86_400)
