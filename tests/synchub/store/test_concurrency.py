"""Two workers on one PostgreSQL: nothing is missed between them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from synchub.errors import StoreError
from synchub.store import Store, Transaction
from tests.synchub.store.makes import Makes, StillClock

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(postgres_url: str, make: Makes, clock: StillClock) -> Iterator[Store]:
    with Store.open(postgres_url, make.entities, clock) as opened:
        yield opened


class Worker:
    """A transaction in a thread of its own, which ends when told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._may_end = threading.Event()
        self._did = threading.Event()
        self.error: StoreError | None = None
        self._thread: threading.Thread | None = None

    def start(self, work: object) -> Worker:
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()
        return self

    def _run(self, work: object) -> None:
        assert callable(work)
        try:
            with self._store.begin() as tx:
                work(tx)
                self._did.set()
                assert self._may_end.wait(20)
        except StoreError as error:
            self.error = error

    def did(self, seconds: float = 20) -> bool:
        return self._did.wait(seconds)

    def let_end(self) -> None:
        self._may_end.set()

    def end(self) -> None:
        self.let_end()
        assert self._thread is not None
        self._thread.join(20)


def due(store: Store) -> list[str]:
    with store.begin() as tx:
        return [link.id for link, _ in tx.pending("crm-account", "Partner", 9)]


@pytest.mark.parametrize("link_first", [True, False])
def test_a_record_that_moves_while_it_is_linked_is_due(store: Store, make: Makes, link_first: bool) -> None:
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p1")])

    def link(tx: Transaction) -> None:
        tx.insert_links([make.link("l1", "p1", settled_rev=1)])

    def move(tx: Transaction) -> None:
        tx.update_golden("Partner", [make.golden("p1", 2)], {"p1": 1})

    first = Worker(store).start(link if link_first else move)
    assert first.did()
    second = Worker(store).start(move if link_first else link)
    assert not second.did(0.2)  # waits for the record
    first.end()
    second.end()
    assert (first.error, second.error) == (None, None)
    assert due(store) == ["l1"]


@pytest.mark.parametrize("settle_first", [True, False])
def test_a_record_that_moves_while_it_is_settled_is_due(
    store: Store, make: Makes, settle_first: bool
) -> None:
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p1")])
        tx.insert_links([make.link("l1", "p1", settled_rev=0)])

    def settle(tx: Transaction) -> None:
        tx.settle([("l1", 1)])

    def move(tx: Transaction) -> None:
        tx.update_golden("Partner", [make.golden("p1", 2)], {"p1": 1})

    first = Worker(store).start(settle if settle_first else move)
    assert first.did()
    second = Worker(store).start(move if settle_first else settle)
    assert not second.did(0.2)
    first.end()
    second.end()
    assert due(store) == ["l1"]


def test_a_locked_record_waits_and_then_shows_what_the_other_wrote(store: Store, make: Makes) -> None:
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p1")])
    revs: list[int] = []

    def move(tx: Transaction) -> None:
        tx.update_golden("Partner", [make.golden("p1", 2)], {"p1": 1})

    def look(tx: Transaction) -> None:
        revs.append(tx.golden("Partner", ["p1"], lock=True)["p1"].rev)

    first = Worker(store).start(move)
    assert first.did()
    second = Worker(store).start(look)
    assert not second.did(0.2)
    first.end()
    second.end()
    assert revs == [2]


def test_a_record_made_while_a_mapping_begins_to_ask_is_a_candidate(store: Store, make: Makes) -> None:
    def create(tx: Transaction) -> None:
        tx.insert_golden("Partner", [make.golden("p1")])

    def ask(tx: Transaction) -> None:
        tx.golden_without_link("crm-account", "Partner", 9)

    first = Worker(store).start(create)
    assert first.did()
    second = Worker(store).start(ask)
    assert not second.did(0.2)
    first.end()
    second.end()
    with store.begin() as tx:
        assert [golden.id for golden in tx.golden_without_link("crm-account", "Partner", 9)] == ["p1"]


def test_numbers_are_never_given_twice(store: Store) -> None:
    given: list[int] = []

    def take(tx: Transaction) -> None:
        given.append(tx.next_number("QD", 10))

    workers = [Worker(store).start(take) for _ in range(5)]
    for worker in workers:
        worker.let_end()
    for worker in workers:
        worker.end()
    assert sorted(given) == [1, 11, 21, 31, 41]


def test_a_deadlock_asks_to_try_again(store: Store, make: Makes) -> None:
    with store.begin() as tx:
        tx.insert_golden("Partner", [make.golden("p1"), make.golden("p2")])
    both = threading.Barrier(2, timeout=20)

    def crosswise(first: str, second: str) -> object:
        def work(tx: Transaction) -> None:
            tx.golden("Partner", [first], lock=True)
            both.wait()
            tx.golden("Partner", [second], lock=True)

        return work

    workers = [Worker(store).start(crosswise("p1", "p2")), Worker(store).start(crosswise("p2", "p1"))]
    for worker in workers:
        worker.end()
    codes = [worker.error.code for worker in workers if worker.error is not None]
    assert codes == ["S111"]
