"""Fitness: which records cannot take part as they are, and how they are set aside with the reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from synchub.engine.sighting import Sighting
from synchub.engine.waiting_room import aside_key
from synchub.engine.world import Route
from synchub.errors import Problem
from synchub.mapping.compiled import Image
from synchub.model.entity import FieldSpec
from synchub.model.values import Observed, Raw, RawValue, Unreadable
from synchub.store.rows import Quarantined

Reason = tuple[str, dict[str, Raw]]
"""A code of the catalogue, with its parameters."""


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


def reason(route: Route, field: str, problem: Problem) -> Reason:
    """Why a record is set aside whole because of one field."""
    return "E303", {**_named(route, route.model[field]), **_told(problem)}


def set_aside(
    route: Route, look: Sighting, field: str, problem: Problem, run: str, at: datetime
) -> Quarantined:
    """The row of quarantine for a record that is spoiled."""
    code, params = reason(route, field, problem)
    return quarantined(route, look, code, params, run, at)


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
