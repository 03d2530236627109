"""What `preview` shows: each record field by field, with the reader's role deciding what of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from synchub import messages
from synchub.cli.lens import mask, masked, show_raw
from synchub.cli.tables import blocks, console, heading, line
from synchub.cli.words import number, one_line, say
from synchub.model.entities import ENTITIES, standard_fields
from synchub.model.entity import FieldSpec
from synchub.model.kinds import Ref
from synchub.model.values import Raw

if TYPE_CHECKING:
    from synchub.hub.preview import Preview, PreviewedField, PreviewedRecord


def seen_by(spec: FieldSpec, role: str | None, *, personal: bool) -> Literal["full", "mask", "hide"]:
    """What a reader may see of a field: the model says it per role; without a role personal data is masked unless asked for."""
    if spec.pii == "secret":
        return "hide"
    if role is not None and role in spec.visibility:
        return spec.visibility[role]
    return "full" if not _personal(spec) or (personal and role is None) else "mask"


def _personal(spec: FieldSpec) -> bool:
    """Does the field tell of a person, be it by referring to one?"""
    if isinstance(spec.kind, Ref):
        target = ENTITIES[spec.kind.entity]
        return standard_fields(target)[target.title_field].pii != "none"
    return spec.pii != "none"


def show(found: Sequence[Preview], role: str | None, *, personal: bool) -> None:
    """One heading per mapping, one block per record."""
    screen = console()
    for one in found:
        mapping = one.mapping
        known = sum(bool(record.golden_id) for record in one.records)
        title = say(
            "preview.mapping",
            mapping=mapping.name,
            system=mapping.system,
            object=mapping.object,
            rows=number(len(one.records)),
            known=number(known),
        )
        heading(screen, title)
        groups = [
            (_record(one, record, role, personal=personal), _rows(one, record, role, personal=personal))
            for record in one.records
        ]
        if groups:
            blocks(screen, ("table.field", "preview.there", "preview.means", "preview.writes"), groups)
    screen.print()
    line(screen, say("preview.nothing_written"), "note")


def _record(found: Preview, record: PreviewedRecord, role: str | None, *, personal: bool) -> str:
    model = found.mapping.entity
    sight = seen_by(model[model.title], role, personal=personal)
    title = one_line(record.title, 40) if sight == "full" else mask(record.title)
    notes = [] if record.in_scope else [say("preview.outside")]
    notes += [] if record.golden_id else [say("preview.unknown")]
    return " · ".join(one for one in (title, record.external_id, *notes) if one)


def _rows(
    found: Preview, record: PreviewedRecord, role: str | None, *, personal: bool
) -> list[tuple[str, str, str, str]]:
    language = messages.language()
    rows = []
    for one in record.fields:
        spec = found.mapping.entity[one.name]
        sight = seen_by(spec, role, personal=personal)
        if sight == "hide" or (one.raw is None and one.golden is None and one.problem is None):
            continue
        raw = masked(one.raw) if sight == "mask" else one.raw
        rows.append(
            (spec.label.text(language), show_raw(raw), _meaning(spec, one, sight), _written(one, sight))
        )
    return rows


def _meaning(spec: FieldSpec, one: PreviewedField, sight: str) -> str:
    if one.problem is not None:
        return one_line(one.problem.text(), 60)
    if one.meaning is None:
        return "" if one.absent else say("word.empty")
    text = spec.kind.show(one.meaning, messages.language()) if spec.kind.name != "ref" else str(one.meaning)
    return mask(text) if sight == "mask" else one_line(text, 60)


def _written(one: PreviewedField, sight: str) -> str:
    if one.unwritable is not None:
        return one_line(one.unwritable.text(), 60)
    values: list[Raw] = list(one.written.values())
    return ", ".join(show_raw(masked(value) if sight == "mask" else value) for value in values)


def document(found: Sequence[Preview], role: str | None, *, personal: bool) -> dict[str, object]:
    """For programs, under the same rules of who may see what."""
    return {"mappings": [_mapping(one, role, personal=personal) for one in found]}


def _mapping(found: Preview, role: str | None, *, personal: bool) -> dict[str, object]:
    mapping = found.mapping
    return {
        "mapping": mapping.name,
        "system": mapping.system,
        "object": mapping.object,
        "records": [
            {
                "external_id": record.external_id,
                "golden_id": record.golden_id,
                "in_scope": record.in_scope,
                "fields": [
                    _field(mapping.entity[one.name], one, sight)
                    for one in record.fields
                    if (sight := seen_by(mapping.entity[one.name], role, personal=personal)) != "hide"
                ],
            }
            for record in found.records
        ],
    }


def _field(spec: FieldSpec, one: PreviewedField, sight: str) -> dict[str, object]:
    def safe(value: Raw) -> Raw:
        return masked(value) if sight == "mask" else value

    return {
        "name": spec.name,
        "columns": list(one.columns),
        "raw": safe(one.raw),
        "meaning": safe(one.meaning if not isinstance(one.meaning, list) else [*one.meaning]),
        "golden": safe(one.golden if not isinstance(one.golden, list) else [*one.golden]),
        "absent": one.absent,
        "problem": one.problem.text() if one.problem is not None else None,
        "written": {column: safe(value) for column, value in one.written.items()},
        "unwritable": one.unwritable.text() if one.unwritable is not None else None,
    }
