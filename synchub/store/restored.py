"""A database that came out of a backup: what it says of writes under way is old, so nothing of it may be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from synchub.store.store import Store

RESTORED: Final = "restored"
"""The notice under which the next run finds it; gone once a person has approved what that run would do."""
_FAR: Final = 1_000_000
"""More runs than a newer copy can have had."""


def mark_restored(store: Store, at: datetime, origin: str = "") -> int:
    """Void every open intent, outdo every lease, and have the next sync only plan; how many intents there were.

    To be called once after a database was put back from `origin` (the backup's name), before anything else works with it.
    """
    with store.begin() as tx:
        voided = tx.void_intents("the database was restored from a backup")
        tx.skip_epochs(_FAR)
        tx.put_notice(RESTORED, at, {"origin": origin, "intents": voided, "at": at.isoformat()})
        return voided
