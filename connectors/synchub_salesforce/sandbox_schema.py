"""The sandbox's org: which objects and fields it has, and how it describes them."""

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
            "custom": False,
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


def _text(name: str, length: int = 255, label: str = "", **more: object) -> Field:
    return Field(name, "string", label, length=length, **more)  # type: ignore[arg-type]


def _picklist(name: str, options: str, label: str = "", restricted: bool = True) -> Field:
    return Field(name, "picklist", label, length=255, options=tuple(options.split()), restricted=restricted)


def _reference(name: str, to: str, relationship: str, read_only: bool = False) -> Field:
    return Field(name, "reference", length=18, refers_to=to, relationship=relationship, read_only=read_only)


ID = Field("Id", "id", "Record ID", length=18, read_only=True)
STAMPS = (
    Field("CreatedDate", "datetime", "Created Date", read_only=True),
    _reference("CreatedById", "User", "CreatedBy", read_only=True),
    Field("LastModifiedDate", "datetime", "Last Modified Date", read_only=True),
    _reference("LastModifiedById", "User", "LastModifiedBy", read_only=True),
    Field("SystemModstamp", "datetime", "System Modstamp", read_only=True),
)
DELETED = (
    Field("IsDeleted", "boolean", "Deleted", read_only=True),
    _reference("MasterRecordId", "Account", "MasterRecord", read_only=True),
)
HUB_ID = _text("SynchubId__c", 64, "SyncHub ID", unique=True, external_id=True)


def _address(prefix: str) -> tuple[Field, ...]:
    whole = f"{prefix}Address"
    return (
        Field(f"{prefix}Street", "textarea", f"{prefix} Street", length=255, compound=whole),
        _text(f"{prefix}City", 40, f"{prefix} City", compound=whole),
        _text(f"{prefix}State", 80, f"{prefix} State/Province", compound=whole),
        _text(f"{prefix}PostalCode", 20, f"{prefix} Zip/Postal Code", compound=whole),
        _text(f"{prefix}Country", 80, f"{prefix} Country", compound=whole),
        Field(whole, "address", f"{prefix} Address", read_only=True),
    )


ACCOUNT = SObject(
    "Account",
    "Account",
    "001",
    (
        ID,
        *DELETED,
        _text("Name", 255, "Account Name", required=True),
        _picklist("Type", "Distributor Reseller Agent Other", "Account Type", restricted=False),
        *_address("Billing"),
        Field("Phone", "phone", "Account Phone", length=40),
        Field("Website", "url", "Website", length=255),
        Field("Description", "textarea", "Account Description", length=32000),
        _reference("OwnerId", "User", "Owner"),
        *STAMPS,
        HUB_ID,
        _text("PartnerCode__c", 40, "渠道编码", external_id=True),
        _text("TaxId__c", 30, "统一社会信用代码"),
        _picklist("Region__c", "East South North Southwest Overseas", "大区"),
        _picklist("Level__c", "Gold Silver Registered", "渠道级别"),
        Field("Credit_Limit__c", "currency", "信用额度", precision=18, scale=2),
        _picklist("Active__c", "Yes No", "合作中"),
        Field("Contract_Date__c", "date", "签约日期"),
        Field("Expiry_Date__c", "date", "到期日期"),
    ),
)

CONTACT = SObject(
    "Contact",
    "Contact",
    "003",
    (
        ID,
        *DELETED,
        _reference("AccountId", "Account", "Account"),
        _text("LastName", 80, "Last Name", required=True, compound="Name"),
        _text("FirstName", 40, "First Name", compound="Name"),
        _text("Name", 121, "Full Name", read_only=True),
        _text("Title", 128, "Title"),
        Field("Email", "email", "Email", length=80),
        Field("Phone", "phone", "Business Phone", length=40),
        Field("MobilePhone", "phone", "Mobile Phone", length=40),
        Field("Description", "textarea", "Contact Description", length=32000),
        _reference("OwnerId", "User", "Owner"),
        *STAMPS,
        HUB_ID,
    ),
)

USER = SObject(
    "User",
    "User",
    "005",
    (
        ID,
        _text("Name", 121, "Full Name", required=True),
        Field("Email", "email", "Email", length=128, required=True),
        Field("IsActive", "boolean", "Active", default=True),
        _text("EmployeeNumber", 20, "Employee Number"),
        _text("Department", 80, "Department"),
        Field("MobilePhone", "phone", "Mobile", length=40),
        *STAMPS,
    ),
    createable=False,
    deletable=False,
)

ORGANIZATION = SObject(
    "Organization",
    "Organization",
    "00D",
    (
        ID,
        _text("Name", 80, "Name", read_only=True),
        Field("IsSandbox", "boolean", "Is Sandbox", read_only=True),
        *STAMPS,
    ),
    createable=False,
    updateable=False,
    deletable=False,
)

OBJECTS: Mapping[str, SObject] = {one.name.lower(): one for one in (ACCOUNT, CONTACT, USER, ORGANIZATION)}
