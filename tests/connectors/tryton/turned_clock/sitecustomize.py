"""Loaded by the Python of a server under test: its clock is what a file says, while the file is there.

Knows nothing of the server: it replaces `time.time` and `datetime.datetime.now`, as turning the clock of the machine would.
"""

import datetime as dt
import os
import time
from pathlib import Path

FILE = Path(os.environ["SYNCHUB_TURNED_CLOCK"])
_real = time.time


def _turned() -> float:
    try:
        return int(FILE.read_text("utf-8")) / 1_000_000
    except FileNotFoundError:
        return _real()


class _Datetime(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "_Datetime":
        try:
            micros = int(FILE.read_text("utf-8"))
        except FileNotFoundError:
            return super().now(tz)
        zone = tz or dt.UTC
        moment = cls(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros)
        there = moment.astimezone(zone)
        return there if tz is not None else there.replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> "_Datetime":
        return cls.now()


time.time = _turned
dt.datetime = _Datetime  # type: ignore[misc]  # turning the clock is all this file is for
