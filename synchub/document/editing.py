"""Changes files the way a careful person would: single words and characters at their places, everything else byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable

from synchub.document.nodes import Word

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends."""
    return [line for line in _LINE.findall(text) if line]


def reworded(text: str, words: Iterable[Word], language: str) -> str:
    """The text with every word in the form of this language.

    A word that does not stand where it should, since something before it is escaped, stays as it is.
    """
    lines = lines_of(text)
    for word in sorted(words, key=lambda one: one.position, reverse=True):
        line = lines[word.position.line - 1]
        start = word.position.column - 1 + word.quoted
        end = start + len(word.text)
        wanted = word.zh if language == "zh" else word.en
        if not word.quoted and not is_plain(wanted):
            wanted = '"' + wanted.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if line[start:end] == word.text:
            lines[word.position.line - 1] = line[:start] + wanted + line[end:]
    return "".join(lines)


def is_plain(text: str) -> bool:
    """May this stand in YAML without quotes, as key or value, inside brackets too?"""
    return (
        bool(text)
        and text.isprintable()
        and text.strip() == text
        and text[0] not in "-?:,[]{}#&*!|>'\"%@`=<“”‘’＂＇｛［【＃－"
        and not any(mark in text for mark in ":#?,[]{}：，｛｝［］【】\u3000\u00a0")
    )


def quoted(text: str) -> str:
    """The text as YAML writes it: plain where that is safe."""
    if is_plain(text):
        return text
    inside = "".join(_escaped(one) for one in text)
    return f'"{inside}"'


def _escaped(character: str) -> str:
    if character in '\\"':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
