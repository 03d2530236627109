"""Verify: read every system again, completely, and compare every mapped field with the golden records. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from synchub.engine.journal import raw_of
from synchub.engine.references import translate
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.throttling import told_to_wait
from synchub.engine.world import Route, World
from synchub.errors import ConnectorError, SynchubError
from synchub.mapping.compiled import Flow
from synchub.model.values import ABSENT, Observed, Raw, Unreadable
from synchub.store import Transaction
from synchub.store.rows import ASIDE, STOPPED, Golden, Link, LinkState


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one record that a system holds otherwise than the golden record.

    `why`: ``held`` (a conflict awaits a decision), ``waiting`` (a reference is not known yet), ``read_only`` (the hub may not write it),
    ``lossy`` (agreed, but stored with less), ``default`` (the system's own filling of a field nobody has set), ``untouched`` (a column
    the hub only writes and has nothing for), ``set_aside`` (the record was refused, or cannot be read), ``pending`` (the next sync will write or take it).
    """

    system: str
    object: str
    external_id: str
    title: str
    entity_id: str
    field: str
    golden: Raw
    observed: Raw
    why: str


@dataclass
class Verification:
    """`agreed` counts fields that are equal; records the systems hold that belong to no golden record are `unlinked`."""

    agreed: int = 0
    records: int = 0
    differences: list[Difference] = field(default_factory=list)
    unlinked: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    failures: dict[str, SynchubError] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Does everything agree, but for what is listed for people to decide?"""
        return not self.failures and not any(one.why == "pending" for one in self.differences)


def verify(world: World) -> Verification:
    """Compare everything."""
    with world.store.read() as tx:
        result = Verification(failures=told_to_wait(tx, world))
    for system, object in world.objects:
        if system in result.failures:
            continue
        try:
            _verify_object(world, system, object, result)
        except ConnectorError as error:
            result.failures[system] = error
    return result


def _verify_object(world: World, system: str, object: str, result: Verification) -> None:
    request = world.request(system, object)
    routes = world.routes_of(system, object)
    seen: dict[str, set[tuple[str, str]]] = {route.name: set() for route in routes}
    for page in world.connectors[system].pull(replace(request, cursor=None)):
        for route in routes:
            looks = [
                look
                for look in sightings(route.mapping, request.columns, page.records)
                if route.mapping.in_scope(look.values)
            ]
            seen[route.name].update(look.key for look in looks)
            with world.store.begin() as tx:
                _compare(tx, world, route, looks, result)
        world.progress("verify", system, object, sum(map(len, seen.values())))
    for route in routes:
        with world.store.begin() as tx:
            result.missing[system] += len(tx.all_external_ids(route.name) - seen[route.name])


def _compare(
    tx: Transaction, world: World, route: Route, looks: Sequence[Sighting], result: Verification
) -> None:
    links = tx.links(route.name, sorted({look.external_id for look in looks}))
    golden = tx.golden(route.model.name, sorted({link.entity_id for link in links.values()}))
    rows = [route.mapping.read(look.external_id, look.values) for look in looks]
    translation = translate(tx, world, route, rows)
    for look, observed in zip(looks, rows, strict=True):
        link = links.get(look.key)
        if link is None or link.entity_id not in golden or link.state is LinkState.RELEASED:
            result.unlinked[route.mapping.system] += 1
            continue
        waiting = translation.apply(route, observed)
        result.records += 1
        _compare_record(route, look, link, golden[link.entity_id], observed, waiting, result)


def _compare_record(
    route: Route,
    look: Sighting,
    link: Link,
    record: Golden,
    observed: Sequence[Observed],
    waiting: dict[str, str],
    result: Verification,
) -> None:
    title = record.values[route.model.position[route.model.title]]
    for index, mapped in enumerate(route.mapping.fields):
        value, golden = observed[index], record.values[mapped.index]
        kind = route.model.fields[mapped.index].kind
        usable = value is None or isinstance(value, str | bool | list)
        # a row that lacks a column the hub has nothing for; a reference that waits is absent, too, but says something
        nothing = value is ABSENT and golden is None and mapped.name not in waiting
        if nothing or (usable and kind.equal(value, golden)):  # type: ignore[arg-type]  # `usable` says what it is
            result.agreed += 1
            continue
        result.differences.append(
            Difference(
                route.mapping.system,
                route.mapping.object,
                look.external_id,
                str(title or ""),
                record.id,
                mapped.name,
                raw_of(golden),
                raw_of(value),
                _why(route, index, look, link, record, value, waiting),
            )
        )


def _why(
    route: Route,
    index: int,
    look: Sighting,
    link: Link,
    record: Golden,
    value: Observed,
    waiting: dict[str, str],
) -> str:
    mapped = route.mapping.fields[index]
    if ASIDE in link.holds:
        return "set_aside"
    if mapped.name in link.holds or STOPPED + mapped.name in link.holds or isinstance(value, Unreadable):
        return "held"
    if mapped.name in waiting or value is ABSENT or any(mapped.name in name for name in link.waiting):
        return "waiting"
    if link.state is not LinkState.LINKED:
        return "held"
    seen_now = route.mapping.image(look.values)[index]
    if mapped.ref is not None and mapped.ref.parent:
        return "read_only"  # no write can move a row to another record
    if mapped.flow is Flow.HUB_READS and link.seen[index] == seen_now:
        return "read_only"
    if link.sent[index] == record.values[mapped.index] and link.seen[index] == seen_now:
        if record.values[mapped.index] is not None:
            return "lossy"
        return "untouched" if mapped.flow is Flow.HUB_WRITES else "default"
    if link.settled_rev >= record.rev and link.seen[index] == seen_now:
        return "set_aside"
    return "pending"
