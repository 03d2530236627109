"""What waits for people: conflicts, quarantined records, plans to approve."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from synchub.model.values import Raw
from synchub.store.codec import decode, encode, instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import Conflict, ConflictKind, Plan, Quarantined
from synchub.store.statements import quote
from synchub.store.tables import conflict, plan, quarantine

_CONFLICT: Final = (
    "id",
    "kind",
    "run",
    "opened",
    "entity",
    "entity_id",
    "mapping",
    "system",
    "external_id",
    "part",
    "field",
    "code",
    "detail",
    "openings",
)
_QUARANTINE: Final = (
    "mapping",
    "external_id",
    "stage",
    "system",
    "object",
    "place",
    "code",
    "params",
    "image",
    "run",
    "first_at",
    "at",
    "attempts",
)
_PLAN: Final = ("id", "run", "at", "digest", "summary", "approved_at", "approved_by")


def _taken(names: Iterable[str]) -> str:
    """These columns take what comes."""
    return ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in names)


def _kept_if(condition: str, table: str, names: Iterable[str]) -> str:
    """These columns stay as they are under a condition, and else take what comes."""
    return ", ".join(
        f"{quote(name)} = CASE WHEN {condition} THEN {table}.{quote(name)} ELSE excluded.{quote(name)} END"
        for name in names
    )


_STILL_OPEN: Final = "conflict.closed IS NULL"
_ASKED_AGAIN: Final = ", ".join(
    [
        _taken(name for name in _CONFLICT if name not in {"id", "run", "opened", "openings"}),
        _kept_if(_STILL_OPEN, "conflict", ("run", "opened")),
        f"openings = conflict.openings + CASE WHEN {_STILL_OPEN} THEN 0 ELSE 1 END",
        "closed = NULL, closed_run = NULL, how = NULL",
    ]
)
_ASIDE_AGAIN: Final = ", ".join(
    [
        _taken(("system", "object", "place", "code", "params", "image", "run", "at")),
        "attempts = quarantine.attempts + excluded.attempts",
    ]
)
_PLANNED_AGAIN: Final = ", ".join(
    [
        _taken(("run", "at", "digest", "summary")),
        _kept_if("plan.digest = excluded.digest", "plan", ("approved_at", "approved_by")),
    ]
)


class DecisionStatements(InTransaction):
    """Few rows, asked for by people, and by every run whether there are any."""

    def open_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Ask questions. One that is open keeps its opening time and takes the new particulars; a closed one opens anew."""
        if not conflicts:
            return
        self._sql.upsert(
            conflict,
            _CONFLICT,
            [self._conflict_row(one) for one in conflicts],
            key=("id",),
            set_=_ASKED_AGAIN,
        )

    def _conflict_row(self, one: Conflict) -> tuple[Any, ...]:
        return (
            one.id,
            one.kind.value,
            one.run,
            instant_text(one.opened),
            one.entity,
            one.entity_id,
            one.mapping,
            one.system,
            one.external_id,
            one.part,
            one.field,
            one.code,
            encode(dict(one.detail)),
            1,
        )

    def close_conflicts(self, ids: Collection[str], how: str, run: str) -> None:
        """Questions that were decided, or that ask nothing any more; closed ones stay as they were closed."""
        self._sql.run(
            "UPDATE conflict SET closed = ?, closed_run = ?, how = ? WHERE id {among} AND closed IS NULL",
            instant_text(self._clock.now()),
            run,
            how,
            self._sql.list(ids),
        )

    def conflicts(
        self,
        *,
        kind: ConflictKind | None = None,
        system: str | None = None,
        entity: str | None = None,
        limit: int | None = None,
    ) -> list[Conflict]:
        """Open conflicts, oldest first."""
        asked = {"kind": None if kind is None else kind.value, "system": system, "entity": entity}
        where, parameters = _narrowed(asked, limit, "closed IS NULL")
        return [
            _conflict(row) for row in self._sql.records(conflict, where.format("opened, id"), *parameters)
        ]

    def conflicts_by_kind(self) -> dict[str, int]:
        """How many are open."""
        found = self._sql.rows(
            "SELECT kind, COUNT(*) FROM conflict WHERE closed IS NULL GROUP BY kind ORDER BY MIN(opened), kind"
        )
        return dict(tuple(row) for row in found)

    def count_quarantined(self) -> int:
        """How many records are set aside."""
        return int(self._sql.rows("SELECT COUNT(*) FROM quarantine")[0][0])

    def asked_about(
        self, mapping: str, system: str, external_ids: Collection[str]
    ) -> list[tuple[str, tuple[str, str]]]:
        """The ids of open conflicts about these records, each with its (external id, part)."""
        found = self._sql.rows(
            "SELECT id, external_id, part FROM conflict WHERE closed IS NULL AND system = ? AND mapping = ?"
            " AND external_id {among} ORDER BY opened, id",
            system,
            mapping,
            self._sql.list(external_ids),
        )
        return [(id, (external_id, part)) for id, external_id, part in found]

    def every_conflict(self) -> list[Conflict]:
        """All questions ever asked, settled ones included, for those who check the whole."""
        return [_conflict(row) for row in self._sql.records(conflict, "ORDER BY id")]

    def conflict(self, id: str) -> Conflict | None:
        """An open or closed one."""
        found = self._sql.records(conflict, "WHERE id = ?", id)
        return _conflict(found[0]) if found else None

    def closed_at(self, id: str) -> datetime | None:
        """When a conflict was closed; None for one that is open, or was never asked."""
        found = self._sql.rows("SELECT closed FROM conflict WHERE id = ?", id)
        return instant(found[0][0]) if found else None

    def quarantine(self, records: Sequence[Quarantined]) -> None:
        """Set records aside; one that is there already takes the new reason, and the attempts are counted."""
        if not records:
            return
        self._sql.upsert(
            quarantine,
            _QUARANTINE,
            [self._quarantine_row(one) for one in records],
            key=("mapping", "external_id", "stage"),
            set_=_ASIDE_AGAIN,
        )

    def _quarantine_row(self, one: Quarantined) -> tuple[Any, ...]:
        at = instant_text(one.at)
        return (
            one.mapping,
            one.external_id,
            one.stage,
            one.system,
            one.object,
            one.where,
            one.code,
            encode(dict(one.params)),
            encode(dict(one.image)),
            one.run,
            at,
            at,
            one.attempts,
        )

    def release(self, mapping: str, external_ids: Collection[str], stage: str) -> None:
        """These records are well again. Mostly nothing is set aside, and then a page of thousands is not even looked for."""
        if not self._sql.rows(
            "SELECT 1 FROM quarantine WHERE mapping = ? AND stage = ? LIMIT 1", mapping, stage
        ):
            return
        self._sql.run(
            "DELETE FROM quarantine WHERE mapping = ? AND stage = ? AND external_id {among}",
            mapping,
            stage,
            self._sql.list(external_ids),
        )

    def quarantined(
        self,
        *,
        mapping: str | None = None,
        system: str | None = None,
        stage: str | None = None,
        limit: int | None = None,
    ) -> list[Quarantined]:
        """Records set aside, by mapping, external id and stage."""
        where, parameters = _narrowed({"mapping": mapping, "system": system, "stage": stage}, limit)
        ordered = where.format("mapping, external_id, stage")
        return [_quarantined(row) for row in self._sql.records(quarantine, ordered, *parameters)]

    def put_plan(self, one: Plan) -> None:
        """A plan, new or changed; a changed digest takes an approval back, since people approved something else."""
        row = (
            one.id,
            one.run,
            instant_text(one.at),
            one.digest,
            encode(dict(one.summary)),
            instant_text(one.approved_at),
            one.approved_by,
        )
        self._sql.upsert(plan, _PLAN, [row], key=("id",), set_=_PLANNED_AGAIN)

    def plan(self, id: str) -> Plan | None:
        found = self._sql.records(plan, "WHERE id = ?", id)
        return _plan(found[0]) if found else None

    def approved(self) -> list[Mapping[str, Raw]]:
        """What the plans that somebody approved were about, newest first: all of them, since a mapping is approved once and for all."""
        found = self._sql.rows(
            f"SELECT summary{self._sql.json_text} FROM plan WHERE approved_at IS NOT NULL ORDER BY at DESC, id DESC"
        )
        return [decode(summary) for (summary,) in found]

    def approve_plan(self, id: str, by: str) -> None:
        """Somebody takes the responsibility."""
        self._sql.run(
            "UPDATE plan SET approved_at = ?, approved_by = ? WHERE id = ?",
            instant_text(self._clock.now()),
            by,
            id,
        )


