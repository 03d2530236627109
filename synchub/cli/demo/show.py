"""How the demo is told on a terminal: the acts as they happen, in tables and short sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from synchub import messages
from synchub.cli.demo.edits import Edit
from synchub.cli.demo.fates import Outcome
from synchub.cli.demo.record import Act, Summary
from synchub.cli.matters import tell_conflict, tell_quarantined
from synchub.cli.opening import lens_of
from synchub.cli.tables import Column, console, heading, indented, line, table
from synchub.cli.words import listing, number, one_line, pad, say, say_if_known, wrap

if TYPE_CHECKING:
    from rich.console import Console

    from synchub.cli.lens import Lens
    from synchub.engine.report import Cell
    from synchub.engine.verify import Difference, Verification
    from synchub.hub import Hub, Plan
    from synchub.store.rows import Conflict, Quarantined

_EXAMPLES: Final = 6
_QUESTIONS: Final = 8
_TITLE: Final = 30
_COUNTS: Final = (
    ("demo.column.linked", "linked"),
    ("demo.column.new", "created_in_hub"),
    ("demo.column.created", "created_there"),
    ("demo.column.updated", "updated_there"),
    ("demo.column.cells", "cells_written"),
    ("demo.column.held", "held"),
    ("demo.column.set_aside", "set_aside"),
)
_STORIES: Final = (
    ("disjoint", ("disjoint",)),
    ("group", ("group",)),
    ("same", ("same_value",)),
    ("newest", ("newest",)),
    ("priority", ("priority",)),
    ("review", ("review",)),
    ("owner", ("owner_speaks", "not_owner")),
    ("contact", ("contact",)),
    ("employee", ("employee",)),
    ("new", ("new_account", "new_customer", "new_row")),
    ("mended", ("mended",)),
    ("mistakes", ("bad_phone", "long_number", "rule", "emptied", "nameless_row")),
    ("writing", ("writing_only",)),
)
"""Headings of the table of edits, and the stories below each."""
COUNTED: Final = frozenset({"default", "untouched", "read_only"})
"""Reasons why a field differs that ask nothing of anybody: their number is enough."""
MANY: Final = 20
"""Requests of a quiet sync that want an explanation."""


class Stage:
    """What an audience sees."""

    @cached_property
    def screen(self) -> Console:
        return console()

    def opening(self, folder: Path, counts: Mapping[str, int]) -> None:
        line(self.screen, say("demo.opening", folder=folder, **counts))

    def act(self, letter: str) -> None:
        heading(self.screen, say(f"demo.act.{letter}"))

    def checks(self, act: Act) -> None:
        """What the act found out about itself; the same check made several times is told once."""
        for one in {
            check.name: check for check in sorted(act.checks, key=lambda one: not one.passed)
        }.values():
            sentence = say(f"demo.check.{one.name}")
            if one.passed:
                line(self.screen, say("demo.check.passed", sentence=sentence), "good")
            else:
                line(self.screen, say("demo.check.failed", sentence=sentence, detail=one.detail), "error")

    # --- syncs

    def plan(self, hub: Hub, plan: Plan) -> None:
        decided = plan.report.decided
        counts = {
            f"{system}/{object}": dict(row) for (system, object), row in sorted(plan.report.counts.items())
        }
        self.counts(counts)
        line(
            self.screen,
            say(
                "demo.plan_told",
                plan=plan.id,
                cells=number(len(plan.report.cells)),
                linked=decided.total("link"),
                created=decided.total("create"),
                review=decided.total("review"),
            ),
        )
        line(self.screen, say("demo.examples"))
        lens = lens_of(hub, personal=True)
        for cell in _examples(plan.report.cells):
            before = lens.shown_cell(cell.system, cell.object, cell.column, cell.before)
            after = lens.shown_cell(cell.system, cell.object, cell.column, cell.after)
            told = f"{_system(hub, cell.system)} · {_short(cell.title)} · {cell.column}: {before} → {after}"
            indented(self.screen, told)

    def counts(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """What a run did, a line for each object. Systems by their short names, so that it stands in 80 columns."""
        columns = [Column("demo.column.place", whole=True)]
        columns += [Column(code, right=True, whole=True, optional=True) for code, _ in _COUNTS]
        rows = []
        for place, row in counts.items():
            system, _, object = place.partition("/")
            where = f"{system} · {object}"
            rows.append([where, *(number(row.get(name, 0)) for _, name in _COUNTS)])
        self.screen.print(table(columns, rows))

    def ran(self, name: str, state: str, seconds: float) -> None:
        code = "demo.flow_run" if name else "demo.direct_run"
        told = say_if_known(f"demo.state.{state}", state)
        line(self.screen, say(code, name=name, state=told, seconds=f"{seconds:.1f}"))

    def followed_up(self, cells: int) -> None:
        line(self.screen, say("demo.follow_up", cells=number(cells)), "note")

    def waiting(self, hub: Hub, conflicts: Sequence[Conflict], quarantined: Sequence[Quarantined]) -> None:
        """What people must look at: one of each sort."""
        told = say("demo.waiting", conflicts=len(conflicts), quarantined=len(quarantined))
        line(self.screen, told)
        lens = lens_of(hub, personal=True)
        sorts = {(one.kind, one.system, one.field, one.code): one for one in conflicts}
        for one in list(sorts.values())[:_QUESTIONS]:
            question = tell_conflict(one, lens)
            indented(self.screen, f"· {_short(question.title)}: {question.sentence}", style="warning")
        for row in quarantined:
            aside = tell_quarantined(row, lens)
            indented(self.screen, f"· {aside.where}: {aside.sentence}", style="warning")

    # --- edits

    def edits(self, hub: Hub, edits: Sequence[Edit]) -> None:
        line(self.screen, say("demo.edits_made", count=len(edits)))
        for heading_code, stories in _STORIES:
            told = [_told(hub, one) for one in edits if one.story in stories]
            if told:
                indented(self.screen, say(f"demo.story.{heading_code}"), style="note")
                for sentence in told:
                    indented(self.screen, sentence, 4)

    def outcomes(self, hub: Hub, outcomes: Sequence[Outcome]) -> None:
        """A table with a row for each edit, gathered by story."""
        widths = _widths(self.screen.width)
        heads = ("demo.column.edit", "demo.column.fate", "demo.column.why")
        self._row([say(code) for code in heads], widths, "bold")
        self.screen.print("─" * self.screen.width)
        for heading_code, stories in _STORIES:
            rows = [_fate(hub, one) for one in outcomes if one.edit.story in stories]
            if rows:
                self.screen.print(say(f"demo.story.{heading_code}"), style="bold")
            for row in rows:
                self._row(row, widths)

    def _row(self, cells: Sequence[str], widths: Sequence[int], style: str = "") -> None:
        """Folded by us: the library would break Chinese only where it finds a blank."""
        columns = [wrap(cell, columns - 2) for cell, columns in zip(cells, widths, strict=True)]
        for at in range(max(map(len, columns))):
            parts = [
                pad("  " + column[at] if at < len(column) else "", width + 2)
                for column, width in zip(columns, widths, strict=True)
            ]
            self.screen.print("".join(parts).rstrip(), style=style, soft_wrap=True)

    # --- the end

    def idle(self, hub: Hub, writes: int, calls: Mapping[str, int]) -> None:
        told = listing([f"{_system(hub, system)} {count}" for system, count in calls.items()])
        line(self.screen, say("demo.nothing_done", writes=writes, calls=told))
        for system, count in calls.items():
            if count > MANY and hub.connectors.type_of(system).capabilities.thin_listing:
                line(self.screen, say("demo.read_again", system=_system(hub, system)))

    def verified(self, hub: Hub, result: Verification) -> None:
        told = say("demo.verified", records=number(result.records), agreed=number(result.agreed))
        line(self.screen, told)
        if not result.differences:
            return
        line(self.screen, say("demo.differs", count=len(result.differences)))
        lens = lens_of(hub, personal=True)
        columns = (
            Column("demo.column.record", ratio=5),
            Column("demo.column.difference", ratio=4),
            Column("demo.column.reason", ratio=3),
        )
        counted = Counter(one.why for one in result.differences if one.why in COUNTED)
        listed = [one for one in result.differences if one.why not in COUNTED]
        self.screen.print(table(columns, [_difference(hub, lens, one) for one in listed]))
        for why, count in counted.items():
            line(self.screen, say("demo.why_counted", count=count, why=say(f"demo.why_differs.{why}")))

    def ending(self, summary: Summary) -> None:
        checks = summary.checks
        failed = [one for one in checks if not one.passed]
        self.screen.print()
        if failed:
            line(self.screen, say("demo.failed", failed=len(failed), count=len(checks)), "error")
        else:
            told = say("demo.passed", count=len(checks), seconds=f"{summary.seconds:.0f}")
            line(self.screen, told, "good")
        heading(self.screen, say("demo.next"))
        for name, target in summary.following.items():
            if name != "url":
                line(self.screen, say(f"demo.next.{name}", url=summary.following.get("url", "")))
                # A command is never broken: it is there to be copied.
                self.screen.print("    " + target, soft_wrap=True)


class Silence(Stage):
    """Nobody watches: ``--json`` gives one document at the end."""

    def opening(self, folder: Path, counts: Mapping[str, int]) -> None:
        pass

    def act(self, letter: str) -> None:
        pass

    def checks(self, act: Act) -> None:
        pass

    def plan(self, hub: Hub, plan: Plan) -> None:
        pass

    def counts(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        pass

    def ran(self, name: str, state: str, seconds: float) -> None:
        pass

    def followed_up(self, cells: int) -> None:
        pass

    def waiting(self, hub: Hub, conflicts: Sequence[Conflict], quarantined: Sequence[Quarantined]) -> None:
        pass

    def edits(self, hub: Hub, edits: Sequence[Edit]) -> None:
        pass

    def outcomes(self, hub: Hub, outcomes: Sequence[Outcome]) -> None:
        pass

    def idle(self, hub: Hub, writes: int, calls: Mapping[str, int]) -> None:
        pass

    def verified(self, hub: Hub, result: Verification) -> None:
        pass

    def ending(self, summary: Summary) -> None:
        pass


def _widths(screen: int) -> tuple[int, int, int]:
    """Of the table of edits: what was done, what became of it, why. Each column is set in by two."""
    fate = 18 if messages.language() == "en" else 12
    rest = max(60, screen) - fate - 6
    edit = rest * 9 // 20
    return edit, fate, rest - edit


def _examples(cells: Sequence[Cell]) -> list[Cell]:
    """One changed cell of each column, the systems in turn: corrections tell more than blanks that are filled."""
    found: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        if cell.before is not None and not isinstance(cell.after, list) and cell.field:
            found.setdefault((cell.system, cell.column), cell)
    by_system: dict[str, list[Cell]] = {}
    for cell in found.values():
        by_system.setdefault(cell.system, []).append(cell)
    turns = [
        cell for place in range(_EXAMPLES) for row in by_system.values() for cell in row[place : place + 1]
    ]
    return turns[:_EXAMPLES]


def _difference(hub: Hub, lens: Lens, one: Difference) -> list[str]:
    entity = next(
        mapping.entity.name
        for mapping in hub.mappings
        if (mapping.system, mapping.object) == (one.system, one.object)
        and any(field.name == one.field for field in mapping.fields)
    )
    observed, golden = lens.shown(entity, one.field, one.observed), lens.shown(entity, one.field, one.golden)
    subject = f"{_system(hub, one.system)}: {_short(one.title)} · {lens.label(entity, one.field)}"
    return [subject, f"{observed} / {golden}", say(f"demo.why_differs.{one.why}")]


def _told(hub: Hub, edit: Edit) -> str:
    """An edit in a line: where, what, and what was typed."""
    system, subject = _system(hub, edit.system), _short(edit.title)
    if not edit.field:
        return say("demo.new_edit", system=system, subject=subject)
    typed = one_line(edit.typed, 40) or say("word.empty")
    return say("demo.edit", system=system, subject=f"{subject} · {_field(hub, edit)}", typed=typed)


def _fate(hub: Hub, one: Outcome) -> list[str]:
    why = one.why
    if one.reached:
        why = say("demo.reached", why=why, systems=listing([_system(hub, name) for name in one.reached]))
    return [_told(hub, one.edit), say(f"demo.fate.{one.fate.value}"), why]


def _system(hub: Hub, name: str) -> str:
    config = hub.config.systems.get(name)
    return config.label.text(messages.language()) if config is not None else name


def _field(hub: Hub, edit: Edit) -> str:
    entity = next(one.entity for one in hub.mappings if one.name == edit.mapping)
    return entity[edit.field].label.text(messages.language())


def _short(text: str) -> str:
    return one_line(text, _TITLE)
