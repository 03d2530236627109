"""Preview: how the mapping files in the folder read real rows, and how they would write what the hub holds. Nothing is merged or written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from synchub.engine.sighting import Sighting, sightings
from synchub.engine.world import World
from synchub.errors import Problem
from synchub.mapping.compiled import CompiledMapping, Flow
from synchub.model.values import ABSENT, Canonical, KindProblem, Observed, Raw, Reference, Unreadable
from synchub.sdk import PullRequest
from synchub.store import Transaction
from synchub.store.rows import Golden


@dataclass(frozen=True, slots=True)
class PreviewedField:
    """One field of one record: what stands there, what it means, what the hub holds, what would be written."""

    name: str
    columns: tuple[str, ...]
    raw: Raw
    meaning: Canonical | None
    absent: bool
    """The reply says nothing of it, or the entry only writes."""
    problem: Problem | None
    """Why it cannot be read."""
    golden: Canonical | None
    written: Mapping[str, Raw]
    """Column -> what the hub would write, where it differs."""
    unwritable: Problem | None = None


@dataclass(frozen=True, slots=True)
class PreviewedRecord:
    """One record. `golden_id` is "" for one the hub does not know."""

    external_id: str
    title: str
    golden_id: str
    in_scope: bool
    fields: tuple[PreviewedField, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The rows of one mapping."""

    mapping: CompiledMapping
    records: tuple[PreviewedRecord, ...]


def preview(world: World, mapping: CompiledMapping, sample: int) -> Preview:
    """The first rows that the system lists, with the mapping's eyes. Raises what the connector raises."""
    request = PullRequest(
        mapping.object, mapping.columns, hub_column=mapping.hub_column, options=dict(mapping.options)
    )
    looks = _looks(world, mapping, request, sample)
    with world.store.read() as tx:
        golden = _golden(tx, mapping, looks)
    return Preview(mapping, tuple(_record(mapping, look, golden.get(look.key)) for look in looks))


def _looks(world: World, mapping: CompiledMapping, request: PullRequest, sample: int) -> list[Sighting]:
    found: list[Sighting] = []
    pages = world.connectors[mapping.system].pull(replace(request, cursor=None))
    for page in pages:
        found += sightings(mapping, request.columns, page.records)
        if len(found) >= sample:
            break
    return found[:sample]


def _golden(
    tx: Transaction, mapping: CompiledMapping, looks: list[Sighting]
) -> dict[tuple[str, str], Golden]:
    links = tx.links(mapping.name, sorted({look.external_id for look in looks}))
    records = tx.golden(mapping.entity.name, sorted({link.entity_id for link in links.values()}))
    return {key: records[link.entity_id] for key, link in links.items() if link.entity_id in records}


def _record(mapping: CompiledMapping, look: Sighting, golden: Golden | None) -> PreviewedRecord:
    observed = mapping.read(look.external_id, look.values)
    fields = tuple(_fields(mapping, look, observed, golden))
    title = golden.values[mapping.entity.position[mapping.entity.title]] if golden is not None else None
    read = {one.name: one.meaning for one in fields}
    shown = str(title or read.get(mapping.entity.title) or look.title or "")
    inside = mapping.in_scope(look.values)
    name = look.external_id + (f"#{look.part}" if look.part else "")
    return PreviewedRecord(name, shown, golden.id if golden is not None else "", inside, fields)


def _fields(
    mapping: CompiledMapping, look: Sighting, observed: list[Observed], golden: Golden | None
) -> Iterator[PreviewedField]:
    images = mapping.image(look.values)
    for index, one in enumerate(mapping.fields):
        seen, image = observed[index], images[index]
        held = golden.values[one.index] if golden is not None else None
        written: Mapping[str, Raw] = {}
        unwritable: Problem | None = None
        if golden is not None and one.flow is not Flow.HUB_READS and one.ref is None and image is not ABSENT:
            try:
                written = mapping.write({index: held}, images).cells
            except KindProblem as problem:
                unwritable = problem.problem(one.position)
        meaning = seen.key if isinstance(seen, Reference) else seen
        yield PreviewedField(
            one.name,
            one.columns,
            None if isinstance(image, Unreadable) or image is ABSENT else image,  # type: ignore[arg-type]  # raw otherwise
            meaning if isinstance(meaning, str | bool | list) else None,
            seen is ABSENT,
            seen.problem if isinstance(seen, Unreadable) else None,
            held,
            written,
            unwritable,
        )
