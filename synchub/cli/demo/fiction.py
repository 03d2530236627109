"""Made-up numbers that pass every check: registration numbers, telephone numbers, e-mail addresses."""

from __future__ import annotations

import random
from typing import Final

from synchub.model.kinds.company import check_character

_LETTERS: Final = "ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_SEVEN_DIGITS: Final = frozenset({"0592", "0816"})
_MOBILE_PREFIXES: Final = ("138", "139", "137", "186", "188", "150", "159")


def registration_number(random: random.Random, division: str) -> str:
    """A unified social credit code of a company in this administrative division; both of its check characters are right."""
    letters = random.choice(_LETTERS) + random.choice(_LETTERS)
    return registered(division, letters, random.randrange(10_000))


def registered(division: str, letters: str, number: int) -> str:
    """The code of one company, from two letters and a number of up to four digits."""
    body = f"MA{letters}{number:04}"
    worth = [int(one, 36) for one in body]
    rest = 11 - sum(a * b for a, b in zip(worth, _ORGANISATION_WEIGHTS, strict=True)) % 11
    organisation = body + ("X" if rest == 10 else "0" if rest == 11 else str(rest))
    first = f"91{division}{organisation}"
    return first + check_character(first)


def misprinted(number: str) -> str:
    """The same number with two neighbouring digits exchanged: what a tired typist makes, and a check character finds."""
    for at in range(2, 8):
        wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if wrong != number and check_character(wrong[:17]) != wrong[17]:
            return wrong
    return number[:17] + ("0" if number[17] != "0" else "1")


def mobile(number: int) -> str:
    """The `number`-th mobile number, eleven digits, each another. The four zeros show that it is made up."""
    prefix = _MOBILE_PREFIXES[number % len(_MOBILE_PREFIXES)]
    return f"{prefix}0000{(1000 + number // len(_MOBILE_PREFIXES)) % 10_000:04}"


def landline(area: str, number: int) -> str:
    """A landline as people write it: area code, hyphen, seven or eight digits as the town has them."""
    return f"{area}-{'855' if area in _SEVEN_DIGITS else '8550'}{number % 10_000:04}"


def e_mail(name: str, host: str) -> str:
    """An address under example.com, which belongs to nobody."""
    return f"{name}@{host}.example.com"


def spelled(digits: str, style: int) -> str:
    """A mobile number the way different people write it; every spelling means the same."""
    first, second, third = digits[:3], digits[3:7], digits[7:]
    styles = (
        digits,
        f"{first}-{second}-{third}",
        f"{first} {second} {third}",
        f"+86 {first} {second} {third}",
        f"(+86){digits}",
        f"0086-{first}-{second}-{third}",
    )
    return styles[style % len(styles)]


def wide(text: str) -> str:
    """ASCII letters, digits and marks in their full-width form, as Chinese input methods leave them."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)
