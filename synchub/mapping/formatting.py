"""Writes a mapping file or a model overlay in the other language: every word that has two forms, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.document import Findings, parse
from synchub.document.editing import reworded
from synchub.mapping import fingerprint
from synchub.mapping.names import FieldNames
from synchub.mapping.reader import read_mapping
from synchub.mapping.spec import MappingSpec
from synchub.messages import Language
from synchub.model.entity import EntityModel
from synchub.model.overlay import compile_entities
from synchub.model.overlay.reading import read_overlay


def formatted(
    text: str,
    shown: str,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    language: Language,
    findings: Findings,
    folder: Path | None = None,
) -> str | None:
    """A mapping file's text with all words in this language; comments, order and spacing stay. None after findings.

    The result is read again, and means the same.
    """
    before = _understood(text, shown, entities, zones, findings, folder)
    if before is None:
        return None
    changed = reworded(text, findings.words.values(), language)
    after = _understood(changed, shown, entities, zones, Findings(), folder)
    assert after is not None, "our own words are understood in both languages"
    assert fingerprint.version(after) == fingerprint.version(before), "both languages mean the same"
    return changed


def formatted_overlay(text: str, shown: str, language: Language, findings: Findings) -> str | None:
    """The same for a model overlay; fields keep their names, labels and options stay what they are."""
    before = _governed(text, shown, findings)
    if before is None:
        return None
    changed = reworded(text, findings.words.values(), language)
    assert _governed(changed, shown, Findings()) == before, "both languages mean the same"
    return changed


def _governed(text: str, shown: str, findings: Findings) -> Mapping[str, EntityModel] | None:
    table = parse(text, shown, findings)
    overlay = read_overlay(table, findings) if table is not None else None
    if overlay is None:
        return None
    models = compile_entities([overlay], findings)
    return None if findings.errors else models


def _understood(
    text: str,
    shown: str,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    findings: Findings,
    folder: Path | None,
) -> MappingSpec | None:
    """The spec; the words of the file are in `findings`, those of its tests too."""
    table = parse(text, shown, findings)
    spec = read_mapping(table, entities, zones, findings, folder) if table is not None else None
    for case in spec.cases if spec is not None else ():
        for name in (*(name for name, _ in case.canonical), *case.review):
            FieldNames(spec.entity).find(name, findings)  # type: ignore[union-attr]  # there are cases only with a spec
    return None if findings.errors else spec
