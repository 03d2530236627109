"""check, sync, verify: what they ask the hub, say in both languages, and return."""

from __future__ import annotations

from typing import Any

import pytest

from synchub.engine.sync import Plan
from synchub.engine.verify import Difference
from synchub.errors import AuthError, ConfigError, Problem, UnapprovedPlanError, UserError
from synchub.hub.status import Waiting
from synchub.mapping import CheckReport
from synchub.store.rows import Pause
from tests.synchub.cli import fake_hub
from tests.synchub.cli.conftest import Run
from tests.synchub.cli.fake_hub import MOBILE, NOON, FakeHub, report


def test_check_without_a_mistake_says_so_and_returns_0(hub: FakeHub, run: Run) -> None:
    said = run("check")
    assert (said.exit, hub.asked[-1]) == (0, ("check", False))
    assert "No mistakes found." in said.out
    assert "crm-account.yaml" in said.out
    assert "没有发现错误" in run("check", language="zh").out


def test_check_of_a_hub_without_mapping_files_says_how_to_begin(hub: FakeHub, run: Run) -> None:
    hub.answers["check"] = CheckReport((), (), ())
    assert "map suggest SYSTEM OBJECT --write" in run("check").words
    assert "还没有映射文件" in run("check", language="zh").chinese


def test_check_shows_each_mistake_with_its_place_and_way_out_and_returns_1(hub: FakeHub, run: Run) -> None:
    hub.answers["check"] = [fake_hub.problem(), fake_hub.problem("warning")]
    said = run("check", "--online")
    assert said.exit == 1
    assert ("check", True) in hub.asked
    assert "error mappings/crm-account.yaml:12:3" in said.words
    assert "→ options: 金牌, 银牌" in said.words
    assert "1 error(s), 1 warning(s)." in said.out
    chinese = run("check", language="zh")
    assert "错误mappings/crm-account.yaml:12:3" in chinese.chinese
    assert "1个错误，1个警告" in chinese.chinese


def test_warnings_alone_are_not_an_error(hub: FakeHub, run: Run) -> None:
    hub.answers["check"] = [fake_hub.problem("warning")]
    assert run("check").exit == 0


def test_check_answers_in_json_with_file_line_and_column(hub: FakeHub, run: Run) -> None:
    hub.answers["check"] = [fake_hub.problem()]
    said = run("check", "--json", language="zh")
    assert said.exit == 1
    assert said.json["errors"] == 1
    found = said.json["problems"][0]
    assert (found["file"], found["line"], found["column"], found["code"]) == (
        "mappings/crm-account.yaml",
        12,
        3,
        "K151",
    )
    assert "选项" in found["text"]
    assert said.json["files"][0]["mapping"] == "crm-account"


def test_check_tells_the_mistakes_of_a_broken_hub_file_as_findings(hub: FakeHub, run: Run) -> None:
    hub.answers["open"] = ConfigError("H302", problems=[fake_hub.problem()], count=1)
    said = run("check")
    assert said.exit == 1
    assert "mappings/crm-account.yaml:12:3" in said.out


def test_check_without_a_hub_folder_is_a_refusal(hub: FakeHub, run: Run) -> None:
    hub.answers["open"] = ConfigError("H300", folder="/nowhere")
    assert run("check").exit == 2


