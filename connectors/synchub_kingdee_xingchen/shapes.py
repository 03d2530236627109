"""From the vendor's JSON to the values of columns: texts, exact numbers, clear sensitive values, rows of lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from synchub.sdk import ABSENT, FieldSchema, FieldType, Problem, Raw, RawValue, Unreadable

from .cipher import SensitiveCipher, UnreadableValueError
from .schema_shapes import CUSTOM, Entity

Detail = Mapping[str, object]
"""One record as the vendor sends it."""


def values_of(
    entity: Entity, columns: Sequence[str], detail: Detail, cipher: SensitiveCipher
) -> tuple[RawValue, ...]:
    """The values of these columns, in order; ABSENT where the reply says nothing of one."""
    return tuple(value_of(entity, column, detail, cipher) for column in columns)


def value_of(entity: Entity, column: str, detail: Detail, cipher: SensitiveCipher) -> RawValue:
    """The value of one column; a list with one unreadable value is unreadable as a whole, since it is written as a whole."""
    head, _, rest = column.partition(".")
    if head == CUSTOM and rest:
        fields = detail.get(CUSTOM)
        found = fields.get(rest, ABSENT) if isinstance(fields, dict) else ABSENT
        return found if found is ABSENT or found is None else str(found)
    spec = entity.schema.column(column)
    source = entity.rows_from.get(column, column)
    if spec is None or source not in detail:
        return ABSENT
    try:
        return _clear(spec, detail[source], cipher)
    except UnreadableValueError:
        return Unreadable(Problem("KX120", {"column": column}))
    except ValueError:
        return Unreadable(Problem("KX121", {"column": column}))


def _clear(spec: FieldSchema, value: object, cipher: SensitiveCipher) -> Raw:
    if spec.type is FieldType.LIST:
        rows = [] if value is None else value
        if not isinstance(rows, list):
            raise ValueError
        return [_clear_row(spec, row, cipher) for row in rows]
    if spec.sensitive and isinstance(value, str) and value:
        value = cipher.decrypt(value)
    return plain(spec.type, value)


def _clear_row(spec: FieldSchema, row: object, cipher: SensitiveCipher) -> dict[str, Raw]:
    if not isinstance(row, dict):
        raise ValueError  # noqa: TRY004 - one of the ways in which a reply is not what was documented
    return {one.name: _clear(one, row[one.name], cipher) for one in spec.fields if one.name in row}


def plain(type: FieldType, value: object) -> Raw:
    """One scalar of the vendor's JSON in our form. Raises ValueError when it is not one."""
    if value is None or value == "":
        return None if value is None else ""
    if type is FieldType.DECIMAL:
        return number(value)
    if type is FieldType.BOOLEAN:
        return truth(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if not isinstance(value, (str, int, Decimal)):
        raise ValueError  # noqa: TRY004 - as above
    text = str(value)
    # Times come as local texts without a zone; the system's time zone is applied where they are mapped.
    return text.replace(" ", "T", 1) if type is FieldType.DATETIME else text


def number(value: object) -> int | Decimal:
    """An exact number from a number or its text: lists have texts where details have numbers [D]."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return value
    try:
        return Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        raise ValueError from None


def truth(value: object) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    found = known.get(str(value).lower())
    if found is None:
        raise ValueError
    return found


def moment(text: object, timezone: ZoneInfo) -> datetime | None:
    """A modification time, which the vendor tells in local time [R: UTC+8] without saying so."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=timezone).astimezone(UTC)
    except ValueError:
        return None


def alike(one: RawValue, other: RawValue) -> bool:
    """Do two raw values mean the same? Numbers by value, nothing and empty text alike, rows by what both tell."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(alike(one.get(key), other.get(key)) for key in one.keys() & other.keys())
    return _canonical(one) == _canonical(other)


def _canonical(value: RawValue) -> object:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, (int, Decimal, str)):
        try:
            return Decimal(str(value)).normalize()
        except InvalidOperation:
            return value
    return value


def fingerprint(entity: Entity, row: Detail, keys: Iterable[str]) -> str:
    """A short hash over these columns of a list row, or of a detail that tells the same columns."""
    digest = hashlib.blake2b(digest_size=12)
    for key in sorted(keys):
        spec = entity.schema.column(key)
        value = row.get(key)
        text = "" if value is None else str(value)
        if spec is not None and spec.type is FieldType.DECIMAL and text:
            text = f"{Decimal(text).normalize():f}"
        digest.update(f"{key}\x1f{text}\x1e".encode())
    return digest.hexdigest()


def fingerprint_keys(entity: Entity, row: Detail) -> frozenset[str]:
    """The columns of a list row that a detail tells too: scalars of the schema, none of them sensitive."""
    known = {
        spec.name for spec in entity.schema.fields if not spec.sensitive and spec.type is not FieldType.LIST
    }
    return frozenset(known & row.keys())
