"""One transaction: everything the engine may ask of the store."""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import JSON

from synchub.store import tables
from synchub.store.decisions import DecisionStatements
from synchub.store.founding import FoundingStatements
from synchub.store.golden import GoldenStatements
from synchub.store.intents import IntentStatements
from synchub.store.journal import JournalStatements
from synchub.store.leases import LeaseStatements
from synchub.store.links import LinkStatements
from synchub.store.matching import MatchStatements
from synchub.store.progress import ProgressStatements
from synchub.store.statements import quote
from synchub.store.vanished import VanishedStatements

_NOT_STATE = frozenset({"ledger", "run", "view_definition", "lease"})


class Transaction(
    LinkStatements,
    GoldenStatements,
    FoundingStatements,
    MatchStatements,
    IntentStatements,
    DecisionStatements,
    JournalStatements,
    ProgressStatements,
    VanishedStatements,
    LeaseStatements,
):
    """Made by `Store.begin` and `Store.read`; ends with their block."""

    def digest(self) -> str:
        """A hash of all state except the history of runs: two equal digests, two equal hubs. Reads everything."""
        hash_ = blake2b(digest_size=16)
        for table in sorted(tables.metadata.tables.values(), key=lambda one: one.name):
            if table.name in _NOT_STATE:
                continue
            hash_.update(table.name.encode())
            columns = ", ".join(
                quote(column.name) + (self._sql.json_text if isinstance(column.type, JSON) else "")
                for column in table.columns
            )
            keys = ", ".join(quote(column.name) for column in table.primary_key.columns)
            for row in self._sql.rows(f"SELECT {columns} FROM {quote(table.name)} ORDER BY {keys}"):
                hash_.update(repr(tuple(row)).encode())
        return hash_.hexdigest()
