"""How runs are named."""

from __future__ import annotations

from pathlib import Path

from synchub.hub import Hub
from synchub.testing.clock import VirtualClock

HUB = "hub: Test\nsystems:\n  crm: {connector: salesforce, sandbox: yes}\n"


def test_runs_of_the_same_second_have_names_of_their_own(tmp_path: Path) -> None:
    """Two bytes of chance were too few: two syncs of one second met in CI, and the second could not begin."""
    (tmp_path / "hub.yaml").write_text(HUB, encoding="utf-8")
    with Hub.open(tmp_path, clock=VirtualClock()) as hub:
        names = {hub._new_run() for _ in range(2000)}
    assert len(names) == 2000
