"""The demo's folder: made from the template, and replaced only where an earlier demo made it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from synchub.errors import UserError
from synchub.paths import SETS, TEMPLATE, HubPaths, template_folder

MARK: Final = "made-by-demo"
"""A file under ``.synchub`` that says so."""


def fresh_folder(folder: Path) -> HubPaths:
    """A new hub folder. Raises UserError demo.foreign_folder when something else is there."""
    paths = HubPaths(folder.resolve())
    if paths.folder.exists():
        if not _ours(paths):
            raise UserError("demo.foreign_folder", folder=folder)
        shutil.rmtree(paths.folder)
    source = template_folder()
    paths.folder.mkdir(parents=True)
    for name in TEMPLATE:
        if (source / name).is_dir():
            shutil.copytree(
                source / name,
                paths.folder / name,
                ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*", SETS),
            )
        elif (source / name).exists():
            shutil.copyfile(source / name, paths.folder / name)
    paths.machine.mkdir(mode=0o700)
    (paths.machine / MARK).write_text("synchub demo\n", encoding="utf-8")
    return paths


def _ours(paths: HubPaths) -> bool:
    """Did a demo make it? An empty folder may be taken too."""
    if not paths.folder.is_dir():
        return False
    return (paths.machine / MARK).is_file() or not any(paths.folder.iterdir())
