"""The commands on a real hub folder, as init writes it: the shipped files are sound, and what is missing is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.synchub.cli.conftest import Run


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    hub = tmp_path / "hub"
    assert run("init", str(hub)).exit == 0
    if request.param == "postgresql":
        monkeypatch.setenv("HUB_DATABASE", request.getfixturevalue("postgres_url"))
        text = (hub / "hub.yaml").read_text("utf-8")
        (hub / "hub.yaml").write_text(f"database: {{env: HUB_DATABASE}}\n{text}", "utf-8")
    return hub


def test_what_init_writes_is_sound(run: Run, folder: Path) -> None:
    said = run("check", "--hub", str(folder))
    assert said.exit == 0
    assert "No mistakes found." in said.out


def test_a_new_hub_has_a_status_and_no_conflicts(run: Run, folder: Path) -> None:
    status = run("status", "--json", SYNCHUB_HUB=str(folder)).json
    assert set(status["golden"].values()) == {0}
    assert run("conflicts", "--json", "--hub", str(folder)).json == {"count": 0, "conflicts": []}
    assert run("quarantine", "--json", "--hub", str(folder)).json == {"count": 0, "quarantined": []}


def test_doctor_starts_the_sandboxes_and_misses_the_workbook(run: Run, folder: Path) -> None:
    said = run("doctor", "--json", "--hub", str(folder))
    assert said.exit == 1
    unwell = [one for one in said.json["checkups"] if not one["well"]]
    assert [one["subject"] for one in unwell] == ["workbook"]
    assert unwell[0]["fix"]


def test_nobody_is_explained_before_anything_was_read(run: Run, folder: Path) -> None:
    for words in (("partner", "KH0001"), ("渠道伙伴", "KH0001"), ("Channel partner", "KH0001")):
        said = run("explain", *words, "--json", "--hub", str(folder))
        assert (said.exit, said.json["error"]["code"]) == (2, "cli.not_found")
    assert run("explain", "spaceship", "x", "--json", "--hub", str(folder)).json["error"]["code"] == "H343"


def test_a_folder_without_a_hub_is_named(run: Run, tmp_path: Path) -> None:
    said = run("status", "--hub", str(tmp_path / "nowhere"), language="zh")
    assert said.exit == 2
    assert "synchub init" in said.err


def test_full_width_marks_in_hub_yaml_are_found_in_both_languages(run: Run, folder: Path) -> None:
    (folder / "hub.yaml").write_text("系统：\n  x: 1\n", encoding="utf-8")
    [problem] = run("check", "--json", "--hub", str(folder)).json["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("hub.yaml", 1, 3)
    assert run("check", "--hub", str(folder), language="zh").exit == 1
    assert run("plan", "--hub", str(folder)).exit == 2
