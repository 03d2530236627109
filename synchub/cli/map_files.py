"""The commands that make and change mapping files themselves: suggest, format, fix.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from synchub.cli.face import Face
from synchub.cli.failures import BAD_NEWS
from synchub.cli.output import Output
from synchub.cli.words import listing, say
from synchub.errors import Problem, UserError

if TYPE_CHECKING:
    from synchub.mapping.suggest import Draft
    from synchub.paths import HubPaths

DRY: Final = "--dry-run"
WRITE: Final = "--write"


@dataclass(frozen=True, slots=True)
class Edited:
    """What becomes of one file."""

    file: str
    before: str
    after: str
    copy: str = ""
    repaired: tuple[Problem, ...] = ()
    left: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.repaired)

    def difference(self) -> list[str]:
        """As `diff -u` shows it."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), self.file, self.file, "", "", n=1, lineterm=""
        )
        return list(lines)


def format_files(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar=say("help.metavar.files"), help=say("help.map.format.files")),
    ] = None,
    dry_run: Annotated[bool, typer.Option(DRY, help=say("help.dry_run"))] = False,
) -> int:
    """Write mapping files and model overlays in the other language."""
    from synchub.document import Findings
    from synchub.hub.config import load_hub, locate_hub
    from synchub.mapping.formatting import formatted, formatted_overlay
    from synchub.model.overlay import load_entities

    face: Face = context.obj
    if face.language is None:
        raise UserError("cli.format_language")
    paths = locate_hub(face.hub)
    config = load_hub(paths)
    zones = {name: system.timezone for name, system in config.systems.items()}
    entities = load_entities(paths.overlays, systems=config.systems)
    done: list[Edited] = []
    for path, shown in _chosen(paths, files):
        text = path.read_bytes().decode("utf-8-sig", "replace")
        findings = Findings()
        after = (
            formatted_overlay(text, shown, face.language, findings)
            if path.parent == paths.overlays
            else formatted(text, shown, entities, zones, face.language, findings, path.parent)
        )
        left = tuple(findings.errors) if after is None else ()
        done.append(Edited(shown, text, text if after is None else after, left=left))
        if after is not None and after != text and not dry_run:
            path.write_bytes(after.encode())
    return _answer(face, done, dry_run=dry_run)


def fix_files(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar=say("help.metavar.files"), help=say("help.map.fix.files"))
    ] = None,
    dry_run: Annotated[bool, typer.Option(DRY, help=say("help.dry_run"))] = False,
) -> int:
    """Repair full-width marks, tabs, invisible characters, byte order marks, GBK."""
    from synchub.document.repairing import repair
    from synchub.hub.config import locate_hub

    face: Face = context.obj
    done: list[Edited] = []
    paths = locate_hub(face.hub)
    for path, shown in _chosen(paths, files or [paths.hub_file, *_of_hub(paths)]):
        data = path.read_bytes()
        found = repair(data, shown)
        if found is None:
            problem = Problem("T101", {"guess": "?"})
            done.append(Edited(shown, "", "", left=(problem,)))
            continue
        before = data.decode(found.encoding)
        changed = data != found.text.encode()
        copy = f"{path.name}.bak" if changed else ""
        done.append(Edited(shown, before, found.text, copy, tuple(found.repaired), tuple(found.left)))
        if changed and not dry_run:
            _free(path).write_bytes(data)
            path.write_bytes(found.text.encode())
    return _answer(face, done, dry_run=dry_run)


def suggest(
    context: typer.Context,
    system: Annotated[
        str, typer.Argument(metavar=say("help.metavar.system"), help=say("help.map.suggest.system"))
    ],
    object: Annotated[
        str, typer.Argument(metavar=say("help.metavar.object"), help=say("help.map.suggest.object"))
    ],
    to: Annotated[
        str | None, typer.Option("--to", metavar=say("help.metavar.entity"), help=say("help.map.suggest.to"))
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, max=5000, metavar="N", help=say("help.suggest.sample"))
    ] = 200,
    write: Annotated[bool, typer.Option(WRITE, help=say("help.map.suggest.write"))] = False,
) -> int:
    """Draft a mapping from the columns and rows of a system."""
    from synchub import messages
    from synchub.cli.opening import opened

    face: Face = context.obj
    with opened(face) as hub:
        made = hub.mapping_files.suggest(system, object, to, sample, messages.language())
        mapped = [
            one.name for one in hub.mapping_files.understood() if (one.system, one.object) == (system, object)
        ]
        file = hub.paths.mappings / f"{_file_name(made.name)}.yaml"
    if write:
        if file.exists():
            raise UserError("cli.draft_exists", file=file.name, option=WRITE)
        file.parent.mkdir(exist_ok=True)
        file.write_text(made.text, encoding="utf-8")
    output = Output(face.json)

    def show() -> None:
        if write:
            output.line(say("suggest.written", file=file))
        else:
            output.line(made.text.rstrip())
        if mapped:
            output.note(say("suggest.mapped", object=object, mappings=listing(mapped)))
        output.note(say("suggest.next", mapping=made.name))

    output.show(lambda: _draft_document(made, file if write else None, mapped), show)
    return 0


