"""A Prefect server of the hub's own, whatever the user has set elsewhere."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from synchub.cli.prefect_server import PROFILE, SETTINGS, environment, open_command, serving, write_profile


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user with a Prefect of his own, and a proxy."""
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example.com/api")
    monkeypatch.setenv("PREFECT_API_KEY", "somebody's key")
    monkeypatch.setenv("PREFECT_PROFILE", "work")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "intranet.example.com")


@pytest.mark.usefixtures("elsewhere")
def test_nothing_of_the_user_s_prefect_reaches_our_processes(tmp_path: Path) -> None:
    found = environment(tmp_path, "http://127.0.0.1:5000")
    ours = {name: value for name, value in found.items() if name.startswith("PREFECT_")}
    assert ours["PREFECT_API_URL"] == "http://127.0.0.1:5000/api"
    assert ours["PREFECT_HOME"] == str(tmp_path)
    assert not {"PREFECT_API_KEY", "PREFECT_PROFILE"} & ours.keys()
    assert "PREFECT_API_URL" not in environment(tmp_path)
    assert found["DO_NOT_TRACK"] == "1"
    assert found["NO_PROXY"] == "intranet.example.com,127.0.0.1,localhost"


def test_a_server_started_later_by_hand_finds_the_same_settings(tmp_path: Path) -> None:
    write_profile(tmp_path)
    kept = tomllib.loads((tmp_path / "profiles.toml").read_text(encoding="utf-8"))
    assert kept["active"] == PROFILE
    assert kept["profiles"][PROFILE] == dict(SETTINGS)
    assert SETTINGS["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert open_command(tmp_path).startswith(f'PREFECT_HOME="{tmp_path}"')


@pytest.mark.flow
@pytest.mark.usefixtures("elsewhere")
def test_it_answers_on_this_machine_and_ends_with_the_block(tmp_path: Path) -> None:
    with serving(tmp_path / "prefect") as server:
        server.wait()
        with build_opener(ProxyHandler({})).open(f"{server.address}/api/health") as reply:
            assert reply.status == 200
        assert server.address.startswith("http://127.0.0.1:")
    assert server.process.poll() is not None
