"""Match questions: rows of which nobody but a person can say whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from synchub.engine.fitness import image_of
from synchub.engine.report import RunReport
from synchub.engine.sighting import of_unlinked
from synchub.engine.waiting_room import Key, pages, question, rows_of
from synchub.engine.world import Route
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.rows import Conflict, ConflictKind, Unlinked

Doubt = tuple[str, dict[str, Raw]]
"""Why a person must decide: a code of the catalogue, and what its question shows."""


def ask(
    tx: Transaction,
    route: Route,
    outside: set[Key],
    doubts: Mapping[Key, Doubt],
    report: RunReport,
    started: datetime,
) -> None:
    """Ask about these rows; what was asked of others that wait, and take part, is settled. Rows `outside` take no part."""
    for key, (code, _) in doubts.items():
        report.decided.note(route.name, key, "review", code)
    settled = {(one.external_id, one.part) for one in _asked(tx, route)} - outside
    settled -= doubts.keys()
    there = tx.unlinked_keys(route.name, sorted({external_id for external_id, _ in settled}))
    tx.close_conflicts([question(route, key) for key in sorted(settled & there)], "settled", report.run)
    for some in pages(doubts):
        rows = {(row.external_id, row.part): row for row in rows_of(tx, route, some)}
        tx.open_conflicts([_conflict(route, rows[key], *doubts[key], report, started) for key in some])


def _conflict(
    route: Route, row: Unlinked, code: str, detail: dict[str, Raw], report: RunReport, started: datetime
) -> Conflict:
    return Conflict(
        question(route, (row.external_id, row.part)),
        ConflictKind.MATCH,
        report.run,
        started,
        route.model.name,
        "",
        route.name,
        route.mapping.system,
        row.external_id,
        row.part,
        "",
        code,
        {**detail, "title": row.title, "image": image_of(route, of_unlinked(row).values)},
    )


def _asked(tx: Transaction, route: Route) -> list[Conflict]:
    """The open questions whose record a row of this mapping is."""
    found = tx.conflicts(kind=ConflictKind.MATCH, system=route.mapping.system, entity=route.model.name)
    return [one for one in found if one.mapping == route.name]
