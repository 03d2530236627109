"""Rows that the hub remembers, in the eyes of a mapping file that may have been edited since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from synchub.mapping import CompiledMapping
from synchub.mapping.compiled import Image
from synchub.mapping.fingerprint import same_columns
from synchub.mapping.stored import StoredRow
from synchub.model.values import UNKNOWN, RawValue
from synchub.store import Store, Transaction
from synchub.store.rows import Link, MappingVersion, Unlinked

PROFILED: Final = 200
"""Rows of each mapping that a profile takes when nobody says how many."""


@dataclass(frozen=True)
class StoredRows:
    """Gives a mapping at most `count` rows: first of records that are linked, then of those that wait to be matched.

    `known` are mappings whose versions tell in which order a waiting row lies.
    """

    store: Store
    count: int
    known: Iterable[CompiledMapping]

    def __call__(self, mapping: CompiledMapping) -> list[StoredRow]:
        with self.store.read() as tx:
            links = tx.some_links(mapping.name, self.count)
            versions = _versions(tx, links)
            rows = [_linked(mapping, link, versions.get(link.version)) for link in links]
            waiting = tx.unlinked(mapping.name, self.count - len(rows)) if len(rows) < self.count else []
        orders = {one.version: one.row_columns for one in (*self.known, mapping)}
        return [
            *rows,
            *(_waiting(mapping, one, orders[one.version]) for one in waiting if one.version in orders),
        ]


def _versions(tx: Transaction, links: Iterable[Link]) -> dict[str, MappingVersion]:
    found = {version: tx.mapping_version(version) for version in {link.version for link in links}}
    return {version: one for version, one in found.items() if one is not None}


def _linked(mapping: CompiledMapping, link: Link, version: MappingVersion | None) -> StoredRow:
    """What is remembered of a field counts as long as it is of the same columns, whatever is made of them now."""
    then = {name: (place, hash_) for place, (name, hash_) in enumerate(version.fields if version else ())}
    places = [
        place if same_columns(hash_, one.hash) and place < len(link.seen) else -1
        for one in mapping.fields
        for place, hash_ in (then.get(one.name, (-1, "")),)
    ]
    return StoredRow(
        [link.seen[place] if place >= 0 else UNKNOWN for place in places],
        [link.sent[place] if place >= 0 else UNKNOWN for place in places],
    )


def _waiting(mapping: CompiledMapping, row: Unlinked, columns: tuple[str, ...]) -> StoredRow:
    """The row by the names of its columns; one that was not asked for then is not known."""
    there = dict(zip(columns, row.values, strict=True))
    values: list[RawValue] = [there.get(column) for column in mapping.row_columns]  # type: ignore[misc]  # a row's values are never UNKNOWN
    images = mapping.image(values)
    known: list[Image] = [
        image if all(column in there for column in one.columns) else UNKNOWN
        for one, image in zip(mapping.fields, images, strict=True)
    ]
    return StoredRow(known, [UNKNOWN] * len(known))
