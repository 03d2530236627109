"""The standard entities of a channel team, as Pydantic classes.

Each field carries a `Standard`: its kind, its name in both languages, and its PII class. A hub governs and extends them in
``mappings/model/*.yaml`` (see `synchub.model.overlay`). To add an entity, write one more class in a module of this package and name it in
`ENTITIES`, with its migration and a mapping; ``docs/model.md`` is printed from here.

Every value may be blank: a golden record is as complete as the systems behind it. What is required is asked of
systems and people, not of the past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synchub.model.entities.base import Entity, Standard, standard_fields
from synchub.model.entities.goods import ChannelPolicy, PriceLevel, Product, Promotion
from synchub.model.entities.people import Contact, Employee, Partner
from synchub.model.entities.sales import Opportunity, Order, OrderLine, Payment
from synchub.model.entities.service import Activity, Ticket
from synchub.model.entity import EntityModel
from synchub.model.values import Canonical

ENTITIES: Mapping[str, type[Entity]] = {
    entity.__name__: entity
    for entity in (
        Employee,
        Partner,
        Contact,
        Product,
        PriceLevel,
        ChannelPolicy,
        Promotion,
        Opportunity,
        Order,
        OrderLine,
        Payment,
        Activity,
        Ticket,
    )
}
"""Every standard entity by name."""


def entity_from_canonical(model: EntityModel, id: str, values: Sequence[Canonical | None]) -> Entity:
    """The typed instance of a golden record; `values` in the order of `model.fields`."""
    standard: dict[str, Any] = {}
    custom: dict[str, object] = {}
    for spec, value in zip(model.fields, values, strict=True):
        if value is not None:
            (custom if spec.custom else standard)[spec.name] = spec.kind.to_python(value)
    # the hub's kinds made these values; the kinds of the class may be wider or stricter and are not asked again
    return ENTITIES[model.name].model_construct(id=id, custom=custom, **standard)


def canonical_from_entity(model: EntityModel, entity: Entity) -> list[Canonical | None]:
    """The canonical values of an instance, in the order of `model.fields`. Raises KindProblem for a value the hub refuses."""
    given = {**entity.custom, **{name: getattr(entity, name) for name in standard_fields(type(entity))}}
    return [spec.kind.parse(given.get(spec.name)) for spec in model.fields]


__all__ = [
    "ENTITIES",
    "Activity",
    "ChannelPolicy",
    "Contact",
    "Employee",
    "Entity",
    "Opportunity",
    "Order",
    "OrderLine",
    "Partner",
    "Payment",
    "PriceLevel",
    "Product",
    "Promotion",
    "Standard",
    "Ticket",
    "canonical_from_entity",
    "entity_from_canonical",
    "standard_fields",
]
