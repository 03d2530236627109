"""The connector of a simulated system: as honest as its capabilities say, over a network and a vendor that fail as the weather has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from synchub.sdk import (
    ABSENT,
    AuthError,
    Capabilities,
    ConditionalWrite,
    Context,
    Op,
    Outcome,
    OutcomeKind,
    Page,
    Problem,
    PullRequest,
    QuotaError,
    RateLimitError,
    RawRecord,
    RawValue,
    RejectedError,
    TimeGrain,
    UnavailableError,
    UnknownOutcomeError,
    Unreadable,
    Write,
)
from synchub.sdk import Raw as RawCell
from synchub.testing.memory import Held, MemoryConnector
from synchub.testing.simulator.faults import Fault, Weather
from synchub.testing.simulator.systems import SimSystem, Veil

REPLICA_LAG_S = 5.0
"""So long may a replica not know a change."""
_GRAINS = {
    TimeGrain.DAY: timedelta(days=1),
    TimeGrain.SECOND: timedelta(seconds=1),
    TimeGrain.MILLISECOND: timedelta(milliseconds=1),
}


def told(at: datetime, grain: TimeGrain) -> datetime:
    """A time as finely as a system tells it: the rest is cut off."""
    step = _GRAINS.get(grain)
    return at if step is None else at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % step


class SimConnector(MemoryConnector):
    """Reads what a `SimSystem` shows, and writes to what it is."""

    system: SimSystem

    def __init__(
        self, system: SimSystem, context: Context, capabilities: Capabilities, weather: Weather
    ) -> None:
        super().__init__(system, context, capabilities)
        self.weather = weather
        self.overlaps = True
        """Does it read back by the late-visibility bound, and to the beginning of the second? (`Safeguards.overlap`)"""
        self.meanwhile: Callable[[], None] = lambda: None
        """Called between the pages of a pull: people go on working."""
        self.just_before: Callable[[str, Sequence[str]], None] = lambda _object, _ids: None
        """Called before a conditional write: somebody may be quicker."""
        self.while_waiting: Callable[[], None] = lambda: None
        """Called while a reply is awaited: another worker may be at it."""
        self._misled: set[tuple[str, str]] = set()
        """Records of which an old version was just shown."""
        self.called_too_early: list[str] = []
        """Calls that were made although a Retry-After had not passed."""

    # -- reading -----------------------------------------------------------------------------------

    def pull(self, request: PullRequest) -> Iterator[Page]:
        self._answer()
        upper, left, whole = self._listing(request)
        left = self._cut(request.object, left)
        pages = [left[start : start + self.page_size] for start in range(0, len(left), self.page_size)] or [
            []
        ]
        for number, page in enumerate(pages):
            if number:
                self._answer()
            rest = [id for later in pages[number + 1 :] for id in later]
            last = not rest and number == len(pages) - 1
            made = self._page(request, self._shifted(request.object, page, first=number == 0))
            made = replace(
                made,
                resume=None if last else json.dumps([upper, rest, whole]),
                cursor=json.dumps(upper) if last else None,
                complete=last and whole,
            )
            if not last and self.weather.strikes(Fault.DUPLICATE_PAGES):
                yield made
            yield made
            self.meanwhile()

    def _listing(self, request: PullRequest) -> tuple[str, list[str], bool]:
        """The bound this pull covers, the ids it shows, and whether they are all there are."""
        if request.resume is not None:
            upper, left, whole = json.loads(request.resume)
            return upper, left, whole
        grain, late = self.capabilities.modified_since, self.capabilities.late_visibility_s
        upper = self.system.clock.now()
        if self.overlaps:
            upper = told(upper, grain) - timedelta(seconds=late)
        since = None if request.cursor is None else datetime.fromisoformat(json.loads(request.cursor))
        if grain is TimeGrain.NONE:
            since = None
        feed = self.capabilities.delete_feed_days > 0
        ids = [
            id
            for id, held in self.system.shown(request.object).items()
            if (not held.deleted if since is None else (feed or not held.deleted))
            and (since is None or told(held.modified, grain) >= since)
        ]
        if self.weather.strikes(Fault.OUT_OF_ORDER):
            self.weather.rng.shuffle(ids)
        return upper.isoformat(), ids, since is None

    def _cut(self, object: str, ids: list[str]) -> list[str]:
        left = len(ids)
        if self.weather.strikes(Fault.EMPTY_LISTING):
            left = 0
        elif ids and self.weather.strikes(Fault.SHORT_LISTING):
            left = self.weather.rng.randrange(len(ids))
        self.system.pass_over(object, ids[left:])
        return ids[:left]

    def _shifted(self, object: str, page: list[str], *, first: bool) -> list[str]:
        """A row was deleted on an earlier page while we read: the first of this one has moved there, and is not shown."""
        if not first and page and self.weather.strikes(Fault.SHIFTED_PAGES):
            self.system.pass_over(object, page[:1])
            return page[1:]
        return page

    def _page(self, request: PullRequest, ids: Sequence[str]) -> Page:
        shown = self.system.shown(request.object)
        there = [id for id in ids if id in shown]
        for id in there:
            if shown[id] is self.system.objects[request.object].get(id):
                self.system.too_late.pop((request.object, id), None)
        if not self.capabilities.thin_listing:
            return Page([self._seen(request, id, shown[id]) for id in there])
        known = request.known(there)
        prints = {id: str(shown[id].version) for id in there}
        fresh = [id for id in there if known.get(id) != prints[id]]
        for _ in fresh:
            self._call()
        records = [self._seen(request, id, shown[id])._replace(fingerprint=prints[id]) for id in fresh]
        return Page(records, unchanged=[id for id in there if id not in set(fresh)])

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        self._answer()
        shown = self._replica(request.object)
        return [self._seen(request, id, shown[id]) for id in ids if id in shown and not shown[id].deleted]

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        self._answer()
        found = []
        for id, held in self.system.shown(request.object).items():
            recent, before = self.system.before_change(request.object, id, self.capabilities.index_lag_s)
            lagging = recent and before is None and self.weather.strikes(Fault.INDEX_LAG)
            if not held.deleted and held.values.get(column) in values and not lagging:
                found.append(self._seen(request, id, held))
        return found

    def _replica(self, object: str) -> dict[str, Held]:
        """What the server that happens to answer knows."""
        shown = self.system.shown(object)
        for id in list(shown):
            recent, before = self.system.before_change(object, id, REPLICA_LAG_S)
            if recent and self.weather.strikes(Fault.STALE_READ):
                del shown[id]
                if before is not None:
                    shown[id] = before
                self._misled.add((object, id))
        return shown

    def _seen(self, request: PullRequest, id: str, held: Held) -> RawRecord:
        """A record as it is shown: times as finely as they are told, columns through their veils."""
        values = tuple(
            self._through_veil(request.object, id, column, held.values.get(column))
            for column in request.columns
        )
        place = (request.object, id)
        true = held is self.system.objects[request.object].get(id) and place not in self._misled
        shown = self.system.awaited.pop(place, set())
        if true:
            self.system.unechoed -= shown
        self.system.told[place] = dict(held.values) if true else None
        self._misled.discard(place)
        grain = self.capabilities.modified_since
        modified = None if grain is TimeGrain.NONE else told(held.modified, grain)
        return RawRecord(id, values, modified, held.deleted, etag=str(held.version))

    def _through_veil(self, object: str, id: str, column: str, value: RawCell) -> RawValue:
        veil = self.system.veils.get((object, column))
        if veil is None:
            return value
        if veil is Veil.MASKED:
            return Unreadable(Problem("E301", {"column": column})) if value is not None else None
        if veil is Veil.RETYPED:
            changed: RawCell = {"value": value} if not isinstance(value, list) else str(value)
            self.system.note_past(object, id, "", column, changed)
            return changed
        return ABSENT

    def _record(self, request: PullRequest, id: str) -> RawRecord:
        return self._seen(request, id, self.system.objects[request.object][id])

    # -- writing -----------------------------------------------------------------------------------

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        self._answer()
        if self.capabilities.conditional_write is not ConditionalWrite.NONE:
            self.just_before(request.object, [write.id for write in writes])
            self.meanwhile()  # who changes a record now is not overwritten: the write is refused as stale
        self.system.writes += 1
        weather = self.weather
        if weather.strikes(Fault.ERROR_BEFORE):
            raise self._no_word(request)
        taken = len(writes)
        lost = weather.strikes(Fault.TIMEOUT)
        half = not lost and weather.strikes(Fault.HALF_BATCH)
        if (lost or half) and not self.capabilities.atomic_batch:
            taken = weather.rng.randint(0, len(writes))
        elif half:
            taken = 0
        before = len(self.system.log)
        outcomes = [self._write(request, write) for write in writes[:taken]]
        for write, outcome in zip(writes, outcomes, strict=False):
            self._note_refusal((request.object, write.id), outcome.kind)
        self.system.unheard.update(range(before, len(self.system.log)))
        self.while_waiting()
        weather.step()
        if lost or weather.strikes(Fault.ERROR_AFTER):
            raise self._no_word(request)
        self.system.unheard.difference_update(range(before, len(self.system.log)))
        self._await_echo(request.object, before, outcomes)
        busy = UnavailableError("C101", system=self.context.system, detail="busy")
        return outcomes + [Outcome.of_error(busy, write.id) for write in writes[taken:]]

    def _note_refusal(self, place: tuple[str, str], kind: OutcomeKind) -> None:
        if kind is OutcomeKind.REJECTED:
            self.system.refused.add(place)
        elif kind is OutcomeKind.OK:
            self.system.refused.discard(place)

    def _await_echo(self, object: str, before: int, outcomes: Sequence[Outcome]) -> None:
        """Whose reply said nothing of what was stored is looked at next."""
        told = {one.id for one in outcomes if one.record is not None}
        for number, one in enumerate(self.system.log[before:], before):
            if one.actor == "hub" and one.id not in told:
                self.system.unechoed.add(number)
                self.system.awaited.setdefault((object, one.id), set()).add(number)

    def _no_word(self, request: PullRequest) -> UnknownOutcomeError:
        return UnknownOutcomeError("C107", system=self.context.system, object=request.object)

    def _write(self, request: PullRequest, write: Write) -> Outcome:
        place = (request.object, write.id)
        if self.system.in_transaction(*place):
            locked = UnavailableError("C101", system=self.context.system, detail="locked")
            return Outcome.of_error(locked, write.id)
        if place in self.system.merged:
            return Outcome(OutcomeKind.MERGED_INTO, id=self.system.merged[place])
        if place in self.system.unseen:
            return Outcome(OutcomeKind.GONE, id=write.id)
        if write.op is Op.DELETE:
            return super()._write(request, write)
        values = {}
        for column, value in write.values.items():
            veil = self.system.veils.get((request.object, column))
            if veil in {Veil.RENAMED, Veil.RETYPED}:
                error = RejectedError(
                    "C110", system=self.context.system, object=request.object, detail=f"no column {column}"
                )
                return Outcome.of_error(error, write.id)
            kept, stored = self._kept(column, value, veil)
            if kept:
                values[column] = stored
        if not values and write.op is Op.UPDATE:
            return Outcome(OutcomeKind.OK, id=write.id, record=self._echo(request, write.id))
        if write.op is Op.UPDATE:
            self._note_blind(request.object, write.id, values)
        outcome = super()._write(request, replace(write, values=values))
        if outcome.kind is OutcomeKind.OK:
            known = self.system.told.get((request.object, outcome.id))
            stored = self.system[request.object, outcome.id]
            if known is not None:
                known.update({column: stored.get(column) for column in values})
        return outcome

    def _delete(self, request: PullRequest, write: Write) -> Outcome:
        outcome = super()._delete(request, write)
        if outcome.kind is OutcomeKind.OK:
            self.system.deletes.append((request.object, write.id))
        return outcome

    def _note_blind(self, object: str, id: str, values: Mapping[str, RawCell]) -> None:
        """Would this write over something that the hub was never shown?"""
        held, known = self.system.objects[object].get(id), self.system.told.get((object, id))
        if held is None or held.deleted:
            return
        if self.capabilities.conditional_write is not ConditionalWrite.NONE:
            return  # refused, if anything changed
        if known is None:
            # a replica has just hidden what stands there; only a conditional write would have been refused
            self.system.covered += [(object, id, column) for column in values]
            return
        for column, after in values.items():
            before = held.values.get(column)
            if before != known.get(column) and before != after:
                self.system.blind.append((object, id, column, before, after))

    def _kept(self, column: str, value: RawCell, veil: Veil | None) -> tuple[bool, RawCell]:
        """What becomes of a cell on its way in, without a word about it."""
        if veil is Veil.REMOVED:
            return False, value
        if column in self.system.fixed or not isinstance(value, str):
            return True, value
        if self.weather.strikes(Fault.IGNORED_FIELD):
            return False, value
        if len(value) > 2 and self.weather.strikes(Fault.TRUNCATION):
            return True, value[:-1]
        return True, value

    def _echo(self, request: PullRequest, id: str) -> RawRecord | None:
        there = id in self.system.live(request.object)
        return self._record(request, id) if there and self.capabilities.write_returns_record else None

    # -- the way there -----------------------------------------------------------------------------

    def _answer(self) -> None:
        """A call: it may kill the process, and it may be refused for many reasons that are nobody's record."""
        self._call()
        weather, system, name = self.weather, self.system, self.context.system
        weather.step()
        now = system.clock.monotonic()
        if now < system.told_until:
            self.called_too_early.append(f"at {now:.0f} s, {system.told_until - now:.0f} s too early")
        if now < system.blocked_until:
            system.block(system.blocked_until - now)
            raise RateLimitError("C103", system=name, retry_after=system.blocked_until - now)
        left = system.over_budget()
        if left is not None:
            weather.struck[Fault.BUDGET] += 1
            system.block(left)
            raise QuotaError("C104", system=name, retry_after=left, detail=f"{system.budget} calls a day")
        if system.locked_out:
            raise AuthError("C105", system=name, detail="expired")
        if weather.strikes(Fault.TOKEN):
            system.locked_out = True
            raise AuthError("C105", system=name, detail="expired")
        if weather.strikes(Fault.QUOTA):
            system.blocked_until = now + 3600 * weather.rng.choice((1, 10))
            raise QuotaError("C104", system=name, detail="none left today")
        if weather.strikes(Fault.RETRY_AFTER):
            seconds = weather.rng.choice((2.0, 90.0, 600.0))
            system.block(seconds)
            raise RateLimitError("C103", system=name, retry_after=seconds)
        if weather.strikes(Fault.THROTTLED):
            raise RateLimitError("C103", system=name)
        if weather.strikes(Fault.OUTAGE):
            raise UnavailableError("C101", system=name, detail="no answer")
