"""Match keys: by what a row that belongs to nobody could be recognised, and whether it could become a record at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from synchub.engine.fitness import quarantined, unfitness
from synchub.engine.identity import observed_key
from synchub.engine.references import translate
from synchub.engine.report import RunReport
from synchub.engine.sighting import of_unlinked
from synchub.engine.waiting_room import Key, aside_key, forget
from synchub.engine.world import Route, World
from synchub.model.values import Observed
from synchub.store import Transaction
from synchub.store.rows import Quarantined, Unlinked


@dataclass(slots=True)
class Keyed:
    """Rows that take part in a match, with their keys."""

    rows: list[Unlinked] = field(default_factory=list)
    bound: set[Key] = field(default_factory=set)
    """Rows whose match rules need a reference that is not known yet: they wait, or they would be created twice."""


def takes_part(route: Route, row: Unlinked) -> bool:
    """Has it an identity yet, and was it seen through the mapping as it is now?"""
    return not row.provisional and row.version == route.mapping.version


def keyed_at_sight(route: Route, rows: Sequence[Unlinked]) -> tuple[list[Unlinked], list[str]]:
    """These rows, with keys as far as what they say needs no other record; and the quarantine keys of those that are well.

    Who could never become a record gets none, and is set aside by the match.
    """
    if not route.keys_at_sight:
        return list(rows), []
    found, well = [], []
    for row in rows:
        if takes_part(route, row):
            values = route.mapping.read(row.external_id, row.values)  # type: ignore[arg-type]  # never UNKNOWN
            keys = _keys(route, values)
            if keys and unfitness(route, row.values, values) is None:
                well.append(aside_key(row.external_id, row.part))
                found.append(msgspec.structs.replace(row, keys=keys))
                continue
        found.append(row)
    return found, well


def give_keys(
    tx: Transaction,
    world: World,
    route: Route,
    rows: Sequence[Unlinked],
    report: RunReport,
    started: datetime,
) -> Keyed:
    """Set aside what could never become a record, and give the others their match keys."""
    observed = [route.mapping.read(row.external_id, row.values) for row in rows]  # type: ignore[arg-type]  # never UNKNOWN
    translation = translate(tx, world, route, observed)
    waiting = [bool(translation.apply(route, values)) for values in observed]
    unfit = set_aside_unfit(tx, world, route, rows, observed, report, started)
    keyed = Keyed()
    for row, values, waits in zip(rows, observed, waiting, strict=True):
        key = (row.external_id, row.part)
        if key in unfit:
            continue
        keys = _keys(route, values)
        keyed.rows.append(msgspec.structs.replace(row, keys=keys) if keys else row)
        if waits and _needs_reference(route, keys):
            keyed.bound.add(key)
    return keyed


def _keys(route: Route, values: Sequence[Observed]) -> list[tuple[int, str]]:
    """The match keys of a row: (rule number, key) for each rule whose fields all say something usable."""
    keys = ((number, observed_key(places, values)) for number, places in enumerate(route.match_places))
    return [(number, key) for number, key in keys if key is not None]


def _needs_reference(route: Route, keys: Sequence[tuple[int, str]]) -> bool:
    known = {number for number, _ in keys}
    return any(number not in known and refers for number, refers in enumerate(route.match_refers))


def set_aside_unfit(
    tx: Transaction,
    world: World,
    route: Route,
    rows: Sequence[Unlinked],
    observed: Sequence[Sequence[Observed]],
    report: RunReport,
    started: datetime,
) -> set[Key]:
    """Rows that could never become a record are set aside with the reason; who was and is fit again is released."""
    unfit: list[Quarantined] = []
    keys: set[Key] = set()
    for row, values in zip(rows, observed, strict=True):
        why = unfitness(route, row.values, values)
        if why is not None:
            keys.add((row.external_id, row.part))
            unfit.append(quarantined(route, of_unlinked(row), *why, report.run, started))
    if unfit:
        tx.quarantine(unfit)
        forget(tx, route, keys, report.run)
        report.add(route.mapping.system, route.mapping.object, "set_aside", len(unfit))
        world.touch("match.unfit")
    there = ((row.external_id, row.part) for row in rows)
    tx.release(route.name, [aside_key(*key) for key in there if key not in keys], "pull")
    return keys
