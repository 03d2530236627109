"""Sentences of the catalogue, and how wide text is on a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from synchub import messages

_zone: Final[ContextVar[tzinfo | None]] = ContextVar("synchub_zone", default=None)
_hub: Final[ContextVar[Path | None]] = ContextVar("synchub_hub", default=None)
_PLAIN: Final = re.compile(r"[\w@%+=:,./-]+")
"""Words that no shell changes; Chinese is as good as Latin, which shlex does not know."""
_ROW: Final = re.compile(r"row (\d+)")
"""As connectors name a row of a sheet that has no other name."""

_WIDE = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\u3000-\u303f"
_PIECES = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+|\s+")
_CLOSING = frozenset("，。；：、！？）》”’】…")
"""Marks that may not begin a line."""


def say(code: str, /, **params: object) -> str:
    """The sentence of a code in the reader's language."""
    return messages.text(code, params)


def say_if_known(code: str, otherwise: str) -> str:
    """The sentence of a code that may not exist (a word somebody added elsewhere)."""
    return messages.text(code) if code in messages.catalogue() else otherwise


def width(text: str) -> int:
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def pad(text: str, columns: int) -> str:
    """The text, filled up with blanks to so many columns."""
    return text + " " * max(0, columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns: words stay whole where they fit, Chinese may break anywhere but before a closing mark."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in _unbreakable(paragraph):
            if width(line + piece.rstrip()) > columns and line:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
            while width(line.rstrip()) > columns:  # one word that is wider than the line
                head = _head(line, columns)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _head(text: str, columns: int) -> str:
    """As much of the text as has room; at least one character."""
    end = 1
    while end < len(text) and width(text[: end + 1]) <= columns:
        end += 1
    return text[:end]


def _unbreakable(text: str) -> Iterator[str]:
    held = ""
    for found in _PIECES.finditer(text):
        piece = found[0]
        if held and (piece not in _CLOSING or held.isspace()):
            yield held
            held = ""
        held += piece
    if held:
        yield held


def number(value: int) -> str:
    return f"{value:,}"


def choose_zone(zone: tzinfo | None) -> None:
    """Show times in the hub's time zone; None is the machine's own."""
    _zone.set(zone)


def choose_hub(folder: Path | None) -> None:
    """Commands that are told to be copied name this hub folder; None: the one that is found by itself."""
    _hub.set(folder)


def command(*words: str) -> str:
    """A command of ours, ready to be copied."""
    hub = _hub.get()
    whole = ["synchub", *(["--hub", str(hub)] if hub else []), *words]
    return " ".join(one if _PLAIN.fullmatch(one) else shlex.quote(one) for one in whole)


def place_name(name: str) -> str:
    """What a connector calls a record's place, in the reader's language."""
    row = _ROW.fullmatch(name)
    return say("word.row", number=row[1]) if row else name


def moment(value: datetime | str | None) -> str:
    """A point in time in the chosen zone, to the minute; a text is ISO."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    return "" if value is None else f"{value.astimezone(_zone.get()):%Y-%m-%d %H:%M}"


def day(value: datetime | str | None) -> str:
    """Only the day of a point in time."""
    return moment(value).partition(" ")[0]


def listing(items: list[str]) -> str:
    """Items in a row, as the language writes it."""
    return ("、" if messages.language() == "zh" else ", ").join(items)


def one_line(text: str, most: int = 0) -> str:
    """Text of a stranger, fit for a terminal: one line, no control characters, cut with … when longer than `most`."""
    clean = "".join(_visible(one) for one in text)
    return clean if not most or len(clean) <= most else clean[: most - 1] + "…"


def _visible(character: str) -> str:
    if character == "\n":
        return " ⏎ "
    # control characters and marks that turn the direction of writing could make a terminal show something else
    return (
        "\ufffd" if unicodedata.category(character) in {"Cc", "Cf"} and character != "\u200d" else character
    )
