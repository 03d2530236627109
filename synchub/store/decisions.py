"""What waits for people: conflicts, quarantined records, plans to approve."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, select, update

from synchub.store.codec import instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import Conflict, ConflictKind, Plan, Quarantined
from synchub.store.tables import conflict, plan, quarantine


class DecisionStatements(InTransaction):
    """Few rows, asked for by people: plain Core."""

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
        query = select(conflict).where(conflict.c.closed.is_(None)).order_by(conflict.c.opened, conflict.c.id)
        if kind is not None:
            query = query.where(conflict.c.kind == kind.value)
        if system is not None:
            query = query.where(conflict.c.system == system)
        if entity is not None:
            query = query.where(conflict.c.entity == entity)
        return [_conflict(row) for row in self._execute(query.limit(limit))]

    def every_conflict(self) -> list[Conflict]:
        """All questions ever asked, settled ones included, for those who check the whole."""
        return [_conflict(row) for row in self._execute(select(conflict).order_by(conflict.c.id))]

    def conflict(self, id: str) -> Conflict | None:
        """An open or closed one."""
        row = self._execute(select(conflict).where(conflict.c.id == id)).one_or_none()
        return None if row is None else _conflict(row)

    def closed_at(self, id: str) -> datetime | None:
        """When a conflict was closed; None for one that is open, or was never asked."""
        row = self._execute(select(conflict.c.closed).where(conflict.c.id == id)).one_or_none()
        return None if row is None else instant(row.closed)

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
        keys = (quarantine.c.mapping, quarantine.c.external_id, quarantine.c.stage)
        query = select(quarantine).order_by(*keys)
        if mapping is not None:
            query = query.where(quarantine.c.mapping == mapping)
        if system is not None:
            query = query.where(quarantine.c.system == system)
        if stage is not None:
            query = query.where(quarantine.c.stage == stage)
        return [_quarantined(row) for row in self._execute(query.limit(limit))]

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
        row = self._execute(select(plan).where(plan.c.id == id)).one_or_none()
        return None if row is None else _plan(row)

    def plans(self, limit: int) -> list[Plan]:
        """Newest first."""
        query = select(plan).order_by(plan.c.at.desc(), plan.c.id.desc()).limit(limit)
        return [_plan(row) for row in self._execute(query)]

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


def _conflict(row: Row[Any]) -> Conflict:
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


def _quarantined(row: Row[Any]) -> Quarantined:
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


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        id=row.id,
        run=row.run,
        at=_at(row.at),
        digest=row.digest,
        summary=row.summary,
        approved_at=instant(row.approved_at),
        approved_by=row.approved_by,
    )
