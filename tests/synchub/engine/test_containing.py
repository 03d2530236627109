"""A connector that makes a mistake: its own system is left out, the others go on, and no write is made twice or lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from traceback import format_exception

import pytest

from synchub.engine.drift import TolerantAll
from synchub.errors import ConnectorDefectError
from synchub.sdk import Outcome, Page, PullRequest, RawRecord, Write
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """Three systems in agreement, as a hub holds their connectors."""
    lab: Lab = make_lab("crm", "erp", "sheet")
    lab.world = replace(
        lab.world, connectors=TolerantAll(lab.world.connectors, lab.world.drift, lab.world.mappings)
    )
    lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    for _ in range(3):
        lab.sync()
        lab.clock.tick()
    return lab


def broken(*_: object) -> int:
    return {"a": 1}["13800138000"]  # what a KeyError says may be a person's


def note(lab: Lab, system: str, object: str, column: str) -> list[object]:
    return [one.get(column) for one in lab.systems[system].live(object).values()]


def edit_crm(lab: Lab, text: str) -> None:
    for id in lab.systems["crm"].live("Account"):
        lab.systems["crm"].edit("Account", id, {"Note": text})


def test_a_mistake_in_reading_takes_out_its_system_alone(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(_request: PullRequest) -> Iterator[Page]:
        broken()
        yield  # type: ignore[misc]  # never reached, but it makes a generator

    edit_crm(lab, "一")
    with monkeypatch.context() as patch:
        patch.setattr(lab.connectors["erp"], "pull", pull)
        report = lab.sync()
    error = report.failures["erp"]
    assert isinstance(error, ConnectorDefectError)
    assert (error.code, error.params["kind"]) == ("C120", "KeyError")
    assert "13800138000" not in str(error)
    assert "13800138000" not in "".join(format_exception(error)), "nor where somebody logs it whole"
    assert (note(lab, "sheet", "台账", "备注"), note(lab, "erp", "customer", "remark")) == (["一"], [None])
    lab.clock.tick()
    assert lab.sync().state == "done"
    assert note(lab, "erp", "customer", "remark") == ["一"]


@pytest.mark.parametrize("too_late", [False, True])
def test_of_a_mistake_in_writing_nobody_knows_what_had_been_sent(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, *, too_late: bool
) -> None:
    connector = lab.connectors["erp"]
    push = connector.push

    def breaking(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        if too_late:
            push(request, writes)
        broken()
        return []

    lab.systems["crm"].create("Account", {"Name": "广州天河", "Region": "South"})
    with monkeypatch.context() as patch:
        patch.setattr(connector, "push", breaking)
        report = lab.sync()
    assert report.failures["erp"].code == "C120"
    assert len(lab.systems["sheet"].live("台账")) == 2
    assert len(lab.systems["erp"].live("customer")) == 1 + too_late
    for _ in range(2):
        lab.clock.tick(600)
        assert lab.sync().state == "done"
    assert len(lab.systems["erp"].live("customer")) == 2
    assert lab.verify().differences == []


def test_a_mistake_in_reading_before_a_write_leaves_the_write_for_later(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(_request: PullRequest, _ids: Sequence[str]) -> list[RawRecord]:
        broken()
        return []

    edit_crm(lab, "二")
    with monkeypatch.context() as patch:
        patch.setattr(lab.connectors["erp"], "fetch", fetch)
        assert lab.sync().failures["erp"].code == "C120"
    assert note(lab, "erp", "customer", "remark") == [None]
    lab.clock.tick()
    lab.sync()
    assert note(lab, "erp", "customer", "remark") == ["二"]
