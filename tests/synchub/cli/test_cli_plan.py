"""plan: what it shows in both languages, and the command it ends with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synchub.engine.report import Cell
from synchub.engine.sync import Plan
from synchub.errors import AuthError, UnapprovedPlanError
from tests.synchub.cli import fake_hub
from tests.synchub.cli.conftest import Run
from tests.synchub.cli.fake_hub import MOBILE, NOON, FakeHub, cell, edit, report


def would_write(hub: FakeHub, *cells: Cell) -> None:
    """The plan of the hub is these cells and nothing else."""
    found = report("plan")
    found.cells = [*cells]
    hub.answers["plan"] = Plan("PLAN1234", found)


def test_plan_shows_records_changes_reasons_and_how_to_approve(hub: FakeHub, run: Run) -> None:
    said = run("plan")
    assert said.exit == 0
    for part in (
        "华强电子 (001A)",
        "老名字 → 华强电子",
        "crm won over erp",
        "new: 新伙伴",
        "from crm, 2026-07-31",
        "id of the new record",
        "1 row(s) get an id of their own in column HubId__c",
        "Plan PLAN1234: 6 cell(s) in 4 record(s).",
        "synchub sync --approve PLAN1234",
        "crm-account 2 1 1",
        "1 for a person: fits a golden record that has another record there",
        "Calls: crm 12, erp 1,234",
    ):
        assert part in said.words, part


def test_a_plan_names_a_record_that_it_deletes(hub: FakeHub, run: Run) -> None:
    would_write(
        hub,
        cell(
            "", None, None, op="delete", external_id="001A", title="001A", field="", cause={"why": "deleted"}
        ),
    )
    assert "华强电子 (001A) the record is deleted deleted in another system" in run("plan").words
    assert "删除这条记录" in run("plan", language="zh").chinese


def test_a_plan_names_fixed_values_and_new_records_that_others_refer_to(hub: FakeHub, run: Run) -> None:
    [account, contact] = hub.mappings
    hub.mappings = [replace(account, on_create={"Type": "Distributor"}), contact]
    new = {"external_id": "new:G9", "op": "create", "title": "新伙伴", "entity_id": "G9"}
    would_write(
        hub,
        cell("Type", None, "Distributor", **new, field="", cause={"why": "create"}),
        cell("AccountId", None, "new:G9", object="Contact", external_id="new:G10", op="create",
             entity="Contact", entity_id="G10", title="王小明", field="partner"),
        cell("Rows", [], [{"a": 1}], field="", cause={"why": "rows"}),
    )  # fmt: skip
    said = run("plan", COLUMNS="120").words
    assert "Type Distributor fixed value of new records" in said
    assert "AccountId new: 新伙伴 from crm" in said
    assert "Rows — → 1 row(s)" in said


def test_a_plan_tells_a_decision_from_a_code_that_the_hub_made(hub: FakeHub, run: Run) -> None:
    model = hub.entities["Partner"]
    fields = tuple(
        replace(one, generate="QD-{number:05}") if one.name == "code" else one for one in model.fields
    )
    hub.entities = {**hub.entities, "Partner": replace(model, fields=fields)}
    would_write(
        hub,
        cell("Name", "老名字", "华强电子", cause=edit("hub", "")),
        cell("Code__c", None, "QD-00001", field="code", cause=edit("hub", "")),
    )
    said = run("plan", COLUMNS="120").words
    assert "Name 老名字 → 华强电子 decided in the hub" in said
    assert "Code__c — → QD-00001 code made by the hub" in said


def test_plan_speaks_chinese(hub: FakeHub, run: Run) -> None:
    said = run("plan", language="zh")
    for part in (
        "首次对接",
        "老名字→华强电子",
        "crm优先于erp",
        "新建：新伙伴",
        "方案PLAN1234：4条记录，6个单元格",
        "批准并执行",
    ):
        assert part in said.chinese, part


def test_plan_masks_personal_data_for_people_unless_they_ask(hub: FakeHub, run: Run) -> None:
    said = run("plan")
    assert MOBILE not in said.out
    assert "王小明" not in said.out
    assert "+86****8000" in said.out
    open_ = run("plan", "--show-personal")
    assert MOBILE in open_.out
    assert "王小明" in open_.out


def test_plan_in_json_has_every_cell_exactly_as_it_will_be_written(hub: FakeHub, run: Run) -> None:
    document = run("--json", "plan", "--show-personal").json
    assert document["plan"] == "PLAN1234"
    assert document["command"] == "synchub sync --approve PLAN1234"
    assert document["first_contact"] == [
        {"mapping": "crm-account", "first": True, "link": 2, "create": 1, "review": 1}
    ]
    keys = {
        "system",
        "object",
        "external_id",
        "op",
        "column",
        "before",
        "after",
        "entity",
        "entity_id",
        "field",
        "title",
        "cause",
    }
    assert all(set(one) == keys for one in document["cells"])
    assert [one["after"] for one in document["cells"]] == [
        "华强电子",
        MOBILE,
        "新伙伴",
        "NEWID",
        MOBILE,
        "ROWID",
    ]


def test_plan_and_sync_mask_personal_data_in_json_too_unless_they_are_asked_for(
    hub: FakeHub, run: Run
) -> None:
    done = report(pulled=1)
    done.cells += fake_hub.planned().report.cells
    hub.answers["sync"] = done
    for command in ("plan", "sync"):
        said = run(command, "--json")
        assert MOBILE not in said.out
        assert "王小明" not in said.out
        assert "+86****8000" in said.out
        assert MOBILE in run(command, "--json", "--show-personal").out


def test_a_long_plan_is_capped_with_a_count_of_the_rest(hub: FakeHub, run: Run) -> None:
    plan = fake_hub.planned()
    plan.report.cells[:] = [
        cell("Name", "a", f"b{number}", external_id=f"R{number:03}") for number in range(30)
    ]
    hub.answers["plan"] = plan
    short = run("plan")
    assert "… and 10 more; --all shows every one" in short.words
    assert "R029" not in short.out
    assert "……还有10条" in run("plan", language="zh").chinese
    whole = run("plan", "--all")
    assert "R029" in whole.out
    assert "more; --all" not in whole.words


def test_all_shows_ids_of_rows_too(hub: FakeHub, run: Run) -> None:
    said = run("plan", "--all")
    assert "row 7 (row-7)" in said.words, (
        "a row without a golden record is named by its place, which is nothing personal"
    )


def test_a_plan_with_nothing_to_write_says_so(hub: FakeHub, run: Run) -> None:
    hub.answers["plan"] = Plan("EMPTY000", report("plan", pulled=3))
    assert "Nothing to write: everything agrees." in run("plan").words
    assert "没有需要写入的内容：全部一致" in run("plan", language="zh").chinese


@pytest.mark.parametrize("cells", [[], [cell("Name", "a", "b")]])
def test_the_plan_of_a_restored_database_names_the_command_that_approves_it(
    hub: FakeHub, run: Run, cells: list[Cell]
) -> None:
    found = report("plan", pulled=3)
    found.restored, found.cells = NOON.isoformat(), cells
    hub.answers["plan"] = Plan("RESTORED", found)
    said = run("plan")
    assert "synchub sync --approve RESTORED" in said.words
    assert "restored from a backup" in said.words
    assert "数据库是从备份恢复的" in run("plan", language="zh").chinese


def test_an_everyday_plan_names_the_hub_and_the_systems_in_its_command(hub: FakeHub, run: Run) -> None:
    found = report("plan", pulled=3)
    found.cells = [cell("Name", "a", "b")]
    hub.answers["plan"] = Plan("EVERYDAY", found)
    said = run("plan", "--hub", "demo", "--system", "crm")
    assert "To carry it out: synchub --hub demo sync --system crm" in said.words
    assert "--approve" not in said.words


def test_a_plan_that_misses_a_system_does_not_claim_agreement(hub: FakeHub, run: Run) -> None:
    plan = Plan("EMPTY000", report("plan", pulled=3))
    plan.report.failures["erp"] = AuthError("C101", system="erp", detail="401")
    hub.answers["plan"] = plan
    said = run("plan")
    assert "erp was left out" in said.words
    assert "as far as the systems could be read" in said.words
    assert "agrees" not in said.words


def test_plan_passes_the_systems_on_and_repeats_them_in_the_command(hub: FakeHub, run: Run) -> None:
    said = run("plan", "--system", "crm", "--system", "erp", "--hub", "/some where/hub", "--json")
    assert ("plan", ["crm", "erp"]) in hub.asked
    assert (
        said.json["command"]
        == "synchub --hub '/some where/hub' sync --system crm --system erp --approve PLAN1234"
    )


def test_a_plan_that_misses_a_system_returns_1_and_names_it(hub: FakeHub, run: Run) -> None:
    plan = fake_hub.planned()
    plan.report.failures["erp"] = AuthError("C101", system="erp", detail="401")
    hub.answers["plan"] = plan
    said = run("plan")
    assert said.exit == 1
    assert "erp was left out" in said.words


def test_an_approval_of_another_plan_is_explained(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = UnapprovedPlanError("E101", plan="OTHER", mappings="crm-account")
    said = run("sync", "--approve", "STALE999")
    assert said.exit == 3
    assert "You approved STALE999, but what would happen now is plan PLAN1234" in said.words


def test_a_plan_is_not_told_as_writing(hub: FakeHub, run: Run) -> None:
    said = run("plan")
    assert "planning crm · Account: 2" in said.err
    assert "writing" not in said.err
    assert "规划 crm · Account：2" in run("plan", language="zh").err
