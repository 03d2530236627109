"""Many seeds: played in parallel, counted, and with each safeguard switched off in turn."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Self

from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.testing.simulator.progress import progress
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.story import Played, play
from synchub.testing.simulator.twins import TWINS

CHUNK = 25
PROGRESS = "I19"
TWIN_SHARE = 5
"""Every so many seeds one is also played as twins, and one as a listing that is always interrupted."""


@dataclass
class Tally:
    """What became of many seeds."""

    seeds: int = 0
    broken: dict[int, str] = field(default_factory=dict)
    """Seed -> the invariant that broke."""
    reach: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    """How often worlds were compared with their twins, by invariant."""

    def said(self) -> list[tuple[str, int]]:
        """What broke, the most frequent first."""
        return Counter(self.broken.values()).most_common()

    def __iadd__(self, other: Tally) -> Self:
        self.seeds += other.seeds
        self.broken |= other.broken
        self.reach += other.reach
        self.struck += other.struck
        self.asked += other.asked
        return self


def without(safeguard: str) -> Safeguards:
    """All safeguards but this one; "" leaves them all on."""
    return replace(ALL_ON, **{safeguard: False}) if safeguard else ALL_ON


def played(seed: int, safeguards: Safeguards = ALL_ON) -> Played:
    """A seed, with the twin that is its own: the first thing that breaks."""
    found = play(Script.of(seed), safeguards=safeguards)
    extra = extra_of(seed)
    if found.error is None and extra:
        found.error = _of_extra(seed, extra, safeguards)
    return found


def extra_of(seed: int) -> str:
    """What else is asked of this seed, beside playing it: a twin, the progress of a listing, or nothing."""
    rng = random.Random(f"extra {seed}")  # noqa: S311 - chance, no secret
    return rng.choice([*TWINS, PROGRESS]) if rng.randrange(TWIN_SHARE) == 0 else ""


def _of_extra(seed: int, extra: str, safeguards: Safeguards) -> Exception | None:
    try:
        if extra == PROGRESS:
            progress(seed, safeguards)
        else:
            TWINS[extra](Script.of(seed), safeguards)
    except Exception as error:  # noqa: BLE001 - whatever breaks is a finding
        return error
    return None


def tally(seeds: Iterable[int], safeguard: str = "") -> Tally:
    """Play these seeds in this process."""
    result, safeguards = Tally(), without(safeguard)
    for seed in seeds:
        one = played(seed, safeguards)
        result.seeds += 1
        result.reach += Counter(one.reach)
        result.struck += one.struck
        result.asked[extra_of(seed)] += 1
        if one.broken:
            result.broken[seed] = one.broken
    return result


def tallies(seeds: Sequence[int], safeguards: Sequence[str], processes: int) -> Iterator[tuple[str, Tally]]:
    """The tally of each safeguard switched off ("" for none), as they are done; pieces of one run side by side."""
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    if processes < 2:
        for safeguard in safeguards:
            yield safeguard, tally(seeds, safeguard)
        return
    with ProcessPoolExecutor(processes) as pool:
        for safeguard in safeguards:
            whole = Tally()
            for piece in pool.map(tally, chunks, [safeguard] * len(chunks)):
                whole += piece
            yield safeguard, whole
