"""Absence: what a complete listing says of records that are not in it.

It is the weakest evidence there is. It counts only in a listing read from its beginning to its end in one go, against the same account, scope
and columns as the one before, that is not empty, and only for records that a read by id does not find either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from synchub.engine.absorb import Absorber
from synchub.engine.identity import derived_id
from synchub.engine.looks import lose, take_records
from synchub.engine.multitude import Multitude
from synchub.engine.report import RunReport
from synchub.engine.waiting_room import Key, forget, key_pages
from synchub.engine.world import Route, World
from synchub.errors import Problem
from synchub.model.schema import RawRecord
from synchub.sdk import Page, PullRequest
from synchub.store import Transaction
from synchub.store.rows import Demise


@dataclass(slots=True)
class Listing:
    """What one pull has seen, for telling what was not there."""

    arrivals: set[str] = field(default_factory=set)
    merged: dict[str, list[str]] = field(default_factory=dict)
    """By mapping, the records that others were merged into."""
    there: Multitude = field(default_factory=Multitude)
    """Who is there, usable or not."""
    usable: int = 0
    """How many were listed that could be read."""

    def note(self, page: Page) -> None:
        """Who is on this page."""
        ids = [record.id for record in page.records if not record.deleted]
        self.usable += len(ids) + len(page.unchanged)
        self.there.update((*ids, *page.unchanged, *(one.id for one in page.rejected)))


@dataclass(slots=True)
class Absence:
    """Who is linked and was not listed, by mapping, and what a read by id found of them."""

    missing: dict[str, set[Key]] = field(default_factory=dict)
    found: Sequence[RawRecord] = ()


def sweep_scope(world: World, system: str, object: str) -> str:
    """Fingerprint of who asks for what: absence in a listing of another scope says nothing."""
    request = world.request(system, object)
    options = [f"{name}={value}" for name, value in sorted(request.options.items())]
    return derived_id("sweep", world.connectors[system].account, object, *options)


def look_for_absent(
    world: World, routes: Sequence[Route], request: PullRequest, listing: Listing, report: RunReport
) -> Absence:
    """Who is not in a complete listing, looked for by id. An empty listing says nothing about anybody."""
    absence = Absence()
    for route in routes:
        with world.store.begin() as tx:
            known = key_pages(partial(tx.linked_keys, route.name))
            gone = {key for keys in known for key in keys if key[0] not in listing.there}
        if gone and not listing.usable and world.safeguards.empty_source:
            place = {"system": route.mapping.system, "object": route.mapping.object, "count": len(gone)}
            report.warnings.append(Problem("E401", place, severity="warning"))
            report.doubtful.add((route.mapping.system, route.mapping.object))
            world.touch("pull.empty_source")
        else:
            absence.missing[route.name] = gone
    ids = sorted({key[0] for keys in absence.missing.values() for key in keys})
    if ids and world.safeguards.confirm_absence:
        absence.found = _read_by_id(world, routes[0].mapping.system, request, ids)
        report.add(routes[0].mapping.system, request.object, "fetched", len(absence.found))
    return absence


def _read_by_id(world: World, system: str, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
    connector = world.connectors[system]
    size = max(1, connector.capabilities.read_batch)
    return [
        record
        for start in range(0, len(ids), size)
        for record in connector.fetch(request, ids[start : start + size])
        if not record.deleted
    ]


def note_absent(
    tx: Transaction,
    world: World,
    routes: Sequence[Route],
    request: PullRequest,
    absence: Absence,
    listing: Listing,
    report: RunReport,
    started: datetime,
) -> None:
    """Those whom nobody found are missing; those whom only the listing had missed are looked at."""
    found = {record.id for record in absence.found}
    for route in routes:
        if route.name not in absence.missing:
            continue
        gone = {key for key in absence.missing[route.name] if key[0] not in found}
        marks = tx.link_marks(route.name, sorted({key[0] for key in gone}))
        links = {key: mark.link_id for key, mark in marks.items() if key in gone}
        lose(tx, world, route, links, report, Demise.SWEEP, started)
        _forget_unlisted(tx, route, listing, found, report)
        if absence.found:
            world.touch("sweep.found_by_id")
            absorber = Absorber(tx, world, route, report, started)
            take_records(absorber, request.columns, absence.found)
            listing.arrivals |= absorber.arrivals


def _forget_unlisted(
    tx: Transaction, route: Route, listing: Listing, found: set[str], report: RunReport
) -> None:
    """Rows that waited, or were set aside, and are not there any more."""

    def is_there(id: str) -> bool:
        return id in listing.there or id in found

    for keys in key_pages(partial(tx.unlinked_keys_behind, route.name)):
        forget(tx, route, {key for key in keys if not is_there(key[0])}, report.run)
    stale = [
        row.external_id
        for row in tx.quarantined(mapping=route.name, stage="pull")
        if not is_there(row.external_id) and not is_there(row.external_id.partition("#")[0])
    ]
    tx.release(route.name, stale, "pull")
