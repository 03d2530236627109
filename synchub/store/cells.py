"""Rows of any of our tables in one form on both databases, so that they can be carried over, compared and hashed.

The form of a cell is what SQLite keeps: text, whole numbers, bytes, booleans; JSON is text. What PostgreSQL keeps otherwise (times, exact
numbers, JSON that it rearranges) is read into that form and written from it. A golden record's field is read as the value it stands for, so that a
number which a typed column cannot hold exactly is told from its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Connection, MetaData, Table, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn

from synchub.errors import StoreError
from synchub.model.entities import ENTITIES, standard_fields
from synchub.model.values import Canonical
from synchub.store.codec import decode, encode, instant_text
from synchub.store.columns import FieldColumns, storage_of
from synchub.store.entity_rows import EntityRows
from synchub.store.statements import Statements, quote

Cell = str | int | bool | bytes | None
Row = tuple[Cell, ...]
NOT_CARRIED: Final = frozenset({"alembic_version", "view_definition"})
"""What a database says about itself, not about the hub."""
_PAGE: Final = 1000
_ENTITY_ONLY: Final = ("custom", "exact")


def carried_tables(connection: Connection) -> list[str]:
    """The tables with the hub's data, as they are in this database, by name."""
    return sorted(set(inspect(connection).get_table_names()) - NOT_CARRIED)


@dataclass
class Fingerprint:
    """Of the rows of one table, in whatever order they came: two databases sort text differently."""

    rows: int = 0
    _sum: int = field(default=0, repr=False)

    def add(self, row: Row) -> None:
        self.rows += 1
        hashed = blake2b(repr(row).encode(errors="surrogatepass"), digest_size=16).digest()
        self._sum = (self._sum + int.from_bytes(hashed)) % (1 << 128)

    @property
    def digest(self) -> str:
        return f"{self._sum:032x}"


