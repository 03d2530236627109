"""An id and a name in two columns that move together, as 金蝶 keeps provinces, cities and salesmen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import Around, Loss, Transform, Value, refused
from synchub.mapping.transforms.values import TableReader
from synchub.mapping.transforms.words import plain_text
from synchub.model.values import Canonical, Raw


@dataclass(frozen=True)
class AsIdName(Transform):
    """The field is the name. With a value table the id decides and both are written; without one the id is left for the system to find.

    A stale id never stays beside a new name.
    """

    reads: Mapping[str, Canonical | None] = field(default_factory=dict)
    writes: Mapping[object, str] = field(default_factory=dict)

    name: ClassVar[Keyword] = Keyword("id_name", "编号与名称")
    kinds: ClassVar[frozenset[str]] = frozenset({"text", "code", "choice"})
    note: ClassVar[str] = "mapping.note.id_name"
    several: ClassVar[bool] = True

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        if k.VALUES not in reading:
            return cls(around.field.kind)
        table = TableReader(around.field.kind, reading.findings).read(reading, keep=False)
        return None if table is None else cls(around.field.kind, table.reads, table.writes)

    @property
    def loss(self) -> Loss:
        return Loss.NORMALISING

    def get(self, raw: Raw) -> Value | None:
        assert isinstance(raw, list)
        id, name = plain_text(raw[0]), plain_text(raw[1])
        if id and id in self.reads:
            return self.reads[id]
        return self.kind.parse(name)

    def put(self, value: Canonical, old: Raw) -> Raw:
        id = self.writes.get(self.kind.key(value))
        if id is None and self.writes:
            raise refused("M804", value=str(value))
        held = old[0] if isinstance(old, list) else None
        number = isinstance(held, int) and id is not None and id.isascii() and id.isdigit()
        return [int(id) if number and id is not None else id, str(value)]

    def meaning(self) -> dict[str, object]:
        reads = sorted((text, value or "") for text, value in self.reads.items())
        writes = sorted((repr(key), text) for key, text in self.writes.items())
        return {**super().meaning(), "reads": reads, "writes": writes}
