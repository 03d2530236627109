"""Deletions: what follows elsewhere from a record that is not there any more, and what must be certain before it does.

A tombstone rests for its grace period. Then its mapping's `on_delete` is followed, unless too many are due at once (a person approves the
exact set), the record turns out to be there after all, or somebody edited it meanwhile (a person decides). Nothing else waits for any of this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.hub_edit import edit_golden, note_edit
from synchub.engine.identity import deletion_question, derived_id
from synchub.engine.looks import take_records
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.errors import Problem
from synchub.mapping.compiled import OnGone
from synchub.model.provenance import Origin
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.rows import (
    DELETED,
    STOPPED,
    Conflict,
    ConflictKind,
    Demise,
    Golden,
    Link,
    LinkState,
    TombState,
    Tombstone,
)


def set_id(tombstones: Sequence[Tombstone]) -> str:
    """The name of exactly these deletions, as they stand: what a person approves."""
    parts = sorted(f"{one.link_id}:{one.at.isoformat()}:{one.rev}" for one in tombstones)
    return derived_id("deletions", *parts)[:8]


def follow_deletions(world: World, route: Route, report: RunReport, started: datetime) -> set[str]:
    """Follow what is due in one mapping; returns what others may have waited for."""
    with world.store.begin() as tx:
        buried = tx.tombstones(route.name)
        asked = [one for one in buried if one.state is TombState.ASKED]
        waiting = [
            one
            for one in buried
            if one.state in {TombState.WAITING, TombState.WITHHELD} and one.due <= started
        ]
        if route.mapping.on_delete.kind is OnGone.UNLINK:  # the mapping says less now than it did then
            _done_with(tx, [*waiting, *asked], report, "the mapping does not follow deletions any more")
            return set()
        _ask_anew(tx, world, route, asked, report, started)
        if not waiting:
            return set()
        acting = _allowed(tx, world, route, waiting, report)
    if not acting:
        return set()
    return _follow(world, route, acting, report, started)


def _ask_anew(
    tx: Transaction,
    world: World,
    route: Route,
    asked: Sequence[Tombstone],
    report: RunReport,
    started: datetime,
) -> None:
    """Questions are about what the golden record holds now: an answer to what it held once would be void for good."""
    golden = tx.golden(route.model.name, sorted({one.entity_id for one in asked}))
    for one in asked:
        record = golden.get(one.entity_id)
        if record is None or record.state != "live":
            _done_with(tx, [one], report, "the golden record was deleted")
            continue
        question = tx.conflict(_question(one))
        if question is None or question.detail.get("rev") != record.rev:
            _ask(tx, world, route, one, record, report, started)


def _done_with(tx: Transaction, tombstones: Sequence[Tombstone], report: RunReport, how: str) -> None:
    """Nothing follows from these, and nobody is asked about them."""
    tx.set_tombstones([one.link_id for one in tombstones], TombState.DONE)
    tx.close_conflicts([_question(one) for one in tombstones], how, report.run)


def _question(one: Tombstone) -> str:
    return deletion_question(one.mapping, one.external_id, one.part)


def _allowed(
    tx: Transaction, world: World, route: Route, waiting: Sequence[Tombstone], report: RunReport
) -> list[Tombstone]:
    """What may be followed now; the rest is withheld until a person has approved exactly that."""
    approved = [one for one in waiting if one.approval]
    fresh = [one for one in waiting if not one.approval]
    if not fresh or not world.safeguards.thresholds:
        return list(waiting)
    if approved and not world.safeguards.exact_approval:
        return list(waiting)
    linked = tx.links_by_state(route.name).get(LinkState.LINKED.value, 0) + len(waiting)
    limits = world.limits
    if len(fresh) <= limits.most_deletions or len(fresh) <= limits.deletion_share * linked:
        return list(waiting)
    tx.set_tombstones([one.link_id for one in fresh], TombState.WITHHELD)
    system, object = route.mapping.system, route.mapping.object
    report.add(system, object, "withheld", len(fresh))
    place = {"system": system, "object": object, "count": len(fresh), "linked": linked, "set": set_id(fresh)}
    report.warnings.append(Problem("E402", place, severity="warning"))
    world.touch("delete.withheld")
    return approved


def _follow(
    world: World, route: Route, acting: Sequence[Tombstone], report: RunReport, started: datetime
) -> set[str]:
    """Look once more whether they are really gone, then do what the mapping says."""
    connector = world.connectors[route.mapping.system]
    request = world.request(route.mapping.system, route.mapping.object)
    ids = sorted({one.external_id for one in acting if not one.part})
    size = max(1, connector.capabilities.read_batch)
    records = [
        record
        for start in range(0, len(ids), size)
        for record in connector.fetch(request, ids[start : start + size])
        if not record.deleted
    ]
    report.add(route.mapping.system, route.mapping.object, "fetched", len(records))
    with world.store.begin() as tx:
        absorber = Absorber(tx, world, route, report, started)
        take_records(absorber, request.columns, records, doubt=False)
        still = tx.tombstones_by_link([one.link_id for one in acting])
        gone = [one for one in acting if one.link_id in still]
        if len(gone) < len(acting):
            world.touch("delete.back")
        golden = tx.golden(route.model.name, sorted({one.entity_id for one in gone}), lock=True)
        disputed = _disputed(tx, route, list(golden))
        for one in gone:
            record = golden.get(one.entity_id)
            if record is None or record.state != "live":
                tx.set_tombstones([one.link_id], TombState.DONE)
            elif world.safeguards.edit_beats_delete and (record.rev > one.rev or record.id in disputed):
                _ask(tx, world, route, one, record, report, started)
            else:
                _act(tx, world, route, absorber, one, record)
        absorber.flush()
        return absorber.arrivals


def _disputed(tx: Transaction, route: Route, ids: Sequence[str]) -> set[str]:
    """Golden records of which some system holds a value that the hub has not taken: deleting the record there would lose it."""
    links = tx.links_of(route.model.name, ids)
    return {
        golden_id
        for golden_id, held in links.items()
        if any(
            link.state is LinkState.LINKED and any(not name.startswith(STOPPED) for name in link.holds)
            for link in held
        )
    }


def _ask(
    tx: Transaction,
    world: World,
    route: Route,
    one: Tombstone,
    record: Golden,
    report: RunReport,
    started: datetime,
) -> None:
    """Somebody edited it since: a person decides."""
    title = record.values[route.model.position[route.model.title]]
    question = _question(one)
    detail: dict[str, Raw] = {
        "title": str(title or one.external_id),
        "reason": one.reason.value,
        "at": one.at.isoformat(),
        "rev": record.rev,
    }
    tx.open_conflicts(
        [
            Conflict(
                question,
                ConflictKind.DELETE,
                report.run,
                started,
                one.entity,
                one.entity_id,
                one.mapping,
                one.system,
                one.external_id,
                one.part,
                "",
                "E220",
                detail,
            )
        ]
    )
    tx.set_tombstones([one.link_id], TombState.ASKED)
    report.ask(route.mapping.system, route.mapping.object, question)
    world.touch("delete.asked")


def _act(
    tx: Transaction, world: World, route: Route, absorber: Absorber, one: Tombstone, record: Golden
) -> None:
    reaction, report = route.mapping.on_delete, absorber.report
    system, object = route.mapping.system, route.mapping.object
    cause: dict[str, Raw] = {
        "why": "deleted",
        "system": system,
        "object": object,
        "record": one.external_id,
        "reason": one.reason.value,
        "at": one.at.isoformat(),
    }
    if reaction.kind is OnGone.ARCHIVE:
        origin = Origin(system, object, one.external_id, report.run, one.at)
        edit_golden(absorber, record, reaction.values, origin, cause)
        report.add(system, object, "archived")
        world.touch("delete.archived")
    else:
        delete_golden(tx, world, absorber, record, cause)
        report.add(system, object, "deleted")
        world.touch("delete.followed")
    tx.set_tombstones([one.link_id], TombState.DONE, one.approval)


def delete_golden(
    tx: Transaction, world: World, absorber: Absorber, record: Golden, cause: Mapping[str, Raw]
) -> None:
    """The golden record is deleted, and its records are to be deleted where that is permitted. Nothing is removed from the hub."""
    record.state = DELETED
    note_edit(absorber, record, {"": {"before": "live", "after": DELETED, "cause": dict(cause)}}, "delete")
    routes = {route.name: route for route in world.routes}
    doomed: list[Link] = [
        link
        for link in tx.links_of(absorber.route.model.name, [record.id]).get(record.id, [])
        if link.state is LinkState.LINKED and link.mapping in routes and _permits(world, routes[link.mapping])
    ]
    tx.bury(
        [
            Tombstone(
                link.id,
                link.mapping,
                link.system,
                link.entity,
                link.entity_id,
                link.external_id or "",
                link.part,
                Demise.HUB,
                absorber.report.run,
                absorber.started,
                absorber.started,
                record.rev,
                TombState.REMOVING,
                hash=link.hash,
            )
            for link in doomed
        ]
    )


def _permits(world: World, route: Route) -> bool:
    return route.mapping.delete_there and world.connectors[route.mapping.system].capabilities.deletes
