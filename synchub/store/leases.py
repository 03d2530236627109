"""Who may work on what: leases with epochs, and what a person has paused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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

    def take_leases(
        self,
        systems: Collection[str],
        holder: str,
        now: datetime,
        until: datetime,
        *,
        force: Collection[str] = (),
    ) -> dict[str, int]:
        """The new epochs; who is not among them is held by somebody else. `force` names those of holders known to be dead.

        One lease covers a whole system (object and direction are ``*``): reading, matching and writing of one system lean on each
        other, and the vendor's limits are those of the account.
        """
        if not systems:
            return {}
        # in order, so that two workers who want the same never wait for each other
        rows = [(system, holder, instant_text(until)) for system in sorted(systems)]
        value = "(?, '*', '*', ?, 1, ?)"
        found = self._sql.rows(
            "INSERT INTO lease (system, object, direction, holder, epoch, until)"
            f" VALUES {', '.join([value] * len(rows))}"
            " ON CONFLICT (system, object, direction) DO UPDATE"
            " SET holder = excluded.holder, epoch = lease.epoch + 1, until = excluded.until"
            " WHERE lease.until <= ? OR lease.holder = excluded.holder OR lease.system {among}"
            " RETURNING system, epoch",
            *(cell for row in rows for cell in row),
            instant_text(now),
            self._sql.list(force),
        )
        return {system: int(epoch) for system, epoch in found}

    def leases(self, systems: Collection[str]) -> dict[str, LeaseRow]:
        """As they stand."""
        found = self._sql.rows(
            "SELECT system, object, direction, holder, epoch, until FROM lease WHERE system {among}",
            self._sql.list(systems),
        )
        rows = {}
        for system, object, direction, holder, epoch, at in found:
            until = instant(at)
            assert until is not None
            rows[system] = LeaseRow(system, object, direction, holder, epoch, until)
        return rows

    def lease_epochs(self, systems: Collection[str]) -> dict[str, int]:
        """The epochs of these leases now; on PostgreSQL nobody takes one before this transaction ends."""
        sql = "SELECT system, epoch FROM lease WHERE system {among}"
        if self._sql.postgres:
            sql += " ORDER BY system FOR SHARE"
        return {system: int(epoch) for system, epoch in self._sql.rows(sql, self._sql.list(systems))}

    def renew_leases(self, epochs: Mapping[str, int], until: datetime) -> None:
        """Keep them until then; one that is somebody else's by now stays as it is."""
        at = instant_text(until)
        self._sql.run_each(
            "UPDATE lease SET until = ? WHERE system = ? AND epoch = ?",
            [(at, system, epoch) for system, epoch in epochs.items()],
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
