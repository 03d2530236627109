"""How well a column fits a field: by name and label, by type, by what its cells hold, by values the hub knows already."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from synchub.mapping.suggest.synonyms import SYNONYMS
from synchub.messages import Words
from synchub.model.entity import FieldSpec
from synchub.model.schema import FieldSchema, FieldType
from synchub.model.values import Canonical, KindProblem, Raw

THRESHOLD: Final = 0.35
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_READABLE: Final = 0.5
"""A column of whose cells fewer can be read as the field is another one, unless its name leaves no doubt."""
_SURE_NAME: Final = 0.6
_TELLING: Final = frozenset({"phone", "email", "uscc"})
"""Kinds whose values can hardly be anything else."""
FITTING: Final[Mapping[str, frozenset[FieldType]]] = {
    "phone": frozenset({FieldType.TEXT, FieldType.INTEGER, FieldType.OTHER}),
    "email": frozenset({FieldType.TEXT, FieldType.OTHER}),
    "uscc": frozenset({FieldType.TEXT, FieldType.OTHER}),
    "money": frozenset({FieldType.DECIMAL, FieldType.INTEGER, FieldType.TEXT, FieldType.OTHER}),
    "decimal": frozenset({FieldType.DECIMAL, FieldType.INTEGER, FieldType.TEXT, FieldType.OTHER}),
    "percent": frozenset({FieldType.DECIMAL, FieldType.INTEGER, FieldType.TEXT, FieldType.OTHER}),
    "integer": frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.TEXT, FieldType.OTHER}),
    "date": frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.TEXT, FieldType.OTHER}),
    "datetime": frozenset({FieldType.DATETIME, FieldType.TEXT, FieldType.OTHER}),
    "bool": frozenset(
        {FieldType.BOOLEAN, FieldType.CHOICE, FieldType.TEXT, FieldType.INTEGER, FieldType.OTHER}
    ),
    "list": frozenset({FieldType.MULTICHOICE, FieldType.TEXT, FieldType.OTHER}),
    "ref": frozenset({FieldType.REFERENCE, FieldType.TEXT, FieldType.INTEGER, FieldType.OTHER}),
}

"""Kind of a field -> types of columns that can hold it; a kind that is not named here may be in any column."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column for a field: how sure we are (0 to 1), and why."""

    field: FieldSpec
    column: FieldSchema
    confidence: float
    reasons: tuple[Words, ...] = ()


def propose(
    fields: Sequence[FieldSpec],
    columns: Sequence[FieldSchema],
    samples: Mapping[str, Sequence[Raw]],
    golden: Mapping[str, frozenset[object]],
) -> list[Proposal]:
    """The best column for each field, each column once; surest first. `golden` holds keys of known values by field name."""
    every = [
        one
        for spec in fields
        for column in columns
        if (one := score(spec, column, samples.get(column.name, ()), golden.get(spec.name, frozenset())))
        is not None
    ]
    every.sort(key=lambda one: -one.confidence)
    taken_fields: set[str] = set()
    taken_columns: set[str] = set()
    chosen: list[Proposal] = []
    for one in every:
        if one.field.name in taken_fields or one.column.name in taken_columns or one.confidence < THRESHOLD:
            continue
        taken_fields.add(one.field.name)
        taken_columns.add(one.column.name)
        chosen.append(one)
    return chosen


def score(
    spec: FieldSpec, column: FieldSchema, sample: Sequence[Raw], golden: frozenset[object]
) -> Proposal | None:
    """None where the column cannot hold the field."""
    allowed = FITTING.get(spec.kind.name)
    if column.type is FieldType.LIST or (allowed is not None and column.type not in allowed):
        return None
    reasons: list[Words] = []
    named, why = _by_name(spec, column)
    if why:
        reasons.append(Words(f"suggest.{why}", {"column": column.label or column.name}))
    filled = [one for one in sample if one is not None and one != ""]
    parsed = [value for one in filled if (value := _read(spec, one)) is not None]
    readable = len(parsed) / len(filled) if filled else None
    total = named
    if readable is not None and spec.kind.name not in {"text", "code", "choice", "ref", "list"}:
        if readable < _READABLE:
            if named < _SURE_NAME or not readable:
                return None
            total = named * (_READABLE + readable)  # the right column, badly kept; the reason says how badly
        elif named or spec.kind.name in _TELLING:
            total += (0.45 if spec.kind.name in _TELLING else 0.15) * readable
        if named or spec.kind.name in _TELLING:
            reasons.append(Words("suggest.readable", {"percent": round(readable * 100)}))
    overlap = _overlap(spec, parsed, golden)
    if overlap >= 0.2 and len(parsed) >= 2:
        total += 0.6 * overlap
        reasons.append(Words("suggest.known", {"percent": round(overlap * 100)}))
    if not reasons or total <= 0:
        return None
    return Proposal(spec, column, min(total, 0.99), tuple(reasons))


def _read(spec: FieldSpec, raw: Raw) -> Canonical | None:
    if spec.kind.name == "ref":
        return None
    try:
        return spec.kind.parse(raw)
    except KindProblem:
        return None


def _overlap(spec: FieldSpec, values: Sequence[Canonical], golden: frozenset[object]) -> float:
    keys = {spec.kind.key(value) for value in values}
    return len(keys & golden) / len(keys) if keys and golden else 0.0


def _by_name(spec: FieldSpec, column: FieldSchema) -> tuple[float, str]:
    """(points, which reason)."""
    wanted = {folded(one) for one in (spec.name, spec.label.zh, spec.label.en)}
    also = {folded(one) for one in SYNONYMS.get(spec.name, ())}
    called = {folded(one) for one in _names(column)}
    if wanted & called:
        return 0.7, "same_name"
    if also & called:
        return 0.6, "synonym"
    near = max(
        (difflib.SequenceMatcher(None, one, other).ratio() for one in called for other in wanted | also),
        default=0.0,
    )
    if near >= 0.8:
        return 0.5 * near, "near_name"
    inside = any(len(one) >= 2 and one in other for one in wanted | also for other in called)
    return (0.35, "part_of_name") if inside else (0.0, "")


def _names(column: FieldSchema) -> Iterator[str]:
    for text in (column.name, column.label):
        if text:
            yield text
            yield text.rpartition(".")[2].removesuffix("__c")
            yield re.sub(r"[（(【\[].*?[）)】\]]", "", text)


def folded(text: str) -> str:
    """As names are compared: no case, no blanks, no marks; ``BillingCity``, ``billing_city`` and ``Billing city`` are one."""
    return re.sub(r"[\W_]+", "", _CAMEL.sub(" ", text)).casefold()
