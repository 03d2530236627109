"""Lock files beside a workbook: who has it open.

Excel keeps ``~$name.xlsx`` (165 bytes with the user's name), LibreOffice ``.~lock.name.xlsx#`` (a line of text). Both layouts are
recalled, not taken from a specification: a holder that cannot be read is simply not named. Lock files of others are never deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synchub.sdk import Clock

_ANSI_NAME = 54
_WIDE_LENGTH = 1 + _ANSI_NAME
_WIDE_NAME = _WIDE_LENGTH + 2


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file; `holder` is "" where it does not say who."""

    name: str
    holder: str


def find_lock(workbook: Path, clock: Clock, stale_hours: float) -> Lock | None:
    """The lock file that says the workbook is open, unless it was left behind long ago."""
    excel = workbook.with_name(f"~${workbook.name}")
    office = workbook.with_name(f".~lock.{workbook.name}#")
    for path, read in ((excel, _excel_holder), (office, _office_holder)):
        try:
            age = clock.now().timestamp() - path.stat().st_mtime
        except OSError:
            continue
        if age < stale_hours * 3600 or not _opens_for_writing(workbook):
            return Lock(path.name, _holder(path, read))
    return None


def _opens_for_writing(workbook: Path) -> bool:
    """On Windows an open workbook refuses this; elsewhere it says nothing."""
    try:
        with workbook.open("r+b"):
            return True
    except OSError:
        return False


def _holder(path: Path, read: Callable[[bytes], str]) -> str:
    try:
        return read(path.read_bytes())
    except OSError:  # Excel keeps its lock file to itself
        return ""


def _excel_holder(data: bytes) -> str:
    if len(data) <= _WIDE_NAME:
        return ""
    length = int.from_bytes(data[_WIDE_LENGTH:_WIDE_NAME], "little")
    wide = data[_WIDE_NAME : _WIDE_NAME + 2 * min(length, _ANSI_NAME)]
    return wide.decode("utf-16-le", "replace").strip(" \x00")


def _office_holder(data: bytes) -> str:
    """``name,account,host,date,profile``: the name, else the account, and the host."""
    fields = [field.strip() for field in data.decode("utf-8", "replace").split(",")]
    fields += [""] * (3 - len(fields))
    who = fields[0] or fields[1]
    return f"{who} ({fields[2]})" if who and fields[2] else who or fields[2]
