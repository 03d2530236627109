"""A set of texts of which there may be a million: it can be asked who is in it, and cannot tell who is."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

_DRAWERS = 256


class Multitude:
    """Keeps eight bytes of each text, in drawers small enough to be put in order at little cost.

    Of a million texts that are not in one with a million, one passes for a member once in twenty million times.
    """

    __slots__ = ("_drawers", "_tidy")

    def __init__(self) -> None:
        self._drawers: defaultdict[int, array[int]] = defaultdict(partial(array, "q"))
        self._tidy = True

    def update(self, texts: Iterable[str]) -> None:
        """Take them in; some may be in already."""
        drawers = self._drawers
        for text in texts:
            mark = hash(text)
            drawers[mark % _DRAWERS].append(mark)
        self._tidy = False

    def __contains__(self, text: str) -> bool:
        if not self._tidy:
            for number, drawer in self._drawers.items():
                self._drawers[number] = array("q", sorted(drawer))
            self._tidy = True
        mark = hash(text)
        drawer = self._drawers[mark % _DRAWERS]
        place = bisect_left(drawer, mark)
        return place < len(drawer) and drawer[place] == mark
