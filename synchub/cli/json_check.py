"""What check says as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synchub import messages
from synchub.cli.json_output import problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from synchub.errors import Problem
    from synchub.mapping import CheckReport
    from synchub.mapping.profile import MappingCost
    from synchub.mapping.stored import Sample


def checked(
    problems: Sequence[Problem], found: CheckReport | None, folder: Path | None = None
) -> dict[str, object]:
    """Every problem with its place, and each file with what its fields will do."""
    errors = sum(one.severity == "error" for one in problems)
    files = [
        {
            "file": one.file,
            "mapping": one.name,
            "system": one.system,
            "sound": one.sound,
            "tests": one.tests,
            "fields": [
                {
                    "name": field.name,
                    "column": field.column,
                    "flow": field.flow,
                    "arrow": field.arrow,
                    "loss": field.loss,
                    "text": field.sentence.text(messages.language()),
                }
                for field in one.fields
            ],
            **({} if one.sample is None else {"sample": _sample(one.sample)}),
            **({} if one.cost is None else {"profile": _cost(one.cost)}),
        }
        for one in (found.files if found else ())
    ]
    return {
        "errors": errors,
        "warnings": len(problems) - errors,
        "problems": [problem(one, folder) for one in problems],
        "files": files,
    }


def _sample(found: Sample) -> dict[str, object]:
    """What became of remembered rows, field by field; values are examples only, and personal ones masked."""
    fields = [
        {
            "name": one.name,
            "reads": one.reads,
            "rows": one.rows,
            "values": one.values,
            "blank": one.blank,
            "absent": one.absent,
            "unreadable": one.unreadable,
            "examples": [*one.examples],
            "held_by_hub": one.agreed,
            "unwritable": one.unwritable,
        }
        for one in found.fields
    ]
    return {"rows": found.rows, "fields": fields}


def _cost(cost: MappingCost) -> dict[str, object]:
    """CPU microseconds a record, whole and by field."""
    fields = [
        {
            "name": one.name,
            "column": one.column,
            "format": one.format.en,
            "read_us": None if one.read is None else round(one.read, 3),
            "write_us": None if one.write is None else round(one.write, 3),
        }
        for one in cost.fields
    ]
    return {
        "rows": cost.rows,
        "made_up": cost.made_up,
        "read_us": round(cost.read, 3),
        "write_us": round(cost.write, 3),
        "fields": fields,
    }
