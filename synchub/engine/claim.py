"""Claim: rows of systems without identities of their own (workbooks) get one, before anything is linked to them.

The id is written into the hub column first; only then does the row take part. So a row that was typed while the file is open on somebody's screen waits, and
a crash between writing the id and recording it leaves a row that simply has an id.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from synchub.engine.fitness import unfitness
from synchub.engine.identity import derived_id
from synchub.engine.references import translate
from synchub.engine.report import Cell, RunReport
from synchub.engine.steps import left_out
from synchub.engine.throttling import hold_back
from synchub.engine.waiting_room import waiting_rows
from synchub.engine.world import Route, World
from synchub.errors import ConnectorError, Problem
from synchub.model.values import Raw
from synchub.sdk import Op, Outcome, OutcomeKind, Write
from synchub.store.rows import LedgerRow, Unlinked


def claim_route(world: World, route: Route, report: RunReport, started: datetime) -> None:
    """Give every provisional row of this mapping an identity, except those that could not become a record anyway."""
    connector = world.connectors[route.mapping.system]
    if not connector.capabilities.hub_column_is_identity or not route.mapping.hub_column:
        return
    rows = _provisional(world, route)
    size = max(1, connector.capabilities.write_batch)
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        writes = [_write(world, route, row) for row in batch]
        request = world.request(route.mapping.system, route.mapping.object)
        try:
            outcomes = connector.push(request, writes)
        except ConnectorError as error:
            hold_back(world, report, route.mapping.system, error)
            outcomes = [Outcome(OutcomeKind.BLOCKED, error=error) for _ in writes]
        _record(world, route, list(zip(batch, writes, outcomes, strict=True)), report, started)
        if left_out(report, route.mapping.system):
            break


def _provisional(world: World, route: Route) -> list[Unlinked]:
    found: list[Unlinked] = []
    with world.store.begin() as tx:
        for chunk in waiting_rows(tx, route):
            rows = [row for row in chunk if row.provisional and row.version == route.mapping.version]
            observed = [route.mapping.read(row.external_id, row.values) for row in rows]  # type: ignore[arg-type]  # never UNKNOWN
            translation = translate(tx, world, route, observed)
            for row, values in zip(rows, observed, strict=True):
                translation.apply(route, values)
                # A row that cannot become a record keeps its blank id, and is set aside by the match.
                found.append(
                    row
                    if unfitness(route, row.values, values) is None
                    else msgspec.structs.replace(row, provisional=False)
                )
        unfit = [row for row in found if not row.provisional]
        if unfit:
            tx.put_unlinked(unfit)
    return [row for row in found if row.provisional]


def _write(world: World, route: Route, row: Unlinked) -> Write:
    hub_id = derived_id("row", world.hub, route.name, row.external_id)
    column = route.mapping.hub_column
    return Write(
        derived_id("claim", hub_id),
        Op.UPDATE,
        {column: hub_id},
        row.external_id,
        column,
        hub_id,
        {column: None},
        row.etag,
    )


def _record(
    world: World,
    route: Route,
    results: list[tuple[Unlinked, Write, Outcome]],
    report: RunReport,
    started: datetime,
) -> None:
    system, object = route.mapping.system, route.mapping.object
    done: list[tuple[Unlinked, Unlinked]] = []
    ledger = []
    for row, write, outcome in results:
        if outcome.kind is not OutcomeKind.OK:
            report.add(system, object, "blocked")
            if outcome.error is not None:
                problem = Problem(outcome.error.code, outcome.error.params, severity="warning")
                if problem not in report.warnings:
                    report.warnings.append(problem)
            continue
        done.append((row, _claimed(route, row, outcome.id)))
        cell, written = _account(report, route, row, write, outcome.id, started)
        report.cells.append(cell)
        ledger.append(written)
    report.add(system, object, "cells_written", len(done))
    with world.store.begin() as tx:
        tx.drop_unlinked(route.name, [(old.external_id, old.part) for old, _ in done])
        tx.put_unlinked([new for _, new in done])
        tx.write_ledger(ledger)


def _account(
    report: RunReport, route: Route, row: Unlinked, write: Write, external_id: str, started: datetime
) -> tuple[Cell, LedgerRow]:
    """The cell an identity went into, for people and for the ledger."""
    system, object, column = route.mapping.system, route.mapping.object, write.hub_column
    cause: dict[str, Raw] = {"why": "identity"}
    cell = Cell(
        system,
        object,
        row.external_id,
        "update",
        column,
        None,
        write.hub_id,
        route.model.name,
        "",
        "",
        row.title or row.external_id,
        cause,
    )
    change: dict[str, Raw] = {"column": column, "before": None, "after": write.hub_id, "cause": cause}
    entity = route.model.name
    return cell, LedgerRow(
        report.run, started, system, entity, "", object, external_id, "update", {column: change}
    )


def _claimed(route: Route, row: Unlinked, external_id: str) -> Unlinked:
    values = list(row.values)
    if route.mapping.hub_column in route.mapping.row_columns:
        values[route.mapping.row_columns.index(route.mapping.hub_column)] = external_id
    return msgspec.structs.replace(
        row, external_id=external_id, values=values, provisional=False, hub_id=external_id
    )
