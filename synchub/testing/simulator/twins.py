"""Twins: the same script played in two ways must end the same. I10 order, I11 crashes, I25 determinism, I28 clocks."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from synchub.engine.absorb import TWIN
from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.store import Transaction
from synchub.testing.simulator.checks.base import require
from synchub.testing.simulator.checks.rest import settle
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.hub import SYSTEMS
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.script import Script

_OF_ORDER = {"code"}
"""Fields whose value depends on who came first, by their nature: numbers the hub gives away."""
_ORDERLY = ("edit", "create", "clear", "rewrite", "wait", "sync", "leave")
"""Events after which nobody is ambiguous: who is matched with whom may depend on who is there first."""

ASKED = "?"
"""Stands for a value about which a question is open: it must be open in the other twin too."""
Golden = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class _End:
    """How one of two twins ended."""

    golden: Golden
    hands: tuple[tuple[str, str], ...]
    """(system, golden id) of every record that people changed, in order."""


def determinism(script: Script, safeguards: Safeguards = ALL_ON) -> None:
    """I25: the same seed, the same story and the same state."""
    first, second = (_ended(script, safeguards) for _ in range(2))
    require(first == second, "I25", "the same seed went two ways")


def _ended(script: Script, safeguards: Safeguards) -> tuple[object, ...]:
    simulation = Simulation(script, safeguards=safeguards)
    try:
        simulation.play()
        settle(simulation)
        with simulation.store.begin() as tx:
            return (tx.digest(), *simulation.story)
    finally:
        simulation.close()


def order(script: Script, safeguards: Safeguards = ALL_ON) -> None:
    """I10: in whatever order systems and pages are read, the golden records are the same."""
    calm = _orderly(script)
    shuffled = list(SYSTEMS)
    random.Random(script.seed).shuffle(shuffled)  # noqa: S311 - chance, no secret
    stormy = replace(calm, faults=((Fault.OUT_OF_ORDER, 1.0), (Fault.DUPLICATE_PAGES, 0.5)))
    one = _golden(calm, safeguards)
    other = _golden(stormy, safeguards, systems=tuple(shuffled))
    _same("I10", f"read in the order {shuffled}", one, other)


def crashes(script: Script, safeguards: Safeguards = ALL_ON) -> None:
    """I11: a run that dies anywhere, and is started again at once, ends like one that never died."""
    calm = _orderly(script)
    one = _golden(calm, safeguards)
    other = _golden(replace(calm, faults=((Fault.CRASH, 0.03),)), safeguards)
    _same("I11", "with crashes", one, other)


def clocks(script: Script, safeguards: Safeguards = ALL_ON) -> None:
    """I28: an hour's difference of a system's clock changes nothing where the newest does not win."""
    calm = replace(_orderly(script), variant=(script.variant[0], "ranked"))

    def early(simulation: Simulation) -> None:
        for name, offset in zip(SYSTEMS, (-3600.0, 0.0, 3600.0), strict=True):
            simulation.systems[name].clock.offset = offset

    one = _golden(calm, safeguards)
    other = _golden(calm, safeguards, prepare=early)
    _same("I28", "with other clocks", one, other)


def _orderly(script: Script) -> Script:
    events = tuple(event for event in script.events if event[0] in _ORDERLY)
    lossless = tuple(replace(one, loss="") for one in script.traits)
    maps = "partners" if script.variant[0] == "people" else script.variant[0]
    return replace(
        script,
        events=events,
        faults=(),
        distinct=True,
        traits=lossless,
        variant=(maps, script.variant[1]),
        eager=0.0,
        budgets=Script.budgets,  # who is read on which day would depend on who calls most
    )


def _golden(
    script: Script,
    safeguards: Safeguards,
    *,
    systems: tuple[str, ...] = SYSTEMS,
    prepare: Callable[[Simulation], None] = lambda _: None,
) -> _End:
    simulation = Simulation(script, safeguards=safeguards, systems=systems, insists=True)
    prepare(simulation)
    try:
        simulation.play()
        settle(simulation)
        return _End(contents(simulation), _hands(simulation))
    finally:
        simulation.close()


def _hands(simulation: Simulation) -> tuple[tuple[str, str], ...]:
    with simulation.store.begin() as tx:
        whose = {(link.system, link.object, link.external_id): link.entity_id for link in tx.every_link()}
    return tuple((spot[0], whose.get(spot, spot[2])) for spot in simulation.oracle.touched)


def contents(simulation: Simulation) -> Golden:
    """All golden records, as far as their values are nobody's question and do not depend on who came first."""
    found: Golden = {}
    with simulation.store.begin() as tx:
        asked = _asked(tx)
        ids: dict[str, set[str]] = {}
        for link in tx.every_link():
            ids.setdefault(link.entity, set()).add(link.entity_id)
        for entity, among in ids.items():
            fields = simulation.world.entities[entity].fields
            for record in tx.golden(entity, sorted(among)).values():
                values = tuple(
                    ASKED if (record.id, spec.name) in asked else value
                    for spec, value in zip(fields, record.values, strict=True)
                    if spec.name not in _OF_ORDER
                )
                found.setdefault(entity, []).append(values)
    return {entity: sorted(rows, key=repr) for entity, rows in found.items()}


def _asked(tx: Transaction) -> set[tuple[str, str]]:
    """(golden id, field) of what a person must choose between two edits of: until then the one that was read first stands (seed 14959).

    Of two records into which people typed what only one may have, the first has got it (seed 7759).
    """
    found: set[tuple[str, str]] = set()
    for one in tx.conflicts():
        if one.code in {"E201", TWIN}:
            found.add((one.entity_id, one.field))
        if one.code == TWIN:
            found.add((str(one.detail["other"]), one.field))
    return found


def _same(invariant: str, how: str, first: _End, second: _End) -> None:
    """Not asked where people, who choose among what stands before them at the moment, met other partners (seed 102)."""
    if first.hands != second.hands:
        return
    one, other = first.golden, second.golden
    only = [row for entity in one for row in one[entity] if row not in other.get(entity, [])]
    too = [row for entity in other for row in other[entity] if row not in one.get(entity, [])]
    require(one == other, invariant, f"{how} the golden records are others: {only} became {too}")


TWINS: Mapping[str, Callable[[Script, Safeguards], None]] = {
    "I10": order,
    "I11": crashes,
    "I25": determinism,
    "I28": clocks,
}
