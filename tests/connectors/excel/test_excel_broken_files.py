"""Files that cannot be used: what is said, and that they stay as they are."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from synchub.sdk import ConfigError, Problem, ProtocolError, UnavailableError
from tests.connectors.excel.excel_workbooks import (
    SHEET_PART,
    excel_sheet,
    excel_workbook,
    plain_workbook,
    sheet_of_rows,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HEADER_2 = {"header_row": "2"}


def zipped(**contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return out.getvalue()


def damaged() -> bytes:
    """A workbook whose worksheet does not unpack."""
    data = excel_workbook()
    at = data.find(SHEET_PART.encode()) + len(SHEET_PART) + 40
    return data[:at] + b"\x00" * 40 + data[at + 40 :]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "XL110"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "XL105"),
        (OLE + "Workbook".encode("utf-16-le"), "XL106"),
        (b"name;phone\r\n", "XL107"),
        (excel_workbook()[:-30], "XL107"),
        (damaged(), "XL107"),
        (zipped(readme=b"hello"), "XL107"),
        (excel_workbook({"xl/workbook.xml": "<workbook"}), "XL109"),
        (
            excel_workbook({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'}),
            "XL109",
        ),
        (excel_sheet("<sheetData>", "<sheetData><!-- note -->"), "XL109"),
        (excel_sheet('<row r="4"', '<row r="2"'), "XL109"),
        (excel_sheet('<c r="C4"', '<c r="A4"'), "XL109"),
        (excel_sheet("</sheetData>", "</sheetDate>"), "XL109"),
        (
            sheet_of_rows(
                '<row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            ),
            "XL207",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_explained_and_left_alone(put: Any, data: bytes, code: str) -> None:
    desk = put(data, options=HEADER_2)
    with pytest.raises(ProtocolError) as raised:
        desk.pull()
    assert raised.value.code == code
    assert "渠道台账.xlsx" in str(raised.value)
    assert raised.value.fix
    with pytest.raises(ProtocolError):
        desk.push(desk.update("P-001", {"渠道名称": "x"}))
    assert desk.path.read_bytes() == data
    assert desk.strangers() == []


def test_a_zip_bomb_is_not_unpacked(put: Any) -> None:
    desk = put(zipped(**{"xl/workbook.xml": b" " * 3_000_000}), settings={"max_unpacked_mb": 2})
    with pytest.raises(ProtocolError) as raised:
        desk.pull()
    assert raised.value.code == "XL108"


def test_a_part_that_is_larger_than_it_says_is_not_unpacked(put: Any) -> None:
    data = excel_workbook({"xl/sharedStrings.xml": "<sst>" + " " * 1_000_000 + "</sst>"})
    size = len("<sst></sst>") + 1_000_000
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying.count((100).to_bytes(4, "little")) >= 2  # in both headers of the entry
    with pytest.raises(ProtocolError) as raised:
        put(lying, options=HEADER_2).pull()
    assert raised.value.code == "XL107"


def test_a_missing_file_is_looked_for_twice_since_excel_renames_while_it_saves(put: Any) -> None:
    desk = put(excel_workbook(), options=HEADER_2)
    desk.path.unlink()
    with pytest.raises(UnavailableError) as raised:
        desk.pull()
    assert raised.value.code == "XL101"
    desk.clock.on_sleep = lambda: desk.path.write_bytes(excel_workbook())
    assert len(desk.pull()) == 4


def test_a_file_in_the_middle_of_being_written_is_waited_for(put: Any) -> None:
    whole = excel_workbook()
    desk = put(whole[:1000], options=HEADER_2)
    desk.clock.on_sleep = lambda: desk.path.write_bytes(whole)
    assert len(desk.pull()) == 4
    assert desk.clock.slept == [2.0]


def test_a_file_that_keeps_growing_is_left_for_the_next_run(put: Any) -> None:
    desk = put(b"PK\x03\x04", options=HEADER_2)

    def grow() -> None:
        desk.path.write_bytes(desk.path.read_bytes() + b"more")

    desk.clock.on_sleep = grow
    with pytest.raises(UnavailableError) as raised:
        desk.pull()
    assert raised.value.code == "XL102"


def test_a_folder_instead_of_a_file_is_told(put: Any) -> None:
    desk = put(excel_workbook())
    desk.path.unlink()
    desk.path.mkdir()
    with pytest.raises(UnavailableError) as raised:
        desk.pull()
    assert raised.value.code == "XL104"


def test_a_header_row_that_is_no_number_is_a_setting_to_correct(put: Any) -> None:
    for text in ("0", "zwei", "-1", "1.5"):
        with pytest.raises(ConfigError):
            put(plain_workbook([["a"]]), options={"header_row": text}).pull()


def test_every_message_stands_in_both_languages_with_the_same_parameters() -> None:
    import string

    from synchub_excel.messages import MESSAGES

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for code, message in MESSAGES.items():
        assert names(message.en) == names(message.zh), code
        assert names(message.fix_en) == names(message.fix_zh), code
        assert bool(message.fix_en) == bool(message.fix_zh), code
        params = dict.fromkeys(names(message.en) | names(message.fix_en), "x")
        assert Problem(code, params).line("zh")


def test_every_code_in_the_connector_has_a_message_and_every_message_is_used() -> None:
    import re
    from pathlib import Path

    import synchub_excel
    from synchub_excel.messages import MESSAGES

    folder = Path(synchub_excel.__file__).parent
    used = {
        code
        for path in folder.glob("*.py")
        if path.name != "messages.py"
        for code in re.findall(r"\"(XL\d{3})\"", path.read_text())
    }
    assert used == set(MESSAGES)
