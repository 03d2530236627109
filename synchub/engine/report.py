"""What a run did, counted by what became of each record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from synchub.engine.decided import Decided
from synchub.errors import Problem, SynchubError
from synchub.model.values import Raw
from synchub.store.rows import CursorRow

ACTIONS = (
    "pulled",
    "unchanged",
    "changed",
    "linked",
    "created_in_hub",
    "created_there",
    "updated_there",
    "cells_written",
    "conflicts_settled",
    "held",
    "set_aside",
    "missing",
    "waiting",
    "refused",
    "blocked",
    "unconfirmed",
    "fetched",
    "backfilled",
    "warned",
    "doubtful",
    "withheld",
    "archived",
    "deleted",
    "deleted_there",
    "stopped",
)
"""The words of a report's counts. `refused` counts edits by somebody who does not own the field; `set_aside` whole records; `doubtful` looks that are read again
later; `backfilled` records of which only the fields of an edited mapping were read; `withheld` deletions that wait for a person; `stopped` fields that are written no more."""


class Progress(Protocol):
    """Who watches long work."""

    def __call__(self, phase: str, system: str, object: str, done: int) -> None:
        """`done` records so far in this phase."""
        ...


def silent(phase: str, system: str, object: str, done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value written, or to be written, in one system. `external_id` of a record yet to be created is ``new:<golden id>``."""

    system: str
    object: str
    external_id: str
    op: str
    column: str
    before: Raw
    after: Raw
    entity: str
    entity_id: str
    field: str
    title: str
    cause: dict[str, Raw]


@dataclass
class RunReport:
    """The outcome of one run (or rehearsal) over a hub."""

    run: str
    kind: str
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    """By (system, object)."""
    cells: list[Cell] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    """Requests per system."""
    failures: dict[str, SynchubError] = field(default_factory=dict)
    """Systems that could not be worked with, and why; the others went on."""
    warnings: list[Problem] = field(default_factory=list)
    decided: Decided = field(default_factory=Decided)
    """What became of rows nobody knew."""
    first_contact: list[str] = field(default_factory=list)
    """Mappings that have never been in sync before."""
    doubtful: set[tuple[str, str]] = field(default_factory=set)
    """(system, object) whose listing cannot be believed: nothing is written there in this run."""
    asked: set[str] = field(default_factory=set)
    """Ids of the conflicts that hold a field."""
    busy: dict[str, str] = field(default_factory=dict)
    """Systems that another run works with, and who that is; this one leaves them alone."""
    held: set[str] | None = None
    """Systems whose leases this run holds; None in a rehearsal, which needs none."""
    edited: list[str] = field(default_factory=list)
    """Mappings that are not what the hub last worked with."""
    throttled: dict[str, SynchubError] = field(default_factory=dict)
    """Accounts that take no more now: nothing more is asked of these systems in this run, and what is left is done later."""
    waits: dict[str, datetime] = field(default_factory=dict)
    """Of these systems, until when they said to wait."""
    restored: str = ""
    """When the database was put back from a backup, until a person has approved what follows."""
    cursors: list[CursorRow] = field(default_factory=list)
    """Of listings that brought nothing and so had nothing to be committed with; written when something else is, at the latest with the end of the run."""
    resuming: bool = False
    """The run before did not come to its end."""

    def add(self, system: str, object: str, action: str, number: int = 1) -> None:
        if number:
            self.counts.setdefault((system, object), Counter())[action] += number

    def ask(self, system: str, object: str, question: str) -> None:
        """A field is held; the same question counts once in a run, however often its record is looked at."""
        if question not in self.asked:
            self.asked.add(question)
            self.add(system, object, "held")

    def take_over(self, other: RunReport) -> None:
        """What another report tells happened in this run."""
        for place, counter in other.counts.items():
            self.counts.setdefault(place, Counter()).update(counter)
        self.decided.take_over(other.decided)
        self.failures.update(other.failures)
        self.warnings += [one for one in other.warnings if one not in self.warnings]
        self.asked |= other.asked

    def total(self, action: str) -> int:
        return sum(counter[action] for counter in self.counts.values())

    @property
    def writes(self) -> int:
        """Records written in systems."""
        return self.total("created_there") + self.total("updated_there")

    @property
    def state(self) -> str:
        """``done``, ``attention`` (something was set aside, held or blocked) or ``failed`` (a system could not be worked with)."""
        if self.failures:
            return "failed"
        needs = ("held", "set_aside", "blocked", "unconfirmed", "withheld", "stopped")
        return (
            "attention"
            if self.busy or self.throttled or any(self.total(action) for action in needs)
            else "done"
        )
