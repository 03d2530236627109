"""What waits for people: conflicts, quarantined records, plans to approve."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, delete, update

from synchub.store.codec import decode, instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import Conflict, ConflictKind, Plan, Quarantined
from synchub.store.statements import quote
from synchub.store.tables import conflict, plan, quarantine

_CONFLICT: Final = (
    *("id", "kind", "run", "opened", "entity", "entity_id", "mapping", "system", "external_id", "part"),
    *("field", "code"),
)
_QUARANTINE: Final = (
    *("mapping", "system", "object", "external_id", "place", "stage", "code", "run", "at", "attempts"),
)


class DecisionStatements(InTransaction):
    """Few rows: written by plain Core, read as text, since every run asks."""

    def open_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Ask questions. One that is open keeps its opening time and takes the new particulars; a closed one opens anew."""
        if not conflicts:
            return
        statement = self._upsert(conflict)
        new = statement.excluded
        still_open = conflict.c.closed.is_(None)
        kept = {
            name: new[name] for name in ("kind", "entity", "entity_id", "mapping", "system", "external_id")
        }
        kept |= {name: new[name] for name in ("part", "field", "code", "detail")}
        statement = statement.on_conflict_do_update(
            index_elements=["id"],
            set_=kept
            | {
                "run": case((still_open, conflict.c.run), else_=new.run),
                "opened": case((still_open, conflict.c.opened), else_=new.opened),
                "openings": conflict.c.openings + case((still_open, 0), else_=1),
                "closed": None,
                "closed_run": None,
                "how": None,
            },
        )
        self._execute(statement, [self._conflict_values(one) for one in conflicts])

    def _conflict_values(self, one: Conflict) -> dict[str, Any]:
        names = (
            "id",
            "run",
            "entity",
            "entity_id",
            "mapping",
            "system",
            "external_id",
            "part",
            "field",
            "code",
        )
        values: dict[str, Any] = {name: getattr(one, name) for name in names}
        return values | {
            "kind": one.kind.value,
            "opened": self._time(one.opened),
            "detail": dict(one.detail),
            "openings": 1,
        }

    def close_conflicts(self, ids: Collection[str], how: str, run: str) -> None:
        """Questions that were decided, or that ask nothing any more; closed ones stay as they were closed."""
        self._execute(
            update(conflict)
            .where(self._sql.among(conflict.c.id, ids), conflict.c.closed.is_(None))
            .values(closed=self._time(self._clock.now()), closed_run=run, how=how)
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
        asked = {"kind": kind.value if kind is not None else None, "system": system, "entity": entity}
        where, parameters = _all_of({name: value for name, value in asked.items() if value is not None})
        condition = f"closed IS NULL AND {where} ORDER BY opened, id"
        return self._conflicts(condition + ("" if limit is None else f" LIMIT {limit:d}"), *parameters)

    def every_conflict(self) -> list[Conflict]:
        """All questions ever asked, settled ones included, for those who check the whole."""
        return self._conflicts("TRUE ORDER BY id")

    def _conflicts(self, condition: str, *parameters: Any) -> list[Conflict]:
        columns = ", ".join(map(quote, _CONFLICT)) + f", detail{self._sql.json_text}"
        found = self._sql.rows(f"SELECT {columns} FROM conflict WHERE {condition}", *parameters)
        return [_conflict(row) for row in found]

    def conflict(self, id: str) -> Conflict | None:
        """An open or closed one."""
        return next(iter(self._conflicts("id = ?", id)), None)

    def closed_at(self, id: str) -> datetime | None:
        """When a conflict was closed; None for one that is open, or was never asked."""
        found = self._sql.rows("SELECT closed FROM conflict WHERE id = ?", id)
        return instant(found[0][0]) if found else None

    def quarantine(self, records: Sequence[Quarantined]) -> None:
        """Set records aside; one that is there already takes the new reason, and the attempts are counted."""
        if not records:
            return
        statement = self._upsert(quarantine)
        new = statement.excluded
        names = ("system", "object", "place", "code", "params", "image", "run", "at")
        statement = statement.on_conflict_do_update(
            index_elements=["mapping", "external_id", "stage"],
            set_={name: new[name] for name in names} | {"attempts": quarantine.c.attempts + new.attempts},
        )
        self._execute(statement, [self._quarantine_values(one) for one in records])

    def _quarantine_values(self, one: Quarantined) -> dict[str, Any]:
        names = ("mapping", "external_id", "stage", "system", "object", "code", "run", "attempts")
        values: dict[str, Any] = {name: getattr(one, name) for name in names}
        return values | {
            "place": one.where,
            "params": dict(one.params),
            "image": dict(one.image),
            "first_at": self._time(one.at),
            "at": self._time(one.at),
        }

    def release(self, mapping: str, external_ids: Collection[str], stage: str) -> None:
        """These records are well again. Mostly nothing is set aside, and then a page of thousands is not even looked for."""
        if not self._sql.rows(
            "SELECT 1 FROM quarantine WHERE mapping = ? AND stage = ? LIMIT 1", mapping, stage
        ):
            return
        self._execute(
            delete(quarantine).where(
                quarantine.c.mapping == mapping,
                quarantine.c.stage == stage,
                self._sql.among(quarantine.c.external_id, external_ids),
            )
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
        asked = {"mapping": mapping, "system": system, "stage": stage}
        where, parameters = _all_of({name: value for name, value in asked.items() if value is not None})
        text = self._sql.json_text
        columns = ", ".join(_QUARANTINE) + f", params{text}, image{text}"
        found = self._sql.rows(
            f"SELECT {columns} FROM quarantine WHERE {where} ORDER BY mapping, external_id, stage"
            + ("" if limit is None else f" LIMIT {limit:d}"),
            *parameters,
        )
        return [_quarantined(row) for row in found]

    def put_plan(self, one: Plan) -> None:
        """A plan, new or changed; a changed digest takes an approval back, since people approved something else."""
        statement = self._upsert(plan)
        new = statement.excluded
        same = plan.c.digest == new.digest
        statement = statement.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "run": new.run,
                "at": new.at,
                "digest": new.digest,
                "summary": new.summary,
                "approved_at": case((same, plan.c.approved_at), else_=new.approved_at),
                "approved_by": case((same, plan.c.approved_by), else_=new.approved_by),
            },
        )
        values = {
            "id": one.id,
            "run": one.run,
            "at": self._time(one.at),
            "digest": one.digest,
            "summary": dict(one.summary),
            "approved_at": self._time(one.approved_at),
            "approved_by": one.approved_by,
        }
        self._execute(statement, [values])

    def plan(self, id: str) -> Plan | None:
        return next(iter(self._plans("id = ?", id)), None)

    def plans(self, limit: int) -> list[Plan]:
        """Newest first."""
        return self._plans("TRUE ORDER BY at DESC, id DESC LIMIT ?", limit)

    def _plans(self, condition: str, *parameters: Any) -> list[Plan]:
        columns = f"id, run, at, digest, summary{self._sql.json_text}, approved_at, approved_by"
        return [
            Plan(id, run, _at(at), digest, decode(summary), instant(approved_at), approved_by)
            for id, run, at, digest, summary, approved_at, approved_by in self._sql.rows(
                f'SELECT {columns} FROM "plan" WHERE {condition}', *parameters
            )
        ]

    def approve_plan(self, id: str, by: str) -> None:
        """Somebody takes the responsibility."""
        self._execute(
            update(plan)
            .where(plan.c.id == id)
            .values(approved_at=self._time(self._clock.now()), approved_by=by)
        )

    def _time(self, at: datetime | None) -> Any:
        """A time as the column takes it from Core."""
        return at if self._sql.postgres else instant_text(at)


def _at(value: Any) -> datetime:
    found = instant(value)
    assert found is not None
    return found


def _all_of(values: Mapping[str, str]) -> tuple[str, list[str]]:
    """A condition, and its parameters."""
    return " AND ".join(["TRUE", *(f"{name} = ?" for name in values)]), list(values.values())


def _conflict(row: Sequence[Any]) -> Conflict:
    return Conflict(
        id=row[0],
        kind=ConflictKind(row[1]),
        run=row[2],
        opened=_at(row[3]),
        entity=row[4],
        entity_id=row[5],
        mapping=row[6],
        system=row[7],
        external_id=row[8],
        part=row[9],
        field=row[10],
        code=row[11],
        detail=decode(row[12]),
    )


def _quarantined(row: Sequence[Any]) -> Quarantined:
    return Quarantined(
        mapping=row[0],
        system=row[1],
        object=row[2],
        external_id=row[3],
        where=row[4],
        stage=row[5],
        code=row[6],
        run=row[7],
        at=_at(row[8]),
        attempts=row[9],
        params=decode(row[10]),
        image=decode(row[11]),
    )
