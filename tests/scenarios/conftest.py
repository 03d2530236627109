"""Whole hubs for the scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from synchub.sdk import SystemClock
from synchub.testing.clock import VirtualClock
from tests.scenarios.scenario_firms import FIRMS, Firm
from tests.scenarios.scenario_stage import Stage


class HubWith(Protocol):
    """Makes a hub and its three systems."""

    def __call__(self, *, agreed: bool = True, real_time: bool = False) -> Stage:
        """Four firms stand in all three systems; `agreed` says that their first contact is behind them.

        Time stands still but for a minute a sync, unless it has to be real for the sake of other processes.
        """
        ...


@pytest.fixture(scope="session")
def _templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool, bool], Path]:
    """The first contact takes a second, so it is made once and copied."""

    @cache
    def template(agreed: bool, real_time: bool) -> Path:
        place = tmp_path_factory.mktemp("stage")
        stage = Stage.build(place, SystemClock() if real_time else VirtualClock(), FIRMS[:4])
        if agreed:
            stage.sync()
        stage.close()
        return place

    return template


@pytest.fixture
def hub_database(request: pytest.FixtureRequest) -> Callable[[], str] | None:
    """Gives databases for hubs; None leaves each with the SQLite file it has. A module asks for both with `BOTH_DATABASES`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    return request.getfixturevalue("fresh_postgres")  # type: ignore[no-any-return]  # a fixture of ours


BOTH_DATABASES = pytest.mark.parametrize(
    "hub_database",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


@pytest.fixture
def hub_with(
    _templates: Callable[[bool, bool], Path], tmp_path: Path, hub_database: Callable[[], str] | None
) -> Iterator[HubWith]:
    made: list[Stage] = []

    def make(*, agreed: bool = True, real_time: bool = False) -> Stage:
        clock = SystemClock() if real_time else VirtualClock()
        if isinstance(clock, VirtualClock):
            clock.tick(60)  # the first contact's
        stage = Stage.copy(_templates(agreed, real_time), tmp_path / f"stage{len(made)}", clock)
        made.append(stage)
        if hub_database is not None:
            stage.move_to(hub_database())
        return stage

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def newcomer() -> Firm:
    """A firm that no system knows yet."""
    return FIRMS[-1]
