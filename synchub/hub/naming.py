"""What people call entities and fields: by name or label, in any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from synchub.errors import UserError
from synchub.mapping import CompiledMapping
from synchub.messages import Bilingual
from synchub.model.entity import EntityModel
from synchub.model.values import Label


def entity_named(entities: Mapping[str, EntityModel], name: str) -> str:
    """The entity of this name or label. Raises UserError H343."""
    for model in entities.values():
        if name.casefold() in {model.name.casefold(), model.label.zh, model.label.en.casefold()}:
            return model.name
    raise UserError("H343", entity=name, known=_names((one.name, one.label) for one in entities.values()))


def field_named(model: EntityModel, name: str) -> str:
    """The field of this name or label. Raises UserError H345."""
    for spec in model.fields:
        if name.casefold() in {spec.name, spec.label.zh, spec.label.en.casefold()}:
            return spec.name
    raise UserError("H345", field=name, known=_names((spec.name, spec.label) for spec in model.fields))


def mapped_field(mappings: Sequence[CompiledMapping], system: str, name: str) -> str:
    """The field of this name or label in the mappings of a system; the name itself where they have none."""
    for mapping in mappings:
        if mapping.system == system:
            with suppress(UserError):
                return field_named(mapping.entity, name)
    return name


def _names(known: Iterable[tuple[str, Label]]) -> Bilingual:
    """What may be said: names, and labels where the reader's language is not that of the names."""
    told = [*known]
    return Bilingual(", ".join(name for name, _ in told), "、".join(label.zh for _, label in told))
