"""Golden records as rows of their entity's table, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import Table

from synchub.errors import StoreError
from synchub.model.entity import EntityModel
from synchub.model.values import Canonical
from synchub.store import tables
from synchub.store.codec import decode, decode_provenance, encode, encode_provenance
from synchub.store.columns import FieldColumns, Storage, storage_of
from synchub.store.rows import Golden, differing
from synchub.store.standard import STANDARD
from synchub.store.statements import quote

_HEAD: Final = ("rev", "state", "merged_into", "updated_at", "exact", "provenance")
_READ_FIRST: Final = ("id", "rev", "state", "merged_into", "custom", "exact", "provenance")
_READ_AS_TEXT: Final = frozenset({"custom", "exact", "provenance"})


class Part(NamedTuple):
    """Some fields of an entity, as a statement writes them."""

    typed: Sequence[tuple[int, FieldColumns, bool, Sequence[None]]]
    """Position, columns, are they one of text, and their cells when the field is empty."""
    custom: Sequence[tuple[int, str]]
    former: Mapping[str, None]
    """What ``custom`` may still hold of fields that have columns by now."""
    columns: tuple[str, ...]
    """What `to_row` fills."""


class EntityRows:
    """One entity of this hub on one database: which field lives in which columns, which in ``custom``."""

    def __init__(self, model: EntityModel, *, postgres: bool) -> None:
        if model.name not in tables.ENTITIES:
            raise StoreError("S105", entity=model.name, known=", ".join(sorted(tables.ENTITIES)))
        self.model = model
        self.table: Table = tables.ENTITIES[model.name]
        self.postgres = postgres
        self.typed: list[tuple[int, FieldColumns]] = []
        self.custom: list[tuple[int, str]] = []
        self._selected: dict[str, str] = {}
        standard = STANDARD[model.name]
        for index, spec in enumerate(model.fields):
            storage = storage_of(spec.kind)
            if not spec.custom and standard.get(spec.name) is storage:
                scale = getattr(spec.kind, "scale", 0)
                self.typed.append((index, FieldColumns(spec.name, storage, postgres, scale)))
            else:
                self.custom.append((index, spec.name))

    @cached_property
    def name(self) -> str:
        """The table's name, quoted."""
        return quote(self.table.name)

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The columns of a new row."""
        return (*_HEAD, "custom", *_columns(self.typed))

    @cached_property
    def whole(self) -> Part:
        """All fields."""
        return _part(self.typed, self.custom, dict.fromkeys(self._standard))

    @cached_property
    def _standard(self) -> frozenset[str]:
        return frozenset(field.name for _, field in self.typed)

    def moved(self, records: Iterable[Golden]) -> Part:
        """What an update of these must write: the fields that one of them holds otherwise than it was read."""
        moved: set[int] = set()
        for golden in records:
            if golden.read_as is None:
                return self.whole
            moved.update(differing(golden.read_as, golden.values))
        custom = [one for one in self.custom if one[0] in moved]
        typed = [one for one in self.typed if one[0] in moved]
        return _part(typed, custom)

    def selected(self, alias: str) -> str:
        """The select list that `from_row` reads: a cell for each field in its place, then the currencies."""
        known = self._selected.get(alias)
        if known is not None:
            return known
        as_text = "::text" if self.postgres else ""
        first = [f"{alias}.{name}{as_text if name in _READ_AS_TEXT else ''}" for name in _READ_FIRST]
        cells = ["NULL"] * len(self.model.fields)
        for index, field in self.typed:
            cells[index] = f"{alias}.{quote(field.name)}{as_text if field.storage is Storage.LIST else ''}"
        seconds = [f"{alias}.{quote(name)}" for _, field in self.typed for name in field.columns[1:]]
        self._selected[alias] = ", ".join([*first, *cells, *seconds])
        return self._selected[alias]

    @cached_property
    def _joined(self) -> Sequence[tuple[int, FieldColumns, int]]:
        """The fields whose cell is not yet their value: position, columns, and where a row of `selected` has their currency, 0 if they have none."""
        found = []
        last = len(_READ_FIRST) + len(self.model.fields) - 1
        for index, field in self.typed:
            seconds = len(field.columns) - 1
            last += seconds
            if not field.as_it_is:
                found.append((index, field, last * seconds))
        return found

    @cached_property
    def merged(self) -> Mapping[str, str]:
        """How an update takes the custom values of its part: those of fields unknown here stay."""
        postgres, sqlite = "jsonb_strip_nulls(custom || ?::jsonb)", "json_patch(custom, ?)"
        return {"custom": postgres if self.postgres else sqlite}

    def to_row(self, golden: Golden, now: str, part: Part | None = None) -> tuple[Any, ...]:
        """The cells of a new row, or those of the `part` that an update writes; `now` as `instant_text`."""
        provenance = encode_provenance(golden.provenance)
        head = (golden.rev, golden.state, golden.merged_into, now)
        return (*head, *self.fields_of(golden.values, provenance, part))

    def fields_of(
        self, values: Sequence[Canonical | None], provenance: str, part: Part | None = None
    ) -> tuple[Any, ...]:
        """The last cells of `to_row`: where the record's values came from, and those that they fill."""
        exact: dict[str, Canonical] = {}
        cells: list[Any] = []
        for index, field, is_text, blank in (part or self.whole).typed:
            value = values[index]
            if value is None:
                cells += blank
                continue
            if is_text and type(value) is str and not (self.postgres and "\0" in value):
                cells.append(value)
                continue
            own, faithful = field.split(value)
            cells.extend(own)
            if not faithful:
                exact[field.name] = value
        if part is None:
            custom = {name: values[index] for index, name in self.custom if values[index] is not None}
        elif part.custom or part.former:  # an update takes away what is named and empty
            custom = {**part.former, **{name: values[index] for index, name in part.custom}}
        else:
            return encode(exact) if exact else None, provenance, *cells
        if self.postgres and custom:
            self.move_nul(custom, exact)
        return encode(exact) if exact else None, provenance, encode(custom), *cells

    @staticmethod
    def move_nul(custom: dict[str, Canonical | None], exact: dict[str, Canonical]) -> None:
        """JSONB has no NUL; plain JSON, where `exact` is kept, has."""
        for name, value in list(custom.items()):
            if value is not None and "\\u0000" in encode(value):
                exact[name] = value
                custom[name] = None

    def from_row(self, row: Sequence[Any]) -> Golden:
        """The golden record of a row of `selected`."""
        values: list[Canonical | None] = list(row[self._cells])
        for index, field, second in self._joined:
            if values[index] is not None:
                values[index] = field.join((values[index], row[second]))
        named = decode(row[4]) if row[4] != "{}" else {}
        self._fill(values, named)
        read_as = None
        if row[5] is not None:
            self._fill(values, decode(row[5]))
        elif self._standard.isdisjoint(named):
            read_as = tuple(values)
        return Golden(row[0], row[1], values, decode_provenance(row[6]), row[2], row[3], read_as)

    @cached_property
    def _cells(self) -> slice:
        return slice(len(_READ_FIRST), len(_READ_FIRST) + len(self.model.fields))

    def _fill(self, values: list[Canonical | None], named: Mapping[str, Canonical]) -> None:
        position = self.model.position
        for name, value in named.items():
            if name in position:
                values[position[name]] = value


def _part(
    typed: Sequence[tuple[int, FieldColumns]],
    custom: Sequence[tuple[int, str]],
    former: Mapping[str, None] = MappingProxyType({}),
) -> Part:
    plan = [
        (index, field, field.storage is Storage.TEXT, [None] * len(field.columns)) for index, field in typed
    ]
    return Part(plan, custom, former, (*_HEAD, *(("custom",) if custom or former else ()), *_columns(typed)))


def _columns(typed: Sequence[tuple[int, FieldColumns]]) -> Sequence[str]:
    return [name for _, field in typed for name in field.columns]
