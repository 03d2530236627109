"""Who may work on what: leases with epochs, and what a person has paused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from synchub.store import tables
from synchub.store.codec import instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import Pause


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease as it stands: whose, until when, and how often it has changed hands."""

    system: str
    object: str
    direction: str
    holder: str
    epoch: int
    until: datetime


class LeaseStatements(InTransaction):
    """Leases and pauses."""

    def take_lease(
        self, system: str, holder: str, now: datetime, until: datetime, *, force: bool = False
    ) -> int | None:
        """The new epoch; None while somebody else holds it. `force` takes it from a holder known to be dead.

        One lease covers a whole system (object and direction are ``*``): reading, matching and writing of one system lean on each
        other, and the vendor's limits are those of the account.
        """
        found = self._sql.rows(
            "INSERT INTO lease (system, object, direction, holder, epoch, until) VALUES (?, '*', '*', ?, 1, ?)"
            " ON CONFLICT (system, object, direction) DO UPDATE"
            " SET holder = excluded.holder, epoch = lease.epoch + 1, until = excluded.until"
            " WHERE lease.until <= ? OR lease.holder = excluded.holder OR ? = 1 RETURNING epoch",
            system,
            holder,
            instant_text(until),
            instant_text(now),
            int(force),
        )
        return int(found[0][0]) if found else None

    def lease(self, system: str) -> LeaseRow | None:
        """As it stands."""
        sql = "SELECT system, object, direction, holder, epoch, until FROM lease WHERE system = ?"
        found = self._sql.rows(sql, system)
        if not found:
            return None
        until = instant(found[0][5])
        assert until is not None
        system, object, direction, holder, epoch = found[0][:5]
        return LeaseRow(system, object, direction, holder, epoch, until)

    def lease_epochs(self, systems: Collection[str]) -> dict[str, int]:
        """The epochs of these leases now; on PostgreSQL nobody takes one before this transaction ends."""
        sql = "SELECT system, epoch FROM lease WHERE system {among}"
        if self._sql.postgres:
            sql += " ORDER BY system FOR SHARE"
        return {system: int(epoch) for system, epoch in self._sql.rows(sql, self._sql.list(systems))}

    def renew_lease(self, system: str, epoch: int, until: datetime) -> bool:
        """Keep it longer; False when it is somebody else's by now."""
        return bool(
            self._sql.run(
                "UPDATE lease SET until = ? WHERE system = ? AND epoch = ?",
                instant_text(until),
                system,
                epoch,
            )
        )

    def skip_epochs(self, by: int) -> None:
        """No epoch that was ever handed out by a newer copy of this database means anything here."""
        self._sql.run("UPDATE lease SET epoch = epoch + ?", by)

    def pauses(self) -> list[Pause]:
        """Everything that is paused."""
        found = self._sql.rows(
            'SELECT system, object, field, at, "by", reason FROM pause ORDER BY system, object, field'
        )
        rows = []
        for system, object, field, at, by, reason in found:
            moment = instant(at)
            assert moment is not None
            rows.append(Pause(system, object, field, moment, by, reason))
        return rows

    def pause(self, one: Pause) -> None:
        """Stop it; paused again, it takes the new reason."""
        self._sql.upsert(
            tables.pause,
            ("system", "object", "field", "at", "by", "reason"),
            [(one.system, one.object, one.field, instant_text(one.at), one.by, one.reason)],
            key=("system", "object", "field"),
        )

    def resume(self, system: str, object: str, field: str) -> bool:
        """Let it go on; False when it was not paused."""
        return bool(
            self._sql.run(
                "DELETE FROM pause WHERE system = ? AND object = ? AND field = ?", system, object, field
            )
        )
