"""A sandbox account set, a clock both sides live by, and connectors to it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synchub.sdk import Context
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox, XingchenSettings

FAST = 60_000.0


class TurnedClock:
    """Time that passes only when somebody sleeps or a test turns it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)

    def turn(self, **delta: float) -> None:
        self.at += timedelta(**delta)


Connect = Callable[..., KingdeeXingchen]


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: TurnedClock) -> Iterator[XingchenSandbox]:
    with XingchenSandbox(tmp_path / "xingchen.sqlite", clock) as running:
        running.behave(calls_per_minute=100_000)
        yield running


@pytest.fixture
def connect(sandbox: XingchenSandbox, tmp_path: Path, clock: TurnedClock) -> Iterator[Connect]:
    """Makes connectors to the sandbox; settings by keyword, `state` for a process of its own."""
    made: list[KingdeeXingchen] = []

    def make(state: str = "state", **settings: object) -> KingdeeXingchen:
        context = Context(
            "kingdee", tmp_path, tmp_path / state, ZoneInfo("Asia/Shanghai"), clock, random.Random(7)
        )
        asked = {"client_id": "", "client_secret": "", "outer_instance_id": "", "calls_per_minute": FAST}
        pointed = KingdeeXingchen.sandbox_settings(
            sandbox, XingchenSettings.model_validate({**asked, **settings})
        )
        overridden = {key: value for key, value in settings.items() if key in asked}
        one = KingdeeXingchen(
            XingchenSettings.model_validate({**pointed.model_dump(), **overridden}), context
        )
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def xingchen(connect: Connect) -> KingdeeXingchen:
    return connect()
