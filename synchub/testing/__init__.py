"""Shipped for connector authors: the conformance tests, a system that lives in memory, a hub in a laboratory, a clock to turn.

Names are loaded on first use: the library runs where pytest is not installed, and only `ConnectorTests` and its like need it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from synchub.testing.clock import VirtualClock
    from synchub.testing.conformance import Columns, ConnectorTests, Harness, SandboxHarness
    from synchub.testing.lab import Lab
    from synchub.testing.mappings import mapping_tests
    from synchub.testing.memory import MemoryConnector, MemorySystem

__all__ = [
    "Columns",
    "ConnectorTests",
    "Harness",
    "Lab",
    "MemoryConnector",
    "MemorySystem",
    "SandboxHarness",
    "VirtualClock",
    "mapping_tests",
]

_HOMES: Final = {
    "Columns": "conformance",
    "ConnectorTests": "conformance",
    "Harness": "conformance",
    "Lab": "lab",
    "MemoryConnector": "memory",
    "MemorySystem": "memory",
    "SandboxHarness": "conformance",
    "VirtualClock": "clock",
    "mapping_tests": "mappings",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
