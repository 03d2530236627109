"""Linking by hand: a person says which golden record a record belongs to, or that it belongs to none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from synchub.engine.absorb import Absorber
from synchub.engine.fitness import unfitness
from synchub.engine.identity import derived_id
from synchub.engine.leasing import leased
from synchub.engine.match import fresh_ids, new_link
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.unburying import unbury
from synchub.engine.waiting_room import forget
from synchub.engine.world import Route, World
from synchub.errors import UserError
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.rows import Golden, LedgerRow, Link, LinkState


def route_of(world: World, mapping: str) -> Route:
    """The mapping of this name. Raises UserError E241."""
    for route in world.routes:
        if route.name == mapping:
            return route
    raise UserError("E241", mapping=mapping, known=", ".join(route.name for route in world.routes))


def look_at(world: World, route: Route, external_id: str, part: str = "") -> Sighting:
    """The record as it is now. Raises UserError E242 when it is not there."""
    request = world.request(route.mapping.system, route.mapping.object)
    records = world.connectors[route.mapping.system].fetch(request, [external_id])
    for look in sightings(route.mapping, request.columns, records):
        if look.external_id == external_id and look.part == part:
            return look
    raise UserError("E242", system=route.mapping.system, object=route.mapping.object, record=external_id)


def link_record(
    world: World, mapping: str, external_id: str, golden_id: str | None, run: str, by: str, part: str = ""
) -> str:
    """From now on the record belongs to this golden record; their first meeting is a first contact of these two alone.

    None: it is nobody the hub knows, whatever the match rules say, and founds a golden record of its own. Returns the golden id.

    Raises UserError: E241, E242, E243 the record belongs to another one, E244 the golden record has another record there; of a record that
    cannot found one the reason (E301, E302 …).
    """
    route = route_of(world, mapping)
    report, started = RunReport(run, "link"), world.clock.now()
    with leased(world, report, {route.mapping.system}):
        look = look_at(world, route, external_id, part)
        with world.store.begin() as tx:
            fresh: dict[str, Golden] = {}
            if golden_id is None:
                golden_id = _own_id(tx, world, route, look)
                fresh = {golden_id: Golden.blank(golden_id, len(route.model.fields))}
            absorber = Absorber(tx, world, route, report, started)
            link = _place(tx, route, look, golden_id, run)
            if link.id in tx.links_by_id([link.id]):
                absorber.batch.back.add(link.id)
                absorber.note_arrival(link)
            else:
                absorber.add_link(link)
            absorber.absorb([(link, look)], fresh)
            absorber.flush()
            forget(tx, route, [look.key], run)
            _note(tx, absorber, link, "link", by)
            world.touch("hand.linked")
    return golden_id


def _own_id(tx: Transaction, world: World, route: Route, look: Sighting) -> str:
    """The id of the golden record that this record founds. Raises UserError with what it lacks for that."""
    why = unfitness(route, look.values, route.mapping.read(look.external_id, look.values))
    if why is not None:
        raise UserError(why[0], **why[1])
    return fresh_ids(tx, world, route, [look.key])[look.key]


def _place(tx: Transaction, route: Route, look: Sighting, golden_id: str, run: str) -> Link:
    """The link to be: a new one, or the one that the golden record has without a living record."""
    there = tx.links(route.name, [look.external_id]).get(look.key)
    own = [
        one
        for one in tx.links_of(route.model.name, [golden_id]).get(golden_id, [])
        if one.mapping == route.name
    ]
    if there is not None and there.entity_id != golden_id:
        if there.state is LinkState.LINKED:
            raise UserError("E243", record=look.external_id, golden=there.entity_id)
        unbury(tx, [there.id], "linked", run)
        tx.delete_links([there.id])
    taken = [one for one in own if one.state is LinkState.LINKED and one.external_id != look.external_id]
    if taken:
        raise UserError("E244", golden=golden_id, record=taken[0].external_id or "")
    link = new_link(route, golden_id, look.external_id, look.part, LinkState.LINKED)
    return replace(link, id=own[0].id) if own else link


def unlink_record(world: World, mapping: str, external_id: str, run: str, by: str, part: str = "") -> str:
    """From now on nothing goes between the record and its golden record, and neither is created again; the golden id.

    Raises UserError: E241, E245 it is not linked.
    """
    route = route_of(world, mapping)
    report = RunReport(run, "unlink")
    with leased(world, report, {route.mapping.system}), world.store.begin() as tx:
        link = tx.links(route.name, [external_id]).get((external_id, part))
        if link is None or link.state is LinkState.RELEASED:
            raise UserError("E245", record=external_id, mapping=mapping)
        release(tx, [link], run)
        absorber = Absorber(tx, world, route, report, world.clock.now())
        _note(tx, absorber, link, "unlink", by)
        world.touch("hand.unlinked")
        return link.entity_id


def release(tx: Transaction, links: Sequence[Link], run: str) -> None:
    """These records go their own way; nobody is asked about them any more."""
    tx.close_conflicts([one for link in links for one in link.holds.values()], "unlinked", run)
    for link in links:
        link.state, link.holds, link.waiting = LinkState.RELEASED, {}, {}
    tx.update_links(list(links))
    tx.clear_suspects([link.id for link in links])
    unbury(tx, [link.id for link in links], "unlinked", run)


def _note(tx: Transaction, absorber: Absorber, link: Link, op: str, by: str) -> None:
    cause: dict[str, Raw] = {"why": op, "system": "hub", "by": by}
    change: dict[str, Mapping[str, Raw]] = {
        "": {"before": None, "after": f"{link.mapping} {link.external_id}", "cause": cause}
    }
    tx.write_ledger(
        [
            LedgerRow(
                absorber.report.run,
                absorber.started,
                "hub",
                link.entity,
                link.entity_id,
                link.object,
                link.external_id or "",
                op,
                change,
            )
        ]
    )


def split_golden(world: World, entity: str, golden_id: str, links: Sequence[Link], run: str, by: str) -> str:
    """These records of a golden record found a new one of their own; its id. Raises UserError E246 when nothing would be left of either."""
    routes = {route.name: route for route in world.routes}
    with world.store.read() as tx:
        all_links = [
            one
            for one in tx.links_of(entity, [golden_id]).get(golden_id, [])
            if one.state is LinkState.LINKED
        ]
    if not links or len(links) >= len(all_links):
        raise UserError("E246", golden=golden_id, count=len(all_links))
    report, started = RunReport(run, "split"), world.clock.now()
    new_id = derived_id("split", golden_id, *sorted(one.id for one in links), run)
    with leased(world, report, {one.system for one in links}):
        looks = [(one, look_at(world, routes[one.mapping], one.external_id or "", one.part)) for one in links]
        with world.store.begin() as tx:
            tx.delete_links([one.id for one in links])
            # what was created for the old record carries its id there: to create another under that id would overwrite it
            tx.insert_links(
                [new_link(routes[one.mapping], golden_id, None, "", LinkState.RELEASED) for one in links]
            )
            fresh = {new_id: Golden.blank(new_id, len(world.entities[entity].fields))}
            for old, look in looks:
                absorber = Absorber(tx, world, routes[old.mapping], report, started)
                link = new_link(routes[old.mapping], new_id, look.external_id, look.part, LinkState.LINKED)
                absorber.add_link(link)
                absorber.absorb([(link, look)], fresh)
                absorber.flush()
                fresh = {}
                _note(tx, absorber, link, "split", by)
            world.touch("hand.split")
    return new_id
