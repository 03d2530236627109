"""Who watches long work: a line that moves on a terminal, plain lines elsewhere. Always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from synchub.cli.output import Output
from synchub.cli.words import number, say, say_if_known

if TYPE_CHECKING:
    from rich.status import Status

    from synchub.engine.report import Progress

_moving: Final[ContextVar[Status | None]] = ContextVar("synchub_moving", default=None)
"""The line that moves on the terminal now."""
_EVERY: Final = 10_000
"""Where lines stay, a piece of work is mentioned again after so many records."""


@contextmanager
def watching() -> Iterator[Progress]:
    """A progress that shows itself until the block ends."""
    if not sys.stderr.isatty():
        yield Lines(Output().note)
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with console.status(say("progress.start")) as status:

        def tell(phase: str, system: str, object: str, done: int) -> None:
            status.update(describe(phase, system, object, done))

        shown = _moving.set(status)
        try:
            yield tell
        finally:
            _moving.reset(shown)


@contextmanager
def standing_still() -> Iterator[None]:
    """While a person is asked nothing moves: the line would be drawn over the question."""
    status = _moving.get()
    if status is not None:
        status.stop()
    yield
    if status is not None:
        status.start()


def describe(phase: str, system: str, object: str, done: int) -> str:
    """What is being done, where, and how far it has come."""
    return say(
        "progress.step",
        phase=say_if_known(f"progress.{phase}", phase),
        system=system,
        object=object,
        done=number(done),
    )


class Lines:
    """Says a piece of work when it begins, and again as it grows."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._said: dict[tuple[str, str, str], int] = {}

    def __call__(self, phase: str, system: str, object: str, done: int) -> None:
        place = (phase, system, object)
        last = self._said.get(place)
        if last is None or done >= last + _EVERY or done < last:
            self._said[place] = done
            self._write(describe(phase, system, object, done))
