"""Mapping versions: which files the hub runs with, every one it ever ran with, and who put it into force when.

They lie under ``.synchub/versions``: a folder per version with the files as they were, and ``log.jsonl``, one line per activation. A version is
named by its meaning, so that a comment or another language is no edit. Workers of one hub share its folder.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.errors import UserError
from synchub.mapping import CompiledMapping, load_mappings
from synchub.mapping.compiled import KEEP
from synchub.mapping.fingerprint import digest
from synchub.model.entity import EntityModel
from synchub.model.overlay import compile_entities
from synchub.model.overlay.reading import read_overlays

LOG: Final = "log.jsonl"
WORKING: Final = "working"
ACTIVE: Final = "active"
Action: TypeAlias = Literal["first", "added", "activate", "rollback"]


@dataclass(frozen=True, slots=True)
class Activation:
    """One line of the log."""

    at: str
    by: str
    action: Action
    version: str
    before: str = ""
    kept: str = ""
    """Where the files that a rollback took out of the folder lie, if no version holds them; below the hub folder."""


@dataclass(frozen=True)
class MappingSet:
    """All mapping and model files of one version, read and compiled."""

    version: str
    folder: Path
    """Holds ``*.yaml``, ``model/`` and ``custom/`` as a hub's ``mappings`` does."""
    entities: Mapping[str, EntityModel]
    mappings: Sequence[CompiledMapping]
    findings: Findings

    @property
    def sound(self) -> bool:
        return not self.findings.errors


def read_set(folder: Path, systems: Mapping[str, ZoneInfo]) -> MappingSet:
    """The files of a folder. What is wrong with them is in its findings."""
    findings = Findings()
    overlays = read_overlays(folder / "model", findings)
    entities = compile_entities(overlays, findings, systems=systems)
    mappings = [] if findings.errors else load_mappings(folder, entities, systems, findings)
    version = "" if findings.errors else version_of(entities, mappings)
    return MappingSet(version, folder, entities, mappings, findings)


def version_of(entities: Mapping[str, EntityModel], mappings: Sequence[CompiledMapping]) -> str:
    """Eight characters that name a meaning: every field of the model, every entry of the mappings, and what follows from deletions."""
    model = {name: [repr(one.fields), repr(one.rules)] for name, one in entities.items()}
    return digest([model, sorted([one.name, one.version, *_reactions(one)] for one in mappings)])[:8]


def _reactions(mapping: CompiledMapping) -> list[str]:
    """What a mapping does about records that are gone, where it says so. No agreement rests on it, so its own version leaves it out."""
    said = (mapping.on_delete, mapping.on_leave, mapping.delete_there)
    return [] if said == (KEEP, KEEP, False) else [repr(one) for one in said]


class Versions:
    """The versions of one hub folder."""

    def __init__(self, machine: Path) -> None:
        self.folder = machine / "versions"

    def log(self) -> list[Activation]:
        """Every activation, oldest first."""
        try:
            lines = (self.folder / LOG).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [Activation(**json.loads(line)) for line in lines if line.strip()]

    @property
    def active(self) -> str:
        """The version in force; "" while the hub has none."""
        log = self.log()
        return log[-1].version if log else ""

    def known(self) -> list[str]:
        """Every version that is kept, the newest activation last."""
        return list(dict.fromkeys(reversed([one.version for one in reversed(self.log())])))

    def find(self, text: str) -> str:
        """The version whose name begins so. Raises UserError H351."""
        hits = [one for one in self.known() if text and one.startswith(text)]
        if len(set(hits)) != 1:
            raise UserError("H351", version=text, known=", ".join(self.known()) or "-")
        return hits[0]

    def place(self, version: str) -> Path:
        """The folder with the files of a version."""
        return self.folder / version / "mappings"

    def set_aside(self, folder: Path, at: datetime) -> Path | None:
        """Copy the files of a folder that are about to be replaced; None where a version holds exactly these."""
        files = files_of(folder)
        if any(files_of(self.place(version)) == files for version in self.known()):
            return None
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f"replaced-{at:%Y%m%d-%H%M%S}-", dir=self.folder)) / "mappings"
        copy_files(folder, place)
        return place

    def activate(
        self, chosen: MappingSet, action: Action, at: datetime, by: str = "", kept: str = ""
    ) -> Activation:
        """Keep these files and put them into force."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.place(chosen.version).exists():
            self._keep(chosen)
        entry = Activation(
            at.isoformat(timespec="seconds"), by or who(), action, chosen.version, self.active, kept
        )
        line = json.dumps({name: told for name, told in asdict(entry).items() if told}, ensure_ascii=False)
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(line + "\n")
            log.flush()
            os.fsync(log.fileno())
        return entry

    def _keep(self, chosen: MappingSet) -> None:
        """Copied beside, then moved into its place, so that a kill leaves no half version."""
        half = Path(tempfile.mkdtemp(prefix=".half-", dir=self.folder))
        copy_files(chosen.folder, half / "mappings")
        target = self.folder / chosen.version
        try:
            half.rename(target)
        except OSError:  # somebody else kept the same version a moment ago
            shutil.rmtree(half, ignore_errors=True)
            if not target.exists():
                raise


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a mapping set by name within it, in order."""
    found = [
        path
        for pattern in ("*.yaml", "*.yml", "model/*.yaml", "model/*.yml", "custom/*.py")
        for path in folder.glob(pattern)
        if path.is_file()
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def copy_files(source: Path, target: Path) -> None:
    """The files of a mapping set, and nothing else that may lie there."""
    for name, data in files_of(source).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def replace_files(source: Path, target: Path) -> None:
    """Make the target hold exactly these files; others of the set are taken away."""
    wanted = files_of(source)
    for name in files_of(target).keys() - wanted.keys():
        (target / name).unlink()
    copy_files(source, target)


def who() -> str:
    """Who does it: the name that ``SYNCHUB_USER`` gives, else that of the account."""
    given = os.environ.get("SYNCHUB_USER", "").strip()
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
