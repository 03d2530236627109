"""Which entities have a table, and the storage of their standard fields, as the classes of the model say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from synchub.model.entities import ENTITIES, standard_fields
from synchub.store.columns import Storage, storage_of

STANDARD: Final[Mapping[str, Mapping[str, Storage]]] = {
    name: {field: storage_of(mark.kind) for field, mark in standard_fields(entity).items()}
    for name, entity in ENTITIES.items()
}
"""Entity -> field -> storage."""


def table_name(entity: str) -> str:
    """``PriceLevel`` -> ``price_level``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", entity).lower()
