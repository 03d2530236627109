"""Checked spec -> compiled mapping: the functions that read and write, and the data the engine asks for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial

from synchub.errors import Position, Problem
from synchub.mapping import fingerprint
from synchub.mapping.compiled import CompiledMapping, Flow, Functions, Image, MappedField
from synchub.mapping.generate import (
    Getter,
    Memory,
    PiecePutter,
    Plan,
    Putter,
    image_function,
    image_reader,
    read_function,
    write_function,
)
from synchub.mapping.masking import masked
from synchub.mapping.spec import FieldEntry, MappingSpec, Otherwise
from synchub.mapping.transforms import AsIdName, Loss, Piece, Transform, Value
from synchub.mapping.transforms.one_way import concealed
from synchub.model.values import (
    ABSENT,
    Absent,
    Canonical,
    KindProblem,
    Observed,
    Raw,
    Unknown,
    Unreadable,
)

_SPEAK_OF_COLUMNS = frozenset({"M802", "M805", "M808", "M810", "M812"})
"""Our own messages name the column themselves; those of the kinds are given as the reason."""


def compile_mapping(spec: MappingSpec) -> CompiledMapping:
    """The spec as data and functions yet to be generated. Raises nothing: what could be wrong was found before."""
    columns = row_columns(spec)
    plans = plans_of(spec)

    @cache
    def reader(index: int) -> Getter:
        return image_reader(plans[index])

    def read_image(index: int, image: Image) -> Observed:
        return reader(index)(image)

    return CompiledMapping(
        name=spec.name,
        system=spec.system,
        object=spec.object,
        entity=spec.entity,
        fields=tuple(_mapped(entry) for entry in spec.fields),
        columns=(spec.each,) if spec.each else columns,
        row_columns=columns,
        version=fingerprint.version(spec),
        frame=fingerprint.frame(spec),
        position=spec.position,
        functions=Functions(
            partial(read_function, plans), partial(image_function, plans), partial(write_function, plans)
        ),
        read_image=read_image,
        on_new=spec.on_new,
        create_there=spec.create_there,
        hub_column=spec.hub_column,
        match=spec.match,
        each=spec.each,
        line_id=spec.line_id,
        only=spec.only,
        excluded=spec.excluded,
        on_create=spec.on_create,
        options=spec.options,
        on_delete=spec.on_delete,
        on_leave=spec.on_leave,
        delete_there=spec.delete_there,
        external_id=spec.external_id,
    )


def plans_of(spec: MappingSpec) -> list[Plan]:
    """Of all fields, in their order; nothing is remembered in them yet."""
    places = {column: index for index, column in enumerate(row_columns(spec))}
    return [_plan(entry, places) for entry in spec.fields]


def row_columns(spec: MappingSpec) -> tuple[str, ...]:
    """Columns of fields first, then what else is needed to judge a row, each once."""
    wanted = [column for entry in spec.fields for column in entry.columns]
    wanted += [*spec.only, *spec.excluded, *([spec.hub_column] if spec.hub_column else [])]
    return tuple(dict.fromkeys(wanted))


def _mapped(entry: FieldEntry) -> MappedField:
    return MappedField(
        entry.name,
        entry.index,
        entry.columns,
        entry.flow,
        entry.ref,
        bool(entry.lossy) or entry.transform.loss is Loss.LOSSY or entry.transform.write_only,
        fingerprint.field_hash(entry),
        entry.position,
        whole=not (
            entry.transform.several or entry.transform.write_only or isinstance(entry.transform, Piece)
        ),
    )


def _plan(entry: FieldEntry, places: dict[str, int]) -> Plan:
    if not entry.column:
        return Plan(None, _absent, _unwritten, "")
    transform = entry.transform
    get, put = getter(entry), replacer(entry)
    meanings = _meanings(get, numbers=transform.cache == "numbers") if transform.cache else None
    return Plan(
        places[entry.column],
        get if meanings is None else _reminded(get, meanings, numbers=transform.cache == "numbers"),
        put,
        entry.column,
        transform.inline,
        transform.usual,
        transform.cache,
        meanings,
        transform.as_is,
        _writings(put) if transform.cache and not transform.as_is else None,
        tuple(places[column] for column in entry.columns) if gathers(entry) else (),
        entry.columns if gathers(entry) else (),
        piece(entry) if isinstance(transform, Piece) else None,
        concealed if transform.conceals else None,
    )


def _meanings(get: Getter, *, numbers: bool) -> Memory:
    return Memory(get, lambda raw, _meant: _worth_keeping(raw, numbers))


def _writings(put: Putter) -> Memory:
    """Only texts are looked up in it; a list would be one object in many records."""
    return Memory(lambda value: put(value, None, None), lambda _value, raw: not isinstance(raw, list | dict))


def _reminded(get: Getter, meanings: Memory, *, numbers: bool) -> Getter:
    def remember(raw: Image) -> Observed:
        if not _worth_keeping(raw, numbers):
            return get(raw)
        meant: Observed = meanings[raw]
        return meant

    return remember


def _worth_keeping(raw: Image, numbers: bool) -> bool:
    # True == 1, so a memory of booleans and numbers would confuse them; what is not finite cannot be looked up
    if isinstance(raw, Decimal):
        return numbers and raw.is_finite()
    return isinstance(raw, str) or (numbers and isinstance(raw, int) and not isinstance(raw, bool))


def gathers(entry: FieldEntry) -> bool:
    """Is its image a list, one raw value per column?"""
    return (entry.transform.several and entry.flow is not Flow.HUB_WRITES) or isinstance(
        entry.transform, AsIdName
    )


def piece(entry: FieldEntry) -> PiecePutter:
    """(value or None, the column as it stands) -> the column with this piece replaced."""
    transform, spec = entry.transform, entry.field
    assert isinstance(transform, Piece)

    def place(value: Canonical | None, old: Image) -> Raw:
        if old is ABSENT or isinstance(old, Unreadable):
            params = {"value": masked(value, spec.pii), "column": entry.column}
            raise KindProblem("M813", params)
        held: Raw = None if isinstance(old, Absent | Unknown) else old
        try:
            now = transform.get(held)
            same = now is None if value is None else now is not None and _same(transform, now, value)
        except KindProblem:
            same = False
        if same:
            return held
        try:
            return transform.place(value, held)
        except KindProblem as problem:
            shown = masked(problem.params.get("value", value), spec.pii)
            raise KindProblem(
                problem.code, {**problem.params, "value": shown, "column": entry.column}
            ) from None

    return place


def _same(transform: Transform, now: Value | Absent, value: Canonical) -> bool:
    return not isinstance(now, Absent) and transform.same(now, value)


def _absent(_image: Image) -> Observed:
    return ABSENT


def _unwritten(_value: Canonical, _old: Image, _held: Observed) -> Raw:
    return None


def getter(entry: FieldEntry) -> Getter:
    """Image -> observation, with `otherwise` applied; never raises on any raw value."""
    get, held = entry.transform.get, _holder(entry)

    def observe(raw: Image) -> Observed:
        if raw is None:
            return None
        if isinstance(raw, Absent | Unknown):
            return ABSENT
        if isinstance(raw, Unreadable):
            return raw
        try:
            return get(raw)
        except KindProblem as problem:
            return held(raw, problem)

    return observe


def _holder(entry: FieldEntry) -> Callable[[Raw, KindProblem], Observed]:
    """What becomes of a value that cannot be read."""
    otherwise, spec = entry.otherwise, entry.field

    def held(raw: Raw, problem: KindProblem) -> Observed:
        if otherwise.action == "use":
            return otherwise.value
        if otherwise.action == "keep":
            try:
                return spec.kind.parse(raw)
            except KindProblem:
                pass
        return Unreadable(unreadable(entry, raw, problem, entry.position, otherwise))

    return held


def unreadable(
    entry: FieldEntry, raw: Raw, problem: KindProblem, position: Position, otherwise: Otherwise
) -> Problem:
    """The problem of a bad value; ``error`` (severity) asks for the whole record to be set aside."""
    params = {**problem.params, "column": entry.label_of_columns, "value": masked(raw, entry.field.pii)}
    whole = otherwise.action == "error"
    code = "M803" if whole else problem.code if problem.code in _SPEAK_OF_COLUMNS else "M801"
    if code != problem.code:
        params["because"] = problem.code
    return Problem(code, params, position, "error" if whole else "warning")


def putter(entry: FieldEntry, get: Getter) -> Callable[[Canonical, Image], Raw]:
    """(value, current image) -> raw; the current raw itself where it already means the value."""
    put = replacer(entry)
    return lambda value, old: put(value, old, get(old))


def replacer(entry: FieldEntry) -> Putter:
    """The same for a caller that knows what the current image means."""
    transform, spec = entry.transform, entry.field

    def put(value: Canonical, old: Image, held: Observed) -> Raw:
        previous: Raw = None
        if held is not None and not isinstance(held, Absent | Unreadable):
            assert not isinstance(old, Absent | Unknown | Unreadable)
            if transform.same(held, value):
                return old
            previous = old
        try:
            return transform.put(value, previous)
        except KindProblem as problem:
            shown = masked(problem.params.get("value", value), spec.pii)
            raise KindProblem(
                problem.code, {**problem.params, "value": shown, "column": entry.column}
            ) from None

    return put
