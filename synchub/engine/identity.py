"""Names for things: golden ids, conflict ids, hashes of records, match keys. All derived, so that a repeated run gives the same."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

import msgspec
import xxhash

from synchub.model.entity import EntityModel
from synchub.model.kinds import Kind
from synchub.model.values import Canonical, Observed, RawValue

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=repr)
_SEPARATOR = "\x1f"


def record_hash(values: Sequence[RawValue]) -> bytes:
    """16 bytes that differ when any raw value differs; the fast path of an unchanged record."""
    return xxhash.xxh3_128_digest(_encoder.encode(values))


def derived_id(*parts: str) -> str:
    """16 letters and digits (80 bits), the same for the same parts: golden ids, hub columns, conflicts.

    A golden id comes from the record that created it, so a plan names the ids that the sync will use, and a crash between
    creating and recording cannot make a second one.
    """
    digest = hashlib.blake2b(_SEPARATOR.join(parts).encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode("ascii")


def deletion_question(mapping: str, external_id: str, part: str) -> str:
    """The id of the conflict that asks whether a deletion is meant."""
    return derived_id("conflict", mapping, external_id, part, "", "delete")


def key_text(kind: Kind, value: Canonical) -> str:
    """One value as text under which equal values meet."""
    return str(kind.key(value))


def match_key(model: EntityModel, names: Sequence[str], values: Mapping[str, Observed]) -> str | None:
    """The key of a match rule, or None when one of its fields says nothing usable."""
    texts = []
    for name in names:
        value = values.get(name)
        if not isinstance(value, str | bool | list):
            return None
        texts.append(key_text(model[name].kind, value))
    return _SEPARATOR.join(texts)


def key_name(names: Sequence[str]) -> str:
    """How the store calls the key of these fields."""
    return "+".join(names)
