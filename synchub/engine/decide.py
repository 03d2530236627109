"""Decide: what a person says about a conflict. A decision holds for the values it was made about: if either has moved, it is void."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.hub_edit import edit_golden
from synchub.engine.identity import key_text
from synchub.engine.journal import raw_image, raw_of
from synchub.engine.leasing import leased
from synchub.engine.looks import remap
from synchub.engine.policies import HUB
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.world import Route, World
from synchub.errors import UserError
from synchub.mapping.compiled import Flow, Image
from synchub.model.provenance import Origin
from synchub.model.values import UNKNOWN, Canonical, KindProblem, Raw, Reference
from synchub.store import Transaction
from synchub.store.rows import ASIDE, STOPPED, Conflict, ConflictKind, Golden, Link, TombState


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose: the value of the hub, of the system, or one of their own; of a deletion, whether it is meant."""

    take: str = ""
    """``hub`` or ``system``."""
    value: str | None = None
    delete: bool | None = None


def decide(world: World, conflict_id: str, choice: Choice, run: str, by: str) -> Conflict:
    """Carry a decision out in the hub; the next sync carries it to the systems.

    Raises UserError: E231 no such open conflict, E232 a value has moved since, E233 this is no answer to that question, E236 its record is set aside.
    """
    with world.store.read() as tx:
        asked = None if tx.closed_at(conflict_id) else tx.conflict(conflict_id)
    if asked is None:
        raise UserError("E231", id=conflict_id)
    report, started = RunReport(run, "decide"), world.clock.now()
    if asked.kind is ConflictKind.MATCH:
        raise UserError("E233", id=conflict_id, kind=asked.kind.value)
    with leased(world, report, {asked.system}):
        if asked.kind is ConflictKind.DELETE:
            _decide_deletion(world, asked, choice, run, by)
        else:
            _decide_field(world, asked, choice, report, started, by)
    world.touch("decide")
    return asked


def _decide_deletion(world: World, asked: Conflict, choice: Choice, run: str, by: str) -> None:
    if choice.delete is None:
        raise UserError("E233", id=asked.id, kind=asked.kind.value)
    with world.store.begin() as tx:
        stones = [
            one
            for one in tx.tombstones(asked.mapping, states=[TombState.ASKED])
            if (one.external_id, one.part) == (asked.external_id, asked.part)
        ]
        golden = tx.golden(asked.entity, [asked.entity_id]).get(asked.entity_id)
        if not stones or golden is None or golden.rev != asked.detail.get("rev"):
            raise UserError("E232", id=asked.id, field="", system=asked.system)
        ids = [one.link_id for one in stones]
        if choice.delete:
            tx.bury([replace(one, rev=golden.rev, state=TombState.WAITING, approval=by) for one in stones])
        else:
            tx.set_tombstones(ids, TombState.VOID, by)
        how = f"decided by {by}: {'delete' if choice.delete else 'keep'}"
        tx.close_conflicts([asked.id], how, run)


def _decide_field(
    world: World, asked: Conflict, choice: Choice, report: RunReport, started: datetime, by: str
) -> None:
    route = next((one for one in world.routes if one.name == asked.mapping), None)
    if route is None or asked.field not in route.position:
        raise UserError("E231", id=asked.id)
    look = _look(world, route, asked)
    index = route.position[asked.field]
    with world.store.begin() as tx:
        link = tx.links(route.name, [asked.external_id]).get((asked.external_id, asked.part))
        record = tx.golden(asked.entity, [asked.entity_id], lock=True).get(asked.entity_id)
        held = link is not None and asked.id in link.holds.values()
        if link is None or record is None or not held:
            raise UserError("E231", id=asked.id)
        if ASIDE in link.holds:
            raise UserError("E236", record=asked.external_id, system=asked.system)
        link = remap(tx, link, route, report.run)
        image: Image = link.seen[index] if look is None else route.mapping.image(look.values)[index]
        goes_on = link.holds.get(STOPPED + asked.field) == asked.id and choice.take == HUB
        if not goes_on:  # to write on is a decision about the field, not about one value of it
            _still_the_question(asked, route, record, index, image)
        value = _chosen(asked, choice, route, record, index, image)
        absorber = Absorber(tx, world, route, report, started)
        _apply(tx, absorber, asked, link, record, index, image, value, by)
        absorber.flush()
        tx.close_conflicts([asked.id], f"decided by {by}", report.run)


def _look(world: World, route: Route, asked: Conflict) -> Sighting | None:
    """The record as it is now; None for one that is not there."""
    request = world.request(route.mapping.system, route.mapping.object)
    if not asked.external_id:
        return None
    records = world.connectors[route.mapping.system].fetch(request, [asked.external_id])
    looks: Sequence[Sighting] = list(sightings(route.mapping, request.columns, records))
    return next((one for one in looks if one.part == asked.part), None)


def _still_the_question(asked: Conflict, route: Route, record: Golden, index: int, image: Image) -> None:
    golden = raw_of(record.values[route.mapping.fields[index].index])
    moved = golden != asked.detail.get("golden")
    if "image" in asked.detail:
        moved = moved or raw_image(image) != asked.detail["image"]
    if moved:
        raise UserError("E232", id=asked.id, field=asked.field, system=asked.system)


def _chosen(
    asked: Conflict, choice: Choice, route: Route, record: Golden, index: int, image: Image
) -> Canonical | None:
    """The golden value that follows from the choice."""
    mapped = route.mapping.fields[index]
    spec = route.model.fields[mapped.index]
    if choice.value is not None:
        try:
            return spec.kind.parse(choice.value) if choice.value.strip() else None
        except KindProblem as problem:
            raise UserError(problem.code, **problem.params) from None
    if choice.take == HUB:
        return record.values[mapped.index]
    if choice.take != "system":
        raise UserError("E233", id=asked.id, kind=asked.kind.value)
    value = route.mapping.read_image(index, image)
    if isinstance(value, Reference) or not (value is None or isinstance(value, str | bool | list)):
        raise UserError("E233", id=asked.id, kind=asked.kind.value)
    return value


def _apply(
    tx: Transaction,
    absorber: Absorber,
    asked: Conflict,
    link: Link,
    record: Golden,
    index: int,
    image: Image,
    value: Canonical | None,
    by: str,
) -> None:
    route = absorber.route
    mapped = route.mapping.fields[index]
    spec = route.model.fields[mapped.index]
    if spec.required and value is None:
        raise UserError("E234", label=spec.label)
    if spec.unique and value is not None:
        holders = tx.by_field(route.model.name, spec.name, [key_text(spec.kind, value)])
        if any(one != record.id for ids in holders.values() for one in ids):
            raise UserError("E235", label=spec.label)
    cause: dict[str, Raw] = {"why": "decided", "system": HUB, "by": by, "conflict": asked.id}
    origin = Origin(HUB, "", "", absorber.report.run, absorber.started)
    edit_golden(absorber, record, {spec.name: value}, origin, cause)
    for name in (spec.name, STOPPED + spec.name):
        if link.holds.get(name) == asked.id:
            del link.holds[name]
    observed = route.mapping.read_image(index, image)
    same = (value is None or isinstance(value, str | bool | list)) and (
        observed is None or isinstance(observed, str | bool | list)
    )
    link.seen[index] = image
    agreed = same and spec.kind.equal(observed, value)  # type: ignore[arg-type]  # `same` says what they are
    link.sent[index] = value if agreed or mapped.flow is Flow.HUB_READS else UNKNOWN
    link.settled_rev = 0
    absorber.batch.links[link.id] = link
