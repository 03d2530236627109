"""What every standard entity is: a Pydantic class whose fields carry a `Standard`, their kind, names and PII class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from synchub.model.entity import Pii
from synchub.model.kinds import Kind
from synchub.model.values import KindProblem, Label


@dataclass(frozen=True, slots=True)
class Standard:
    """What the house knows of a standard field before any hub governs it."""

    kind: Kind
    zh: str
    en: str
    pii: Pii = "none"
    required: bool = False
    unique: bool = False

    @property
    def label(self) -> Label:
        return Label(zh=self.zh, en=self.en)


class Entity(BaseModel):
    """A golden record at the typed edges: API, decisions, reports. Values are read by the kind of their field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity_label: ClassVar[Label]
    title_field: ClassVar[str] = "name"
    """The field that names a record for people."""

    id: str
    """The golden id."""
    custom: dict[str, object] = Field(default_factory=dict)
    """Typed values of the hub's own fields."""

    @field_validator("*", mode="before")
    @classmethod
    def _by_kind(cls, value: Any, info: ValidationInfo) -> Any:
        standard = standard_fields(cls).get(info.field_name or "")
        if standard is None:
            return value
        try:
            canonical = standard.kind.parse(value)
        except KindProblem as problem:
            # the sentence goes in as a parameter: it may quote braces
            raise PydanticCustomError("kind", "{sentence}", {"sentence": str(problem)}) from None
        return None if canonical is None else standard.kind.to_python(canonical)


@cache
def standard_fields(entity: type[Entity]) -> Mapping[str, Standard]:
    """The standard fields of a class, in order."""
    return {
        name: mark
        for name, field in entity.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Standard)
    }
