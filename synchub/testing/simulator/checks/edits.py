"""What people typed: I4 no lost edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from synchub.engine.waiting_room import aside_key
from synchub.engine.world import Route
from synchub.mapping.compiled import Flow, Image
from synchub.model.values import ABSENT, UNKNOWN, Absent, Observed, Reference, Unreadable
from synchub.store import Transaction
from synchub.store.rows import ASIDE, Conflict, Golden, LedgerRow, Link, LinkState
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.oracle import Typed
from synchub.testing.simulator.systems import SimSystem

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation

Maker = Callable[[tuple[Observed, ...]], Iterable[tuple[Observed, ...]]]
"""The values of a group -> what a system may have made of them."""
Edit = tuple[Typed, Link | None, Observed]
"""With the link by which the golden record has the record it was typed into; None when that is another record now, or nobody's."""


def check_edits(simulation: Simulation) -> None:
    """I4: what people typed is golden, or written down as beaten, refused or held; undisputed edits are golden."""
    with simulation.store.begin() as tx:
        edits: dict[tuple[str, str], list[Edit]] = defaultdict(list)
        for typed in simulation.oracle.typed:
            link = tx.links(typed.route.name, [typed.external_id]).get((typed.external_id, typed.part))
            golden_id = typed.golden_id or (link.entity_id if link is not None else "")
            if link is not None and link.entity_id != golden_id:
                link = None  # it was deleted, has a successor, came back and found another golden record (seed 1778)
            if golden_id:
                edits[golden_id, typed.field].append((typed, link, _translated(tx, typed)))
        conflicts = tx.every_conflict()
        for (golden_id, name), found in edits.items():
            entity = found[0][0].route.model.name
            golden = tx.golden(entity, [golden_id])[golden_id]
            trace = Trace(simulation, tx, entity, golden, name, conflicts)
            for typed, link, value in found:
                if not _asked_anew(typed, found):
                    _check_one(trace, typed, link, value)
            _check_last(trace, sorted(found, key=lambda one: one[0].number))


def _asked_anew(typed: Typed, found: list[Edit]) -> bool:
    """Was a person asked about it, and was it then typed over in the same cell? The question is about the new value now (seeds 796, 1170)."""
    return typed.held and any(
        later.number > typed.number
        and (later.route.name, later.external_id, later.part)
        == (typed.route.name, typed.external_id, typed.part)
        for later, _, _ in found
    )


def _check_one(trace: Trace, typed: Typed, link: Link | None, value: Observed) -> None:
    if isinstance(value, Unreadable | Absent) or not typed.observed or _hub_only(typed):
        return
    if link is not None and link.state is not LinkState.LINKED:
        return
    what = f"{typed.route.name} {typed.external_id} {typed.part} {trace.name} was set to {value!r}"
    if link is not None and ASIDE in link.holds:
        # nothing of it is taken, and a person is shown the whole record (seed 3701)
        key = typed.route.name, aside_key(typed.external_id, typed.part)
        require(key in trace.aside, "I4", f"{what} in a record set aside, and nobody is told")
        return
    require(trace.knows(typed, link, value), "I4", f"{what}, and nobody knows")


def _hub_only(typed: Typed) -> bool:
    """What stood in a column the hub only writes is no edit of anything."""
    return typed.route.mapping.fields[typed.route.position[typed.field]].flow is Flow.HUB_WRITES


def _translated(tx: Transaction, typed: Typed) -> Observed:
    """A reference typed by a person, as a golden id."""
    if not isinstance(typed.value, Reference):
        return typed.value
    ref = next(one.ref for one in typed.route.mapping.fields if one.name == typed.field)
    assert ref is not None
    found = tx.translate(typed.route.mapping.system, ref.entity, [typed.value.key])
    return found.get(typed.value.key, ABSENT)


def check_groups(simulation: Simulation) -> None:
    """I4: fields that belong together hold what somebody typed together, never a mixture of two people's.

    What a system made of such values as it stored them stands side by side too: a create whose reply was lost is read like an edit.
    """
    with simulation.store.begin() as tx:
        typed: dict[tuple[str, str, str], set[tuple[Observed, ...]]] = defaultdict(set)
        for link in tx.every_link():
            for (mapping, id, group), found in simulation.oracle.together.items():
                if (mapping, id) == (link.mapping, link.external_id):
                    typed[link.entity, link.entity_id, group] |= found
        for (entity, golden_id, group), found in typed.items():
            model = simulation.world.entities[entity]
            record = tx.golden(entity, [golden_id])[golden_id]
            places = [place for place, spec in enumerate(model.fields) if spec.group == group]
            values = tuple(record.values[place] for place in places)
            names = [model.fields[place].name for place in places]
            allowed = _as_stored(found, _makers(simulation, tx, record, entity, names))
            blank = all(value is None for value in values)
            require(
                blank or values in allowed, "I4", f"golden {golden_id} {group} is {values}, typed was {found}"
            )


