"""Who wins when systems disagree: each policy is a function of the whole set of offered values.

A set has no order, so the order in which systems are pulled cannot matter. The truth tables are in docs/conflict-policies.md, which the tests read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from synchub.model.entity import ConflictPolicy
from synchub.model.kinds import Kind
from synchub.model.provenance import Candidate
from synchub.model.values import Canonical

HUB = "hub"
"""The source of decisions and undo, above all systems."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The value that stands, and whose it is (None when it was made of several)."""

    value: Canonical | None
    winner: Candidate | None


def resolve(policy: ConflictPolicy, candidates: Sequence[Candidate], kind: Kind) -> Resolution | None:
    """The value that stands among the candidates (one per system), or None when a person must decide."""
    decided = [one for one in candidates if one.system == HUB]
    if decided:
        return _won(max(decided, key=lambda one: one.at))
    return _POLICIES[policy.name](policy, candidates, kind)


def rank(policy: ConflictPolicy, system: str) -> tuple[int, str]:
    """Smaller is better: the declared order first, then the rest by name, so that every tie has an answer."""
    place = policy.order.index(system) if system in policy.order else len(policy.order)
    return place, system


def _won(candidate: Candidate) -> Resolution:
    return Resolution(candidate.value, candidate)


def _priority(policy: ConflictPolicy, candidates: Sequence[Candidate], kind: Kind) -> Resolution:  # noqa: ARG001 - one signature for all
    return _won(min(candidates, key=lambda one: rank(policy, one.system)))


def _newest(policy: ConflictPolicy, candidates: Sequence[Candidate], kind: Kind) -> Resolution:
    latest = max(one.at for one in candidates)
    margin = timedelta(seconds=policy.margin_s)
    return _priority(policy, [one for one in candidates if latest - one.at <= margin], kind)


def _best(
    measure: Callable[[Kind, Canonical], object], largest: bool
) -> Callable[[ConflictPolicy, Sequence[Candidate], Kind], Resolution]:
    def choose(policy: ConflictPolicy, candidates: Sequence[Candidate], kind: Kind) -> Resolution:
        filled = [one for one in candidates if one.value is not None]
        if not filled:
            return _priority(policy, candidates, kind)
        measures = [(measure(kind, one.value), one) for one in filled if one.value is not None]
        best = (max if largest else min)(amount for amount, _ in measures)  # type: ignore[type-var]  # one field's values are of one type
        return _priority(policy, [one for amount, one in measures if amount == best], kind)

    return choose


def _amount(kind: Kind, value: Canonical) -> object:
    return kind.to_python(value)


def _completeness(kind: Kind, value: Canonical) -> object:
    return len(value) if isinstance(value, list) else len(str(kind.show(value, "zh")))


def _union(policy: ConflictPolicy, candidates: Sequence[Candidate], kind: Kind) -> Resolution:
    """All items of all lists, each once, in the order of the best-ranked system that has them."""
    items: dict[object, str] = {}
    for one in sorted(candidates, key=lambda one: rank(policy, one.system)):
        for item in one.value if isinstance(one.value, list) else ():
            items.setdefault(kind.key([item]), item)
    union = list(items.values()) or None
    same = [one for one in candidates if kind.equal(one.value, union)]
    return Resolution(union, min(same, key=lambda one: rank(policy, one.system)) if same else None)


def _review(policy: ConflictPolicy, candidates: Sequence[Candidate], kind: Kind) -> None:
    """Nobody wins until a person says so."""


_POLICIES: dict[str, Callable[[ConflictPolicy, Sequence[Candidate], Kind], Resolution | None]] = {
    "priority": _priority,
    "newest": _newest,
    "max": _best(_amount, largest=True),
    "min": _best(_amount, largest=False),
    "union": _union,
    "most_complete": _best(_completeness, largest=True),
    "review": _review,
}
