"""The table of systems and what they can do, for people, made from the connectors' own declarations.

``python -m synchub.testing.capability_table`` prints it as it belongs into ``connectors/README.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any, Final

from synchub.sdk import Capabilities, ConditionalWrite, Connector, CreateIdempotency, TimeGrain

HEADS: Final = (
    "System 系统",
    "Connector 连接器",
    "Changes since 增量读取",
    "Seen late by 最迟可见",
    "Deletes told 删除告知",
    "Deletes there 可删除",
    "Guarded writes 防覆盖写入",
    "Repeated create 重复新建",
    "Writes a call 每次写入",
    "Reads a call 每次读取",
    "Record after write 写后返回",
    "Masked fields 脱敏字段",
    "Call limits 调用限额",
    "Sandbox 沙箱",
)
NO: Final = "–"
YES: Final = "yes 有"
GRAINS: Final = {
    TimeGrain.NONE: NO,
    TimeGrain.DAY: "to the day 精确到日",
    TimeGrain.SECOND: "to the second 精确到秒",
    TimeGrain.MILLISECOND: "to the millisecond 精确到毫秒",
    TimeGrain.MICROSECOND: "to the microsecond 精确到微秒",
}
GUARDS: Final = {
    ConditionalWrite.NONE: NO,
    ConditionalWrite.ETAG: "by version 按版本",
    ConditionalWrite.UNMODIFIED_SINCE: "by time 按时间",
    ConditionalWrite.COMPARE_OLD: "by value 按原值",
}
REPEATS: Final = {
    CreateIdempotency.NONE: NO,
    CreateIdempotency.TOKEN: "by token 按令牌",
    CreateIdempotency.EXTERNAL_ID: "by the hub's key 按中台键",
    CreateIdempotency.UNIQUE_FIELD: "by a unique code 按唯一编码",
}


def capability_table(connectors: Iterable[type[Connector[Any]]]) -> str:
    """A row for each connector, by name."""
    rows = [_row(one) for one in sorted(connectors, key=lambda one: one.name)]
    lines = [HEADS, ("---",) * len(HEADS), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _row(kind: type[Connector[Any]]) -> tuple[str, ...]:
    facts, title = kind.capabilities, kind.title
    name = title.en if title.en == title.zh else f"{title.en} {title.zh}"
    return (
        name,
        f"[`{kind.name}`](synchub_{kind.name}/README.md)",
        "whole listing 整表" if facts.modified_since is TimeGrain.NONE else GRAINS[facts.modified_since],
        _minutes(facts.late_visibility_s),
        f"{facts.delete_feed_days} days 天" if facts.delete_feed_days else NO,
        YES if facts.deletes else NO,
        GUARDS[facts.conditional_write],
        REPEATS[facts.create_idempotency],
        f"{facts.write_batch:,}" + (" (all or none 全成或全败)" if facts.atomic_batch else ""),
        f"{facts.read_batch:,}",
        YES if facts.write_returns_record else NO,
        YES if facts.masked_fields else NO,
        _limits(facts),
        YES if kind.sandbox_type is not None else NO,
    )


def _minutes(seconds: float) -> str:
    if not seconds:
        return NO
    return f"{seconds / 60:g} min 分钟" if seconds >= 60 else f"{seconds:g} s 秒"


def _limits(facts: Capabilities) -> str:
    limits = []
    if facts.calls_per_minute is not None:
        limits.append(f"{facts.calls_per_minute:,.0f} a minute 每分钟")
    if facts.calls_per_day is not None:
        limits.append(f"{facts.calls_per_day:,} a day 每天")
    return ", ".join(limits) or NO


def installed() -> list[type[Connector[Any]]]:
    """The connectors of this environment."""
    return [point.load() for point in entry_points(group="synchub.connectors")]


if __name__ == "__main__":
    sys.stdout.write(capability_table(installed()) + "\n")
