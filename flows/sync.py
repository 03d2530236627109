"""The sync of a hub as a Prefect flow: one flow run per sync, one task per system, object and phase.

Prefect decides when this runs and shows what happened; the hub's database decides what is done. Retries, pacing and crash recovery are the engine's, so tasks
have none of their own, and a run may be repeated at any time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run, task_run
from prefect.states import Completed, Failed

from synchub.errors import LeaseHeldError, UnapprovedPlanError
from synchub.hub import Hub, RunReport, Step, Waiting, choose_language, register_secrets

COUNTED = (
    "pulled",
    "changed",
    "linked",
    "created_in_hub",
    "created_there",
    "updated_there",
    "cells_written",
    "deleted_there",
    "held",
    "set_aside",
    "withheld",
    "stopped",
    "blocked",
    "unconfirmed",
    "missing",
    "refused",
    "conflicts_settled",
)
"""What the summary counts, in the order of its columns."""


def secret_of_block(name: str) -> str:
    """The value of a Prefect Secret block, for ``{prefect_block: name}`` in hub.yaml."""
    try:
        return str(Secret.load(name).get())  # type: ignore[union-attr]  # a sync flow gets the block, not a coroutine
    except ValueError as error:  # Prefect's word for a block that is not there
        raise LookupError(name) from error


register_secrets("prefect_block", lambda name, folder: secret_of_block(name))  # noqa: ARG005 - the shape of a resolver


def run_name() -> str:
    """``渠道中台 sync salesforce+kingdee``: which hub, and which systems if not all."""
    parameters: dict[str, Any] = flow_run.parameters or {}
    with Hub.open(_folder(parameters.get("hub"))) as hub:
        systems = "+".join(parameters.get("systems") or ()) or "all"
        return f"{hub.config.name} sync {systems}"


def step_name() -> str:
    """``pull salesforce Account``."""
    step: Step = task_run.parameters["step"]
    return " ".join(part for part in (step.phase, step.system, step.object) if part)


@task(task_run_name=step_name, cache_policy=NO_CACHE, persist_result=False)
def do_step(step: Step) -> None:
    """One phase of one object."""
    step.work()


@flow(name="sync-hub", flow_run_name=run_name, persist_result=False)
def sync_hub(
    hub: str | None = None, approve: str | None = None, systems: list[str] | None = None
) -> State[Any]:
    """Bring the systems of a hub into agreement.

    Args:
        hub: The hub folder; by default the one this flow file lies in.
        approve: The plan of a first contact that a person has looked at.
        systems: Only these systems.
    """
    logger = get_run_logger()
    with Hub.open(_folder(hub)) as opened:
        choose_language(opened.config.language)
        try:
            report = opened.sync(approve=approve, systems=systems, conduct=do_step)
        except UnapprovedPlanError as error:
            logger.warning("%s (%s)", error, error.fix)
            create_markdown_artifact(f"{error}\n\n{error.fix}", key="sync-summary")
            return Failed(name="Unapproved", message=str(error))
        except LeaseHeldError as error:
            logger.warning("%s (%s)", error, error.fix)
            create_markdown_artifact(f"{error}\n\n{error.fix}", key="sync-summary")
            return Failed(name="Busy", message=f"{error.code}: {error}")
        waiting = opened.waiting()
        publish(report, waiting)
    logger.info("%d records written, %d requests", report.writes, sum(report.calls.values()))
    return end_state(report, waiting)


def end_state(report: RunReport, waiting: Waiting) -> State[Any]:
    """A run that set rows aside, or left a question to a person, does not end as if all were well."""
    if report.failures:
        names = ", ".join(f"{system}: {error}" for system, error in report.failures.items())
        return Failed(message=names)
    if report.state == "attention":
        found = {action: report.total(action) for action in ("held", "set_aside", "blocked", "unconfirmed")}
        told = ", ".join(f"{count} {action.replace('_', ' ')}" for action, count in found.items() if count)
        return Completed(name="CompletedWithFindings", message=told)
    return Completed(message="; ".join([f"{report.writes} records written", *still_open(waiting)]))


def still_open(waiting: Waiting) -> list[str]:
    """``4 conflicts open``: what this run did not find, since earlier ones had."""
    counts = {
        "conflicts open": sum(waiting.conflicts.values()),
        "records set aside": waiting.quarantined,
        "deletions withheld": waiting.deletions,
        "paused": len(waiting.paused),
    }
    return [f"{count} {what}" for what, count in counts.items() if count]


def publish(report: RunReport, waiting: Waiting) -> None:
    """The summary people see in the UI: counts per system and outcome, no personal data; what is zero everywhere has no column."""
    told = [action for action in COUNTED if report.total(action)]
    rows = [
        {
            "system": system,
            "object": object,
            **{action.replace("_", " "): counter[action] for action in told},
        }
        for (system, object), counter in sorted(report.counts.items())
    ]
    calls = ", ".join(f"{system} {count}" for system, count in report.calls.items())
    description = " · ".join([f"run {report.run}", report.state, f"requests: {calls}", *still_open(waiting)])
    create_table_artifact(rows, key="sync-summary", description=description)
    if report.warnings or report.failures:
        lines = [f"- {problem.text()}" for problem in report.warnings]
        lines += [f"- **{system}**: {error} {error.fix}" for system, error in report.failures.items()]
        create_markdown_artifact("\n".join(lines), key="sync-warnings")


def _folder(given: str | None) -> Path:
    return Path(given) if given else Path(__file__).resolve().parent.parent
