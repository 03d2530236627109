"""Which mapping files a run works with: those in force, whatever anybody is editing meanwhile.

An edit alone never causes a write. It takes effect with ``synchub map activate``, or by itself where nothing can go wrong: while the hub has not
been in agreement with anybody yet, and for a new mapping file beside the ones in force, whose first contact a person approves anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.errors import MappingError, Problem
from synchub.hub.versions import Activation, MappingSet, Versions, files_of, read_set, version_of


@dataclass
class InForce:
    """The mapping sets of one hub: what lies in its folder, and what is in force."""

    folder: Path
    versions: Versions
    systems: Mapping[str, ZoneInfo]

    @cached_property
    def working(self) -> MappingSet:
        """The files as they lie in the folder now."""
        return read_set(self.folder, self.systems)

    @cached_property
    def active(self) -> MappingSet | None:
        """The files of the version in force; None while there is none, or its copy is gone."""
        version = self.versions.active
        if not version or not self.versions.place(version).is_dir():
            return None
        if files_of(self.versions.place(version)) == files_of(self.folder):
            return self.working if self.working.sound else None  # nobody touched anything: read them once
        found = read_set(self.versions.place(version), self.systems)
        return found if found.sound else None  # hub.yaml may have lost a system since

    @cached_property
    def chosen(self) -> MappingSet:
        """What a run works with. Raises MappingError with every problem of every file when there is nothing better in force."""
        active = self.active
        if active is None:
            return self._usable()
        if self.working.sound and (self.working.version == active.version or self.only_adds):
            return self.working
        return active

    @property
    def edited(self) -> bool:
        """Is there an edit that is not in force?"""
        return self.active is not None and self.active is not self.working and self.chosen is self.active

    @property
    def only_adds(self) -> bool:
        """Are there new mappings only, and all else as in force?"""
        active = self.active
        if active is None or not self.working.sound:
            return False
        names = {one.name for one in active.mappings}
        same = [one for one in self.working.mappings if one.name in names]
        return version_of(self.working.entities, same) == active.version

    def notice(self) -> Problem | None:
        """What a run must say about an edit that it does not use."""
        active = self.active
        if active is None or not self.edited:
            return None
        if not self.working.sound:
            params = {"version": active.version, "count": len(self.working.findings.errors)}
            return Problem("E412", params, severity="warning")
        params = {"version": active.version, "edited": self.working.version}
        return Problem("E411", params, severity="warning")

    def settle(self, agreed: Callable[[], bool], at: datetime) -> Activation | None:
        """Put the chosen files into force where that needs nobody: the first agreement, and mappings that were only added."""
        if self.active is None:
            if not agreed():
                return None
            return self._record("first", at)
        if self.chosen.version != self.active.version:
            return self._record("added", at)
        return None

    def _record(self, action: str, at: datetime) -> Activation:
        done = self.versions.activate(self.chosen, action, at)  # type: ignore[arg-type]  # one of the two above
        self.__dict__.pop("active", None)
        return done

    def _usable(self) -> MappingSet:
        working = self.working
        if working.findings.errors:
            problems = working.findings.errors
            of_model = all(
                one.position and one.position.file.startswith("mappings/model/") for one in problems
            )
            raise MappingError("O200" if of_model else "H340", problems=problems, count=len(problems))
        return working
