"""I26: what the hub says about a run names no person and no phone number."""

from __future__ import annotations

from synchub.engine.report import RunReport
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.traits import PEOPLE, PHONES

_CANARIES = (*PEOPLE, *(phone for phone in PHONES if phone[0] in "+01"))


def check_secrets(report: RunReport | None, logged: list[str]) -> None:
    """I26: errors, warnings and log lines; `logged` is emptied."""
    said = list(logged)
    logged.clear()
    if report is not None:
        said += [str(error) for error in report.failures.values()]
        said += [problem.line("en") for problem in report.warnings]
    for line in said:
        found = [one for one in _CANARIES if one in line]
        require(not found, "I26", f"{found} in {line!r}")
