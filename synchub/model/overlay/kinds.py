"""The kind of a field as an overlay says it: a type word with its settings, narrowing the kind of the class."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from synchub.document import Entry, Findings, Items, Keyword, Node, Reading, Scalar, Table, nearest
from synchub.messages import Words
from synchub.model.entities import ENTITIES
from synchub.model.kinds import (
    Bool,
    Choice,
    Code,
    Date,
    DateTime,
    Decimal_,
    Email,
    Integer,
    Kind,
    ListOf,
    Money,
    Option,
    Percent,
    Phone,
    Ref,
    Text,
    Uscc,
)
from synchub.model.kinds.currencies import CURRENCIES
from synchub.model.kinds.numbers import MOST_DECIMALS
from synchub.model.overlay import keywords as words
from synchub.model.overlay.reading import read_label
from synchub.model.values import Label

_KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(),
        Code(),
        Phone(),
        Email(),
        Uscc(),
        Money(),
        Decimal_(),
        Integer(),
        Percent(),
        Date(),
        DateTime(),
        Choice(),
        Bool(),
        Ref(),
        ListOf(Text()),
    )
}
_TEXTUAL = frozenset({"text", "code", "phone", "email", "uscc", "choice"})
_SETTINGS: Mapping[str, tuple[Keyword, ...]] = {
    "text": (words.MAX, words.MULTILINE),
    "code": (words.MAX,),
    "phone": (words.COUNTRY,),
    "money": (words.CURRENCY, words.SCALE),
    "decimal": (words.SCALE,),
    "percent": (words.SCALE,),
    "choice": (words.OPTIONS,),
    "ref": (words.TO,),
}
_EVERY_SETTING = tuple(dict.fromkeys(one for settings in _SETTINGS.values() for one in settings))


def read_kind(reading: Reading, base: Kind | None) -> Kind:
    """The kind a field definition asks for; `base` is the class's, None for a custom field.

    On a finding the nearest usable kind is returned, so that the rest of the file is checked as well.
    """
    said = _type_said(reading, base)
    name = _narrowed(reading, said, base)
    if name == "list":
        return _read_list(reading, base)
    _refuse_settings(reading, name, (*_EVERY_SETTING, words.OF), _SETTINGS.get(name, ()))
    return _with_settings(reading, name, base if base is not None and base.name == name else None)


def _type_said(reading: Reading, base: Kind | None) -> str | None:
    said = reading.take_choice(words.TYPE, words.TYPES, default="", required=base is None) or None
    check = reading.take_choice(words.CHECK, words.CHECKS, default="") or None
    if check and said not in {None, "text", check}:
        reading.findings.error("O217", reading.entry(words.CHECK), type=_word(said or ""))
        return said
    return check or said


def _word(name: str) -> Keyword:
    """The word for a kind, said in the reader's language."""
    return next(keyword for keyword, kind in words.TYPES.items() if kind == name)


def _narrowed(reading: Reading, said: str | None, base: Kind | None) -> str:
    """The kind that holds: what is said where it narrows the class's kind, else the class's."""
    if base is None:
        return said or "text"
    if said in {None, base.name} or (said == "text" and base.name in _TEXTUAL):
        return base.name
    if base.name == "text" and said in _TEXTUAL:
        return said
    reading.findings.error(
        "O206", reading.entry(words.TYPE), said=_word(said or ""), standard=_word(base.name)
    )
    return base.name


def _refuse_settings(
    reading: Reading, name: str, candidates: tuple[Keyword, ...], allowed: tuple[Keyword, ...]
) -> None:
    for keyword in candidates:
        entry = reading.entry(keyword)
        if entry is not None and keyword not in allowed:
            reading.findings.error("O207", entry, key=keyword, type=_word(name))


def _read_list(reading: Reading, base: Kind | None) -> Kind:
    item = base.kind if isinstance(base, ListOf) else None
    there = reading.entry(words.OPTIONS) is not None
    default = item.name if item else ("choice" if there else "text")
    name = reading.take_choice(words.OF, words.TYPES, default=default)
    if name in {"list", "bool"} or (item is not None and name != item.name):
        reading.findings.error("O218", reading.entry(words.OF), of=_word(name))
        name = default
    _refuse_settings(reading, name, _EVERY_SETTING, _SETTINGS.get(name, ()))
    return ListOf(_with_settings(reading, name, item))


def _with_settings(reading: Reading, name: str, base: Kind | None) -> Kind:
    kind = base or _KINDS[name]
    readers = {
        words.MAX: _max,
        words.MULTILINE: _multiline,
        words.SCALE: _scale,
        words.CURRENCY: _currency,
        words.COUNTRY: _country,
        words.OPTIONS: _options,
        words.TO: _to,
    }
    settings: dict[str, Any] = {}
    for keyword in _SETTINGS.get(name, ()):
        entry = reading.entry(keyword, required=keyword is words.TO and base is None)
        if entry is not None:
            value = readers[keyword](reading, entry, base)
            if value is not None:
                settings[keyword.en if keyword is not words.TO else "entity"] = value
    return dataclasses.replace(kind, **settings)  # type: ignore[type-var]  # every kind is a dataclass


