"""A person steps in on a whole hub: takes a run back, pauses, follows a merge in Salesforce, sweeps."""

from __future__ import annotations

import pytest

from synchub.errors import UserError
from tests.scenarios.conftest import HubWith

CODE = "KH0001"


def test_a_run_is_taken_back_in_every_system(hub_with: HubWith) -> None:
    stage = hub_with()
    before = stage.notes()
    stage.note("salesforce", "写错了地方")
    run = stage.sync().run
    assert set(stage.notes().values()) == {"写错了地方"}
    stage.tick(60)
    done = stage.hub.deeds.undo(run)
    assert (done.fields, done.later) == (1, [])
    assert stage.notes() == before
    assert stage.sync().writes == 0
    with pytest.raises(UserError):
        stage.hub.deeds.undo("NOSUCH")


def test_a_paused_system_catches_up_when_it_goes_on(hub_with: HubWith) -> None:
    stage = hub_with()
    before = stage.notes()
    stage.hub.deeds.pause("kingdee", reason="盘点")
    stage.note("salesforce", "暂停期间")
    stage.sync()
    now = stage.notes()
    assert now["kingdee"] == before["kingdee"]
    assert now["workbook"] == "暂停期间"
    stage.hub.deeds.resume("kingdee")
    stage.sync()
    assert set(stage.notes().values()) == {"暂停期间"}


def test_a_sweep_of_systems_that_agree_changes_nothing(hub_with: HubWith) -> None:
    stage = hub_with()
    report = stage.hub.sweep()
    assert (report.kind, report.writes, report.failures) == ("sweep", 0, {})
    assert report.total("missing") == 0
    assert report.total("pulled") > 0
