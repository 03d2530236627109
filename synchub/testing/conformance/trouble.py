"""Throttling, quotas, systems that are down, wrong credentials, and secrets that show nowhere."""

from __future__ import annotations

import logging
import traceback

import pytest

from synchub.sdk import AuthError, OutcomeKind, QuotaError, TransientError
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs
from synchub.testing.conformance.reader import Reader

RETRY_AFTER = 7.0
BURST = 10


def throttles(harness: type[Harness]) -> bool:
    return harness.can("throttle")


class TroubleTests:
    """When things go wrong."""

    @needs(throttles)
    def test_a_throttled_read_waits_as_long_as_it_is_told(self, harness: Harness) -> None:
        harness.creates(2)
        reader = Reader(harness)
        reader.connector.check()
        before = harness.clock.monotonic()
        harness.throttle(RETRY_AFTER)
        reader.pull()
        assert harness.clock.monotonic() - before >= RETRY_AFTER
        reader.must_agree()

    @needs(throttles)
    def test_a_throttled_write_is_done_once(self, harness: Harness) -> None:
        connector = harness.connector()
        connector.check()
        write = harness.new(1)
        harness.throttle(RETRY_AFTER)
        (outcome,) = harness.push(connector, write)
        if outcome.kind is OutcomeKind.THROTTLED:
            assert harness.held() == {}
            (outcome,) = harness.push(connector, write)
        assert outcome.kind is OutcomeKind.OK, outcome.error
        assert list(harness.held()) == [outcome.id]

    @needs(lambda harness: harness.facts().calls_per_minute is not None)
    def test_calls_keep_to_the_declared_pace(self, harness: Harness) -> None:
        connector = harness.connector()
        connector.check()
        start, before = harness.clock.monotonic(), connector.calls
        while connector.calls - before < 6 * BURST:
            connector.fetch(harness.request(), [harness.unknown_id(number) for number in range(5)])
        allowed = (harness.facts().calls_per_minute or 0) / 60 * (harness.clock.monotonic() - start)
        assert connector.calls - before <= allowed + BURST

    @needs(lambda harness: harness.facts().calls_per_day is not None)
    def test_a_used_up_day_stops_at_once(self, harness: Harness) -> None:
        harness.creates(1)
        connector = harness.connector()
        connector.check()
        harness.use_up_quota()
        before = connector.calls
        with pytest.raises(QuotaError):
            list(connector.pull(harness.request()))
        assert connector.calls - before <= 2

    def test_a_system_that_is_down_is_told_as_down(self, harness: Harness) -> None:
        connector = harness.connector()
        connector.check()
        harness.take_down()
        with pytest.raises(TransientError) as caught:
            list(connector.pull(harness.request()))
        assert caught.value.system == harness.system
        assert str(caught.value)

    def test_nothing_is_claimed_of_writes_to_a_system_that_is_down(self, harness: Harness) -> None:
        """Nothing was sent, so nothing is unknown and no record is at fault."""
        (id,) = harness.creates(1)
        connector = harness.connector()
        connector.check()
        harness.take_down()
        writes = [harness.update(id, {harness.columns.text: "x"}), harness.new(2)]
        outcomes = harness.push(connector, *writes)
        assert {one.kind for one in outcomes} <= {OutcomeKind.BLOCKED, OutcomeKind.THROTTLED}
        assert all(isinstance(one.error, TransientError) for one in outcomes)

    @needs(lambda harness: harness.can("locked_out"))
    def test_wrong_credentials_stop_the_system(self, harness: Harness) -> None:
        with pytest.raises(AuthError) as caught:
            harness.locked_out().check()
        assert caught.value.system == harness.system
        assert caught.value.fix

    @needs(lambda harness: harness.can("locked_out"))
    def test_a_login_from_before_does_not_prove_credentials(self, harness: Harness) -> None:
        harness.connector().check()
        with pytest.raises(AuthError):
            harness.locked_out().check()

    @needs(lambda harness: harness.can("secrets"))
    def test_secrets_show_nowhere(self, harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        (id,) = harness.creates(1)
        connector = harness.connector()
        connector.check()
        Reader(harness, connector=connector).pull()
        harness.push(connector, harness.update(id, harness.bad))
        shown = [repr(connector), str(connector.settings), repr(vars(connector)), repr(connector.settings)]
        if harness.can("locked_out"):
            with pytest.raises(AuthError) as caught:
                harness.locked_out().check()
            error = caught.value
            shown += [str(error), repr(error), repr(error.params), "".join(traceback.format_exception(error))]
        harness.take_down()
        with pytest.raises(TransientError) as down:
            connector.check()
        shown += [str(down.value), repr(down.value.params), "".join(traceback.format_exception(down.value))]
        secrets = harness.secrets()
        assert secrets
        assert all(len(secret) > 5 for secret in secrets)
        told = "\n".join([*shown, caplog.text])
        assert not [secret[:3] for secret in secrets if secret in told]
