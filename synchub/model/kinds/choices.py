"""Values out of a closed set: options and yes or no."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from synchub.messages import Language
from synchub.model.kinds.base import Kind
from synchub.model.kinds.text import as_text, excerpt, fold_width, wrong_form
from synchub.model.values import Canonical, KindProblem, Label


def _folded(text: str) -> str:
    return " ".join(fold_width(text).casefold().split())


@dataclass(frozen=True)
class Option:
    """One of the options of a choice; the id is what is stored, the label what people are shown."""

    id: str
    label: Label

    @classmethod
    def of(cls, id: str, zh: str = "", en: str = "") -> Option:
        """An option whose labels default to its id."""
        return cls(id, Label(zh=zh or id, en=en or id))


@dataclass(frozen=True)
class Choice(Kind):
    """One of these options, canonical its id; an id or a label in either language is understood, whatever its case and width.

    Without options any text is taken: the class leaves it to the hub's overlay to say which there are.
    Raises ValueError when two options could be meant by one text.
    """

    name: ClassVar[str] = "choice"
    options: tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for option in self.options:
            for text in (option.id, option.label.zh, option.label.en):
                if seen.setdefault(_folded(text), option.id) != option.id:
                    raise ValueError(f"{text} means two options")

    @cached_property
    def _meaning(self) -> dict[str, str]:
        return {
            _folded(text): option.id
            for option in self.options
            for text in (option.id, option.label.zh, option.label.en)
        }

    def parse(self, value: object) -> Canonical | None:
        if isinstance(value, str) and value in self._ids:
            return value
        text = as_text(value)
        if not text:
            return None
        if not self.options:
            return " ".join(text.split())
        found = self._meaning.get(_folded(text))
        if found is None:
            raise self._unknown(text)
        return found

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    def _unknown(self, text: str) -> KindProblem:
        params = {"value": excerpt(text), "known": ", ".join(option.id for option in self.options)}
        near = difflib.get_close_matches(_folded(text), self._meaning, n=1)
        if near:
            return KindProblem("K152", {**params, "nearest": self._meaning[near[0]]})
        return KindProblem("K151", params)

    def key(self, value: Canonical) -> object:
        return value if self.options else _folded(str(value))

    def to_python(self, value: Canonical) -> object:
        return value

    def show(self, value: Canonical | None, language: Language) -> str:
        if value is None:
            return ""
        return next((one.label.text(language) for one in self.options if one.id == value), str(value))


_YES = frozenset({"是", "真", "有", "对", "√", "✓", "true", "yes", "y", "t", "1", "on"})
_NO = frozenset({"否", "假", "无", "错", "×", "✗", "false", "no", "n", "f", "0", "off"})


@dataclass(frozen=True)
class Bool(Kind):
    """Yes or no."""

    name: ClassVar[str] = "bool"

    def parse(self, value: object) -> Canonical | None:
        if isinstance(value, bool):
            return value
        if not isinstance(value, str | int | None):
            raise wrong_form(value)
        text = _folded(as_text(value))
        if not text:
            return None
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise KindProblem("K153", {"value": excerpt(text)})

    def to_python(self, value: Canonical) -> object:
        return value

    def show(self, value: Canonical | None, language: Language) -> str:
        if value is None:
            return ""
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
