"""Unburying: nothing follows any more from a record that was known to be gone."""

from __future__ import annotations

from collections.abc import Collection

from synchub.engine.identity import deletion_question
from synchub.store import Transaction
from synchub.store.rows import TombState


def unbury(tx: Transaction, link_ids: Collection[str], how: str, run: str) -> None:
    """The tombstones of these links go, and with them the question whether a deletion is meant: without its tombstone nobody could answer it.

    A link may belong to another record by now, so whom the question was about is what its tombstone says. `how` closes the question.
    """
    if not link_ids:
        return
    asked = [one for one in tx.tombstones_by_link(link_ids).values() if one.state is TombState.ASKED]
    if asked:
        questions = [deletion_question(one.mapping, one.external_id, one.part) for one in asked]
        tx.close_conflicts(questions, how, run)
    tx.unbury(link_ids)
