"""Fitness: which records cannot take part as they are, and how they are set aside with the reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from synchub.engine.identity import joined_key, observed_key
from synchub.engine.sighting import Sighting
from synchub.engine.waiting_room import aside_key
from synchub.engine.world import Route
from synchub.errors import Problem
from synchub.mapping.compiled import Image
from synchub.model.entity import FieldSpec
from synchub.model.values import (
    UNKNOWN,
    Absent,
    Canonical,
    Observed,
    Raw,
    RawValue,
    Reference,
    Unknown,
    Unreadable,
)
from synchub.store.rows import ASIDE, Golden, Link, LinkState, Quarantined

Reason = tuple[str, dict[str, Raw]]
"""A code of the catalogue, with its parameters."""
TAKEN_OVER = "E304"


def unfitness(route: Route, values: Sequence[Image], observed: Sequence[Observed]) -> Reason | None:
    """Why this row cannot found a record; `values` are its raw values, `observed` what its mapping makes of them."""
    bad = spoiled(route, values, observed)
    if bad is not None:
        return reason(route, *bad)
    for spec in route.required:
        value = observed[route.position[spec.name]]
        if value is None:
            return "E301", _named(route, spec)
        if isinstance(value, Unreadable):
            return "E302", {**_named(route, spec), **_told(value.problem)}
    return None


def spoiled(
    route: Route, values: Sequence[Image], observed: Collection[Observed]
) -> tuple[str, Problem] | None:
    """The first field whose value its mapping takes for an error of the whole record (``otherwise: error``).

    What the connector could not read is another matter: such a field is held and the rest flows.
    """
    if Unreadable not in map(type, observed):
        return None
    for index, value in enumerate(observed):
        if isinstance(value, Unreadable) and value.problem.severity == "error":
            image = route.mapping.image(values)[index]  # type: ignore[arg-type]  # a row's values are never UNKNOWN
            if not isinstance(image, Unreadable):
                return route.mapping.fields[index].name, value.problem
    return None


def taken_over(
    route: Route,
    link: Link,
    look: Sighting,
    observed: Sequence[Observed],
    images: Sequence[Image],
    record: Golden,
) -> Reason | None:
    """Does another record stand under this id now? Systems give ids of deleted records to new ones, whose blanks are nobody's edits.

    A person may rename a record or correct its number; who changes the title and every key by which it could be told, at once and
    two of them at least, has another record in mind. Of a record that was gone one key is enough, and of one of which nothing else is
    left as it was; where both is so, none is needed (seed 18634). By a key that the record was never seen to hold nobody can tell it
    (seed 8861). Rows of a list are told by their
    line, which some systems count anew, and a link that has just followed a merge meets the other record on purpose.
    """
    title = route.position.get(route.model.title)
    if title is None or link.part or not (look.hash and (link.hash or link.modified or link.etag)):
        return None
    if not _retitled(route, link, title, observed, images, record):
        return None
    known = [
        places for places in route.match_places if all(_was_held(route, link, place) for place, _ in places)
    ]
    told = {title, *(place for places in known for place, _ in places)}
    if len(known) < _enough(route, link, told, observed, images) or not all(
        any(_moved(route, link, place, observed, images) for place, _ in places) for places in known
    ):
        return None
    if _carries(route, look, record.id) or any(
        (key := observed_key(here, observed)) is not None and key == joined_key(there, record.values)
        for here, there in zip(route.match_places, route.golden_match_places, strict=True)
    ):
        return None
    spec, was = route.model[route.model.title], _agreed(link, title) or _title(route, record)
    where: dict[str, Raw] = {
        "entity": route.model.name,
        "golden": record.id,
        "mapping": route.name,
        "record": look.external_id,
    }
    return TAKEN_OVER, {**_named(route, spec), **where, "before": str(was)}


def _agreed(link: Link, place: int) -> Canonical | None:
    """What both sides last agreed on, if anything."""
    seen, sent = link.seen[place], link.sent[place]
    return None if seen is UNKNOWN or isinstance(sent, Unknown) else sent


def _was_held(route: Route, link: Link, place: int) -> bool:
    """Did both sides agree on a value that the record was seen to hold?"""
    return _agreed(link, place) is not None and route.mapping.read_image(place, link.seen[place]) is not None


def _moved(
    route: Route, link: Link, place: int, observed: Sequence[Observed], images: Sequence[Image]
) -> bool:
    """Does this field mean something else than when it was agreed on? What cannot be read has not moved."""
    value, seen, agreed = observed[place], link.seen[place], _agreed(link, place)
    if agreed is None or images[place] == seen or isinstance(value, Absent | Unreadable | Reference):
        return False
    kind = route.model.fields[route.mapping.fields[place].index].kind
    before = route.mapping.read_image(place, seen)
    befores = [agreed, *([before] if isinstance(before, str | bool | list) else [])]
    return value is None or not any(kind.equal(value, one) for one in befores)


def _title(route: Route, record: Golden) -> Canonical | None:
    return record.values[route.model.position[route.model.title]]


def _retitled(
    route: Route,
    link: Link,
    title: int,
    observed: Sequence[Observed],
    images: Sequence[Image],
    record: Golden,
) -> bool:
    """Is the title another one? Where nobody has agreed on one yet (E208), another one than the golden record's (seed 14731)."""
    if _agreed(link, title) is not None:
        return _moved(route, link, title, observed, images)
    value, golden = observed[title], _title(route, record)
    if golden is None or isinstance(value, Absent | Unreadable | Reference):
        return False
    return value is None or not route.model[route.model.title].kind.equal(value, golden)


