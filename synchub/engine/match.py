"""Match: which golden record an unknown record belongs to. Deterministic keys in declared order, exactly one hit on each side, never a guess.

Rows wait in `unlinked`. A row whose hub column names a golden record goes there. Else the first rule whose key hits decides: one
golden record, wanted by one row, with no other record in this system, and no stronger rule speaking against it. Everything else is a conflict of
kind match. A row that no rule hits becomes what the mapping's `on_new` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.fitness import image_of, quarantined, unfitness
from synchub.engine.identity import derived_id, key_name, match_key
from synchub.engine.references import translate
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, of_unlinked
from synchub.engine.waiting_room import Key, aside_key, forget, question
from synchub.engine.world import Route, World
from synchub.mapping.compiled import OnNew
from synchub.model.values import UNKNOWN, Observed, Raw
from synchub.store import Transaction
from synchub.store.rows import Conflict, ConflictKind, Golden, Link, LinkState, Quarantined, Unlinked

CHUNK = 2000


@dataclass(slots=True)
class _Row:
    """An unlinked row while it is being matched."""

    unlinked: Unlinked
    observed: dict[str, Observed]
    keys: dict[int, str]
    waiting: bool = False

    @property
    def key(self) -> Key:
        return self.unlinked.external_id, self.unlinked.part


@dataclass(slots=True)
class _Decisions:
    link: dict[Key, str] = field(default_factory=dict)
    review: dict[Key, tuple[str, dict[str, Raw]]] = field(default_factory=dict)
    create: list[Key] = field(default_factory=list)


def match_route(world: World, route: Route, report: RunReport, started: datetime) -> set[str]:
    """Match all waiting rows of one mapping; returns keys and ids that others may have waited for."""
    with world.store.begin() as tx:
        rows = _load(tx, world, route)
        if not rows:
            return set()
        unfit = _set_aside_unfit(tx, world, route, rows, report, started)
        rows = [row for row in rows if row.key not in unfit]
        tx.put_unlinked([replace(row.unlinked, keys=sorted(row.keys.items())) for row in rows])
        decisions = _decide(tx, world, route, rows)
        _review(tx, route, rows, decisions, report, started)
        return _link(tx, world, route, rows, decisions, report, started)


def _load(tx: Transaction, world: World, route: Route) -> list[_Row]:
    rows: list[_Row] = []
    after: Key = ("", "")
    while chunk := tx.unlinked(route.name, CHUNK, after):
        after = (chunk[-1].external_id, chunk[-1].part)
        # what was seen through an older mapping is in its columns; the listing that follows an edit brings it anew
        usable = [row for row in chunk if not row.provisional and row.version == route.mapping.version]
        observed = [route.mapping.read(row.external_id, row.values) for row in usable]  # type: ignore[arg-type]  # never UNKNOWN
        translation = translate(tx, world, route, observed)
        for row, values in zip(usable, observed, strict=True):
            waiting = translation.apply(route, values)
            named = {one.name: value for one, value in zip(route.mapping.fields, values, strict=True)}
            keys = {
                number: text
                for number, names in enumerate(route.mapping.match)
                if (text := match_key(route.model, names, named)) is not None
            }
            rows.append(_Row(row, named, keys, waiting=bool(waiting)))
    return rows


def _set_aside_unfit(
    tx: Transaction, world: World, route: Route, rows: Sequence[_Row], report: RunReport, started: datetime
) -> set[Key]:
    """Rows that could never become a record are set aside with the reason; who was and is fit again is released."""
    unfit: list[Quarantined] = []
    keys: set[Key] = set()
    for row in rows:
        why = unfitness(route, row.unlinked.values, row.observed)
        if why is not None:
            keys.add(row.key)
            unfit.append(quarantined(route, of_unlinked(row.unlinked), *why, report.run, started))
    if unfit:
        tx.quarantine(unfit)
        forget(tx, route, keys, report.run)
        report.add(route.mapping.system, route.mapping.object, "set_aside", len(unfit))
        world.touch("match.unfit")
    tx.release(route.name, [aside_key(*row.key) for row in rows if row.key not in keys], "pull")
    return keys


def _decide(tx: Transaction, world: World, route: Route, rows: Sequence[_Row]) -> _Decisions:
    decisions = _Decisions()
    open_rows = {row.key: row for row in rows}
    _by_hub_column(tx, route, open_rows, decisions)
    for number, names in enumerate(route.mapping.match):
        for hit in tx.match(route.name, route.model.name, number, key_name(names)):
            row = open_rows.get((hit.external_id, hit.part))
            if row is None or row.key in decisions.link or row.key in decisions.review or not hit.golden_ids:
                continue
            detail: dict[str, Raw] = {
                "rule": key_name(names),
                "golden": list(hit.golden_ids),
                "rows": hit.rows_with_key,
            }
            if len(hit.golden_ids) > 1:
                decisions.review[row.key] = ("E211", detail)
            elif hit.rows_with_key > 1:
                decisions.review[row.key] = ("E212", detail)
            elif hit.golden_linked and not hit.wanted_link:
                decisions.review[row.key] = ("E213", detail)
            else:
                decisions.link[row.key] = hit.golden_ids[0]
    _drop_contradictions(tx, route, open_rows, decisions)
    _one_row_each(decisions)
    _decide_new(world, route, open_rows, decisions)
    return decisions


def _by_hub_column(tx: Transaction, route: Route, rows: Mapping[Key, _Row], decisions: _Decisions) -> None:
    """A record that carries a golden id was created by the hub, or linked to it before."""
    named = {
        row.key: row.unlinked.hub_id for row in rows.values() if row.unlinked.hub_id and not row.unlinked.part
    }
    if not named:
        return
    known = tx.golden(route.model.name, sorted(set(named.values())))
    taken = tx.links_of(route.model.name, sorted(known))
    for key, golden_id in named.items():
        held = any(
            link.mapping == route.name and link.state in {LinkState.LINKED, LinkState.OUT_OF_SCOPE}
            for link in taken.get(golden_id, ())
        )
        if golden_id in known and not held:
            decisions.link[key] = golden_id


def _drop_contradictions(
    tx: Transaction, route: Route, rows: Mapping[Key, _Row], decisions: _Decisions
) -> None:
    """Matched by a weaker rule while a stronger one says otherwise (same name, different tax id): a person decides."""
    golden = tx.golden(route.model.name, sorted(set(decisions.link.values())))
    for key, golden_id in list(decisions.link.items()):
        row, record = rows[key], golden.get(golden_id)
        if record is None or row.unlinked.hub_id == golden_id:
            continue
        values: dict[str, Observed] = {
            spec.name: value for spec, value in zip(route.model.fields, record.values, strict=True)
        }
        for number, names in enumerate(route.mapping.match):
            theirs, ours = row.keys.get(number), match_key(route.model, names, values)
            if theirs == ours and theirs is not None:
                break
            if theirs is not None and ours is not None:
                del decisions.link[key]
                decisions.review[key] = ("E214", {"rule": key_name(names), "golden": [golden_id]})
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


def _decide_new(world: World, route: Route, rows: Mapping[Key, _Row], decisions: _Decisions) -> None:
    """Rows that nobody knows: new records, unless two of them claim to be the same."""
    left = [row for row in rows.values() if row.key not in decisions.link and row.key not in decisions.review]
    sharing: defaultdict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in left:
        for item in row.keys.items():
            sharing[item].append(row)
    for (number, _), twins in sharing.items():
        if len(twins) > 1:
            detail: dict[str, Raw] = {
                "rule": key_name(route.mapping.match[number]),
                "golden": [],
                "rows": len(twins),
                "records": [twin.unlinked.title or twin.unlinked.external_id for twin in twins],
            }
            for twin in twins:
                decisions.review.setdefault(twin.key, ("E215", detail))
    for row in left:
        if row.key in decisions.review:
            continue
        if route.mapping.on_new is OnNew.CREATE:
            if row.waiting and _needs_reference(route, row):
                continue
            decisions.create.append(row.key)
        elif route.mapping.on_new is OnNew.REVIEW:
            decisions.review[row.key] = ("E216", {"rule": "", "golden": []})
    world.touch("match.decided")


def _needs_reference(route: Route, row: _Row) -> bool:
    """A row whose match rules need a reference that is not known yet waits, or it would be created twice."""
    return any(
        number not in row.keys and any(route.mapping.fields[route.position[name]].ref for name in names)
        for number, names in enumerate(route.mapping.match)
    )


def _review(
    tx: Transaction,
    route: Route,
    rows: Sequence[_Row],
    decisions: _Decisions,
    report: RunReport,
    started: datetime,
) -> None:
    by_key = {row.key: row for row in rows}
    conflicts = []
    for key, (code, detail) in decisions.review.items():
        row = by_key[key]
        report.decide(route.name, key, "review", code)
        conflicts.append(
            Conflict(
                question(route, key),
                ConflictKind.MATCH,
                report.run,
                started,
                route.model.name,
                "",
                route.name,
                route.mapping.system,
                row.unlinked.external_id,
                row.unlinked.part,
                "",
                code,
                {
                    **detail,
                    "title": row.unlinked.title,
                    "image": image_of(route, of_unlinked(row.unlinked).values),
                },
            )
        )
    asked = {(one.external_id, one.part) for one in _asked(tx, route)} if rows else set()
    settled = [row.key for row in rows if row.key in asked and row.key not in decisions.review]
    tx.close_conflicts([question(route, key) for key in settled], "settled", report.run)
    tx.open_conflicts(conflicts)


def _asked(tx: Transaction, route: Route) -> list[Conflict]:
    """The open questions whose record a row of this mapping is."""
    found = tx.conflicts(kind=ConflictKind.MATCH, system=route.mapping.system, entity=route.model.name)
    return [one for one in found if one.mapping == route.name]


def _link(
    tx: Transaction,
    world: World,
    route: Route,
    rows: Sequence[_Row],
    decisions: _Decisions,
    report: RunReport,
    started: datetime,
) -> set[str]:
    """Link what matched, found golden records for what is new, and merge every look."""
    by_key = {row.key: row for row in rows}
    absorber = Absorber(tx, world, route, report, started)
    free = _free_links(tx, route, decisions)
    founded = _fresh_ids(tx, world, route, decisions.create)
    for key, golden_id in decisions.link.items():
        report.decide(route.name, key, "link", golden_id)
    for key, golden_id in founded.items():
        report.decide(route.name, key, "create", golden_id)
    system, object = route.mapping.system, route.mapping.object
    report.add(system, object, "linked", len(decisions.link))
    report.add(system, object, "created_in_hub", len(founded))
    whose = [*decisions.link.items(), *founded.items()]
    width = len(route.model.fields)
    for start in range(0, len(whose), CHUNK):
        some = whose[start : start + CHUNK]
        fresh = {id: Golden(id, 1, [None] * width, {}) for key, id in some if key in founded}
        absorber.absorb(
            [_start_link(absorber, route, by_key[key], id, free.get(id)) for key, id in some], fresh
        )
        absorber.flush()
        world.progress("match", system, object, start + len(some))
    tx.drop_unlinked(route.name, [*decisions.link, *decisions.create])
    return absorber.arrivals


def _free_links(tx: Transaction, route: Route, decisions: _Decisions) -> dict[str, Link]:
    """Links without a record: it was still to be created here and turned up by itself, or it vanished and has a successor."""
    links = tx.links_of(route.model.name, sorted(set(decisions.link.values())))
    return {
        golden_id: link
        for golden_id, found in links.items()
        for link in found
        if link.mapping == route.name and link.state in {LinkState.WANTED, LinkState.MISSING}
    }


def _fresh_ids(tx: Transaction, world: World, route: Route, keys: Sequence[Key]) -> dict[Key, str]:
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
    absorber: Absorber, route: Route, row: _Row, golden_id: str, free: Link | None
) -> tuple[Link, Sighting]:
    sighting = of_unlinked(row.unlinked)
    link = new_link(route, golden_id, sighting.external_id, sighting.part, LinkState.LINKED)
    if free is None:
        absorber.add_link(link)
    else:
        # the same link, and nothing agreed yet: what was agreed with a record that is gone says nothing of this one
        link = replace(link, id=free.id)
        absorber.batch.closed.update(free.holds.values())
        absorber.note_arrival(link)
    return link, sighting


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
