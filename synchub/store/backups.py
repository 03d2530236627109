"""Copies of a hub's database, and the way back.

A backup is a SQLite file, whatever database it was made of: it says by its own revision which synchub wrote it, any program can read it, and it
can be put back into either kind of database. Of SQLite it is made by the online backup of SQLite itself; of PostgreSQL all rows are read in one
snapshot, and no program of PostgreSQL is needed.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine

from synchub.errors import StoreError
from synchub.paths import private_file
from synchub.sdk.clock import Clock
from synchub.store.context import Surroundings
from synchub.store.database import database_url, shown_place
from synchub.store.restored import RESTORED, mark_restored
from synchub.store.schema_version import (
    HEAD,
    REVISIONS,
    bring_up_to_date,
    prepare_target,
    revision_of,
    set_up_at,
)
from synchub.store.sqlite_copy import in_one_file, online_copy
from synchub.store.transaction import Transaction
from synchub.store.transfer import (
    Carried,
    Entities,
    carry,
    clear,
    content,
    engine_of,
    is_empty,
    shut_out_writers,
    snapshot,
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: where, at which revision, and what is in it."""

    file: Path
    revision: str
    carried: Carried


def back_up(place: str | Path, entities: Entities, file: Path) -> Backup:
    """Copy the database at `place` into a new file. Raises StoreError S140 when the file is there, S144 when there is nothing to copy."""
    if file.exists():
        raise StoreError("S140", file=str(file))
    url = database_url(place)
    with _whole_or_not(file) as beside:
        if url.get_backend_name() == "sqlite":
            return _of_sqlite(url, entities, file, beside)
        return _of_postgres(place, entities, file, beside)


def _of_sqlite(url: URL, entities: Entities, file: Path, beside: Path) -> Backup:
    if not url.database or not Path(url.database).exists():
        raise StoreError("S144", database=shown_place(url))
    _copy_of(Path(url.database), beside)
    with engine_of(beside) as engine, snapshot(engine) as connection:
        revision = revision_of(connection)
        if revision is None:
            raise StoreError("S144", database=shown_place(url))
        return Backup(file, revision, content(connection, entities))


def _of_postgres(place: str | Path, entities: Entities, file: Path, beside: Path) -> Backup:
    with engine_of(place) as source, snapshot(source) as reading:
        revision = revision_of(reading)
        if revision is None:
            raise StoreError("S144", database=shown_place(source.url))
        if revision not in REVISIONS:
            raise StoreError("S102", found=revision, known=HEAD)
        with engine_of(beside) as target, target.connect() as writing, writing.begin():
            set_up_at(writing, revision)
            return Backup(file, revision, carry(reading, writing, entities))


def restore(
    place: str | Path, entities: Entities, file: Path, clock: Clock, *, keep: Path | None = None
) -> tuple[Carried, Backup | None]:
    """Put a backup into the database at `place`, in one transaction; what arrived, and the backup of what was there before.

    A database that holds anything is refused (S141) unless `keep` names a file for what it holds. A backup of an older synchub is upgraded on
    the way; that of a newer one is refused (S102). Afterwards the fact `RESTORED` is set.
    """
    if not file.is_file():
        raise StoreError("S145", file=str(file))
    with tempfile.TemporaryDirectory(prefix="synchub-restore-") as folder:
        copy = Path(folder) / "backup.sqlite"
        _copy_of(file, copy)
        with engine_of(copy) as source:
            _upgrade_copy(source, file, clock)
            with engine_of(place) as target:
                return _restore_from(source, target, entities, file, clock, keep)


def _upgrade_copy(source: Engine, file: Path, clock: Clock) -> None:
    with snapshot(source) as connection:
        if revision_of(connection) is None:
            raise StoreError("S145", file=str(file))
    bring_up_to_date(source, clock)


def _restore_from(
    source: Engine, target: Engine, entities: Entities, file: Path, clock: Clock, keep: Path | None
) -> tuple[Carried, Backup | None]:
    prepare_target(target, clock)
    kept: Backup | None = None
    with snapshot(target) as connection:
        holds = not is_empty(connection)
    if holds:
        if keep is None:
            raise StoreError("S141", database=shown_place(target.url))
        kept = back_up(target.url.render_as_string(hide_password=False), entities, keep)
    with snapshot(source) as reading, target.connect() as writing, writing.begin():
        shut_out_writers(writing)
        if kept is None and not is_empty(writing):
            raise StoreError("S141", database=shown_place(target.url))
        if kept is not None and content(writing, entities).digest != kept.carried.digest:
            raise StoreError("S146", database=shown_place(target.url))
        facts = Transaction(writing, Surroundings({}, clock))
        before = _times(facts)
        clear(writing)
        arrived = carry(reading, writing, entities)
        times = max(before, _times(facts)) + 1
        mark_restored(facts, clock.now(), file.name, times)
    return arrived, kept


def _times(facts: Transaction) -> int:
    found = facts.fact(RESTORED)
    return int(found["times"]) if isinstance(found, dict) else 0


def copy_database(place: str | Path, target_place: str | Path, entities: Entities, clock: Clock) -> Carried:
    """Everything at `place` into another, empty database, in one transaction. Raises StoreError S141 when it holds anything."""
    url = database_url(place)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).exists()):
        raise StoreError("S144", database=shown_place(url))
    with engine_of(place) as source, engine_of(target_place) as target:
        if source.url == target.url:
            raise StoreError("S147", database=shown_place(target.url))
        bring_up_to_date(source, clock)
        prepare_target(target, clock)
        with snapshot(source) as reading, target.connect() as writing, writing.begin():
            shut_out_writers(writing)
            if not is_empty(writing):
                raise StoreError("S141", database=shown_place(target.url))
            return carry(reading, writing, entities)


def _copy_of(source: Path, target: Path) -> None:
    """Raises StoreError S145 when the source is no database, S148 when the target cannot be written."""
    try:
        online_copy(source, target)
    except (sqlite3.Error, OSError) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            raise StoreError("S145", file=str(source)) from error
        raise StoreError("S148", file=str(target), detail=str(error)) from error


@contextmanager
def _whole_or_not(file: Path) -> Iterator[Path]:
    """A place to write to; it becomes `file` at the end of the block, and vanishes when the block raises."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=file.parent))
    try:
        beside = folder / file.name
        private_file(beside)
        yield beside
        in_one_file(beside)
        beside.replace(file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
