"""Value tables: what a system calls an option, both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from synchub.document import Findings, Items, Keyword, Node, Reading, Scalar, Table, shape
from synchub.errors import Position
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Loss, Transform, Value, refused
from synchub.mapping.transforms.words import plain_text
from synchub.messages import Words
from synchub.model.kinds import Kind
from synchub.model.values import Canonical, KindProblem, Raw


@dataclass(frozen=True)
class AsValues(Transform):
    """A table between a system's texts (left) and canonical values (right).

    `reads` maps a system's text to a canonical value or None, `writes` a canonical key back. `loss` is lossy where several
    canonical values are written as one text. With `keep`, what the table does not know goes through as it is.
    """

    reads: Mapping[str, Canonical | None] = field(default_factory=dict)
    writes: Mapping[object, str] = field(default_factory=dict)
    lossy: bool = False
    keep: bool = False
    places: Mapping[str, Position] = field(default_factory=dict, compare=False)
    """Where each text that is written stands in the file."""

    name: ClassVar[Keyword] = Keyword("values", "取值")
    kinds: ClassVar[frozenset[str]] = frozenset(
        {"choice", "text", "code", "bool", "integer", "decimal", "percent", "date", "uscc", "phone", "email"}
    )
    cache: ClassVar[Literal["", "text", "numbers"]] = "text"

    @property
    def loss(self) -> Loss:
        if self.lossy:
            return Loss.LOSSY
        return Loss.NORMALISING if len(self.reads) > len(self.writes) else Loss.REVERSIBLE

    def get(self, raw: Raw) -> Value | None:
        text = plain_text(raw)
        if not text:
            return None
        if text in self.reads:
            return self.reads[text]
        if self.keep:
            return self.kind.parse(text)
        raise refused("M802", value=text)

    def put(self, value: Canonical, old: Raw) -> Raw:
        text = self.writes.get(self.kind.key(value))
        if text is None:
            if self.keep:
                return str(value)
            raise refused("M804", value=str(value))
        return in_form_of(text, old)

    def meaning(self) -> dict[str, object]:
        reads = sorted((text, value) for text, value in self.reads.items() if value is not None)
        blank = sorted(text for text, value in self.reads.items() if value is None)
        writes = sorted((repr(key), text) for key, text in self.writes.items())
        return {**super().meaning(), "reads": reads, "blank": blank, "writes": writes, "keep": self.keep}


def in_form_of(text: str, old: Raw) -> Raw:
    """A table's text as a boolean or number where the system holds one now."""
    if isinstance(old, bool):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(old, int) and text.isascii() and text.isdigit() and str(int(text)) == text:
        return int(text)
    return text


class TableReader:
    """Reads ``values``, ``also_read`` and ``also_write`` of one field."""

    def __init__(self, kind: Kind, findings: Findings) -> None:
        self.kind = kind
        self.findings = findings
        self.reads: dict[str, Canonical | None] = {}
        self.writes: dict[object, str] = {}
        self.read_at: dict[str, Scalar] = {}
        self.written_at: dict[object, Scalar] = {}
        self.sound = True
        self.lossy = False

    def read(self, reading: Reading, *, keep: bool) -> AsValues | None:
        """None after a finding."""
        table = reading.take_table(k.VALUES, required=True)
        also_read = reading.take_table(k.ALSO_READ)
        also_write = reading.take_table(k.ALSO_WRITE)
        if table is None:
            return None
        if not table.entries:
            self.report("M301", table)
        self.both_ways(table)
        self.inward(also_read)
        self.outward(also_write)
        if not self.sound:
            return None
        places = {fold(scalar): scalar.position for scalar in self.written_at.values()}
        return AsValues(self.kind, self.reads, self.writes, self.lossy, keep, places)

    def both_ways(self, table: Table) -> None:
        for external, meant in self.pairs(table):
            value = self.canonical(meant)
            if value is None or not self.learn(external, value):
                continue
            key = self.kind.key(value)
            if key in self.written_at:
                first = self.written_at[key]
                params = {"value": external.text, "first": first.text, "canonical": meant.text}
                self.report("M305", external, line=first.position.line, **params)
            else:
                self.written_at[key] = external
                self.writes[key] = fold(external)

    def inward(self, table: Table | None) -> None:
        """Further texts; a blank canonical side reads them as nothing."""
        for external, meant in self.pairs(table):
            value = None if not meant.text else self.canonical(meant)
            if value is not None or not meant.text:
                self.learn(external, value)

    def outward(self, table: Table | None) -> None:
        """``also_write: {South: [Centre, West]}``: several canonical values are written as one text, so they cannot come back."""
        for entry in table or ():
            for meant in self.texts(entry.value):
                value = self.canonical(meant)
                if value is None:
                    continue
                key = self.kind.key(value)
                if key in self.written_at:
                    first = self.written_at[key]
                    self.report(
                        "M306", meant, canonical=meant.text, first=first.text, line=first.position.line
                    )
                    continue
                self.written_at[key] = entry.key
                self.writes[key] = fold(entry.key)
                self.lossy = True

    def learn(self, external: Scalar, value: Canonical | None) -> bool:
        text = fold(external)
        if text in self.reads:
            self.report("M303", external, value=external.text, line=self.read_at[text].position.line)
            return False
        self.reads[text] = value
        self.read_at[text] = external
        return True

    def canonical(self, meant: Scalar) -> Canonical | None:
        try:
            value = self.kind.parse(meant.text)
        except KindProblem as problem:
            self.report("M302", meant, because=problem.code, **problem.params)
            return None
        if value is None:
            self.report("M302", meant, because="M316")
        return value

    def pairs(self, table: Table | None) -> Iterator[tuple[Scalar, Scalar]]:
        for entry in table or ():
            if isinstance(entry.value, Scalar):
                yield entry.key, entry.value
            else:
                self.report("T108", entry.value, expected=Words("shape.text"), found=shape(entry.value))

    def texts(self, node: Node) -> Iterator[Scalar]:
        if isinstance(node, Scalar):
            yield node
            return
        for item in node if isinstance(node, Items) else (node,):
            if isinstance(item, Scalar):
                yield item
            else:
                self.report("T108", item, expected=Words("shape.text"), found=shape(item))

    def report(self, code: str, at: Node, **params: object) -> None:
        self.sound = False
        self.findings.error(code, at, **params)


def fold(scalar: Scalar) -> str:
    return plain_text(scalar.text)


def read_values(reading: Reading, around: Around, *, keep: bool) -> AsValues | None:
    """The value table of an entry; None after a finding."""
    return TableReader(around.field.kind, reading.findings).read(reading, keep=keep)
