"""One look at one record as one mapping sees it, wherever it came from: a page, a fetch, a reply, the waiting room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from synchub.engine.identity import record_hash
from synchub.mapping.compiled import CompiledMapping
from synchub.model.schema import RawRecord
from synchub.model.values import RawValue
from synchub.store.rows import Unlinked


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """`values` are in the mapping's `row_columns`; `hash` is over them.

    One is made of every record of every page; a struct is made several times as fast as a frozen dataclass.
    """

    external_id: str
    part: str
    values: Sequence[RawValue]
    hash: bytes
    modified: datetime | None = None
    etag: str = ""
    fingerprint: str = ""
    provisional: bool = False
    title: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.external_id, self.part


def sightings(
    mapping: CompiledMapping, columns: Sequence[str], records: Sequence[RawRecord]
) -> Iterator[Sighting]:
    """The parts of these records as the mapping sees them; `columns` is the order of the records' values."""
    order = None if tuple(columns) == mapping.columns else [columns.index(name) for name in mapping.columns]
    for record in records:
        if record.deleted:
            continue
        seen = record if order is None else record._replace(values=tuple(record.values[i] for i in order))
        for part, values in mapping.parts(seen):
            yield Sighting(
                record.id,
                part,
                values,
                record_hash(values),
                record.modified,
                record.etag,
                record.fingerprint,
                record.provisional,
                record.title,
            )


def of_unlinked(row: Unlinked) -> Sighting:
    """The look that the waiting room kept."""
    return Sighting(
        row.external_id,
        row.part,
        row.values,  # type: ignore[arg-type]  # an unlinked row's values are never UNKNOWN
        record_hash(row.values),  # type: ignore[arg-type]  # as above
        row.modified,
        row.etag,
        row.fingerprint,
        row.provisional,
        row.title,
    )
