"""Where a golden value came from, and what it beat."""

from __future__ import annotations

from datetime import datetime

import msgspec

from synchub.model.values import Canonical


class Candidate(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A value somebody offered for a field, and when (source time if known, else the time it was observed)."""

    system: str
    value: Canonical | None
    at: datetime
    external_id: str = ""


class Origin(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Where a golden field's value came from, and which values it beat since the systems last agreed."""

    system: str
    object: str
    external_id: str
    run: str
    at: datetime
    losers: tuple[Candidate, ...] = ()


class Provenance(msgspec.Struct, gc=False):
    """Where each field of a golden record came from. Many fields share few origins, so each origin is held once, as it is stored."""

    fields: dict[str, int] = {}
    """Field -> position of its origin."""
    origins: list[Origin] = []

    def get(self, field: str) -> Origin | None:
        """The origin of this field's value, if it ever had one."""
        place = self.fields.get(field)
        return None if place is None else self.origins[place]

    def __setitem__(self, field: str, origin: Origin) -> None:
        if origin not in self.origins:
            self.origins.append(origin)
        self.fields[field] = self.origins.index(origin)

    def pop(self, field: str) -> None:
        """Forget where this field's value came from."""
        self.fields.pop(field, None)

    def tidy(self) -> Provenance:
        """The same without origins of which no field is left."""
        used = set(self.fields.values())
        if len(used) == len(self.origins):
            return self
        moved = {place: number for number, place in enumerate(sorted(used))}
        return Provenance(
            {field: moved[place] for field, place in self.fields.items()},
            [self.origins[place] for place in moved],
        )
