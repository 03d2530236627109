"""What must hold whatever happens: the invariants of the design (I1, I2, …), asked of a town whose history has been played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from synchub.engine.report import Cell, RunReport
from synchub.engine.world import Route
from synchub.mapping.compiled import Flow
from synchub.model.values import ABSENT, UNKNOWN, Absent, Canonical, Observed, Reference, Unreadable
from synchub.store import Transaction, tables
from synchub.store.rows import Golden, LedgerRow, Link, LinkState
from tests.synchub.engine.histories import COLUMNS, Town, Typed


class BrokenError(AssertionError):
    """An invariant does not hold."""


def require(condition: object, what: str) -> None:
    if not condition:
        raise BrokenError(what)


# -- after every sync ------------------------------------------------------------------------------


def check_after_sync(town: Town) -> None:
    """What must hold at any moment, faults or not."""
    with town.lab.store.begin() as tx:
        links = every_link(tx)
        check_base_honesty(town, tx, links)
        check_links(town, links)
    check_minimality(town)


def every_link(tx: Transaction) -> list[Link]:
    ids = [row[0] for row in tx._execute(select(tables.link.c.id))]
    return list(tx.links_by_id(ids).values())


def check_base_honesty(town: Town, tx: Transaction, links: Iterable[Link]) -> None:
    """I7: `seen` was once held by the system, `sent` was once golden."""
    routes = {route.name: route for route in town.lab.world.routes}
    goldens: dict[tuple[str, str], list[Canonical | None]] = defaultdict(lambda: [None])
    for row in tx._ledger("place = 'hub' ORDER BY id"):
        for name, change in row.changes.items():
            goldens[row.entity_id, name] += [change.get("before"), change.get("after")]  # type: ignore[list-item]
    for link in links:
        route = routes[link.mapping]
        for index, mapped in enumerate(route.mapping.fields):
            seen, sent = link.seen[index], link.sent[index]
            if mapped.columns and seen is not UNKNOWN and seen is not ABSENT and link.external_id:
                key = (link.system, link.object, link.external_id, link.part, mapped.columns[0])
                held = [None, *town.held.get(key, ())]
                require(
                    seen in held,
                    f"I7: {link.mapping} {link.external_id} {mapped.name} never was {seen!r}, only {held}",
                )
            require(
                sent is UNKNOWN or sent in goldens[link.entity_id, mapped.name],
                f"I7: {link.entity_id} {mapped.name} never was {sent!r}",
            )


def check_links(town: Town, links: Iterable[Link]) -> None:
    """I6: at most one live link each way."""
    pairs = [(link.mapping, link.entity_id) for link in links if link.state is not LinkState.MISSING]
    require(len(pairs) == len(set(pairs)), f"I6: a golden record is linked twice: {sorted(pairs)}")


def check_minimality(town: Town) -> None:
    """I8: the hub writes mapped columns only, in the direction allowed, and leaves rows it has no business with as they are."""
    allowed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for route in town.lab.world.routes:
        mapping = route.mapping
        columns = {c for index in route.outgoing for c in mapping.fields[index].columns}
        allowed[mapping.system, mapping.object] |= {mapping.each} if mapping.each else columns
        allowed[mapping.system, mapping.object] |= {mapping.hub_column, *mapping.on_create}
    for name, system in town.lab.systems.items():
        for one in system.written():
            if not one.column:
                require(
                    town.history.deletes, f"I14: the hub deleted {name} {one.id}, and no mapping permits it"
                )
                continue
            require(
                one.column in allowed[name, one.object], f"I8: the hub wrote {one.column} of {name} {one.id}"
            )
            if isinstance(one.after, list) and isinstance(one.before, list):
                _check_rows(one.before, one.after)


def _check_rows(before: list[Any], after: list[Any]) -> None:
    old = {row["id"]: row for row in before}
    new = {row["id"]: row for row in after if row.get("id")}
    require(old.keys() <= new.keys(), f"I8: rows were lost: {before} -> {after}")
    for id, row in new.items():
        changed = {name for name in {**old[id], **row} if old[id].get(name) != row.get(name)}
        require(changed <= {"person", "mobile"}, f"I8: columns {changed} of a row were written")


# -- rehearsals ------------------------------------------------------------------------------------


def state(town: Town) -> tuple[object, ...]:
    with town.lab.store.begin() as tx:
        return (tx.digest(), *(len(system.log) for system in town.lab.systems.values()))


def check_rehearsal_is_pure(town: Town) -> RunReport:
    """I17: a plan changes nothing, anywhere."""
    before = state(town)
    report = town.plan()
    require(state(town) == before, "I17: a rehearsal left traces")
    return report


def check_plan_is_kept(town: Town, planned: RunReport, done: RunReport) -> None:
    """I16: the sync wrote the cells of the plan, and its report says what was written."""
    with town.lab.store.begin() as tx:
        made = {(link.system, f"new:{link.entity_id}"): link.external_id for link in every_link(tx)}

    def plain(cell: Cell) -> tuple[str, ...]:
        place = made.get((cell.system, cell.external_id), cell.external_id)
        after = cell.after
        if isinstance(after, list):
            after = [{k: v for k, v in row.items() if k != "id"} for row in after if isinstance(row, dict)]
        elif isinstance(after, str):
            after = made.get((cell.system, after), after)
        return (cell.system, cell.object, str(place), cell.column, repr(after))

    expected, found = sorted(map(plain, planned.cells)), sorted(map(plain, done.cells))
    require(
        expected == found,
        f"I16: only planned {[c for c in expected if c not in found]}, only written {[c for c in found if c not in expected]}",
    )


# -- at rest ---------------------------------------------------------------------------------------


def drain(town: Town) -> None:
    """Faults and edits have ended: let the hub settle, then ask everything."""
    town.calm()
    town.sync()
    for _ in range(2):
        planned = check_rehearsal_is_pure(town)
        report = town.sync(tick=0)
        assert report is not None
        check_plan_is_kept(town, planned, report)
        town.lab.clock.tick(60)
    check_quiet(town)
    check_converged(town)
    check_edits(town)
    check_nobody_is_lost(town)
    check_deletions(town)


def check_quiet(town: Town) -> None:
    """I2, I3: another sync at the same moment writes nothing and changes nothing."""
    town.sync(tick=0)
    before = state(town)
    report = town.sync(tick=0)
    assert report is not None
    require(report.writes == 0 and not report.cells, f"I2: written again: {report.cells}")
    with town.lab.store.begin() as tx:
        aside = tx.quarantined()  # looks at these are counted
    if not aside:
        require(state(town) == before, "I3: a sync with nothing to do changed the state")


def check_deletions(town: Town) -> None:
    """I14: what the hub deleted belonged to golden records that were deleted then, because their CRM record was; nothing came back by itself."""
    with town.lab.store.begin() as tx:
        dead = {row.entity_id for row in tx._ledger("place = 'hub' AND op = 'delete' ORDER BY id")}
        removed = tx._ledger("op = 'delete' AND place <> 'hub' ORDER BY id")
    gone = {id for system, object, id in town.ever_deleted if (system, object) == ("crm", "Account")}
    require(not dead or gone, "I14: a golden record was deleted, and nobody had deleted anything")
    for row in removed:
        require(
            row.entity_id in dead, f"I14: {row.place} {row.external_id} was deleted without its golden record"
        )
        require(row.place in {"erp", "sheet"}, f"I14: {row.place} does not permit deletes")


def check_converged(town: Town) -> None:
    """I1: every mapped field agrees, or somebody is asked to decide."""
    result = town.lab.verify()
    pending = [one for one in result.differences if one.why == "pending"]
    require(not pending, f"I1: {pending}")
    lossy = {system for system, _ in town.history.losses}
    # what stood in a column the hub only writes, before the hub had anything to write there, is left alone
    odd = [
        one
        for one in result.differences
        if one.why == "lossy"
        and one.system not in lossy
        and (one.field, one.golden) != ("credit_limit", None)
    ]
    require(not odd, f"I1: called lossy: {odd}")


def check_nobody_is_lost(town: Town) -> None:
    """Every record there is linked, or waits with a reason; and what the hub created it knows again (I6)."""
    with town.lab.store.begin() as tx:
        asked = {(c.mapping, c.external_id, c.part) for c in tx.conflicts()}
        aside = {(q.mapping, q.external_id) for q in tx.quarantined()}
        for route in town.lab.world.routes:
            _check_records(town, tx, route, asked, aside)


def _check_records(
    town: Town, tx: Transaction, route: Route, asked: set[tuple[str, str, str]], aside: set[tuple[str, str]]
) -> None:
    system = town.lab.systems[route.mapping.system]
    live = system.live(route.mapping.object)
    there = {(id, part) for id in live for part in _parts(town, route, id)}
    links = tx.links(route.name, [id for id, _ in there])
    waiting = {(row.external_id, row.part) for row in tx.unlinked(route.name, 10_000)}
    require(waiting <= there, f"rows wait that are not there any more: {route.name} {waiting - there}")
    ours = {(one.id) for one in system.written() if one.column in {"HubId", "编号"}}
    for id, part in sorted(there):
        link = links.get((id, part))
        name = f"{route.name} {id} {part}"
        if link is not None:
            require(link.state is LinkState.LINKED, f"{name} is there, and its link is {link.state}")
            continue
        question = (route.name, id, part) in asked
        require(
            question or part or id not in ours, f"I6: {name} was created by the hub and belongs to nobody"
        )
        known = question or {(route.name, id), (route.name, f"{id}#{part}")} & aside
        require(
            known or (((id, part) in waiting and part) or route.name == "crm-contact"), f"{name} is forgotten"
        )
    dangling = {c for c in asked if c[0] == route.name and c[1] and (c[1], c[2]) not in there}
    gone = {c for c in dangling if (c[1], c[2]) not in _known(tx, route, c)}
    require(not gone, f"questions about records that are gone: {gone}")


def _known(tx: Transaction, route: Route, conflict: tuple[str, str, str]) -> set[tuple[str, str]]:
    return set(tx.links(route.name, [conflict[1]]))


def _parts(town: Town, route: Route, id: str) -> set[str]:
    if not route.mapping.each:
        return {""}
    rows = town.lab.systems[route.mapping.system][route.mapping.object, id].get(route.mapping.each)
    return {str(row["id"]) for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()


# -- I4 --------------------------------------------------------------------------------------------


def check_edits(town: Town) -> None:
    """I4, I5: what people typed is golden, or written down as beaten, refused or held; undisputed edits are golden."""
    with town.lab.store.begin() as tx:
        edits: dict[tuple[str, str], list[tuple[Typed, Link, Observed]]] = defaultdict(list)
        for typed in town.typed:
            link = tx.links(typed.route.name, [typed.external_id]).get((typed.external_id, typed.part))
            if link is not None:
                value = _translated(tx, typed)
                edits[link.entity_id, typed.field].append((typed, link, value))
        for (golden_id, name), found in edits.items():
            entity = found[0][0].route.model.name
            golden = tx.golden(entity, [golden_id])[golden_id]
            trace = Trace(town, tx, entity, golden, name)
            for typed, link, value in found:
                if isinstance(value, Unreadable | Absent) or not typed.observed or _hub_only(typed):
                    continue
                if link.state is not LinkState.LINKED:
                    continue
                require(
                    trace.knows(typed, link, value),
                    f"I4: {typed.route.name} {typed.external_id} {typed.part} {name} was set to {value!r}, and nobody knows",
                )
            _check_last(trace, sorted(found, key=lambda one: one[0].number))


def _hub_only(typed: Typed) -> bool:
    """What stood in a column the hub only writes is no edit of anything."""
    return typed.route.mapping.fields[typed.route.position[typed.field]].flow is Flow.HUB_WRITES


def _translated(tx: Transaction, typed: Typed) -> Observed:
    """A reference typed by a person, as a golden id."""
    if not isinstance(typed.value, Reference):
        return typed.value
    ref = next(one.ref for one in typed.route.mapping.fields if one.name == typed.field)
    assert ref is not None
    found = tx.translate(typed.route.mapping.system, ref.entity, [typed.value.key])
    return found.get(typed.value.key, ABSENT)


class Trace:
    """What the hub has written down about one field of one golden record."""

    def __init__(self, town: Town, tx: Transaction, entity: str, golden: Golden, name: str) -> None:
        self.town = town
        self.model = town.lab.entities[entity]
        self.golden = golden
        self.name = name
        self.kind = self.model[name].kind
        self.value = golden.values[self.model.position[name]]
        self.ledger: list[LedgerRow] = tx.ledger(entity, golden.id, name, 1000)
        conflicts = tx._execute(select(tables.conflict).where(tables.conflict.c.entity_id == golden.id))
        self.conflicts = [row for row in conflicts if row.field == name]

    def knows(self, typed: Typed, link: Link, value: Observed) -> bool:
        return any(self.same(one, value) for one in self._told(typed, link))

    def same(self, one: object, value: Observed) -> bool:
        if one is None or value is None:
            return one is value
        return isinstance(one, str) and isinstance(value, str) and self.kind.equal(one, value)

    def _told(self, typed: Typed, link: Link) -> Iterator[object]:
        yield self.value
        index = typed.route.position[self.name]
        for row in self.ledger:
            yield from _told_by_change(row, self.name, typed)
        for one in self.conflicts:
            yield one.detail.get("observed")
            yield from (candidate["value"] for candidate in one.detail.get("candidates", ()))
        base = typed.route.mapping.read_image(index, link.seen[index])
        if self.name in link.holds or link.seen[index] is not UNKNOWN:
            yield base  # typed, and typed back before anybody looked: no edit


def _told_by_change(row: LedgerRow, name: str, typed: Typed) -> Iterator[object]:
    change: Mapping[str, Any] = row.changes[name]
    if row.place == "hub":
        cause = change["cause"]
        yield change["after"]
        yield cause.get("value")
        yield from (loser["value"] for loser in cause.get("losers", ()))
    elif row.external_id == typed.external_id:
        # what stood there when the hub wrote was known to it
        yield typed.route.mapping.read_image(typed.route.position[name], change["before"])


def _check_last(trace: Trace, edits: list[tuple[Typed, Link, Observed]]) -> None:
    """The last edit that nobody contested is the golden value."""
    typed, link, value = edits[-1]
    spec, route = trace.model[trace.name], typed.route
    mapped = route.mapping.fields[route.position[trace.name]]
    contested = any(
        other.epoch == typed.epoch and other.route.mapping.system != route.mapping.system
        for other, _, _ in edits[:-1]
    )
    free = (
        not contested
        and not trace.conflicts
        and typed.observed
        and link.state is LinkState.LINKED
        and spec.owner in {None, route.mapping.system}
        and spec.group is None
        and mapped.flow is Flow.BOTH
        and not isinstance(value, Unreadable | Absent)
        and not (spec.required and value is None)
        and typed.epoch > 0
    )
    if free and not _typed_back(edits):
        require(
            trace.same(trace.value, value),
            f"I4: {route.name} {typed.external_id} {typed.part} {trace.name} was last set to {value!r}, undisputed,"
            f" and is {trace.value!r}",
        )


def _typed_back(edits: list[tuple[Typed, Link, Observed]]) -> bool:
    """Changed and changed back between two looks is invisible: the system's value is what was agreed before.

    What could not be read counts as no look.
    """
    typed = edits[-1][0]
    before = [(one, value) for one, _, value in edits[:-1] if one.route.name == typed.route.name]
    return any(one.epoch == typed.epoch or isinstance(value, Unreadable) for one, value in before)


assert COLUMNS  # the columns of histories are what check_minimality is about
