"""Outcomes: what each write comes to in the agreement, the ledger and the quarantine; what the system stored is the truth there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from synchub.engine.agreeing import adopt_stored, agree_on_defaults
from synchub.engine.looks import lose
from synchub.engine.plan import Planned, cells_of
from synchub.engine.relink import owners, relink, share
from synchub.engine.report import Cell, RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.stopping import note_not_kept
from synchub.engine.throttling import is_throttling, keep_waits, note_throttling
from synchub.engine.waiting_room import forget
from synchub.engine.world import Route, World
from synchub.errors import Problem
from synchub.model.values import Raw
from synchub.sdk import CreateIdempotency, Op, Outcome, OutcomeKind, RawRecord, Write
from synchub.store import Transaction
from synchub.store.rows import (
    Demise,
    Intent,
    IntentState,
    LedgerRow,
    Link,
    LinkState,
    Quarantined,
)

if TYPE_CHECKING:
    from synchub.engine.companions import Company

WRITE_STATES = {
    OutcomeKind.OK: IntentState.DONE,
    OutcomeKind.REJECTED: IntentState.REJECTED,
    OutcomeKind.UNKNOWN: IntentState.UNKNOWN,
    OutcomeKind.STALE: IntentState.STALE,
    OutcomeKind.GONE: IntentState.GONE,
    OutcomeKind.MERGED_INTO: IntentState.STALE,
    OutcomeKind.THROTTLED: IntentState.BLOCKED,
    OutcomeKind.BLOCKED: IntentState.BLOCKED,
}


@dataclass(slots=True)
class Attempt:
    """One write on its way: the planned links it carries (several only where rows share a record), its intents."""

    write: Write
    planned: list[Planned]
    intents: list[Intent] = field(default_factory=list)
    companions: list[Company] = field(default_factory=list)
    """What travels with a create, and is settled by the same reply."""


def same_value(one: Raw, other: Raw) -> bool:
    """Equal and of one type: True is not 1."""
    return one == other and type(one) is type(other)


@dataclass(slots=True)
class _Noted:
    """What the outcomes of a batch come to, to be written with a handful of statements."""

    intents: dict[str, tuple[IntentState, str]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    well: set[str] = field(default_factory=set)
    """Quarantine keys of records that were written."""
    ledger: list[LedgerRow] = field(default_factory=list)


OLD_ECHO = "written, and what was read back is the version from before"


def _is_old(attempt: Attempt, outcome: Outcome, look: Sighting | None) -> bool:
    """Did the read-back show the very version that was written over? A replica may lag, so this says nothing of the write."""
    etag = attempt.write.etag
    return outcome.record is None and look is not None and etag != "" and look.etag == etag


class Settling:
    """Settles the outcomes of one route's writes. `stopped` turns true when the system can take no more now."""

    def __init__(
        self, world: World, route: Route, report: RunReport, started: datetime, arrivals: set[str]
    ) -> None:
        self.world = world
        self.route = route
        self.report = report
        self.started = started
        self.request = world.request(route.mapping.system, route.mapping.object)
        self.arrivals = arrivals
        """Gathers what others may have waited for."""
        self.stopped = False
        self._noted = _Noted()
        self._owners: dict[str, Link] = {}
        """By record id, of what a batch has made: the link that has it."""

    @property
    def place(self) -> tuple[str, str]:
        return self.route.mapping.system, self.route.mapping.object

    def lose(self, tx: Transaction, links: Sequence[Link]) -> None:
        if links:
            self.world.touch("push.gone")
        gone = {(link.external_id or "", link.part): link.id for link in links}
        lose(tx, self.world, self.route, gone, self.report, Demise.READ, self.started)

    def settle_batch(
        self,
        tx: Transaction,
        batch: Sequence[tuple[Attempt, Outcome]],
        records: Mapping[str, RawRecord],
    ) -> None:
        """Settle each outcome; `records` are what the system stored, by id."""
        self._owners = self._owners_of(tx, batch)
        for attempt, outcome in batch:
            if outcome.kind in {OutcomeKind.GONE, OutcomeKind.MERGED_INTO}:
                self._flush(tx)  # what follows from these is read from the links as they are by now
            self._settle(tx, attempt, outcome, records.get(outcome.id))
        self._flush(tx)

    def _owners_of(self, tx: Transaction, batch: Sequence[tuple[Attempt, Outcome]]) -> dict[str, Link]:
        """Links that have the records which the system names as just made; none of these waits for a match any more."""
        made = {one.id for attempt, one in batch if self._names_record(attempt, one)}
        if not made:
            return {}
        forget(tx, self.route, tx.unlinked_keys(self.route.name, sorted(made)), self.report.run)
        return owners(tx, self.route, made)

    def _names_record(self, attempt: Attempt, outcome: Outcome) -> bool:
        made = attempt.write.op is Op.CREATE and outcome.kind is OutcomeKind.OK
        return made and outcome.id != "" and not self.world.rehearsing

    def _flush(self, tx: Transaction) -> None:
        noted, self._noted = self._noted, _Noted()
        tx.set_intents([(intent, state, detail) for intent, (state, detail) in noted.intents.items()])
        tx.update_links(list(noted.links.values()))
        if noted.well:
            tx.release(self.route.name, sorted(noted.well), "push")
        tx.write_ledger(noted.ledger)

    def _settle(self, tx: Transaction, attempt: Attempt, outcome: Outcome, record: RawRecord | None) -> None:
        state = WRITE_STATES[outcome.kind]
        self.world.touch(f"outcome.{outcome.kind.value}")
        detail = str(outcome.error) if outcome.error is not None else ""
        self._noted.intents.update((intent.id, (state, detail)) for intent in attempt.intents)
        if outcome.kind is OutcomeKind.OK:
            self._succeed(tx, attempt, outcome, record)
        elif outcome.kind is OutcomeKind.REJECTED:
            self._reject(tx, attempt, outcome)
        elif outcome.kind is OutcomeKind.GONE:
            self.lose(tx, [one.link for one in attempt.planned])
        elif outcome.kind is OutcomeKind.MERGED_INTO:
            moves = {attempt.write.id: outcome.id}
            relink(tx, self.world, self.route, moves, self.report, self.started)
        elif outcome.kind is OutcomeKind.UNKNOWN:
            self.report.add(*self.place, "unconfirmed", len(attempt.planned))
        elif outcome.kind in {OutcomeKind.BLOCKED, OutcomeKind.THROTTLED}:
            self.stopped = True
            self.report.add(*self.place, "blocked", len(attempt.planned))
            if outcome.error is not None and is_throttling(outcome.error):
                note_throttling(self.world, self.report, self.place[0], outcome.error)
                keep_waits(tx, self.report)
            if outcome.error is not None:
                problem = Problem(outcome.error.code, outcome.error.params, severity="warning")
                if problem not in self.report.warnings:
                    self.report.warnings.append(problem)

    def _succeed(self, tx: Transaction, attempt: Attempt, outcome: Outcome, record: RawRecord | None) -> None:
        if self._names_record(attempt, outcome):
            link = attempt.planned[0].link
            owner = self._owners.setdefault(outcome.id, link)
            if owner.id != link.id:
                share(tx, self.world, self.route, link, owner, self.report, self.started)
                return
        looks, free = self._looks(tx, record)
        for intent, planned in zip(attempt.intents, attempt.planned, strict=True):
            created = planned.op is Op.CREATE
            look = self._own_look(planned, looks, free) if self.route.mapping.each else looks.get("")
            unknown = look is None or (created and self._answers_once_more(tx, planned, look))
            if unknown and not self.world.rehearsing:
                self._await_echo(intent, planned, outcome)
                continue
            adopt_stored(self.world, self.route, planned, outcome, look)
            if created and look is not None:
                agree_on_defaults(self.route, planned, look)
            row = self._ledger(planned)
            self._noted.ledger.append(row)
            if not created and _is_old(attempt, outcome, look):
                # its words are taken for now; what comes of the write is noted by the next run
                self._noted.intents[intent.id] = IntentState.UNKNOWN, OLD_ECHO
                self.report.add(*self.place, "unconfirmed")
                self.world.touch("push.old_echo")
            if not created:
                note_not_kept(tx, self.world, self.route, planned, row.changes, self.report, self.started)
            self.report.add(*self.place, "created_there" if created else "updated_there")
            hub_cell = bool(attempt.write.hub_column) and attempt.write.hub_column not in planned.cells
            self.report.add(*self.place, "cells_written", len(planned.cells) + hub_cell)
            self.arrivals.add(planned.golden.id)
            if planned.link.external_id and not planned.link.part:
                self.arrivals.add(planned.link.external_id)
        self._noted.links.update((one.link.id, one.link) for one in attempt.planned)
        self._noted.well.update(one.quarantine_key for one in attempt.planned)
        self._report_cells(attempt)

    def _answers_once_more(self, tx: Transaction, planned: Planned, look: Sighting) -> bool:
        """Is this not what was made of a create, but what stands by now in a record that an earlier one has made? Somebody may have typed into it."""
        able = self.world.connectors[self.place[0]].capabilities
        if able.create_idempotency is not CreateIdempotency.TOKEN or self.route.mapping.each:
            return False
        images = self.route.mapping.image(look.values)
        if all(images[index] == image for index, image in planned.images.items()):
            return False
        return planned.link.id in tx.sent_before([planned.link.id], self.report.run)

    def _await_echo(self, intent: Intent, planned: Planned, outcome: Outcome) -> None:
        """Written, but what the system made of it is not known, or not which of its rows is ours: the next run looks."""
        if planned.op is Op.CREATE and outcome.id and not self.route.mapping.each:
            planned.link.external_id, planned.link.state = outcome.id, LinkState.LINKED
            self.arrivals |= {planned.golden.id, outcome.id}
        self._noted.intents[intent.id] = (
            IntentState.UNKNOWN,
            "written, and what is stored is not known yet",
        )
        self.report.add(*self.place, "unconfirmed")
        self.world.touch("push.no_echo")

    def _looks(
        self, tx: Transaction, record: RawRecord | None
    ) -> tuple[dict[str, Sighting], dict[str, Sighting]]:
        """The parts of the reply by line id: all of them, and those that belong to nobody (a new row may hold the same as an old one)."""
        if record is None:
            return {}, {}
        looks = {look.part: look for look in sightings(self.route.mapping, self.request.columns, [record])}
        if not self.route.mapping.each:
            return looks, {}
        taken = {part for _, part in tx.link_marks(self.route.name, [record.id])}
        return looks, {part: look for part, look in looks.items() if part not in taken}

    def _own_look(
        self, planned: Planned, looks: dict[str, Sighting], free: dict[str, Sighting]
    ) -> Sighting | None:
        """The row of the reply that is this one: by its line id, or, just created, a row of nobody's that holds what was sent."""
        if planned.link.part:
            return looks.get(planned.link.part)
        columns = self.route.mapping.row_columns
        for part, look in free.items():
            row = dict(zip(columns, look.values, strict=True))
            if part and all(
                row.get(column) == after for column, (_, after) in planned.cells.items() if column in row
            ):
                return free.pop(part)
        return None

    def _ledger(self, planned: Planned) -> LedgerRow:
        changes: dict[str, dict[str, Raw]] = {}
        names = {
            c: one.name
            for one in self.route.mapping.fields
            for c in one.columns
            if one.name in planned.causes
        }
        for column, (before, after) in planned.cells.items():
            name = names.get(column, column)
            cause: dict[str, Raw] = planned.causes.get(name, {"why": "on_create"})
            changes[name] = {"column": column, "before": before, "after": after, "cause": cause}
            if name in self.route.position:
                stored = planned.link.seen[self.route.position[name]]
                if stored != after and isinstance(stored, str | bool | int):
                    changes[name]["stored"] = stored
                if stored == before and not same_value(before, after):
                    changes[name]["kept"] = False
        return LedgerRow(
            self.report.run,
            self.started,
            self.route.mapping.system,
            planned.link.entity,
            planned.golden.id,
            self.route.mapping.object,
            planned.link.external_id or "",
            planned.op.value,
            changes,
        )

    def _report_cells(self, attempt: Attempt) -> None:
        if not self.route.mapping.each:
            for planned in attempt.planned:
                hub_cells: dict[str, Raw] = (
                    {attempt.write.hub_column: attempt.write.hub_id} if attempt.write.hub_column else {}
                )
                external = planned.link.external_id
                if planned.op is Op.CREATE:
                    planned.link.external_id = None
                self.report.cells.extend(cells_of(self.route, planned, hub_cells))
                planned.link.external_id = external
            return
        first = attempt.planned[0]
        causes: dict[str, Raw] = {one.golden.id: dict(one.causes) for one in attempt.planned}
        self.report.cells.append(
            Cell(
                *self.place,
                attempt.write.id,
                "update",
                self.route.mapping.each,
                attempt.write.seen[self.route.mapping.each],
                attempt.write.values[self.route.mapping.each],
                first.link.entity,
                first.golden.id,
                "",
                ", ".join(
                    str(one.golden.values[self.route.model.position[self.route.model.title]] or "")
                    for one in attempt.planned
                ),
                {"why": "rows", "rows": causes},
            )
        )

    def _reject(self, tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
        """The system refuses the record: set aside with its own words, tried again when the record changes."""
        error = outcome.error
        assert error is not None
        rows = [
            Quarantined(
                self.route.name,
                *self.place,
                one.quarantine_key,
                str(one.golden.values[self.route.model.position[self.route.model.title]] or one.golden.id),
                "push",
                error.code,
                {key: str(value) for key, value in error.params.items()},
                {column: after for column, (_, after) in one.cells.items()},
                self.report.run,
                self.started,
            )
            for one in attempt.planned
        ]
        tx.quarantine(rows)
        tx.settle([(one.link.id, one.golden.rev) for one in attempt.planned])
        self.report.add(*self.place, "set_aside", len(rows))
