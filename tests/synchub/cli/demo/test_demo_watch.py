"""Comparing cells: what counts as the same value whoever tells of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from synchub.cli.demo.watch import comparable, row_ids


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (50, Decimal("50.0")),
        (36.67, Decimal("36.67")),
        (datetime(2026, 8, 1), "2026-08-01"),
        (date(2026, 8, 1), "2026-08-01T00:00:00"),
        ([], None),
        ([{"id": "1", "seq": "1", "qq": "", "ok": False}], [{"id": "1", "seq": "2"}]),
    ],
)
def test_equal_cells_are_equal(one: object, other: object) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0012", 12),
        ("50", 50),
        (True, "true"),
        ([{"id": "1", "mobile": "1"}], [{"id": "1", "mobile": "2"}]),
        ([{"id": "1"}], [{"id": "2"}]),
    ],
)
def test_different_cells_are_different(one: object, other: object) -> None:
    assert comparable(one) != comparable(other)


def test_the_id_of_a_row_that_is_new_is_nothing_anybody_could_plan() -> None:
    before = [{"id": "1", "name": "王芳"}]
    planned = comparable([*before, {"name": "李强"}], row_ids(before))
    assert planned == comparable([*before, {"id": "77", "name": "李强"}], row_ids(before))
    assert planned != comparable([{"id": "9", "name": "王芳"}, {"name": "李强"}])
