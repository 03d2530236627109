"""Putting a new version of the workbook in place: all of it or nothing, and only over the version that was read.

The new bytes go to a file in the same folder and to the disk; the old bytes to the versions; then, if the workbook
is still the one that was read, one rename swaps them. Between the last look and the rename a save by somebody else can
slip in (milliseconds); the version kept before holds what we had read, not that save.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synchub.sdk import Clock, UnavailableError

from .files import Snapshot, WorkbookFile
from .place import Place

_PREFIX = ".synchub-"
_LEFT_BEHIND_S = 600
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ETXTBSY}


class ChangedMeanwhileError(Exception):
    """Somebody saved the workbook after we read it; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The last versions from before our writes, numbered, in a folder of ours."""

    folder: Path
    keep: int
    clock: Clock

    def save(self, workbook: Path, snapshot: Snapshot) -> None:
        """Keep these bytes; the oldest versions above the limit go. Raises OSError, leaving no half a file."""
        if not self.keep:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        held = sorted(self.folder.glob(f"??????-*{workbook.suffix}"))
        number = int(held[-1].name[:6]) + 1 if held else 1
        moment = self.clock.now().strftime("%Y%m%dT%H%M%SZ")
        name = f"{number:06}-{moment}-{snapshot.stamp.sha256[:8]}{workbook.suffix}"
        with _fresh_file(self.folder, "version-") as temporary:
            _write_through(temporary, snapshot.data)
            temporary.replace(self.folder / name)
        for old in held[: max(0, len(held) + 1 - self.keep)]:
            old.unlink(missing_ok=True)


def replace(
    file: WorkbookFile, snapshot: Snapshot, data: bytes, versions: Versions, last_look: Callable[[], None]
) -> None:
    """Swap the workbook for `data`.

    `last_look` is called right before the swap and may raise to stop it (a lock file appeared). Raises ChangedMeanwhileError when the
    file is not `snapshot` any more, and OSError when it cannot be done; the original is untouched then.
    """
    target = file.path
    with _fresh_file(target.parent, _PREFIX) as temporary:
        _write_through(temporary, data)
        _sweep_left_behind(target.parent, temporary.stat().st_mtime)
        _keep_ownership(target, temporary)
        versions.save(target, snapshot)
        last_look()
        now = file.look()
        if now is None or now.stamp != snapshot.stamp:
            raise ChangedMeanwhileError
        os.replace(temporary, target)  # noqa: PTH105 - the call that tests stop at
        file.calls += 1
    _flush_folder(target.parent)


def blocked(error: OSError, place: Place) -> UnavailableError:
    """What an operating system's refusal means to people."""
    if error.errno in _FULL:
        return place.of(UnavailableError, "XL504")
    detail = error.strerror or type(error).__name__
    forbidden = isinstance(error, PermissionError) or error.errno in _FORBIDDEN
    return place.of(UnavailableError, "XL503" if forbidden else "XL505", detail=detail)


@contextlib.contextmanager
def _fresh_file(folder: Path, prefix: str) -> Iterator[Path]:
    """A new file in this folder, gone again unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _keep_ownership(source: Path, target: Path) -> None:
    """The new file belongs to whom the old one did and opens for the same people, as far as we may say so."""
    held = source.stat()
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):  # only root gives files away; the rights below still hold
            os.chown(target, held.st_uid, held.st_gid)
    shutil.copymode(source, target)


def _sweep_left_behind(folder: Path, now: float) -> None:
    """Remove new versions that a killed process of ours left; `now` is the folder's own clock, not ours."""
    for path in folder.glob(f"{_PREFIX}*.tmp"):
        with contextlib.suppress(OSError):  # somebody else may be sweeping, too
            if now - path.stat().st_mtime > _LEFT_BEHIND_S:
                path.unlink()


def _flush_folder(folder: Path) -> None:
    """A rename is durable once the folder is; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
