"""Only the changed cells change: every other byte of the workbook stays."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from synchub.sdk import OutcomeKind
from tests.connectors.excel.excel_workbooks import (
    LIBREOFFICE,
    SHEET,
    SHEET_PART,
    TABLE_PART,
    excel_workbook,
    parts,
)

HEADER_2 = {"header_row": "2"}


def changed_pieces(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """What is left of two texts without their common start and end."""
    start = next(
        (index for index, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0
    )
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return before[start : len(before) - end], after[start : len(after) - end]


def test_an_update_changes_nothing_but_its_cell(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    before = parts(desk.path.read_bytes())
    [outcome] = desk.push(desk.update("P-001", {"信用额度": Decimal(480000)}, {"信用额度": 500000}))
    after = parts(desk.path.read_bytes())
    assert outcome.kind is OutcomeKind.OK
    assert list(after) == list(before)
    assert [name for name in before if before[name] != after[name]] == [SHEET_PART]
    assert after[SHEET_PART] == before[SHEET_PART].replace(
        b'<c r="E3" s="2"><v>500000</v></c>', b'<c r="E3" s="2"><v>480000</v></c>'
    )


def test_several_cells_of_several_rows_change_and_all_between_stays(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    before = parts(desk.path.read_bytes())
    desk.push(
        desk.update("P-001", {"渠道名称": "联宏科技", "备注": None}),
        desk.update("P-003", {"税号": "0123456789012345", "备注": "新"}),
        desk.update("P-008", {"联系电话": "=1+1"}),
    )
    after = parts(desk.path.read_bytes())
    assert [name for name in before if before[name] != after[name]] == [SHEET_PART]
    expected = before[SHEET_PART].decode()
    for old, new in (
        ('<c r="B3" t="s"><v>19</v></c>', '<c r="B3" t="inlineStr"><is><t>联宏科技</t></is></c>'),
        ('<c r="H3" t="s"><v>20</v></c>', '<c r="H3"/>'),
        (
            '<c t="s"><v>18</v></c><c s="1"/><c s="1"/><c s="2"><v>0.1</v></c></row>',
            (
                '<c t="s"><v>18</v></c><c s="1" t="inlineStr"><is><t>0123456789012345</t></is></c><c s="1"/><c s="2"><v>0.1</v></c>'
                '<c r="H5" t="inlineStr"><is><t>新</t></is></c></row>'
            ),
        ),
        ('<c r="E8" s="2">', '<c r="D8" s="1" t="inlineStr"><is><t>=1+1</t></is></c><c r="E8" s="2">'),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert after[SHEET_PART].decode() == expected


def test_the_entries_keep_their_order_dates_and_attributes(put: Any) -> None:
    desk = put(LIBREOFFICE.read_bytes())
    desk.push(desk.update("P-001", {"信用额度": 1}))

    def facts(data: bytes) -> list[tuple[object, ...]]:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return [
                (
                    each.filename,
                    each.date_time,
                    each.external_attr,
                    each.compress_type,
                    each.extra,
                    each.comment,
                )
                for each in package.infolist()
            ]

    assert facts(desk.path.read_bytes()) == facts(LIBREOFFICE.read_bytes())


def test_a_workbook_of_libreoffice_is_patched_just_as_well(put: Any) -> None:
    desk = put(LIBREOFFICE.read_bytes())
    before = parts(desk.path.read_bytes())
    [outcome] = desk.push(desk.update("P-002", {"签约日期": "2024-02-29"}, {"签约日期": "2023-11-30"}))
    after = parts(desk.path.read_bytes())
    assert outcome.kind is OutcomeKind.OK
    assert [name for name in before if before[name] != after[name]] == [SHEET_PART]
    old, new = changed_pieces(before[SHEET_PART], after[SHEET_PART])
    assert (old, new) == (b' t="n"><v>45260', b"><v>45351")


def test_a_new_row_changes_the_sheet_and_the_table_it_extends(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    before = parts(desk.path.read_bytes())
    values = {"渠道名称": "新渠道", "信用额度": Decimal("12.5"), "签约日期": "2026-08-01"}
    [outcome] = desk.push(desk.create("P-100", values))
    after = parts(desk.path.read_bytes())
    assert (outcome.kind, outcome.id) == (OutcomeKind.OK, "P-100")
    assert [name for name in before if before[name] != after[name]] == [SHEET_PART, TABLE_PART]
    assert after[TABLE_PART] == before[TABLE_PART].replace(b"A2:I8", b"A2:I9")
    expected = before[SHEET_PART].decode().replace('<dimension ref="A1:I8"/>', '<dimension ref="A1:I9"/>')
    new_row = (
        '<row r="9" x14ac:dyDescent="0.2"><c r="A9" s="1" t="inlineStr"><is><t>P-100</t></is></c>'
        '<c r="B9" t="inlineStr"><is><t>新渠道</t></is></c><c r="E9" s="2"><v>12.5</v></c>'
        '<c r="F9" s="4"><v>46235</v></c><c r="I9" s="2"/></row></sheetData>'
    )
    assert after[SHEET_PART].decode() == expected.replace("</sheetData>", new_row)


def test_a_new_row_in_a_filtered_range_lengthens_the_filter_and_no_other_part(put: Any) -> None:
    desk = put(LIBREOFFICE.read_bytes())
    before = parts(desk.path.read_bytes())
    desk.push(desk.create("P-100", {"渠道名称": "新渠道"}))
    after = parts(desk.path.read_bytes())
    assert [name for name in before if before[name] != after[name]] == [SHEET_PART]
    assert b'<autoFilter ref="A1:I6">' in after[SHEET_PART]
    assert b'<dimension ref="A1:I6"/>' in after[SHEET_PART]


@pytest.mark.filterwarnings(
    "ignore:Conditional Formatting extension"
)  # openpyxl drops it on saving; it does not save here
@pytest.mark.parametrize("source", ["excel", "libreoffice"])
def test_openpyxl_and_calamine_open_the_patched_file_and_agree(put: Any, source: str) -> None:
    data = excel_workbook() if source == "excel" else LIBREOFFICE.read_bytes()
    desk = put(data, options=HEADER_2 if source == "excel" else {})
    outcomes = desk.push(
        desk.update("P-001", {"渠道名称": "a<b>&\"'\r\n\x01_x0041_ ", "信用额度": Decimal("0.25")}),
        desk.create(
            "P-100", {"渠道名称": "@SUM(A1)", "信用额度": 3, "签约日期": "2026-08-01", "是否合作": None}
        ),
    )
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.OK] * 2
    rows = CalamineWorkbook.from_path(desk.path).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    sheet = load_workbook(desk.path)[SHEET]
    first = 3 if source == "excel" else 2
    assert rows[first - 1][1] == "a<b>&\"'\r\n\x01_x0041_ "
    assert rows[first - 1][4] == sheet.cell(first, 5).value == 0.25
    assert rows[-1][1] == sheet.cell(len(rows), 2).value == "@SUM(A1)"
    assert rows[-1][5] == date(2026, 8, 1)
    assert str(sheet.cell(first, 9).value).startswith("=E")


def test_names_with_a_prefix_are_patched_with_that_prefix(put: Any) -> None:
    text = parts(excel_workbook())[SHEET_PART].decode()
    text = re.sub(r"<(/?)(?!\?|x14|xm:)([A-Za-z])", r"<\1x:\2", text).replace('xmlns="', 'xmlns:x="', 1)
    desk = put(excel_workbook({SHEET_PART: text}), options=HEADER_2)
    [changed, created] = desk.push(
        desk.update("P-001", {"渠道名称": "改"}), desk.create("P-9", {"渠道名称": "新"})
    )
    assert (changed.kind, created.kind) == (OutcomeKind.OK, OutcomeKind.OK)
    after = parts(desk.path.read_bytes())[SHEET_PART].decode()
    assert '<x:c r="B3" t="inlineStr"><x:is><x:t>改</x:t></x:is></x:c>' in after
    assert next(record.values[1] for record in desk.pull()) == "改"
