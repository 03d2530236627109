"""Plan: from state alone, the cells in which a system differs from what the hub wants it to hold. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from synchub.engine.journal import origin_json
from synchub.engine.rehearsal import NEW
from synchub.engine.report import Cell
from synchub.engine.world import Route
from synchub.errors import Problem
from synchub.mapping.compiled import Image, Written
from synchub.model.values import ABSENT, UNKNOWN, Absent, Canonical, KindProblem, Raw, Unknown, Unreadable
from synchub.sdk import Op
from synchub.store.rows import ASIDE, OUTGOING, STOPPED, Golden, Link

Targets = Mapping[tuple[str, str], str | None]
"""(field, golden id) -> what this system calls the referenced record; None where it has none yet."""


@dataclass
class Planned:
    """What one link needs. Without cells there is nothing to send, only an agreement to note."""

    link: Link
    golden: Golden
    op: Op
    cells: dict[str, tuple[Raw, Raw]] = field(default_factory=dict)
    """Column -> (before, after)."""
    fields: dict[int, Canonical | None] = field(default_factory=dict)
    """Position in the mapping -> the golden value that the cells carry."""
    images: dict[int, Raw] = field(default_factory=dict)
    """What these fields would then look like, if the system stores them as sent."""
    waiting: dict[str, str] = field(default_factory=dict)
    """Fields whose target has no record here yet -> the golden id they wait for."""
    unwritable: dict[str, Problem] = field(default_factory=dict)
    """Fields whose value this mapping cannot express."""
    causes: dict[str, dict[str, Raw]] = field(default_factory=dict)
    beside: dict[str, Raw] = field(default_factory=dict)
    """Columns that merge together with those written -> what was seen in them: the write is meant for a record in which this stands."""
    too_early: bool = False
    """It is not made yet: what it must refer to is not known, or has no record here."""

    @property
    def quarantine_key(self) -> str:
        """Under which a refused write is set aside: the record's id, with its row if it is one; a record-to-be by its golden id."""
        if self.op is Op.CREATE or self.link.external_id is None:
            return NEW + self.golden.id
        return self.link.external_id + (f"#{self.link.part}" if self.link.part else "")


def plan_link(
    route: Route,
    link: Link,
    golden: Golden,
    targets: Targets,
    paused: Container[str] = (),
    *,
    whole: bool = False,
    unseen: Container[int] = (),
) -> Planned:
    """The cells to write for one link; `paused` fields rest, since their column is not there, and so does a group with an `unseen` one.

    `whole` writes every field, changed or not (without `Safeguards.patch`).
    """
    op = Op.UPDATE if link.external_id else Op.CREATE
    planned = Planned(link, golden, op)
    if ASIDE in link.holds:
        return planned
    values: dict[int, Canonical | None] = {}
    hidden = _half_seen(route, link, unseen) if op is Op.UPDATE else frozenset()
    for index in route.outgoing:
        mapped = route.mapping.fields[index]
        value, sent = golden.values[mapped.index], link.sent[index]
        if (
            mapped.name in link.holds
            or STOPPED + mapped.name in link.holds
            or mapped.name in link.waiting
            or mapped.name in paused
            or index in hidden
            or (mapped.ref is not None and mapped.ref.parent)
        ):
            continue
        kind = route.model.fields[mapped.index].kind
        if sent is not UNKNOWN and kind.equal(value, sent) and not whole:
            continue
        if (op is Op.CREATE and value is None) or nothing_to_say(value, sent, link.seen[index]):
            continue
        planned.fields[index] = value
        if mapped.ref is not None and isinstance(value, str):
            key = targets.get((mapped.name, value))
            if key is None:
                del planned.fields[index]
                planned.waiting[OUTGOING + mapped.name] = value
                continue
            values[index] = key
        else:
            values[index] = value
    if op is Op.CREATE and _misses_a_reference(route, planned):
        planned.too_early = True
        planned.fields.clear()
        return planned
    _write(route, planned, values)
    if op is Op.UPDATE:
        _note_beside(route, planned)
    if whole and planned.cells:
        _add_unchanged(route, planned, values)
    return planned


def _half_seen(route: Route, link: Link, unseen: Container[int]) -> frozenset[int]:
    """Fields that merge with one that was never seen there, or was not in the last look: what stands in them was not merged either.

    It is not written over, nor beside something that nobody knows (seed 12659).
    """
    return frozenset(
        index
        for unit in route.units
        if len(unit) > 1 and any(link.seen[index] is UNKNOWN or index in unseen for index in unit)
        for index in unit
    )


