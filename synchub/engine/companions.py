"""Companions: rows that are made together with the record they belong to, an order with its lines, where the system can do that.

They are planned as rows of their own, travel as the list of the record's create, and are settled one by one by the same reply; so a reply that is lost
leaves an open intent for each, and none of them is made twice. What is not ready yet (a product without a record there) comes later, as any new row does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from synchub.engine.identity import derived_id
from synchub.engine.outcomes import WRITE_STATES, Attempt, Settling
from synchub.engine.plan import Planned, plan_link
from synchub.engine.proposals import Proposals
from synchub.engine.rehearsal import NEW
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.model.values import Raw
from synchub.sdk import Op, Outcome, OutcomeKind, RawRecord, Write
from synchub.store import Transaction
from synchub.store.rows import OUTGOING, Golden, IntentState, Link, LinkState

ALL_ROWS = 1_000_000
"""Rows of one record are written together, so no page boundary may part them: the second write would start from a list that a rehearsal
never wrote, and cost a second call."""


class Rows:
    """The rows that one mapping would make in records of this kind."""

    def __init__(
        self, world: World, route: Route, report: RunReport, started: datetime, arrivals: set[str]
    ) -> None:
        self.world = world
        self.route = route
        self.proposals = Proposals(world, route, report, started)
        self.settling = Settling(world, route, report, started, arrivals)
        self._read: Mapping[str, Sequence[tuple[Link, Golden]]] | None = None

    def of(self, tx: Transaction, parents: Sequence[str]) -> Mapping[str, list[Planned]]:
        """By golden id of the record-to-be: its rows, as far as they can be made now."""
        parent = self.route.parent
        assert parent is not None
        open_ends = (
            set()
            if self.world.rehearsing
            else {one.link_id for one in tx.open_intents(self.route.mapping.system)}
        )
        asked = set(parents)
        pairs = [
            pair
            for pair in self._wanted(tx, parents)
            if pair[1].values[parent.index] in asked and pair[0].id not in open_ends
        ]
        targets = self.proposals.targets(tx, [golden for _, golden in pairs])
        resting = self.world.drift.paused(self.route.mapping)
        found: dict[str, list[Planned]] = {}
        for link, golden in sorted(pairs, key=self._place):
            planned = plan_link(self.route, link, golden, targets, resting)
            if planned.cells and not planned.unwritable:
                incoming = {n: key for n, key in link.waiting.items() if not n.startswith(OUTGOING)}
                link.waiting = {**incoming, **planned.waiting}
                found.setdefault(str(golden.values[parent.index]), []).append(planned)
        return found

    def _wanted(self, tx: Transaction, parents: Sequence[str]) -> list[tuple[Link, Golden]]:
        """Rows nobody has made yet: those that are pending, and those that have waited for one of these records."""
        pending = self._pending(tx)
        pairs = {pair[0].id: pair for record in parents for pair in pending.get(record, ())}
        parent = self.route.parent
        assert parent is not None
        assert parent.ref is not None
        waiting = [
            one for one in tx.waiting_links(parent.ref.entity, parents) if one.mapping == self.route.name
        ]
        golden = tx.golden(self.route.model.name, sorted({one.entity_id for one in waiting}))
        for link in waiting:
            record = golden.get(link.entity_id)
            if record is not None and record.state == "live" and record.merged_into is None:
                pairs.setdefault(link.id, (link, record))
        return [pair for pair in pairs.values() if pair[0].state is LinkState.WANTED]

    def _pending(self, tx: Transaction) -> Mapping[str, Sequence[tuple[Link, Golden]]]:
        """By golden id of the record around them; read once for all records of a push."""
        if self._read is None:
            parent = self.route.parent
            assert parent is not None
            read: dict[str, list[tuple[Link, Golden]]] = defaultdict(list)
            for pair in tx.pending(self.route.name, self.route.model.name, ALL_ROWS):
                read[str(pair[1].values[parent.index] or "")].append(pair)
            self._read = read
        return self._read

    def _place(self, pair: tuple[Link, Golden]) -> tuple[int, str, str]:
        """Rows in the order of what people call them by: 2 before 10."""
        title = str(pair[1].values[self.route.model.position[self.route.model.title]] or "")
        return len(title), title, pair[0].id


@dataclass(slots=True)
class Company:
    """The rows of one list that travel with a record's create."""

    rows: Rows
    attempt: Attempt


class Companions:
    """For the creates of one mapping: the rows of its object's lists. Without any where the system takes a record and its rows one after the other."""

    def __init__(
        self, world: World, route: Route, report: RunReport, started: datetime, arrivals: set[str]
    ) -> None:
        self.world = world
        able = world.connectors[route.mapping.system].capabilities
        self._lists = [
            Rows(world, one, report, started, arrivals)
            for one in world.routes_of(route.mapping.system, route.mapping.object)
            if able.creates_with_rows
            and not able.index_lag_s  # rows could be found before the record they belong to
            and not route.mapping.each
            and one.mapping.create_there
            and _belongs_to(one, route)
        ]

    def attach(self, attempts: Sequence[Attempt]) -> None:
        """Let the rows travel with the creates among these."""
        creates = {one.planned[0].golden.id: one for one in attempts if one.write.op is Op.CREATE}
        if not creates or not self._lists:
            return
        with self.world.store.read() as tx:
            for rows in self._lists:
                for golden_id, planned in rows.of(tx, list(creates)).items():
                    _join(creates[golden_id], rows, planned)
                    self.world.touch("push.with_rows", len(planned))

    def settle(
        self,
        tx: Transaction,
        batch: Sequence[tuple[Attempt, Outcome]],
        records: Mapping[str, RawRecord],
    ) -> None:
        """What the replies to creates mean for their rows. Those of a refused record go on waiting for it."""
        heard: dict[Rows, list[tuple[Attempt, Outcome]]] = {}
        unmade: list[tuple[str, IntentState, str]] = []
        for attempt, outcome in batch:
            for one in attempt.companions:
                if outcome.kind in {OutcomeKind.OK, OutcomeKind.UNKNOWN}:
                    one.attempt.write = replace(one.attempt.write, id=outcome.id)
                    heard.setdefault(one.rows, []).append((one.attempt, outcome))
                else:
                    state, why = WRITE_STATES[outcome.kind], str(outcome.error or "")
                    unmade.extend((intent.id, state, why) for intent in one.attempt.intents)
        tx.set_intents(unmade)
        for rows, settled in heard.items():
            rows.settling.settle_batch(tx, settled, records)


def _belongs_to(rows: Route, route: Route) -> bool:
    parent = rows.parent
    return parent is not None and parent.ref is not None and parent.ref.entity == route.model.name


def _join(attempt: Attempt, rows: Rows, planned: list[Planned]) -> None:
    column = rows.route.mapping.each
    after: list[Raw] = [{name: new for name, (_, new) in one.cells.items()} for one in planned]
    write = attempt.write
    key = derived_id("intent", write.key, column)
    own = Write(key, Op.UPDATE, {column: after}, NEW + attempt.planned[0].golden.id, seen={column: []})
    attempt.companions.append(Company(rows, Attempt(own, planned)))
    attempt.write = replace(write, values={**write.values, column: after}, seen={**write.seen, column: None})
