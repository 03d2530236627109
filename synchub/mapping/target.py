"""Checks a mapping against what its system says of the object: columns, rights, required columns, options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from synchub.document import Findings, nearest
from synchub.errors import Position
from synchub.mapping.compiled import Flow
from synchub.mapping.spec import FieldEntry, MappingSpec
from synchub.mapping.suggest.scoring import FITTING
from synchub.mapping.transforms import LIBRARY, AsChoice, AsCustom, AsRows, AsValues, Piece, plain_text
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema
from synchub.model.values import KindProblem


def check_target(
    spec: MappingSpec,
    schemas: Mapping[tuple[str, str], ObjectSchema],
    findings: Findings,
    *,
    whole: bool = True,
) -> None:
    """M201, M202, M413, M414, M416, L6 (options of the system) and L7. A system that was not asked is not judged.

    Where the file was not understood as a `whole`, what it lacks is no finding.
    """
    objects = [name for system, name in schemas if system == spec.system]
    if not objects or not spec.object:
        return
    schema = schemas.get((spec.system, spec.object))
    if schema is None:
        hint = nearest(spec.object, objects)
        known = ", ".join(sorted(objects))
        findings.error(
            "M202", spec.place("object"), object=spec.object, system=spec.system, hint=hint, known=known
        )
        return
    _Target(spec, schema, findings, whole).check()


_HEADER: Final = "header_row: "
"""How a connector for sheets notes in which row it saw the headers."""


class _Target:
    """One mapping beside one object."""

    def __init__(self, spec: MappingSpec, schema: ObjectSchema, findings: Findings, whole: bool) -> None:
        self.spec = spec
        self.whole = whole
        self.schema = schema
        self.findings = findings
        self.rows: tuple[FieldSchema, ...] = schema.fields

    def check(self) -> None:
        self.header_row()
        if self.spec.each and not self.enter_list():
            return
        for entry in self.spec.fields:
            if entry.column:
                self.entry(entry)
        for what, column in self.other_columns():
            self.find(column, self.spec.place(what))
        if self.spec.create_there and self.whole:
            self.creating()

    def header_row(self) -> None:
        """A sheet whose headers seem to stand elsewhere: told before the columns that are not found because of it."""
        seen = next(
            (note.removeprefix(_HEADER) for note in self.schema.notes if note.startswith(_HEADER)), ""
        )
        read = self.spec.options.get("header_row", "1")
        if seen and seen != read:
            at = self.spec.place("object")
            self.findings.warning("M222", at, object=self.spec.object, seen=seen, read=read)

    def enter_list(self) -> bool:
        found = self.find(self.spec.each, self.spec.place("each"))
        if found is None:
            return False
        if found.type is not FieldType.LIST:
            self.findings.error("M216", self.spec.place("each"), column=self.spec.each)
            return False
        self.rows = found.fields
        return bool(found.fields)

    def other_columns(self) -> Iterator[tuple[str, str]]:
        for what, column in (("hub_id", self.spec.hub_column), ("line_id", self.spec.line_id)):
            if column:
                yield what, column
        if self.spec.external_id and not self.spec.each:
            yield "external_id", self.spec.external_id
        for column in (*self.spec.only, *self.spec.excluded):
            yield f"scope:{column}", column
        for column in self.spec.on_create:
            yield f"on_create:{column}", column

    def find(self, column: str, at: Position) -> FieldSchema | None:
        """The column as the system describes it; M201 with the nearest name or label otherwise."""
        found = resolve(self.rows, column)
        if found is None:
            by_label = [one.name for one in self.rows if one.label == column]
            names = [text for one in self.rows for text in (one.name, one.label) if text]
            hint = nearest(by_label[0], by_label) if by_label else nearest(column, names)
            known = ", ".join(one.name for one in self.rows[:40])
            self.findings.error("M201", at, column=column, object=self.spec.object, hint=hint, known=known)
        return found

    def entry(self, entry: FieldEntry) -> None:
        for name, at in entry.placed_columns:
            column = self.find(name, at)
            if column is None:
                continue
            if entry.flow is not Flow.HUB_READS:
                if not column.updatable and not column.creatable:
                    self.findings.error("M413", entry.flow_at or at, column=name)
                elif not column.updatable:
                    self.findings.warning("M414", at, column=name)
            if column.options:
                self.inputs(entry, column.options)
            self.type(entry, column, at)

    def type(self, entry: FieldEntry, column: FieldSchema, at: Position) -> None:
        """Does the column still hold what the field can be read from?"""
        if isinstance(entry.transform, AsRows):
            self.list_of_rows(entry.transform, column, at)
            return
        allowed = FITTING.get(entry.field.kind.name)
        plain = entry.transform.name in LIBRARY and not isinstance(entry.transform, Piece | AsCustom)
        if not plain or entry.transform.write_only or allowed is None or column.type in allowed:
            return
        params = {"column": column.name, "type": column.type.value, "field": entry.field.label}
        self.findings.warning("M219", at, kind=entry.field.kind.name, **params)

    def list_of_rows(self, transform: AsRows, column: FieldSchema, at: Position) -> None:
        """The column is a list, and its rows have these columns; rows that the system does not describe are not judged."""
        if column.type is not FieldType.LIST:
            self.findings.error("M327", at, column=column.name)
            return
        known = [one.name for one in column.fields]
        for name in transform.columns if known else ():
            if name not in known:
                hint, listed = nearest(name, known), ", ".join(known)
                self.findings.error(
                    "M201",
                    at,
                    column=name,
                    object=f"{self.spec.object}.{column.name}",
                    hint=hint,
                    known=listed,
                )

    def inputs(self, entry: FieldEntry, options: Iterable[str]) -> None:
        """L6: every option of the system can be read, and every text we write is one of its options."""
        transform = entry.transform
        if not isinstance(transform, AsValues | AsChoice):
            return
        known = list(options)
        if entry.flow is not Flow.HUB_WRITES and entry.otherwise.action not in {"keep", "use"}:
            missing = [option for option in known if not _readable(entry, option)]
            if missing:
                listed = ", ".join(missing)
                self.findings.warning("M505", entry.column_at, column=entry.column, options=listed)
        if isinstance(transform, AsValues) and entry.flow is not Flow.HUB_READS:
            there = {plain_text(option) for option in known}
            for text in sorted(set(transform.writes.values()) - there):
                at = transform.places.get(text, entry.column_at)
                hint, listed = nearest(text, known), ", ".join(known)
                self.findings.error("M318", at, column=entry.column, value=text, hint=hint, known=listed)

    def creating(self) -> None:
        """L7, and whether the object can be created at all."""
        if not self.schema.creatable and not self.spec.each:
            self.findings.error("M416", self.spec.place("create_there"), object=self.spec.object)
        written = {
            column
            for entry in self.spec.fields
            if entry.flow is not Flow.HUB_READS
            for column in entry.columns
        }
        written |= {*self.spec.on_create, self.spec.hub_column}
        roots = {_root(column) for column in written}
        for column in self.rows:
            if column.required and column.creatable and column.name not in written | roots:
                label = column.label or column.name
                self.findings.error("M511", self.spec.place("create_there"), column=column.name, label=label)


def _readable(entry: FieldEntry, option: str) -> bool:
    try:
        entry.transform.get(option)
    except KindProblem:
        return False
    return True


def resolve(columns: Iterable[FieldSchema], path: str) -> FieldSchema | None:
    """A column by name, or by a path such as ``contact_persons[first].mobile`` into the columns of a list."""
    known = {one.name: one for one in columns}
    if path in known:
        return known[path]
    head, dot, rest = path.partition(".")
    name = re.sub(r"\[[^\]]*\]$", "", head)
    found = known.get(name)
    if found is None or not dot:
        return found if found is not None and name != head else None
    # what lies inside an object that the system does not describe cannot be judged
    return resolve(found.fields, rest) if found.fields else found


def _root(path: str) -> str:
    return re.sub(r"\[[^\]]*\]$", "", path.partition(".")[0])
