"""`limits` in hub.yaml: the waits and bounds of the algorithm that a hub may set for itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from synchub.document import Findings, Keyword, Reading, Scalar, Table
from synchub.engine.limits import USUAL, Limits

DURATIONS: Final[Mapping[Keyword, tuple[str, timedelta]]] = {
    Keyword("sweep_every", "全量间隔"): ("sweep_every", timedelta(minutes=1)),
    Keyword("settle", "存疑等待"): ("settle", timedelta()),
    Keyword("grace", "删除宽限"): ("grace", timedelta()),
    Keyword("fight_window", "反复时窗"): ("fight_window", timedelta(minutes=1)),
    Keyword("lease", "租约时长"): ("lease", timedelta(minutes=1)),
}
"""Keyword -> field of `Limits`, and the shortest that makes sense."""
COUNTS: Final[Mapping[Keyword, tuple[str, int]]] = {
    Keyword("most_deletions", "删除上限"): ("most_deletions", 0),
    Keyword("not_kept", "未保存次数"): ("not_kept", 1),
    Keyword("returns", "反复次数"): ("returns", 1),
}
SHARE: Final = Keyword("deletion_share", "删除比例")

_DURATION = re.compile(r"(\d{1,6})\s*([a-z]+|[\u4e00-\u9fff]+)", re.ASCII | re.IGNORECASE)
_UNITS: Final = {
    "seconds": ("s", "second", "seconds", "秒"),
    "minutes": ("m", "min", "minute", "minutes", "分", "分钟"),
    "hours": ("h", "hour", "hours", "时", "小时"),
    "days": ("d", "day", "days", "天", "日"),
}
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%\uff05]", re.ASCII)
LONGEST: Final = timedelta(days=3660)


def read_limits(table: Table | None, findings: Findings) -> Limits:
    """The usual limits with what the table says; complaints H315, H316 and those of `Reading`."""
    if table is None:
        return USUAL
    reading = Reading(table, findings)
    said: dict[str, Any] = {}
    for keyword, (name, shortest) in DURATIONS.items():
        scalar = reading.take_scalar(keyword)
        if scalar is not None:
            said[name] = _duration(scalar, shortest, findings)
    for keyword, (name, least) in COUNTS.items():
        said[name] = reading.take_whole(keyword, least=least)
    scalar = reading.take_scalar(SHARE)
    if scalar is not None:
        said[SHARE.en] = _share(scalar, findings)
    reading.refuse_unknown()
    return replace(USUAL, **{name: value for name, value in said.items() if value is not None})


def _duration(scalar: Scalar, shortest: timedelta, findings: Findings) -> timedelta | None:
    found = _DURATION.fullmatch(scalar.text.strip())
    unit = next((name for name, words in _UNITS.items() if found and found[2].lower() in words), None)
    length = timedelta(**{unit: int(found[1])}) if found and unit else None
    if length is None or not shortest <= length <= LONGEST:
        findings.error("H315", scalar, value=scalar.text, shortest=f"{shortest // timedelta(seconds=1)} s")
        return None
    return length


def _share(scalar: Scalar, findings: Findings) -> float | None:
    found = _SHARE.fullmatch(scalar.text.strip())
    share = float(found[1]) / 100 if found else -1.0
    if not 0 <= share <= 1:
        findings.error("H316", scalar, value=scalar.text)
        return None
    return share
