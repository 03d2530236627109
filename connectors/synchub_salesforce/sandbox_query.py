"""Running a SOQL tree over the sandbox's documents: names, types, comparisons, order, and how a record looks in a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from synchub.sdk import Document, Raw

from . import sandbox_ids
from .sandbox_fields import NUMBER_TYPES, Field, SObject
from .sandbox_schema import OBJECTS
from .sandbox_soql import Both, Comparison, Condition, DateWord, Either, Literal, Not, Order, Query

ORG_TIMEZONE = ZoneInfo("Asia/Shanghai")
COMPOUND_NAMES = ("Street", "City", "State", "PostalCode", "Country")


class QueryRefused(Exception):  # noqa: N818 - the vendor's no, with its code
    """The query asks for what is not there; code and message are the vendor's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


Find = Callable[[str, str], Document | None]
"""(object, id) -> record, deleted ones included."""


@dataclass(frozen=True)
class Plan:
    """A query whose names are known to be right."""

    object: SObject
    query: Query
    find: Find
    now: datetime

    def matches(self, document: Document) -> bool:
        return self.query.where is None or self._holds(self.query.where, document)

    def ordered(self, documents: list[Document]) -> list[Document]:
        for order in reversed(self.query.order):
            documents = self._sorted(documents, order)
        start = self.query.offset
        end = None if self.query.limit is None else start + self.query.limit
        return documents[start:end]

    def _sorted(self, documents: list[Document], order: Order) -> list[Document]:
        path = resolve(self.object, order.field)

        def key(document: Document) -> object:
            # Times sort by what the server really holds; their fractions are neither shown nor compared.
            if len(path) == 1 and path[0].name == "SystemModstamp":
                return document.modified
            return _comparable(path[-1], value_of(document, path, self.find))

        empty = [one for one in documents if value_of(one, path, self.find) is None]
        filled = [one for one in documents if value_of(one, path, self.find) is not None]
        filled.sort(key=key, reverse=order.descending)  # type: ignore[arg-type]  # one type per field
        return filled + empty if order.nulls_last else empty + filled

    def _holds(self, condition: Condition, document: Document) -> bool:
        match condition:
            case Both(parts):
                return all(self._holds(part, document) for part in parts)
            case Either(parts):
                return any(self._holds(part, document) for part in parts)
            case Not(part):
                return not self._holds(part, document)
            case Comparison(name, op, wanted):
                path = resolve(self.object, name)
                held = value_of(document, path, self.find)
                return _compare(path[-1], held, op, wanted, self.now)


def check_names(object: SObject, query: Query) -> None:
    """Raise QueryRefused for a field that is not there or a value of another type."""
    for name in query.fields:
        resolve(object, name)
    for order in query.order:
        _usable(object, order.field, "sort")
    if query.where is not None:
        _check_condition(object, query.where)


def resolve(object: SObject, name: str) -> tuple[Field, ...]:
    """The fields a dotted name passes: ``Owner.Name`` gives OwnerId and Name."""
    path: list[Field] = []
    current = object
    *relations, last = name.split(".")
    for relation in relations:
        step = current.by_relationship.get(relation.lower())
        if step is None:
            raise QueryRefused(
                "INVALID_FIELD",
                f"Didn't understand relationship '{relation}' in field path. If you are attempting to use a custom"
                " relationship, be sure to append the '__r' after the custom relationship name.",
            )
        path.append(step)
        current = OBJECTS[step.refers_to.lower()]
    field = current.by_name.get(last.lower())
    if field is None:
        raise QueryRefused(
            "INVALID_FIELD",
            f"No such column '{last}' on entity '{current.name}'. If you are attempting to use a custom field, be sure to"
            " append the '__c' after the custom field name. Please reference your WSDL or the describe call for the"
            " appropriate names.",
        )
    return (*path, field)


def value_of(document: Document, path: tuple[Field, ...], find: Find) -> Raw:
    """What a record (or one it points to) holds."""
    current: Document | None = document
    for step in path[:-1]:
        id = current.values.get(step.name) if current else None
        current = find(step.refers_to, id) if isinstance(id, str) else None
    return None if current is None else cell(current, path[-1])


def cell(document: Document, field: Field) -> Raw:
    if field.name == "Id":
        return document.id
    if field.name == "IsDeleted":
        return document.deleted
    if field.type == "address":
        prefix = field.name.removesuffix("Address")
        parts: dict[str, Raw] = {
            part[0].lower() + part[1:]: document.values.get(prefix + part) for part in COMPOUND_NAMES
        }
        return parts if any(value is not None for value in parts.values()) else None
    return document.values.get(field.name)


def render(object: SObject, document: Document, query: Query, find: Find, root: str) -> dict[str, Raw]:
    """A record as a query shows it."""
    shown = _attributes(object, document, root)
    for name in query.fields:
        path = resolve(object, name)
        if len(path) == 1:
            shown[path[0].name] = cell(document, path[0])
            continue
        target = shown
        current: Document | None = document
        for step in path[:-1]:
            id = current.values.get(step.name) if current else None
            current = find(step.refers_to, id) if isinstance(id, str) else None
            if current is None:
                target[step.relationship] = None
                break
            inner = target.get(step.relationship)
            if not isinstance(inner, dict):
                inner = _attributes(OBJECTS[step.refers_to.lower()], current, root)
                target[step.relationship] = inner
            target = inner
        else:
            assert current is not None
            target[path[-1].name] = cell(current, path[-1])
    return shown


