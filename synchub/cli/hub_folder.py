"""The commands around a hub folder: init, demo, connectors, doctor.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

import shlex
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synchub.cli.face import Face
from synchub.cli.failures import BAD_NEWS
from synchub.cli.opening import opened
from synchub.cli.output import Output
from synchub.cli.words import listing, say
from synchub.errors import ConfigError, UserError

if TYPE_CHECKING:
    from synchub.hub.doctor import Checkup


def init(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar=say("help.metavar.folder"), help=say("help.init.folder"))
    ] = None,
    template: Annotated[
        str, typer.Option("--template", metavar=say("help.metavar.name"), help=say("help.init.template"))
    ] = "",
) -> int:
    """Write a new hub folder from the template; what exists is never overwritten."""
    face: Face = context.obj
    target = (folder or face.hub or Path()).resolve()
    written = write_template(target, template)
    if template:
        from synchub.cli.blank_workbook import lay_out_workbooks

        written += lay_out_workbooks(target)
    output = Output(face.json)

    def show() -> None:
        output.line(say("init.done", folder=target, files=listing(written)))
        if target != Path.cwd():
            output.line(say("init.step_enter", folder=shlex.quote(str(folder or face.hub))))
        for step in ("init.step_settings", "init.step_doctor", "init.step_plan", "init.step_sync"):
            output.line(say(step))

    output.show(lambda: {"folder": target, "written": written}, show)
    return 0


def write_template(target: Path, template: str = "") -> list[str]:
    """Copy the template into a folder. Raises UserError when anything of it is there already; a failure leaves nothing behind.

    `template` names a set of mappings to start from instead of the demo's.
    """
    from synchub.paths import TEMPLATE, template_sets, template_sources

    sets = template_sets()
    if template and template not in sets:
        raise UserError("cli.init_template", name=template, known=", ".join(sets))
    there = [name for name in TEMPLATE if (target / name).exists()]
    if target.exists() and not target.is_dir():
        raise UserError("cli.init_file", folder=target)
    if there:
        raise UserError("cli.init_exists", folder=target, files=", ".join(there))
    sources = template_sources(sets.get(template))
    made = _missing_parents(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, source in sources.items():
            _copy(source, target / name)
    except OSError:
        for name in sources:
            _remove(target / name)
        for parent in made:
            with suppress(FileNotFoundError):  # the very first could not be made
                parent.rmdir()
        raise
    return list(sources)


def _missing_parents(target: Path) -> list[Path]:
    """The folders that making the target will make, innermost first."""
    return [one for one in (target, *target.parents) if not one.exists()]


def _copy(source: Path, target: Path) -> None:
    from synchub.paths import HUB_FILE, SETS

    if source.is_dir():
        unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", SETS, HUB_FILE)
        shutil.copytree(source, target, ignore=unwanted)
    else:
        shutil.copyfile(source, target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar=say("help.metavar.folder"), help=say("help.demo.folder"))
    ] = Path("demo"),
) -> int:
    """A working hub with three systems, from nothing."""
    from synchub.cli.demo import run

    face: Face = context.obj
    return run(folder, json_output=face.json)


def connectors(context: typer.Context) -> int:
    """The connectors that are installed, and what they can do."""
    from synchub.cli.installed import installed_connectors, show_connectors

    face: Face = context.obj
    found = installed_connectors()
    Output(face.json).show(
        lambda: {"connectors": [one.document() for one in found]}, lambda: show_connectors(found)
    )
    return 0


def doctor(context: typer.Context) -> int:
    """Look at everything a working hub needs."""
    from synchub.hub.doctor import Checkup

    face: Face = context.obj
    found: list[Checkup] = []
    try:
        with opened(face) as hub:
            found += hub.doctor()
    except ConfigError as error:
        if not error.problems:
            raise
        found.append(Checkup("hub.yaml", False, str(error), error.fix))

    def show() -> None:
        from synchub.cli.installed import show_checkups

        show_checkups(found)

    well = all(one.well for one in found)
    Output(face.json).show(lambda: {"well": well, "checkups": found}, show)
    return 0 if well else BAD_NEWS
