"""The state of a hub at a glance, read from the database alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from synchub.engine.world import Route, World
from synchub.store import Store, Transaction
from synchub.store.rows import Pause, TombState


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """One mapping at a glance. `links` counts by state; `unlinked` records belong to no golden record yet."""

    system: str
    object: str
    mapping: str
    entity: str
    links: dict[str, int]
    unlinked: int
    pending: int
    """Links the next sync will look at; counted up to 1000."""
    complete: bool
    """Has it ever been read completely?"""


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run; `state` is running | done | attention | unapproved | failed. `counts` by ``system/object``."""

    run: str
    kind: str
    started: datetime
    finished: datetime | None
    state: str
    counts: dict[str, dict[str, int]]
    calls: dict[str, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What no run ends by itself: open conflicts by kind, records set aside, deletions withheld, and what a person has paused."""

    conflicts: Mapping[str, int]
    quarantined: int
    paused: tuple[Pause, ...] = ()
    deletions: int = 0

    def __bool__(self) -> bool:
        return bool(self.conflicts or self.quarantined or self.paused or self.deletions)


@dataclass(frozen=True, slots=True)
class Status:
    """Golden records per entity, mappings, open conflicts by kind, quarantine, last runs (newest first), pauses."""

    hub: str
    folder: Path
    golden: dict[str, int]
    systems: tuple[SystemStatus, ...]
    conflicts: dict[str, int]
    quarantined: int
    runs: tuple[LastRun, ...]
    paused: tuple[Pause, ...] = ()
    deletions: int = 0

    @property
    def waiting(self) -> Waiting:
        return Waiting(self.conflicts, self.quarantined, self.paused, self.deletions)


def read_status(hub: str, folder: Path, world: World) -> Status:
    """Read it in one snapshot."""
    with world.store.read() as tx:
        waiting = _waiting(tx)
        return Status(
            hub,
            folder,
            {name: tx.count(name) for name in world.entities},
            tuple(_system(tx, route) for route in world.routes),
            dict(waiting.conflicts),
            waiting.quarantined,
            tuple(_runs(tx)),
            waiting.paused,
            waiting.deletions,
        )


def read_waiting(store: Store) -> Waiting:
    """The same questions alone, for the end of a run."""
    with store.read() as tx:
        return _waiting(tx)


def _waiting(tx: Transaction) -> Waiting:
    withheld = [one for one in tx.tombstones(states=[TombState.WITHHELD]) if not one.approval]
    return Waiting(tx.conflicts_by_kind(), tx.count_quarantined(), tuple(tx.pauses()), len(withheld))


def _system(tx: Transaction, route: Route) -> SystemStatus:
    mapping = route.mapping
    cursor = tx.cursor(mapping.system, mapping.object)
    return SystemStatus(
        mapping.system,
        mapping.object,
        mapping.name,
        mapping.entity.name,
        tx.links_by_state(mapping.name),
        tx.count_unlinked(mapping.name),
        len(tx.pending(mapping.name, mapping.entity.name, 1000)),
        cursor is not None and cursor.complete,
    )


def _runs(tx: Transaction) -> list[LastRun]:
    found = []
    for one in tx.runs(10):
        report = one.counts if isinstance(one.counts, dict) else {}
        counts, calls = report.get("counts"), report.get("calls")
        found.append(
            LastRun(
                one.id,
                one.kind,
                one.started,
                one.finished,
                one.state,
                {place: _numbers(row) for place, row in counts.items()} if isinstance(counts, dict) else {},
                _numbers(calls),
            )
        )
    return found


def _numbers(value: object) -> dict[str, int]:
    return (
        {str(key): number for key, number in value.items() if isinstance(number, int)}
        if isinstance(value, dict)
        else {}
    )
