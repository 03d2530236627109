"""The command line, run as a person would, on a hub that answers what a test has put in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from synchub import messages
from synchub.cli.app import build_app
from synchub.cli.words import choose_hub, choose_zone
from synchub.engine.report import Progress
from synchub.hub.hub import Hub
from synchub.messages import Language
from tests.synchub.cli import fake_hub
from tests.synchub.cli.fake_hub import FakeHub


@dataclass(frozen=True)
class Said:
    """What a call printed, and its exit code."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """Everything on stdout as one line, so that a sentence is found wherever it was broken."""
        return " ".join(self.out.split())

    @property
    def chinese(self) -> str:
        """The same without any blanks."""
        return "".join(self.out.split())


Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (
        "SYNCHUB_LANG",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "SYNCHUB_HUB",
        "FORCE_COLOR",
        "TTY_COMPATIBLE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    yield
    messages.choose_language(None)
    choose_zone(None)
    choose_hub(None)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    models = fake_hub.entities()
    return models, fake_hub.mappings(tmp_path_factory.mktemp("mappings"), models)


@pytest.fixture
def hub(compiled: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """The hub that every command opens."""
    made = FakeHub(tmp_path, *compiled)

    def open_it(folder: Path | None = None, *, progress: Progress) -> FakeHub:
        made.asked.append(("open", folder))
        made.progress = progress
        error = made.answers.get("open")
        if error is not None:
            raise error
        return made

    monkeypatch.setattr(Hub, "open", open_it)
    return made


@pytest.fixture
def run() -> Run:
    """Run one line: ``run("plan", "--all", language="zh")``."""

    def call(*arguments: str, language: Language = "en", **env: str) -> Said:
        done = CliRunner().invoke(build_app(language), list(arguments), env=env, catch_exceptions=False)
        return Said(done.exit_code, done.stdout, done.stderr)

    return call
