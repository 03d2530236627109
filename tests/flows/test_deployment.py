"""The commands that put a hub's sync on a schedule, run as people run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.flow, pytest.mark.xdist_group("flow"), pytest.mark.filterwarnings("default")]

ROOT = Path(__file__).parents[2]


def prefect(*words: str, folder: Path) -> str:
    """What a prefect command answers, asked of the test's own server."""
    from prefect.settings import PREFECT_API_URL

    environ = {
        **os.environ,
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "PREFECT_HOME": str(folder / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.usefixtures("prefect_server")
def test_a_deployment_remembers_its_hub_folder_wherever_the_worker_is_started(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    hub = tmp_path / "hub"
    hub.mkdir()
    shutil.copy(ROOT / "prefect.yaml", hub)
    shutil.copy(ROOT / "hub.yaml", hub)
    shutil.copytree(ROOT / "flows", hub / "flows")
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="synchub", type="process"))
        prefect("deploy", "--all", folder=hub)
        deployment = client.read_deployment_by_name("sync-hub/sync")
    assert deployment.entrypoint == "flows/sync.py:sync_hub"
    assert deployment.work_pool_name == "synchub"
    [step] = deployment.pull_steps or []
    assert step == {"prefect.deployments.steps.set_working_directory": {"directory": str(hub.resolve())}}
    [schedule] = deployment.schedules
    assert not schedule.active  # a person switches it on
