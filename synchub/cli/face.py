"""What every command is told, wherever on the line it stands: the hub folder, the language, JSON or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from synchub.errors import UserError
from synchub.messages import Language

GLOBAL_OPTIONS: Final = ("--hub", "--lang", "--json")
_WITH_VALUE: Final = frozenset({"--hub", "--lang"})


@dataclass(frozen=True, slots=True)
class Face:
    """How this call is to be answered. `hub` None means: search (see `synchub.paths.find_hub`)."""

    hub: Path | None = None
    json: bool = False
    language: Language | None = None


def take_globals(arguments: Sequence[str]) -> tuple[Face, list[str]]:
    """The global options, and the line without them. Raises UserError for a language we do not speak or a missing value."""
    hub: Path | None = None
    language: Language | None = None
    json = False
    rest: list[str] = []
    for name, value in _split(arguments):
        if name == "--json":
            json = True
        elif name in _WITH_VALUE and value is None:
            raise UserError("cli.needs_value", option=name)
        elif name == "--hub":
            hub = Path(str(value)).expanduser()
        elif name == "--lang":
            language = _language(str(value))
            if language is None:
                raise UserError("cli.bad_language", language=value)
        else:
            rest.append(str(value))
    return Face(hub, json, language), rest


def language_of(arguments: Sequence[str]) -> Language | None:
    """The language a line asks for, before anything of it is checked."""
    said = [str(value) for name, value in _split(arguments) if name == "--lang" and value is not None]
    return _language(said[-1]) if said else None


def wants_json(arguments: Sequence[str]) -> bool:
    """Does the line ask for JSON, whatever else may be wrong with it?"""
    return any(name == "--json" for name, _ in _split(arguments))


def _language(text: str) -> Language | None:
    word = text.strip().lower().replace("_", "-").partition("-")[0]
    known: dict[str, Language] = {
        "zh": "zh",
        "cn": "zh",
        "中文": "zh",
        "en": "en",
        "english": "en",
        "英文": "en",
    }
    return known.get(word)


def _split(arguments: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """(global option, its value), or ("", argument) for everything else; nothing is an option behind ``--``."""
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if argument == "--":
            yield "", argument
            yield from (("", one) for one in waiting)
        elif argument == "--json":
            yield argument, None
        elif name in _WITH_VALUE:
            yield name, value if equals else next(waiting, None)
        else:
            yield "", argument
