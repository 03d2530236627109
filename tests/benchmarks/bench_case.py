"""One program on one database from first load to last change, in a process of its own, so that CPU and memory are its alone."""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.bench_server import Line

IDLE_RUNS = 99
"""So many runs in a row are measured where one takes a millisecond or two."""


@dataclass
class Measured:
    """What one phase took: CPU seconds of the process, calls by kind, peak memory so far in MB, seconds by the clock on the wall."""

    cpu: float
    calls: dict[str, int]
    peak: float
    wall: float


@dataclass
class Case:
    """`program` is ``plain``, ``minimum``, ``kept`` or ``hub``; `changes` are edited in the org, then `pushes` decided in the hub."""

    program: str
    address: str
    place: str
    """The URL of an empty PostgreSQL database, or "" for SQLite."""
    changes: int
    pushes: int
    phases: dict[str, Measured] = field(default_factory=dict)

    def run(self) -> None:
        line = Line(self.address)
        line.reset()
        with tempfile.TemporaryDirectory(prefix="synchub-bench-") as name:
            if self.program == "hub":
                self._run_hub(line, Path(name))
            else:
                self._run_reference(line, Path(name))

    def _run_reference(self, line: Line, folder: Path) -> None:
        from tests.benchmarks.bench_kept import Keeper
        from tests.benchmarks.bench_reference import Program

        place = self.place or str(folder / "partners.sqlite")
        program: Keeper | Program
        if self.program == "kept":
            program = Keeper(self.address, place, folder)
        else:
            program = Program(self.address, place, folder, minimum=self.program == "minimum")
        self._measure(line, "full", program.run)
        self._measure(line, "nothing", program.run, IDLE_RUNS)
        program.forget()
        self._measure(line, "again", program.run)
        line.edit(self.changes)
        self._measure(line, "changed", program.run)

    def _run_hub(self, line: Line, folder: Path) -> None:
        from synchub.hub import Hub
        from synchub.store import upgrade_database
        from tests.benchmarks.bench_hub import decide, hub_folder, meet_another, read_again

        hub_folder(folder, self.address, self.place)
        if self.place:
            upgrade_database(self.place)

        def sync(written: int = 0) -> None:
            report = hub.sync()
            assert report.state == "done", (report.state, report.counts)
            assert report.writes == written, (report.writes, written)

        def meet(hub: Hub) -> None:
            report = hub.sync(systems=["erp"])
            assert report.total("linked") == report.total("pulled") > 0, report.counts

        with Hub.open(folder) as hub:
            # a new database and its tables are made once in the life of a hub
            assert hub.store.outdated_views == ()
            assert hub.mappings
            hub.connectors["crm"].discover(["Account"])
            self._measure(line, "full", sync)
            self._measure(line, "nothing", sync, IDLE_RUNS)
            self._measure(line, "again", lambda: read_again(hub))
            line.edit(self.changes)
            self._measure(line, "changed", sync)
            decide(hub, self.pushes)
            self._measure(line, "push", lambda: sync(self.pushes))
        meet_another(folder, self.address, self.place)
        with Hub.open(folder) as hub:
            assert len(hub.mappings) == 2
            hub.connectors["erp"].discover(["Account"])
            self._measure(line, "meet", lambda: meet(hub))

    def _measure(self, line: Line, phase: str, work: Callable[[], None], times: int = 1) -> None:
        spent, waited = [], []
        gc.collect()  # what an earlier phase has left behind is not this one's
        for _ in range(times):
            before, started, began = line.calls(), time.process_time(), time.perf_counter()
            work()
            spent.append(time.process_time() - started)
            waited.append(time.perf_counter() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.phases[phase] = Measured(median(spent), dict(line.calls() - before), peak, median(waited))


def measured(case: Case) -> dict[str, Measured]:
    """Run a case in a fresh process."""
    command = [sys.executable, "-m", __name__, case.program, case.address, case.place]
    done = subprocess.run(
        [*command, str(case.changes), str(case.pushes)],
        env={**os.environ, "SYNCHUB_BENCH_SECRET": "bench", "NO_PROXY": "127.0.0.1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {phase: Measured(**one) for phase, one in json.loads(done.stdout).items()}


def main() -> None:
    program, address, place, changes, pushes = sys.argv[1:]
    case = Case(program, address, place, int(changes), int(pushes))
    case.run()
    print(json.dumps({phase: vars(one) for phase, one in case.phases.items()}))


if __name__ == "__main__":
    main()
