"""Rows that belong to nobody yet, and whose golden record they may be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from synchub.store import tables
from synchub.store.codec import decode, decode_images, encode, encode_images, instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import MatchRow, Unlinked

MOST_GOLDEN: Final = 5
"""Golden records listed for a row; more say nothing new to a person."""
_COLUMNS: Final = (
    "mapping",
    "external_id",
    "part",
    "version",
    "modified",
    "etag",
    "fingerprint",
    "provisional",
    "title",
    "hub_id",
    "keys",
    "image",
)


class MatchStatements(InTransaction):
    """Unlinked rows and set-based matching."""

    def put_unlinked(self, rows: Sequence[Unlinked]) -> None:
        """New or newer images of rows; their keys replace the old ones."""
        if not rows:
            return
        by_mapping: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            by_mapping.setdefault(row.mapping, []).append((row.external_id, row.part))
        for mapping, which in by_mapping.items():
            self._delete("row_key", mapping, which)
        cells = [_row(row) for row in rows]
        self._sql.upsert(tables.unlinked, _COLUMNS, cells, key=("mapping", "external_id", "part"))
        keys = [(row.mapping, row.external_id, row.part, rule, key) for row in rows for rule, key in row.keys]
        self._sql.insert(tables.row_key, ("mapping", "external_id", "part", "rule", "key"), keys)

    def put_keys(self, mapping: str, keys: Mapping[tuple[str, str], Sequence[tuple[int, str]]]) -> None:
        """By (external id, part) of rows that wait: their match keys, (rule number, key), in place of those they had."""
        held = self.row_keys(mapping, [external_id for external_id, _ in keys])
        moved = {row: sorted(new) for row, new in keys.items() if sorted(new) != held.get(row, [])}
        self._delete("row_key", mapping, [row for row in moved if row in held])
        rows = [(mapping, *row, rule, key) for row, new in moved.items() for rule, key in new]
        self._sql.insert(tables.row_key, ("mapping", "external_id", "part", "rule", "key"), rows)

    def row_keys(
        self, mapping: str, external_ids: Collection[str]
    ) -> dict[tuple[str, str], list[tuple[int, str]]]:
        """The match keys of these records' rows, (rule number, key) in order of rules; rows without any are left out."""
        found: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for external_id, part, rule, key in self._sql.rows(
            "SELECT external_id, part, rule, key FROM row_key WHERE mapping = ? AND external_id {among}"
            " ORDER BY external_id, part, rule",
            mapping,
            self._sql.list(external_ids),
        ):
            found.setdefault((external_id, part), []).append((rule, key))
        return found

    def drop_unlinked(self, mapping: str, rows: Collection[tuple[str, str]]) -> None:
        """Rows, by (external id, part), that found their record or are gone."""
        self._delete("row_key", mapping, rows)
        self._delete("unlinked", mapping, rows)

    def _delete(self, table: str, mapping: str, rows: Collection[tuple[str, str]]) -> None:
        whole = [external_id for external_id, part in rows if not part]
        if whole:
            self._sql.run(
                f"DELETE FROM {table} WHERE mapping = ? AND part = '' AND external_id {{among}}",
                mapping,
                self._sql.list(whole),
            )
        self._sql.run_each(
            f"DELETE FROM {table} WHERE mapping = ? AND external_id = ? AND part = ?",
            [(mapping, external_id, part) for external_id, part in rows if part],
        )

    def unlinked(
        self,
        mapping: str,
        limit: int,
        after: tuple[str, str] = ("", ""),
        *,
        but_keyed_under: str | None = None,
    ) -> list[Unlinked]:
        """Rows in order of (external id, part), after `after`; those that have keys under this mapping version may be left out."""
        keyless = "" if but_keyed_under is None else " AND (CAST(u.keys AS TEXT) = '[]' OR u.version <> ?)"
        found = self._sql.rows(
            f"SELECT {self._selected} FROM unlinked u WHERE u.mapping = ? AND (u.external_id, u.part) > (?, ?)"
            f"{keyless} ORDER BY u.external_id, u.part LIMIT ?",
            mapping,
            *after,
            *(() if but_keyed_under is None else (but_keyed_under,)),
            limit,
        )
        return [_unlinked(row) for row in found]

    def unlinked_of(self, mapping: str, external_ids: Collection[str]) -> list[Unlinked]:
        """The rows of these records, in order of (external id, part)."""
        found = self._sql.rows(
            f"SELECT {self._selected} FROM unlinked u WHERE u.mapping = ? AND u.external_id {{among}}"
            " ORDER BY u.external_id, u.part",
            mapping,
            self._sql.list(external_ids),
        )
        return [_unlinked(row) for row in found]

    @property
    def _selected(self) -> str:
        return ", ".join(
            f'u."{name}"{self._sql.json_text if name in {"keys", "image"} else ""}' for name in _COLUMNS
        )

    def unlinked_keys(self, mapping: str, external_ids: Collection[str]) -> set[tuple[str, str]]:
        """(external id, part) of those rows of these records that wait."""
        found = self._sql.rows(
            "SELECT external_id, part FROM unlinked WHERE mapping = ? AND external_id {among}",
            mapping,
            self._sql.list(external_ids),
        )
        return {(external_id, part) for external_id, part in found}

    def unlinked_keys_behind(self, mapping: str, limit: int, after: tuple[str, str]) -> list[tuple[str, str]]:
        """(external id, part) of the rows that wait, in this order, at most so many behind `after`."""
        found = self._sql.rows(
            "SELECT external_id, part FROM unlinked WHERE mapping = ? AND (external_id, part) > (?, ?)"
            " ORDER BY external_id, part LIMIT ?",
            mapping,
            *after,
            limit,
        )
        return [(external_id, part) for external_id, part in found]

    def named_unlinked(self, mapping: str) -> dict[tuple[str, str], str]:
        """What the hub columns of whole records say that wait, by (external id, part)."""
        found = self._sql.rows(
            "SELECT external_id, part, hub_id FROM unlinked WHERE mapping = ? AND hub_id <> '' AND part = ''",
            mapping,
        )
        return {(external_id, part): hub_id for external_id, part, hub_id in found}

    def count_unlinked(self, mapping: str) -> int:
        return int(self._sql.rows("SELECT COUNT(*) FROM unlinked WHERE mapping = ?", mapping)[0][0])

    def match(self, mapping: str, entity: str, rule: int, key_name: str) -> Iterator[MatchRow]:
        """The unlinked rows whose key under `rule` meets a live golden record's key `key_name`, in order of (external id, part), as a stream."""
        repeated = dict(
            tuple(row)
            for row in self._sql.rows(
                "SELECT key, COUNT(*) FROM row_key WHERE mapping = ? AND rule = ? GROUP BY key HAVING COUNT(*) > 1",
                mapping,
                rule,
            )
        )
        found = self._sql.stream(
            "SELECT r.external_id, r.part, r.key, k.entity_id, l.id, l.state FROM row_key r JOIN"
            " (SELECT n.key, n.entity_id, ROW_NUMBER() OVER (PARTITION BY n.key ORDER BY n.entity_id) AS place"
            f"  FROM golden_key n JOIN {self._entity(entity).name} g ON g.id = n.entity_id"
            "  WHERE n.entity = ? AND n.name = ? AND g.state = 'live') k"
            f" ON k.key = r.key AND k.place <= {MOST_GOLDEN}"
            f" LEFT JOIN link l ON l.entity_id = k.entity_id AND l.mapping = r.mapping AND l.{tables.LIVE_LINK}"
            " WHERE r.mapping = ? AND r.rule = ? ORDER BY r.external_id, r.part, k.entity_id",
            entity,
            key_name,
            mapping,
            rule,
        )
        for _, rows in groupby(found, key=lambda row: (row[0], row[1])):
            yield _match(list(rows), repeated)

    def duplicate_unlinked(self, mapping: str, rule: int) -> list[tuple[str, list[tuple[str, str]]]]:
        """Keys that several unlinked rows share, each with the rows' (external id, part)."""
        found = self._sql.rows(
            # one pass: a planner that has no statistics yet joins the table with itself, row by row
            "SELECT key, external_id, part FROM"
            " (SELECT key, external_id, part, COUNT(*) OVER (PARTITION BY key) AS sharing"
            "  FROM row_key WHERE mapping = ? AND rule = ?) r"
            " WHERE sharing > 1 ORDER BY key, external_id, part",
            mapping,
            rule,
        )
        return [
            (key, [(external_id, part) for _, external_id, part in rows])
            for key, rows in groupby(found, key=lambda row: str(row[0]))
        ]


