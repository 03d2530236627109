"""Doctor: look at everything a working hub needs, and say what to do about what is not well."""

from __future__ import annotations

import glob
import os
import shlex
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from synchub import messages
from synchub.errors import ConfigError, SynchubError
from synchub.hub.config import HubConfig
from synchub.hub.connectors import Connectors
from synchub.mapping import CheckReport
from synchub.store import Store


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that was looked at: is it well, what was found, and the way out."""

    subject: str
    well: bool
    found: str
    fix: str = ""


def examine(
    config: HubConfig,
    connectors: Connectors,
    store: Callable[[], Store],
    check: Callable[[], CheckReport],
) -> list[Checkup]:
    """All checkups; one that fails does not keep the others from being done."""
    return [
        *_files(config, check),
        *_database(store),
        *_systems(connectors),
        *_permissions(config),
    ]


def _files(config: HubConfig, check: Callable[[], CheckReport]) -> Iterator[Checkup]:
    yield Checkup("hub.yaml", True, messages.text("doctor.systems", {"count": len(config.systems)}))
    try:
        report = check()
    except (SynchubError, OSError) as error:
        yield _unwell("mappings/", error)
        return
    errors = sum(one.severity == "error" for one in report.problems)
    if errors:
        fix = messages.text("doctor.run_check")
        yield Checkup("mappings/", False, messages.text("doctor.problems", {"count": errors}), fix)
    elif not report.files:
        yield _unwell("mappings/", ConfigError("H341", folder=str(config.paths.mappings)))
    else:
        yield Checkup("mappings/", True, messages.text("doctor.sound"))


def _database(store: Callable[[], Store]) -> Iterator[Checkup]:
    try:
        with store().read() as tx:
            runs = len(tx.runs(10))
    except (SynchubError, OSError) as error:
        yield _unwell(messages.text("doctor.database"), error)
        return
    yield Checkup(messages.text("doctor.database"), True, messages.text("doctor.readable", {"runs": runs}))


def _systems(connectors: Connectors) -> Iterator[Checkup]:
    for system in connectors:
        try:
            found = connectors[system].check()
        except (SynchubError, OSError) as error:
            yield _unwell(system, error)
        else:
            yield Checkup(system, True, found)


def _unwell(subject: str, error: SynchubError | OSError) -> Checkup:
    """What the error says, with the place in the file and the way out of each of its problems."""
    if isinstance(error, OSError):
        params = {"detail": error.strerror or str(error), "file": str(error.filename or "")}
        return Checkup(
            subject, False, messages.text("doctor.refused", params), messages.fix("doctor.refused", params)
        )
    problems = error.problems if isinstance(error, ConfigError) else ()
    if not problems:
        return Checkup(subject, False, str(error), error.fix)
    found = "; ".join(f"{one.position} {one.text()}" if one.position else one.text() for one in problems)
    return Checkup(
        subject, False, found, "; ".join(dict.fromkeys(filter(None, (one.fix() for one in problems))))
    )


def _permissions(config: HubConfig) -> Iterator[Checkup]:
    """What the hub keeps holds personal data and logins: only its owner may look."""
    if os.name != "posix":
        return
    machine = config.paths.machine
    if machine.exists():
        mode = _others(machine)
        if mode:
            found = messages.text("doctor.open_folder", {"mode": mode})
            yield Checkup(".synchub/", False, found, f"chmod 700 {shlex.quote(str(machine))}")
        else:
            yield Checkup(".synchub/", True, messages.text("doctor.private"))
    for file in sorted({*_kept(config), *config.secret_files()}):
        mode = _others(file)
        if mode:
            subject = str(
                file.relative_to(config.paths.folder) if file.is_relative_to(config.paths.folder) else file
            )
            found = messages.text("doctor.open_file", {"mode": mode})
            yield Checkup(subject, False, found, f"chmod 600 {shlex.quote(str(file))}")


def _kept(config: HubConfig) -> Iterator[Path]:
    """Databases, backups, earlier versions of workbooks, and logins."""
    for pattern in (
        "*.sqlite*",
        "*.backup",
        "backups/*",
        "state/**/*.token",
        "state/**/session.json",
        "state/**/*.xlsx",
        "sandbox/*.sqlite*",
    ):
        yield from config.paths.machine.glob(pattern)
    own = config.database.file(config.paths)
    if own is not None:
        yield from own.parent.glob(f"{glob.escape(own.name)}*")


def _others(path: Path) -> str:
    """The mode of a path that others may look into; "" when they may not, or it is gone."""
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        return f"{mode:o}" if mode & 0o077 else ""
    return ""
