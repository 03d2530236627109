"""A system that lives in memory: the reference implementation of the connector contract, and a neighbour that misbehaves on request.

Capabilities are settings, so that the engine can be tried with the weakest set. `MemorySystem` is the system itself, which people edit;
`MemoryConnector` is the plugin that talks to it, with every call counted and every write logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from synchub.sdk import (
    ABSENT,
    Capabilities,
    Clock,
    ConditionalWrite,
    Connector,
    ConnectorError,
    Context,
    CreateIdempotency,
    FieldSchema,
    FieldType,
    Label,
    ObjectSchema,
    Op,
    Outcome,
    OutcomeKind,
    Page,
    ProtocolError,
    PullRequest,
    Raw,
    RawRecord,
    RejectedError,
    StaleVersionError,
    TimeGrain,
    UnknownOutcomeError,
    Write,
)

Values = dict[str, Raw]


@dataclass
class Held:
    """A record in the memory system."""

    values: Values
    modified: datetime
    deleted: bool = False
    version: int = 1
    merged_into: str = ""


@dataclass
class LoggedWrite:
    """One cell that was written, by whom."""

    object: str
    id: str
    column: str
    before: Raw
    after: Raw
    actor: str


def as_sent(column: str, value: Raw) -> Raw:  # noqa: ARG001 - the shape of `MemorySystem.stored`
    """A system that keeps what it is given."""
    return value


def take_all(values: Values) -> str:  # noqa: ARG001 - the shape of `MemorySystem.refuse`
    """A system that refuses nothing."""
    return ""


@dataclass
class MemorySystem:
    """Objects of records; `stored` may change a value on its way in (truncate, reformat); faults are queued for the next pushes.

    With a `schema` (object -> column -> type) there is nothing else than what it names; without one any object has any column.
    """

    clock: Clock
    objects: dict[str, dict[str, Held]] = field(default_factory=dict)
    log: list[LoggedWrite] = field(default_factory=list)
    stored: Callable[[str, Raw], Raw] = as_sent
    refuse: Callable[[Values], str] = take_all
    """Why a record is refused; "" takes it."""
    lose_replies: int = 0
    """So many pushes take effect and answer nothing."""
    down: ConnectorError | None = None
    counter: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    """Idempotency key of a create -> the record it made."""
    schema: Mapping[str, Mapping[str, FieldType]] = field(default_factory=dict)

    def create(self, object: str, values: Mapping[str, Raw], *, id: str = "", actor: str = "user") -> str:
        """A new record, with an id of the system's own making."""
        self.counter += 1
        id = id or f"{object}-{self.counter:04}"
        held = Held({}, self.clock.now())
        before = self.objects.setdefault(object, {}).get(id)
        if before is not None:
            # a version tells what stands there: none comes again under this id (seed 5153)
            held.version = before.version + 1
        self.objects[object][id] = held
        self._store(object, id, held, values, actor)
        return id

    def edit(self, object: str, id: str, values: Mapping[str, Raw], *, actor: str = "user") -> None:
        """Change some columns."""
        held = self.objects[object][id]
        self._store(object, id, held, values, actor)
        held.modified, held.version = self.clock.now(), held.version + 1

    def delete(self, object: str, id: str) -> None:
        """The record vanishes."""
        held = self.objects[object][id]
        held.deleted, held.modified = True, self.clock.now()

    def merge(self, object: str, loser: str, master: str) -> None:
        """The system joins two of its records; one vanishes and points to the other."""
        self.delete(object, loser)
        self.objects[object][loser].merged_into = master

    def __getitem__(self, place: tuple[str, str]) -> Values:
        object, id = place
        return self.objects[object][id].values

    def live(self, object: str) -> dict[str, Values]:
        """The records that are there."""
        return {id: held.values for id, held in self.objects.get(object, {}).items() if not held.deleted}

    def written(self, actor: str = "hub") -> list[LoggedWrite]:
        """The cells written by this actor."""
        return [one for one in self.log if one.actor == actor]

    def _store(self, object: str, id: str, held: Held, values: Mapping[str, Raw], actor: str) -> None:
        for column, value in values.items():
            before = held.values.get(column)
            after = self._rows(value, before) if isinstance(value, list) else self.stored(column, value)
            if before != after or type(before) is not type(after):
                self.log.append(LoggedWrite(object, id, column, before, value, actor))
            held.values[column] = after

    def _rows(self, rows: list[Raw], held: Raw) -> Raw:
        """Rows of a list get ids, as vendors give them; cells that are not written stay with the row."""
        known = {row["id"]: row for row in (held if isinstance(held, list) else []) if isinstance(row, dict)}
        numbered: list[Raw] = []
        for row in rows:
            if isinstance(row, dict) and not row.get("id"):
                self.counter += 1
                numbered.append({"id": f"line-{self.counter:04}", **row})
            else:
                numbered.append({**known.get(row["id"], {}), **row} if isinstance(row, dict) else row)
        return numbered


