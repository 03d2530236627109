"""A seed played to its end, the story of a failure, and the same failure from fewer events and faults."""

from __future__ import annotations

import logging
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.testing.simulator.checks import BrokenError, check_at_rest
from synchub.testing.simulator.mortal import MEMORY
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.script import Script


@dataclass
class Played:
    """What became of one script."""

    script: Script
    error: Exception | None
    story: list[str]
    reach: dict[str, int] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)

    @property
    def broken(self) -> str:
        """The invariant that broke, or the kind of error; "" when all is well."""
        if self.error is None:
            return ""
        return self.error.invariant if isinstance(self.error, BrokenError) else type(self.error).__name__

    def told(self) -> str:
        """A short story for a person: what kind of world, who did what when, and what broke."""
        lines = [
            f"seed {self.script.seed}, commit {commit()}: {self.broken} does not hold",
            *(f"  {line}" for line in self.script.settings()),
            *(f"  {line}" for line in self.story),
            f"  {type(self.error).__name__}: {self.error}",
        ]
        return "\n".join(lines)


class _Listener(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def play(
    script: Script,
    *,
    safeguards: Safeguards = ALL_ON,
    database: str | Path = MEMORY,
    ask: Callable[[Simulation], None] = check_at_rest,
) -> Played:
    """Play a script to its end and ask everything. Whatever breaks is a finding, not an exception."""
    simulation = Simulation(script, safeguards=safeguards, database=database)
    error: Exception | None = None
    listener = _Listener(simulation.logged)
    logging.getLogger().addHandler(listener)
    try:
        simulation.play()
        ask(simulation)
    except Exception as found:  # noqa: BLE001 - whatever breaks is a finding
        error = found
    finally:
        logging.getLogger().removeHandler(listener)
        simulation.close()
    struck = Counter({str(fault): count for fault, count in simulation.weather.struck.items()})
    return Played(script, error, simulation.story, dict(simulation.world.reach), struck)


def shortened(played: Played, *, safeguards: Safeguards = ALL_ON, tries: int = 200) -> Played:
    """The same failure from fewer faults and fewer events."""
    best = played
    progress = True
    while progress and tries > 0:
        progress = False
        for shorter in _shorter(best.script):
            tries -= 1
            again = play(shorter, safeguards=safeguards)
            if again.broken == played.broken:
                best, progress = again, True
                break
            if tries <= 0:
                break
    return best


def _shorter(script: Script) -> Iterator[Script]:
    """Scripts with a piece left out, the large pieces first."""
    events = script.events
    size = len(events) // 2
    while size:
        for at in range(0, len(events), size):
            yield replace(script, events=events[:at] + events[at + size :])
        size //= 2
    for fault in script.faults:
        yield replace(script, faults=tuple(one for one in script.faults if one != fault))


def commit() -> str:
    """The commit this code is at, as far as somebody can tell."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the git that is there
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.CalledProcessError):
        from synchub import __version__

        return f"of synchub {__version__}"
    return done.stdout.strip()
