"""From bytes to a tree: encoding, marks, YAML events, limits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml

from synchub.document import grievances
from synchub.document.mending import Mended, mend
from synchub.document.nodes import Entry, Findings, Items, Node, Scalar, Table
from synchub.errors import Position
from synchub.messages import Words

MAX_BYTES = 1_000_000
MAX_DEPTH = 16


def load(path: Path, findings: Findings, *, shown_as: str | None = None) -> Table | None:
    """The tree of a file, or None with the reasons in `findings`; `shown_as` is the name people see in positions."""
    before = len(findings.errors)
    tree = load_anyway(path, findings, shown_as=shown_as)
    return tree if len(findings.errors) == before else None


def load_anyway(path: Path, findings: Findings, *, shown_as: str | None = None) -> Table | None:
    """The tree of a file as far as it can be guessed, also where `findings` has errors: a check goes on with it, a run must not."""
    file = shown_as or path.name
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        findings.error("T110", Position(file, 1), path=file, detail=error.strerror or str(error))
        return None
    if len(data) > MAX_BYTES:
        findings.error("T114", Position(file, 1), limit=MAX_BYTES // 1000)
        return None
    text = decode(data, file, findings)
    if text is None:
        read = decoded(data) if _guess(data) in ("GBK", "UTF-16") else None
        text = read[0] if read is not None else None
    return None if text is None else parse_anyway(text, file, findings)


def parse(text: str, file: str, findings: Findings) -> Table | None:
    """The tree of a text, or None with the reasons in `findings`."""
    before = len(findings.errors)
    tree = parse_anyway(text, file, findings)
    return tree if len(findings.errors) == before else None


def parse_anyway(text: str, file: str, findings: Findings) -> Table | None:
    """The tree of a text, read as if its marks had been mended and the second of two equal keys were not there."""
    mended = mend(text.removeprefix("\ufeff"), file)
    findings.problems += mended.problems
    node: Node | None = None
    try:
        node = _Composer(mended, file, findings).document()
    except yaml.YAMLError as error:
        told = Findings()
        grievances.explain(error, mended.text, file, told)
        findings.problems += [mended.of_file(one) for one in told.problems]
        return None
    except _StoppedError:
        return None
    if node is None:
        findings.error("T109", Position(file, 1))
    elif not isinstance(node, Table):
        findings.error("T108", node, expected=Words("shape.table"), found=Words(grievances.shape_of(node)))
    return node if isinstance(node, Table) else None


def decode(data: bytes, file: str, findings: Findings) -> str | None:
    """UTF-8 text, with or without byte order mark; otherwise a finding that guesses what it is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.error("T101", Position(file, 1), guess="UTF-16")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The offset is that of the byte order mark's remainder, so the good part is decoded the same way.
        good = data.removeprefix(b"\xef\xbb\xbf")[: error.start].decode("utf-8", "replace")
        line, column = good.count("\n") + 1, len(good) - good.rfind("\n")
        findings.error("T101", Position(file, line, column), guess=_guess(data))
        return None
    if "\x00" in text:
        where = text.index("\x00")
        line, column = text.count("\n", 0, where) + 1, where - text.rfind("\n", 0, where)
        findings.error("T101", Position(file, line, column), guess="UTF-16")
        return None
    return text


def decoded(data: bytes) -> tuple[str, str] | None:
    """(text, encoding) by the first encoding that fits, GBK the last; None when there is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    if data.startswith(b"\xef\xbb\xbf"):
        return _decoded(data, "utf-8-sig")
    return _decoded(data, "utf-8") or _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else (text, encoding)


def _guess(data: bytes) -> str | Words:
    if data[1::2].count(0) > len(data) // 4 or data[::2].count(0) > len(data) // 4:
        return "UTF-16"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return Words("encoding.unknown")
    foreign = [character for character in text if ord(character) > 127]
    chinese = sum(unicodedata.name(character, "").startswith("CJK") for character in foreign)
    return "GBK" if chinese * 2 >= len(foreign) else Words("encoding.unknown")


class _StoppedError(Exception):
    """A finding was made that leaves nothing to go on with."""


class _Composer:
    """Builds nodes from YAML events one by one, so that nothing is ever expanded or constructed."""

    def __init__(self, mended: Mended, file: str, findings: Findings) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(mended.text, Loader=yaml.SafeLoader)
        self.mended = mended
        self.file = file
        self.findings = findings

    def document(self) -> Node | None:
        node: Node | None = None
        seen = False
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self.refuse(event, "several_documents")
                if event.version or event.tags:
                    self.refuse(event, "directives")
                seen = True
                node = self.node(next(self.events), 1)
        return node

    def refuse(self, event: yaml.Event, what: str) -> None:
        self.findings.error("T107", self.at(event), what=Words(f"yaml.{what}"))
        raise _StoppedError

    def at(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        assert mark is not None  # the pure Python loader always marks
        return self.mended.place(Position(self.file, mark.line + 1, mark.column + 1))

    def node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, "aliases")
        if getattr(event, "anchor", None):
            self.refuse(event, "anchors")
        if getattr(event, "tag", None):
            self.refuse(event, "tags")
        if depth > MAX_DEPTH:
            self.findings.error("T117", self.at(event), limit=MAX_DEPTH)
            raise _StoppedError
        if isinstance(event, yaml.MappingStartEvent):
            return self.table(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(event, depth)
        assert isinstance(event, yaml.ScalarEvent)
        return Scalar(event.value, self.at(event), quoted=event.style is not None)

    def items(self, start: yaml.Event, depth: int) -> Items:
        found: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, depth + 1))
        return Items(tuple(found), self.at(start))

    def table(self, start: yaml.Event, depth: int) -> Table:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                shape = Words(grievances.shape_of(key))
                self.findings.error("T108", key, expected=Words("shape.key"), found=shape)
                raise _StoppedError
            if key.text == "<<" and not key.quoted:
                self.refuse(event, "merge_keys")
            value = self.node(next(self.events), depth + 1)
            earlier = entries.get(key.text)
            if earlier is not None:
                self.findings.error("T106", key, key=key.text, first=earlier.key.position.line)
            else:
                entries[key.text] = Entry(key, value)
        return Table(entries, self.at(start))
