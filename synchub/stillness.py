"""Python's garbage collector stands still while a page of records is worked on.

What a page makes is let go by itself once the page is done. To look through all of it again and again meanwhile, since so much of it is new, took a
tenth of a first load's time and a sixth of an update's.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Stillness:
    """The collector belongs to the whole process, so whoever is the last to have done with a page lets it go on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages = 0
        self._was_on = False

    def begin(self) -> None:
        with self._lock:
            if not self._pages:
                self._was_on = gc.isenabled()
                gc.disable()
            self._pages += 1

    def end(self) -> None:
        with self._lock:
            self._pages -= 1
            if not self._pages and self._was_on:
                gc.enable()


_stillness = _Stillness()


@contextmanager
def still() -> Iterator[None]:
    """For the time of one page, some thousand records: longer, and the garbage of other threads would pile up."""
    _stillness.begin()
    try:
        yield
    finally:
        _stillness.end()
