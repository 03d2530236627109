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
    from tests.kills.kill_campaign import KINDS, campaign

    parser = argparse.ArgumentParser(prog="python -m tests.kills.run", description=__doc__)
    parser.add_argument(
        "--kills", type=int, default=100, help="60 of 100 among the sandboxes, the others with Tryton"
    )
    parser.add_argument(
        "--against", choices=KINDS, action="append", help="only these, with their share of the kills"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this page")
    chosen = parser.parse_args()
    broken: list[str] = []
    for kind in chosen.against or KINDS:
        started = time.monotonic()
        kills = max(1, chosen.kills * KINDS[kind][2] // 100)
        tally = campaign(kind, kills, chosen.seed, lambda line: print(line, file=sys.stderr, flush=True))
        broken += tally.broken
        how = f"make kill KILLS={chosen.kills} SEED={chosen.seed} AGAINST={kind}"
        lines = [
            f"`{how}` at commit {commit()}, {time.monotonic() - started:.0f} seconds. {tally.told()}",
            "",
            "| what the sync was doing | kills | of these with a write in doubt |",
            "|---|---|---|",
            *tally.rows(),
        ]
        print("\n".join([*lines, *tally.broken]), flush=True)
        if chosen.write is not None:
            write_section(chosen.write, f"kills {kind}", lines)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
