"""Looks: what becomes of the records of a page, a fetch or a reply, in the eyes of one mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from synchub.engine.absorb import Absorber
from synchub.engine.hub_edit import leave_scope
from synchub.engine.match_keys import keyed_at_sight
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.waiting_room import Key, aside_key, forget
from synchub.engine.world import Route, World
from synchub.mapping.compiled import Image, OnGone
from synchub.mapping.fingerprint import same_columns
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT, UNKNOWN, Canonical, Reference, Unknown, Unreadable
from synchub.store import Transaction
from synchub.store.rows import (
    ASIDE,
    OUTGOING,
    STOPPED,
    Demise,
    Link,
    LinkMark,
    LinkState,
    Suspect,
    TombState,
    Tombstone,
    Unlinked,
)


def take_records(
    absorber: Absorber, columns: Sequence[str], records: Sequence[RawRecord], *, doubt: bool = True
) -> list[Sighting]:
    """Merge what is linked, let the rest wait; what was there and is not any more is missing or out of scope.

    `columns` is the order of the records' values. With `doubt` a look that seems older than what is held is parked. Returns what the
    mapping saw.
    """
    route, tx, report = absorber.route, absorber.tx, absorber.report
    # a listing may show a record twice; the later look is the newer one
    looks = list({look.key: look for look in sightings(route.mapping, columns, records)}.values())
    marks = tx.link_marks(route.name, sorted({record.id for record in records}))
    scoped = route.mapping.scope_columns
    inside = [look for look in looks if route.mapping.in_scope(look.values)] if scoped else looks
    changed, unknown, same = _sorted(route, inside, marks)
    if not absorber.world.safeguards.content_decides:
        changed, same = _by_time(tx, route, changed, same)
    system, object = route.mapping.system, route.mapping.object
    report.add(system, object, "unchanged", len(same))
    report.add(system, object, "changed", len(changed))
    if changed:
        links = tx.links(route.name, [look.external_id for look in changed])
        if doubt and absorber.world.safeguards.stale_check:
            changed = _park_doubtful(absorber, links, changed)
        absorber.absorb([(remap(tx, links[look.key], route, report.run), look) for look in changed])
        absorber.flush()
    waiting, fit = keyed_at_sight(route, [_unlinked(route, look) for look in unknown])
    tx.put_unlinked(waiting)
    well = {aside_key(*look.key) for look in [*changed, *same]} - absorber.aside
    tx.release(route.name, sorted(well.union(fit)), "pull")
    _note_outside(absorber, {look.key for look in looks} - {look.key for look in inside}, marks)
    _note_vanished(absorber, columns, records, {look.key for look in looks}, marks)
    return looks


def _park_doubtful(
    absorber: Absorber, links: Mapping[Key, Link], changed: Sequence[Sighting]
) -> list[Sighting]:
    """Those that may be believed; a look older than what is held of a record is a lagging replica or a late change."""
    doubtful = [(links[look.key], look) for look in changed if is_older(links[look.key], look)]
    park(absorber, doubtful)
    keys = {look.key for _, look in doubtful}
    return [look for look in changed if look.key not in keys]


def park(absorber: Absorber, doubtful: Sequence[tuple[Link, Sighting]]) -> None:
    """These records are read again by their ids after a while, and nothing is written over them until then."""
    if not doubtful:
        return
    route, report = absorber.route, absorber.report
    absorber.tx.park(
        [
            Suspect(
                link.id,
                route.name,
                look.external_id,
                report.run,
                absorber.started,
                look.modified,
                look.hash,
            )
            for link, look in doubtful
        ]
    )
    report.add(route.mapping.system, route.mapping.object, "doubtful", len(doubtful))
    absorber.world.touch("suspect.parked")


def is_older(link: Link, look: Sighting) -> bool:
    """Does this look carry an earlier stamp than one that is held?"""
    return (
        link.state is LinkState.LINKED
        and link.modified is not None
        and look.modified is not None
        and look.modified < link.modified
        and ASIDE not in link.holds
    )


def _sorted(
    route: Route, looks: Sequence[Sighting], marks: Mapping[Key, LinkMark]
) -> tuple[list[Sighting], list[Sighting], list[Sighting]]:
    """Changed, unknown, unchanged."""
    changed, unknown, same = [], [], []
    for look in looks:
        mark = marks.get(look.key)
        if mark is None:
            unknown.append(look)
        elif mark.state == LinkState.RELEASED:
            same.append(look)
        elif (
            mark.hash != look.hash or mark.version != route.mapping.version or mark.state != LinkState.LINKED
        ):
            changed.append(look)
        else:
            same.append(look)
    return changed, unknown, same


def _by_time(
    tx: Transaction, route: Route, changed: Sequence[Sighting], same: Sequence[Sighting]
) -> tuple[list[Sighting], list[Sighting]]:
    """Changed and unchanged as somebody would tell them who believes in modification times (without `Safeguards.content_decides`)."""
    links = tx.links(route.name, [look.external_id for look in changed])
    quiet = {
        look.key
        for look in changed
        if look.modified is not None and links[look.key].modified == look.modified
    }
    return [one for one in changed if one.key not in quiet], [
        *same,
        *(one for one in changed if one.key in quiet),
    ]


def _note_outside(absorber: Absorber, outside: set[Key], marks: Mapping[Key, LinkMark]) -> None:
    """Records that left the mapping's scope: nothing is written to them, and nobody waits for them."""
    if not outside:
        return
    tx, route = absorber.tx, absorber.route
    left = [marks[key].link_id for key in outside if key in marks and marks[key].state == LinkState.LINKED]
    links = list(tx.links_by_id(left).values())
    leave_scope(absorber, links)
    # what is held stays held, and is asked again when the record is back: until then no answer could be kept (seed 16728)
    asked = [held for link in links for name, held in link.holds.items() if not name.startswith(STOPPED)]
    tx.close_conflicts(asked, "the record has left the scope", absorber.report.run)
    tx.mark_links(left, LinkState.OUT_OF_SCOPE)
    ids = sorted({external_id for external_id, _ in outside})
    forget(tx, route, tx.unlinked_keys(route.name, ids) & outside, absorber.report.run)


