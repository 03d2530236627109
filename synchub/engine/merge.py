"""The merge: what one look at a record means for the golden record, for the agreement, and for what must be written.

Pure: no I/O, no clock. A *side* is one field as one system shows it, beside its agreement and the golden value. A *unit* is what
merges together: one field, or the fields of a group. The verdicts are the rows of the merge table in docs/sync.md, and the test of this module
is that table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from synchub.engine.policies import Resolution, resolve
from synchub.model.entity import FieldSpec
from synchub.model.provenance import Candidate, Origin
from synchub.model.values import ABSENT, UNKNOWN, Absent, Canonical, RawValue, Unknown, Unreadable

Seen: TypeAlias = "Canonical | Unreadable | Absent | None"


class Verdict(StrEnum):
    """What a unit's look at the record comes to."""

    SAME = "same"
    """Nothing changed anywhere."""
    PUSH = "push"
    """Only the hub changed: the system is to be told."""
    TAKE = "take"
    """Only the system changed: the golden value follows."""
    AGREE = "agree"
    """Both changed, to the same: the agreement moves on."""
    WON = "won"
    """Both changed, differently; the system's value stands."""
    LOST = "lost"
    """Both changed, differently; another value stands, and goes back to the system."""
    REFUSED = "refused"
    """The system may not change this field: the golden value goes back to it."""
    HELD = "held"
    """A person must decide; until then neither side moves."""
    UNSEEN = "unseen"
    """Nothing can be said about the field."""


class Hold(StrEnum):
    """Why a unit is held."""

    REVIEW = "review"
    VALUE = "value"
    REQUIRED = "required"
    OWNER_BLANK = "owner_blank"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Side:
    """One field as one system shows it."""

    spec: FieldSpec
    reads: bool
    """May the hub take values from here (flow both or hub_reads)?"""
    image: RawValue | Unknown
    observed: Seen
    """get(image), references translated."""
    seen: RawValue | Unknown
    base: Seen | Unknown
    """get(seen); UNKNOWN on first contact."""
    sent: Canonical | Unknown | None
    golden: Canonical | None
    origin: Origin | None
    passed_by: bool = False
    """Is this a column the hub only reads, about which nobody is asked, of a record pushed to since the golden record moved last?"""
    asked: bool = False
    """Is a person asked which of two edits stands, since the policy is review?"""


@dataclass(frozen=True, slots=True)
class Look:
    """Whose look it is, and when."""

    system: str
    object: str
    external_id: str
    run: str
    at: datetime
    owner_linked: bool = True
    """Does the owner of the unit's field hold a link to this golden record?"""
    gives_back: bool = True
    """Is a value that does not stand written over in its system? (`Safeguards.give_back`)"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of one unit; tuples are in the order of its sides."""

    verdict: Verdict
    golden: tuple[Canonical | None, ...]
    seen: tuple[RawValue | Unknown, ...]
    sent: tuple[Canonical | Unknown | None, ...]
    origins: tuple[Origin | None, ...]
    hold: Hold | None = None
    losers: tuple[Candidate, ...] = ()
    """Under WON and LOST: the values of the first side that did not stand."""


def merge(unit: Sequence[Side], look: Look) -> Merged:
    """Decide one unit."""
    if any(isinstance(side.observed, Unreadable) for side in unit):
        return _stay(unit, Verdict.HELD, hold=Hold.VALUE)
    if any(side.observed is ABSENT for side in unit):
        return _stay(unit, Verdict.UNSEEN)
    unit = [_as_written(side) for side in unit]
    golden_moved = any(side.sent is UNKNOWN or not _same(side, side.golden, side.sent) for side in unit)
    equal = all(_same(side, side.observed, side.golden) for side in unit)
    if not any(_moved(side) for side in unit):
        if not golden_moved:
            return _adopt(unit, Verdict.SAME)
        return _agree(unit) if equal else _push(unit, look)
    first_contact = any(side.base is UNKNOWN for side in unit)
    if equal:
        return _agree(unit) if first_contact or not golden_moved else _seconded(unit, look)
    if first_contact and _only_met(unit):
        return _catch_up(unit, look)
    if not unit[0].reads:
        return _hub_only(unit, look, first_contact)
    owner = unit[0].spec.owner
    if owner is not None and owner != look.system:
        return _not_owner(unit, look, first_contact)
    if first_contact and _blank(unit, "observed"):
        return _give_back(unit, look, Verdict.PUSH)
    if owner is None and any(_unheard(side) for side in unit):
        return _stay(unit, Verdict.HELD, hold=Hold.UNHEARD, losers=tuple(_candidates(unit[0], look)))
    if not any(_has_news(side) for side in unit) or (first_contact and _blank(unit, "golden")):
        return _take(unit, look, Verdict.TAKE, ())
    if owner == look.system:
        return _take(unit, look, Verdict.WON, _rivals(unit, look))
    return _conflict(unit, look)


