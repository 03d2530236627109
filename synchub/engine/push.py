"""Push: durable intents, a read before the write, one outcome for each record, and what the system stored adopted as truth.

An intent is committed before the call and its outcome after it, so a crash in between leaves a trace that `settle_intents` follows up by reading. What is
pushed is always derived from state (`plan`), never from an old intent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.companions import ALL_ROWS, Companions
from synchub.engine.identity import derived_id
from synchub.engine.journal import raw_image
from synchub.engine.looks import take_records
from synchub.engine.outcomes import Attempt, Settling
from synchub.engine.plan import Planned
from synchub.engine.proposals import Proposals
from synchub.engine.rehearsal import NEW
from synchub.engine.relink import relink
from synchub.engine.report import RunReport
from synchub.engine.settle import confirm
from synchub.engine.sighting import sightings
from synchub.engine.stopping import stop_fights
from synchub.engine.throttling import hold_back, is_throttling, throttle
from synchub.engine.waiting_room import Key
from synchub.engine.world import Route, World
from synchub.errors import (
    ConnectorDefectError,
    ConnectorError,
    Problem,
    RejectedError,
    TransientError,
    UnknownOutcomeError,
)
from synchub.model.values import ABSENT, Raw, RawValue
from synchub.sdk import ConditionalWrite, Op, Outcome, OutcomeKind, RawRecord, Write
from synchub.stillness import still
from synchub.store import Transaction
from synchub.store.rows import (
    Intent,
    IntentState,
    Link,
)


class Pusher:
    """Pushes one route. `arrivals` gathers what others may have waited for."""

    def __init__(self, world: World, route: Route, report: RunReport, started: datetime) -> None:
        self.world = world
        self.route = route
        self.report = report
        self.started = started
        self.connector = world.connectors[route.mapping.system]
        self.capabilities = self.connector.capabilities
        self.request = world.request(route.mapping.system, route.mapping.object)
        self.arrivals: set[str] = set()
        self.proposals = Proposals(world, route, report, started)
        self.settling = Settling(world, route, report, started, self.arrivals)
        self.companions = Companions(world, route, report, started, self.arrivals)
        self._current: dict[str, RawRecord] = {}
        """What the last read before a write found, for lists that are written whole."""

    @property
    def place(self) -> tuple[str, str]:
        return self.route.mapping.system, self.route.mapping.object

    def run(self) -> None:
        """Push everything pending; stops early when the system cannot take more now."""
        after = ""
        size = ALL_ROWS if self.route.mapping.each else max(self.capabilities.write_batch, 200)
        while not self.settling.stopped:
            planned, last = self._plan_page(size, after)
            if not last:
                return
            after = last
            if planned and not self._verifies_itself and self._reads_first:
                planned = self._read_before_write(planned)
            stale = self._write(planned)
            if stale and not self.world.rehearsing and not self.settling.stopped:
                self._write(self._read_before_write(stale))
            phase = "plan" if self.world.rehearsing else "push"  # what is rehearsed is not told as written
            self.world.progress(phase, *self.place, self.report.total("cells_written"))

    @property
    def _reads_first(self) -> bool:
        return self.world.safeguards.read_before_write or bool(self.route.mapping.each)

    @property
    def _verifies_itself(self) -> bool:
        return (
            self.capabilities.conditional_write is ConditionalWrite.COMPARE_OLD
            and not self.route.mapping.each
        )

    def _plan_page(self, size: int, after: str) -> tuple[list[Planned], str]:
        with still(), self.world.store.begin() as tx:
            pending = tx.pending(self.route.name, self.route.model.name, size, after)
            if not pending:
                return [], ""
            planned = self.proposals.plan(tx, pending)
            stopped = stop_fights(tx, self.world, self.route, planned, self.report, self.started)
            if stopped:
                again = self.proposals.plan(tx, [(one.link, one.golden) for one in stopped])
                ids = {one.link.id for one in stopped}
                planned = [one for one in planned if one.link.id not in ids] + again
            if any(one.op is Op.CREATE for one in planned) and not self.world.rehearsing:
                # what may have been created already is not created again
                open_ends = {one.link_id for one in tx.open_intents(self.place[0])}
                planned = [one for one in planned if one.op is not Op.CREATE or one.link.id not in open_ends]
            return planned, pending[-1][0].id

    def _read_before_write(self, planned: list[Planned]) -> list[Planned]:
        """Read the targets, merge what changed meanwhile, and plan again."""
        targets = self._records_of(planned).values()
        ids = sorted({target for target in targets if target and not target.startswith(NEW)})
        records: list[RawRecord] = []
        for start in range(0, len(ids), max(1, self.capabilities.read_batch)):
            records.extend(
                self.connector.fetch(self.request, ids[start : start + max(1, self.capabilities.read_batch)])
            )
        self.report.add(*self.place, "fetched", len(records))
        found = {record.id for record in records if not record.deleted}
        with still(), self.world.store.begin() as tx:
            self._absorb_records(tx, records)
            merged = {record.id: record.merged_into for record in records if record.merged_into}
            relink(tx, self.world, self.route, merged, self.report, self.started)
            not_there = set(ids) - found
            gone = [one.link for one in planned if one.link.external_id in not_there]
            self.settling.lose(tx, [one for one in gone if one.external_id not in merged])
            self._current = {record.id: record for record in records}
            # what is written over a doubtful look would be written over something unknown
            doubtful = {one.link_id for one in tx.suspects(self.route.name)}
            left_out = doubtful.union(link.id for link in gone)
            keep = [one for one in planned if one.link.id not in left_out]
            links = tx.links_by_id([one.link.id for one in keep])
            golden = tx.golden(self.route.model.name, [one.golden.id for one in keep])
            pairs = [(links[one.link.id], golden[one.golden.id]) for one in keep]
            return self.proposals.plan(tx, pairs, self._unseen(records))

    def _unseen(self, records: Sequence[RawRecord]) -> dict[Key, frozenset[int]]:
        """Fields of which these looks say nothing, where fields merge together."""
        if all(len(unit) == 1 for unit in self.route.units):
            return {}
        looks = sightings(self.route.mapping, self.request.columns, records)
        images = ((look.key, self.route.mapping.image(look.values)) for look in looks)
        absent = {key: frozenset(n for n, one in enumerate(row) if one is ABSENT) for key, row in images}
        return {key: found for key, found in absent.items() if found}

    def _records_of(self, planned: Sequence[Planned]) -> dict[str, str]:
        """Link id -> the external record a write goes to: its own, or the one its row belongs to ("" when there is none yet)."""
        rows = [one for one in planned if self.route.mapping.each and not one.link.external_id]
        parents: Mapping[str, str] = {}
        if rows:
            with self.world.store.begin() as tx:
                parents = self.proposals.parents(tx, rows)
        return {one.link.id: one.link.external_id or parents.get(one.golden.id, "") for one in planned}

    def _absorb_records(self, tx: Transaction, records: Sequence[RawRecord]) -> None:
        unheard = tx.open_intents(self.place[0]) if self.report.total("unconfirmed") else []
        for route in self.world.routes_of(*self.place):
            mine = [one for one in unheard if one.mapping == route.name]
            if mine:
                looks = list(sightings(route.mapping, self.request.columns, records))
                confirm(tx, self.world, route, mine, looks, self.report.run, self.started)
            quiet = RunReport(self.report.run, self.report.kind, asked=self.report.asked)
            absorber = Absorber(tx, self.world, route, quiet, self.started)
            take_records(absorber, self.request.columns, records)
            self.arrivals |= absorber.arrivals
            for action in ("held", "conflicts_settled", "refused", "changed", "set_aside", "missing"):
                self.report.add(*self.place, action, quiet.total(action))

    def _write(self, planned: Sequence[Planned]) -> list[Planned]:
        """Send, batch by batch; returns those that changed between our read and our write."""
        attempts = self._attempts(planned)
        self.companions.attach(attempts)
        stale: list[Planned] = []
        size = max(1, self.capabilities.write_batch)
        for start in range(0, len(attempts), size):
            batch = attempts[start : start + size]
            if self.settling.stopped:
                break
            self._record_intents(batch)
            outcomes = self._call([one.write for one in batch])
            records = self._read_back(outcomes)
            with still(), self.world.store.begin() as tx:
                settled = list(zip(batch, outcomes, strict=True))
                self.settling.settle_batch(tx, settled, records)
                self.companions.settle(tx, settled, records)
            for attempt, outcome in zip(batch, outcomes, strict=True):
                if outcome.kind is OutcomeKind.STALE:
                    stale.extend(attempt.planned)
        return stale

    def _attempts(self, planned: Sequence[Planned]) -> list[Attempt]:
        if self.route.mapping.each:
            return self._row_attempts(planned)
        return [Attempt(self._one_write(one), [one]) for one in planned]

    def _etag_of(self, link: Link) -> str:
        """Of the version that was just read: one with the contents we know leaves the link as it was, older etag included."""
        read = self._current.get(link.external_id or "")
        return link.etag if read is None else read.etag

    def _one_write(self, planned: Planned) -> Write:
        mapping, link = self.route.mapping, planned.link
        marked = planned.op is Op.CREATE and self.world.safeguards.idempotent_create
        hub_column = mapping.hub_column if marked else ""
        attempt = "" if self.world.safeguards.idempotent_create else self.report.run
        return Write(
            derived_id("intent", link.id, str(planned.golden.rev), *filter(None, [attempt])),
            planned.op,
            {column: after for column, (_, after) in planned.cells.items()},
            link.external_id or "",
            hub_column,
            planned.golden.id if marked else "",
            {**planned.beside, **{column: before for column, (before, _) in planned.cells.items()}},
            self._etag_of(link),
        )

    def _row_attempts(self, planned: Sequence[Planned]) -> list[Attempt]:
        """Rows of one record travel together, as the whole list that the system replaces."""
        by_record: dict[str, list[Planned]] = {}
        targets = self._records_of(planned)
        for one in planned:
            by_record.setdefault(targets[one.link.id], []).append(one)
        attempts = []
        for record_id, rows in by_record.items():
            before = self._current_value(record_id)
            if before is ABSENT:
                continue
            after = self._list_after(before if isinstance(before, list) else [], rows)
            key = derived_id("intent", record_id, *(f"{one.link.id}:{one.golden.rev}" for one in rows))
            write = Write(
                key,
                Op.UPDATE,
                {self.route.mapping.each: after},
                record_id,
                seen={self.route.mapping.each: raw_image(before)},
            )
            attempts.append(Attempt(write, rows))
        return attempts

    def _current_value(self, record_id: str) -> RawValue:
        """The list as the last read found it; ABSENT when the record was not there to be read."""
        if record_id.startswith(NEW):
            return []
        record = self._current.get(record_id)
        return (
            ABSENT if record is None else record.values[self.request.columns.index(self.route.mapping.each)]
        )

    def _list_after(self, current: Sequence[Raw], rows: Sequence[Planned]) -> list[Raw]:
        line_id = self.route.mapping.line_id
        changed = {one.link.part: one for one in rows if one.op is Op.UPDATE}
        after: list[Raw] = []
        for row in current:
            one = changed.get(str(row.get(line_id))) if isinstance(row, dict) else None
            after.append(
                {**row, **{c: new for c, (_, new) in one.cells.items()}}
                if one and isinstance(row, dict)
                else row
            )
        after.extend({c: new for c, (_, new) in one.cells.items()} for one in rows if one.op is Op.CREATE)
        return after

    def _record_intents(self, attempts: Sequence[Attempt]) -> None:
        intents = []
        for attempt in attempts:
            attempt.intents = [self._intent(self.route, attempt.write.id, one) for one in attempt.planned]
            intents.extend(attempt.intents)
            for company in attempt.companions:
                route, own = company.rows.route, company.attempt
                own.intents = [self._intent(route, "", one) for one in own.planned]
                intents.extend(own.intents)
        if not self.world.safeguards.outbox:
            return
        with self.world.store.begin() as tx:
            tx.save_intents(intents)

    def _intent(self, route: Route, record: str, planned: Planned) -> Intent:
        link = planned.link
        return Intent(
            derived_id("intent", self.report.run, link.id, str(planned.golden.rev)),
            self.report.run,
            link.id,
            link.system,
            link.mapping,
            planned.op.value,
            record,
            link.entity,
            link.entity_id,
            planned.golden.rev,
            planned.cells,
            {route.mapping.fields[index].name: value for index, value in planned.fields.items()},
            dict(planned.causes),
            IntentState.IN_FLIGHT,
            at=self.started,
        )

    def _call(self, writes: Sequence[Write]) -> list[Outcome]:
        try:
            return self.connector.push(self.request, writes)
        except RejectedError as error:
            return self._halves(writes, error)
        except UnknownOutcomeError as error:
            return [Outcome(OutcomeKind.UNKNOWN, id=write.id, error=error) for write in writes]
        except ConnectorDefectError as error:  # what it had sent by then nobody knows
            self.settling.stopped = True
            self.report.failures[self.route.mapping.system] = error
            return [Outcome(OutcomeKind.UNKNOWN, id=write.id, error=error) for write in writes]
        except ConnectorError as error:
            self.settling.stopped = True
            hold_back(self.world, self.report, self.route.mapping.system, error)
            return [Outcome(OutcomeKind.BLOCKED, id=write.id, error=error) for write in writes]

    def _halves(self, writes: Sequence[Write], error: RejectedError) -> list[Outcome]:
        """A batch refused whole, without a word about its records: halved until the bad ones are alone, so that the others get through."""
        if len(writes) == 1 or not self.world.safeguards.bisect:
            return [Outcome.of_error(error, one.id) for one in writes]
        self.world.touch("push.halved")
        middle = len(writes) // 2
        first = self._call(writes[:middle])
        if any(one.kind in {OutcomeKind.BLOCKED, OutcomeKind.THROTTLED} for one in first):
            blocked = next(one for one in first if one.kind in {OutcomeKind.BLOCKED, OutcomeKind.THROTTLED})
            return [*first, *(replace(blocked, id=one.id) for one in writes[middle:])]
        return [*first, *self._call(writes[middle:])]

    def _read_back(self, outcomes: Sequence[Outcome]) -> dict[str, RawRecord]:
        """What the system stored: from the replies, else one read by id."""
        records = {one.id: one.record for one in outcomes if one.record is not None}
        missing = [
            one.id
            for one in outcomes
            if one.kind is OutcomeKind.OK and one.record is None and one.id not in records
        ]
        # who has told us to call later is not called for an echo: the next run looks
        told = any(is_throttling(one.error) for one in outcomes)
        if missing and not told and not self.world.rehearsing:
            size = max(1, self.capabilities.read_batch)
            for start in range(0, len(missing), size):
                try:
                    found = self.connector.fetch(self.request, missing[start : start + size])
                except ConnectorError as error:
                    # The writes are done; only their echo is missing. The next pull brings it.
                    self.report.warnings.append(Problem(error.code, error.params, severity="warning"))
                    if isinstance(error, TransientError) and is_throttling(error):
                        self.settling.stopped = True
                        throttle(self.world, self.report, self.route.mapping.system, error)
                    break
                self.report.add(*self.place, "fetched", len(found))
                records.update({record.id: record for record in found})
        return records
