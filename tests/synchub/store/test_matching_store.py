"""Unlinked rows and the golden records they may be."""

from __future__ import annotations

from typing import Any

import pytest

from synchub.model.values import ABSENT
from synchub.store import Store
from synchub.store.rows import LinkState, MatchRow, Unlinked
from tests.synchub.store.makes import NOON, Makes


def row(external_id: str, *keys: tuple[int, str], part: str = "", **changes: Any) -> Unlinked:
    settings: dict[str, Any] = {"values": ["联宏", ABSENT], "version": "v1", **changes}
    return Unlinked("crm-account", external_id, part, keys=list(keys), **settings)


@pytest.fixture
def keyed(store: Store, make: Makes) -> Store:
    """p1 and p2 share the name N, p3 has T3; p4 was joined away."""
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden(id) for id in ("p1", "p2", "p3")])
        tx.insert_golden("Partner", [make.golden("p4", state="merged")])
        names = [("p1", "name", "N"), ("p2", "name", "N"), ("p4", "name", "N"), ("p4", "tax_id", "T4")]
        tx.put_golden_keys("Partner", [*names, ("p3", "tax_id", "T3"), ("p1", "tax_id", "T1")])
    return store


def test_rows_come_back_as_they_went_in(store: Store) -> None:
    rows = [
        row("1", (0, "T1"), (1, "N"), modified=NOON, etag="e", fingerprint="f", title="第 2 行", hub_id="p1"),
        row("2", part="a", provisional=True),
        row("2", part="b", values=[{"?": 1}, None]),
    ]
    with store.begin() as tx:
        tx.put_unlinked(rows)
        assert tx.unlinked("crm-account", 10) == rows
        assert tx.unlinked("crm-account", 1, ("1", "")) == rows[1:2]
        assert tx.unlinked("crm-account", 9, ("2", "a")) == rows[2:]
        keys = [(one.external_id, one.part) for one in rows]
        assert tx.unlinked_keys_behind("crm-account", 9, ("", "")) == keys
        assert tx.unlinked_keys_behind("crm-account", 1, keys[0]) == keys[1:2]
        assert tx.unlinked_keys_behind("other", 9, ("", "")) == []
        assert (tx.count_unlinked("crm-account"), tx.count_unlinked("other")) == (3, 0)


def test_a_newer_image_replaces_the_row_and_its_keys(keyed: Store) -> None:
    with keyed.begin() as tx:
        tx.put_unlinked([row("1", (0, "T1"), (1, "N"))])
        newer = row("1", (0, "T3"), version="v2")
        tx.put_unlinked([newer])
        assert tx.unlinked("crm-account", 9) == [newer]
        assert [found.golden_ids for found in tx.match("crm-account", "Partner", 0, "tax_id")] == [["p3"]]
        assert [*tx.match("crm-account", "Partner", 1, "name")] == []


def test_dropped_rows_match_no_more(keyed: Store) -> None:
    with keyed.begin() as tx:
        tx.put_unlinked([row("1", (0, "T1")), row("1", (0, "T1"), part="a")])
        tx.drop_unlinked("crm-account", [("1", "")])
        assert [found.part for found in tx.match("crm-account", "Partner", 0, "tax_id")] == ["a"]
        assert tx.count_unlinked("crm-account") == 1


def test_match_tells_how_certain_a_hit_is(keyed: Store, make: Makes) -> None:
    with keyed.begin() as tx:
        tx.insert_links([make.link("l3", "p3")])
        tx.put_unlinked(
            [
                row("1", (0, "T1"), (1, "N")),
                row("2", (0, "T3")),
                row("3", (0, "T3"), part="a"),
                row("4", (0, "nobody")),
                row("5", (0, "T4")),
            ]
        )
        assert [*tx.match("crm-account", "Partner", 0, "tax_id")] == [
            MatchRow("1", "", "T1", 1, ["p1"], golden_linked=False),
            MatchRow("2", "", "T3", 2, ["p3"], golden_linked=True),
            MatchRow("3", "a", "T3", 2, ["p3"], golden_linked=True),
        ]
        assert [*tx.match("crm-account", "Partner", 1, "name")] == [
            MatchRow("1", "", "N", 1, ["p1", "p2"], golden_linked=False)
        ]
        assert tx.duplicate_unlinked("crm-account", 0) == [("T3", [("2", ""), ("3", "a")])]
        assert tx.duplicate_unlinked("crm-account", 1) == []


def test_links_of_other_mappings_and_vanished_ones_do_not_count(keyed: Store, make: Makes) -> None:
    with keyed.begin() as tx:
        tx.insert_links([make.link("l1", "p3", mapping="erp")])
        tx.insert_links([make.link("l2", "p3", "gone", state=LinkState.MISSING)])
        tx.put_unlinked([row("2", (0, "T3"))])
        assert [one.golden_linked for one in tx.match("crm-account", "Partner", 0, "tax_id")] == [False]


def test_a_row_may_be_the_one_that_is_wanted(keyed: Store, make: Makes) -> None:
    with keyed.begin() as tx:
        tx.insert_links([make.link("l3", "p3", None)])
        tx.put_unlinked([row("2", (0, "T3"))])
        assert [*tx.match("crm-account", "Partner", 0, "tax_id")] == [
            MatchRow("2", "", "T3", 1, ["p3"], golden_linked=True, wanted_link="l3")
        ]


def test_a_key_of_everybody_lists_five(store: Store, make: Makes) -> None:
    ids = [f"p{number:02}" for number in range(30)]
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden(id) for id in ids])
        tx.put_golden_keys("Partner", [(id, "name", "N") for id in ids])
        tx.put_unlinked([row(f"{number}", (1, "N")) for number in range(30)])
        found = [*tx.match("crm-account", "Partner", 1, "name")]
    assert len(found) == 30
    assert all((one.golden_ids, one.rows_with_key) == (ids[:5], 30) for one in found)
