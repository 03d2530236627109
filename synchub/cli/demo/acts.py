"""The six acts. Each does its part through the hub, then checks itself against what the systems say.

The demo knows nothing that a user could not know: plans and verdicts come from the hub, writes from the systems' own logs and from the workbook's cells.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from synchub.cli.demo import watch
from synchub.cli.demo.edits import Edit, Office
from synchub.cli.demo.fates import Fate, Inquest
from synchub.cli.demo.holdings import Holdings
from synchub.cli.demo.record import Act, Summary
from synchub.cli.demo.seed import Truth
from synchub.cli.demo.show import Stage
from synchub.cli.demo.systems import Systems
from synchub.cli.demo.troubles import missed_troubles, twins
from synchub.cli.prefect_server import PrefectServer
from synchub.engine.report import Progress
from synchub.errors import SyncError
from synchub.hub import Hub, Plan
from synchub.hub.status import LastRun

FOLLOW_UPS: Final = 3
"""Syncs at most after which every default that a system put into a new record has been carried on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A sync that ended; `name` is Prefect's, if Prefect ran it."""

    last: LastRun
    seconds: float
    name: str = ""
    state: str = ""


@dataclass
class Play:
    """The demo on its way."""

    systems: Systems
    truth: Truth
    holdings: Holdings
    stage: Stage
    progress: Progress
    server: PrefectServer | None
    """None plays without Prefect."""
    summary: Summary = field(init=False)
    edits: list[Edit] = field(default_factory=list)
    open_before: set[str] = field(default_factory=set)
    _began: float = 0.0

    def __post_init__(self) -> None:
        self.summary = Summary(self.systems.paths.folder)

    def run(self) -> Summary:
        try:
            plan = self.act_a()
            self.act_b(plan)
            self.act_c()
            self.act_d()
            self.act_e()
            self.act_f()
        finally:
            self._close_hub()
        return self.summary

    # --- acts

    def act_a(self) -> Plan:
        """Plan the first contact."""
        act = self._begin("a")
        before = watch.mark(self.systems)
        plan = self.hub.plan()
        act.numbers |= {kind: plan.report.decided.total(kind) for kind in ("link", "create", "review")}
        act.numbers |= {
            "plan": plan.id,
            "cells": len(plan.report.cells),
            "requests": _raw(plan.report.calls),
        }
        act.check("plan_wrote_nothing", *_unmoved(self.systems, before, self.hub))
        self.stage.plan(self.hub, plan)
        self._end(act)
        return plan

    def act_b(self, plan: Plan) -> None:
        """Approve the plan and sync."""
        act = self._begin("b")
        ran = self._checked_sync(act, plan, approve=True)
        self.stage.counts(ran.last.counts)
        conflicts, quarantined = self.hub.conflicts(), self.hub.quarantined()
        act.numbers |= {"conflicts": len(conflicts), "set_aside": len(quarantined)}
        missed = missed_troubles(self.hub, self.truth, self.holdings, conflicts, quarantined)
        act.check("troubles_found", not missed, ", ".join(missed))
        self.stage.waiting(self.hub, conflicts, quarantined)
        self._follow_up(act)
        found = twins(self.systems, self.truth, self.holdings)
        act.check("no_twins", not found, "; ".join(found))
        self._end(act)

    def act_c(self) -> None:
        """People edit."""
        act = self._begin("c")
        before = watch.mark(self.systems)
        self.open_before = {one.id for one in self.hub.conflicts()}
        self.edits = Office(self.systems, self.truth, self.holdings).work()
        act.numbers["edits"] = len(self.edits)
        with self.systems.salesforce() as org, self.systems.kingdee() as books:
            api = [*org.write_log(before.salesforce, "api"), *books.write_log(before.kingdee, "api")]
        act.check("by_hand", not api, api[:3])
        self.stage.edits(self.hub, self.edits)
        self._end(act)

    def act_d(self) -> None:
        """Sync again, and account for every edit."""
        act = self._begin("d")
        plan = self.hub.plan()
        ran = self._checked_sync(act, plan)
        runs = [ran.last.run, *self._follow_up(act)]
        outcomes = Inquest(self.hub, runs, self.open_before).outcomes(self.edits)
        lost = [one.edit for one in outcomes if one.fate is Fate.UNKNOWN]
        act.check("every_fate", not lost, lost)
        act.numbers["fates"] = {
            fate.value: sum(one.fate is fate for one in outcomes) for fate in Fate if fate is not Fate.UNKNOWN
        }
        self.stage.outcomes(self.hub, outcomes)
        self.summary.outcomes = outcomes
        self._end(act)

    def act_e(self) -> None:
        """Sync when nothing changed."""
        act = self._begin("e")
        before = watch.mark(self.systems)
        ran = self._sync()
        writes = sum(
            row.get("created_there", 0) + row.get("updated_there", 0) for row in ran.last.counts.values()
        )
        act.numbers |= {"writes": writes, "requests": _raw(ran.last.calls)}
        act.check("run_ended", ran.last.state != "failed", ran.last.state)
        unmoved, detail = _unmoved(self.systems, before, self.hub)
        act.check("no_writes", unmoved and not writes, detail or writes)
        self.stage.idle(self.hub, writes, ran.last.calls)
        self._end(act)

    def act_f(self) -> None:
        """Read everything again and compare."""
        act = self._begin("f")
        result = self.hub.verify()
        open_fields = {(one.entity_id, one.system, one.field) for one in self.hub.conflicts()}
        unexplained = [
            one
            for one in result.differences
            if one.why == "pending"
            or (one.why == "held" and (one.entity_id, one.system, one.field) not in open_fields)
        ]
        act.check("explained", result.clean and not unexplained, unexplained or result.failures)
        act.numbers |= {
            "records": result.records,
            "fields_agreed": result.agreed,
            "differences": len(result.differences),
        }
        self.stage.verified(self.hub, result)
        self._end(act)

    # --- syncs

    def _checked_sync(self, act: Act, plan: Plan, *, approve: bool = False) -> Ran:
        """Run the flow on a plan, and hold the systems' logs against that plan."""
        before = watch.mark(self.systems)
        ran = self._flow(act, plan.id if approve else None)
        act.numbers |= {"run": ran.last.run, "state": ran.last.state, "requests": _raw(ran.last.calls)}
        act.check("run_ended", ran.last.state in {"done", "attention"}, ran.last.state)
        act.as_planned(watch.compare(self.systems, before, self.hub, plan.report.cells))
        self.stage.ran(ran.name, ran.state or ran.last.state, ran.seconds)
        return ran

    def _follow_up(self, act: Act) -> list[str]:
        """Sync until nothing is left to write; the runs' ids. A plan stands before each."""
        runs: list[str] = []
        while True:
            plan = self.hub.plan()
            if not plan.report.cells or len(runs) == FOLLOW_UPS:
                break
            before = watch.mark(self.systems)
            runs.append(self._sync().last.run)
            act.as_planned(watch.compare(self.systems, before, self.hub, plan.report.cells))
            self.stage.followed_up(len(plan.report.cells))
        act.numbers["follow_ups"] = len(runs)
        act.check("quiet_now", not plan.report.cells, plan.report.cells[:3])
        return runs

    def _flow(self, act: Act, approve: str | None) -> Ran:
        """The sync as Prefect's flow run, in a process of its own."""
        if self.server is None:
            return self._sync(approve)
        self.server.wait()
        self._close_hub()
        folder = self.systems.paths.folder
        command = [sys.executable, "-m", "synchub.cli.prefect_run", str(folder)]
        command += ["--approve", approve] if approve else []
        log = self.server.home / f"run-{act.letter}.log"
        started = time.monotonic()
        with log.open("wb") as stream:
            done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
                command,
                env=dict(self.server.environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stream,
                check=False,
            )
        told = _told(done.stdout)
        if done.returncode:
            raise SyncError("demo.run_failed", act=act.letter, state=told.get("state", "?"), log=str(log))
        act.numbers["flow_run"] = told["flow_run"]
        return Ran(self._last_run(), time.monotonic() - started, told["flow_run"], told["state"])

    def _sync(self, approve: str | None = None) -> Ran:
        """The sync without Prefect, in this process."""
        self._close_hub()
        started = time.monotonic()
        self.hub.sync(approve=approve)
        return Ran(self._last_run(), time.monotonic() - started)

    def _last_run(self) -> LastRun:
        return self.hub.status().runs[0]

    # --- small things

    @cached_property
    def hub(self) -> Hub:
        """The hub, opened once for everything between two syncs."""
        return Hub.open(self.systems.paths.folder, progress=self.progress)

    def _close_hub(self) -> None:
        """A sync begins with a hub of its own, or the requests of what came before would count as its."""
        hub: Hub | None = self.__dict__.pop("hub", None)
        if hub is not None:
            hub.close()

    def _begin(self, letter: str) -> Act:
        act = Act(letter)
        self.summary.acts.append(act)
        self.stage.act(letter)
        self._began = time.monotonic()
        return act

    def _end(self, act: Act) -> None:
        act.numbers["seconds"] = Decimal(f"{time.monotonic() - self._began:.1f}")
        self.stage.checks(act)


def _unmoved(systems: Systems, before: watch.Marks, hub: Hub) -> tuple[bool, str]:
    """Has nothing been written since? And what has."""
    comparison = watch.compare(systems, before, hub, ())
    return comparison.sound, ", ".join(map(str, comparison.surprising[:3]))


def _told(output: bytes) -> Mapping[str, Any]:
    """The last line of a flow process."""
    lines = output.decode("utf-8", "replace").strip().splitlines()
    try:
        told = json.loads(lines[-1]) if lines else {}
    except ValueError:
        told = {}
    return told if isinstance(told, dict) else {}


def _raw(calls: Mapping[str, int]) -> dict[str, Any]:
    return dict(calls)
