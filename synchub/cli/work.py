"""The commands that read the systems: check, plan, sync, verify.

The annotations of commands are evaluated when the application is built, so `say` in them speaks its language.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from synchub.cli.face import Face
from synchub.cli.failures import BAD_NEWS, PlanNeedsApprovalError
from synchub.cli.opening import lens_of, opened
from synchub.cli.output import Output
from synchub.cli.words import command, say
from synchub.errors import ConfigError, UnapprovedPlanError, UserError

if TYPE_CHECKING:
    from synchub.engine.sync import Plan
    from synchub.hub.hub import Hub

ALL: Final = "--all"
SHOW_PERSONAL: Final = "--show-personal"
MOST_ROWS: Final = 10_000
"""Of a mapping that `check` tries; they lie in memory."""


def check(
    context: typer.Context,
    online: Annotated[bool, typer.Option("--online", help=say("help.check.online"))] = False,
    format: Annotated[
        str, typer.Option("--format", metavar="text|json|sarif", help=say("help.check.format"))
    ] = "text",
    every: Annotated[bool, typer.Option(ALL, help=say("help.check.all"))] = False,
    sample: Annotated[
        int,
        typer.Option("--sample", min=0, max=MOST_ROWS, metavar="N", help=say("help.check.sample")),
    ] = 0,
    profile: Annotated[bool, typer.Option("--profile", help=say("help.check.profile"))] = False,
) -> int:
    """Every problem of every file."""
    from synchub.cli import json_check, sarif

    face: Face = context.obj
    if format not in {"text", "json", "sarif"}:
        raise UserError("cli.bad_format", format=format, known="text, json, sarif")
    report = None
    folder: Path | None = None
    edited = False
    try:
        with opened(face) as hub:
            folder = hub.paths.folder
            report = hub.check(online=online, sample=sample, costs=profile)
            problems = list(report.problems)
            edited = report.sound and hub.edited
    except ConfigError as error:
        if not error.problems:
            raise
        problems = list(error.problems)  # hub.yaml or the model is broken: exactly what was asked for

    def show() -> None:
        from synchub.cli.check_tables import show_check

        show_check(problems, report.files if report else (), folder, every=every)
        if edited:
            Output().line(say("check.edited"))

    def document() -> object:
        if format == "sarif":
            return sarif.document(problems, folder)
        return json_check.checked(problems, report, folder)

    Output(face.json or format != "text").show(document, show)
    return BAD_NEWS if any(one.severity == "error" for one in problems) else 0


def plan(
    context: typer.Context,
    system: Annotated[
        list[str] | None, typer.Option("--system", metavar=say("help.metavar.name"), help=say("help.system"))
    ] = None,
    every: Annotated[bool, typer.Option(ALL, help=say("help.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """Exactly what `sync` would write."""
    from synchub.cli import json_output

    face: Face = context.obj
    with opened(face) as hub:
        found = hub.plan(system or None)
        waiting = hub.waiting()
        lens = lens_of(hub, personal=show_personal)
        for cell in found.report.cells:
            if cell.op == "delete":  # only its id is known to the plan; looked up while the hub is open
                lens.record_title(cell.entity, cell.entity_id)
    approval = sync_command(system, found.id)

    def show() -> None:
        from synchub.cli.work_tables import asks_approval, show_plan

        told = approval if asks_approval(found.report) else sync_command(system)
        show_plan(found, lens, told, waiting, every=every, only=system or ())

    Output(face.json).show(lambda: json_output.plan(found, approval, lens, waiting), show)
    return BAD_NEWS if found.report.failures else 0


def sync(
    context: typer.Context,
    approve: Annotated[
        str | None, typer.Option("--approve", metavar=say("help.metavar.plan"), help=say("help.sync.approve"))
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option("--system", metavar=say("help.metavar.name"), help=say("help.system"))
    ] = None,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.sync.show_personal"))] = False,
) -> int:
    """Bring all systems into agreement."""
    from synchub.cli import json_output

    face: Face = context.obj
    with opened(face) as hub:
        try:
            report = hub.sync(approve=approve, systems=system or None)
        except UnapprovedPlanError as refused:
            raise _with_summary(hub, system, approve, refused) from None
        waiting = hub.waiting()
        lens = lens_of(hub, personal=show_personal)

    def show() -> None:
        from synchub.cli.work_tables import show_report

        show_report(report, waiting, system or ())

    Output(face.json).show(lambda: json_output.report(report, lens, waiting), show)
    return BAD_NEWS if report.failures else 0


def verify(
    context: typer.Context,
    every: Annotated[bool, typer.Option(ALL, help=say("help.all"))] = False,
    show_personal: Annotated[bool, typer.Option(SHOW_PERSONAL, help=say("help.show_personal"))] = False,
) -> int:
    """Read every system again and compare every mapped field."""
    from synchub.cli import json_output
    from synchub.cli.telling import tell_difference

    face: Face = context.obj
    with opened(face) as hub:
        found = hub.verify()
        lens = lens_of(hub, personal=show_personal)
        # told while the hub is open: references are looked up
        images = {
            (one.system, one.external_id, one.field): one.detail.get("image") for one in hub.conflicts()
        }
        told = [
            tell_difference(one, lens, images.get((one.system, one.external_id, one.field)))
            for one in found.differences
        ]

    def show() -> None:
        from synchub.cli.work_tables import show_verification

        show_verification(found, told, every=every)

    Output(face.json).show(lambda: json_output.verification(found, told), show)
    return 0 if found.clean else BAD_NEWS


def sync_command(systems: list[str] | None, plan_id: str = "") -> str:
    """The command that carries a plan out, and approves it where it is named; ready to be copied."""
    words = ["sync"]
    for name in systems or ():
        words += ["--system", name]
    return command(*words, *(["--approve", plan_id] if plan_id else []))


def _with_summary(
    hub: Hub, systems: list[str] | None, given: str | None, refused: UnapprovedPlanError
) -> PlanNeedsApprovalError:
    """The refusal with what the plan would do. Planning again is cheap: what the sync read is kept."""
    from synchub.cli import json_output

    found: Plan = hub.plan(systems or None)
    approval = sync_command(systems, found.id)

    def show() -> None:
        from synchub.cli.work_tables import show_refusal

        show_refusal(found, approval, given or "")

    summary = json_output.plan_summary(found)
    refused.plan = found.id  # what a person approves is what would happen now
    return PlanNeedsApprovalError(refused, command=approval, summary=summary, show=show)
