"""From a tree to a checked, typed function of the inputs' canonical values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from synchub.document import nearest
from synchub.messages import Words
from synchub.model.entity import FieldSpec, Rule
from synchub.model.expression import syntax
from synchub.model.expression.functions import BY_NAME, COALESCE, IF, SPECIAL, Function, ValueType, pattern_of
from synchub.model.expression.patterns import MOST_PATTERN
from synchub.model.expression.syntax import ExpressionError, Part
from synchub.model.expression.words import neutral
from synchub.model.kinds import Amount, Kind, ListOf, Text
from synchub.model.values import Canonical, KindProblem

Row: TypeAlias = "Sequence[Canonical | None]"
Inputs: TypeAlias = Mapping[str, tuple[int, Kind]]
"""Name -> (position in the row, kind)."""


_TYPES = {
    "decimal": ValueType.NUMBER,
    "integer": ValueType.NUMBER,
    "percent": ValueType.NUMBER,
    "money": ValueType.MONEY,
    "bool": ValueType.YES_NO,
    "date": ValueType.DATE,
    "datetime": ValueType.TIME,
    "ref": ValueType.REFERENCE,
    "list": ValueType.LIST,
}
_ORDERED = frozenset({ValueType.NUMBER, ValueType.MONEY, ValueType.DATE, ValueType.TIME})
_NUMERIC = frozenset({ValueType.NUMBER, ValueType.MONEY})
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class _Term:
    """A compiled part. `kind` is that of the field it names; None for literals and results."""

    type: ValueType
    run: Callable[[Row], Any]
    kind: Kind | None = None
    literal: Decimal | str | bool | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `names` are its inputs, in order of first use; `evaluate` gives a typed value, or None for no value."""

    source: str
    type: ValueType
    names: tuple[str, ...]
    evaluate: Callable[[Row], Any]


def compile_expression(source: str, inputs: Inputs, *, strict: bool = False) -> Expression:
    """Check and compile. Raises ExpressionError (codes O251 to O265) with the offset of the fault.

    What goes wrong with the values of a record raises KindProblem when it is evaluated; without `strict`, a division by zero gives no value.
    """
    compiler = _Compiler(inputs, strict=strict)
    term = compiler.term(syntax.parse(source))
    return Expression(source, term.type, tuple(dict.fromkeys(compiler.names)), term.run)


def compile_rule(
    name: str, check: str, on_fail: Literal["review", "warn"], fields: Sequence[FieldSpec]
) -> Rule:
    """A rule over an entity's fields, which it may name by id or by label. Raises ExpressionError."""
    inputs = _field_inputs(fields)
    expression = compile_expression(check, inputs)
    if expression.type is not ValueType.YES_NO:
        raise ExpressionError("O255", 0, {"type": expression.type.words})
    evaluate = expression.evaluate
    used = dict.fromkeys(fields[inputs[name][0]].name for name in expression.names)

    def holds(values: Row) -> bool:
        try:
            return evaluate(values) is not False
        except KindProblem:
            return True  # what cannot be computed is not known, and nobody is blamed for it

    ids = {called: fields[index].name for called, (index, _) in inputs.items()}
    return Rule(name, check, neutral(check, ids), tuple(used), on_fail, holds)


def _field_inputs(fields: Sequence[FieldSpec]) -> Inputs:
    inputs: dict[str, tuple[int, Kind]] = {}
    for label_wins in (True, False):  # an id beats a label of the same text
        for index, spec in enumerate(fields):
            names: Iterable[str] = (spec.label.zh, spec.label.en) if label_wins else (spec.name,)
            inputs.update(dict.fromkeys(names, (index, spec.kind)))
    return inputs


