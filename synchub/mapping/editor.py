"""A JSON Schema of the mapping files of one hub, so that editors complete and explain them: keywords of both languages, the hub's fields, the systems'
columns with their labels, and their options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from synchub.document import Keyword
from synchub.document.reading import YES_NO
from synchub.mapping import keywords as k
from synchub.mapping.compiled import OnGone
from synchub.mapping.transforms import LIBRARY
from synchub.messages import Language
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import Choice
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema

Json: TypeAlias = dict[str, Any]
DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_SCALAR: Final[Json] = {"type": ["string", "number", "boolean", "null"]}
"""Whatever YAML makes of a text: synchub reads it as text again."""
_TEXTS: Final[Json] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
_TABLE: Final[Json] = {"type": "object"}


def mapping_schema(
    entities: Mapping[str, EntityModel],
    systems: Iterable[str],
    schemas: Mapping[tuple[str, str], ObjectSchema],
    language: Language,
) -> Json:
    """The schema of every mapping file of a hub; `schemas` are the objects as their systems describe them."""
    writer = _Writer(language)
    names = [*systems]
    properties = writer.both(
        {
            k.MAPPING: _SCALAR,
            k.SYSTEM: {"enum": names},
            k.OBJECT: writer.objects(schemas.values()),
            k.TO: writer.entities(entities.values()),
            k.HEADER_ROW: _SCALAR,
            k.OPTIONS: _TABLE,
            k.IDENTITY: writer.table({k.HUB_ID: _SCALAR, k.EXTERNAL_ID: _SCALAR, k.MATCH: {"type": "array"}}),
            k.ON_NEW: writer.choice(k.NEW),
            k.CREATE_THERE: writer.yes_no(),
            k.SCOPE: writer.table(
                {k.ONLY: _TABLE, k.EXCEPT: _TABLE, k.ON_LEAVE: writer.reaction(deletes=False)}
            ),
            k.ON_DELETE: writer.reaction(deletes=True),
            k.DELETE_THERE: writer.yes_no(),
            k.EACH: _SCALAR,
            k.LINE_ID: _SCALAR,
            k.FIELDS: _TABLE,
            k.ON_CREATE: _TABLE,
            k.TESTS: writer.tests(),
        }
    )
    return {
        "$schema": DRAFT,
        "title": "synchub mapping",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "allOf": [
            *(writer.of_entity(model) for model in entities.values()),
            *(writer.of_object(system, schema) for (system, _), schema in schemas.items()),
        ],
        "definitions": {"entry": writer.entry()},
    }


class _Writer:
    """Describes in one language, offers the words of both."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def both(self, found: Mapping[Keyword, Json]) -> Json:
        """Every keyword in both forms; each says what the other one is."""
        out: Json = {}
        for keyword, schema in found.items():
            for name, other in ((keyword.en, keyword.zh), (keyword.zh, keyword.en)):
                out[name] = {**schema, "description": other}
        return out

    def table(self, found: Mapping[Keyword, Json]) -> Json:
        return {"type": "object", "properties": self.both(found), "additionalProperties": False}

    def choice(self, choices: Mapping[Keyword, object]) -> Json:
        """The words of a choice, each with its other form."""
        words = [(name, other) for one in choices for name, other in ((one.en, one.zh), (one.zh, one.en))]
        return described(words)

    def reaction(self, *, deletes: bool) -> Json:
        """A word, or ``{archive: {field: value}}``."""
        allowed = {one: kind for one, kind in k.REACTIONS.items() if deletes or kind is not OnGone.DELETE}
        return {"anyOf": [self.choice(allowed), self.table({k.ARCHIVE: _TABLE})]}

    def yes_no(self) -> Json:
        return {"enum": [*(name for one in YES_NO for name in one.names), True, False]}

    def objects(self, schemas: Iterable[ObjectSchema]) -> Json:
        known = [(one.name, one.label) for one in schemas]
        return {"anyOf": [described(known), _SCALAR]} if known else _SCALAR

    def entities(self, models: Iterable[EntityModel]) -> Json:
        names = [
            (name, one.label.text(self.language))
            for one in models
            for name in dict.fromkeys((one.name, one.label.zh, one.label.en))
        ]
        return described(names)

    def tests(self) -> Json:
        one = self.table(
            {
                k.NAME: _SCALAR,
                k.FLOW: self.choice(k.FLOWS),
                k.EXTERNAL: _TABLE,
                k.CANONICAL: _TABLE,
                k.REVIEW: _TEXTS,
            }
        )
        return {"type": "array", "items": one}

    def entry(self) -> Json:
        """The long form of an entry, whatever its column is."""
        return self.table(
            {
                k.FIELD: _SCALAR,
                k.AS: described(
                    [
                        (name, one.name.text(self.language))
                        for one in LIBRARY.values()
                        for name in one.name.names
                    ]
                ),
                k.FLOW: self.choice(k.FLOWS),
                k.VALUES: _TABLE,
                k.ALSO_READ: _TABLE,
                k.ALSO_WRITE: _TABLE,
                k.OTHERWISE: {"anyOf": [self.choice(dict.fromkeys((k.REVIEW, k.KEEP, k.ERROR))), _SCALAR]},
                k.WRITE: _SCALAR,
                k.UNIT: self.choice({**k.UNITS, **k.PERCENT_UNITS}),
                k.CURRENCY: _SCALAR,
                k.SEPARATOR: _SCALAR,
                k.COLUMNS: _TEXTS,
                k.NUMBERS: _TEXTS,
                k.WORDS: _TEXTS,
                k.REF: _SCALAR,
                k.BY: _SCALAR,
                k.PARENT: self.yes_no(),
                k.LOSSY: _SCALAR,
                k.VALUE: _SCALAR,
                k.PART: _SCALAR,
                k.PATH: _SCALAR,
                k.ID: _SCALAR,
                k.NAME: _SCALAR,
                k.CUSTOM: _SCALAR,
                k.MAX: _SCALAR,
                k.WIDTH: self.choice(k.WIDTHS),
            }
        )

    def of_entity(self, model: EntityModel) -> Json:
        """What stands left of the colon: the fields, by id and by label."""
        fields: Json = {}
        for spec in model.fields:
            for name in dict.fromkeys((spec.name, spec.label.zh, spec.label.en)):
                fields.setdefault(name, self.field(spec))
        names = list(dict.fromkeys((model.name, model.label.zh, model.label.en)))
        body: Json = {"type": "object", "properties": fields, "additionalProperties": False}
        return {"if": _has(k.TO, names), "then": {"properties": _each(k.FIELDS, body)}}

    def field(self, spec: FieldSpec) -> Json:
        entry: Json = {"$ref": "#/definitions/entry"}
        if isinstance(spec.kind, Choice) and spec.kind.options:
            known = [(one.id, one.label.text(self.language)) for one in spec.kind.options]
            table = {"type": "object", "additionalProperties": {"anyOf": [described(known), _SCALAR]}}
            entry = {"allOf": [entry, {"properties": _each(k.VALUES, table) | _each(k.ALSO_READ, table)}]}
        label = f"{spec.label.text(self.language)} · {spec.kind.name}"
        return {"description": label, "anyOf": [_SCALAR, entry]}

    def of_object(self, system: str, schema: ObjectSchema) -> Json:
        """What stands right of it: the columns, with their labels, and the options of each."""
        columns = [*_flat(schema.fields)]
        names = described(columns)
        options = [self.options(one) for one in schema.fields if one.options]
        long: Json = {
            "type": "object",
            "properties": _each(k.FIELD, {"anyOf": [names, _SCALAR]}),
            "allOf": options,
        }
        entry: Json = {"anyOf": [names, _SCALAR, long if options else {**long, "allOf": [{}]}]}
        match = {"allOf": [_has(k.SYSTEM, [system]), _has(k.OBJECT, [schema.name])]}
        body = {"type": "object", "additionalProperties": entry}
        column = {"anyOf": [names, _SCALAR]}
        identity = {"type": "object", "properties": _each(k.HUB_ID, column) | _each(k.EXTERNAL_ID, column)}
        properties = _each(k.FIELDS, body) | _each(k.IDENTITY, identity)
        return {"if": match, "then": {"properties": properties}}

    def options(self, column: FieldSchema) -> Json:
        """The left side of a value table of this column."""
        table: Json = {
            "type": "object",
            "properties": {one: {"description": column.label or column.name} for one in column.options},
        }
        keys = _each(k.VALUES, table) | _each(k.ALSO_READ, table)
        return {"if": _has(k.FIELD, [column.name]), "then": {"properties": keys}}


def described(words: Iterable[tuple[str, str]]) -> Json:
    """An enumeration whose words are explained."""
    known = dict(words)
    return {"enum": [*known], "enumDescriptions": [text or name for name, text in known.items()]}


def _each(keyword: Keyword, schema: Json) -> Json:
    return dict.fromkeys(keyword.names, schema)


def _has(keyword: Keyword, values: list[str]) -> Json:
    """Does the key stand there, in any spelling, with one of these values?"""
    return {"anyOf": [{"properties": {name: {"enum": values}}, "required": [name]} for name in keyword.names]}


def _flat(columns: Iterable[FieldSchema], before: str = "") -> Iterable[tuple[str, str]]:
    """Names and labels of columns; those of lists by their path to the first row."""
    for one in columns:
        name = f"{before}{one.name}"
        if one.type is FieldType.LIST:
            yield name, one.label
            yield from _flat(one.fields, f"{name}[first].")
        else:
            yield (
                name,
                " · ".join(part for part in (one.label, one.type.value, "*" if one.required else "") if part),
            )
