"""A sandbox remembers, logs every cell, counts, and misbehaves on request, for several processes at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from synchub.sdk import LogRow, SystemClock
from tests.synchub.sdk.sdk_toys import ToySandbox, TurnedClock


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def toy(tmp_path: Path, clock: TurnedClock) -> Iterator[ToySandbox]:
    sandbox = ToySandbox(tmp_path / "toy.sqlite", clock)
    yield sandbox
    sandbox.close()


def _cells(rows: list[LogRow]) -> list[tuple[str, str, str, str, object, object]]:
    return [(row.actor, row.op, row.id, row.column, row.before, row.after) for row in rows]


def test_every_cell_that_changes_is_logged_with_before_and_after(toy: ToySandbox) -> None:
    id = toy.user_create("Thing", {"Name": "A", "Size": Decimal("1.50"), "Stamp": "x", "Note": None})
    seq = toy.write_log()[-1].seq
    toy.user_edit("Thing", id, {"Name": "B", "Size": Decimal("1.5"), "Stamp": "y"})
    toy.user_delete("Thing", id)
    assert _cells(toy.write_log())[:2] == [
        ("user", "create", id, "Name", None, "A"),
        ("user", "create", id, "Size", None, Decimal("1.5")),
    ]
    assert _cells(toy.write_log(seq)) == [
        ("user", "update", id, "Name", "A", "B"),
        ("user", "delete", id, "", "B", None),
    ]
    assert toy.write_log(actor="api") == []


def test_true_is_not_one(toy: ToySandbox) -> None:
    id = toy.user_create("Thing", {"Flag": 1})
    toy.user_edit("Thing", id, {"Flag": True})
    assert _cells(toy.write_log())[-1][-2:] == (1, True)


def test_a_refusal_takes_back_what_was_done(toy: ToySandbox) -> None:
    toy.start()
    reply = requests.post(f"{toy.address}/things", json={"Name": ""}, timeout=5)
    assert reply.status_code == 400
    assert toy.records("Thing") == {}
    assert toy.write_log() == []
    assert toy.calls() == {"make": 1}


def test_a_late_change_is_stamped_now_and_seen_later(toy: ToySandbox, clock: TurnedClock) -> None:
    id = toy.user_create("Thing", {"Name": "A"})
    clock.sleep(60)
    stamped = clock.now()
    toy.user_edit("Thing", id, {"Name": "B"}, visible_after=120)
    assert toy.record("Thing", id)["Name"] == "A"
    clock.sleep(121)
    assert toy.record("Thing", id)["Name"] == "B"
    with toy.data.transaction():
        assert toy.existing("Thing", id).modified == stamped


def test_faults_wait_their_turn_and_are_used_up(toy: ToySandbox) -> None:
    toy.start()
    toy.fault("error_before", "echo", skip=1, times=2, status=502)
    statuses = [requests.get(f"{toy.address}/echo", timeout=5).status_code for _ in range(4)]
    assert statuses == [200, 502, 502, 200]


def test_an_unknown_fault_is_refused(toy: ToySandbox) -> None:
    with pytest.raises(ValueError, match="cannot misbehave"):
        toy.fault("explode")


def test_data_outlives_the_process_and_other_processes_see_it(toy: ToySandbox, tmp_path: Path) -> None:
    id = toy.user_create("Thing", {"Name": "A"})
    toy.fault("throttle", "echo")
    with ToySandbox(tmp_path / "toy.sqlite") as second:
        second.user_edit("Thing", id, {"Name": "B"})
        assert requests.get(f"{second.address}/echo", timeout=5).status_code == 429
    assert toy.record("Thing", id) == {"Name": "B"}
    assert toy.calls() == {"echo": 1}


def _create_many(file: Path) -> None:
    sandbox = ToySandbox(file, SystemClock())
    for _ in range(50):
        sandbox.user_create("Thing", {"Name": "A"})
    sandbox.close()


def test_two_processes_do_not_collide(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    workers = [fork.Process(target=_create_many, args=(tmp_path / "toy.sqlite",)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    sandbox = ToySandbox(tmp_path / "toy.sqlite")
    assert len(sandbox.records("Thing")) == 100
    assert [row.seq for row in sandbox.write_log()] == list(range(1, 101))
    sandbox.close()


def test_a_sandbox_starts_again_on_its_data(toy: ToySandbox) -> None:
    toy.start()
    requests.post(f"{toy.address}/things", json={"Name": "A"}, timeout=5)
    toy.stop()
    with pytest.raises(RuntimeError):
        assert toy.address
    toy.start()
    assert requests.get(f"{toy.address}/things/1", timeout=5).json() == {"Name": "A"}
    assert requests.get(f"{toy.address}/nothing", timeout=5).status_code == 404


def test_an_encoded_slash_stays_within_its_part(toy: ToySandbox) -> None:
    toy.start()
    with toy.data.transaction():
        toy.create("Thing", {"Name": "slash"}, "seed", "a/b")
    assert requests.get(f"{toy.address}/things/a%2Fb", timeout=5).json() == {"Name": "slash"}
