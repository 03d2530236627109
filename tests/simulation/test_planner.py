"""The planner by itself: a hundred thousand small worlds, from one agreed one, with few values so that people often meet (sync.md 8.1)."""

from __future__ import annotations

import os
import random
from itertools import permutations
from typing import cast

import pytest

from synchub.engine.merge import Verdict
from synchub.engine.policies import resolve
from synchub.model.entity import ConflictPolicy, PolicyName
from synchub.model.kinds import Decimal_, Kind, ListOf, Text
from synchub.model.provenance import Candidate
from tests.simulation.small_world import SYSTEMS, VALUES, Hub, Put, agreed_hub, as_given, at

CASES = int(os.environ.get("SYNCHUB_PLANNER_CASES", "100000"))
ROUNDS = 20
POLICIES = (
    ConflictPolicy("priority", ("b", "a", "c")),
    ConflictPolicy("newest"),
    ConflictPolicy("newest", margin_s=5),
    ConflictPolicy("most_complete"),
    ConflictPolicy("review"),
)
PARTS = 4


def stored_somehow(rng: random.Random) -> Put:
    """A system that keeps whatever it likes: the same for the same value (I22)."""
    table = {value: rng.choice(VALUES) for value in VALUES}
    return lambda value: table.get(value if isinstance(value, str) else None, value)


def perturbed(rng: random.Random) -> tuple[Hub, list[tuple[str, str | None]]]:
    """An agreed world in which up to three systems were edited, and what was typed."""
    names = SYSTEMS[: rng.choice((2, 3))]
    puts = [stored_somehow(rng) if rng.random() < 0.25 else as_given for _ in names]
    hub = agreed_hub(rng.choice(POLICIES), rng.choice(VALUES[:3]) or "x", names, puts)
    if rng.random() < 0.2:
        hub.owner = rng.choice(names)
    typed: list[tuple[str, str | None]] = []
    for name in names:
        if rng.random() < 0.6:
            value = rng.choice(VALUES)
            if value != hub.spokes[name].held:
                typed.append((name, value))
            hub.spokes[name].held = value
            hub.spokes[name].modified = at(rng.choice((1, 3, 20)))
    return hub, typed


@pytest.mark.parametrize("part", range(PARTS))
def test_small_worlds_come_to_rest_and_lose_nothing(part: int) -> None:
    reached: dict[Verdict, int] = {}
    for case in range(part, CASES, PARTS):
        rng = random.Random(case)
        hub, typed = perturbed(rng)
        order = list(hub.spokes)
        rng.shuffle(order)
        _settle(hub, order, case)
        _check_told(hub, typed, case)
        for verdict in hub.verdicts:
            reached[verdict] = reached.get(verdict, 0) + 1
    wanted = set(Verdict) - {Verdict.UNSEEN}  # nothing is hidden here
    assert all(reached.get(verdict, 0) >= 20 for verdict in wanted), reached


def _settle(hub: Hub, order: list[str], case: int) -> None:
    """I2, I22: after at most three cycles nothing is written, whatever systems make of what they get."""
    for cycle in range(ROUNDS):
        if hub.cycle(order) == 0:
            assert cycle <= 3, f"case {case}: at rest after {cycle} cycles only"
            break
    else:
        raise AssertionError(f"case {case}: still writing after {ROUNDS} cycles")
    before = {name: spoke.held for name, spoke in hub.spokes.items()}
    assert hub.cycle(order) == 0
    assert before == {name: spoke.held for name, spoke in hub.spokes.items()}


def _check_told(hub: Hub, typed: list[tuple[str, str | None]], case: int) -> None:
    """I4: what was typed was golden, or is written down."""
    for name, value in typed:
        held_back = hub.spokes[name].held_back and hub.spokes[name].held == value
        assert value in hub.traces or held_back, f"case {case}: {value!r} of {name} is nowhere"
    if len(typed) == 1 and hub.owner in {None, typed[0][0]} and hub.policy.name != "review":
        assert hub.golden == typed[0][1], f"case {case}: an undisputed edit is not golden"


def test_the_order_of_systems_does_not_matter() -> None:
    """I10: every permutation of who is looked at first gives the same golden value."""
    for case in range(CASES // 20):
        ends = set()
        for order in permutations(SYSTEMS):
            rng = random.Random(case)
            hub, _ = perturbed(rng)
            if any(spoke.put is not as_given for spoke in hub.spokes.values()):
                break  # an edit back to what the hub holds is seen as none
            names = [name for name in order if name in hub.spokes]
            for name in names:
                hub.look(name)
            if any(spoke.held_back for spoke in hub.spokes.values()):
                ends.add(("held",))
                continue
            ends.add((str(hub.golden),))
        assert len(ends) <= 1, f"case {case}: {ends}"


KINDS: dict[str, tuple[Kind, tuple[object, ...]]] = {
    "priority": (Text(), ("x", "yy", "zzz", None)),
    "newest": (Text(), ("x", "yy", "zzz", None)),
    "most_complete": (Text(), ("x", "yy", "zz", None)),
    "max": (Decimal_(), ("1", "2.5", "10", None)),
    "min": (Decimal_(), ("1", "2.5", "10", None)),
    "union": (ListOf(Text()), (["p"], ["q", "p"], ["r"], None)),
}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_policy_is_a_function_of_the_set_of_candidates(name: str) -> None:
    """I27: commutative, associative in the sense that losers kept as candidates change nothing, idempotent."""
    kind, values = KINDS[name]
    for case in range(CASES // 50):
        rng = random.Random(f"{name} {case}")
        policy = ConflictPolicy(
            cast("PolicyName", name), tuple(rng.sample(SYSTEMS, 3)), margin_s=rng.choice((0, 5))
        )
        names = rng.sample(SYSTEMS, rng.choice((2, 3)))
        offered = [
            Candidate(one, rng.choice(values), at(rng.choice((1, 3, 20))), one)  # type: ignore[arg-type]  # canonical by construction
            for one in names
        ]
        results = {repr(resolve(policy, order, kind)) for order in permutations(offered)}
        assert len(results) == 1, f"{policy}: {offered}"
        again = resolve(policy, [*offered, offered[0]], kind)
        first = resolve(policy, offered, kind)
        assert first is not None
        assert again is not None
        assert first.value == again.value
