"""Finding a canonical field or entity by any of its names: id, Chinese label, English label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synchub.document import Findings, Scalar, nearest
from synchub.messages import Bilingual
from synchub.model.entity import EntityModel


@dataclass(frozen=True)
class FieldNames:
    """The names of one entity's fields."""

    model: EntityModel

    def candidates(self, name: str) -> list[int]:
        """Positions of the fields that this name may mean; an id wins over labels."""
        if name in self.model.position:
            return [self.model.position[name]]
        folded = name.casefold()
        return [
            index
            for index, spec in enumerate(self.model.fields)
            if folded in {spec.label.zh.casefold(), spec.label.en.casefold()}
        ]

    def find(self, name: Scalar, findings: Findings) -> int | None:
        """The field meant; otherwise a finding (M203 unknown, M209 a label of several fields)."""
        found = self.candidates(name.text)
        if len(found) == 1:
            spec = self.model.fields[found[0]]
            label = spec.label.zh if self.candidates(spec.label.zh) == found else spec.name
            findings.understood(name, spec.name, label)
            return found[0]
        if found:
            ids = ", ".join(self.model.fields[index].name for index in found)
            findings.error("M209", name, name=name.text, fields=ids)
            return None
        every = [text for spec in self.model.fields for text in (spec.name, spec.label.zh, spec.label.en)]
        findings.error(
            "M203",
            name,
            name=name.text,
            entity=self.model.label,
            hint=nearest(name.text, every),
            known=Bilingual(
                ", ".join(spec.name for spec in self.model.fields),
                "、".join(spec.label.zh for spec in self.model.fields),
            ),
        )
        return None


def find_entity(name: Scalar, entities: Mapping[str, EntityModel], findings: Findings) -> EntityModel | None:
    """The entity meant by an id or a label; M205 when there is none."""
    for model in entities.values():
        if name.text in {model.name, model.label.zh, model.label.en}:
            return model
    every = [text for model in entities.values() for text in (model.name, model.label.zh, model.label.en)]
    findings.error(
        "M205", name, name=name.text, hint=nearest(name.text, every), known=", ".join(sorted(entities))
    )
    return None
