"""Runs the tests that stand inside a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from synchub.document import Findings, Scalar, nearest
from synchub.errors import Position
from synchub.mapping.compiled import CompiledMapping, Flow
from synchub.mapping.masking import masked
from synchub.mapping.names import FieldNames
from synchub.mapping.spec import Case, FieldEntry, MappingSpec
from synchub.mapping.transforms import AsReference, Piece, plain_text
from synchub.messages import Words
from synchub.model.values import (
    ABSENT,
    Absent,
    Canonical,
    KindProblem,
    Observed,
    Raw,
    RawValue,
    Reference,
    Unknown,
    Unreadable,
)


def run_cases(spec: MappingSpec, mapping: CompiledMapping, findings: Findings) -> int:
    """Run every test of a file; returns how many there are."""
    for case in spec.cases:
        _Run(spec, mapping, case, findings).run()
    return len(spec.cases)


class _Run:
    """One test."""

    def __init__(self, spec: MappingSpec, mapping: CompiledMapping, case: Case, findings: Findings) -> None:
        self.spec = spec
        self.mapping = mapping
        self.case = case
        self.findings = findings
        self.places = {column: index for index, column in enumerate(mapping.row_columns)}

    def run(self) -> None:
        before = len(self.findings.errors)
        columns = self.columns()
        expected = self.fields([name for name, _ in self.case.canonical])
        held = self.fields(list(self.case.review))
        if len(self.findings.errors) > before:
            return
        values = self.canonical(expected)
        if len(self.findings.errors) > before:
            return
        if self.case.flow is not Flow.HUB_WRITES:
            self.reading(columns, expected, values, held)
        if self.case.flow is Flow.HUB_WRITES:
            self.writing(expected, values)

    def columns(self) -> list[RawValue]:
        """The row that the test describes; a column it does not name is absent."""
        row: list[RawValue] = [ABSENT] * len(self.places)
        for column, text in self.case.external:
            place = self.places.get(column.text)
            if place is None:
                hint = nearest(column.text, self.places)
                self.say("M704", column.position, column=column.text, hint=hint)
            else:
                row[place] = text.text
        return row

    def fields(self, names: list[Scalar]) -> dict[int, Scalar]:
        """Position in the mapping -> where the test names it."""
        found: dict[int, Scalar] = {}
        mapped = {entry.name: index for index, entry in enumerate(self.spec.fields)}
        for name in names:
            position = FieldNames(self.spec.entity).find(name, self.findings)
            if position is None:
                continue
            index = mapped.get(self.spec.entity.fields[position].name)
            if index is None:
                self.say("M705", name.position, field=name.text)
            else:
                found[index] = name
        return found

    def canonical(self, expected: Mapping[int, Scalar]) -> dict[int, Canonical | None]:
        texts = {name.position: text for name, text in self.case.canonical}
        values: dict[int, Canonical | None] = {}
        for index, name in expected.items():
            text, entry = texts[name.position], self.spec.fields[index]
            try:
                values[index] = self.value(entry, text.text)
            except KindProblem as problem:
                self.say(
                    "M707", text.position, field=entry.field.label, because=problem.code, **problem.params
                )
        return values

    @staticmethod
    def value(entry: FieldEntry, text: str) -> Canonical | None:
        """A reference is named by its key there; everything else by a text of its kind."""
        if isinstance(entry.transform, AsReference):
            return text.strip() or None
        return entry.field.kind.parse(text)

    def reading(
        self,
        row: list[RawValue],
        expected: Mapping[int, Scalar],
        values: Mapping[int, Canonical | None],
        held: Mapping[int, Scalar],
    ) -> None:
        observed = self.mapping.read("", row)
        images = self.mapping.image(row)
        for index, entry in enumerate(self.spec.fields):
            seen = observed[index]
            if index in held:
                self.is_held(entry, held[index].position, seen)
            elif isinstance(seen, Unreadable):
                at = expected[index].position if index in expected else self.case.position
                problem = seen.problem
                because = Words(problem.code, problem.params)
                self.say("M702", at, field=entry.field.label, reason=because)
            elif index in expected:
                self.is_equal(entry, expected[index].position, seen, values[index])
        if self.case.flow is Flow.BOTH:
            self.unchanged(observed, images)

    def is_held(self, entry: FieldEntry, at: Position, seen: Observed) -> None:
        if not isinstance(seen, Unreadable):
            self.say("M703", at, field=entry.field.label, actual=_shown(entry, seen))

    def is_equal(self, entry: FieldEntry, at: Position, seen: Observed, value: Canonical | None) -> None:
        if isinstance(seen, Absent):
            self.say("M708", at, field=entry.field.label, column=entry.label_of_columns)
            return
        assert not isinstance(seen, Unreadable)
        same = seen is None if value is None else seen is not None and entry.transform.same(seen, value)
        if not same:
            self.say(
                "M701",
                at,
                field=entry.field.label,
                expected=_shown(entry, value),
                actual=_shown(entry, seen),
            )

    def unchanged(self, observed: list[Observed], images: list[RawValue | Unknown]) -> None:
        """What was read is written back as it stood."""
        values = {
            index: value.key if isinstance(value, Reference) else value
            for index, value in enumerate(observed)
            if not isinstance(value, Unreadable | Absent) and self.spec.fields[index].flow is Flow.BOTH
        }
        written = self.mapping.write(values, images)
        for column, cell in written.cells.items():
            self.say(
                "M706",
                self.case.position,
                column=column,
                expected=self.image_of(column, images),
                actual=_plain(cell),
            )

    def image_of(self, column: str, images: list[RawValue | Unknown]) -> str:
        index = next(index for index, entry in enumerate(self.spec.fields) if column in entry.columns)
        image = images[index]
        if isinstance(image, list) and len(self.spec.fields[index].columns) > 1:
            return str(image[self.spec.fields[index].columns.index(column)])
        return str(image)

    def writing(self, expected: Mapping[int, Scalar], values: Mapping[int, Canonical | None]) -> None:
        blank: list[RawValue | Unknown] = [None] * len(self.spec.fields)
        wanted = {column.text: text for column, text in self.case.external}
        for index in expected:
            entry = self.spec.fields[index]
            if entry.flow is Flow.HUB_READS or not entry.column:
                self.say("M709", expected[index].position, field=entry.field.label)
                continue
            try:
                cells = self.mapping.write({index: values[index]}, blank).cells
            except KindProblem as problem:
                reason = Words(problem.code, problem.params)
                self.say("M702", expected[index].position, field=entry.field.label, reason=reason)
                continue
            if isinstance(entry.transform, Piece):
                continue  # written together with the other pieces, below
            for column in entry.columns:
                self.is_written(column, cells.get(column), wanted.get(column))
        self.pieces(expected, values, wanted)

    def pieces(
        self,
        expected: Mapping[int, Scalar],
        values: Mapping[int, Canonical | None],
        wanted: Mapping[str, Scalar],
    ) -> None:
        """What all pieces that the test names make of their columns."""
        owned = [index for index in expected if isinstance(self.spec.fields[index].transform, Piece)]
        blank: list[RawValue | Unknown] = [None] * len(self.spec.fields)
        try:
            cells = self.mapping.write({index: values[index] for index in owned}, blank).cells
        except KindProblem:
            return  # said above, by the piece alone
        for column in dict.fromkeys(self.spec.fields[index].column for index in owned):
            self.is_written(column, cells.get(column), wanted.get(column))

    def is_written(self, column: str, cell: Raw, text: Scalar | None) -> None:
        if text is not None and not _alike(cell, text.text):
            self.say("M706", text.position, column=column, expected=text.text, actual=_plain(cell))

    def say(self, code: str, at: Position, **params: object) -> None:
        self.findings.error(code, at, test=self.case.name, **params)


def _plain(raw: Raw) -> str:
    if raw is None:
        return ""
    return "、".join(_plain(item) for item in raw) if isinstance(raw, list) else plain_text(raw)


def _alike(written: Raw, text: str) -> bool:
    """Is this what the test says will be written? Numbers compare by value, since a file has only text."""
    if isinstance(written, int | Decimal) and not isinstance(written, bool):
        try:
            return Decimal(text.strip()) == written
        except InvalidOperation:
            return False
    return _plain(written) == plain_text(text)


def _shown(entry: FieldEntry, value: Observed) -> object:
    if value is None or isinstance(value, Absent):
        return Words("mapping.nothing")
    text = value.key if isinstance(value, Reference) else value
    # Tests are written by people into a file for people: their values are shown, unless the field is secret.
    return masked(text, "secret" if entry.field.pii == "secret" else "none")
