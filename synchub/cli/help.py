"""Help texts: laid out here, since the library's own layout speaks English only and counts Chinese characters as one column."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

from synchub.cli.face import GLOBAL_OPTIONS
from synchub.cli.words import pad, say, width, wrap
from synchub.errors import UserError

_WIDEST: Final = 100
_HELP: Final = "--help"
Rows = Sequence[tuple[str, str]]


class Command(TyperCommand):
    """A command whose help and refusals are in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        return help_page(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuses what is left over, in our words."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest:
            raise UserError("cli.extra", words=" ".join(rest), command=ctx.command_path)
        return rest


def help_page(command: TyperCommand | TyperGroup, context: Any) -> str:
    """The whole page: usage, what it does, arguments, options, commands, and the options every command has."""
    arguments, options = _parameters(command, context)
    parts = [_usage(command, context, arguments)]
    parts.append("\n\n".join("\n".join(wrap(one, _room())) for one in (command.help or "").split("\n\n")))
    if isinstance(command, TyperGroup):
        names = command.list_commands(context)
        shown = [(name, command.commands[name].short_help or "") for name in names]
        parts.append(_section("help.commands", shown))
    parts.append(_section("help.arguments", arguments))
    parts.append(_section("help.options", options))
    parts.append(
        _section("help.everywhere", [(_with_value(one), say(f"help{one}")) for one in GLOBAL_OPTIONS])
    )
    if command.epilog:
        parts.append("\n".join(wrap(command.epilog, _room())))
    return "\n\n".join(part for part in parts if part)


def _usage(command: TyperCommand | TyperGroup, context: Any, arguments: Rows) -> str:
    words = [say("help.usage") + context.command_path]
    words += (
        [f"<{say('help.command')}>"] if isinstance(command, TyperGroup) else [name for name, _ in arguments]
    )
    return " ".join([*words, f"[{say('help.options_word')}]"])


def _parameters(command: TyperCommand | TyperGroup, context: Any) -> tuple[Rows, Rows]:
    arguments: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    for param in command.get_params(context):
        one: Any = param  # the library keeps the classes of its parameters to itself
        if one.param_type_name == "argument":
            name = one.metavar or one.name.upper()
            arguments.append((name if one.required else f"[{name}]", one.help or ""))
        elif _HELP in one.opts:
            options.append((_HELP, say("help--help")))
        else:
            metavar = "" if one.is_flag else f" {one.metavar}"
            options.append((", ".join(one.opts) + metavar, one.help or ""))
    return arguments, options


def _with_value(option: str) -> str:
    value = say(f"help{option}.value") if option != "--json" else ""
    return f"{option} {value}".rstrip()


def _section(title: str, rows: Rows) -> str:
    if not rows:
        return ""
    first = min(28, max(width(name) for name, _ in rows) + 2)
    lines = [say(title)]
    for name, text in rows:
        described = wrap(text, _room() - first - 2)
        if width(name) + 2 > first:  # too long to share its line
            described.insert(0, "")
        lines.append(f"  {pad(name, first)}{described[0]}".rstrip())
        lines += [" " * (first + 2) + line for line in described[1:]]
    return "\n".join(lines)


def _room() -> int:
    return min(_WIDEST, shutil.get_terminal_size().columns) - 1
