"""What people call entities and fields: by name or label, in any case."""

from __future__ import annotations

from collections.abc import Mapping

from synchub.errors import UserError
from synchub.model.entity import EntityModel


def entity_named(entities: Mapping[str, EntityModel], name: str) -> str:
    """The entity of this name or label. Raises UserError H343."""
    for model in entities.values():
        if name.casefold() in {model.name.casefold(), model.label.zh, model.label.en.casefold()}:
            return model.name
    raise UserError("H343", entity=name, known=", ".join(entities))


def field_named(model: EntityModel, name: str) -> str:
    """The field of this name or label. Raises UserError H345."""
    for spec in model.fields:
        if name.casefold() in {spec.name, spec.label.zh, spec.label.en.casefold()}:
            return spec.name
    raise UserError("H345", field=name, known=", ".join(spec.name for spec in model.fields))