def _enough(
    route: Route, link: Link, told: Collection[int], observed: Sequence[Observed], images: Sequence[Image]
) -> int:
    """How many keys at least must have changed? It depends on whether the record was gone, and on whether anything it had still stands there.

    Set aside, it is there again; for each later look it has been gone all the same, until a person says who it is.
    """
    others = [
        place
        for place in range(len(route.mapping.fields))
        if place not in told and _was_held(route, link, place)
    ]
    gone = link.state is LinkState.MISSING or link.holds.get(ASIDE) == TAKEN_OVER
    nothing_left = all(_moved(route, link, place, observed, images) for place in others)
    if gone and nothing_left:
        return 0
    return 1 if gone or (others and nothing_left) else 2


def _carries(route: Route, look: Sighting, golden_id: str) -> bool:
    """Does the record say in its hub column that it is this one?"""
    column, columns = route.mapping.hub_column, route.mapping.row_columns
    return bool(column) and column in columns and look.values[columns.index(column)] == golden_id


def reason(route: Route, field: str, problem: Problem) -> Reason:
    """Why a record is set aside whole because of one field."""
    return "E303", {**_named(route, route.model[field]), **_told(problem)}


def quarantined(
    route: Route, look: Sighting, code: str, params: Mapping[str, Raw], run: str, at: datetime
) -> Quarantined:
    """A record set aside as it was read."""
    mapping = route.mapping
    key = aside_key(look.external_id, look.part)
    where = look.title or key
    image = image_of(route, look.values)
    return Quarantined(
        mapping.name, mapping.system, mapping.object, key, where, "pull", code, params, image, run, at
    )


def image_of(route: Route, values: Sequence[RawValue]) -> dict[str, Raw]:
    """A row's values by column, for people."""
    return {
        name: value if value is None or isinstance(value, str | bool | int | list | dict) else str(value)
        for name, value in zip(route.mapping.row_columns, values, strict=True)
    }


def _named(route: Route, spec: FieldSpec) -> dict[str, Raw]:
    column = ", ".join(route.mapping.fields[route.position[spec.name]].columns)
    return {"field": spec.name, "zh": spec.label.zh, "en": spec.label.en, "column": column}


def _told(problem: Problem) -> dict[str, Raw]:
    return {
        "problem": problem.code,
        "params": {name: str(one) for name, one in problem.params.items()},
        "position": str(problem.position or ""),
    }
