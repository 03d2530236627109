"""Conflicts and records set aside, told: what a person must decide, where, and which values are at stake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from synchub import messages
from synchub.cli.lens import Lens, mask, masked, show_raw
from synchub.cli.words import command, listing, moment, one_line, place_name, say, say_if_known
from synchub.engine.explain import describe_conflict, describe_quarantined
from synchub.store.rows import Conflict, ConflictKind, Quarantined

if TYPE_CHECKING:
    from synchub.model.values import Raw

_VALUES: Final = ("golden", "observed", "image", "candidates")
"""Keys of a conflict's detail that hold values of the record."""
_UNUSABLE: Final = frozenset({"E202", "E203"})
"""The system's own value cannot be taken."""
_LINKED_BY_HAND: Final = frozenset({"E211", "E212", "E214"})
"""Who is who: the record has no link yet, and neither has the golden record there."""
_NOBODY_KNOWN: Final = frozenset({"E211", "E212", "E213", "E214", "E215", "E216"})
"""The record has no link yet, and may be somebody else altogether."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value at stake: who holds it, since when, for programs (`value`) and for people (`text`)."""

    system: str
    record: str
    at: str
    value: Raw
    text: str


@dataclass(frozen=True, slots=True)
class ToldConflict:
    """A conflict, told. `golden` are the golden records in question, with what names them."""

    conflict: Conflict
    object: str
    title: str
    label: str
    kind: str
    sentence: str
    fix: str
    values: tuple[Held, ...]
    golden: tuple[tuple[str, str], ...]
    image: Mapping[str, Raw]
    answers: tuple[str, ...]
    """The commands that answer it."""


@dataclass(frozen=True, slots=True)
class ToldQuarantined:
    """A record set aside, told; `image` is what could be read of it, or what was to be written."""

    row: Quarantined
    where: str
    sentence: str
    fix: str
    image: Mapping[str, Raw]


def tell_conflict(one: Conflict, lens: Lens) -> ToldConflict:
    """Ask while the hub is open: golden records are named by their titles."""
    mapping = next((each for each in lens.mappings if each.name == one.mapping), None)
    object = mapping.object if mapping else ""
    detail = dict(one.detail)
    hidden = bool(one.field) and lens.hides(one.entity, one.field)
    image = _image(detail.get("image"), lens, one.system, object)
    named = {**detail, "field": lens.label(one.entity, one.field), "title": place_name(_title(one))}
    if one.kind is ConflictKind.MATCH:
        named["rule"] = _rule(detail.get("rule"), one.entity, lens)
    values = tuple(_values(one, detail, lens)) if one.field else ()
    candidates = detail.get("golden") if one.kind is ConflictKind.MATCH else None
    ids = [str(each) for each in candidates] if isinstance(candidates, list) else []
    if one.entity_id:
        ids = [one.entity_id]
    golden = tuple((each, lens.record_title(one.entity, each)) for each in ids)
    secrets = _values_in(detail) if hidden else _strings(_hidden_part(detail.get("image"), image))
    sentence = _cover(
        _sentence(lambda: describe_conflict(replace(one, detail=named), messages.language()), one.code),
        secrets,
    )
    return ToldConflict(
        one,
        object,
        golden[0][1] if one.entity_id and golden else place_name(_title(one)),
        lens.label(one.entity, one.field) if one.field else "",
        say_if_known(f"conflict.{one.kind}", str(one.kind)),
        one_line(sentence),
        _fix(one.code, named, one.system),
        values,
        golden,
        image if one.kind is ConflictKind.MATCH else {},
        tuple(_answers(one, ids)),
    )


def _title(one: Conflict) -> str:
    return str(one.detail.get("title") or one.external_id)


def _answers(one: Conflict, golden: Sequence[str]) -> Iterable[str]:
    """What a person may type. One record in question is linked; of several the records themselves must be corrected."""
    decide = command("conflicts", "decide", one.id)
    if one.kind is ConflictKind.DELETE:
        yield say("conflicts.decide_deletion", command=decide)
    elif one.field:
        code = "conflicts.decide_unusable" if one.code in _UNUSABLE else "conflicts.decide"
        yield say(code, command=decide)
    elif one.kind is ConflictKind.MATCH and one.external_id and not one.part:
        for each in golden if one.code in _LINKED_BY_HAND else ():
            yield say("conflicts.link", command=command("link", one.mapping, one.external_id, each))
        if one.code in _NOBODY_KNOWN:
            yield say("conflicts.link_new", command=command("link", one.mapping, one.external_id, "--new"))


