"""hub.yaml and mapping files as people break them: told with file, line and a way out, and nothing anywhere is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from synchub.errors import ConfigError, MappingError, Problem, SynchubError
from tests.scenarios.conftest import HubWith
from tests.scenarios.scenario_stage import Stage, reason, said

ACCOUNT = "mappings/salesforce-account.yaml"
LEDGER = "mappings/渠道台账.yaml"


def as_gbk(path: Path) -> None:
    path.write_bytes(path.read_text("utf-8").encode("gbk", "replace"))


def with_full_width_colon(path: Path) -> None:
    text = path.read_text("utf-8")
    at = text.index("\n  workbook:") if path.name == "hub.yaml" else text.index("\n  地址: 地址")
    path.write_text(text[:at] + text[at:].replace(":", "：", 1), "utf-8")


def with_a_tab(path: Path) -> None:
    text = path.read_text("utf-8")
    at = text.index("\n  workbook:") if path.name == "hub.yaml" else text.index("\n  地址: 地址")
    path.write_text(text[:at] + text[at:].replace("\n  ", "\n\t", 1), "utf-8")


BROKEN = {
    "gbk": (as_gbk, "T101", ("save the file as UTF-8", "请把文件另存为 UTF-8 编码")),
    "full_width_colon": (with_full_width_colon, "T102", ("full-width “：” where YAML needs “:”", "这里是全角“：”")),
    "tab": (with_a_tab, "T103", ("a tab where YAML needs spaces", "这里有制表符")),
}  # fmt: skip


def refused(stage: Stage, code: str) -> tuple[SynchubError, Problem]:
    """The error of an attempt to sync, and the problem with this code; nothing was written anywhere."""
    stage.note("salesforce", "等着同步")
    before, database = stage.state(), database_of(stage)
    stage.close_hub()
    with pytest.raises(ConfigError) as raised:
        stage.sync()
    stage.close_hub()
    assert (stage.state(), database_of(stage)) == (before, database)
    (problem, *_) = [one for one in raised.value.problems if one.code == code]
    return raised.value, problem


def database_of(stage: Stage) -> bytes:
    stage.close_hub()
    return (stage.folder / ".synchub" / "hub.sqlite").read_bytes()


@pytest.mark.parametrize(("damage", "code", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_hub_file_is_told_at_its_place_and_nothing_runs(
    hub_with: HubWith, damage: Callable[[Path], None], code: str, words: tuple[str, str]
) -> None:
    stage = hub_with()
    path = stage.folder / "hub.yaml"
    whole = path.read_bytes()
    damage(path)
    error, problem = refused(stage, code)
    assert not isinstance(error, MappingError)
    is_told(problem, error, words, path, code)
    path.write_bytes(whole)
    stage.sync()
    assert set(stage.notes().values()) == {"等着同步"}


@pytest.mark.parametrize(("damage", "code", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_mapping_file_is_told_at_its_place_and_the_version_in_force_goes_on(
    hub_with: HubWith, damage: Callable[[Path], None], code: str, words: tuple[str, str]
) -> None:
    stage = hub_with()
    path = stage.folder / LEDGER
    whole = path.read_bytes()
    damage(path)
    stage.note("salesforce", "其余照常")
    stage.open()
    report = stage.sync()
    assert [one.code for one in report.warnings] == ["E412"]
    assert set(stage.notes().values()) == {"其余照常"}
    (problem, *_) = [one for one in stage.hub.check().problems if one.code == code]
    is_told(problem, problem, words, path, code)
    with pytest.raises(MappingError):
        stage.hub.mapping_files.activate()
    path.write_bytes(whole)
    stage.open()
    assert not stage.sync().warnings


def is_told(
    problem: Problem, error: SynchubError | Problem, words: tuple[str, str], path: Path, code: str
) -> None:
    english, chinese = said(error)
    assert words[0] in english
    assert words[1] in chinese
    assert problem.position is not None
    assert Path(problem.position.file).name == path.name
    assert problem.position.line > 1 or code == "T101"


def test_all_problems_of_all_files_are_told_at_once(hub_with: HubWith) -> None:
    stage = hub_with()
    as_gbk(stage.folder / LEDGER)
    stage.rewrite(ACCOUNT, "to: Partner", "to: Partnr")
    stage.rewrite("mappings/kingdee-customer.yaml", "system: kingdee", "system: kingde")
    with pytest.raises(MappingError) as raised:
        stage.open().mapping_files.activate()
    assert {one.code for one in raised.value.problems} == {"T101", "M205", "M206"}
    (problem,) = [one for one in raised.value.problems if one.code == "M205"]
    assert "Partner" in problem.line("en")


# --- names that the systems do not know


UNKNOWN_COLUMNS = {
    "salesforce": (ACCOUNT, "note: Description", "note: Descripton", "Descripton"),
    "kingdee": ("mappings/kingdee-customer.yaml", "note: remark", "note: remrk", "remrk"),
    "workbook": (LEDGER, "  备注: 备注", "  备注: 备住", "备住"),
}


@pytest.mark.parametrize("system", UNKNOWN_COLUMNS)
def test_an_unknown_column_rests_its_field_there_only(hub_with: HubWith, system: str) -> None:
    file, old, new, column = UNKNOWN_COLUMNS[system]
    stage = hub_with()
    stage.rewrite(file, old, new)
    others = [one for one in stage.notes() if one != system]
    held = stage.notes()[system]
    stage.note(others[0], "其余照常")
    stage.activate()
    report = stage.sync()
    assert not report.failures
    (warning,) = report.warnings
    assert (warning.code, warning.params["system"], warning.params["column"]) == ("E421", system, column)
    assert all(column in text for text in said(warning))
    assert {one: stage.notes()[one] for one in others} == dict.fromkeys(others, "其余照常")
    assert stage.notes()[system] == held, "nothing is blanked, nothing is written"
    assert not report.total("missing")
    stage.rewrite(file, new, old)
    stage.activate()
    report = stage.sync()
    assert not report.failures
    assert not report.warnings
    assert set(stage.notes().values()) == {"其余照常"}


@pytest.mark.parametrize("system", UNKNOWN_COLUMNS)
def test_check_finds_an_unknown_column_before_it_does_harm(hub_with: HubWith, system: str) -> None:
    file, old, new, column = UNKNOWN_COLUMNS[system]
    stage = hub_with()
    stage.rewrite(file, old, new)
    before = stage.state()
    report = stage.open().check(online=True)
    (problem,) = [one for one in report.problems if one.code == "M201"]
    right = old.rpartition(" ")[2]
    assert f"“{column}” is not found" in problem.text("en")
    assert right in problem.text("en")
    assert f"里没有“{column}”这一列" in problem.text("zh")
    assert problem.position is not None
    assert problem.position.file.endswith(Path(file).name)
    assert stage.state() == before


def test_an_option_that_the_system_lacks_sets_aside_only_what_would_need_it(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.rewrite(ACCOUNT, "Overseas: 海外", "Abroad: 海外")
    stage.activate()
    (problem,) = [one for one in stage.hub.check(online=True).problems if one.code == "M318"]
    assert "“Abroad” is not an option of column “Region__c”" in problem.text("en")
    assert "“Abroad”" in problem.text("zh")
    stage.ledger.edit("渠道台账", {"渠道编码": "KH0001"}, {"区域": "海外"})
    stage.note("workbook", "其余照常", "KH0002")
    report = stage.sync()
    assert not report.failures
    (row,) = stage.hub.quarantined(
        "salesforce"
    )  # Kingdee, where nobody has made this group yet, has one of its own
    assert (row.code, row.stage) == ("SF102", "push")
    english, chinese = said(Problem(row.code, row.params))
    assert "Salesforce refuses the value" in english
    assert "Salesforce 拒绝了这个值" in chinese
    assert all("Abroad" in text for text in (english, chinese))
    assert stage.org.record("Account", stage.account("KH0001"))["Region__c"] == "South"
    assert set(stage.notes("KH0002").values()) == {"其余照常"}
    stage.rewrite(ACCOUNT, "Abroad: 海外", "Overseas: 海外")
    stage.activate()
    stage.sync()
    assert stage.org.record("Account", stage.account("KH0001"))["Region__c"] == "Overseas"
    assert stage.hub.quarantined("salesforce") == []


def test_an_unknown_option_in_a_record_holds_that_field_and_the_rest_flows(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.edit("渠道台账", {"渠道编码": "KH0001"}, {"区域": "火星区", "备注": "其余照常"})
    stage.books.user_edit("customer", stage.customer("KH0002"), {"group_name": "散客", "remark": "其余照常"})
    report = stage.sync()
    assert not report.failures
    assert report.state == "attention"
    held = {(one.system, one.field): one for one in stage.hub.conflicts()}
    assert held.keys() == {("workbook", "region"), ("kingdee", "region")}
    assert held["workbook", "region"].detail["image"] == "火星区"
    for value, conflict in (("火星区", held["workbook", "region"]), ("散客", held["kingdee", "region"])):
        english, chinese = reason(conflict)
        assert f"“{value}”" in english
        assert "also_read" in english
        assert f"“{value}”" in chinese
        assert "另收" in chinese
    for code in ("KH0001", "KH0002"):
        assert set(stage.notes(code).values()) == {"其余照常"}
    assert stage.org.record("Account", stage.account("KH0001"))["Region__c"] == "South"
    assert stage.ledger.row("渠道台账", 渠道编码="KH0001")["区域"] == "火星区"
    assert stage.books.record("customer", stage.customer("KH0002"))["group_name"] == "散客"
    stage.ledger.edit("渠道台账", {"渠道编码": "KH0001"}, {"区域": "华北区"})
    stage.books.user_edit("customer", stage.customer("KH0002"), {"group_name": "华东渠道"})
    stage.sync()
    assert stage.hub.conflicts() == []
    assert stage.org.record("Account", stage.account("KH0001"))["Region__c"] == "North"
    assert stage.hub.verify().clean


def test_a_value_added_to_the_table_lets_the_edit_through_whoever_would_win_a_conflict(
    hub_with: HubWith,
) -> None:
    stage = hub_with()
    stage.ledger.edit("渠道台账", {"渠道编码": "KH0001"}, {"区域": "火星区"})
    stage.sync()
    stage.rewrite(LEDGER, "上海: 华东, 浙江: 华东", "上海: 华东, 浙江: 华东, 火星区: 海外")
    stage.activate()
    report = stage.sync()
    assert not report.total("conflicts_settled")
    assert stage.hub.conflicts() == []
    assert stage.org.record("Account", stage.account("KH0001"))["Region__c"] == "Overseas"
    assert stage.ledger.row("渠道台账", 渠道编码="KH0001")["区域"] == "火星区"
    assert stage.hub.verify().clean
