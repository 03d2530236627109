"""The commands for the hub's own database: db upgrade, db backup, db restore, db copy.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synchub.cli.face import Face
from synchub.cli.opening import opened
from synchub.cli.output import Output
from synchub.cli.words import number, say
from synchub.errors import UserError

if TYPE_CHECKING:
    from synchub.store.backups import Backup
    from synchub.store.transfer import Carried


def upgrade(
    context: typer.Context,
    no_backup: Annotated[bool, typer.Option("--no-backup", help=say("help.db.upgrade.no_backup"))] = False,
) -> int:
    """Bring the database to the structure this synchub needs."""
    face: Face = context.obj
    with opened(face) as hub:
        before, now, made = hub.database.upgrade(backup=not no_backup)
    output = Output(face.json)

    def show() -> None:
        if made is not None:
            output.line(say("db.backed_up", file=made.file, rows=number(made.carried.total)))
        code = "db.up_to_date" if before == now else "db.upgraded" if before else "db.set_up"
        output.line(say(code, before=before, now=now))

    output.show(lambda: {"before": before, "now": now, "backup": _backup(made)}, show)
    return 0


def backup(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar=say("help.metavar.file"), help=say("help.db.backup.file"))
    ] = None,
) -> int:
    """Copy the database into one file."""
    face: Face = context.obj
    with opened(face) as hub:
        made = hub.database.back_up(file)
    output = Output(face.json)
    text = say("db.backed_up", file=made.file, rows=number(made.carried.total))
    output.show(lambda: {"backup": _backup(made)}, lambda: output.line(text))
    return 0


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar=say("help.metavar.file"), help=say("help.db.restore.file"))],
    replace: Annotated[bool, typer.Option("--replace", help=say("help.db.restore.replace"))] = False,
) -> int:
    """Put a backup into the hub's database."""
    face: Face = context.obj
    if not file.is_file():
        raise UserError("cli.no_backup", file=file)
    with opened(face) as hub:
        arrived, kept = hub.database.restore(file, replace=replace)
    output = Output(face.json)

    def show() -> None:
        if kept is not None:
            output.line(say("db.backed_up", file=kept.file, rows=number(kept.carried.total)))
        output.line(say("db.restored", file=file, rows=number(arrived.total), digest=arrived.digest))
        output.line(say("db.look_first"))

    output.show(lambda: {"restored": _carried(arrived), "backup": _backup(kept)}, show)
    return 0


def copy(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar=say("help.metavar.database"), help=say("help.db.copy.target"))
    ],
) -> int:
    """Copy everything into another, empty database."""
    face: Face = context.obj
    with opened(face) as hub:
        place, arrived = hub.database.copy_to(target)
    output = Output(face.json)

    def show() -> None:
        output.line(say("db.copied", place=place, rows=number(arrived.total), digest=arrived.digest))
        output.line(say("db.now_change"))

    output.show(lambda: {"copied": _carried(arrived), "to": place}, show)
    return 0


def _carried(carried: Carried) -> Mapping[str, object]:
    return {"rows": carried.total, "tables": dict(carried.rows), "digest": carried.digest}


def _backup(made: Backup | None) -> Mapping[str, object] | None:
    if made is None:
        return None
    return {"file": made.file, "revision": made.revision, **_carried(made.carried)}
