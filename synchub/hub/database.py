"""What the owner of a hub does with its database as a whole: upgrade, back up, restore, move elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synchub.hub.config import DatabaseConfig, read_database
from synchub.model.entity import EntityModel
from synchub.paths import HubPaths
from synchub.sdk import Clock

if TYPE_CHECKING:
    from synchub.store.backups import Backup
    from synchub.store.transfer import Carried


@dataclass(frozen=True, slots=True)
class HubDatabase:
    """Works on the database by its address, so that one which cannot be opened yet can be helped."""

    paths: HubPaths
    config: DatabaseConfig
    entities: Callable[[], Mapping[str, EntityModel]]
    clock: Clock

    @property
    def place(self) -> str:
        """The address, with its password. Raises ConfigError."""
        self.paths.machine.mkdir(mode=0o700, exist_ok=True)
        return self.config.resolve(self.paths)

    def upgrade(self, *, backup: bool = True) -> tuple[str | None, str, Backup | None]:
        """To the newest revision: (before, now, the backup that was made of what held data in an older structure)."""
        from synchub.store.schema_version import HEAD, revision_at, upgrade_database

        made = None
        if backup and revision_at(self.place) not in {None, HEAD}:
            made = self.back_up()
        before, now = upgrade_database(self.place)
        return before, now, made

    def back_up(self, file: Path | None = None) -> Backup:
        """Into a file, by default a new one in `.synchub/backups/`. Raises StoreError."""
        from synchub.store.backups import back_up

        return back_up(self.place, self.entities(), file or self._fresh_file())

    def restore(self, file: Path, *, replace: bool = False) -> tuple[Carried, Backup | None]:
        """A backup into the hub's database; `replace` allows for data there, which is backed up first. Raises StoreError."""
        from synchub.store.backups import restore

        keep = self._fresh_file() if replace else None
        return restore(self.place, self.entities(), file, self.clock, keep=keep)

    def copy_to(self, target: str) -> tuple[str, Carried]:
        """Everything into another, empty database: what to call it, and what arrived. Raises StoreError and ConfigError.

        `target` is written as in hub.yaml: a file, an address without password, or a reference to one.
        """
        from synchub.store.backups import copy_database
        from synchub.store.database import database_url, shown_place

        place = read_database(target).resolve(self.paths)
        return shown_place(database_url(place)), copy_database(self.place, place, self.entities(), self.clock)

    def _fresh_file(self) -> Path:
        now = self.clock.now()
        return self.paths.backups / f"hub-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}.backup"
