"""The workbook as a file: reading it whole and unchanging, and knowing whether it is still the same."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from synchub.sdk import Clock, UnavailableError

from .place import Place

SETTLE_SECONDS = 2.0
"""Between two looks at a file that seems to be in the middle of a save."""
LOOKS = 3
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP_END = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of the file this is. Whether it is another one is told by difference, never by being newer."""

    mtime_ns: int
    size: int
    sha256: str

    @property
    def saved(self) -> datetime:
        """When this version was saved, by the clock of the machine that keeps the file."""
        return datetime.fromtimestamp(self.mtime_ns / 1e9, UTC)

    def cursor(self) -> str:
        return json.dumps({"mtime_ns": self.mtime_ns, "size": self.size, "sha256": self.sha256})

    @classmethod
    def of_cursor(cls, cursor: str | None) -> Stamp | None:
        """None for no cursor, or one that is not ours: then everything is read."""
        try:
            held = json.loads(cursor or "null")
            return cls(int(held["mtime_ns"]), int(held["size"]), str(held["sha256"]))
        except (ValueError, TypeError, KeyError):
            return None

    def looks_like(self, stat: os.stat_result) -> bool:
        return (self.mtime_ns, self.size) == (stat.st_mtime_ns, stat.st_size)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of the file at one moment."""

    stamp: Stamp
    data: bytes


class WorkbookFile:
    """One workbook on disk; `calls` counts reads and writes of it."""

    def __init__(self, path: Path, clock: Clock, place: Place) -> None:
        self.path = path
        self.place = place
        self.calls = 0
        self._clock = clock

    def stat(self) -> os.stat_result:
        """A look without reading. Raises UnavailableError when the file is not there (after a second look:
        Excel renames twice while it saves).
        """
        try:
            return self.path.stat()
        except FileNotFoundError:
            self._clock.sleep(SETTLE_SECONDS)
        try:
            return self.path.stat()
        except OSError as error:
            raise self._unavailable(error) from error

    def read(self) -> Snapshot:
        """The whole file, unchanged while we read. Raises UnavailableError while somebody is writing it."""
        self.stat()
        before: Snapshot | None = None
        for look in range(LOOKS):
            if look:
                self._clock.sleep(SETTLE_SECONDS)
            snapshot = self.look()
            if snapshot is not None and (_is_complete(snapshot.data) or snapshot == before):
                return snapshot
            before = snapshot
        raise self.place.of(UnavailableError, "XL102")

    def look(self) -> Snapshot | None:
        """One reading; None if the file moved under it."""
        self.calls += 1
        try:
            with self.path.open("rb") as handle:
                first = os.fstat(handle.fileno())
                data = handle.read()
                last = os.fstat(handle.fileno())
            now = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unavailable(error) from error
        marks = {(each.st_mtime_ns, each.st_size, each.st_ino) for each in (first, last, now)}
        if len(marks) > 1 or len(data) != now.st_size:
            return None
        return Snapshot(Stamp(now.st_mtime_ns, now.st_size, hashlib.sha256(data).hexdigest()), data)

    def _unavailable(self, error: OSError) -> UnavailableError:
        if isinstance(error, FileNotFoundError):
            return self.place.of(UnavailableError, "XL101")
        code = "XL103" if isinstance(error, PermissionError) else "XL104"
        return self.place.of(UnavailableError, code, detail=error.strerror or type(error).__name__)


def _is_complete(data: bytes) -> bool:
    """A workbook's end record comes last, so a file in the middle of being written has none."""
    return data.startswith(_OLE) or (data.startswith(b"PK") and _ZIP_END in data[-65_557:])