def _as_stored(typed: set[tuple[Observed, ...]], makers: Sequence[Maker]) -> set[tuple[Observed, ...]]:
    """These values, and what the systems make of them that stored them unheard: written elsewhere, they may be made something of again (seed 1857)."""
    found, fresh = set(typed), set(typed)
    while fresh:
        fresh = {made for make in makers for values in fresh for made in make(values)} - found
        found |= fresh
    return found


def _makers(
    simulation: Simulation, tx: Transaction, record: Golden, entity: str, names: Sequence[str]
) -> list[Maker]:
    """What each system makes of these fields in whose cells the hub wrote without ever being shown what was stored.

    Of its neighbours it had made something too, and was heard; taken for an edit, they are taken whole (seed 1857).
    """
    routes = {route.name: route for route in simulation.world.routes}
    found: list[Maker] = []
    for link in tx.links_of(entity, [record.id]).get(record.id, ()):
        route, system = routes[link.mapping], simulation.systems[link.system]
        written = {
            entry.column
            for number in system.unechoed | system.unheard
            if (entry := system.log[number]).actor == "hub"
            and (entry.object, entry.id) == (link.object, link.external_id)
        }
        columns = {
            name: route.mapping.fields[route.position[name]].columns
            for name in names
            if name in route.position
        }
        if not written.isdisjoint(column for cells in columns.values() for column in cells):
            single = {name: cells[0] for name, cells in columns.items() if len(cells) == 1}
            found.append(partial(_made, route, system, names, single))
    return found


def _made(
    route: Route,
    system: SimSystem,
    names: Sequence[str],
    columns: Mapping[str, str],
    values: tuple[Observed, ...],
) -> Iterable[tuple[Observed, ...]]:
    """These values, each as it is or as the system stores it in its column."""
    ways = (
        {
            value,
            route.mapping.read_image(
                route.position[name], cast("Image", system.stored(columns[name], value))
            ),
        }
        if name in columns and isinstance(value, str)
        else {value}
        for name, value in zip(names, values, strict=True)
    )
    return product(*ways)


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


def _check_last(trace: Trace, edits: list[Edit]) -> None:
    """The last edit that nobody contested is the golden value."""
    typed, _, value = edits[-1]
    if not _undisputed(trace, edits) or _typed_back(edits) or _taken_back(trace, edits):
        return
    require(
        trace.same(trace.value, value) or _misheard(trace, value) or _numbered(trace, typed, value),
        "I4",
        f"{typed.route.name} {typed.external_id} {typed.part} {trace.name} was last set to {value!r}, undisputed,"
        f" and is {trace.value!r}",
    )


def _numbered(trace: Trace, typed: Typed, value: Observed) -> bool:
    """Was the code emptied, as asked, and a new one made for a record that could not be created or found again without it? (seed 17092)"""
    newest = [row.changes[trace.name] for row in trace.ledger if row.place == "hub"][:2]
    changes = cast("list[Mapping[str, Any]]", newest)
    if value is not None or len(changes) < 2:
        return False
    made, emptied = changes
    return (
        made["cause"]["why"] == "generated"
        and trace.same(made["after"], trace.value)
        and emptied["after"] is None
        and (emptied["cause"]["why"], emptied["cause"].get("record")) == ("edit", typed.external_id)
    )


def _misheard(trace: Trace, value: Observed) -> bool:
    """Is the golden value what systems made of this one, when the hub wrote it there and was never shown what was stored?

    Such a write is read like an edit, and nobody can tell it from one where a system stores something else than it is given (seeds 144, 709). Written
    elsewhere, it may be made something of once more (seed 1857).
    """
    reached: list[Observed] = [value]
    steps = list(_unheard_steps(trace))
    for known in reached:  # grows while it is gone through
        reached += [
            step.made
            for step in steps
            if trace.same(step.sent, known) and not any(trace.same(step.made, one) for one in reached)
        ]
    return any(trace.same(trace.value, one) for one in reached)


class Step(NamedTuple):
    """A write of the hub into this field whose reply or echo never came."""

    link: str
    before: Observed
    sent: Observed
    made: Observed
    """What the system made of it."""


