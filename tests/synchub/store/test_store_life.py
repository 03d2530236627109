"""Opening, committing, rehearsing, reading beside a writer, and what errors say."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

from synchub.errors import StoreError
from synchub.store import Store
from tests.synchub.store.conftest import Opener
from tests.synchub.store.makes import Makes, StillClock


def put_and_fail(store: Store, make: Makes, *ids: str) -> None:
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden(id) for id in ids])
        raise KeyError


def put(store: Store, make: Makes, *ids: str) -> None:
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden(id) for id in ids])


def count(store: Store) -> int:
    with store.read() as tx:
        return tx.count("Partner")


def test_a_block_that_raises_leaves_nothing_behind(store: Store, make: Makes) -> None:
    with pytest.raises(KeyError):
        put_and_fail(store, make, "p1")
    assert count(store) == 0


def test_a_rehearsal_sees_its_own_writes_and_leaves_none(store: Store, make: Makes) -> None:
    put(store, make, "p1")
    with store.read() as tx:
        before = tx.digest()
    with store.rehearsal() as rehearsed:
        put(rehearsed, make, "p2")
        with pytest.raises(KeyError):
            put_and_fail(rehearsed, make, "p3")
        assert count(rehearsed) == 2
        with rehearsed.begin() as tx:
            tx.next_number("QD")
            assert tx.digest() != before
        rehearsed.close()
        assert count(rehearsed) == 2
    with store.read() as tx:
        assert (tx.digest(), tx.count("Partner")) == (before, 1)


def test_a_rehearsal_that_raises_is_taken_back_too(store: Store, make: Makes) -> None:
    with pytest.raises(KeyError), store.rehearsal() as rehearsed:
        put_and_fail(rehearsed, make, "p1")
    assert count(store) == 0
    put(store, make, "p2")
    assert count(store) == 1


def test_rehearsals_nest(store: Store, make: Makes) -> None:
    with store.rehearsal() as outer:
        put(outer, make, "p1")
        with outer.rehearsal() as inner:
            put(inner, make, "p2")
            assert count(inner) == 2
        assert count(outer) == 1


def test_a_rehearsal_survives_a_refused_record(store: Store, make: Makes) -> None:
    with store.rehearsal() as rehearsed:
        put(rehearsed, make, "p1")
        with pytest.raises(StoreError):
            put(rehearsed, make, "p1")
        put(rehearsed, make, "p2")
        assert count(rehearsed) == 2


def test_readers_see_one_snapshot_beside_a_writer(store: Store, make: Makes) -> None:
    put(store, make, "p1")
    with store.read() as reader:
        assert reader.count("Partner") == 1
        put(store, make, "p2")
        assert reader.count("Partner") == 1
    assert count(store) == 2


def test_digest_follows_state_and_not_history(store: Store, make: Makes, clock: StillClock) -> None:
    digests = []
    with store.begin() as tx:
        tx.start_run("r1", "sync", clock.now(), {})
        digests.append(tx.digest())
        tx.finish_run("r1", clock.now(), "done", {})
        digests.append(tx.digest())
        tx.insert_links([make.link("l1", "p1")])
        digests.append(tx.digest())
        tx.update_links([make.link("l1", "p1", hash=b"\xff\xfe")])
        digests.append(tx.digest())
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_threads_share_a_store(store: Store, make: Makes) -> None:
    threads = [
        threading.Thread(target=put, args=(store, make, *(f"p{one}-{number}" for number in range(50))))
        for one in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 300


def test_a_transaction_inside_another_is_a_mistake_of_ours_not_a_hang(
    tmp_path: Path, make: Makes, clock: StillClock
) -> None:
    with (
        Store.open(tmp_path / "hub.sqlite", make.entities, clock) as store,
        store.begin(),
        pytest.raises(RuntimeError),
        store.begin(),
    ):
        pass


def test_memory_serves_as_a_database(make: Makes, clock: StillClock) -> None:
    with Store.open("sqlite://", make.entities, clock) as store:
        put(store, make, "p1")
        with store.rehearsal() as rehearsed:
            put(rehearsed, make, "p2")
        assert count(store) == 1


def test_a_second_worker_that_is_forgotten_takes_nothing_back_in_memory(
    make: Makes, clock: StillClock
) -> None:
    """Found by the simulator (seed 789): the pool reset the only connection there is, in the middle of somebody else's transaction."""
    with Store.open(":memory:", make.entities, clock) as store:
        put(store, make, "p0")
        other = store.another()
        put(other, make, "p1")
        with store.begin() as tx:
            tx.insert_golden("Partner", [make.golden("p2")])
            del other
            gc.collect()
        assert count(store) == 3


def test_another_process_at_work_is_reported(tmp_path: Path, make: Makes, clock: StillClock) -> None:
    place = tmp_path / "hub.sqlite"
    with (
        Store.open(place, make.entities, clock) as store,
        Store.open(f"sqlite:///{place}?timeout=0.1", make.entities, clock) as other,
        store.begin(),
        pytest.raises(StoreError) as busy,
        other.begin(),
    ):
        pass
    assert busy.value.code == "S111"
    assert str(place) in str(busy.value)


def test_opening_waits_for_no_writer(tmp_path: Path, make: Makes, clock: StillClock) -> None:
    place = tmp_path / "hub.sqlite"
    with Store.open(place, make.entities, clock) as store, store.rehearsal() as rehearsed:
        put(rehearsed, make, "p1")
        with Store.open(f"sqlite:///{place}?timeout=0", make.entities, clock) as other:
            assert count(other) == 0


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, make: Makes, clock: StillClock) -> None:
    place = tmp_path / "hub.sqlite"
    place.write_bytes(b"PK not a database at all" * 100)
    with pytest.raises(StoreError) as refused:
        Store.open(place, make.entities, clock)
    assert refused.value.code == "S114"
    assert place.read_bytes() == b"PK not a database at all" * 100


def test_a_full_disk_takes_the_transaction_back(tmp_path: Path, make: Makes, clock: StillClock) -> None:
    with Store.open(tmp_path / "hub.sqlite", make.entities, clock) as store:
        put(store, make, "p1")
        with store.begin() as tx:
            ((pages,),) = tx._sql.rows("PRAGMA page_count")
            tx._sql.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError) as full:
            put(store, make, *(f"q{number}" for number in range(2000)))
        assert full.value.code == "S112"
        assert count(store) == 1


def test_addresses_are_checked_and_passwords_kept(make: Makes, clock: StillClock) -> None:
    for place in ("mysql://root:geheim@127.0.0.1/hub", "nothing://hub:geheim@127.0.0.1", "://geheim"):
        with pytest.raises(StoreError) as refused:
            Store.open(place, make.entities, clock)
        assert refused.value.code == "S101"
        assert "geheim" not in str(refused.value)


def test_errors_never_show_values(store: Store, make: Makes) -> None:
    with store.begin() as tx:
        tx.insert_links([make.link("l1", "p1", "13800138000")])
    with pytest.raises(StoreError) as refused, store.begin() as tx:
        tx.insert_links([make.link("l2", "p2", "13800138000")])
    assert "13800138000" not in str(refused.value)


def test_opening_again_writes_nothing(open_store: Opener, make: Makes) -> None:
    first = open_store()
    put(first, make, "p1")
    with first.read() as tx:
        before = tx.digest()
    with open_store().read() as tx:
        assert tx.digest() == before
