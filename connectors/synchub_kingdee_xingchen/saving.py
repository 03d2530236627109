"""What a save carries: the changed columns in the names and types of the save request, and what must go along.

Whether the vendor keeps the columns that a save leaves out is NOT confirmed by any material we found [R]. A *whole* save
therefore repeats every column of the record as read a moment before, which is right either way; a *changed* save holds the
changes only. Contact rows replace the whole list [R]; what a row holds that nobody maps is repeated by the row's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from synchub.sdk import ABSENT, FieldSchema, FieldType, Raw, RejectedError, Unreadable

from .cipher import SensitiveCipher
from .names import Names
from .schema_shapes import CUSTOM, Entity
from .shapes import Detail, alike, number, truth, value_of

Body = dict[str, object]
TEXTUAL = frozenset({"rate", "cess"})
"""Numbers that the save request takes as text [D]."""


@dataclass(frozen=True, slots=True)
class Saver:
    """Makes the bodies of saves for one object of one account set. Every method may raise RejectedError."""

    entity: Entity
    names: Names
    cipher: SensitiveCipher

    def create(self, values: Mapping[str, Raw]) -> Body:
        body: Body = {}
        self._lay_over(body, values, None)
        return body

    def update(self, id: str, values: Mapping[str, Raw], current: Detail, *, whole: bool) -> Body:
        """`current` is the record as it was read just now."""
        body: Body = self._echo(current, values) if whole else {}
        self._lay_over(body, values, current)
        return {"id": id, **body}

    # --- what stays

    def _echo(self, current: Detail, values: Mapping[str, Raw]) -> Body:
        body: Body = {}
        for spec in self.entity.schema.fields:
            if spec.updatable and spec.name not in values and self._is_saved(spec.name):
                value = value_of(self.entity, spec.name, current, self.cipher)
                if isinstance(value, Unreadable):
                    # Leaving it out might clear it, sending it would store the cipher text.
                    raise RejectedError("KX116", column=spec.name)
                if isinstance(value, list):
                    body[spec.name] = self._rows(spec, value, current)
                elif value is not ABSENT and value is not None:
                    body[spec.name] = _typed(spec, value, self.entity.integers)
        custom = current.get(CUSTOM)
        if isinstance(custom, dict) and custom:
            body[CUSTOM] = dict(custom)
        return body

    def _is_saved(self, column: str) -> bool:
        """References are repeated by id; their codes and names follow from it."""
        return column not in self.entity.derived and column not in self.entity.numbers.values()

    # --- what changes

    def _lay_over(self, body: Body, values: Mapping[str, Raw], current: Detail | None) -> None:
        for column, value in values.items():
            head, _, rest = column.partition(".")
            if head == CUSTOM and rest:
                custom = body.setdefault(CUSTOM, {})
                assert isinstance(custom, dict)
                custom[rest] = "" if value is None else str(value)
            elif self._is_saved(column) and not self._holds_already(column, value, current):
                spec = self._writable(column)
                body[column] = (
                    self._rows(spec, value, current)
                    if isinstance(value, list)
                    else _typed(spec, value, self.entity.integers)
                )
        for stem in self._references(values):
            self._refer(body, stem, values, current)

    def _holds_already(self, column: str, value: Raw, current: Detail | None) -> bool:
        """A column that only the vendor writes may come along, as long as nothing about it is to change."""
        spec = self.entity.schema.column(column)
        if spec is None or spec.updatable:
            return False
        if current is None:
            return column == "enable" and str(value) == "1"  # what is new is enabled
        return alike(value_of(self.entity, column, current, self.cipher), value)

    def _writable(self, column: str) -> FieldSchema:
        spec = self.entity.schema.column(column)
        if spec is None or not spec.updatable:
            raise RejectedError("KX115", column=column)
        return spec

    def _references(self, values: Mapping[str, Raw]) -> Iterator[str]:
        """References written by code or name, provinces before cities."""
        for name, id_column in self.entity.derived.items():
            written = {name, self.entity.numbers.get(id_column, "")} & values.keys()
            if written and id_column not in values:
                yield id_column.removesuffix("_id")

    def _refer(self, body: Body, stem: str, values: Mapping[str, Raw], current: Detail | None) -> None:
        id_column, number_column, name_column = (f"{stem}_{part}" for part in ("id", "number", "name"))
        if number_column in values and self.entity.numbers.get(id_column) == number_column:
            body.pop(id_column, None)
            body[number_column] = str(values[number_column] or "")
            return
        name = values.get(name_column)
        if name is None or name == "":
            body[id_column] = ""
            return
        label = self._label(name_column)
        if not self.names.knows(stem):
            raise RejectedError("KX115", column=name_column)
        body[id_column] = self.names.id_of(stem, str(name), label, self._parent(stem, body, current))

    def _label(self, column: str) -> str:
        spec = self.entity.schema.column(column)
        return spec.label if spec is not None else column

    def _parent(self, stem: str, body: Body, current: Detail | None) -> str:
        """The place a city or district lies in, so that two of the same name are told apart."""
        column = {"city": "province_id", "district": "city_id"}.get(stem)
        if column is None:
            return ""
        return str(body.get(column) or (current or {}).get(column) or "")

    # --- rows of a list

    def _rows(self, spec: FieldSchema, rows: Sequence[Raw], current: Detail | None) -> list[Body]:
        held = None if current is None else value_of(self.entity, spec.name, current, self.cipher)
        if isinstance(held, Unreadable):
            raise RejectedError("KX116", column=spec.name)
        known = (
            {str(row.get("id")): row for row in held or () if isinstance(row, dict)}
            if isinstance(held, list)
            else {}
        )
        return [self._row(spec, row, known) for row in rows]

    def _row(self, spec: FieldSchema, row: Raw, known: Mapping[str, Mapping[str, Raw]]) -> Body:
        if not isinstance(row, dict):
            raise RejectedError("KX117", column=spec.name, value=type(row).__name__)
        id = str(row.get("id") or "")
        held = known.get(id, {})
        whole = {**held, **row}
        if held and held.get("material_number") != whole.get("material_number"):
            whole.pop("unit_id", None)
        # A row that is no longer there cannot be changed: it is written as a new one.
        body: Body = {"id": id} if id in known else {}
        for one in spec.fields:
            if one.updatable and one.name in whole and one.name not in self.entity.row_derived:
                body[one.name] = _typed(one, whole[one.name], self.entity.row_integers)
        self._add_unit(body)
        for name, id_column in self.entity.row_derived.items():
            if row.get(name) and not row.get(id_column) and row.get(name) != known.get(id, {}).get(name):
                stem = id_column.removesuffix("_id")
                if not self.names.knows(stem):
                    raise RejectedError("KX115", column=f"{spec.name}.{name}")
                body[id_column] = self.names.id_of(stem, str(row[name]), name)
        return body

    def _add_unit(self, line: Body) -> None:
        """A line must name its unit; one that is new here, or of another product now, takes the product's own."""
        number = line.get("material_number")
        if number and not line.get("unit_id"):
            line["unit_id"] = self.names.unit_of(str(number))


