"""Which edits are undisputed: nobody typed something else without knowing of them, and nobody is asked."""

from __future__ import annotations

from synchub.engine.world import Route
from synchub.mapping.compiled import Flow
from synchub.model.values import Absent, Observed, Unreadable
from synchub.store.rows import LinkState
from synchub.testing.simulator.checks.trace import Edit, Trace
from synchub.testing.simulator.oracle import Typed


def undisputed(trace: Trace, edits: list[Edit]) -> bool:
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
