"""One transaction: everything the engine may ask of the store."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

from sqlalchemy import Table

from synchub.store import tables
from synchub.store.decisions import DecisionStatements
from synchub.store.founding import FoundingStatements
from synchub.store.golden import GoldenStatements
from synchub.store.intents import IntentStatements
from synchub.store.journal import JournalStatements
from synchub.store.leases import LeaseStatements
from synchub.store.links import LinkStatements
from synchub.store.matching import MatchStatements
from synchub.store.progress import WAIT, ProgressStatements
from synchub.store.statements import listed, quote
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
        for name, query in _state_queries(self._sql.json_text):
            hash_.update(name.encode())
            for row in self._sql.rows(query):
                hash_.update(repr(tuple(row)).encode())
        return hash_.hexdigest()


@cache
def _state_queries(json_text: str) -> list[tuple[str, str]]:
    """Each table of the state, and how all of it is read in order."""
    return [
        (
            table.name,
            f"SELECT {listed(table, json_text)} FROM {quote(table.name)} {_only(table)} ORDER BY {_keys(table)}",
        )
        for table in sorted(tables.metadata.tables.values(), key=lambda one: one.name)
        if table.name not in _NOT_STATE
    ]


def _only(table: Table) -> str:
    return f"WHERE name NOT LIKE '{WAIT}%'" if table.name == "fact" else ""


def _keys(table: Table) -> str:
    return ", ".join(quote(column.name) for column in table.primary_key.columns)
