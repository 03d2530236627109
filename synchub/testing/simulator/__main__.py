"""The simulator at the command line: ``python -m synchub.testing.simulator`` plays seeds, tells the story of one, or writes the table of safeguards."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from synchub.engine.safeguards import Safeguards
from synchub.testing.simulator.reach import unreached
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.story import commit, play, shortened
from synchub.testing.simulator.table import section, write_section
from synchub.testing.simulator.tally import played, tallies, without


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when something broke."""
    parser = argparse.ArgumentParser(prog="python -m synchub.testing.simulator", description=__doc__)
    parser.add_argument("--seeds", default="200", help="how many, or FROM..TO (TO is left out)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--without", default="", metavar="SAFEGUARD", help="switch one off, or `each` in turn"
    )
    parser.add_argument("--story", type=int, metavar="SEED", help="tell the story of one seed")
    parser.add_argument("--shorten", action="store_true", help="leave out of a story what does not matter")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the result into this page")
    chosen = parser.parse_args(arguments)
    if chosen.story is not None:
        return _tell(chosen.story, chosen.without, shorten=chosen.shorten)
    first, _, last = chosen.seeds.partition("..")
    seeds = range(int(first), int(last)) if last else range(int(first))
    if chosen.without == "each":
        return _each(seeds, chosen.processes, chosen.write)
    return _seeds(seeds, chosen.without, chosen.processes, chosen.write)


def _tell(seed: int, safeguard: str, *, shorten: bool) -> int:
    found = played(seed, without(safeguard))
    if found.error is None:
        print("\n".join([*Script.of(seed).settings(), *found.story, "all is well"]))  # noqa: T201 - a command
        return 0
    alone = play(found.script, safeguards=without(safeguard))
    if shorten and alone.broken:  # what broke between twins has no events to leave out
        found = shortened(alone, safeguards=without(safeguard))
    print(found.told())  # noqa: T201 - a command
    return 1


def _seeds(seeds: range, safeguard: str, processes: int, page: Path | None) -> int:
    started = time.monotonic()
    ((_, whole),) = tallies(seeds, [safeguard], processes)
    seconds = time.monotonic() - started
    lines = section(whole, seeds, seconds)
    print("\n".join(lines))  # noqa: T201 - a command
    if page is not None:
        write_section(page, "seeds", lines)
    for seed in sorted(whole.broken)[:3]:
        print()  # noqa: T201 - a command
        _tell(seed, safeguard, shorten=True)
    rarely = [] if safeguard else unreached(whole.reach, whole.struck, whole.seeds)
    if rarely:
        print(f"I29: taken too rarely: {', '.join(rarely)}")  # noqa: T201 - a command
    return 1 if whole.broken or rarely else 0


def _each(seeds: range, processes: int, page: Path | None) -> int:
    rows = ["| safeguard switched off | seeds that notice | what they say |", "|---|---|---|"]
    broken, unseen = False, list[str]()
    for name, whole in tallies(seeds, ["", *Safeguards.names()], processes):
        said = ", ".join(f"{kind} {count}" for kind, count in whole.said())
        rows.append(f"| {f'`{name}`' if name else 'none'} | {len(whole.broken)} of {whole.seeds} | {said} |")
        print(rows[-1], file=sys.stderr, flush=True)  # noqa: T201 - a command
        if not name:
            broken = bool(whole.broken)
        elif not whole.broken:
            unseen.append(f"`{name}`")
    how = f"`python -m synchub.testing.simulator --without each --seeds {seeds.start}..{seeds.stop}` at commit {commit()}"
    lines = [how, "", *rows]
    if unseen:
        lines += ["", f"Noticed by no world of these, and by a test of its own each: {', '.join(unseen)}."]
    print("\n".join(lines))  # noqa: T201 - a command
    if page is not None:
        write_section(page, "safeguards", lines)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
