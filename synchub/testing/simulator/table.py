"""The pages that a run of the simulator writes: what it did, in words and tables, between the marks of a page."""

from __future__ import annotations

from pathlib import Path

from synchub.testing.simulator.story import commit
from synchub.testing.simulator.tally import Tally


def section(whole: Tally, seeds: range, seconds: float) -> list[str]:
    """What a run of many seeds did."""
    return [
        f"`make simulate SEEDS={seeds.start}..{seeds.stop}` at commit {commit()}, {seconds:.0f} seconds.",
        f"{whole.seeds} seeds, {len(whole.broken)} broken.",
        *(f"- {kind}, {count} seeds: {_named(whole, kind)}" for kind, count in whole.said()),
        "",
        "| fault | struck |",
        "|---|---|",
        *(f"| {fault} | {count} |" for fault, count in sorted(whole.struck.items())),
        "",
        "| compared with its twin | worlds |",
        "|---|---|",
        *(f"| {name} | {count} |" for name, count in sorted(whole.asked.items()) if name),
        "",
        "| branch of the engine | taken |",
        "|---|---|",
        *(f"| {branch} | {count} |" for branch, count in sorted(whole.reach.items())),
    ]


def _named(whole: Tally, kind: str) -> str:
    """The seeds that broke like this, so that anybody can tell their stories."""
    return ", ".join(str(seed) for seed, broke in sorted(whole.broken.items()) if broke == kind)


def write_section(page: Path, name: str, lines: list[str]) -> None:
    """Replace what stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``. Raises ValueError when the page has no such marks."""
    text = page.read_text("utf-8")
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, mark, rest = text.partition(start)
    _, closing, tail = rest.partition(end)
    if not mark or not closing:
        raise ValueError(f"{page.name} has no marks {start} and {end}")
    page.write_text("\n".join([head + start, *lines, end + tail]), "utf-8")
