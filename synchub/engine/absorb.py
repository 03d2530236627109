"""Absorb what was seen: merge looks at linked records into golden records and agreements, a page in one transaction.

The same path serves a pulled page, the read before a write, the reply after it, and a record that has just been linked; so a record that did not
change costs one hash comparison wherever it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synchub.engine.batch import Batch
from synchub.engine.fitness import Reason, quarantined, reason, spoiled, taken_over
from synchub.engine.identity import joined_key, key_text
from synchub.engine.plan import nothing_to_say
from synchub.engine.record_merge import RecordMerge, Shown
from synchub.engine.references import translate
from synchub.engine.rehearsal import NEW
from synchub.engine.report import RunReport
from synchub.engine.safeguards import ALL_ON
from synchub.engine.sighting import Sighting
from synchub.engine.waiting_room import aside_key
from synchub.engine.world import Route, World
from synchub.model.entity import FieldSpec
from synchub.model.values import ABSENT, UNKNOWN, Canonical, Observed, Raw, Reference
from synchub.store import Transaction
from synchub.store.rows import (
    ASIDE,
    DELETED,
    OUTGOING,
    STOPPED,
    ConflictKind,
    Golden,
    LedgerRow,
    Link,
    LinkState,
    differing,
)

TWIN = "E207"
"""The conflict of a value that another golden record has, in a field where no two may have the same."""


class Absorber:
    """Merges looks of one route within one transaction."""

    def __init__(
        self,
        tx: Transaction,
        world: World,
        route: Route,
        report: RunReport,
        started: datetime,
        fields: frozenset[int] | None = None,
    ) -> None:
        """`fields`: the positions that these looks are about; whatever they show of others is not taken note of. None: all."""
        self.tx = tx
        self.fields = fields
        self.world = world
        self.route = route
        self.report = report
        self.started = started
        self.batch = Batch()
        self.arrivals: set[str] = set()
        """Keys and ids that others may have waited for."""
        self.merged: dict[str, str] = {}
        """Records that their system merged into another: id -> id."""
        self.aside: set[str] = set()
        """Quarantine keys of the records it had to set aside."""
        self.units = _units(world, route, fields)
        self.unit_of = {index: unit for unit in self.units for index in unit}
        self.quick = world.safeguards == ALL_ON
        """May a merge take its short ways? They know of no safeguard that is off."""

    def absorb(
        self, looks: Sequence[tuple[Link, Sighting]], fresh: Mapping[str, Golden] | None = None
    ) -> None:
        """Merge these looks; `fresh` are golden records that do not exist yet (blank, about to be created)."""
        if not looks:
            return
        fresh = fresh or {}
        ids = {link.entity_id for link, _ in looks} - fresh.keys()
        golden = {**self.tx.golden(self.route.model.name, sorted(ids), lock=True), **fresh}
        seen = [self.shown(link, sighting) for link, sighting in looks]
        rows = [one.observed for one in seen]
        translation = translate(self.tx, self.world, self.route, [*rows, *(one.base for one in seen)])
        owners = self._owners(looks, rows, golden)
        merges: list[tuple[RecordMerge, list[Canonical | None]]] = []
        for (link, sighting), shown in zip(looks, seen, strict=True):
            record = golden.get(link.entity_id)
            if record is None or record.merged_into is not None:
                continue
            waiting = translation.apply(self.route, shown.observed)
            translation.apply(self.route, shown.base)
            bad = spoiled(self.route, sighting.values, shown.observed)
            why = reason(self.route, *bad) if bad is not None else None
            if why is None and link.id not in self.batch.new_links:
                why = taken_over(self.route, link, sighting, shown.observed, shown.images, record)
            if why is not None:
                self._set_aside(link, sighting, record, why)
                continue
            before = list(record.values)
            link.holds.pop(ASIDE, None)
            one = RecordMerge(self, link, sighting, record, shown, owners.get(record.id))
            one.run()
            one.note_waiting(waiting)
            merges.append((one, before))
        self._keep_unique([one for one, _ in merges])
        for one, before in merges:
            self._finish(one, before, is_new=one.record.id in fresh)

    def _read(self, sighting: Sighting) -> list[Observed]:
        """What the look says of each field that it is about."""
        row = self.route.mapping.read(sighting.external_id, sighting.values)
        if self.fields is None:
            return row
        return [value if index in self.fields else ABSENT for index, value in enumerate(row)]

    def absorb_waiting(self, links: Sequence[Link], arrivals: set[str]) -> None:
        """Merge the one field of each link that waited for a reference which has now arrived."""
        golden = self.tx.golden(self.route.model.name, sorted({link.entity_id for link in links}), lock=True)
        asked = [
            (link, name, Reference(key))
            for link in links
            for name, key in link.waiting.items()
            if key in arrivals and not name.startswith(OUTGOING)
        ]
        width = len(self.route.mapping.fields)
        rows: list[list[Observed]] = []
        for _, name, reference in asked:
            row: list[Observed] = [ABSENT] * width
            row[self.route.position[name]] = reference
            rows.append(row)
        translation = translate(self.tx, self.world, self.route, rows)
        for (link, name, reference), row in zip(asked, rows, strict=True):
            index = self.route.position[name]
            if translation.apply(self.route, row) or link.entity_id not in golden:
                continue
            del link.waiting[name]
            images = list(link.seen)
            images[index] = None if self.route.mapping.fields[index].ref is None else reference.key
            look = Sighting(
                link.external_id or "", link.part, (), link.hash, link.modified, link.etag, link.fingerprint
            )
            shown = Shown(row, images, (), [ABSENT] * width)
            merger = RecordMerge(self, link, look, golden[link.entity_id], shown, None)
            before = list(merger.record.values)
            merger.merge_one((index,))
            self._keep_unique([merger])
            self._note_golden(merger.record, before, merger, is_new=False)
            if merger.changes:
                self.batch.ledger.append(self._ledger_row(merger, "update"))
        for link in links:
            record = golden.get(link.entity_id)
            if record is not None:
                link.settled_rev = 0 if self.unsettled(link, record) else record.rev
            self._keep(link)

    def _ledger_row(self, merger: RecordMerge, op: str) -> LedgerRow:
        return LedgerRow(
            self.report.run,
            self.started,
            "hub",
            self.route.model.name,
            merger.record.id,
            self.route.mapping.object,
            merger.sighting.external_id,
            op,
            merger.changes,
        )

    def shown(self, link: Link, sighting: Sighting) -> Shown:
        """What this look shows, beside what was last seen."""
        mapping = self.route.mapping
        images = mapping.image(sighting.values)
        edited = [*differing(link.seen, images)]
        base: list[Observed] = [ABSENT] * len(images)
        for index in edited if link.id not in self.batch.new_links else ():
            seen = link.seen[index]
            if seen is not UNKNOWN and images[index] is not ABSENT:
                base[index] = mapping.read_image(index, seen)
        return Shown(self._read(sighting), images, edited, base)

    def _owners(
        self,
        looks: Sequence[tuple[Link, Sighting]],
        rows: Sequence[Sequence[Observed]],
        golden: Mapping[str, Golden],
    ) -> Mapping[str, set[str]]:
        """Which systems hold a link, for records where somebody else would fill a blank owned field."""
        asked: set[str] = set()
        for (link, _), observed in zip(looks, rows, strict=True) if self.route.owned_elsewhere else ():
            record = golden.get(link.entity_id)
            if record is None:
                continue
            for index, place in self.route.owned_elsewhere:
                if record.values[place] is None and observed[index] is not None:
                    asked.add(record.id)
        if not asked:
            return {}
        links = self.tx.links_of(self.route.model.name, sorted(asked))
        return {
            golden_id: {
                one.system
                for one in links.get(golden_id, ())
                if one.state is LinkState.LINKED and not one.part
            }
            for golden_id in asked
        }

    def _set_aside(self, link: Link, sighting: Sighting, record: Golden, why: Reason) -> None:
        """A record that its mapping does not want to see half, or that may be another one: neither read nor written until it is well again."""
        row = quarantined(self.route, sighting, *why, self.report.run, self.started)
        if (
            link.state is not LinkState.LINKED
        ):  # something stands there again, so nothing is deleted elsewhere
            self.batch.back.add(link.id)
        self.batch.aside[row.external_id] = row
        self.aside.add(row.external_id)
        link.holds[ASIDE] = row.code
        link.hash = b""  # looked at whenever it is listed
        link.state = LinkState.LINKED
        link.settled_rev = record.rev
        self.report.add(self.route.mapping.system, self.route.mapping.object, "set_aside")
        self.world.touch("absorb.set_aside")
        self._keep(link)

    def _keep_unique(self, merges: Sequence[RecordMerge]) -> None:
        """Where no two golden records may have the same value, the one that comes second is held."""
        for spec in self.route.model.fields:
            index = self.route.position.get(spec.name) if spec.unique else None
            if index is None:
                continue
            offered = [one for one in merges if index in one.taken and one.value(index) is not None]
            if offered:
                self._hold_twins(index, spec, offered)

    def _hold_twins(self, index: int, spec: FieldSpec, offered: Sequence[RecordMerge]) -> None:
        keys = [key_text(spec.kind, value) for one in offered if (value := one.value(index)) is not None]
        holders = self.tx.by_field(self.route.model.name, spec.name, keys)
        twins: list[tuple[RecordMerge, str]] = []
        for one, key in zip(offered, keys, strict=True):
            ids = holders.setdefault(key, [one.record.id])
            if one.record.id not in ids:
                twins.append((one, ids[0]))
        titles = self.tx.field_values(
            self.route.model.name, self.route.model.title, [holder for _, holder in twins]
        )
        for one, holder in twins:
            self.world.touch("absorb.twin")
            title = str(titles.get(holder, holder))
            one.undo(index, ConflictKind.FIELD, TWIN, {"other": holder, "holder": title})

    def _finish(self, merger: RecordMerge, before: list[Canonical | None], *, is_new: bool) -> None:
        link, sighting, record = merger.link, merger.sighting, merger.record
        self._note_golden(record, before, merger, is_new=is_new)
        if link.state is not LinkState.LINKED or (record.state == DELETED and merger.changes):
            self.note_return(link, record)
        link.hash, link.modified = sighting.hash, sighting.modified
        link.etag, link.fingerprint = sighting.etag, sighting.fingerprint if merger.understood else ""
        link.state = LinkState.LINKED
        link.settled_rev = record.rev
        key = aside_key(sighting.external_id, sighting.part)
        if self.unsettled(link, record):
            link.settled_rev = 0
        else:
            self.batch.done.add(key)
        self._keep(link)
        if merger.changes:
            self.batch.ledger.append(self._ledger_row(merger, "create" if is_new else "update"))

    def note_return(self, link: Link, record: Golden) -> None:
        """A record that was gone is there again, or somebody works on one that was deleted: it lives."""
        self.batch.back.add(link.id)
        if record.state == DELETED:
            self._revive(record, link.system)

    def _revive(self, record: Golden, system: str) -> None:
        record.state = "live"
        self.batch.expected.setdefault(record.id, record.rev)
        record.rev = self.batch.expected[record.id] + 1
        self.batch.changed_golden[record.id] = record
        self.note_keys(record)
        cause: dict[str, Raw] = {"why": "revived", "system": system}
        changes: dict[str, dict[str, Raw]] = {"": {"before": DELETED, "after": "live", "cause": cause}}
        self.batch.ledger.append(
            LedgerRow(
                self.report.run,
                self.started,
                "hub",
                self.route.model.name,
                record.id,
                self.route.mapping.object,
                "",
                "revive",
                changes,
            )
        )
        self.world.touch("golden.revived")

    def _note_golden(
        self, record: Golden, before: list[Canonical | None], merger: RecordMerge, is_new: bool
    ) -> None:
        changed = is_new or before != record.values
        if is_new:
            self.batch.new_golden[record.id] = record
            self.arrivals.add(record.id)
        elif changed or merger.provenance_moved:
            self.batch.expected.setdefault(record.id, record.rev)
            self.batch.changed_golden[record.id] = record
        if changed and not is_new:
            record.rev = self.batch.expected[record.id] + 1
        if changed:
            self.note_keys(record, None if is_new else before)

    def note_keys(self, record: Golden, before: Sequence[Canonical | None] | None = None) -> None:
        """Keep the keys by which this golden record is looked up; all of them, or those that are not what they were `before`."""
        for name, places in self.world.key_places[self.route.model.name]:
            if before is not None and all(before[place] == record.values[place] for place, _ in places):
                continue
            text = joined_key(places, record.values)
            self.batch.key_changes[record.id, name] = text
            if text is not None and len(places) == 1:
                self.arrivals.add(text)

    def _keep(self, link: Link) -> None:
        (self.batch.new_links if link.id in self.batch.new_links else self.batch.links)[link.id] = link

    def add_link(self, link: Link) -> None:
        """A link that does not exist yet; its look is absorbed afterwards."""
        self.batch.new_links[link.id] = link
        self.note_arrival(link)

    def note_arrival(self, link: Link) -> None:
        """This record is known now, by both its names; whatever kept it from being created matters no more."""
        self.arrivals.add(link.entity_id)
        self.batch.done.add(NEW + link.entity_id)
        if not link.part and link.external_id is not None:
            self.arrivals.add(link.external_id)

    def unsettled(self, link: Link, record: Golden) -> bool:
        """Is there anything the hub would write?"""
        if ASIDE in link.holds:
            return False
        for index in differing(link.sent, self.route.in_order(record.values)):
            mapped = self.route.mapping.fields[index]
            if index not in self.route.outgoing or (
                mapped.name in link.holds
                or mapped.name in link.waiting
                or STOPPED + mapped.name in link.holds
            ):
                continue
            if not nothing_to_say(record.values[mapped.index], link.sent[index], link.seen[index]):
                return True
        return False

    def flush(self) -> None:
        """Write everything with set-based statements."""
        self.batch.write(self.tx, self.route, self.report.run)
        self.batch = Batch()


def _units(world: World, route: Route, fields: frozenset[int] | None = None) -> tuple[tuple[int, ...], ...]:
    """The fields that merge together, of these; without their safeguards all of them, or each by itself."""
    units = route.units
    if not world.safeguards.field_merge:
        units = (tuple(range(len(route.mapping.fields))),)
    elif not world.safeguards.groups:
        units = tuple((index,) for index in range(len(route.mapping.fields)))
    return units if fields is None else tuple(unit for unit in units if fields.intersection(unit))
