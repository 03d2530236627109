"""What the sandbox's org accepts in a field, and what it makes of it: types, trimming, lengths, option lists, rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from synchub.sdk import Raw

from . import sandbox_ids
from .sandbox_fields import NUMBER_TYPES, TEXT_TYPES, Field, SObject
from .sandbox_query import write_time
from .sandbox_schema import OBJECTS

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(eq=False)  # an exception must stay open for its traceback
class RowRefused(Exception):  # noqa: N818 - the vendor's no to one row
    """One row is not taken; code and message are the vendor's."""

    code: str
    message: str
    fields: tuple[str, ...] = ()

    def shown(self, code_name: str) -> dict[str, Raw]:
        """As the reply shows it; the code is called ``statusCode`` in collections and ``errorCode`` elsewhere."""
        return {code_name: self.code, "message": self.message, "fields": list(self.fields)}


@dataclass(eq=False)
class CallRefused(Exception):  # noqa: N818 - the vendor's no to the whole call
    """Nothing of the call is done."""

    status: int
    code: str
    message: str
    extra: Mapping[str, Raw] = field(default_factory=dict)


def read_body(object: SObject, body: Mapping[str, Raw]) -> dict[str, Raw]:
    """The fields of a body under their proper names. Raises CallRefused for names and JSON types that cannot be.

    A nested object under a relationship name is kept under that name, for the caller to look up.
    """
    found: dict[str, Raw] = {}
    for name, value in body.items():
        if name == "attributes":
            continue
        relation = object.by_relationship.get(name.lower())
        if relation is not None and isinstance(value, dict):
            found[relation.relationship] = value
            continue
        known = object.by_name.get(name.lower())
        if known is None:
            raise CallRefused(
                400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {object.name}"
            )
        _check_json_type(known, value)
        found[known.name] = value
    return found


def _check_json_type(known: Field, value: Raw) -> None:
    """[R] The vendor is lenient with some numbers in quotes; the sandbox is not, so that nobody relies on it."""
    if value is None:
        return
    if known.type in NUMBER_TYPES:
        right = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    elif known.type == "boolean":
        right = isinstance(value, bool)
    else:
        right = isinstance(value, str)
    if right and known.type in {"date", "datetime"}:
        right = _is_time(known.type, str(value))
    if not right:
        raise CallRefused(
            400,
            "JSON_PARSER_ERROR",
            f"Cannot deserialize instance of {known.type} from value {value} or request may be missing a required field"
            f" ({known.name})",
        )


def _is_time(type: str, text: str) -> bool:
    try:
        if type == "date":
            return len(text) == 10 and bool(date.fromisoformat(text))
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def refuse_read_only(object: SObject, values: Mapping[str, Raw]) -> None:
    closed = tuple(
        name for name in values if (known := object.by_name.get(name.lower())) is not None and known.read_only
    )
    if closed:
        raise RowRefused(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of this field and"
            " verify that it is read/write for your profile or permission set.",
            closed,
        )


def clean(known: Field, value: Raw) -> Raw:
    """The stored form of a value. Raises RowRefused."""
    if value is None:
        return False if known.type == "boolean" else None
    if known.type in TEXT_TYPES:
        return _clean_text(known, str(value))
    if known.type in NUMBER_TYPES and isinstance(value, (int, Decimal)):
        return _clean_number(known, Decimal(value))
    if known.type == "reference":
        return _clean_reference(known, str(value))
    if known.type == "datetime":
        return write_time(datetime.fromisoformat(str(value)).astimezone(UTC))
    return value


def _clean_text(known: Field, text: str) -> str | None:
    """Blanks at both ends go, Windows line ends become plain ones, nothing at all becomes null."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if known.length and len(text) > known.length:
        raise RowRefused(
            "STRING_TOO_LONG",
            f"{known.label or known.name}: data value too large: {text[:80]} (max length={known.length})",
            (known.name,),
        )
    if known.restricted:
        parts = text.split(";") if known.type == "multipicklist" else [text]
        if not set(parts) <= set(known.options):
            raise RowRefused(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                f"{known.label or known.name}: bad value for restricted picklist field: {text}",
                (known.name,),
            )
    if known.type == "email" and not EMAIL.fullmatch(text):
        raise RowRefused(
            "INVALID_EMAIL_ADDRESS",
            f"{known.label or known.name}: invalid email address: {text}",
            (known.name,),
        )
    return text


def _clean_number(known: Field, number: Decimal) -> Decimal:
    if abs(number) >= Decimal(10) ** (known.precision - known.scale):
        raise RowRefused(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{known.label or known.name}: value outside of valid range on numeric field: {number:f}",
            (known.name,),
        )
    # [R] More decimals than the field has are rounded, half up.
    number = number.quantize(Decimal(1).scaleb(-known.scale), ROUND_HALF_UP)
    # Shown like a double: 500000.0, 0.5.
    short = f"{number:f}".rstrip("0") if "." in f"{number:f}" else f"{number:f}."
    return Decimal(short + "0" if short.endswith(".") else short)


def _clean_reference(known: Field, text: str) -> str:
    id = sandbox_ids.canonical(text)
    if id is None or not id.startswith(OBJECTS[known.refers_to.lower()].prefix):
        raise RowRefused(
            "MALFORMED_ID", f"{known.label or known.name}: id value of incorrect type: {text}", (known.name,)
        )
    return id


Exists = Callable[[str, str], bool]
"""(object, id) -> is there such a live record?"""


def check_whole(
    object: SObject, values: Mapping[str, Raw], before: Mapping[str, Raw], exists: Exists
) -> None:
    """What holds between fields and records. Raises RowRefused."""
    missing = [one.name for one in object.fields if one.required and values.get(one.name) is None]
    if missing:
        raise RowRefused(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", tuple(missing)
        )
    for one in object.fields:
        id = values.get(one.name)
        if one.type != "reference" or one.read_only or not isinstance(id, str) or id == before.get(one.name):
            continue
        if not exists(one.refers_to, id):
            raise RowRefused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (one.name,))
    signed, expires = values.get("Contract_Date__c"), values.get("Expiry_Date__c")
    if isinstance(signed, str) and isinstance(expires, str) and expires < signed:
        raise RowRefused("FIELD_CUSTOM_VALIDATION_EXCEPTION", "到期日期不能早于签约日期", ("Expiry_Date__c",))
