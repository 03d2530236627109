"""What a row of a workbook is read as."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from synchub.sdk import FieldType, ProtocolError, Unreadable
from tests.connectors.excel.excel_workbooks import (
    LIBREOFFICE,
    SHEET,
    excel_workbook,
    plain_workbook,
    sheet_of_rows,
)

HEADER_2 = {"header_row": "2"}
ALL = ("系统编号", "渠道名称", "税号", "联系电话", "信用额度", "签约日期", "是否合作", "备注", "含税额度")


def header(*names: str) -> str:
    """Row 1 with these headers as inline strings."""
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in names)
    return f'<row r="1">{cells}</row>'


def test_rows_of_an_excel_workbook_come_with_every_value_as_it_stands(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2, columns=ALL)
    first, second, third, hidden = desk.pull()
    assert first.values == (
        "P-001", "联宏科技 公司", "91310000MA1K35X20A", "13800138001", 500000, "2024-03-01", "是",
        "  前后空格\r\n第二行  ", 565000,
    )  # fmt: skip
    assert second.values[4:6] == (Decimal("120000.3"), "2023-11-30")
    assert second.values[8] == Decimal("135600.339")
    assert third.values == ("P-003", "西南渠道公司", None, None, Decimal("0.1"), None, None, None, None)
    assert hidden.values[:2] == ("P-008", "隐藏行")
    assert [record.title for record in desk.pull()] == ["row 3", "row 4", "row 5", "row 8"]


def test_rows_of_a_libreoffice_workbook_are_read_alike(put: Any) -> None:
    desk = put(LIBREOFFICE.read_bytes(), columns=("渠道名称", "信用额度", "签约日期", "备注"))
    assert [record.values for record in desk.pull()] == [
        ("联宏科技", 500000, "2024-03-01", "老客户"),
        ("Blue River Ltd", Decimal("120000.5"), "2023-11-30", None),
        ("西南渠道公司", 0, "2025-01-15", "  前后空格  "),
        ("带换行", 88, None, "第一行\n第二行"),
    ]


def test_values_are_exact_and_typed(put: Any) -> None:
    row = [
        "P-1",
        0.1 + 0.2,
        7.0,
        -3,
        True,
        False,
        datetime(2026, 8, 1, 12, 34, 56),
        date(2026, 8, 1),
        "007",
        "  ",
    ]
    names = ["系统编号", "小数", "整数", "负数", "真", "假", "时刻", "日期", "零开头", "空白"]
    desk = put(plain_workbook([names, row]), columns=tuple(names[1:]))
    [record] = desk.pull()
    assert record.values == (
        Decimal("0.3"),
        7,
        -3,
        True,
        False,
        "2026-08-01T12:34:56",
        "2026-08-01",
        "007",
        "  ",
    )
    assert [type(value) for value in record.values[:5]] == [Decimal, int, int, bool, bool]


def test_dates_of_a_1904_workbook_are_the_same_days(put: Any) -> None:
    workbook = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/>'
        f'<sheets><sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    desk = put(excel_workbook({"xl/workbook.xml": workbook}), options=HEADER_2, columns=("签约日期",))
    assert desk.pull()[0].values == ("2028-03-02",)
    desk.push(desk.update("P-001", {"签约日期": "2024-03-01"}))
    assert desk.pull()[0].values == ("2024-03-01",)


def test_positions_are_right_when_the_sheet_begins_further_down_and_right(put: Any) -> None:
    rows = (
        '<row r="4"><c r="C4" t="inlineStr"><is><t>系统编号</t></is></c><c t="inlineStr"><is><t>渠道名称</t></is></c></row>'
        '<row r="5"><c r="B5"><f>1+1</f></c><c r="C5" t="inlineStr"><is><t>P-1</t></is></c>'
        '<c t="inlineStr"><is><t>甲</t></is></c></row>'
    )
    desk = put(sheet_of_rows(rows), options={"header_row": "4"}, columns=("渠道名称",))
    [record] = desk.pull()
    assert (record.id, record.values, record.title) == ("P-1", ("甲",), "row 5")


@pytest.mark.parametrize(
    ("cell", "code", "shown"),
    [
        ("<c><v>123456789012345678</v></c>", "XL301", "1.23456789012346e+17"),
        ("<c><v>1234567890123456</v></c>", "XL301", "1.23456789012346e+15"),
        ("<c><v>1E+400</v></c>", "XL301", "inf"),
        ('<c t="e"><v>#N/A</v></c>', "XL303", "#N/A"),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "XL303", "#DIV/0!"),
        ("<c><f>A1+1</f></c>", "XL302", None),
        ("<c><f>A1+1</f><v></v></c>", "XL302", None),
        ("<c><f t='shared' si='0'/><v/></c>", "XL302", None),
    ],
)
def test_what_lost_something_is_unreadable_and_says_where_and_why(
    put: Any, cell: str, code: str, shown: str | None
) -> None:
    row = f'<row r="2"><c t="inlineStr"><is><t>P-1</t></is></c>{cell}<c><v>5</v></c></row>'
    desk = put(sheet_of_rows(header("系统编号", "税号", "数") + row), columns=("税号", "数"))
    [record] = desk.pull()
    value, other = record.values
    assert isinstance(value, Unreadable)
    assert (value.problem.code, value.problem.params["cell"]) == (code, "B2")
    assert value.problem.params.get("shown") == shown
    assert "B2" in value.problem.text("en")
    assert value.problem.fix("zh")
    assert other == 5


def test_an_empty_text_result_of_a_formula_is_empty_not_unreadable(put: Any) -> None:
    row = '<row r="2"><c t="inlineStr"><is><t>P-1</t></is></c><c t="str"><f>IF(1,"","")</f><v></v></c></row>'
    desk = put(
        sheet_of_rows(header("系统编号", "备注") + row + row.replace('r="2"', 'r="3"').replace("P-1", "P-2"))
    )
    desk.columns = ("备注",)
    assert [
        record.values for record in desk.pull()
    ] == []  # a row with nothing but an id and formulas is set aside
    assert [row.code for row in desk.rejected()] == ["XL314", "XL314"]


def test_cells_under_merged_cells_are_unreadable_not_empty(put: Any) -> None:
    rows = "".join(
        f'<row r="{number}"><c t="inlineStr"><is><t>P-{number}</t></is></c>{region}<c><v>{number}</v></c></row>'
        for number, region in ((2, '<c t="inlineStr"><is><t>华东</t></is></c>'), (3, "<c/>"))
    )
    merged = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    desk = put(sheet_of_rows(header("系统编号", "区域", "数") + rows, after=merged), columns=("区域", "数"))
    first, second = desk.pull()
    assert first.values == ("华东", 2)
    assert isinstance(second.values[0], Unreadable)
    assert second.values[0].problem.params == {"cell": "B3", "range": "B2:B3"}


def test_blank_rows_and_rows_of_prepared_formulas_are_skipped(put: Any) -> None:
    rows = (
        '<row r="2"><c r="B2"><f>ROW()</f><v>2</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>  </t></is></c></row>'
        '<row r="4"/><row r="6"><c r="A6" t="inlineStr"><is><t>P-6</t></is></c><c r="C6"><v>1</v></c></row>'
    )
    desk = put(sheet_of_rows(header("系统编号", "序号", "数") + rows), columns=("数",))
    assert [(record.id, record.title) for record in desk.pull()] == [("P-6", "row 6")]


def test_the_total_row_of_a_table_is_no_record(put: Any) -> None:
    from tests.connectors.excel.excel_workbooks import TABLE_PART, parts

    table = parts(excel_workbook())[TABLE_PART].decode().replace('totalsRowShown="0"', 'totalsRowCount="1"')
    desk = put(excel_workbook({TABLE_PART: table}), options=HEADER_2)
    assert [record.id for record in desk.pull()] == ["P-001", "P-002", "P-003"]
    [outcome] = desk.push(desk.create("P-9", {"渠道名称": "新"}))
    assert outcome.error is not None
    assert outcome.error.code == "XL408"


def test_headers_may_differ_in_spaces_and_line_breaks(put: Any) -> None:
    desk = put(plain_workbook([["系统编号", " 渠道\n名称 "], ["P-1", "甲"]]), columns=("渠道 名称",))
    assert desk.pull()[0].values == ("甲",)


def test_discovery_tells_columns_types_and_which_columns_are_formulas(put: Any) -> None:
    [schema] = put(excel_workbook()).excel.discover([SHEET])
    types = {each.name: each.type for each in schema.fields}
    assert types == dict.fromkeys(ALL, FieldType.TEXT) | {
        "信用额度": FieldType.DECIMAL,
        "签约日期": FieldType.DATE,
        "含税额度": FieldType.DECIMAL,
    }
    assert schema.notes == ("header_row: 2",)
    assert [each.name for each in schema.fields if not each.updatable] == ["含税额度"]


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([["名称", "备注", "电话"], ["甲", "一", "138", "自己的备注"], ["乙", "二", "139", "另一条"]], 1),
        ([["渠道台账"], ["名称", "备注", "电话"], ["甲", "一", "138"]], 2),
        ([["渠道台账", "2026 年"], ["名称", "备注", "电话"], ["甲", "一", "138"]], 2),
        ([["名称"], ["甲"]], 1),
    ],
)
def test_discovery_finds_the_headers_beside_a_column_without_one_and_below_a_title(
    put: Any, rows: list[list[str]], row: int
) -> None:
    [schema] = put(plain_workbook(rows)).excel.discover()
    assert schema.notes == (f"header_row: {row}",)


def test_discovery_of_everything_includes_hidden_sheets_and_empty_ones(put: Any) -> None:
    assert [schema.name for schema in put(excel_workbook()).excel.discover()] == [SHEET, "汇总"]
    [empty] = put(plain_workbook([])).excel.discover()
    assert (empty.name, empty.fields, empty.updatable) == (SHEET, (), False)


def test_check_names_the_file_and_its_sheets(put: Any) -> None:
    found = put(excel_workbook()).excel.check()
    assert "渠道台账.xlsx" in found
    assert "汇总" in found


def test_an_unchanged_file_costs_no_reading(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    [page] = desk.excel.pull(desk.request())
    assert page.complete
    assert desk.excel.calls == 1
    [again] = desk.excel.pull(desk.request(page.cursor))
    assert (again.records, again.cursor, again.complete) == ((), page.cursor, False)
    assert desk.excel.calls == 1


def test_a_file_that_was_only_touched_is_read_but_not_parsed(put: Any) -> None:
    import os

    desk = put(excel_workbook(), options=HEADER_2)
    [page] = desk.excel.pull(desk.request())
    os.utime(desk.path, ns=(5_000_000_000, 5_000_000_000))  # older than before: a copy with an old date
    [again] = desk.another().pull(desk.request(page.cursor))
    assert not again.records
    assert again.cursor != page.cursor
    desk.path.write_bytes(plain_workbook([["系统编号", "渠道名称", "信用额度"], ["P-1", "甲", 1]]))
    os.utime(desk.path, ns=(5_000_000_000, 5_000_000_000))
    desk.options = {}
    [changed] = desk.excel.pull(desk.request(again.cursor))
    assert [record.id for record in changed.records] == ["P-1"]


def test_a_long_listing_comes_in_pages_and_goes_on_where_it_stopped(put: Any) -> None:
    rows = [["系统编号", "渠道名称", "信用额度"], *([f"P-{number}", "甲", number] for number in range(4500))]
    desk = put(plain_workbook(rows))
    pages = list(desk.excel.pull(desk.request()))
    assert [len(page.records) for page in pages] == [2000, 2000, 500]
    assert [(page.complete, page.cursor is None) for page in pages] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    import dataclasses

    resumed = list(desk.another().pull(dataclasses.replace(desk.request(), resume=pages[0].resume)))
    assert [record.id for page in resumed for record in page.records] == [f"P-{n}" for n in range(2000, 4500)]
    other_file = dataclasses.replace(desk.request(), resume="2000:another version")
    assert len([record for page in desk.excel.pull(other_file) for record in page.records]) == 4500


def test_twenty_thousand_rows_are_read_and_written_in_one_go(put: Any) -> None:
    rows = [
        ["系统编号", "渠道名称", "信用额度"],
        *([f"P-{number}", f"渠道 {number}", number] for number in range(20_000)),
    ]
    desk = put(plain_workbook(rows), columns=("信用额度",))
    assert len(desk.pull()) == 20_000
    outcomes = desk.push(
        *(desk.update(f"P-{n}", {"信用额度": n + 1}, {"信用额度": n}) for n in range(0, 20_000, 4))
    )
    assert {outcome.kind.value for outcome in outcomes} == {"ok"}
    assert [record.values[0] for record in desk.pull()][:5] == [1, 1, 2, 3, 5]
    assert desk.excel.calls == 5  # pull, push: read, look, replace; pull


def test_fetch_gives_the_rows_asked_for_and_leaves_out_others(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    found = desk.excel.fetch(desk.request(), ["P-002", "P-404"])
    assert [record.id for record in found] == ["P-002"]
    assert [record.id for record in desk.excel.find(desk.request(), "渠道名称", ["西南渠道公司"])] == [
        "P-003"
    ]


@pytest.mark.parametrize(
    ("columns", "options", "code", "params"),
    [
        (("渠道名",), HEADER_2, "XL203", {"column": "渠道名", "nearest": "渠道名称", "row": 2}),
        (("Zebra",), HEADER_2, "XL204", {"column": "Zebra"}),
        (("渠道名称",), {"header_row": "6"}, "XL202", {"row": 6}),
    ],
)
def test_a_missing_header_stops_the_object_and_names_the_nearest(
    put: Any, columns: tuple[str, ...], options: dict[str, str], code: str, params: dict[str, object]
) -> None:
    desk = put(excel_workbook(), columns=columns, options=options)
    with pytest.raises(ProtocolError) as raised:
        desk.pull()
    assert raised.value.code == code
    assert params.items() <= raised.value.params.items()
    for part in ("渠道台账.xlsx", SHEET):
        assert part in str(raised.value)
    with pytest.raises(ProtocolError):
        desk.push(desk.update("P-001", {columns[0]: "x"}))


def test_a_repeated_header_matters_only_when_it_is_wanted(put: Any) -> None:
    desk = put(plain_workbook([["系统编号", "备注", "备注", "数"], ["P-1", "a", "b", 1]]), columns=("数",))
    assert desk.pull()[0].values == (1,)
    desk.columns = ("备注",)
    with pytest.raises(ProtocolError) as raised:
        desk.pull()
    assert (raised.value.code, raised.value.params["where"]) == ("XL205", "B, C")


def test_a_missing_sheet_names_those_that_are_there(put: Any) -> None:
    desk = put(excel_workbook().replace(b"", b""))
    import dataclasses

    with pytest.raises(ProtocolError) as raised:
        list(desk.excel.pull(dataclasses.replace(desk.request(), object="台帐")))
    assert raised.value.code == "XL201"
    assert SHEET in str(raised.value)


def test_an_empty_sheet_is_an_error_and_not_an_empty_listing(put: Any) -> None:
    with pytest.raises(ProtocolError) as raised:
        put(plain_workbook([])).pull()
    assert raised.value.code == "XL206"
