"""Tables on a terminal: columns that align with Chinese text, nothing cut off, readable at 80 columns."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from synchub.cli.words import one_line, pad, say, width, wrap
from synchub.errors import Problem

_STYLES: Final = {"error": "bold red", "warning": "yellow", "good": "green", "note": "dim", "record": "bold"}
_GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the code of its heading; numbers stand right."""

    code: str
    right: bool = False
    ratio: int | None = None
    style: str = ""
    whole: bool = False
    """Never folded: names that are typed again."""
    optional: bool = False
    """Left out where every row is blank or zero."""


def console() -> Console:
    """For answers. Data is never taken for markup."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=False)


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], title: str = "") -> Table:
    """A table without frame. Long texts fold; ids and values are never cut. A column that says nothing is left out."""
    columns, rows = _telling(columns, [*rows])
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1),
        expand=any(column.ratio for column in columns),
    )
    for column in columns:
        made.add_column(
            say(column.code) if column.code else "",
            justify="right" if column.right else "left",
            overflow="fold",
            ratio=column.ratio,
            style=column.style or None,
            no_wrap=column.whole,
        )
    for row in rows:
        made.add_row(*(one_line(cell) for cell in row))
    return made


def _telling(
    columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> tuple[Sequence[Column], Sequence[Sequence[str]]]:
    kept = [
        index
        for index, column in enumerate(columns)
        if not column.optional or any(row[index] not in {"", "0"} for row in rows)
    ]
    return [columns[index] for index in kept], [[row[index] for index in kept] for row in rows]


def fits(renderable: RenderableType, screen: Console) -> bool:
    """Does it stand on this terminal without folding?"""
    endless = screen.options.update(max_width=10_000)
    return Measurement.get(screen, endless, renderable).maximum <= screen.width


def blocks(
    screen: Console, headings: Sequence[str], groups: Iterable[tuple[str, Sequence[Sequence[str]]]]
) -> None:
    """Rows under the record they belong to. The columns are the same in every group; `headings` are codes."""
    told = [(name, [[one_line(cell) for cell in row] for row in rows]) for name, rows in groups]
    titles = [say(code) for code in headings]
    widths = _widths([titles, *(row for _, rows in told for row in rows)], screen.width - 2)
    for one in _row_lines(titles, widths):
        screen.print(Text(f"  {one}", style="dim"), soft_wrap=True)
    for name, rows in told:
        indented(screen, one_line(name), 0, "record")
        for row in rows:
            for one in _row_lines(row, widths):
                screen.print(Text(f"  {one}"), soft_wrap=True)


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """What each column needs; where that is too much, the wide ones share what the narrow ones leave."""
    needs = [max(width(row[index]) for row in rows) for index in range(len(rows[0]))]
    room -= _GAP * (len(needs) - 1)
    given = [0] * len(needs)
    open_columns = sorted(range(len(needs)), key=lambda index: needs[index])
    for place, index in enumerate(open_columns):
        given[index] = min(needs[index], max(4, room // (len(open_columns) - place)))
        room -= given[index]
    return given


def _row_lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [wrap(cell, columns) for cell, columns in zip(row, widths, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        yield (
            (" " * _GAP)
            .join(pad(part, columns) for part, columns in zip(parts, widths, strict=True))
            .rstrip()
        )


def heading(screen: Console, text: str) -> None:
    screen.print()
    indented(screen, text, 0, "record")


def line(screen: Console, text: str, style: str = "") -> None:
    """A sentence; `style` is error, warning, good or note."""
    indented(screen, text, 0, style)


def indented(screen: Console, text: str, columns: int = 2, style: str = "") -> None:
    """A sentence, set in. Broken by us: the library would break Chinese only where it finds a blank."""
    for one in wrap(text, max(20, screen.width - columns)):
        screen.print(Text(" " * columns + one, style=_STYLES.get(style, "")), soft_wrap=True)


def way_out(screen: Console, fix: str, columns: int = 2) -> None:
    if fix:
        indented(screen, say("cli.way_out", fix=fix), columns, "note")


def problem(screen: Console, found: Problem) -> None:
    """A problem of a file: what, where, and the way out below."""
    place = f" {found.position}" if found.position else ""
    text = Text(say(f"severity.{found.severity}"), style=_STYLES[found.severity])
    text.append(f"{place}  {one_line(found.text())}", style="not bold default")
    text.append(f" [{found.code}]", style="not bold dim")
    screen.print(text)
    way_out(screen, found.fix())


def rest(screen: Console, hidden: int, option: str = "--all") -> None:
    """How many more there are."""
    if hidden > 0:
        line(screen, say("cli.more", count=hidden, option=option), "note")