def _attributes(object: SObject, document: Document, root: str) -> dict[str, Raw]:
    return {"attributes": {"type": object.name, "url": f"{root}/sobjects/{object.name}/{document.id}"}}


# --- comparing


def _compare(field: Field, held: Raw, op: str, wanted: Literal | tuple[Literal, ...], now: datetime) -> bool:
    if isinstance(wanted, tuple):
        found = any(_compare(field, held, "=", one, now) for one in wanted)
        return found if op == "IN" else not found
    if wanted is None or held is None:
        same = wanted is None and held is None
        return same if op == "=" else (not same) if op == "!=" else False
    if isinstance(wanted, DateWord):
        return _in_span(field, held, op, wanted, now)
    if op == "LIKE":
        return _like(str(held), str(wanted))
    one, other = _comparable(field, held), _literal(field, wanted)
    results: Mapping[str, Callable[[], bool]] = {
        "=": lambda: one == other,
        "!=": lambda: one != other,
        "<": lambda: one < other,  # type: ignore[operator]  # both sides have the field's type
        "<=": lambda: one <= other,  # type: ignore[operator]
        ">": lambda: one > other,  # type: ignore[operator]
        ">=": lambda: one >= other,  # type: ignore[operator]
    }
    return results[op]()


def _comparable(field: Field, held: Raw) -> object:
    """What the vendor compares: ids by 15 characters, times by the second, text without case."""
    if field.type in {"id", "reference"}:
        return str(held)[:15]
    if field.type == "datetime":
        return read_time(str(held)).replace(microsecond=0)
    if field.type == "date":
        return date.fromisoformat(str(held))
    if field.type in NUMBER_TYPES:
        return held if isinstance(held, (int, Decimal)) else Decimal(str(held))
    return held.casefold() if isinstance(held, str) else held


def _literal(field: Field, wanted: Literal) -> object:
    if isinstance(wanted, datetime):
        return wanted.astimezone(UTC).replace(microsecond=0)
    if field.type == "datetime" and isinstance(wanted, date):
        return datetime.combine(wanted, time(), ORG_TIMEZONE).astimezone(UTC)
    if isinstance(wanted, str):
        return wanted[:15] if field.type in {"id", "reference"} else wanted.casefold()
    return wanted


def _in_span(field: Field, held: Raw, op: str, word: DateWord, now: datetime) -> bool:
    first, after = word.span(now.astimezone(ORG_TIMEZONE).date())
    if field.type == "datetime":
        day = read_time(str(held)).astimezone(ORG_TIMEZONE).date()
    else:
        day = date.fromisoformat(str(held))
    inside = first <= day < after
    results = {
        "=": inside, "!=": not inside, "<": day < first, "<=": day < after, ">": day >= after, ">=": day >= first,
    }  # fmt: skip
    return results[op]


def _like(held: str, pattern: str) -> bool:
    parts = [{"%": ".*", "_": "."}.get(char, re.escape(char)) for char in pattern]
    return re.fullmatch("".join(parts), held, re.IGNORECASE | re.DOTALL) is not None


def _check_condition(object: SObject, condition: Condition) -> None:
    match condition:
        case Both(parts) | Either(parts):
            for part in parts:
                _check_condition(object, part)
        case Not(part):
            _check_condition(object, part)
        case Comparison(name, _, wanted):
            field = _usable(object, name, "filter")
            for value in wanted if isinstance(wanted, tuple) else (wanted,):
                _check_type(field, value)


def _usable(object: SObject, name: str, use: str) -> Field:
    field = resolve(object, name)[-1]
    if field.type in {"textarea", "address"}:
        raise QueryRefused("INVALID_FIELD", f"field '{field.name}' can not be {use}ed in a query call")
    return field


def _check_type(field: Field, value: Literal) -> None:
    if value is None:
        return
    if field.type in {"datetime", "date"}:
        right = isinstance(value, (date, DateWord)) and not (
            field.type == "date" and isinstance(value, datetime)
        )
    elif field.type in NUMBER_TYPES:
        right = isinstance(value, Decimal)
    elif field.type == "boolean":
        right = isinstance(value, bool)
    else:
        right = isinstance(value, str)
        if (
            right
            and field.type in {"id", "reference"}
            and value
            and sandbox_ids.canonical(str(value)) is None
        ):
            raise QueryRefused("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
    if not right:
        quoted = " and should not be enclosed in quotes" if isinstance(value, str) else ""
        kind = {"datetime": "dateTime"}.get(field.type, field.type)
        raise QueryRefused(
            "INVALID_FIELD",
            f"value of filter criterion for field '{field.name}' must be of type {kind}{quoted}",
        )


def read_time(text: str) -> datetime:
    """Aware UTC of what a record holds."""
    return datetime.fromisoformat(text).astimezone(UTC)


def write_time(moment: datetime) -> str:
    """The vendor's spelling: milliseconds, and an offset without colon."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
