"""From proposals to a mapping file with comments: formats chosen by what the cells hold, value tables by their options."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from synchub import messages
from synchub.document import Keyword
from synchub.document.editing import quoted
from synchub.mapping import keywords as k
from synchub.mapping.suggest.scoring import Proposal, folded, propose
from synchub.mapping.transforms import LIBRARY
from synchub.mapping.transforms.plain import filled_like
from synchub.mapping.transforms.times import DayForm
from synchub.mapping.transforms.words import plain_text
from synchub.messages import Language
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import Bool, Choice, Ref
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema
from synchub.model.values import KindProblem, Raw

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_HUB_COLUMN = re.compile(r"(?i)synchub|hub.?id|系统编号|中台编号")
_FEW = 12
"""So many different words may be a value table."""


@dataclass(frozen=True)
class Sample:
    """Rows of the object: column -> values, in the order they were read."""

    columns: Mapping[str, Sequence[Raw]] = field(default_factory=dict)
    rows: int = 0


@dataclass(frozen=True)
class Draft:
    """A mapping file to be edited, and what it rests on."""

    name: str
    text: str
    entity: EntityModel
    proposals: tuple[Proposal, ...]
    left: tuple[FieldSchema, ...]
    """Columns that no field was found for."""


def nearest_entity(entities: Mapping[str, EntityModel], schema: ObjectSchema, sample: Sample) -> EntityModel:
    """The entity whose fields the columns resemble most."""

    def fitness(model: EntityModel) -> float:
        found = propose(model.fields, _columns(schema), sample.columns, {})
        return sum(one.confidence for one in found) / math.sqrt(len(model.fields)) + _called(schema, model)

    return max(entities.values(), key=fitness)


def _called(schema: ObjectSchema, model: EntityModel) -> float:
    """How much of the object's name is the entity's: 1 for “Order line” and OrderLine, less for “Orders” and Order, or 销售订单 and 订单."""
    named = [folded(one) for one in (model.name, model.label.zh, model.label.en)]
    return max(
        (
            len(one) / len(name)
            for name in map(folded, (schema.name, schema.label))
            for one in named
            if one and one in name
        ),
        default=0.0,
    )


def draft(
    system: str,
    schema: ObjectSchema,
    model: EntityModel,
    sample: Sample,
    golden: Mapping[str, frozenset[object]],
    language: Language,
) -> Draft:
    """A file for this object, in English or Chinese words."""
    hub_column = hub_column_of(schema)
    columns = [one for one in _columns(schema) if one is not hub_column]
    proposals = propose(model.fields, columns, sample.columns, golden)
    order = {spec.name: index for index, spec in enumerate(model.fields)}
    proposals.sort(key=lambda one: order[one.field.name])
    used = {one.column.name for one in proposals}
    left = tuple(one for one in columns if one.name not in used)
    name = f"{system}-{schema.name}"
    writer = _Writer(language)
    text = writer.whole(name, system, schema, model, hub_column, proposals, sample, left)
    return Draft(name, text, model, tuple(proposals), left)


def hub_column_of(schema: ObjectSchema) -> FieldSchema | None:
    """The column that looks as if it were kept for the hub's id."""
    return next((one for one in schema.fields if _HUB_COLUMN.search(one.name + one.label)), None)


def _columns(schema: ObjectSchema) -> list[FieldSchema]:
    return [one for one in schema.fields if one.type is not FieldType.LIST]


