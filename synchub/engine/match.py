"""Match: which golden record an unknown record belongs to. Deterministic keys in declared order, exactly one hit on each side, never a guess.

Rows wait in `unlinked`. A row whose hub column names a golden record goes there. Else the first rule whose key hits decides: one
golden record, wanted by one row, with no other record in this system, and no stronger rule speaking against it. Everything else is a conflict of
kind match. A row that no rule hits becomes what the mapping's `on_new` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.arrivals import awaited
from synchub.engine.founding import found_at_once
from synchub.engine.identity import derived_id, joined_key, key_name
from synchub.engine.match_keys import give_keys, set_aside_unfit, takes_part
from synchub.engine.match_questions import Doubt, ask
from synchub.engine.report import RunReport
from synchub.engine.settle import confirm_one
from synchub.engine.sighting import Sighting, of_unlinked
from synchub.engine.waiting_room import Key, pages, rows_of, waiting_rows
from synchub.engine.world import Route, World
from synchub.mapping.compiled import OnNew
from synchub.model.values import UNKNOWN, Raw
from synchub.sdk import Op
from synchub.store import Transaction
from synchub.store.rows import Golden, Link, LinkState, Unlinked


@dataclass(slots=True)
class _Crowd:
    """What a match must remember of the rows that wait. Of most rows nothing, since a first load may hold a million."""

    fit: int = 0
    """Rows that take part."""
    outside: set[Key] = field(default_factory=set)
    """Rows that take no part: without identity yet, or seen through an older mapping."""
    named: dict[Key, str] = field(default_factory=dict)
    """What hub columns say."""
    bound: set[Key] = field(default_factory=set)
    """Rows whose match rules need a reference that is not known yet: they wait, or they would be created twice."""


@dataclass(slots=True)
class _Decisions:
    link: dict[Key, str] = field(default_factory=dict)
    weaker: list[Key] = field(default_factory=list)
    """Those of them that were not matched by the strongest rule, so that one may speak against it."""
    review: dict[Key, Doubt] = field(default_factory=dict)


def match_route(world: World, route: Route, report: RunReport, started: datetime) -> set[str]:
    """Match all waiting rows of one mapping; returns keys and ids that others may have waited for."""
    with world.store.begin() as tx:
        crowd = _prepare(tx, world, route, report, started)
        if not crowd.fit:
            return set()
        decisions = _decide(tx, world, route, crowd)
        ask(tx, route, crowd.outside, decisions.review, report, started)
        return _link(tx, world, route, crowd, decisions, report, started)


def _prepare(tx: Transaction, world: World, route: Route, report: RunReport, started: datetime) -> _Crowd:
    """Give their match keys to the rows that have none yet, and look who takes part.

    Most have got them when they were read; a row that refers to others gets them here, since who they are may be known only now.
    """
    crowd = _Crowd()
    for chunk in waiting_rows(tx, route, keyless=True):
        # what was seen through an older mapping is in its columns; what is read after an edit brings it anew
        usable = [row for row in chunk if takes_part(route, row)]
        crowd.outside.update((row.external_id, row.part) for row in chunk if not takes_part(route, row))
        keyed = give_keys(tx, world, route, usable, report, started)
        tx.put_keys(route.name, {(row.external_id, row.part): row.keys for row in keyed.rows})
        crowd.bound |= keyed.bound
    crowd.fit = tx.count_unlinked(route.name) - len(crowd.outside)
    crowd.named = {key: id for key, id in tx.named_unlinked(route.name).items() if key not in crowd.outside}
    return crowd


def _decide(tx: Transaction, world: World, route: Route, crowd: _Crowd) -> _Decisions:
    decisions = _Decisions()
    _by_hub_column(tx, route, crowd.named, decisions)
    for number, names in enumerate(route.mapping.match):
        for hit in tx.match(route.name, route.model.name, number, key_name(names)):
            key = (hit.external_id, hit.part)
            if key in crowd.outside or key in decisions.link or key in decisions.review or not hit.golden_ids:
                continue
            detail: dict[str, Raw] = {
                "rule": key_name(names),
                "golden": list(hit.golden_ids),
                "rows": hit.rows_with_key,
            }
            if len(hit.golden_ids) > 1:
                decisions.review[key] = ("E211", detail)
            elif hit.rows_with_key > 1:
                decisions.review[key] = ("E212", detail)
            elif hit.golden_linked and not hit.wanted_link:
                decisions.review[key] = ("E213", detail)
            else:
                decisions.link[key] = hit.golden_ids[0]
                if number > 0:
                    decisions.weaker.append(key)
    _drop_contradictions(tx, route, crowd, decisions)
    _one_row_each(decisions)
    _decide_new(tx, route, crowd, decisions)
    world.touch("match.decided")
    return decisions


def _by_hub_column(tx: Transaction, route: Route, named: Mapping[Key, str], decisions: _Decisions) -> None:
    """A record that carries a golden id was created by the hub, or linked to it before."""
    for some in pages(named):
        known = tx.golden(route.model.name, sorted({named[key] for key in some}))
        taken = tx.links_of(route.model.name, sorted(known))
        for key in some:
            held = any(
                link.mapping == route.name and link.state in {LinkState.LINKED, LinkState.OUT_OF_SCOPE}
                for link in taken.get(named[key], ())
            )
            if named[key] in known and not held:
                decisions.link[key] = named[key]


def _drop_contradictions(tx: Transaction, route: Route, crowd: _Crowd, decisions: _Decisions) -> None:
    """Matched by a weaker rule while a stronger one says otherwise (same name, different tax id): a person decides."""
    for some in pages(decisions.weaker):
        golden = tx.golden(route.model.name, sorted({decisions.link[key] for key in some}))
        keys = tx.row_keys(route.name, sorted({external_id for external_id, _ in some}))
        for key in some:
            golden_id = decisions.link[key]
            record = golden.get(golden_id)
            if record is None or crowd.named.get(key) == golden_id:
                continue
            held = dict(keys.get(key, ()))
            for number, places in enumerate(route.golden_match_places):
                theirs, ours = held.get(number), joined_key(places, record.values)
                if theirs == ours and theirs is not None:
                    break
                if theirs is not None and ours is not None:
                    del decisions.link[key]
                    rule = key_name(route.mapping.match[number])
                    decisions.review[key] = ("E214", {"rule": rule, "golden": [golden_id]})
                    break


def _one_row_each(decisions: _Decisions) -> None:
    """Two rows that reach one golden record by different rules: neither is certain."""
    by_golden: defaultdict[str, list[Key]] = defaultdict(list)
    for key, golden_id in decisions.link.items():
        by_golden[golden_id].append(key)
    for golden_id, keys in by_golden.items():
        if len(keys) > 1:
            for key in keys:
                del decisions.link[key]
                decisions.review[key] = ("E212", {"rule": "", "golden": [golden_id], "rows": len(keys)})


def _decide_new(tx: Transaction, route: Route, crowd: _Crowd, decisions: _Decisions) -> None:
    """Rows that nobody knows: new records, unless two of them claim to be the same."""

    def is_left(key: Key) -> bool:
        return key not in decisions.link and key not in decisions.review and key not in crowd.outside

    shared: list[tuple[Key, int, list[Key]]] = []
    for number in range(len(route.mapping.match)):
        for _, rows in tx.duplicate_unlinked(route.name, number):
            twins = [key for key in rows if is_left(key)]
            if len(twins) > 1:
                shared.append((twins[0], number, twins))
    titles = _titles(tx, route, [twin for _, _, twins in shared for twin in twins])
    for _, number, twins in sorted(shared):
        detail: dict[str, Raw] = {
            "rule": key_name(route.mapping.match[number]),
            "golden": [],
            "rows": len(twins),
            "records": [titles[twin] for twin in twins],
        }
        for twin in twins:
            decisions.review.setdefault(twin, ("E215", detail))
    if route.mapping.on_new is OnNew.REVIEW:
        for chunk in waiting_rows(tx, route):
            for row in chunk:
                if is_left((row.external_id, row.part)):
                    decisions.review[row.external_id, row.part] = ("E216", {"rule": "", "golden": []})


def _titles(tx: Transaction, route: Route, keys: Sequence[Key]) -> dict[Key, str]:
    rows = tx.unlinked_of(route.name, sorted({key[0] for key in keys})) if keys else []
    return {(row.external_id, row.part): row.title or row.external_id for row in rows}


def _link(
    tx: Transaction,
    world: World,
    route: Route,
    crowd: _Crowd,
    decisions: _Decisions,
    report: RunReport,
    started: datetime,
) -> set[str]:
    """Link what matched, found golden records for what is new, and merge every look."""
    absorber, arrivals = Absorber(tx, world, route, report, started), set[str]()
    place = (route.mapping.system, route.mapping.object)
    for some in pages(decisions.link):
        free = _free_links(tx, route, {decisions.link[key] for key in some})
        looks = [
            _start_link(absorber, route, row, golden_id, free.get(golden_id))
            for row in rows_of(tx, route, some)
            for golden_id in (decisions.link[row.external_id, row.part],)
        ]
        _note_created(absorber, looks)
        for key in some:
            report.decided.note(route.name, key, "link", decisions.link[key])
        report.add(*place, "linked", len(looks))
        _take_in(absorber, looks, {}, some)
        arrivals |= awaited(absorber)
    if route.mapping.on_new is not OnNew.CREATE:
        return arrivals
    done = len(decisions.link)
    for chunk in waiting_rows(tx, route):
        new = {
            key: row
            for row in chunk
            if (key := (row.external_id, row.part)) not in decisions.review
            and key not in crowd.bound
            and key not in crowd.outside
        }
        done += _found(absorber, new)
        arrivals |= awaited(absorber)
        world.progress("match", *place, done)
    return arrivals


def _found(absorber: Absorber, rows: dict[Key, Unlinked]) -> int:
    """Found golden records for what is new; how many."""
    tx, world, route, report = absorber.tx, absorber.world, absorber.route, absorber.report
    observed = {key: route.mapping.read(row.external_id, row.values) for key, row in rows.items()}  # type: ignore[arg-type]  # never UNKNOWN
    # a field may have become required since the row was given its keys
    for key in set_aside_unfit(
        tx, world, route, list(rows.values()), list(observed.values()), report, absorber.started
    ):
        del rows[key]
    if not rows:
        return 0
    ids = fresh_ids(tx, world, route, list(rows))
    for key, id in ids.items():
        report.decided.note(route.name, key, "create", id)
    report.add(route.mapping.system, route.mapping.object, "created_in_hub", len(ids))
    like = new_link(route, "", None, "", LinkState.LINKED)
    founded = found_at_once(absorber, rows, {key: observed[key] for key in rows}, ids, like)
    tx.drop_unlinked(route.name, founded)
    left = {key: row for key, row in rows.items() if key not in founded}
    width = len(route.model.fields)
    fresh = {ids[key]: Golden.blank(ids[key], width) for key in left}
    looks = [_start_link(absorber, route, row, ids[key], None) for key, row in left.items()]
    _take_in(absorber, looks, fresh, left)
    return len(ids)


def _take_in(
    absorber: Absorber,
    looks: Sequence[tuple[Link, Sighting]],
    fresh: Mapping[str, Golden],
    rows: Collection[Key],
) -> None:
    absorber.absorb(looks, fresh)
    absorber.flush()
    absorber.tx.drop_unlinked(absorber.route.name, rows)


def _free_links(tx: Transaction, route: Route, golden_ids: Collection[str]) -> dict[str, Link]:
    """Links without a record: it was still to be created here and turned up by itself, or it vanished and has a successor."""
    return {link.entity_id: link for link in tx.links_without_record(route.name, sorted(golden_ids))}


def fresh_ids(tx: Transaction, world: World, route: Route, keys: Sequence[Key]) -> dict[Key, str]:
    """Golden ids derived from the founding records; never one that was used before."""
    ids = {key: derived_id("golden", world.hub, route.name, *key, "0") for key in keys}
    number = 0
    while used := tx.golden(route.model.name, sorted(ids.values())):
        number += 1
        for key, golden_id in ids.items():
            if golden_id in used:
                ids[key] = derived_id("golden", world.hub, route.name, *key, str(number))
    return ids


def _start_link(
    absorber: Absorber, route: Route, row: Unlinked, golden_id: str, free: Link | None
) -> tuple[Link, Sighting]:
    sighting = of_unlinked(row)
    link = new_link(route, golden_id, sighting.external_id, sighting.part, LinkState.LINKED)
    if free is None:
        absorber.add_link(link)
    else:
        # the same link, and nothing agreed yet: what was agreed with a record that is gone says nothing of this one
        link = replace(link, id=free.id)
        absorber.batch.closed.update(free.holds.values())
        absorber.batch.back.add(free.id)
        absorber.note_arrival(link)
    return link, sighting


def _note_created(absorber: Absorber, looks: Sequence[tuple[Link, Sighting]]) -> None:
    """What we created without hearing of it, and a listing shows before any search finds it: it holds what we sent, or what became of that."""
    tx, route = absorber.tx, absorber.route
    creates = {one.link_id: one for one in tx.open_intents(route.mapping.system) if one.op == Op.CREATE.value}
    mine = [(link, look, creates[link.id]) for link, look in looks if link.id in creates]
    golden = tx.golden(route.model.name, sorted({link.entity_id for link, _, _ in mine})) if mine else {}
    for link, look, intent in mine:
        confirm_one(tx, absorber.world, route, link, intent, look, golden)


def new_link(route: Route, golden_id: str, external_id: str | None, part: str, state: LinkState) -> Link:
    """A link without any agreement yet."""
    mapping = route.mapping
    return Link(
        derived_id("link", mapping.name, golden_id),
        mapping.name,
        mapping.system,
        mapping.object,
        external_id,
        part,
        mapping.entity.name,
        golden_id,
        state,
        mapping.version,
        [UNKNOWN] * len(mapping.fields),
        [UNKNOWN] * len(mapping.fields),
    )
