"""The checked meaning of a mapping file: names resolved, formats chosen, nothing left to guess. What the compiler works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from synchub.document import Scalar
from synchub.errors import Position
from synchub.mapping.compiled import KEEP, Flow, OnNew, Reaction, RefSpec
from synchub.mapping.transforms import Loss, Transform
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.values import Canonical


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What to do with a value that cannot be read.

    ``review`` holds the field and lets the rest flow, ``error`` sets the whole record aside, ``keep`` takes the text as it is, ``use``
    reads every such value as one given value.
    """

    action: Literal["review", "keep", "error", "use"] = "review"
    value: Canonical | None = None


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """One line of `fields`: a canonical field, its column, and how they mean the same."""

    field: FieldSpec
    index: int
    column: str
    """"" for a reference to the record that the row belongs to."""
    transform: Transform
    flow: Flow
    otherwise: Otherwise
    ref: RefSpec | None
    lossy: str
    """The reason that the file gives; "" when it declares none."""
    position: Position
    column_at: Position
    flow_at: Position | None
    """Where a flow is written out."""
    more: tuple[Scalar, ...] = ()
    """Further columns of an entry that has several, in the order of its transform."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All its columns."""
        return ((self.column,) if self.column else ()) + tuple(one.text for one in self.more)

    @property
    def placed_columns(self) -> tuple[tuple[str, Position], ...]:
        """The same with the places where they stand."""
        return ((self.column, self.column_at), *((one.text, one.position) for one in self.more))

    @property
    def label_of_columns(self) -> str:
        """For messages."""
        return ", ".join(self.columns)

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def loss(self) -> Loss:
        if self.flow is not Flow.BOTH:
            return Loss.ONE_WAY
        return Loss.LOSSY if self.lossy else self.transform.loss


@dataclass(frozen=True, slots=True)
class Case:
    """A test in a mapping file. `flow` both: what is read, and that writing it back changes nothing."""

    name: str
    flow: Flow
    external: tuple[tuple[Scalar, Scalar], ...]
    canonical: tuple[tuple[Scalar, Scalar], ...]
    review: tuple[Scalar, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class MappingSpec:
    """A mapping file, checked on its own."""

    name: str
    system: str
    object: str
    entity: EntityModel
    fields: tuple[FieldEntry, ...]
    position: Position
    places: Mapping[str, Position] = field(default_factory=dict)
    """Where things stand that later checks talk about: ``object``, ``hub_id``, ``each``, ``scope:COLUMN``, ``on_create:COLUMN`` …"""
    on_new: OnNew = OnNew.CREATE
    create_there: bool = False
    hub_column: str = ""
    external_id: str = ""
    match: tuple[tuple[str, ...], ...] = ()
    each: str = ""
    line_id: str = ""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on_create: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    on_delete: Reaction = KEEP
    on_leave: Reaction = KEEP
    delete_there: bool = False

    def place(self, what: str) -> Position:
        return self.places.get(what, self.position)
