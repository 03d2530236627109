"""Python's garbage collector, which a page slows down, and which must not forget anything because of it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from synchub.stillness import still


class Circle:
    """Garbage that only the collector can clear away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_what_a_page_lets_go_is_cleared_away_after_it() -> None:
    gc.collect()
    with still():
        circle = weakref.ref(Circle())
        piled_up: list[list[int]] = [[] for _ in range(5_000)]
        assert circle() is not None, "looked through in the midst of a page"
    piled_up += [[] for _ in range(5_000)]
    assert circle() is None


def test_a_page_that_breaks_lets_the_collector_go_on() -> None:
    def broken() -> None:
        with still():
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - raised two lines above
        broken()
    assert gc.isenabled()


def test_it_goes_on_when_the_last_page_of_all_threads_is_done() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def page() -> None:
        with still():
            begun.set()
            may_end.wait(10)

    other = threading.Thread(target=page)
    with still():
        other.start()
        assert begun.wait(10)
    assert not gc.isenabled(), "the other thread is in the midst of a page"
    may_end.set()
    other.join()
    assert gc.isenabled()


def test_whoever_works_without_it_is_left_without() -> None:
    gc.disable()
    with still():
        pass
    assert not gc.isenabled()
