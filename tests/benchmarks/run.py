"""`make bench`: every program on every database, interleaved, and the page that tells what came of it."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests.benchmarks.bench_case import Case, Measured, measured
from tests.benchmarks.bench_hub import FIELDS_MAPPED
from tests.benchmarks.bench_mapping import measure
from tests.benchmarks.bench_page import Results, page
from tests.benchmarks.bench_server import Line, serving
from tests.throwaway_postgres import MissingError, PostgresServer, throwaway_postgres

PROGRAMS = ("plain", "minimum", "kept", "hub")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


def benchmark(records: int, runs: int, larger: int, *, postgres: PostgresServer | None) -> Results:
    """Measure everything; `larger` is another number of records for the look at memory (0: none)."""
    found: dict[tuple[str, str], list[dict[str, Measured]]] = {}
    memory: dict[int, tuple[float, float]] = {}
    with serving(records) as line:
        for _ in range(runs):
            for database in ("SQLite", "PostgreSQL") if postgres else ("SQLite",):
                for program in PROGRAMS:
                    with _place(postgres if database == "PostgreSQL" else None) as place:
                        one = _measure(line, program, place, records)
                    found.setdefault((database, program), []).append(one)
                    print(database, program, {phase: round(was.cpu, 3) for phase, was in one.items()})
    peaks = [_peaks(run) for run in found["SQLite", "hub"]]
    memory[records] = median(alone for alone, _ in peaks), median(both for _, both in peaks)
    if larger:
        with serving(larger) as line, _place(None) as place:
            memory[larger] = _peaks(_measure(line, "hub", place, larger))
    return Results(records, runs, FIELDS_MAPPED, found, memory, _start_up(), measure())


@contextmanager
def _place(postgres: PostgresServer | None) -> Iterator[str]:
    """An empty database: its URL, or "" for a SQLite file."""
    if postgres is None:
        yield ""
        return
    name = postgres.create()
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


def _measure(line: Line, program: str, place: str, records: int) -> dict[str, Measured]:
    one_percent = max(1, records // 100)
    return measured(Case(program, line.address, place, one_percent, one_percent))


def _peaks(run: dict[str, Measured]) -> tuple[float, float]:
    """With one system, and once a second one was met."""
    return max(was.peak for phase, was in run.items() if phase != "meet"), run["meet"].peak


def _start_up() -> float:
    """CPU milliseconds of ``synchub --help``, the least of five."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [Path(sys.executable).with_name("synchub"), "--help"], check=True, stdout=subprocess.DEVNULL
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(5)) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--larger",
        type=int,
        default=300_000,
        help="another number of records, for the look at memory; 0: none",
    )
    parser.add_argument("--postgres", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    with ExitStack() as stack:
        try:
            server = stack.enter_context(throwaway_postgres()) if given.postgres else None
        except MissingError as reason:
            server = None
            print(f"Without PostgreSQL: {reason}")
        results = benchmark(given.records, given.runs, given.larger, postgres=server)
    given.page.write_text(page(results), "utf-8")
    print(f"Written: {given.page.name}")


if __name__ == "__main__":
    main()
