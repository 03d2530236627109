"""Reading Salesforce's errors: which of ours an answer, or a row of it, is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from synchub.sdk import (
    AuthError,
    ConnectorError,
    ExpiredError,
    NotFoundError,
    ProtocolError,
    QuotaError,
    RateLimitError,
    RejectedError,
    Reply,
    StaleVersionError,
    UnavailableError,
    UnknownOutcomeError,
    decode_json,
)

USAGE = re.compile(r"(?<!-)api-usage=(\d+)/(\d+)")
# Nothing was done, the same call may succeed in a moment.
LOCKED = frozenset({"UNABLE_TO_LOCK_ROW"})
GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
# The mapping or the org's set-up is wrong, not the record.
SETUP = frozenset({"INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY", "INVALID_FIELD_FOR_INSERT_UPDATE"})
NO_ACCESS = frozenset(
    {"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "INVALID_LOGIN", "UNSUPPORTED_API_VERSION"}
)


class LocatorLostError(ProtocolError):
    """The server has forgotten the walk through a result; it is begun anew from the last row read."""


class SetupError(ProtocolError):
    """An object or field that is not there, or not for us."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of an error list."""

    code: str
    message: str
    fields: tuple[str, ...] = ()


def complaints(value: object) -> list[Complaint]:
    """The entries of an error list; those of collections call the code ``statusCode``."""
    found: list[Complaint] = []
    for one in value if isinstance(value, list) else []:
        if isinstance(one, dict) and ("errorCode" in one or "statusCode" in one):
            fields = one.get("fields")
            found.append(
                Complaint(
                    str(one.get("errorCode") or one.get("statusCode")),
                    str(one.get("message", "")),
                    tuple(str(name) for name in fields) if isinstance(fields, list) else (),
                )
            )
    return found


def classify(reply: Reply) -> ConnectorError | None:
    """What an answer as a whole says; None leaves it to the HTTP status."""
    if reply.status < 300:
        return None
    try:
        listed = complaints(decode_json(reply.body)) if reply.body else []
    except ValueError:
        listed = []
    if reply.status in {406, 420}:
        # Seen in passing by others; nobody says whether the call was taken.
        return UnknownOutcomeError("C107", system=reply.system)
    return _of_complaint(listed[0], reply) if listed else None


def _of_complaint(one: Complaint, reply: Reply) -> ConnectorError | None:
    detail = f"{one.code}: {one.message}"
    if one.code == "INVALID_SESSION_ID":
        return ExpiredError("C105", detail=detail)
    if one.code == "REQUEST_LIMIT_EXCEEDED":
        if "concurrent" in one.message.lower():
            return RateLimitError("C103")
        return QuotaError("C104", detail=one.message)
    if one.code in LOCKED:
        return RateLimitError("SF104")
    if one.code == "QUERY_TIMEOUT":
        return UnavailableError("C102", seconds=120)
    if one.code == "INVALID_QUERY_LOCATOR":
        return LocatorLostError("C108", detail=detail)
    if reply.status == 404 or one.code == "ENTITY_IS_DELETED":
        return NotFoundError("SF108", detail=detail)
    if reply.status == 412:
        return StaleVersionError("C112")
    if one.code in NO_ACCESS or reply.status == 403:
        return AuthError("SF109", detail=detail)
    if one.code in SETUP:
        return SetupError("SF101", detail=one.message)
    if reply.status == 400:
        return RejectedError("SF102", detail=one.message, error_code=one.code)
    return None


def of_row(found: list[Complaint], system: str, object: str, id: str = "") -> ConnectorError:
    """What the refusal of one row of a collection means."""
    one = found[0] if found else Complaint("UNKNOWN", "")
    if one.code in LOCKED:
        return RateLimitError("SF104", system=system, object=object, external_id=id)
    if one.code in GONE and not one.fields:
        return NotFoundError("SF108", system=system, object=object, external_id=id, detail=one.message)
    if one.code == "DUPLICATES_DETECTED":
        return RejectedError("SF106", system=system, object=object, external_id=id, detail=one.message)
    detail = "; ".join(
        f"{one.message} [{', '.join(one.fields)}]" if one.fields else one.message for one in found
    )
    return RejectedError(
        "SF102", system=system, object=object, external_id=id, detail=detail, error_code=one.code
    )


def usage(reply: Reply) -> tuple[int, int] | None:
    """(calls used, calls allowed) in 24 hours, as each answer tells."""
    found = USAGE.search(reply.headers.get("Sforce-Limit-Info", ""))
    return (int(found[1]), int(found[2])) if found else None
