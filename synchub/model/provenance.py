"""Where a golden value came from, and what it beat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from synchub.model.values import Canonical


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value somebody offered for a field, and when (source time if known, else the time it was observed)."""

    system: str
    value: Canonical | None
    at: datetime
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a golden field's value came from, and which values it beat since the systems last agreed."""

    system: str
    object: str
    external_id: str
    run: str
    at: datetime
    losers: tuple[Candidate, ...] = ()
