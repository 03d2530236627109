"""What a file is read into: text, lists and tables with their places, and the findings about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synchub.errors import Position, Problem


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; `quoted` tells "" (text, empty) from nothing at all."""

    text: str
    position: Position
    quoted: bool = False

    @property
    def blank(self) -> bool:
        return not self.text and not self.quoted


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    position: Position

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from text to nodes, in file order."""

    entries: dict[str, Entry]
    position: Position

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def get(self, *names: str) -> Node | None:
        """The value under the first of these names that is there (a keyword has an English and a Chinese form)."""
        for name in names:
            if name in self.entries:
                return self.entries[name].value
        return None


Node = Scalar | Items | Table


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the file language as it was met: where it begins, how it is written there, and both its forms."""

    position: Position
    text: str
    en: str
    zh: str
    quoted: bool = False


class Findings:
    """Collects problems, so that a reader of a file is told all of them in one go; and the words that were understood."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.words: dict[Position, Word] = {}

    def understood(self, scalar: Scalar, en: str, zh: str) -> None:
        """This text is a word with two forms; a formatter may write the other one."""
        at, quoted = scalar.position, scalar.quoted
        self.words[at] = Word(at, scalar.text, en, zh, quoted)

    def error(self, code: str, at: Node | Entry | Position | None, **params: object) -> None:
        self.problems.append(Problem(code, params, place(at), "error"))

    def warning(self, code: str, at: Node | Entry | Position | None, **params: object) -> None:
        self.problems.append(Problem(code, params, place(at), "warning"))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


def place(at: Node | Entry | Position | None) -> Position | None:
    if isinstance(at, Entry):
        return at.key.position
    return at if isinstance(at, Position) or at is None else at.position
