"""Finds full-width marks, tabs and invisible characters that stand where YAML needs its own signs.

Full-width punctuation inside a text is fine; it is reported only in the place of syntax: ``键：值`` with no half-width colon, ``{a: 1，b: 2}``,
``｛a: 1｝``, ``“text”`` as a whole value, spaces around a value. Quoted texts, comments and block texts are not looked at.

Two steps: `Eraser` walks the text once and replaces quoted parts, comments and block texts by neutral letters, so that columns stay;
then each line (or each entry of a ``{…}`` or ``[…]``) is judged by what is left of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from synchub.document.erasing import KEY_END, MASK, QUOTES, SPACE, WIDE_SPACE, Eraser, Line
from synchub.document.nodes import Findings
from synchub.errors import Position

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060\ufeff\u0085\u00ad]")
_OPENERS = {"｛": "{", "［": "["}
_CLOSERS = {"｝": "}", "］": "]"}


@dataclass(slots=True)
class _Bracket:
    """An open ``{`` or ``[`` and the pieces of the entry that is being read in it."""

    kind: str
    entry: list[tuple[str, int, int]] = field(default_factory=list)
    """(character, line, column)"""


def find_marks(text: str, file: str, findings: Findings) -> None:
    """Report every mark that would keep YAML from meaning what was typed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    _Judge(Eraser(lines).lines, file, findings).run()


class _Judge:
    """Second step: what is left of each line, and of each entry inside brackets."""

    def __init__(self, lines: list[Line], file: str, findings: Findings) -> None:
        self.lines = lines
        self.file = file
        self.findings = findings
        self.open: list[_Bracket] = []

    def run(self) -> None:
        for line in self.lines:
            if line.skip:
                continue
            self.invisible(line)
            if self.spaces(line):
                continue
            if line.depth == 0 and not line.continues:
                self.block_line(line)
            elif line.depth:
                self.inside(line, 0)

    def say(self, code: str, line: int, column: int, **params: object) -> None:
        """`column` counts from 0 here."""
        self.findings.error(code, Position(self.file, line, column + 1), **params)

    def wide(self, line: int, column: int, mark: str, ascii: str) -> None:
        self.say("T102", line, column, mark=mark, ascii=ascii)

    def invisible(self, line: Line) -> None:
        match = _INVISIBLE.search(line.text)
        if match:
            self.say("T115", line.number, match.start(), character=f"U+{ord(match.group()):04X}")

    def spaces(self, line: Line) -> bool:
        """Tabs anywhere, wide spaces in the indentation; True when the line need not be looked at further."""
        text = line.text
        if "\t" in text:
            self.say("T103", line.number, text.index("\t"))
            return True
        indentation = text[: len(text) - len(text.lstrip(SPACE))]
        where = next((index for index, one in enumerate(indentation) if one in WIDE_SPACE), None)
        if where is not None:
            self.say("T104", line.number, where)
            return True
        return False

    def block_line(self, line: Line) -> None:
        """``- - key: value`` outside brackets."""
        text = line.text
        at = len(text) - len(text.lstrip(" "))
        first = text[at : at + 1]
        if first == "＃" or (first == "－" and text[at + 1 : at + 2] in tuple(SPACE)):
            self.wide(line.number, at, first, {"＃": "#", "－": "-"}[first])
            return
        item = False
        while text[at : at + 1] == "-" and text[at + 1 : at + 2] in ("", *SPACE):
            item = True
            if text[at + 1 : at + 2] and text[at + 1] in WIDE_SPACE:
                self.say("T104", line.number, at + 1)
                return
            at += 1 + len(text[at + 1 :]) - len(text[at + 1 :].lstrip(" "))
        if at >= len(text):
            return
        if text[at] in "{[":
            self.inside(line, at)
            return
        colon = KEY_END.search(text, at)
        key_end = colon.start() if colon else len(text)
        if self.key(line, at, key_end, colon is not None, item) and colon:
            self.value(line, colon.end())

    def key(self, line: Line, start: int, end: int, has_colon: bool, item: bool) -> bool:
        """The part before the colon; False when it was the trouble."""
        text = line.text
        key = text[start:end]
        wide = key.find("：")
        if wide >= 0 and (
            re.match(r"：\s*[{\[\"'｛［“]", key[wide:]) if has_colon else self.must_be_key(line, item)
        ):
            self.wide(line.number, start + wide, "：", ":")
            return False
        if not has_colon and not item and not wide >= 0 and ":" in key and key[0] not in "\"'":
            after = start + key.index(":") + 1
            self.say("T104" if text[after] in WIDE_SPACE else "T116", line.number, after)
            return False
        if not has_colon:
            self.plain(line, start, end)
        elif key.rstrip(SPACE) != key.rstrip(" "):
            self.say("T104", line.number, start + len(key.rstrip(SPACE)))
        return True

    def must_be_key(self, line: Line, item: bool) -> bool:
        """A list item may be a text with a full-width colon in it, unless deeper lines belong to it."""
        if not item:
            return True
        own = len(line.text) - len(line.text.lstrip(" "))
        following = next(
            (one for one in self.lines[line.number :] if not one.skip and one.text.strip(SPACE)), None
        )
        if following is None:
            return False
        indent = len(following.text) - len(following.text.lstrip(SPACE))
        return indent > own and any(sign in following.text for sign in ":：")

    def value(self, line: Line, start: int) -> None:
        text = line.text
        at = start + len(text[start:]) - len(text[start:].lstrip(" "))
        if at >= len(text):
            return
        if text[at] in "{[":
            self.inside(line, at)
        else:
            self.plain(line, at, len(text))

    def plain(self, line: Line, start: int, end: int) -> None:
        """A value outside brackets."""
        value = line.text[start:end].rstrip(" ")
        self.judge_text([(one, line.number, start + index) for index, one in enumerate(value)])

    def judge_text(self, piece: list[tuple[str, int, int]]) -> None:
        """A text that stands alone: spaces around it, brackets, quotes."""
        while piece and piece[0][0] == " ":
            piece = piece[1:]
        while piece and piece[-1][0] == " ":
            piece = piece[:-1]
        if not piece:
            return
        (first, line, column), (last, last_line, last_column) = piece[0], piece[-1]
        for one, at_line, at_column in (piece[0], piece[-1]):
            if one in WIDE_SPACE:
                self.say("T104", at_line, at_column)
                return
        if first in _OPENERS:
            self.wide(line, column, first, _OPENERS[first])
        elif first == "【" and last == "】":
            self.wide(line, column, first, "[")
        elif first in QUOTES and (last in QUOTES or last in "\"'") and len(piece) > 1:
            self.wide(line, column, first, QUOTES[first])
        elif first in "\"'" and last in QUOTES and len(piece) > 1:
            self.wide(last_line, last_column, last, first)

    def inside(self, line: Line, start: int) -> None:
        """Characters from `start` on belong to brackets, as long as one is open."""
        text = line.text
        for column in range(start, len(text)):
            character = text[column]
            if character in "{[":
                if self.open:
                    self.open[-1].entry.append((MASK, line.number, column))
                self.open.append(_Bracket(character))
            elif not self.open:
                return
            elif character in "}]":
                self.entry(self.open.pop())
            elif character == ",":
                self.entry(self.open[-1])
                self.open[-1].entry.clear()
            else:
                self.open[-1].entry.append((character, line.number, column))
        if self.open:
            self.open[-1].entry.append((" ", line.number, len(text)))
        if line.number == len(self.lines) or not self.later_depth(line):
            while self.open:
                self.entry(self.open.pop())

    def later_depth(self, line: Line) -> int:
        return self.lines[line.number].depth

    def entry(self, bracket: _Bracket) -> None:
        """One entry of ``{…}`` or ``[…]``, quoted texts masked."""
        piece = bracket.entry
        text = "".join(one for one, _, _ in piece)
        for character, line, column in piece:
            if character in _CLOSERS:
                self.wide(line, column, character, _CLOSERS[character])
                return
        if "】" in text and "【" not in text:
            _, line, column = piece[text.index("】")]
            self.wide(line, column, "】", "]")
            return
        if bracket.kind == "[":
            self.list_entry(piece, text)
        else:
            self.table_entry(piece, text)

    def list_entry(self, piece: list[tuple[str, int, int]], text: str) -> None:
        if "，" in text:
            _, line, column = piece[text.index("，")]
            self.wide(line, column, "，", ",")
            return
        self.judge_text(piece)

    def table_entry(self, piece: list[tuple[str, int, int]], text: str) -> None:
        colons = [match.start() for match in re.finditer(r":(?=[ \t]|$)|(?<=[\"']):", text)]
        wide = [index for index, one in enumerate(text) if one == "："]
        if not colons:
            for index in wide:
                self.wide(piece[index][1], piece[index][2], "：", ":")
            if not wide and ":" in text:
                after, line, column = piece[text.index(":") + 1]
                self.say("T104" if after in WIDE_SPACE else "T116", line, column)
            elif not wide:
                self.judge_text(piece)
            return
        later = [*colons[1:], *(index for index in wide if index > colons[0])]
        for index, one in enumerate(text):
            if one == "，" and index > colons[0] and any(index < colon for colon in later):
                self.wide(piece[index][1], piece[index][2], "，", ",")
                return
        self.judge_text(piece[colons[0] + 1 :])
