"""Values on their way: a reply's record into columns, and the hub's raw values into the JSON types a column takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter

from synchub.sdk import (
    ABSENT,
    FieldSchema,
    FieldType,
    ObjectSchema,
    Raw,
    RawRecord,
    RawValue,
    RejectedError,
)

from .client import JsonObject

EXPECTED = {
    FieldType.INTEGER: ("a whole number", "整数"),
    FieldType.DECIMAL: ("a number", "数字"),
    FieldType.BOOLEAN: ("yes or no", "是或否"),
    FieldType.DATE: ("a date", "日期"),
    FieldType.DATETIME: ("a date with time and zone", "带时区的日期时间"),
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


def record(row: JsonObject, columns: tuple[str, ...]) -> RawRecord:
    """A row of a query, which holds ``Id``, ``SystemModstamp`` and, as far as the object has them, ``IsDeleted`` and ``MasterRecordId``."""
    stamp, master = row.get("SystemModstamp"), row.get("MasterRecordId")
    return RawRecord(
        str(row["Id"]),
        _cells(columns)(row),
        read_time(stamp) if isinstance(stamp, str) else None,
        deleted=row.get("IsDeleted") is True,
        merged_into=str(master) if master and row.get("IsDeleted") is True else "",
    )


def own_columns(schema: ObjectSchema) -> list[str]:
    """What we ask for besides the columns that are wanted. Accounts, contacts and leads that were merged name the record that is left."""
    there = [name for name in ("IsDeleted", "MasterRecordId") if schema.column(name) is not None]
    return ["Id", "SystemModstamp", *there]


@lru_cache(maxsize=64)
def _cells(columns: tuple[str, ...]) -> Callable[[JsonObject], tuple[RawValue, ...]]:
    """Reads the cells of these columns: mostly all of them are there, and none goes through a relation."""
    paths = [tuple(column.split(".")) for column in columns]
    firsts = itemgetter(*(path[0] for path in paths)) if len(paths) > 1 else None
    deep = [(place, path[1:]) for place, path in enumerate(paths) if len(path) > 1]

    def read(row: JsonObject) -> tuple[RawValue, ...]:
        if firsts is None or not firsts_there(row):
            return tuple(_cell(row, path) for path in paths)
        cells: tuple[RawValue, ...] = firsts(row)
        if not deep:
            return cells
        listed = list(cells)
        for place, steps in deep:
            listed[place] = _cell(listed[place], steps)
        return tuple(listed)

    firsts_there = frozenset(path[0] for path in paths).issubset
    return read


def _cell(value: RawValue, path: tuple[str, ...]) -> RawValue:
    """A dotted column goes through relations; a relation that points nowhere is null all the way."""
    for step in path:
        if value is None:
            return None
        if not isinstance(value, dict) or step not in value:
            return ABSENT
        value = value[step]
    return value


@lru_cache(maxsize=1024)
def read_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def write_time(moment: datetime) -> str:
    """For SOQL: whole seconds, in UTC, without a plus sign that an address would lose."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def outgoing(field: FieldSchema, value: Raw) -> Raw:
    """The JSON value a column takes. Raises RejectedError when it cannot be one; blank text is null there."""
    if isinstance(value, str):
        value = value.strip() or None if field.type != FieldType.TEXT else value or None
    if value is None:
        return None
    try:
        return _converted(field.type, value)
    except (ValueError, InvalidOperation):
        expected, expected_zh = EXPECTED[field.type]
        raise RejectedError(
            "SF103", column=field.name, value=value, expected=expected, expected_zh=expected_zh
        ) from None


def _converted(type: FieldType, value: Raw) -> Raw:
    text = _plain(value)
    if type in {FieldType.INTEGER, FieldType.DECIMAL}:
        number = Decimal(text)
        if isinstance(value, bool) or not number.is_finite():
            raise ValueError(text)
        return number if type == FieldType.DECIMAL else _whole(number)
    if type == FieldType.BOOLEAN:
        if isinstance(value, bool):
            return value
        if text.lower() not in TRUTH:
            raise ValueError(text)
        return TRUTH[text.lower()]
    if type == FieldType.DATE:
        return date.fromisoformat(text).isoformat()
    if type == FieldType.DATETIME:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if type == FieldType.MULTICHOICE and isinstance(value, list):
        return ";".join(_plain(one) for one in value)
    return value if isinstance(value, (list, dict)) else text


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueError(str(number))
    return int(number)


def _plain(value: Raw) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
