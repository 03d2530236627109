"""The invariants of docs/sync.md, asked of a simulated world: after every sync, and when it has come to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synchub.testing.simulator.checks.base import BrokenError
from synchub.testing.simulator.checks.cursors import check_cursors
from synchub.testing.simulator.checks.edits import check_edits
from synchub.testing.simulator.checks.groups import check_groups
from synchub.testing.simulator.checks.pairs import check_base_honesty, check_links, check_provenance
from synchub.testing.simulator.checks.rest import settle
from synchub.testing.simulator.checks.secrets import check_secrets
from synchub.testing.simulator.checks.vanishing import (
    check_created_once,
    check_delete_safety,
    check_sweep_safety,
)
from synchub.testing.simulator.checks.writes import (
    check_absent_is_not_null,
    check_budget,
    check_changes_something,
    check_minimality,
    check_no_silent_overwrite,
    check_read_only,
)

if TYPE_CHECKING:
    from synchub.store.rows import LedgerRow
    from synchub.testing.simulator.faults import Fault
    from synchub.testing.simulator.play import Simulation

__all__ = ["BrokenError", "check_after_sync", "check_at_rest"]


def check_after_sync(
    simulation: Simulation, fresh: list[LedgerRow], began: float, struck: set[Fault]
) -> None:
    """What must hold at any moment, faults or not.

    `fresh` is what the ledger got from the last run, which `began` then (monotonic); `struck` are the faults it met.
    """
    with simulation.store.begin() as tx:
        links = tx.every_link()
        check_base_honesty(simulation, links)
        check_links(links)
        check_cursors(simulation, tx, links, began)
        check_sweep_safety(simulation, tx, links, struck)
    check_delete_safety(simulation, fresh, links)
    check_created_once(simulation)
    check_secrets(simulation.last, simulation.logged)
    check_no_silent_overwrite(simulation)
    check_minimality(simulation, simulation.looked_at)
    check_changes_something(simulation, fresh)
    check_read_only(simulation)
    check_absent_is_not_null(simulation, fresh)
    check_budget(simulation)


def check_at_rest(simulation: Simulation) -> None:
    """Faults and edits have ended: let the hub settle, then ask everything."""
    settle(simulation)
    check_edits(simulation)
    check_groups(simulation)
    with simulation.store.begin() as tx:
        check_provenance(simulation, tx, tx.every_link())
