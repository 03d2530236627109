"""Replaces quoted texts, comments and block texts by neutral letters, so that what is left of each line is syntax or plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass

WIDE_SPACE = "\u3000\u00a0"
SPACE = " \t" + WIDE_SPACE
QUOTES = {"“": '"', "”": '"', "＂": '"', "‘": "'", "’": "'", "＇": "'"}
KEY_END = re.compile(r":(?=[ \t]|$)")
MASK = "q"
"""What stands for a character of a quoted text."""
_BLOCK_HEADER = re.compile(r"[|>][+\-0-9]*[ \t]*$")


@dataclass(slots=True)
class Line:
    """One line without quoted texts and comments. `depth` is how many brackets are open where it begins."""

    number: int
    text: str
    depth: int
    skip: bool = False
    continues: bool = False
    """It goes on with the plain text of the line before."""


class Eraser:
    """Walks a text once, line by line; `lines` are what it makes of them."""

    def __init__(self, lines: list[str]) -> None:
        self.depth = 0
        self.quote = ""
        self.block_indent: int | None = None
        self.open_indent: int | None = None
        self.lines = [self.erase(number, line) for number, line in enumerate(lines, 1)]

    def erase(self, number: int, line: str) -> Line:
        indent = len(line) - len(line.lstrip(" "))
        if self.block_indent is not None:
            if not line.strip(" ") or indent > self.block_indent:
                return Line(number, "", self.depth, skip=True)
            self.block_indent = None
        inside_quote = bool(self.quote)
        start = Line(number, "", self.depth, skip=False)
        start.text = self.mask(line)
        plain = start.text.strip(SPACE)
        start.continues = inside_quote or (
            bool(plain) and not self.depth and self.open_indent is not None and indent > self.open_indent
        )
        if plain and not start.continues:
            self.remember(start.text, indent)
        return start

    def remember(self, text: str, indent: int) -> None:
        """Is a plain text open at the end of this line, or does a block text begin?"""
        value_at = 0
        for match in KEY_END.finditer(text):
            value_at = match.end()
        value = text[value_at:].strip(SPACE) if value_at else ""
        dashes = re.match(r"(?:[ ]*-(?=[ ]|$))+", text)
        if not value_at and dashes:
            value = text[dashes.end() :].strip(SPACE)
        if not self.depth and _BLOCK_HEADER.fullmatch(value):
            self.block_indent = indent
        open_plain = bool(value) and value[0] not in "{[|>" + MASK + "\"'"
        if value_at and dashes:
            after = text[dashes.end() :]
            indent = dashes.end() + len(after) - len(after.lstrip(" "))
        self.open_indent = indent if open_plain and not self.depth else None

    def mask(self, line: str) -> str:
        """The line with the insides of quoted texts as `q` and comments as spaces."""
        out: list[str] = []
        at_start = not self.quote
        index = 0
        while index < len(line):
            character = line[index]
            if self.quote:
                index = self.in_quote(line, index, out)
                at_start = False
                continue
            if character == "#" and (index == 0 or line[index - 1] in " \t"):
                break
            if at_start and character in "\"'":
                self.quote = character
                out.append(character)
            else:
                if character in "{[" and (at_start or self.depth):
                    self.depth += 1
                elif character in "}]" and self.depth:
                    self.depth -= 1
                out.append(character)
                at_start = self.starts(line, index, at_start)
            index += 1
        return "".join(out)

    def in_quote(self, line: str, index: int, out: list[str]) -> int:
        """One step inside a quoted text; returns the next index."""
        character = line[index]
        if self.quote == '"' and character == "\\":
            out.append(MASK * min(2, len(line) - index))
            return index + 2
        if character == self.quote:
            if self.quote == "'" and line[index + 1 : index + 2] == "'":
                out.append(MASK * 2)
                return index + 2
            self.quote = ""
            out.append(character)
            return index + 1
        if QUOTES.get(character) == self.quote and self.quote not in line[index + 1 :]:
            # Begun with a half-width quote and ended with a full-width one: the judge shall see it.
            self.quote = ""
            out.append(character)
            return index + 1
        out.append(MASK)
        return index + 1

    def starts(self, line: str, index: int, at_start: bool) -> bool:
        """May a text, a quote or a bracket begin after this character?"""
        character = line[index]
        if character in SPACE:
            return at_start
        following = line[index + 1 : index + 2]
        if self.depth and character in "{[,}]":
            return character in "{[,"
        if character in "-?" and at_start:
            return following in ("", *SPACE)
        if character == ":":
            return following in ("", *SPACE) or (self.depth > 0 and line[index - 1 : index] in ('"', "'"))
        return bool(at_start and character in "{[")
