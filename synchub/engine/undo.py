"""Undo: the golden values that a run changed go back to what they were, unless somebody changed them since. Then everything follows as from any edit.

What a run created is not taken away, and a golden value that a later edit has moved stays: both are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from synchub.engine.absorb import Absorber
from synchub.engine.hub_edit import edit_golden
from synchub.engine.journal import raw_of
from synchub.engine.policies import HUB
from synchub.engine.report import RunReport
from synchub.engine.sync import Also, sync
from synchub.engine.world import World
from synchub.model.provenance import Origin
from synchub.model.values import Canonical, Raw
from synchub.store.rows import Golden, LedgerRow


@dataclass
class Undone:
    """What an undo came to. Each left-over is (entity, golden id, field)."""

    run: str
    fields: int = 0
    records: int = 0
    later: list[tuple[str, str, str]] = field(default_factory=list)
    """Changed again since: the later value stays."""
    created: list[tuple[str, str, str]] = field(default_factory=list)
    """Records that the run created: they stay."""
    report: RunReport | None = None


def undo(world: World, undone: str, run: str) -> Undone:
    """Take back what run `undone` changed in golden records, as part of a sync that first reads what people changed since."""
    result = Undone(undone)
    also: Also = partial(_take_back, result)
    result.report = sync(world, run, kind="undo", also=also)
    return result


def _take_back(result: Undone, world: World, report: RunReport, started: datetime) -> set[str]:
    with world.store.begin() as tx:
        rows = tx.run_ledger(result.run)
    by_entity: defaultdict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        if row.op == "create":
            result.created.append((row.entity, row.entity_id, row.place))
        elif row.place == HUB and row.op == "update":
            by_entity[row.entity].append(row)
    arrivals: set[str] = set()
    for entity, changed in by_entity.items():
        arrivals |= _restore(result, world, entity, changed, report, started)
    return arrivals


def _restore(
    result: Undone,
    world: World,
    entity: str,
    rows: Sequence[LedgerRow],
    report: RunReport,
    started: datetime,
) -> set[str]:
    route = next((one for one in world.routes if one.model.name == entity), None)
    if route is None:
        return set()
    with world.store.begin() as tx:
        golden = tx.golden(entity, sorted({row.entity_id for row in rows}), lock=True)
        absorber = Absorber(tx, world, route, report, started)
        for golden_id, record in golden.items():
            values = _before(result, world, [row for row in rows if row.entity_id == golden_id], record)
            origin = Origin(HUB, "", "", report.run, started)
            cause: dict[str, Raw] = {"why": "undo", "system": HUB, "run": result.run}
            changed = edit_golden(absorber, record, values, origin, cause)
            result.fields += len(changed)
            result.records += bool(changed)
        absorber.flush()
        world.touch("undo")
        return absorber.arrivals


def _before(
    result: Undone, world: World, rows: Sequence[LedgerRow], record: Golden
) -> dict[str, Canonical | None]:
    """What the fields held before the run, as far as nobody changed them since."""
    model = world.entities[rows[0].entity]
    first: dict[str, Raw] = {}
    last: dict[str, Raw] = {}
    for row in rows:
        for name, change in row.changes.items():
            if name in model.position and change.get("before") != change.get("after"):
                first.setdefault(name, change.get("before"))
                last[name] = change.get("after")
    values: dict[str, Canonical | None] = {}
    for name, before in first.items():
        if raw_of(record.values[model.position[name]]) != last[name] or record.state != "live":
            result.later.append((model.name, record.id, name))
        else:
            values[name] = before  # type: ignore[assignment]  # the ledger holds canonical values as they are
    return values
