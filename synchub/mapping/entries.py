"""Reads the lines of `fields`: short form, column with format, value table, reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.document import Entry, Findings, Items, Reading, Scalar, Table, shape
from synchub.document.reading import listed
from synchub.mapping import keywords as k
from synchub.mapping.compiled import Flow, RefSpec
from synchub.mapping.formulas import read_formula
from synchub.mapping.names import FieldNames, find_entity
from synchub.mapping.spec import FieldEntry, Otherwise
from synchub.mapping.transforms import (
    DEFAULTS,
    LIBRARY,
    Around,
    AsIdName,
    AsReference,
    Transform,
    read_values,
)
from synchub.messages import Words
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import Ref
from synchub.model.values import KindProblem

_TEXTUAL = frozenset({"text", "code", "choice", "list"})
"""Kinds that can keep a text nobody knows."""


@dataclass
class EntryReader:
    """Reads the entries of one mapping."""

    model: EntityModel
    entities: Mapping[str, EntityModel]
    zone: ZoneInfo
    each: bool
    findings: Findings
    folder: Path | None = None

    def read(self, table: Table) -> tuple[FieldEntry, ...]:
        """The sound entries, in file order; the rest are findings."""
        names = FieldNames(self.model)
        lines: dict[int, int] = {}
        found: list[FieldEntry] = []
        for entry in table:
            index = names.find(entry.key, self.findings)
            if index is None:
                continue
            if index in lines:
                self.findings.error("M204", entry, name=entry.key.text, line=lines[index])
                continue
            lines[index] = entry.key.position.line
            one = self.entry(entry, index)
            if one is not None:
                found.append(one)
        return tuple(found)

    def entry(self, entry: Entry, index: int) -> FieldEntry | None:
        spec, value = self.model.fields[index], entry.value
        if isinstance(value, Items):
            self.findings.error("T108", value, expected=Words("shape.column"), found=shape(value))
            return None
        if isinstance(value, Scalar):
            if not value.text:
                self.findings.error("M210", entry, name=entry.key.text)
                return None
            return self.short(spec, index, entry, value)
        return self.long(spec, index, entry, value)

    def short(self, spec: FieldSpec, index: int, entry: Entry, column: Scalar) -> FieldEntry | None:
        """``name: Name``."""
        reading = Reading(Table({}, column.position), self.findings)
        ref = RefSpec(spec.kind.entity) if isinstance(spec.kind, Ref) else None
        transform = self.transform(spec, reading, ref, Otherwise())
        if transform is None:
            return None
        return FieldEntry(
            spec,
            index,
            column.text,
            transform,
            Flow.BOTH,
            Otherwise(),
            ref,
            "",
            entry.key.position,
            column.position,
            None,
        )

    def long(self, spec: FieldSpec, index: int, entry: Entry, table: Table) -> FieldEntry | None:
        """``phone: {field: Phone, as: phone, …}``."""
        before = len(self.findings.errors)
        reading = Reading(table, self.findings)
        flow = reading.take_scalar(k.FLOW)
        direction = reading.take_choice(k.FLOW, k.FLOWS, default=Flow.BOTH)
        lossy = reading.take_text(k.LOSSY) or ""
        otherwise = self.otherwise(spec, reading)
        ref = self.reference(spec, reading)
        formula = reading.take_scalar(k.VALUE)
        if formula is not None:
            transform, columns = self.formula(formula, spec, direction, reading)
        else:
            transform = self.transform(spec, reading, ref, otherwise)
            columns = self.columns(reading, transform)
        if transform is not None and transform.write_only:
            if flow is not None and direction is not Flow.HUB_WRITES:
                self.findings.error("M418", flow, format=transform.name)
            direction = Flow.HUB_WRITES
        if ref is not None and ref.parent:
            self.parent(reading, columns[0] if columns else None)
        elif not columns and len(self.findings.errors) == before:
            self.findings.error("M210", entry, name=entry.key.text)
        reading.refuse_unknown()
        if len(self.findings.errors) > before or transform is None:
            return None
        return FieldEntry(
            spec,
            index,
            columns[0].text if columns else "",
            transform,
            direction,
            otherwise,
            ref,
            lossy,
            entry.key.position,
            columns[0].position if columns else table.position,
            flow.position if flow else None,
            tuple(columns[1:]),
        )

    def columns(self, reading: Reading, transform: Transform | None) -> list[Scalar]:
        """One column, or the two of an id and its name."""
        if isinstance(transform, AsIdName):
            reading.know(k.FIELD)
            found = [reading.take_scalar(k.ID, required=True), reading.take_scalar(k.NAME, required=True)]
        else:
            found = [reading.take_scalar(k.FIELD)]
        return [one for one in found if one is not None and one.text]

    def formula(
        self, formula: Scalar, spec: FieldSpec, flow: Flow, reading: Reading
    ) -> tuple[Transform | None, list[Scalar]]:
        """``value: join(" ", Province, City)``; the columns are those it names, or the one it is written into."""
        column = reading.take_scalar(k.FIELD)
        if flow is Flow.BOTH:
            self.findings.error("M417", formula)
            return None, []
        if flow is Flow.HUB_READS and column is not None:
            self.findings.error("T111", column, key=k.FIELD, hint=Words("hint.none"), known=listed([k.VALUE]))
        found = read_formula(formula, spec, flow, self.findings)
        if found is None:
            return None, []
        return found[0], found[1] or ([column] if column is not None and column.text else [])

    def transform(
        self, spec: FieldSpec, reading: Reading, ref: RefSpec | None, otherwise: Otherwise
    ) -> Transform | None:
        """The format named, or the one that the field's kind takes by itself."""
        around = Around(spec, self.zone, self.entities, self.folder)
        named = reading.take_scalar(k.AS)
        chosen = DEFAULTS.get(spec.kind.name)
        if named is not None:
            wanted = reading.chosen(named, k.AS, LIBRARY)
            if wanted is None:
                return None
            chosen = wanted
        tables = (k.VALUES, k.ALSO_READ, k.ALSO_WRITE)
        reading.know(*tables)
        if any(keyword in reading for keyword in tables) and chosen is not AsIdName:
            if named is not None and chosen is not LIBRARY[_CHOICE]:
                self.findings.error("M311", named, format=named.text)
                return None
            return self.table(spec, reading, around, otherwise)
        if chosen is None or spec.kind.name not in chosen.kinds:
            kinds = listed(one for one, kind in LIBRARY.items() if spec.kind.name in kind.kinds)
            at = named or reading.table
            name = named.text if named else spec.kind.name
            self.findings.error("M309", at, format=name, field=spec.label, known=kinds)
            return None
        if ref is not None:
            return AsReference(spec.kind, ref.entity, ref.by or "")
        return chosen.read(reading, around)

    def table(
        self, spec: FieldSpec, reading: Reading, around: Around, otherwise: Otherwise
    ) -> Transform | None:
        from synchub.mapping.transforms import AsValues

        if spec.kind.name not in AsValues.kinds:
            at = reading.take(k.VALUES) or reading.table
            self.findings.error("M317", at, field=spec.label)
            return None
        return read_values(reading, around, keep=otherwise.action == "keep")

    def otherwise(self, spec: FieldSpec, reading: Reading) -> Otherwise:
        """``review``, ``keep``, ``error`` or ``use:X``."""
        scalar = reading.take_scalar(k.OTHERWISE)
        if scalar is None:
            return Otherwise()
        head, colon, rest = scalar.text.replace("：", ":").partition(":")
        if colon and head.strip() in k.USE.names:
            self.findings.understood(Scalar(head, scalar.position, scalar.quoted), k.USE.en, k.USE.zh)
            return self.use(spec, scalar, rest.strip())
        choices = {k.REVIEW: "review", k.KEEP: "keep", k.ERROR: "error"}
        action = reading.chosen(scalar, k.OTHERWISE, choices)
        if action == "keep" and spec.kind.name not in _TEXTUAL:
            self.findings.error("M307", scalar, field=spec.label)
        if action == "keep":
            return Otherwise("keep")
        return Otherwise("error") if action == "error" else Otherwise()

    def use(self, spec: FieldSpec, scalar: Scalar, text: str) -> Otherwise:
        try:
            value = spec.kind.parse(text)
        except KindProblem as problem:
            self.findings.error("M302", scalar, because=problem.code, **problem.params)
            return Otherwise()
        if value is None:
            self.findings.error("M302", scalar, because="M316")
        return Otherwise("use", value)

    def reference(self, spec: FieldSpec, reading: Reading) -> RefSpec | None:
        """``ref: Employee, by: name`` or ``ref: Partner, parent: yes``; a reference field may leave out ``ref``."""
        named = reading.take_scalar(k.REF)
        if not isinstance(spec.kind, Ref):
            for keyword in (k.REF, k.BY, k.PARENT):
                node = reading.take(keyword)
                if node is not None:
                    self.findings.error("M402", node, field=spec.label)
                    return None
            return None
        target = self.entities.get(spec.kind.entity)
        if named is not None:
            chosen = find_entity(named, self.entities, self.findings)
            if chosen is not None and chosen.name != spec.kind.entity:
                expected = target.label if target else spec.kind.entity
                self.findings.error("M403", named, field=spec.label, entity=chosen.label, expected=expected)
        by = reading.take_scalar(k.BY)
        index = FieldNames(target).find(by, self.findings) if by is not None and target is not None else None
        name = target.fields[index].name if target is not None and index is not None else None
        return RefSpec(spec.kind.entity, name, reading.take_yes(k.PARENT))

    def parent(self, reading: Reading, column: Scalar | None) -> None:
        if not self.each:
            self.findings.error("M214", reading.table)
        for node in (column, reading.take(k.BY)):
            if node is not None:
                self.findings.error("M405", node)


_CHOICE = next(keyword for keyword in LIBRARY if keyword.en == "choice")
