"""Links as rows of their table, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from synchub.store.codec import (
    decode,
    decode_images,
    encode,
    encode_images,
    instant,
    instant_text,
    sent_images,
)
from synchub.store.rows import Link, LinkState
from synchub.store.statements import quote

LINK_COLUMNS: Final = (
    "mapping",
    "system",
    "object",
    "external_id",
    "part",
    "entity",
    "entity_id",
    "state",
    "version",
    "hash",
    "etag",
    "fingerprint",
    "modified",
    "settled_rev",
    "holds",
    "waiting",
    "seen",
    "sent",
    "id",
)
LINK_WIDTH: Final = len(LINK_COLUMNS)
_PLACES: Final = LINK_COLUMNS.index("version")
AGREEMENT: Final = LINK_COLUMNS[_PLACES:]
"""Those that are in no index: what an ordinary update moves."""
_JSON: Final = frozenset({"holds", "waiting", "seen", "sent"})


def link_row(link: Link) -> tuple[Any, ...]:
    """The cells of LINK_COLUMNS."""
    return (
        link.mapping,
        link.system,
        link.object,
        link.external_id,
        link.part,
        link.entity,
        link.entity_id,
        link.state.value,
        link.version,
        link.hash,
        link.etag,
        link.fingerprint,
        instant_text(link.modified),
        link.settled_rev,
        encode(link.holds) if link.holds else "{}",
        encode(link.waiting) if link.waiting else "{}",
        encode_images(link.seen),
        encode_images(link.sent),
        link.id,
    )


def agreement_row(link: Link) -> tuple[Any, ...]:
    """The cells of AGREEMENT."""
    return link_row(link)[_PLACES:]


def link_of(row: Sequence[Any]) -> Link:
    """The link of a row of LINK_COLUMNS."""
    link = Link(
        id=row[18],
        mapping=row[0],
        system=row[1],
        object=row[2],
        external_id=row[3],
        part=row[4],
        entity=row[5],
        entity_id=row[6],
        state=LinkState(row[7]),
        version=row[8],
        seen=decode_images(row[16]),
        sent=sent_images(row[17]),
        hash=bytes(row[9]),
        etag=row[10],
        fingerprint=row[11],
        modified=instant(row[12]),
        settled_rev=row[13],
        holds=decode(row[14]) if row[14] != "{}" else {},
        waiting=decode(row[15]) if row[15] != "{}" else {},
    )
    link.read_as = link.place
    return link


@cache
def selected_link(alias: str, json_text: str) -> str:
    """The select list that `link_of` reads."""
    return ", ".join(f"{alias}.{quote(name)}{json_text if name in _JSON else ''}" for name in LINK_COLUMNS)
