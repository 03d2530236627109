"""I29 reach: a green run proves nothing about a branch that it never took."""

from __future__ import annotations

from collections.abc import Mapping

from synchub.testing.simulator.faults import Fault

OFTEN = 20
"""So often each branch must be taken in a run of `ENOUGH_SEEDS`."""
SELDOM = {"outcome.throttled": 10, "push.no_echo": 15}
"""Less is asked of these: few worlds have what it takes."""
STRUCK = 3
"""So often each fault must have struck in such a run."""
ENOUGH_SEEDS = 200
BRANCHES = (
    *(
        f"merge.{verdict}"
        for verdict in ("same", "push", "take", "agree", "won", "lost", "refused", "held", "unseen")
    ),
    *(f"outcome.{kind}" for kind in ("ok", "rejected", "throttled", "unknown", "stale")),
    "intent.settled",
    "intent.confirmed",
    "match.decided",
    "want.created",
    "push.no_echo",
    "system.failed",
    "system.auth",
    "system.quota",
    "system.throttled",
    "system.waited_for",
    "edit.asked",
    "edit.approved",
    "edit.excused",
    "intent.found_created",
    "delete.withheld",
    "gone.sweep",
    "absorb.set_aside",
    "sweep.due",
    "pull.empty_source",
)
"""Every row of the merge table, the classes of outcomes, what a crash leaves behind, the guards of reading."""


def unreached(reach: Mapping[str, int], struck: Mapping[str, int], seeds: int) -> list[str]:
    """The branches that a run of so many seeds took too rarely, and the faults that hardly struck; runs that are too short say nothing."""
    if seeds < ENOUGH_SEEDS:
        return []
    taken = [(branch, reach.get(branch, 0), SELDOM.get(branch, OFTEN)) for branch in BRANCHES]
    faults = [(fault.value, struck.get(fault.value, 0), STRUCK) for fault in Fault]
    return [f"{name} ({times})" for name, times, least in (*taken, *faults) if times < least]
