"""Joining: two golden records that are one. One survives; links, references and what is blank in it come from the other, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from synchub.engine.absorb import Absorber
from synchub.engine.hub_edit import edit_golden, note_edit
from synchub.engine.journal import raw_of
from synchub.engine.leasing import leased
from synchub.engine.linking import release
from synchub.engine.policies import HUB
from synchub.engine.report import RunReport
from synchub.engine.unburying import unbury
from synchub.engine.world import World
from synchub.errors import UserError
from synchub.model.kinds import Ref
from synchub.model.provenance import Origin
from synchub.model.values import Canonical, Raw
from synchub.store import Transaction
from synchub.store.rows import JOINED, Golden, Link, LinkState


@dataclass
class Joined:
    """What came of a join."""

    survivor: str
    moved: list[Link] = field(default_factory=list)
    """Links that belong to the survivor now."""
    released: list[Link] = field(default_factory=list)
    """Second records in a system where the survivor has one already: they go their own way, a person removes them."""
    references: int = 0
    """Records that referred to the other one."""


def join_golden(world: World, entity: str, survivor: str, other: str, run: str, by: str) -> Joined:
    """Join `other` into `survivor`. Raises UserError E247 unless both are live records, and two."""
    report, started = RunReport(run, "join"), world.clock.now()
    result = Joined(survivor)
    with leased(world, report, None), world.store.begin() as tx:
        found = tx.golden(entity, sorted({survivor, other}), lock=True)
        if len(found) != 2 or any(one.state != "live" for one in found.values()):
            raise UserError("E247", one=survivor, other=other)
        route = next(one for one in world.routes if one.model.name == entity)
        absorber = Absorber(tx, world, route, report, started)
        keep, gone = found[survivor], found[other]
        cause: dict[str, Raw] = {"why": "joined", "system": HUB, "by": by, "other": other}
        _move_links(tx, result, entity, keep, gone, run)
        _leave(absorber, keep, gone, cause)
        absorber.flush()
        _fill(absorber, keep, gone, cause)
        absorber.flush()
        _refer(tx, world, result, entity, survivor, other, report, cause)
        asked = [
            one.id
            for one in tx.conflicts(entity=entity)
            if isinstance(both := one.detail.get("golden"), list) and set(both) == {survivor, other}
        ]
        tx.close_conflicts(asked, f"joined by {by}", run)
        world.touch("hand.joined")
    return result


def _move_links(tx: Transaction, result: Joined, entity: str, keep: Golden, gone: Golden, run: str) -> None:
    links = tx.links_of(entity, [keep.id, gone.id])
    taken = {one.mapping: one for one in links.get(keep.id, [])}
    for link in links.get(gone.id, []):
        there = taken.get(link.mapping)
        if there is None or there.state in {LinkState.WANTED, LinkState.MISSING, LinkState.RELEASED}:
            if there is not None:
                unbury(tx, [there.id], "joined", run)
                tx.delete_links([there.id])
            if link.state is LinkState.LINKED:
                link.entity_id, link.settled_rev = keep.id, 0
                result.moved.append(link)
                continue
        if link.state is LinkState.LINKED:
            result.released.append(link)
        else:
            unbury(tx, [link.id], "joined", run)
            tx.delete_links([link.id])
    tx.update_links(result.moved)
    release(tx, result.released, run)


def _leave(absorber: Absorber, keep: Golden, gone: Golden, cause: dict[str, Raw]) -> None:
    """The other record points to the survivor; its values stay in it, and no key finds it."""
    gone.state, gone.merged_into = JOINED, keep.id
    note_edit(absorber, gone, {"": {"before": "live", "after": keep.id, "cause": dict(cause)}}, "join")


def _fill(absorber: Absorber, keep: Golden, gone: Golden, cause: dict[str, Raw]) -> None:
    """What is blank in the survivor comes from the other; where both say something the survivor's stands, and the other's is written down."""
    model = absorber.route.model
    blank: dict[str, Canonical | None] = {}
    beaten: dict[str, Raw] = {}
    for spec, ours, theirs in zip(model.fields, keep.values, gone.values, strict=True):
        if ours is None and theirs is not None:
            blank[spec.name] = theirs
        elif theirs is not None and not spec.kind.equal(ours, theirs):
            beaten[spec.name] = raw_of(theirs)
    origin = Origin(HUB, "", "", absorber.report.run, absorber.started)
    edit_golden(absorber, keep, blank, origin, {**cause, "beaten": beaten})
    if not blank:
        change: dict[str, Raw] = {"before": None, "after": gone.id, "cause": {**cause, "beaten": beaten}}
        note_edit(absorber, keep, {"": change}, "join")


def _refer(
    tx: Transaction,
    world: World,
    result: Joined,
    entity: str,
    survivor: str,
    other: str,
    report: RunReport,
    cause: dict[str, Raw],
) -> None:
    """Whoever referred to the other one refers to the survivor."""
    for model in world.entities.values():
        names = [one.name for one in model.fields if isinstance(one.kind, Ref) and one.kind.entity == entity]
        route = next((one for one in world.routes if one.model.name == model.name), None)
        if not names or route is None:
            continue
        for name in names:
            records: Sequence[Golden] = tx.referring(model.name, name, other)
            absorber = Absorber(tx, world, route, report, world.clock.now())
            origin = Origin(HUB, "", "", report.run, absorber.started)
            for record in records:
                edit_golden(absorber, record, {name: survivor}, origin, cause)
            absorber.flush()
            result.references += len(records)
