"""The neutral shapes between a connector and the rest: what objects a system has, and one record of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from synchub.model.values import RawValue


class FieldType(StrEnum):
    """The few types that matter across systems."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    REFERENCE = "reference"
    LIST = "list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """A column as the system describes it."""

    name: str
    label: str = ""
    type: FieldType = FieldType.TEXT
    required: bool = False
    creatable: bool = True
    updatable: bool = True
    unique: bool = False
    external_id: bool = False
    max_length: int | None = None
    options: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    sensitive: bool = False
    fields: tuple[FieldSchema, ...] = ()
    """The columns of a LIST's rows."""


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """A kind of record in a system: Account, 客户, a worksheet."""

    name: str
    label: str = ""
    fields: tuple[FieldSchema, ...] = ()
    creatable: bool = True
    updatable: bool = True
    notes: tuple[str, ...] = field(default_factory=tuple)

    def column(self, name: str) -> FieldSchema | None:
        return next((one for one in self.fields if one.name == name), None)


class RawRecord(NamedTuple):
    """One record as a system holds it.

    `values` are in the order of the columns that were asked for; ABSENT where the reply had none, an `Unreadable` where
    there is a value that may not be used (masked, an error cell, a float that lost digits).
    """

    id: str
    values: tuple[RawValue, ...]
    modified: datetime | None = None
    """Aware UTC; None where the system tells no time."""
    deleted: bool = False
    etag: str = ""
    """What a conditional write needs; "" where there is none."""
    fingerprint: str = ""
    """Of the thin listing row, so that an unchanged row needs no detail call."""
    provisional: bool = False
    """The system has no identity for this row yet: the hub must write one (the hub column) before it can be linked."""
    title: str = ""
    """Where a person finds it (``row 12``), for messages; "" means the id says enough."""
    merged_into: str = ""
    """With `deleted`: the id of the record that this one was merged into there."""
