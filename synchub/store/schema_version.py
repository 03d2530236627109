"""Which revision a database is at, and how it comes to the one this code knows.

SQLite upgrades itself at the first opening, after a copy of the file was made beside it. PostgreSQL is upgraded only by
`upgrade_database`, under an advisory lock, since others may be at work on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import ProgrammingError

from synchub.errors import StoreError
from synchub.sdk.clock import Clock
from synchub.store.database import READ_ONLY, database_engine, database_errors, database_url, shown_place
from synchub.store.sqlite_copy import online_copy

HEAD: Final = "0006"
"""The newest revision, kept here so that opening an up-to-date database need not load Alembic; a test compares."""
REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006")
_NOT_ALLOWED: Final = "42501"
"""insufficient_privilege"""
_LOCK: Final = 0x73796E63687562
"""Key of the advisory lock: "synchub" in bytes."""


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at; None when it was never set up."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchone()
    return None if found is None else str(found[0])


def bring_up_to_date(engine: Engine, clock: Clock) -> None:
    """Set up or upgrade SQLite; on PostgreSQL only look. Raises StoreError S102 or S103."""
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection, connection.begin():
        if revision_of(connection) == HEAD:  # the usual case waits for no writer
            return
    with engine.connect() as connection, connection.begin():  # SQLite: nobody else upgrades meanwhile
        found = revision_of(connection)
        if found == HEAD:
            return
        _refuse_newer(found)
        if engine.dialect.name == "postgresql":
            raise StoreError("S103", found=found or "-", needed=HEAD)
        if found is not None:
            _back_up(engine, found, clock)
        _upgrade(connection)


def upgrade_database(place: str | Path) -> tuple[str | None, str]:
    """Set up or upgrade a PostgreSQL database while nobody else does; (revision before, revision now)."""
    engine = database_engine(database_url(place))
    try:
        with database_errors(engine), _upgrading(engine) as connection:
            return _to_head(connection), HEAD
    finally:
        engine.dispose()


def revision_at(place: str | Path) -> str | None:
    """The revision of a database; None when it was never set up. Raises StoreError."""
    engine = database_engine(database_url(place))
    try:
        with database_errors(engine), engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def prepare_target(engine: Engine, clock: Clock) -> None:
    """See that rows can be put in: an empty database is set up, also on PostgreSQL. Raises StoreError S102 or S103."""
    with _upgrading(engine) as connection:
        if revision_of(connection) is None:
            _to_head(connection)
            return
    bring_up_to_date(engine, clock)


def set_up_at(connection: Connection, revision: str) -> None:
    """The tables as they were at a revision, in an empty database."""
    _upgrade(connection, revision)


@contextmanager
def _upgrading(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else changes the tables. Raises StoreError S133 when the user may not change them either."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        try:
            yield connection
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != _NOT_ALLOWED:
                raise
            raise StoreError("S133", database=shown_place(engine.url)) from error


def _to_head(connection: Connection) -> str | None:
    found = revision_of(connection)
    _refuse_newer(found)
    if found != HEAD:
        _upgrade(connection)
    return found


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in REVISIONS:
        raise StoreError("S102", found=found, known=HEAD)


def _back_up(engine: Engine, revision: str, clock: Clock) -> Path | None:
    """Copy the file as it is committed, to ``hub.sqlite`` -> ``hub.sqlite.0001-20260801T040000.backup``."""
    database = engine.url.database
    if not database or database == ":memory:":
        return None
    copy = Path(f"{database}.{revision}-{clock.now():%Y%m%dT%H%M%S}.backup")
    try:
        online_copy(Path(database), copy)
    except (sqlite3.Error, OSError) as error:
        raise StoreError("S104", copy=str(copy), detail=str(error)) from error
    return copy


def _upgrade(connection: Connection, revision: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "synchub.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
