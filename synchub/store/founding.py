"""Founding: new golden records, each with its first link, its keys and its ledger row, written by the page straight from values.

It comes to what `insert_golden`, `insert_links`, `put_golden_keys` and `write_ledger` come to together, where one look at one record is all
there is to tell. A first load does this for every record, so nothing is built here that only the database would see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec

from synchub.model.provenance import Origin
from synchub.model.values import Canonical, Raw
from synchub.store import tables
from synchub.store.codec import encode_images, first_changes, instant_text, sole_provenance
from synchub.store.journal import LEDGER_COLUMNS
from synchub.store.link_rows import LINK_COLUMNS
from synchub.store.pending import PendingStatements
from synchub.store.rows import Link


class Founded(msgspec.Struct, gc=False):
    """A golden record at its first rev, all of it from one look, and the link to the record looked at, which agrees in every field."""

    golden_id: str
    values: Sequence[Canonical | None]
    """In the order of the entity's fields."""
    taken: Sequence[tuple[str, Canonical | None]]
    """Field name and value of what was taken; the rest is blank."""
    origin: Origin
    cause: dict[str, Raw]
    keys: Sequence[tuple[str, str]]
    """(key name, key text)."""
    link_id: str
    external_id: str
    part: str
    images: Sequence[Any]
    sent: Sequence[Canonical | None]
    hash: bytes
    etag: str
    fingerprint: str
    modified: datetime | None


class FoundingStatements(PendingStatements):
    """Many new records at once."""

    def found(self, like: Link, run: str, at: datetime, records: Sequence[Founded]) -> None:
        """`like` is any link of the same mapping: what all of these links have in common is taken from it."""
        if not records:
            return
        entity = like.entity
        rows = self._entity(entity)
        now = instant_text(self._clock.now()) or ""
        golden = [
            (
                1,
                "live",
                None,
                now,
                *rows.fields_of(
                    one.values, sole_provenance(tuple([name for name, _ in one.taken]), one.origin)
                ),
                one.golden_id,
                now,
            )
            for one in records
        ]
        golden.sort(key=itemgetter(-2))  # ids are hashes: in order they touch the pages of the index once
        self._sql.insert(rows.table, (*rows.written, "id", "created_at"), golden)
        self._gaps_of_new(entity, [one.golden_id for one in records])
        links = [_link_row(like, one) for one in records]
        links.sort(key=itemgetter(-1))
        self._sql.insert(tables.link, LINK_COLUMNS, links)
        self._close_gaps_of(like.mapping, entity, [one.golden_id for one in records])
        keys = [(entity, name, one.golden_id, key) for one in records for name, key in one.keys]
        keys.sort()
        self._sql.insert(tables.golden_key, ("entity", "name", "entity_id", "key"), keys)
        written = instant_text(at)
        self._sql.insert(
            tables.ledger,
            LEDGER_COLUMNS,
            [
                (
                    run,
                    written,
                    "hub",
                    entity,
                    one.golden_id,
                    like.object,
                    one.external_id,
                    "create",
                    first_changes(one.taken, one.cause),
                )
                for one in records
                if one.taken
            ],
        )


def _link_row(like: Link, one: Founded) -> tuple[Any, ...]:
    """The cells of LINK_COLUMNS: nothing is held, nothing waits, and rev 1 is what the record has."""
    return (
        like.mapping,
        like.system,
        like.object,
        one.external_id,
        one.part,
        like.entity,
        one.golden_id,
        "linked",
        like.version,
        one.hash,
        one.etag,
        one.fingerprint,
        instant_text(one.modified),
        1,
        "{}",
        "{}",
        encode_images(one.images),
        encode_images(one.sent),
        one.link_id,
    )
