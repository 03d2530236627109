"""What a hub keeps for itself is for its owner's eyes only, whichever part of it is made first."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from synchub.hub import Hub

HUB = "hub: Test\nsystems:\n  crm: {connector: salesforce, sandbox: yes}\n"


@pytest.mark.skipif(os.name != "posix", reason="permissions of folders are POSIX's")
@pytest.mark.parametrize("first", ["connectors", "store"])
def test_nobody_else_may_look_into_the_machine_folder(tmp_path: Path, first: str) -> None:
    (tmp_path / "hub.yaml").write_text(HUB, encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    with Hub.open(tmp_path) as hub:
        if first == "connectors":
            assert hub.connectors["crm"].check()
        else:
            assert hub.store is not None
        assert stat.S_IMODE(hub.paths.machine.stat().st_mode) & 0o077 == 0


SECRETS = """
hub: Test
systems:
  crm:
    connector: salesforce
    settings: {domain: a.my, consumer_key: x, consumer_secret: {file: secrets/crm}}
  erp: {connector: kingdee_xingchen, sandbox: yes}
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions of files are POSIX's")
def test_what_holds_personal_data_is_for_its_owner_and_doctor_says_when_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_text(SECRETS, encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "crm").write_text("x")
    (tmp_path / "secrets" / "crm").chmod(0o600)
    with Hub.open(tmp_path) as hub:
        assert hub.connectors["erp"].check()
        hub.database.upgrade()
        hub.database.back_up()
        kept = [hub.paths.database, *hub.paths.backups.iterdir(), hub.paths.sandbox("erp")]
        kept += hub.paths.machine.glob("state/**/*.token")
        assert len(kept) == 4
        assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}
        assert open_to_others(hub) == set()
        kept.append(tmp_path / "secrets" / "crm")
        for file in kept:
            file.chmod(0o640)
        assert open_to_others(hub) == {file.relative_to(tmp_path).as_posix() for file in kept}
        hub.paths.machine.chmod(0o755)
        assert ".synchub/" in open_to_others(hub)


def open_to_others(hub: Hub) -> set[str]:
    """What doctor complains of, with the command that mends it."""
    found = [one for one in hub.doctor() if one.fix.startswith("chmod")]
    assert all(not one.well for one in found)
    return {one.subject for one in found}
