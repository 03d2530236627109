"""Calls are repeated only where a repeat is harmless."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from synchub.sdk import (
    AuthError,
    Call,
    Classify,
    ExpiredError,
    HttpSession,
    NotFoundError,
    Patience,
    ProtocolError,
    QuotaError,
    RateLimitError,
    RejectedError,
    Reply,
    TokenBucket,
    UnavailableError,
    UnknownOutcomeError,
)
from tests.synchub.sdk.sdk_toys import ToySandbox, TurnedClock, context


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def toy(tmp_path: Path, clock: TurnedClock) -> Iterator[ToySandbox]:
    with ToySandbox(tmp_path / "toy.sqlite", clock) as sandbox:
        yield sandbox


@pytest.fixture
def session(toy: ToySandbox, tmp_path: Path, clock: TurnedClock) -> Iterator[HttpSession]:
    one = HttpSession(context(tmp_path, clock), base_url=toy.address, patience=Patience(read_s=0.3))
    yield one
    one.close()


@pytest.mark.parametrize("fault", ["throttle", "error_before", "drop_before", "error_after", "drop_after"])
def test_a_read_is_repeated_after_every_passing_failure(
    toy: ToySandbox, session: HttpSession, fault: str
) -> None:
    toy.seed("Thing", [{"Name": "A"}])
    toy.fault(fault, "get")
    assert session.read("GET", "/things/1").json() == {"Name": "A"}
    assert toy.calls() == {"get": 2}
    assert session.calls == 2


def test_a_read_that_hangs_is_repeated(toy: ToySandbox, session: HttpSession) -> None:
    toy.seed("Thing", [{"Name": "A"}])
    toy.fault("hang_before", "get", seconds=1)
    assert session.read("GET", "/things/1").status == 200


@pytest.mark.parametrize("fault", ["error_before", "drop_before", "error_after", "drop_after"])
def test_a_write_without_an_answer_is_unknown_and_never_repeated(
    toy: ToySandbox, session: HttpSession, fault: str
) -> None:
    toy.fault(fault, "make")
    with pytest.raises(UnknownOutcomeError):
        session.write("POST", "/things", json={"Name": "A"})
    assert toy.calls() == {"make": 1}
    assert len(toy.records("Thing")) == (1 if fault.endswith("after") else 0)


def test_a_write_that_hangs_is_unknown(toy: ToySandbox, session: HttpSession) -> None:
    toy.fault("hang_after", "make", seconds=1)
    with pytest.raises(UnknownOutcomeError):
        session.write("POST", "/things", json={"Name": "A"})
    assert toy.calls() == {"make": 1}


def test_a_throttled_write_is_repeated_after_the_time_asked_for(
    toy: ToySandbox, session: HttpSession, clock: TurnedClock
) -> None:
    toy.fault("throttle", "make", retry_after=7)
    session.write("POST", "/things", json={"Name": "A"})
    assert clock.slept == [7.0]
    assert len(toy.records("Thing")) == 1


def test_a_write_refused_with_a_time_to_come_back_is_repeated(toy: ToySandbox, session: HttpSession) -> None:

    toy.fault("refuse", "make", status=503, body="", times=1)
    with pytest.raises(UnknownOutcomeError):  # without the header nobody promised that nothing was done
        session.write("POST", "/things", json={"Name": "A"})


def test_patience_ends_and_the_error_says_how_long_the_vendor_wants(
    toy: ToySandbox, session: HttpSession, clock: TurnedClock
) -> None:
    toy.fault("throttle", "get", retry_after=3600)
    with pytest.raises(RateLimitError) as caught:
        session.read("GET", "/things/1")
    assert caught.value.retry_after == 3600
    assert clock.slept == []


def test_waits_grow_and_carry_chance(toy: ToySandbox, session: HttpSession, clock: TurnedClock) -> None:
    toy.fault("throttle", "get", times=100)
    with pytest.raises(RateLimitError):
        session.read("GET", "/things/1")
    assert len(clock.slept) == 7
    for wait, longest in zip(clock.slept, (0.5, 1, 2, 4, 8, 16, 32), strict=True):
        assert longest / 2 <= wait <= longest


def test_a_write_to_a_system_that_is_down_is_repeated_and_then_unavailable(
    tmp_path: Path, clock: TurnedClock
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    session = HttpSession(context(tmp_path, clock), base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(UnavailableError) as caught:
        session.write("POST", "/things", json={})
    assert session.calls == 4
    assert "Connection refused" in str(caught.value)
    session.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, RejectedError), (403, AuthError), (404, NotFoundError), (302, ProtocolError)],
)
def test_statuses_become_errors_by_what_to_do_next(
    toy: ToySandbox, session: HttpSession, status: int, error: type[Exception]
) -> None:
    toy.fault("refuse", "get", status=status, body="no")
    with pytest.raises(error):
        session.read("GET", "/things/1")
    assert toy.calls() == {"get": 1}


def test_an_accepted_status_is_an_answer(toy: ToySandbox, session: HttpSession) -> None:
    assert session.read("GET", "/things/9", accept=(404,)).fields() == {"error": "no such thing"}


def test_a_used_up_quota_is_not_waited_for(toy: ToySandbox, session: HttpSession, clock: TurnedClock) -> None:
    with pytest.raises(QuotaError) as caught:
        session.read("GET", "/echo", classify=lambda _: QuotaError("C104", detail="day"))
    assert clock.slept == []
    assert caught.value.system == "toy"


def test_a_write_the_connector_knows_was_not_done_is_repeated(toy: ToySandbox, session: HttpSession) -> None:
    answers: list[RateLimitError | None] = [RateLimitError("C103"), None]
    session.write("POST", "/things", json={"Name": "A"}, classify=lambda _: answers.pop(0))
    assert toy.calls() == {"make": 2}


class Word:
    """Gives out numbered words."""

    def __init__(self) -> None:
        self.number = 1

    def headers(self, call: Call) -> Mapping[str, str]:
        return {"Authorization": f"Word {self.number}", "X-Path": call.url.rsplit("/", 1)[1]}

    def renew(self) -> None:
        self.number += 1


def _expired_until(number: int, seen: list[Reply]) -> Classify:
    def classify(reply: Reply) -> ExpiredError | None:
        seen.append(reply)
        headers = reply.fields()["headers"]
        assert isinstance(headers, dict)
        return None if headers["authorization"] >= f"Word {number}" else ExpiredError("C105", detail="old")

    return classify


def test_a_fresh_login_repeats_the_call_with_all_its_headers(toy: ToySandbox, session: HttpSession) -> None:
    seen: list[Reply] = []
    reply = session.write(
        "GET",
        "/echo",
        headers={"If-Unmodified-Since": "x"},
        auth=Word(),
        classify=_expired_until(2, seen),
    )
    headers = reply.fields()["headers"]
    assert isinstance(headers, dict)
    assert headers["authorization"] == "Word 2"
    assert headers["if-unmodified-since"] == "x"
    assert headers["x-path"] == "echo"
    assert len(seen) == 2


def test_a_second_expiry_is_an_auth_error(toy: ToySandbox, session: HttpSession) -> None:
    with pytest.raises(AuthError) as caught:
        session.read("GET", "/echo", auth=Word(), classify=_expired_until(9, []))
    assert caught.value.code == "C106"
    assert toy.calls() == {"echo": 2}


def test_numbers_travel_exactly(toy: ToySandbox, session: HttpSession) -> None:
    values = {"a": Decimal("0.1"), "b": 9007199254740993, "c": Decimal("1234567890.12"), "d": True}
    session.write("POST", "/things", json=values)
    assert session.read("GET", "/things/1").fields() == values
    assert toy.record("Thing", "1")["b"] == 9007199254740993


def test_what_is_no_json_is_not_understood(toy: ToySandbox, session: HttpSession) -> None:
    toy.fault("refuse", "echo", status=200, body="<html>down for maintenance</html>")
    with pytest.raises(ProtocolError) as caught:
        session.read("GET", "/echo").json()
    assert "maintenance" in str(caught.value)


def test_loopback_is_reached_past_a_proxy(
    toy: ToySandbox, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert session.read("GET", "/echo").status == 200


def test_a_netrc_does_not_replace_our_authorisation(
    toy: ToySandbox, session: HttpSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    headers = session.read("GET", "/echo", auth=Word()).fields()["headers"]
    assert isinstance(headers, dict)
    assert headers["authorization"] == "Word 1"


def test_failures_name_no_address_and_chain_no_library_error(tmp_path: Path, clock: TurnedClock) -> None:
    session = HttpSession(context(tmp_path, clock), base_url="http://127.0.0.1:9")
    with pytest.raises(UnavailableError) as caught:
        session.read("GET", "/x", params={"signature": "geheim"})
    assert "geheim" not in str(caught.value) + repr(caught.value) + repr(caught.value.params)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    session.close()


def test_a_query_is_added_to_one_that_is_there(toy: ToySandbox, session: HttpSession) -> None:
    reply = session.read("GET", "/echo?a=1", params={"b": "华 东"})
    assert reply.fields()["query"] == "a=1&b=%E5%8D%8E+%E4%B8%9C"


def test_the_time_before_a_request_is_known_from_its_answer(
    toy: ToySandbox, session: HttpSession, clock: TurnedClock
) -> None:
    reply = session.read("GET", "/echo")
    assert reply.date == clock.now()
    assert reply.asked_at is not None
    assert reply.asked_at < clock.now()


def test_pacing_spreads_calls(toy: ToySandbox, tmp_path: Path, clock: TurnedClock) -> None:
    session = HttpSession(
        context(tmp_path, clock), base_url=toy.address, pacing=TokenBucket(clock, per_minute=60, burst=2)
    )
    for _ in range(4):
        session.read("GET", "/echo")
    assert clock.slept == [1.0, 1.0]
    session.close()


def test_the_environment_may_name_certificates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from synchub.sdk.transport import Transport

    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert Transport("x", (1, 1))._trusted() is True
    os.environ["REQUESTS_CA_BUNDLE"] = "/ca.pem"
    assert Transport("x", (1, 1))._trusted() == "/ca.pem"
    assert Transport("x", (1, 1), tmp_path / "own.pem")._trusted() == str(tmp_path / "own.pem")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
