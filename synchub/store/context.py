"""What every group of statements in a transaction shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from synchub.errors import StoreError
from synchub.sdk.clock import Clock
from synchub.store.entity_rows import EntityRows
from synchub.store.statements import Statements


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a store knows besides its connection."""

    entities: Mapping[str, EntityRows]
    clock: Clock


class InTransaction:
    """Base of the groups: they differ in what they read and write, not in how."""

    def __init__(
        self, connection: Connection, surroundings: Surroundings, *, read_only: bool = False
    ) -> None:
        self._connection = connection
        self._sql = Statements(connection)
        self._entities = surroundings.entities
        self._clock = surroundings.clock
        self._read_only = read_only

    def _entity(self, name: str) -> EntityRows:
        try:
            return self._entities[name]
        except KeyError:
            raise StoreError("S105", entity=name, known=", ".join(sorted(self._entities))) from None
