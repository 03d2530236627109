"""Removing: records of golden records that were deleted are deleted in the systems whose mappings permit it.

Each is read first: who changed meanwhile is alive, and so is its golden record again. A delete whose reply is lost is found out by that same read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.identity import derived_id
from synchub.engine.journal import raw_image
from synchub.engine.looks import take_records
from synchub.engine.report import Cell, RunReport
from synchub.engine.throttling import hold_back
from synchub.engine.world import Route, World
from synchub.errors import ConnectorError, UnknownOutcomeError
from synchub.model.values import Raw
from synchub.sdk import Op, Outcome, OutcomeKind, Write
from synchub.store import Transaction
from synchub.store.rows import (
    Intent,
    IntentState,
    LedgerRow,
    Link,
    LinkState,
    Quarantined,
    TombState,
    Tombstone,
)

_CAUSE: dict[str, Raw] = {"why": "deleted"}
DELETING = "delete"
"""The stage of what is set aside here."""
_SAID = {OutcomeKind.OK, OutcomeKind.GONE, OutcomeKind.STALE, OutcomeKind.REJECTED}
"""Outcomes that are about one record: the others may still be asked for."""


def remove_route(world: World, route: Route, report: RunReport, started: datetime) -> set[str]:
    """Delete what is to be deleted of one mapping; returns what others may have waited for."""
    with world.store.begin() as tx:
        doomed = tx.tombstones(route.name, states=[TombState.REMOVING])
    arrivals: set[str] = set()
    capabilities = world.connectors[route.mapping.system].capabilities
    size = max(1, min(capabilities.write_batch, capabilities.read_batch))
    for start in range(0, len(doomed), size):
        batch, found = _still_doomed(world, route, doomed[start : start + size], report, started)
        arrivals |= found
        if batch and not _remove(world, route, batch, report, started):
            break
    _release(world, route)
    return arrivals


def _release(world: World, route: Route) -> None:
    """Who was refused and is not to be deleted any more, or is gone by now, is set aside no longer."""
    with world.store.begin() as tx:
        aside = {row.external_id for row in tx.quarantined(mapping=route.name, stage=DELETING)}
        if aside:
            doomed = {one.external_id for one in tx.tombstones(route.name, states=[TombState.REMOVING])}
            tx.release(route.name, sorted(aside - doomed), DELETING)


def _still_doomed(
    world: World, route: Route, doomed: Sequence[Tombstone], report: RunReport, started: datetime
) -> tuple[list[Link], set[str]]:
    """Whose records are there as they were; who is gone by itself is done with, who changed lives on."""
    request = world.request(route.mapping.system, route.mapping.object)
    ids = sorted({one.external_id for one in doomed})
    records = [one for one in world.connectors[route.mapping.system].fetch(request, ids) if not one.deleted]
    report.add(route.mapping.system, route.mapping.object, "fetched", len(records))
    etags = {record.id: record.etag for record in records}
    with world.store.begin() as tx:
        absorber = Absorber(tx, world, route, report, started)
        if world.safeguards.edit_beats_delete:
            take_records(absorber, request.columns, records, doubt=False)
        gone = [one.link_id for one in doomed if one.external_id not in etags]
        tx.mark_links(gone, LinkState.MISSING)
        tx.set_tombstones(gone, TombState.DONE)
        held = tx.tombstones_by_link([one.link_id for one in doomed])
        left = [one for one in held.values() if one.state is TombState.REMOVING]
        golden = tx.golden(route.model.name, sorted({one.entity_id for one in left}))
        alive = [
            one.link_id
            for one in left
            if (record := golden.get(one.entity_id)) is not None and record.state == "live"
        ]
        tx.set_tombstones(alive, TombState.DONE)  # an edit elsewhere has brought the golden record back
        still = [one.link_id for one in left if one.link_id not in alive]
        if len(still) + len(gone) < len(doomed):
            world.touch("remove.alive")
        # an edit without meaning leaves the link as it was, older etag included (seed 4152)
        links = [
            replace(link, etag=etags.get(link.external_id or "", link.etag))
            for link in tx.links_by_id(still).values()
        ]
        return links, absorber.arrivals


def _remove(world: World, route: Route, links: Sequence[Link], report: RunReport, started: datetime) -> bool:
    """Send the deletes; False when the system can take no more now."""
    request = world.request(route.mapping.system, route.mapping.object)
    writes = [
        Write(derived_id("intent", "delete", link.id), Op.DELETE, {}, link.external_id or "", etag=link.etag)
        for link in links
    ]
    intents = [_intent(link, report.run, started) for link in links]
    with world.store.begin() as tx:
        if world.safeguards.outbox:
            tx.save_intents(intents)
    try:
        outcomes = world.connectors[route.mapping.system].push(request, writes)
    except UnknownOutcomeError as error:
        outcomes = [Outcome(OutcomeKind.UNKNOWN, id=one.id, error=error) for one in writes]
    except ConnectorError as error:
        hold_back(world, report, route.mapping.system, error)
        outcomes = [Outcome(OutcomeKind.BLOCKED, id=one.id, error=error) for one in writes]
    with world.store.begin() as tx:
        for link, intent, outcome in zip(links, intents, outcomes, strict=True):
            _settle(tx, world, route, link, intent, outcome, report, started)
    return all(one.kind in _SAID for one in outcomes)


def _intent(link: Link, run: str, started: datetime) -> Intent:
    return Intent(
        derived_id("intent", run, "delete", link.id),
        run,
        link.id,
        link.system,
        link.mapping,
        Op.DELETE.value,
        link.external_id or "",
        link.entity,
        link.entity_id,
        0,
        {},
        {},
        {},
        IntentState.IN_FLIGHT,
        at=started,
    )


def _set_aside(
    tx: Transaction,
    route: Route,
    intent: Intent,
    outcome: Outcome,
    report: RunReport,
    started: datetime,
) -> None:
    """The system will not let it go (something refers to it): said in its own words, and asked again with every sync."""
    error = outcome.error
    assert error is not None
    place = route.mapping.system, route.mapping.object
    params = {key: str(value) for key, value in error.params.items()}
    row = Quarantined(
        route.name,
        *place,
        intent.external_id,
        intent.external_id,
        DELETING,
        error.code,
        params,
        {},
        report.run,
        started,
    )
    tx.quarantine([row])
    tx.set_intents([(intent.id, IntentState.REJECTED, str(error))])
    report.add(*place, "set_aside")


def _settle(
    tx: Transaction,
    world: World,
    route: Route,
    link: Link,
    intent: Intent,
    outcome: Outcome,
    report: RunReport,
    started: datetime,
) -> None:
    place = route.mapping.system, route.mapping.object
    world.touch(f"remove.{outcome.kind.value}")
    if outcome.kind is OutcomeKind.REJECTED:
        _set_aside(tx, route, intent, outcome, report, started)
        return
    if outcome.kind not in {OutcomeKind.OK, OutcomeKind.GONE}:
        unknown = outcome.kind is OutcomeKind.UNKNOWN
        state = IntentState.UNKNOWN if unknown else IntentState.BLOCKED
        tx.set_intents([(intent.id, state, str(outcome.error or ""))])
        report.add(*place, "unconfirmed" if unknown else "blocked")
        return
    tx.set_intents([(intent.id, IntentState.DONE, "")])
    tx.mark_links([link.id], LinkState.MISSING)
    tx.set_tombstones([link.id], TombState.DONE)
    if outcome.kind is OutcomeKind.GONE:
        return
    report.add(*place, "deleted_there")
    changes: dict[str, dict[str, Raw]] = {
        mapped.name: {
            "column": ", ".join(mapped.columns),
            "before": raw_image(seen),
            "after": None,
            "cause": _CAUSE,
        }
        for mapped, seen in zip(route.mapping.fields, link.seen, strict=False)
    }
    entity, external_id = link.entity, link.external_id or ""
    tx.write_ledger(
        [
            LedgerRow(
                report.run,
                started,
                place[0],
                entity,
                link.entity_id,
                place[1],
                external_id,
                "delete",
                changes,
            )
        ]
    )
    report.cells.append(
        Cell(*place, external_id, "delete", "", None, None, entity, link.entity_id, "", external_id, _CAUSE)
    )
