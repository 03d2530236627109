"""What a connector says about itself and its system, and that the harness leaves nothing of it out."""

from __future__ import annotations

from pydantic import BaseModel, SecretStr

from synchub.sdk import CreateIdempotency, FieldSchema, FieldType
from synchub.testing.conformance.harness import TYPES, Harness

UNTRIED = {
    "decimal": FieldType.DECIMAL,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "boolean": FieldType.BOOLEAN,
    "list": FieldType.LIST,
}
"""Kinds of columns that must be tried if the object has one."""


class DeclarationTests:
    """Check, discovery, declarations."""

    def test_check_tells_what_was_found(self, harness: Harness) -> None:
        assert harness.names in harness.connector().check()

    def test_discovery_lists_the_object_with_typed_columns(self, harness: Harness) -> None:
        harness.creates(3)
        (schema,) = harness.connector().discover([harness.object, "no such object"])
        assert schema.name == harness.object
        for kind, types in TYPES.items():
            name = getattr(harness.columns, kind)
            if name:
                column = schema.column(name)
                assert column is not None, f"{name} is not among the columns"
                assert column.type in types, name
                assert column.creatable, name
                assert column.updatable, name

    def test_discovery_of_everything_has_the_object_too(self, harness: Harness) -> None:
        harness.creates(1)
        listed = {one.name for one in harness.connector().discover()}
        assert harness.object in listed

    def test_every_kind_of_column_that_the_object_has_is_tried(self, harness: Harness) -> None:
        harness.creates(3)
        (schema,) = harness.connector().discover([harness.object])
        untried = {
            kind: [one.name for one in schema.fields if one.type is type and _writable(one)]
            for kind, type in UNTRIED.items()
            if not getattr(harness.columns, kind)
        }
        assert not any(untried.values()), untried

    def test_looking_writes_nothing(self, harness: Harness) -> None:
        ids = harness.creates(2)
        before = harness.held()
        harness.mark()
        connector = harness.connector()
        connector.check()
        connector.discover()
        for _ in connector.pull(harness.request()):
            pass
        connector.fetch(harness.request(), ids[:1])
        connector.find(harness.request(), harness.columns.key, ["no such key"])
        assert harness.written() == set()
        assert harness.held() == before

    def test_calls_are_counted(self, harness: Harness) -> None:
        connector = harness.connector()
        assert connector.calls == 0
        connector.check()
        first = connector.calls
        assert first > 0
        harness.fetch(connector, harness.creates(1))
        assert connector.calls > first

    def test_closing_twice_does_no_harm(self, harness: Harness) -> None:
        connector = harness.connector()
        connector.check()
        connector.close()
        connector.close()

    def test_settings_take_no_word_they_do_not_know(self, harness: Harness) -> None:
        assert harness.connector_type.settings_type.model_config.get("extra") == "forbid"

    def test_name_and_title_are_there_in_both_languages(self, harness: Harness) -> None:
        kind = harness.connector_type
        assert kind.name.isidentifier()
        assert kind.title.zh
        assert kind.title.en

    def test_an_instance_declares_what_is_proven_here(self, harness: Harness) -> None:
        if harness.capabilities is None:
            assert harness.connector().capabilities == harness.facts()

    def test_the_harness_can_show_all_that_is_declared(self, harness: Harness) -> None:
        facts, sandboxed = harness.facts(), harness.connector_type.sandbox_type is not None
        secretive = has_secrets(harness.connector_type.settings_type)
        wanted = {
            "list_row": bool(harness.columns.list),
            "mask": facts.masked_fields,
            "edit_late": facts.late_visibility_s > 0,
            "use_up_quota": facts.calls_per_day is not None,
            "create_nameless": facts.hub_column_is_identity,
            "throttle": sandboxed,
            "lose_reply": sandboxed and facts.create_idempotency is not CreateIdempotency.NONE,
            "secrets": secretive,
            "locked_out": secretive,
        }
        missing = [ability for ability, due in wanted.items() if due and not harness.can(ability)]
        assert not missing, "the harness has to override these"
        assert bool(harness.columns.masked) == facts.masked_fields


def _writable(column: FieldSchema) -> bool:
    return column.creatable and column.updatable


def has_secrets(settings: type[BaseModel]) -> bool:
    """Is there a setting that nobody may see?"""
    return any("SecretStr" in str(one.annotation) for one in settings.model_fields.values()) and bool(
        SecretStr
    )
