"""How processes sign their leases."""

from __future__ import annotations

import subprocess
import sys

from synchub.hub.workers import is_dead, this_worker


def test_this_process_lives_and_one_that_ended_is_dead() -> None:
    assert not is_dead(this_worker())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = this_worker().rpartition(":")[0]
    assert is_dead(f"{host}:{ended.pid}")


def test_nothing_is_said_of_other_machines() -> None:
    assert not is_dead("elsewhere:1")
    assert not is_dead("")
