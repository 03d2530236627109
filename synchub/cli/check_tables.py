"""What check says on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from synchub.cli.tables import Column, console, indented, line, problem, rest, table
from synchub.cli.words import listing, number, one_line, say, width
from synchub.errors import Problem
from synchub.messages import Language

if TYPE_CHECKING:
    from synchub.mapping import FileReport
    from synchub.mapping.profile import FieldCost, MappingCost
    from synchub.mapping.stored import FieldSample, Sample

DEAREST: Final = 10
"""Fields shown of a profile; ``--all`` shows every one."""
_LOAD: Final = 100_000
"""Records of which a profile tells the time."""


def show_check(
    problems: Sequence[Problem], files: Sequence[FileReport], folder: Path | None, *, every: bool
) -> None:
    """Every problem with its place and line, then each file in a sentence, with the fields that are more than a plain copy."""
    screen = console()
    for one in problems:
        problem(screen, one)
        _quote(screen, one, folder)
    if problems:
        screen.print()
    for file in files:
        _show_file(screen, file, every=every)
        if file.sample is not None:
            _show_sample(screen, file.sample, every=every)
        if file.cost is not None:
            _show_cost(screen, file.cost, every=every)
    errors = sum(one.severity == "error" for one in problems)
    screen.print()
    if not problems and not files:
        line(screen, say("check.no_files"), "warning")
    elif not problems:
        line(screen, say("check.no_problem"), "good")
    else:
        counts = say("check.count", errors=errors, warnings=len(problems) - errors)
        line(screen, counts, "error" if errors else "warning")


def _quote(screen: Console, found: Problem, folder: Path | None) -> None:
    """The line of the file, with a mark under the place."""
    from synchub.cli.sarif import line_of

    text = line_of(found, folder)
    if not text or found.position is None:
        return
    shown = one_line(text.replace("\t", "→"), 200)
    indented(screen, shown, 2, "note")
    if width(shown) < screen.width - 2:
        indented(screen, " " * width(shown[: found.position.column - 1]) + "^", 2, "note")


def _show_file(screen: Console, file: FileReport, *, every: bool) -> None:
    from synchub.mapping import Flow, Loss

    name = file.file.removeprefix("mappings/")
    if not file.fields:
        line(screen, f"{name}  {say('check.broken')}", "error")
        return
    flows = Counter(one.flow for one in file.fields)
    counts = {
        "file": name,
        "entity": file.entity.text(_language()) if file.entity else "",
        "fields": len(file.fields),
        "both": flows[Flow.BOTH],
        "reads": flows[Flow.HUB_READS],
        "writes": flows[Flow.HUB_WRITES],
        "reversible": file.count(Loss.REVERSIBLE),
        "normalising": file.count(Loss.NORMALISING),
        "lossy": file.count(Loss.LOSSY),
        "tests": file.tests,
    }
    line(screen, say("check.file", **counts), "" if file.sound else "error")
    for one in file.fields:
        plain = one.flow is Flow.BOTH and one.loss is Loss.REVERSIBLE
        if every or not plain:
            label = one.label.text(_language())
            indented(screen, f"{one.column} {one.arrow} {label}  {one.sentence.text(_language())}", 2, "note")


def _language() -> Language:
    from synchub import messages

    return messages.language()


def _show_sample(screen: Console, found: Sample, *, every: bool) -> None:
    """How many rows were tried, and the fields of which not every value came through."""
    if not found.rows:
        indented(screen, say("check.sample.none"), 2, "note")
        return
    shown = [one for one in found.fields if (one.rows or one.agreed) and (every or not _came_through(one))]
    code = "check.sample" if shown else "check.sample.well"
    indented(screen, say(code, rows=number(found.rows)), 2, "" if shown else "good")
    if shown:
        columns = [
            Column("table.field"),
            Column("check.values", right=True),
            Column("check.blank", right=True),
            Column("check.absent", right=True, optional=True),
            Column("check.unreadable", right=True, optional=True),
            Column("check.unwritable", right=True, optional=True),
            Column("check.examples", optional=True),
        ]
        screen.print(table(columns, [_sample_row(one) for one in shown]))
    new = [one.label.text(_language()) for one in found.fields if one.reads and not one.rows]
    if new:
        indented(screen, say("check.sample.new", fields=listing(new)), 2, "note")


def _came_through(one: FieldSample) -> bool:
    return not (one.absent or one.unreadable or one.unwritable)


def _sample_row(one: FieldSample) -> list[str]:
    counts = (one.values, one.blank, one.absent, one.unreadable, one.unwritable)
    return [one.label.text(_language()), *map(number, counts), listing([*one.examples])]


def _show_cost(screen: Console, cost: MappingCost, *, every: bool) -> None:
    """What a record takes, what a large load would take, and the dearest fields."""
    told = {
        "rows": number(cost.rows),
        "read": f"{cost.read:.1f}",
        "write": f"{cost.write:.1f}",
        "load": number(_LOAD),
        "seconds": f"{(cost.read + cost.write) * _LOAD / 1e6:.1f}",
    }
    indented(screen, say("check.cost.made_up" if cost.made_up else "check.cost", **told))
    shown = cost.fields if every else cost.fields[:DEAREST]
    whole = sum(one.both for one in cost.fields) or 1.0
    columns = [
        Column("table.field"),
        Column("table.column"),
        Column("check.format"),
        Column("check.read", right=True),
        Column("check.write", right=True),
        Column("check.share", right=True),
    ]
    screen.print(table(columns, [_cost_row(one, whole) for one in shown]))
    rest(screen, len(cost.fields) - len(shown))


def _cost_row(one: FieldCost, whole: float) -> list[str]:
    times = ["–" if time is None else f"{time:.2f}" for time in (one.read, one.write)]
    language = _language()
    share = f"{one.both / whole:.0%}"
    return [one.label.text(language), one.column, one.format.text(language), *times, share]
