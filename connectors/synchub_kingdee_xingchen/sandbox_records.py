"""What an account set holds, and how it shows it: thin rows, details, references, contact rows, encrypted columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from synchub.sdk import Document, Raw

from .cipher import SensitiveCipher

ZONE = ZoneInfo("Asia/Shanghai")
"""Times are shown in local time; that it is this one is recalled [R]."""

REFERENCES: Mapping[str, Mapping[str, str]] = {
    "customer": {
        "group": "customer_group",
        "c_level": "c_level",
        "sale_dept": "department",
        "saler": "employee",
        "setting_term": "setting_term",
        "settle_customer": "customer",
    },
    "employee": {"department": "department"},
    "sal_order": {"customer": "customer", "emp": "employee"},
}
"""Stem of the columns `<stem>_id`, `<stem>_number`, `<stem>_name` -> the object they point to."""
PLACE_STEMS = ("country", "province", "city", "district")

TEXTS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "number", "name", "enable", "rate", "invoice_name", "taxpayer_no", "invoice_type", "invoice_email",
        "invoice_phone", "bank", "bank_account", "account_open_addr", "addr", "remark", "create_time",
        "creater_field_name",
    ),
    "employee": (
        "number", "name", "enable", "mobile", "email", "wechat", "birthday", "id_number", "hire_date", "leave_date",
        "settle_bank_id", "settle_type_id",
    ),
    "material": (
        "number", "name", "enable", "barcode", "model", "base_unit_id", "base_unit_name", "sale_unit_id", "parent_number",
        "brand_id", "help_code", "producing_pace", "tax_rate", "remark",
    ),
    "sal_order": (
        "bill_no", "bill_date", "bill_status", "io_status", "contact_linkman", "contact_phone", "contact_address", "remark",
        "create_time",
    ),
}  # fmt: skip
CONTACT_TEXTS = (
    "contact_person", "mobile", "phone", "email", "gender", "birthday", "qq", "wechat", "contact_address",
)  # fmt: skip
SENSITIVE: Mapping[str, frozenset[str]] = {
    "customer": frozenset({"addr", "bank_account", "invoice_phone"}),
    "employee": frozenset({"birthday", "email", "id_number", "mobile", "wechat"}),
    "material": frozenset(),
    "sal_order": frozenset({"contact_address", "contact_phone"}),  # [D3]
    "contact": frozenset({"birthday", "contact_address", "mobile", "phone", "email", "wechat"}),
}
THIN: Mapping[str, tuple[str, ...]] = {
    "customer": ("number", "name", "group_name", "c_level_id", "remark", "enable"),
    "employee": ("number", "name", "mobile", "id_number", "enable"),
    "material": ("number", "name", "barcode", "model", "base_unit_id", "enable"),
    "unit": ("number", "name", "enable"),
    "sal_order": (
        "bill_no",
        "bill_date",
        "bill_status",
        "customer_id",
        "customer_number",
        "customer_name",
        "emp_id",
        "emp_number",
        "emp_name",
        "total_amount",
        "io_status",
        "create_time",
    ),
    "customer_group": ("number", "name", "parent_id", "remark"),
    "department": ("number", "name", "parent_id", "enable"),
}

SAVED: Mapping[str, frozenset[str]] = {
    "customer": frozenset({
        "number", "name", "group_id", "group_number", "c_level_id", "sale_dept_id", "sale_dept_number", "saler_id",
        "saler_number", "rate", "invoice_name", "taxpayer_no", "bank_account", "bank", "account_open_addr",
        "invoice_type", "country_id", "province_id", "city_id", "district_id", "addr", "remark", "contact_persons",
        "custom_field",
        # Newer than the SDK: shown by the detail page of 2026, taken by the save under the same names [R].
        "credit_limit", "deduct", "invoice_email", "invoice_phone", "setting_term_id",
    }),
    "employee": frozenset({
        "number", "name", "gender", "mobile", "birthday", "email", "wechat", "id_number", "hire_date", "department_id",
        "department_number",
    }),
    "sal_order": frozenset({
        "bill_no", "bill_date", "customer_id", "customer_number", "emp_id", "emp_number", "remark", "contact_linkman",
        "contact_phone", "contact_address", "material_entity",
    }),
}  # fmt: skip
"""What a save takes [D]; everything else in a body is ignored."""


CODES: Mapping[str, str] = {"sal_order": "bill_no"}
"""Object -> the column of its code, where that is not `number`."""
LINE_SAVED = (
    "material_id", "material_number", "unit_id", "qty", "tax_price", "cess", "discount", "delivery_date", "comment",
)  # fmt: skip


def code_of(object: str) -> str:
    return CODES.get(object, "number")


def local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def stems(object: str) -> tuple[str, ...]:
    """The references a record has, places included."""
    return (*REFERENCES.get(object, {}), *(PLACE_STEMS if object == "customer" else ()))


def thin_row(document: Document, cipher: SensitiveCipher | None) -> dict[str, Raw]:
    """A row of a list; numbers are texts there."""
    secret = SENSITIVE.get(document.object, frozenset())
    row: dict[str, Raw] = {"id": document.id}
    for column in THIN[document.object]:
        row[column] = _shown(document.values.get(column, ""), cipher if column in secret else None)
    return row


def detail(document: Document, cipher: SensitiveCipher | None) -> dict[str, Raw]:
    """Everything the vendor tells of one record."""
    object, values = document.object, document.values
    secret = SENSITIVE[object]
    shown: dict[str, Raw] = {"id": document.id}
    for column in TEXTS[object]:
        shown[column] = _shown(values.get(column, ""), cipher if column in secret else None)
    for stem in stems(object):
        for part in ("id", "number", "name"):
            shown[f"{stem}_{part}"] = _shown(values.get(f"{stem}_{part}", ""), None)
    if object == "sal_order":
        shown["modify_time"] = local(document.modified)
        shown["total_amount"] = values.get("total_amount", 0)
        shown["custom_field"] = values.get("custom_field") or {}
        shown["material_entity"] = values.get("material_entity") or []
        return shown
    if object == "material":
        shown["is_sale"] = values.get("is_sale", True)
        shown["custom_field"] = values.get("custom_field") or {}
        return shown
    if object == "employee":
        gender = values.get("gender")
        shown["gender"] = None if gender in {None, ""} else int(str(gender))
        return shown
    shown["modify_time"] = local(document.modified)
    shown["credit_limit"] = values.get("credit_limit", 0)
    shown["deduct"] = values.get("deduct", False)
    shown["custom_field"] = values.get("custom_field") or {}
    rows = values.get("contact_persons") or []
    assert isinstance(rows, list)
    shown["bomentity"] = [contact(row, cipher) for row in rows if isinstance(row, dict)]
    return shown


def contact(row: Mapping[str, Raw], cipher: SensitiveCipher | None) -> dict[str, Raw]:
    """A contact row as a detail shows it."""
    secret = SENSITIVE["contact"]
    shown: dict[str, Raw] = {"id": row.get("id"), "seq": row.get("seq")}
    for column in CONTACT_TEXTS:
        shown[column] = _shown(row.get(column, ""), cipher if column in secret else None)
    for stem in PLACE_STEMS:
        for part in ("id", "number", "name"):
            shown[f"contact_{stem}_{part}"] = _shown(row.get(f"contact_{stem}_{part}", ""), None)
    shown["is_default_linkman"] = bool(row.get("is_default_linkman"))
    return shown


def blank_contact() -> dict[str, Raw]:
    """A contact row in which nothing is filled in."""
    places = [f"contact_{stem}_{part}" for stem in PLACE_STEMS for part in ("id", "number", "name")]
    return {**dict.fromkeys((*CONTACT_TEXTS, *places), ""), "is_default_linkman": False}


def _shown(value: Raw, cipher: SensitiveCipher | None) -> Raw:
    text = "" if value is None else str(value)
    return cipher.encrypt(text) if cipher is not None and text else text
