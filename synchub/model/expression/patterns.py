"""Simple patterns for whole texts: ``#`` a digit, ``@`` a letter, ``?`` any character, ``*`` anything; everything else stands for itself.

Always anchored at both ends, and matched in time proportional to pattern times text: there is nothing in them that could blow up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_PATTERN: Final = 200


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern; a backslash makes the next character stand for itself."""

    source: str

    def matches(self, text: str) -> bool:
        """Does the whole text look like this? One star is remembered at a time, which suffices for such patterns."""
        steps = _steps(self.source)
        at = place = 0
        star: int | None = None
        retry = 0
        while at < len(text):
            if place < len(steps) and steps[place] == (True, "*"):
                star, retry = place, at
                place += 1
            elif place < len(steps) and _fits(steps[place], text[at]):
                place += 1
                at += 1
            elif star is not None:
                place, retry = star + 1, retry + 1
                at = retry
            else:
                return False
        return all(step == (True, "*") for step in steps[place:])


def _steps(source: str) -> list[tuple[bool, str]]:
    """(is it a sign, character)."""
    found: list[tuple[bool, str]] = []
    signs = iter(source)
    for sign in signs:
        if sign == "\\":
            found.append((False, next(signs, "\\")))
        else:
            found.append((sign in "#@?*", sign))
    return found


def _fits(step: tuple[bool, str], character: str) -> bool:
    sign, wanted = step
    if not sign:
        return character == wanted
    return {"#": character.isdecimal(), "@": character.isalpha(), "?": True}.get(wanted, False)
