"""docs/performance.md: what the run measured, as a page for people. Nothing in it is written by hand."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

from tests.benchmarks.bench_case import IDLE_RUNS, Measured
from tests.benchmarks.bench_mapping import MappingTime
from tests.benchmarks.bench_partners import FIELDS

Runs = Sequence[Mapping[str, Measured]]
PHASES = {
    "full": ("full load", "首次全量"),
    "nothing": ("nothing changed", "无变化"),
    "again": ("read again, nothing changed", "重读全部，无变化"),
    "changed": ("1 % changed", "变化 1 %"),
    "push": ("push 1 %", "写回 1 %"),
    "meet": ("a second system meets them", "第二个系统首次对接"),
}
PROGRAMS = {
    "plain": ("by hand: pull, map, upsert", "手写：拉取、映射、写入"),
    "minimum": ("by hand, with validation, hash and snapshot", "手写，另加校验、哈希、快照"),
    "kept": ("by hand, with every row the hub keeps", "手写，并保存中台的全部行"),
    "hub": ("synchub", "synchub"),
}
INTRODUCTION = """# Performance · 性能

Written by `make bench`; change nothing here by hand. 本页由 `make bench` 生成，请勿手工修改。

{records:,} channel partners of {fields} fields (a nested address, Chinese and English, a phone and a registration number in each) are read through HTTP by the shipped
Salesforce connector from a local server in its own process, which answers with records encoded beforehand; {mapped} fields are mapped, and the real store keeps golden
records, links with agreements, and a ledger row for each record. Beside it, in the same run, three programs written by hand for this one job.
The figures are CPU seconds of the process (imports, server and database server not counted), medians of {runs} interleaved runs. **Read the ratios**: seconds are of one busy machine.

本机 HTTP 服务（独立进程，预先编码）提供 {records:,} 个渠道伙伴，每个 {fields} 个字段（嵌套地址、中英文、电话和统一社会信用代码齐全），由自带的 Salesforce 连接器读取，映射 {mapped} 个字段，
写入真实的库：主记录、关联与约定值、每条记录一行台账。同一次运行中并排三个手写程序。数字是进程的 CPU 秒数（不含导入、服务端和数据库服务），取 {runs} 次交错运行的中位数。**请看比值**，秒数只代表一台繁忙的机器。
"""
EXPLANATION = """## How to read this · 怎么看

- *full load* is a first contact: everything waits until it has been matched, then founds golden records. 首次对接：先全部等待匹配，再建立主记录。
- *nothing changed* is one incremental request with an empty answer; the ratio compares about a millisecond with two (the median of {idle} runs in a row, for each program). 增量请求一次，答复为空；比值只是一两毫秒之比（每个程序连续运行 {idle} 次取中位数）。
- *read again* is a complete listing of which nothing differs. 完整重读，内容无差异。
- *a second system meets them* is the first contact of another system that has all of these records: read, matched by key, compared field by field, linked. 第二个系统首次对接：全部读入、按键匹配、逐字段比较、建立关联。
- *push* writes a decision of the hub back: `write` calls carry up to 200 records; `fetch` calls read before and after each write, which no program written by hand does. 把中台的决定写回：每次 `write` 最多 200 条；`fetch` 是写前写后的核对，手写程序没有这一步。
- The first two programs keep neither matches, nor agreements and provenance per field, nor a ledger. The third writes all of these rows into the hub's own tables, and is as lean as we could make it for this one job:
  what it takes, these rows cost in Python on these databases, and no hub that keeps them takes less. 前两个程序不保存匹配键、逐字段的约定值和来源、台账；第三个程序把这些行全部写入中台自己的表，并只为这一件事写到最精简：它的耗时就是这些行本身的成本，保存它们的中台不可能更低。
- *seconds waited* are by the clock on the wall, the work of servers and databases included. 等待秒数为实际经过的时间，包含服务端和数据库的工作。
"""


DEEDS = {
    "read": ("read a record", "读入一条"),
    "create": ("write a new one", "写出新记录"),
    "update": ("write two changes into one", "写回两处改动"),
}
MAPPING_AIM = 1.3
"""How many times the CPU of a function written by hand a compiled mapping may take."""
MAPPING_TOLD = """CPU µs a record of {mapped} fields, beside a function written by hand that gives the same values with the same checks; aim: at most × {aim}.
In brackets the mapping of the plain program above, which checks less and keeps what it finds as it is.

一条 {mapped} 个字段的记录所需 CPU 微秒，对照得出同样值、做同样检查的手写函数；目标：不超过 × {aim}。括号内是上面手写程序的映射，检查较少，值保持原样。
"""
AIMS = (
    ("full", "minimum", 2.0),
    ("nothing", "plain", 2.0),
    ("changed", "plain", 2.0),
    ("full", "kept", 2.0),
    ("changed", "kept", 2.0),
)
"""Phase, the program beside which it is measured, and how many times its CPU the hub may take."""


@dataclass
class Results:
    """Of one run of the benchmark."""

    records: int
    runs: int
    mapped: int
    measured: Mapping[tuple[str, str], Runs]
    """By (database, program)."""
    memory: Mapping[int, tuple[float, float]]
    """Records -> peak MB of the hub with one system, and once a second one was met."""
    start_up: float
    """CPU milliseconds of ``synchub --help``."""
    mapping: Mapping[str, MappingTime]
    """By deed."""


def page(results: Results) -> str:
    """The whole page."""
    head = INTRODUCTION.format(
        records=results.records, fields=FIELDS, mapped=results.mapped, runs=results.runs
    )
    parts = [head, _machine()]
    databases = dict.fromkeys(database for database, _ in results.measured)
    parts += [_database(database, results) for database in databases]
    parts += [
        _mapping(results),
        _memory(results),
        *(_aims(database, results) for database in databases),
        EXPLANATION.format(idle=IDLE_RUNS),
    ]
    return "\n".join(parts)


def _machine() -> str:
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("msgspec", "SQLAlchemy", "psycopg", "requests")
    )
    return f"""## Machine · 机器

