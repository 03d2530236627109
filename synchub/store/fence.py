"""A fence: what every transaction of a run checks first, so that a worker whose lease is somebody else's by now commits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from synchub.errors import LeaseHeldError

if TYPE_CHECKING:
    from synchub.store.transaction import Transaction


@dataclass(slots=True)
class Fence:
    """The leases of a run: system -> epoch. They are kept for another term when half of one is over."""

    epochs: Mapping[str, int]
    term: timedelta
    until: datetime
    checking: bool = field(default=True)
    let_go: bool = False
    """Were the leases given back already?"""

    def pass_through(self, transaction: Transaction, now: datetime) -> None:
        """Raises LeaseHeldError E502 when one of the leases has changed hands."""
        if not self.checking:
            return
        held = transaction.lease_epochs(sorted(self.epochs))
        lost = [system for system, epoch in self.epochs.items() if held.get(system) != epoch]
        if lost:
            raise LeaseHeldError("E502", system=", ".join(sorted(lost)))
        if now > self.until - self.term / 2:
            self.until = now + self.term
            transaction.renew_leases(self.epochs, self.until)
