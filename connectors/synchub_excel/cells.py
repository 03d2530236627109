"""A cell to be written: which value it will hold, and the XML that says so.

Text goes in as an inline string, so that the shared strings of the workbook stay as they are and text that looks like a
formula stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from synchub.sdk import Raw, RejectedError

from .formats import Shows, serial
from .place import Place
from .values import EXACT_DIGITS

TEXT_LIMIT = 32_767
"""Characters of a cell, counted as UTF-16 does."""

_TO_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]")
_NEVER = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CellEdit:
    """The new content of a cell. `holds` is what it reads back as; `style` None keeps the style it has."""

    holds: Raw
    type: bytes = b""
    body: bytes = b""
    style: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The cell a value is for: its column's header for messages, what its style shows, the date system."""

    column: str
    shows: Shows = Shows.PLAIN
    date1904: bool = False
    is_identity: bool = False


def encode(value: Raw, target: Target, place: Place, prefix: bytes = b"") -> CellEdit:
    """The cell for a value. Raises RejectedError for what a cell cannot hold."""
    if value is None or value == "":
        return CellEdit(None)
    if isinstance(value, list | dict):
        raise place.of(RejectedError, "XL407", column=target.column)
    if isinstance(value, bool):
        return CellEdit(value, b"b", _value(prefix, "1" if value else "0"))
    if isinstance(value, int | Decimal):
        return _number(value, target, place, prefix)
    if not target.is_identity and target.shows in {Shows.DATE, Shows.DATETIME, Shows.TIME}:
        days = serial(value, target.shows, date1904=target.date1904)
        if days is not None:
            return CellEdit(days.text, b"", _value(prefix, days.number))
    return _text(value, target, place, prefix)


def _number(value: int | Decimal, target: Target, place: Place, prefix: bytes) -> CellEdit:
    """A number cell. Text for digits that Excel would drop, for identifiers, and in cells formatted as text or as a
    date: a number there would be a day.
    """
    plain = format(value, "f") if isinstance(value, Decimal) else str(value)
    digits = len(plain.lstrip("-0.").replace(".", "").rstrip("0") or "0")
    whole = len(plain.lstrip("-").partition(".")[0].lstrip("0"))
    inexact = not plain.lstrip("-")[:1].isdigit() or max(digits, whole) > EXACT_DIGITS
    if inexact or target.is_identity or target.shows is not Shows.PLAIN:
        return _text(plain, target, place, prefix)
    return CellEdit(value, b"", _value(prefix, plain))


def _text(value: str, target: Target, place: Place, prefix: bytes) -> CellEdit:
    length = len(value) + sum(character > "\uffff" for character in value)
    if length > TEXT_LIMIT:
        raise place.of(RejectedError, "XL405", column=target.column, length=length, limit=TEXT_LIMIT)
    if _NEVER.search(value):
        raise place.of(RejectedError, "XL406", column=target.column)
    keep = ' xml:space="preserve"' if value != value.strip() or "\n" in value or "  " in value else ""
    tag = prefix.decode()
    body = f"<{tag}is><{tag}t{keep}>{escape(value)}</{tag}t></{tag}is>"
    return CellEdit(value, b"inlineStr", body.encode())


def escape(text: str) -> str:
    """Text as a workbook writes it: what XML cannot carry as ``_x000D_``, and text of that shape protected."""
    text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _value(prefix: bytes, text: str) -> bytes:
    return b"<" + prefix + b"v>" + text.encode() + b"</" + prefix + b"v>"
