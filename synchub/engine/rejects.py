"""Rejects: what a connector could not read as a record at all, set aside with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from synchub.engine.report import RunReport
from synchub.engine.waiting_room import forget
from synchub.engine.world import Route
from synchub.model.values import Raw
from synchub.sdk import RejectedRow
from synchub.store import Transaction
from synchub.store.rows import Quarantined


def set_aside(
    tx: Transaction, route: Route, rows: Sequence[RejectedRow], report: RunReport, started: datetime
) -> None:
    """Rows that cannot be read as records; nobody waits for them any more."""
    if not rows:
        return
    mapping = route.mapping
    tx.quarantine(
        [
            Quarantined(
                route.name,
                mapping.system,
                mapping.object,
                row.id,
                row.where,
                "pull",
                row.code,
                {key: str(value) for key, value in row.params.items()},
                {key: _json(value) for key, value in row.image.items()},
                report.run,
                started,
            )
            for row in rows
        ]
    )
    ids = [row.id for row in rows]
    forget(tx, route, tx.unlinked_keys(route.name, ids), report.run)
    report.add(mapping.system, mapping.object, "set_aside", len(rows))


def _json(value: object) -> Raw:
    return value if isinstance(value, str | bool | int | list | dict) or value is None else str(value)
