"""Gathers what a draft of a mapping needs: the object as its system describes it, sample rows, and values the hub holds already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synchub.document import nearest
from synchub.errors import UserError
from synchub.mapping.suggest import Draft, Sample, draft, hub_column_of, nearest_entity
from synchub.messages import Language
from synchub.model.entity import EntityModel
from synchub.model.schema import FieldType, ObjectSchema
from synchub.model.values import ABSENT, Raw, Unreadable
from synchub.sdk import Connector, PullRequest
from synchub.store import Store

_GOLDEN = 2000
"""So many golden records are compared with."""


def suggest(
    store: Store,
    connector: Connector,  # type: ignore[type-arg]  # of any settings
    system: str,
    object: str,
    entities: Mapping[str, EntityModel],
    to: EntityModel | None,
    rows: int,
    language: Language,
) -> Draft:
    """Read the schema and some rows, and draft. Raises UserError for an object that is not there, and what the connector raises."""
    schema = schema_of(connector, system, object)
    sample = sample_of(connector, schema, rows)
    model = to or nearest_entity(entities, schema, sample)
    return draft(system, schema, model, sample, _golden(store, model), language)


def schema_of(connector: Connector, system: str, object: str) -> ObjectSchema:  # type: ignore[type-arg]  # as above
    every = connector.discover(None)
    wanted = object.casefold()
    found = next((one for one in every if wanted in {one.name.casefold(), one.label.casefold()}), None)
    if found is None:
        names = [one.name for one in every]
        params = {"hint": nearest(object, names), "known": ", ".join(names)}
        raise UserError("H355", system=system, object=object, **params)
    return next((one for one in connector.discover([found.name]) if one.name == found.name), found)


def sample_of(connector: Connector, schema: ObjectSchema, rows: int) -> Sample:  # type: ignore[type-arg]  # as above
    """The first rows, column by column; what cannot be read is left out."""
    columns = tuple(one.name for one in schema.fields if one.type is not FieldType.LIST)
    if not columns:
        return Sample()
    options = dict(note.split(": ", 1) for note in schema.notes if note.startswith("header_row: "))
    hub_column = hub_column_of(schema)
    if hub_column is None and "key_column" in connector.options:
        options["key_column"] = columns[0]  # a sheet wants to know what tells its rows apart
    request = PullRequest(
        schema.name, columns, hub_column=hub_column.name if hub_column else "", options=options
    )
    records: list[Sequence[object]] = []
    for page in connector.pull(request):
        records += [record.values for record in page.records if not record.deleted]
        if len(records) >= rows:
            break
    return Sample(
        {name: _usable([row[place] for row in records[:rows]]) for place, name in enumerate(columns)},
        min(len(records), rows),
    )


def _usable(values: Sequence[object]) -> list[Raw]:
    return [one for one in values if one is not ABSENT and not isinstance(one, Unreadable)]  # type: ignore[misc]  # what remains is raw


def _golden(store: Store, model: EntityModel) -> dict[str, frozenset[object]]:
    """Keys of known values by field; looking at them leaves no trace."""
    with store.rehearsal() as rehearsed, rehearsed.begin() as tx:
        records = tx.golden_without_link("", model.name, _GOLDEN)
    return {
        spec.name: frozenset(
            spec.kind.key(value) for one in records if (value := one.values[place]) is not None
        )
        for place, spec in enumerate(model.fields)
    }
