"""One look at one record, merged into its link and its golden record: the units in turn, then rules and what must be unique."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from synchub.engine.field_questions import FieldQuestions
from synchub.engine.journal import candidate_json, raw_of
from synchub.engine.merge import Look, Merged, Side, Verdict, merge
from synchub.engine.sighting import Sighting
from synchub.mapping.compiled import Flow, Image
from synchub.model.provenance import Candidate, Origin
from synchub.model.values import (
    ABSENT,
    CANONICAL,
    UNKNOWN,
    Absent,
    Canonical,
    Observed,
    Raw,
    Reference,
    Unknown,
    Unreadable,
)
from synchub.store.rows import OUTGOING, ConflictKind, Golden, Link, differing

if TYPE_CHECKING:
    from synchub.engine.absorb import Absorber

_UNUSABLE = frozenset({Absent, Unreadable})


class Was(msgspec.Struct, frozen=True, gc=False):
    """How a field stood before something was taken into it, and what else had been offered."""

    golden: Canonical | None
    seen: Image
    sent: Canonical | Unknown | None
    origin: Origin | None
    losers: Sequence[Candidate]


class Shown(msgspec.Struct, frozen=True, gc=False):
    """What a look shows of a linked record, by position in the mapping."""

    observed: list[Observed]
    images: list[Image]
    edited: Sequence[int]
    """Where the image is another one than was last seen."""
    base: list[Observed]
    """get(seen) there; ABSENT where there is nothing to compare."""


class RecordMerge:
    """One record: its units merged in place into `link` and `record`."""

    def __init__(
        self,
        absorber: Absorber,
        link: Link,
        sighting: Sighting,
        record: Golden,
        shown: Shown,
        owners: set[str] | None,
    ) -> None:
        self.absorber = absorber
        self.route = absorber.route
        self.link = link
        self.record = record
        self.sighting = sighting
        self.images = shown.images
        self.observed = shown.observed
        self.base = shown.base
        self.edited = shown.edited
        self.owners = owners
        self.changes: dict[str, dict[str, Raw]] = {}
        self.provenance_moved = False
        self.taken: dict[int, Was] = {}
        """By position."""
        self.safeguards = absorber.world.safeguards

    def run(self) -> None:
        """Merge every unit."""
        if self.absorber.quick:
            for unit in self._moved_units():
                if not (self._met_alike(unit) or self._simply_taken(unit)):
                    self._merge_unit(unit)
        else:
            for unit in self.absorber.units:
                if not self._untouched(unit):
                    self._merge_unit(unit)
        if self.taken:
            self._undo_rule_breakers()

    def _moved_units(self) -> Sequence[tuple[int, ...]]:
        """Where `_untouched` says no, asked of all fields at once."""
        link, position, unit_of = self.link, self.route.position, self.absorber.unit_of
        moved = {
            *self.edited,
            *differing(link.sent, self.route.in_order(self.record.values)),
        }
        moved.update(position[name] for name in link.holds if name in position)
        return sorted({unit_of[index] for index in moved if index in unit_of})

    def _met_alike(self, unit: tuple[int, ...]) -> bool:
        """The everyday first contact, without asking `merge`: both sides have had the same all along."""
        link, values, places = self.link, self.record.values, self.route.places
        for index in unit:
            if (
                link.seen[index] is not UNKNOWN
                or link.sent[index] is not UNKNOWN
                or self.observed[index] != values[places[index]]
                or (link.holds and self.route.mapping.fields[index].name in link.holds)
            ):
                return False
        for index in unit:
            link.seen[index], link.sent[index] = self.images[index], values[places[index]]
        self.absorber.world.touch("merge.agree")
        return True

    def _simply_taken(self, unit: tuple[int, ...]) -> bool:
        """The everyday edit, without asking `merge`: only this system moved a field that merges by itself, from one value to another."""
        plain = self.route.plain_fields.get(unit)
        if plain is None:
            return False
        name, place, kind = plain
        index, link, record = unit[0], self.link, self.record
        value, base = self.observed[index], self.base[index]
        golden, sent = record.values[place], link.sent[index]
        if (
            not isinstance(value, CANONICAL)
            or not isinstance(base, CANONICAL)
            or sent != golden
            or name in link.holds
        ):
            return False
        if kind.equal(value, base) or (golden != base and kind.equal(value, golden)):
            return False
        before = record.provenance.get(name)
        self.taken[index] = Was(golden, link.seen[index], sent, before, ())
        origin, cause = self._edit
        link.seen[index], link.sent[index] = self.images[index], value
        record.values[place] = value
        if before != origin:
            record.provenance[name] = origin
            self.provenance_moved = True
        self.changes[name] = {"before": golden, "after": value, "cause": cause}  # type: ignore[dict-item]  # every canonical value is raw
        self.absorber.world.touch("merge.take")
        return True

    @cached_property
    def _edit(self) -> tuple[Origin, dict[str, Raw]]:
        """Where the values of this look come from, for provenance and for the ledger; all its fields share them."""
        mapping, report = self.route.mapping, self.absorber.report
        origin = Origin(mapping.system, mapping.object, self.sighting.external_id, report.run, self._at)
        return origin, self._cause(Verdict.TAKE)

    @property
    def _at(self) -> datetime:
        return self.sighting.modified or self.absorber.started

    def note_waiting(self, waiting: Mapping[str, str]) -> None:
        """Incoming references that are not known yet; outgoing ones stay as they are.

        A reference that both sides left as it was says nothing new, whoever it is.
        """
        position, mapping = self.route.position, self.route.mapping
        incoming = {
            name: key
            for name, key in waiting.items()
            if self.link.seen[position[name]] != self.images[position[name]]
        }
        fields = self.absorber.fields
        kept = {
            name: key
            for name, key in self.link.waiting.items()
            if name.startswith(OUTGOING) or (fields is not None and position.get(name) not in fields)
        }
        self.link.waiting = {**kept, **incoming}
        self.absorber.report.add(mapping.system, mapping.object, "waiting", len(incoming))

    @property
    def understood(self) -> bool:
        """Could every value be used, or is at least known to stay as it is? Else the record is read again even if a thin listing shows no change."""
        if _UNUSABLE.isdisjoint(map(type, self.observed)):
            return True
        fields = self.absorber.fields
        row = [
            (value, field)
            for index, (value, field) in enumerate(zip(self.observed, self.route.mapping.fields, strict=True))
            if fields is None or index in fields
        ]
        masked = {
            column
            for column, value in zip(self.route.mapping.row_columns, self.sighting.values, strict=False)
            if isinstance(value, Unreadable)
        }
        return not any(
            value is ABSENT or (isinstance(value, Unreadable) and masked.isdisjoint(field.columns))
            for value, field in row
        )

    def value(self, index: int) -> Canonical | None:
        """The golden value of a mapped field, as it is now."""
        return self.record.values[self.route.mapping.fields[index].index]

    def merge_one(self, unit: tuple[int, ...]) -> None:
        """Merge a single unit: the field of a reference that has arrived."""
        self._merge_unit(unit)
        if self.taken:
            self._undo_rule_breakers()

    def _untouched(self, unit: tuple[int, ...]) -> bool:
        """The quick path: image, agreement and golden value all as they were."""
        if not self.safeguards.agreement_pair:
            return False
        link, fields = self.link, self.route.mapping.fields
        for index in unit:
            seen = link.seen[index]
            if seen != self.images[index] or seen is UNKNOWN:
                return False
            mapped = fields[index]
            if link.sent[index] != self.record.values[mapped.index] or mapped.name in link.holds:
                return False
        return True

    def _side(self, index: int) -> Side:
        mapped = self.route.mapping.fields[index]
        observed = self.observed[index]
        assert not isinstance(observed, Reference)
        if not self.safeguards.absent_is_not_null and isinstance(observed, Absent | Unreadable):
            observed = None
        seen: Image = self.link.seen[index]
        base: object = self.base[index]
        if seen is UNKNOWN:
            base = UNKNOWN
        elif seen == self.images[index]:
            base = observed
        if not self.safeguards.agreement_pair:
            base = self.link.sent[index]
        assert not isinstance(base, Reference)
        return Side(
            self.route.model.fields[mapped.index],
            mapped.flow is not Flow.HUB_WRITES,
            self.images[index],
            observed,
            seen,
            base,  # type: ignore[arg-type]  # narrowed by the lines above
            self.link.sent[index],
            self.record.values[mapped.index],
            self.record.provenance.get(mapped.name),
            mapped.flow is Flow.HUB_READS
            and self.link.settled_rev >= self.record.rev
            and mapped.name not in self.link.holds  # what a person is asked about is no later edit
            and mapped.name not in self.link.waiting,
            mapped.name in self.link.holds and self._questions.is_asked(mapped),
        )

    @cached_property
    def _questions(self) -> FieldQuestions:
        return FieldQuestions(self.absorber, self.link, self.sighting)

    def _look(self, *, owner_linked: bool) -> Look:
        return Look(
            self.route.mapping.system,
            self.route.mapping.object,
            self.sighting.external_id,
            self.absorber.report.run,
            self._at,
            owner_linked,
            self.safeguards.give_back,
        )

    def _merge_unit(self, unit: tuple[int, ...]) -> None:
        sides = [self._side(index) for index in unit]
        owner = sides[0].spec.owner
        look = self._look(owner_linked=self.owners is None or owner in self.owners)
        merged = merge(sides, look)
        self.absorber.world.touch(f"merge.{merged.verdict.value}")
        self._record_verdict(unit, sides, merged)
        for place, index in enumerate(unit):
            self._apply(index, sides[place], merged, place)

    def _apply(self, index: int, side: Side, merged: Merged, place: int) -> None:
        mapped = self.route.mapping.fields[index]
        new = merged.golden[place]
        self.link.seen[index] = merged.seen[place]
        self.link.sent[index] = merged.sent[place]
        origin = merged.origins[place]
        if origin is not None and origin != side.origin:
            self.record.provenance[mapped.name] = origin
            self.provenance_moved = True
        if merged.verdict in {Verdict.TAKE, Verdict.WON} or new != side.golden:
            self.record.values[mapped.index] = new
            self.taken[index] = Was(side.golden, side.seen, side.sent, side.origin, merged.losers)
            self.changes[mapped.name] = {
                "before": raw_of(side.golden),
                "after": raw_of(new),
                "cause": self._cause(merged.verdict, merged.losers),
            }
        elif merged.verdict is Verdict.LOST:
            self.changes[mapped.name] = {
                "before": raw_of(side.golden),
                "after": raw_of(new),
                "cause": self._cause(merged.verdict, merged.losers),
            }
        elif merged.verdict is Verdict.REFUSED and not isinstance(side.observed, Unreadable):
            why: Raw = "owner" if side.spec.owner not in {None, self.route.mapping.system} else "hub_writes"
            cause = {
                **self._cause(merged.verdict, merged.losers),
                "why": why,
                "value": raw_of(side.observed),
                "owner": side.spec.owner,
            }
            self.changes[mapped.name] = {
                "before": raw_of(side.golden),
                "after": raw_of(new),
                "cause": cause,
            }

    def _cause(self, verdict: Verdict, losers: Sequence[Candidate] = ()) -> dict[str, Raw]:
        why = "conflict" if verdict in {Verdict.WON, Verdict.LOST} else "edit"
        cause: dict[str, Raw] = {
            "why": why,
            "system": self.route.mapping.system,
            "object": self.route.mapping.object,
            "record": self.sighting.external_id,
            "at": self._at.isoformat(),
        }
        if losers:
            cause["verdict"] = verdict.value
            cause["losers"] = [candidate_json(one) for one in losers]
        return cause

    def _record_verdict(self, unit: tuple[int, ...], sides: Sequence[Side], merged: Merged) -> None:
        """Counts, and conflicts opened or closed."""
        names = [self.route.mapping.fields[index].name for index in unit]
        system, object = self.route.mapping.system, self.route.mapping.object
        report = self.absorber.report
        if merged.verdict in {Verdict.WON, Verdict.LOST}:
            report.add(system, object, "conflicts_settled")
        if merged.verdict is Verdict.REFUSED:
            report.add(system, object, "refused")
        if merged.hold is None:
            for name in names:
                held = self.link.holds.pop(name, None)
                if held is not None:
                    self.absorber.batch.closed.add(held)
            return
        for name, side in zip(names, sides, strict=True):
            self._questions.hold(name, side, merged.hold, merged.losers)
        report.ask(system, object, self.link.holds[names[0]])

    def _undo_rule_breakers(self) -> None:
        """A value that breaks a rule under review is not taken: its field is held, the rest of the record flows."""
        mapping = self.route.mapping
        for rule in self.route.model.broken_rules(self.record.values):
            if rule.on_fail == "warn":
                self.absorber.report.add(mapping.system, mapping.object, "warned")
                continue
            culprits = [i for i in self.taken if mapping.fields[i].name in rule.fields]
            position = self.route.model.position
            beside: dict[str, Raw] = {
                name: raw_of(self.record.values[position[name]])
                for name in rule.fields
                if name not in {mapping.fields[i].name for i in culprits}
            }
            for index in culprits:
                why: dict[str, Raw] = {"rule": rule.name, "check": rule.check, "beside": beside}
                self.undo(index, ConflictKind.RULE, "E205", why)

    def undo(self, index: int, kind: ConflictKind, code: str, why: Mapping[str, Raw]) -> None:
        """Give back what was taken into a field, and into those that merge together with it, and hold them."""
        for each in self.absorber.unit_of[index]:
            if each in self.taken:
                self._undo(each, kind, code, why)

    def _undo(self, index: int, kind: ConflictKind, code: str, why: Mapping[str, Raw]) -> None:
        was = self.taken.pop(index)
        mapped = self.route.mapping.fields[index]
        self.record.values[mapped.index] = was.golden
        self.link.seen[index], self.link.sent[index] = was.seen, was.sent
        if was.origin is None:
            self.record.provenance.pop(mapped.name)
        else:
            self.record.provenance[mapped.name] = was.origin
        self.changes.pop(mapped.name, None)
        about = self._questions.about(
            was.golden, raw_of(self.observed[index]), self.images[index], was.losers
        )
        self._questions.ask(mapped.name, kind, code, about, why)
        self.absorber.report.ask(
            self.route.mapping.system, self.route.mapping.object, self.link.holds[mapped.name]
        )
