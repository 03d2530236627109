"""Replaces the marks that keep a file from being read by what was meant, and remembers each edit, so that a place in the mended text is a place in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from synchub.document.editing import lines_of
from synchub.document.erasing import WIDE_SPACE
from synchub.document.marks import find_marks
from synchub.document.nodes import Findings
from synchub.errors import Position, Problem

_ROUNDS: Final = 200
_MOST: Final = 500_000
"""Characters looked at in all rounds: a mark may hide another one, and a text made of nothing but marks must end too."""

_ONCE: Final = frozenset({"T103", "T104", "T115"})


@dataclass(frozen=True, slots=True)
class _Edit:
    """At this place (counted from 0) so many characters were replaced by `put`."""

    line: int
    at: int
    taken: int
    put: str


@dataclass
class Mended:
    """A text without the marks that `problems` names, in places of the text as it was."""

    text: str
    problems: list[Problem] = field(default_factory=list)
    edits: list[_Edit] = field(default_factory=list)

    def place(self, position: Position) -> Position:
        """Where a place of the mended text was before. Lines never move, only what is in them."""
        at = position.column - 1
        for edit in reversed(self.edits):
            if edit.line != position.line or at <= edit.at:
                continue
            moved = len(edit.put) - edit.taken
            at = max(edit.at, at - moved)
        return replace(position, column=at + 1)

    def of_file(self, problem: Problem) -> Problem:
        """A problem of the mended text, in the place of the file."""
        return replace(problem, position=self.place(problem.position)) if problem.position else problem

    def tell(self, problems: list[Problem]) -> None:
        """Problems of the text as it is now; of a line's blanks and tabs the first one is enough."""
        told = {(one.code, one.position.line) for one in self.problems if one.position}
        for one in problems:
            if one.position and (one.code not in _ONCE or (one.code, one.position.line) not in told):
                self.problems.append(self.of_file(one))


def mend(text: str, file: str) -> Mended:
    """Round by round, until nothing is left that a hand knows: behind a mark another one may come to light."""
    done = Mended(text)
    for _ in range(max(1, min(_ROUNDS, _MOST // max(1, len(text))))):
        findings = Findings()
        find_marks(done.text, file, findings)
        known = {one.position: one for one in findings.problems if one.position and one.code in HANDS}
        done.tell(findings.problems)
        if not known:
            break
        lines = lines_of(done.text)
        edits: list[_Edit] = []
        for place, problem in sorted(known.items(), reverse=True):  # the last one first, so that places stay
            line, at = lines[place.line - 1], place.column - 1
            taken, put = HANDS[problem.code](line, at, problem)
            edits.append(_Edit(place.line, at, taken, put))
            lines[place.line - 1] = line[:at] + put + line[at + taken :]
        done.edits += edits
        done.text = "".join(lines)
    return done


_Hand: TypeAlias = Callable[[str, int, Problem], tuple[int, str]]
"""The line, the place in it, what is wrong there -> how many characters to take away, and what to put."""


def _half_width(line: str, at: int, problem: Problem) -> tuple[int, str]:
    sign = str(problem.params["ascii"])
    rest = line[at + 1 :]
    # YAML wants a blank behind its colon and comma
    blank = " " if sign in ":,-" and rest.strip() and rest[0] not in " \t" else ""
    return 1, sign + blank


def _narrow(line: str, at: int, problem: Problem) -> tuple[int, str]:  # noqa: ARG001 - one shape for all hands
    return int(line[at] in WIDE_SPACE or line[at] == "\t"), "  " if not line[:at].strip() else " "


def _without(line: str, at: int, problem: Problem) -> tuple[int, str]:  # noqa: ARG001 - one shape for all hands
    return 1, ""


def _spaced(line: str, at: int, problem: Problem) -> tuple[int, str]:  # noqa: ARG001 - one shape for all hands
    return 0, " "


HANDS: Final[Mapping[str, _Hand]] = {
    "T102": _half_width,
    "T103": _narrow,
    "T104": _narrow,
    "T115": _without,
    "T116": _spaced,
}
"""Code of a mark -> who repairs it."""
