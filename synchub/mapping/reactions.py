"""What follows when a record is deleted in its system, or leaves the mapping's scope."""

from __future__ import annotations

from synchub.document import Findings, Keyword, Reading, Scalar, Table, shape
from synchub.mapping import keywords as k
from synchub.mapping.compiled import KEEP, OnGone, Reaction
from synchub.mapping.names import FieldNames
from synchub.messages import Words
from synchub.model.entity import EntityModel
from synchub.model.values import Canonical, KindProblem


def read_reaction(
    reading: Reading, keyword: Keyword, entity: EntityModel | None, findings: Findings, *, deletes: bool
) -> Reaction:
    """``unlink`` (also when nothing is said), ``delete`` where it is allowed, or ``{archive: {field: value}}``."""
    node = reading.take(keyword)
    if node is None:
        return KEEP
    if isinstance(node, Table):
        return _archive(node, entity, findings)
    if not isinstance(node, Scalar):
        findings.error("T108", node, expected=Words("shape.text"), found=shape(node))
        return KEEP
    choices = {one: kind for one, kind in k.REACTIONS.items() if deletes or kind is not OnGone.DELETE}
    if node.text in k.ARCHIVE.names:
        findings.error("M217", node)
        return KEEP
    return Reaction(reading.chosen(node, keyword, choices) or OnGone.UNLINK)


def _archive(table: Table, entity: EntityModel | None, findings: Findings) -> Reaction:
    reading = Reading(table, findings)
    given = reading.take_texts(k.ARCHIVE, required=True)
    reading.refuse_unknown()
    values: dict[str, Canonical | None] = {}
    for name, text in given.items():
        index = None if entity is None else FieldNames(entity).find(name, findings)
        if entity is None or index is None:
            continue
        try:
            values[entity.fields[index].name] = entity.fields[index].kind.parse(text.text)
        except KindProblem as problem:
            findings.error(problem.code, text, **problem.params)
    return Reaction(OnGone.ARCHIVE, values)
