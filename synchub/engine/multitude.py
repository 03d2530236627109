"""A set of texts of which there may be a million: it can be asked who is in it, and cannot tell who is."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

_DRAWERS = 256


class Multitude:
    """Keeps eight bytes of each text, in drawers small enough to be put in order at little cost.

    Of a million texts that are not in one with a million, one passes for a member once in twenty million times.
    """

    __slots__ = ("_drawers", "_tidy")

    def __init__(self) -> None:
        self._drawers = [array("q") for _ in range(_DRAWERS)]
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
            self._drawers = [array("q", sorted(drawer)) for drawer in self._drawers]
            self._tidy = True
        mark = hash(text)
        drawer = self._drawers[mark % _DRAWERS]
        place = bisect_left(drawer, mark)
        return place < len(drawer) and drawer[place] == mark