def _note_vanished(
    absorber: Absorber,
    columns: Sequence[str],
    records: Sequence[RawRecord],
    seen: set[Key],
    marks: Mapping[Key, LinkMark],
) -> None:
    """Records reported as deleted, and rows that are not in their record's list any more."""
    tx, route, report = absorber.tx, absorber.route, absorber.report
    dead = {record.id for record in records if record.deleted and not record.merged_into}
    absorber.merged |= {record.id: record.merged_into for record in records if record.merged_into}
    gone = {*dead}
    if route.mapping.each:
        gone |= {record.id for record in records if _list_known(route, columns, record)}
    if not gone:
        return
    missing = {
        key: mark.link_id
        for key, mark in marks.items()
        if key[0] in gone and key not in seen and mark.state == LinkState.LINKED
    }
    fed = {key: link_id for key, link_id in missing.items() if not route.mapping.each or key[0] in dead}
    rows = {key: link_id for key, link_id in missing.items() if key not in fed}
    lose(tx, absorber.world, route, fed, report, Demise.FEED, absorber.started)
    lose(tx, absorber.world, route, rows, report, Demise.ROW, absorber.started)
    forget(tx, route, tx.unlinked_keys(route.name, sorted(gone)) - seen, report.run)
    there = {aside_key(*key) for key in seen}
    tx.release(
        route.name,
        [
            row.external_id
            for row in tx.quarantined(mapping=route.name, stage="pull")
            if row.external_id.partition("#")[0] in gone and row.external_id not in there
        ],
        "pull",
    )


def lose(
    tx: Transaction,
    world: World,
    route: Route,
    links: Mapping[Key, str],
    report: RunReport,
    why: Demise,
    at: datetime,
) -> None:
    """The records of these links (by key) are not there any more: missing, and nobody is asked about their fields.

    What follows elsewhere is another matter (`deletions`): a tombstone says what is known and since when.
    """
    if not links:
        return
    _bury(tx, world, route, list(links.values()), report.run, why, at)
    tx.clear_suspects(list(links.values()))
    tx.mark_links(list(links.values()), LinkState.MISSING)
    if not world.safeguards.gone_never_recreates:
        _want_again(tx, list(links.values()))
    report.add(route.mapping.system, route.mapping.object, "missing", len(links))
    asked = tx.asked_about(
        route.name, route.mapping.system, sorted({external_id for external_id, _ in links})
    )
    tx.close_conflicts([id for id, key in asked if key in links], "the record is gone", report.run)


