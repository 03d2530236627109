"""The commands around mapping files, on a real hub folder made by `init`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.synchub.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    assert run("init", str(tmp_path / "hub")).exit == 0
    return tmp_path / "hub"


def texts(folder: Path) -> dict[str, str]:
    found = [*(folder / "mappings").glob("*.yaml"), *(folder / "mappings" / "model").glob("*.yaml")]
    return {path.name: path.read_bytes().decode() for path in found}


def versions(run: Run, folder: Path) -> Any:
    return [one["fields"] for one in run("check", "--json", "--hub", str(folder)).json["files"]]


def test_format_converts_every_file_and_back_without_touching_anything_else(run: Run, folder: Path) -> None:
    before, meaning = texts(folder), versions(run, folder)
    assert run("map", "format", "--hub", str(folder), language="zh").exit == 2, "the language must be said"
    assert run("map", "format", "--lang", "zh", "--hub", str(folder)).exit == 0
    chinese = texts(folder)
    assert "映射: salesforce-account" in chinese["salesforce-account.yaml"]
    assert "联系电话: {列: Phone, 格式: 电话, 写法:" in chinese["salesforce-account.yaml"]
    assert "# Salesforce accounts are our channel partners." in chinese["salesforce-account.yaml"]
    assert chinese["渠道台账.yaml"] == before["渠道台账.yaml"]
    assert versions(run, folder) == meaning
    assert run("map", "format", "--lang", "en", "--hub", str(folder)).exit == 0
    english = texts(folder)
    assert english["salesforce-account.yaml"] == before["salesforce-account.yaml"]
    assert "mapping: 渠道台账" in english["渠道台账.yaml"]
    assert "credit_limit:                # 额度以金蝶为准" in english["渠道台账.yaml"]
    assert run("map", "format", "--lang", "zh", "--hub", str(folder)).exit == 0
    assert texts(folder)["渠道台账.yaml"] == before["渠道台账.yaml"]


def test_a_broken_file_is_not_converted(run: Run, folder: Path) -> None:
    file = folder / "mappings" / "salesforce-user.yaml"
    file.write_text("mapping: x\nsystm: y\n", encoding="utf-8")
    said = run("map", "format", str(file), "--lang", "zh", "--hub", str(folder))
    assert said.exit == 1
    assert "T111" in said.out
    assert file.read_text(encoding="utf-8") == "mapping: x\nsystm: y\n"


def test_fix_repairs_keeps_a_copy_and_shows_what_changed(run: Run, folder: Path) -> None:
    file = folder / "mappings" / "员工.yaml"
    sound = file.read_text(encoding="utf-8")
    broken = sound.replace("映射: 员工", "映射：员工").encode("gb18030")
    file.write_bytes(broken)
    assert run("check", "--hub", str(folder)).exit == 1
    said = run("map", "fix", "--dry-run", "--hub", str(folder))
    assert "+映射: 员工" in said.out
    assert file.read_bytes() == broken
    said = run("map", "fix", "--hub", str(folder))
    assert said.exit == 0
    assert "1 of 11 file(s) changed" in said.out
    assert file.read_text(encoding="utf-8") == sound
    assert (folder / "mappings" / "员工.yaml.bak").read_bytes() == broken
    assert run("check", "--hub", str(folder)).exit == 0
    assert "0 of 11" in run("map", "fix", "--hub", str(folder)).out


def break_one(folder: Path) -> None:
    file = folder / "mappings" / "salesforce-account.yaml"
    text = file.read_text(encoding="utf-8").replace("  name: Name\n", "  nmae: Name\n", 1)
    file.write_text(text, encoding="utf-8")


def test_check_quotes_the_line_and_marks_the_place(run: Run, folder: Path) -> None:
    break_one(folder)
    said = run("check", "--hub", str(folder))
    lines = said.out.splitlines()
    place = next(index for index, one in enumerate(lines) if "nmae: Name" in one)
    assert lines[place + 1].index("^") == lines[place].index("nmae")
    found = run("check", "--format", "json", "--hub", str(folder)).json["problems"]
    assert "  nmae: Name" in [one["source"] for one in found]


def test_check_tells_of_each_field_what_happens_to_it(run: Run, folder: Path) -> None:
    said = run("check", "--hub", str(folder), language="zh")
    assert "信用额度（万元）<--信用额度" in said.chinese
    assert "可逆" in said.chinese
    assert "渠道编码<->渠道编码" not in said.chinese
    assert "渠道编码<->渠道编码" in run("check", "--all", "--hub", str(folder), language="zh").chinese
    assert run("check", "--format", "xml", "--hub", str(folder)).exit == 2


def test_sarif_has_what_the_standard_requires(run: Run, folder: Path) -> None:
    break_one(folder)
    said = run("check", "--format", "sarif", "--hub", str(folder))
    assert said.exit == 1
    log = json.loads(said.out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (made,) = log["runs"]
    driver = made["tool"]["driver"]
    assert driver["name"] == "synchub"
    rules = {one["id"] for one in driver["rules"]}
    assert made["results"]
    for result in made["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] in rules
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("mappings/")
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
        assert place["region"]["snippet"]["text"]
