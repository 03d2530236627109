"""The database of a simulated hub: in memory unless a place is named, and its process may die at any commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from synchub.store import Store, Transaction
from synchub.testing.clock import VirtualClock
from synchub.testing.simulator.faults import Weather
from synchub.testing.simulator.hub import blueprint

MEMORY = ":memory:"


@cache
def empty_store(overlay: str) -> Store:
    """The database of a hub that knows nothing yet: made once, and copied for every world with these policies."""
    return Store.open(MEMORY, blueprint("people", overlay).entities, VirtualClock())


def opened(database: str | Path, overlay: str, clock: VirtualClock) -> Store:
    """The database of one world: a copy in memory of one that knows nothing, or a real one at this place."""
    if str(database) == MEMORY:
        return empty_store(overlay).copied(clock)
    return Store.open(database, blueprint("people", overlay).entities, clock)


class MortalStore:
    """A store whose process may die before, within and after any transaction."""

    def __init__(self, inner: Store, weather: Weather) -> None:
        self.inner = inner
        self.weather = weather

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self.weather.step()
        with self.inner.begin() as tx:
            yield tx
            self.weather.step()
        self.weather.step()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