def _as_written(side: Side) -> Side:
    """What was written into a column that could not be read then, and stands there now, is nobody's edit: it was stored as it was sent.

    Taken for news of the system it would be held against a later edit elsewhere, and might win (seed 19209).
    """
    unread = side.base is UNKNOWN or isinstance(side.base, Unreadable)
    if unread and _same(side, side.observed, side.sent):
        return replace(side, base=side.observed, seen=side.image)
    return side


def _has_news(side: Side) -> bool:
    """Did the golden value change, and is what the system shows no answer to that?

    The hub's news goes to no column that it only reads. Once it would have gone there, whoever types there types later (seed 2091).
    What a person is asked about stays contested, even where a third edit has made the golden value what both sides once agreed on: else it would
    depend on who was read first whose value is taken (seed 2222).
    """
    if side.asked:
        return True
    if side.passed_by and side.base is not UNKNOWN:
        return False
    return side.sent is UNKNOWN or not _same(side, side.golden, side.sent)


def _push(unit: Sequence[Side], look: Look) -> Merged:
    """The system holds what was agreed on, and the hub has news. Who typed that anew while a person was asked is asked about too (seed 3321)."""
    if any(side.asked for side in unit) and (still := _conflict(unit, look)).verdict is Verdict.HELD:
        return still
    return _adopt(unit, Verdict.PUSH)


def _moved(side: Side) -> bool:
    """Did the system's value change since the agreement? A difference of writing only is no change."""
    if side.base is UNKNOWN:
        return True
    return not _same(side, side.observed, side.base)


def _only_met(unit: Sequence[Side]) -> bool:
    """Is all that is new in this group that a field of it is met, which is blank there, or as the hub has it?

    The others stand as agreed, so nobody typed anything: a blank that was not kept, or a column that was not shown, would else take what a system
    made of its neighbour for an edit, or erase the hub's value (seeds 12556, 17871).
    """
    met = [side for side in unit if side.base is UNKNOWN]
    return len(met) < len(unit) and all(
        (side.observed is None or _same(side, side.observed, side.golden))
        if side.base is UNKNOWN
        else not _moved(side)
        for side in unit
    )


def _unheard(side: Side) -> bool:
    """Was something written there of which nobody heard what became? Else than that, it is the system's making or a person's typing."""
    return side.base is UNKNOWN and side.sent is not UNKNOWN and side.sent is not None


def _same(side: Side, one: Seen | Unknown, other: Seen | Unknown) -> bool:
    if isinstance(one, Unreadable | Absent | Unknown) or isinstance(other, Unreadable | Absent | Unknown):
        return False
    return side.spec.kind.equal(one, other)


def _blank(unit: Sequence[Side], what: str) -> bool:
    return all(getattr(side, what) is None for side in unit)


def _hub_only(unit: Sequence[Side], look: Look, first_contact: bool) -> Merged:
    """A column the hub only writes: drift goes back; a blank golden value never erases what stood there before us."""
    if first_contact and _blank(unit, "golden"):
        return _agree(unit)
    return _give_back(unit, look, Verdict.PUSH if first_contact else Verdict.REFUSED)


def _not_owner(unit: Sequence[Side], look: Look, first_contact: bool) -> Merged:
    """Others may fill a blank owned field until the owner holds a link; after that nothing of theirs enters."""
    if _blank(unit, "golden"):
        if not look.owner_linked:
            return _take(unit, look, Verdict.TAKE, ())
        if first_contact:
            return _stay(unit, Verdict.HELD, hold=Hold.OWNER_BLANK)
    quiet = first_contact and _blank(unit, "observed")
    return _give_back(unit, look, Verdict.PUSH if quiet else Verdict.REFUSED)


def _conflict(unit: Sequence[Side], look: Look) -> Merged:
    first = unit[0]
    candidates = _candidates(first, look)
    resolution = resolve(first.spec.policy, candidates, first.spec.kind)
    if resolution is None:
        return _stay(unit, Verdict.HELD, hold=Hold.REVIEW, losers=tuple(candidates))
    losers = tuple(one for one in candidates if one != resolution.winner)
    if resolution.winner is not None and resolution.winner.system == look.system:
        return _take(unit, look, Verdict.WON, losers)
    if len(unit) > 1 or _same(first, resolution.value, first.golden):
        return _lose(
            unit, look, losers
        )  # a group's earlier candidates are known by their first field only: never mix
    return _third(unit, look, resolution, losers)


def _candidates(side: Side, look: Look) -> list[Candidate]:
    """Every value offered since the systems last agreed, one per system, this look's included."""
    offered: dict[str, Candidate] = {}
    if side.origin is not None:
        for one in side.origin.losers:
            offered[one.system] = one
        standing = side.origin
        offered[standing.system] = Candidate(standing.system, side.golden, standing.at, standing.external_id)
    offered[look.system] = _voice(side, look)
    return list(offered.values())


