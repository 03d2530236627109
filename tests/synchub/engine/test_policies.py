"""Each policy, row for row as docs/conflict-policies.md states it, and its algebra."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synchub.engine.policies import resolve
from synchub.model.entity import ConflictPolicy, PolicyName
from synchub.model.kinds import Integer, Kind, ListOf, Text
from synchub.model.provenance import Candidate
from synchub.model.values import Canonical

PAGE = Path(__file__).parents[3] / "docs" / "conflict-policies.md"
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
KINDS: dict[str, Kind] = {"max": Integer(), "min": Integer(), "union": ListOf(Text())}


def rows() -> list[tuple[str, ...]]:
    table = PAGE.read_text("utf-8").split("## Truth table")[1]
    lines = [line for line in table.splitlines() if line.startswith("| ") and "| A |" not in line]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def value(kind: Kind, text: str) -> Canonical | None:
    if text == "–":
        return None
    return kind.parse(text.split(",") if isinstance(kind, ListOf) else text)


def candidate(system: str, cell: str, kind: Kind) -> Candidate:
    text, seconds = cell.split("@")
    return Candidate(system, value(kind, text), START + timedelta(seconds=int(seconds)))


def test_the_page_has_rows_for_every_policy() -> None:
    assert {row[0] for row in rows()} == {
        "priority",
        "newest",
        "max",
        "min",
        "union",
        "most_complete",
        "review",
    }


@pytest.mark.parametrize("row", rows(), ids=lambda row: " ".join(row))
def test_the_page_says_what_the_code_does_whatever_the_order(row: tuple[str, ...]) -> None:
    name, *cells, stands, whose = row
    kind = KINDS.get(name, Text())
    policy = ConflictPolicy(name, ("A", "B", "C"))  # type: ignore[arg-type]  # the page names policies
    offered = [
        candidate(system, cell, kind) for system, cell in zip("ABC", cells, strict=True) if cell != "."
    ]
    for order in permutations(offered):
        resolution = resolve(policy, order, kind)
        if stands == "undecided":
            assert resolution is None
            continue
        assert resolution is not None
        assert resolution.value == value(kind, stands)
        assert (resolution.winner.system if resolution.winner else "nobody") == whose


candidates = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["A", "B", "C", "D"]),
        st.sampled_from([None, "1", "2", "3"]),
        st.integers(0, 400).map(lambda seconds: START + timedelta(seconds=seconds)),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.system,
)


@pytest.mark.parametrize("name", ["priority", "newest", "max", "min", "most_complete"])
@given(offered=candidates, data=st.data())
def test_a_policy_ignores_order_and_repeats(
    name: PolicyName, offered: list[Candidate], data: st.DataObject
) -> None:
    policy = ConflictPolicy(name, ("B", "A"))
    kind: Kind = Integer() if name in {"max", "min"} else Text()
    expected = resolve(policy, offered, kind)
    shuffled = data.draw(st.permutations(offered))
    assert resolve(policy, shuffled, kind) == expected
    assert resolve(policy, [*offered, *offered], kind) == expected
    assert expected is not None
    assert expected.value in {one.value for one in offered}


@given(offered=candidates)
def test_a_decision_of_the_hub_stands_above_every_system(offered: list[Candidate]) -> None:
    decision = Candidate("hub", "9", START)
    for name in ("priority", "newest", "max", "min", "most_complete", "review"):
        resolution = resolve(ConflictPolicy(name), [*offered, decision], Text())
        assert resolution is not None
        assert resolution.winner == decision
