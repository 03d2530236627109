"""The sync as a Prefect flow: names, tasks, summary, end states."""

from __future__ import annotations

import importlib.util
import shutil
import time
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

pytestmark = [pytest.mark.flow, pytest.mark.xdist_group("flow"), pytest.mark.filterwarnings("default")]

ROOT = Path(__file__).parents[2]
HUB = """
hub: 测试中台
language: zh
systems:
  one: {connector: excel, settings: {path: one.xlsx}}
  two: {connector: excel, settings: {path: two.xlsx}}
"""
MAPPING = """
mapping: {system}
system: {system}
object: 渠道
to: Partner
identity: {{hub_id: 编号, match: [[name]]}}
create_there: yes
fields:
  name: 名称
  region: 区域
  note: 备注
"""
OVERLAY = """
model: Partner
fields:
  name: {required: yes, conflict: [one, two]}
  region: {type: choice, options: [华东, 华南], conflict: review}
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def hub(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mappings" / "model").mkdir(parents=True)
    database = ""
    if request.param == "postgresql":
        monkeypatch.setenv("HUB_DATABASE", request.getfixturevalue("postgres_url"))
        database = "database: {env: HUB_DATABASE}\n"
    (tmp_path / "hub.yaml").write_text(database + HUB, "utf-8")
    (tmp_path / "mappings" / "model" / "partner.yaml").write_text(OVERLAY, "utf-8")
    shutil.copytree(ROOT / "flows", tmp_path / "flows")
    for name, rows in (
        ("one", [["", "甲公司", "华东", "来自一"], ["", "乙公司", "", ""]]),
        ("two", [["", "甲公司", "", ""]]),
    ):
        (tmp_path / "mappings" / f"{name}.yaml").write_text(MAPPING.format(system=name), "utf-8")
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "渠道"
        sheet.append(["编号", "名称", "区域", "备注"])
        for row in rows:
            sheet.append(row)
        book.save(tmp_path / f"{name}.xlsx")
    return tmp_path


@pytest.fixture
def flow_file(hub: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("sync", hub / "flows" / "sync.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def summary_of(state: Any) -> str:
    """The data of the run's summary artifact, as the UI asks for it."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        wanted = {
            "flow_run_id": {"any_": [str(state.state_details.flow_run_id)]},
            "key": {"any_": ["sync-summary"]},
        }
        found = client._client.post("/artifacts/filter", json={"artifacts": wanted}).json()
    return str([one["data"] for one in found])


def names_of_tasks(state: Any, wanted: set[str]) -> set[str]:
    """The task runs the server knows; it learns of them some seconds after the flow has ended."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId

    with get_client(sync_client=True) as client:
        run_id = state.state_details.flow_run_id
        filter_ = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run_id]))
        for _ in range(60):
            names = {one.name for one in client.read_task_runs(task_run_filter=filter_)}
            if wanted <= names:
                break
            time.sleep(1)
        return names


@pytest.mark.usefixtures("prefect_server")
def test_a_first_contact_fails_with_the_plan_and_its_approval_brings_agreement(
    flow_file: ModuleType, hub: Path
) -> None:
    from prefect.client.orchestration import get_client

    from synchub.hub import Hub

    state = flow_file.sync_hub(str(hub), return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "Unapproved")
    with Hub.open(hub) as opened:
        plan = opened.plan().id
    assert plan in state.message
    assert "还没有人批准" in state.message, "in the hub's language"
    state = flow_file.sync_hub(str(hub), approve=plan, return_state=True)
    assert state.type.value == "COMPLETED"
    wanted = {"pull one 渠道", "match two 渠道", "push two 渠道"}
    assert wanted <= names_of_tasks(state, wanted)
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(state.state_details.flow_run_id).name == "测试中台 sync all"
    with Hub.open(hub) as opened:
        assert opened.verify().differences == []
        assert [run.state for run in opened.status().runs][:1] == ["done"]


@pytest.mark.usefixtures("prefect_server")
def test_a_run_that_finds_every_system_taken_by_others_fails_in_words(
    flow_file: ModuleType, hub: Path
) -> None:
    from synchub.hub import Hub

    with Hub.open(hub) as opened, opened.store.begin() as tx:
        now = opened.clock.now()
        for system in ("one", "two"):
            assert tx.take_leases([system], "another-host:7", now, now + timedelta(hours=1))
    state = flow_file.sync_hub(str(hub), return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "Busy")
    assert state.message.startswith("E501")
    assert "another-host:7" in state.message
    assert "another-host:7" in summary_of(state)
    state = flow_file.sync_hub(str(hub), systems=["one"], return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "Busy")


@pytest.mark.usefixtures("prefect_server")
def test_a_run_that_left_something_to_people_ends_visibly_so(flow_file: ModuleType, hub: Path) -> None:
    from synchub.hub import Hub

    book = openpyxl.load_workbook(hub / "two.xlsx")
    book["渠道"].append(["", "丙公司", "火星", "看不懂的区域"])
    book.save(hub / "two.xlsx")
    with Hub.open(hub) as opened:
        plan = opened.plan().id
    state = flow_file.sync_hub(str(hub), approve=plan, return_state=True)
    assert state.name == "CompletedWithFindings"
    assert "held" in state.message
    summary = summary_of(state)
    for column in ("cells written", "held"):
        assert column in summary
    assert "unconfirmed" not in summary, "a column of zeros would push the others off the screen"
    state = flow_file.sync_hub(str(hub), return_state=True)
    assert state.message == "0 records written; 1 conflicts open", "what earlier runs found is still open"


@pytest.mark.usefixtures("prefect_server")
def test_a_refused_login_shows_no_secret_in_state_logs_or_artifacts(
    flow_file: ModuleType, hub: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import logging

    from prefect.client.orchestration import get_client

    from synchub.hub import Hub
    from synchub.sdk import SystemClock
    from synchub_salesforce import SalesforceSandbox

    canary = "CANARY-55aa55aa"
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with SalesforceSandbox(tmp_path / "org.sqlite", SystemClock()) as org:
        settings = f"{{address: '{org.address}', domain: sandbox.my, consumer_key: {org.consumer_key}, consumer_secret: {{file: key}}}}"
        text = (hub / "hub.yaml").read_text("utf-8").rstrip()
        text += f"\n  crm: {{connector: salesforce, settings: {settings}}}\n"
        (hub / "hub.yaml").write_text(text, "utf-8")
        (hub / "key").write_text(canary)
        mapping = MAPPING.format(system="crm").replace("渠道", "Account").replace("编号", "SynchubId__c")
        for ours, theirs in (("名称", "Name"), ("区域", "Region__c"), ("备注", "Description")):
            mapping = mapping.replace(ours, theirs)
        (hub / "mappings" / "crm.yaml").write_text(mapping, "utf-8")
        with Hub.open(hub) as opened:
            plan = opened.plan().id
        state = flow_file.sync_hub(str(hub), approve=plan, return_state=True)
    assert state.type.value == "FAILED"
    assert "crm: " in state.message
    with get_client(sync_client=True) as client:
        artifacts = client._client.post("/artifacts/filter", json={}).text
        logs = client._client.post("/logs/filter", json={}).text
    assert canary not in f"{state!r}{state.message}{caplog.text}{artifacts}{logs}"
    kept = [file for file in hub.rglob("*") if file.is_file() and file.name != "key"]
    assert [file for file in kept if canary.encode() in file.read_bytes()] == []
