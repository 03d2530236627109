"""Reading an object whole or since a moment.

A full read walks by Id, so it needs no cursor of the server and goes on from any row. A read since a moment asks for
``SystemModstamp >= moment`` with deleted rows, in that order: a row that changes meanwhile moves to the end and is read twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from synchub.sdk import (
    ObjectSchema,
    Page,
    ProtocolError,
    PullRequest,
    RawRecord,
    Reply,
    decode_json,
    encode_json,
)

from . import soql, values
from .client import Client, JsonObject
from .replies import LocatorLostError

PAGE = 2000
MOST_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pull stands. `bound`: server time before its first request; `since`: inclusive; `after`: last Id of a full walk."""

    bound: str = ""
    since: str = ""
    after: str = ""

    def text(self) -> str:
        return encode_json({"bound": self.bound, "since": self.since, "after": self.after}).decode()

    @classmethod
    def of(cls, text: str | None, system: str) -> Place | None:
        """Of a cursor or resume token of ours; raises ProtocolError for anything else."""
        if text is None:
            return None
        try:
            kept = decode_json(text)
        except ValueError:
            kept = None
        if not isinstance(kept, dict):
            raise ProtocolError("C108", system=system, detail=f"cursor {text[:60]}")
        return cls(**{name: str(kept.get(name, "")) for name in ("bound", "since", "after")})


class Pull:
    """One pull of one object."""

    def __init__(
        self, client: Client, request: PullRequest, schema: ObjectSchema, overlap: timedelta, system: str
    ) -> None:
        self._system = system
        self._client = client
        self._request = request
        self._overlap = overlap
        self._deletable = schema.column("IsDeleted") is not None
        self._columns = list(dict.fromkeys([*values.own_columns(schema), *request.columns]))

    def pages(self) -> Iterator[Page]:
        place = Place.of(self._request.resume, self._system)
        cursor = Place.of(self._request.cursor, self._system)
        if place is None:
            place = Place(since=cursor.since if cursor else "")
        yield from self._since(place) if place.since else self._full(place)

    def _full(self, place: Place) -> Iterator[Page]:
        while True:
            where = f"Id > {soql.text(place.after)}" if place.after else ""
            query = soql.select(self._request.object, self._columns, where, f"ORDER BY Id LIMIT {PAGE}")
            count = 0
            try:
                for rows, reply in self._client.query(query):
                    records = self._records(rows)
                    count += len(records)
                    place = Place(
                        place.bound or _asked_at(reply), "", records[-1].id if records else place.after
                    )
                    if records:
                        yield Page(records, resume=place.text())
            except LocatorLostError:
                continue  # the rows read before it stay read, and the next query begins behind them
            if count < PAGE:
                yield Page(cursor=self._next(place), complete=True)
                return

    def _since(self, place: Place) -> Iterator[Page]:
        for _ in range(MOST_RESTARTS):
            try:
                for records, bound in self._walk(place):
                    last = records[-1].modified if records else None
                    place = Place(place.bound or bound, values.write_time(last) if last else place.since)
                    if records:
                        yield Page(records, resume=place.text())
            except LocatorLostError:
                continue  # from the second of the last row committed, rows of that second again
            yield Page(cursor=self._next(place))
            return
        raise ProtocolError("C113", system=self._system)

    def _walk(self, place: Place) -> Iterator[tuple[list[RawRecord], str]]:
        query = soql.select(
            self._request.object,
            self._columns,
            f"SystemModstamp >= {place.since}",
            "ORDER BY SystemModstamp, Id",
        )
        for rows, reply in self._client.query(query, deleted=self._deletable):
            yield self._records(rows), _asked_at(reply)

    def _records(self, rows: list[JsonObject]) -> list[RawRecord]:
        """Takes the rows away: a page is large, and what it holds besides these columns need not wait for the hub to be done with it."""
        records = [values.record(row, self._request.columns) for row in rows]
        rows.clear()
        return records

    def _next(self, place: Place) -> str:
        """The cursor: what is covered, less the time a transaction may take to become visible."""
        covered = values.read_time(place.bound) - self._overlap
        return Place(since=values.write_time(covered)).text()


def _asked_at(reply: Reply) -> str:
    moment = reply.asked_at
    if moment is None:
        raise reply.misread()
    return values.write_time(moment)