class _Compiler:
    """Turns parts into terms, bottom up."""

    def __init__(self, inputs: Inputs, *, strict: bool = False) -> None:
        self.inputs = inputs
        self.strict = strict
        self.names: list[str] = []

    def term(self, part: Part) -> _Term:
        if isinstance(part, syntax.Literal):
            return _literal(part)
        if isinstance(part, syntax.Name):
            return self.input(part)
        if isinstance(part, syntax.Unary):
            return self.unary(part)
        if isinstance(part, syntax.Binary):
            if part.op in {"in", "not in"}:
                return self.membership(part)
            left, right = self.term(part.left), self.term(part.right)
            if part.op in {"and", "or"}:
                return _logic(part, left, right)
            if part.op in _ORDER or part.op in {"==", "!="}:
                return _compare(part, left, right)
            return _arithmetic(part, left, right, strict=self.strict)
        if isinstance(part, syntax.Call):
            return self.call(part)
        raise ExpressionError("O259", part.at)

    # -- functions

    def call(self, part: syntax.Call) -> _Term:
        special, function = SPECIAL.get(part.name), BY_NAME.get(part.name)
        if special is IF:
            return self.condition(part)
        if special is COALESCE:
            return self.first_there(part)
        if special is not None:
            return self.blank(part)
        if function is None:
            hint = nearest(part.name, [*BY_NAME, *SPECIAL])
            raise ExpressionError("O261", part.at, {"name": part.name, "hint": hint})
        return self.function(part, function)

    def function(self, part: syntax.Call, function: Function) -> _Term:
        if not function.fits(len(part.arguments)):
            raise _wrong_count(part, len(function.takes))
        runs: list[Callable[[Row], Any]] = []
        for position, argument in enumerate(part.arguments):
            term = self.term(argument)
            if position == function.pattern:
                runs.append(_pattern(argument, term))
                continue
            if not _takes(function.type_of(position), term.type):
                wanted = function.type_of(position).words
                raise ExpressionError("O254", argument.at, {"expected": wanted, "found": term.type.words})
            runs.append(term.run)
        work, skips = function.run, function.skips

        def run(row: Row) -> object:
            values = [one(row) for one in runs]
            if not skips and None in values:
                return None
            result = work(*map(_amount, values))
            return None if result == "" else result

        return _Term(function.gives, run)

    def condition(self, part: syntax.Call) -> _Term:
        """``if(question, this, that)``; an answer that is not known chooses `that`."""
        if len(part.arguments) != 3:
            raise _wrong_count(part, 3)
        question = self.term(part.arguments[0])
        _need(part.arguments[0], question, ValueType.YES_NO)
        this, that = self.alike(part.arguments[1:])
        asks, yes, no = question.run, this.run, that.run
        return _Term(this.type, lambda row: yes(row) if asks(row) else no(row))

    def first_there(self, part: syntax.Call) -> _Term:
        if not part.arguments:
            raise _wrong_count(part, 1)
        terms = self.alike(part.arguments)
        runs = [term.run for term in terms]
        return _Term(
            terms[0].type, lambda row: next((v for run in runs if (v := run(row)) is not None), None)
        )

    def blank(self, part: syntax.Call) -> _Term:
        if len(part.arguments) != 1:
            raise _wrong_count(part, 1)
        run = self.term(part.arguments[0]).run
        return _Term(ValueType.YES_NO, lambda row: run(row) is None)

    def alike(self, parts: Sequence[Part]) -> list[_Term]:
        """Terms that must all be of one type."""
        terms = [self.term(one) for one in parts]
        for part, term in zip(parts, terms, strict=True):
            if term.type is not terms[0].type:
                params = {"expected": terms[0].type.words, "found": term.type.words}
                raise ExpressionError("O254", part.at, params)
        return terms

    def input(self, part: syntax.Name) -> _Term:
        if part.name not in self.inputs:
            params = {"name": part.name, "hint": nearest(part.name, self.inputs)}
            raise ExpressionError("O252", part.at, params)
        self.names.append(part.name)
        index, kind = self.inputs[part.name]
        typed = kind.to_python

        def run(row: Row) -> object:
            value = row[index]
            return None if value is None else typed(value)

        return _Term(_TYPES.get(kind.name, ValueType.TEXT), run, kind)

    def unary(self, part: syntax.Unary) -> _Term:
        operand = self.term(part.operand)
        run = operand.run
        if part.op == "not":
            _need(part.operand, operand, ValueType.YES_NO)
            return _Term(ValueType.YES_NO, lambda row: None if (value := run(row)) is None else not value)
        if operand.type not in _NUMERIC:
            raise _unfit(part, operand, operand)
        return _arithmetic(part, operand, _literal(syntax.Literal(part.at, Decimal(-1))), "*")

    def membership(self, part: syntax.Binary) -> _Term:
        """``region in ["华东", "华南"]``, or ``"分销" in tags`` for a field that holds a list."""
        wanted = part.op == "in"
        if isinstance(part.right, syntax.Choices):
            left = self.term(part.left)
            tests = [
                _compare(syntax.Binary(item.at, "==", part.left, item), left, _literal(item)).run
                for item in part.right.items
            ]

            def run(row: Row) -> bool | None:
                results = [test(row) for test in tests]
                return None if None in results else any(results) is wanted

            return _Term(ValueType.YES_NO, run)
        return self.contains(part, wanted)

    def contains(self, part: syntax.Binary, wanted: bool) -> _Term:
        item, whole = self.term(part.left), self.term(part.right)
        if not isinstance(whole.kind, ListOf) or item.type is not ValueType.TEXT:
            raise _unfit(part, item, whole)
        kind = whole.kind.kind
        item = _fitted(part.left, item, kind)

        def run(row: Row) -> bool | None:
            value, values = item.run(row), whole.run(row)
            if value is None or values is None:
                return None
            return (kind.key(value) in {kind.key(one) for one in values}) is wanted

        return _Term(ValueType.YES_NO, run)


