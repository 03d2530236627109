"""The rows that travel between store and engine. Plain values; JSON columns arrive decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import compress, count
from operator import ne
from typing import Any, NamedTuple, Self

import msgspec

from synchub.mapping.compiled import Image
from synchub.model.provenance import Provenance
from synchub.model.values import Canonical, Raw, Unknown

OUTGOING = ">"
"""Prefix in `Link.waiting` of a field whose target has no record in the link's system yet; the key is then a golden id."""


ASIDE = "*"
"""In `Link.holds`: the whole record is set aside, neither read nor written; its row of quarantine says why."""


STOPPED = "!"
"""Prefix in `Link.holds` of a field that is still read, and written no more: its system does not keep it, or others fight for it."""

DELETED = "deleted"
JOINED = "joined"
"""States of a golden record that was deleted, or joined into another; `live` otherwise."""


def differing(some: Iterable[object], others: Iterable[object]) -> Iterator[int]:
    """Where two rows of values differ."""
    return compress(count(), map(ne, some, others))


class LinkState(StrEnum):
    """Of a link: is there a record, and may it be written?"""

    LINKED = "linked"
    WANTED = "wanted"
    """The record is to be created there; no external id yet."""
    MISSING = "missing"
    """It was there and is not any more: neither re-created nor updated."""
    OUT_OF_SCOPE = "out_of_scope"
    """It is there, and is none of this mapping's business any more."""
    RELEASED = "released"
    """A person has unlinked the two: nothing goes between them, and neither is created again."""


@dataclass(slots=True)
class Link:
    """Golden record <-> external record, with its agreement.

    `seen` and `sent` are in the field order of mapping version `version`. `hash` is over the raw values last observed (its
    fast path). `holds` maps a field name to the id of the conflict that holds it. `waiting` maps a field name to the raw key of a
    reference not yet known. `settled_rev`: the golden rev whose push is done or was not needed.
    """

    id: str
    mapping: str
    system: str
    object: str
    external_id: str | None
    part: str
    entity: str
    entity_id: str
    state: LinkState
    version: str
    seen: list[Image]
    sent: list[Canonical | Unknown | None]
    hash: bytes = b""
    etag: str = ""
    fingerprint: str = ""
    modified: datetime | None = None
    settled_rev: int = 0
    holds: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    read_as: tuple[Any, ...] | None = field(default=None, compare=False, repr=False)
    """Its place as the database gave it, so that an update need not write what did not move; None where that is not known."""

    @property
    def place(self) -> tuple[Any, ...]:
        """What hardly ever moves, and whether it waits for anybody."""
        return (
            self.id,
            self.mapping,
            self.system,
            self.object,
            self.external_id,
            self.part,
            self.entity,
            self.entity_id,
            self.state,
            bool(self.waiting),
        )


class LinkMark(NamedTuple):
    """What the unchanged path needs of a link."""

    link_id: str
    hash: bytes
    state: str
    version: str


@dataclass(slots=True)
class Golden:
    """The hub's value of one entity instance; `values` in the order of `EntityModel.fields`."""

    id: str
    rev: int
    values: list[Canonical | None]
    provenance: Provenance = field(default_factory=Provenance)
    state: str = "live"
    merged_into: str | None = None
    read_as: tuple[Canonical | None, ...] | None = field(default=None, compare=False, repr=False)
    """Its values as the database gave them, so that an update need not write what did not move; None where that is not known, or not all there is."""

    @classmethod
    def blank(cls, id: str, fields: int) -> Self:
        """One that does not exist yet, of an entity with so many fields; the look that founds it fills it."""
        return cls(id, 1, [None] * fields)


class Unlinked(msgspec.Struct, frozen=True, gc=False):
    """A record seen in a system that belongs to no golden record yet. A first load makes two of each record."""

    mapping: str
    external_id: str
    part: str
    values: Sequence[Image]
    """The part's raw values, in `row_columns` order."""
    keys: Sequence[tuple[int, str]]
    """(match rule number, key) for each rule whose fields are all filled; empty, too, while nobody has looked."""
    version: str
    modified: datetime | None = None
    etag: str = ""
    fingerprint: str = ""
    provisional: bool = False
    title: str = ""
    hub_id: str = ""
    """What its hub column says."""


class IntentState(StrEnum):
    """`ready` and `in_flight` outlive a crash; the rest are ends."""

    READY = "ready"
    IN_FLIGHT = "in_flight"
    UNKNOWN = "unknown"
    DONE = "done"
    REJECTED = "rejected"
    STALE = "stale"
    GONE = "gone"
    BLOCKED = "blocked"


@dataclass(slots=True)
class Intent:
    """A durable, not yet confirmed external write.

    `cells` maps a column to (before, after); `fields` the mapped field to the canonical value it carries. `causes` says for each field why.
    """

    id: str
    run: str
    link_id: str
    system: str
    mapping: str
    op: str
    external_id: str
    entity: str
    entity_id: str
    rev: int
    cells: dict[str, tuple[Raw, Raw]]
    fields: dict[str, Canonical | None]
    causes: dict[str, Mapping[str, Raw]]
    state: IntentState
    attempts: int = 0
    detail: str = ""
    at: datetime | None = None
    """When it was first sent."""