class MemorySettings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


class MemoryConnector(Connector[MemorySettings]):
    """Talks to a `MemorySystem`."""

    name = "memory"
    title = Label("内存系统", "Memory")
    capabilities = Capabilities(
        modified_since=TimeGrain.MICROSECOND,
        create_idempotency=CreateIdempotency.EXTERNAL_ID,
        deletes=True,
        write_batch=50,
        read_batch=100,
    )
    settings_type: ClassVar[type[BaseModel]] = MemorySettings

    def __init__(
        self, system: MemorySystem, context: Context, capabilities: Capabilities | None = None
    ) -> None:
        super().__init__(MemorySettings(), context)
        self.system = system
        if capabilities is not None:
            self.capabilities = capabilities  # type: ignore[misc]  # this instance's own facts
        self.page_size = 100
        self._calls = 0

    @property
    def calls(self) -> int:
        return self._calls

    def check(self) -> str:
        self._call()
        return "memory"

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        self._call()
        return [
            ObjectSchema(name, fields=tuple(FieldSchema(*column) for column in self._columns(name)))
            for name in self.system.schema or self.system.objects
            if objects is None or name in objects
        ]

    def _columns(self, object: str) -> list[tuple[str, str, FieldType]]:
        """Name, label and type of each column; what no schema names is text."""
        types = self.system.schema.get(object, {})
        found = {column for held in self.system.objects.get(object, {}).values() for column in held.values}
        return [(name, name, types.get(name, FieldType.TEXT)) for name in types or found]

    def pull(self, request: PullRequest) -> Iterator[Page]:
        self._check(request.object, request.columns)
        since = None if request.cursor is None else datetime.fromisoformat(json.loads(request.cursor))
        if self.capabilities.modified_since is TimeGrain.NONE:
            since = None
        upper, after = json.loads(request.resume or "[null, null]")
        upper = upper or self.system.clock.now().isoformat()
        everything = self.system.objects.get(request.object, {})
        ids = [
            id
            for id, held in everything.items()
            if (since is None and not held.deleted) or (since is not None and held.modified >= since)
        ]
        order = {id: place for place, id in enumerate(everything)}
        ids = ids if after is None else [id for id in ids if order[id] > order[after]]
        pages = [ids[start : start + self.page_size] for start in range(0, len(ids), self.page_size)] or [[]]
        for number, page in enumerate(pages):
            self._call()
            last = number == len(pages) - 1
            yield Page(
                [self._record(request, id) for id in page],
                resume=None if last else json.dumps([upper, page[-1]]),
                cursor=json.dumps(upper) if last else None,
                complete=last and since is None,
            )

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        self._call()
        self._check(request.object, request.columns)
        live = self.system.live(request.object)
        return [self._record(request, id) for id in ids if id in live]

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        self._call()
        live = self.system.live(request.object)
        return [self._record(request, id) for id, held in live.items() if held.get(column) in values]

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        self._call()
        outcomes = [self._write(request, write) for write in writes]
        if self.system.lose_replies:
            self.system.lose_replies -= 1
            raise UnknownOutcomeError("C107", system=self.context.system, object=request.object)
        return outcomes

    def _write(self, request: PullRequest, write: Write) -> Outcome:
        if write.op is Op.DELETE:
            return self._delete(request, write)
        values = dict(write.values)
        if write.op is Op.CREATE and write.hub_column:
            values[write.hub_column] = write.hub_id
        try:
            self._check(request.object, values)
        except ProtocolError as unknown:
            return Outcome.of_error(unknown, write.id)
        reason = self.system.refuse(values)
        if reason:
            error = RejectedError("C110", system=self.context.system, object=request.object, detail=reason)
            return Outcome.of_error(error, write.id)
        if write.op is Op.CREATE:
            id = self._existing(request, write) or ""
            if not id:
                id = self.system.create(request.object, values, actor="hub")
            elif self.capabilities.create_idempotency is not CreateIdempotency.TOKEN:
                # a token that is known answers once more, and does nothing
                self.system.edit(request.object, id, values, actor="hub")
            self.system.tokens[write.key] = id
        else:
            id = write.id
            held = self.system.objects[request.object].get(id)
            if held is not None and held.merged_into:
                return Outcome(OutcomeKind.MERGED_INTO, id=held.merged_into)
            if held is None or held.deleted:
                return Outcome(OutcomeKind.GONE, id=id)
            if self._stale(held, write):
                return Outcome.of_error(
                    StaleVersionError("C112", system=self.context.system, external_id=id), id
                )
            self.system.edit(request.object, id, values, actor="hub")
        record = self._record(request, id) if self.capabilities.write_returns_record else None
        return Outcome(OutcomeKind.OK, id=id, record=record)

    def _delete(self, request: PullRequest, write: Write) -> Outcome:
        if not self.capabilities.deletes:
            refusal = RejectedError("C134", system=self.context.system, external_id=write.id)
            return Outcome.of_error(refusal, write.id)
        held = self.system.objects[request.object].get(write.id)
        if held is None or held.deleted:
            return Outcome(OutcomeKind.GONE, id=write.id)
        if self._stale(held, write):
            stale = StaleVersionError("C112", system=self.context.system, external_id=write.id)
            return Outcome.of_error(stale, write.id)
        self.system.delete(request.object, write.id)
        self.system.log.append(LoggedWrite(request.object, write.id, "", None, None, "hub"))
        return Outcome(OutcomeKind.OK, id=write.id)

    def _existing(self, request: PullRequest, write: Write) -> str | None:
        """What a repeated create made the first time, where the system can tell."""
        way = self.capabilities.create_idempotency
        if way is CreateIdempotency.TOKEN:
            return self.system.tokens.get(write.key)
        if way is CreateIdempotency.NONE or not write.hub_column:
            return None
        live = self.system.live(request.object)
        return next((id for id, held in live.items() if held.get(write.hub_column) == write.hub_id), None)

    def _stale(self, held: Held, write: Write) -> bool:
        way = self.capabilities.conditional_write
        if way is ConditionalWrite.COMPARE_OLD:
            return any(held.values.get(column) != before for column, before in write.seen.items())
        return way is not ConditionalWrite.NONE and write.etag not in {"", str(held.version)}

    def _check(self, object: str, columns: Iterable[str]) -> None:
        """Only what the schema names is there, if there is one. Raises ProtocolError."""
        if not self.system.schema:
            return
        known = self.system.schema.get(object)
        if known is None:
            raise ProtocolError("C119", system=self.context.system, object=object)
        for column in columns:
            if column not in known:
                raise ProtocolError("C118", system=self.context.system, object=object, column=column)

    def _record(self, request: PullRequest, id: str) -> RawRecord:
        held = self.system.objects[request.object][id]
        values = tuple(
            held.values.get(column, ABSENT if column.startswith("?") else None) for column in request.columns
        )
        return RawRecord(
            id,
            values,
            held.modified,
            held.deleted,
            etag=str(held.version),
            merged_into=held.merged_into,
        )

    def _call(self) -> None:
        self._calls += 1
        if self.system.down is not None:
            raise self.system.down


def weakest() -> Capabilities:
    """List, fetch, create, update: nothing else."""
    return replace(Capabilities(), modified_since=TimeGrain.NONE)
