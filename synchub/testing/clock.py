"""A clock that tests turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Time stands still until somebody sleeps or ticks."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self.tick(seconds)

    def tick(self, seconds: float = 1.0) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds
