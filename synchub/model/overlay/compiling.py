"""Overlays and classes become one run-time model per entity; every contradiction is a finding with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from synchub.document import Entry, Findings, Reading, Scalar, Table, nearest, shape
from synchub.errors import MappingError, Position
from synchub.messages import Words
from synchub.model.entities import ENTITIES, Standard, standard_fields
from synchub.model.entity import EntityModel, FieldSpec, Rule, Visibility
from synchub.model.expression import ExpressionError, compile_rule
from synchub.model.expression.words import words_of
from synchub.model.overlay import keywords as words
from synchub.model.overlay.kinds import entity_named, read_kind
from synchub.model.overlay.policies import read_generate, read_owner, read_policy
from synchub.model.overlay.reading import Overlay, names_of, read_label, read_overlays
from synchub.model.values import Label

_CUSTOM_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_RESERVED = frozenset({"id", "custom", "rev", "state", "merged_into", "provenance", "created", "updated"})


def load_entities(folder: Path, *, systems: Collection[str] | None = None) -> dict[str, EntityModel]:
    """The models of a hub whose overlays lie in this folder. Raises MappingError with every problem of every file."""
    findings = Findings()
    models = compile_entities(read_overlays(folder, findings), findings, systems=systems)
    _raise_errors(findings)
    return models


def compile_entities(
    overlays: Iterable[Overlay] = (),
    findings: Findings | None = None,
    *,
    systems: Collection[str] | None = None,
) -> dict[str, EntityModel]:
    """Every standard entity by name, governed by its overlay if there is one.

    Problems go to `findings`, and the models come as far as they can be understood; without `findings` errors are raised
    as one MappingError. `systems` are the hub's, to check owners and priorities against; None when there is no hub.
    """
    collected = findings if findings is not None else Findings()
    governed = _by_entity(overlays, collected)
    models = {name: _Compilation(name, governed.get(name), collected, systems).model() for name in ENTITIES}
    if findings is None:
        _raise_errors(collected)
    return models


def _raise_errors(findings: Findings) -> None:
    problems = sorted(findings.errors, key=lambda problem: problem.position or Position("", 0))
    if problems:
        raise MappingError("O200", problems=problems, count=len(problems))


def _by_entity(overlays: Iterable[Overlay], findings: Findings) -> dict[str, Overlay]:
    governed: dict[str, Overlay] = {}
    for overlay in overlays:
        said = overlay.entity.text
        name = entity_named(said)
        if name is None:
            params = {"entity": said, "hint": nearest(said, ENTITIES), "known": ", ".join(ENTITIES)}
            findings.error("O201", overlay.entity, **params)
        elif name in governed:
            findings.error("O202", overlay.entity, entity=name, first=governed[name].position.file)
        else:
            governed[name] = overlay
    return governed


@dataclass(slots=True)
class _Field:
    """A field on the way to its `FieldSpec`, and where it is written."""

    spec: FieldSpec
    at: Entry | None = None


class _Compilation:
    """One entity: fields, then what refers to fields."""

    def __init__(
        self, name: str, overlay: Overlay | None, findings: Findings, systems: Collection[str] | None
    ) -> None:
        self.name = name
        self.entity = ENTITIES[name]
        self.overlay = overlay
        self.findings = findings
        self.systems = systems
        self.standard: Mapping[str, Standard] = standard_fields(self.entity)
        self.fields: dict[str, _Field] = {
            field: _Field(_ungoverned(field, standard)) for field, standard in self.standard.items()
        }
        self.names: dict[str, str] = names_of({name: one.spec.label for name, one in self.fields.items()})

    def model(self) -> EntityModel:
        label = self.entity.entity_label
        rules: tuple[Rule, ...] = ()
        if self.overlay is not None:
            label = read_label(self.overlay.label, label, self.findings)
            for entry in self.overlay.fields or ():
                self.field(entry)
            self.check_labels()
            for entry in self.overlay.groups or ():
                self.group(entry)
            for entry in self.overlay.visibility or ():
                self.visibility(entry)
            rules = self.rules()
        fields = tuple(field.spec for field in self.fields.values())
        return EntityModel(self.name, label, fields, self.entity.title_field, rules)

    # -- fields

    def field(self, entry: Entry) -> None:
        if isinstance(entry.value, Scalar) and entry.value.blank:
            table = Table({}, entry.value.position)
        elif isinstance(entry.value, Table):
            table = entry.value
        else:
            self.findings.error("T108", entry.value, expected=Words("shape.table"), found=shape(entry.value))
            return
        reading = Reading(table, self.findings)
        custom = reading.take_yes(words.CUSTOM)
        name = self.names.get(entry.key.text)
        if not self.may_stand(entry, reading, name, custom=custom):
            return
        standard = self.standard.get(name) if name else None
        spec = self.read_field(name or entry.key.text, standard, reading)
        reading.refuse_unknown()
        self.fields[spec.name] = _Field(spec, entry)

    def may_stand(self, entry: Entry, reading: Reading, name: str | None, *, custom: bool) -> bool:
        """Is this a standard field governed once, or a custom field with a name of its own?"""
        said = entry.key.text
        if name is not None and custom:
            self.findings.error("O204", reading.entry(words.CUSTOM), name=said, standard=name)
        elif name is not None and (first := self.fields[name].at) is not None:
            self.findings.error("T106", entry, key=said, first=first.key.position.line)
        elif name is None and not custom:
            self.findings.error("O203", entry, name=said, entity=self.name, hint=nearest(said, self.names))
        elif name is None and said in self.fields:
            self.findings.error("O204", entry, name=said, standard=said)
        elif name is None and (not _CUSTOM_NAME.fullmatch(said) or said in _RESERVED):
            self.findings.error("O205", entry, name=said)
        else:
            return True
        return False

    def read_field(self, name: str, standard: Standard | None, reading: Reading) -> FieldSpec:
        label = standard.label if standard else Label(zh=name, en=name)
        kind = read_kind(reading, standard.kind if standard else None)
        unique = reading.take_yes(words.UNIQUE, default=standard.unique if standard else False)
        owner = read_owner(reading, self.systems)
        pii = reading.take_choice(words.PII, words.PII_CLASSES, default=standard.pii if standard else "none")
        if standard and standard.pii != "none" and pii == "none":
            self.findings.error("O227", reading.entry(words.PII), name=name)
            pii = standard.pii
        return FieldSpec(
            name,
            kind,
            read_label(reading.take(words.LABEL), label, self.findings),
            pii=pii,
            required=reading.take_yes(words.REQUIRED, default=standard.required if standard else False),
            unique=unique,
            custom=standard is None,
            owner=owner,
            policy=read_policy(reading, kind, owner, self.systems),
            generate=read_generate(reading, kind, unique=unique),
        )

    def check_labels(self) -> None:
        """Mappings may write a field by its label, so two fields cannot share one."""
        taken: dict[str, str] = {name: name for name in self.fields}
        for name, field in self.fields.items():
            for label in dict.fromkeys((field.spec.label.zh, field.spec.label.en)):
                other = taken.setdefault(label, name)
                if other != name:
                    self.findings.error("O226", field.at, label=label, name=name, other=other)
        self.names = names_of({name: one.spec.label for name, one in self.fields.items()})

    # -- what refers to fields

    def named(self, scalar: Scalar) -> _Field | None:
        name = self.names.get(scalar.text)
        if name is None:
            hint = nearest(scalar.text, self.names)
            self.findings.error("O231", scalar, name=scalar.text, entity=self.name, hint=hint)
            return None
        return self.fields[name]

    def group(self, entry: Entry) -> None:
        reading = Reading(Table({}, entry.key.position), self.findings)
        members = [(one, self.named(one)) for one in reading.scalars(entry.value)]
        first: FieldSpec | None = None
        for scalar, field in members:
            if field is None:
                continue
            if field.spec.group is not None:
                self.findings.error("O232", scalar, name=scalar.text, group=field.spec.group)
                continue
            spec = field.spec
            first = first or spec
            if (spec.owner, spec.policy) != (first.owner, first.policy):
                self.findings.error("O233", scalar, name=scalar.text, first=first.name, group=entry.key.text)
            field.spec = replace(spec, group=entry.key.text)

    def visibility(self, entry: Entry) -> None:
        field = self.named(entry.key)
        if not isinstance(entry.value, Table):
            self.findings.error("T108", entry.value, expected=Words("shape.table"), found=shape(entry.value))
            return
        reading = Reading(entry.value, self.findings)
        roles: dict[str, Visibility] = {}
        for keyword, role in words.ROLES.items():
            if reading.entry(keyword) is not None:
                roles[role] = reading.take_choice(keyword, words.VISIBILITIES, default="hide")
        reading.refuse_unknown()
        if field is not None:
            field.spec = replace(field.spec, visibility=roles)

    def rules(self) -> tuple[Rule, ...]:
        assert self.overlay is not None
        found: dict[str, Rule] = {}
        for item in self.overlay.rules or ():
            if not isinstance(item, Table):
                self.findings.error("T108", item, expected=Words("shape.table"), found=shape(item))
                continue
            rule = self.rule(item, found)
            if rule is not None:
                found[rule.name] = rule
        return tuple(found.values())

    def rule(self, table: Table, others: Mapping[str, Rule]) -> Rule | None:
        reading = Reading(table, self.findings)
        name = reading.take_scalar(words.NAME, required=True)
        check = reading.take_scalar(words.CHECK, required=True)
        on_fail = reading.take_choice(words.ON_FAIL, words.ON_FAILS, default="review")
        reading.refuse_unknown()
        if name is None or check is None:
            return None
        if name.text in others:
            self.findings.error("O234", name, name=name.text)
            return None
        for word in words_of(check.text) if "\n" not in check.text else ():
            self.findings.understood(Scalar(word.text, _inside(check, word.at)), word.en, word.zh)
        try:
            return compile_rule(name.text, check.text, on_fail, [one.spec for one in self.fields.values()])
        except ExpressionError as error:
            self.findings.error(error.code, _inside(check, error.offset), **error.params)
            return None


def _ungoverned(name: str, standard: Standard) -> FieldSpec:
    return FieldSpec(
        name,
        standard.kind,
        standard.label,
        pii=standard.pii,
        required=standard.required,
        unique=standard.unique,
    )


def _inside(scalar: Scalar, offset: int) -> Position:
    """The place of a character of a text that stands on one line."""
    at = scalar.position
    return Position(at.file, at.line, at.column + offset + (1 if scalar.quoted else 0))
