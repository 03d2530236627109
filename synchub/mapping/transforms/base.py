"""The contract of a transform: `get` reads a system's value in, `put` writes a canonical value out with the old one in hand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from synchub.document import Keyword, Reading
from synchub.model.entity import EntityModel, FieldSpec
from synchub.model.kinds import Kind
from synchub.model.kinds.base import Usual
from synchub.model.values import Absent, Canonical, KindProblem, Raw, Reference

Value: TypeAlias = "Canonical | Reference"
"""What one column means; a reference is not translated yet."""


EVERY_KIND: Final = frozenset(
    {"text", "code", "uscc", "phone", "email", "integer", "decimal", "money", "percent", "date", "datetime"}
    | {"bool", "choice", "list"}
)
"""The kinds of all fields but references, which only `ref` translates."""


class Loss(StrEnum):
    """What becomes of a value that is written and read back."""

    REVERSIBLE = "reversible"
    NORMALISING = "normalising"
    LOSSY = "lossy"
    ONE_WAY = "one_way"


@dataclass(frozen=True, slots=True)
class Around:
    """What a transform may want to know of its surroundings when it is read."""

    field: FieldSpec
    zone: ZoneInfo
    entities: Mapping[str, EntityModel]
    folder: Path | None = None
    """Where the mapping files lie; formats of one's own are kept beside them."""


@dataclass(frozen=True)
class Transform(ABC):
    """How one column and one canonical field mean the same. Immutable; equal settings make equal transforms."""

    kind: Kind

    name: ClassVar[Keyword]
    kinds: ClassVar[frozenset[str]]
    """The kinds of canonical fields it can serve."""
    note: ClassVar[str] = ""
    """Code of a sentence that tells what it does not count as a change."""
    cache: ClassVar[Literal["", "text", "numbers"]] = ""
    """Which raw values come again and again, so that their meaning is worth remembering."""
    several: ClassVar[bool] = False
    """It takes and gives a list with one raw value per column."""
    write_only: ClassVar[bool] = False
    """Nothing is ever read by it."""
    conceals: ClassVar[bool] = False
    """Only a digest of the raw value is remembered."""

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:  # noqa: ARG003 - most need no arguments
        """From the arguments of a field's entry; None after a finding."""
        return cls(around.field.kind)

    @property
    def loss(self) -> Loss:
        return Loss.REVERSIBLE

    @property
    def inline(self) -> Inline | None:
        """The everyday case, for the generated code; it must agree with `get`."""
        return None

    @property
    def usual(self) -> Usual | None:
        """What everyday writings mean, as `Kind.usual`; it must agree with `get`."""
        return None

    @property
    def as_is(self) -> bool:
        """Does `put` write text as it is where nothing stands yet?"""
        return False

    @abstractmethod
    def get(self, raw: Raw) -> Value | Absent | None:
        """What a raw value means; blank is None. Raises KindProblem for what cannot be understood.

        ABSENT: the column says nothing about the field (a format that only writes).
        """

    @abstractmethod
    def put(self, value: Canonical, old: Raw) -> Raw:
        """How to write a value. `old` is the readable value there now, or None; it shows which form the system likes.

        Only called when `old` means something else. Raises KindProblem for a value that cannot be written.
        """

    def same(self, one: Value, other: Value) -> bool:
        """Do they mean the same to people?"""
        if isinstance(one, Reference) or isinstance(other, Reference):
            return one == other
        return self.kind.equal(one, other)

    def examples(self) -> Iterable[object]:
        """Values to try the laws on, beside those of the kind: where this format might stumble."""
        return ()

    def meaning(self) -> Mapping[str, object]:
        """Everything that decides `get` and `put`, for the hash of the field: plain values in a fixed order."""
        return {"as": self.name.en, "kind": self.kind.name}


@dataclass(frozen=True)
class Piece(Transform, ABC):
    """A format that owns a piece of a column; entries of one `family` with different slots share a column."""

    @property
    @abstractmethod
    def family(self) -> object:
        """What entries of the same column must have in common."""

    @property
    @abstractmethod
    def slot(self) -> tuple[str | int, ...]:
        """Which piece; no slot of a column may begin with another one."""

    @abstractmethod
    def place(self, value: Canonical | None, old: Raw) -> Raw:
        """The column with this piece replaced, or taken out for None. Raises KindProblem rather than lose what else stands there."""

    def put(self, value: Canonical, old: Raw) -> Raw:
        return self.place(value, old)


@dataclass(frozen=True, slots=True)
class Inline:
    """A shape of text whose reading is no more than cutting the blanks around it."""

    ascii_only: bool = False
    max: int | None = field(default=None)


def refused(code: str, **params: object) -> KindProblem:
    return KindProblem(code, params)
