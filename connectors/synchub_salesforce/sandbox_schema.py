"""The sandbox's org: which objects it has, and the fields of those that every org has."""

from __future__ import annotations

from collections.abc import Mapping

from .sandbox_channel import CHANNEL_OBJECTS
from .sandbox_fields import HUB_ID, ID, IS_DELETED, STAMPS, Field, SObject, picklist, reference, text

DELETED = (IS_DELETED, reference("MasterRecordId", "Account", "MasterRecord", read_only=True))


def _address(prefix: str) -> tuple[Field, ...]:
    whole = f"{prefix}Address"
    return (
        Field(f"{prefix}Street", "textarea", f"{prefix} Street", length=255, compound=whole),
        text(f"{prefix}City", 40, f"{prefix} City", compound=whole),
        text(f"{prefix}State", 80, f"{prefix} State/Province", compound=whole),
        text(f"{prefix}PostalCode", 20, f"{prefix} Zip/Postal Code", compound=whole),
        text(f"{prefix}Country", 80, f"{prefix} Country", compound=whole),
        Field(whole, "address", f"{prefix} Address", read_only=True),
    )


ACCOUNT = SObject(
    "Account",
    "Account",
    "001",
    (
        ID,
        *DELETED,
        text("Name", 255, "Account Name", required=True),
        picklist("Type", "Distributor Reseller Agent Other", "Account Type", restricted=False),
        *_address("Billing"),
        Field("Phone", "phone", "Account Phone", length=40),
        Field("Website", "url", "Website", length=255),
        Field("Description", "textarea", "Account Description", length=32000),
        reference("OwnerId", "User", "Owner"),
        reference("ParentId", "Account", "Parent", "Parent Account"),
        *STAMPS,
        HUB_ID,
        text("PartnerCode__c", 40, "渠道编码", external_id=True),
        text("TaxId__c", 30, "统一社会信用代码"),
        picklist("Region__c", "East South North Southwest Overseas", "大区"),
        picklist("Level__c", "Gold Silver Registered", "渠道级别"),
        Field("Credit_Limit__c", "currency", "信用额度", precision=18, scale=2),
        picklist("Active__c", "Yes No", "合作中"),
        Field("Contract_Date__c", "date", "签约日期"),
        Field("Expiry_Date__c", "date", "到期日期"),
        picklist("Tier__c", "Distributor Dealer", "渠道层级"),
    ),
)

CONTACT = SObject(
    "Contact",
    "Contact",
    "003",
    (
        ID,
        *DELETED,
        reference("AccountId", "Account", "Account"),
        text("LastName", 80, "Last Name", required=True, compound="Name"),
        text("FirstName", 40, "First Name", compound="Name"),
        text("Name", 121, "Full Name", read_only=True),
        text("Title", 128, "Title"),
        Field("Email", "email", "Email", length=80),
        Field("Phone", "phone", "Business Phone", length=40),
        Field("MobilePhone", "phone", "Mobile Phone", length=40),
        Field("Description", "textarea", "Contact Description", length=32000),
        reference("OwnerId", "User", "Owner"),
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
        text("Name", 121, "Full Name", required=True),
        Field("Email", "email", "Email", length=128, required=True),
        Field("IsActive", "boolean", "Active", default=True),
        text("EmployeeNumber", 20, "Employee Number"),
        text("Department", 80, "Department"),
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
        text("Name", 80, "Name", read_only=True),
        Field("IsSandbox", "boolean", "Is Sandbox", read_only=True),
        *STAMPS,
    ),
    createable=False,
    updateable=False,
    deletable=False,
)

OBJECTS: Mapping[str, SObject] = {
    one.name.lower(): one for one in (ACCOUNT, CONTACT, USER, ORGANIZATION, *CHANNEL_OBJECTS)
}
"""Lower-case name -> object."""
