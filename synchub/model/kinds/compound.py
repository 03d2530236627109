"""References to other golden records, and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from synchub.messages import Language
from synchub.model.kinds.base import Kind
from synchub.model.kinds.choices import Bool
from synchub.model.kinds.text import as_text, excerpt, wrong_form
from synchub.model.values import Canonical, KindProblem

_BETWEEN_ITEMS = re.compile(r"[;\uff1b、\r\n]+")
_ID = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True)
class Ref(Kind):
    """Another golden record, canonical its golden id. Mappings translate what a system writes into it."""

    name: ClassVar[str] = "ref"
    entity: str = ""

    def parse(self, value: object) -> Canonical | None:
        if value is not None and not isinstance(value, str):
            raise wrong_form(value)
        text = as_text(value)
        if text and not _ID.fullmatch(text):
            raise KindProblem("K161", {"value": excerpt(text)})
        return text or None

    def to_python(self, value: Canonical) -> object:
        return value


@dataclass(frozen=True)
class ListOf(Kind):
    """Several values of one kind, without repeats, in the order given; equal in any order unless `ordered`.

    One text is split at semicolons, ``、`` and line breaks. No items is blank.
    """

    name: ClassVar[str] = "list"
    kind: Kind
    ordered: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.kind, ListOf | Bool):
            raise ValueError(f"a list cannot hold items of kind {self.kind.name}")  # noqa: TRY004 - the value is wrong, not its type

    def parse(self, value: object) -> Canonical | None:
        if isinstance(value, str):
            items: Iterable[object] = _BETWEEN_ITEMS.split(value)
        elif isinstance(value, list | tuple | set | frozenset):
            items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        elif value is None:
            return None
        else:
            items = (value,)
        found: dict[object, str] = {}
        for item in items:
            parsed = self.kind.parse(item)
            if parsed is not None:
                found.setdefault(self.kind.key(parsed), str(parsed))
        return list(found.values()) or None

    def key(self, value: Canonical) -> object:
        keys = [self.kind.key(item) for item in value] if isinstance(value, list) else [self.kind.key(value)]
        return tuple(keys) if self.ordered else frozenset(keys)

    def to_python(self, value: Canonical) -> object:
        return [self.kind.to_python(item) for item in value] if isinstance(value, list) else [value]

    def show(self, value: Canonical | None, language: Language) -> str:
        if not isinstance(value, list):
            return ""
        return ("、" if language == "zh" else ", ").join(self.kind.show(item, language) for item in value)
