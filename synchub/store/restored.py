"""A database that came out of a backup: what it says of writes under way is old, so nothing of it may be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from synchub.store.codec import instant_text
from synchub.store.transaction import Transaction

RESTORED: Final = "restored"
"""The fact that tells the engine that the hub's memory went back in time: {"at", "of", "times", "seen"}; `seen` by a person since."""
_FAR: Final = 1_000_000
"""More runs than a newer copy can have had."""


def mark_restored(transaction: Transaction, at: datetime, of: str = "", times: int = 1) -> int:
    """Void every open intent, outdo every lease, and have the next sync only plan; how many intents there were.

    To be called with what came out of the backup `of`, before anything else works with it.
    """
    voided = transaction.void_intents("the database was restored from a backup")
    transaction.skip_epochs(_FAR)
    transaction.set_fact(RESTORED, {"at": instant_text(at), "of": of, "times": times})
    return voided


def restored_at(transaction: Transaction) -> str:
    """When it came out of a backup; "" when it did not, or a person has approved what follows since."""
    found = transaction.fact(RESTORED)
    return str(found["at"]) if isinstance(found, dict) and not found.get("seen") else ""


def note_seen(transaction: Transaction) -> None:
    """A person has approved what follows from the restore."""
    found = transaction.fact(RESTORED)
    if isinstance(found, dict):
        transaction.set_fact(RESTORED, {**found, "seen": True})
