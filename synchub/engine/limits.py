"""The numbers of the algorithm: how long to wait, and how much is too much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Every wait and every bound; hubs differ in them, the algorithm does not."""

    sweep_every: timedelta = timedelta(hours=24)
    """A complete listing is read when the last one is older."""
    settle: timedelta = timedelta(seconds=60)
    """How long a doubtful look rests before it is read again: longer than a replica lags."""
    grace: timedelta = timedelta(hours=24)
    """How long a deletion rests before anything follows from it elsewhere."""
    most_deletions: int = 10
    """More deletions than this, and than the share, wait for a person."""
    deletion_share: float = 0.10
    """Of all records linked in the mapping."""
    not_kept: int = 3
    """So many writes of a field that its system does not keep, and it is written no more."""
    returns: int = 3
    """So often a value may come back to one already written within `fight_window`; then the field is frozen."""
    fight_window: timedelta = timedelta(hours=24)
    lease: timedelta = timedelta(minutes=15)
    """After so long without a sign of life another worker takes over."""


USUAL = Limits()
