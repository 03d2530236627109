"""The hub's connectors: made when first asked for, with their sandboxes started on demand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from synchub.hub.config import HubConfig, SystemConfig
from synchub.hub.registry import CONNECTORS, ConnectorRegistry
from synchub.sdk import Clock, Connector, Context
from synchub.sdk.sandbox import Sandbox


class Connectors(Mapping[str, Connector[Any]]):
    """System name -> connector, in the order of hub.yaml. Asking for one makes it; iterating does not."""

    def __init__(
        self,
        config: HubConfig,
        clock: Clock,
        registry: ConnectorRegistry = CONNECTORS,
        randomness: random.Random | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._registry = registry
        self._random = randomness or random.Random()  # noqa: S311 - jitter of retries, nothing secret
        self._made: dict[str, Connector[Any]] = {}
        self._sandboxes: dict[str, Sandbox] = {}

    def __getitem__(self, system: str) -> Connector[Any]:
        if system not in self._made:
            self._made[system] = self._make(self._config.systems[system])
        return self._made[system]

    def __iter__(self) -> Iterator[str]:
        return iter(self._config.systems)

    def __len__(self) -> int:
        return len(self._config.systems)

    def type_of(self, system: str) -> type[Connector[Any]]:
        """The connector class of a system, without making one."""
        return self._registry.get(self._config.systems[system].connector)

    def sandbox(self, system: str) -> Sandbox | None:
        """The running sandbox of a system that uses one."""
        self[system]
        return self._sandboxes.get(system)

    def _make(self, system: SystemConfig) -> Connector[Any]:
        type_ = self._registry.get(system.connector)
        paths = self._config.paths
        paths.machine.mkdir(mode=0o700, exist_ok=True)  # by itself: `mode` says nothing about folders above
        state = paths.state(system.name)
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = system.settings.build(type_.settings_type, paths.folder, for_sandbox=system.sandbox)
        if system.sandbox and type_.sandbox_type is not None:
            file = paths.sandbox(system.name)
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            sandbox = type_.sandbox_type(file, self._clock).start()
            self._sandboxes[system.name] = sandbox
            settings = type_.sandbox_settings(sandbox, settings)
        context = Context(
            system.name, paths.folder, state, system.timezone, self._clock, self._random, system.ca_file
        )
        return type_(settings, context)

    def close(self) -> None:
        """Close every connector that was made, then stop the sandboxes."""
        for connector in self._made.values():
            connector.close()
        for sandbox in self._sandboxes.values():
            sandbox.close()
        self._made.clear()
        self._sandboxes.clear()
