"""A copy of a SQLite file, while others may be writing to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from synchub.paths import private_file


def online_copy(source: Path, target: Path) -> None:
    """What is committed in a SQLite file, into another one. Raises sqlite3.Error and OSError."""
    private_file(target)
    reading = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    with closing(reading), closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
    in_one_file(target)


def in_one_file(database: Path) -> None:
    """Make a database that nobody has open complete in itself: nothing of it stays in files beside it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
