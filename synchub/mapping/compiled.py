"""What a checked mapping becomes: data about its fields and one generated function per direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

from synchub.errors import Position
from synchub.model.entity import EntityModel
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT, Canonical, Observed, Raw, RawValue, Unknown, Unreadable


class Flow(StrEnum):
    """Which way a field's values go."""

    BOTH = "both"
    HUB_READS = "hub_reads"
    HUB_WRITES = "hub_writes"


class OnNew(StrEnum):
    """What a record that nobody knows yet becomes in the hub."""

    CREATE = "create"
    REVIEW = "review"
    IGNORE = "ignore"


class OnGone(StrEnum):
    """What follows for the hub when a record is not there any more, or leaves the scope."""

    UNLINK = "unlink"
    """Only the link ends; the golden record and its records elsewhere stay."""
    ARCHIVE = "archive"
    """Fields of the golden record take the values that the mapping names."""
    DELETE = "delete"
    """The golden record is deleted, and with it its records where `delete_there` permits."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """`values` are what an archived record gets, by field, canonical."""

    kind: OnGone
    values: Mapping[str, Canonical | None] = field(default_factory=dict)


KEEP = Reaction(OnGone.UNLINK)

Image: TypeAlias = "RawValue | Unknown"
"""The raw image of one mapped field: the value of its column, or a list of values when it has several columns."""


@dataclass(frozen=True, slots=True)
class RefSpec:
    """How a reference column is translated.

    `by` None: the raw value is the external id of a record in this system, translated by its links. `by` a field: it
    is that field's value in the referenced golden record (a name, a code). `parent`: there is no column; the reference is to the
    record that this row (`each`) belongs to.
    """

    entity: str
    by: str | None = None
    parent: bool = False


@dataclass(frozen=True, slots=True)
class MappedField:
    """One canonical field of a mapping."""

    name: str
    index: int
    """Position in `EntityModel.fields`."""
    columns: tuple[str, ...]
    flow: Flow
    ref: RefSpec | None
    lossy: bool
    hash: str
    """Of everything that decides how this field is read and written; a change re-baselines only this field."""
    position: Position
    whole: bool = True
    """Does one column hold exactly this field, so that a record can be looked up by it?"""


class Part(NamedTuple):
    """One record as this mapping sees it: the record itself (part ""), or one row of its list."""

    part: str
    values: Sequence[RawValue]
    """In the order of `CompiledMapping.row_columns`."""


class Written(NamedTuple):
    """What to write: the cells that differ from what is seen, and the images the written fields would then have."""

    cells: Mapping[str, Raw]
    images: Mapping[int, Raw]
    """By position in `CompiledMapping.fields`."""


ReadFunction: TypeAlias = "Callable[[str, Sequence[RawValue]], list[Observed]]"
ImageFunction: TypeAlias = "Callable[[Sequence[RawValue]], list[Image]]"
WriteFunction: TypeAlias = "Callable[[Mapping[int, Canonical | None], Sequence[Image]], Written]"


@dataclass(frozen=True, slots=True)
class Functions:
    """How the functions of a mapping are made. It takes milliseconds, and many a command reads no row, so each is made when it is first wanted."""

    read: Callable[[], ReadFunction]
    image: Callable[[], ImageFunction]
    write: Callable[[], WriteFunction]


@dataclass(frozen=True)
class CompiledMapping:
    """A mapping file, checked and compiled. Positions in `fields` are the positions of observations and images."""

    name: str
    system: str
    object: str
    entity: EntityModel
    fields: tuple[MappedField, ...]
    columns: tuple[str, ...]
    """What to ask the connector for; for `each` this holds the list's column."""
    row_columns: tuple[str, ...]
    """The columns of a `Part`; equal to `columns` without `each`."""
    version: str
    """Hash of the whole meaning; the same for a file in English and in Chinese keywords."""
    position: Position
    functions: Functions = field(repr=False)
    read_image: Callable[[int, Image], Observed]
    """(field position, image) -> what `read` would make of it. A reference by `parent` gives ABSENT."""
    on_new: OnNew = OnNew.CREATE
    create_there: bool = False
    hub_column: str = ""
    match: tuple[tuple[str, ...], ...] = ()
    """Canonical field names of the match rules, in order."""
    each: str = ""
    """The list column whose rows are the records."""
    line_id: str = ""
    """The column of a list row that identifies it."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Scope: column -> texts it must be one of."""
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Scope: column -> texts it must not be one of."""
    on_create: Mapping[str, str] = field(default_factory=dict)
    """Column -> constant text written when the hub creates the record."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Settings for the connector (header_row …)."""

    on_delete: Reaction = KEEP
    on_leave: Reaction = KEEP
    delete_there: bool = False
    """May the hub delete records in this system?"""

    frame: str = ""
    """Hash of everything but the fields. While it stays, an edit of the mapping asks for the fields that it changed only."""

    external_id: str = ""
    """The column that the file names as the record's id there; for people and checks, the id itself comes with the record."""

    @cached_property
    def read(self) -> ReadFunction:
        """(record id, part values) -> one observation per field."""
        return self.functions.read()

    @cached_property
    def image(self) -> ImageFunction:
        """Part values -> one image per field (what becomes `seen`)."""
        return self.functions.image()

    @cached_property
    def write(self) -> WriteFunction:
        """(field position -> value, current images) -> cells. Keeps the current writing where it already means the value.

        A reference field is given its translated external key. Raises KindProblem for a value this mapping cannot write.
        """
        return self.functions.write()

    def parts(self, record: RawRecord) -> Iterator[Part]:
        """The records this mapping sees in one raw record.

        With `each`, a row without a line id cannot be told from its neighbours and is not seen. A list that is absent or unreadable gives
        none: ask `parts_known` before taking that for an empty list.
        """
        if not self.each:
            yield Part("", record.values)
            return
        rows = record.values[0]
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                part = _text(cell(row, self.line_id))
                if part:
                    yield Part(part, [cell(row, column) for column in self.row_columns])

    def parts_known(self, record: RawRecord) -> bool:
        """Was the list there to be read? If not, rows that are missing from `parts` may well exist."""
        return not self.each or record.values[0] is None or isinstance(record.values[0], list)

    def in_scope(self, values: Sequence[RawValue]) -> bool:
        """Is this part within `only` and not `excluded`? An absent or unreadable column proves nothing, so the part is not."""
        seen = {column: values[self._places[column]] for column in self.scope_columns}
        return all(_text(seen[column]) in texts for column, texts in self.only.items()) and not any(
            seen[column] is ABSENT or isinstance(seen[column], Unreadable) or _text(seen[column]) in texts
            for column, texts in self.excluded.items()
        )

    @cached_property
    def scope_columns(self) -> tuple[str, ...]:
        """The columns that say whether a record is in scope; none where every record is."""
        return (*self.only, *self.excluded)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {column: index for index, column in enumerate(self.row_columns)}


def cell(row: Mapping[str, Raw], column: str) -> RawValue:
    """A column of a list row: a key, or a dotted path into nested objects; ABSENT where it leads nowhere."""
    if column in row:
        return row[column]
    found: Raw = dict(row)
    for step in column.split("."):
        if not isinstance(found, dict) or step not in found:
            return ABSENT
        found = found[step]
    return found


def _text(value: RawValue) -> str:
    """What a scope or a line id compares: plain text, "" for anything that is not one value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return value.strip() if isinstance(value, str) else ""