class TableCells:
    """One table of one database. `entity` says how the fields of golden records lie in it."""

    def __init__(
        self,
        connection: Connection,
        table: str,
        columns: Sequence[ReflectedColumn],
        entity: EntityRows | None,
    ) -> None:
        self.table = table
        self._sql = Statements(connection)
        self._connection = connection
        known = {one["name"]: one["type"] for one in columns}
        self._numbered = [one["name"] for one in columns if "nextval" in (one.get("default") or "")]
        fields = standard_columns(entity) if entity else ()
        self._fields = [one for one in fields if set(one.columns) <= set(known)]
        of_fields = {name for one in self._fields for name in one.columns}
        special = {*of_fields, *_ENTITY_ONLY} if entity else set()
        self._plain = sorted(name for name in known if name not in special)
        self._truths = frozenset(name for name in self._plain if isinstance(known[name], Boolean))
        self._as_text = frozenset(name for name in known if isinstance(known[name], JSON))
        self._is_entity = entity is not None

    @property
    def shape(self) -> tuple[str, ...]:
        """What a row is made of, in order; two databases at one revision have the same."""
        return (*self._plain, *(one.name for one in self._fields))

    def read(self) -> Iterator[Row]:
        """Every row, in the common form, a page at a time."""
        names = [*self._plain, *(name for one in self._fields for name in one.columns)]
        names += _ENTITY_ONLY if self._is_entity else ()
        shown = ", ".join(quote(name) + self._suffix(name) for name in names)
        query = f"SELECT {shown} FROM {quote(self.table)}"
        options = {"stream_results": True, "max_row_buffer": _PAGE}
        with self._connection.exec_driver_sql(query, execution_options=options) as found:
            for page in found.partitions(_PAGE):
                for row in page:
                    yield self._common(row)

    def write(self, rows: Sequence[Row]) -> None:
        """Put rows of the common form in. Raises StoreError S143 when a text has a character that PostgreSQL knows not."""
        names = (*self._plain, *(name for one in self._fields for name in one.columns))
        names += _ENTITY_ONLY if self._is_entity else ()
        self._sql.insert(Table(self.table, MetaData()), names, [self._own(row) for row in rows])

    def fingerprint(self) -> Fingerprint:
        """Of all that is in the table now."""
        found = Fingerprint()
        for row in self.read():
            found.add(row)
        return found

    def continue_numbers(self) -> None:
        """Numbers that PostgreSQL hands out itself go on after those that were written."""
        for name in self._numbered:
            [(sequence,)] = self._sql.rows("SELECT pg_get_serial_sequence(?, ?)", quote(self.table), name)
            most = f"SELECT setval(?::regclass, COALESCE(MAX({quote(name)}), 0) + 1, false) FROM {quote(self.table)}"
            self._sql.rows(most, sequence)

    def _suffix(self, name: str) -> str:
        return self._sql.json_text if name in self._as_text else ""

    def _common(self, row: Sequence[Any]) -> Row:
        width = len(self._plain)
        plain = [
            bool(cell) if name in self._truths and cell is not None else _plain(cell)
            for name, cell in zip(self._plain, row[:width], strict=True)
        ]
        if not self._is_entity:
            return tuple(plain)
        exact: dict[str, Canonical] = decode(row[-1]) if row[-1] is not None else {}
        custom: dict[str, Canonical] = decode(row[-2])
        values: list[Canonical | None] = []
        at = width
        for one in self._fields:
            cell = row[at]
            values.append(
                exact.pop(one.name, None) if one.name in exact else _value(one, row[at : at + 2], cell)
            )
            at += len(one.columns)
        # what PostgreSQL cannot keep among the custom fields is kept beside them
        return (
            *plain,
            *(None if one is None else encode(one) for one in values),
            _sorted({**custom, **exact}),
        )

    def _own(self, row: Row) -> tuple[Any, ...]:
        width = len(self._plain)
        cells: list[Any] = [*row[:width]]
        if self._sql.postgres and any(type(cell) is str and "\0" in cell for cell in cells):
            raise StoreError("S143", table=self.table)
        if not self._is_entity:
            return row
        exact: dict[str, Canonical] = {}
        for one, value in zip(self._fields, row[width:-1], strict=True):
            if value is None:
                cells += [None] * len(one.columns)
                continue
            assert isinstance(value, str)
            canonical = decode(value)
            own, faithful = one.split(canonical)
            cells += own
            if not faithful:
                exact[one.name] = canonical
        assert isinstance(row[-1], str)
        custom = decode(row[-1])
        if self._sql.postgres:
            EntityRows.move_nul(custom, exact)
            custom = {name: value for name, value in custom.items() if value is not None}
        return (*cells, encode(custom), encode(exact) if exact else None)


def tables_of(connection: Connection, entities: Mapping[str, EntityRows]) -> dict[str, TableCells]:
    """Every carried table of a database; `entities` are this hub's, for this kind of database."""
    by_table = {rows.table.name: rows for rows in entities.values()}
    columns = {name: found for (_, name), found in inspect(connection).get_multi_columns().items()}
    return {
        name: TableCells(connection, name, columns[name], by_table.get(name))
        for name in sorted(columns.keys() - NOT_CARRIED)
    }


def standard_columns(entity: EntityRows) -> Iterator[FieldColumns]:
    """All typed columns, by field; those that this hub keeps elsewhere may still hold what they held before."""
    own = {one.name: one for _, one in entity.typed}
    for name, mark in standard_fields(ENTITIES[entity.model.name]).items():
        scale = getattr(mark.kind, "scale", 0)
        yield own.get(name) or FieldColumns(name, storage_of(mark.kind), entity.postgres, scale)


def _plain(cell: Any) -> Cell:
    if isinstance(cell, datetime):
        return instant_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return bytes(cell) if isinstance(cell, memoryview) else cell


def _value(one: FieldColumns, cells: Sequence[Any], first: Any) -> Canonical | None:
    return None if first is None else one.join(cells)


def _sorted(values: Mapping[str, Canonical]) -> str:
    return encode(dict(sorted(values.items())))
