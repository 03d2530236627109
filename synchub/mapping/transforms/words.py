"""Yes or no, options, lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Loss, Transform, Value, refused
from synchub.model.kinds.text import as_text, fold_width
from synchub.model.values import Canonical, Raw, Reference

_PAIRS = (
    ("是", "否"),
    ("yes", "no"),
    ("Yes", "No"),
    ("YES", "NO"),
    ("Y", "N"),
    ("y", "n"),
    ("true", "false"),
    ("True", "False"),
    ("TRUE", "FALSE"),
    ("1", "0"),
    ("√", "×"),
    ("有", "无"),
    ("对", "错"),
    ("on", "off"),
)


def plain_text(raw: Raw) -> str:
    """The text a value table compares: trimmed, half-width; booleans as ``true`` and ``false``."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return fold_width(as_text(raw)).strip()


@dataclass(frozen=True)
class AsBool(Transform):
    """Yes or no; `yes` and `no` are the system's own words, if it has some."""

    yes: str = ""
    no: str = ""

    name: ClassVar[Keyword] = Keyword("bool", "是否")
    kinds: ClassVar[frozenset[str]] = frozenset({"bool"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "text"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        words = reading.take_scalars(k.WORDS)
        if not words:
            return cls(around.field.kind)
        texts = [fold_width(word.text).strip() for word in words]
        if len(texts) != 2 or texts[0] == texts[1] or not all(texts):
            reading.findings.error("M313", words[0])
            return None
        return cls(around.field.kind, *texts)

    def get(self, raw: Raw) -> Canonical | None:
        if self.yes and not isinstance(raw, bool):
            text = plain_text(raw)
            if text in {self.yes, self.no}:
                return text == self.yes
        return self.kind.parse(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:
        if isinstance(old, bool):
            return bool(value)
        if self.yes:
            return self.yes if value else self.no
        if isinstance(old, int):
            return 1 if value else 0
        if isinstance(old, str):
            pair = next((pair for pair in _PAIRS if old.strip() in pair), _PAIRS[0])
            return pair[0] if value else pair[1]
        return bool(value)

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "words": [self.yes, self.no]}


@dataclass(frozen=True)
class AsChoice(Transform):
    """An option, written by its id."""

    name: ClassVar[Keyword] = Keyword("choice", "选项")
    kinds: ClassVar[frozenset[str]] = frozenset({"choice"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "text"

    @property
    def as_is(self) -> bool:
        return True

    def get(self, raw: Raw) -> Canonical | None:
        return self.kind.parse(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:  # noqa: ARG002 - an option has one writing
        return str(value)


@dataclass(frozen=True)
class AsList(Transform):
    """Several values: a real list, or one text with a separator."""

    separator: str = ""

    name: ClassVar[Keyword] = Keyword("list", "列表")
    kinds: ClassVar[frozenset[str]] = frozenset({"list"})
    note: ClassVar[str] = "mapping.note.list"
    cache: ClassVar[Literal["", "text", "numbers"]] = "text"

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        separator = reading.take_scalar(k.SEPARATOR)
        if separator is not None and not separator.text:
            reading.findings.error("M315", separator)
            return None
        return cls(around.field.kind, separator.text if separator else "")

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    def get(self, raw: Raw) -> Canonical | None:
        if isinstance(raw, str) and self.separator:
            return self.kind.parse(raw.split(self.separator))
        return self.kind.parse(raw)

    def put(self, value: Canonical, old: Raw) -> Raw:
        items = [str(item) for item in value] if isinstance(value, list) else [str(value)]
        if isinstance(old, list) or (not self.separator and not isinstance(old, str)):
            return list(items)
        separator = self.separator or next((sign for sign in ";；、" if sign in str(old)), "、")
        for item in items:
            if separator.strip() and separator.strip() in item:
                raise refused("M807", value=item, separator=separator)
        return separator.join(items)

    def meaning(self) -> dict[str, object]:
        of = getattr(self.kind, "kind", None)
        return {**super().meaning(), "separator": self.separator, "of": of.name if of is not None else ""}


@dataclass(frozen=True)
class AsReference(Transform):
    """A reference: the key that the system (or, with `by`, the referenced record) knows it under."""

    entity: str = ""
    by: str = ""

    name: ClassVar[Keyword] = Keyword("ref", "引用")
    kinds: ClassVar[frozenset[str]] = frozenset({"ref"})
    cache: ClassVar[Literal["", "text", "numbers"]] = "text"

    @property
    def as_is(self) -> bool:
        return True

    def get(self, raw: Raw) -> Value | None:
        text = as_text(raw)
        return Reference(text) if text else None

    def put(self, value: Canonical, old: Raw) -> Raw:
        text = str(value)
        whole = isinstance(old, int) and not isinstance(old, bool)
        return int(text) if whole and text.isascii() and text.isdigit() and str(int(text)) == text else text

    def same(self, one: Value, other: Value) -> bool:
        keys = [value.key if isinstance(value, Reference) else str(value) for value in (one, other)]
        return keys[0] == keys[1]

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "entity": self.entity, "by": self.by}
