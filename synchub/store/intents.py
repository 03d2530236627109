"""External writes that are not confirmed yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from synchub.store import tables
from synchub.store.codec import decode, encode, instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import Intent, IntentState
from synchub.store.statements import quote

_COLUMNS: Final = (
    "id",
    "run",
    "link_id",
    "system",
    "mapping",
    "op",
    "external_id",
    "entity",
    "entity_id",
    "rev",
    "state",
    "attempts",
    "detail",
    "cells",
    "fields",
    "causes",
    "at",
)
_JSON: Final = frozenset({"cells", "fields", "causes"})


class IntentStatements(InTransaction):
    """Intents outlive a crash; what became of them is recorded reply by reply."""

    def save_intents(self, intents: Sequence[Intent]) -> None:
        """New intents, or new contents of known ones."""
        self._sql.upsert(tables.intent, _COLUMNS, [_row(intent) for intent in intents], key=("id",))

    def set_intents(self, states: Sequence[tuple[str, IntentState, str]]) -> None:
        """(id, state, detail) of each. Going in flight counts an attempt."""
        self._sql.update(
            tables.intent,
            ("state", "detail", "attempts"),
            [
                (state.value, detail, int(state is IntentState.IN_FLIGHT), intent_id)
                for intent_id, state, detail in states
            ],
            how={"attempts": "attempts + ?"},
        )

    def open_intents(self, system: str) -> list[Intent]:
        """Ready, in flight or unknown, in order of id."""
        return self._intents("system = ? AND state IN ('ready', 'in_flight', 'unknown')", system)

    def sent_before(self, link_ids: Collection[str], run: str) -> set[str]:
        """Those of these links for which another run has sent a create."""
        found = self._sql.rows(
            "SELECT DISTINCT link_id FROM intent WHERE link_id {among} AND op = 'create' AND run <> ?",
            self._sql.list(link_ids),
            run,
        )
        return {link_id for (link_id,) in found}

    def open_ends(self) -> tuple[set[str], set[str]]:
        """Systems with open intents, and mappings with suspects."""
        found = self._sql.rows(
            "SELECT 'system', system FROM intent WHERE state IN ('ready', 'in_flight', 'unknown')"
            " UNION SELECT 'mapping', mapping FROM suspect"
        )
        return {name for what, name in found if what == "system"}, {
            name for what, name in found if what == "mapping"
        }

    def every_intent(self) -> list[Intent]:
        """All there ever were, for those who check the whole."""
        return self._intents("TRUE")

    def _intents(self, condition: str, *parameters: Any) -> list[Intent]:
        columns = ", ".join(
            f"{quote(name)}{self._sql.json_text if name in _JSON else ''}" for name in _COLUMNS
        )
        query = f"SELECT {columns} FROM intent WHERE {condition} ORDER BY id"
        return [_intent(row) for row in self._sql.rows(query, *parameters)]

    def void_intents(self, detail: str) -> int:
        """No open intent means anything any more; how many there were."""
        return self._sql.run(
            "UPDATE intent SET state = 'stale', detail = ? WHERE state IN ('ready', 'in_flight', 'unknown')",
            detail,
        )


def _row(intent: Intent) -> tuple[Any, ...]:
    return (
        intent.id,
        intent.run,
        intent.link_id,
        intent.system,
        intent.mapping,
        intent.op,
        intent.external_id,
        intent.entity,
        intent.entity_id,
        intent.rev,
        intent.state.value,
        intent.attempts,
        intent.detail,
        encode(intent.cells),
        encode(intent.fields),
        encode(intent.causes),
        instant_text(intent.at),
    )


def _intent(row: Sequence[Any]) -> Intent:
    return Intent(
        id=row[0],
        run=row[1],
        link_id=row[2],
        system=row[3],
        mapping=row[4],
        op=row[5],
        external_id=row[6],
        entity=row[7],
        entity_id=row[8],
        rev=row[9],
        state=IntentState(row[10]),
        attempts=row[11],
        detail=row[12],
        cells={column: (before, after) for column, (before, after) in decode(row[13]).items()},
        fields=decode(row[14]),
        causes=decode(row[15]),
        at=instant(row[16]),
    )
