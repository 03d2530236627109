"""JSON for programs: keys in English, ids and values whole, texts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from synchub.cli.failures import Failure, describe
from synchub.cli.lens import Lens, masked
from synchub.errors import Problem, SynchubError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synchub.cli.matters import ToldConflict, ToldQuarantined
    from synchub.cli.stories import ToldField, ToldStory
    from synchub.cli.telling import ToldDifference
    from synchub.engine.report import Cell, RunReport
    from synchub.engine.sync import Plan
    from synchub.engine.verify import Verification
    from synchub.hub.status import Waiting

_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(value: object) -> bytes:
    """The document, indented; a Decimal is written as a number, digit for digit."""
    return msgspec.json.format(_encoder.encode(plain(value)), indent=2)


def plain(value: object) -> object:
    """What JSON can say: dataclasses as objects, times in UTC, problems and errors spelt out, sets and tuples as lists."""
    if isinstance(value, Problem):
        return problem(value)
    if isinstance(value, SynchubError):
        return failure(describe(value))
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(one) for one in value), key=str)
    return str(value)


def time(value: datetime | None) -> str | None:
    """A point in time: UTC, ISO."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def problem(found: Problem, folder: Path | None = None) -> dict[str, object]:
    """A problem of a file, with its place, and with its line where `folder` is given."""
    from synchub.cli.sarif import line_of

    place = found.position
    quoted = {"source": line_of(found, folder)} if folder is not None and place is not None else {}
    return {
        **quoted,
        "severity": found.severity,
        "code": found.code,
        "text": found.text(),
        "fix": found.fix(),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def failure(found: Failure) -> dict[str, object]:
    """An error as it stands in a document."""
    document: dict[str, object] = {
        "code": found.code,
        "text": found.text,
        "fix": found.fix,
        "exit": found.exit,
    }
    if found.problems:
        document["problems"] = [problem(one) for one in found.problems]
    return {**document, **{name: plain(value) for name, value in found.details.items()}}


def failure_document(found: Failure) -> dict[str, object]:
    """The whole document of a call that failed."""
    return {"error": failure(found)}


def report(done: RunReport, lens: Lens, waiting: Waiting) -> dict[str, object]:
    """What a run did, or would do, and what stays open; every cell exactly as it is (to be) written, unless the lens masks it."""
    return {
        "run": done.run,
        "kind": done.kind,
        "state": done.state,
        "writes": done.writes,
        "counts": [
            {"system": system, "object": object, **counts}
            for (system, object), counts in sorted(done.counts.items())
        ],
        "calls": dict(done.calls),
        "first_contact": first_contact(done),
        "warnings": [problem(one) for one in done.warnings],
        "failures": {system: failure(describe(error)) for system, error in done.failures.items()},
        "waiting": plain(waiting),
        "cells": [_cell(cell, lens) for cell in done.cells],
    }


def _cell(cell: Cell, lens: Lens) -> dict[str, object]:
    before, after = (
        lens.safe_cell(cell.system, cell.object, cell.column, value) for value in (cell.before, cell.after)
    )
    # a row that belongs to no golden record yet is named by its place in the sheet
    title = lens.title(cell.entity, cell.title) if cell.entity_id else cell.title
    hidden = lens.hides(cell.entity, cell.field) or lens.hides_column(cell.system, cell.object, cell.column)
    cause = _without_values(cell.cause) if hidden else cell.cause
    shown = replace(cell, before=before, after=after, title=title, cause={})
    return {**{one.name: plain(getattr(shown, one.name)) for one in fields(shown)}, "cause": plain(cause)}


def _without_values(cause: object) -> object:
    """A cause without the values that lost."""
    if isinstance(cause, Mapping):
        return {
            key: masked(value) if key == "value" else _without_values(value) for key, value in cause.items()
        }
    return [_without_values(one) for one in cause] if isinstance(cause, list) else cause


def first_contact(done: RunReport) -> list[dict[str, object]]:
    """Per mapping that meets the hub for the first time: how many records are linked, created, left for a person."""
    names = dict.fromkeys([*done.first_contact, *done.decided.mappings])
    return [
        {
            "mapping": name,
            "first": name in done.first_contact,
            **{kind: done.decided.count(name, kind) for kind in ("link", "create", "review")},
        }
        for name in names
    ]


def plan(found: Plan, command: str, lens: Lens, waiting: Waiting) -> dict[str, object]:
    """What a sync would do, with the command that does it."""
    return {"plan": found.id, "command": command, **report(found.report, lens, waiting)}


def plan_summary(found: Plan) -> dict[str, object]:
    """The plan without its cells: how many of them, where."""
    places: dict[tuple[str, str], dict[str, set[str] | int]] = {}
    for cell in found.report.cells:
        place = places.setdefault(
            (cell.system, cell.object), {"cells": 0, "created": set(), "updated": set()}
        )
        place["cells"] = int(str(place["cells"])) + 1
        records = place["created" if cell.op == "create" else "updated"]
        if isinstance(records, set):
            records.add(cell.external_id)
    writes = [
        {
            "system": system,
            "object": object,
            **{name: len(value) if isinstance(value, set) else value for name, value in place.items()},
        }
        for (system, object), place in places.items()
    ]
    return {"first_contact": first_contact(found.report), "writes": writes}


def verification(found: Verification, told: Sequence[ToldDifference]) -> dict[str, object]:
    """How much agrees, and every field that does not."""
    differences = [
        {
            "system": one.difference.system,
            "object": one.difference.object,
            "external_id": one.difference.external_id,
            "title": one.title,
            "entity_id": one.difference.entity_id,
            "field": one.difference.field,
            "label": one.label,
            "golden": one.golden,
            "observed": one.observed,
            "why": one.difference.why,
        }
        for one in told
    ]
    return {
        "clean": found.clean,
        "records": found.records,
        "agreed": found.agreed,
        "differences": differences,
        "unlinked": dict(found.unlinked),
        "missing": dict(found.missing),
        "failures": {system: failure(describe(error)) for system, error in found.failures.items()},
    }


def conflicts(told: Sequence[ToldConflict]) -> dict[str, object]:
    """What people must decide."""
    return {"count": len(told), "conflicts": [conflict(one) for one in told]}


def conflict(one: ToldConflict) -> dict[str, object]:
    """One thing a person must decide."""
    row = one.conflict
    return {
        "id": row.id,
        "kind": row.kind,
        "opened": row.opened,
        "run": row.run,
        "system": row.system,
        "object": one.object,
        "mapping": row.mapping,
        "external_id": row.external_id,
        "part": row.part,
        "entity": row.entity,
        "entity_id": row.entity_id,
        "title": one.title,
        "field": row.field,
        "label": one.label,
        "code": row.code,
        "text": one.sentence,
        "fix": one.fix,
        "values": [
            {"system": held.system, "record": held.record, "value": held.value, "shown": held.text}
            for held in one.values
        ],
        "golden": [{"id": golden_id, "title": title} for golden_id, title in one.golden],
        "image": dict(one.image),
    }


def quarantine(told: Sequence[ToldQuarantined]) -> dict[str, object]:
    """Records set aside."""
    rows = [
        {
            "system": one.row.system,
            "object": one.row.object,
            "mapping": one.row.mapping,
            "external_id": one.row.external_id,
            "where": one.where,
            "stage": one.row.stage,
            "code": one.row.code,
            "text": one.sentence,
            "fix": one.fix,
            "image": dict(one.image),
            "run": one.row.run,
            "at": one.row.at,
            "attempts": one.row.attempts,
        }
        for one in told
    ]
    return {"count": len(told), "quarantined": rows}


def story(told: ToldStory) -> dict[str, object]:
    """A golden record explained; the history newest first."""
    return {
        "entity": told.story.entity,
        "id": told.story.id,
        "title": told.title,
        "links": [
            {
                "system": one.system,
                "object": one.object,
                "external_id": one.external_id,
                "part": one.part,
                "state": one.state,
                "modified": one.modified,
            }
            for one in told.story.links
        ],
        "fields": [_field(one) for one in told.fields],
        "conflicts": [conflict(one) for one in told.conflicts],
        "history": [
            {
                "at": event.row.at,
                "run": event.row.run,
                "place": event.row.place,
                "object": event.row.object,
                "external_id": event.row.external_id,
                "op": event.row.op,
                "fields": list(event.row.changes),
                "causes": {name: _why(change) for name, change in event.row.changes.items()},
                "sentences": list(event.sentences),
            }
            for event in told.events
        ],
    }


def _field(one: ToldField) -> dict[str, object]:
    origin = one.story.origin
    places = ("system", "object", "external_id", "run", "at")
    return {
        "name": one.name,
        "label": one.label,
        "value": one.value,
        "shown": one.text,
        "origin": {name: getattr(origin, name) for name in places} if origin else None,
        "text": one.origin,
        "beaten": [
            {
                "system": each.system,
                "record": each.record,
                "at": each.at,
                "value": each.value,
                "shown": each.text,
            }
            for each in one.beaten
        ],
        "systems": [
            {"system": each.system, "record": each.record, "value": each.value, "state": each.state}
            for each in one.holders
        ],
    }


def _why(change: Mapping[str, object]) -> object:
    cause = change.get("cause")
    return cause.get("why") if isinstance(cause, Mapping) else None
