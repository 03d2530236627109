"""How far the hub has read, which mapping versions it has seen, and the numbers it hands out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from synchub.store import tables
from synchub.store.codec import decode, encode, instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import CursorRow, MappingVersion

WAIT: Final = "quota:"
"""Prefix of the facts that say until when a system takes no calls: they tell of accounts, and nothing of records."""
_FRAME = ""
"""What stands behind the fields of a mapping version; no field is called so."""


class ProgressStatements(InTransaction):
    """Small tables with one row per system, mapping version or counter."""

    def cursor(self, system: str, object: str) -> CursorRow | None:
        found = self._sql.rows(
            'SELECT system, object, "cursor", resume, scope, complete, swept, sweep_scope FROM "cursor"'
            " WHERE system = ? AND object = ?",
            system,
            object,
        )
        if not found:
            return None
        system, object, cursor, resume, scope, complete, swept, sweep_scope = found[0]
        return CursorRow(
            system, object, cursor, resume, scope, bool(complete), instant(swept), sweep_scope or ""
        )

    def put_cursor(self, row: CursorRow) -> None:
        self.put_cursors([row])

    def put_cursors(self, rows: Sequence[CursorRow]) -> None:
        self._sql.upsert(
            tables.cursor,
            ("system", "object", "cursor", "resume", "scope", "complete", "swept", "sweep_scope"),
            [
                (
                    row.system,
                    row.object,
                    row.cursor,
                    row.resume,
                    row.scope,
                    row.complete,
                    instant_text(row.swept),
                    row.sweep_scope,
                )
                for row in rows
            ],
            key=("system", "object"),
        )

    def mapping_version(self, version: str) -> MappingVersion | None:
        found = self._sql.rows(
            f"SELECT mapping, fields{self._sql.json_text}, at FROM mapping_version WHERE version = ?",
            version,
        )
        if not found:
            return None
        mapping, fields, at = found[0]
        moment = instant(at)
        assert moment is not None
        pairs = [(name, hash_) for name, hash_ in decode(fields)]
        frame = pairs.pop()[1] if pairs and pairs[-1][0] == _FRAME else ""
        return MappingVersion(version, mapping, pairs, moment, frame)

    def save_mapping_version(
        self, version: str, mapping: str, fields: Sequence[tuple[str, str]], at: datetime, frame: str = ""
    ) -> None:
        """Remember (field, hash) in order, and the hash of all the rest; a version that is known stays as it is, since its name is its content."""
        self._sql.run(
            "INSERT INTO mapping_version (version, mapping, fields, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            version,
            mapping,
            encode([list(field) for field in (*fields, *([(_FRAME, frame)] if frame else []))]),
            instant_text(at),
        )

    def fact(self, name: str) -> Any:
        """What is remembered under this name; None when nothing is. A bare number comes back with its first 15 digits."""
        return self.facts([name]).get(name)

    def facts(self, names: Collection[str]) -> dict[str, Any]:
        """What is remembered under these names."""
        found = self._sql.rows(
            f"SELECT name, value{self._sql.json_text} FROM fact WHERE name {{among}}", self._sql.list(names)
        )
        # a column of type JSON makes a number of the text of one on SQLite
        return {name: decode(str(value)) for name, value in found}

    def set_fact(self, name: str, value: object) -> None:
        """Remember a JSON value; None forgets."""
        self._sql.run("DELETE FROM fact WHERE name = ?", name)
        if value is not None:
            now = instant_text(self._clock.now())
            self._sql.run("INSERT INTO fact (name, value, at) VALUES (?, ?, ?)", name, encode(value), now)

    def next_number(self, name: str, count: int = 1) -> int:
        """Reserve `count` numbers of a series that starts at 1; the first of them."""
        found = self._sql.rows(
            'INSERT INTO counter (name, "next") VALUES (?, ?)'
            ' ON CONFLICT (name) DO UPDATE SET "next" = counter."next" + ? RETURNING "next"',
            name,
            count + 1,
            count,
        )
        return int(found[0][0]) - count
