"""Values on their way: Tryton's tagged JSON into raw values, and raw values into what a field takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from synchub.sdk import FieldSchema, FieldType, Raw, RejectedError

EXPECTED = {
    FieldType.INTEGER: ("a whole number", "整数"),
    FieldType.DECIMAL: ("a number", "数字"),
    FieldType.BOOLEAN: ("yes or no", "是或否"),
    FieldType.DATE: ("a date", "日期"),
    FieldType.DATETIME: ("a date with time", "带时间的日期"),
    FieldType.REFERENCE: ("the id of a record", "记录编号"),
}
TRUTH = {
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}
MOST_ID = 2**31 - 1
"""Ids are four bytes wide in PostgreSQL."""


def incoming(value: Raw, type: FieldType) -> Raw:
    """A value of a reply. SQLite says 1 for yes, and an id is a number there."""
    if isinstance(value, dict):
        return _untagged(value)
    if type is FieldType.BOOLEAN:
        return bool(value)
    if type is FieldType.REFERENCE and isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return [incoming(one, FieldType.TEXT) for one in value]
    return value


def _untagged(value: Mapping[str, Raw]) -> Raw:
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(str(value["decimal"]))
    if kind == "datetime":
        return moment(dict(value)).isoformat().replace("+00:00", "Z")
    if kind == "date":
        return date(*(_number(value, name) for name in ("year", "month", "day"))).isoformat()
    return None


def moment(value: Raw) -> datetime:
    """A stamp as an aware time: servers keep theirs in UTC and do not say so."""
    assert isinstance(value, Mapping)
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    year, month, day, hour, minute, second, micro = (_number(value, name) for name in names)
    return datetime(year, month, day, hour, minute, second, micro, UTC)


def tagged(when: datetime) -> dict[str, Raw]:
    """The other way, for domains and values."""
    utc = when.astimezone(UTC)
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime", **{name: getattr(utc, name) for name in names}}


def _number(value: Mapping[str, Raw], name: str) -> int:
    number = value.get(name, 0)
    assert isinstance(number, int)
    return number


def blank(value: Raw) -> bool:
    return value is None or value in ("", [])


def outgoing(field: FieldSchema, value: Raw, zone: ZoneInfo, *, exact: bool = False) -> Raw:
    """What a field takes; a time without offset is one of `zone`, an `exact` number travels as text. Raises RejectedError when it cannot be one."""
    if value is None or (value == "" and field.type is not FieldType.TEXT):
        return False if field.type is FieldType.BOOLEAN else None
    try:
        converted = _converted(field.type, value, zone)
    except (ValueError, InvalidOperation):
        expected, expected_zh = EXPECTED[field.type]
        raise RejectedError(
            "TR104", column=field.name, value=value, expected=expected, expected_zh=expected_zh
        ) from None
    if exact and isinstance(converted, Decimal):
        return {"__class__": "Decimal", "decimal": f"{converted:f}"}
    return converted


def _converted(type: FieldType, value: Raw, zone: ZoneInfo) -> Raw:
    text = plain(value)
    if type in {FieldType.INTEGER, FieldType.REFERENCE}:
        return _whole(value)
    if type is FieldType.DECIMAL:
        number = Decimal(text)
        if isinstance(value, bool) or not number.is_finite():
            raise ValueError(text)
        return number
    if type is FieldType.BOOLEAN:
        if isinstance(value, bool):
            return value
        if text.lower() not in TRUTH:
            raise ValueError(text)
        return TRUTH[text.lower()]
    if type is FieldType.DATE:
        day = date.fromisoformat(text)
        return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
    if type is FieldType.DATETIME:
        when = datetime.fromisoformat(text)
        return tagged(when if when.tzinfo is not None else when.replace(tzinfo=zone))
    return [plain(one) for one in value] if isinstance(value, list) else text


def _whole(value: Raw) -> int:
    number = Decimal(plain(value))
    if isinstance(value, bool) or number != number.to_integral_value():
        raise ValueError(str(value))
    return int(number)


def plain(value: Raw) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def ids(texts: Sequence[str]) -> list[Raw]:
    """Ids as the server counts them; what cannot be one is left out."""
    return [int(one) for one in dict.fromkeys(texts) if one.isdecimal() and 0 < int(one) <= MOST_ID]


def alike(one: Raw, other: Raw) -> bool:
    """Do two raw values say the same? Numbers by value, blank is blank, rows by the cells that both tell."""
    if blank(one) or blank(other):
        return blank(one) and blank(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(alike(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, bool) or isinstance(other, bool):
        return plain(one) == plain(other)
    try:
        return Decimal(plain(one)) == Decimal(plain(other)) and not (
            isinstance(one, str) and isinstance(other, str) and one != other
        )
    except InvalidOperation:
        return plain(one) == plain(other)
