"""What an edit of mapping files would change, for people and for programs: counts per field and system, examples, personal data masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from synchub.cli import json_output
from synchub.cli.tables import blocks, console, heading, line, problem
from synchub.cli.words import listing, number, one_line, say

if TYPE_CHECKING:
    from synchub.cli.lens import Lens
    from synchub.engine.impact import GoldenChange, Group, Impact
    from synchub.engine.report import Cell


def show(found: Impact, lens: Lens) -> None:
    """First the hub's own values, then what would be written where, then what would not be written any more."""
    screen = console()
    if found.first_contact:
        line(screen, say("impact.first_contact", mappings=listing([*found.first_contact])), "warning")
    for title, groups in (
        ("impact.golden", found.golden),
        ("impact.writes", found.writes),
        ("impact.avoided", found.avoided),
    ):
        if not groups:
            continue
        heading(screen, say(title, count=number(sum(one.count for one in groups))))
        told = [(_name(one, lens), [_row(each, lens) for each in one.examples]) for one in groups]
        blocks(screen, ("table.record", "table.change"), told)
    for warning in found.new.warnings:
        screen.print()
        problem(screen, warning)
    for system, error in found.new.failures.items():
        line(screen, say("sync.system_failed", system=system, text=one_line(str(error))), "error")
    screen.print()
    if found.nothing:
        line(screen, say("impact.nothing"), "good")
    else:
        totals = {
            "golden": number(sum(one.count for one in found.golden)),
            "writes": number(sum(one.count for one in found.writes)),
        }
        line(screen, say("impact.total", **totals), "warning")


def _name(group: Group, lens: Lens) -> str:
    if group.place == "hub":
        return say(
            "impact.group",
            place=lens.entity_label(group.object),
            name=lens.label(group.object, group.name),
            count=number(group.count),
        )
    return say(
        "impact.group",
        place=f"{group.place} · {group.object}",
        name=group.name,
        count=number(group.count),
    )


def _row(change: GoldenChange | Cell, lens: Lens) -> tuple[str, str]:
    from synchub.engine.impact import GoldenChange

    title = one_line(lens.title(change.entity, change.title), 40)
    if isinstance(change, GoldenChange):
        values = [lens.shown(change.entity, change.field, one) for one in (change.before, change.after)]
        return title, f"{values[0]} → {values[1]}"
    values = [
        lens.shown_cell(change.system, change.object, change.column, one)
        for one in (change.before, change.after)
    ]
    record = title or change.external_id
    if change.op == "create" and change.before is None:
        return record, values[1]
    return record, f"{values[0]} → {values[1]}"


def document(found: Impact, lens: Lens) -> dict[str, object]:
    """For programs; examples are masked as for people."""
    return {
        "nothing": found.nothing,
        "first_contact": list(found.first_contact),
        "golden": _groups(found.golden, lens),
        "writes": _groups(found.writes, lens),
        "avoided": _groups(found.avoided, lens),
        "calls": dict(found.new.calls),
        "warnings": [json_output.problem(one) for one in found.new.warnings],
        "failures": {system: json_output.plain(error) for system, error in found.new.failures.items()},
    }


def _groups(groups: Sequence[Group], lens: Lens) -> list[dict[str, object]]:
    return [
        {
            "place": one.place,
            "object": one.object,
            "name": one.name,
            "count": one.count,
            "examples": [
                dict(zip(("record", "change"), _row(each, lens), strict=True)) for each in one.examples
            ],
        }
        for one in groups
    ]
