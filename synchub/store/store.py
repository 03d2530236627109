"""The hub's database, opened: transactions, snapshots to read from, and rehearsals that leave no trace."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.pool import StaticPool

from synchub.model.entity import EntityModel
from synchub.sdk.clock import Clock
from synchub.store.context import Surroundings
from synchub.store.database import (
    database_engine,
    database_errors,
    database_url,
    let_go_when_lost,
    sqlite_driver,
    transaction_by_hand,
)
from synchub.store.entity_rows import EntityRows
from synchub.store.fence import Fence
from synchub.store.schema_version import bring_up_to_date
from synchub.store.transaction import Transaction
from synchub.store.views import refresh_views


class Store:
    """Open with `Store.open`. Safe to use from several threads; on SQLite one thread writes at a time."""

    def __init__(
        self, engine: Engine, surroundings: Surroundings, rehearsing: Connection | None = None
    ) -> None:
        self._engine = engine
        self._surroundings = surroundings
        self._rehearsing = rehearsing
        self._one_connection = rehearsing is not None or isinstance(engine.pool, StaticPool)
        # an idle run is four small transactions, a world in memory thousands: SQLAlchemy's bookkeeping would be half of each
        self._by_hand = engine.dialect.name == "sqlite"
        self._resting: list[Connection] = []
        """Connections to a SQLite file that nobody uses now."""
        self._writer = threading.RLock()
        self._writing = False
        self._fence: Fence | None = None
        self._kept = False
        self.outdated_views: tuple[str, ...] = ()
        """Generated views that show an older set of fields, since views of others build on them."""

    @classmethod
    def open(cls, place: str | Path, entities: Mapping[str, EntityModel], clock: Clock) -> Self:
        """Open the database at `place`, a SQLite file or a URL (``postgresql://…``).

        A new SQLite file is set up, an older one upgraded after a backup copy beside it. Raises StoreError: S102 when the
        database is newer than this synchub, S103 when a PostgreSQL database must be upgraded by command first.
        """
        url = database_url(place)
        engine = database_engine(url)
        try:
            with database_errors(engine):
                bring_up_to_date(engine, clock)
            postgres = engine.dialect.name == "postgresql"
            rows = {name: EntityRows(model, postgres=postgres) for name, model in entities.items()}
            with database_errors(engine):
                outdated = refresh_views(engine, rows)
        except BaseException:
            engine.dispose()
            raise
        store = cls(engine, Surroundings(rows, clock))
        store.outdated_views = outdated
        return store

    def copied(self, clock: Clock) -> Store:
        """A new database in memory with all that is in this SQLite database, for worlds that begin alike; `clock` is its own."""
        engine = database_engine(database_url(":memory:"))
        with self._connection() as here, engine.connect() as there:
            sqlite_driver(here).backup(sqlite_driver(there))
        return Store(engine, Surroundings(self._surroundings.entities, clock))

    def governed(self, entities: Mapping[str, EntityModel]) -> Store:
        """The same database seen with other models, for a rehearsal of an edited model; views stay as they are."""
        postgres = self._engine.dialect.name == "postgresql"
        rows = {name: EntityRows(model, postgres=postgres) for name, model in entities.items()}
        return Store(self._engine, Surroundings(rows, self._surroundings.clock), self._rehearsing)

    def close(self) -> None:
        """Let go of the database. A rehearsal is closed by its block."""
        if self._rehearsing is None:
            if "_only" in self.__dict__:
                self._only.close()
            while self._resting:
                self._resting.pop().close()
            self._engine.dispose()

    def another(self) -> Store:
        """The same database as another worker has it: under no fence of ours."""
        return Store(self._engine, self._surroundings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A write transaction: commits at the end of the block, leaves nothing behind when the block raises."""
        if self._engine.dialect.name == "postgresql" and self._rehearsing is None:
            with (
                database_errors(self._engine),
                self._engine.connect() as connection,
                connection.begin(),
                let_go_when_lost(connection),
            ):
                yield self._fenced(Transaction(connection, self._surroundings))
            return
        if self._by_hand:
            with (
                self._one_writer(),
                database_errors(self._engine),
                self._connection() as connection,
                transaction_by_hand(
                    sqlite_driver(connection), "write" if self._rehearsing is None else "step"
                ),
            ):
                yield self._fenced(Transaction(connection, self._surroundings))
            return
        with self._one_writer(), database_errors(self._engine), self._only.begin_nested():
            yield self._fenced(Transaction(self._only, self._surroundings))

    @contextmanager
    def under(self, fence: Fence | None) -> Iterator[None]:
        """Every write transaction begun in the block checks the fence first."""
        before, self._fence = self._fence, fence
        try:
            yield
        finally:
            self._fence = before

    def _fenced(self, transaction: Transaction) -> Transaction:
        if self._fence is not None:
            self._fence.pass_through(transaction, self._surroundings.clock.now())
        return transaction

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One snapshot to read from; waits for no writer. Writing in it is a programming error."""
        if self._by_hand and self._one_connection:  # nobody else can write meanwhile
            with self._one_writer(), database_errors(self._engine):
                yield Transaction(self._only, self._surroundings, read_only=True)
            return
        if self._by_hand:
            with (
                database_errors(self._engine),
                self._connection() as connection,
                transaction_by_hand(sqlite_driver(connection), "read"),
            ):
                yield Transaction(connection, self._surroundings, read_only=True)
            return
        if self._one_connection:
            with self.begin() as transaction:
                yield transaction
            return
        with (
            database_errors(self._engine),
            self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
            connection.begin() as snapshot,
            let_go_when_lost(connection),
        ):
            yield Transaction(connection, self._surroundings, read_only=True)
            snapshot.rollback()

    @contextmanager
    def rehearsal(self) -> Iterator[Store]:
        """A store whose transactions all happen inside one that is taken back at the end of the block, unless `keep` is called."""
        with self._one_writer(), database_errors(self._engine), self._connection() as connection:
            outer = connection.begin() if self._rehearsing is None else connection.begin_nested()
            store = Store(self._engine, self._surroundings, connection)
            try:
                yield store
            except BaseException:
                outer.rollback()
                raise
            if store._kept:
                self._fenced(Transaction(connection, self._surroundings))
                outer.commit()
            else:
                outer.rollback()

    def keep(self) -> None:
        """Of a rehearsal: what was rehearsed stands, as one transaction, when its block ends."""
        self._kept = True

    @cached_property
    def _only(self) -> Connection:
        """The one connection there is, of a rehearsal or to a database in memory."""
        return self._engine.connect() if self._rehearsing is None else self._rehearsing

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """One for the time of the block; to take it out of the pool of SQLAlchemy and put it back costs more than what is mostly done with it."""
        if self._one_connection:
            yield self._only
            return
        try:
            connection = self._resting.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._resting.append(connection)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if self._engine.dialect.name == "postgresql" and self._rehearsing is None:
            yield
            return
        with self._writer:
            if self._writing:
                raise RuntimeError("a transaction was begun inside another one of the same store")
            self._writing = True
            try:
                yield
            finally:
                self._writing = False
