"""Impact: what another mapping would change, found by rehearsing both on the real systems. No write anywhere, the database as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from synchub.engine.report import Cell, RunReport
from synchub.engine.sync import plan
from synchub.engine.world import World
from synchub.model.values import Raw
from synchub.store.rows import LedgerRow

EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class GoldenChange:
    """A golden value that a run changes."""

    entity: str
    entity_id: str
    title: str
    field: str
    before: Raw
    after: Raw


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a run would do: the cells it writes, the golden values it changes."""

    report: RunReport
    golden: tuple[GoldenChange, ...]


@dataclass
class Group:
    """Changes of one field of the hub, or one column of a system."""

    place: str
    """``hub`` or the system."""
    object: str
    """The entity, or the object there."""
    name: str
    """The field of the hub, or the column there."""
    count: int = 0
    examples: list[GoldenChange | Cell] = field(default_factory=list)

    def add(self, change: GoldenChange | Cell) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(change)


@dataclass(frozen=True)
class Impact:
    """The difference between two mappings, by field and system."""

    golden: tuple[Group, ...]
    writes: tuple[Group, ...]
    avoided: tuple[Group, ...]
    """Writes that are due under the old mapping and would not happen under the new one."""
    old: RunReport
    new: RunReport
    first_contact: tuple[str, ...]
    """Mappings that would meet the hub for the first time; a person approves them."""

    @property
    def nothing(self) -> bool:
        return not (self.golden or self.writes or self.avoided or self.first_contact)


def rehearse(world: World, run: str, systems: Collection[str] | None = None) -> Rehearsed:
    """A whole sync, kept back: real reads, no write."""
    golden: list[GoldenChange] = []

    def witness(rehearsal: World) -> None:
        with rehearsal.store.begin() as tx:
            rows = [row for row in tx.run_ledger(run) if row.place == "hub"]
            titles = {
                entity: tx.field_values(
                    entity, model.title, sorted({r.entity_id for r in rows if r.entity == entity})
                )
                for entity, model in rehearsal.entities.items()
                if any(row.entity == entity for row in rows)
            }
        golden.extend(_golden(rows, titles))

    report = plan(world, run, systems, witness=witness).report
    return Rehearsed(report, tuple(golden))


def _golden(rows: Iterable[LedgerRow], titles: Mapping[str, Mapping[str, object]]) -> Iterator[GoldenChange]:
    """The last word on each field of each record."""
    found: dict[tuple[str, str, str], GoldenChange] = {}
    for row in rows:
        for name, change in row.changes.items():
            key = (row.entity, row.entity_id, name)
            before = found[key].before if key in found else change.get("before")
            title = str(titles.get(row.entity, {}).get(row.entity_id) or "")
            found[key] = GoldenChange(row.entity, row.entity_id, title, name, before, change.get("after"))
    yield from (one for one in found.values() if one.before != one.after)


def compare(old: Rehearsed, new: Rehearsed) -> Impact:
    """What the new mapping does beyond the old one, and what it leaves."""
    known = {(one.entity, one.entity_id, one.field): one.after for one in old.golden}
    golden = [
        one
        for one in new.golden
        if (key := (one.entity, one.entity_id, one.field)) not in known or known[key] != one.after
    ]
    before = {_cell_key(one): one for one in old.report.cells}
    after = {_cell_key(one): one for one in new.report.cells}
    writes = [one for key, one in after.items() if key not in before or before[key].after != one.after]
    avoided = [one for key, one in before.items() if key not in after]
    contact = tuple(name for name in new.report.first_contact if name not in old.report.first_contact)
    return Impact(
        _grouped(("hub", one.entity, one.field, one) for one in golden),
        _grouped((one.system, one.object, one.column, one) for one in writes),
        _grouped((one.system, one.object, one.column, one) for one in avoided),
        old.report,
        new.report,
        contact,
    )


def _cell_key(cell: Cell) -> tuple[str, str, str, str]:
    return cell.system, cell.object, cell.external_id, cell.column


def _grouped(changes: Iterable[tuple[str, str, str, GoldenChange | Cell]]) -> tuple[Group, ...]:
    groups: dict[tuple[str, str, str], Group] = {}
    for place, object, name, change in changes:
        groups.setdefault((place, object, name), Group(place, object, name)).add(change)
    return tuple(sorted(groups.values(), key=lambda one: (one.place, one.object, -one.count, one.name)))
