"""Which row is which: hub column, key column, copies, rows without identity."""

from __future__ import annotations

from typing import Any

import pytest

from synchub.sdk import OutcomeKind, ProtocolError
from tests.connectors.excel.excel_workbooks import plain_workbook

HEAD = ["系统编号", "渠道名称", "信用额度"]


def test_a_row_without_id_is_provisional_until_the_hub_writes_one(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1], [None, "乙", 2]]))
    _, row = desk.pull()
    assert row.provisional
    assert row.id.startswith("row-3-")
    assert (row.title, row.values) == ("row 3", (None, "乙", 2))
    [outcome] = desk.push(
        desk.update(row.id, {"系统编号": "P-2", "信用额度": 5}, {"系统编号": None, "信用额度": 2})
    )
    assert (outcome.kind, outcome.id) == (OutcomeKind.OK, "P-2")
    assert outcome.record is not None
    assert (outcome.record.provisional, outcome.record.values) == (False, ("P-2", "乙", 5))
    assert [record.id for record in desk.pull()] == ["P-1", "P-2"]


def test_a_provisional_row_that_was_moved_is_found_by_its_content(put: Any) -> None:
    desk = put(plain_workbook([HEAD, [None, "乙", 2]]))
    [row] = desk.pull()
    desk.path.write_bytes(plain_workbook([HEAD, ["P-1", "甲", 1], [None, "丙", 2], [None, "乙", 2]]))
    [outcome] = desk.push(desk.update(row.id, {"系统编号": "P-2"}))
    assert outcome.kind is OutcomeKind.OK
    assert [record.values[:2] for record in desk.pull()] == [("P-1", "甲"), (None, "丙"), ("P-2", "乙")]


def test_a_provisional_row_that_was_edited_meanwhile_is_gone_and_comes_anew(put: Any) -> None:
    desk = put(plain_workbook([HEAD, [None, "乙", 2]]))
    [row] = desk.pull()
    desk.path.write_bytes(plain_workbook([HEAD, [None, "乙丙", 2]]))
    [outcome] = desk.push(desk.update(row.id, {"系统编号": "P-2"}))
    assert outcome.kind is OutcomeKind.GONE
    assert desk.pull()[0].values == (None, "乙丙", 2)


def test_equal_rows_without_id_each_get_their_own(put: Any) -> None:
    desk = put(plain_workbook([HEAD, [None, "乙", 2], [None, "乙", 2]]))
    first, second = desk.pull()
    assert first.id != second.id
    outcomes = desk.push(
        desk.update(second.id, {"系统编号": "P-2"}), desk.update(first.id, {"系统编号": "P-1"})
    )
    assert [outcome.id for outcome in outcomes] == ["P-2", "P-1"]
    assert [record.id for record in desk.pull()] == ["P-1", "P-2"]


def test_the_id_written_to_a_row_whose_reply_was_lost_is_found_again(put: Any) -> None:
    desk = put(plain_workbook([HEAD, [None, "乙", 2]]))
    [row] = desk.pull()
    write = desk.update(row.id, {"系统编号": "P-2", "信用额度": 5}, {"信用额度": 2})
    desk.push(write)
    held = desk.path.read_bytes()
    [again] = desk.another().push(desk.request(), [write])
    assert (again.kind, again.id) == (OutcomeKind.OK, "P-2")
    assert desk.path.read_bytes() == held


def test_of_a_copied_row_the_first_keeps_the_id_and_the_copy_is_new(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1], ["P-2", "乙", 2], ["P-1", "甲", 1]]))
    first, second, copy = desk.pull()
    assert [first.id, second.id] == ["P-1", "P-2"]
    assert copy.provisional
    assert copy.values == (None, "甲", 1)
    [outcome] = desk.push(desk.update(copy.id, {"系统编号": "P-3"}, {"系统编号": None}))
    assert (outcome.kind, outcome.id) == (OutcomeKind.OK, "P-3")
    assert [record.id for record in desk.pull()] == ["P-1", "P-2", "P-3"]


