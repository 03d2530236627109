"""Finds the mapping files of a hub folder and reads them into specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from synchub.document import Findings, load
from synchub.errors import Position
from synchub.mapping.reader import read_mapping
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


def read_files(
    source: Source,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    findings: Findings,
) -> list[tuple[str, MappingSpec]]:
    """(file, spec) of every file without errors; two files with one mapping name are told apart by M208."""
    specs: list[tuple[str, MappingSpec]] = []
    first: dict[str, Position] = {}
    for path, shown in mapping_files(source):
        table = load(path, findings, shown_as=shown)
        spec = read_mapping(table, entities, zones, findings, path.parent) if table is not None else None
        if spec is None:
            continue
        if spec.name in first:
            findings.error("M208", spec.place("name"), name=spec.name, first=str(first[spec.name]))
            continue
        first[spec.name] = spec.place("name")
        specs.append((shown, spec))
    return specs