def _typed(spec: FieldSchema, value: Raw, integers: frozenset[str]) -> object:
    try:
        if value is None or value == "":
            return (
                None if spec.type in {FieldType.DECIMAL, FieldType.BOOLEAN} or spec.name in integers else ""
            )
        if spec.name in integers:
            return int(str(value))
        if spec.type is FieldType.BOOLEAN:
            return truth(value)
        if spec.type is FieldType.DECIMAL:
            return f"{Decimal(number(value)):f}" if spec.name in TEXTUAL else number(value)
    except ValueError:
        raise RejectedError("KX117", column=spec.name, value="…" if spec.sensitive else value) from None
    if isinstance(value, (list, dict)):
        raise RejectedError("KX117", column=spec.name, value=type(value).__name__)
    return str(value).replace("T", " ", 1) if spec.type is FieldType.DATETIME else str(value)


def personal_texts(entity: Entity, body: Mapping[str, object]) -> set[str]:
    """The sensitive texts a save carries, so that they can be struck out of an answer that repeats them."""
    found: set[str] = set()
    for spec in entity.schema.fields:
        value = body.get(spec.name)
        if spec.sensitive and isinstance(value, str):
            found.add(value)
        for row in value if isinstance(value, list) else ():
            found |= {str(row.get(one.name) or "") for one in spec.fields if one.sensitive}
    return {text for text in found if len(text) >= 3}


def struck_out(error: RejectedError, texts: set[str]) -> RejectedError:
    """The same refusal, without the personal data the vendor repeats in it."""
    detail = str(error.params.get("detail", ""))
    for text in sorted(texts, key=len, reverse=True):
        detail = detail.replace(text, "…")
    return RejectedError(error.code, **{**error.params, "detail": detail})  # type: ignore[arg-type]
