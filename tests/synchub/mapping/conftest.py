"""A small model with a field of every kind, and a bench on which mapping files are tried."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synchub.document import Findings
from synchub.mapping import CheckReport, CompiledMapping, check, load_mappings
from synchub.mapping.files import whole_specs
from synchub.mapping.spec import FieldEntry, MappingSpec
from synchub.mapping.stored import StoredRow
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import (
    Bool,
    Choice,
    Code,
    Date,
    DateTime,
    Decimal_,
    Email,
    Integer,
    ListOf,
    Money,
    Option,
    Percent,
    Phone,
    Ref,
    Text,
    Uscc,
)
from synchub.model.schema import ObjectSchema
from synchub.model.values import Label

REGIONS = (Option.of("华东", en="East"), Option.of("华南", en="South"))

THING = EntityModel(
    "Thing",
    Label(zh="东西", en="Thing"),
    (
        FieldSpec("code", Code(max=20), Label(zh="编码", en="Code"), unique=True),
        FieldSpec("name", Text(max=40), Label(zh="名称", en="Name")),
        FieldSpec("tax_id", Uscc(), Label(zh="税号", en="Tax id")),
        FieldSpec("phone", Phone(), Label(zh="电话", en="Phone"), pii="contact"),
        FieldSpec("email", Email(), Label(zh="邮箱", en="E-mail"), pii="contact"),
        FieldSpec("count", Integer(), Label(zh="数量", en="Count")),
        FieldSpec("ratio", Decimal_(), Label(zh="比例", en="Ratio")),
        FieldSpec("discount", Percent(), Label(zh="折扣", en="Discount")),
        FieldSpec("limit", Money(), Label(zh="额度", en="Limit"), owner="erp"),
        FieldSpec("day", Date(), Label(zh="日期", en="Day")),
        FieldSpec("at", DateTime(), Label(zh="时间", en="At")),
        FieldSpec("active", Bool(), Label(zh="启用", en="Active")),
        FieldSpec("region", Choice(REGIONS), Label(zh="区域", en="Region")),
        FieldSpec("tags", ListOf(Text()), Label(zh="标签", en="Tags")),
        FieldSpec("boss", Ref("Person"), Label(zh="负责人", en="Boss")),
        FieldSpec("note", Text(multiline=True), Label(zh="备注", en="Note")),
        FieldSpec("note_2", Text(), Label(zh="备注", en="Note 2")),
    ),
    "name",
)
PERSON = EntityModel(
    "Person",
    Label(zh="人员", en="Person"),
    (
        FieldSpec("code", Code(), Label(zh="工号", en="Number")),
        FieldSpec("name", Text(), Label(zh="姓名", en="Name"), pii="person"),
    ),
    "name",
)
HEAD = "mapping: m\nsystem: crm\nobject: Box\nto: Thing\n"


@dataclass
class Bench:
    """Writes mapping files and reads, checks or compiles them. File names are a.yaml, b.yaml …"""

    folder: Path
    entities: Mapping[str, EntityModel] = field(
        default_factory=lambda: {"Thing": THING, "Person": PERSON}, repr=False
    )
    zones: Mapping[str, ZoneInfo] = field(
        default_factory=lambda: {"crm": ZoneInfo("Asia/Shanghai"), "erp": ZoneInfo("UTC")}
    )

    def write(self, *texts: str) -> Path:
        self.folder.mkdir(exist_ok=True)
        for old in self.folder.glob("*.yaml"):
            old.unlink()
        for name, text in zip("abcdefgh", texts, strict=False):
            (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return self.folder

    def check(
        self,
        *texts: str,
        schemas: Mapping[tuple[str, str], ObjectSchema] | None = None,
        options: Mapping[str, frozenset[str]] | None = None,
        undeletable: Collection[str] = (),
        stored: Callable[[CompiledMapping], Sequence[StoredRow]] | None = None,
        costs: bool = False,
    ) -> CheckReport:
        return check(
            self.write(*texts),
            self.entities,
            self.zones,
            schemas=schemas,
            options=options,
            undeletable=undeletable,
            stored=stored,
            costs=costs,
        )

    def compile(self, text: str) -> CompiledMapping:
        findings = Findings()
        found = load_mappings(self.write(text), self.entities, self.zones, findings)
        assert not findings.problems, [problem.line("en") for problem in findings.problems]
        return found[0]

    def fields(self, lines: str) -> CompiledMapping:
        """A mapping of these lines under `fields`."""
        return self.compile(HEAD + "fields:\n" + "".join(f"  {line}\n" for line in lines.splitlines()))

    def spec(self, text: str) -> MappingSpec:
        findings = Findings()
        found = whole_specs(self.write(text), self.entities, self.zones, findings)
        assert not findings.problems, [problem.line("en") for problem in findings.problems]
        return found[0]

    def entry(self, line: str) -> FieldEntry:
        return self.spec(f"{HEAD}fields:\n  {line}\n").fields[0]


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("hub") / "mappings")


@pytest.fixture
def head() -> str:
    return HEAD
