"""Dates and points in time.

A date is a day on a calendar and never converts. A point in time is kept in UTC; a naive one is refused here, since only the
mapping knows the zone of the system it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

from synchub.messages import Language
from synchub.model.kinds.base import Kind, Usual
from synchub.model.kinds.text import as_text, excerpt, fold_width, wrong_form
from synchub.model.values import Canonical, KindProblem

_DATE = re.compile(
    r"(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]|(\d{4})(\d{2})(\d{2}))"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?",
    re.ASCII,
)
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_OFFSET = re.compile(r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Date(Kind):
    """A day, canonical ``2026-08-01``. The year comes first and has four digits: ``8/1/2026`` could be two days."""

    name: ClassVar[str] = "date"

    def parse(self, value: object) -> Canonical | None:
        if isinstance(value, datetime):
            if value.time() != value.time().min:
                raise KindProblem("K143", {"value": value.isoformat(sep=" ")})
            return value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        text = fold_width(as_text(value))
        if not text:
            return None
        if _is_canonical_day(text):
            return text
        found = _DATE.fullmatch(text)
        if not found:
            raise KindProblem("K141", {"value": excerpt(text)})
        if any(int(part) for part in found.groups()[10:] if part):
            raise KindProblem("K143", {"value": excerpt(text)})
        return _day(found).isoformat()

    def to_python(self, value: Canonical) -> object:
        return date.fromisoformat(str(value))


def _is_canonical_day(text: str) -> bool:
    """The everyday case, without a regular expression."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day(found: re.Match[str]) -> date:
    groups = found.groups()
    year, month, day = next(
        three for three in ((groups[0], *groups[2:4]), groups[4:7], groups[7:10]) if three[0] is not None
    )
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise KindProblem("K142", {"value": excerpt(found[0])}) from None


@dataclass(frozen=True)
class DateTime(Kind):
    """A point in time, canonical ``2026-08-01T04:00:00Z``, with microseconds only if they are not zero."""

    name: ClassVar[str] = "datetime"

    @property
    def usual(self) -> Usual | None:
        return _usual_moment

    def parse(self, value: object) -> Canonical | None:
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            raise wrong_form(value)
        else:
            text = fold_width(as_text(value))
            if not text:
                return None
            if len(text) == 20 and text[10] == "T" and text[19] == "Z" and _is_canonical_moment(text):
                return text
            moment = _moment(text)
        if moment.tzinfo is None:
            raise KindProblem("K145", {"value": excerpt(value)})
        try:
            utc = moment.astimezone(UTC)
        except OverflowError:
            raise KindProblem("K144", {"value": excerpt(value)}) from None
        return utc.replace(tzinfo=None).isoformat() + "Z"

    def to_python(self, value: Canonical) -> object:
        return datetime.fromisoformat(str(value))

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - the same in both
        return "" if value is None else str(value).replace("T", " ").replace("Z", " UTC")


def _usual_moment(text: str) -> str | None:
    """A moment as programs write it, with its offset; None for any other text."""
    if not _ISO_MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError):
        return None


def _is_canonical_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text[:19]).isoformat() == text[:19]
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    """A moment from ISO text or the writings that `Date` takes, with time and offset; naive when it names no offset."""
    offset = None
    for found in _OFFSET.finditer(text):
        if found.end() == len(text) and ":" in text[: found.start()]:
            offset = found
    body = _DATE.fullmatch(text[: offset.start()] if offset else text)
    if not body or body[11] is None or len(body[14] or "") > 9:
        raise KindProblem("K144", {"value": excerpt(text)})
    day = _day(body)
    zone = offset[0].strip().upper().replace("UTC", "Z") if offset else ""
    hour, minute, second = (int(part or 0) for part in body.groups()[10:13])
    fraction = (body[14] or "").ljust(6, "0")[:6]
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{hour:02}:{minute:02}:{second:02}.{fraction}{zone}")
    except ValueError:
        raise KindProblem("K144", {"value": excerpt(text)}) from None
