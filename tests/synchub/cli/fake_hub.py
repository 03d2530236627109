"""A hub that remembers what it was told to answer: the methods of the real one, with realistic rows and no system behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.engine.explain import FieldStory, Story
from synchub.engine.report import Cell, Progress, RunReport, silent
from synchub.engine.sync import Plan
from synchub.engine.verify import Difference, Verification
from synchub.errors import Position, Problem, UserError
from synchub.hub.doctor import Checkup
from synchub.hub.status import LastRun, Status, SystemStatus, Waiting
from synchub.mapping import CheckReport, CompiledMapping, FileReport, load_mappings
from synchub.mapping.profile import MappingCost
from synchub.mapping.stored import Sample
from synchub.messages import Language
from synchub.model.entity import EntityModel
from synchub.model.overlay import compile_entities
from synchub.model.provenance import Candidate, Origin
from synchub.model.values import Label, Raw
from synchub.store.rows import Conflict, ConflictKind, LedgerRow, Link, LinkState, Quarantined

NOON = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai, the zone of this hub."""
EARLIER = datetime(2026, 7, 31, 2, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PARTNER = "GOLDENPARTNER001"
PERSON = "GOLDENCONTACT001"
MOBILE = "+8613800138000"

ACCOUNT = """
mapping: crm-account
system: crm
object: Account
to: Partner
identity: {match: [tax_id]}
on_new: create
create_there: yes
fields:
  code: Code__c
  name: Name
  tax_id: TaxId__c
  phone: {field: Phone, as: phone, write: "+86 138 0013 8000"}
  note: Description
  website: {field: Website, flow: hub_reads}
  manager: {field: OwnerId, ref: Employee}
"""
CONTACT = """
mapping: crm-contact
system: crm
object: Contact
to: Contact
identity: {hub_id: HubId__c, match: [[partner, name]]}
on_new: create
create_there: yes
fields:
  partner: {field: AccountId, ref: Partner}
  name: LastName
  phone: {field: Mobile, as: phone, write: "+86 138 0013 8000"}
"""


def entities() -> dict[str, EntityModel]:
    return compile_entities()


def mappings(folder: Path, models: dict[str, EntityModel]) -> list[CompiledMapping]:
    """The two mappings of the fake hub, really compiled."""
    files = {"crm-account.yaml": ACCOUNT, "crm-contact.yaml": CONTACT}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    findings = Findings()
    found = load_mappings(
        [folder / name for name in files], models, {"crm": SHANGHAI, "erp": SHANGHAI}, findings
    )
    assert not findings.errors, [str(one.line()) for one in findings.errors]
    return found


def edit(system: str = "crm", record: str = "001A") -> dict[str, Raw]:
    return {"why": "edit", "system": system, "object": "Account", "record": record, "at": EARLIER.isoformat()}


def won() -> dict[str, Raw]:
    loser: Raw = {"system": "erp", "value": "老名字", "at": EARLIER.isoformat(), "record": "E7"}
    return {**edit(), "why": "conflict", "verdict": "won", "losers": [loser]}


def cell(column: str, before: Raw, after: Raw, **other: Any) -> Cell:
    given: dict[str, Any] = {
        "system": "crm",
        "object": "Account",
        "external_id": "001A",
        "op": "update",
        "entity": "Partner",
        "entity_id": PARTNER,
        "field": "name",
        "title": "华强电子",
        "cause": edit(),
    }
    return Cell(column=column, before=before, after=after, **{**given, **other})


def report(kind: str = "sync", **counts: int) -> RunReport:
    made = RunReport("20260801-040000-abcd", kind)
    for action, number in counts.items():
        made.add("crm", "Account", action, number)
    made.calls = {"crm": 12, "erp": 1234}
    return made


def planned() -> Plan:
    """A first contact: two links, one creation, one review; an update, a new record, a personal value, a row's id."""
    found = report("plan", pulled=4)
    found.first_contact = ["crm-account"]
    for external_id, kind, what in (
        ("001A", "link", PARTNER),
        ("001B", "link", "GOLDENPARTNER002"),
        ("001C", "create", "GOLDENPARTNER003"),
        ("001D", "review", "E213"),
    ):
        found.decided.note("crm-account", (external_id, ""), kind, what)
    new = {
        "external_id": "new:GOLDENPARTNER004",
        "op": "create",
        "title": "新伙伴",
        "entity_id": "GOLDENPARTNER004",
    }
    found.cells = [
        cell("Name", "老名字", "华强电子", cause=won()),
        cell("Phone", None, MOBILE, field="phone"),
        cell("Name", None, "新伙伴", **new),
        cell("HubId__c", None, "NEWID", **new, field="", cause={"why": "create"}),
        cell("Mobile", "1", MOBILE, object="Contact", entity="Contact", entity_id=PERSON, title="王小明", field="phone", external_id="003A"),
        cell("HubId__c", None, "ROWID", object="Contact", entity="Contact", entity_id="", title="row 7", field="", external_id="row-7", cause={"why": "identity"}),
    ]  # fmt: skip
    return Plan("PLAN1234", found)


def field_conflict(**other: Any) -> Conflict:
    candidate: Raw = {"system": "erp", "value": "+8613900139000", "at": EARLIER.isoformat(), "record": "E7"}
    detail: dict[str, Raw] = {
        "field": "phone",
        "golden": MOBILE,
        "observed": "+8613700137000",
        "image": "13700137000",
        "candidates": [candidate],
        "title": "row 12",
        "owner": None,
    }
    given: dict[str, Any] = {
        "id": "CONFLICT1",
        "kind": ConflictKind.FIELD,
        "run": "RUN1",
        "opened": NOON,
        "entity": "Partner",
        "entity_id": PARTNER,
        "mapping": "crm-account",
        "system": "crm",
        "external_id": "001A",
        "part": "",
        "field": "phone",
        "code": "E201",
        "detail": detail,
    }
    return Conflict(**{**given, **other})


def unreadable_conflict() -> Conflict:
    detail: dict[str, Raw] = {
        "field": "phone",
        "golden": MOBILE,
        "observed": None,
        "image": "电话是13500135000",
        "candidates": [],
        "problem": "K111",
        "params": {"value": "电话是13500135000"},
    }
    return field_conflict(id="CONFLICT2", kind=ConflictKind.VALUE, code="E202", detail=detail)


def match_conflict() -> Conflict:
    image: dict[str, Raw] = {"Name": "华强电子(重复)", "Phone": "13800138000", "Mystery": "13800138000"}
    detail: dict[str, Raw] = {
        "rule": "tax_id",
        "golden": [PARTNER],
        "rows": 1,
        "title": "001D",
        "image": image,
    }
    return field_conflict(
        id="CONFLICT3",
        kind=ConflictKind.MATCH,
        code="E213",
        entity_id="",
        field="",
        external_id="001D",
        detail=detail,
    )


def quarantined(**other: Any) -> Quarantined:
    given: dict[str, Any] = {
        "mapping": "crm-account",
        "system": "crm",
        "object": "Account",
        "external_id": "001Q",
        "where": "row 9",
        "stage": "pull",
        "code": "E301",
        "params": {"field": "name", "zh": "渠道名称", "en": "Partner name", "column": "Name"},
        "image": {"Name": None, "Phone": "13800138000", "Description": "展会名片"},
        "run": "RUN1",
        "at": NOON,
        "attempts": 3,
    }
    return Quarantined(**{**given, **other})


def ledger(place: str, field: str, change: dict[str, Raw], op: str = "update", **other: Any) -> LedgerRow:
    given: dict[str, Any] = {"object": "Account", "external_id": "001A"}
    return LedgerRow(
        "RUN1", NOON, place, "Partner", PARTNER, op=op, changes={field: change}, **{**given, **other}
    )


def story(
    fields: Collection[str] = (), history: Collection[LedgerRow] = (), conflicts: Collection[Conflict] = ()
) -> Story:
    """A partner whose name beat the ERP's, and whose phone is held in one place."""
    model = entities()["Partner"]
    values: dict[str, str] = {"name": "华强电子", "phone": MOBILE, "manager": "GOLDENEMPLOYEE01"}
    loser = Candidate("erp", "老名字", EARLIER, "E7")
    origin = Origin("crm", "Account", "001A", "RUN1", EARLIER, (loser,))
    told = []
    for spec in model.fields:
        if fields and spec.name not in fields:
            continue
        value = values.get(spec.name)
        source = (
            None
            if value is None
            else origin
            if spec.name == "name"
            else Origin("crm", "Account", "001A", "RUN1", EARLIER)
        )
        systems: tuple[tuple[str, str, Raw, str], ...] = ()
        if spec.name == "name":
            systems = (("crm", "001A", "华强电子", "agrees"), ("erp", "E7", "老名字", "pending"))
        if spec.name == "phone":
            systems = (("crm", "001A", None, "held"), ("erp", "E7", "13800138000", "agrees"))
        shown = "王小明" if spec.name == "manager" else str(value or "")
        told.append(FieldStory(spec, value, shown, source, systems))
    link = Link(
        "L1", "crm-account", "crm", "Account", "001A", "", "Partner", PARTNER, LinkState.LINKED, "v", [], []
    )
    return Story("Partner", PARTNER, "华强电子", tuple(told), (link,), tuple(conflicts), tuple(history))


def status() -> Status:
    system = SystemStatus(
        "crm", "Account", "crm-account", "Partner", {"linked": 1240, "missing": 2}, 3, 4, complete=False
    )
    counts = {"crm/Account": {"created_there": 2, "updated_there": 5, "held": 1}}
    runs = (
        LastRun("RUN2", "sync", NOON, NOON, "attention", counts, {"crm": 20}),
        LastRun("RUN1", "sync", EARLIER, None, "running", {}, {}),
    )
    return Status(
        "渠道中台", Path("hub"), {"Partner": 1240, "Contact": 7}, (system,), {"field": 2, "match": 1}, 1, runs
    )


def verification(**other: Any) -> Verification:
    held = Difference(
        "crm", "Account", "001A", "华强电子", PARTNER, "phone", MOBILE, "+8613700137000", "held"
    )
    found = Verification(agreed=5000, records=240, differences=[held], **other)
    found.unlinked = Counter({"crm": 3})
    return found


def problem(severity: Any = "error") -> Problem:
    return Problem(
        "K151", {"value": "金", "known": "金牌, 银牌"}, Position("mappings/crm-account.yaml", 12, 3), severity
    )


@dataclass
class FakeHub:
    """Answers what the test has put in. An exception in place of an answer is raised."""

    folder: Path
    entities: dict[str, EntityModel]
    mappings: list[CompiledMapping]
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    progress: Progress = silent
    closed: bool = False
    titles: dict[str, str] = field(
        default_factory=lambda: {PARTNER: "华强电子", "GOLDENEMPLOYEE01": "王小明"}
    )

    @property
    def config(self) -> Any:
        database = SimpleNamespace(resolve=lambda _paths: "postgresql://hub@db/hub")
        return SimpleNamespace(timezone=SHANGHAI, database=database, language=self.language)

    @property
    def paths(self) -> Any:
        return SimpleNamespace(folder=self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.closed = True

    def _answer(self, name: str, question: Any, default: Callable[[], Any]) -> Any:
        self.asked.append((name, question))
        answer = self.answers.get(name)
        if isinstance(answer, BaseException):
            raise answer
        return default() if answer is None else answer

    edited: bool = False
    language: Language | None = None
    sample: Sample | None = None
    cost: MappingCost | None = None

    def system_labels(self) -> dict[str, Label]:
        return {"crm": Label(zh="销售 CRM", en="Sales CRM"), "erp": Label(zh="erp", en="erp")}

    def systems(self) -> list[str]:
        return ["crm", "erp"]

    def check(self, *, online: bool = False, sample: int = 0, costs: bool = False) -> CheckReport:
        found = self._answer("check", online, list)
        if isinstance(found, CheckReport):
            return found
        file = FileReport(
            "mappings/crm-account.yaml",
            "crm-account",
            "crm",
            self.entities["Partner"].label,
            3,
            (),
            tuple(found),
            self.sample if sample else None,
            self.cost if costs else None,
        )
        return CheckReport((file,), tuple(self.mappings), tuple(found))

    def plan(self, systems: Collection[str] | None = None) -> Plan:
        self.progress("pull", "crm", "Account", 4)
        self.progress("plan", "crm", "Account", 2)
        return self._answer("plan", systems, planned)  # type: ignore[no-any-return]

    def sync(self, *, approve: str | None = None, systems: Collection[str] | None = None) -> RunReport:
        self.progress("push", "crm", "Account", 2)
        return self._answer("sync", (approve, systems), report)  # type: ignore[no-any-return]

    def waiting(self) -> Waiting:
        return self._answer("waiting", None, lambda: Waiting({}, 0))  # type: ignore[no-any-return]

    def status(self) -> Status:
        return self._answer("status", None, status)  # type: ignore[no-any-return]

    def verify(self) -> Verification:
        return self._answer("verify", None, verification)  # type: ignore[no-any-return]

    def conflicts(self, kind: ConflictKind | None = None, system: str | None = None) -> list[Conflict]:
        return self._answer("conflicts", (kind, system), list)  # type: ignore[no-any-return]

    def quarantined(self, system: str | None = None) -> list[Quarantined]:
        return self._answer("quarantined", system, list)  # type: ignore[no-any-return]

    def title(self, entity: str, golden_id: str) -> str:
        return self.titles.get(golden_id, "")

    @property
    def deeds(self) -> Any:
        return SimpleNamespace(
            decide=lambda conflict, choice: self._answer("decide", (conflict, choice), field_conflict)
        )

    def find(self, entity: str, text: str) -> list[tuple[str, str]]:
        if text in self.titles:
            return [(text, self.titles[text])]
        labels = {name for model in self.entities.values() for name in (model.name.lower(), model.label.zh)}
        if entity.lower() not in labels:
            raise UserError("H343", entity=entity, known="Partner")
        return self._answer("find", (entity, text), lambda: [(PARTNER, "华强电子")])  # type: ignore[no-any-return]

    def explain(
        self, entity: str, golden_id: str, field: str | None = None, language: Language = "en"
    ) -> Story:
        names = {"phone": ["phone"], "联系电话": ["phone"], None: []}.get(field, [str(field)])
        return self._answer("explain", (entity, golden_id, field, language), lambda: story(names))  # type: ignore[no-any-return]

    def doctor(self) -> list[Checkup]:
        return self._answer("doctor", None, lambda: [Checkup("hub.yaml", True, "fine")])  # type: ignore[no-any-return]