def _taken_back(trace: Trace, edits: list[Edit]) -> bool:
    """Did somebody type what looks like the outcome of a write whose reply never came?

    What stood there before: as if the write had not happened (seed 2742). The beginning of what was written: as if the column were too short for it
    (seeds 6935, 16188).
    """
    _, link, value = edits[-1]
    return any(
        link is not None
        and step.link == link.id
        and (trace.same(step.before, value) or is_left_of(value, step.sent))
        for step in _unheard_steps(trace)
    )


def is_left_of(value: object, sent: object) -> bool:
    """Could a column that is too short have made this of what was written?"""
    if not isinstance(value, str) or not isinstance(sent, str):
        return False
    return 0 < len(value.strip()) < len(sent.strip()) and sent.strip().startswith(value.strip())


def _unheard_steps(trace: Trace) -> Iterator[Step]:
    for link in trace.links:
        route = next(one for one in trace.simulation.world.routes if one.name == link.mapping)
        index, system = route.position.get(trace.name), trace.simulation.systems[link.system]
        columns = () if index is None else route.mapping.fields[index].columns
        for number in sorted(system.unheard | system.unechoed) if len(columns) == 1 else ():
            one = system.log[number]
            place = ("hub", link.object, link.external_id, *columns)
            if (one.actor, one.object, one.id, one.column) == place:
                assert index is not None
                raws = (one.before, one.after, system.stored(one.column, one.after))
                yield Step(link.id, *(route.mapping.read_image(index, cast("Image", raw)) for raw in raws))


def _undisputed(trace: Trace, edits: list[Edit]) -> bool:
    typed, link, value = edits[-1]
    route: Route = typed.route
    # two that the hub could read at once only are a conflict, whichever was typed first: it cannot know
    contested = any(
        other.route.mapping.system != route.mapping.system and not _told_of(trace, other, typed)
        for other, _, _ in edits[:-1]
    )
    return (
        not contested
        and trace.asked < typed.number
        and typed.epoch > trace.begun
        and typed.observed
        and link is not None
        and link.state is LinkState.LINKED
        and trace.spec.owner in {None, route.mapping.system}
        and trace.spec.group is None
        and route.mapping.fields[route.position[trace.name]].flow is not Flow.HUB_WRITES
        and not isinstance(value, Unreadable | Absent)
        and not (trace.spec.required and value is None)
        and typed.epoch > 0
        and not _archived(trace, typed, value)
    )


def _told_of(trace: Trace, other: Typed, typed: Typed) -> bool:
    """Could the hub have read the one edit, and then written it to where the other was typed, before that was typed?

    One sync without trouble does both where both cells are in its sight. Behind a veil, in a record that the hub may not see, or in an open transaction
    nobody can tell (seeds 1401, 2105), nor of a record that was deleted (seed 10378), that a listing left out (seed 9694) or that is set aside (seed
    15087); and what a system refuses to take nobody is told there (seeds 11333, 13208, 14660). Then two people have typed without knowing of each
    other, however long ago, and the policy decides. Of what was typed into a record that the hub could not link yet nobody knew either, whatever
    stood elsewhere: its first contact with the hub comes later (seeds 7867, 9180, 15348, 19917).
    And what is not mapped is told to nobody: what counts is when the entry of the field was last edited (seed 14660).
    Else, who typed over the very value of the other knew of it, however it had come there (seed 1007).
    """
    oracle = trace.simulation.oracle
    if not oracle.met_before(other, typed):
        return False
    if other.epoch < typed.epoch and trace.same(typed.over, other.value):
        return True
    epochs = range(other.epoch, typed.epoch)
    heard = next((epoch for epoch in epochs if oracle.heard(other, epoch)), typed.epoch)
    return any(oracle.told(typed, epoch) for epoch in epochs if epoch >= max(heard, trace.begun))


def _archived(trace: Trace, typed: Typed, value: Observed) -> bool:
    """Did somebody afterwards delete a record that had got this value, and says its mapping what its golden record becomes then? (seed 2374)"""
    deaths = trace.simulation.people.deaths
    return any(
        trace.same(after, trace.value)
        and (death := deaths.get((cause["system"], cause["object"], cause["record"]))) is not None
        and death[1] >= typed.number
        and any(
            link.system == cause["system"]
            and link.external_id == cause["record"]
            and trace.same(trace.sent(link), value)
            for link in trace.links
        )
        for after, cause in trace.causes("deleted")
    )


def _typed_back(edits: list[Edit]) -> bool:
    """Changed and changed back between two looks is invisible: the system's value is what was agreed before.

    What could not be read counts as no look.
    """
    typed = edits[-1][0]
    if typed.again:
        return True
    before = [(one, value) for one, _, value in edits[:-1] if one.route.name == typed.route.name]
    return any(one.epoch == typed.epoch or isinstance(value, Unreadable) for one, value in before)
