"""Back-fill: after an edit of a mapping file, only the fields that it changed are read again, of every record, in a listing of their own.

The other fields keep their agreements and are not looked at: an edit of theirs that is on its way comes with the ordinary pull, which goes on from
where it stood. So such a look moves neither the record's hash nor its version and fingerprint, which speak of the whole record.

The cursor's scope tells under which mapping versions it stands. It moves to the new ones when every record has been filled, in the transaction
of the last step; until then each run goes on behind the last page committed. An edit meanwhile begins anew, with whatever any record lacks.

What an edit does to the frame of a mapping (which records it sees, how it tells them apart), and whatever is not known well enough, reads
everything as ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from synchub.engine.absorb import Absorber
from synchub.engine.identity import derived_id
from synchub.engine.looks import is_older, park, remap, take_records
from synchub.engine.rejects import set_aside
from synchub.engine.report import RunReport
from synchub.engine.sighting import Sighting, sightings
from synchub.engine.waiting_room import waiting_rows
from synchub.engine.world import Route, World
from synchub.errors import ProtocolError, RejectedError
from synchub.mapping.compiled import MappedField
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT
from synchub.sdk import Page, PullRequest, TimeGrain
from synchub.store import Transaction
from synchub.store.rows import ASIDE, CursorRow, Link, LinkState

_LOT = 500
"""So many links are brought along in one transaction."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What an edit left open in one object."""

    scope: str
    """Under which mappings it is to be filled."""
    fields: Mapping[str, frozenset[str]]
    """Edited mapping -> its fields that begin anew, with those that merge together with them; none where nothing need be read."""
    resume: str | None = None


def pull_scope(request: PullRequest, routes: Sequence[Route]) -> str:
    """Fingerprint of what is asked, and the mapping versions that ask for it."""
    versions = {route.name: route.mapping.version for route in routes}
    asked = derived_id("scope", *request.columns, *versions.values())
    return asked + json.dumps(versions, ensure_ascii=False, sort_keys=True)


def stands_under(row: CursorRow, scope: str) -> bool:
    """Is this what the cursor was moved under? An older synchub wrote no versions."""
    return row.scope in {scope, scope.partition("{")[0]}


def fact_of(system: str, object: str) -> str:
    """Under which name the hub remembers that it is filling a gap."""
    return f"backfill {system}/{object}"


def fill_gap(
    world: World,
    routes: Sequence[Route],
    row: CursorRow,
    begun: Mapping[str, object] | None,
    report: RunReport,
    started: datetime,
    *,
    whole: bool,
) -> set[str]:
    """Bring every record of an object along with edited mappings; returns keys and ids that others may have waited for.

    `begun` is what an earlier run has noted. Leaves the object to a whole reading where only that will do, or where it is due anyway (`whole`).
    """
    filler = Filler(world, routes, report, started)
    with world.store.read() as tx:
        gap = None if whole else filler.gap(tx, row, begun)
    if gap is None or not filler.fill(gap):
        filler.give_up()
    return filler.arrivals


