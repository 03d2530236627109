"""What a mapping costs: CPU time of each field's reading and writing, on rows that the hub remembers or on made-up ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from synchub.document import Keyword
from synchub.mapping.compile import getter, plans_of, putter, row_columns
from synchub.mapping.compiled import Flow, Image
from synchub.mapping.generate import Plan, read_function, write_function
from synchub.mapping.laws import samples
from synchub.mapping.spec import FieldEntry, MappingSpec
from synchub.mapping.stored import StoredRow
from synchub.model.values import UNKNOWN, Canonical, KindProblem, Label, Raw, RawValue, Reference, Unreadable

Timer = Callable[[], int]
"""CPU nanoseconds."""
_PASSES = 5
_MADE_UP = 200
_AS_WRITTEN = "1"
"""What stands in a column of an expression: text and number."""


@dataclass(frozen=True, slots=True)
class FieldCost:
    """CPU microseconds that the field adds to a record; None for a direction in which the field does not go, or of which there is no value to try."""

    name: str
    label: Label
    column: str
    format: Keyword
    read: float | None
    write: float | None

    @property
    def both(self) -> float:
        return (self.read or 0.0) + (self.write or 0.0)


@dataclass(frozen=True, slots=True)
class MappingCost:
    """Of one mapping. `read` and `write` are µs of a whole record, `fields` the dearest first; `made_up`: no row was remembered."""

    rows: int
    made_up: bool
    read: float
    write: float
    fields: tuple[FieldCost, ...]


def profile(
    spec: MappingSpec, stored: Sequence[StoredRow], timer: Timer = time.thread_time_ns
) -> MappingCost:
    """Read every row, and write every record as new, `_PASSES` times; the least counts, and nothing is remembered from pass to pass."""
    images = [_images(spec, row) for row in stored] or _made_up(spec)
    places = {column: index for index, column in enumerate(row_columns(spec))}
    rows = [_row(spec, places, image) for image in images]
    values = [_values(spec, image, row) for image, row in zip(images, stored, strict=False)] or [
        _values(spec, image, None) for image in images
    ]
    bare = (_reading(list, rows, timer), _writing(list, [{}] * len(rows), timer))
    costs = [_field(spec, place, rows, values, bare, timer) for place in range(len(spec.fields))]
    return MappingCost(
        len(rows),
        not stored,
        _reading(lambda: plans_of(spec), rows, timer),
        _writing(lambda: plans_of(spec), values, timer),
        tuple(sorted(costs, key=lambda one: -one.both)),
    )


def _field(
    spec: MappingSpec,
    place: int,
    rows: Sequence[Sequence[RawValue]],
    values: Sequence[Mapping[int, Canonical]],
    bare: tuple[float, float],
    timer: Timer,
) -> FieldCost:
    entry = spec.fields[place]
    own = [{0: one[place]} for one in values if place in one]

    def alone() -> list[Plan]:
        return [plans_of(spec)[place]]

    read = write = None
    if entry.flow is not Flow.HUB_WRITES:
        read = max(0.0, _reading(alone, rows, timer) - bare[0])
    if own:
        write = max(0.0, _writing(alone, own, timer) - bare[1])
    return FieldCost(entry.name, entry.field.label, entry.label_of_columns, entry.transform.name, read, write)


def _reading(plans: Callable[[], list[Plan]], rows: Sequence[Sequence[RawValue]], timer: Timer) -> float:
    def once() -> int:
        read = read_function(plans())
        started = timer()
        for row in rows:
            read("", row)
        return timer() - started

    return min(once() for _ in range(_PASSES)) / max(1, len(rows)) / 1000


def _writing(
    plans: Callable[[], list[Plan]], values: Sequence[Mapping[int, Canonical]], timer: Timer
) -> float:
    def once() -> int:
        made = plans()
        write, nothing = write_function(made), [None] * len(made)
        started = timer()
        for one in values:
            write(one, nothing)
        return timer() - started

    return min(once() for _ in range(_PASSES)) / max(1, len(values)) / 1000


def _images(spec: MappingSpec, row: StoredRow) -> list[Image]:
    return [None if image is UNKNOWN else image for image in row.images[: len(spec.fields)]]


def _row(spec: MappingSpec, places: Mapping[str, int], images: Sequence[Image]) -> list[RawValue]:
    """The row that has these images."""
    row: list[RawValue] = [None] * len(places)
    for entry, image in zip(spec.fields, images, strict=True):
        several = image if len(entry.columns) > 1 and isinstance(image, list) else [image]
        for column, value in zip(entry.columns, several, strict=False):
            row[places[column]] = value  # type: ignore[assignment]  # never UNKNOWN
    return row


def _values(spec: MappingSpec, images: Sequence[Image], row: StoredRow | None) -> dict[int, Canonical]:
    """What would be written of a record, by position: what both sides agreed on, or else what its columns mean; only what can be written."""
    found: dict[int, Canonical] = {}
    for place, entry in enumerate(spec.fields):
        if entry.flow is Flow.HUB_READS or not entry.column:
            continue
        agreed = row.agreed[place] if row is not None and entry.ref is None else UNKNOWN
        value = _meant(entry, images[place]) if agreed is UNKNOWN else agreed
        if isinstance(value, str | bool | list) and _raw(entry, value) is not None:
            found[place] = value
    return found


def _meant(entry: FieldEntry, image: Image) -> Canonical | None:
    if entry.transform.write_only:
        return next(iter(samples(entry.field.kind)), None)
    meant = getter(entry)(image)
    if isinstance(meant, Reference):
        return meant.key
    return None if isinstance(meant, Unreadable) or not isinstance(meant, str | bool | list) else meant


def _raw(entry: FieldEntry, value: Canonical) -> Raw:
    """How the value would be written; None where it cannot be."""
    try:
        return putter(entry, getter(entry))(value, None)
    except KindProblem:
        return None


def _made_up(spec: MappingSpec) -> list[list[Image]]:
    """Rows of made-up values, each column in turn."""
    columns = [list(islice(cycle(_column(entry)), _MADE_UP)) for entry in spec.fields]
    return [list(row) for row in zip(*columns, strict=True)]


def _column(entry: FieldEntry) -> list[Raw]:
    if entry.flow is Flow.HUB_READS and entry.transform.several:
        return [[_AS_WRITTEN] * len(entry.columns)]
    return [_raw(entry, value) for value in samples(entry.field.kind)] or [None]
