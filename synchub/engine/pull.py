"""Pull: read what changed, page by page; a page, its merges and its token are committed together.

Rows that are linked are merged at once. Rows nobody knows wait in `unlinked` until all pulls are done, because a match needs to see both sides
whole. After the last page the cursor moves to the bound that the connector says it covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from synchub.engine.absence import Listing, look_for_absent, note_absent, sweep_scope
from synchub.engine.absorb import Absorber
from synchub.engine.arrivals import awaited
from synchub.engine.backfill import fact_of, fill_gap, pull_scope, stands_under
from synchub.engine.looks import take_records
from synchub.engine.rejects import set_aside
from synchub.engine.relink import relink
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.errors import ConnectorError
from synchub.sdk import Page, PullRequest
from synchub.stillness import still
from synchub.store import Transaction
from synchub.store.rows import CursorRow


def pull_object(
    world: World, system: str, object: str, report: RunReport, started: datetime, *, full: bool = False
) -> set[str]:
    """Pull one object of one system; returns keys and ids that others may have waited for. `full`: sweep it, whatever the cursor says."""
    routes = world.routes_of(system, object)
    request = world.request(system, object)
    scope = pull_scope(request, routes)
    row, filled = _brought_along(world, routes, scope, report, started, full=full)
    request = _request(world, routes, request, row, scope, started, full=full)
    whole_scope = sweep_scope(world, system, object)
    resumed = request.resume is not None
    stands = row is not None and stands_under(row, scope)
    ever_complete = row is not None and stands and row.complete
    held = row.cursor if row is not None and stands else None
    # an interrupted sweep takes nothing back of what was read before it
    listing = Listing(arrivals=filled)
    for page in _pages(world, request, system, scope):
        last = page.cursor is not None
        listing.note(page)
        absence = None
        if last and _counts(world, row, page, resumed=resumed, scope=whole_scope):
            absence = look_for_absent(world, routes, request, listing, report)
        # what is not believed is read again
        done = last and (system, object) not in report.doubtful
        swept = done and page.complete and not resumed
        reached = CursorRow(
            system,
            object,
            page.cursor if done else held,
            None if last else page.resume,
            scope + world.drift.mark(system, object),
            ever_complete or (done and page.complete),
            started if swept else row.swept if row is not None else None,
            whole_scope if swept else row.sweep_scope if row is not None else "",
        )
        if done and absence is None and not (page.records or page.unchanged or page.rejected):
            report.cursors.append(reached)
        else:
            with still(), world.store.begin() as tx:
                _apply_page(tx, world, routes, request, page, report, started, listing)
                if absence is not None:
                    note_absent(tx, world, routes, request, absence, listing, report, started)
                tx.put_cursor(reached)
        world.progress("pull", system, object, listing.usable)
    _look_at_survivors(world, routes, request, listing, report, started)
    return listing.arrivals


def _look_at_survivors(
    world: World,
    routes: Sequence[Route],
    request: PullRequest,
    listing: Listing,
    report: RunReport,
    started: datetime,
) -> None:
    """Records that others were merged into, looked at with the agreements that came to them; they may have been listed before."""
    for route in routes:
        ids = sorted(set(listing.merged.get(route.name, ())))
        if not ids:
            continue
        records = world.connectors[route.mapping.system].fetch(request, ids)
        with world.store.begin() as tx:
            absorber = Absorber(tx, world, route, report, started)
            take_records(absorber, request.columns, records, doubt=False)
            found = tx.links(route.name, [record.id for record in records])
            tx.clear_suspects([link.id for link in found.values()])
            listing.arrivals |= absorber.arrivals


def _brought_along(
    world: World, routes: Sequence[Route], scope: str, report: RunReport, started: datetime, *, full: bool
) -> tuple[CursorRow | None, set[str]]:
    """How far we were, once what edited mappings ask for has been read; and what others may have waited for."""
    place = routes[0].mapping.system, routes[0].mapping.object
    with world.store.read() as tx:
        row = tx.cursor(*place)
        begun = tx.fact(fact_of(*place))
        # the versions of mappings are part of the scope, and were saved before the cursor was
        unedited = row is not None and row.scope == scope
        new = [one for one in routes if not unedited and tx.mapping_version(one.mapping.version) is None]
    if new:
        _save_versions(world, new, started)
    if row is None or (stands_under(row, scope) and begun is None):
        return row, set()
    whole = full or _sweep_is_due(world, row, started)
    arrivals = fill_gap(world, routes, row, begun, report, started, whole=whole)
    with world.store.read() as tx:
        return tx.cursor(*place), arrivals


def _request(
    world: World,
    routes: Sequence[Route],
    request: PullRequest,
    row: CursorRow | None,
    scope: str,
    started: datetime,
    *,
    full: bool,
) -> PullRequest:
    """What to ask for: what changed, or everything where it was never read under this scope, or not for too long."""
    if row is None or not stands_under(row, scope):
        return replace(request, known=_nothing_known)
    sweeping = full or _sweep_is_due(world, row, started)
    return replace(
        request,
        cursor=None if sweeping else row.cursor,
        resume=row.resume,
        known=(lambda ids: _fingerprints(world, routes, ids)) if row.complete else _nothing_known,
    )


def _save_versions(world: World, routes: Sequence[Route], started: datetime) -> None:
    """What an agreement means is told by the mapping version it was made under."""
    with world.store.begin() as tx:
        for route in routes:
            mapping = route.mapping
            fields = [(one.name, one.hash) for one in mapping.fields]
            tx.save_mapping_version(mapping.version, mapping.name, fields, started, mapping.frame)


def _sweep_is_due(world: World, row: CursorRow, started: datetime) -> bool:
    if not world.safeguards.sweep or not row.complete:
        return False
    due = row.swept is None or row.swept + world.limits.sweep_every <= started
    if due:
        world.touch("sweep.due")
    return due


def _counts(world: World, row: CursorRow | None, page: Page, *, resumed: bool, scope: str) -> bool:
    """Does this listing say anything about who is not in it?"""
    if not page.complete:
        return False
    if not world.safeguards.whole_sweeps_only:
        return True
    if resumed:
        return False
    if row is None or row.swept is None or row.sweep_scope == scope:
        return True
    world.touch("sweep.other_scope")
    return False


def _pages(world: World, request: PullRequest, system: str, scope: str) -> Iterator[Page]:
    """The pages of a pull, one by one; all in one, or behind a cursor that is saved first, without the safeguards against that."""
    pages = world.connectors[system].pull(request)
    if world.safeguards.commit_per_page and world.safeguards.cursor_after_pages:
        yield from pages
        return
    found = list(pages)
    if not world.safeguards.cursor_after_pages:
        with world.store.begin() as tx:
            last = found[-1]
            tx.put_cursor(CursorRow(system, request.object, last.cursor, None, scope, last.complete))
    if world.safeguards.commit_per_page:
        yield from found
        return
    records = [record for page in found for record in page.records]
    unchanged = [id for page in found for id in page.unchanged]
    rejected = [row for page in found for row in page.rejected]
    yield replace(found[-1], records=records, unchanged=unchanged, rejected=rejected)


def move_cursor(world: World, system: str, object: str) -> None:
    """Move the cursor to now and read nothing: what a push does without `Safeguards.own_push_keeps_cursor`."""
    with world.store.begin() as tx:
        row = tx.cursor(system, object)
    if row is None or row.cursor is None:
        return
    request = replace(world.request(system, object), cursor=row.cursor)
    with suppress(ConnectorError):
        for page in world.connectors[system].pull(request):
            if page.cursor is not None:
                with world.store.begin() as tx:
                    tx.put_cursor(replace(row, cursor=page.cursor, resume=None))


def _nothing_known(ids: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG001 - the shape of `PullRequest.known`
    """Before a complete listing under this scope, no record has been read with all that its mappings ask for now."""
    return {}


def _fingerprints(world: World, routes: Sequence[Route], ids: Sequence[str]) -> Mapping[str, str]:
    """The listing fingerprints held; an id is known only if every mapping of the object has read its details as it is now."""
    if not routes:
        return {}
    with world.store.read() as tx:
        return tx.fingerprints(
            routes[0].mapping.system,
            routes[0].mapping.object,
            list(ids),
            versions={route.name: route.mapping.version for route in routes},
        )


def _apply_page(
    tx: Transaction,
    world: World,
    routes: Sequence[Route],
    request: PullRequest,
    page: Page,
    report: RunReport,
    started: datetime,
    listing: Listing,
) -> None:
    for route in routes:
        system, object = route.mapping.system, route.mapping.object
        absorber = Absorber(tx, world, route, report, started)
        looks = take_records(absorber, request.columns, page.records)
        report.add(system, object, "pulled", len(looks) + len(page.unchanged))
        report.add(system, object, "unchanged", len(page.unchanged))
        if absorber.merged:
            listing.merged[route.name] = relink(tx, world, route, absorber.merged, report, started)
        listing.arrivals |= awaited(absorber)
        set_aside(tx, route, page.rejected, report, started)