class Filler:
    """Fills the gap of one object."""

    def __init__(self, world: World, routes: Sequence[Route], report: RunReport, started: datetime) -> None:
        self.world = world
        self.routes = routes
        self.report = report
        self.started = started
        self.place = (routes[0].mapping.system, routes[0].mapping.object)
        self.whole = world.request(*self.place)
        self.scope = pull_scope(self.whole, routes)
        self.fact = fact_of(*self.place)
        self.arrivals: set[str] = set()

    def gap(self, tx: Transaction, row: CursorRow, begun: Mapping[str, object] | None) -> Gap | None:
        """What is to be filled; None where everything must be read."""
        before = _versions(row.scope)
        finest = self.world.connectors[self.place[0]].capabilities.modified_since
        if row.cursor is None or not row.complete or finest is TimeGrain.NONE:
            return None  # the ordinary pull reads everything
        if before.keys() != {route.name for route in self.routes}:
            return None
        fields: dict[str, frozenset[str]] = {}
        for route in self.routes:
            versions = {before[route.name], *tx.link_versions(route.name)} - {route.mapping.version}
            names = _begun_anew(tx, route, versions)
            if names is None or tx.count_unlinked(route.name) > _linked(tx, route):
                return None
            if versions:
                fields[route.name] = names
        gap = Gap(self.scope, fields)
        if any(fields.values()) and not self._narrow(gap).columns:
            return None
        if begun is not None and begun["scope"] == self.scope:
            # what a record lacks may have become less since, never more
            told = {name: frozenset(found) for name, found in begun["fields"].items()}  # type: ignore[attr-defined]  # as `_note` wrote it
            return Gap(self.scope, {**fields, **told}, begun["resume"])  # type: ignore[arg-type]  # as above
        return gap

    def fill(self, gap: Gap) -> bool:
        """False where the question was refused, or answered with nothing: then everything must be asked."""
        if any(gap.fields.values()) and not self._read(gap):
            return False
        for route in self._edited(gap):
            if gap.fields[route.name]:
                self._read_the_rest(route)
            else:
                self._bring_along(route)
            self._read_waiting(route)
        with self.world.store.begin() as tx:
            row = tx.cursor(*self.place)
            assert row is not None
            # a pull that was interrupted under the old mappings begins again from where it began
            tx.put_cursor(replace(row, scope=self.scope, resume=None))
            tx.set_fact(self.fact, None)
        self.world.touch("backfill.done")
        return True

    def give_up(self) -> None:
        """Everything is read in place of this, also where the edit was taken back half way."""
        with self.world.store.read() as tx:
            if tx.fact(self.fact) is None:
                return
        with self.world.store.begin() as tx:
            row = tx.cursor(*self.place)
            assert row is not None
            tx.put_cursor(replace(row, scope=""))
            tx.set_fact(self.fact, None)

    def _edited(self, gap: Gap) -> list[Route]:
        return [route for route in self.routes if route.name in gap.fields]

    def _narrow(self, gap: Gap) -> PullRequest:
        """The question: the columns of these fields, and those by which a mapping tells whether a record concerns it."""
        asked: set[str] = set()
        for route in self._edited(gap):
            names, mapping = gap.fields[route.name], route.mapping
            if names and mapping.each:
                asked.add(mapping.each)
            elif names:
                asked.update(
                    *(one.columns for one in mapping.fields if one.name in names), mapping.scope_columns
                )
        columns = tuple(one for one in self.whole.columns if one in asked)
        return replace(self.whole, columns=columns, resume=gap.resume)

    def _read(self, gap: Gap) -> bool:
        """Page by page; a page and the place behind it are committed together."""
        request, listed = self._narrow(gap), gap.resume is not None
        pages = self.world.connectors[self.place[0]].pull(request)
        try:
            page = next(pages, None)
        except (ProtocolError, RejectedError):
            return False  # a column may be gone: the ordinary pull knows what to do then
        while page is not None:
            listed = listed or bool(page.records)
            self._take_page(gap, request, page)
            page = next(pages, None)
        return listed

    def _take_page(self, gap: Gap, request: PullRequest, page: Page) -> None:
        records = [_widened(request, self.whole, one) for one in page.records if not one.deleted]
        strangers = self._read_whole(self._strangers(gap, records))
        with self.world.store.begin() as tx:
            for route in self._edited(gap):
                if gap.fields[route.name]:
                    self._fill_fields(tx, route, gap.fields[route.name], records)
                    self._take_whole(tx, route, strangers)
                    set_aside(tx, route, page.rejected, self.report, self.started)
            told = {name: sorted(names) for name, names in gap.fields.items()}
            tx.set_fact(self.fact, {"scope": self.scope, "fields": told, "resume": page.resume})
        self.report.add(*self.place, "pulled", len(records))
        self.world.progress("pull", *self.place, len(records))
        self.world.touch("backfill.page")

    def _strangers(self, gap: Gap, records: Sequence[RawRecord]) -> set[str]:
        """Records that these few fields say too little about: those in no agreement, set aside, or coming back."""
        found: set[str] = set()
        with self.world.store.read() as tx:
            for route in self._edited(gap):
                if gap.fields[route.name]:
                    looks = _inside(route, self.whole.columns, records)
                    links = tx.links(route.name, sorted({look.external_id for look in looks}))
                    found.update(
                        look.external_id for look in looks if _needs_whole(links.get(look.key), route)
                    )
        return found

    def _fill_fields(
        self, tx: Transaction, route: Route, names: frozenset[str], records: Sequence[RawRecord]
    ) -> None:
        positions = frozenset(route.position[name] for name in names)
        absorber = Absorber(tx, self.world, route, self.report, self.started, positions)
        looks = _inside(route, self.whole.columns, records)
        links = tx.links(route.name, sorted({look.external_id for look in looks}))
        doubtful: list[tuple[Link, Sighting]] = []
        taken: list[tuple[Link, Sighting]] = []
        for look in looks:
            link = links.get(look.key)
            if link is None or link.state is not LinkState.LINKED or ASIDE in link.holds:
                continue
            if link.version == route.mapping.version and _agrees(route, link, look, positions):
                continue
            if self.world.safeguards.stale_check and is_older(link, look):
                doubtful.append((link, look))
                continue
            part = msgspec.structs.replace(look, hash=b"", etag=link.etag, fingerprint=link.fingerprint)
            taken.append((remap(tx, link, route, self.report.run), part))
        park(absorber, doubtful)
        absorber.absorb(taken)
        absorber.flush()
        self.arrivals |= absorber.arrivals
        self.report.add(*self.place, "backfilled", len(taken))

    def _read_the_rest(self, route: Route) -> None:
        """Records that the listing did not bring, by id; those that are not there at all are a matter of the next sweep."""
        after = ""
        while True:
            with self.world.store.read() as tx:
                links = tx.links_behind(route.name, route.mapping.version, after, _LOT)
                parked = {one.link_id for one in tx.suspects(route.name)} if links else set()
            if not links:
                return
            after = links[-1].id
            records = self._read_whole({one.external_id or "" for one in links if one.id not in parked})
            if records:
                with self.world.store.begin() as tx:
                    self._take_whole(tx, route, records)

    def _read_waiting(self, route: Route) -> None:
        """Rows that wait are in the columns of the mapping that they were seen through: they are read anew, by id (seed 4248)."""
        version = route.mapping.version
        with self.world.store.read() as tx:
            behind = (
                row
                for chunk in waiting_rows(tx, route, keyless=True)
                for row in chunk
                if row.version != version
            )
            ids = sorted({row.external_id for row in behind})
        for start in range(0, len(ids), _LOT):
            records = self._read_whole(set(ids[start : start + _LOT]))
            with self.world.store.begin() as tx:
                self._take_whole(tx, route, records)

    def _bring_along(self, route: Route) -> None:
        """Nothing need be read: the agreements move to the new order of fields, and what is to be written is judged anew."""
        after = ""
        while True:
            with self.world.store.begin() as tx:
                links = tx.links_behind(route.name, route.mapping.version, after, _LOT)
                if not links:
                    return
                golden = tx.golden(route.model.name, sorted({one.entity_id for one in links}), lock=True)
                absorber = Absorber(tx, self.world, route, self.report, self.started)
                for link in links:
                    remap(tx, link, route, self.report.run)
                    record = golden.get(link.entity_id)
                    if record is not None:
                        link.settled_rev = 0 if absorber.unsettled(link, record) else record.rev
                tx.update_links(links)
                after = links[-1].id

    def _read_whole(self, ids: set[str]) -> list[RawRecord]:
        connector = self.world.connectors[self.place[0]]
        size, asked = max(1, connector.capabilities.read_batch), sorted(ids)
        found = [
            record
            for start in range(0, len(asked), size)
            for record in connector.fetch(self.whole, asked[start : start + size])
            if not record.deleted
        ]
        self.report.add(*self.place, "fetched", len(found))
        return found

    def _take_whole(self, tx: Transaction, route: Route, records: Sequence[RawRecord]) -> None:
        if records:
            absorber = Absorber(tx, self.world, route, self.report, self.started)
            take_records(absorber, self.whole.columns, records)
            self.arrivals |= absorber.arrivals