def _max(reading: Reading, entry: Entry, base: Kind | None) -> int | None:
    asked = reading.take_whole(words.MAX, least=1)
    limit = base.max if isinstance(base, Text | Code) else None
    if asked is not None and limit is not None and asked > limit:
        reading.findings.error("O208", entry, max=asked, limit=limit)
        return None
    return asked


def _multiline(reading: Reading, entry: Entry, base: Kind | None) -> bool:  # noqa: ARG001 - one shape for all settings
    return reading.take_yes(words.MULTILINE)


def _scale(reading: Reading, entry: Entry, base: Kind | None) -> int | None:  # noqa: ARG001 - one shape for all settings
    asked = reading.take_whole(words.SCALE)
    if asked is not None and asked > MOST_DECIMALS:
        reading.findings.error("O209", entry, scale=asked, limit=MOST_DECIMALS)
        return None
    return asked


def _currency(reading: Reading, entry: Entry, base: Kind | None) -> str | None:  # noqa: ARG001 - one shape for all settings
    said = reading.take_text(words.CURRENCY)
    if said is not None and said not in CURRENCIES:
        reading.findings.error("O210", entry.value, currency=said, hint=nearest(said, CURRENCIES))
        return None
    return said


def _country(reading: Reading, entry: Entry, base: Kind | None) -> str | None:  # noqa: ARG001 - one shape for all settings
    said = reading.take_text(words.COUNTRY)
    if said in {None, "CN"}:
        return said
    import phonenumbers

    if said not in phonenumbers.SUPPORTED_REGIONS:
        reading.findings.error("O211", entry.value, country=said)
        return None
    return said


def _to(reading: Reading, entry: Entry, base: Kind | None) -> str | None:
    said = reading.take_text(words.TO)
    if said is None:
        return None
    found = entity_named(said)
    if found is None:
        params = {"entity": said, "hint": nearest(said, ENTITIES), "known": ", ".join(ENTITIES)}
        reading.findings.error("O201", entry.value, **params)
    elif isinstance(base, Ref) and found != base.entity:
        reading.findings.error("O219", entry.value, entity=found, standard=base.entity)
    else:
        return found
    return None


def entity_named(text: str) -> str | None:
    """An entity by its id or by its label in either language."""
    for name, entity in ENTITIES.items():
        if text in {name, entity.entity_label.zh, entity.entity_label.en}:
            return name
    return None


def _options(reading: Reading, entry: Entry, base: Kind | None) -> tuple[Option, ...] | None:
    node = reading.take(words.OPTIONS)
    standard = {option.id: option for option in base.options} if isinstance(base, Choice) else {}
    options = _option_list(node, standard, reading.findings)
    for option, at in options:
        if standard and option.id not in standard:
            hint: Words = nearest(option.id, standard)
            reading.findings.error("O213", at, option=option.id, hint=hint, known=", ".join(standard))
            return None
    if not options:
        reading.findings.error("O214", entry)
        return None
    found = tuple(option for option, _ in options)
    try:
        Choice(found)
    except ValueError:
        reading.findings.error("O215", entry)
        return None
    return found


def _option_list(
    node: Node | None, standard: Mapping[str, Option], findings: Findings
) -> list[tuple[Option, Node | Entry]]:
    """Options as a list of texts or tables with an id, or as a table from id to label."""
    found: list[tuple[Option, Node | Entry]] = []
    if isinstance(node, Table):
        for entry in node:
            label = None if isinstance(entry.value, Scalar) and entry.value.blank else entry.value
            found.append((_option(entry.key.text, label, standard, findings), entry))
    for item in node if isinstance(node, Items) else ():
        if isinstance(item, Scalar):
            found.append((_option(item.text, None, standard, findings), item))
        elif isinstance(item, Table):
            found.extend(_option_table(item, standard, findings))
        else:
            findings.error("O216", item)
    if isinstance(node, Scalar):
        findings.error("O216", node)
    return found


def _option_table(
    item: Table, standard: Mapping[str, Option], findings: Findings
) -> list[tuple[Option, Node | Entry]]:
    reading = Reading(item, findings)
    id = reading.take_text(words.ID, required=True)
    zh, en = reading.take_text(words.ZH), reading.take_text(words.EN)
    reading.refuse_unknown()
    if id is None:
        return []
    known = standard.get(id, Option.of(id)).label
    return [(Option(id, Label(zh=zh or known.zh, en=en or known.en)), item)]


def _option(id: str, label: Node | None, standard: Mapping[str, Option], findings: Findings) -> Option:
    known = standard.get(id, Option.of(id)).label
    return Option(id, read_label(label, known, findings))
