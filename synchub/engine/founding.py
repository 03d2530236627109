"""Founding at once: golden records of rows that nobody knows, made a page at a time without asking `merge` field by field.

Where one look is all there is, a merge can only come to one thing: what is there is taken, what is blank is agreed to be blank, and a column
that the hub only writes says nothing. Rows of which anything else could be said are left to the merge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from synchub.engine.absorb import Absorber
from synchub.engine.identity import derived_id, joined_key, key_text, record_hash
from synchub.engine.references import translate
from synchub.engine.waiting_room import Key, aside_key
from synchub.engine.world import Founding
from synchub.model.entity import FieldSpec
from synchub.model.provenance import Origin
from synchub.model.values import Canonical, Observed, Raw
from synchub.store.founding import Founded
from synchub.store.rows import Link, Unlinked

_SAYS_ALL = frozenset({str, bool, list, type(None)})
"""Types of what was seen that leave no question open."""


def found_at_once(
    absorber: Absorber,
    rows: Mapping[Key, Unlinked],
    observed: Mapping[Key, list[Observed]],
    ids: Mapping[Key, str],
    like: Link,
) -> set[Key]:
    """Found the golden records of these rows, as far as that needs no merge; who was founded. `like`: a link as they will have it."""
    route = absorber.route
    founding = route.founding
    if founding is None or not absorber.quick:
        return set()
    seen = _translated(absorber, observed)
    drafts: dict[Key, Founded] = {}
    for key, row in rows.items():
        values = seen.get(key)
        if values is not None and (draft := _draft(absorber, founding, row, values, ids[key])) is not None:
            drafts[key] = draft
    _leave_out_twins(absorber, drafts, observed)
    absorber.tx.found(like, absorber.report.run, absorber.started, list(drafts.values()))
    _account(absorber, drafts)
    return set(drafts)


def _translated(absorber: Absorber, observed: Mapping[Key, list[Observed]]) -> dict[Key, list[Observed]]:
    """What was seen, with golden ids for references; without those that say anything a merge must think about."""
    route = absorber.route
    found = {key: [*values] for key, values in observed.items()} if route.references else dict(observed)
    translation = translate(absorber.tx, absorber.world, route, found.values())
    return {
        key: values
        for key, values in found.items()
        if not translation.apply(route, values) and _SAYS_ALL.issuperset(map(type, values))
    }


def _draft(
    absorber: Absorber,
    founding: Founding,
    row: Unlinked,
    observed: Sequence[Observed],
    golden_id: str,
) -> Founded | None:
    """The golden record and its link; None where a rule or a required field speaks against it."""
    route, report = absorber.route, absorber.report
    mapping, model = route.mapping, route.model
    said: Sequence[Canonical | None] = observed  # type: ignore[assignment]  # `_SAYS_ALL` leaves nothing else
    taken: list[tuple[str, Canonical | None]] = [
        (name, value) for index, name in founding.singles if (value := said[index]) is not None
    ]
    for group in founding.groups:
        there = [said[index] is not None for index, _ in group.places]
        if any(there):
            if group.required and not all(there):
                return None
            taken += [(name, said[index]) for index, name in group.places]
    values = [None if index is None else said[index] for index in founding.sources]
    sent = [value if reads else None for value, reads in zip(said, founding.reads, strict=True)]
    if model.rules and model.broken_rules(values):
        return None
    at = row.modified or absorber.started
    cause: dict[str, Raw] = {
        "why": "edit",
        "system": mapping.system,
        "object": mapping.object,
        "record": row.external_id,
        "at": at.isoformat(),
    }
    keys = [
        (name, text)
        for name, places in absorber.world.key_places[model.name]
        if (text := joined_key(places, values)) is not None
    ]
    return Founded(
        golden_id,
        values,
        taken,
        Origin(mapping.system, mapping.object, row.external_id, report.run, at),
        cause,
        keys,
        derived_id("link", mapping.name, golden_id),
        row.external_id,
        row.part,
        mapping.image(row.values),  # type: ignore[arg-type]  # never UNKNOWN
        sent,
        record_hash(row.values),  # type: ignore[arg-type]  # as above
        row.etag,
        row.fingerprint,
        row.modified,
    )


def _leave_out_twins(
    absorber: Absorber, drafts: dict[Key, Founded], observed: Mapping[Key, Sequence[Observed]]
) -> None:
    """Where no two golden records may have the same value, whoever is not alone with it is left to the merge, which holds the second."""
    route = absorber.route
    for spec in route.model.fields:
        index = route.position.get(spec.name) if spec.unique else None
        if index is not None:
            offered = {key: values[index] for key, values in observed.items()}
            for key in _twins(absorber, spec, offered) & drafts.keys():
                del drafts[key]


def _twins(absorber: Absorber, spec: FieldSpec, offered: Mapping[Key, Observed]) -> set[Key]:
    texts = {
        key: key_text(spec.kind, value)
        for key, value in offered.items()
        if isinstance(value, str | bool | list)
    }
    counts = Counter(texts.values())
    held = absorber.tx.by_field(absorber.route.model.name, spec.name, list(counts))
    return {key for key, text in texts.items() if counts[text] > 1 or text in held}


def _account(absorber: Absorber, drafts: Mapping[Key, Founded]) -> None:
    """What others may have waited for, and what is well now; the branches of the merge that this stands for."""
    route, world = absorber.route, absorber.world
    single = {name for name, places in world.key_places[route.model.name] if len(places) == 1}
    for draft in drafts.values():
        absorber.arrivals.add(draft.golden_id)
        if not draft.part:
            absorber.arrivals.add(draft.external_id)
        absorber.arrivals.update(text for name, text in draft.keys if name in single)
    absorber.tx.release(route.name, [aside_key(*key) for key in drafts], "push")
    taken = sum(len(draft.taken) for draft in drafts.values())
    world.touch("merge.take", taken)
    world.touch("found.at_once", len(drafts))
