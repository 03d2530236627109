"""What people typed: I4 no lost edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from synchub.engine.waiting_room import aside_key
from synchub.mapping.compiled import Flow
from synchub.model.values import ABSENT, Absent, Observed, Reference, Unreadable
from synchub.store import Transaction
from synchub.store.rows import ASIDE, Link, LinkState
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.checks.disputes import undisputed
from synchub.testing.simulator.checks.trace import Edit, Trace, is_left_of, unheard_steps
from synchub.testing.simulator.oracle import Typed

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


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


def _check_last(trace: Trace, edits: list[Edit]) -> None:
    """The last edit that nobody contested is the golden value."""
    typed, _, value = edits[-1]
    if not undisputed(trace, edits) or _typed_back(edits) or _taken_back(trace, edits):
        return
    require(
        trace.same(trace.value, value) or _misheard(trace, value) or _numbered(trace, typed, value),
        "I4",
        f"{typed.route.name} {typed.external_id} {typed.part} {trace.name} was last set to {value!r}, undisputed,"
        f" and is {trace.value!r}",
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
    steps = list(unheard_steps(trace))
    for known in reached:  # grows while it is gone through
        reached += [
            step.made
            for step in steps
            if trace.same(step.sent, known) and not any(trace.same(step.made, one) for one in reached)
        ]
    return any(trace.same(trace.value, one) for one in reached)


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
        for step in unheard_steps(trace)
    )
