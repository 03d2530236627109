"""Doctor says what is not well, with the way out, and goes on to the next thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from synchub.hub import Hub
from synchub.hub.doctor import Checkup

HUB = """
hub: Test
systems:
  crm:
    connector: salesforce
    settings: {domain: a.my, consumer_key: x, consumer_secret: {env: NO_SUCH_SECRET}}
  erp: {connector: kingdee_xingchen, sandbox: yes}
  sheet: {connector: excel, settings: {path: partners.xlsx}}
"""


def doctor(folder: Path) -> dict[str, Checkup]:
    (folder / "hub.yaml").write_text(HUB, encoding="utf-8")
    (folder / "mappings").mkdir()
    with Hub.open(folder) as hub:
        return {one.subject: one for one in hub.doctor()}


def test_a_secret_that_is_not_set_is_named_with_its_line_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_SECRET", raising=False)
    crm = doctor(tmp_path)["crm"]
    assert not crm.well
    assert crm.found == "hub.yaml:6:64 the environment variable of {env: NO_SUCH_SECRET} is not set"
    assert crm.fix == "set NO_SUCH_SECRET before starting synchub"


def test_a_hub_without_mapping_files_is_not_well(tmp_path: Path) -> None:
    mappings = doctor(tmp_path)["mappings/"]
    assert not mappings.well
    assert "map suggest" in mappings.fix


def test_a_folder_that_cannot_be_written_is_told_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / ".synchub").write_text("no folder")
    found = doctor(tmp_path)
    for subject in ("database", "erp"):
        assert not found[subject].well
        assert str(tmp_path / ".synchub") in found[subject].found
        assert "write into the hub folder" in found[subject].fix
    assert not found["sheet"].well
