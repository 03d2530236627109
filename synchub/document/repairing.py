"""Repairs what typing Chinese and copying from other programs does to YAML: full-width marks, tabs, wide and invisible characters, GBK, UTF-16."""

from __future__ import annotations

from dataclasses import dataclass, field

from synchub.document.editing import lines_of
from synchub.document.erasing import WIDE_SPACE
from synchub.document.loading import decode, parse
from synchub.document.marks import find_marks
from synchub.document.nodes import Findings
from synchub.errors import Problem

_ROUNDS = 200


@dataclass
class Repair:
    """A repaired text: what was wrong with it, and what is left that only a person can decide."""

    text: str
    encoding: str
    """What the file was in; "utf-8" means that no byte of it had to be read differently."""
    repaired: list[Problem] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)


def repair(data: bytes, file: str) -> Repair | None:
    """The repaired text of a file; None when its bytes are no text in any encoding we know."""
    read = _read(data)
    if read is None:
        return None
    text, encoding = read
    done = Repair(text, encoding)
    findings = Findings()
    if decode(data, file, findings) is None:
        done.repaired += findings.problems
    elif encoding != "utf-8":
        done.repaired.append(Problem("T118", {"what": "BOM"}, None))
    for _ in range(_ROUNDS):
        findings = Findings()
        find_marks(done.text, file, findings)
        changed = _one_round(done.text, findings.problems)
        if changed == done.text:
            break
        done.repaired += [one for one in findings.problems if one.code in _HANDS]
        done.text = changed
    findings = Findings()
    parse(done.text, file, findings)
    done.left = findings.problems
    return done


def _read(data: bytes) -> tuple[str, str] | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    if data.startswith(b"\xef\xbb\xbf"):
        return _decoded(data, "utf-8-sig")
    return _decoded(data, "utf-8") or _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else (text, encoding)


def _one_round(text: str, problems: list[Problem]) -> str:
    """Every mark of this round replaced, the last one first, so that places stay."""
    lines = lines_of(text)
    seen = sorted({p.position: p for p in problems if p.position and p.code in _HANDS}.items(), reverse=True)
    for place, problem in seen:
        line, column = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = _HANDS[problem.code](line, column, problem)
    return "".join(lines)


def _half_width(line: str, at: int, problem: Problem) -> str:
    sign = str(problem.params["ascii"])
    rest = line[at + 1 :]
    # YAML wants a blank behind its colon and comma
    blank = " " if sign in ":,-" and rest.strip() and rest[0] not in " \t" else ""
    return line[:at] + sign + blank + rest


def _untabbed(line: str, at: int, problem: Problem) -> str:  # noqa: ARG001 - one shape for all hands
    return line[:at] + ("  " if not line[:at].strip() else " ") + line[at + 1 :]


def _narrow(line: str, at: int, problem: Problem) -> str:  # noqa: ARG001 - one shape for all hands
    wide = line[at] in WIDE_SPACE
    return line[:at] + ("  " if not line[:at].strip() else " ") + line[at + wide :]


def _without(line: str, at: int, problem: Problem) -> str:  # noqa: ARG001 - one shape for all hands
    return line[:at] + line[at + 1 :]


def _spaced(line: str, at: int, problem: Problem) -> str:  # noqa: ARG001 - one shape for all hands
    return line[:at] + " " + line[at:]


_HANDS = {"T102": _half_width, "T103": _untabbed, "T104": _narrow, "T115": _without, "T116": _spaced}
