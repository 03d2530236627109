"""The waiting room: rows of systems that belong to no golden record yet, and what must be forgotten with them when they leave."""

from __future__ import annotations

from collections.abc import Collection

from synchub.engine.identity import derived_id
from synchub.engine.world import Route
from synchub.store import Transaction
from synchub.store.rows import ConflictKind

Key = tuple[str, str]
"""(external id, part)."""


def question(route: Route, key: Key) -> str:
    """The id of the conflict that asks whose record this row is."""
    return derived_id("conflict", route.name, *key, "", ConflictKind.MATCH)


def aside_key(external_id: str, part: str) -> str:
    """How quarantine calls a record, or a row of one."""
    return f"{external_id}#{part}" if part else external_id


def forget(tx: Transaction, route: Route, keys: Collection[Key], run: str) -> None:
    """These rows are not there any more: nobody waits for them, nobody is asked about them."""
    if not keys:
        return
    tx.drop_unlinked(route.name, sorted(keys))
    tx.close_conflicts([question(route, key) for key in sorted(keys)], "the record is gone", run)
