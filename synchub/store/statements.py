"""Statements on whole pages: one statement, or one prepared statement run over all rows, handed to the driver itself.

What SQLAlchemy does around a statement costs several times what a small one takes, and an idle run is made of small ones.

Texts are written once with ``?`` for a parameter and ``{among}`` for "is one of this list", and become the dialect's own. A list
is one parameter (a JSON array on SQLite, an array on PostgreSQL), so that no limit on parameters is ever met.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from synchub.store.codec import encode

Row = Sequence[Any]
_COPY_FROM = 20
"""Rows from which on COPY is worth its start."""


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

    def run(self, sql: str, *parameters: Any) -> int:
        """Run a statement; how many rows it touched."""
        touched: int = self._cursor.execute(self._own(sql), parameters).rowcount
        return touched

    def run_each(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement once per row of parameters; how many rows were touched in all."""
        if not rows:
            return 0
        self._cursor.executemany(self._own(sql), rows)
        touched: int = self._cursor.rowcount
        return touched

    def list(self, values: Collection[str]) -> Any:
        """The one parameter of ``{among}``."""
        return [*values] if self.postgres else encode([*values])

    def among(self, column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
        """The same for Core expressions."""
        if self.postgres:
            return column == any_(bindparam(None, [*values], type_=ARRAY(Text)))
        each = func.json_each(encode([*values])).table_valued("value")
        return column.in_(select(each.c.value))

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
        self._cursor.execute(sql.replace(values, source), tuple(arrays))

    def update(
        self, table: Table, columns: tuple[str, ...], rows: Iterable[Row], condition: str = "id = ?"
    ) -> int:
        """Set `columns` where `condition`; each row ends with the condition's parameters. How many rows matched."""
        return self.run_each(_update(table, columns, condition), [tuple(row) for row in rows])

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
