"""Typed columns give back letter by letter what they claim to hold exactly, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, Table

from synchub.model.values import Canonical
from synchub.store import Store
from synchub.store.columns import FieldColumns, Storage, columns_of
from synchub.store.statements import quote

VALUES: list[tuple[Storage, Canonical, bool]] = [
    (Storage.TEXT, "联宏 'O\\\"", True),
    (Storage.TEXT, "", True),
    (Storage.TEXT, True, False),
    (Storage.NUMBER, "0", True),
    (Storage.NUMBER, "-12.5", True),
    (Storage.NUMBER, "100", True),
    (Storage.NUMBER, "9999999999999.999999", True),
    (Storage.NUMBER, "0.000001", True),
    (Storage.NUMBER, "many", False),
    (Storage.NUMBER, ["1"], False),
    (Storage.MONEY, "500000.00 CNY", True),
    (Storage.MONEY, "-0.50 USD", True),
    (Storage.MONEY, "12.345 KWD", True),
    (Storage.MONEY, "12.00", False),
    (Storage.MONEY, "12.00 cny", False),
    (Storage.DATE, "2026-08-01", True),
    (Storage.DATE, "0001-01-01", True),
    (Storage.DATE, "9999-12-31", True),
    (Storage.DATE, "2026-02-30", False),
    (Storage.DATE, "20260801", False),
    (Storage.DATETIME, "2026-08-01T04:00:00Z", True),
    (Storage.DATETIME, "2026-08-01T04:00:00.000120Z", True),
    (Storage.DATETIME, "2026-08-01T04:00:00.000000Z", False),
    (Storage.DATETIME, "2026-08-01T04:00:00+08:00", False),
    (Storage.DATETIME, "2026-08-01T25:00:00Z", False),
    (Storage.BOOL, True, True),
    (Storage.BOOL, False, True),
    (Storage.BOOL, "true", False),
    (Storage.LIST, ["甲", '"', ""], True),
    (Storage.LIST, [], True),
    (Storage.LIST, "甲", False),
]
ONLY_ON_SQLITE: list[tuple[Storage, Canonical]] = [
    (Storage.NUMBER, "12.50"),
    (Storage.NUMBER, "007"),
    (Storage.NUMBER, "-0"),
    (Storage.NUMBER, "0.00000012345"),
    (Storage.NUMBER, "12345678901234567890"),
    (Storage.MONEY, "5000 JPY"),
    (Storage.TEXT, "a\0b"),
]


def through(store: Store, storage: Storage, value: Canonical) -> tuple[Canonical | None, bool]:
    """What comes back from a column, and whether it was promised to be exact."""
    postgres = store._engine.dialect.name == "postgresql"
    field = FieldColumns("probe", storage, postgres, scale=2)
    cells, exact = field.split(value)
    assert len(cells) == len(field.columns)
    with store.rehearsal() as rehearsed, rehearsed.begin() as tx:
        table = Table("probes", MetaData(), *columns_of("probe", storage))
        table.create(tx._connection)
        tx._sql.insert(table, field.columns, [cells])
        as_text = tx._sql.json_text if storage is Storage.LIST else ""
        row = tx._sql.rows(
            f"SELECT {', '.join(quote(name) + as_text for name in field.columns)} FROM probes"
        )[0]
        return field.join(row), exact


@pytest.mark.parametrize(("storage", "value", "exact"), VALUES)
def test_what_is_called_exact_comes_back_the_same(
    store: Store, storage: Storage, value: Canonical, exact: bool
) -> None:
    found, promised = through(store, storage, value)
    assert promised is exact
    assert not exact or (found == value and type(found) is type(value))


@pytest.mark.parametrize(("storage", "value"), ONLY_ON_SQLITE)
def test_what_postgresql_cannot_hold_is_never_called_exact(
    store: Store, storage: Storage, value: Canonical
) -> None:
    found, promised = through(store, storage, value)
    assert promised is (store._engine.dialect.name == "sqlite")
    assert not promised or found == value
