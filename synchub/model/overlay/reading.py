"""From a file to the parts of an overlay; what the parts mean is checked when they are compiled with the classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from synchub.document import Findings, Items, Node, Reading, Scalar, Table, load
from synchub.errors import Position
from synchub.model.overlay import keywords as words
from synchub.model.values import Label


@dataclass(frozen=True, slots=True)
class Overlay:
    """One file, taken apart."""

    entity: Scalar
    label: Node | None
    fields: Table | None
    groups: Table | None
    rules: Items | None
    visibility: Table | None
    position: Position


def read_overlays(folder: Path, findings: Findings, *, shown_as: str = "mappings/model") -> list[Overlay]:
    """The overlays of a folder by name of file; none when there is no such folder."""
    overlays: list[Overlay] = []
    for path in sorted(folder.glob("*.y*ml")):
        table = load(path, findings, shown_as=f"{shown_as}/{path.name}")
        overlay = read_overlay(table, findings) if table is not None else None
        if overlay is not None:
            overlays.append(overlay)
    return overlays


def read_overlay(table: Table, findings: Findings) -> Overlay | None:
    """The parts of one file; None when it does not say which entity it governs."""
    reading = Reading(table, findings)
    entity = reading.take_scalar(words.MODEL, required=True)
    label = reading.take(words.LABEL)
    fields = reading.take_table(words.FIELDS)
    groups = reading.take_table(words.GROUPS)
    rules = reading.take_items(words.RULES)
    visibility = reading.take_table(words.VISIBILITY)
    reading.refuse_unknown()
    return Overlay(entity, label, fields, groups, rules, visibility, table.position) if entity else None


def read_label(node: Node | None, default: Label, findings: Findings) -> Label:
    """A label, written as one text for both languages or as ``{zh: …, en: …}``; what is left out stays as it is."""
    if node is None:
        return default
    if isinstance(node, Scalar):
        return Label(zh=node.text, en=node.text)
    if isinstance(node, Items):
        findings.error("O216", node)
        return default
    reading = Reading(node, findings)
    label = Label(
        zh=reading.take_text(words.ZH) or default.zh,
        en=reading.take_text(words.EN) or default.en,
    )
    reading.refuse_unknown()
    return label


def names_of(labels: Mapping[str, Label]) -> dict[str, str]:
    """Every way to write a field (its id, its label in both languages) -> its id; an id beats a label."""
    found: dict[str, str] = {}
    for name, label in labels.items():
        found.setdefault(label.zh, name)
        found.setdefault(label.en, name)
    return found | {name: name for name in labels}
