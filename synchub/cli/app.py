"""The application: commands by name, built after the language is known, and the one place where errors become exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from synchub import __version__, messages
from synchub.cli import database, failures, hand, hub_folder, look, map_files, map_versions, work
from synchub.cli.face import Face, take_globals, wants_json
from synchub.cli.help import Command, help_page
from synchub.cli.output import Output
from synchub.cli.words import say, say_if_known
from synchub.errors import UserError
from synchub.messages import Language

COMMANDS: Final[tuple[tuple[str, Callable[..., int]], ...]] = (
    ("init", hub_folder.init),
    ("demo", hub_folder.demo),
    ("connectors", hub_folder.connectors),
    ("check", work.check),
    ("schema", map_files.schema),
    ("preview", map_versions.preview),
    ("impact", map_versions.impact),
    ("plan", work.plan),
    ("sync", work.sync),
    ("sweep", hand.sweep),
    ("status", look.status),
    ("conflicts", look.conflicts),
    ("quarantine", look.quarantine),
    ("deletions", hand.deletions),
    ("explain", look.explain),
    ("history", hand.history),
    ("undo", hand.undo),
    ("link", hand.link),
    ("unlink", hand.unlink),
    ("join", hand.join),
    ("split", hand.split),
    ("pause", hand.pause),
    ("resume", hand.resume),
    ("verify", work.verify),
    ("doctor", hub_folder.doctor),
)
GROUPS: Final[Mapping[str, tuple[tuple[str, Callable[..., int]], ...]]] = {
    "db": (
        ("upgrade", database.upgrade),
        ("backup", database.backup),
        ("restore", database.restore),
        ("copy", database.copy),
    ),
    "map": (
        ("suggest", map_files.suggest),
        ("format", map_files.format_files),
        ("fix", map_files.fix_files),
        ("drift", map_files.drift),
        ("diff", map_versions.difference),
        ("activate", map_versions.activate),
        ("rollback", map_versions.rollback),
        ("versions", map_versions.versions),
    ),
}
"""Commands that have commands of their own."""


class Group(TyperGroup):
    """All commands. `main` answers every error itself, so that no exception reaches the terminal."""

    def get_help(self, ctx: Any) -> str:
        return help_page(self, ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,  # noqa: ARG002 - the signature of the library
        complete_var: str | None = None,  # noqa: ARG002
        standalone_mode: bool = True,  # noqa: ARG002
        windows_expand_args: bool = True,  # noqa: ARG002
        **extra: Any,  # noqa: ARG002
    ) -> Any:
        """Run one line and end the process with its exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        sys.exit(failures.guarded(lambda: self._run(arguments), Output(json=wants_json(arguments))))

    def _run(self, arguments: Sequence[str]) -> int:
        face, rest = take_globals(arguments)
        if face.language is not None:
            messages.choose_language(face.language)
        with self.make_context("synchub", rest, obj=face) as context:
            code = self.invoke(context)
            return code if isinstance(code, int) else 0

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands:
            import difflib

            near = difflib.get_close_matches(args[0], self.commands, n=1)
            hint = say("cli.did_you_mean", name=near[0]) if near else ""
            raise UserError("cli.no_command", name=args[0], hint=hint, known=", ".join(self.commands))
        return super().resolve_command(ctx, args)


def build_app(language: Language | None = None) -> typer.Typer:
    """The application in one language (None: the environment's). Help texts are made now, so choose before building."""
    messages.choose_language(language)
    app = typer.Typer(
        cls=Group,
        help=say("help.synchub"),
        epilog=say("help.synchub.more"),
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_front)
    for name, function in COMMANDS:
        _add(app, name, f"help.{name}", function)
    for group, commands in GROUPS.items():
        inner = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)
        for name, function in commands:
            _add(inner, name, f"help.{group}.{name}", function)
        short, whole = _helped(f"help.{group}")
        app.add_typer(inner, name=group, short_help=short, help=whole)
    return app


def _add(app: typer.Typer, name: str, code: str, function: Callable[..., int]) -> None:
    short, whole = _helped(code)
    app.command(name, cls=Command, short_help=short, help=whole)(function)


def _helped(code: str) -> tuple[str, str]:
    """The sentence of a command, and its whole help."""
    short = say(code)
    more = say_if_known(f"{code}.more", "")
    return short, f"{short}\n\n{more}" if more else short


def _tell_version(context: typer.Context, value: bool) -> None:
    if value:
        face = context.obj
        output = Output(json=isinstance(face, Face) and face.json)
        output.show(lambda: {"version": __version__}, lambda: output.line(f"synchub {__version__}"))
        raise typer.Exit


def _front(
    _version: Annotated[
        bool, typer.Option("--version", help=say("help.version"), callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the program itself. The annotations are evaluated when the application is built, so they speak its language."""