def _literal(part: syntax.Literal) -> _Term:
    value = part.value
    if isinstance(value, bool):
        return _Term(ValueType.YES_NO, lambda row: value, literal=value)  # noqa: ARG005 - the same for every row
    type = ValueType.NUMBER if isinstance(value, Decimal) else ValueType.TEXT
    return _Term(type, lambda row: value, literal=value)  # noqa: ARG005 - the same for every row


def _wrong_count(part: syntax.Call, count: int) -> ExpressionError:
    return ExpressionError("O262", part.at, {"name": part.name, "count": count, "given": len(part.arguments)})


def _takes(wanted: ValueType, given: ValueType) -> bool:
    return wanted is given or {wanted, given} == {ValueType.NUMBER, ValueType.MONEY}


def _pattern(part: Part, term: _Term) -> Callable[[Row], Any]:
    """A pattern is written out and read once."""
    if not isinstance(term.literal, str) or len(term.literal) > MOST_PATTERN:
        raise ExpressionError("O263", part.at, {"limit": MOST_PATTERN})
    pattern = pattern_of(term.literal)
    return lambda row: pattern  # noqa: ARG005 - the same for every row


def _need(part: Part, term: _Term, expected: ValueType) -> None:
    if term.type is not expected:
        raise ExpressionError("O254", part.at, {"expected": expected.words, "found": term.type.words})


def _unfit(part: Part, left: _Term, right: _Term) -> ExpressionError:
    op = getattr(part, "op", "")
    return ExpressionError("O253", part.at, {"op": op, "left": left.type.words, "right": right.type.words})


def _fitted(part: Part, term: _Term, kind: Kind | None) -> _Term:
    """A text literal beside a field is read as a value of that field's kind: an option, a date, an amount."""
    if not isinstance(term.literal, str) or kind is None or isinstance(kind, ListOf):
        return term
    type = _TYPES.get(kind.name, ValueType.TEXT)
    if type in {ValueType.NUMBER, ValueType.YES_NO}:
        return term
    try:
        canonical = kind.parse(term.literal)
    except KindProblem as problem:
        detail = Words(problem.code, problem.params)
        raise ExpressionError("O256", part.at, {"value": term.literal, "detail": detail}) from None
    value = None if canonical is None else kind.to_python(canonical)
    return _Term(type, lambda row: value, kind)  # noqa: ARG005 - the same for every row


