"""References: what a system calls a record, translated into golden ids, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from synchub.engine.identity import key_text
from synchub.engine.world import Route, World
from synchub.errors import Problem
from synchub.mapping.compiled import MappedField
from synchub.model.values import ABSENT, KindProblem, Observed, Reference, Unreadable
from synchub.store import Transaction


@dataclass(slots=True)
class Translation:
    """What the keys of one page mean, per field."""

    found: dict[tuple[str, str], str] = field(default_factory=dict)
    """(field, key) -> golden id."""
    ambiguous: dict[tuple[str, str], int] = field(default_factory=dict)
    """(field, key) -> how many golden records share it."""
    waiting_keys: dict[tuple[str, str], str] = field(default_factory=dict)
    """(field, key) -> what to wait for."""

    def apply(self, route: Route, observed: list[Observed]) -> dict[str, str]:
        """Replace the references in one record's observations; returns what it waits for, by field."""
        waiting: dict[str, str] = {}
        for index in route.references:
            value = observed[index]
            if not isinstance(value, Reference):
                continue
            mapped = route.mapping.fields[index]
            observed[index], awaited = self.one(mapped, value)
            if awaited:
                waiting[mapped.name] = awaited
        return waiting

    def one(self, mapped: MappedField, reference: Reference) -> tuple[Observed, str]:
        """The golden id, or why not; the second is what to wait for ("" when there is nothing to wait for)."""
        key = (mapped.name, reference.key)
        if key in self.found:
            return self.found[key], ""
        if key in self.ambiguous:
            assert mapped.ref is not None
            params = {
                "field": mapped.name,
                "value": reference.key,
                "count": self.ambiguous[key],
                "by": mapped.ref.by or "",
            }
            return Unreadable(Problem("E210", params, mapped.position, "warning")), ""
        return ABSENT, self.waiting_keys.get(key, reference.key)


def translate(tx: Transaction, world: World, route: Route, rows: Iterable[Sequence[Observed]]) -> Translation:
    """Look up every reference in these rows with one statement per reference field."""
    wanted: dict[int, dict[str, None]] = {}
    for row in rows if route.references else ():
        for index in route.references:
            value = row[index]
            if isinstance(value, Reference):
                wanted.setdefault(index, {})[value.key] = None
    result = Translation()
    for index, keys in wanted.items():
        mapped = route.mapping.fields[index]
        assert mapped.ref is not None
        if mapped.ref.by is None:
            found = tx.translate(route.mapping.system, mapped.ref.entity, list(keys))
            result.found.update({(mapped.name, key): golden for key, golden in found.items()})
        else:
            _by_field(tx, world, mapped, list(keys), result)
    return result


def _by_field(
    tx: Transaction, world: World, mapped: MappedField, keys: Sequence[str], result: Translation
) -> None:
    assert mapped.ref is not None
    assert mapped.ref.by is not None
    kind = world.entities[mapped.ref.entity][mapped.ref.by].kind
    texts: dict[str, str] = {}
    for key in keys:
        try:
            value = kind.parse(key)
        except KindProblem:
            continue
        if value is not None:
            texts[key] = key_text(kind, value)
    hits: Mapping[str, list[str]] = tx.by_field(
        mapped.ref.entity, mapped.ref.by, list(dict.fromkeys(texts.values()))
    )
    for key, text in texts.items():
        golden = hits.get(text, [])
        if len(golden) == 1:
            result.found[mapped.name, key] = golden[0]
        elif golden:
            result.ambiguous[mapped.name, key] = len(golden)
        else:
            result.waiting_keys[mapped.name, key] = text