class LedgerRow(msgspec.Struct, frozen=True, gc=False):
    """One record written anywhere. `place` is ``hub`` or a system; `changes` maps a field to before, after and cause."""

    run: str
    at: datetime
    place: str
    entity: str
    entity_id: str
    object: str
    external_id: str
    op: str
    changes: Mapping[str, Mapping[str, Raw]]


class ConflictKind(StrEnum):
    """What a person must decide."""

    MATCH = "match"
    FIELD = "field"
    RULE = "rule"
    VALUE = "value"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something a person must decide. The same question asked again keeps its id (it is derived from what it is about)."""

    id: str
    kind: ConflictKind
    run: str
    opened: datetime
    entity: str
    entity_id: str
    mapping: str
    system: str
    external_id: str
    part: str
    field: str
    code: str
    """Message code that explains it, filled by `detail`."""
    detail: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A whole record set aside, with the reason. One row per (mapping, external id, stage); seen again, it is counted."""

    mapping: str
    system: str
    object: str
    external_id: str
    where: str
    stage: str
    """``pull``, ``push`` or ``delete``."""
    code: str
    params: Mapping[str, Raw]
    image: Mapping[str, Raw]
    run: str
    at: datetime
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class CursorRow:
    """How far an object of a system has been read. `scope` is the fingerprint of what was asked for; another scope reads everything."""

    system: str
    object: str
    cursor: str | None
    resume: str | None
    scope: str
    complete: bool
    """Has a complete listing ever been read?"""
    swept: datetime | None = None
    """When a listing was last read from its beginning to its end in one go."""
    sweep_scope: str = ""
    """Fingerprint of who was asked for what then; absence counts only against the same."""


class MatchRow(NamedTuple):
    """An unlinked row whose key meets golden records."""

    external_id: str
    part: str
    key: str
    rows_with_key: int
    """Unlinked rows of this mapping with the same key under the same rule, this one included."""
    golden_ids: list[str]
    """Live golden records with this key, at most five."""
    golden_linked: bool
    """Has one of them a live link (linked, wanted, out of scope) in this mapping already?"""
    wanted_link: str = ""
    """The link that waits for exactly such a row: the id of the WANTED link of the only golden record, else ""."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run of the hub; `counts` says what it did, by outcome."""

    id: str
    kind: str
    state: str
    started: datetime
    finished: datetime | None
    detail: Mapping[str, Raw]
    counts: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class MappingVersion:
    """What a mapping was when an agreement was made: (field, hash) in the order of its arrays; `frame` is "" where nobody remembered it."""

    version: str
    mapping: str
    fields: Sequence[tuple[str, str]]
    at: datetime
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A first contact that waits for a person's approval; `digest` is of exactly what it would do."""

    id: str
    run: str
    at: datetime
    digest: str
    summary: Mapping[str, Raw]
    approved_at: datetime | None = None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A look that seemed older than what the hub holds of the record, and yet different: a lagging replica, or a change that came late."""

    link_id: str
    mapping: str
    external_id: str
    run: str
    first_seen: datetime
    modified: datetime | None
    hash: bytes


class Demise(StrEnum):
    """How it is known that a record is not there any more, weakest first."""

    SWEEP = "sweep"
    """It was in no complete listing, and not found by its id."""
    ROW = "row"
    """Its row is not in its record's list any more."""
    READ = "read"
    """It was not found by its id."""
    FEED = "feed"
    """The system says that it was deleted."""
    MERGED = "merged"
    """The system merged it into another record."""
    HUB = "hub"
    """The hub is to delete it, since its golden record was deleted."""


class TombState(StrEnum):
    """How far a deletion has been followed."""

    WAITING = "waiting"
    """Within its grace period, or due with the next sync."""
    WITHHELD = "withheld"
    """Part of too many deletions at once: a person approves them or not."""
    ASKED = "asked"
    """Somebody edited the record: a person decides."""
    REMOVING = "removing"
    """The golden record is gone, and this record is to be deleted in its system."""
    DONE = "done"
    VOID = "void"
    """A person keeps the record."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A record that is not there any more, or (`REMOVING`) shall not be. `rev` is the golden rev its link had agreed to."""

    link_id: str
    mapping: str
    system: str
    entity: str
    entity_id: str
    external_id: str
    part: str
    reason: Demise
    run: str
    at: datetime
    due: datetime
    rev: int
    state: TombState
    approval: str = ""
    """The id of the exact set that a person approved, with this one in it."""
    hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Pause:
    """What a person has stopped; "" in object or field means all of them."""

    system: str
    object: str
    field: str
    at: datetime
    by: str
    reason: str
