"""Python's garbage collector, which a load slows down, and which must not forget anything because of it."""

from __future__ import annotations

import gc
import weakref

import pytest

from synchub.engine import collector
from synchub.engine.collector import Collector


class Circle:
    """Garbage that only the collector can clear away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("rows", [1, collector.MUCH])
def test_what_a_run_lets_go_is_cleared_away(rows: int) -> None:
    """A worker that syncs again and again kept all of it: what is frozen and let go counts as old, and is hardly ever looked at."""
    gc.collect()
    before, calm = gc.get_threshold(), Collector()
    with calm.run():
        circle = weakref.ref(Circle())
        calm.rows(rows)
        frozen = gc.get_freeze_count()
        assert (frozen > 0, gc.get_threshold() == before) == (rows > 1, rows == 1)
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)
    if rows == 1:
        gc.collect(0)
    assert circle() is None


def test_a_run_that_breaks_leaves_the_collector_as_it_was() -> None:
    before, calm = gc.get_threshold(), Collector()

    def broken() -> None:
        with calm.run():
            calm.rows(collector.MUCH)
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - raised two lines above
        broken()
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)
