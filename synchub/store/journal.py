"""What happened: runs, and one ledger row per record written anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from synchub.model.values import Raw
from synchub.store import tables
from synchub.store.codec import decode, decode_changes, encode, encode_changes, instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import LedgerRow, RunRow
from synchub.store.statements import quote

LEDGER_COLUMNS: Final = (
    "run",
    "at",
    "place",
    "entity",
    "entity_id",
    "object",
    "external_id",
    "op",
    "changes",
)


class JournalStatements(InTransaction):
    """Written once, never changed."""

    def write_ledger(self, rows: Sequence[LedgerRow]) -> None:
        self._sql.insert(
            tables.ledger,
            LEDGER_COLUMNS,
            [
                (
                    row.run,
                    instant_text(row.at),
                    row.place,
                    row.entity,
                    row.entity_id,
                    row.object,
                    row.external_id,
                    row.op,
                    encode_changes(row.changes),
                )
                for row in rows
            ],
        )

    def ledger(
        self, entity: str, entity_id: str, field: str | None = None, limit: int = 100
    ) -> list[LedgerRow]:
        """What was written about a golden record anywhere, newest first; with `field`, only where that field changed."""
        condition = "entity_id = ? AND entity = ?"
        parameters: list[Any] = [entity_id, entity]
        if field is not None:
            condition += (
                " AND (changes -> ?) IS NOT NULL"
                if self._sql.postgres
                else " AND EXISTS (SELECT 1 FROM json_each(changes) WHERE key = ?)"
            )
            parameters.append(field)
        return self._ledger(f"{condition} ORDER BY id DESC LIMIT ?", *parameters, limit)

    def writes_since(
        self, place: str, entity: str, entity_ids: Collection[str], since: datetime
    ) -> list[LedgerRow]:
        """Updates of these golden records' records in a system since a moment, oldest first."""
        return self._ledger(
            "entity_id {among} AND entity = ? AND place = ? AND op = 'update' AND at > ? ORDER BY id",
            self._sql.list(entity_ids),
            entity,
            place,
            instant_text(since),
        )

    def run_ledger(self, run: str) -> list[LedgerRow]:
        """Everything a run wrote, in order."""
        return self._ledger("run = ? ORDER BY id", run)

    def ledger_from(self, skip: int) -> list[LedgerRow]:
        """Everything ever written but the first `skip` rows, in order."""
        return self._ledger("TRUE ORDER BY id LIMIT 1000000 OFFSET ?", skip)

    def _ledger(self, condition: str, *parameters: Any) -> list[LedgerRow]:
        columns = ", ".join(map(quote, LEDGER_COLUMNS)) + self._sql.json_text
        return [
            _ledger_row(row)
            for row in self._sql.rows(f"SELECT {columns} FROM ledger WHERE {condition}", *parameters)
        ]

    def start_run(self, run_id: str, kind: str, at: datetime, detail: Mapping[str, Raw]) -> None:
        self._sql.insert(
            tables.run,
            ("id", "kind", "state", "started", "detail", "counts"),
            [(run_id, kind, "running", instant_text(at), encode(detail), "{}")],
        )

    def finish_run(self, run_id: str, at: datetime, state: str, counts: Mapping[str, Raw]) -> None:
        self._sql.run(
            "UPDATE run SET finished = ?, state = ?, counts = ? WHERE id = ?",
            instant_text(at),
            state,
            encode(counts),
            run_id,
        )

    def runs(self, limit: int) -> list[RunRow]:
        """Newest first."""
        return self._runs("TRUE ORDER BY started DESC, id DESC LIMIT ?", limit)

    def run(self, run_id: str) -> RunRow | None:
        return next(iter(self._runs("id = ?", run_id)), None)

    def _runs(self, condition: str, *parameters: Any) -> list[RunRow]:
        text = self._sql.json_text
        columns = f"id, kind, state, started, finished, detail{text}, counts{text}"
        found = self._sql.rows(f"SELECT {columns} FROM run WHERE {condition}", *parameters)
        return [_run(row) for row in found]


def _ledger_row(row: Sequence[Any]) -> LedgerRow:
    at = instant(row[1])
    assert at is not None
    return LedgerRow(
        run=row[0],
        at=at,
        place=row[2],
        entity=row[3],
        entity_id=row[4],
        object=row[5],
        external_id=row[6],
        op=row[7],
        changes=decode_changes(row[8]),
    )


def _run(row: Sequence[Any]) -> RunRow:
    id, kind, state, at, finished, detail, counts = row
    started = instant(at)
    assert started is not None
    return RunRow(id, kind, state, started, instant(finished), decode(detail), decode(counts))
