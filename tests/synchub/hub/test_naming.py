"""What people may call entities and fields, and what they are told they may."""

from __future__ import annotations

import pytest

from synchub.errors import UserError
from synchub.hub.naming import entity_named, field_named
from synchub.model.overlay import compile_entities


def test_names_and_labels_of_both_languages_are_taken() -> None:
    entities = compile_entities()
    assert {entity_named(entities, one) for one in ("partner", "渠道伙伴", "CHANNEL PARTNER")} == {"Partner"}
    assert {field_named(entities["Partner"], one) for one in ("city", "城市", "City")} == {"city"}


def test_what_is_not_known_is_answered_with_the_words_of_the_reader() -> None:
    entities = compile_entities()
    with pytest.raises(UserError) as kind:
        entity_named(entities, "伙伴")
    with pytest.raises(UserError) as field:
        field_named(entities["Partner"], "授信")
    for error, zh, en in ((kind, "渠道伙伴", "Partner, Contact"), (field, "信用额度", "credit_limit")):
        known = error.value.params["known"]
        assert zh in known.text("zh")  # type: ignore[attr-defined]  # a name in both languages
        assert en in known.text("en")  # type: ignore[attr-defined]
