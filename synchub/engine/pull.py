"""Pull: read what changed, page by page; a page, its merges and its token are committed together.

Rows that are linked are merged at once. Rows nobody knows wait in `unlinked` until all pulls are done, because a match needs to see both sides
whole. After the last page the cursor moves to the bound that the connector says it covered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.identity import derived_id
from synchub.engine.looks import lose, take_records
from synchub.engine.report import RunReport
from synchub.engine.waiting_room import forget
from synchub.engine.world import Route, World
from synchub.errors import Problem
from synchub.model.values import Raw
from synchub.sdk import Page, PullRequest
from synchub.store import Transaction
from synchub.store.rows import CursorRow, Quarantined


@dataclass(slots=True)
class _Listing:
    """What one pull has seen, for telling what was not there."""

    ids: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    arrivals: set[str] = field(default_factory=set)


def pull_object(
    world: World, system: str, object: str, report: RunReport, started: datetime, *, full: bool = False
) -> set[str]:
    """Pull one object of one system; returns keys and ids that others may have waited for."""
    routes = world.routes_of(system, object)
    request = world.request(system, object)
    scope = derived_id("scope", *request.columns, *(route.mapping.version for route in routes))
    with world.store.begin() as tx:
        row = tx.cursor(system, object)
        for route in routes:
            fields = [(one.name, one.hash) for one in route.mapping.fields]
            tx.save_mapping_version(route.mapping.version, route.name, fields, started)
    usable = row is not None and row.scope == scope and not full
    ever_complete = usable and row is not None and row.complete
    request = replace(
        request,
        cursor=row.cursor if usable and row is not None else None,
        resume=row.resume if usable and row is not None else None,
        known=(lambda ids: _fingerprints(world, routes, ids)) if ever_complete else _nothing_known,
    )
    resumed = request.resume is not None
    listing = _Listing()
    for page in world.connectors[system].pull(request):
        last = page.cursor is not None
        complete = page.complete and not resumed
        with world.store.begin() as tx:
            _apply_page(tx, world, routes, request, page, report, started, listing)
            if last and complete:
                _mark_missing(tx, world, routes, listing, report)
            # what is not believed is read again
            done = last and (system, object) not in report.doubtful
            cursor = page.cursor if done else request.cursor
            whole = ever_complete or (done and page.complete)
            read_as = scope + world.drift.mark(system, object)
            tx.put_cursor(CursorRow(system, object, cursor, None if last else page.resume, read_as, whole))
        world.progress("pull", system, object, len(listing.ids))
    return listing.arrivals


def _nothing_known(ids: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG001 - the shape of `PullRequest.known`
    """Before a complete listing under this scope, no record has been read with all that its mappings ask for now."""
    return {}


def _fingerprints(world: World, routes: Sequence[Route], ids: Sequence[str]) -> Mapping[str, str]:
    """The listing fingerprints held; an id is known only if every mapping of the object has read its details."""
    if not routes:
        return {}
    with world.store.begin() as tx:
        return tx.fingerprints(
            routes[0].mapping.system,
            routes[0].mapping.object,
            list(ids),
            mappings=[route.name for route in routes],
        )


def _apply_page(
    tx: Transaction,
    world: World,
    routes: Sequence[Route],
    request: PullRequest,
    page: Page,
    report: RunReport,
    started: datetime,
    listing: _Listing,
) -> None:
    listing.ids.update(record.id for record in page.records if not record.deleted)
    listing.ids.update(page.unchanged)
    for route in routes:
        system, object = route.mapping.system, route.mapping.object
        absorber = Absorber(tx, world, route, report, started)
        looks = take_records(absorber, request.columns, page.records)
        report.add(system, object, "pulled", len(looks) + len(page.unchanged))
        report.add(system, object, "unchanged", len(page.unchanged))
        listing.arrivals |= absorber.arrivals
        _set_aside(tx, route, page, report, started)
    listing.rejected.update(row.id for row in page.rejected)


def _set_aside(tx: Transaction, route: Route, page: Page, report: RunReport, started: datetime) -> None:
    if not page.rejected:
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
            for row in page.rejected
        ]
    )
    ids = [row.id for row in page.rejected]
    forget(tx, route, tx.unlinked_keys(route.name, ids), report.run)
    report.add(mapping.system, mapping.object, "set_aside", len(page.rejected))


def _json(value: object) -> Raw:
    return value if isinstance(value, str | bool | int | list | dict) or value is None else str(value)


def _mark_missing(
    tx: Transaction, world: World, routes: Sequence[Route], listing: _Listing, report: RunReport
) -> None:
    """After a complete listing: links whose record was not in it. An empty listing says nothing about anybody."""
    for route in routes:
        system, object = route.mapping.system, route.mapping.object
        known = tx.all_external_ids(route.name)
        gone = {key for key in known if key[0] not in listing.ids and key[0] not in listing.rejected}
        if gone and not listing.ids:
            report.warnings.append(
                Problem("E401", {"system": system, "object": object, "count": len(gone)}, severity="warning")
            )
            report.doubtful.add((system, object))
            world.touch("pull.empty_source")
            continue
        marks = tx.link_marks(route.name, sorted({key[0] for key in gone}))
        lose(tx, route, {key: mark.link_id for key, mark in marks.items() if key in gone}, report)
        _forget_unlisted(tx, route, listing, report)


def _forget_unlisted(tx: Transaction, route: Route, listing: _Listing, report: RunReport) -> None:
    """Rows that waited, or were set aside, and are not there any more."""
    there = listing.ids | listing.rejected
    forget(tx, route, {key for key in tx.unlinked_keys(route.name) if key[0] not in there}, report.run)
    stale = [
        row.external_id
        for row in tx.quarantined(mapping=route.name, stage="pull")
        if row.external_id not in there and row.external_id.partition("#")[0] not in there
    ]
    tx.release(route.name, stale, "pull")