def _logic(part: syntax.Binary, left: _Term, right: _Term) -> _Term:
    _need(part.left, left, ValueType.YES_NO)
    _need(part.right, right, ValueType.YES_NO)
    decides = part.op == "or"  # the value that settles it, whatever the other side is
    first, second = left.run, right.run

    def run(row: Row) -> bool | None:
        one = first(row)
        other = second(row) if one is not decides else one
        if other is decides:
            return bool(other)
        return None if one is None or other is None else not decides

    return _Term(ValueType.YES_NO, run)


def _compare(part: syntax.Binary, left: _Term, right: _Term) -> _Term:
    left, right = _fitted(part.left, left, right.kind), _fitted(part.right, right, left.kind)
    fits = left.type is right.type or {left.type, right.type} == _NUMERIC
    if not fits or left.type is ValueType.LIST or (part.op in _ORDER and left.type not in _ORDERED):
        raise _unfit(part, left, right)
    first, second = left.run, right.run
    if part.op in _ORDER:
        compare = _ordering(_ORDER[part.op])
    else:
        compare = _equality(left, right, wanted=part.op == "==")

    def run(row: Row) -> bool | None:
        one, other = first(row), second(row)
        return None if one is None or other is None else compare(one, other)

    return _Term(ValueType.YES_NO, run)


def _ordering(order: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def compare(one: Any, other: Any) -> bool | None:
        if isinstance(one, Amount) and isinstance(other, Amount) and one.currency != other.currency:
            return None  # never converted, so neither is larger
        return order(_amount(one), _amount(other))

    return compare


def _equality(left: _Term, right: _Term, *, wanted: bool) -> Callable[[Any, Any], bool]:
    if left.type is ValueType.TEXT:
        kind = left.kind or right.kind or Text()
        if left.kind and right.kind and left.kind.name != right.kind.name:
            kind = Text()
        key = kind.key
        return lambda one, other: (key(one) == key(other)) is wanted
    if left.type is right.type:
        return lambda one, other: bool(one == other) is wanted
    return lambda one, other: bool(_amount(one) == _amount(other)) is wanted


def _amount(value: Any) -> Any:
    return value.amount if isinstance(value, Amount) else value


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _arithmetic(
    part: syntax.Binary | syntax.Unary, left: _Term, right: _Term, op: str = "", *, strict: bool = False
) -> _Term:
    """On numbers. A plain number beside money counts in its currency; money times money means nothing."""
    op = op or part.op
    both_money = left.type is right.type is ValueType.MONEY
    number_over_money = op == "/" and right.type is ValueType.MONEY and not both_money
    if not {left.type, right.type} <= _NUMERIC or (op == "*" and both_money) or number_over_money:
        raise _unfit(part, left, right)
    gives_money = ValueType.MONEY in {left.type, right.type} and not (op == "/" and both_money)
    first, second, calculate = left.run, right.run, _ARITHMETIC[op]

    def run(row: Row) -> Amount | Decimal | None:
        one, other = first(row), second(row)
        if one is None or other is None:
            return None
        if op == "/" and not _amount(other):
            if strict:
                raise KindProblem("O274", {"value": str(_amount(one))})
            return None
        result = calculate(_plain(one), _plain(other))
        if not isinstance(one, Amount) and not isinstance(other, Amount):
            return result  # type: ignore[no-any-return]  # Decimal, by the types above
        if isinstance(one, Amount) and isinstance(other, Amount) and one.currency != other.currency:
            return None
        currency = one.currency if isinstance(one, Amount) else other.currency
        return Amount(result, currency) if gives_money else result

    return _Term(ValueType.MONEY if gives_money else ValueType.NUMBER, run)


def _plain(value: Any) -> Decimal:
    return Decimal(_amount(value))
