"""Statements on whole pages: one statement, or one prepared statement run by the driver over all rows.

Texts are written once with ``?`` for a parameter and ``{among}`` for "is one of this list", and become the dialect's own. A list
is one parameter (a JSON array on SQLite, an array on PostgreSQL), so that no limit on parameters is ever met.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import JSON, Connection, Table

from synchub.store.codec import decode, encode
from synchub.store.database import sqlite_driver

Row = Sequence[Any]
_COPY_FROM = 20
"""Rows from which on COPY is worth its start."""


class Statements:
    """Runs statements on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.postgres = connection.dialect.name == "postgresql"
        # the driver itself: on SQLite a statement takes a few microseconds, and SQLAlchemy's wrapping of its result thirty
        self._driver = None if self.postgres else sqlite_driver(connection)

    def rows(self, sql: str, *parameters: Any) -> Sequence[Row]:
        """All rows of a query, as the driver gives them."""
        if self._driver is not None:
            return self._driver.execute(_for_sqlite(sql), parameters).fetchall()
        return self.connection.exec_driver_sql(_for_postgres(sql), parameters).fetchall()

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
        if self._driver is not None:
            return self._driver.execute(_for_sqlite(sql), parameters).rowcount
        return self.connection.exec_driver_sql(_for_postgres(sql), parameters).rowcount

    def run_each(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement once per row of parameters; how many rows were touched in all."""
        if not rows:
            return 0
        if self._driver is not None:
            return self._driver.executemany(_for_sqlite(sql), rows).rowcount
        return self.connection.exec_driver_sql(_for_postgres(sql), list(rows)).rowcount

    def list(self, values: Collection[str]) -> Any:
        """The one parameter of ``{among}``."""
        return [*values] if self.postgres else encode([*values])

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
        if self.postgres and len(rows) >= _COPY_FROM:
            last = {tuple(row[columns.index(name)] for name in key): row for row in rows}
            self._upsert_at_once(table, columns, list(last.values()), _upsert(table, columns, key, set_))
        else:
            self.run_each(_upsert(table, columns, key, set_), rows)

    def _upsert_at_once(
        self, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], sql: str
    ) -> None:
        """One statement over arrays, one array a column: a tenth of what a statement per row takes."""
        arrays = [list(column) for column in zip(*rows, strict=True)]
        dialect = self.connection.dialect
        picked = ", ".join(
            f"u.c{place}::{table.c[name].type.compile(dialect)}" for place, name in enumerate(columns)
        )
        given = ", ".join(f"%s::{_array_type(array)}" for array in arrays)
        names = ", ".join(f"c{place}" for place in range(len(columns)))
        values = f"VALUES ({', '.join('?' * len(columns))})"
        source = f"SELECT {picked} FROM unnest({given}) AS u({names})"
        self.connection.exec_driver_sql(sql.replace(values, source), tuple(arrays))

    def update(
        self, table: Table, columns: tuple[str, ...], rows: Iterable[Row], condition: str = "id = ?"
    ) -> int:
        """Set `columns` where `condition`; each row ends with the condition's parameters. How many rows matched."""
        return self.run_each(_update(table, columns, condition), [tuple(row) for row in rows])

    def _copy(self, target: str, rows: Sequence[tuple[Any, ...]]) -> None:
        cursor = self.connection.connection.cursor()
        try:
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                write = copy.write_row
                for row in rows:
                    write(row)
        finally:
            cursor.close()

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
    return sql.replace("%", "%%").replace("{among}", "= ANY(?)").replace("?", "%s")


@lru_cache(maxsize=512)
def _for_sqlite(sql: str) -> str:
    return sql.replace("{among}", "IN (SELECT value FROM json_each(?))")


def _array_type(values: Sequence[Any]) -> str:
    """Of what a driver is given; the column's own type is made of it on the other side."""
    kinds = {bool: "boolean[]", int: "bigint[]", bytes: "bytea[]"}
    return next((kinds.get(type(one), "text[]") for one in values if one is not None), "text[]")


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
def _update(table: Table, columns: tuple[str, ...], condition: str) -> str:
    settings = ", ".join(f"{quote(name)} = ?" for name in columns)
    return f"UPDATE {quote(table.name)} SET {settings} WHERE {condition}"
