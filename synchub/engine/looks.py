"""Looks: what becomes of the records of a page, a fetch or a reply, in the eyes of one mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synchub.engine.absorb import Absorber
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.waiting_room import Key, aside_key, forget
from synchub.engine.world import Route
from synchub.mapping.compiled import Image
from synchub.mapping.fingerprint import same_columns
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT, UNKNOWN, Canonical, Reference, Unknown, Unreadable
from synchub.store import Transaction
from synchub.store.rows import OUTGOING, Link, LinkMark, LinkState, Unlinked


def take_records(absorber: Absorber, columns: Sequence[str], records: Sequence[RawRecord]) -> list[Sighting]:
    """Merge what is linked, let the rest wait; what was there and is not any more is missing or out of scope.

    `columns` is the order of the records' values. Returns what the mapping saw.
    """
    route, tx, report = absorber.route, absorber.tx, absorber.report
    # a listing may show a record twice; the later look is the newer one
    looks = list({look.key: look for look in sightings(route.mapping, columns, records)}.values())
    marks = tx.link_marks(route.name, sorted({record.id for record in records}))
    scoped = route.mapping.only
    inside = [look for look in looks if route.mapping.in_scope(look.values)] if scoped else looks
    changed, unknown, same = _sorted(route, inside, marks)
    system, object = route.mapping.system, route.mapping.object
    report.add(system, object, "unchanged", len(same))
    report.add(system, object, "changed", len(changed))
    if changed:
        links = tx.links(route.name, [look.external_id for look in changed])
        absorber.absorb([(remap(tx, links[look.key], route, report.run), look) for look in changed])
        absorber.flush()
    tx.put_unlinked([_unlinked(route, look) for look in unknown])
    well = {aside_key(*look.key) for look in [*changed, *same]} - absorber.aside
    tx.release(route.name, sorted(well), "pull")
    _note_outside(absorber, {look.key for look in looks} - {look.key for look in inside}, marks)
    _note_vanished(absorber, columns, records, {look.key for look in looks}, marks)
    return looks


def _sorted(
    route: Route, looks: Sequence[Sighting], marks: Mapping[Key, LinkMark]
) -> tuple[list[Sighting], list[Sighting], list[Sighting]]:
    """Changed, unknown, unchanged."""
    changed, unknown, same = [], [], []
    for look in looks:
        mark = marks.get(look.key)
        if mark is None:
            unknown.append(look)
        elif (
            mark.hash != look.hash or mark.version != route.mapping.version or mark.state != LinkState.LINKED
        ):
            changed.append(look)
        else:
            same.append(look)
    return changed, unknown, same


def _note_outside(absorber: Absorber, outside: set[Key], marks: Mapping[Key, LinkMark]) -> None:
    """Records that left the mapping's scope: nothing is written to them, and nobody waits for them."""
    if not outside:
        return
    tx, route = absorber.tx, absorber.route
    left = [marks[key].link_id for key in outside if key in marks and marks[key].state == LinkState.LINKED]
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
    gone = {record.id for record in records if record.deleted}
    if route.mapping.each:
        gone |= {record.id for record in records if _list_known(route, columns, record)}
    if not gone:
        return
    missing = {
        key: mark.link_id
        for key, mark in marks.items()
        if key[0] in gone and key not in seen and mark.state == LinkState.LINKED
    }
    lose(tx, route, missing, report)
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


def lose(tx: Transaction, route: Route, links: Mapping[Key, str], report: RunReport) -> None:
    """The records of these links (by key) are not there any more: missing, and nobody is asked about their fields."""
    if not links:
        return
    tx.mark_links(list(links.values()), LinkState.MISSING)
    report.add(route.mapping.system, route.mapping.object, "missing", len(links))
    asked = [
        one.id
        for one in tx.conflicts(system=route.mapping.system, entity=route.model.name)
        if one.mapping == route.name and (one.external_id, one.part) in links
    ]
    tx.close_conflicts(asked, "the record is gone", report.run)


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
    held = [link.holds.pop(name) for name in sorted(fields & link.holds.keys())]
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
