"""Golden records, links and a clock for the tests of the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from synchub.model.entities import ENTITIES, standard_fields
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import Decimal_, ListOf, Ref, Text
from synchub.model.provenance import Origin, Provenance
from synchub.model.values import Canonical, Label
from synchub.store.rows import Golden, Link, LinkState

NOON = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)


@dataclass
class StillClock:
    """A clock that moves when told."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def model_of(name: str, *custom: FieldSpec) -> EntityModel:
    """A standard entity as a hub without overlay governs it, plus custom fields."""
    entity = ENTITIES[name]
    fields = tuple(
        FieldSpec(field_name, mark.kind, mark.label, mark.pii, mark.required, mark.unique)
        for field_name, mark in standard_fields(entity).items()
    )
    return EntityModel(name, entity.entity_label, (*fields, *custom), entity.title_field)


def custom(name: str, kind: Any) -> FieldSpec:
    return FieldSpec(name, kind, Label(zh=name, en=name), custom=True)


CUSTOM = (
    custom("level_note", Text()),
    custom("返点", Decimal_()),
    custom("tags", ListOf(Text())),
    custom("deputy", Ref("Employee")),
)


@dataclass
class Makes:
    """Makes rows in the order of the test's entity models."""

    entities: dict[str, EntityModel] = field(
        default_factory=lambda: {
            name: model_of(name, *(CUSTOM if name == "Partner" else ())) for name in ENTITIES
        }
    )

    def golden(
        self, id: str, rev: int = 1, *, entity: str = "Partner", state: str = "live", **values: Any
    ) -> Golden:
        model = self.entities[entity]
        row: list[Canonical | None] = [None] * len(model.fields)
        for name, value in values.items():
            row[model.position[name]] = value
        origin = Origin("crm", "Account", f"x-{id}", "run-1", NOON)
        return Golden(id, rev, row, Provenance(dict.fromkeys(values, 0), [origin] if values else []), state)

    def link(self, id: str, golden: str, external_id: str | None = "", **changes: Any) -> Link:
        link = Link(
            id=id,
            mapping="crm-account",
            system="crm",
            object="Account",
            external_id=f"x-{golden}" if external_id == "" else external_id,
            part="",
            entity="Partner",
            entity_id=golden,
            state=LinkState.LINKED if external_id is not None else LinkState.WANTED,
            version="v1",
            seen=["联宏"],
            sent=["联宏"],
            hash=b"\x00\xffhash",
            settled_rev=1,
        )
        for name, value in changes.items():
            setattr(link, name, value)
        return link
