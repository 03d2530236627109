"""The one catalogue of everything synchub says to people, in English and Chinese.

A message has a code, a sentence in each language with the same ``{placeholders}``, and, for problems, the way out.
Areas: ``T`` YAML text, ``K`` kinds of values, ``O`` model overlays, ``M`` mappings, ``H`` hub.yaml, ``C`` connectors, ``E`` engine,
``S`` store; the CLI's words have dotted names (``sync.done``). A connector brings its own area with `register`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say; `fix` is what the reader can do about it."""

    en: str
    zh: str
    fix_en: str = ""
    fix_zh: str = ""

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def fix(self, language: Language) -> str:
        return self.fix_zh if language == "zh" else self.fix_en


_catalogue: dict[str, Message] = {}
_chosen: ContextVar[Language | None] = ContextVar("synchub_language", default=None)


@dataclass(frozen=True, slots=True)
class Words:
    """A parameter that is a message itself: it is said in the language of the sentence it stands in."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        return text(self.code, self.params, language)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A parameter made of names that exist in both languages (a list of keywords, say)."""

    en: str
    zh: str

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def register(messages: Mapping[str, Message]) -> None:
    """Add an area to the catalogue; a code that already means something else is a programming error."""
    for code, message in messages.items():
        if _catalogue.setdefault(code, message) != message:
            raise ValueError(f"message {code} is defined twice")


def catalogue() -> Mapping[str, Message]:
    return _catalogue


def choose_language(language: Language | None) -> None:
    """Fix the language for this context; None returns to the environment's."""
    _chosen.set(language)


def language() -> Language:
    """The language chosen, else ``SYNCHUB_LANG``, else the locale's, else English."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    for variable in ("SYNCHUB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def text(code: str, params: Mapping[str, object] | None = None, lang: Language | None = None) -> str:
    """The sentence of a code, filled in. Raises KeyError on an unknown code: that is a defect of ours.

    A parameter with a `text(language)` of its own (`Words`, `Label`, `Message`) is said in the same language. A parameter named
    `because` is the code of another message, filled with the same parameters: plain text that a database can keep.
    """
    chosen = lang or language()
    return _catalogue[code].text(chosen).format_map(_said(params, chosen))


def fix(code: str, params: Mapping[str, object] | None = None, lang: Language | None = None) -> str:
    """The way out of a code, filled in; empty where there is none."""
    chosen = lang or language()
    return _catalogue[code].fix(chosen).format_map(_said(params, chosen))


def _said(params: Mapping[str, object] | None, lang: Language) -> dict[str, object]:
    said: dict[str, object] = {}
    for name, value in (params or {}).items():
        speak = getattr(value, "text", None)
        said[name] = speak(lang) if callable(speak) else value
    because = _catalogue.get(str(said.get("because", "")))
    if because is not None:
        said["because"] = because.text(lang).format_map(said)
    return said


def _load() -> None:
    from synchub.messages import cli, connector, demo, document, engine, hub, mapping, model, store

    for area in (document, model, mapping, hub, connector, engine, store, cli, demo):
        register(area.MESSAGES)


_load()
