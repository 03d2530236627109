"""An idle run: two commits, and nothing is forgotten over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

from synchub.engine.sync import sync
from synchub.errors import LeaseHeldError
from synchub.sdk import Page, PullRequest
from synchub.store import Transaction
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """All in agreement, and nothing to say."""
    lab: Lab = make_lab("crm", "erp", "sheet")
    lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    for _ in range(3):
        lab.sync()
        lab.clock.tick()
    return lab


@contextmanager
def counted(lab: Lab) -> Iterator[list[object]]:
    """The write transactions of the block."""
    begun: list[object] = []
    fenced = lab.store._fenced

    def count(transaction: Transaction) -> Transaction:
        begun.append(transaction)
        return fenced(transaction)

    with patch.object(lab.store, "_fenced", count):
        yield begun


def cursor(lab: Lab, system: str, object: str) -> str | None:
    with lab.store.read() as tx:
        row = tx.cursor(system, object)
    assert row is not None
    return row.cursor


def test_it_opens_and_ends_and_commits_nothing_between(lab: Lab) -> None:
    before = cursor(lab, "crm", "Account")
    with counted(lab) as commits:
        report = lab.sync()
    assert (report.state, report.total("pulled"), report.writes) == ("done", 0, 0)
    assert len(commits) == 2
    assert cursor(lab, "crm", "Account") != before
    with lab.store.read() as tx:
        run = tx.run(report.run)
        leases = tx.leases(["crm", "erp", "sheet"])
    assert run is not None
    assert run.state == "done"
    assert {system for system, row in leases.items() if row.until <= lab.clock.now()} == set(lab.systems)


def test_how_far_it_has_read_is_kept_when_another_system_breaks_the_run(lab: Lab) -> None:
    before = cursor(lab, "crm", "Account")

    def broken(request: PullRequest) -> Iterator[Page]:
        raise RuntimeError(request.object)

    lab.connectors["erp"].pull = broken  # type: ignore[method-assign]  # on purpose
    with pytest.raises(RuntimeError):
        lab.sync()
    assert cursor(lab, "crm", "Account") != before
    with lab.store.read() as tx:
        assert tx.runs(1)[0].state == "failed"


def test_who_was_overtaken_keeps_nothing_of_it(lab: Lab) -> None:
    before = cursor(lab, "crm", "Account")
    pull = lab.connectors["crm"].pull

    def overtaken(request: PullRequest) -> Iterator[Page]:
        yield from pull(request)
        now = lab.clock.now()
        with lab.store.another().begin() as tx:
            tx.take_leases(["crm"], "other", now, now, force=["crm"])

    lab.connectors["crm"].pull = overtaken  # type: ignore[method-assign]  # on purpose
    with pytest.raises(LeaseHeldError):
        sync(replace(lab.world), "overtaken")
    assert cursor(lab, "crm", "Account") == before


def test_what_is_open_is_followed_although_nothing_was_read(lab: Lab) -> None:
    """One look tells that nothing follows; here something does."""
    mapping = next(route.name for route in lab.world.routes if route.mapping.system == "crm")
    with lab.store.begin() as tx:
        (found,) = tx.links(mapping, [*lab.systems["crm"].live("Account")]).values()
        record = tx.golden("Partner", [found.entity_id])[found.entity_id]
        place = lab.entities["Partner"].position["note"]
        record.values[place], record.rev = "在总部改的", record.rev + 1
        tx.update_golden("Partner", [record], {record.id: record.rev - 1})
    report = lab.sync()
    assert report.total("pulled") == 0
    assert report.writes == 3
    assert next(iter(lab.systems["sheet"].live("台账").values()))["备注"] == "在总部改的"
