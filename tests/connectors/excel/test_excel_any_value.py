"""Whatever may be in the hub comes back from the workbook as it was written, and nothing else moves."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from synchub.sdk import OutcomeKind, Raw
from tests.connectors.excel.conftest import Desk
from tests.connectors.excel.excel_workbooks import SHEET_PART, excel_workbook, parts

CELLS = ("渠道名称", "税号", "联系电话", "信用额度", "签约日期", "是否合作", "备注")
ROWS = ("P-001", "P-002", "P-003")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=40)
numbers = st.decimals(-(10**9), 10**9, places=4) | st.integers(-(10**20), 10**20)
days = st.dates(date(1900, 3, 1)).map(date.isoformat)
moments = st.datetimes(datetime(1900, 3, 1)).map(lambda moment: moment.replace(microsecond=0).isoformat())
values = texts | numbers | days | moments | st.booleans() | st.none()
writes = st.dictionaries(st.sampled_from(ROWS), st.dictionaries(st.sampled_from(CELLS), values))


def means(value: Raw) -> str:
    """A value apart from how a cell writes it: a number may become text, midnight a day."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f")
    text = str(value)
    try:
        return format(Decimal(text).normalize(), "f") if text.isascii() and not text.isspace() else text
    except ArithmeticError:
        return text.removesuffix("T00:00:00")


@settings(derandomize=True, max_examples=30, deadline=None)
@given(writes)
def test_every_value_comes_back_and_no_other_cell_moves(changes: dict[str, dict[str, Raw]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "渠道台账.xlsx"
        path.write_bytes(excel_workbook())
        desk = Desk(Path(name), path, options={"header_row": "2"}, columns=CELLS)
        before = {record.id: record.values for record in desk.pull()}
        outcomes = desk.push(*(desk.update(id, values) for id, values in changes.items()))
        assert {outcome.kind for outcome in outcomes} <= {OutcomeKind.OK}
        for record in desk.pull():
            wanted = changes.get(record.id, {})
            for column, old, new in zip(CELLS, before[record.id], record.values, strict=True):
                if column in wanted:
                    assert isinstance(new, str | int | Decimal | None)
                    assert means(new) == means(wanted[column])
                else:
                    assert new == old
        now, held = parts(path.read_bytes()), parts(excel_workbook())
        assert [part for part in held if now[part] != held[part]] in ([], [SHEET_PART])
