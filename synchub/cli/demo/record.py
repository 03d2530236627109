"""What the acts leave behind: numbers, checks, fates. One document for ``--json``, and what the screen shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from synchub.cli.demo.fates import Outcome
from synchub.cli.demo.watch import Comparison
from synchub.model.values import Raw

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """Something an act asserts of itself; `detail` says what was found instead."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(slots=True)
class Act:
    """One act of the demo."""

    letter: str
    numbers: dict[str, Raw] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def check(self, name: str, passed: bool, detail: object = "") -> None:
        self.checks.append(Check(name, passed, "" if passed else str(detail)))

    def as_planned(self, comparison: Comparison) -> None:
        """The systems' write logs against the plan."""
        cells = self.numbers.get("cells_checked", 0)
        assert isinstance(cells, int)
        self.numbers["cells_checked"] = cells + comparison.agreed
        self.check("as_planned", comparison.sound, differing(comparison))

    @property
    def passed(self) -> bool:
        return all(one.passed for one in self.checks)


@dataclass(slots=True)
class Summary:
    """The whole demo."""

    folder: Path
    acts: list[Act] = field(default_factory=list)
    outcomes: Sequence[Outcome] = ()
    seconds: float = 0.0
    following: Mapping[str, str] = field(default_factory=dict)
    """What to look at next: name -> command or path."""

    @property
    def checks(self) -> list[Check]:
        return [check for act in self.acts for check in act.checks]

    @property
    def passed(self) -> bool:
        return all(act.passed for act in self.acts)

    def document(self) -> dict[str, object]:
        return {
            "passed": self.passed,
            "seconds": round(self.seconds, 1),
            "folder": str(self.folder),
            "acts": [
                {
                    "act": act.letter,
                    "passed": act.passed,
                    "numbers": act.numbers,
                    "checks": [
                        {"check": one.name, "passed": one.passed, "detail": one.detail} for one in act.checks
                    ],
                }
                for act in self.acts
            ],
            "edits": [_edit(one) for one in self.outcomes],
            "next": dict(self.following),
        }


def _edit(one: Outcome) -> dict[str, object]:
    edit = one.edit
    return {
        "story": edit.story,
        "system": edit.system,
        "mapping": edit.mapping,
        "record": edit.title,
        "field": edit.field,
        "typed": edit.typed,
        "fate": one.fate.value,
        "why": one.why,
        "hub_holds": one.value,
        "written_to": list(one.reached),
        "golden_id": one.golden_id,
    }


def differing(comparison: Comparison) -> str:
    """The first few cells in which plan and systems differ."""
    told = [f"planned, not written: {one}" for one in comparison.missing[:_SHOWN]]
    told += [f"written, not planned: {one}" for one in comparison.surprising[:_SHOWN]]
    more = len(comparison.missing) + len(comparison.surprising) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")
