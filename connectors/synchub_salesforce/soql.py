"""Writing SOQL: quoting, and lists cut so that the address stays within the vendor's limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from urllib.parse import quote_plus

from synchub.sdk import FieldSchema, FieldType

# 16,384 bytes are allowed for address and headers together; the rest is for host, path, token and other headers.
LONGEST_QUERY = 12_000


def select(object: str, columns: Sequence[str], where: str = "", tail: str = "") -> str:
    """A query for these columns, each once."""
    names = list({name.lower(): name for name in columns}.values())
    parts = ["SELECT", ", ".join(names), "FROM", object, *(["WHERE", where] if where else []), tail]
    return " ".join(part for part in parts if part)


def text(value: str) -> str:
    from simple_salesforce.format import quote_soql_value

    return str(quote_soql_value(value))


def literal(field: FieldSchema, value: str) -> str | None:
    """A value as the column's type is written; None when no record can hold it."""
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        try:
            return f"{Decimal(value):f}"
        except InvalidOperation:
            return None
    if field.type == FieldType.BOOLEAN:
        return value.lower() if value.lower() in {"true", "false"} else None
    return value if field.type in {FieldType.DATE, FieldType.DATETIME} else text(value)


def queries_in(object: str, columns: Sequence[str], column: str, literals: Sequence[str]) -> Iterator[str]:
    """Queries that together ask for ``column IN literals``, each short enough for an address."""
    room = LONGEST_QUERY - len(quote_plus(select(object, columns, f"{column} IN ()")))
    chunk: list[str] = []
    used = 0
    for one in literals:
        size = len(quote_plus(one + ","))
        if chunk and used + size > room:
            yield select(object, columns, f"{column} IN ({','.join(chunk)})")
            chunk, used = [], 0
        chunk.append(one)
        used += size
    if chunk:
        yield select(object, columns, f"{column} IN ({','.join(chunk)})")
