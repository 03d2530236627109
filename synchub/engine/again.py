"""Look again: what a field was held for may be settled by now, although its own system has nothing new to list.

A question tells what it was asked about; where the hub says something else meanwhile, the record is read once more and merged. It costs calls only
for records that people are asked about, and only when the hub has news for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synchub.engine.absorb import TWIN, Absorber
from synchub.engine.journal import raw_of
from synchub.engine.looks import lose, take_records
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.store import Transaction
from synchub.store.rows import ASIDE, Conflict, ConflictKind, Demise, Golden, Link, LinkState


def overtaken(tx: Transaction, route: Route, questions: Sequence[Conflict]) -> list[Link]:
    """Links with a held field whose question, one of these, is not what it was."""
    asked = [one for one in questions if one.mapping == route.name and one.kind is not ConflictKind.MATCH]
    if not asked:
        return []
    links = _links(tx, route, asked)
    golden = tx.golden(route.model.name, sorted({one.entity_id for one in asked} | _twins(asked)))
    moved = {one.id for one in asked if _moved(route, one, golden)}
    return [link for link in links if moved & set(link.holds.values()) and ASIDE not in link.holds]


def _links(tx: Transaction, route: Route, asked: Sequence[Conflict]) -> list[Link]:
    found = tx.links_of(route.model.name, sorted({one.entity_id for one in asked}))
    return [
        link
        for links in found.values()
        for link in links
        if link.mapping == route.name and link.state is LinkState.LINKED
    ]


def _twins(asked: Sequence[Conflict]) -> set[str]:
    return {other for one in asked if isinstance(other := one.detail.get("other"), str)}


def _moved(route: Route, question: Conflict, golden: Mapping[str, Golden]) -> bool:
    """Does the hub say something else now than when this was asked?"""
    model, name = route.model, question.field
    record = golden.get(question.entity_id)
    if record is None or name not in model.position:
        return False
    if raw_of(record.values[model.position[name]]) != question.detail.get("golden"):
        return True
    if question.code == TWIN:
        other = golden.get(str(question.detail.get("other")))
        held = None if other is None else raw_of(other.values[model.position[name]])
        return held is None or not model[name].kind.equal(str(held), str(question.detail.get("observed")))
    beside = question.detail.get("beside")
    return isinstance(beside, Mapping) and any(
        raw_of(record.values[model.position[one]]) != value
        for one, value in beside.items()
        if one in model.position
    )


def look_again(
    world: World, route: Route, links: Sequence[Link], report: RunReport, started: datetime
) -> set[str]:
    """Read these records and merge them, changed or not; returns what others may have waited for."""
    connector = world.connectors[route.mapping.system]
    request = world.request(route.mapping.system, route.mapping.object)
    arrivals: set[str] = set()
    size = max(1, connector.capabilities.read_batch)
    for start in range(0, len(links), size):
        some = links[start : start + size]
        records = connector.fetch(request, sorted({link.external_id or "" for link in some}))
        report.add(route.mapping.system, route.mapping.object, "fetched", len(records))
        with world.store.begin() as tx:
            for link in some:
                link.hash = b""
            tx.update_links(some)
            absorber = Absorber(tx, world, route, report, started)
            take_records(absorber, request.columns, records, doubt=False)
            found = {record.id for record in records}
            gone = [link for link in some if link.external_id not in found]
            lose(
                tx,
                world,
                route,
                {(one.external_id or "", one.part): one.id for one in gone},
                report,
                Demise.READ,
                started,
            )
            arrivals |= absorber.arrivals
    world.touch("look.again")
    return arrivals
