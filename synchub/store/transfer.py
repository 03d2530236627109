"""Carries everything a hub holds from one database into another: SQLite or PostgreSQL, in either direction.

The source is read in one snapshot and the target written in one transaction, which is committed only after both were found to hold the same rows. This
is the one way by which copies, backups of PostgreSQL and restored backups come about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

from synchub.errors import StoreError
from synchub.model.entity import EntityModel
from synchub.store.cells import Fingerprint, TableCells, carried_tables, tables_of
from synchub.store.database import READ_ONLY, database_engine, database_errors, database_url
from synchub.store.entity_rows import EntityRows
from synchub.store.statements import quote

_PAGE: Final = 1000
Entities = Mapping[str, EntityModel]


@dataclass(frozen=True, slots=True)
class Carried:
    """What arrived: the rows of each table that has any, and a digest of their content."""

    rows: Mapping[str, int]
    digest: str

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@contextmanager
def engine_of(place: str | Path) -> Iterator[Engine]:
    """An engine whose errors are told in words."""
    engine = database_engine(database_url(place))
    try:
        with database_errors(engine):
            yield engine
    finally:
        engine.dispose()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One unchanging view of a database, whoever else writes to it."""
    postgres = engine.dialect.name == "postgresql"
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if postgres else {READ_ONLY: True}
    with engine.connect().execution_options(**options) as connection, connection.begin() as begun:
        yield connection
        begun.rollback()


def is_empty(connection: Connection) -> bool:
    """Does a database with our tables hold no row of the hub?"""
    names = carried_tables(connection)
    held = [connection.exec_driver_sql(f"SELECT 1 FROM {quote(name)} LIMIT 1").first() for name in names]
    return not any(held)


def shut_out_writers(connection: Connection) -> None:
    """Nobody else changes our tables until this transaction ends. On SQLite the transaction itself sees to that."""
    names = ", ".join(quote(name) for name in carried_tables(connection))
    if connection.dialect.name == "postgresql" and names:
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def clear(connection: Connection) -> None:
    """Take every row of the hub out."""
    for name in carried_tables(connection):
        connection.exec_driver_sql(f"DELETE FROM {quote(name)}")


def carry(source: Connection, target: Connection, entities: Entities) -> Carried:
    """All rows of the source into the target, whose tables are empty. Raises StoreError S142 when both do not hold the same in the end.

    Both are at the same revision. Nothing is committed here.
    """
    from_, into = _tables(source, entities), _tables(target, entities)
    assert set(from_) == set(into), "two databases at one revision have the same tables"
    rows: dict[str, int] = {}
    digests: list[str] = []
    for name, cells in from_.items():
        print_ = _carry_table(cells, into[name])
        arrived = into[name].fingerprint()
        if (arrived.rows, arrived.digest) != print_:
            raise StoreError("S142", table=name, sent=print_[0], arrived=arrived.rows)
        if arrived.rows:
            rows[name] = arrived.rows
        digests.append(arrived.digest)
    return Carried(rows, _digest(digests))


def content(connection: Connection, entities: Entities) -> Carried:
    """What a database holds, as `carry` would report it."""
    found = {name: cells.fingerprint() for name, cells in _tables(connection, entities).items()}
    rows = {name: one.rows for name, one in found.items() if one.rows}
    return Carried(rows, _digest([one.digest for one in found.values()]))


def _carry_table(source: TableCells, target: TableCells) -> tuple[int, str]:
    assert source.shape == target.shape
    sent = Fingerprint()
    reading = source.read()
    while page := list(islice(reading, _PAGE)):
        for row in page:
            sent.add(row)
        target.write(page)
    target.continue_numbers()
    return sent.rows, sent.digest


def _tables(connection: Connection, entities: Entities) -> dict[str, TableCells]:
    postgres = connection.dialect.name == "postgresql"
    rows = {name: EntityRows(model, postgres=postgres) for name, model in entities.items()}
    return tables_of(connection, rows)


def _digest(digests: list[str]) -> str:
    return blake2b("".join(digests).encode(), digest_size=8).hexdigest()
