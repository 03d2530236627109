"""What the hub has written down about one field of one golden record, and what systems made of writes that nobody heard of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from synchub.mapping.compiled import Image
from synchub.model.values import UNKNOWN, Observed
from synchub.store import Transaction
from synchub.store.rows import Conflict, Golden, LedgerRow, Link
from synchub.testing.simulator.oracle import Typed

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation

Edit = tuple[Typed, Link | None, Observed]
"""With the link by which the golden record has the record it was typed into; None when that is another record now, or nobody's."""


class Trace:
    """What the hub has written down about one field of one golden record."""

    def __init__(
        self,
        simulation: Simulation,
        tx: Transaction,
        entity: str,
        golden: Golden,
        name: str,
        conflicts: list[Conflict],
    ) -> None:
        model = simulation.world.entities[entity]
        self.simulation = simulation
        self.golden = golden
        self.name = name
        self.versions = simulation.versions
        self.begun = simulation.oracle.begun.get(name, 0)
        self.asked = simulation.oracle.asked.get((golden.id, name), -1)
        self.spec = model[name]
        self.value = golden.values[model.position[name]]
        self.ledger: list[LedgerRow] = tx.ledger(entity, golden.id, name, 1000)
        self.links = tx.links_of(entity, [golden.id]).get(golden.id, [])
        self.aside = {(one.mapping, one.external_id) for one in tx.quarantined()}
        self.conflicts = [one for one in conflicts if one.entity_id == golden.id and one.field == name]

    def knows(self, typed: Typed, link: Link | None, value: Observed) -> bool:
        return any(self.same(one, value) for one in self._told(typed, link))

    def causes(self, why: str) -> Iterator[tuple[Observed, Mapping[str, Any]]]:
        """What the golden value became for this reason, and the rest that is written down of it."""
        for row in self.ledger:
            change: Mapping[str, Any] = row.changes[self.name]
            if row.place == "hub" and change["cause"]["why"] == why:
                yield change["after"], change["cause"]

    def seen(self, link: Link) -> Image:
        """What was last held there, by the mapping that it was read by; UNKNOWN when that did not read this field."""
        index = self._position(link)
        return UNKNOWN if index is None else link.seen[index]

    def sent(self, link: Link) -> object:
        """What the hub held when both were last declared equal, as above."""
        index = self._position(link)
        return UNKNOWN if index is None else link.sent[index]

    def _position(self, link: Link) -> int | None:
        names = [one.name for one in self.versions[link.version].fields]
        return names.index(self.name) if self.name in names else None

    def same(self, one: object, value: Observed) -> bool:
        if one is None or value is None:
            return one is value
        return isinstance(one, str) and isinstance(value, str) and self.spec.kind.equal(one, value)

    def _told(self, typed: Typed, link: Link | None) -> Iterator[object]:
        yield self.value
        index = typed.route.position[self.name]
        for row in self.ledger:
            yield from _told_by_change(row, self.name, typed)
        for one in self.conflicts:
            yield one.detail.get("observed")
            candidates = one.detail.get("candidates", ())
            for candidate in candidates if isinstance(candidates, list) else ():
                if isinstance(candidate, dict):
                    yield candidate["value"]
        if link is None:
            return
        seen = self.seen(link)
        if self.name in link.holds or seen is not UNKNOWN:
            # typed, and typed back before anybody looked: no edit
            yield typed.route.mapping.read_image(index, seen)


def _told_by_change(row: LedgerRow, name: str, typed: Typed) -> Iterator[object]:
    change: Mapping[str, Any] = row.changes[name]
    if row.place == "hub":
        cause = change["cause"]
        yield change["after"]
        yield cause.get("value")
        yield from (loser["value"] for loser in cause.get("losers", ()))
    elif row.external_id == typed.external_id:
        # what stood there when the hub wrote was known to it
        yield typed.route.mapping.read_image(typed.route.position[name], change["before"])


class Step(NamedTuple):
    """A write of the hub into this field whose reply or echo never came."""

    link: str
    before: Observed
    sent: Observed
    made: Observed
    """What the system made of it."""


def unheard_steps(trace: Trace) -> Iterator[Step]:
    for link in trace.links:
        route = next(one for one in trace.simulation.world.routes if one.name == link.mapping)
        index, system = route.position.get(trace.name), trace.simulation.systems[link.system]
        columns = () if index is None else route.mapping.fields[index].columns
        if index is None or len(columns) != 1 or link.external_id is None:
            continue
        for one in system.untold(link.object, link.external_id):
            if one.column == columns[0]:
                raws = (one.before, one.after, system.stored(one.column, one.after))
                yield Step(link.id, *(route.mapping.read_image(index, cast("Image", raw)) for raw in raws))


def is_left_of(value: object, sent: object) -> bool:
    """Could a column that is too short have made this of what was written?"""
    if not isinstance(value, str) or not isinstance(sent, str):
        return False
    return 0 < len(value.strip()) < len(sent.strip()) and sent.strip().startswith(value.strip())
