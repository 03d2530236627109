"""The commands around mapping files, on a real hub folder made by `init`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.synchub.cli.conftest import Run
from tests.synchub.hub.hub_folders import ONE, Folder, two_workbooks


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
    assert "1 of 12 file(s) changed" in said.out
    assert file.read_text(encoding="utf-8") == sound
    assert (folder / "mappings" / "员工.yaml.bak").read_bytes() == broken
    assert run("check", "--hub", str(folder)).exit == 0
    assert "0 of 12" in run("map", "fix", "--hub", str(folder)).out


def test_check_shows_lines_as_they_are_meant_names_the_repair_and_reads_on(run: Run, folder: Path) -> None:
    """GBK reads as Chinese, a tab is seen, and the mistake behind the mark is told too."""
    file = folder / "mappings" / "员工.yaml"
    text = file.read_text(encoding="utf-8").replace("映射: 员工", "映射：员工")
    file.write_bytes(text.replace("  姓名: 姓名", "\t姓 名: 姓名").encode("gb18030"))
    said = run("check", "--hub", str(folder), "--lang", "zh")
    assert "  映射：员工\n" in said.out
    assert "\n  →姓 名: 姓名\n" in said.out
    assert "`synchub map fix`" in said.out
    assert "[M203]" in said.out


def test_fix_repairs_hub_yaml_too(run: Run, folder: Path) -> None:
    file = folder / "hub.yaml"
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace("\nhub: ", "\nhub："), encoding="utf-8")
    assert "`synchub map fix`" in run("check", "--hub", str(folder)).out
    assert run("map", "fix", "--hub", str(folder)).exit == 0
    assert file.read_text(encoding="utf-8") == sound


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


# -- from an edit to its effect


@pytest.fixture
def synced(tmp_path: Path) -> Folder:
    """Two workbooks in agreement, and an edit of a mapping that is not in force."""
    made = two_workbooks(tmp_path)
    made.sync()
    made.write("one.yaml", ONE.replace("  city: City\n", "  city: Town\n"))
    return made


def test_preview_shows_real_rows_with_personal_data_masked(run: Run, synced: Folder) -> None:
    said = run("preview", "one", "--hub", str(synced.path))
    assert said.exit == 0
    assert "浦东" in said.out
    assert "Lianhong" in said.out
    assert "138-0013-8000" not in said.out
    assert "138****8000" in said.out
    assert "Nothing was written." in said.words
    assert "138-0013-8000" in run("preview", "one", "--show-personal", "--hub", str(synced.path)).out
    hidden = run("preview", "one", "--role", "viewer", "--json", "--hub", str(synced.path)).json
    names = {one["name"] for record in hidden["mappings"][0]["records"] for one in record["fields"]}
    assert names == {"name", "city"}, "the model hides the telephone from viewers"
    assert run("preview", "--role", "king", "--hub", str(synced.path)).exit == 2


def test_impact_counts_per_field_and_system_with_examples(run: Run, synced: Folder) -> None:
    said = run("impact", "--hub", str(synced.path))
    assert said.exit == 0
    assert "Channel partner · City: 2" in said.out
    assert "two · Partners · City: 2" in said.out
    assert "上海 → 浦东" in said.out
    assert "Nothing was written." in said.words
    document = run("impact", "active..working", "--json", "--hub", str(synced.path)).json
    assert [(one["name"], one["count"]) for one in document["writes"]] == [("City", 2)]
    assert run("impact", "working..working", "--hub", str(synced.path)).words.endswith(
        "Nothing would change."
    )


def test_an_edit_is_shown_activated_and_taken_back(run: Run, synced: Folder) -> None:
    hub = ("--hub", str(synced.path))
    assert "not in force yet" in run("check", *hub).words
    diff = run("map", "diff", *hub)
    assert "-  city: City" in diff.out
    assert "+  city: Town" in diff.out
    plan = run("plan", *hub)
    assert "is not in force" in plan.words
    refused = run("map", "activate", *hub)
    assert refused.exit == 2
    assert "--yes" in refused.err
    assert "reading" not in refused.err, "no system is read where nobody can be asked"
    only = run("map", "rollback", *hub)
    assert f"synchub map rollback {synced.active()}" in " ".join(only.err.split())
    done = run("map", "activate", "--yes", *hub)
    assert done.exit == 0
    assert "上海 → 浦东" in done.out
    assert "already" in run("map", "activate", "--yes", *hub).out
    assert "Nothing was edited." in run("map", "diff", *hub).out
    listed = run("map", "versions", *hub, language="zh")
    assert "首次同步" in listed.out
    assert "启用" in listed.out
    assert run("map", "rollback", "--yes", *hub).exit == 0
    assert (synced.path / "mappings" / "one.yaml").read_text(encoding="utf-8") == ONE
    assert [one["action"] for one in run("map", "versions", "--json", *hub).json["versions"]] == [
        "first",
        "activate",
        "rollback",
    ]


def test_nothing_can_be_activated_before_the_first_agreement(run: Run, tmp_path: Path) -> None:
    made = two_workbooks(tmp_path)
    said = run("map", "activate", "--yes", "--hub", str(made.path))
    assert said.exit == 2
    assert "first sync" in said.err


def test_a_draft_is_shown_or_written(run: Run, synced: Folder) -> None:
    hub = ("--hub", str(synced.path))
    said = run("map", "suggest", "two", "Partners", "--to", "partner", *hub)
    assert "name: Name" in said.out
    assert "synchub preview" in said.err
    assert "is mapped already, by two" in said.err
    assert run("map", "suggest", "two", "Partners", "--write", *hub).exit == 0
    assert (synced.path / "mappings" / "two-Partners.yaml").is_file()
    assert run("map", "suggest", "two", "Partners", "--write", *hub).exit == 2
    assert run("map", "suggest", "two", "Nowhere", *hub).exit == 2


def test_a_lost_column_is_told_and_mended(run: Run, synced: Folder) -> None:
    hub = ("--hub", str(synced.path))
    synced.write("one.yaml", ONE)
    assert "No column is missing." in run("map", "drift", *hub).out
    synced.rename_header("one", "City", "Location")
    said = run("map", "drift", *hub)
    assert "probably “Location”" in said.words
    assert "+  city: Location" in said.out
    assert "nothing was written" in said.words
    assert run("map", "drift", "--write", *hub).exit == 0
    assert "  city: Location\n" in (synced.path / "mappings" / "one.yaml").read_text(encoding="utf-8")


def test_schema_is_written_with_the_systems_columns(run: Run, synced: Folder) -> None:
    said = run("schema", "--hub", str(synced.path))
    assert said.exit == 0
    assert "yaml-language-server: $schema=../.synchub/mapping.schema.json" in said.out
    text = (synced.path / ".synchub" / "mapping.schema.json").read_text(encoding="utf-8")
    assert '"Town"' in text
    offline = run("schema", "--offline", "--print", "--hub", str(synced.path))
    assert '"Town"' not in offline.out
    assert '"联系电话"' in offline.out
