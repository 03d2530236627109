"""Leases, fences, pauses, suspects and tombstones, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from synchub.errors import LeaseHeldError
from synchub.store import Store
from synchub.store.fence import Fence
from synchub.store.rows import Demise, Pause, Suspect, TombState, Tombstone
from tests.synchub.store.makes import StillClock

TERM = timedelta(minutes=15)


def test_a_lease_is_taken_once_and_again_only_when_it_has_run_out(store: Store, clock: StillClock) -> None:
    now = clock.now()
    with store.begin() as tx:
        assert tx.take_leases(["crm"], "a", now, now + TERM) == {"crm": 1}
        assert tx.take_leases(["crm"], "b", now, now + TERM) == {}
        assert tx.take_leases(["erp"], "b", now, now + TERM) == {"erp": 1}
        assert tx.take_leases(["crm"], "a", now, now + TERM) == {"crm": 2}
        assert tx.take_leases(["crm"], "b", now, now + TERM, force=["crm"]) == {"crm": 3}
        assert tx.take_leases(["crm"], "c", now + TERM, now + 2 * TERM) == {"crm": 4}
        row = tx.leases(["crm"]).get("crm")
    assert row is not None
    assert (row.holder, row.epoch, row.until) == ("c", 4, now + 2 * TERM)


def test_behind_a_fence_nothing_is_committed_once_the_lease_has_changed_hands(
    store: Store, clock: StillClock
) -> None:
    now = clock.now()
    with store.begin() as tx:
        epochs = tx.take_leases(["crm"], "a", now, now + TERM)
    assert epochs
    with store.under(Fence(epochs, TERM, now + TERM)):
        with store.begin() as tx:
            tx.set_fact("ours", {"it": "is"})
        with store.under(None), store.begin() as tx:
            tx.take_leases(["crm"], "b", now, now + TERM, force=["crm"])
        with pytest.raises(LeaseHeldError), store.begin() as tx:
            tx.set_fact("theirs", {"it": "is"})
    with store.read() as tx:
        assert tx.fact("ours") == {"it": "is"}
        assert tx.fact("theirs") is None


def test_a_lease_in_use_is_kept_for_another_term(store: Store, clock: StillClock) -> None:
    now = clock.now()
    with store.begin() as tx:
        tx.take_leases(["crm"], "a", now - TERM, now + timedelta(minutes=1))
    with store.under(Fence({"crm": 1}, TERM, now + timedelta(minutes=1))), store.begin():
        pass
    with store.read() as tx:
        row = tx.leases(["crm"]).get("crm")
    assert row is not None
    assert row.until == now + TERM


def test_what_is_paused_stays_so_until_it_is_resumed(store: Store, clock: StillClock) -> None:
    one = Pause("crm", "Account", "", clock.now(), "ops", "moving")
    with store.begin() as tx:
        tx.pause(one)
        tx.pause(one)
        assert tx.pauses() == [one]
        assert tx.resume("crm", "Account", "")
        assert not tx.resume("crm", "Account", "")
        assert tx.pauses() == []


def test_suspects_keep_the_time_they_were_first_seen(store: Store, clock: StillClock) -> None:
    now = clock.now()
    with store.begin() as tx:
        tx.park([Suspect("L1", "m", "E1", "r1", now, now, b"x")])
        tx.park([Suspect("L1", "m", "E1", "r2", now + TERM, None, b"y")])
        assert tx.suspects("m") == [Suspect("L1", "m", "E1", "r2", now, None, b"y")]
        assert tx.suspects("other") == []
        tx.clear_suspects(["L1"])
        assert tx.suspects("m") == []


def test_tombstones_are_open_until_they_are_done_or_void(store: Store, clock: StillClock) -> None:
    now = clock.now()
    stones = [
        Tombstone(f"L{n}", "m", "crm", "Partner", f"G{n}", f"E{n}", "", Demise.FEED, "r", now, now, n, state)
        for n, state in enumerate(TombState)
    ]
    with store.begin() as tx:
        tx.bury(stones)
        assert {one.state for one in tx.tombstones("m")} == set(TombState) - {TombState.DONE, TombState.VOID}
        assert tx.tombstones(states=[TombState.DONE]) == [stones[-2]]
        tx.set_tombstones(["L0"], TombState.WITHHELD, "SET")
        assert tx.tombstones_by_link(["L0"])["L0"].approval == "SET"
        tx.unbury(["L0"])
        assert tx.tombstones_by_link(["L0"]) == {}
