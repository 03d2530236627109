"""What an object of an account set is: its columns, and how what is read is named when it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from synchub.sdk import FieldSchema, FieldType, ObjectSchema

EVERYTHING: Mapping[str, str] = MappingProxyType({"enable": "-1"})
"""Without it a list of base data has enabled rows only [D3]."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One object: where it lives, what it holds, and how what is read is named when it is written.

    `derived` tells, for a name the vendor only shows, which id it belongs to: such a name is written as that id.
    """

    schema: ObjectSchema
    path: str
    detail_path: str
    number_of_operate: str
    """The entity number for custom fields and common operations [R]."""
    derived: Mapping[str, str] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()
    rows_from: Mapping[str, str] = field(default_factory=dict)
    """Column path of a list -> its name in a detail; in a save it has the name of the path."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Id column -> the number column that a save takes instead."""
    code: str = "number"
    """The column of the unique code."""
    everything: Mapping[str, str] = field(default_factory=lambda: EVERYTHING)
    """What a list is asked for so that it leaves nothing out."""
    listing_tells: bool = True
    """Does a change of a record show in its list row? If not, a whole listing reads every record in full."""
    row_derived: Mapping[str, str] = field(default_factory=dict)
    """The same as `derived` for the rows of its list."""
    row_integers: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.schema.name


def read_only(name: str, label: str, type: FieldType = FieldType.TEXT) -> FieldSchema:
    return FieldSchema(name, label, type, creatable=False, updatable=False)


def secret(name: str, label: str, type: FieldType = FieldType.TEXT) -> FieldSchema:
    return FieldSchema(name, label, type, sensitive=True)


def reference(
    stem: str, label: str, *, number: bool = True, refers_to: str = "", named: bool = True
) -> tuple[FieldSchema, ...]:
    """The triple id, number, name; the number is written only where the save request has it [D], the name where it can be looked up."""
    targets = (refers_to,) if refers_to else ()
    number_column = FieldSchema(f"{stem}_number", f"{label}编码", refers_to=targets)
    return (
        FieldSchema(f"{stem}_id", f"{label}ID", refers_to=targets),
        number_column if number else read_only(f"{stem}_number", f"{label}编码"),
        FieldSchema(f"{stem}_name", f"{label}名称") if named else read_only(f"{stem}_name", f"{label}名称"),
    )


def names(*stems: str) -> Mapping[str, str]:
    return MappingProxyType({f"{stem}_name": f"{stem}_id" for stem in stems})


def numbers(*stems: str) -> Mapping[str, str]:
    return MappingProxyType({f"{stem}_id": f"{stem}_number" for stem in stems})


CUSTOM = "custom_field"
"""Custom fields are columns `custom_field.<number>`; they travel as one object of texts [D]."""
