"""One simulated world being played: the real engine on the real store, systems that misbehave, and everything told as a story."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from synchub.engine.drift import Drift
from synchub.engine.edited import not_in_force
from synchub.engine.report import RunReport
from synchub.engine.safeguards import ALL_ON, Safeguards
from synchub.engine.sync import plan, sync
from synchub.engine.verify import Verification, verify
from synchub.engine.world import World
from synchub.errors import LeaseHeldError, UnapprovedPlanError
from synchub.mapping.compiled import CompiledMapping
from synchub.sdk import Context
from synchub.store import Store, Transaction
from synchub.store.rows import ASIDE, LedgerRow, LinkState
from synchub.testing.clock import VirtualClock
from synchub.testing.simulator.faults import MISLEADING, CrashError, Fault, Weather
from synchub.testing.simulator.fellow import Fellow
from synchub.testing.simulator.hub import LIMITS, SYSTEMS, ZONE, Blueprint, blueprint, possible_remaps
from synchub.testing.simulator.journal import Journal
from synchub.testing.simulator.mortal import MEMORY, MortalStore, opened
from synchub.testing.simulator.oracle import Oracle, Typed
from synchub.testing.simulator.people import People
from synchub.testing.simulator.remaps import REMAPS
from synchub.testing.simulator.script import Script
from synchub.testing.simulator.systems import ServerClock, SimSystem, Veil
from synchub.testing.simulator.traits import FIXED, LOSSES, REFUSED
from synchub.testing.simulator.wire import SimConnector

_TOLD = (
    "linked",
    "created_in_hub",
    "created_there",
    "updated_there",
    "conflicts_settled",
    "held",
    "refused",
    "set_aside",
    "missing",
    "blocked",
    "unconfirmed",
)
NOWHERE = Path("/nonexistent")
"""No simulated connector has a folder."""


class Simulation:
    """Plays a script. `database` is a SQLite file or a URL; without it the hub lives in memory.

    `systems` is the order of the hub; with `insists` a run that dies is started again at once, until one comes to its end.
    """

    def __init__(
        self,
        script: Script,
        *,
        safeguards: Safeguards = ALL_ON,
        database: str | Path = MEMORY,
        systems: tuple[str, ...] = SYSTEMS,
        insists: bool = False,
    ) -> None:
        self.script = script
        self.insists = insists
        self.safeguards = safeguards
        self.clock = VirtualClock()
        self.weather = Weather(dict(script.faults))
        self.story: list[str] = []
        self.journal = Journal()
        self.hazy: set[str] = set()
        """Systems that may have shown something else than the truth, so that only a sweep helps."""
        self.resumed: set[tuple[str, str]] = set()
        """(system, object) whose listing the last sync went on with behind pages that an earlier one had read."""
        self.started = 0
        """How much people had done when the last run began."""
        self.learned: dict[tuple[str, str, str], int] = {}
        """(system, object, id) of a record that only a sweep found gone -> how much people had done when that run began."""
        self.missing: set[str] = set()
        """Links whose record was known to be gone after the last run."""
        self.logged: list[str] = []
        self.looked_at: dict[str, int] = {}
        """How much of each system's log was checked already."""
        self.runs = 0
        self.last: RunReport | None = None
        self.systems: dict[str, SimSystem] = {}
        self.connectors: dict[str, SimConnector] = {}
        print_ = blueprint(*script.variant)
        self.has_contacts = any(one.object == "Contact" for one in print_.mappings)
        for name in systems:
            self._build(name)
        self.store = opened(database, script.variant[1], self.clock)
        self.world = self._hub(print_)
        self.mortal = replace(
            self.world, store=cast("Store", MortalStore(self.store, self.weather)), drift=Drift()
        )
        """The same hub, in a process that may die."""
        self.versions: dict[str, CompiledMapping] = {one.version: one for one in print_.mappings}
        """Every mapping that was ever in force."""
        self.remaps: frozenset[int] = frozenset()
        """Which entries of the mapping files are not as they were."""
        self.oracle = Oracle(self.world, self.systems)
        self.people = People(self)

    def _hub(self, print_: Blueprint) -> World:
        return World(
            "simulated",
            self.store,
            print_.entities,
            print_.mappings,
            self.connectors,
            self.clock,
            safeguards=self.safeguards,
            limits=LIMITS,
            holder="worker",
        )

    def _build(self, name: str) -> None:
        place = SYSTEMS.index(name)
        traits = self.script.traits[place]
        system = SimSystem(ServerClock(self.clock), fixed=FIXED, budget=self.script.budgets[place])
        if traits.loss:
            change = LOSSES[traits.loss]
            system.stored = lambda column, value: value if column in FIXED else change(value)
        if name == "erp":
            system.refuse = lambda values: "不收" if values.get("remark") == REFUSED else ""
        context = Context(name, NOWHERE, NOWHERE, ZONE, self.clock, random.Random(1))  # noqa: S311 - no secret
        connector = SimConnector(system, context, traits.capabilities, self.weather)
        connector.overlaps = self.safeguards.overlap
        connector.page_size = self.script.page_size
        connector.meanwhile = self._meanwhile
        connector.just_before = partial(self._just_before, name)
        self.systems[name], self.connectors[name] = system, connector

    def _just_before(self, system: str, object: str, ids: Sequence[str]) -> None:
        self.people.just_before(system, object, ids)

    def _meanwhile(self) -> None:
        self.people.in_haste()

    @property
    def lossy(self) -> set[str]:
        """Systems that store something else than they are given, always or now and then."""
        sloppy = {Fault.TRUNCATION, Fault.IGNORED_FIELD, Fault.REMOVED_FIELD} & dict(
            self.script.faults
        ).keys()
        if sloppy:
            return set(SYSTEMS)
        return {name for name, one in zip(SYSTEMS, self.script.traits, strict=True) if one.loss}

    def close(self) -> None:
        self.store.close()

    # -- what happens ------------------------------------------------------------------------------

    def play(self) -> None:
        """All events, then nothing more happens."""
        for kind, bits in self.script.events:
            rng = random.Random(bits)  # noqa: S311 - chance, no secret
            done = self.people.does(kind) or getattr(self, f"do_{kind}")
            done(rng)

    def do_wait(self, rng: random.Random) -> None:
        self.clock.tick(rng.choice((1, 30, 200, 3600, 90_000)))

    def do_plan(self, rng: random.Random) -> None:
        from synchub.testing.simulator.checks.rehearsals import check_rehearsal_is_pure

        self.clock.tick(rng.choice((0.5, 60)))
        check_rehearsal_is_pure(self)

    def do_remap(self, rng: random.Random) -> None:
        """Somebody edits a mapping file, or takes back what was edited."""
        number = rng.choice(possible_remaps(self.script.variant[0], self.remaps))
        self.clock.tick(rng.choice((1, 60)))
        self.remap(number)

    def remap(self, number: int) -> None:
        """Edit this entry, or take back what was edited."""
        maps, overlay = self.script.variant
        self.remaps ^= {number}
        mappings = blueprint(maps, overlay, self.remaps).mappings
        self.versions |= {one.version: one for one in mappings}
        self.world = replace(self.world, mappings=mappings)
        self.mortal = replace(self.mortal, mappings=mappings)
        one = REMAPS[number]
        self.oracle.remap(self.world, one.mapping, one.field)
        self.tell(f"hub: {one}" + ("" if number in self.remaps else " no more"))

    def do_sync(self, rng: random.Random) -> None:
        """A sync with whatever goes wrong; a dead process is followed by another one, later."""
        self.clock.tick(rng.choice((0.5, 3, 60, 60, 600)))
        self.weather.blow(random.Random(rng.getrandbits(32)))  # noqa: S311 - chance, no secret
        while self.sync() is None and self.insists:
            pass
        self.weather.calm()

    def do_together(self, rng: random.Random) -> None:
        """A second worker starts while the first waits for a reply; now and then the first has been silent for too long."""
        self.clock.tick(rng.choice((3, 60)))
        fellow = Fellow(self, rng.randint(1, 6), slept=rng.random() < 0.6)
        for connector in self.connectors.values():
            connector.while_waiting = fellow.wake
        try:
            self.sync()
        finally:
            for connector in self.connectors.values():
                connector.while_waiting = lambda: None
        fellow.check()

    def sync(self) -> RunReport | None:
        """One sync by a fresh process; None when it died. Checks afterwards what must hold at any moment."""
        from synchub.testing.simulator.checks import check_after_sync

        started, struck = self.oracle.number, Counter(self.weather.struck)
        began, self.started = self.clock.monotonic(), started
        self.resumed = self._half_read()
        self.runs += 1
        run, report = f"run-{self.runs:03}", None
        logged = {name: len(system.log) for name, system in self.systems.items()}
        told = {name: system.told_until for name, system in self.systems.items()}
        try:
            report = self._synced(run)
        except (CrashError, LeaseHeldError) as error:
            lost = isinstance(error, LeaseHeldError)
            self.tell(f"hub: {run} {'has lost its lease and ends' if lost else 'dies'}")
            for name, system in self.systems.items():
                system.unheard.update(range(logged[name], len(system.log)))
                system.told_until = told[name]  # it may have died with the words in its ear
        finally:
            self.weather.dead = False
        self.last = report
        misled = set(self.weather.struck - struck)
        if misled & MISLEADING - {Fault.HASTE}:
            self.hazy.update(self.systems)
        with self.store.begin() as tx:
            fresh = self.journal.read(tx)
            self.oracle.note_sync(tx)
        self._tell_changes(fresh)
        for name, system in self.systems.items():
            for place in system.covered:
                self.oracle.excuse(name, *place)
                self.oracle.note_covered(name, *place[:2])
            system.covered.clear()
            system.awaited.clear()  # a later look shows an edit as well as an echo
        if report is not None:
            self._tell_run(report)
            self._note_observed(report, started, misled)
        check_after_sync(self, fresh, began, misled)
        return report

    def _half_read(self) -> set[tuple[str, str]]:
        with self.store.begin() as tx:
            rows = {place: tx.cursor(*place) for place in self.world.objects}
        return {place for place, row in rows.items() if row is not None and row.resume is not None}

    def _synced(self, run: str) -> RunReport:
        from synchub.testing.simulator.checks.edited import check_nothing_unapproved

        written = self._writes()
        with self.store.read() as tx:
            edited = not_in_force(tx, self.world)
        try:
            report = sync(self.mortal, run)
        except UnapprovedPlanError as error:
            check_nothing_unapproved(self, edited, None, self._writes() - written)
            return self._approved(run, error)
        else:
            check_nothing_unapproved(self, edited, report, self._writes() - written)
            return report

    def _approved(self, run: str, asked: UnapprovedPlanError) -> RunReport:
        """The same once more, with the plan approved; and again, where only a listing came to its end that others had begun."""
        for again in "ab" if self.resumed else "a":
            try:
                return sync(self.mortal, run + again, approve=asked.plan)
            except UnapprovedPlanError as error:
                asked = error
        # what was read the second time was not what was read the first time, or somebody's calls of the day
        # were used up by the first: the next run asks again
        if not self.weather.on and not any(system.budget for system in self.systems.values()):
            raise asked
        return RunReport(run, "sync", failures={"": asked})

    def _writes(self) -> int:
        return sum(system.writes for system in self.systems.values())

    def plan(self) -> RunReport:
        return plan(self.world, f"plan-{self.runs:03}").report

    def verify(self) -> Verification:
        return verify(self.world)

    def calm(self) -> None:
        """Everything is repaired, and nothing goes wrong any more."""
        self.weather.calm()
        for name, system in self.systems.items():
            self.repair(name)
            system.budget = 0

    def repair(self, name: str) -> None:
        """Everything of a system works again.

        A thin list does not tell that a value which was masked can be seen now: it is read when its record changes next (seed 468).
        """
        system = self.systems[name]
        if self.connectors[name].capabilities.thin_listing:
            for (object, column), veil in system.veils.items():
                for id in system.objects.get(object, ()) if veil is Veil.MASKED else ():
                    self.oracle.excuse(name, object, id, column)
        system.repair()

    # -- what is known -----------------------------------------------------------------------------

    def _note_observed(self, report: RunReport, started: int, struck: set[Fault]) -> None:
        """What people had typed before this sync began has been seen, in the systems that could be worked with."""
        if "" in report.failures or struck & MISLEADING:
            return
        troubled = {*report.failures, *report.throttled} | {
            system
            for (system, _), counter in report.counts.items()
            if counter["blocked"] or counter["unconfirmed"]
        }
        with self.store.begin() as tx:
            for one in self.oracle.typed:
                system = one.route.mapping.system
                if one.observed or one.number > started or system in troubled or self._shrouded(one):
                    continue
                place = (system, one.route.mapping.object)
                if place in self.resumed or self._unswept(tx, *place, one.external_id):
                    continue
                link = tx.links(one.route.name, [one.external_id]).get((one.external_id, one.part))
                if link is not None and link.state is LinkState.LINKED and ASIDE not in link.holds:
                    one.observed, one.golden_id = True, link.entity_id
                    question = tx.conflict(link.holds.get(one.field, ""))
                    one.held = question is not None and question.detail.get("observed") == one.value
            if not troubled and not report.warnings and not struck:
                places = [(name, *place) for name, one in self.systems.items() for place in one.too_late]
                self.oracle.end_epoch(tx, [place for place in places if self._unswept(tx, *place)])

    def _unswept(self, tx: Transaction, system: str, object: str, id: str) -> bool:
        """Did its last change come later than the system declares, and no sweep since?"""
        visible = self.systems[system].too_late.get((object, id))
        row = tx.cursor(system, object) if visible is not None else None
        return visible is not None and (row is None or row.swept is None or row.swept < visible)

    def _shrouded(self, one: Typed) -> bool:
        """May the reader have been shown something else than the truth?"""
        system = self.systems[one.route.mapping.system]
        object = one.route.mapping.object
        held = system.objects[object][one.external_id]
        return (
            bool(system.veils or system.unseen)
            or held.deleted
            or system.in_transaction(object, one.external_id)
            or system.clock.offset != 0
        )

    # -- the story ---------------------------------------------------------------------------------

    def tell(self, line: str) -> None:
        self.story.append(f"{self.clock.now():%d %H:%M:%S} {line}")

    def _tell_run(self, report: RunReport) -> None:
        counts = ", ".join(f"{report.total(word)} {word}" for word in _TOLD if report.total(word))
        troubles = {**report.throttled, **report.failures}
        failed = "; ".join(f"{system or 'plan'}: {error}" for system, error in troubles.items())
        self.tell(f"hub: {report.run} ends: {counts or 'nothing to do'}" + (f" ({failed})" if failed else ""))

    def _tell_changes(self, rows: list[LedgerRow]) -> None:
        for row in rows:
            what = ", ".join(
                f"{name} {change.get('before')!r} -> {change.get('after')!r}" + _because(change)
                for name, change in row.changes.items()
            )
            where = f"golden {row.entity_id[-6:]}" if row.place == "hub" else f"{row.place} {row.external_id}"
            self.tell(f"hub: {row.op} {where}: {what}")


def _because(change: Mapping[str, Any]) -> str:
    cause = change.get("cause") or {}
    why = cause.get("why", "")
    source = f" of {cause['system']} {cause.get('record', '')}" if "system" in cause else ""
    return f" ({why}{source})" if why not in {"", "on_create"} else ""
