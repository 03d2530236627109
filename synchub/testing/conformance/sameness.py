"""When two raw values say the same, for a judge who is no friend of any connector."""

from __future__ import annotations

from decimal import Decimal

from synchub.sdk import ABSENT, RawValue, Unreadable


def same(one: RawValue, other: RawValue) -> bool:
    """Numbers by value, texts character by character, blank is blank, rows of lists by the cells that both tell.

    What is absent or unreadable says nothing, so it is the same as nothing else.
    """
    if one is ABSENT or other is ABSENT or isinstance(one, Unreadable) or isinstance(other, Unreadable):
        return False
    if _blank(one) or _blank(other):
        return _blank(one) and _blank(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one == other
    return isinstance(one, str) and isinstance(other, str) and one == other


def _blank(value: RawValue) -> bool:
    return value is None or value in ("", [])
