"""Taking known keys out of a table and reporting the rest: what readers of overlays, mappings and hub.yaml share.

A reader names its keywords once, in both languages, takes each of them, and ends with `refuse_unknown`::

    reading = Reading(table, findings)
    system = reading.take_text(SYSTEM, required=True)
    flow = reading.take_choice(FLOW, FLOWS, default=Flow.BOTH)
    reading.refuse_unknown()
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from synchub.document.grievances import shape_of
from synchub.document.nodes import Entry, Findings, Items, Node, Scalar, Table
from synchub.errors import Position
from synchub.messages import Bilingual, Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word of a file language: English, Chinese, and further spellings that are accepted."""

    en: str
    zh: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.en, self.zh, *self.also)

    def text(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


YES_NO: Final[Mapping[Keyword, bool]] = {
    Keyword("yes", "是", ("true",)): True,
    Keyword("no", "否", ("false",)): False,
}


def nearest(word: str, known: Iterable[str]) -> Words:
    """The hint ", did you mean …?", or nothing when no name is near. Case and spaces do not count."""
    folded = {"".join(name.casefold().split()): name for name in known}
    wanted = "".join(word.casefold().split())
    # of two or three Chinese characters, one may be wrong
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.5 if len(wanted) <= 3 else 0.6)
    return Words("hint.nearest", {"name": folded[close[0]]}) if close else Words("hint.none")


def shape(node: Node) -> Words:
    """The word for what a node is, for messages."""
    return Words(shape_of(node))


def listed(keywords: Iterable[Keyword]) -> Bilingual:
    """The names of keywords as a list for people."""
    known = list(keywords)
    return Bilingual(", ".join(one.en for one in known), "、".join(one.zh for one in known))


class Reading:
    """One table being read. Every `take_…` marks its keyword as known, there or not."""

    def __init__(self, table: Table, findings: Findings) -> None:
        self.table = table
        self.findings = findings
        self.known: list[Keyword] = []
        self.missing_at: Position = table.position

    def __contains__(self, keyword: Keyword) -> bool:
        """Does it stand there, in any spelling? Does not make the keyword known."""
        return any(name in self.table.entries for name in keyword.names)

    def know(self, *keywords: Keyword) -> None:
        """These may stand here although nobody takes them."""
        self.known += [keyword for keyword in keywords if keyword not in self.known]

    def entry(self, keyword: Keyword, *, required: bool = False) -> Entry | None:
        """The entry under any spelling of the keyword; T106 when two spellings stand side by side, T112 when missing."""
        self.know(keyword)
        there = [self.table.entries[name] for name in keyword.names if name in self.table.entries]
        for one in there:
            self.findings.understood(one.key, keyword.en, keyword.zh)
        for second in there[1:]:
            first = there[0].key
            self.findings.error("T106", second, key=second.key.text, first=first.position.line)
        if not there and required:
            self.findings.error("T112", self.missing_at, key=keyword)
        return there[0] if there else None

    def take(self, keyword: Keyword, *, required: bool = False) -> Node | None:
        """Whatever stands there. A key with nothing behind it counts as not there (but is known)."""
        entry = self.entry(keyword, required=required)
        if entry is None:
            return None
        if isinstance(entry.value, Scalar) and entry.value.blank:
            if required:
                self.findings.error("T112", entry, key=keyword)
            return None
        return entry.value

    def take_scalar(self, keyword: Keyword, *, required: bool = False) -> Scalar | None:
        node = self.take(keyword, required=required)
        if node is None or isinstance(node, Scalar):
            return node
        self._wrong(node, "shape.text")
        return None

    def take_text(self, keyword: Keyword, *, required: bool = False) -> str | None:
        scalar = self.take_scalar(keyword, required=required)
        return None if scalar is None else scalar.text

    def take_table(self, keyword: Keyword, *, required: bool = False) -> Table | None:
        node = self.take(keyword, required=required)
        if node is None or isinstance(node, Table):
            return node
        self._wrong(node, "shape.table")
        return None

    def take_items(self, keyword: Keyword, *, required: bool = False) -> Items | None:
        node = self.take(keyword, required=required)
        if node is None or isinstance(node, Items):
            return node
        self._wrong(node, "shape.list")
        return None

    def take_scalars(self, keyword: Keyword, *, required: bool = False) -> tuple[Scalar, ...]:
        """A list of texts, or one text alone; what is not text is reported and left out."""
        node = self.take(keyword, required=required)
        return () if node is None else self.scalars(node)

    def take_list_of_text(self, keyword: Keyword, *, required: bool = False) -> tuple[str, ...]:
        return tuple(scalar.text for scalar in self.take_scalars(keyword, required=required))

    def take_texts(self, keyword: Keyword, *, required: bool = False) -> dict[Scalar, Scalar]:
        """A table from text to text, in file order; what is not text is reported and left out."""
        table = self.take_table(keyword, required=required)
        found: dict[Scalar, Scalar] = {}
        for entry in table or ():
            if isinstance(entry.value, Scalar):
                found[entry.key] = entry.value
            else:
                self._wrong(entry.value, "shape.text")
        return found

    def take_choice(
        self, keyword: Keyword, choices: Mapping[Keyword, T], *, default: T, required: bool = False
    ) -> T:
        """The value behind the word that stands there; T113 with the allowed words otherwise."""
        scalar = self.take_scalar(keyword, required=required)
        if scalar is None:
            return default
        chosen = self.chosen(scalar, keyword, choices)
        return default if chosen is None else chosen

    def take_yes(self, keyword: Keyword, *, default: bool = False) -> bool:
        return self.take_choice(keyword, YES_NO, default=default)

    def take_whole(self, keyword: Keyword, *, least: int = 0) -> int | None:
        """A whole number written in digits, not below `least`."""
        scalar = self.take_scalar(keyword)
        if scalar is None:
            return None
        if (
            scalar.text.isascii()
            and scalar.text.isdigit()
            and len(scalar.text) < 10
            and int(scalar.text) >= least
        ):
            return int(scalar.text)
        self._wrong(scalar, "shape.whole_number")
        return None

    def scalars(self, node: Node) -> tuple[Scalar, ...]:
        """The texts of a list, or one text as a list of one."""
        if isinstance(node, Scalar):
            return (node,)
        if isinstance(node, Table):
            self._wrong(node, "shape.list")
            return ()
        for item in node:
            if not isinstance(item, Scalar):
                self._wrong(item, "shape.text")
        return tuple(item for item in node if isinstance(item, Scalar))

    def chosen(self, scalar: Scalar, keyword: Keyword, choices: Mapping[Keyword, T]) -> T | None:
        """What a word means among choices; None after a finding."""
        for choice, value in choices.items():
            if scalar.text in choice.names:
                self.findings.understood(scalar, choice.en, choice.zh)
                return value
        every = [name for choice in choices for name in choice.names]
        hint = nearest(scalar.text, every)
        self.findings.error("T113", scalar, value=scalar.text, key=keyword, hint=hint, known=listed(choices))
        return None

    def refuse_unknown(self) -> None:
        """Report every key that nobody took, with the nearest known one."""
        names = {name for keyword in self.known for name in keyword.names}
        for entry in self.table:
            if entry.key.text not in names:
                hint = nearest(entry.key.text, names)
                self.findings.error("T111", entry, key=entry.key.text, hint=hint, known=listed(self.known))

    def _wrong(self, node: Node, expected: str) -> None:
        found = (
            Words("shape.this_text", {"text": node.text[:40]}) if isinstance(node, Scalar) else shape(node)
        )
        self.findings.error("T108", node, expected=Words(expected), found=found)
