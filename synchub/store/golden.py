"""Golden records: read and written by the page, found by key and by what people type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from synchub.errors import StoreError
from synchub.model.entity import FieldSpec
from synchub.model.values import Canonical, KindProblem
from synchub.store import tables
from synchub.store.codec import instant_text
from synchub.store.columns import FieldColumns
from synchub.store.entity_rows import EntityRows
from synchub.store.pending import PendingStatements
from synchub.store.rows import Golden

_MOST_FOUND = 50


class GoldenStatements(PendingStatements):
    """Entities' tables and their match keys."""

    def golden(self, entity: str, ids: Collection[str], *, lock: bool = False) -> dict[str, Golden]:
        """Golden records by id, joined ones included. `lock` (PostgreSQL): nobody else changes them until this transaction ends."""
        rows = self._entity(entity)
        sql = f"SELECT {rows.selected('g')} FROM {rows.name} g WHERE g.id {{among}} ORDER BY g.id"
        if lock and self._sql.postgres:
            sql += " FOR UPDATE"
        return {row[0]: rows.from_row(row) for row in self._sql.rows(sql, self._sql.list(ids))}

    def insert_golden(self, entity: str, records: Sequence[Golden]) -> None:
        """New golden records."""
        if not records:
            return
        rows = self._entity(entity)
        now = instant_text(self._clock.now()) or ""
        cells = [(*rows.to_row(golden, now), golden.id) for golden in records]
        created = rows.written.index("updated_at")
        cells.sort(key=itemgetter(-1))  # ids are hashes: in order they touch the pages of the index once
        self._sql.insert(
            rows.table, (*rows.written, "id", "created_at"), [(*row, row[created]) for row in cells]
        )
        self._gaps_of_new(entity, [golden.id for golden in records])

    def update_golden(self, entity: str, records: Sequence[Golden], expected: Mapping[str, int]) -> None:
        """Write what moved since they were read, or whole records. Raises StoreError S121 unless each is still at the rev in `expected`, and writes none then.

        Custom values whose field this hub does not know (any more) stay as they are.
        """
        if not records:
            return
        rows = self._entity(entity)
        now = instant_text(self._clock.now()) or ""
        part = rows.moved(records)
        cells = [(*rows.to_row(golden, now, part), golden.id, expected[golden.id]) for golden in records]
        matched = self._sql.update(rows.table, part.columns, cells, key=("id", "rev"), how=rows.merged)
        for golden in records:
            golden.read_as = None  # what was written may be taken back, so nothing is known of it
        if matched != len(records):
            raise StoreError("S121", entity=entity, moved=len(records) - matched)
        self._due_for(entity, [golden.id for golden in records])

    def field_values(self, entity: str, field: str, golden_ids: Collection[str]) -> dict[str, Canonical]:
        """The values of one field; records where it is empty are left out."""
        found = self.golden(entity, golden_ids)
        position = self._entity(entity).model.position[field]
        return {
            golden_id: value
            for golden_id, golden in found.items()
            if (value := golden.values[position]) is not None
        }

    def referring(self, entity: str, field: str, golden_id: str) -> list[Golden]:
        """Live records whose reference is this golden record. Looks at every record."""
        rows = self._entity(entity)
        place = self._place(rows, rows.model[field])
        found = self._sql.rows(
            f"SELECT {rows.selected('g')} FROM {rows.name} g WHERE g.state = 'live' AND {place} = ? ORDER BY g.id",
            golden_id,
        )
        return [rows.from_row(row) for row in found]

    def count(self, entity: str) -> int:
        """How many live records there are."""
        return int(
            self._sql.rows(f"SELECT COUNT(*) FROM {self._entity(entity).name} WHERE state = 'live'")[0][0]
        )

    def put_golden_keys(self, entity: str, keys: Sequence[tuple[str, str, str | None]]) -> None:
        """(golden id, key name, key text or None for none): replaces what was there under the name."""
        gone = [(entity, name, golden_id) for golden_id, name, key in keys if key is None]
        kept = [(entity, name, golden_id, key) for golden_id, name, key in keys if key is not None]
        self._sql.run_each("DELETE FROM golden_key WHERE entity = ? AND name = ? AND entity_id = ?", gone)
        self._sql.upsert(
            tables.golden_key,
            ("entity", "name", "entity_id", "key"),
            sorted(kept),
            key=("entity", "name", "entity_id"),
        )

    def by_field(self, entity: str, field: str, keys: Collection[str]) -> dict[str, list[str]]:
        """Live golden records by the key text put under the field's name, in order of id; keys nobody has are left out."""
        found: dict[str, list[str]] = defaultdict(list)
        for key, golden_id in self._sql.rows(
            f"SELECT k.key, k.entity_id FROM golden_key k JOIN {self._entity(entity).name} g ON g.id = k.entity_id"
            " WHERE k.entity = ? AND k.name = ? AND k.key {among} AND g.state = 'live' ORDER BY k.key, k.entity_id",
            entity,
            field,
            self._sql.list(keys),
        ):
            found[key].append(golden_id)
        return dict(found)

    def find_golden(self, entity: str, text: str) -> list[str]:
        """What a person may mean by `text`: an id, else a unique code, else a title, else a part of titles (at most 50)."""
        rows = self._entity(entity)
        text = text.strip()
        if not text:
            return []
        if self._ids(rows, "g.id = ?", text):
            return [text]
        unique = [spec for spec in rows.model.fields if spec.unique]
        for spec in [*unique, rows.model[rows.model.title]]:
            found = self._by_value(rows, spec, text)
            if found:
                return found
        place = self._place(rows, rows.model[rows.model.title])
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return self._ids(rows, f"LOWER({place}) LIKE LOWER(?) ESCAPE '\\'", f"%{escaped}%")

    def _by_value(self, rows: EntityRows, spec: FieldSpec, text: str) -> list[str]:
        try:
            value = spec.kind.parse(text)
        except KindProblem:
            return []  # not one of this kind, so nobody has it
        return self._ids(rows, f"{self._place(rows, spec)} = ?", value) if isinstance(value, str) else []

    def _place(self, rows: EntityRows, spec: FieldSpec) -> str:
        """The expression of a field's text in its table."""
        columns: FieldColumns | None = next(
            (field for _, field in rows.typed if field.name == spec.name), None
        )
        if columns is not None:
            return f'CAST(g."{spec.name}" AS TEXT)'
        name = spec.name.replace("'", "''")
        return f"(g.custom ->> '{name}')"

    def _ids(self, rows: EntityRows, condition: str, parameter: Any) -> list[str]:
        found = self._sql.rows(
            f"SELECT g.id FROM {rows.name} g WHERE g.state = 'live' AND {condition} ORDER BY g.id LIMIT {_MOST_FOUND}",
            parameter,
        )
        return [row[0] for row in found]
