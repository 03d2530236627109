"""What entries and files must not do to each other: write one column twice, change what another system owns, leave their own scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from synchub.document import Findings
from synchub.errors import Position
from synchub.mapping.compiled import Flow
from synchub.mapping.spec import FieldEntry, MappingSpec
from synchub.mapping.transforms import Piece


def check_relations(specs: Sequence[MappingSpec], findings: Findings) -> None:
    """M412, M415, M419 and L4 over all files of a hub."""
    for spec in specs:
        for entry in spec.fields:
            _ownership(entry, spec, findings)
        _created_in_scope(spec, findings)
    _disjoint(specs, findings)


def _ownership(entry: FieldEntry, spec: MappingSpec, findings: Findings) -> None:
    """Only a flow that is written out can contradict the model: without one, a non-owner's values are never taken over anyway."""
    owner = entry.field.owner
    if owner is not None and owner != spec.system and entry.flow_at is not None and entry.flow is Flow.BOTH:
        findings.error("M412", entry.flow_at, field=entry.field.label, owner=owner, system=spec.system)


def _created_in_scope(spec: MappingSpec, findings: Findings) -> None:
    """A record made by the hub must not fall out of the scope at once."""
    if not spec.create_there:
        return
    written = {
        column for entry in spec.fields if entry.flow is not Flow.HUB_READS for column in entry.columns
    }
    for column, texts in spec.only.items():
        if column not in written and spec.on_create.get(column) not in texts:
            findings.error("M415", spec.place(f"scope:{column}"), column=column, texts=", ".join(texts))
    for column, texts in spec.excluded.items():
        if spec.on_create.get(column) in texts:
            at = spec.place(f"on_create:{column}")
            findings.error("M419", at, column=column, text=spec.on_create[column])


def _disjoint(specs: Sequence[MappingSpec], findings: Findings) -> None:
    """L4: two entries never write one column of the same records, in one file or in two. Pieces of one column may share it in one file."""
    writers: dict[tuple[str, str, str, str], tuple[Position, MappingSpec, Piece | None]] = {}
    slots: dict[tuple[str, str, str, str], list[tuple[str | int, ...]]] = {}
    for spec in specs:
        for column, at, piece in _written(spec):
            place = (spec.system, spec.object, spec.each, column)
            first_at, first_spec, first = writers.setdefault(place, (at, spec, piece))
            taken = slots.setdefault(place, [])
            if piece is not None and first is not None and first_spec is spec:
                overlap = any(_overlap(piece.slot, other) for other in taken)
                if piece.family != first.family or overlap:
                    findings.error("M323", at, column=column, first=str(first_at))
                taken.append(piece.slot)
            elif first_at != at:
                findings.error("M504", at, column=column, first=str(first_at))


def _overlap(one: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    """Is one the other, or inside it?"""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _written(spec: MappingSpec) -> Iterable[tuple[str, Position, Piece | None]]:
    for entry in spec.fields:
        if entry.column and entry.flow is not Flow.HUB_READS:
            piece = entry.transform if isinstance(entry.transform, Piece) else None
            for column, at in entry.placed_columns:
                yield column, at, piece
    if spec.hub_column:
        yield spec.hub_column, spec.place("hub_id"), None
    for column in spec.on_create:
        yield column, spec.place(f"on_create:{column}"), None
