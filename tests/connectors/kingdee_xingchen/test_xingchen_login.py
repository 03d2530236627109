"""The token chain: kept, shared, renewed in time, and what is said when it fails."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from synchub.sdk import AuthError, PullRequest
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox
from synchub_kingdee_xingchen.sandbox import CLIENT_SECRET
from tests.connectors.kingdee_xingchen.conftest import Connect, TurnedClock


def chain(sandbox: XingchenSandbox) -> tuple[int, int]:
    calls = sandbox.calls()
    return calls.get("authorize", 0), calls.get("token", 0)


def test_one_token_serves_every_process_of_a_hub(
    sandbox: XingchenSandbox, connect: Connect, clock: TurnedClock
) -> None:
    for _ in range(5):
        connect().check()
        clock.turn(hours=4)
    assert chain(sandbox) == (1, 1)


def test_the_token_is_refreshed_before_it_runs_out(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, clock: TurnedClock
) -> None:
    xingchen.check()
    clock.turn(hours=22, minutes=1)
    xingchen.check()
    assert chain(sandbox) == (2, 2)


def test_the_app_secret_is_kept_nowhere_and_files_are_private(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, tmp_path: Path
) -> None:
    xingchen.check()
    with sandbox.data.transaction():
        kept = sandbox.data.recall("app_secret")
    assert isinstance(kept, list)
    files = [file for file in (tmp_path / "state").iterdir() if file.is_file()]
    assert [file.name for file in files if file.suffix == ".token"]
    for file in files:
        text = file.read_text("utf-8")
        assert str(kept[0]) not in text
        assert CLIENT_SECRET not in text
        if file.suffix == ".token":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("disturb", ["expire_tokens", "rotate_app_secret"])
def test_the_chain_is_redone_once_when_the_token_is_refused(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, disturb: str
) -> None:
    sandbox.seed_customers([{"number": "KH1", "name": "联宏"}])
    xingchen.check()
    with sandbox.data.transaction():
        getattr(sandbox, disturb)()
    (page,) = xingchen.pull(PullRequest("customer", ("number",)))
    assert [record.values for record in page.records] == [("KH1",)]
    assert chain(sandbox) == (2, 2)


def test_a_secret_that_changes_inside_the_chain_costs_one_more_chain(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    sandbox.fault("rotate", "token")
    xingchen.check()
    assert chain(sandbox) == (2, 2)


def test_another_process_that_renewed_first_is_followed(sandbox: XingchenSandbox, connect: Connect) -> None:
    one, other = connect(), connect()
    one.check()
    other.check()
    sandbox.rotate_app_secret()
    one.check()
    other.check()
    assert chain(sandbox) == (2, 2)


def test_two_token_calls_a_minute_are_never_exceeded(
    sandbox: XingchenSandbox, connect: Connect, clock: TurnedClock
) -> None:
    for _ in range(4):
        connect().check()
        with sandbox.data.transaction():
            sandbox.expire_tokens()
    assert chain(sandbox) == (4, 4)
    assert clock.slept >= 60


def test_a_lock_file_left_by_a_killed_process_holds_up_nobody(connect: Connect, tmp_path: Path) -> None:
    xingchen = connect()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / f"{xingchen.settings.account}.lock").touch()
    assert xingchen.check()


def test_two_account_sets_share_no_token(sandbox: XingchenSandbox, connect: Connect) -> None:
    connect().check()
    connect(uid="1002").check()
    assert chain(sandbox) == (2, 2)


def test_a_wrong_secret_is_told_as_such(connect: Connect) -> None:
    wrong = "hush" * 8
    with pytest.raises(AuthError) as caught:
        connect(client_secret=wrong).check()
    assert caught.value.code == "KX101"
    assert wrong not in str(caught.value) + repr(caught.value) + repr(caught.value.params)


def test_a_wrong_client_id_is_told_as_such(connect: Connect) -> None:
    with pytest.raises(AuthError) as caught:
        connect(client_id="1").check()
    assert caught.value.code == "KX101"


def test_a_wrong_instance_is_refused_in_the_vendors_words(connect: Connect) -> None:
    with pytest.raises(AuthError) as caught:
        connect(outer_instance_id="nobody").check()
    assert caught.value.code == "KX104"
    assert "outerInstanceId" in str(caught.value)


def test_a_clock_that_is_off_is_told_as_such(
    sandbox: XingchenSandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    xingchen = connect()
    late = TurnedClock()
    late.turn(minutes=6)
    monkeypatch.setattr(xingchen._client._signed, "_clock", late)
    with pytest.raises(AuthError) as caught:
        xingchen.check()
    assert caught.value.code == "KX102"
    assert chain(sandbox) == (1, 0)


def test_an_authorisation_that_ended_needs_a_person(sandbox: XingchenSandbox, connect: Connect) -> None:
    sandbox.behave(authorised=False)
    with pytest.raises(AuthError) as caught:
        connect().check()
    assert caught.value.code == "KX103"


def test_secrets_are_in_no_repr(xingchen: KingdeeXingchen) -> None:
    xingchen.check()
    token = xingchen._client.token.token()
    shown = " ".join(
        repr(one)
        for one in (
            xingchen.settings,
            xingchen._client.token,
            xingchen._client._signed,
            token,
            xingchen._cipher,
        )
    )
    assert token.value not in shown
    assert CLIENT_SECRET not in shown


def test_both_envelopes_are_understood(sandbox: XingchenSandbox, xingchen: KingdeeXingchen) -> None:
    # The chain answers with code and msg, business calls with errcode and description: a check needs both.
    assert xingchen.check()
    assert chain(sandbox) == (1, 1)
