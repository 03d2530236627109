"""Keeping to a number of calls per minute."""

from __future__ import annotations

import threading

from synchub.sdk.clock import Clock


class TokenBucket:
    """Lets `per_minute` calls pass on average and `burst` at once; more wait on the clock."""

    def __init__(self, clock: Clock, per_minute: float, burst: int = 1) -> None:
        self._clock = clock
        self._rate = per_minute / 60.0
        self._burst = float(max(1, burst))
        self._tokens = self._burst
        self._then = clock.monotonic()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Wait until a call may go; returns the seconds waited."""
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate)
            self._then = now
            # A debt: whoever comes next waits behind us, in order of arrival.
            self._tokens -= 1.0
            wait = max(0.0, -self._tokens / self._rate)
        if wait > 0:
            self._clock.sleep(wait)
        return wait
