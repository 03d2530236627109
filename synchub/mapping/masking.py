"""Personal values in messages: enough to find the cell, too little to learn the person."""

from __future__ import annotations

from synchub.model.entity import Pii

_OPEN = 1
_SHOWN = 60


def masked(value: object, pii: Pii) -> object:
    """A value for a message: whole for ordinary fields, its first character for personal ones, nothing for secrets."""
    if isinstance(value, int) and not isinstance(value, bool) and pii == "none":
        return value
    text = str(value)
    if pii == "secret":
        return "***"
    if pii != "none":
        return text[:_OPEN] + "***" if len(text) > 2 * _OPEN else "***"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
