"""The only place that knows SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synchub.store.restored import mark_restored
    from synchub.store.schema_version import upgrade_database
    from synchub.store.store import Store
    from synchub.store.transaction import Transaction

__all__ = ["Store", "Transaction", "mark_restored", "upgrade_database"]

_HOMES = {
    "Store": "store",
    "Transaction": "transaction",
    "mark_restored": "restored",
    "upgrade_database": "schema_version",
}


def __getattr__(name: str) -> Any:
    # loaded on first use: the floors above import `rows` without paying for SQLAlchemy
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
