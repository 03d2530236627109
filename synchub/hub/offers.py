"""What to do about a column that is gone: the column that took its place, by its name and by the values that the hub remembers of the old one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synchub.document.editing import lines_of, quoted
from synchub.engine.drift import Drift
from synchub.engine.world import World
from synchub.errors import ConnectorError, Position, Problem
from synchub.mapping.compiled import CompiledMapping, MappedField
from synchub.mapping.suggest.scoring import folded
from synchub.mapping.transforms import plain_text
from synchub.messages import Words
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema
from synchub.sdk import PullRequest

_ROWS = 200
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Offer:
    """A field that rests because its column is gone, and the column that most likely took its place ("" for none)."""

    mapping: CompiledMapping
    field: str
    column: str
    instead: str
    names: float
    """How alike the names are, 0 to 1."""
    values: float
    """Which part of the remembered values stands in the new column."""

    def problem(self) -> Problem:
        """For a report."""
        hint: Words = Words("hint.none")
        if self.instead:
            params = {
                "column": self.instead,
                "names": round(self.names * 100),
                "values": round(self.values * 100),
            }
            hint = Words("drift.instead", params)
        params = {
            "system": self.mapping.system,
            "object": self.mapping.object,
            "column": self.column,
            "field": self.mapping.entity[self.field].label,
            "hint": hint,
        }
        at = next(one.position for one in self.mapping.fields if one.name == self.field)
        return Problem("E421" if self.instead else "E422", params, at, "warning")


def offers(world: World, drift: Drift) -> list[Offer]:
    """One per field that rests. Costs a page of each object that has drifted."""
    found: list[Offer] = []
    for (system, object), gone in sorted(drift.missing.items()):
        mappings = [one for one in world.mappings if (one.system, one.object) == (system, object)]
        schema = drift.schemas[system, object]
        mapped = {column for one in mappings for column in one.columns}
        free = [one for one in schema.fields if one.name not in mapped and one.type is not FieldType.LIST]
        rows = _rows(world, mappings[0], schema, free) if mappings and free else {}
        for mapping in mappings:
            found += [
                _best(world, mapping, one, column, free, rows)
                for one in mapping.fields
                for column in one.columns
                if column in gone
            ]
    return found


def _best(
    world: World,
    mapping: CompiledMapping,
    one: MappedField,
    column: str,
    free: Sequence[FieldSchema],
    rows: dict[str, set[str]],
) -> Offer:
    remembered = _remembered(world, mapping, one) if len(one.columns) == 1 else set()
    best = Offer(mapping, one.name, column, "", 0.0, 0.0)
    for candidate in free:
        names = max(
            difflib.SequenceMatcher(None, folded(column), folded(text)).ratio()
            for text in (candidate.name, candidate.label or candidate.name)
        )
        held = rows.get(candidate.name, set())
        values = len(remembered & held) / len(remembered) if remembered and held else 0.0
        if max(names, values) >= _LIKELY and names + 1.5 * values > best.names + 1.5 * best.values:
            best = Offer(mapping, one.name, column, candidate.name, names, values)
    return best


def _remembered(world: World, mapping: CompiledMapping, one: MappedField) -> set[str]:
    """The texts that the links remember of the column."""
    index = next(place for place, each in enumerate(mapping.fields) if each.name == one.name)
    with world.store.begin() as tx:
        ids = sorted({external_id for external_id, _ in tx.all_external_ids(mapping.name)})[:_ROWS]
        links = tx.links(mapping.name, ids)
    seen = [link.seen[index] for link in links.values() if index < len(link.seen)]
    return {plain_text(value) for value in seen if isinstance(value, str | int) and plain_text(value)}


def _rows(
    world: World, mapping: CompiledMapping, schema: ObjectSchema, free: Sequence[FieldSchema]
) -> dict[str, set[str]]:
    """What stands in the columns that no mapping names; nothing where it cannot be read."""
    columns = tuple(one.name for one in free)
    request = PullRequest(schema.name, columns, hub_column=mapping.hub_column, options=dict(mapping.options))
    found: dict[str, set[str]] = {name: set() for name in columns}
    count = 0
    try:
        for page in world.connectors[mapping.system].pull(request):
            for record in page.records:
                for name, value in zip(columns, record.values, strict=True):
                    if isinstance(value, str | int):
                        found[name].add(plain_text(value))
            count += len(page.records)
            if count >= _ROWS:
                break
    except ConnectorError:
        return {}
    return found


def patched(text: str, places: Sequence[tuple[Position, str, str]]) -> str:
    """A mapping file's text with columns renamed: (where the old name stands, old name, new name)."""
    lines = lines_of(text)
    for at, old, new in sorted(places, key=lambda one: one[0], reverse=True):
        line, start = lines[at.line - 1], at.column - 1
        written = next((one for one in _writings(old) if line.startswith(one, start)), "")
        if written:
            lines[at.line - 1] = line[:start] + quoted(new) + line[start + len(written) :]
    return "".join(lines)


def _writings(name: str) -> Iterator[str]:
    """How a name may stand in the file: quoted or plain."""
    yield f'"{name}"'
    yield f"'{name}'"
    yield name
