"""What a simulated hub has written into its ledger, as the checks ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synchub.store import Transaction
from synchub.store.rows import LedgerRow


@dataclass
class Journal:
    """What the hub has written down, read once and kept."""

    rows: list[LedgerRow] = field(default_factory=list)
    goldens: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    """(golden id, field) -> every value it ever had."""
    losers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(object, id) of a record -> the records that were merged into it, and whose links have followed."""

    def read(self, tx: Transaction) -> list[LedgerRow]:
        """The rows that are new."""
        fresh = tx.ledger_from(len(self.rows))
        self.rows += fresh
        for row in fresh:
            if row.op == "relink":
                self._note_loser(row.object, row.changes[""])
            elif row.place == "hub":
                for name, change in row.changes.items():
                    values = self.goldens.setdefault((row.entity_id, name), [None])
                    values += [change.get("before"), change.get("after")]
        return fresh

    def _note_loser(self, object: str, change: Mapping[str, Any]) -> None:
        loser, master = str(change["before"]), str(change["after"])
        self.losers.setdefault((object, master), []).extend([loser, *self.losers.get((object, loser), ())])
