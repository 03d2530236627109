"""Leases: one run at a time works with a system, another takes over from who is silent, and who was overtaken commits nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from synchub.engine.report import RunReport
from synchub.engine.safeguards import Safeguards
from synchub.engine.sync import sync
from synchub.errors import LeaseHeldError
from synchub.sdk import Page, PullRequest
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab


def agreed(make_lab: MakeLab) -> tuple[Lab, str]:
    lab: Lab = make_lab("crm", "erp", "sheet")
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.sync()
    return lab, account


def during_the_pull(lab: Lab, system: str, work: Any) -> None:
    """Do something while a worker reads this system, once."""
    connector = lab.connectors[system]
    pull = connector.pull

    def interrupted(request: PullRequest) -> Iterator[Page]:
        connector.pull = pull  # type: ignore[method-assign]  # only once
        for page in pull(request):
            work()
            yield page

    connector.pull = interrupted  # type: ignore[method-assign]  # on purpose


def other(lab: Lab, **changes: Any) -> Any:
    return replace(lab.world, holder="other", **changes)


def test_a_second_run_finds_everything_busy_and_changes_nothing(make_lab: MakeLab) -> None:
    lab, _ = agreed(make_lab)
    refused: list[LeaseHeldError] = []

    def second() -> None:
        with pytest.raises(LeaseHeldError) as found:
            sync(other(lab), "second")
        refused.append(found.value)

    during_the_pull(lab, "crm", second)
    assert lab.sync().state == "done"
    assert [one.code for one in refused] == ["E501"]
    with lab.store.read() as tx:
        assert tx.run("second") is None


def test_two_workers_share_a_hub_by_its_systems(make_lab: MakeLab) -> None:
    lab, account = agreed(make_lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Note": "一句很完整的备注"})
    done: list[RunReport] = []
    during_the_pull(lab, "crm", lambda: done.append(sync(other(lab), "second")))
    first = sync(lab.world, "first", systems={"crm", "erp"})
    assert set(done[0].busy) == {"crm", "erp"}
    assert done[0].state == "attention"
    assert first.state == "done"
    lab.sync()
    assert next(iter(lab.systems["sheet"].live("台账").values()))["备注"] == "一句很完整的备注"


def test_who_was_silent_too_long_is_overtaken_and_commits_nothing(make_lab: MakeLab) -> None:
    for checks in (True, False):
        lab, account = agreed(make_lab)
        lab.world = replace(lab.world, safeguards=replace(Safeguards(), epoch_check=checks))
        lab.clock.tick()
        lab.systems["crm"].edit("Account", account, {"Note": "一句很完整的备注"})

        def an_hour_passes(lab: Lab = lab) -> None:
            lab.clock.tick(3600)
            sync(other(lab), "second")

        during_the_pull(lab, "sheet", an_hour_passes)
        before = len(lab.systems["erp"].written())
        if checks:
            with pytest.raises(LeaseHeldError) as found:
                lab.sync()
            assert found.value.code == "E502"
        else:
            lab.sync()
        with lab.store.read() as tx:
            states = {one.id: one.state for one in tx.runs(10)}
            lease = tx.leases(["crm"]).get("crm")
        assert states["second"] == "done"
        assert lease is not None
        assert lease.holder == "other"
        assert len(lab.systems["erp"].written()) == before + 1


def test_a_lease_is_kept_as_long_as_the_run_shows_signs_of_life(make_lab: MakeLab) -> None:
    lab, _ = agreed(make_lab)
    lab.connectors["crm"].page_size = 1
    for number in range(5):
        lab.systems["crm"].create("Account", {"Name": f"新伙伴{number}", "Region": "South"})
    refused = 0

    def slow() -> None:
        nonlocal refused
        lab.clock.tick(600)
        with pytest.raises(LeaseHeldError):
            sync(other(lab), f"second-{refused}")
        refused += 1

    during_the_pull(lab, "crm", slow)
    assert lab.sync().state == "done"
    assert refused >= 5


def test_a_worker_known_to_be_dead_is_not_waited_for(make_lab: MakeLab) -> None:
    lab, _ = agreed(make_lab)
    now = lab.clock.now()
    with lab.store.begin() as tx:
        for system in lab.systems:
            assert tx.take_leases([system], "killed", now, now.replace(year=now.year + 1))
    with pytest.raises(LeaseHeldError):
        lab.sync()
    lab.world = replace(lab.world, is_dead=lambda holder: holder == "killed")
    assert lab.sync().state == "done"
