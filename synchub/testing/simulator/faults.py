"""What may go wrong in a simulated world, and when: which faults a seed has at all, and how often each of them strikes.

Chosen in two stages, as FoundationDB does: a seed enables about a quarter of the faults, and an enabled one strikes at its own rate. Noise of
every kind all the time would hide how two faults work together.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """A way in which systems, networks and processes fail."""

    THROTTLED = "throttled"
    """429 without a word about when."""
    RETRY_AFTER = "retry_after"
    """429 that says when."""
    OUTAGE = "outage"
    """Nothing was sent."""
    ERROR_BEFORE = "error_before"
    """5xx, and nothing has happened."""
    ERROR_AFTER = "error_after"
    """5xx, and everything has happened."""
    TIMEOUT = "timeout"
    """No reply; a part of the batch has taken effect."""
    HALF_BATCH = "half_batch"
    """The reply says that the rest of the batch was not taken."""
    DUPLICATE_PAGES = "duplicate_pages"
    OUT_OF_ORDER = "out_of_order"
    SHIFTED_PAGES = "shifted_pages"
    """Rows move between pages while they are read, so that one is never shown."""
    EMPTY_LISTING = "empty_listing"
    """A listing that has nothing, and says it is complete."""
    SHORT_LISTING = "short_listing"
    """A listing that ends early, and says it is complete."""
    STALE_READ = "stale_read"
    """A replica that has not heard of the last change yet."""
    INDEX_LAG = "index_lag"
    """A search that does not know a new record yet."""
    LATE_VISIBILITY = "late_visibility"
    """A long transaction: a change that becomes visible with an old stamp."""
    CLOCK_JUMP = "clock_jump"
    """A system's clock is set to another time."""
    RENAMED_FIELD = "renamed_field"
    REMOVED_FIELD = "removed_field"
    RETYPED_FIELD = "retyped_field"
    MASKED_FIELD = "masked_field"
    LOST_PERMISSION = "lost_permission"
    """Rows that the hub's user may not see any more."""
    TRUNCATION = "truncation"
    """A text that is stored shorter than it was sent, and nobody says so."""
    IGNORED_FIELD = "ignored_field"
    """A cell that is not stored, and nobody says so."""
    QUOTA = "quota"
    """The calls of the day are used up, and nobody says until when."""
    BUDGET = "budget"
    """The hub itself has used up its calls of the day; not by chance, but by calling."""
    TOKEN = "token"  # noqa: S105 - the name of a fault
    """The login has expired until a person renews it."""
    HASTE = "haste"
    """People work while the hub reads."""
    CRASH = "crash"
    """The process dies."""


RATES: Mapping[Fault, tuple[float, ...]] = {
    Fault.THROTTLED: (0.01, 0.05),
    Fault.RETRY_AFTER: (0.01, 0.05),
    Fault.OUTAGE: (0.01, 0.04),
    Fault.ERROR_BEFORE: (0.1, 0.25),
    Fault.ERROR_AFTER: (0.1, 0.25),
    Fault.TIMEOUT: (0.1, 0.25),
    Fault.HALF_BATCH: (0.1, 0.25),
    Fault.DUPLICATE_PAGES: (0.25,),
    Fault.OUT_OF_ORDER: (0.25, 0.5),
    Fault.SHIFTED_PAGES: (0.1, 0.25),
    Fault.EMPTY_LISTING: (0.05, 0.2),
    Fault.SHORT_LISTING: (0.05, 0.2),
    Fault.STALE_READ: (0.25, 0.5),
    Fault.INDEX_LAG: (0.5, 1.0),
    Fault.LATE_VISIBILITY: (0.2, 0.4),
    Fault.CLOCK_JUMP: (0.3, 0.6),
    Fault.RENAMED_FIELD: (0.3, 0.6),
    Fault.REMOVED_FIELD: (0.3, 0.6),
    Fault.RETYPED_FIELD: (0.3, 0.6),
    Fault.MASKED_FIELD: (0.3, 0.6),
    Fault.LOST_PERMISSION: (0.3, 0.6),
    Fault.TRUNCATION: (0.05, 0.25),
    Fault.IGNORED_FIELD: (0.05, 0.25),
    Fault.QUOTA: (0.005, 0.02),
    Fault.TOKEN: (0.005, 0.02),
    Fault.HASTE: (0.25, 0.5),
    Fault.CRASH: (0.005, 0.02, 0.05),
}
"""How often an enabled fault strikes where it can: one of these, by the seed."""

ENABLED = 0.25
"""Share of the faults that a seed has at all."""

MISLEADING = frozenset(
    {Fault.SHIFTED_PAGES, Fault.EMPTY_LISTING, Fault.SHORT_LISTING, Fault.STALE_READ, Fault.HASTE}
)
"""After one of these the hub may have been told that it read everything, and has not."""


class CrashError(Exception):
    """The process is dead: nothing it does from here on reaches anybody."""


@dataclass
class Weather:
    """The faults of one seed. `on` is off while the world is calm; a dead process stays dead until somebody starts another."""

    rates: Mapping[Fault, float]
    rng: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - chance, no secret
    on: bool = False
    dead: bool = False
    struck: Counter[Fault] = field(default_factory=Counter)

    @staticmethod
    def drawn(rng: random.Random) -> dict[Fault, float]:
        """Which faults a seed has, and how often each of them strikes."""
        return {fault: rng.choice(rates) for fault, rates in RATES.items() if rng.random() < ENABLED}

    def blow(self, rng: random.Random) -> None:
        """Faults may strike from now on; `rng` decides when."""
        self.rng, self.on = rng, True

    def calm(self) -> None:
        self.on = self.dead = False

    def strikes(self, fault: Fault) -> bool:
        """Does it happen here and now?"""
        rate = self.rates.get(fault)
        if rate is None or not self.on or self.rng.random() >= rate:
            return False
        self.struck[fault] += 1
        return True

    def step(self) -> None:
        """The process may die here. Raises CrashError then, and whenever a dead one goes on."""
        if self.dead or self.strikes(Fault.CRASH):
            self.dead = True
            raise CrashError
