"""Records that are doubtful or gone: suspects and tombstones. Few rows; an idle run asks one index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from synchub.store import tables
from synchub.store.codec import instant, instant_text
from synchub.store.context import InTransaction
from synchub.store.rows import Demise, Suspect, TombState, Tombstone

_SUSPECT: Final = ("link_id", "mapping", "external_id", "run", "first_seen", "modified", "hash")
_TOMB: Final = (
    "link_id",
    "mapping",
    "system",
    "entity",
    "entity_id",
    "external_id",
    "part",
    "reason",
    "run",
    "at",
    "due",
    "rev",
    "state",
    "approval",
    "hash",
)


class VanishedStatements(InTransaction):
    """Suspects and tombstones, by link."""

    def park(self, suspects: Sequence[Suspect]) -> None:
        """Doubtful looks; one of a link that is parked already takes the new image and keeps its time."""
        self._sql.upsert(
            tables.suspect,
            _SUSPECT,
            [
                (
                    one.link_id,
                    one.mapping,
                    one.external_id,
                    one.run,
                    instant_text(one.first_seen),
                    instant_text(one.modified),
                    one.hash,
                )
                for one in suspects
            ],
            key=("link_id",),
            set_="hash = excluded.hash, modified = excluded.modified, run = excluded.run",
        )

    def suspects(self, mapping: str) -> list[Suspect]:
        """All of a mapping, by link."""
        found = self._sql.rows(
            f"SELECT {', '.join(_SUSPECT)} FROM suspect WHERE mapping = ? ORDER BY link_id", mapping
        )
        return [_suspect(row) for row in found]

    def clear_suspects(self, link_ids: Collection[str]) -> None:
        """These are doubtful no more."""
        if link_ids:
            self._sql.run("DELETE FROM suspect WHERE link_id {among}", self._sql.list(link_ids))

    def bury(self, tombstones: Sequence[Tombstone]) -> None:
        """New tombstones, or new contents of known ones."""
        self._sql.upsert(tables.tombstone, _TOMB, [_tomb_row(one) for one in tombstones], key=("link_id",))

    def tombstones(
        self, mapping: str | None = None, *, states: Collection[TombState] | None = None
    ) -> list[Tombstone]:
        """Oldest first; without `states` those that are not done with."""
        condition = "state NOT IN ('done', 'void')" if states is None else "state {among}"
        parameters: list[Any] = [] if states is None else [self._sql.list([one.value for one in states])]
        if mapping is not None:
            condition += " AND mapping = ?"
            parameters.append(mapping)
        found = self._sql.rows(
            f"SELECT {', '.join(_TOMB)} FROM tombstone WHERE {condition} ORDER BY at, link_id", *parameters
        )
        return [_tomb(row) for row in found]

    def open_deletions(self, stage: str) -> set[str]:
        """Mappings with tombstones that are not done with, or with records set aside in this stage."""
        found = self._sql.rows(
            "SELECT mapping FROM tombstone WHERE state NOT IN ('done', 'void')"
            " UNION SELECT mapping FROM quarantine WHERE stage = ?",
            stage,
        )
        return {row[0] for row in found}

    def tombstones_by_link(self, link_ids: Collection[str]) -> dict[str, Tombstone]:
        found = self._sql.rows(
            f"SELECT {', '.join(_TOMB)} FROM tombstone WHERE link_id {{among}}", self._sql.list(link_ids)
        )
        return {row[0]: _tomb(row) for row in found}

    def set_tombstones(self, link_ids: Collection[str], state: TombState, approval: str = "") -> None:
        """How far these have come."""
        self._sql.run(
            "UPDATE tombstone SET state = ?, approval = ? WHERE link_id {among}",
            state.value,
            approval,
            self._sql.list(link_ids),
        )

    def unbury(self, link_ids: Collection[str]) -> None:
        """These are there again."""
        if link_ids:
            self._sql.run("DELETE FROM tombstone WHERE link_id {among}", self._sql.list(link_ids))


def _suspect(row: Sequence[Any]) -> Suspect:
    first_seen = instant(row[4])
    assert first_seen is not None
    return Suspect(row[0], row[1], row[2], row[3], first_seen, instant(row[5]), bytes(row[6]))


def _tomb_row(one: Tombstone) -> tuple[Any, ...]:
    return (
        one.link_id,
        one.mapping,
        one.system,
        one.entity,
        one.entity_id,
        one.external_id,
        one.part,
        one.reason.value,
        one.run,
        instant_text(one.at),
        instant_text(one.due),
        one.rev,
        one.state.value,
        one.approval,
        one.hash,
    )


def _tomb(row: Sequence[Any]) -> Tombstone:
    at, due = instant(row[9]), instant(row[10])
    assert at is not None
    assert due is not None
    link_id, mapping, system, entity, entity_id, external_id, part = row[:7]
    return Tombstone(
        link_id,
        mapping,
        system,
        entity,
        entity_id,
        external_id,
        part,
        Demise(row[7]),
        row[8],
        at,
        due,
        row[11],
        TombState(row[12]),
        row[13],
        bytes(row[14]),
    )
