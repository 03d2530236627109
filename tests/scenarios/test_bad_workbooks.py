"""The workbook as people spoil it: sheets and headers gone, rows copied, long numbers, nothing in it, no room on the disk."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from synchub.errors import ConnectorError, Problem
from synchub.sdk import Raw
from tests.scenarios.conftest import HubWith
from tests.scenarios.scenario_process import file_size_limit
from tests.scenarios.scenario_stage import reason, said
from tests.scenarios.scenario_workbook import EMPLOYEES, IDENTITY, PARTNERS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CODE = "渠道编码"


def without_sheet(path: Path) -> None:
    book = load_workbook(path)
    book[PARTNERS].title = "台账2027"
    book.save(path)


def with_another_header(path: Path) -> None:
    book = load_workbook(path)
    for cell in book[PARTNERS][2]:
        if cell.value == "联系电话":
            cell.value = "联系电话号码"
    book.save(path)


def with_nothing_in_it(path: Path) -> None:
    book = load_workbook(path)
    book[PARTNERS].delete_rows(1, book[PARTNERS].max_row)
    book.save(path)


def of_no_bytes(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


def of_other_content(path: Path) -> None:
    path.write_text("渠道编码,渠道名称\n", "gbk")


UNUSABLE: dict[str, tuple[Callable[[Path], None], str, str, str]] = {
    "missing_sheet": (without_sheet, "XL201", "has no worksheet “渠道台账”; there are: 台账2027, 联系人, 员工", "里没有工作表“渠道台账”"),
    "empty_sheet": (with_nothing_in_it, "XL206", "worksheet “渠道台账” is empty", "工作表“渠道台账”是空的"),
    "empty_file": (of_no_bytes, "XL110", "渠道台账.xlsx is empty (0 bytes)", "渠道台账.xlsx 是空文件"),
    "file_gone": (gone, "XL101", "the workbook 渠道台账.xlsx is not there", "找不到工作簿 渠道台账.xlsx"),
    "no_workbook": (of_other_content, "XL107", "is not a workbook, or it is damaged", "不是工作簿，或者已经损坏"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "code", "english", "chinese"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_workbook_is_explained_and_left_alone_while_the_others_go_on(
    hub_with: HubWith, spoil: Callable[[Path], None], code: str, english: str, chinese: str
) -> None:
    stage = hub_with()
    path = stage.ledger.path
    whole = path.read_bytes()
    spoil(path)
    spoilt = path.read_bytes() if path.exists() else None
    stage.note("salesforce", "其余照常")
    report = stage.sync()
    assert list(report.failures) == ["workbook"]
    error = report.failures["workbook"]
    assert isinstance(error, ConnectorError)
    assert error.code == code
    assert english in said(error)[0]
    assert chinese in said(error)[1]
    assert all(text.strip().count("\n") for text in said(error)), "there is a way out"
    assert (path.read_bytes() if path.exists() else None) == spoilt
    assert stage.books.record("customer", stage.customer("KH0001"))["remark"] == "其余照常"
    assert not report.total("missing")
    path.write_bytes(whole)
    report = stage.sync()
    assert not report.failures
    assert set(stage.notes().values()) == {"其余照常"}
    assert len(stage.ledger.rows()) == 4
    assert stage.hub.verify().clean


def test_a_renamed_header_rests_its_field_there_and_the_rest_of_the_workbook_goes_on(
    hub_with: HubWith,
) -> None:
    stage = hub_with()
    path = stage.ledger.path
    phones = {row[CODE]: row["联系电话"] for row in stage.ledger.rows()}
    with_another_header(path)
    stage.note("salesforce", "其余照常")
    report = stage.sync()
    assert not report.failures
    (warning,) = report.warnings
    assert (warning.code, warning.params["column"]) == ("E421", "联系电话")
    assert "联系电话号码" in said(warning)[0]
    assert "联系电话号码" in said(warning)[1]
    assert set(stage.notes().values()) == {"其余照常"}
    assert {row[CODE]: row["联系电话号码"] for row in stage.ledger.rows()} == phones, (
        "nothing blanked or written"
    )
    assert not report.total("missing")


def delete_all_rows(sheet: Worksheet) -> None:
    sheet.delete_rows(3 if sheet.title == PARTNERS else 2, sheet.max_row)


def test_a_sheet_with_headers_and_no_rows_proves_nothing_about_the_partners(hub_with: HubWith) -> None:
    stage = hub_with()
    whole = stage.ledger.data
    stage.ledger.change(PARTNERS, delete_all_rows)
    emptied = stage.ledger.data
    stage.note("salesforce", "其余照常")
    report = stage.sync()
    (warning,) = report.warnings
    assert warning.code == "E401"
    assert "workbook listed not one 渠道台账 although 4 are known" in warning.text("en")
    assert "workbook 没有列出任何 渠道台账，但已知有 4 条" in warning.text("zh")
    assert not report.total("missing")
    assert [one.code for one in stage.sync().warnings] == ["E401"], "it is not forgotten by the next run"
    assert stage.org.records("Account").keys() == {stage.account(f"KH000{n}") for n in range(1, 5)}
    assert stage.books.record("customer", stage.customer("KH0001"))["remark"] == "其余照常"
    assert stage.ledger.data == emptied
    stage.ledger.path.write_bytes(whole)
    report = stage.sync()
    assert set(stage.notes().values()) == {"其余照常"}
    assert stage.hub.verify().clean


def test_a_single_row_that_vanishes_is_neither_typed_again_nor_deleted_elsewhere(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.change(PARTNERS, lambda sheet: sheet.delete_rows(3, 1))
    stage.note("salesforce", "其余照常")
    report = stage.sync()
    assert report.total("missing") == 1
    assert [row[CODE] for row in stage.ledger.rows()] == ["KH0002", "KH0003", "KH0004"]
    assert stage.books.record("customer", stage.customer("KH0001"))["remark"] == "其余照常"
    before = stage.state()
    stage.sync()
    assert stage.state() == before


# --- rows that claim to be the same


def test_a_copied_row_that_was_changed_becomes_a_new_partner_and_the_old_one_keeps_its_id(
    hub_with: HubWith,
) -> None:
    stage = hub_with()
    original = stage.ledger.row(PARTNERS, 渠道编码="KH0001")
    copy: dict[str, Raw] = {
        IDENTITY: original[IDENTITY],
        "渠道名称": "联宏科技成都分公司",
        "区域": "西南区",
        "是否合作": "是",
    }
    stage.ledger.append(PARTNERS, copy)
    report = stage.sync()
    assert not report.failures
    assert stage.ledger.row(PARTNERS, 渠道编码="KH0001") == original
    row = stage.ledger.row(PARTNERS, 渠道名称="联宏科技成都分公司")
    assert row[IDENTITY] not in {None, original[IDENTITY]}
    assert row[CODE] == "QD-00001"
    assert stage.org.record("Account", stage.account("QD-00001"))["Name"] == "联宏科技成都分公司"
    assert stage.org.record("Account", stage.account("KH0001"))["Name"] == original["渠道名称"]
    stage.sync()
    before = stage.state()
    stage.sync()
    assert stage.state() == before


def test_an_exact_copy_of_a_row_waits_for_a_person_and_makes_no_second_partner(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.append(PARTNERS, stage.ledger.row(PARTNERS, 渠道编码="KH0001"))
    stage.note("salesforce", "其余照常")
    stage.sync()
    (conflict,) = stage.hub.conflicts()
    assert conflict.code == "E213"
    assert len(stage.org.records("Account")) == 4
    assert len(stage.books.records("customer")) == 4
    first, second = [row for row in stage.ledger.rows() if row[CODE] == "KH0001"]
    assert first[IDENTITY] != second[IDENTITY]
    assert (first["备注"], second.get("备注")) == ("其余照常", None)
    before = stage.state()
    stage.sync()
    assert stage.state() == before
    stage.ledger.change(PARTNERS, lambda sheet: sheet.delete_rows(sheet.max_row, 1))
    stage.sync()
    assert stage.hub.conflicts() == []
    assert stage.hub.verify().clean


def test_two_rows_with_one_key_are_both_set_aside_and_the_others_sync(hub_with: HubWith) -> None:
    """A sheet without a column for the hub: rows are told by their own key."""
    stage = hub_with(agreed=False)
    stage.rewrite("mappings/员工.yaml", "  编号列: 系统编号\n", "")
    stage.rewrite("mappings/员工.yaml", "对应: 员工\n", "对应: 员工\n选项: {key_column: 工号}\n")
    stage.ledger.append(EMPLOYEES, {"工号": "ZY001", "姓名": "另一个周敏", "在职": "是"})
    stage.ledger.edit(EMPLOYEES, {"工号": "ZY002"}, {"手机": "138-0000-7777"})
    report = stage.sync()
    assert not report.failures
    # The two rows that cannot be told apart, and the third that the hub did not type in beside them.
    aside = {one.stage: one for one in stage.hub.quarantined("workbook")}
    assert aside.keys() == {"pull", "push"}
    for row in aside.values():
        english, chinese = said(Problem(row.code, row.params))
        assert "rows 2, 4 hold the same 工号 “ZY001”" in english
        assert "第 2, 4 行的工号都是“ZY001”" in chinese
    assert [row["工号"] for row in stage.ledger.rows(EMPLOYEES)] == ["ZY001", "ZY002", "ZY001"]
    assert all(row[CODE] and row[IDENTITY] for row in stage.ledger.rows(PARTNERS))
    ((golden, _),) = stage.hub.find("Employee", "ZY002")
    assert "+8613800007777" in str(stage.hub.explain("Employee", golden, "phone"))
    stage.ledger.change(EMPLOYEES, lambda sheet: sheet.delete_rows(4, 1))
    stage.sync()
    assert stage.hub.quarantined() == []
    assert stage.hub.verify().clean


# --- numbers that lost their digits


def test_a_long_number_stored_as_a_number_is_held_with_the_cell_and_the_rest_of_the_row_flows(
    hub_with: HubWith,
) -> None:
    stage = hub_with()
    with stage.ledger.opened() as sheet:
        (row,) = [n for n in range(3, sheet.max_row + 1) if sheet.cell(n, 2).value == "KH0001"]
        sheet.cell(row, 4).value = 913101150000000123
        sheet.cell(row, 4).number_format = "0"
    stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"备注": "其余照常"})
    with stage.ledger.opened() as sheet:
        shown = sheet.cell(row, 4).value
    stage.sync()
    (conflict,) = stage.hub.conflicts()
    assert (conflict.system, conflict.field, conflict.code) == ("workbook", "tax_id", "E202")
    assert conflict.detail["problem"] == "XL301"
    english, chinese = reason(conflict)
    assert "D3 holds 9.1310115e+17: Excel keeps 15 digits" in english
    assert "D3 是 9.1310115e+17：Excel 的数字只保留 15 位" in chinese
    assert "format the column as Text" in english
    assert set(stage.notes().values()) == {"其余照常"}
    assert stage.org.record("Account", stage.account("KH0001"))["TaxId__c"] == "91310115MALE646851"
    assert stage.books.record("customer", stage.customer("KH0001"))["taxpayer_no"] == "91310115MALE646851"
    with stage.ledger.opened() as sheet:
        assert sheet.cell(row, 4).value == shown
    stage.ledger.edit(PARTNERS, {CODE: "KH0001"}, {"税号": "91310115MALE646851"})
    stage.sync()
    assert stage.hub.conflicts() == []
    assert stage.hub.verify().clean


def test_a_new_row_whose_name_is_a_long_number_is_set_aside_with_the_reason(hub_with: HubWith) -> None:
    stage = hub_with()
    stage.ledger.append(PARTNERS, {"渠道名称": 123456789012345678, "区域": "华东区"})
    stage.note("workbook", "其余照常")
    stage.sync()
    (row,) = stage.hub.quarantined()
    assert (row.system, row.code, row.params["problem"]) == ("workbook", "E302", "XL301")
    assert set(stage.notes().values()) == {"其余照常"}
    assert len(stage.org.records("Account")) == 4
    assert IDENTITY not in stage.ledger.rows()[-1]


# --- no room


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 kB; its own, so that nothing else is short of room."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk: the really full disk was not tried")
    place = tmp_path / "small disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("mounting a small disk is not allowed here: the really full disk was not tried")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill_up(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("wb") as handle:
        while True:
            handle.write(bytes(1024))
            handle.flush()


def test_on_a_really_full_disk_the_workbook_stays_as_it_was_and_is_written_when_there_is_room(
    hub_with: HubWith, small_disk: Path
) -> None:
    stage = hub_with()
    stage.move_workbook(small_disk / "渠道台账.xlsx")
    stage.open()
    stage.sync()
    filler = small_disk / "filler"
    fill_up(filler)
    before = stage.ledger.data
    stage.note("salesforce", "没有空间时写的")
    report = stage.sync()
    told = [one for one in report.warnings if one.code == "XL504"]
    assert "the disk is full; 渠道台账.xlsx was not changed" in told[0].text("en")
    assert "磁盘已满，渠道台账.xlsx 没有改动" in told[0].text("zh")
    assert report.state == "attention"
    assert stage.ledger.data == before
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler", "渠道台账.xlsx"]
    assert stage.books.record("customer", stage.customer("KH0001"))["remark"] == "没有空间时写的"
    filler.unlink()
    assert stage.sync().state == "done"
    assert set(stage.notes().values()) == {"没有空间时写的"}
    assert stage.hub.verify().clean


def test_a_file_that_may_not_grow_is_blocked_in_the_same_way(hub_with: HubWith) -> None:
    """The limit of a process: the workbook is the only file above it."""
    stage = hub_with(real_time=True)
    with zipfile.ZipFile(stage.ledger.path, "a") as package:
        package.writestr("xl/media/photo.bin", random.Random(1).randbytes(8_000_000))
    stage.sync()
    stage.close_hub()
    before = stage.ledger.data
    stage.note("salesforce", "没有空间时写的")
    code, told = stage.sync_elsewhere(file_size_limit(6_000_000))
    assert (code, told) == (0, "attention XL504")
    assert stage.ledger.data == before
    assert stage.books.record("customer", stage.customer("KH0001"))["remark"] == "没有空间时写的"
    assert stage.sync().state == "done"
    assert set(stage.notes().values()) == {"没有空间时写的"}
