"""Runs a hub's sync as its own Prefect flow, in this process: ``python -m synchub.cli.prefect_run FOLDER [--approve PLAN]``.

The flow is the file in the hub folder, loaded by its entry point as a deployment would load it. One JSON line on stdout says how it ended.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect import State

ENTRY_POINT = "flows/sync.py:sync_hub"


def main() -> int:
    """0 when the run completed, with or without findings; 1 when it failed."""
    from prefect.flows import load_flow_from_entrypoint

    parser = argparse.ArgumentParser(prog="python -m synchub.cli.prefect_run")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--approve")
    given = parser.parse_args()
    # The flow sees its folder as a worker would set it.
    os.chdir(given.folder)
    flow: Callable[..., Any] = load_flow_from_entrypoint(ENTRY_POINT)
    state: State[Any] = flow(hub=str(given.folder.resolve()), approve=given.approve, return_state=True)
    details = state.state_details
    run = str(details.flow_run_id) if details is not None and details.flow_run_id is not None else ""
    told = {"state": state.name, "completed": state.is_completed(), "flow_run": run, "message": state.message}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0 if state.is_completed() else 1


if __name__ == "__main__":
    sys.exit(main())
