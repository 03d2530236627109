"""What becomes of a write: `Write` is what the engine wants, `Outcome` what the system made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from synchub.errors import ConnectorError
from synchub.model.schema import RawRecord
from synchub.model.values import Raw


class Op(StrEnum):
    """What is to be done with a record. A delete carries no values."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Write:
    """One record to be written.

    `key` is the idempotency key, the same on every attempt. `hub_id` is to be written into `hub_column` on create, so that
    a lost reply is found again. `seen` are the values we believe the system holds in the columns of `values`
    and in those that go together with them (the city of a province); `etag` what it gave with them. A list column carries the whole list.
    """

    key: str
    op: Op
    values: Mapping[str, Raw]
    id: str = ""
    hub_column: str = ""
    hub_id: str = ""
    seen: Mapping[str, Raw] = field(default_factory=dict)
    etag: str = ""


class OutcomeKind(StrEnum):
    """The classes of sync.md 4.6."""

    OK = "ok"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    UNKNOWN = "unknown"
    STALE = "stale"
    GONE = "gone"
    MERGED_INTO = "merged_into"
    BLOCKED = "blocked"
    """Nothing was sent and nothing is wrong with the record: a workbook open on somebody's screen, a full disk."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write. `id` is the record's id now; `record` what the system says it holds, if it said."""

    kind: OutcomeKind
    id: str = ""
    record: RawRecord | None = None
    error: ConnectorError | None = None

    @classmethod
    def of_error(cls, error: ConnectorError, id: str = "") -> Outcome:
        """The class that fits an error of one record."""
        from synchub import errors

        kinds: list[tuple[type[ConnectorError], OutcomeKind]] = [
            (errors.StaleVersionError, OutcomeKind.STALE),
            (errors.NotFoundError, OutcomeKind.GONE),
            (errors.RejectedError, OutcomeKind.REJECTED),
            (errors.UnknownOutcomeError, OutcomeKind.UNKNOWN),
            (errors.TransientError, OutcomeKind.THROTTLED),
        ]
        kind = next((kind for type_, kind in kinds if isinstance(error, type_)), OutcomeKind.BLOCKED)
        return cls(kind, id=id, error=error)
