"""“Your own hub in ten minutes” of both READMEs, walked from the first command to the last with the files as they are printed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from synchub import messages
from synchub.cli.app import build_app

ROOT = Path(__file__).resolve().parent.parent
_FILE = re.compile(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^synchub (\w+) ?(.*)$", re.MULTILINE)

pages = pytest.mark.parametrize(
    ("page", "sheet", "header"),
    [
        ("README.md", "Partners", ["Name", "Phone", "City", "Hub id"]),
        ("README.zh-CN.md", "渠道", ["名称", "电话", "城市", "系统编号"]),
    ],
)


class Walker:
    """Somebody who follows the page in a folder of their own."""

    def __init__(
        self, page: str, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]
    ) -> None:
        self.text = (ROOT / page).read_text(encoding="utf-8")
        self.folder = folder
        self.hub = folder / "my-hub"
        self.patch = patch
        self.captured = captured

    def synchub(self, *words: str) -> Any:
        """What a command answers; it ends well."""
        self.patch.chdir(self.hub if self.hub.exists() else self.folder)
        with pytest.raises(SystemExit) as ended:
            build_app("en")([*words, "--json"])
        said = self.captured.readouterr()
        assert ended.value.code == 0, said.out + said.err
        return json.loads(said.out)

    def take_template_away(self) -> None:
        assert "\nrm mappings/*.yaml mappings/model/*.yaml\n" in self.text
        for file in [*self.hub.glob("mappings/*.yaml"), *self.hub.glob("mappings/model/*.yaml")]:
            file.unlink()

    def write_files(self) -> list[str]:
        found = _FILE.findall(self.text)
        for name, content in found:
            (self.hub / name).write_text(content, encoding="utf-8")
        return [name for name, _ in found]

    def write_workbook(self, sheet: str, header: list[str]) -> None:
        for name in [sheet, *header]:
            assert name in self.text
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        page.append(header)
        page.append(["Lianhong Technology", "138 0013 8000", "Shanghai"])
        page.append(["Yuanfan Software", "+86 139 1234 5678", "Hangzhou"])
        book.save(self.hub / "partners.xlsx")

    def steps(self) -> list[tuple[str, list[str]]]:
        """The commands of the page, from check to verify, without their comments."""
        found = [(name, rest.partition("  #")[0].split()) for name, rest in _STEP.findall(self.text)]
        return [(name, words) for name, words in found if name != "init"]


@pytest.fixture
def walker_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[str], Walker]]:
    monkeypatch.delenv("SYNCHUB_HUB", raising=False)
    yield lambda page: Walker(page, tmp_path, monkeypatch, capsys)
    messages.choose_language(None)


@pages
def test_the_page_leads_to_a_hub_whose_systems_agree(
    walker_of: Callable[[str], Walker], page: str, sheet: str, header: list[str]
) -> None:
    walker = walker_of(page)
    walker.synchub("init", "my-hub")
    walker.take_template_away()
    assert walker.write_files() == [
        "hub.yaml",
        "mappings/sheet.yaml",
        "mappings/crm.yaml",
        "mappings/model/partner.yaml",
    ]
    walker.write_workbook(sheet, header)
    answers: dict[str, Any] = {}
    for name, words in walker.steps():
        plan = answers["plan"]["plan"] if name == "sync" else ""
        answers[name] = walker.synchub(name, *[plan if word == "PLAN" else word for word in words])
    assert list(answers) == ["check", "plan", "sync", "explain", "verify"]
    [created] = [count for count in answers["plan"]["counts"] if count["system"] == "crm"]
    assert created["created_there"] == 2
    assert "Lianhong Technology" in json.dumps(answers["explain"], ensure_ascii=False)
    assert answers["verify"]["clean"]
    assert walker.synchub("sync")["writes"] == 0


@pages
def test_forgetting_the_rehearsal_lets_the_hub_begin_again(
    walker_of: Callable[[str], Walker], page: str, sheet: str, header: list[str]
) -> None:
    """With the ids of the rehearsal still in the workbook."""
    walker = walker_of(page)
    walker.synchub("init", "my-hub")
    walker.take_template_away()
    walker.write_files()
    walker.write_workbook(sheet, header)
    for _ in range(2):
        walker.synchub("sync", "--approve", walker.synchub("plan")["plan"])
        assert walker.synchub("verify")["clean"]
        shutil.rmtree(walker.hub / ".synchub")
