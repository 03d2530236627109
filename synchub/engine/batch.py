"""Batch: what a page of looks changes in the hub, gathered and then written at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from synchub.engine.unburying import unbury
from synchub.engine.world import Route
from synchub.store import Transaction
from synchub.store.rows import Conflict, Golden, LedgerRow, Link, Quarantined


@dataclass
class Batch:
    """What one page changes; written with a handful of statements."""

    new_golden: dict[str, Golden] = field(default_factory=dict)
    changed_golden: dict[str, Golden] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    new_links: dict[str, Link] = field(default_factory=dict)
    ledger: list[LedgerRow] = field(default_factory=list)
    opened: dict[str, Conflict] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    key_changes: dict[tuple[str, str], str | None] = field(default_factory=dict)
    aside: dict[str, Quarantined] = field(default_factory=dict)
    """Records set aside as they were read, by quarantine key."""
    back: set[str] = field(default_factory=set)
    """Links whose record was gone, or of no interest, and is seen again."""
    done: set[str] = field(default_factory=set)
    """Quarantine keys of records that have nothing left to be written."""

    def write(self, tx: Transaction, route: Route, run: str) -> None:
        """Write everything with set-based statements."""
        model = route.model.name
        if self.new_golden:
            tx.insert_golden(model, list(self.new_golden.values()))
        if self.links:  # before their golden records: settled with the new rev, they never come to be due
            tx.update_links(list(self.links.values()), self.changed_golden)
        if self.changed_golden:
            tx.update_golden(model, list(self.changed_golden.values()), self.expected)
        if self.new_links:
            tx.insert_links(list(self.new_links.values()))
        if self.key_changes:
            keys = [(golden, name, key) for (golden, name), key in self.key_changes.items()]
            tx.put_golden_keys(model, keys)
        if self.ledger:
            tx.write_ledger(self.ledger)
        settled = self.closed - self.opened.keys()
        if settled:
            tx.close_conflicts(sorted(settled), "settled by the systems", run)
        if self.opened:
            tx.open_conflicts(list(self.opened.values()))
        unbury(tx, self.back, "settled by the systems", run)
        if self.aside:
            tx.quarantine(list(self.aside.values()))
        if self.done:
            tx.release(route.name, sorted(self.done), "push")
