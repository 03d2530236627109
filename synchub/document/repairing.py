"""Repairs what typing Chinese and copying from other programs does to YAML: full-width marks, tabs, wide and invisible characters, GBK, UTF-16."""

from __future__ import annotations

from dataclasses import dataclass, field

from synchub.document.loading import decode, decoded, parse
from synchub.document.mending import HANDS, mend
from synchub.document.nodes import Findings
from synchub.errors import Problem


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
    read = decoded(data)
    if read is None:
        return None
    text, encoding = read
    mended = mend(text, file)
    done = Repair(mended.text, encoding)
    findings = Findings()
    if decode(data, file, findings) is None:
        done.repaired += findings.problems
    elif encoding != "utf-8":
        done.repaired.append(Problem("T118", {"what": "BOM"}, None))
    done.repaired += [one for one in mended.problems if one.code in HANDS]
    findings = Findings()
    parse(done.text, file, findings)
    done.left = findings.problems
    return done
