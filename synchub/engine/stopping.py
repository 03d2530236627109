"""Stopping: fields that it makes no sense to write any more, because their system does not keep them or somebody else's automation fights for them.

Both are told from the ledger, which holds every write with what stood there before, what was sent and what was stored. A stopped field is still read;
a person lets it go on by deciding its conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synchub.engine.identity import derived_id
from synchub.engine.journal import raw_image, raw_of
from synchub.engine.plan import Planned
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.model.values import Raw
from synchub.sdk import Op
from synchub.store import Transaction
from synchub.store.rows import STOPPED, Conflict, ConflictKind, LedgerRow

FIGHT, NOT_KEPT = "E221", "E222"


def stop_fights(
    tx: Transaction,
    world: World,
    route: Route,
    planned: Sequence[Planned],
    report: RunReport,
    started: datetime,
) -> list[Planned]:
    """Freeze fields whose value was written there again and again lately; returns the links that are to be planned anew."""
    updates = [one for one in planned if one.op is Op.UPDATE and one.cells]
    if not updates or not world.safeguards.freeze_fights:
        return []
    since = started - world.limits.fight_window
    ids = [one.golden.id for one in updates]
    written: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in tx.writes_since(route.mapping.system, route.model.name, ids, since):
        written.setdefault((row.entity_id, row.external_id), []).append(row)
    if not written:
        return []
    stopped = []
    for one in updates:
        rows = written.get((one.golden.id, one.link.external_id or ""), [])
        if len(rows) < world.limits.returns:
            continue
        names = [name for name in one.causes if _returns(tx, world, route, one, name, rows)]
        for name in names:
            _stop(tx, route, one, name, FIGHT, report, started)
            world.touch("stop.fight")
        if names:
            stopped.append(one)
    tx.update_links([one.link for one in stopped])
    return stopped


def _returns(
    tx: Transaction, world: World, route: Route, one: Planned, name: str, rows: Sequence[LedgerRow]
) -> bool:
    index = route.position.get(name)
    if index is None:
        return False
    cells = {
        column: one.cells[column][1] for column in route.mapping.fields[index].columns if column in one.cells
    }
    returned = [
        row.at
        for row in rows
        if (change := row.changes.get(name)) is not None
        and any(change.get("after") == after for after in cells.values())
    ]
    if len(returned) < world.limits.returns:
        return False
    let_go = tx.closed_at(_question(route, one, name))
    return let_go is None or sum(at > let_go for at in returned) >= world.limits.returns


def note_not_kept(
    tx: Transaction,
    world: World,
    route: Route,
    one: Planned,
    changes: Mapping[str, Mapping[str, Raw]],
    report: RunReport,
    started: datetime,
) -> None:
    """After a write: a field whose last writes were none of them kept is written no more. The caller saves the link."""
    if not world.safeguards.not_retained:
        return
    for name, change in changes.items():
        if change.get("kept") is not False:
            continue
        world.touch("write.not_kept")
        let_go = tx.closed_at(_question(route, one, name))
        before = [
            row.changes[name].get("kept") is False
            for row in tx.ledger(route.model.name, one.golden.id, name, 20)
            if row.place == route.mapping.system
            and row.external_id == one.link.external_id
            and (let_go is None or row.at > let_go)
        ]
        needed = world.limits.not_kept - 1
        if len(before) >= needed and all(before[:needed]):
            _stop(tx, route, one, name, NOT_KEPT, report, started)
            world.touch("stop.not_kept")


def _question(route: Route, one: Planned, name: str) -> str:
    return derived_id("conflict", route.name, one.link.id, name, "stopped")


def _stop(
    tx: Transaction,
    route: Route,
    one: Planned,
    name: str,
    code: str,
    report: RunReport,
    started: datetime,
) -> None:
    mapping, link, index = route.mapping, one.link, route.position[name]
    question = _question(route, one, name)
    link.holds[STOPPED + name] = question
    title = one.golden.values[route.model.position[route.model.title]]
    image = link.seen[index]
    detail: dict[str, Raw] = {
        "field": name,
        "golden": raw_of(one.golden.values[mapping.fields[index].index]),
        "observed": raw_of(mapping.read_image(index, image)),
        "image": raw_image(image),
        "title": str(title or ""),
        "writer": str(one.causes.get(name, {}).get("system") or "hub"),
    }
    tx.open_conflicts(
        [
            Conflict(
                question,
                ConflictKind.FIELD if code == FIGHT else ConflictKind.VALUE,
                report.run,
                started,
                link.entity,
                link.entity_id,
                mapping.name,
                mapping.system,
                link.external_id or "",
                link.part,
                name,
                code,
                detail,
            )
        ]
    )
    report.add(mapping.system, mapping.object, "stopped")
