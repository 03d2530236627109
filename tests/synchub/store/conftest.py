"""A store on each database, and makers of rows to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from synchub.store import Store
from tests.synchub.store.makes import Makes, StillClock


@pytest.fixture
def make() -> Makes:
    return Makes()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


Opener = Callable[[], Store]


@pytest.fixture
def open_store(database: str, make: Makes, clock: StillClock) -> Iterator[Opener]:
    """Opens the test's database, any number of times; closes it all at the end."""
    opened: list[Store] = []

    def opening() -> Store:
        opened.append(Store.open(database, make.entities, clock))
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Opener) -> Store:
    return open_store()
