"""What a field and an object of the sandbox's org are, in the words of a describe, and the ones that every object has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

TEXT_TYPES = frozenset({"string", "textarea", "email", "phone", "url", "picklist", "multipicklist"})
NUMBER_TYPES = frozenset({"currency", "double", "percent", "int"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field, in the words of a describe."""

    name: str
    type: str
    label: str = ""
    length: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    read_only: bool = False
    unique: bool = False
    external_id: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False
    """A picklist that takes nothing but its options."""
    refers_to: str = ""
    relationship: str = ""
    default: object = None
    compound: str = ""

    def describe(self) -> dict[str, object]:
        return {
            "name": self.name,
            "label": self.label or self.name,
            "type": self.type,
            "length": self.length,
            "precision": self.precision,
            "scale": self.scale,
            "nillable": not self.required and self.type != "boolean",
            "createable": not self.read_only,
            "updateable": not self.read_only,
            "custom": self.name.endswith("__c"),
            "unique": self.unique,
            "externalId": self.external_id,
            "idLookup": self.external_id or self.name in {"Id", "Email"},
            "calculated": False,
            "defaultedOnCreate": self.default is not None or self.type == "boolean" or self.name == "OwnerId",
            "picklistValues": [
                {"active": True, "defaultValue": False, "label": one, "validFor": None, "value": one}
                for one in self.options
            ],
            "restrictedPicklist": self.restricted,
            "referenceTo": [self.refers_to] if self.refers_to else [],
            "relationshipName": self.relationship or None,
            "compoundFieldName": self.compound or None,
            "filterable": self.type not in {"textarea", "address"},
            "sortable": self.type not in {"textarea", "address"},
        }


@dataclass(frozen=True)
class SObject:
    """A kind of record."""

    name: str
    label: str
    prefix: str
    fields: tuple[Field, ...]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Lower-case name -> field, since names ignore case."""
        return {field.name.lower(): field for field in self.fields}

    @cached_property
    def by_relationship(self) -> Mapping[str, Field]:
        """Lower-case relationship name (Owner) -> the field that holds it (OwnerId)."""
        return {field.relationship.lower(): field for field in self.fields if field.relationship}

    def summary(self, root: str) -> dict[str, object]:
        """The entry in the list of all objects."""
        return {
            "name": self.name,
            "label": self.label,
            "labelPlural": self.label,
            "keyPrefix": self.prefix,
            "custom": self.name.endswith("__c"),
            "queryable": True,
            "retrieveable": True,
            "createable": self.createable,
            "updateable": self.updateable,
            "deletable": self.deletable,
            "replicateable": self.name != "Organization",
            "urls": {
                "sobject": f"{root}/sobjects/{self.name}",
                "describe": f"{root}/sobjects/{self.name}/describe",
                "rowTemplate": f"{root}/sobjects/{self.name}/{{ID}}",
            },
        }

    def describe(self, root: str) -> dict[str, object]:
        return {**self.summary(root), "fields": [field.describe() for field in self.fields]}


def text(name: str, length: int = 255, label: str = "", **more: object) -> Field:
    return Field(name, "string", label, length=length, **more)  # type: ignore[arg-type]


def picklist(
    name: str, options: str, label: str = "", *, restricted: bool = True, comma: bool = False
) -> Field:
    """`options` are separated by spaces, or by commas where they hold spaces themselves."""
    listed = options.split(",") if comma else options.split()
    return Field(name, "picklist", label, length=255, options=tuple(listed), restricted=restricted)


def reference(
    name: str, to: str, relationship: str, label: str = "", *, read_only: bool = False, required: bool = False
) -> Field:
    return Field(
        name,
        "reference",
        label,
        length=18,
        refers_to=to,
        relationship=relationship,
        read_only=read_only,
        required=required,
    )


def number(name: str, precision: int, scale: int, label: str = "") -> Field:
    return Field(name, "double", label, precision=precision, scale=scale)


def money(name: str, label: str = "") -> Field:
    return Field(name, "currency", label, precision=18, scale=2)


def percent(name: str, label: str = "") -> Field:
    """Counted in percent points, as people see it."""
    return Field(name, "percent", label, precision=7, scale=4)


def day(name: str, label: str = "") -> Field:
    return Field(name, "date", label)


def moment(name: str, label: str = "") -> Field:
    return Field(name, "datetime", label)


def long_text(name: str, label: str = "") -> Field:
    return Field(name, "textarea", label, length=32000)


ID = Field("Id", "id", "Record ID", length=18, read_only=True)
STAMPS = (
    Field("CreatedDate", "datetime", "Created Date", read_only=True),
    reference("CreatedById", "User", "CreatedBy", read_only=True),
    Field("LastModifiedDate", "datetime", "Last Modified Date", read_only=True),
    reference("LastModifiedById", "User", "LastModifiedBy", read_only=True),
    Field("SystemModstamp", "datetime", "System Modstamp", read_only=True),
)
IS_DELETED = Field("IsDeleted", "boolean", "Deleted", read_only=True)
HUB_ID = text("SynchubId__c", 64, "SyncHub ID", unique=True, external_id=True)
