"""Everything that can happen in a very small world: one record, one field, two systems, a few edits, two cycles and a crash (sync.md 8.2)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product

import pytest

from synchub.model.entity import ConflictPolicy
from tests.simulation.small_world import Hub, agreed_hub, at

NAMES = ("a", "b")
LETTERS = ("x", "y", "z")
GAPS = 9
"""Places between the steps of two cycles (look a, look b, push a, push b, twice) where somebody may type."""
POLICIES = (
    ConflictPolicy("priority", ("b", "a")),
    ConflictPolicy("newest"),
    ConflictPolicy("review"),
)


def histories(edits: int) -> Iterator[tuple[tuple[int, str, str], ...]]:
    """Every way to place so many edits: (gap, system, letter)."""
    single = list(product(range(GAPS), NAMES, LETTERS))
    for chosen in product(single, repeat=edits):
        gaps = [gap for gap, _, _ in chosen]
        if gaps == sorted(gaps):
            yield chosen


def play(policy: ConflictPolicy, edits: tuple[tuple[int, str, str], ...], crash: int) -> Hub:
    """Two cycles with edits in the gaps; before step `crash` the process dies and the cycle begins anew."""
    hub = agreed_hub(policy, "x", NAMES)
    waiting = list(edits)
    steps = [*(("look", n) for n in NAMES), *(("push", n) for n in NAMES)] * 2
    number, at_step, died = 0, 0, False
    while at_step < len(steps):
        while waiting and waiting[0][0] <= at_step:
            number += 1
            _, name, letter = waiting.pop(0)
            hub.spokes[name].held, hub.spokes[name].modified = letter, at(number)
        if at_step == crash and not died:
            died, at_step = True, at_step - at_step % 4
            continue
        what, name = steps[at_step]
        if what == "push":
            hub.look(name)  # the read before the write
        getattr(hub, what)(name)
        at_step += 1
    for _, name, letter in waiting:
        number += 1
        hub.spokes[name].held, hub.spokes[name].modified = letter, at(number)
    return hub


def settle(hub: Hub) -> None:
    for _ in range(3):
        hub.cycle(NAMES)
    frozen = deepcopy({name: (spoke.held, spoke.seen, spoke.sent) for name, spoke in hub.spokes.items()})
    assert hub.cycle(NAMES) == 0
    assert frozen == {name: (spoke.held, spoke.seen, spoke.sent) for name, spoke in hub.spokes.items()}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
@pytest.mark.parametrize("edits", [1, 2])
def test_every_history_of_two_systems_ends_in_agreement(policy: ConflictPolicy, edits: int) -> None:
    for history in histories(edits):
        ends = set()
        for crash in (-1, *range(8)) if edits == 1 else (-1, 2, 3):
            hub = play(policy, history, crash)
            settle(hub)
            held = [spoke.held_back for spoke in hub.spokes.values()]
            values = {spoke.held for spoke in hub.spokes.values()}
            assert any(held) or values == {hub.golden}, f"{history} crash {crash}: {values} {hub.golden}"
            traced = hub.traces + [spoke.held for spoke in hub.spokes.values()]
            last = {name: letter for _, name, letter in history}
            assert all(letter in traced or letter == "x" for letter in last.values()), history
            ends.add((hub.golden, *held))
        if edits == 1:
            assert len(ends) == 1, f"{history}: a crash changed the end: {ends}"
