"""How values become JSON text and come back the same: exact numbers, agreement arrays with their markers, provenance.

In an agreement array a position may hold, besides a value, one of four markers, written ``{"?": "absent"}``, ``{"?": "unknown"}`` or
``{"?": "unreadable", "code": …, "params": …}``. A value of a system that happens to be an object with the key ``?`` is
wrapped as ``{"?": "raw", "value": …}``, so that it never reads as a marker.

Provenance repeats few origins over many fields, so origins are listed once:
``{"fields": {"name": 0, "phone": 0}, "origins": [[system, object, external id, run, at, [[system, value, at, external id] …]]]}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import msgspec

from synchub.errors import Problem
from synchub.mapping.compiled import Image
from synchub.model.provenance import Origin, Provenance
from synchub.model.values import ABSENT, UNKNOWN, Canonical, Raw, Unknown, Unreadable

_MARK = "?"
_SAME_AS = "same_as"
_ALL = "all"
_PLAIN = frozenset({str, int, bool, Decimal, type(None)})


def _encodable(value: object) -> object:
    """For message parameters, which may be anything printable."""
    return dict(value) if isinstance(value, Mapping) else str(value)


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_encodable)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: object) -> str:
    """JSON text; decimals keep every digit."""
    return _encoder.encode(value).decode()


def decode(text: str | bytes) -> Any:
    """What `encode` was given; numbers are int, or Decimal where they have a fraction or exponent."""
    return _decoder.decode(text)


def encode_images(images: Sequence[Image | Canonical]) -> str:
    """An agreement array (`seen` or `sent`)."""
    if _PLAIN.issuperset(map(type, images)):
        return encode(images)
    return encode([_marked(image) for image in images])


def decode_images(text: str) -> list[Any]:
    """The array `encode_images` was given, multi-column images as lists."""
    images = decode(text)
    if '"?"' in text:
        return [_unmarked(image) for image in images]
    return cast("list[Any]", images)


def _marked(image: object) -> object:
    if image is ABSENT:
        return {_MARK: "absent"}
    if image is UNKNOWN:
        return {_MARK: "unknown"}
    if isinstance(image, Unreadable):
        return {_MARK: "unreadable", "code": image.problem.code, "params": dict(image.problem.params)}
    if isinstance(image, Mapping):
        inner = {key: _marked(value) for key, value in image.items()}
        return {_MARK: "raw", "value": inner} if _MARK in inner else inner
    if isinstance(image, list | tuple):
        return [_marked(value) for value in image]
    return image


def _unmarked(image: object) -> object:
    if isinstance(image, list):
        return [_unmarked(value) for value in image]
    if not isinstance(image, dict):
        return image
    match image.get(_MARK):
        case "absent":
            return ABSENT
        case "unknown":
            return UNKNOWN
        case "unreadable":
            return Unreadable(Problem(image["code"], image["params"]))
        case "raw":
            return {key: _unmarked(value) for key, value in image["value"].items()}
    return {key: _unmarked(value) for key, value in image.items()}


def encode_changes(changes: Mapping[str, Mapping[str, Raw]]) -> str:
    """A ledger row's changes by field.

    A cause that several fields share is written with the first of them; the others say ``{"same_as": "that field"}``.
    """
    if len(changes) < 2:
        return encode(changes)
    first: dict[int, dict[str, str]] = {}
    written: dict[str, Mapping[str, object]] = {}
    for name, change in changes.items():
        cause = change.get("cause")
        owner = first.get(id(cause))
        if owner is not None:
            written[name] = {**change, "cause": owner}
            continue
        written[name] = change
        if isinstance(cause, dict):
            first[id(cause)] = {_SAME_AS: name}
    return encode(written)


class _After(msgspec.Struct, gc=False):
    after: Canonical | None


class _First(msgspec.Struct, gc=False):
    after: Canonical | None
    cause: Mapping[str, Raw]
    all: bool = True


def first_changes(taken: Sequence[tuple[str, Canonical | None]], cause: Mapping[str, Raw]) -> str:
    """A record's first values, (field, value), as `encode_changes` would tell them, in half the text; at least one of them.

    The first change says that its cause is that of all, and that nothing was there before.
    """
    written: dict[str, _After | _First] = {name: _After(value) for name, value in taken}
    name, value = taken[0]
    written[name] = _First(value, cause)
    return encode(written)


def decode_changes(text: str) -> dict[str, dict[str, Any]]:
    """What `encode_changes` was given."""
    changes: dict[str, dict[str, Any]] = decode(text)
    first = next(iter(changes.values()), None)
    if first is not None and first.pop(_ALL, False):
        cause = first["cause"]
        return {
            name: {"before": None, "after": one["after"], "cause": cause} for name, one in changes.items()
        }
    if f'"{_SAME_AS}"' in text:
        for change in changes.values():
            cause = change.get("cause")
            if isinstance(cause, dict) and cause.keys() == {_SAME_AS}:
                change["cause"] = changes[cause[_SAME_AS]]["cause"]
    return changes


_provenance_decoder = msgspec.json.Decoder(Provenance)


def encode_provenance(provenance: Provenance) -> str:
    """Origins by field name, each distinct origin once."""
    return encode(provenance.tidy())


def sole_provenance(names: tuple[str, ...], origin: Origin) -> str:
    """`encode_provenance` where these fields all have this origin."""
    if not names:
        return encode_provenance(Provenance())
    return f'{{"fields":{_all_first(names)},"origins":[{encode(origin)}]}}'


@lru_cache(maxsize=1024)
def _all_first(names: tuple[str, ...]) -> str:
    return encode(dict.fromkeys(names, 0))


def decode_provenance(text: str) -> Provenance:
    """What `encode_provenance` was given."""
    return _provenance_decoder.decode(text)


def instant_text(at: datetime | None) -> str | None:
    """UTC with microseconds, so that text sorts like time. Naive times are a programming error."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError(f"a time without zone reached the store: {at.isoformat()}")
    text: str = msgspec.to_builtins(at if at.tzinfo is UTC else at.astimezone(UTC))
    return text if "." in text else text.replace("Z", ".000000Z")


def instant(value: str | datetime | None) -> datetime | None:
    """The time a database gave back: text on SQLite, a datetime on PostgreSQL."""
    if value is None:
        return None
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value.astimezone(UTC)


def sent_images(text: str) -> list[Canonical | Unknown | None]:
    """`sent` of an agreement."""
    return cast("list[Canonical | Unknown | None]", decode_images(text))
