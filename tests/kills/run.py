"""``python -m tests.kills.run``: kill real syncs at random moments, print what was hit, and write it into a page."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path


def main() -> int:
    """Returns 1 when a hub ended otherwise than its twin."""
    # not above: every process that is about to be killed imports this module anew
    from synchub.testing.simulator.story import commit
    from synchub.testing.simulator.table import write_section
    from tests.kills.kill_campaign import campaigns

    parser = argparse.ArgumentParser(prog="python -m tests.kills.run", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this page")
    chosen = parser.parse_args()
    started = time.monotonic()
    tallies = campaigns(chosen.kills, chosen.seed, lambda line: print(line, file=sys.stderr, flush=True))
    lines = [
        f"`make kill KILLS={chosen.kills} SEED={chosen.seed}` at commit {commit()}, {time.monotonic() - started:.0f} seconds.",
        "",
        *(one.told() for one in tallies),
        "",
        "| against | what the sync was doing | kills | of these with a write in doubt |",
        "|---|---|---|---|",
        *(row for one in tallies for row in one.rows()),
    ]
    print("\n".join(lines))
    broken = [told for one in tallies for told in one.broken]
    print("\n".join(broken))
    if chosen.write is not None:
        write_section(chosen.write, "kills", lines)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
