"""How data is shown to people: labels instead of names, kinds in their own form, references by title, personal data masked.

Values of fields of PII class person, contact and secret are masked unless the reader asks for them; a reference counts as
personal when what names its target is. A column that no mapping knows may hold anything and is masked too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from synchub import messages
from synchub.cli.words import one_line, say

if TYPE_CHECKING:
    from synchub.mapping.compiled import CompiledMapping
    from synchub.model.entity import EntityModel, FieldSpec
    from synchub.model.values import Canonical, Raw

_LONGEST: Final = 60
Titles: TypeAlias = Callable[[str, str], str]
"""(entity, golden id) -> what names the record."""


def no_titles(entity: str, golden_id: str) -> str:  # noqa: ARG001 - the shape of Titles
    """Nobody to ask."""
    return ""


class Lens:
    """Shows values. Without `personal`, personal data is masked; a secret is never shown."""

    def __init__(
        self,
        entities: Mapping[str, EntityModel],
        mappings: Sequence[CompiledMapping],
        *,
        personal: bool = False,
        titles: Titles = no_titles,
    ) -> None:
        self.entities = entities
        self.mappings = mappings
        self.personal = personal
        self._titles = titles
        self._known_titles: dict[tuple[str, str], str] = {}

    def spec(self, entity: str, field: str) -> FieldSpec | None:
        model = self.entities.get(entity)
        return model[field] if model is not None and field in model.position else None

    def entity_label(self, entity: str) -> str:
        model = self.entities.get(entity)
        return model.label.text(messages.language()) if model else entity

    def label(self, entity: str, field: str) -> str:
        """What people call the field; the name itself where it is none of ours."""
        spec = self.spec(entity, field)
        return spec.label.text(messages.language()) if spec else field

    def hides(self, entity: str, field: str) -> bool:
        """Is this field's value personal data that the reader did not ask for?"""
        spec = self.spec(entity, field)
        return spec is not None and self._hidden(spec)

    def hides_title(self, entity: str) -> bool:
        """Does the field that names these records hold personal data?"""
        model = self.entities.get(entity)
        return model is not None and self.hides(entity, model.title)

    def hides_column(self, system: str, object: str, column: str) -> bool:
        """The same for a column of a system; one that no mapping knows may hold anything."""
        if self.personal and (system, object, column) not in self._secret_columns:
            return False
        return self._columns.get((system, object, column), True)

    def title(self, entity: str, text: str) -> str:
        return mask(text) if self.hides_title(entity) else text

    def record_title(self, entity: str, golden_id: str) -> str:
        """What names a golden record, masked if it is personal; "" when there is no such record."""
        if (entity, golden_id) not in self._known_titles:
            self._known_titles[entity, golden_id] = self._titles(entity, golden_id)
        return self.title(entity, self._known_titles[entity, golden_id])

    def safe(self, entity: str, field: str, value: Raw | Canonical) -> Raw:
        """The value for programs, masked if need be."""
        raw: Raw = [*value] if isinstance(value, list) else value
        return masked(raw) if self.hides(entity, field) else raw

    def safe_cell(self, system: str, object: str, column: str, value: Raw) -> Raw:
        """A raw value for programs; a list of rows is masked column by column."""
        if isinstance(value, dict):
            return {key: self.safe_cell(system, object, key, one) for key, one in value.items()}
        if isinstance(value, list) and any(isinstance(one, dict) for one in value):
            return [self.safe_cell(system, object, column, one) for one in value]
        return masked(value) if self.hides_column(system, object, column) else value

    def shown(self, entity: str, field: str, value: Raw | Canonical) -> str:
        """A canonical value for people: the option's label, the number as it is dialled, the title of what it refers to."""
        spec = self.spec(entity, field)
        if value is None:
            return say("word.empty")
        if spec is None or not isinstance(value, str | bool | list):
            return show_raw(self.safe(entity, field, value))
        text = self._referred(spec, value) or spec.kind.show(value, messages.language())  # type: ignore[arg-type]  # canonical
        text = one_line(text, _LONGEST)
        return mask(text) if self._hidden(spec) else text

    def shown_cell(self, system: str, object: str, column: str, value: Raw) -> str:
        """A raw value for people."""
        return show_raw(self.safe_cell(system, object, column, value))

    def fixed_at_creation(self, system: str, object: str, column: str) -> bool:
        """Does a mapping say what new records get in this column?"""
        return any(
            column in one.on_create for one in self.mappings if (one.system, one.object) == (system, object)
        )

    def field_of(self, system: str, object: str, field: str) -> str:
        """The entity that a field of this object belongs to; "" when no mapping or more than one knows it."""
        found = {
            one.entity.name
            for one in self.mappings
            if (one.system, one.object) == (system, object) and any(each.name == field for each in one.fields)
        }
        return found.pop() if len(found) == 1 else ""

    def _referred(self, spec: FieldSpec, value: object) -> str:
        target = _target(spec)
        if not target or not isinstance(value, str):
            return ""
        self.record_title(target, value)
        return self._known_titles[target, value]

    def _hidden(self, spec: FieldSpec) -> bool:
        if spec.pii == "secret":
            return True
        if self.personal:
            return False
        target = self.entities.get(_target(spec))
        return spec.pii in {"person", "contact"} or (
            target is not None and target[target.title].pii in {"person", "contact", "secret"}
        )

    @cached_property
    def _columns(self) -> Mapping[tuple[str, str, str], bool]:
        """(system, object, column) -> does any mapping read personal data from it?"""
        found: dict[tuple[str, str, str], bool] = {}
        for mapping in self.mappings:
            place = (mapping.system, mapping.object)
            harmless = [
                mapping.hub_column,
                mapping.line_id,
                mapping.external_id,
                *mapping.on_create,
                *mapping.scope_columns,
            ]
            for column in harmless:
                found.setdefault((*place, column), False)
            for one in mapping.fields:
                spec = mapping.entity[one.name]
                private = self._hidden(spec) if not self.personal else spec.pii == "secret"
                for column in one.columns:
                    found[*place, column] = found.get((*place, column), False) or private
        return found

    @cached_property
    def _secret_columns(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(
            (mapping.system, mapping.object, column)
            for mapping in self.mappings
            for one in mapping.fields
            if mapping.entity[one.name].pii == "secret"
            for column in one.columns
        )


def _target(spec: FieldSpec) -> str:
    """The entity a reference field refers to; "" for other fields."""
    from synchub.model.kinds import Ref

    return spec.kind.entity if isinstance(spec.kind, Ref) else ""


def show_raw(value: Raw) -> str:
    """A raw value on one line of a terminal."""
    if value is None:
        return say("word.empty")
    if isinstance(value, bool):
        return say("word.yes") if value else say("word.no")
    if isinstance(value, list):
        if not value:
            return say("word.empty")
        if any(isinstance(one, dict) for one in value):
            return say("word.rows", count=len(value))
        return one_line(", ".join(str(one) for one in value), _LONGEST)
    if isinstance(value, dict):
        return one_line(", ".join(f"{key}={show_raw(one)}" for key, one in value.items()), _LONGEST)
    if isinstance(value, Decimal):
        return format(value, "f")
    return one_line(str(value), _LONGEST) or "“”"


def masked(value: Raw) -> Raw:
    """The same shape, every text and number in it masked."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [masked(one) for one in value]
    if isinstance(value, dict):
        return {key: masked(one) for key, one in value.items()}
    return mask(str(value))


def mask(text: str) -> str:
    """Enough to recognise what one knows already, too little to use: 138****5678, 王*, J****r, z***@example.com."""
    local, at, domain = text.partition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    if not text:
        return text
    if len(text) <= 2:
        return text[0] + "*"
    if len(text) < 7:
        return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"
    digits = sum(one.isdigit() for one in text)
    head, tail = (3, 4) if digits > len(text) // 2 and len(text) >= 11 else (1, 1)
    return f"{text[:head]}****{text[-tail:]}"
