"""Explain: where a golden value came from, who else wanted what, and what happened to the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from synchub import messages
from synchub.engine.world import World
from synchub.errors import Problem
from synchub.messages import Language
from synchub.model.entity import FieldSpec
from synchub.model.provenance import Origin
from synchub.model.values import Canonical, Raw
from synchub.store.rows import ASIDE, STOPPED, Conflict, LedgerRow, Link, Quarantined


@dataclass(frozen=True, slots=True)
class FieldStory:
    """One field: its value, its origin with the values it beat, and what each system holds."""

    spec: FieldSpec
    value: Canonical | None
    shown: str
    origin: Origin | None
    systems: tuple[tuple[str, str, Raw, str], ...]
    """(system, external id, raw value last seen, state: agrees | pending | held | waiting)."""


@dataclass(frozen=True, slots=True)
class Story:
    """A golden record explained; `ledger` newest first."""

    entity: str
    id: str
    title: str
    fields: tuple[FieldStory, ...]
    links: tuple[Link, ...]
    conflicts: tuple[Conflict, ...]
    ledger: tuple[LedgerRow, ...]


def explain(
    world: World, entity: str, golden_id: str, field: str | None = None, language: Language = "en"
) -> Story | None:
    """The story of one golden record, or of one field of it; None when there is no such record."""
    model = world.entities[entity]
    with world.store.begin() as tx:
        record = tx.golden(entity, [golden_id]).get(golden_id)
        if record is None:
            return None
        links = tx.links_of(entity, [golden_id]).get(golden_id, [])
        conflicts = [one for one in tx.conflicts(entity=entity) if one.entity_id == golden_id]
        ledger = tx.ledger(entity, golden_id, field, 200)
        titles = {
            spec.name: _reference_title(world, tx, spec, record.values[index])
            for index, spec in enumerate(model.fields)
        }
    chosen = [spec for spec in model.fields if field in {None, spec.name}]
    stories = tuple(
        FieldStory(
            spec,
            value := record.values[model.position[spec.name]],
            titles[spec.name] or spec.kind.show(value, language),
            record.provenance.get(spec.name),
            _held_by(world, links, spec, value),
        )
        for spec in chosen
    )
    title = record.values[model.position[model.title]]
    return Story(entity, golden_id, str(title or ""), stories, tuple(links), tuple(conflicts), tuple(ledger))


def _reference_title(world: World, tx: object, spec: FieldSpec, value: Canonical | None) -> str:
    from synchub.model.kinds import Ref
    from synchub.store import Transaction

    if not isinstance(spec.kind, Ref) or not isinstance(value, str) or not isinstance(tx, Transaction):
        return ""
    target = world.entities[spec.kind.entity]
    return str(tx.field_values(target.name, target.title, [value]).get(value) or "")


def _held_by(
    world: World, links: Sequence[Link], spec: FieldSpec, value: Canonical | None
) -> tuple[tuple[str, str, Raw, str], ...]:
    routes = {route.name: route for route in world.routes}
    held = []
    for link in links:
        route = routes.get(link.mapping)
        if route is None or spec.name not in route.position or route.mapping.version != link.version:
            continue
        index = route.position[spec.name]
        seen, sent = link.seen[index], link.sent[index]
        state = "agrees" if sent == value else "pending"
        if spec.name in link.holds or STOPPED + spec.name in link.holds or ASIDE in link.holds:
            state = "held"
        elif spec.name in link.waiting:
            state = "waiting"
        # what was never agreed upon, or cannot be used, is no value that the system is known to hold
        raw: Raw = seen if isinstance(seen, str | bool | int | Decimal | list | dict) else None
        held.append((link.system, link.external_id or "", raw, state))
    return tuple(held)


def describe(code: str, detail: dict[str, Raw], system: str, language: Language) -> str:
    """The sentence of a conflict or of a quarantined record, with the inner problem spelt out."""
    params: dict[str, object] = {
        "system": system,
        "title": "",
        "rule": "",
        "records": "",
        "owner": "",
        **detail,
    }
    params["title"] = params["title"] or detail.get("where") or detail.get("external_id") or ""
    if isinstance(params["records"], list):
        params["records"] = ", ".join(str(one) for one in params["records"])
    inner = detail.get("problem")
    if isinstance(inner, str) and inner:
        inner_params = detail.get("params")
        params["problem_text"] = Problem(inner, inner_params if isinstance(inner_params, dict) else {}).text(
            language
        )
    else:
        params["problem_text"] = ""
    return messages.text(code, params, language)


def describe_conflict(conflict: Conflict, language: Language) -> str:
    """What a person must decide, in a sentence."""
    return describe(
        conflict.code, {**conflict.detail, "external_id": conflict.external_id}, conflict.system, language
    )


def describe_quarantined(row: Quarantined, language: Language) -> str:
    """Why a record is set aside, in a sentence."""
    return describe(row.code, {**row.params, "where": row.where}, row.system, language)
