"""From the vendor's JSON to values: exact numbers, texts for ids, four states, comparisons."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synchub.sdk import ABSENT, Unreadable
from synchub_kingdee_xingchen.cipher import SensitiveCipher
from synchub_kingdee_xingchen.schema import CUSTOMER, ENTITIES
from synchub_kingdee_xingchen.shapes import alike, fingerprint, moment, value_of

CIPHER = SensitiveCipher("f2adcfef73369bfc4e1384677d38a0ff")


def value(column: str, detail: dict[str, Any]) -> object:
    return value_of(CUSTOMER, column, detail, CIPHER)


@pytest.mark.parametrize(
    ("column", "sent", "expected"),
    [
        ("id", 1528000000000012291, "1528000000000012291"),
        ("credit_limit", Decimal("500000.50"), Decimal("500000.50")),
        ("credit_limit", "500000.50", Decimal("500000.50")),
        ("credit_limit", 0, 0),
        ("rate", "13", Decimal(13)),
        ("enable", 1, "1"),
        ("deduct", "true", True),
        ("modify_time", "2026-02-02 10:24:00", "2026-02-02T10:24:00"),
        ("name", None, None),
        ("name", "", ""),
        ("addr", CIPHER.encrypt("文三路 1 号"), "文三路 1 号"),
    ],
)
def test_value(column: str, sent: object, expected: object) -> None:
    found = value(column, {column: sent})
    assert found == expected
    assert type(found) is type(expected)


def test_what_the_reply_does_not_tell_is_absent() -> None:
    assert value("name", {}) is ABSENT
    assert value("no_such_column", {"no_such_column": "x"}) is ABSENT
    assert value("custom_field.cf1", {"custom_field": {}}) is ABSENT


def test_custom_fields_are_columns() -> None:
    assert value("custom_field.cf1", {"custom_field": {"cf1": "A 级"}}) == "A 级"


@pytest.mark.parametrize(
    ("column", "sent", "code"),
    [
        ("addr", "杭州****1号", "KX120"),
        ("addr", SensitiveCipher("0" * 32).encrypt("杭州"), "KX120"),
        ("credit_limit", "plenty", "KX121"),
        ("deduct", "perhaps", "KX121"),
        ("contact_persons", "nobody", "KX121"),
    ],
)
def test_what_cannot_be_read_is_unreadable_and_not_empty(column: str, sent: object, code: str) -> None:
    source = "bomentity" if column == "contact_persons" else column
    found = value(column, {source: sent})
    assert isinstance(found, Unreadable)
    assert found.problem.code == code
    assert str(sent) not in repr(found) + found.problem.line("zh")


def test_contact_rows_hide_their_two_names() -> None:
    rows = value(
        "contact_persons",
        {"bomentity": [{"id": 7, "contact_person": "王芳", "mobile": CIPHER.encrypt("138")}]},
    )
    assert rows == [{"id": "7", "contact_person": "王芳", "mobile": "138"}]


def test_one_unreadable_cell_makes_the_list_unreadable() -> None:
    rows = [{"id": 1, "mobile": "138****0000"}, {"id": 2, "mobile": "13800138000"}]
    assert isinstance(value("contact_persons", {"bomentity": rows}), Unreadable)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("500000.00", 500000, True),
        (Decimal("1.50"), "1.5", True),
        (None, "", True),
        (None, [], True),
        ("甲", "乙", False),
        (True, "1", True),
        ([{"id": "1", "mobile": "1"}], [{"mobile": "1"}], True),
        ([{"mobile": "1"}], [{"mobile": "2"}], False),
        ([{"mobile": "1"}], [], False),
    ],
)
def test_alike(one: Any, other: Any, same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same


def test_modification_times_are_local() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert moment("2026-02-02 10:24:00", shanghai) == datetime(2026, 2, 2, 2, 24, tzinfo=UTC)
    assert moment("", shanghai) is None
    assert moment(None, shanghai) is None


def test_fingerprint_is_the_same_for_a_row_and_its_detail() -> None:
    keys = {"number", "credit_limit", "remark"}
    row = {"number": "KH1", "credit_limit": "5.00", "remark": None}
    detail = {"number": "KH1", "credit_limit": 5, "remark": "", "addr": "x"}
    assert fingerprint(CUSTOMER, row, keys) == fingerprint(CUSTOMER, detail, keys)
    assert fingerprint(CUSTOMER, {**row, "number": "KH2"}, keys) != fingerprint(CUSTOMER, detail, keys)


@pytest.mark.parametrize("name", ENTITIES)
def test_every_derived_name_and_number_is_a_column_of_its_object(name: str) -> None:
    entity = ENTITIES[name]
    columns = {spec.name for spec in entity.schema.fields}
    assert {*entity.derived, *entity.derived.values(), *entity.numbers, *entity.numbers.values()} <= columns