class _Writer:
    """Writes YAML in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def word(self, keyword: Keyword) -> str:
        return keyword.text(self.language)

    def say(self, code: str, **params: object) -> str:
        return messages.text(code, params, self.language)

    def whole(
        self,
        name: str,
        system: str,
        schema: ObjectSchema,
        model: EntityModel,
        hub_column: FieldSchema | None,
        proposals: Sequence[Proposal],
        sample: Sample,
        left: Sequence[FieldSchema],
    ) -> str:
        lines = [f"# {self.say('suggest.head', rows=sample.rows)}"]
        lines += [f"# {self.say('suggest.how')}"]
        lines += [
            f"{self.word(k.MAPPING)}: {quoted(name)}",
            f"{self.word(k.SYSTEM)}: {quoted(system)}",
            f"{self.word(k.OBJECT)}: {quoted(schema.name)}",
            f"{self.word(k.TO)}: {model.name}",
        ]
        header = next((row for note in schema.notes if (row := _header_row(note))), "")
        if header and header != "1":
            lines.append(f"{self.word(k.HEADER_ROW)}: {header}")
        lines += self.identity(model, hub_column, proposals)
        lines.append(f"{self.word(k.FIELDS)}:")
        for one in proposals:
            why = "; ".join(reason.text(self.language) for reason in one.reasons)
            lines.append(f"  # {one.confidence:.0%} · {why}")
            lines += self.entry(one, sample.columns.get(one.column.name, ()))
        if not proposals:
            lines += [f"  # {self.say('suggest.nothing')}"]
        if left:
            lines.append(f"# {self.say('suggest.left')}")
            lines += [f"#   {quoted(one.name)}{self.told(one)}" for one in left]
        return "\n".join(lines) + "\n"

    def told(self, column: FieldSchema) -> str:
        label = f" ({column.label})" if column.label and column.label != column.name else ""
        required = " !" if column.required else ""
        return f"{label}, {column.type}{required}".replace("\n", " ")

    def identity(
        self, model: EntityModel, hub_column: FieldSchema | None, proposals: Sequence[Proposal]
    ) -> list[str]:
        mapped = {one.field.name: one.field for one in proposals}
        rules = [spec for spec in mapped.values() if spec.unique]
        title = mapped.get(model.title)
        if title is not None and title not in rules:
            rules.append(title)
        parts = [f"{self.word(k.HUB_ID)}: {quoted(hub_column.name)}"] if hub_column is not None else []
        if rules:
            listed = ", ".join(f"[{quoted(self.field_name(one, model))}]" for one in rules)
            parts.append(f"{self.word(k.MATCH)}: [{listed}]")
        return [f"{self.word(k.IDENTITY)}: {{{', '.join(parts)}}}"] if parts else []

    def field_name(self, spec: FieldSpec, model: EntityModel) -> str:
        """By label in Chinese files, where the label names one field only."""
        if self.language == "en":
            return spec.name
        same = [one for one in model.fields if one.label.zh == spec.label.zh]
        return spec.label.zh if len(same) == 1 else spec.name

    def entry(self, one: Proposal, sample: Sequence[Raw]) -> list[str]:
        spec, column = one.field, one.column
        name = quoted(spec.label.zh if self.language == "zh" else spec.name)
        settings = [(self.word(k.FIELD), quoted(column.name)), *self.settings(spec, column, sample)]
        if not column.updatable:
            settings.append((self.word(k.FLOW), self.choice(k.FLOWS, 1)))
        if len(settings) == 1:
            return [f"  {name}: {quoted(column.name)}"]
        inside = ", ".join(f"{key}: {value}" for key, value in settings)
        return [f"  {name}: {{{inside}}}"]

    def choice(self, choices: Mapping[Keyword, object], position: int) -> str:
        return list(choices)[position].text(self.language)

    def format(self, name: str) -> tuple[str, str]:
        keyword = next(one for one in LIBRARY if one.en == name)
        return self.word(k.AS), keyword.text(self.language)

    def settings(
        self, spec: FieldSpec, column: FieldSchema, sample: Sequence[Raw]
    ) -> Iterator[tuple[str, str]]:
        """What an entry says beside its column."""
        texts = [one for one in sample if isinstance(one, str) and one.strip()]
        kind = spec.kind
        if kind.name == "phone":
            yield self.format("phone")
            form = next((found[0] for one in texts if (found := _MOBILE.search(one))), "")
            if form:
                yield self.word(k.WRITE), quoted(filled_like(form, "13800138000"))
        elif kind.name == "money" and "万" in column.name + column.label:
            yield self.format("money")
            yield self.word(k.UNIT), self.choice(k.UNITS, 2)
        elif kind.name == "date" and texts:
            yield self.format("date")
            yield self.word(k.WRITE), self.date_form(texts[0])
        elif isinstance(kind, Bool):
            yield from self.words(texts)
        elif isinstance(kind, Choice) and kind.options:
            yield from self.table(kind, column, sample)
        elif isinstance(kind, Ref):
            yield self.word(k.REF), kind.entity
            if column.type is not FieldType.REFERENCE:
                yield self.word(k.BY), "name"

    def date_form(self, text: str) -> str:
        form = DayForm.of(text.strip().split(" ")[0])
        return "2026-08-01" if form is None else quoted(form.write(date(2026, 8, 1)))

    def words(self, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The two words that a yes-or-no column uses."""
        found = list(dict.fromkeys(one.strip() for one in texts))
        meant = {}
        for one in found:
            try:
                meant[Bool().parse(one)] = one
            except KindProblem:
                return
        if len(found) == 2 and set(meant) == {True, False}:
            yield self.format("bool")
            yield self.word(k.WORDS), f"[{quoted(meant[True])}, {quoted(meant[False])}]"

    def table(self, kind: Choice, column: FieldSchema, sample: Sequence[Raw]) -> Iterator[tuple[str, str]]:
        """Pairs for every word that an option is called by; the rest waits for review."""
        counted = Counter(plain_text(one) for one in sample if isinstance(one, str | bool | int))
        known = [one for one in column.options if one] or [one for one, _ in counted.most_common(_FEW) if one]
        pairs: dict[str, str] = {}
        also: dict[str, str] = {}
        for text in known:
            option = _option(kind, text)
            if option is not None:
                (also if option in pairs.values() else pairs)[text] = option
        if not pairs or all(text == option for text, option in pairs.items()):
            return
        yield self.word(k.VALUES), _flow_table(pairs)
        if also:
            yield self.word(k.ALSO_READ), _flow_table(also)


def _flow_table(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(left)}: {quoted(right)}" for left, right in pairs.items()) + "}"


def _option(kind: Choice, text: str) -> str | None:
    """The option that a system's word means: what the kind understands, or what differs by a suffix only (华东区, East China)."""
    try:
        found = kind.parse(text)
    except KindProblem:
        found = None
    if isinstance(found, str):
        return found
    standing = _standing(text)
    if standing in {one.id for one in kind.options}:
        return standing
    wanted = folded(text)
    near = [
        one.id
        for one in kind.options
        for name in (one.id, one.label.zh, one.label.en)
        if len(folded(name)) >= 2
        and (folded(name) in wanted or (len(wanted) >= 3 and wanted in folded(name)))
    ]
    return near[0] if len(set(near)) == 1 else None


def _standing(text: str) -> str | None:
    """A yes or no in a column such as 是否合作, as the option of a status."""
    try:
        return {True: "active", False: "inactive"}.get(Bool().parse(text))  # type: ignore[arg-type]  # a blank is no key
    except KindProblem:
        return None


def _header_row(note: str) -> str:
    name, _, row = note.partition(":")
    return row.strip() if name.strip() == "header_row" and row.strip().isdigit() else ""
