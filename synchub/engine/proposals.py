"""Proposals: pending links read from the store and planned, with what the plan needs to know of other records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synchub.engine.identity import derived_id
from synchub.engine.journal import raw_of
from synchub.engine.looks import remap
from synchub.engine.plan import Planned, Targets, plan_link
from synchub.engine.report import RunReport
from synchub.engine.waiting_room import Key
from synchub.engine.world import Route, World
from synchub.model.values import Raw
from synchub.sdk import Op
from synchub.store import Transaction
from synchub.store.rows import (
    OUTGOING,
    Conflict,
    ConflictKind,
    Golden,
    Link,
    LinkState,
)


class Proposals:
    """Plans the pending links of one route within a transaction."""

    def __init__(self, world: World, route: Route, report: RunReport, started: datetime) -> None:
        self.world = world
        self.route = route
        self.report = report
        self.started = started

    @property
    def place(self) -> tuple[str, str]:
        return self.route.mapping.system, self.route.mapping.object

    def plan(
        self,
        tx: Transaction,
        pairs: Sequence[tuple[Link, Golden]],
        unseen: Mapping[Key, frozenset[int]] | None = None,
    ) -> list[Planned]:
        """Plan these links; agreements that need no write are noted at once. `unseen`: fields that the last look at a record did not show."""
        unseen = unseen or {}
        writable = [
            (remap(tx, link, self.route, self.report.run), golden)
            for link, golden in pairs
            if link.state in {LinkState.LINKED, LinkState.WANTED}
        ]
        targets = self.targets(tx, [golden for _, golden in writable])
        paused = self.world.drift.paused(self.route.mapping)
        whole = not self.world.safeguards.patch
        planned = [
            plan_link(
                self.route,
                link,
                golden,
                targets,
                paused,
                whole=whole,
                unseen=unseen.get((link.external_id or "", link.part), ()),
            )
            for link, golden in writable
        ]
        for one in planned:
            incoming = {n: key for n, key in one.link.waiting.items() if not n.startswith(OUTGOING)}
            one.link.waiting = {**incoming, **one.waiting}
            self._hold_unwritable(tx, one)
            self.report.add(*self.place, "waiting", one.too_early)
        needs_parent = [one for one in planned if self.route.mapping.each and one.op is Op.CREATE]
        parents = self.parents(tx, needs_parent)
        if self.world.connectors[self.place[0]].capabilities.creates_with_rows:
            self._wake(tx, [one for one in needs_parent if one.golden.id not in parents])
        new_rows = {one.link.id for one in needs_parent}
        busy = [
            one for one in planned if one.cells and (one.link.id not in new_rows or one.golden.id in parents)
        ]
        # a doubtful look may show what was typed before the hub's news, so the news has not passed by there yet
        doubtful = {one.link_id for one in tx.suspects(self.route.name)} if planned else set()
        ids = {one.link.id for one in busy}
        quiet = [one for one in planned if one.link.id not in ids]
        for one in quiet:
            if one.link.id not in new_rows:
                self._note_agreement(one)
            if one.link.id not in doubtful:
                one.link.settled_rev = one.golden.rev
        tx.update_links([one.link for one in quiet])
        tx.release(self.route.name, [one.quarantine_key for one in quiet], "push")
        return busy

    def _note_agreement(self, planned: Planned) -> None:
        """The system already writes it this way: the agreement moves on without a call."""
        for index, value in planned.fields.items():
            planned.link.sent[index] = value
            if index in planned.images:
                planned.link.seen[index] = planned.images[index]

    def _hold_unwritable(self, tx: Transaction, planned: Planned) -> None:
        conflicts = []
        for name, problem in planned.unwritable.items():
            conflict_id = derived_id("conflict", self.route.name, planned.link.id, name, "unwritable")
            planned.link.holds[name] = conflict_id
            value: Raw = raw_of(planned.golden.values[self.route.model.position[name]])
            detail: dict[str, Raw] = {
                "field": name,
                "golden": value,
                "problem": problem.code,
                "params": {key: str(one) for key, one in problem.params.items()},
                "position": str(problem.position or ""),
                "title": "",
            }
            mapping, link = self.route.mapping, planned.link
            conflicts.append(
                Conflict(
                    conflict_id,
                    ConflictKind.VALUE,
                    self.report.run,
                    self.started,
                    link.entity,
                    link.entity_id,
                    mapping.name,
                    mapping.system,
                    link.external_id or "",
                    link.part,
                    name,
                    "E206",
                    detail,
                )
            )
        if conflicts:
            tx.open_conflicts(conflicts)
            self.report.add(*self.place, "held", len(conflicts))

    def targets(self, tx: Transaction, golden: Sequence[Golden]) -> Targets:
        """What this system calls the records that these refer to."""
        targets: dict[tuple[str, str], str | None] = {}
        for mapped in self.route.mapping.fields:
            if mapped.ref is None:
                continue
            ids = sorted({v for one in golden if isinstance(v := one.values[mapped.index], str)})
            if not ids:
                continue
            if mapped.ref.by is None:
                found: Mapping[str, object] = tx.external_ids(
                    self.route.mapping.system, mapped.ref.entity, ids
                )
            else:
                found = tx.field_values(mapped.ref.entity, mapped.ref.by, ids)
            for golden_id in ids:
                key = found.get(golden_id)
                targets[mapped.name, golden_id] = key if isinstance(key, str) else None
        return targets

    def _wake(self, tx: Transaction, rows: Sequence[Planned]) -> None:
        """A record that was refused without its rows is tried again with these."""
        parent = self.route.parent
        if not rows or parent is None or parent.ref is None:
            return
        ids = sorted({value for one in rows if isinstance(value := one.golden.values[parent.index], str)})
        asleep = [
            link
            for links in tx.links_of(parent.ref.entity, ids).values()
            for link in links
            if (link.system, link.object, link.state) == (*self.place, LinkState.WANTED) and link.settled_rev
        ]
        for link in asleep:
            link.settled_rev = 0
        tx.update_links(asleep)

    def parents(self, tx: Transaction, planned: Sequence[Planned]) -> dict[str, str]:
        """Golden id of a row-to-be -> external id of the record it belongs to; marks those that must wait."""
        parent = self.route.parent
        if not planned or parent is None or parent.ref is None:
            return {}
        wanted = {one.golden.id: one.golden.values[parent.index] for one in planned}
        ids = sorted({value for value in wanted.values() if isinstance(value, str)})
        targets = tx.external_ids(self.route.mapping.system, parent.ref.entity, ids)
        found: dict[str, str] = {}
        for one in planned:
            value = wanted[one.golden.id]
            if isinstance(value, str) and value in targets:
                found[one.golden.id] = targets[value]
            elif isinstance(value, str):
                one.link.waiting[OUTGOING + parent.name] = value
        return found
