"""Where a field's canonical value lives in an entity's table, by the kind of the field.

Decimals are NUMERIC(20,6) on PostgreSQL and exact text on SQLite; money is an amount column and ``<field>_currency``. A value that its
typed column cannot give back letter by letter is kept, exact, in the JSON column `exact`, and the column holds the nearest thing
it can: the store neither refuses nor alters what a kind made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Numeric, Text
from sqlalchemy.types import TypeEngine

from synchub.model.kinds import Kind
from synchub.model.values import Canonical
from synchub.store.codec import decode, encode

_FITTING_NUMBER = re.compile(r"-?\d{1,13}(\.\d+)?", re.ASCII)
"""Thirteen digits before the point, so that rounding cannot overflow NUMERIC(20,6)."""
_ANY_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_AMOUNT = re.compile(r"(-?(?:0|[1-9]\d{0,12})(?:\.\d+)?) ([A-Z]{3})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_DECIMALS_KEPT = 6

Cell = str | bool | None


class Storage(StrEnum):
    """The shapes of columns."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"
    LIST = "list"


_STORAGE: Final = {
    "decimal": Storage.NUMBER,
    "integer": Storage.NUMBER,
    "percent": Storage.NUMBER,
    "money": Storage.MONEY,
    "date": Storage.DATE,
    "datetime": Storage.DATETIME,
    "bool": Storage.BOOL,
    "list": Storage.LIST,
}


def storage_of(kind: Kind) -> Storage:
    """Every kind that is not named here is text."""
    return _STORAGE.get(kind.name, Storage.TEXT)


def exact_number() -> TypeEngine[Any]:
    """The column type of decimals."""
    return Text().with_variant(Numeric(20, _DECIMALS_KEPT), "postgresql")


def instant_type() -> TypeEngine[Any]:
    """The column type of points in time: UTC text of fixed width on SQLite, so that it sorts."""
    return Text().with_variant(DateTime(timezone=True), "postgresql")


_TYPES: Final = {
    Storage.TEXT: Text,
    Storage.NUMBER: exact_number,
    Storage.MONEY: exact_number,
    Storage.DATE: Date,
    Storage.DATETIME: instant_type,
    Storage.BOOL: Boolean,
    Storage.LIST: JSON,
}


def columns_of(name: str, storage: Storage) -> Iterable[Column[Any]]:
    """The columns of one field. The currency of an amount has its own."""
    yield Column(name, _TYPES[storage]())
    if storage is Storage.MONEY:
        yield Column(f"{name}_currency", Text)


@dataclass(frozen=True, slots=True)
class FieldColumns:
    """How one field's value becomes cells and comes back. `postgres` says which database: their columns can do different things."""

    name: str
    storage: Storage
    postgres: bool
    scale: int = 0
    """Decimals that money is written with."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_currency") if self.storage is Storage.MONEY else (self.name,)

    @property
    def as_it_is(self) -> bool:
        """Is what the database gives the value, as text?"""
        if self.storage in {Storage.NUMBER, Storage.DATE, Storage.DATETIME}:
            return not self.postgres
        return self.storage is Storage.TEXT

    def split(self, value: Canonical) -> tuple[tuple[Cell, ...], bool]:
        """The cells of a value that is not null, and whether they say it exactly."""
        match self.storage:
            case Storage.TEXT:
                return self._text(value)
            case Storage.BOOL:
                return ((value,), True) if isinstance(value, bool) else ((None,), False)
            case Storage.NUMBER:
                return self._number(value)
            case Storage.MONEY:
                return self._money(value)
            case Storage.DATE:
                return ((str(value),), True) if _is_date(value) else ((None,), False)
            case Storage.DATETIME:
                return ((str(value),), True) if _is_moment(value) else ((None,), False)
            case Storage.LIST:
                return self._list(value)

    def _text(self, value: Canonical) -> tuple[tuple[Cell, ...], bool]:
        if not isinstance(value, str):
            return (None,), False
        if self.postgres and "\0" in value:  # PostgreSQL has no NUL in text
            return (value.replace("\0", ""),), False
        return (value,), True

    def _number(self, value: Canonical) -> tuple[tuple[Cell, ...], bool]:
        if not isinstance(value, str):
            return (None,), False
        if not self.postgres:
            return ((value,), True) if _ANY_NUMBER.fullmatch(value) else ((None,), False)
        if not _FITTING_NUMBER.fullmatch(value):
            return (None,), False
        return (value,), _plain(Decimal(value)) == value and len(value.partition(".")[2]) <= _DECIMALS_KEPT

    def _money(self, value: Canonical) -> tuple[tuple[Cell, ...], bool]:
        found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if not found:
            return (None, None), False
        amount, currency = found.groups()
        exact = not self.postgres or self._amount(Decimal(amount)) == amount
        return (amount, currency), exact and len(amount.partition(".")[2]) <= _DECIMALS_KEPT

    def _amount(self, amount: Decimal) -> str:
        whole, _, decimals = _fixed(amount).partition(".")
        decimals = decimals.rstrip("0").ljust(self.scale, "0")
        return f"{whole}.{decimals}" if decimals else whole

    def _list(self, value: Canonical) -> tuple[tuple[Cell, ...], bool]:
        return ((encode(value),), True) if isinstance(value, list) else ((None,), False)

    def join(self, cells: Sequence[Any]) -> Canonical | None:
        """The value of what the database gave for `columns`; more cells may follow."""
        cell = cells[0]
        if cell is None or self.storage is Storage.TEXT:
            return cell  # type: ignore[no-any-return]  # a text column gives text
        match self.storage:
            case Storage.BOOL:
                return bool(cell)
            case Storage.NUMBER:
                return cell if isinstance(cell, str) else _plain(cell)
            case Storage.MONEY:
                return f"{cell if isinstance(cell, str) else self._amount(cell)} {cells[1]}"
            case Storage.DATE:
                return cell if isinstance(cell, str) else str(cell.isoformat())
            case Storage.DATETIME:
                return cell if isinstance(cell, str) else _moment(cell)
            case Storage.LIST:
                return cast("list[str]", decode(cell))


def _fixed(number: Decimal) -> str:
    """As PostgreSQL would keep it: it knows no minus zero."""
    return format(number or number.copy_abs(), "f")


def _plain(number: Decimal) -> str:
    text = _fixed(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _is_date(value: Canonical) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_moment(value: Canonical) -> bool:
    if not isinstance(value, str) or not _DATETIME.fullmatch(value) or value.endswith(".000000Z"):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