def _row(row: Unlinked) -> tuple[Any, ...]:
    return (
        row.mapping,
        row.external_id,
        row.part,
        row.version,
        instant_text(row.modified),
        row.etag,
        row.fingerprint,
        row.provisional,
        row.title,
        row.hub_id,
        encode(list(row.keys)),
        encode_images(row.values),
    )


def _unlinked(row: Sequence[Any]) -> Unlinked:
    return Unlinked(
        mapping=row[0],
        external_id=row[1],
        part=row[2],
        values=decode_images(row[11]),
        keys=[(rule, key) for rule, key in decode(row[10])],
        version=row[3],
        modified=instant(row[4]),
        etag=row[5],
        fingerprint=row[6],
        provisional=bool(row[7]),
        title=row[8],
        hub_id=row[9],
    )


def _match(rows: Sequence[Sequence[Any]], repeated: dict[str, int]) -> MatchRow:
    external_id, part, key = rows[0][:3]
    wanted = rows[0][4] if len(rows) == 1 and rows[0][5] == "wanted" else ""
    return MatchRow(
        external_id=external_id,
        part=part,
        key=key,
        rows_with_key=repeated.get(key, 1),
        golden_ids=[row[3] for row in rows],
        golden_linked=any(row[4] is not None for row in rows),
        wanted_link=wanted,
    )