def _bury(
    tx: Transaction,
    world: World,
    route: Route,
    ids: Sequence[str],
    run: str,
    why: Demise,
    at: datetime,
) -> None:
    known = tx.tombstones_by_link(ids)
    kind = route.mapping.on_delete.kind
    state = TombState.DONE if kind is OnGone.UNLINK or why is Demise.MERGED else TombState.WAITING
    grace = world.limits.grace if world.safeguards.grace else timedelta(0)
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
                why,
                run,
                at,
                at + grace,
                link.settled_rev,
                state,
                hash=link.hash,
            )
            for link in tx.links_by_id(ids).values()
            if link.id not in known and link.state is not LinkState.MISSING
        ]
    )
    world.touch(f"gone.{why.value}")


def _want_again(tx: Transaction, ids: Sequence[str]) -> None:
    """Take a record that is gone for one that was never created (without `Safeguards.gone_never_recreates`)."""
    links = list(tx.links_by_id(ids).values())
    for link in links:
        link.external_id, link.state, link.settled_rev = None, LinkState.WANTED, 0
        link.seen, link.sent = [UNKNOWN] * len(link.seen), [UNKNOWN] * len(link.sent)
    tx.update_links(links)


def _list_known(route: Route, columns: Sequence[str], record: RawRecord) -> bool:
    place = columns.index(route.mapping.each)
    return route.mapping.parts_known(record._replace(values=(record.values[place],)))


def _unlinked(route: Route, look: Sighting) -> Unlinked:
    mapping = route.mapping
    hub_id = ""
    if mapping.hub_column and mapping.hub_column in mapping.row_columns:
        value = look.values[mapping.row_columns.index(mapping.hub_column)]
        hub_id = value if isinstance(value, str) else ""
    return Unlinked(
        mapping.name,
        look.external_id,
        look.part,
        look.values,
        (),
        mapping.version,
        look.modified,
        look.etag,
        look.fingerprint,
        look.provisional,
        look.title,
        hub_id,
    )


def remap(tx: Transaction, link: Link, route: Route, run: str) -> Link:
    """Bring an agreement made under an older mapping into this one's field order.

    A field whose mapping changed keeps its agreement where both sides of it still mean the same to each other, so that an edit on its way
    is an edit and not a first contact; elsewhere it starts anew.
    """
    if link.version == route.mapping.version:
        return link
    old = tx.mapping_version(link.version)
    places = {
        name: (index, hash_) for index, (name, hash_) in enumerate(old.fields if old is not None else ())
    }
    seen: list[Image] = []
    sent: list[Canonical | Unknown | None] = []
    starting: set[str] = set(places)
    for position, one in enumerate(route.mapping.fields):
        index, hash_ = places.get(one.name, (-1, ""))
        kept = 0 <= index < len(link.seen) and (
            hash_ == one.hash
            or (
                same_columns(hash_, one.hash)
                and _still_agrees(route, position, link.seen[index], link.sent[index])
            )
        )
        seen.append(link.seen[index] if kept else UNKNOWN)
        sent.append(link.sent[index] if kept else UNKNOWN)
        if kept:
            starting.discard(one.name)
    link.seen, link.sent, link.version = seen, sent, route.mapping.version
    _let_go(tx, link, starting, run)
    return link


def _let_go(tx: Transaction, link: Link, fields: set[str], run: str) -> None:
    """Fields that start anew, or are not mapped any more, hold nothing and wait for nothing."""
    names = fields | {STOPPED + name for name in fields}
    held = [link.holds.pop(name) for name in sorted(names & link.holds.keys())]
    tx.close_conflicts(held, "the mapping was changed", run)
    link.waiting = {
        name: key for name, key in link.waiting.items() if name.removeprefix(OUTGOING) not in fields
    }


def _still_agrees(route: Route, position: int, seen: Image, sent: Canonical | Unknown | None) -> bool:
    """Does what the system held still read as what the hub held? Of references only their translation could tell."""
    mapped = route.mapping.fields[position]
    if seen is UNKNOWN or isinstance(sent, Unknown) or mapped.ref is not None:
        return False
    value = route.mapping.read_image(position, seen)
    if value is ABSENT or isinstance(value, Unreadable | Reference):
        return False
    return route.model.fields[mapped.index].kind.equal(value, sent)
