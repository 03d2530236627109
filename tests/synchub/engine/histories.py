"""Random histories of a small channel team: what people do in three systems, what goes wrong meanwhile, and the hub that must cope.

A history is data, made from a seed: settings of the systems and a list of events, each with its own little seed, so that a failing history can be made
shorter by leaving events out. `Town` plays one over the laboratory and keeps what people typed, which the hub does not know and the invariants ask for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from synchub.engine.limits import Limits
from synchub.engine.report import RunReport
from synchub.engine.sync import plan, sync
from synchub.engine.world import Route, World
from synchub.errors import AuthError, UnapprovedPlanError, UnavailableError, UnknownOutcomeError
from synchub.model.values import Observed, Raw
from synchub.sdk import (
    Capabilities,
    ConditionalWrite,
    Connector,
    CreateIdempotency,
    ObjectSchema,
    Outcome,
    Page,
    PullRequest,
    RawRecord,
    Write,
)
from synchub.store import Store, Transaction
from synchub.store.rows import ASIDE, LinkState
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector, weakest
from tests.synchub.engine.conftest import MAPPINGS, OVERLAYS

STRONG = replace(MemoryConnector.capabilities, write_returns_record=True)
STRENGTHS: dict[str, Capabilities] = {
    "default": MemoryConnector.capabilities,
    "strong": STRONG,
    "unique": replace(STRONG, create_idempotency=CreateIdempotency.UNIQUE_FIELD, write_batch=1),
    "comparing": replace(STRONG, conditional_write=ConditionalWrite.COMPARE_OLD),
    "weakest": weakest(),
}
TEXTS = {
    **MAPPINGS,
    "sheet": MAPPINGS["sheet"] + "  省份: 省\n  城市: 市\n",
    "erp": MAPPINGS["erp"].replace(
        "{1: active, 0: inactive}}", "{1: active, 0: inactive}, otherwise: error}"
    ),
}
DELETING = {
    **TEXTS,
    "crm": TEXTS["crm"] + "on_delete: delete\n",
    "erp": TEXTS["erp"] + "delete_there: yes\n",
    "sheet": TEXTS["sheet"] + "在此删除: 是\n",
}
"""A partner that is deleted in the CRM is deleted everywhere."""
NAMES = ("上海联宏", "上海联宏科技有限公司", "广州天河", "Beta Trading")
TAXES = ("91310000MA1FL5E91N", "91110108MA01KPGK0L", "91350211M000100Y46")
PHONES = ("13800138000", "138-0013-8000", "+86 139 0013 9000", "021-6888 6666", "abc")
NOTES = ("短", "一句很完整的备注", "另一句同样长的备注", "Key account, call first", "拒")
PEOPLE = ("王芳", "李强", "Anna")
CODES = ("K1", "K2", "K3")
COLUMNS: dict[tuple[str, str], dict[str, Sequence[Raw]]] = {
    ("crm", "Account"): {
        "Code": CODES,
        "Name": NAMES,
        "TaxId": TAXES,
        "Phone": PHONES,
        "Region": ("East", "South", "North", "Mars"),
        "Province": ("浙江", "江苏"),
        "City": ("杭州", "南京", "宁波"),
        "Credit": (1000, 500000),
        "Active": ("Yes", "No"),
        "Note": NOTES,
        "Owner": ("u1", "u2"),
    },
    ("crm", "Contact"): {"Name": PEOPLE, "Phone": PHONES, "Owner": ("u1", "u2")},
    ("erp", "customer"): {
        "number": CODES,
        "name": NAMES,
        "taxpayer_no": TAXES,
        "group": ("E", "S", "N", "火星"),
        "credit": (1000, 500000, -5),
        "enable": ("1", "0", "9"),
        "remark": NOTES,
        "memo": ("m1", "m2"),
    },
    ("sheet", "台账"): {
        "编码": CODES,
        "名称": NAMES,
        "税号": TAXES,
        "电话": PHONES,
        "区域": ("华东区", "华南区", "华北区", "火星"),
        "省": ("浙江", "江苏"),
        "市": ("杭州", "南京", "宁波"),
        "合作": ("是", "否"),
        "备注": NOTES,
        "颜色": ("红", "蓝"),
    },
}
"""What people type, by column; the last column of each object is mapped nowhere."""
NAME_COLUMN = {
    ("crm", "Account"): "Name",
    ("crm", "Contact"): "Name",
    ("erp", "customer"): "name",
    ("sheet", "台账"): "名称",
}
FIXED = {"HubId", "编号", "number", "AccountId", "id"}
"""Columns that no lossy system touches: without them nothing could be found again."""
LOSSES = {
    "truncating": lambda value: value[:4] if isinstance(value, str) and not value.startswith("9") else value,
    "punctuating": lambda value: (
        f"({value[:3]}) {value[3:]}"
        if isinstance(value, str) and value.isdigit() and len(value) == 11
        else value
    ),
    "shouting": lambda value: value.upper() if isinstance(value, str) else value,
    "spacing": lambda value: f" {value} " if isinstance(value, str) else value,
    "forgetful": lambda value: None if isinstance(value, str) and len(value) > 8 else value,
    "folding": lambda value: {"North": "South", "N": "S", "华北区": "华南区"}.get(str(value), value),
}
EVENTS = {
    "edit": 30,
    "sync": 14,
    "create": 5,
    "rewrite": 4,
    "contact": 4,
    "row": 4,
    "clear": 3,
    "delete": 1,
    "undelete": 1,
    "retype": 1,
    "wait": 3,
    "plan": 1,
}


class CrashError(Exception):
    """The process is dead: nothing it does from here on reaches anybody."""


@dataclass
class Fate:
    """When the process dies, and when the network fails."""

    rng: random.Random
    crash: float = 0.0
    outage: float = 0.0
    lost: float = 0.0
    hasty: float = 0.0
    """Chance that somebody types while pages are being read."""
    dead: bool = False
    typing: Any = None

    def step(self) -> None:
        if self.dead or self.rng.random() < self.crash:
            self.dead = True
            raise CrashError

    def call(self, system: str) -> None:
        self.step()
        if self.rng.random() < self.outage:
            raise UnavailableError("C101", system=system, detail="no answer")


class MortalStore:
    """A store whose process may die before or after any commit."""

    def __init__(self, inner: Store, fate: Fate) -> None:
        self.inner = inner
        self.fate = fate

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self.fate.step()
        with self.inner.begin() as tx:
            yield tx
            self.fate.step()
        self.fate.step()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class MortalConnector(Connector[Any]):
    """A connector whose process may die and whose network may fail, before, within and after every call."""

    def __init__(self, inner: MemoryConnector, town: Town) -> None:
        super().__init__(inner.settings, inner.context)
        self.inner = inner
        self.town = town
        self.capabilities = inner.capabilities  # type: ignore[misc]  # this instance's own facts

    @property
    def calls(self) -> int:
        return self.inner.calls

    def check(self) -> str:
        return self.inner.check()

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        return self.inner.discover(objects)

    def pull(self, request: PullRequest) -> Iterator[Page]:
        self.town.fate.call(self.context.system)
        for page in self.inner.pull(request):
            self.town.fate.call(self.context.system)
            yield page
            self.town.type_in_haste()

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        self.town.fate.call(self.context.system)
        return self.inner.fetch(request, ids)

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        self.town.fate.call(self.context.system)
        return self.inner.find(request, column, values)

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        fate, system = self.town.fate, self.context.system
        fate.call(system)
        if fate.rng.random() < fate.lost:
            taken = fate.rng.randint(0, len(writes))
            self.inner.push(request, writes[:taken])
            self.town.photograph()
            raise UnknownOutcomeError("C107", system=system, object=request.object)
        outcomes = self.inner.push(request, writes)
        self.town.photograph()
        fate.step()
        return outcomes


@dataclass(frozen=True)
class History:
    """Everything that happens, as data."""

    seed: int
    strengths: tuple[str, str, str]
    losses: tuple[tuple[str, str], ...]
    """(system, loss)."""
    faults: tuple[float, float, float, float]
    """Chances of crash, outage, lost reply, typing in haste."""
    distinct: bool
    """Do partners differ in name and number, or do people repeat themselves?"""
    events: tuple[tuple[str, int], ...]
    deletes: bool = False
    """Does a deletion in the CRM delete everywhere?"""

    @classmethod
    def of(cls, seed: int) -> History:
        rng = random.Random(seed)
        strengths = (
            (rng.choice(list(STRENGTHS)),) * 3
            if rng.random() < 0.3
            else tuple(rng.choice(list(STRENGTHS)) for _ in range(3))
        )
        losses = tuple(
            (system, rng.choice(list(LOSSES))) for system in ("crm", "erp", "sheet") if rng.random() < 0.35
        )
        chances = [rng.choice((0.0, 0.0, high)) for high in (0.02, 0.03, 0.15, 0.1)]
        kinds = rng.choices(list(EVENTS), list(EVENTS.values()), k=rng.randint(15, 70))
        events = tuple((kind, rng.getrandbits(32)) for kind in kinds)
        return cls(
            seed,
            cast("tuple[str, str, str]", strengths),
            losses,
            cast("tuple[float, float, float, float]", tuple(chances)),
            rng.random() < 0.6,
            events,
            rng.random() < 0.4,
        )


@dataclass
class Typed:
    """What a person typed into one field of one record, as the mapping reads it."""

    route: Route
    external_id: str
    part: str
    field: str
    value: Observed
    number: int
    epoch: int
    """How many clean syncs had happened before."""
    observed: bool = False
    """Has a clean sync of this system happened since?"""


@dataclass
class Town:
    """A history being played."""

    lab: Lab
    history: History
    fate: Fate = field(init=False)
    story: list[str] = field(default_factory=list)
    typed: list[Typed] = field(default_factory=list)
    held: dict[tuple[str, str, str, str, str], list[Raw]] = field(default_factory=dict)
    """(system, object, id, part, column) -> every value it ever held."""
    deleted: set[tuple[str, str, str]] = field(default_factory=set)
    ever_deleted: set[tuple[str, str, str]] = field(default_factory=set)
    epoch: int = 0
    last: RunReport | None = None

    @classmethod
    def built(cls, folder: Path, history: History) -> Town:
        names = ("crm", "erp", "sheet")
        capabilities = {
            name: STRENGTHS[strength] for name, strength in zip(names, history.strengths, strict=True)
        }
        texts = DELETING if history.deletes else TEXTS
        lab = Lab(folder, texts, OVERLAYS, capabilities=capabilities, database=":memory:")
        town = cls(lab, history)
        town.calm()
        connectors = {name: MortalConnector(connector, town) for name, connector in lab.connectors.items()}
        limits = Limits(sweep_every=timedelta(hours=1), grace=timedelta(0))
        lab.world = replace(lab.world, connectors=connectors, limits=limits)
        for system, loss in history.losses:
            change = LOSSES[loss]
            lab.systems[system].stored = lambda column, value, change=change: (  # type: ignore[misc]
                value if column in FIXED else change(value)
            )
        lab.systems["erp"].refuse = lambda values: "不收" if values.get("remark") == "拒" else ""
        return town

    # -- people ------------------------------------------------------------------------------------

    def play(self) -> None:
        """All events, then nothing more happens."""
        for kind, bits in self.history.events:
            getattr(self, f"do_{kind}")(random.Random(bits))

    def do_edit(self, rng: random.Random) -> None:
        place = self._some_record(rng)
        if place is not None:
            columns = COLUMNS[place[:2]]
            chosen = rng.sample(sorted(columns), rng.choice((1, 1, 1, 2)))
            self._type(*place, {column: rng.choice(columns[column]) for column in chosen}, rng)

    def do_clear(self, rng: random.Random) -> None:
        place = self._some_record(rng)
        if place is not None:
            self._type(
                *place, {rng.choice(sorted(COLUMNS[place[:2]])): rng.choice((None, None, "", " "))}, rng
            )

    def do_rewrite(self, rng: random.Random) -> None:
        """The same meaning, written otherwise."""
        place = self._some_record(rng)
        if place is None:
            return
        values = self.lab.systems[place[0]].live(place[1])[place[2]]
        texts = [name for name in COLUMNS[place[:2]] if isinstance(values.get(name), str)]
        if texts:
            column = rng.choice(texts)
            text = str(values[column])
            self._type(*place, {column: rng.choice((f" {text}", f"{text} ", text.replace("-", " ")))}, rng)

    def do_create(self, rng: random.Random) -> None:
        system, object = rng.choice([("crm", "Account"), ("erp", "customer"), ("sheet", "台账")])
        values: dict[str, Raw] = {
            column: rng.choice(options)
            for column, options in COLUMNS[system, object].items()
            if rng.random() < 0.5
        }
        values[NAME_COLUMN[system, object]] = rng.choice(NAMES)
        if self.history.distinct:
            self._distinguish(system, object, values)
        self._create(system, object, values, rng)

    def _distinguish(self, system: str, object: str, values: dict[str, Raw]) -> None:
        number = self.lab.systems[system].counter
        for column in ("Code", "number", "编码", "TaxId", "taxpayer_no", "税号"):
            values.pop(column, None)
        name = NAME_COLUMN[system, object]
        values[name] = f"{system[0].upper()}{number}{values[name]}"

    def do_contact(self, rng: random.Random) -> None:
        accounts = sorted(self.lab.systems["crm"].live("Account"))
        if accounts:
            values: dict[str, Raw] = {"AccountId": rng.choice(accounts), "Name": rng.choice(PEOPLE)}
            if rng.random() < 0.5:
                values["Phone"] = rng.choice(PHONES)
            self._create("crm", "Contact", values, rng)

    def do_row(self, rng: random.Random) -> None:
        """Somebody works on the contact rows of a customer."""
        customers = sorted(self.lab.systems["erp"].live("customer"))
        if not customers:
            return
        id = rng.choice(customers)
        rows = [
            dict(row)
            for row in cast(
                "list[dict[str, Raw]]", self.lab.systems["erp"]["customer", id].get("contacts") or []
            )
        ]
        what = rng.choice(("add", "add", "phone", "person", "memo", "remove"))
        if what == "add" or not rows:
            rows.append({"person": rng.choice(PEOPLE), "mobile": rng.choice(PHONES), "memo": "x"})
        elif what == "remove":
            rows.pop(rng.randrange(len(rows)))
        else:
            column = {"phone": "mobile", "person": "person", "memo": "memo"}[what]
            rng.choice(rows)[column] = rng.choice(PHONES if what == "phone" else PEOPLE)
        self._type("erp", "customer", id, {"contacts": cast("Raw", rows)}, rng)

    def do_delete(self, rng: random.Random) -> None:
        place = self._some_record(rng)
        if place is not None:
            self._tick(rng)
            self.lab.systems[place[0]].delete(*place[1:])
            self.deleted.add(place)
            self.ever_deleted.add(place)
            self.note(f"{place[0]}: {place[2]} is deleted")

    def do_undelete(self, rng: random.Random) -> None:
        if self.deleted:
            place = rng.choice(sorted(self.deleted))
            self._tick(rng)
            held = self.lab.systems[place[0]].objects[place[1]][place[2]]
            held.deleted, held.modified = False, self.lab.clock.now()
            self.deleted.discard(place)
            self.note(f"{place[0]}: {place[2]} is there again")

    def do_retype(self, rng: random.Random) -> None:
        """Deleted, and typed in again: another record with the same content."""
        place = self._some_record(rng)
        if place is not None:
            values = dict(self.lab.systems[place[0]].live(place[1])[place[2]])
            values = {name: one for name, one in values.items() if name not in {"HubId", "编号"}}
            if isinstance(rows := values.get("contacts"), list):
                values["contacts"] = [
                    {name: one for name, one in row.items() if name != "id"}
                    for row in rows
                    if isinstance(row, dict)
                ]
            self.lab.systems[place[0]].delete(*place[1:])
            self.deleted.add(place)
            self.ever_deleted.add(place)
            self.note(f"{place[0]}: {place[2]} is deleted, and typed in again")
            self._create(place[0], place[1], values, rng)

    def do_wait(self, rng: random.Random) -> None:
        self.lab.clock.tick(rng.choice((1, 30, 200, 3600)))

    def type_in_haste(self) -> None:
        """Somebody works while the hub reads."""
        rng = self.fate.rng
        if self.fate.hasty and not self.fate.dead and rng.random() < self.fate.hasty:
            self.do_edit(rng)

    def _some_record(self, rng: random.Random) -> tuple[str, str, str] | None:
        places = [
            (system, object, id)
            for system, object in COLUMNS
            for id in sorted(self.lab.systems[system].live(object))
        ]
        return rng.choice(places) if places else None

    def _tick(self, rng: random.Random) -> None:
        self.lab.clock.tick(rng.choice((0.001, 1, 1, 30, 200)))

    def _create(self, system: str, object: str, values: dict[str, Raw], rng: random.Random) -> None:
        self._tick(rng)
        id = self.lab.systems[system].create(object, values)
        self.note(f"{system}: {id} is typed: {values}")
        self._remember(system, object, id, {})

    def _type(self, system: str, object: str, id: str, values: dict[str, Raw], rng: random.Random) -> None:
        self._tick(rng)
        before = self._meanings(system, object, id)
        self.lab.systems[system].edit(object, id, values)
        self.note(f"{system}: {id} {values}")
        self._remember(system, object, id, before)

    def _meanings(self, system: str, object: str, id: str) -> dict[tuple[str, str, str], Observed]:
        """(mapping, part, field) -> what the mapping reads."""
        found: dict[tuple[str, str, str], Observed] = {}
        held = self.lab.systems[system].objects[object][id].values
        for route in self.lab.world.routes_of(system, object):
            record = RawRecord(id, tuple(held.get(column) for column in route.mapping.columns))
            for part, values in route.mapping.parts(record):
                observed = route.mapping.read(id, values)
                found.update(
                    ((route.name, part, one.name), value)
                    for one, value in zip(route.mapping.fields, observed, strict=True)
                )
        return found

    def _remember(
        self, system: str, object: str, id: str, before: dict[tuple[str, str, str], Observed]
    ) -> None:
        self.photograph()
        routes = {route.name: route for route in self.lab.world.routes}
        for (name, part, field_name), value in self._meanings(system, object, id).items():
            route = routes[name]
            kind = route.model[field_name].kind
            old = before.get((name, part, field_name))
            if old == value or (isinstance(old, str) and isinstance(value, str) and kind.equal(old, value)):
                continue
            self.typed = [
                one
                for one in self.typed
                if (one.route.name, one.external_id, one.part, one.field) != (name, id, part, field_name)
                or one.observed
            ]
            self.typed.append(Typed(route, id, part, field_name, value, len(self.story), self.epoch))

    def photograph(self) -> None:
        """Note every value that every system holds now."""
        for name, system in self.lab.systems.items():
            for object, records in system.objects.items():
                for id, held in records.items():
                    for column, value in held.values.items():
                        self._note_held((name, object, id, "", column), value)
                        for row in value if isinstance(value, list) else ():
                            assert isinstance(row, dict)
                            for inner, cell in row.items():
                                self._note_held((name, object, id, str(row["id"]), inner), cell)

    def _note_held(self, key: tuple[str, str, str, str, str], value: Raw) -> None:
        values = self.held.setdefault(key, [])
        if value not in values:
            values.append(value)

    # -- the hub -----------------------------------------------------------------------------------

    def calm(self) -> None:
        """No more faults."""
        self.fate = Fate(random.Random(0))

    def do_sync(self, rng: random.Random) -> None:
        """A sync with whatever goes wrong; a dead process is followed by another one, later."""
        crash, outage, lost, hasty = self.history.faults
        self.fate = Fate(random.Random(rng.getrandbits(32)), crash, outage, lost, hasty)
        down = rng.choice(["", "", "", "", "crm", "erp", "sheet"]) if outage else ""
        if down:
            error = rng.choice((UnavailableError, AuthError))
            self.lab.systems[down].down = error("C101", system=down, detail="down")
            self.note(f"{down} is down")
        self.sync()
        if down:
            self.lab.systems[down].down = None
        self.calm()

    def do_plan(self, rng: random.Random) -> None:
        from tests.synchub.engine.invariants import check_rehearsal_is_pure

        check_rehearsal_is_pure(self)

    def sync(self, *, tick: float = 60) -> RunReport | None:
        """One sync by a fresh process; None when it died."""
        from tests.synchub.engine.invariants import check_after_sync

        self.lab.clock.tick(tick)
        started = len(self.story)
        self.lab.runs += 1
        run = f"run-{self.lab.runs:03}"
        world = replace(self.lab.world, store=cast("Store", MortalStore(self.lab.store, self.fate)))
        self.lab.world = world
        report = None
        try:
            report = self._synced(world, run)
        except CrashError:
            self.note(f"{run} died")
        finally:
            self.lab.world = replace(world, store=self.lab.store)
            self.fate.dead = False
            self.fate.crash = 0.0
        self.last = report
        if report is not None:
            counts = {
                action: n
                for action in (
                    "linked",
                    "created_in_hub",
                    "created_there",
                    "updated_there",
                    "held",
                    "set_aside",
                    "missing",
                    "deleted",
                    "deleted_there",
                    "doubtful",
                    "blocked",
                    "unconfirmed",
                )
                if (n := report.total(action))
            }
            failed = f", failed: {', '.join(report.failures)}" if report.failures else ""
            self.note(f"{run} {counts}{failed}")
            self._observed(report, started)
        check_after_sync(self)
        return report

    def _synced(self, world: World, run: str) -> RunReport:
        try:
            return sync(world, run)
        except UnapprovedPlanError as error:
            try:
                return sync(world, run + "a", approve=error.plan)
            except UnapprovedPlanError:
                if not (self.fate.outage or self.fate.hasty):
                    raise
                return RunReport(run, "sync", failures={"": error})

    def _observed(self, report: RunReport, started: int) -> None:
        """What people had typed before this sync began has been seen, in the systems that could be worked with."""
        troubled = set(report.failures) | {
            system
            for (system, _), counter in report.counts.items()
            if counter["blocked"] or counter["unconfirmed"]
        }
        if "" in report.failures:
            return
        with self.lab.store.begin() as tx:
            for one in self.typed:
                if one.number <= started and one.route.mapping.system not in troubled:
                    link = tx.links(one.route.name, [one.external_id]).get((one.external_id, one.part))
                    taken = link is not None and link.state is LinkState.LINKED and ASIDE not in link.holds
                    one.observed = one.observed or taken
        if not troubled and not report.warnings:
            self.epoch += 1

    def plan(self) -> RunReport:
        return plan(self.lab.world, f"plan-{self.lab.runs:03}").report

    def note(self, line: str) -> None:
        at = self.lab.clock.now().strftime("%H:%M:%S")
        self.story.append(f"{at} {line}")