def _narrowed(
    wanted: Mapping[str, str | None], limit: int | None, *conditions: str
) -> tuple[str, list[str | int]]:
    """What follows FROM, with ``{}`` for the order, and its parameters; a column of which None is wanted may hold anything."""
    given = {column: value for column, value in wanted.items() if value is not None}
    parameters: list[str | int] = [*given.values()]
    where = " AND ".join([*conditions, *(f"{quote(column)} = ?" for column in given)])
    rest = (f"WHERE {where} " if where else "") + "ORDER BY {}"
    if limit is None:
        return rest, parameters
    return f"{rest} LIMIT ?", [*parameters, limit]


def _at(value: Any) -> datetime:
    found = instant(value)
    assert found is not None
    return found


def _conflict(row: SimpleNamespace) -> Conflict:
    return Conflict(
        id=row.id,
        kind=ConflictKind(row.kind),
        run=row.run,
        opened=_at(row.opened),
        entity=row.entity,
        entity_id=row.entity_id,
        mapping=row.mapping,
        system=row.system,
        external_id=row.external_id,
        part=row.part,
        field=row.field,
        code=row.code,
        detail=row.detail,
    )


def _quarantined(row: SimpleNamespace) -> Quarantined:
    return Quarantined(
        mapping=row.mapping,
        system=row.system,
        object=row.object,
        external_id=row.external_id,
        where=row.place,
        stage=row.stage,
        code=row.code,
        params=row.params,
        image=row.image,
        run=row.run,
        at=_at(row.at),
        attempts=row.attempts,
    )


def _plan(row: SimpleNamespace) -> Plan:
    return Plan(
        id=row.id,
        run=row.run,
        at=_at(row.at),
        digest=row.digest,
        summary=row.summary,
        approved_at=instant(row.approved_at),
        approved_by=row.approved_by,
    )
