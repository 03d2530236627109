"""What became of the rows nobody knew: counted, and named as a whole by one sum; row by row only where a person must decide.

A first load decides on a million rows, so they are not listed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b

_BYTES = 16


@dataclass
class Decided:
    """Equal sums, equal decisions, in whatever order they were taken."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By (mapping, kind); a kind is ``link``, ``create`` or ``review``."""
    reviews: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(mapping, external id, part) -> code of the question."""
    _sum: int = 0

    def note(self, mapping: str, row: tuple[str, str], kind: str, what: str) -> None:
        """`what` is the golden id of a link or creation, which is final, or the code of a review, which a later word replaces."""
        place = (mapping, *row)
        if place in self.reviews:
            self._take_back(place)
        if kind == "review":
            self.reviews[place] = what
        self.counts[mapping, kind] += 1
        self._sum += _number(*place, kind, what)

    def _take_back(self, place: tuple[str, str, str]) -> None:
        self._sum -= _number(*place, "review", self.reviews.pop(place))
        self.counts[place[0], "review"] -= 1

    def count(self, mapping: str, *kinds: str) -> int:
        """How many rows of a mapping came to this."""
        return sum(self.counts[mapping, kind] for kind in kinds)

    def total(self, *kinds: str) -> int:
        """How many rows of all mappings came to this."""
        return sum(number for (_, kind), number in self.counts.items() if kind in kinds)

    @property
    def mappings(self) -> list[str]:
        """Those whose rows were decided on, in that order."""
        return list(dict.fromkeys(mapping for mapping, _ in self.counts))

    @property
    def fingerprint(self) -> str:
        """Text that names exactly these decisions."""
        return f"{self.counts.total()} {self._sum % 256**_BYTES:x}"

    def take_over(self, other: Decided) -> None:
        """What another report decided; its word on a row takes the place of ours."""
        for place in self.reviews.keys() & other.reviews.keys():
            self._take_back(place)
        self.reviews |= other.reviews
        self.counts.update(other.counts)
        self._sum += other._sum


def _number(*parts: str) -> int:
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=_BYTES).digest())