def tell_quarantined(row: Quarantined, lens: Lens) -> ToldQuarantined:
    """A record set aside; its image is masked where it holds personal data."""
    mapping = next((each for each in lens.mappings if each.name == row.mapping), None)
    entity = mapping.entity.name if mapping else ""
    field = str(row.params.get("field") or "")
    label = lens.label(entity, field) if field else ""
    params: dict[str, Raw] = {**row.params, "field": label, **({"zh": label} if "zh" in row.params else {})}
    image = {name: lens.safe_cell(row.system, row.object, name, value) for name, value in row.image.items()}
    secrets = _strings(_hidden_part(dict(row.image), image))
    if lens.hides(entity, field):
        secrets |= _values_in(row.params)
    where = place_name(row.where)
    if row.stage == "push" and lens.hides_title(entity):
        where = mask(where)
    told = replace(row, params=params, where=where)
    sentence = _sentence(lambda: describe_quarantined(told, messages.language()), row.code)
    return ToldQuarantined(
        row, where, one_line(_cover(sentence, secrets)), _fix(row.code, params, row.system), image
    )


def _values(one: Conflict, detail: Mapping[str, Raw], lens: Lens) -> Iterable[Held]:
    """The golden value, the system's own, and what others offered."""
    yield _held("hub", one.entity_id, "", detail.get("golden"), one, lens)
    if "observed" in detail:
        observed, image = detail["observed"], detail.get("image")
        mine = _held(one.system, one.external_id, moment(one.opened), observed, one, lens)
        if observed is None and image is not None:  # nothing the hub could understand: as it stands there
            raw = masked(image) if lens.hides(one.entity, one.field) else image
            mine = replace(mine, value=raw, text=show_raw(raw))
        yield mine
    candidates = detail.get("candidates")
    for each in candidates if isinstance(candidates, list) else ():
        if isinstance(each, dict) and each.get("system") != one.system:
            record, since = str(each.get("record") or ""), moment(str(each.get("at") or ""))
            yield _held(str(each.get("system")), record, since, each.get("value"), one, lens)


def _held(system: str, record: str, at: str, value: Raw, one: Conflict, lens: Lens) -> Held:
    safe, text = lens.safe(one.entity, one.field, value), lens.shown(one.entity, one.field, value)
    return Held(system, record, at, safe, text)


def _image(image: Raw, lens: Lens, system: str, object: str) -> dict[str, Raw]:
    if not isinstance(image, dict):
        return {}
    return {name: lens.safe_cell(system, object, name, value) for name, value in image.items()}


def _rule(rule: Raw, entity: str, lens: Lens) -> str:
    """The fields of a match rule, by their labels."""
    return listing([lens.label(entity, name) for name in str(rule or "").split("+") if name]) or say(
        "word.its_row"
    )


def _sentence(describe: Callable[[], str], code: str) -> str:
    """The sentence, or, where the connector that brought the code is not installed any more, the code itself."""
    return describe() if code in messages.catalogue() else say("cli.unknown_code", code=code)


def _fix(code: str, detail: Mapping[str, Raw], system: str) -> str:
    """The way out: of the inner problem, which is closer to what a person sees, else of the code."""
    inner, params = detail.get("problem"), detail.get("params")
    fixes = []
    if isinstance(inner, str) and inner in messages.catalogue():
        fixes.append((inner, dict(params) if isinstance(params, dict) else {}))
    if code in messages.catalogue():
        fixes.append((code, {"system": system, **detail}))
    for one, values in fixes:
        try:
            fix = messages.fix(one, values)
        except KeyError:  # the way out names something that was not kept with the record
            continue
        if fix:
            return one_line(fix)
    return ""


def _hidden_part(image: Raw, safe: Mapping[str, Raw]) -> list[Raw]:
    """The values of an image that are shown masked."""
    return (
        [value for name, value in image.items() if safe.get(name) != value] if isinstance(image, dict) else []
    )


def _values_in(detail: Mapping[str, Raw]) -> set[str]:
    """Every value of the record in a conflict's detail, the one its inner problem quotes included."""
    params = detail.get("params")
    quoted = params.get("value") if isinstance(params, dict) else None
    return _strings([*(detail.get(name) for name in _VALUES), quoted])


def _strings(values: Iterable[Raw]) -> set[str]:
    """Every text and number in these values."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, dict):
            # of a candidate only the value is the record's own
            found |= _strings([value["value"]] if "value" in value else value.values())
        elif isinstance(value, list):
            found |= _strings(value)
        elif value is not None and not isinstance(value, bool) and len(str(value)) > 1:
            found.add(str(value))
    return found


def _cover(sentence: str, secrets: set[str]) -> str:
    """The sentence, with values that are masked elsewhere masked in it too."""
    for secret in sorted(secrets, key=len, reverse=True):
        sentence = sentence.replace(secret, mask(secret))
    return sentence


def image_rows(image: Mapping[str, Raw]) -> list[tuple[str, str]]:
    """(column, value) for people; what is empty is left out."""
    return [(name, show_raw(value)) for name, value in image.items() if value is not None and value != ""]
