"""Systems that refuse us or are down: said in plain words, the others go on, and nothing is lost when they are back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synchub.errors import AuthError, UnavailableError
from tests.scenarios.conftest import HubWith
from tests.scenarios.scenario_firms import Firm
from tests.scenarios.scenario_stage import Stage, said
from tests.scenarios.scenario_workbook import PARTNERS

SECRETS = {
    "salesforce": ("C105", "salesforce refuses our credentials", "salesforce 拒绝了我们的登录凭据"),
    "kingdee": ("KX101", "kingdee: Kingdee refuses the signature", "kingdee：金蝶拒绝了请求签名"),
}


def forget_logins(stage: Stage) -> None:
    """A day later: what was given out does not work any more."""
    stage.org.expire_tokens()
    stage.books.expire_tokens()


@pytest.mark.parametrize("system", SECRETS)
def test_a_wrong_secret_stops_its_system_only_and_is_never_shown(hub_with: HubWith, system: str) -> None:
    code, english, chinese = SECRETS[system]
    stage = hub_with()
    right = (stage.folder / "secrets" / system).read_text("utf-8").strip()
    wrong = "wrong" + right[5:]
    stage.secret(system, wrong)
    forget_logins(stage)
    (other,) = {"salesforce", "kingdee"} - {system}
    stage.note("workbook", "其余照常")
    refused = stage.writes()[system]
    stage.open()
    report = stage.sync()
    assert list(report.failures) == [system]
    error = report.failures[system]
    assert isinstance(error, AuthError)
    assert error.code == code
    assert english in said(error)[0]
    assert chinese in said(error)[1]
    assert "hub.yaml" in said(error)[0] or "open.jdy.com" in said(error)[0]
    for text in (*said(error), repr(error), str(error.params), str(report)):
        assert wrong not in text
    assert stage.notes() == {system: None, other: "其余照常", "workbook": "其余照常"}
    assert stage.writes()[system] == refused
    assert not report.total("missing")
    stage.secret(system, right)
    stage.open()
    assert not stage.sync().failures
    assert set(stage.notes().values()) == {"其余照常"}
    assert stage.hub.verify().clean


def stop(stage: Stage, system: str) -> Callable[[], None]:
    """Close the door of a sandbox; what is returned opens it at the same address."""
    sandbox = stage.org if system == "salesforce" else stage.books
    port = int(sandbox.address.rpartition(":")[2])
    sandbox.stop()
    return lambda: (sandbox.start(port), None)[1]


@pytest.mark.parametrize("system", ["salesforce", "kingdee"])
def test_a_system_that_is_down_delays_nobody_else_and_catches_up(
    hub_with: HubWith, newcomer: Firm, system: str
) -> None:
    stage = hub_with()
    (other,) = {"salesforce", "kingdee"} - {system}
    restart = stop(stage, system)
    stage.note(system, "停机时写的", "KH0002")
    stage.note("workbook", "其余照常")
    stage.ledger.append(PARTNERS, {"渠道名称": newcomer.name, "区域": "华东区", "是否合作": "是"})
    report = stage.sync()
    assert list(report.failures) == [system]
    error = report.failures[system]
    assert isinstance(error, UnavailableError)
    assert f"{system} cannot be reached" in said(error)[0]
    assert f"无法连接 {system}" in said(error)[1]
    assert "the next run goes on" in said(error)[0]
    assert stage.notes() == {system: None, other: "其余照常", "workbook": "其余照常"}
    assert stage.writes()[system] == []
    assert report.state == "failed"
    again = stage.sync()
    assert (again.writes, list(again.failures)) == (0, [system])
    restart()
    assert not stage.sync().failures
    assert set(stage.notes().values()) == {"其余照常"}
    assert set(stage.notes("KH0002").values()) == {"停机时写的"}
    assert stage.org.record("Account", stage.account("QD-00001"))["Name"] == newcomer.name
    assert stage.books.record("customer", stage.customer("QD-00001"))["name"] == newcomer.name
    assert stage.ledger.row(PARTNERS, 渠道编码="QD-00001")["渠道名称"] == newcomer.name
    stage.sync()
    before = stage.state()
    stage.sync()
    assert stage.state() == before
    assert stage.hub.verify().clean


def test_a_system_that_goes_down_between_reading_and_writing_gets_its_changes_later(
    hub_with: HubWith,
) -> None:
    stage = hub_with()
    stage.note("workbook", "一条备注")
    stage.books.fault("drop_before", "customer_save", times=50)
    report = stage.sync()
    assert stage.notes() == {"salesforce": "一条备注", "kingdee": None, "workbook": "一条备注"}
    assert report.state in {"attention", "failed"}
    stage.books.clear_faults()
    stage.sync()
    assert set(stage.notes().values()) == {"一条备注"}
    assert stage.hub.verify().clean


def test_verify_says_which_system_it_could_not_ask(hub_with: HubWith) -> None:
    stage = hub_with()
    stop(stage, "kingdee")
    found = stage.hub.verify()
    assert list(found.failures) == ["kingdee"]
    assert not found.clean
    assert not found.missing["kingdee"]


def test_the_first_contact_of_a_system_that_is_down_happens_when_it_is_back(hub_with: HubWith) -> None:
    stage = hub_with(agreed=False)
    restart = stop(stage, "kingdee")
    report = stage.sync()
    assert list(report.failures) == ["kingdee"]
    assert all(row.get("系统编号") for row in stage.ledger.rows(PARTNERS))
    restart()
    report = stage.sync()
    assert not report.failures
    assert stage.writes()["kingdee"] == []
    assert len(stage.books.records("customer")) == 4
    assert stage.hub.verify().clean
    assert not stage.hub.verify().differences
