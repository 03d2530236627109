"""What people do by hand in a hub: decide, approve, take back, link, join, pause. Each is signed with who did it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection
from dataclasses import dataclass

from synchub.engine.decide import Choice, decide
from synchub.engine.deletions import set_id
from synchub.engine.joining import Joined, join_golden
from synchub.engine.linking import link_record, split_golden, unlink_record
from synchub.engine.pausing import pause, resume
from synchub.engine.report import RunReport
from synchub.engine.retry import retry
from synchub.engine.undo import Undone, undo
from synchub.engine.world import World
from synchub.errors import UserError
from synchub.hub.naming import mapped_field
from synchub.store.rows import Conflict, LedgerRow, LinkState, Pause, RunRow, TombState, Tombstone


@dataclass(frozen=True, slots=True)
class Deletions:
    """Deletions that have not been followed yet; `sets` are the names by which withheld ones are approved, per mapping."""

    waiting: tuple[Tombstone, ...]
    sets: dict[str, str]
    titles: dict[str, str]
    """Golden id -> what people call it."""


class Deeds:
    """On one hub's world; `new_run` names runs."""

    def __init__(self, world: World, new_run: Callable[[], str]) -> None:
        self.world = world
        self.new_run = new_run

    @property
    def by(self) -> str:
        """Who does it: the user of this machine."""
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "?"

    def runs(self, limit: int) -> list[RunRow]:
        """The last runs, newest first."""
        with self.world.store.read() as tx:
            return tx.runs(limit)

    def run(self, run: str) -> tuple[RunRow, list[LedgerRow]]:
        """A run and everything it wrote. Raises UserError E261."""
        with self.world.store.read() as tx:
            row = tx.run(run)
            if row is None:
                raise UserError("E261", run=run)
            return row, tx.run_ledger(run)

    def undo(self, run: str) -> Undone:
        """Take a run back. Raises UserError E261."""
        self.run(run)
        return undo(self.world, run, self.new_run())

    def retry(
        self, systems: Collection[str] | None = None, ids: Collection[str] = ()
    ) -> tuple[RunReport, int]:
        """Try what is set aside again."""
        return retry(self.world, self.new_run(), systems=systems, ids=ids)

    def decide(self, conflict: str, choice: Choice) -> Conflict:
        """Decide a conflict."""
        return decide(self.world, conflict, choice, self.new_run(), self.by)

    def deletions(self) -> Deletions:
        """What waits to be followed."""
        with self.world.store.read() as tx:
            waiting = tx.tombstones()
            titles: dict[str, str] = {}
            for entity in {one.entity for one in waiting}:
                ids = [one.entity_id for one in waiting if one.entity == entity]
                title = self.world.entities[entity].title
                titles |= {key: str(value) for key, value in tx.field_values(entity, title, ids).items()}
        return Deletions(tuple(waiting), _sets(waiting), titles)

    def approve_deletions(self, name: str) -> int:
        """Follow exactly the withheld deletions of this name with the next sync; how many. Raises UserError E271."""
        with self.world.store.begin() as tx:
            waiting = tx.tombstones()
            mapping = next((one for one, found in _sets(waiting).items() if found == name.upper()), None)
            if mapping is None:
                raise UserError("E271", set=name)
            ids = [one.link_id for one in _withheld(waiting, mapping)]
            tx.set_tombstones(ids, TombState.WITHHELD, name.upper())
            return len(ids)

    def keep(self, records: Collection[str]) -> int:
        """Nothing follows from the deletion of these records. Raises UserError E272 for one that does not wait."""
        with self.world.store.begin() as tx:
            waiting = [one for one in tx.tombstones() if one.state is not TombState.REMOVING]
            for record in records:
                if not any(one.external_id == record for one in waiting):
                    raise UserError("E272", record=record)
            ids = [one.link_id for one in waiting if one.external_id in records]
            tx.set_tombstones(ids, TombState.VOID, self.by)
            return len(ids)

    def link(self, mapping: str, record: str, golden_id: str | None) -> str:
        """A record belongs to this golden record; None: to one of its own. The golden id."""
        return link_record(self.world, mapping, record, golden_id, self.new_run(), self.by)

    def unlink(self, mapping: str, record: str) -> str:
        """A record belongs to no golden record; the id of the one it did belong to."""
        return unlink_record(self.world, mapping, record, self.new_run(), self.by)

    def join(self, entity: str, survivor: str, other: str) -> Joined:
        """Two golden records are one."""
        return join_golden(self.world, entity, survivor, other, self.new_run(), self.by)

    def split(self, entity: str, golden_id: str, records: Collection[tuple[str, str]]) -> str:
        """These records, by (mapping, external id), found a golden record of their own; its id. Raises UserError E245, E246."""
        with self.world.store.read() as tx:
            links = [
                one
                for one in tx.links_of(entity, [golden_id]).get(golden_id, [])
                if one.state is LinkState.LINKED
            ]
        for mapping, record in records:
            if not any((one.mapping, one.external_id) == (mapping, record) for one in links):
                raise UserError("E245", record=record, mapping=mapping)
        chosen = [one for one in links if (one.mapping, one.external_id or "") in set(records)]
        return split_golden(self.world, entity, golden_id, chosen, self.new_run(), self.by)

    def pauses(self) -> list[Pause]:
        """What is paused."""
        with self.world.store.read() as tx:
            return tx.pauses()

    def pause(self, system: str, object: str = "", field: str = "", reason: str = "") -> None:
        """Stop it; `field` by its name or label."""
        field = mapped_field(self.world.mappings, system, field) if field else ""
        pause(self.world, system, object, field, self.by, reason)

    def resume(self, system: str, object: str = "", field: str = "") -> None:
        """Let it go on."""
        field = mapped_field(self.world.mappings, system, field) if field else ""
        resume(self.world, system, object, field)


def _withheld(waiting: Collection[Tombstone], mapping: str) -> list[Tombstone]:
    return [
        one
        for one in waiting
        if one.mapping == mapping and one.state is TombState.WITHHELD and not one.approval
    ]


def _sets(waiting: Collection[Tombstone]) -> dict[str, str]:
    return {
        mapping: set_id(found)
        for mapping in {one.mapping for one in waiting}
        if (found := _withheld(waiting, mapping))
    }
