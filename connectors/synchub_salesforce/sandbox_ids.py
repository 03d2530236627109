"""Record ids: 15 characters that tell upper from lower case, and 3 more that repeat this for those who cannot."""

from __future__ import annotations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def make(prefix: str, number: int) -> str:
    """The 18-character id of the `number`th record of a kind."""
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = DIGITS[digit] + text
    return longer(f"{prefix}xx0{text.rjust(9, '0')}")


def longer(id: str) -> str:
    """18 characters from 15: each of the three letters says which characters of five are upper case."""
    check = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, char in enumerate(id[start : start + 5]) if char.isupper())
        check += CHECK[bits]
    return id[:15] + check


def canonical(id: str) -> str | None:
    """The 18-character form of an id of 15 or 18; None when it is none."""
    if len(id) not in {15, 18} or not id.isalnum() or not id.isascii():
        return None
    return longer(id[:15])
