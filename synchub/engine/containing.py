"""A connector that makes a mistake takes its own system out of a run, and no other: four departments need not wait for the fifth one's plugin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from typing import Any

from synchub.errors import ConnectorDefectError, SynchubError
from synchub.sdk import Connector


@contextmanager
def contained(system: str, connector: Connector[Any]) -> Iterator[None]:
    """What no connector is meant to raise is a defect of this one. Raises ConnectorDefectError C120 in its place."""
    try:
        yield
    except SynchubError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, no connector is meant to raise it
        kind = type(error).__name__
        # its text may hold anything, persons and secrets included, so kind and place must do
        place = _place(error, connector)
        raise ConnectorDefectError("C120", system=system, kind=kind, place=place) from None


def _place(error: Exception, connector: Connector[Any]) -> str:
    """The innermost line of the connector's own package."""
    package = type(connector).__module__.partition(".")[0]
    lines = [
        f"{module}:{line}"
        for frame, line in walk_tb(error.__traceback__)
        if (module := str(frame.f_globals.get("__name__", ""))).partition(".")[0] == package
    ]
    return lines[-1] if lines else package