def _versions(scope: str) -> Mapping[str, str]:
    """The mapping versions a cursor stands under; none where columns were missing, or it was written by an older synchub."""
    try:
        found = json.loads(scope[scope.index("{") :])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _begun_anew(tx: Transaction, route: Route, versions: set[str]) -> frozenset[str] | None:
    """Fields that mean something else than under any of these versions; None where more than fields was edited."""
    names: set[str] = set()
    for version in versions:
        old = tx.mapping_version(version)
        if old is None or not old.frame or old.frame != route.mapping.frame:
            return None
        hashes = dict(old.fields)
        names |= {one.name for one in route.mapping.fields if hashes.get(one.name) != one.hash}
    groups = {group for name in names if (group := route.model[name].group) is not None}

    def follows(one: MappedField) -> bool:
        return one.name in names or route.model[one.name].group in groups

    return frozenset(one.name for one in route.mapping.fields if follows(one))


def _linked(tx: Transaction, route: Route) -> int:
    return tx.links_by_state(route.name).get(LinkState.LINKED.value, 0)


def _needs_whole(link: Link | None, route: Route) -> bool:
    if link is None:
        return True
    if link.state is LinkState.RELEASED:
        return False
    behind = link.version != route.mapping.version
    return link.state is not LinkState.LINKED or (ASIDE in link.holds and behind)


def _agrees(route: Route, link: Link, look: Sighting, positions: frozenset[int]) -> bool:
    """Is this what the record was seen to hold in these fields already?"""
    images = route.mapping.image(look.values)
    return all(link.seen[index] == images[index] for index in positions)


def _inside(route: Route, columns: Sequence[str], records: Sequence[RawRecord]) -> list[Sighting]:
    """The last look at each part that this mapping is concerned with."""
    looks = {look.key: look for look in sightings(route.mapping, columns, records)}
    return [look for look in looks.values() if route.mapping.in_scope(look.values)]


def _widened(request: PullRequest, whole: PullRequest, record: RawRecord) -> RawRecord:
    """The record in the columns of a whole one; nothing is known of those that were not asked for."""
    asked = dict(zip(request.columns, record.values, strict=True))
    return record._replace(values=tuple(asked.get(one, ABSENT) for one in whole.columns))
