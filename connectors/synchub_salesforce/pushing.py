"""Writing records in collections of up to 200, and reading what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synchub.sdk import (
    Clock,
    ConnectorError,
    ObjectSchema,
    Op,
    Outcome,
    OutcomeKind,
    ProtocolError,
    RateLimitError,
    RejectedError,
    UnknownOutcomeError,
    Write,
)

from . import replies, values
from .client import Client, JsonObject

ROWS = 200
LOCK_ROUNDS = 3
Send = Callable[[Sequence[JsonObject]], list[JsonObject]]


@dataclass(frozen=True, slots=True)
class Row:
    """A write and its place in the list we were given."""

    place: int
    write: Write
    body: JsonObject


class Push:
    """One push to one object. Creates go as upserts by the hub's key where the org has it as an external id."""

    def __init__(self, client: Client, schema: ObjectSchema, clock: Clock, system: str) -> None:
        self._client = client
        self._schema = schema
        self._clock = clock
        self._system = system
        self._outcomes: dict[int, Outcome] = {}

    def outcomes(self, writes: Sequence[Write]) -> list[Outcome]:
        """Raises only when nothing can be said about any of them."""
        groups: dict[str, list[Row]] = {}
        for place, write in enumerate(writes):
            try:
                row = Row(place, write, self._body(write))
            except ConnectorError as error:
                self._outcomes[place] = Outcome.of_error(self._placed(error, write), write.id)
            else:
                groups.setdefault(self._way(write), []).append(row)
        for way, rows in groups.items():
            for start in range(0, len(rows), ROWS):
                end = start + ROWS
                self._send_group(way, rows[start:end])
        return [self._outcomes[place] for place in range(len(writes))]

    def _way(self, write: Write) -> str:
        """``update``, ``delete``, ``create``, or the external id field to upsert by."""
        if write.op is not Op.CREATE:
            return write.op.value
        column = self._schema.column(write.hub_column) if write.hub_column and write.hub_id else None
        return write.hub_column if column is not None and column.external_id else "create"

    def _body(self, write: Write) -> JsonObject:
        given = dict(write.values)
        if write.op is Op.CREATE and write.hub_column and write.hub_id:
            given[write.hub_column] = write.hub_id
        body: JsonObject = {"attributes": {"type": self._schema.name}}
        for name, value in given.items():
            field = self._schema.column(name)
            if field is None or "." in name:
                raise ProtocolError("C118", column=name)
            body[name] = values.outgoing(field, value)
        if write.op is not Op.CREATE:
            body["Id"] = write.id
        return body

    def _send_group(self, way: str, rows: Sequence[Row]) -> None:
        rows = self._without_twins(way, rows)
        for attempt in range(LOCK_ROUNDS):
            if not rows:
                return
            if attempt:
                self._clock.sleep(2.0**attempt)
            rows = self._send(way, rows)

    def _without_twins(self, way: str, rows: Sequence[Row]) -> list[Row]:
        """The vendor refuses a second row with the same key in one call, so it waits."""
        column = {"update": "Id", "delete": "Id", "create": ""}.get(way, way)
        seen: set[object] = set()
        left: list[Row] = []
        for row in rows:
            key = str(row.body.get(column)).casefold() if column else row.place
            if key in seen:
                self._outcomes[row.place] = Outcome.of_error(
                    self._placed(RateLimitError("SF107", column=column), row.write), row.write.id
                )
            else:
                seen.add(key)
                left.append(row)
        return left

    def _send(self, way: str, rows: Sequence[Row]) -> list[Row]:
        """One call; returns the rows that were locked by somebody, which is over in seconds."""
        bodies = [row.body for row in rows]
        try:
            results = self._sender(way)(bodies)
        except UnknownOutcomeError as error:
            self._tell(rows, error)
            return []
        except RejectedError as error:
            return self._halves(way, rows, error)
        except ConnectorError as error:
            if not self._outcomes:
                raise
            self._tell(rows, error)
            return []
        return [row for row, result in zip(rows, results, strict=True) if self._locked(row, result)]

    def _sender(self, way: str) -> Send:
        if way == "update":
            return self._client.update
        if way == "create":
            return self._client.create
        if way == "delete":
            return lambda bodies: self._client.delete([str(body["Id"]) for body in bodies])
        return lambda bodies: self._client.upsert(self._schema.name, way, bodies)

    def _halves(self, way: str, rows: Sequence[Row], error: RejectedError) -> list[Row]:
        """A call refused without a word about rows: find the bad ones by halving, so that the others get through."""
        if len(rows) == 1:
            self._tell(rows, error)
            return []
        middle = len(rows) // 2
        return [*self._send(way, rows[:middle]), *self._send(way, rows[middle:])]

    def _locked(self, row: Row, result: JsonObject) -> bool:
        """Note what became of a row; True if it is worth another attempt."""
        id = str(result.get("id") or row.write.id)
        if result.get("success") is True:
            self._outcomes[row.place] = Outcome(OutcomeKind.OK, id=id)
            return False
        found = replies.complaints(result.get("errors"))
        error = replies.of_row(found, self._system, self._schema.name, row.write.id)
        self._outcomes[row.place] = Outcome.of_error(error, row.write.id)
        return bool(found) and found[0].code in replies.LOCKED

    def _tell(self, rows: Sequence[Row], error: ConnectorError) -> None:
        for row in rows:
            self._outcomes[row.place] = Outcome.of_error(error, row.write.id)

    def _placed(self, error: ConnectorError, write: Write) -> ConnectorError:
        error.system, error.object, error.external_id = self._system, self._schema.name, write.id
        error.params |= {"system": self._system, "object": self._schema.name, "external_id": write.id}
        return error
