"""Where things lie: the hub folder and what is in it, and the template that `synchub init` and `demo` copy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HUB_FILE: Final = "hub.yaml"
HUB_VARIABLE: Final = "SYNCHUB_HUB"
TEMPLATE: Final = (HUB_FILE, "prefect.yaml", "flows", "mappings")
"""What a hub folder begins with."""
SETS: Final = "templates"
"""The folder below ``mappings`` with sets of mappings to start from; no hub reads it."""


@dataclass(frozen=True, slots=True)
class HubPaths:
    """The files of one hub folder. What machines write lies under ``.synchub``; the rest is people's."""

    folder: Path

    @property
    def hub_file(self) -> Path:
        return self.folder / HUB_FILE

    @property
    def mappings(self) -> Path:
        return self.folder / "mappings"

    @property
    def overlays(self) -> Path:
        """Model overlays."""
        return self.mappings / "model"

    @property
    def flows(self) -> Path:
        return self.folder / "flows"

    @property
    def machine(self) -> Path:
        """Everything synchub keeps for itself."""
        return self.folder / ".synchub"

    @property
    def database(self) -> Path:
        """The default database."""
        return self.machine / "hub.sqlite"

    @property
    def editor_schema(self) -> Path:
        """What editors complete mapping files by."""
        return self.machine / "mapping.schema.json"

    @property
    def backups(self) -> Path:
        """Where backups of the database go unless another file is named."""
        return self.machine / "backups"

    @property
    def prefect_home(self) -> Path:
        return self.machine / "prefect"

    def sandbox(self, system: str) -> Path:
        """The data of a system's sandbox."""
        return self.machine / "sandbox" / f"{system}.sqlite"

    def state(self, system: str) -> Path:
        """The private folder of a system's connector."""
        return self.machine / "state" / system


def private_file(file: Path) -> None:
    """See that a file is there; a new one is for its owner only, from the first moment. SQLite gives its side files the same rights."""
    os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def find_hub(given: Path | None, environ: Mapping[str, str], start: Path) -> HubPaths | None:
    """The hub folder: the one given, else that of ``SYNCHUB_HUB``, else the nearest from `start` upward.

    A folder that is named and holds no ``hub.yaml`` gives None: another one is never used in its place.
    """
    named = given or (Path(environ[HUB_VARIABLE]) if environ.get(HUB_VARIABLE) else None)
    if named is not None:
        folder = named.parent if named.name == HUB_FILE else named
        folder = (start / folder).resolve()
        return HubPaths(folder) if (folder / HUB_FILE).is_file() else None
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / HUB_FILE).is_file():
            return HubPaths(folder)
    return None


def template_folder() -> Path:
    """What a new hub folder is copied from: the checkout's own files in a checkout, else those in the package."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    in_checkout = (checkout / "pyproject.toml").is_file() and (checkout / HUB_FILE).is_file()
    return checkout if in_checkout else package / "template"


def template_sets() -> dict[str, Path]:
    """The sets of mappings to start from, by name: each a ``hub.yaml`` with its mapping files and ``model/`` beside it."""
    found = (template_folder() / "mappings" / SETS).glob(f"*/{HUB_FILE}")
    return {file.parent.name: file.parent for file in sorted(found)}


def template_sources(folder: Path | None = None) -> dict[str, Path]:
    """What a new hub folder is made of, by the name it gets there; `folder` is a set whose hub and mappings take the place of the demo's."""
    template = template_folder()
    chosen = {HUB_FILE: folder / HUB_FILE, "mappings": folder} if folder is not None else {}
    sources = {name: template / name for name in TEMPLATE} | chosen
    return {name: source for name, source in sources.items() if source.exists()}