def _misses_a_reference(route: Route, planned: Planned) -> bool:
    """An order of nobody, a line of no order: systems refuse such a record, or keep it where nobody finds it."""
    for index in route.outgoing:
        mapped = route.mapping.fields[index]
        if mapped.ref is None or mapped.ref.parent or not route.model.fields[mapped.index].required:
            continue
        if planned.golden.values[mapped.index] is None or OUTGOING + mapped.name in planned.waiting:
            return True
    return False


def nothing_to_say(value: Canonical | None, sent: Canonical | Unknown | None, seen: Image) -> bool:
    """A blank golden value and a column that was never seen: to write a blank there could erase what we may not see."""
    return value is None and sent is UNKNOWN and (seen is UNKNOWN or seen is ABSENT)


def _write(route: Route, planned: Planned, values: dict[int, Canonical | None]) -> None:
    link = planned.link
    try:
        written = route.mapping.write(values, link.seen)
    except KindProblem:
        written = _write_one_by_one(route, planned, values)
    planned.images = dict(written.images)
    column_fields = {
        column: route.mapping.fields[index]
        for index in values
        for column in route.mapping.fields[index].columns
    }
    for column, after in written.cells.items():
        mapped = column_fields[column]
        planned.cells[column] = (_before(route, link, mapped.columns, column, mapped.name), after)
        planned.causes[mapped.name] = origin_json(planned.golden.provenance.get(mapped.name))
    if planned.op is Op.CREATE:
        for column, text in route.mapping.on_create.items():
            planned.cells.setdefault(column, (None, text))


def _note_beside(route: Route, planned: Planned) -> None:
    """What stands in the rest of a group that is written in part: written beside something else, it would make a pair that nobody typed (seed 4842)."""
    link, fields = planned.link, route.mapping.fields
    for unit in route.units:
        if len(unit) > 1 and not planned.fields.keys().isdisjoint(unit):
            for index in unit:
                if isinstance(link.seen[index], Unknown | Absent | Unreadable):
                    continue
                for column in fields[index].columns:
                    if column not in planned.cells:
                        columns, name = fields[index].columns, fields[index].name
                        planned.beside[column] = _before(route, link, columns, column, name)


def _add_unchanged(route: Route, planned: Planned, values: Mapping[int, Canonical | None]) -> None:
    """The columns that already hold what they should, written all the same."""
    for index in values:
        mapped, seen = route.mapping.fields[index], planned.link.seen[index]
        if len(mapped.columns) == 1 and isinstance(seen, str | bool | int | Decimal):
            planned.cells.setdefault(mapped.columns[0], (seen, seen))


def _write_one_by_one(route: Route, planned: Planned, values: dict[int, Canonical | None]) -> Written:
    cells: dict[str, Raw] = {}
    images: dict[int, Raw] = {}
    for index, value in list(values.items()):
        try:
            one = route.mapping.write({index: value}, planned.link.seen)
        except KindProblem as problem:
            mapped = route.mapping.fields[index]
            planned.unwritable[mapped.name] = Problem(problem.code, problem.params, mapped.position)
            del values[index]
            del planned.fields[index]
            continue
        cells.update(one.cells)
        images.update(one.images)
    return Written(cells, images)


def _before(route: Route, link: Link, columns: tuple[str, ...], column: str, name: str) -> Raw:
    seen = link.seen[route.position[name]]
    if len(columns) > 1 and isinstance(seen, list):
        seen = seen[columns.index(column)]
    return seen if isinstance(seen, str | bool | int | list | dict | Decimal) else None


def cells_of(route: Route, planned: Planned, hub_cells: Mapping[str, Raw]) -> list[Cell]:
    """The cells for people: `hub_cells` are those that carry no field (the hub column)."""
    link, golden = planned.link, planned.golden
    title = golden.values[route.model.position[route.model.title]]
    by_column = {
        column: one.name
        for one in route.mapping.fields
        for column in one.columns
        if one.name in planned.causes
    }
    made = {column: (None, value) for column, value in hub_cells.items() if column not in planned.cells}
    return [
        Cell(
            link.system,
            link.object,
            link.external_id or NEW + golden.id,
            planned.op.value,
            column,
            before,
            after,
            link.entity,
            golden.id,
            by_column.get(column, ""),
            str(title or ""),
            planned.causes.get(
                by_column.get(column, ""), {"why": "create" if planned.op is Op.CREATE else "identity"}
            ),
        )
        for column, (before, after) in {**planned.cells, **made}.items()
    ]
