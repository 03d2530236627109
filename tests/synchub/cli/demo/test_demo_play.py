"""The demo itself, played small and without Prefect: every act, what became of each edit, and the folder it leaves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from synchub import messages
from synchub.cli.demo import run, watch
from synchub.cli.demo.desk import Desk
from synchub.cli.demo.folder import fresh_folder
from synchub.cli.demo.record import Act, Summary
from synchub.cli.demo.systems import Systems
from synchub.cli.demo.workbook import PARTNERS as PARTNER_SHEET
from synchub.engine.report import Cell
from synchub.errors import UserError
from synchub.hub import Hub

PARTNERS = 40

FATES = {
    ("disjoint", "salesforce"): "taken",
    ("disjoint", "kingdee"): "taken",
    ("disjoint", "workbook"): "taken",
    ("group", "salesforce"): "taken",
    ("same_value", "salesforce"): "taken",
    ("same_value", "workbook"): "nothing",
    ("newest", "salesforce"): "lost",
    ("newest", "workbook"): "won",
    ("priority", "kingdee"): "lost",
    ("priority", "workbook"): "won",
    ("review", "salesforce"): "taken",
    ("review", "kingdee"): "nothing",
    ("review", "workbook"): "held",
    ("owner_speaks", "kingdee"): "taken",
    ("not_owner", "workbook"): "refused",
    ("contact", "salesforce"): "taken",
    ("contact", "kingdee"): "taken",
    ("employee", "salesforce"): "taken",
    ("new_account", "salesforce"): "created",
    ("new_customer", "kingdee"): "created",
    ("new_row", "workbook"): "created",
    ("mended", "workbook"): "settled",
    ("bad_phone", "workbook"): "held",
    ("long_number", "workbook"): "held",
    ("rule", "kingdee"): "held",
    ("emptied", "workbook"): "held",
    ("nameless_row", "workbook"): "set_aside",
    ("writing_only", "salesforce"): "nothing",
    ("writing_only", "workbook"): "nothing",
}


@pytest.fixture(scope="module")
def played(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, int, Mapping[str, Any]]:
    """Played once for all tests of this file."""
    folder = tmp_path_factory.mktemp("played") / "demo"
    capture = tmp_path_factory.mktemp("said") / "summary.json"
    with pytest.MonkeyPatch.context() as patch, capture.open("w", encoding="utf-8") as stream:
        patch.setattr("sys.stdout", stream)
        code = run(folder, json_output=True, use_prefect=False, partners=PARTNERS)
    return folder, code, json.loads(capture.read_text(encoding="utf-8"))


def numbers(played: tuple[Path, int, Mapping[str, Any]], letter: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(act for act in played[2]["acts"] if act["act"] == letter)["numbers"]
    return found


def test_every_act_passes_its_own_checks(played: tuple[Path, int, Mapping[str, Any]]) -> None:
    _, code, summary = played
    failed = [check for act in summary["acts"] for check in act["checks"] if not check["passed"]]
    assert failed == []
    assert code == 0
    assert summary["passed"]
    assert [act["act"] for act in summary["acts"]] == ["a", "b", "c", "d", "e", "f"]


def test_the_first_contact_links_creates_and_leaves_questions(
    played: tuple[Path, int, Mapping[str, Any]],
) -> None:
    planned, synced = numbers(played, "a"), numbers(played, "b")
    assert planned["link"] > 0
    assert planned["create"] > 0
    assert planned["review"] > 0
    assert synced["cells_checked"] >= planned["cells"] > 100
    assert synced["conflicts"] >= 8
    assert synced["set_aside"] == 1


def test_every_edit_ends_as_the_overlays_say(played: tuple[Path, int, Mapping[str, Any]]) -> None:
    found = {(one["story"], one["system"], one["field"]): one["fate"] for one in played[2]["edits"]}
    assert {story for story, _, _ in found} == {story for story, _ in FATES}
    for (story, system, field), fate in found.items():
        if (story, field) == ("bad_phone", "note"):
            assert fate == "taken", "the other columns of the row go on"
        else:
            assert fate == FATES[story, system], (story, system)


def test_every_edit_has_a_reason_and_says_where_it_went(
    played: tuple[Path, int, Mapping[str, Any]],
) -> None:
    for one in played[2]["edits"]:
        assert one["why"]
        if one["fate"] == "created":
            assert len(one["written_to"]) == 2, one


def test_an_idle_sync_writes_nothing_and_a_verify_explains_every_difference(
    played: tuple[Path, int, Mapping[str, Any]],
) -> None:
    assert numbers(played, "e")["writes"] == 0
    assert set(numbers(played, "e")["requests"]) == {"salesforce", "kingdee", "workbook"}
    assert numbers(played, "f")["fields_agreed"] > 1000


def test_the_folder_it_leaves_is_a_hub_that_works(played: tuple[Path, int, Mapping[str, Any]]) -> None:
    folder = played[0]
    with Hub.open(folder) as hub:
        assert hub.plan().report.cells == []
        assert hub.sync().writes == 0
        assert [one for one in hub.doctor() if not one.well] == []
        title = next(one["record"] for one in played[2]["edits"] if one["story"] == "newest")
        ((golden_id, _),) = hub.find("Partner", title)
        story = hub.explain("Partner", golden_id, "phone")
        assert story.fields[0].origin is not None
        assert {one.system for one in story.fields[0].origin.losers} == {"salesforce"}


def test_the_judge_sees_a_write_that_no_plan_names_and_a_plan_that_was_not_kept(
    played: tuple[Path, int, Mapping[str, Any]], tmp_path: Path
) -> None:
    shutil.copytree(played[0], tmp_path / "demo")
    systems = Systems.of(tmp_path / "demo")
    before = watch.mark(systems)
    with systems.salesforce() as org, org.data.transaction():
        id = next(iter(org.data.all("Account"))).id
        org.update(org.existing("Account", id), {"Website": "https://sneaky.example.com"}, "api")
    with Desk(systems.workbook) as desk:
        desk.type(PARTNER_SHEET, 5, "上次拜访", "2026-11-01")
    kept = Cell("kingdee", "customer", "1", "update", "remark", None, "x", "Partner", "", "note", "", {})
    with Hub.open(tmp_path / "demo") as hub:
        found = watch.compare(systems, before, hub, [kept])
    assert not found.sound
    assert {(one.system, one.column) for one in found.surprising} == {
        ("salesforce", "Website"),
        ("workbook", "上次拜访"),
    }
    assert [one.column for one in found.missing] == ["remark"]
    act = Act("b")
    act.as_planned(found)
    summary = Summary(tmp_path, [act])
    assert not summary.passed
    assert "written, not planned" in act.checks[0].detail


def test_it_names_what_to_look_at_next(played: tuple[Path, int, Mapping[str, Any]]) -> None:
    following = played[2]["next"]
    assert Path(following["workbook"]).name == "渠道台账.xlsx"
    assert "explain Partner" in following["explain"]
    assert "prefect" not in following


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UserError) as refusal:
        run(tmp_path, json_output=True, use_prefect=False, partners=PARTNERS)
    assert refusal.value.code == "demo.foreign_folder"
    assert refusal.value.fix
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_folder_of_an_earlier_demo_is_replaced(tmp_path: Path) -> None:
    paths = fresh_folder(tmp_path / "demo")
    (paths.folder / "left over.txt").write_text("old", encoding="utf-8")
    (paths.mappings / "员工.yaml").write_text("changed", encoding="utf-8")
    again = fresh_folder(tmp_path / "demo")
    assert not (again.folder / "left over.txt").exists()
    assert "映射: 员工" in (again.mappings / "员工.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sentences_of_fates_exist_in_both_languages(language: messages.Language) -> None:
    from synchub.cli.demo.fates import Fate

    for fate in Fate:
        assert messages.text(f"demo.fate.{fate.value}", lang=language)
