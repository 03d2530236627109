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
