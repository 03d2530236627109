"""A whole sync in a process of its own that is killed from outside at a chosen moment, and what it was doing then."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Final

from synchub.engine.steps import Step
from synchub.hub import Hub
from tests.scenarios.scenario_process import LONG_S, fresh_processes

_BEGUN: Final = "starting"
_ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class Struck:
    """`phase` is what the sync was doing when it died, "" when it had come to its end before; `seconds` is how long it lived."""

    phase: str
    seconds: float


def sync_killed(folder: Path, after: float | None) -> Struck:
    """One sync of this folder, killed with SIGKILL so many seconds after it began; None lets it live.

    Raises AssertionError when it ends in another way.
    """
    ours, theirs = fresh_processes().Pipe(duplex=False)
    process = fresh_processes().Process(target=_sync, args=(folder, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == _BEGUN
    begun = time.monotonic()
    wait([process.sentinel], LONG_S if after is None else after)
    if process.is_alive():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    seconds, code = time.monotonic() - begun, process.exitcode
    process.close()
    phase = _last_word(ours)
    ended = phase == _ENDED
    assert code == 0 if after is None else code in {0, -signal.SIGKILL}, (code, phase)
    return Struck("" if ended else phase, seconds)


def _last_word(ours: Connection) -> str:
    """The phase it told last; what it had told before its death is still in the pipe."""
    phase = _BEGUN
    try:
        while ours.poll():
            phase = str(ours.recv())
    except (EOFError, OSError):  # its end is closed, or a word was cut short
        pass
    ours.close()
    return phase


def _sync(folder: Path, theirs: Connection) -> None:
    def conduct(step: Step) -> None:
        theirs.send(f"{step.phase} {step.system}")
        step.work()
        theirs.send(f"after {step.phase}")

    with Hub.open(folder) as hub:
        assert hub.world.connectors  # reading files and opening the database is no part of a sync
        theirs.send(_BEGUN)
        report = hub.sync(conduct=conduct)
        theirs.send("closing")
    assert not report.failures, report.failures
    assert not report.busy, report.busy
    theirs.send(_ENDED)
