"""Entries that own a piece of a column only: one part of a text, one value inside JSON. What else stands there is kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self, TypeAlias

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import EVERY_KIND, Around, Loss, Piece, Transform, Value, refused
from synchub.mapping.transforms.words import plain_text
from synchub.model.values import Absent, Canonical, Raw

_PART = re.compile(r"(\d{1,2})\s*/\s*(\d{1,2})", re.ASCII)
Step: TypeAlias = "str | int"
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,4})\]")


@dataclass(frozen=True)
class AsPart(Piece):
    """One of several pieces of a text: ``part: 1/3`` with a separator. The last piece keeps further separators."""

    separator: str = "/"
    number: int = 1
    count: int = 2

    name: ClassVar[Keyword] = Keyword("parts", "分段")
    kinds: ClassVar[frozenset[str]] = frozenset(
        {"text", "code", "choice", "phone", "email", "uscc", "date", "integer", "decimal"}
    )
    note: ClassVar[str] = "mapping.note.parts"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        separator = reading.take_scalar(k.SEPARATOR)
        part = reading.take_scalar(k.PART)
        if part is None:
            reading.findings.error("M321", reading.table, format=cls.name, key=k.PART)
            return None
        if separator is not None and not separator.text:
            reading.findings.error("M315", separator)
            return None
        found = _PART.fullmatch(part.text.strip())
        number, count = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= number <= count or count < 2:
            reading.findings.error("M319", part, part=part.text)
            return None
        return cls(around.field.kind, separator.text if separator else " ", number, count)

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    @property
    def family(self) -> object:
        return ("parts", self.separator, self.count)

    @property
    def slot(self) -> tuple[Step, ...]:
        return (self.number,)

    def get(self, raw: Raw) -> Value | None:
        pieces = self._pieces(raw)
        return self.kind.parse(pieces[self.number - 1]) if len(pieces) >= self.number else None

    def place(self, value: Canonical | None, old: Raw) -> Raw:
        text = "" if value is None else str(value)
        pieces = self._pieces(old)
        pieces += [""] * (self.count - len(pieces))
        pieces[self.number - 1] = text
        while pieces and not pieces[-1]:
            pieces.pop()
        written = self._glue.join(pieces)
        back = self._pieces(written)
        if back[: len(pieces)] != pieces or any(back[len(pieces) :]):
            raise refused("M811", value=text)
        return written or None

    @property
    def _glue(self) -> str:
        return self.separator if self.separator.strip() else " "

    def _pieces(self, raw: Raw) -> list[str]:
        """At most `count`, trimmed; separators of other width count too."""
        text = plain_text(raw)
        if not text:
            return []
        sign = plain_text(self.separator)
        return [one.strip() for one in text.split(sign or None, self.count - 1)]

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "separator": self.separator, "part": [self.number, self.count]}


@dataclass(frozen=True)
class AsJsonPath(Piece):
    """One value inside a column that holds JSON, as text or as an object."""

    path: tuple[Step, ...] = ()
    inner: Transform | None = None

    name: ClassVar[Keyword] = Keyword("json_path", "JSON路径")
    kinds: ClassVar[frozenset[str]] = EVERY_KIND
    note: ClassVar[str] = "mapping.note.json_path"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        from synchub.mapping.transforms import DEFAULTS

        path = reading.take_scalar(k.PATH)
        if path is None:
            reading.findings.error("M321", reading.table, format=cls.name, key=k.PATH)
            return None
        steps = steps_of(path.text)
        if not steps:
            reading.findings.error("M320", path, path=path.text)
            return None
        inner = DEFAULTS[around.field.kind.name].read(reading, around)
        return None if inner is None else cls(around.field.kind, steps, inner)

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    @property
    def family(self) -> object:
        return "json"

    @property
    def slot(self) -> tuple[Step, ...]:
        return self.path

    def get(self, raw: Raw) -> Value | None:
        assert self.inner is not None
        found = self._held(raw)
        for step in self.path:
            if isinstance(step, int):
                found = found[step] if isinstance(found, list) and step < len(found) else None
            else:
                found = found.get(step) if isinstance(found, dict) else None
        if found is None:
            return None
        value = self.inner.get(found)
        return None if isinstance(value, Absent) else value

    def place(self, value: Canonical | None, old: Raw) -> Raw:
        assert self.inner is not None
        whole = self._held(old)
        before = self._at(whole)
        inside = None if value is None else self.inner.put(value, before)
        changed = _with(whole, self.path, inside)
        if changed is None:
            return None
        return _dumped(changed) if isinstance(old, str) or old is None else changed

    def _at(self, whole: Raw) -> Raw:
        for step in self.path:
            if isinstance(step, int):
                whole = whole[step] if isinstance(whole, list) and step < len(whole) else None
            else:
                whole = whole.get(step) if isinstance(whole, dict) else None
        return whole

    def _held(self, raw: Raw) -> Raw:
        """The JSON in the column. Raises KindProblem M812."""
        if raw is None or isinstance(raw, dict | list):
            return raw
        if not isinstance(raw, str):
            raise refused("M812", value=str(raw))
        if not raw.strip():
            return None
        try:
            found: Raw = json.loads(raw, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise refused("M812", value=raw) from None
        if not isinstance(found, dict | list):
            raise refused("M812", value=raw)
        return found

    def meaning(self) -> dict[str, object]:
        assert self.inner is not None
        return {**super().meaning(), "path": list(self.path), "inner": dict(self.inner.meaning())}


def steps_of(path: str) -> tuple[Step, ...]:
    """``tier.level``, ``phones[0]``, also with a leading ``$.``; empty for what is no path."""
    text = path.strip().removeprefix("$").removeprefix(".")
    steps: list[Step] = []
    at = 0
    while at < len(text):
        if steps and text[at] == ".":
            at += 1
        found = _STEP.match(text, at)
        if not found:
            return ()
        steps.append(int(found[2]) if found[2] is not None else found[1].strip())
        at = found.end()
    return tuple(steps)


def _no_number(text: str) -> Raw:
    raise ValueError(text)


def _with(whole: Raw, path: tuple[Step, ...], value: Raw) -> Raw:
    """The structure with a value put in; a key whose value becomes nothing is taken out, and so is what is then empty."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items: list[Raw] = list(whole) if isinstance(whole, list) else []
        if step > len(items):
            raise refused("M811", value=str(value))
        items[step : step + 1] = [_with(items[step] if step < len(items) else None, rest, value)]
        while items and items[-1] is None:
            items.pop()
        return items or None
    table: dict[str, Raw] = dict(whole) if isinstance(whole, dict) else {}
    inside = _with(table.get(step), rest, value)
    if inside is None:
        table.pop(step, None)
    else:
        table[step] = inside
    return table or None


def _dumped(value: Raw) -> str:
    import msgspec

    return msgspec.json.Encoder(decimal_format="number").encode(value).decode()
