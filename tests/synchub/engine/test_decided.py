"""What a match came to, counted and named as a whole; and a set of texts too many to be kept."""

from __future__ import annotations

from random import Random

from synchub.engine.decided import Decided
from synchub.engine.multitude import Multitude

FOUND = [
    ("crm", ("1", ""), "link", "G1"),
    ("crm", ("2", ""), "create", "G2"),
    ("crm", ("2", "a"), "create", "G3"),
    ("erp", ("1", ""), "review", "E213"),
    ("erp", ("2", ""), "review", "E212"),
]


def decided(*found: tuple[str, tuple[str, str], str, str]) -> Decided:
    one = Decided()
    for mapping, row, kind, what in found:
        one.note(mapping, row, kind, what)
    return one


def test_the_same_decisions_have_the_same_fingerprint_in_any_order() -> None:
    assert decided(*FOUND).fingerprint == decided(*reversed(FOUND)).fingerprint


def test_any_other_decision_has_another_fingerprint() -> None:
    others = [
        FOUND[:-1],
        [*FOUND, FOUND[0]],
        [*FOUND[:-1], ("erp", ("2", ""), "review", "E215")],
        [*FOUND[:-1], ("erp", ("3", ""), "review", "E212")],
        [*FOUND[:-1], ("crm", ("2", ""), "review", "E212")],
        [("crm", ("1", ""), "link", "G2"), ("crm", ("2", ""), "create", "G1"), *FOUND[2:]],
    ]
    prints = {decided(*some).fingerprint for some in (FOUND, *others)}
    assert len(prints) == len(others) + 1


def test_a_later_word_takes_the_place_of_a_question() -> None:
    later = decided(*FOUND, ("erp", ("1", ""), "review", "E214"), ("erp", ("2", ""), "link", "G7"))
    assert later == decided(
        *FOUND[:3], ("erp", ("1", ""), "review", "E214"), ("erp", ("2", ""), "link", "G7")
    )
    assert later.reviews == {("erp", "1", ""): "E214"}
    assert (later.count("erp", "review"), later.count("erp", "link", "create"), later.total("create")) == (
        1,
        1,
        2,
    )
    assert later.mappings == ["crm", "erp"]


def test_taken_over_they_count_as_if_they_had_been_taken_here() -> None:
    one = decided(*FOUND[:4])
    one.take_over(decided(("erp", ("1", ""), "review", "E214"), ("erp", ("2", ""), "create", "G9")))
    assert one == decided(
        *FOUND[:3], ("erp", ("1", ""), "review", "E214"), ("erp", ("2", ""), "create", "G9")
    )


def test_a_multitude_tells_who_is_in_it() -> None:
    chance = Random(7)
    texts = [f"{chance.randrange(10**12):018}" for _ in range(5000)]
    there = Multitude()
    for start in range(0, 2000, 500):  # a page at a time, asked in between
        there.update(texts[start : start + 500])
        there.update(texts[start : start + 1])
        assert all(text in there for text in texts[: start + 500])
        assert not any(text in there for text in texts[start + 500 :])


def test_nobody_is_in_an_empty_multitude() -> None:
    assert "" not in Multitude()