def test_a_sync_that_only_deleted_is_not_told_as_quiet(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = report(pulled=3, deleted=1, deleted_there=3)
    said = run("sync").words
    assert "3 record(s) deleted. Done: 0 record(s) written" in said
    assert "agrees" not in said


PAUSED = Pause("erp", "customer", "", NOON, "li", "audit")


def test_what_is_still_open_is_told_behind_a_run_that_found_nothing_new(hub: FakeHub, run: Run) -> None:
    hub.answers["waiting"] = Waiting({"field": 3, "match": 1}, 2, (PAUSED,), 5)
    hub.answers["plan"] = Plan("EMPTY000", report("plan", pulled=3))
    hub.answers["sync"] = report(pulled=240, unchanged=240)
    for command in ("plan", "sync"):
        said = run(command)
        for part in (
            "4 conflict(s) wait for a person (Field 3, Who is who 1): synchub conflicts",
            "2 record(s) are set aside: synchub quarantine",
            "5 deletion(s) wait for approval: synchub deletions",
            "Paused: erp customer.",
            "Nothing to write; what is listed above is still open.",
        ):
            assert part in said.words, (command, part)
        assert "agrees" not in said.words
        chinese = run(command, language="zh").chinese
        assert "4个冲突待人工决定" in chinese
        assert "已暂停：erpcustomer" in chinese
        waiting = run(command, "--json").json["waiting"]
        assert (waiting["conflicts"], waiting["quarantined"]) == ({"field": 3, "match": 1}, 2)
        assert waiting["paused"][0]["system"] == "erp"


def test_sync_counts_by_object_and_returns_0(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = report(pulled=240, linked=230, updated_there=12, cells_written=34)
    said = run("sync")
    assert said.exit == 0
    assert "crm Account 240 230 12 34" in said.words
    assert "Done: 12 record(s) written, 34 cell(s). Run 20260801-040000-abcd" in said.words
    assert "完成：写入12条记录，34个单元格" in run("sync", language="zh").chinese


def test_sync_counts_records_as_its_plan_did(hub: FakeHub, run: Run) -> None:
    found = report(updated_there=1, cells_written=6)
    found.cells = fake_hub.planned().report.cells
    hub.answers["sync"] = found
    assert "Plan PLAN1234: 6 cell(s) in 4 record(s)." in run("plan").words
    assert "Done: 4 record(s) written, 6 cell(s)." in run("sync").words


def test_sync_with_nothing_to_do_says_that_everything_agrees(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = report(pulled=240, unchanged=240)
    assert "Everything agrees; nothing was written." in run("sync").words
    assert "全部一致，没有写入任何内容" in run("sync", language="zh").chinese


def test_a_quiet_run_of_some_systems_says_nothing_of_the_others(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = report(pulled=240, unchanged=240)
    hub.answers["plan"] = Plan("EMPTY000", report("plan", pulled=3))
    for command in ("plan", "sync"):
        said = run(command, "--system", "crm").words
        assert "Nothing to write that comes from crm; the other systems were not read." in said
        assert "agrees" not in said
        assert "其他系统没有读取" in run(command, "--system", "crm", language="zh").chinese


def test_attention_is_said_and_returns_0(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = report(
        pulled=9,
        updated_there=1,
        held=2,
        set_aside=1,
        blocked=1,
        unconfirmed=1,
        missing=1,
        waiting=1,
        refused=1,
        warned=1,
    )
    said = run("sync")
    assert said.exit == 0
    for part in ("2 held: a person must decide; `synchub conflicts`", "1 set aside", "1 blocked", "1 unconfirmed", "1 missing",
                 "1 waiting", "1 refused", "1 warned", "with something left for you"):  # fmt: skip
        assert part in said.words, part
    chinese = run("sync", language="zh")
    assert "2处保留，需要人工决定" in chinese.chinese
    assert "有需要您处理的内容" in chinese.chinese


def test_a_quiet_sync_with_something_left_says_that_it_waits(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = report(pulled=9, unchanged=8, held=1)
    assert "Nothing was written; what is listed above waits for you." in run("sync").words
    assert "上面列出的内容等待您处理" in run("sync", language="zh").chinese


def test_counts_that_do_not_fit_the_terminal_become_lines(hub: FakeHub, run: Run) -> None:
    actions = (
        "pulled",
        "changed",
        "linked",
        "created_in_hub",
        "created_there",
        "updated_there",
        "cells_written",
        "held",
        "set_aside",
    )
    counts: dict[str, Any] = dict.fromkeys(actions, 1234)
    many = report(**counts)
    hub.answers["sync"] = many
    said = run("sync")
    assert "crm · Account" in said.out
    assert "new there 1,234" in said.words
    assert all(len(line) <= 80 for line in said.out.splitlines())


def test_a_failed_system_returns_1_with_the_way_out(hub: FakeHub, run: Run) -> None:
    done = report(pulled=1)
    done.failures["erp"] = AuthError("C101", system="erp", detail="401")
    hub.answers["sync"] = done
    said = run("sync")
    assert said.exit == 1
    assert "erp was left out" in said.words
    assert "→" in said.out
    document = run("sync", "--json").json
    assert document["state"] == "failed"
    assert document["failures"]["erp"]["code"] == "C101"


def test_warnings_of_a_run_are_shown(hub: FakeHub, run: Run) -> None:
    done = report(pulled=1)
    done.warnings.append(
        Problem("E401", {"system": "crm", "object": "Account", "count": 7}, severity="warning")
    )
    hub.answers["sync"] = done
    assert "listed not one Account although 7 are known" in run("sync").words


def test_sync_passes_the_approval_and_the_systems_on(hub: FakeHub, run: Run) -> None:
    run("sync", "--approve", "PLAN1234", "--system", "crm")
    assert ("sync", ("PLAN1234", ["crm"])) in hub.asked


def test_an_unapproved_plan_returns_3_with_its_summary_and_the_command(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = UnapprovedPlanError("E101", plan="PLAN1234", mappings="crm-account")
    said = run("sync", "--system", "crm")
    assert said.exit == 3
    assert "nothing was written" in said.err
    assert "crm-account 2 1 1" in said.words
    assert "crm Account 1 1 4" in said.words, "new records, records to change, cells"
    assert "synchub sync --system crm --approve PLAN1234" in said.words
    assert "批准并执行" in run("sync", language="zh").chinese


def test_an_unapproved_plan_in_json_has_the_plan_the_command_and_the_summary(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = UnapprovedPlanError("E101", plan="PLAN1234", mappings="crm-account")
    said = run("sync", "--json")
    assert said.exit == 3
    error = said.json["error"]
    assert (error["code"], error["plan"], error["command"]) == (
        "E101",
        "PLAN1234",
        "synchub sync --approve PLAN1234",
    )
    assert error["summary"]["writes"][0] == {
        "system": "crm",
        "object": "Account",
        "cells": 4,
        "created": 1,
        "updated": 1,
    }


def test_an_unknown_system_is_refused(hub: FakeHub, run: Run) -> None:
    hub.answers["sync"] = UserError("H342", system="nosuch", known="crm, erp")
    said = run("sync", "--system", "nosuch")
    assert said.exit == 2
    assert "systems: crm, erp" in said.err


def test_verify_that_finds_only_what_is_known_returns_0(hub: FakeHub, run: Run) -> None:
    said = run("verify")
    assert said.exit == 0
    assert "A conflict waits for a decision — 1" in said.words
    assert "5,000 field(s) in 240 record(s) agree; the 1 that differ are known" in said.words
    assert "Belong to no golden record: crm 3" in said.words
    assert "都已知" in run("verify", language="zh").chinese


def test_verify_shows_what_stands_there_where_it_cannot_be_used(hub: FakeHub, run: Run) -> None:
    found = fake_hub.verification()
    found.differences = [
        Difference("crm", "Account", "001A", "华强电子", fake_hub.PARTNER, "phone", MOBILE, None, "held"),
        Difference("crm", "Account", "001A", "华强电子", fake_hub.PARTNER, "manager", None, None, "waiting"),
    ]
    hub.answers["verify"] = found
    hub.answers["conflicts"] = [fake_hub.unreadable_conflict()]
    said = run("verify", "--show-personal", COLUMNS="120").words
    assert "Phone 138 0013 8000 电话是13500135000" in said
    assert "Channel manager — names nothing known" in said
    assert "13500135000" not in run("verify").words


def test_verify_that_is_unclean_returns_1(hub: FakeHub, run: Run) -> None:
    found = fake_hub.verification()
    found.differences.append(
        Difference("crm", "Account", "001B", "某公司", "G2", "name", "甲", "乙", "pending")
    )
    hub.answers["verify"] = found
    said = run("verify")
    assert said.exit == 1
    assert "某公司 — crm Account 001B" in said.words
    assert "Not in agreement" in said.words
    assert "不一致" in run("verify", language="zh").chinese


def test_verify_masks_personal_values_also_in_json(hub: FakeHub, run: Run) -> None:
    assert MOBILE not in run("verify").out
    [difference] = run("verify", "--json").json["differences"]
    assert (difference["field"], difference["why"], difference["label"]) == ("phone", "held", "Phone")
    assert difference["golden"] == "+86****8000"
    assert run("verify", "--json", "--show-personal").json["differences"][0]["golden"] == MOBILE


def test_verify_names_a_system_that_could_not_be_read(hub: FakeHub, run: Run) -> None:
    hub.answers["verify"] = fake_hub.verification(
        failures={"erp": AuthError("C101", system="erp", detail="401")}
    )
    said = run("verify")
    assert said.exit == 1
    assert "erp was left out" in said.words
    assert "Not every system could be read." in said.words
    assert "有系统无法读取" in run("verify", language="zh").chinese


@pytest.mark.parametrize(
    "command", ["plan", "sync", "verify", "check", "status", "conflicts", "quarantine", "doctor"]
)
def test_every_command_answers_with_one_json_document_and_closes_the_hub(
    hub: FakeHub, run: Run, command: str
) -> None:
    before = run(command, "--json")
    behind = run("--json", command)
    document: Any = before.json
    assert isinstance(document, dict)
    assert document == behind.json
    assert "\x1b" not in before.out
    assert hub.closed


def test_progress_goes_to_stderr_as_plain_lines_where_there_is_no_terminal(hub: FakeHub, run: Run) -> None:
    said = run("plan", "--json")
    assert "reading crm · Account: 4" in said.err
    assert "写入 crm · Account：2" in run("sync", language="zh").err
