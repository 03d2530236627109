"""What a system can do, as data. The engine is right with the defaults; each capability buys speed or a smaller race window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TimeGrain(StrEnum):
    """How finely modification times are told."""

    NONE = "none"
    DAY = "day"
    SECOND = "second"
    MILLISECOND = "millisecond"
    MICROSECOND = "microsecond"


class ConditionalWrite(StrEnum):
    """How a write can be made to depend on what was read."""

    NONE = "none"
    ETAG = "etag"
    UNMODIFIED_SINCE = "unmodified_since"
    COMPARE_OLD = "compare_old"


class CreateIdempotency(StrEnum):
    """What makes a repeated create harmless."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105 - the name of a way, no secret
    EXTERNAL_ID = "external_id"
    UNIQUE_FIELD = "unique_field"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The facts of one system; every one is proven against its sandbox by the conformance tests."""

    modified_since: TimeGrain = TimeGrain.NONE
    late_visibility_s: float = 0.0
    """A change may appear this long after its stamp; pulls overlap by it."""
    listing_is_snapshot: bool = False
    """A complete listing shows one moment, so a row that is not in it was not there."""
    thin_listing: bool = False
    """Lists carry few columns; details cost a call a record, saved by `known` fingerprints."""
    conditional_write: ConditionalWrite = ConditionalWrite.NONE
    create_idempotency: CreateIdempotency = CreateIdempotency.NONE
    index_lag_s: float = 0.0
    """A new record may be missing from searches for this long."""
    delete_feed_days: int = 0
    deletes: bool = False
    """Records can be deleted there."""
    write_batch: int = 1
    read_batch: int = 1
    atomic_batch: bool = False
    write_returns_record: bool = False
    parallel_writers: int = 1
    replaces_lists: bool = True
    """A written list replaces the whole list there."""
    creates_with_rows: bool = False
    """A create may bring the rows of the record's lists along: an order with its lines in one call."""
    hub_column_is_identity: bool = False
    """Rows have no id of their own: the hub column is the id (workbooks, sheets)."""
    calls_per_minute: float | None = None
    calls_per_day: int | None = None
    masked_fields: bool = False
    """Some fields may come masked or encrypted."""
