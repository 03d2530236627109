"""Connections: which database, how its transactions begin, and what its errors mean to people."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Final, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from synchub.errors import StoreError
from synchub.paths import private_file
from synchub.store import codec

BUSY_SECONDS: Final = 30
"""How long a writer waits for another one on SQLite."""
ASK_AFTER_SECONDS: Final = 1
"""A connection that has rested so long is asked whether it still works before it is used."""
_USED: Final = "synchub_used"
_CACHE_KB: Final = 8192
"""Of a SQLite connection: loading 100,000 or 300,000 records takes four times as much no better, since pages are written in order of keys."""
PREPARED: Final = 512
"""So many statements stay prepared on a SQLite connection; a run uses some two hundred."""
_LOGGED_AS: Final = "synchub"
# at its chattiest SQLAlchemy logs whole rows, and with them persons; at INFO it makes two records of every statement,
# heard or not, which took a fifth of a run's time
logging.getLogger(f"sqlalchemy.engine.Engine.{_LOGGED_AS}").setLevel(logging.WARNING)
READ_ONLY: Final = "synchub_read_only"
"""Execution option: this transaction reads one snapshot and takes no write lock."""


def database_url(place: str | Path) -> URL:
    """The URL of a SQLite file, or of the database that `place` names as a URL. Raises StoreError S101 on a bad one."""
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise StoreError("S101", url=url.render_as_string(hide_password=True))
    except (ArgumentError, NoSuchModuleError):
        # the text may hold a password, so it is not repeated
        raise StoreError("S101", url="…") from None
    return url


def database_engine(url: URL) -> Engine:
    """An engine with our JSON and our transactions."""
    settings: dict[str, Any] = {
        "json_serializer": codec.encode,
        "json_deserializer": codec.decode,
        "hide_parameters": True,
        "logging_name": _LOGGED_AS,
    }
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, **settings)
        event.listen(engine, "connect", _prepare_postgres)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_ask_after_rest, engine))
        return engine
    if url.database in {None, "", ":memory:"}:
        settings["poolclass"] = StaticPool
        # there is one connection: to reset it when one of its users goes would take back what another is doing
        settings["pool_reset_on_return"] = None
    else:
        _make_private(Path(url.database))
    arguments: dict[str, Any] = {"check_same_thread": False, "cached_statements": PREPARED}
    if "timeout" not in url.query:
        arguments["timeout"] = BUSY_SECONDS
    engine = create_engine(url, connect_args=arguments, **settings)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def shown_place(url: URL) -> str:
    """What people are told of a database's place: the file, or user, host and name. Nothing else, since more may be a secret."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or url.query.get("host") or ""
    port = f":{url.port}" if url.port else ""
    user = f"{url.username}@" if url.username else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"


def _make_private(file: Path) -> None:
    """A new database is for its owner's eyes only. What stands in the way of making it is told when it is opened."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        private_file(file)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = (
        None  # the driver would begin transactions of its own, too late and of the wrong kind
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # an intent that a power cut takes back could become a duplicate out there, so NORMAL will not do
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    sqlite_driver(connection).execute("BEGIN" if read_only else "BEGIN IMMEDIATE")


def sqlite_driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection beneath one to a SQLite database."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


_BY_HAND: Final = {
    "read": ("BEGIN", "ROLLBACK", ("ROLLBACK",)),
    "write": ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)),
    "step": ("SAVEPOINT step", "RELEASE step", ("ROLLBACK TO step", "RELEASE step")),
}
"""How a transaction begins and ends on SQLite, and how it is taken back."""


@contextmanager
def transaction_by_hand(driver: sqlite3.Connection, kind: Literal["read", "write", "step"]) -> Iterator[None]:
    """A snapshot to read, a write transaction, or a step within one that can be taken back alone."""
    begin, end, back = _BY_HAND[kind]
    driver.execute(begin)
    try:
        yield
        driver.execute(end)
    except BaseException:
        if driver.in_transaction:  # a full disk has taken everything back already
            for statement in back:
                driver.execute(statement)
        raise


def _prepare_postgres(connection: Any, _record: object) -> None:
    # psycopg's connection; times must come back in one zone and numbers of dates in one order
    before = connection.autocommit
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET datestyle = 'ISO'")
    # a plan kept for a prepared statement was made when the table was nearly empty, and a load fills it in one transaction
    connection.execute("SET plan_cache_mode = force_custom_plan")
    # what is streamed is read to its end, so a plan that has its first rows soonest would have its last ones latest
    connection.execute("SET cursor_tuple_fraction = 1")
    connection.autocommit = before


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = monotonic()


def _ask_after_rest(engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A server may have gone and come again since: then the pool takes another connection. To ask every time would double a small transaction."""
    if monotonic() - record.info.get(_USED, monotonic()) < ASK_AFTER_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


