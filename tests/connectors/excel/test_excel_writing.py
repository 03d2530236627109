"""What a write makes of a cell, and which cells it must leave alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from synchub.sdk import Op, OutcomeKind, Raw, Write
from tests.connectors.excel.excel_workbooks import (
    SHEET,
    excel_sheet,
    excel_workbook,
    plain_workbook,
    sheet_of_rows,
)

HEADER_2 = {"header_row": "2"}
HEAD = ["系统编号", "渠道名称", "信用额度"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+86 138",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "'quoted",
        "#N/A",
        "TRUE",
        "1e5",
        "2026-08-01",
    ],
)
def test_text_that_looks_like_something_else_stays_text(put: Any, text: str) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]), columns=("渠道名称",))
    [updated, created] = desk.push(
        desk.update("P-1", {"渠道名称": text}), desk.create("P-2", {"渠道名称": text})
    )
    assert updated.record is not None
    assert updated.record.values == (text,)
    assert created.record is not None
    assert created.record.values == (text,)
    sheet = load_workbook(desk.path)[SHEET]
    for cell in (sheet["B2"], sheet["B3"]):
        assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize(
    "text",
    [
        "<&>\"'",
        "两\n行",
        "a\r\nb",
        "  前后  ",
        "\x01\x1f",
        "_x0041_",
        "_x000D_",
        "emoji 😀",
        "ﷺ",
        "x" * 32_767,
    ],
)
def test_every_text_comes_back_as_it_was_written(put: Any, text: str) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]), columns=("渠道名称",))
    [outcome] = desk.push(desk.update("P-1", {"渠道名称": text}))
    assert outcome.kind is OutcomeKind.OK
    assert desk.pull()[0].values == (text,)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x" * 32_768, "XL405"),
        ("😀" * 16_384, "XL405"),
        ("\ud800", "XL406"),
        ("\uffff", "XL406"),
        (["a"], "XL407"),
    ],
)
def test_what_a_cell_cannot_hold_is_rejected_and_the_others_are_written(
    put: Any, value: Raw, code: str
) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1], ["P-2", "乙", 2]]), columns=("渠道名称",))
    bad, good = desk.push(desk.update("P-1", {"渠道名称": value}), desk.update("P-2", {"渠道名称": "丙"}))
    assert bad.kind is OutcomeKind.REJECTED
    assert bad.error is not None
    assert bad.error.code == code
    assert good.kind is OutcomeKind.OK
    assert [record.values[0] for record in desk.pull()] == ["甲", "丙"]


def test_numbers_are_numbers_and_identifiers_text(put: Any) -> None:
    desk = put(
        plain_workbook([[*HEAD, "税号", "比例"], ["P-1", "甲", 1, "91", 0.5]], {"D": "@"}),
        columns=("信用额度", "税号", "比例", "渠道名称"),
    )
    values: dict[str, Raw] = {
        "信用额度": Decimal("1234567.50"),
        "税号": 123,
        "比例": Decimal("0.12"),
        "渠道名称": 123456789012345678,
    }
    [outcome] = desk.push(desk.update("P-1", values))
    assert outcome.record is not None
    assert outcome.record.values == (Decimal("1234567.5"), "123", Decimal("0.12"), "123456789012345678")


def test_a_date_goes_into_a_date_cell_as_a_date_and_elsewhere_as_text(put: Any) -> None:
    rows = [
        [*HEAD, "签约日期", "备注"],
        ["P-1", "甲", 1, date(2026, 1, 1), "x"],
        ["P-2", "乙", 2, date(2026, 2, 1), "y"],
    ]
    desk = put(plain_workbook([*rows, ["P-3", "丙", 3, None, None]]), columns=("签约日期", "备注"))
    write = {"签约日期": "2026-08-01", "备注": "2026-08-01"}
    desk.push(desk.update("P-1", write), desk.update("P-3", write), desk.create("P-4", write))
    assert [record.values for record in desk.pull()] == [
        ("2026-08-01", "2026-08-01"),
        ("2026-02-01", "y"),
        ("2026-08-01", "2026-08-01"),
        ("2026-08-01", "2026-08-01"),
    ]
    sheet = load_workbook(desk.path)[SHEET]
    assert [sheet[f"D{row}"].is_date for row in (2, 3, 4, 5)] == [True] * 4
    assert [sheet[f"E{row}"].data_type for row in (2, 4, 5)] == ["s"] * 3


@pytest.mark.parametrize("text", ["1899-12-31", "1900-02-28", "明天", "2026-13-01", "20260801"])
def test_what_is_no_date_for_excel_stays_text_in_a_date_cell(put: Any, text: str) -> None:
    desk = put(
        plain_workbook([[*HEAD, "签约日期"], ["P-1", "甲", 1, date(2026, 1, 1)]]), columns=("签约日期",)
    )
    [outcome] = desk.push(desk.update("P-1", {"签约日期": text}))
    assert outcome.record is not None
    assert outcome.record.values == (text,)


def test_a_time_of_day_is_kept_to_the_second(put: Any) -> None:
    desk = put(
        plain_workbook([[*HEAD, "时刻"], ["P-1", "甲", 1, date(2026, 1, 1)]], {"D": "yyyy-mm-dd hh:mm:ss"})
    )
    desk.columns = ("时刻",)
    [outcome] = desk.push(desk.update("P-1", {"时刻": "2026-08-01T23:59:58"}))
    assert outcome.record is not None
    assert outcome.record.values == ("2026-08-01T23:59:58",)


def test_a_formula_is_never_overwritten(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    held = desk.path.read_bytes()
    [outcome] = desk.push(desk.update("P-001", {"渠道名称": "新", "含税额度": 1}))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.params["cell"]) == ("XL403", "I3")
    assert desk.path.read_bytes() == held  # all of a record or nothing
    [same] = desk.push(desk.update("P-001", {"含税额度": 565000}))
    assert same.kind is OutcomeKind.OK


def test_cells_filled_by_an_array_formula_are_not_overwritten(put: Any) -> None:
    rows = (
        '<row r="1"><c t="inlineStr"><is><t>系统编号</t></is></c><c t="inlineStr"><is><t>数</t></is></c>'
        '<c t="inlineStr"><is><t>名</t></is></c></row>'
        '<row r="2"><c t="inlineStr"><is><t>P-1</t></is></c><c><f t="array" ref="B2:B3">{1;2}</f><v>1</v></c>'
        '<c t="inlineStr"><is><t>甲</t></is></c></row>'
        '<row r="3"><c t="inlineStr"><is><t>P-2</t></is></c><c><v>2</v></c><c t="inlineStr"><is><t>乙</t></is></c></row>'
    )
    desk = put(sheet_of_rows(rows), columns=("数",))
    [outcome] = desk.push(desk.update("P-2", {"数": 9}))
    assert outcome.error is not None
    assert outcome.error.code == "XL403"


def test_cells_under_merged_cells_are_not_written(put: Any) -> None:
    desk = put(
        excel_sheet('<mergeCells count="1">', '<mergeCells count="2"><mergeCell ref="G3:H3"/>'),
        options=HEADER_2,
    )
    [outcome] = desk.push(desk.update("P-001", {"备注": "x"}))
    assert outcome.error is not None
    assert outcome.error.code == "XL404"


def test_a_cell_that_changed_since_it_was_read_is_stale_and_the_others_are_written(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1], ["P-2", "乙", 2]]))
    stale, good = desk.push(
        desk.update("P-1", {"信用额度": 5}, {"信用额度": 3}),
        desk.update("P-2", {"信用额度": 6}, {"信用额度": 2}),
    )
    assert (stale.kind, good.kind) == (OutcomeKind.STALE, OutcomeKind.OK)
    assert stale.error is not None
    assert stale.error.params["cell"] == "C2"
    assert [record.values[2] for record in desk.pull()] == [1, 6]


def test_a_cell_that_already_holds_the_value_is_no_conflict_and_no_write(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    held = desk.path.read_bytes()
    [outcome] = desk.push(desk.update("P-1", {"信用额度": Decimal("1.0")}, {"信用额度": 0}))
    assert outcome.kind is OutcomeKind.OK
    assert desk.path.read_bytes() == held


def test_an_emptied_cell_was_seen_as_null_and_may_be_filled(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", None]]))
    [outcome] = desk.push(
        desk.update("P-1", {"信用额度": 5, "渠道名称": None}, {"信用额度": None, "渠道名称": "甲"})
    )
    assert outcome.record is not None
    assert outcome.record.values == ("P-1", None, 5)


def test_two_writes_to_one_row_are_one_and_contradicting_ones_are_not(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    first, second, third = desk.push(
        desk.update("P-1", {"信用额度": 5}, {"信用额度": 1}),
        desk.update("P-1", {"渠道名称": "乙"}, {"渠道名称": "甲"}),
        desk.update("P-1", {"信用额度": 6}, {"信用额度": 1}),
    )
    assert [first.kind, second.kind, third.kind] == [OutcomeKind.OK, OutcomeKind.OK, OutcomeKind.STALE]
    assert desk.pull()[0].values == ("P-1", "乙", 5)


def test_a_row_that_is_gone_is_told_and_not_created(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    [outcome] = desk.push(desk.update("P-404", {"信用额度": 5}))
    assert (outcome.kind, outcome.id) == (OutcomeKind.GONE, "P-404")
    assert len(desk.pull()) == 1


def test_a_create_repeated_makes_one_row(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    write = desk.create("P-2", {"渠道名称": "乙", "信用额度": 2})
    first = desk.push(write, write)
    again = desk.another().push(desk.request(), [write])
    assert {(outcome.kind, outcome.id) for outcome in (*first, *again)} == {(OutcomeKind.OK, "P-2")}
    assert [record.id for record in desk.pull()] == ["P-1", "P-2"]


def test_new_rows_go_into_prepared_empty_rows_and_keep_their_looks(put: Any) -> None:
    prepared = '<row r="9" ht="30" customHeight="1"><c r="A9" s="1"/><c r="E9" s="7"/></row></sheetData>'
    desk = put(excel_sheet("</sheetData>", prepared), options=HEADER_2)
    [outcome] = desk.push(desk.create("P-9", {"渠道名称": "新", "信用额度": Decimal("0.5")}))
    assert outcome.record is not None
    assert outcome.record.title == "row 9"
    sheet = desk.excel._parse(SHEET, desk.excel._file.read()).sheet
    assert b'<row r="9" ht="30" customHeight="1"><c r="A9" s="1" t="inlineStr">' in sheet.xml.data
    assert b'<c r="E9" s="7"><v>0.5</v></c>' in sheet.xml.data


def test_the_first_row_of_an_empty_list_does_not_look_like_its_header(put: Any) -> None:
    desk = put(plain_workbook([HEAD]))
    [outcome] = desk.push(desk.create("P-1", {"渠道名称": "甲", "信用额度": 3}))
    assert outcome.record is not None
    assert (outcome.record.title, outcome.record.values) == ("row 2", ("P-1", "甲", 3))


def test_a_batch_is_one_new_version_of_the_file(put: Any) -> None:
    desk = put(plain_workbook([HEAD, *([f"P-{n}", "甲", n] for n in range(50))]))
    outcomes = desk.push(
        *(desk.update(f"P-{n}", {"信用额度": -n}) for n in range(1, 50)), desk.create("P-50", {})
    )
    assert all(outcome.record is not None for outcome in outcomes[:-1])
    assert desk.excel.calls == 3  # read, last look, replace
    assert len(list((desk.folder / "state" / "versions").iterdir())) == 1


def test_a_create_of_nothing_but_an_id_is_a_row_set_aside(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    write = Write("k", Op.CREATE, {}, hub_column="系统编号", hub_id="P-2")
    [outcome] = desk.push(write)
    assert (outcome.kind, outcome.record) == (OutcomeKind.OK, None)
    assert [row.code for row in desk.rejected()] == ["XL314"]
