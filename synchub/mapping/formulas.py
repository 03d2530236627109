"""Reads ``value:`` entries: an expression of columns into a field, or of a field into a column; typed and bounded when the file is checked."""

from __future__ import annotations

from synchub.document import Findings, Scalar, nearest
from synchub.errors import Position
from synchub.mapping.compiled import Flow
from synchub.mapping.transforms.one_way import AsComputed, RawText, fits
from synchub.model.entity import FieldSpec
from synchub.model.expression import Expression, ExpressionError, compile_expression, syntax
from synchub.model.expression.words import neutral, words_of


def read_formula(
    source: Scalar, spec: FieldSpec, flow: Flow, findings: Findings
) -> tuple[AsComputed, list[Scalar]] | None:
    """The transform and the columns it reads (none when it writes); None after a finding."""
    _note_words(source, spec, flow, findings)
    try:
        if flow is Flow.HUB_READS:
            return _inward(source, spec, findings)
        return _outward(source, spec, findings)
    except ExpressionError as error:
        findings.error(
            _mapping_code(error.code), inside(source, error.offset), field=spec.label, **error.params
        )
        return None


def _inward(source: Scalar, spec: FieldSpec, findings: Findings) -> tuple[AsComputed, list[Scalar]] | None:
    tree = syntax.parse(source.text)
    columns: dict[str, Scalar] = {}
    for name in syntax.names(tree):
        columns.setdefault(name.name, Scalar(name.name, inside(source, name.at)))
    if not columns:
        findings.error("M610", source)
        return None
    inputs = {name: (index, RawText()) for index, name in enumerate(columns)}
    expression = compile_expression(source.text, inputs, strict=True)
    if not fits(expression.type, spec.kind):
        findings.error("M605", source, field=spec.label, type=expression.type.words)
        return None
    return AsComputed(spec.kind, expression, neutral(source.text), outward=False), list(columns.values())


def _outward(source: Scalar, spec: FieldSpec, findings: Findings) -> tuple[AsComputed, list[Scalar]] | None:
    own = {spec.label.zh, spec.label.en, spec.name}
    for name in syntax.names(syntax.parse(source.text)):
        if name.name not in own:
            at = inside(source, name.at)
            findings.error("M614", at, name=name.name, field=spec.name, hint=nearest(name.name, own))
            return None
    inputs = dict.fromkeys(own, (0, spec.kind))
    expression: Expression = compile_expression(source.text, inputs, strict=True)
    source_text = neutral(source.text, dict.fromkeys(own, spec.name))
    return AsComputed(spec.kind, expression, source_text, outward=True), []


def _note_words(source: Scalar, spec: FieldSpec, flow: Flow, findings: Findings) -> None:
    """The words of an expression that have another form: those of the language, and the field it writes."""
    if "\n" in source.text:
        return
    for word in words_of(source.text):
        findings.understood(Scalar(word.text, inside(source, word.at)), word.en, word.zh)
    if flow is not Flow.HUB_WRITES:
        return
    try:
        names = syntax.names(syntax.parse(source.text))
    except ExpressionError:
        return
    for name in names:
        plain = source.text[name.at : name.at + 1] != "`"
        if plain and name.name in {spec.name, spec.label.zh, spec.label.en}:
            findings.understood(Scalar(name.name, inside(source, name.at)), spec.name, spec.label.zh)


def inside(scalar: Scalar, offset: int) -> Position:
    """The place of a character of a text; of the text itself where it goes over several lines."""
    at = scalar.position
    if "\n" in scalar.text:
        return at
    return Position(at.file, at.line, at.column + offset + (1 if scalar.quoted else 0))


def _mapping_code(code: str) -> str:
    """The expression floor's problem as one of a mapping file: O254 is M604."""
    number = int(code[1:])
    return f"M{number + 350}"