def _draft_document(made: Draft, written: Path | None, mapped: Sequence[str]) -> dict[str, Any]:
    """A draft for programs: where it was written, its text, and what speaks for each proposal; `mapped` names mappings that are there already."""
    from synchub import messages

    return {
        "file": str(written) if written else None,
        "mapping": made.name,
        "to": made.entity.name,
        "text": made.text,
        "proposals": [
            {
                "field": one.field.name,
                "column": one.column.name,
                "confidence": round(one.confidence, 2),
                "reasons": [reason.text(messages.language()) for reason in one.reasons],
            }
            for one in made.proposals
        ],
        "left": [one.name for one in made.left],
        "mapped_already": [*mapped],
    }


def drift(
    context: typer.Context,
    write: Annotated[bool, typer.Option(WRITE, help=say("help.map.drift.write"))] = False,
) -> int:
    """Columns that are gone, and the change of the mapping files that mends it."""
    from synchub.cli.opening import opened

    face: Face = context.obj
    with opened(face) as hub:
        found = hub.mapping_files.drift()
        texts = hub.mapping_files.patch(found)
        paths = hub.paths
    done = [
        Edited(_shown(paths, path), path.read_bytes().decode(), after)
        for path, after in sorted(texts.items())
    ]
    if write:
        for path, after in texts.items():
            path.write_bytes(after.encode())
    output = Output(face.json)

    def show() -> None:
        from synchub.cli.tables import console, problem

        screen = console()
        for one in found:
            problem(screen, one.problem())
        if not found:
            output.line(say("drift.none"))

    output.show(
        lambda: {
            "drift": [one.problem() for one in found],
            "files": [{"file": one.file, "diff": one.difference(), "written": write} for one in done],
        },
        show,
    )
    return _answer(Face(face.hub), done, dry_run=not write) if done and not face.json else 0


def schema(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help=say("help.schema.offline"))] = False,
    show_it: Annotated[bool, typer.Option("--print", help=say("help.schema.print"))] = False,
) -> int:
    """Write a JSON Schema, by which editors complete mapping files."""
    import json

    from synchub import messages
    from synchub.cli.opening import opened

    face: Face = context.obj
    with opened(face) as hub:
        made = hub.mapping_files.editor_schema(online=not offline, language=messages.language())
        paths = hub.paths
    output = Output(face.json or show_it)
    if not show_it:
        paths.machine.mkdir(mode=0o700, exist_ok=True)
        text = json.dumps(made, ensure_ascii=False, indent=1)
        paths.editor_schema.write_text(text + "\n", encoding="utf-8")
    place = paths.editor_schema.relative_to(paths.folder).as_posix()

    def show() -> None:
        output.line(say("schema.written", file=paths.editor_schema))
        output.line(say("schema.line"))
        output.line(f"  # yaml-language-server: $schema=../{place}")
        output.line(say("schema.settings"))
        output.line('  "yaml.schemas": {"' + place + '": "mappings/*.yaml"}')

    output.show(lambda: made if show_it else {"file": str(paths.editor_schema)}, show)
    return 0


def _file_name(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "mapping"


def _free(path: Path) -> Path:
    """A name for the copy that nobody has."""
    copy = path.with_name(path.name + ".bak")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.bak{number}")
    return copy


def _chosen(paths: HubPaths, files: Sequence[Path] | None) -> list[tuple[Path, str]]:
    """The files that were named, or all of the hub, with the names people see."""
    if files:
        missing = next((one for one in files if not one.is_file()), None)
        if missing is not None:
            raise UserError("cli.no_file", file=missing)
        return [(one, _shown(paths, one)) for one in files]
    return [(one, _shown(paths, one)) for one in _of_hub(paths)]


def _of_hub(paths: HubPaths) -> list[Path]:
    """The mapping and model files of a hub."""
    found = [*sorted(paths.mappings.glob("*.y*ml")), *sorted(paths.overlays.glob("*.y*ml"))]
    return [one for one in found if one.suffix in {".yaml", ".yml"}]


def _shown(paths: HubPaths, file: Path) -> str:
    whole = file.resolve()
    return whole.relative_to(paths.folder).as_posix() if whole.is_relative_to(paths.folder) else file.name


def _answer(face: Face, done: Sequence[Edited], *, dry_run: bool) -> int:
    output = Output(face.json)

    def show() -> None:
        from synchub.cli.tables import console, heading, indented, line, problem

        screen = console()
        for one in done:
            for left in one.left:
                problem(screen, left)
            if not one.changed:
                continue
            kept = say("map.copy", copy=one.copy) if one.copy and not dry_run else ""
            heading(screen, one.file + kept)
            for text in one.difference()[2:]:
                indented(screen, text, 2, "note" if text.startswith((" ", "@")) else "")
        changed = sum(one.changed for one in done)
        line(screen, say("map.would" if dry_run else "map.changed", count=changed, files=len(done)))

    def document() -> object:
        return {
            "dry_run": dry_run,
            "files": [
                {
                    "file": one.file,
                    "changed": one.changed,
                    "copy": one.copy,
                    "repaired": list(one.repaired),
                    "left": list(one.left),
                    "diff": one.difference(),
                }
                for one in done
            ],
        }

    output.show(document, show)
    return BAD_NEWS if any(one.left for one in done) else 0
