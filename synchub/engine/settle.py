"""Settle: writes of earlier runs whose outcome nobody knows are followed up by reading, before anything else is read.

What a lost write carried and now stands there was written by us: its agreement is noted as if the reply had come. Taken for an edit of the
system it could win over what people changed elsewhere meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from synchub.engine.absorb import Absorber
from synchub.engine.looks import remap, take_records
from synchub.engine.outcomes import OLD_ECHO
from synchub.engine.references import translate
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.waiting_room import forget
from synchub.engine.world import Route, World
from synchub.mapping.compiled import Flow
from synchub.model.values import ABSENT, UNKNOWN, Raw, RawValue, Unreadable
from synchub.sdk import Op, RawRecord
from synchub.store import Transaction
from synchub.store.rows import Golden, Intent, IntentState, LedgerRow, Link, LinkState


def settle_intents(world: World, system: str, report: RunReport, started: datetime) -> set[str]:
    """Follow up all open writes of a system: read, link what was created, merge what is found. Returns what others may have waited for."""
    with world.store.begin() as tx:
        open_intents = tx.open_intents(system)
        if not world.safeguards.verify_unknown:
            tx.set_intents([(one.id, IntentState.STALE, "not followed up") for one in open_intents])
            return set()
    arrivals: set[str] = set()
    routes = {route.name: route for route in world.routes if route.mapping.system == system}
    for name, route in routes.items():
        mine = [intent for intent in open_intents if intent.mapping == name]
        if mine:
            arrivals |= _settle_route(world, route, mine, report, started)
    orphans = [intent for intent in open_intents if intent.mapping not in routes]
    if orphans:
        with world.store.begin() as tx:
            tx.set_intents([(one.id, IntentState.STALE, "the mapping is gone") for one in orphans])
    return arrivals


def _settle_route(
    world: World, route: Route, intents: Sequence[Intent], report: RunReport, started: datetime
) -> set[str]:
    connector = world.connectors[route.mapping.system]
    request = world.request(route.mapping.system, route.mapping.object)
    with world.store.begin() as tx:
        # who is still to be deleted is read again before anything is sent
        deletes = [one for one in intents if one.op == Op.DELETE.value]
        tx.set_intents([(one.id, IntentState.DONE, "looked for again") for one in deletes])
        intents = [one for one in intents if one.op != Op.DELETE.value]
        if not intents:
            return set()
        links = tx.links_by_id([one.link_id for one in intents])
        intents = _with_records(tx, route, intents, links)
        if not intents:
            return set()
    ids = {_record_of(one, links) for one in intents} - {""}
    records = connector.fetch(request, sorted(ids)) if ids else []
    creates = [one for one in intents if one.op == Op.CREATE.value and not _record_of(one, links)]
    created = _find_created(world, route, creates)
    early = {one.id for one in creates if one.id not in created and _too_early(world, route, one, started)}
    intents = [one for one in intents if one.id not in early]
    with world.store.begin() as tx:
        absorber = Absorber(tx, world, route, report, started)
        _link_created(tx, absorber, intents, links, created)
        if route.mapping.each:
            _link_created_rows(tx, route, request.columns, intents, links, records, report.run)
        found = [*records, *created.values()]
        looks = list(sightings(route.mapping, request.columns, found))
        confirm(tx, world, route, intents, looks, report.run, started)
        take_records(absorber, request.columns, found, doubt=False)
        done = f"settled by reading in run {report.run}"
        tx.set_intents([(one.id, IntentState.DONE, done) for one in intents])
        world.touch("intent.settled")
        return absorber.arrivals


def _with_records(
    tx: Transaction, route: Route, intents: Sequence[Intent], links: Mapping[str, Link]
) -> list[Intent]:
    """Rows that were made together with their record, now that it has an id; without those whose record may still be found."""
    parent = route.parent
    lost = [one for one in intents if one.op == Op.CREATE.value and not _record_of(one, links)]
    if parent is None or parent.ref is None or not lost:
        return list(intents)
    golden = tx.golden(route.model.name, sorted({one.entity_id for one in lost}))
    parents = {id: str(record.values[parent.index] or "") for id, record in golden.items()}
    records = tx.external_ids(route.mapping.system, parent.ref.entity, sorted({*parents.values()} - {""}))
    awaited = {one.entity_id for one in tx.open_intents(route.mapping.system)}
    lost_ids = {one.id for one in lost}
    told = [one for one in intents if one.id not in lost_ids]
    for one in lost:
        parent_id = parents.get(one.entity_id, "")
        if parent_id in records or parent_id not in awaited:
            told.append(replace(one, external_id=records.get(parent_id, "")))
    return told


def _too_early(world: World, route: Route, intent: Intent, started: datetime) -> bool:
    """May this create have happened although no search finds it yet? Then nothing is said of it in this run."""
    lag = world.connectors[route.mapping.system].capabilities.index_lag_s
    early = intent.at is not None and started - intent.at < timedelta(seconds=lag)
    if early and world.safeguards.wait_for_index:
        world.touch("intent.too_early")
        return True
    return False


def _record_of(intent: Intent, links: Mapping[str, Link]) -> str:
    """The record that was written to: known then, or by now."""
    link = links.get(intent.link_id)
    return intent.external_id or (link.external_id or "" if link is not None else "")


def _link_created(
    tx: Transaction,
    absorber: Absorber,
    intents: Sequence[Intent],
    links: Mapping[str, Link],
    created: Mapping[str, RawRecord],
) -> None:
    """Records that were created although nobody heard of it; one that belongs to somebody got its number by an edit (seed 3791)."""
    route = absorber.route
    taken = set(tx.link_marks(route.name, sorted({record.id for record in created.values()})))
    for intent in intents:
        link, record = links.get(intent.link_id), created.get(intent.id)
        if link is None or record is None or link.external_id is not None or (record.id, "") in taken:
            continue
        link.external_id, link.state = record.id, LinkState.LINKED
        tx.update_links([link])
        # listed before anybody knew whose it was, it waits to be matched (seed 2679)
        forget(tx, route, [(record.id, "")], absorber.report.run)
        absorber.note_arrival(link)
        absorber.world.touch("intent.found_created")


def confirm(
    tx: Transaction,
    world: World,
    route: Route,
    intents: Sequence[Intent],
    looks: Sequence[Sighting],
    run: str,
    started: datetime,
) -> None:
    """Note the agreements of writes whose reply was lost, as far as what they carried stands there now.

    What is written down of them is settled: the next run would write it down once more (seeds 6053, 8783, 9343, 13022).
    """
    by_key = {look.key: look for look in looks}
    links = tx.links_by_id([one.link_id for one in intents])
    golden = tx.golden(route.model.name, sorted({link.entity_id for link in links.values()}))
    confirmed, ledger = [], []
    settled: list[tuple[str, IntentState, str]] = []
    for intent in intents:
        link = links.get(intent.link_id)
        look = by_key.get((link.external_id or "", link.part)) if link is not None else None
        if link is None or look is None:
            continue
        changes = confirm_one(tx, world, route, remap(tx, link, route, run), intent, look, golden)
        if changes:
            world.touch("intent.confirmed")
            link.hash = b""
            settled.append((intent.id, IntentState.DONE, f"settled by reading in run {run}"))
            if intent.detail != OLD_ECHO:  # that write is in the ledger
                ledger.append(_ledger(route, intent, look, changes, started))
        confirmed.append(link)
    tx.update_links(confirmed)
    tx.write_ledger(ledger)
    tx.set_intents(settled)


def confirm_one(
    tx: Transaction,
    world: World,
    route: Route,
    link: Link,
    intent: Intent,
    look: Sighting,
    golden: Mapping[str, Golden],
) -> dict[str, dict[str, Raw]]:
    """Note in the link what stands there of this write; the changes for the ledger, by field."""
    changes = _adopt(route, link, intent, look)
    if intent.op == Op.CREATE.value:
        _note_unheard(route, link, intent, look)
        agree_on_strangers(tx, world, route, link, golden[link.entity_id], look)
        _agree_on_fillings(route, link, golden[link.entity_id], look)
    return changes


def _adopt(route: Route, link: Link, intent: Intent, look: Sighting) -> dict[str, dict[str, Raw]]:
    row = dict(zip(route.mapping.row_columns, look.values, strict=True))
    images = route.mapping.image(look.values)
    changes: dict[str, dict[str, Raw]] = {}
    for name, value in intent.fields.items():
        index = route.position.get(name)
        columns = () if index is None else route.mapping.fields[index].columns
        cells = {column: intent.cells[column] for column in columns if column in intent.cells}
        if index is None or not cells or not all(_stands(*cell, row[c]) for c, cell in cells.items()):
            continue
        link.seen[index], link.sent[index] = images[index], value
        for column, (before, after) in cells.items():
            changes[name] = {"column": column, "before": before, "after": after}
            changes[name]["cause"] = dict(intent.causes.get(name, {}))
            if row[column] != after and isinstance(row[column], str):
                changes[name]["stored"] = row[column]  # type: ignore[assignment]  # text, as was just asked
    return changes


def _note_unheard(route: Route, link: Link, intent: Intent, look: Sighting) -> None:
    """A record that is there holds what it was created with, or what became of that: it does not meet the hub for the first time.

    Taken for a first contact, an edit of it would be written over by a system of higher rank (seeds 1007, 1505). A blank was not kept.
    """
    for name, value in intent.fields.items():
        index = route.position.get(name)
        if index is None or link.seen[index] is not UNKNOWN or link.sent[index] is not UNKNOWN:
            continue
        image = route.mapping.image(look.values)[index]
        if image is not None and image is not ABSENT and not isinstance(image, Unreadable):
            link.sent[index] = value


def _stands(before: Raw, sent: Raw, held: RawValue) -> bool:
    """Is this what was sent, or what is left of it in a column that is too short? What is longer was typed by somebody (seed 153)."""
    if held == sent and type(held) is type(sent):
        return True
    if not isinstance(sent, str) or not isinstance(held, str) or held == before or len(held) > len(sent):
        return False
    return held.strip() != "" and sent.strip().startswith(held.strip())


def _ledger(
    route: Route, intent: Intent, look: Sighting, changes: Mapping[str, Mapping[str, Raw]], started: datetime
) -> LedgerRow:
    return LedgerRow(
        intent.run,
        started,
        intent.system,
        intent.entity,
        intent.entity_id,
        route.mapping.object,
        look.external_id,
        intent.op,
        changes,
    )


def _agree_on_fillings(route: Route, link: Link, golden: Golden, look: Sighting) -> None:
    """A 0 or a no in a field of a record just created for which nobody had a value: the system's filling, as when its reply arrives.

    Any other value may be what a person has typed since, so it counts as an edit. Found by killing syncs: a limit of 0 went everywhere.
    """
    images = route.mapping.image(look.values)
    for index, (mapped, image) in enumerate(zip(route.mapping.fields, images, strict=True)):
        if (
            isinstance(image, bool | int | Decimal)
            and image == 0
            and link.sent[index] is UNKNOWN
            and golden.values[mapped.index] is None
            and mapped.flow is not Flow.HUB_READS
        ):
            link.seen[index], link.sent[index] = image, None


def agree_on_strangers(
    tx: Transaction, world: World, route: Route, link: Link, golden: Golden, look: Sighting
) -> None:
    """References of a record just created that the system filled in itself, with somebody nobody knows (whoever creates is
    the owner): no edit, so there is nothing to wait for, and a later value of the hub may take their place.
    """
    observed = route.mapping.read(look.external_id, look.values)
    waiting = translate(tx, world, route, [observed]).apply(route, observed)
    images = route.mapping.image(look.values)
    for name in waiting:
        index = route.position[name]
        mapped = route.mapping.fields[index]
        if link.sent[index] is UNKNOWN and golden.values[mapped.index] is None:
            link.seen[index], link.sent[index] = images[index], None


def _find_created(world: World, route: Route, creates: Sequence[Intent]) -> dict[str, RawRecord]:
    """Which of these creates took effect although their reply was lost: intent id -> the record."""
    column = route.identity_column
    if not creates or not column:
        return {}
    keys = {one.id: _identity_of(route, one, column) for one in creates}
    connector = world.connectors[route.mapping.system]
    request = world.request(route.mapping.system, route.mapping.object)
    wanted = sorted({key for key in keys.values() if key})
    records = connector.find(request, column, wanted) if wanted else []
    place = request.columns.index(column) if column in request.columns else None
    by_key: dict[str, list[RawRecord]] = {}
    for record in records:
        key = str(record.values[place]) if place is not None else record.id
        by_key.setdefault(key, []).append(record)
    if place is None and len(wanted) == 1 and len(records) == 1:
        by_key = {wanted[0]: records}
    return {one.id: by_key[keys[one.id]][0] for one in creates if len(by_key.get(keys[one.id], ())) == 1}


def _identity_of(route: Route, intent: Intent, column: str) -> str:
    if column == route.mapping.hub_column:
        return intent.entity_id
    return str(intent.cells.get(column, (None, ""))[1] or "")


def _link_created_rows(
    tx: Transaction,
    route: Route,
    columns: Sequence[str],
    intents: Sequence[Intent],
    links: Mapping[str, Link],
    records: Iterable[RawRecord],
    run: str,
) -> None:
    """Rows whose creation was not confirmed: the row that holds all that was sent and belongs to nobody."""
    looks = list(sightings(route.mapping, columns, list(records)))
    taken = set(tx.link_marks(route.name, sorted({look.external_id for look in looks})))
    for intent in intents:
        link = links.get(intent.link_id)
        if link is None or link.part:
            continue
        for look in looks:
            row = dict(zip(route.mapping.row_columns, look.values, strict=True))
            same = all(row.get(name) == after for name, (_, after) in intent.cells.items() if name in row)
            if look.external_id == intent.external_id and look.part and look.key not in taken and same:
                link.external_id, link.part, link.state = look.external_id, look.part, LinkState.LINKED
                taken.add(look.key)
                tx.update_links([link])
                forget(tx, route, [look.key], run)
                break
