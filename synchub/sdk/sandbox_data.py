"""What a sandbox remembers, in one SQLite file that several processes may use at once: documents, their history, counters, faults."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from synchub.model.values import Raw
from synchub.paths import private_file
from synchub.sdk.reply import decode_json, encode_json

Actor = Literal["api", "user", "seed", "system"]
"""Who wrote: a client of the API, a person on the vendor's screen, whoever laid out the first data, or the vendor's own rules."""

LogOp = Literal["create", "update", "delete"]
Cell = tuple[str, Raw, Raw]
"""Column, before, after."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
  object TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, modified TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (object, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_modified ON document (object, modified, id);
CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS write_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL,
  op TEXT NOT NULL, column_name TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS call (endpoint TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, endpoint TEXT NOT NULL, skip INTEGER NOT NULL, times INTEGER NOT NULL,
  params TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delayed (
  number INTEGER PRIMARY KEY AUTOINCREMENT, due TEXT NOT NULL, stamp TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL,
  changes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One record. `modified` is when it was stamped; a deleted one stays, as in a recycle bin."""

    object: str
    id: str
    values: dict[str, Raw]
    modified: datetime
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class LogRow:
    """One cell that changed. A deletion has one row, with `column` empty."""

    seq: int
    at: datetime
    actor: str
    object: str
    id: str
    op: str
    column: str
    before: Raw
    after: Raw


@dataclass(frozen=True, slots=True)
class Fault:
    """A misbehaviour asked for: kind, and what it needs to know."""

    kind: str
    params: Mapping[str, Raw] = field(default_factory=dict)


class SandboxData:
    """The file. Every method belongs into a `transaction`, which shuts out other threads and other processes."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        private_file(file)  # a rehearsal is often played with copies of real people
        self._lock = threading.RLock()
        self._depth = 0
        self._sql = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
        self._sql.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing this way, only a machine that loses power; it is a rehearsal stage.
        self._sql.execute("PRAGMA synchronous=OFF")
        self._sql.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another one it is part of that one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._sql.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._sql.execute("ROLLBACK")
                raise
            else:
                self._sql.execute("COMMIT")
            finally:
                self._depth = 0

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: what happens in here is undone when it raises."""
        self._sql.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK TO part")
            raise
        finally:
            self._sql.execute("RELEASE part")

    def close(self) -> None:
        with self._lock:
            self._sql.close()

    # --- documents

    def get(self, object: str, id: str) -> Document | None:
        row = self._sql.execute(
            "SELECT object, id, body, modified, deleted FROM document WHERE object = ? AND id = ?",
            (object, id),
        ).fetchone()
        return None if row is None else _document(row)

    def all(
        self,
        object: str,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        deleted: bool = False,
    ) -> list[Document]:
        """The documents of an object by (modified, id), stamped within [since, until]; deleted ones only on request."""
        rows = self._sql.execute(
            "SELECT object, id, body, modified, deleted FROM document WHERE object = ? AND modified >= ? AND modified <= ?"
            " AND deleted <= ? ORDER BY modified, id",
            (object, _stamp(since) if since else "", _stamp(until) if until else "9", int(deleted)),
        )
        return [_document(row) for row in rows]

    def put(self, document: Document) -> None:
        self._sql.execute(
            "INSERT OR REPLACE INTO document (object, id, body, modified, deleted) VALUES (?, ?, ?, ?, ?)",
            (
                document.object,
                document.id,
                encode_json(document.values).decode(),
                _stamp(document.modified),
                int(document.deleted),
            ),
        )

    def forget(self, object: str, id: str) -> None:
        """Remove it for good, out of the recycle bin too."""
        self._sql.execute("DELETE FROM document WHERE object = ? AND id = ?", (object, id))

    def next(self, name: str) -> int:
        """The next number of a sequence, from 1."""
        row = self._sql.execute(
            "INSERT INTO sequence (name, value) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    # --- small things to remember

    def recall(self, name: str) -> Raw:
        """What was remembered under a name; None when nothing was."""
        row = self._sql.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return None if row is None else _raw(row[0])

    def remember(self, name: str, value: Raw) -> None:
        self._sql.execute(
            "INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)", (name, encode_json(value).decode())
        )

    # --- history

    def log(self, at: datetime, actor: Actor, document: Document, op: LogOp, cells: Iterable[Cell]) -> None:
        self._sql.executemany(
            "INSERT INTO write_log (at, actor, object, id, op, column_name, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    _stamp(at), actor, document.object, document.id, op, column,
                    encode_json(before).decode(), encode_json(after).decode(),
                )
                for column, before, after in cells
            ],
        )  # fmt: skip

    def history(self, since_seq: int = 0, actor: Actor | None = None) -> list[LogRow]:
        """Cells written after `since_seq`, in order."""
        rows = self._sql.execute(
            "SELECT seq, at, actor, object, id, op, column_name, before, after FROM write_log"
            " WHERE seq > ? AND (? IS NULL OR actor = ?) ORDER BY seq",
            (since_seq, actor, actor),
        )
        return [
            LogRow(seq, datetime.fromisoformat(at), actor, object, id, op, column, _raw(before), _raw(after))
            for seq, at, actor, object, id, op, column, before, after in rows
        ]

    # --- counters

    def count(self, endpoint: str) -> None:
        self._sql.execute(
            "INSERT INTO call (endpoint, count) VALUES (?, 1) ON CONFLICT (endpoint) DO UPDATE SET count = count + 1",
            (endpoint,),
        )

    def counts(self) -> dict[str, int]:
        return dict(self._sql.execute("SELECT endpoint, count FROM call ORDER BY endpoint").fetchall())

    def reset_counts(self) -> None:
        self._sql.execute("DELETE FROM call")

    # --- faults

    def add_fault(self, fault: Fault, endpoint: str, skip: int, times: int) -> None:
        self._sql.execute(
            "INSERT INTO fault (kind, endpoint, skip, times, params) VALUES (?, ?, ?, ?, ?)",
            (fault.kind, endpoint, skip, times, encode_json(fault.params).decode()),
        )

    def take_fault(self, endpoint: str, kinds: Iterable[str]) -> Fault | None:
        """The oldest fault of these kinds that is due for this endpoint; uses it up once."""
        rows = self._sql.execute(
            "SELECT number, kind, endpoint, skip, params FROM fault WHERE times > 0 ORDER BY number"
        ).fetchall()
        wanted = set(kinds)
        for number, kind, where, skip, params in rows:
            if kind not in wanted or where not in {"*", endpoint}:
                continue
            if skip:
                self._sql.execute("UPDATE fault SET skip = skip - 1 WHERE number = ?", (number,))
                continue
            self._sql.execute("UPDATE fault SET times = times - 1 WHERE number = ?", (number,))
            return Fault(kind, cast("dict[str, Raw]", _raw(params)))
        return None

    def clear_faults(self) -> None:
        self._sql.execute("DELETE FROM fault")

    # --- changes that are stamped now and seen later

    def delay(self, due: datetime, stamp: datetime, object: str, id: str, changes: Mapping[str, Raw]) -> None:
        self._sql.execute(
            "INSERT INTO delayed (due, stamp, object, id, changes) VALUES (?, ?, ?, ?, ?)",
            (_stamp(due), _stamp(stamp), object, id, encode_json(changes).decode()),
        )

    def take_due(self, now: datetime) -> list[tuple[datetime, str, str, dict[str, Raw]]]:
        """Delayed changes whose time has come: (stamp, object, id, changes)."""
        rows = self._sql.execute(
            "DELETE FROM delayed WHERE due <= ? RETURNING number, stamp, object, id, changes", (_stamp(now),)
        ).fetchall()
        return [
            (datetime.fromisoformat(stamp), object, id, cast("dict[str, Raw]", _raw(changes)))
            for _, stamp, object, id, changes in sorted(rows)
        ]


def _stamp(moment: datetime) -> str:
    """Text that sorts like time."""
    return moment.isoformat(timespec="microseconds")


def _raw(text: str) -> Raw:
    return cast("Raw", decode_json(text))


def _document(row: tuple[str, str, str, str, int]) -> Document:
    object, id, body, modified, deleted = row
    values = cast("dict[str, Raw]", _raw(body))
    return Document(object, id, values, datetime.fromisoformat(modified), bool(deleted))