def test_a_copy_put_above_and_edited_does_not_take_the_id(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    [known] = desk.pull()
    desk.path.write_bytes(plain_workbook([HEAD, ["P-1", "甲分公司", 9], ["P-1", "甲", 1]]))
    desk.known = {"P-1": known.fingerprint}
    copy, original = desk.pull()
    assert (original.id, original.title) == ("P-1", "row 3")
    assert copy.provisional
    [changed] = desk.push(desk.update("P-1", {"渠道名称": "甲公司"}, {"渠道名称": "甲"}))
    assert changed.record is not None
    assert changed.record.title == "row 3"
    desk.known = {}  # the hub has not committed the new fingerprint yet; the connector remembers its own write
    assert [(record.id, record.title) for record in desk.pull() if not record.provisional] == [
        ("P-1", "row 3")
    ]


def test_the_fingerprint_follows_what_is_typed_and_not_the_id(put: Any) -> None:
    desk = put(plain_workbook([HEAD, [None, "甲", 1], ["P-2", "甲", 1], ["P-3", "甲", 2]]))
    one, same_content, other = desk.pull()
    assert one.fingerprint == same_content.fingerprint != other.fingerprint


def test_rows_with_one_key_are_all_set_aside_and_named(put: Any) -> None:
    rows = [["税号", "渠道名称", "信用额度"], ["A", "甲", 1], ["B", "乙", 2], ["A", "丙", 3]]
    desk = put(plain_workbook(rows), hub_column="", options={"key_column": "税号"}, columns=("渠道名称",))
    assert [record.id for record in desk.pull()] == ["B"]
    rejected = desk.rejected()
    assert [(row.id, row.where, row.code) for row in rejected] == [
        ("A", "渠道台账 row 2", "XL311"),
        ("A", "渠道台账 row 4", "XL311"),
    ]
    assert rejected[0].params["rows"] == "2, 4"
    assert rejected[0].image["渠道名称"] == "甲"
    [outcome] = desk.push(desk.update("A", {"渠道名称": "丁"}))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == "XL311"


def test_a_key_may_be_a_number_but_not_one_that_lost_digits_nor_blank(put: Any) -> None:
    rows = [["税号", "渠道名称"], [10086, "甲"], [123456789012345678, "乙"], [None, "丙"]]
    desk = put(plain_workbook(rows), hub_column="", options={"key_column": "税号"}, columns=("渠道名称",))
    assert [record.id for record in desk.pull()] == ["10086"]
    assert [(row.where, row.code) for row in desk.rejected()] == [
        ("渠道台账 row 3", "XL301"),
        ("渠道台账 row 4", "XL312"),
    ]


def test_a_create_by_key_finds_the_row_that_is_there(put: Any) -> None:
    desk = put(
        plain_workbook([["税号", "渠道名称"], ["A", "甲"]]), hub_column="", options={"key_column": "税号"}
    )
    desk.columns = ("税号", "渠道名称")
    found, made, without = desk.push(
        desk.create("", {"税号": "A", "渠道名称": "乙"}),
        desk.create("", {"税号": "B", "渠道名称": "丙"}),
        desk.create("", {"渠道名称": "丁"}),
    )
    assert found.record is not None
    assert (found.id, found.record.values) == ("A", ("A", "甲"))
    assert (made.kind, made.id) == (OutcomeKind.OK, "B")
    assert without.kind is OutcomeKind.REJECTED
    assert [record.id for record in desk.pull()] == ["A", "B"]


def test_a_row_emptied_except_for_its_id_is_set_aside_and_clears_nothing(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1], ["P-2", None, None]]))
    assert [record.id for record in desk.pull()] == ["P-1"]
    assert [(row.id, row.code) for row in desk.rejected()] == [("P-2", "XL314")]


def test_a_mapping_without_identity_is_refused(put: Any) -> None:
    with pytest.raises(ProtocolError) as raised:
        put(plain_workbook([HEAD, ["P-1", "甲", 1]]), hub_column="").pull()
    assert raised.value.code == "XL208"


def test_the_id_of_a_row_is_never_changed(put: Any) -> None:
    desk = put(plain_workbook([HEAD, ["P-1", "甲", 1]]))
    [outcome] = desk.push(desk.update("P-1", {"系统编号": "P-9"}))
    assert outcome.kind is OutcomeKind.REJECTED
    [harmless] = desk.push(desk.update("P-1", {"系统编号": "P-1", "信用额度": 2}))
    assert harmless.kind is OutcomeKind.OK
