"""Golden records as rows of their entity's table, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Table

from synchub.errors import StoreError
from synchub.model.entity import EntityModel
from synchub.model.values import Canonical
from synchub.store import tables
from synchub.store.codec import decode, decode_provenance, encode, encode_provenance
from synchub.store.columns import FieldColumns, Storage, storage_of
from synchub.store.rows import Golden
from synchub.store.standard import STANDARD
from synchub.store.statements import quote

_HEAD: Final = ("rev", "state", "merged_into", "updated_at", "custom", "exact", "provenance")


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
        # what the loops over every value of a page need, worked out once
        self._plan = [
            (index, field, field.storage is Storage.TEXT, [None] * len(field.columns))
            for index, field in self.typed
        ]

    @cached_property
    def name(self) -> str:
        """The table's name, quoted."""
        return quote(self.table.name)

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The columns that `to_row` fills."""
        return (*_HEAD, *(name for _, field in self.typed for name in field.columns))

    def selected(self, alias: str) -> str:
        """The select list that `from_row` reads."""
        known = self._selected.get(alias)
        if known is not None:
            return known
        as_text = "::text" if self.postgres else ""
        parts = [f"{alias}.id", f"{alias}.rev", f"{alias}.state", f"{alias}.merged_into"]
        parts += [f"{alias}.{name}{as_text}" for name in ("custom", "exact", "provenance")]
        for _, field in self.typed:
            suffix = as_text if field.storage is Storage.LIST else ""
            parts += [f"{alias}.{quote(name)}{suffix}" for name in field.columns]
        self._selected[alias] = ", ".join(parts)
        return self._selected[alias]

    @cached_property
    def width(self) -> int:
        """How many columns `selected` names."""
        return 7 + len(self.written) - len(_HEAD)

    @cached_property
    def merged(self) -> Mapping[str, str]:
        """How an update takes `to_row(…, known=True)`: custom values of fields unknown here stay."""
        postgres, sqlite = "jsonb_strip_nulls(custom || ?::jsonb)", "json_patch(custom, ?)"
        return {"custom": postgres if self.postgres else sqlite}

    def to_row(self, golden: Golden, now: str, *, known: bool = False) -> tuple[Any, ...]:
        """The cells of `written`; `now` as `instant_text`. With `known`, custom fields that are empty are named too."""
        provenance = encode_provenance(golden.provenance)
        head = (golden.rev, golden.state, golden.merged_into, now)
        return (*head, *self.fields_of(golden.values, provenance, known=known))

    def fields_of(
        self, values: Sequence[Canonical | None], provenance: str, *, known: bool = False
    ) -> tuple[Any, ...]:
        """The last cells of `written`: those that the record's values fill, and where they came from."""
        exact: dict[str, Canonical] = {}
        cells: list[Any] = []
        for index, field, is_text, blank in self._plan:
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
        custom = {name: values[index] for index, name in self.custom if known or values[index] is not None}
        if self.postgres and custom:
            self.move_nul(custom, exact)
        return encode(custom), encode(exact) if exact else None, provenance, *cells

    @staticmethod
    def move_nul(custom: dict[str, Canonical | None], exact: dict[str, Canonical]) -> None:
        """JSONB has no NUL; plain JSON, where `exact` is kept, has."""
        for name, value in list(custom.items()):
            if value is not None and "\\u0000" in encode(value):
                exact[name] = value
                custom[name] = None

    def from_row(self, row: Sequence[Any]) -> Golden:
        """The golden record of a row of `selected`."""
        values: list[Canonical | None] = [None] * len(self.model.fields)
        at = 7
        for index, field, is_text, blank in self._plan:
            cell = row[at]
            if cell is not None:
                values[index] = cell if is_text else field.join(row[at : at + 2])
            at += len(blank)
        if self.custom and row[4] != "{}":
            self._fill(values, decode(row[4]))
        if row[5] is not None:
            self._fill(values, decode(row[5]))
        return Golden(row[0], row[1], values, decode_provenance(row[6]), row[2], row[3])

    def _fill(self, values: list[Canonical | None], named: Mapping[str, Canonical]) -> None:
        position = self.model.position
        for name, value in named.items():
            if name in position:
                values[position[name]] = value
