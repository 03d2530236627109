"""Finds the mapping files of a hub folder and reads them into specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from synchub.document import Findings, load_anyway
from synchub.errors import Position
from synchub.mapping.reader import read_understood
from synchub.mapping.spec import MappingSpec
from synchub.model.entity import EntityModel

Source: TypeAlias = "Path | Sequence[Path]"
"""A folder (its own ``*.yaml`` and ``*.yml``, not those of ``model/`` below it), or single files."""


def mapping_files(source: Source) -> list[tuple[Path, str]]:
    """(path, name shown to people), in the order of names. A missing folder has no files."""
    if isinstance(source, Path):
        found = sorted(
            path for path in source.glob("*") if path.suffix in {".yaml", ".yml"} and path.is_file()
        )
        return [(path, f"{source.name}/{path.name}") for path in found]
    return [(path, path.name) for path in source]


@dataclass(frozen=True, slots=True)
class FileRead:
    """What was understood of a file; `whole` when there is nothing wrong with it by itself."""

    file: str
    spec: MappingSpec
    whole: bool


def read_files(
    source: Source,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    findings: Findings,
) -> list[FileRead]:
    """Every file of which something was understood; two files with one mapping name are told apart by M208.

    A run takes only those that are whole; a check looks at the others too, so that all their mistakes come at once.
    """
    found: list[FileRead] = []
    first: dict[str, Position] = {}
    for path, shown in mapping_files(source):
        before = len(findings.errors)
        table = load_anyway(path, findings, shown_as=shown)
        spec = read_understood(table, entities, zones, findings, path.parent) if table is not None else None
        if spec is None:
            continue
        if spec.name in first:
            findings.error("M208", spec.place("name"), name=spec.name, first=str(first[spec.name]))
        elif spec.name:
            first[spec.name] = spec.place("name")
        found.append(FileRead(shown, spec, whole=len(findings.errors) == before))
    return found


def whole_specs(
    source: Source, entities: Mapping[str, EntityModel], zones: Mapping[str, ZoneInfo], findings: Findings
) -> list[MappingSpec]:
    """The specs of the files that have no errors by themselves."""
    return [one.spec for one in read_files(source, entities, zones, findings) if one.whole]
