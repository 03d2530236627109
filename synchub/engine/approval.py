"""Approval: what a person must have seen before it happens, and how it is named.

That is a first contact, the first run after a database came out of a backup, and an edit of mappings that rewrites values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

import msgspec

from synchub.engine.edited import needs_nobody
from synchub.engine.identity import derived_id
from synchub.engine.reconcile import moved, reconcile
from synchub.engine.rehearsal import GuardedAll
from synchub.engine.report import RunReport
from synchub.engine.steps import usable
from synchub.engine.world import World
from synchub.errors import UnapprovedPlanError
from synchub.model.values import Raw
from synchub.store import Store, Transaction
from synchub.store.restored import note_seen, restored_at
from synchub.store.rows import Plan as FirstContact

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=repr)


def first_contacts(
    tx: Transaction, world: World, report: RunReport, systems: Collection[str] | None
) -> list[str]:
    """Mappings of this run that have never been in agreement with the hub: no plan that covers them was ever approved.

    A system that is down meets the hub another day: a first contact needs everything it has.
    """
    approved = {
        name
        for summary in tx.approved()
        if isinstance(names := summary.get("mappings"), list)
        for name in names
    }
    return [
        route.name for route in world.routes if route.name not in approved and usable(report, route, systems)
    ]


def restored_when(tx: Transaction, world: World) -> str:
    """When the database came out of a backup, "" when it did not or a person has approved what follows."""
    return restored_at(tx) if world.safeguards.restore_epoch else ""


def require_approval(
    world: World,
    report: RunReport,
    started: datetime,
    approve: str | None,
    approve_unique_keys: bool,
    systems: Collection[str] | None,
) -> bool:
    """Raises UnapprovedPlanError; True when the rehearsal wrote nothing anywhere, so that it stands as the thing itself.

    A load of a hundred thousand records is not done twice for it.
    """
    with world.store.rehearsal() as store:
        rehearsed = RunReport(
            report.run,
            "plan",
            failures=dict(report.failures),
            first_contact=report.first_contact,
            doubtful=report.doubtful,
            busy=report.busy,
            throttled=report.throttled,
            waits=report.waits,
            edited=report.edited,
            restored=report.restored,
            resuming=report.resuming or moved(report),  # it counts nothing of what was read before it
        )
        reconcile(world.rehearsal(store, GuardedAll(world.connectors)), rehearsed, started, systems)
        plan_id = digest(rehearsed)
        unique_only = _only_unique(world) and not rehearsed.decided.total("review")
        excused = (approve_unique_keys and unique_only if report.first_contact else not report.restored) and (
            not report.edited or needs_nobody(rehearsed)
        )
        if report.edited and not report.first_contact:
            world.touch(
                "edit.excused" if excused else "edit.approved" if approve == plan_id else "edit.asked"
            )
        if approve != plan_id and (report.restored or not excused):
            raise UnapprovedPlanError(
                "E103" if report.restored else "E101" if report.first_contact else "E104",
                plan=plan_id,
                mappings=", ".join(report.first_contact or report.edited),
                given=approve or "",
            )
        stands = not rehearsed.cells and rehearsed.failures == report.failures
        if stands:
            _note_approval(store, report, rehearsed, plan_id, started, approve)
            store.keep()
    if stands:
        report.take_over(rehearsed)
    else:
        _note_approval(world.store, report, rehearsed, plan_id, started, approve)
    return stands


def _note_approval(
    store: Store,
    report: RunReport,
    rehearsed: RunReport,
    plan_id: str,
    started: datetime,
    approve: str | None,
) -> None:
    summary: dict[str, Raw] = {
        "mappings": [*report.first_contact],
        "decisions": rehearsed.decided.counts.total(),
        "cells": len(rehearsed.cells),
    }
    with store.begin() as tx:
        tx.put_plan(FirstContact(plan_id, report.run, started, plan_id, summary))
        tx.approve_plan(plan_id, "config" if approve != plan_id else "person")
        if report.restored:
            note_seen(tx)
    report.restored = ""


def _only_unique(world: World) -> bool:
    """Do all first-contact rules match on fields declared unique?"""
    return all(
        len(names) == 1 and route.model[names[0]].unique
        for route in world.routes
        for names in route.mapping.match
    )


def digest(report: RunReport) -> str:
    """8 characters that name exactly these decisions and these cells, and which mappings meet the hub for the first time.

    Without the latter a first contact with nothing to do would be the same plan for every system, and one approval would take back another.
    """
    cells = sorted(
        _encoder.encode([one.system, one.object, one.external_id, one.op, one.column, one.before, one.after])
        for one in report.cells
    )
    contacts = [name.encode() for name in sorted(report.first_contact)]
    parts = [report.decided.fingerprint.encode(), b"--", *cells, b"--", *contacts]
    if report.restored:
        parts.append(report.restored.encode())
    parts += [f"edited {name}".encode() for name in sorted(report.edited)]
    whole = hashlib.blake2b(b"\n".join(parts), digest_size=8).hexdigest()
    return derived_id("plan", whole)[:8]
