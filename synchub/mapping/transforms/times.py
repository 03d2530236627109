"""Dates and points in time, written like an example."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Loss, Transform, refused
from synchub.model.kinds.base import Usual
from synchub.model.values import Canonical, KindProblem, Raw

_DAY = re.compile(
    r"(?P<year>\d{4})(?P<first>[-/.年]?)(?P<month>\d{1,2})(?P<second>[-/.月]?)(?P<day>\d{1,2})(?P<last>日?)",
    re.ASCII,
)
_TIME = re.compile(
    r"(?P<gap>[ T])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<second>:\d{2}(?P<fraction>\.\d{1,6})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class DayForm:
    """How a day is written: the signs between its parts, and whether months and days have two digits."""

    first: str = "-"
    second: str = "-"
    last: str = ""
    wide: bool = True

    @classmethod
    def of(cls, example: str) -> DayForm | None:
        """From an example such as ``2026/8/1``, ``2026-08-01``, ``2026年8月1日``, ``20260801``; the year comes first."""
        found = _DAY.fullmatch(example)
        if not found:
            return None
        signs = (found["first"], found["second"], found["last"])
        if signs != ("年", "月", "日") and (signs[0] != signs[1] or signs[2] or signs[0] == "年"):
            return None
        wide = len(found["month"]) == 2 and len(found["day"]) == 2
        if not signs[0] and not wide:
            return None
        return cls(*signs, wide=wide)

    def write(self, day: date) -> str:
        month, in_month = (
            (f"{day.month:02}", f"{day.day:02}") if self.wide else (str(day.month), str(day.day))
        )
        return f"{day.year:04}{self.first}{month}{self.second}{in_month}{self.last}"


@dataclass(frozen=True)
class TimeForm:
    """How a time of day is written; `zone` is "" (local, unsaid), ``Z`` (in UTC), ``:`` or ``+`` (offset with or without colon)."""

    gap: str = "T"
    wide: bool = True
    seconds: bool = True
    fraction: int | None = None
    """Digits of a second; None writes microseconds where they are not zero."""
    zone: str = ":"

    @classmethod
    def of(cls, example: str) -> TimeForm | None:
        found = _TIME.fullmatch(example)
        if not found:
            return None
        zone = found["zone"] or ""
        mark = "Z" if zone == "Z" else ":" if ":" in zone else "+" if zone else ""
        fraction = len(found["fraction"]) - 1 if found["fraction"] else 0
        return cls(found["gap"], len(found["hour"]) == 2, found["second"] is not None, fraction, mark)

    def write(self, moment: datetime) -> str:
        text = f"{self.gap}{moment.hour:{'02' if self.wide else ''}}:{moment.minute:02}"
        if self.seconds:
            text += f":{moment.second:02}"
        digits = f"{moment.microsecond:06}"
        if self.fraction:
            text += "." + digits[: self.fraction]
        elif self.fraction is None and moment.microsecond:
            text += "." + digits
        if self.zone in {":", "+"}:
            offset = moment.strftime("%z")
            return text + (f"{offset[:3]}:{offset[3:5]}" if self.zone == ":" else offset[:5])
        return text + self.zone

    @property
    def exact(self) -> bool:
        return self.seconds and (self.fraction is None or self.fraction == 6)


@dataclass(frozen=True)
class AsDate(Transform):
    """A day; it never moves with a time zone."""

    form: DayForm = DayForm()

    name: ClassVar[Keyword] = Keyword("date", "日期")
    kinds: ClassVar[frozenset[str]] = frozenset({"date"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "text"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        example = reading.take_scalar(k.WRITE)
        if example is None:
            return cls(around.field.kind)
        form = DayForm.of(example.text.strip())
        if form is None or not _is_day(around, example.text):
            reading.findings.error("M308", example, example=example.text, sample="2026/8/1")
            return None
        return cls(around.field.kind, form)

    def get(self, raw: Raw) -> Canonical | None:
        return self.kind.parse(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - a new day takes the declared form
        return self.form.write(date.fromisoformat(str(value)))

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "write": self.form.write(date(2026, 8, 1))}


def _is_day(around: Around, text: str) -> bool:
    try:
        return around.field.kind.parse(text) is not None
    except KindProblem:
        return False


@dataclass(frozen=True)
class AsDateTime(Transform):
    """A point in time; without an offset it is in the system's time zone."""

    zone: ZoneInfo = _UTC
    day: DayForm = DayForm()
    time: TimeForm = TimeForm()

    name: ClassVar[Keyword] = Keyword("datetime", "时间")
    kinds: ClassVar[frozenset[str]] = frozenset({"datetime"})

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        example = reading.take_scalar(k.WRITE)
        if example is None:
            return cls(around.field.kind, around.zone)
        text = example.text.strip()
        split = re.search(r"[ T](?=\d{1,2}:)", text)
        day = DayForm.of(text[: split.start()]) if split else None
        time = TimeForm.of(text[split.start() :]) if split else None
        if day is None or time is None:
            reading.findings.error("M308", example, example=example.text, sample="2026-08-01 12:00:00")
            return None
        return cls(around.field.kind, around.zone, day, time)

    @property
    def loss(self) -> Loss:
        return Loss.REVERSIBLE if self.time.exact else Loss.LOSSY

    @property
    def usual(self) -> Usual | None:
        return self.kind.usual

    def get(self, raw: Raw) -> Canonical | None:
        try:
            return self.kind.parse(raw)
        except KindProblem as problem:
            if problem.code != "K145":
                raise
        # the same clock time read as UTC, then said to be in the zone
        clock = datetime.fromisoformat(str(self.kind.parse(f"{str(raw).strip()}Z")))
        return self.kind.parse(clock.replace(tzinfo=self.zone))

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - a new time takes the declared form
        moment = datetime.fromisoformat(str(value)).astimezone(UTC if self.time.zone == "Z" else self.zone)
        if not self.time.zone and moment.fold:
            raise refused("M809", value=str(value))  # the clock was put back: this hour comes twice
        if self.time.zone and (moment.utcoffset() or timedelta()) % timedelta(minutes=1):
            moment = moment.astimezone(
                UTC
            )  # a local mean time of long ago: nobody understands offsets with seconds
        return self.day.write(moment.date()) + self.time.write(moment)

    def meaning(self) -> dict[str, object]:
        example = datetime(2026, 8, 1, 9, 5, 7, 123456, UTC)
        written = self.day.write(example.date()) + self.time.write(example)
        bare = self.time.fraction is None
        return {**super().meaning(), "zone": self.zone.key, "write": written, "any_fraction": bare}