def _rivals(unit: Sequence[Side], look: Look) -> tuple[Candidate, ...]:
    return tuple(one for one in _candidates(unit[0], look) if one.system != look.system)


def _value(observed: Seen) -> Canonical | None:
    assert not isinstance(observed, Unreadable | Absent)
    return observed


def _take(unit: Sequence[Side], look: Look, verdict: Verdict, losers: tuple[Candidate, ...]) -> Merged:
    """The golden values follow the system."""
    if any(side.spec.required and side.observed is None for side in unit):
        return _stay(unit, Verdict.HELD, hold=Hold.REQUIRED)
    values = tuple(_value(side.observed) for side in unit)
    origin = Origin(look.system, look.object, look.external_id, look.run, look.at, losers)
    return Merged(verdict, values, tuple(s.image for s in unit), values, (origin,) * len(unit), losers=losers)


def _lose(unit: Sequence[Side], look: Look, losers: tuple[Candidate, ...]) -> Merged:
    """The golden values stand and go back to the system; its own are remembered as candidates."""
    back = _give_back(unit, look, Verdict.LOST)
    origins = tuple(
        Origin(o.system, o.object, o.external_id, o.run, o.at, losers)
        if (o := side.origin) is not None
        else Origin("hub", "", "", look.run, look.at, losers)
        for side in unit
    )
    return Merged(Verdict.LOST, back.golden, back.seen, back.sent, origins, losers=losers)


def _third(unit: Sequence[Side], look: Look, resolution: Resolution, losers: tuple[Candidate, ...]) -> Merged:
    """Neither this look nor the golden value stands: an earlier candidate does, or a value made of several."""
    winner = resolution.winner
    made = Origin("hub", "", "", look.run, look.at, losers)
    origin = (
        made if winner is None else Origin(winner.system, "", winner.external_id, look.run, winner.at, losers)
    )
    golden = (resolution.value, *(side.golden for side in unit[1:]))
    return Merged(
        Verdict.LOST,
        golden,
        tuple(side.image for side in unit),
        (UNKNOWN,) * len(unit),
        (origin, *(side.origin for side in unit[1:])),
        losers=losers,
    )


def _agree(unit: Sequence[Side]) -> Merged:
    golden = tuple(side.golden for side in unit)
    return Merged(
        Verdict.AGREE, golden, tuple(side.image for side in unit), golden, tuple(side.origin for side in unit)
    )


def _seconded(unit: Sequence[Side], look: Look) -> Merged:
    """Somebody else typed the same: they stand behind the value too, should a third system have another one.

    Who looks first must not matter: the value would else be defended by the first who offered it only.
    """
    agreed, first = _agree(unit), unit[0]
    if first.origin is None or first.origin.system == look.system:
        return agreed
    voices = (*(one for one in first.origin.losers if one.system != look.system), _voice(first, look))
    origins = tuple(
        None if one is None else msgspec.structs.replace(one, losers=voices) for one in agreed.origins
    )
    return replace(agreed, origins=origins)


def _voice(side: Side, look: Look) -> Candidate:
    return Candidate(look.system, _value(side.observed), look.at, look.external_id)


def _catch_up(unit: Sequence[Side], look: Look) -> Merged:
    """The fields that are met join the others: a blank is to be written, what is as the hub has it is agreed on."""
    sent = tuple(
        side.sent
        if side.base is not UNKNOWN
        else side.golden
        if _same(side, side.observed, side.golden) or not look.gives_back
        else UNKNOWN
        for side in unit
    )
    behind = any(
        one is UNKNOWN or not _same(side, one, side.golden) for side, one in zip(unit, sent, strict=True)
    )
    return replace(_adopt(unit, Verdict.PUSH if behind else Verdict.AGREE), sent=sent)


def _adopt(unit: Sequence[Side], verdict: Verdict) -> Merged:
    """The values stay; the writing the system uses now is remembered."""
    return Merged(
        verdict,
        tuple(side.golden for side in unit),
        tuple(side.image for side in unit),
        tuple(side.sent for side in unit),
        tuple(side.origin for side in unit),
    )


def _give_back(unit: Sequence[Side], look: Look, verdict: Verdict) -> Merged:
    """The golden values stand and are to be written to the system, whatever was sent before."""
    return Merged(
        verdict,
        tuple(side.golden for side in unit),
        tuple(side.image for side in unit),
        (UNKNOWN,) * len(unit) if look.gives_back else tuple(side.golden for side in unit),
        tuple(side.origin for side in unit),
    )


def _stay(
    unit: Sequence[Side], verdict: Verdict, hold: Hold | None = None, losers: tuple[Candidate, ...] = ()
) -> Merged:
    return Merged(
        verdict,
        tuple(side.golden for side in unit),
        tuple(side.seen for side in unit),
        tuple(side.sent for side in unit),
        tuple(side.origin for side in unit),
        hold,
        losers,
    )
