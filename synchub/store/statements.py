"""Statements on whole pages: one statement, or one prepared statement run over all rows, handed to the driver itself.

What SQLAlchemy does around a statement costs several times what a small one takes, and an idle run is made of small ones.

Texts are written once with ``?`` for a parameter and ``{among}`` for "is one of this list", and become the dialect's own. A list
is one parameter (a JSON array on SQLite, an array on PostgreSQL), so that no limit on parameters is ever met.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

import msgspec
from sqlalchemy import JSON, Connection, LargeBinary, Table
from sqlalchemy.dialects import postgresql

from synchub.store.codec import decode, encode

Row = Sequence[Any]
NOTHING_SPECIAL: Final[Mapping[str, str]] = MappingProxyType({})
_COPY_FROM: Final = 20
"""Rows from which on COPY is worth its start."""
_PAGE: Final = 2000
_AT_ONCE_FROM: Final = 4
"""Rows from which on one statement over all of them is cheaper than one for each."""
_POSTGRES: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types


class Statements:
    """Runs statements on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.postgres = connection.dialect.name == "postgresql"

    @cached_property
    def _cursor(self) -> Any:
        """The driver's; one for all statements, since each is fetched whole before the next."""
        return self.connection.connection.cursor()

    def rows(self, sql: str, *parameters: Any) -> Sequence[Row]:
        """All rows of a query, as the driver gives them."""
        found: Sequence[Row] = self._cursor.execute(self._own(sql), parameters).fetchall()
        return found

    def stream(self, sql: str, *parameters: Any) -> Iterator[Row]:
        """All rows of a query, of which only a page is in memory; others may be asked meanwhile, but not another stream."""
        connection = self.connection.connection
        cursor = connection.cursor(name="stream") if self.postgres else connection.cursor()
        try:
            cursor.execute(self._own(sql), parameters)
            while page := cursor.fetchmany(_PAGE):
                yield from page
        finally:
            cursor.close()

    def records(self, table: Table, rest: str = "", *parameters: Any) -> list[SimpleNamespace]:
        """Whole rows of a table, by the names of its columns, and JSON as what it says; `rest` follows FROM."""
        names, as_json = _shape(table)
        found = []
        for row in self.rows(
            f"SELECT {listed(table, self.json_text)} FROM {quote(table.name)} {rest}", *parameters
        ):
            record = SimpleNamespace(**dict(zip(names, row, strict=True)))
            for name in as_json:
                setattr(record, name, decode(getattr(record, name)))
            found.append(record)
        return found

    def run(self, sql: str, *parameters: Any) -> int:
        """Run a statement; how many rows it touched."""
        touched: int = self._cursor.execute(self._own(sql), parameters).rowcount
        return touched

    def run_each(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement once per row of parameters; how many rows were touched in all."""
        if not rows:
            return 0
        if len(rows) == 1:  # what a driver sets up for many is half as dear again
            return self.run(sql, *rows[0])
        self._cursor.executemany(self._own(sql), rows)
        touched: int = self._cursor.rowcount
        return touched

    def list(self, values: Collection[str]) -> Any:
        """The one parameter of ``{among}``."""
        listed = encode([*values])
        if not self.postgres:
            return listed
        # where JSON need not escape anything, its list is one of PostgreSQL in other brackets; the driver would look at each value
        return f"{{{listed[1:-1]}}}" if "\\" not in listed else [*values]

    def insert(self, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """New rows; texts are the dialect's own literals (times, numbers, JSON)."""
        if not rows:
            return
        if self.postgres and len(rows) >= _COPY_FROM:
            self._copy(_quoted(table, columns), rows)
        else:
            self.run_each(_insert(table, columns), rows)

    def upsert(
        self,
        table: Table,
        columns: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        *,
        key: tuple[str, ...],
        set_: str | None = None,
    ) -> None:
        """New rows, or the new values for rows that are there; `set_` overrides what happens to those."""
        sql = _upsert(table, columns, key, set_)
        if not self.postgres or len(rows) < _AT_ONCE_FROM:
            self.run_each(sql, rows)
            return
        last = {tuple(row[columns.index(name)] for name in key): row for row in rows}
        picked = ", ".join(_picked(table, columns))
        source = f"SELECT {picked} FROM {_given(len(columns))}"
        values = f"VALUES ({', '.join('?' * len(columns))})"
        self._cursor.execute(sql.replace(values, source), (_as_json(list(last.values())),))

    def update(
        self,
        table: Table,
        columns: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        *,
        key: tuple[str, ...] = ("id",),
        how: Mapping[str, str] = NOTHING_SPECIAL,
    ) -> int:
        """Set `columns` of the rows that `key` names; each row ends with its key. How many rows there were.

        `how` gives expressions, with ``?`` for the given value, for columns that do not just take it.
        """
        if not rows:
            return 0
        if not self.postgres or len(rows) < _AT_ONCE_FROM:
            return self.run_each(_update(table, columns, key, tuple(how.items())), rows)
        last = {row[len(columns) :]: row for row in rows}
        touched: int = self._cursor.execute(
            _update_at_once(table, columns, key, tuple(how.items())), (_as_json(list(last.values())),)
        ).rowcount
        return touched

    def _copy(self, target: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._cursor.copy(f"COPY {target} FROM STDIN") as copy:
            write = copy.write_row
            for row in rows:
                write(row)

    def _own(self, sql: str) -> str:
        return _for_postgres(sql) if self.postgres else _for_sqlite(sql)

    @cached_property
    def json_text(self) -> str:
        """What follows a JSON column so that it comes as text."""
        return "::text" if self.postgres else ""


@lru_cache(maxsize=64)
def listed(table: Table, json_text: str) -> str:
    """The select list of a whole table, JSON as text."""
    return ", ".join(
        quote(one.name) + (json_text if isinstance(one.type, JSON) else "") for one in table.columns
    )


@lru_cache(maxsize=64)
def _shape(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of its columns, and of those that hold JSON."""
    return (
        tuple(one.name for one in table.columns),
        tuple(one.name for one in table.columns if isinstance(one.type, JSON)),
    )


@lru_cache(maxsize=512)
def _for_postgres(sql: str) -> str:
    return sql.replace("%", "%%").replace("{among}", "= ANY(?::text[])").replace("?", "%s")


@lru_cache(maxsize=512)
def _for_sqlite(sql: str) -> str:
    return sql.replace("{among}", "IN (SELECT value FROM json_each(?))")


def _as_json(rows: Sequence[Row]) -> str:
    """Rows as one parameter for `_given`: the driver takes an array apart value by value, which costs ten times as much."""
    given = _row_type(len(rows[0]))
    return encode([given(*row) for row in rows])


@lru_cache(maxsize=64)
def _row_type(width: int) -> type[msgspec.Struct]:
    """A row with the columns of `_given`: made, and encoded, in a fraction of the time of a dictionary."""
    return msgspec.defstruct("Given", [f"c{place}" for place in range(width)], gc=False)


def _given(width: int) -> str:
    """The rows of `_as_json`: texts, in the columns c0, c1, …"""
    names = ", ".join(f"c{place} text" for place in range(width))
    return f"json_to_recordset(%s::json) AS given({names})"


def _picked(table: Table, columns: tuple[str, ...]) -> list[str]:
    """The values of `_given` in the types of their columns; bytes are encoded as base64."""
    return [
        f"decode(given.c{place}, 'base64')"
        if isinstance(type_, LargeBinary)
        else f"given.c{place}::{type_.compile(_POSTGRES)}"
        for place, type_ in enumerate(table.c[name].type for name in columns)
    ]


def quote(name: str) -> str:
    return f'"{name}"'


def _quoted(table: Table, columns: tuple[str, ...]) -> str:
    return f"{quote(table.name)} ({', '.join(map(quote, columns))})"


@lru_cache(maxsize=256)
def _insert(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {_quoted(table, columns)} VALUES ({', '.join('?' * len(columns))})"


@lru_cache(maxsize=256)
def _upsert(table: Table, columns: tuple[str, ...], key: tuple[str, ...], set_: str | None) -> str:
    if set_ is None:
        set_ = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns if name not in key)
    action = f"DO UPDATE SET {set_}" if set_ else "DO NOTHING"
    return f"{_insert(table, columns)} ON CONFLICT ({', '.join(map(quote, key))}) {action}"


@lru_cache(maxsize=256)
def _update(
    table: Table, columns: tuple[str, ...], key: tuple[str, ...], how: tuple[tuple[str, str], ...]
) -> str:
    special = dict(how)
    settings = ", ".join(f"{quote(name)} = {special.get(name, '?')}" for name in columns)
    return f"UPDATE {quote(table.name)} SET {settings} WHERE {' AND '.join(f'{quote(name)} = ?' for name in key)}"


@lru_cache(maxsize=256)
def _update_at_once(
    table: Table, columns: tuple[str, ...], key: tuple[str, ...], how: tuple[tuple[str, str], ...]
) -> str:
    special = dict(how)
    picked = _picked(table, (*columns, *key))
    settings = ", ".join(
        f"{quote(name)} = {special.get(name, '?').replace('?', value)}"
        for name, value in zip(columns, picked, strict=False)
    )
    same = " AND ".join(
        f"{quote(table.name)}.{quote(name)} = {value}"
        for name, value in zip(key, picked[len(columns) :], strict=True)
    )
    return f"UPDATE {quote(table.name)} SET {settings} FROM {_given(len(picked))} WHERE {same}"
