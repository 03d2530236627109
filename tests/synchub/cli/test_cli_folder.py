"""init, demo, connectors, doctor."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openpyxl import load_workbook

from synchub import messages
from synchub.cli import hub_folder
from synchub.errors import ConfigError, ProtocolError
from synchub.hub.doctor import Checkup
from synchub.hub.registry import CONNECTORS
from synchub.paths import TEMPLATE, template_folder, template_sets
from tests.synchub.cli import fake_hub
from tests.synchub.cli.conftest import Run
from tests.synchub.cli.fake_hub import FakeHub


def test_init_writes_the_template_and_tells_the_next_steps(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "hub"
    said = run("init", str(folder))
    assert said.exit == 0
    assert "synchub doctor" in said.out
    assert "synchub sync --approve" in said.out
    for name in TEMPLATE:
        assert (folder / name).exists() == (template_folder() / name).exists()
    assert (folder / "hub.yaml").read_bytes() == (template_folder() / "hub.yaml").read_bytes()
    assert not [*folder.rglob("__pycache__")]


@pytest.mark.parametrize("name", template_sets())
def test_init_begins_with_the_set_of_mappings_that_is_named(run: Run, tmp_path: Path, name: str) -> None:
    assert run("init", str(tmp_path / "hub"), "--template", name).exit == 0
    source = template_sets()[name]
    files = {
        one.relative_to(tmp_path / "hub" / "mappings"): one.read_bytes()
        for one in (tmp_path / "hub" / "mappings").rglob("*.yaml")
    }
    expected = {one.relative_to(source): one.read_bytes() for one in source.rglob("*.yaml")}
    assert (tmp_path / "hub" / "hub.yaml").read_bytes() == expected.pop(Path("hub.yaml"))
    assert files == expected
    assert (tmp_path / "hub" / "flows" / "sync.py").is_file()


def test_init_with_the_channel_set_lays_out_its_workbook(run: Run, tmp_path: Path) -> None:
    document = run("init", str(tmp_path / "hub"), "--template", "channel", "--json").json
    assert "渠道业务.xlsx" in document["written"]
    book = load_workbook(tmp_path / "hub" / "渠道业务.xlsx")
    assert {"渠道台账", "联系人", "员工", "产品", "订单", "订单明细", "售后工单"} <= set(book.sheetnames)
    sheet = book["订单明细"]
    assert [cell.value for cell in sheet[1]][:4] == ["系统编号", "订单编号", "行号", "产品编码"]
    assert (sheet["B2"].number_format, sheet["E2"].number_format) == ("@", "General")


def test_init_leaves_the_sets_it_was_not_asked_for(run: Run, tmp_path: Path) -> None:
    run("init", str(tmp_path / "hub"))
    assert not (tmp_path / "hub" / "mappings" / "templates").exists()
    said = run("init", str(tmp_path / "other"), "--template", "chanel")
    assert said.exit == 2
    assert "templates: channel" in said.err
    assert not (tmp_path / "other").exists()


def test_init_without_a_folder_writes_here(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = run("init", "--json").json
    assert (tmp_path / "hub.yaml").is_file()
    assert document["folder"] == str(tmp_path)
    assert "hub.yaml" in document["written"]


def test_init_never_overwrites(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_text("mine", encoding="utf-8")
    said = run("init", str(tmp_path), language="zh")
    assert said.exit == 2
    assert "没有写入任何内容" in said.err
    assert [one.name for one in tmp_path.iterdir()] == ["hub.yaml"]
    assert (tmp_path / "hub.yaml").read_text(encoding="utf-8") == "mine"
    assert run("init", str(tmp_path / "hub.yaml")).exit == 2


def test_init_that_fails_half_way_leaves_nothing_behind(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        if source.name == "mappings":
            raise OSError(28, "No space left on device")
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)

    monkeypatch.setattr(hub_folder, "_copy", full)
    said = run("init", str(tmp_path / "a" / "b"))
    assert said.exit == 4
    assert "No space left on device" in said.err
    assert not [*tmp_path.iterdir()]


def test_init_into_a_folder_that_cannot_be_made_says_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    said = run("init", str(tmp_path / "file" / "hub"))
    assert said.exit == 4
    assert "Not a directory" in said.err


def test_init_says_which_folder_to_go_to(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cd 'my hub'" in run("init", "my hub").out
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert "cd " not in run("init").out


def test_demo_is_handed_the_folder_and_the_form(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    class Demo(ModuleType):
        @staticmethod
        def run(folder: Path, *, json_output: bool) -> int:
            calls.append((folder, messages.language(), json_output))
            return 7

    monkeypatch.setitem(sys.modules, "synchub.cli.demo", Demo("synchub.cli.demo"))
    assert run("demo", language="zh").exit == 7
    run("demo", "elsewhere", "--json")
    assert calls == [(Path("demo"), "zh", False), (Path("elsewhere"), "en", True)]


def test_connectors_lists_what_is_installed_with_capabilities(run: Run) -> None:
    said = run("connectors", language="zh")
    assert said.exit == 0
    for name in CONNECTORS.names():
        assert name in said.out, "names are never folded"
    assert "金蝶云星辰" in said.out
    found = {one["name"]: one for one in run("connectors", "--json").json["connectors"]}
    assert set(found) == set(CONNECTORS.names())
    for name, one in found.items():
        assert one["capabilities"]["write_batch"] == CONNECTORS.get(name).capabilities.write_batch


def test_a_connector_that_cannot_be_loaded_does_not_hide_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = CONNECTORS.names()
    get = type(CONNECTORS).get

    def broken(registry: Any, name: str) -> Any:
        if name == "excel":
            raise ConfigError("H312", name=name, package="synchub-excel", detail="no module named calamine")
        return get(registry, name)

    monkeypatch.setattr(type(CONNECTORS), "get", broken)
    said = run("connectors")
    assert "no module named calamine" in said.words
    assert names[-1] in said.out
    [excel] = [one for one in run("connectors", "--json").json["connectors"] if one["name"] == "excel"]
    assert (excel["capabilities"], excel["error"]["code"]) == (None, "H312")


def test_doctor_shows_what_is_well_and_returns_0(hub: FakeHub, run: Run) -> None:
    said = run("doctor")
    assert said.exit == 0
    assert "✓ hub.yaml: fine" in said.out
    assert "All is well." in said.out


def test_doctor_shows_what_is_not_well_with_the_way_out_and_returns_1(hub: FakeHub, run: Run) -> None:
    hub.answers["doctor"] = [
        Checkup("hub.yaml", True, "fine"),
        Checkup("crm", False, "no answer", "start it"),
    ]
    said = run("doctor", language="zh")
    assert said.exit == 1
    assert "✗ crm: no answer" in said.out
    assert "→ start it" in said.out
    assert "有 1 项需要处理" in said.out
    assert run("doctor", "--json").json["well"] is False


def test_doctor_explains_a_broken_hub_file_instead_of_failing(hub: FakeHub, run: Run) -> None:
    hub.answers["open"] = ConfigError("H302", problems=[fake_hub.problem()], count=1)
    said = run("doctor")
    assert said.exit == 1
    assert "✗ hub.yaml" in said.out
    assert "mappings/crm-account.yaml:12:3" in said.words


def test_a_system_that_answers_nonsense_is_an_error_of_the_system(hub: FakeHub, run: Run) -> None:
    hub.answers["doctor"] = ProtocolError("C108", system="crm", detail="<html>")
    assert run("doctor").exit == 4
