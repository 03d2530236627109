"""Agreements and links: I6 no duplicates, I7 base honesty, I18 provenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from synchub.model.values import UNKNOWN, Absent, Raw, Unknown, Unreadable
from synchub.store import Transaction
from synchub.store.rows import Link, LinkState
from synchub.testing.simulator.checks.base import require

if TYPE_CHECKING:
    from synchub.testing.simulator.play import Simulation


def check_links(links: Iterable[Link]) -> None:
    """I6: at most one live link each way."""
    live = [one for one in links if one.state is not LinkState.MISSING]
    pairs = [(one.mapping, one.entity_id) for one in live]
    twice = sorted({pair for pair in pairs if pairs.count(pair) > 1}) if len(set(pairs)) < len(pairs) else []
    require(not twice, "I6", f"a golden record is linked twice: {twice}")


def check_base_honesty(simulation: Simulation, links: Iterable[Link]) -> None:
    """I7: `seen` was once held by the system, `sent` was once golden."""
    for link in links:
        # an agreement speaks of the mapping that it was made under
        mapping, past = simulation.versions[link.version], simulation.systems[link.system].past
        for index, mapped in enumerate(mapping.fields):
            seen, sent = link.seen[index], link.sent[index]
            if mapped.columns and not isinstance(seen, Unknown | Absent | Unreadable) and link.external_id:
                # until the survivor of a merge can be read, its link speaks of the record that it followed (seed 538)
                losers = simulation.journal.losers.get((link.object, link.external_id), ())
                held: list[Raw] = [
                    value
                    for id in (link.external_id, *losers)
                    for value in past.get((link.object, id, link.part, mapped.columns[0]), ())
                ]
                where = f"{link.mapping} {link.external_id} {mapped.name}"
                require(seen is None or seen in held, "I7", f"{where} never was {seen!r}, only {held}")
            goldens = simulation.journal.goldens.get((link.entity_id, mapped.name), [None])
            require(
                sent is UNKNOWN or sent in goldens,
                "I7",
                f"golden {link.entity_id} {mapped.name} never was {sent!r}, only {goldens}",
            )


def check_provenance(simulation: Simulation, tx: Transaction, links: Sequence[Link]) -> None:
    """I18: every golden value names the record and the run it came from, every external write its cause."""
    ids: dict[str, set[str]] = {}
    for link in links:
        ids.setdefault(link.entity, set()).add(link.entity_id)
    for entity, found in ids.items():
        fields = simulation.world.entities[entity].fields
        for record in tx.golden(entity, sorted(found)).values():
            for spec, value in zip(fields, record.values, strict=True):
                origin = record.provenance.get(spec.name)
                told = value is None or (origin is not None and origin.system and origin.run)
                require(told, "I18", f"golden {record.id} {spec.name} = {value!r} comes from {origin}")
    _check_causes(simulation, tx, {link.id: link.external_id or "" for link in links})


def _check_causes(simulation: Simulation, tx: Transaction, records: Mapping[str, str]) -> None:
    """In the ledger, or in the intent of a write of which nobody could read what became."""
    intended = {
        (one.system, one.external_id or records.get(one.link_id, ""), column): bool(one.causes)
        for one in tx.every_intent()
        for column in one.cells
    }
    written = {
        (row.place, row.external_id, change.get("column", name)): bool(change.get("cause"))
        for row in simulation.journal.rows
        if row.place != "hub"
        for name, change in row.changes.items()
    }
    free = {
        column
        for route in simulation.world.routes
        for column in (route.mapping.hub_column, route.mapping.each, *route.mapping.on_create)
    }
    for name, system in simulation.systems.items():
        for number, one in enumerate(system.log):
            if one.id not in system.live(one.object):
                continue  # it was gone before its echo was heard
            if one.actor == "hub" and one.column and one.column not in free and number not in system.unheard:
                where = (name, one.id, one.column)
                told = written.get(where) or intended.get(where)
                require(told, "I18", f"the hub wrote {where}, and the ledger does not say why")
