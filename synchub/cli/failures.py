"""The one place where errors become sentences and exit codes.

0 done · 1 the answer is bad news (check, verify, a failed system) · 2 a person corrects something · 3 a plan waits for approval ·
4 a system or the database · 70 a defect of ours · 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import typer

from synchub import messages
from synchub.cli.output import Output
from synchub.cli.words import say
from synchub.errors import (
    ConfigError,
    ConnectorError,
    Problem,
    SynchubError,
    UnapprovedPlanError,
    UserError,
)

BAD_NEWS: Final = 1
USAGE: Final = 2
UNAPPROVED: Final = 3
BROKEN: Final = 4
DEFECT: Final = 70
INTERRUPTED: Final = 130
_CONNECTOR: Final = "synchub_"
"""How the packages of connectors are called."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as people and programs are told it."""

    code: str
    text: str
    exit: int
    fix: str = ""
    problems: tuple[Problem, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


class PlanNeedsApprovalError(UnapprovedPlanError):
    """The refusal of a first contact, with what it would do: `summary` for programs, `show` for people."""

    def __init__(
        self, refused: UnapprovedPlanError, *, command: str, summary: object, show: Callable[[], None]
    ) -> None:
        super().__init__(refused.code, **{**refused.params, "plan": refused.plan})  # type: ignore[arg-type]  # plan is text
        self.command = command
        self.summary = summary
        self.show = show


def guarded(run: Callable[[], int], output: Output) -> int:
    """The exit code of a command; whatever it raises is told and becomes one."""
    try:
        return run()
    except typer.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return tell(_said("cli.interrupted", INTERRUPTED, {}), output)
    except BrokenPipeError:
        _let_go_of_stdout()
        return BAD_NEWS
    except Exception as error:  # noqa: BLE001 - the last place before the terminal
        failure = describe(error)
        if failure.exit == DEFECT:
            _show_traceback()
        code = tell(failure, output)
        if isinstance(error, PlanNeedsApprovalError) and not output.json:
            error.show()
        return code


def describe(error: Exception) -> Failure:
    """What went wrong, in the reader's language."""
    if isinstance(error, SynchubError):
        return _known(error)
    if isinstance(error, OSError):
        where = str(error.filename or "")
        return _said("cli.disk", BROKEN, {"detail": error.strerror or str(error), "file": where})
    usage = _usage(error)
    if usage is not None:
        return usage
    return _defect(error)


def _said(code: str, exit: int, params: Mapping[str, object]) -> Failure:
    return Failure(code, messages.text(code, params), exit, messages.fix(code, params))


def _known(error: SynchubError) -> Failure:
    text = str(error)
    problems: tuple[Problem, ...] = ()
    details: dict[str, object] = {}
    if isinstance(error, ConfigError) and error.problems:
        problems = error.problems
        text = text.partition("\n")[0]
    if isinstance(error, ConnectorError):
        places = {"system": error.system, "object": error.object, "external_id": error.external_id}
        details = {name: value for name, value in places.items() if value}
    if isinstance(error, UnapprovedPlanError):
        details["plan"] = error.plan
    if isinstance(error, PlanNeedsApprovalError):
        details |= {"command": error.command, "summary": error.summary}
    if "hits" in error.params:
        details["hits"] = error.params["hits"]
    return Failure(error.code, text, _exit_code(error), error.fix, problems, details)


def _exit_code(error: SynchubError) -> int:
    if isinstance(error, UserError):
        return USAGE
    return UNAPPROVED if isinstance(error, UnapprovedPlanError) else BROKEN


def _usage(error: Exception) -> Failure | None:
    """Refusals of the argument parser, whose classes are not public: told apart by name and by what they carry."""
    if not isinstance(error, typer.BadParameter.__mro__[1]):
        return None
    context = getattr(error, "ctx", None)
    parameter = getattr(error, "param", None)
    names = getattr(parameter, "opts", ())
    option = next((one for one in names if one.startswith("-")), "")
    params = {
        "option": getattr(error, "option_name", "") or option or getattr(parameter, "metavar", ""),
        "command": getattr(context, "command_path", "synchub"),
        "detail": getattr(error, "message", ""),
    }
    kinds = {
        "NoSuchOption": "cli.no_option",
        "MissingParameter": "cli.missing",
        "BadOptionUsage": "cli.needs_value",
    }
    code = kinds.get(type(error).__name__, "cli.usage")
    if code == "cli.usage" and names:  # the parser's own words are English
        code, params["option"] = "cli.bad_value", params["option"] or names[0]
    return _said(code, USAGE, params)


def tell(failure: Failure, output: Output) -> int:
    """Tell it, where it was asked for: JSON on stdout, words on stderr. Returns the exit code."""
    if output.json:
        from synchub.cli.json_output import failure_document

        output.document(failure_document(failure))
        return failure.exit
    sys.stdout.flush()
    output.note(failure.text)
    for problem in failure.problems:
        output.note(problem_lines(problem))
    if failure.fix:
        output.note(say("cli.way_out", fix=failure.fix))
    return failure.exit


def problem_lines(problem: Problem) -> str:
    """A problem of a file for people: severity, place and sentence, the way out below."""
    place = f" {problem.position}" if problem.position else ""
    text = f"{say(f'severity.{problem.severity}')}{place}  {problem.text()} [{problem.code}]"
    fix = problem.fix()
    return f"{text}\n  {say('cli.way_out', fix=fix)}" if fix else text


def _defect(error: Exception) -> Failure:
    """A mistake of ours, or of the connector in which it happened."""
    from traceback import walk_tb

    modules = [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(error.__traceback__)]
    package = next((one.partition(".")[0] for one in reversed(modules) if one.startswith(_CONNECTOR)), "")
    params = {"kind": type(error).__name__, "package": package}
    return _said("cli.defect_of_connector" if package else "cli.defect", DEFECT, params)


def _show_traceback() -> None:
    import traceback

    # whoever reports it needs the traceback
    traceback.print_exc(file=sys.stderr)


def _let_go_of_stdout() -> None:
    """The reader of a pipe has gone; Python would complain once more when it flushes at the end."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
