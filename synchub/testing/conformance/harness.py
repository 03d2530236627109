"""What the tests know of one system: its object and columns, how people work there, and how it can be made to misbehave."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from synchub.sdk import (
    Capabilities,
    Connector,
    ConnectorError,
    Context,
    FieldType,
    Op,
    Outcome,
    OutcomeKind,
    PullRequest,
    Raw,
    RawRecord,
    UnknownOutcomeError,
    Write,
)
from synchub.testing.clock import VirtualClock
from synchub.testing.conformance.sameness import same

Row = dict[str, Raw]
Cell = tuple[str, str]
"""Record id and column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that may be written, by what they hold; "" says that the object has no writable column of the kind.

    `text` and `other_text` may be blank, `key` is a text that records are found by, `long_text` takes some pages, `masked` can
    come masked.
    """

    text: str
    other_text: str
    key: str
    long_text: str
    decimal: str
    integer: str
    date: str
    datetime: str
    boolean: str
    list: str
    masked: str

    def all(self) -> tuple[str, ...]:
        """Those there are, each once."""
        named = (str(getattr(self, one.name)) for one in fields(self))
        return tuple(dict.fromkeys(name for name in named if name))


TYPES: Mapping[str, frozenset[FieldType]] = {
    "text": frozenset({FieldType.TEXT}),
    "other_text": frozenset({FieldType.TEXT}),
    "key": frozenset({FieldType.TEXT}),
    "long_text": frozenset({FieldType.TEXT}),
    "decimal": frozenset({FieldType.DECIMAL}),
    "integer": frozenset({FieldType.INTEGER, FieldType.DECIMAL}),
    "date": frozenset({FieldType.DATE}),
    "datetime": frozenset({FieldType.DATETIME}),
    "boolean": frozenset({FieldType.BOOLEAN}),
    "list": frozenset({FieldType.LIST}),
}
"""Kind of column -> the types its schema may tell."""


class Harness(ABC):
    """One system for one test, with a clock that both sides live by.

    What a subclass has to say stands first. Of the abilities in the second half it overrides those that its connector's
    declared capabilities call for.
    """

    connector_type: ClassVar[type[Connector[Any]]]
    object: ClassVar[str]
    columns: ClassVar[Columns]
    bad: ClassVar[Mapping[str, Raw]]
    """Changes that the system refuses, of an otherwise good record."""
    names: ClassVar[str]
    """What `check` must tell: the organisation, the file, the account set."""
    hub_column: ClassVar[str] = ""
    options: ClassVar[Mapping[str, str]] = {}
    capabilities: ClassVar[Capabilities | None] = None
    """Where this object can do less than the connector's class declares."""
    idle_calls: ClassVar[int] = 1
    """Calls that a pull may cost when nothing changed."""
    page_rows: ClassVar[int] = 3
    """Rows of one page; a harness makes pages small in `furnish`."""
    long_length: ClassVar[int] = 2000
    unkept: ClassVar[frozenset[str]] = frozenset()
    """Texts that the system refuses, out loud."""
    system: ClassVar[str] = "tried"

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = patch
        self.clock = VirtualClock()
        self._opened: list[Connector[Any]] = []
        self.furnish()
        self.mark()

    @classmethod
    def facts(cls) -> Capabilities:
        """The capabilities to be proven."""
        return cls.capabilities or cls.connector_type.capabilities

    @classmethod
    def can(cls, ability: str) -> bool:
        """Is this optional ability there?"""
        return getattr(cls, ability) is not getattr(Harness, ability)

    # --- to be said by every harness

    @abstractmethod
    def furnish(self) -> None:
        """Set the system up: an object without records."""

    @abstractmethod
    def make(self) -> Connector[Any]:
        """A connector that remembers nothing but what lies in its state folder, as a new process would make it."""

    @abstractmethod
    def row(self, number: int) -> Row:
        """A good record with a value in every column of `columns` but `masked`; another number gives other texts and keys."""

    @abstractmethod
    def create(self, values: Mapping[str, Raw]) -> str:
        """A person adds a record; the id under which the connector will know it."""

    @abstractmethod
    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        """A person changes cells."""

    @abstractmethod
    def delete(self, id: str) -> None:
        """A person removes a record."""

    @abstractmethod
    def held(self) -> dict[str, Row]:
        """What the system holds, by id, read without the connector."""

    @abstractmethod
    def mark(self) -> None:
        """From now on `written` counts."""

    @abstractmethod
    def written(self) -> set[Cell]:
        """The cells that were written over the interface since `mark`, by the system's own account."""

    @abstractmethod
    def unknown_id(self, number: int) -> str:
        """An id of the right shape that no record has."""

    @abstractmethod
    def take_down(self) -> None:
        """The system cannot be reached any more."""

    # --- abilities that capabilities call for

    def list_row(self, number: int) -> Row:
        """A row of the list column, without its id."""
        raise NotImplementedError(number)

    def create_nameless(self, values: Mapping[str, Raw]) -> None:
        """A person adds a record that has no identity yet."""
        raise NotImplementedError(values)

    def edit_late(self, id: str, changes: Mapping[str, Raw], seconds: float) -> None:
        """A change that is stamped now and can be seen only after some seconds."""
        raise NotImplementedError(id, changes, seconds)

    def mask(self, id: str) -> None:
        """From now on the record's `masked` column holds something that comes masked."""
        raise NotImplementedError(id)

    def throttle(self, seconds: float) -> None:
        """The next call is answered with: too many, come back in `seconds` (where the vendor says so)."""
        raise NotImplementedError(seconds)

    def lose_reply(self, op: Op) -> None:
        """The next write of this kind is done, and no answer comes."""
        raise NotImplementedError(op)

    def use_up_quota(self) -> None:
        """The day's calls are gone."""
        raise NotImplementedError

    def locked_out(self) -> Connector[Any]:
        """A connector with a wrong secret, which `secrets` names too."""
        raise NotImplementedError

    def secrets(self) -> Sequence[str]:
        """What must show nowhere: keys, passwords, tokens given out so far."""
        return ()

    # --- what tests do with it

    def connector(self) -> Connector[Any]:
        """`make`, closed with the harness."""
        one = self.make()
        self._opened.append(one)
        return one

    def close(self) -> None:
        """Let go of everything; more to let go of: extend."""
        for one in self._opened:
            one.close()

    def context(self) -> Context:
        """For `make`."""
        return Context(
            self.system,
            self.folder,
            self.folder / "state",
            ZoneInfo("Asia/Shanghai"),
            self.clock,
            random.Random(11),  # noqa: S311 - waiting times are no secrets
        )

    def request(self, columns: Sequence[str] | None = None, **more: Any) -> PullRequest:
        """For these columns, or all of `columns`."""
        wanted = self.columns.all() if columns is None else columns
        return PullRequest(
            self.object, tuple(wanted), hub_column=self.hub_column, options=self.options, **more
        )

    def creates(self, count: int, start: int = 1) -> list[str]:
        """People add so many records."""
        return [self.create(self.row(number)) for number in range(start, start + count)]

    def fetch(self, connector: Connector[Any], ids: Sequence[str], *columns: str) -> dict[str, RawRecord]:
        """By id, in lots the connector takes."""
        request = self.request(columns or None)
        size = max(1, self.facts().read_batch)
        lots = [ids[start : start + size] for start in range(0, len(ids), size)]
        return {record.id: record for lot in lots for record in connector.fetch(request, lot)}

    def push(self, connector: Connector[Any], *writes: Write) -> list[Outcome]:
        """In lots the connector takes, as the engine reads what comes of it."""
        size = max(1, self.facts().write_batch)
        outcomes: list[Outcome] = []
        for start in range(0, len(writes), size):
            lot = writes[start : start + size]
            try:
                told = connector.push(self.request(), lot)
            except UnknownOutcomeError as error:
                told = [Outcome(OutcomeKind.UNKNOWN, error=error) for _ in lot]
            except ConnectorError as error:
                told = [Outcome(OutcomeKind.BLOCKED, error=error) for _ in lot]
            assert len(told) == len(lot), "one outcome for each write"
            outcomes += told
        return outcomes

    def update(self, id: str, values: Mapping[str, Raw], **more: Any) -> Write:
        """A change of one record, as the engine writes it."""
        return Write(f"update-{id}-{sorted(values)}", Op.UPDATE, values, id=id, **more)

    def new(self, number: int, **values: Raw) -> Write:
        """A record to be made by the hub; its hub id and its values follow from the number."""
        row = {**self.row(number), **values}
        row.pop(self.hub_column, None)
        hub_id = f"hub-{number:04}" if self.hub_column else ""
        return Write(f"create-{number}", Op.CREATE, row, hub_column=self.hub_column, hub_id=hub_id)

    def differences(self, id: str, wanted: Mapping[str, Raw]) -> dict[str, tuple[Raw, Raw]]:
        """Columns of a record that hold something else: wanted, held."""
        held = self.held()[id]
        return {
            column: (value, held.get(column))
            for column, value in wanted.items()
            if not same(value, held.get(column))
        }
