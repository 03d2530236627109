"""The standard classes, and the way between golden rows and typed instances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from synchub import messages
from synchub.model.entities import (
    ENTITIES,
    Partner,
    canonical_from_entity,
    entity_from_canonical,
    standard_fields,
)
from synchub.model.kinds import Amount, Ref
from synchub.model.overlay import compile_entities


def test_every_field_of_every_entity_has_a_kind_and_two_names() -> None:
    assert list(ENTITIES) == [
        *("Employee", "Partner", "Contact"),
        *("Product", "PriceLevel", "ChannelPolicy", "Promotion"),
        *("Opportunity", "Order", "OrderLine", "Payment"),
        *("Activity", "Ticket"),
    ]
    for entity in ENTITIES.values():
        fields = standard_fields(entity)
        assert set(entity.model_fields) - {"id", "custom"} == set(fields)
        assert entity.title_field in fields
        labels = [label for one in fields.values() for label in (one.zh, one.en)]
        assert len(labels) == len(set(labels))


def test_references_point_to_entities() -> None:
    for entity in ENTITIES.values():
        for standard in standard_fields(entity).values():
            if isinstance(standard.kind, Ref):
                assert standard.kind.entity in ENTITIES


def test_references_reach_backwards_so_that_a_first_sync_knows_what_they_mean() -> None:
    """Only a record of the same entity (上级渠道) may come later."""
    known: set[str] = set()
    for name, entity in ENTITIES.items():
        targets = {
            one.kind.entity for one in standard_fields(entity).values() if isinstance(one.kind, Ref)
        } - {name}
        assert targets <= known, name
        known.add(name)


def test_what_people_write_becomes_typed() -> None:
    partner = Partner(
        id="p1",
        name=" 联宏 ",
        phone="138-0013-8000",
        credit_limit="50万",
        signed_on="2026年8月1日",
    )
    assert (partner.name, partner.phone) == ("联宏", "+8613800138000")
    assert partner.credit_limit == Amount(Decimal("500000.00"), "CNY")
    assert partner.signed_on == date(2026, 8, 1)


def test_a_wrong_value_is_refused_in_the_words_of_the_catalogue() -> None:
    messages.choose_language("zh")
    try:
        with pytest.raises(ValidationError, match=r"“\{x\}”不是有效的电话号码"):
            Partner(id="p1", phone="{x}")
    finally:
        messages.choose_language(None)


def test_golden_values_come_back_unchanged_from_an_instance() -> None:
    model = compile_entities()["Partner"]
    values = [None] * len(model.fields)
    row = {
        "code": "QD-1",
        "credit_limit": "1.50 USD",
        "signed_on": "2026-08-01",
        "status": "active",
        "manager": "e1",
    }
    filled = [row.get(spec.name, value) for spec, value in zip(model.fields, values, strict=True)]
    partner = entity_from_canonical(model, "p1", filled)
    assert isinstance(partner, Partner)
    assert (partner.id, partner.signed_on, partner.manager) == ("p1", date(2026, 8, 1), "e1")
    assert canonical_from_entity(model, partner) == filled