{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {libraries}.
"""


def _database(database: str, results: Results) -> str:
    found = {program: runs for (which, program), runs in results.measured.items() if which == database}
    lines = [f"## {database}", "", _row("", *(f"{en} · {zh}" for en, zh in PHASES.values()), "peak MB")]
    lines.append("|---" * (len(PHASES) + 2) + "|")
    for program, runs in found.items():
        peak = median(max(one.peak for one in run.values()) for run in runs)
        cells = [_seconds(runs, phase) for phase in PHASES]
        lines.append(_row(" · ".join(dict.fromkeys(PROGRAMS[program])), *cells, f"{peak:.0f}"))
    for other in ("plain", "minimum", "kept"):
        name = " · ".join(PROGRAMS[other])
        cells = [_ratio(found, other, phase) for phase in PHASES]
        lines.append(_row(f"**synchub ÷ {name}**", *cells, ""))
    waited = [_figure(median(run[phase].wall for run in found["hub"])) for phase in PHASES]
    lines.append(_row("seconds waited for synchub · 等待 synchub 的秒数", *waited, ""))
    calls = [_calls(found["hub"], phase) for phase in PHASES]
    lines.append(_row("API calls of synchub · synchub 的 API 调用", *calls, ""))
    return "\n".join([*lines, ""])


def _mapping(results: Results) -> str:
    """A record through the compiled mapping, beside functions written by hand for the same fields."""
    lines = [
        "## Mapping · 映射",
        "",
        MAPPING_TOLD.format(mapped=results.mapped, aim=MAPPING_AIM),
        _row("", "synchub µs", "by hand µs · 手写", "ratio · 比值", ""),
        "|---" * 5 + "|",
    ]
    for deed, found in results.mapping.items():
        ratio = found.ours / found.by_hand
        plain, lean = "", ""
        if found.plain is not None:
            plain, lean = f" ({found.plain:.1f})", f" ({found.ours / found.plain:.2f})"
        lines.append(
            _row(
                " · ".join(DEEDS[deed]),
                f"{found.ours:.1f}",
                f"{found.by_hand:.1f}{plain}",
                f"**{ratio:.2f}**{lean}",
                _told(within=ratio <= MAPPING_AIM),
            )
        )
    return "\n".join([*lines, ""])


def _told(*, within: bool) -> str:
    return "**reached · 已达到**" if within else "**not reached · 未达到**"


def _aims(database: str, results: Results) -> str:
    """Which aims this run has reached, and which it has not."""
    found = {program: runs for (which, program), runs in results.measured.items() if which == database}
    lines = [f"## Aims on {database} · {database} 上的目标", ""]
    for phase, other, most in AIMS:
        ours, theirs = cpu(found["hub"], phase), cpu(found[other], phase)
        assert ours is not None
        assert theirs is not None
        en, zh = PHASES[phase]
        times = ours / theirs
        told = _told(within=times <= most)
        against = " · ".join(PROGRAMS[other])
        lines.append(
            f"- {en} · {zh}: at most × {most:.0f} of «{against}»; measured 实测 × {times:.1f}: {told}."
        )
    return "\n".join([*lines, ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def cpu(runs: Runs, phase: str) -> float | None:
    """The median, or None for a phase the program does not have."""
    return median(run[phase].cpu for run in runs) if phase in runs[0] else None


def _seconds(runs: Runs, phase: str) -> str:
    found = cpu(runs, phase)
    return "–" if found is None else _figure(found)


def _figure(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}"


def _ratio(found: Mapping[str, Runs], other: str, phase: str) -> str:
    ours, theirs = cpu(found["hub"], phase), cpu(found[other], phase)
    return f"**{ours / theirs:.1f}**" if ours and theirs else "–"


def _calls(runs: Runs, phase: str) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(runs[0][phase].calls.items())) or "0"


def _memory(results: Results) -> str:
    few, many = min(results.memory), max(results.memory)

    def told(place: int) -> str:
        peaks = {records: found[place] for records, found in sorted(results.memory.items())}
        sizes = ", ".join(f"{records:,}: {peak:.0f} MB" for records, peak in peaks.items())
        return f"{sizes} (× {peaks[many] / peaks[few]:.2f})"

    return f"""## Memory and start-up · 内存与启动

Peak memory of the hub on SQLite by records, from the full load to the push; aim: the same within 20 % 从首次全量到写回按记录数的峰值内存，目标为相差不超过 20 %: {told(0)}.
Once a second system was met, whose matches are held until all are known 第二个系统首次对接后（匹配结果全部确定前保存在内存中）: {told(1)}.
`synchub --help`: {results.start_up:.0f} ms CPU.
"""
