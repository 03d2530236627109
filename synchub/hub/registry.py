"""The connectors that are installed: found by entry point, loaded on first use, with `register` for tests and notebooks."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from synchub.document import nearest
from synchub.errors import ConfigError, UnknownConnectorError
from synchub.sdk.connector import Connector

GROUP: Final = "synchub.connectors"


class ConnectorRegistry:
    """Connector classes by name."""

    def __init__(self) -> None:
        self._loaded: dict[str, type[Connector[Any]]] = {}
        self._found: dict[str, EntryPoint] | None = None

    def register(self, connector: type[Connector[Any]], name: str = "") -> None:
        """Make a class known under its own name, or another; it goes before an installed one."""
        self._loaded[name or connector.name] = connector

    def names(self) -> list[str]:
        """Every connector there is, by name; loads none."""
        return sorted({*self._loaded, *self._entry_points()})

    def get(self, name: str) -> type[Connector[Any]]:
        """The class. Raises UnknownConnectorError H301, and ConfigError H312 when its package cannot be loaded."""
        if name not in self._loaded:
            entry_point = self._entry_points().get(name)
            if entry_point is None:
                known = ", ".join(self.names())
                raise UnknownConnectorError("H301", name=name, hint=nearest(name, self.names()), known=known)
            try:
                self._loaded[name] = entry_point.load()
            except ImportError as error:
                package = entry_point.dist.name if entry_point.dist else entry_point.module
                raise ConfigError("H312", name=name, package=package, detail=str(error)) from error
        return self._loaded[name]

    def _entry_points(self) -> dict[str, EntryPoint]:
        if self._found is None:
            self._found = {point.name: point for point in entry_points(group=GROUP)}
        return self._found


CONNECTORS: Final = ConnectorRegistry()
"""The connectors of this process."""