@contextmanager
def database_errors(engine: Engine) -> Iterator[None]:
    """Turn what the driver raises into a StoreError that says what to do. Values never enter the message."""
    driver_error = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except DBAPIError as error:
        raise _explained(error.orig, engine.url) from error
    except driver_error as error:
        raise _explained(error, engine.url) from error


@contextmanager
def let_go_when_lost(connection: Connection) -> Iterator[None]:
    """A rollback on a connection that is lost would fail as well, and hide what the server said."""
    try:
        yield
    except BaseException:
        if not connection.invalidated and getattr(connection.connection.driver_connection, "closed", False):
            connection.invalidate()
        raise


_SQLITE_CODES: Final = {
    sqlite3.SQLITE_BUSY: "S111",
    sqlite3.SQLITE_LOCKED: "S111",
    sqlite3.SQLITE_FULL: "S112",
    sqlite3.SQLITE_IOERR: "S112",
    sqlite3.SQLITE_READONLY: "S113",
    sqlite3.SQLITE_CANTOPEN: "S113",
    sqlite3.SQLITE_PERM: "S113",
    sqlite3.SQLITE_CORRUPT: "S114",
    sqlite3.SQLITE_NOTADB: "S114",
    sqlite3.SQLITE_CONSTRAINT: "S116",
}
_POSTGRES_CODES: Final = {
    "40001": "S111",  # serialization failure
    "40P01": "S111",  # deadlock
    "55P03": "S111",  # lock not available
    "53100": "S112",  # disk full
    "25006": "S113",  # read-only transaction
    "42501": "S113",  # insufficient privilege
    "28P01": "S130",  # invalid password
    "3D000": "S131",  # invalid catalog name
    "53300": "S135",  # too many connections
}
_REFUSALS: Final = (
    # A refused connection comes without a code: libpq gives the server's sentence only, in the server's language. The Chinese forms are
    # those of PostgreSQL's own translation, not seen on a Chinese server.
    (
        "S134",
        (
            "no encryption",
            "SSL off",
            "does not support SSL",
            "certificate verify failed",
            "没有加密",
            "SSL 关闭",
        ),
    ),
    (
        "S135",
        ("too many clients", "too many connections", "connection slots are reserved", "太多的客户", "连接槽"),
    ),
    ("S131", ('" does not exist', '" 不存在')),
    (
        "S130",
        ("authentication failed", "no password supplied", "no pg_hba.conf entry", "认证失败", "pg_hba.conf"),
    ),
    (
        "S132",
        (
            "Connection refused",
            "No such file",
            "could not translate",
            "Name or service",
            "resolve",
            "timeout",
            "timed out",
            "unreachable",
            "starting up",
            "shutting down",
        ),
    ),
)


def _explained(error: BaseException | None, url: URL) -> StoreError:
    shown = shown_place(url)
    if isinstance(error, sqlite3.Error):
        # the low byte is the primary code of the extended one
        primary = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        return StoreError(_SQLITE_CODES.get(primary, "S119"), database=shown, detail=str(error))
    state = getattr(error, "sqlstate", None) or ""
    diagnosis = getattr(getattr(error, "diag", None), "message_primary", None)
    if state.startswith("23"):
        return StoreError("S116", database=shown, detail=diagnosis or state)
    if state in _POSTGRES_CODES:
        return StoreError(_POSTGRES_CODES[state], database=shown, detail=diagnosis or state)
    if _of_connection(error) if not state else state[:2] in {"08", "28", "57"}:
        # libpq's sentence is searched and not repeated: it may quote what was sent
        return StoreError(_refusal(str(error)), database=shown, detail=diagnosis or type(error).__name__)
    return StoreError("S119", database=shown, detail=diagnosis or state or type(error).__name__)


def _of_connection(error: BaseException | None) -> bool:
    """Did the driver itself fail to reach or keep the server, rather than refuse a value?"""
    return any(one.__name__ in {"OperationalError", "InterfaceError"} for one in type(error).__mro__)


def _refusal(sentence: str) -> str:
    """What a server or libpq says when there is no connection; S115 where it is none of what we know."""
    return next((code for code, signs in _REFUSALS if any(sign in sentence for sign in signs)), "S115")
