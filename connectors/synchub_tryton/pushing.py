"""Writing a batch: every call is one transaction of the server's, whole or not at all, so a refused one is halved until the bad record is alone.

Protected by: the versions (``_timestamp``) of the record and of the related records that are written, which the server compares in the same
transaction; a key that is looked up before a create, since the server knows no idempotent create; and UnknownOutcomeError wherever an answer is
lost, so that the hub reads before it does anything again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from synchub.sdk import (
    Absent,
    ConnectorError,
    NotFoundError,
    Op,
    Outcome,
    OutcomeKind,
    PullRequest,
    RateLimitError,
    Raw,
    RejectedError,
    StaleVersionError,
    UnavailableError,
    UnknownOutcomeError,
    Unreadable,
    Write,
)

from . import values
from .client import Client, Row
from .composing import Composer, Names
from .describe import Column, Columns
from .reading import Reader, versions_of
from .replies import RolledBackError

ROWS = 50
"""Of one call. A refusal costs some more calls, each twice as cheap as the last."""


@dataclass(frozen=True, slots=True)
class Item:
    """A write that can be sent, and its place in the list we were given."""

    place: int
    write: Write
    made: Row
    versions: dict[str, str]
    retired: bool = False
    """To be set inactive once it is there."""


ACTIVE: Final = "active"
Send = Callable[[Sequence[Item]], list[str]]
"""One call; the ids of the records it made or changed."""


class Push:
    """One push to one object."""

    def __init__(
        self, client: Client, columns: Columns, request: PullRequest, zone: ZoneInfo, system: str
    ) -> None:
        self._client = client
        self._columns = columns
        self._model = columns.shape.model
        self._key = request.hub_column or columns.shape.key
        self._names = Names(client)
        self._zone = zone
        self._system = system
        self._outcomes: dict[int, Outcome] = {}

    def outcomes(self, writes: Sequence[Write]) -> list[Outcome]:
        """Raises only when nothing can be said about any of them."""
        placed = [(place, write) for place, write in enumerate(writes) if self._is_sound(place, write)]
        self._names.learn(self._columns, [write for _, write in placed])
        updates = [one for one in placed if one[1].op is Op.UPDATE]
        creates = [one for one in placed if one[1].op is Op.CREATE]
        self._send(self._update, self._revived(self._updates(updates)))
        self._send(self._create, self._creates(creates))
        self._send(self._delete, self._deletes(placed))
        return [self._outcomes[place] for place in range(len(writes))]

    # --- making ready

    def _is_sound(self, place: int, write: Write) -> bool:
        """Are all its columns there?"""
        try:
            self._columns.all(list(write.values))
        except ConnectorError as error:
            self._tell(place, write, error)
            return False
        return True

    def _updates(self, placed: Sequence[tuple[int, Write]]) -> list[Item]:
        """Records whose related records are written are read once more: the ids and versions of those are needed."""
        wanted = self._columns.all(list(dict.fromkeys(name for _, write in placed for name in write.values)))
        reader = Reader(self._columns, wanted)
        current: dict[str, Row] = {}
        if any(_is_related(one) for one in wanted):
            ids = values.ids([write.id for _, write in placed])
            rows = self._client.rows(self._model, [["id", "in", ids]], reader.fields)
            current = {str(row["id"]): row for row in rows}
        composer = Composer(self._columns, reader, self._names, self._zone)
        items = []
        for place, write in placed:
            try:
                related = any(_is_related(self._columns[name]) for name in write.values)
                row = self._current(write, current) if related else None
                versions = versions_of(write.etag) or (reader.versions(row) if row is not None else {})
                made = composer.compose(write, row)
            except ConnectorError as error:
                self._tell(place, write, error)
                continue
            if made:
                items.append(Item(place, write, made, versions))
            else:
                self._outcomes[place] = Outcome(OutcomeKind.OK, write.id)
        return items

    def _current(self, write: Write, current: dict[str, Row]) -> Row:
        """The record as it is now. Raises NotFoundError, and StaleVersionError when it is not what the hub believes."""
        row = current.get(write.id)
        if row is None:
            raise NotFoundError("C111", detail=write.id)
        believed = versions_of(write.etag)
        names = [name for name in write.values if _is_related(self._columns[name])]
        now = Reader(self._columns, self._columns.all(names)).versions(row)
        if believed and any(believed.get(key, told) != told for key, told in now.items()):
            raise StaleVersionError("C112")
        return row

    def _creates(self, placed: Sequence[tuple[int, Write]]) -> list[Item]:
        """Those that are not there yet; what a lost answer left there is found by its key."""
        keyed: dict[str, tuple[int, Write]] = {}
        for place, write in placed:
            key = values.plain(self._key_of(write)) if not values.blank(self._key_of(write)) else ""
            if not key:
                error: ConnectorError = RejectedError("TR112", column=self._key or "hub_id")
                self._tell(place, write, error)
            elif key in keyed:
                self._tell(place, write, RateLimitError("TR115", column=self._key))
            else:
                keyed[key] = (place, write)
        there = self._held(keyed)
        composer = Composer(self._columns, Reader(self._columns, []), self._names, self._zone)
        items = []
        for key, (place, write) in keyed.items():
            try:
                if key in there:
                    self._outcomes[place] = self._recognised(write, key, *there[key])
                else:
                    made = composer.compose(write, None)
                    retired = made.get(ACTIVE) is False
                    items.append(Item(place, write, {**made, ACTIVE: True} if retired else made, {}, retired))
            except ConnectorError as error:
                self._tell(place, write, error)
        return items

    def _key_of(self, write: Write) -> Raw:
        if write.hub_column and write.hub_id:
            return write.hub_id
        return write.values.get(self._key)

    def _held(self, keyed: dict[str, tuple[int, Write]]) -> dict[str, tuple[Reader, list[Row]]]:
        """Records that carry one of these keys already."""
        if not keyed:
            return {}
        names = dict.fromkeys(name for _, write in keyed.values() for name in write.values)
        key = self._columns[self._key]
        reader = Reader(
            self._columns, [key, *self._columns.all([name for name in names if name != self._key])]
        )
        rows = self._client.rows(self._model, [[key.path, "in", [*sorted(keyed)]]], reader.fields)
        found: dict[str, tuple[Reader, list[Row]]] = {}
        for row in rows:
            held = values.plain(row.get(key.path))
            found.setdefault(held, (reader, []))[1].append(row)
        return found

    def _recognised(self, write: Write, key: str, reader: Reader, rows: list[Row]) -> Outcome:
        """Ours, from an attempt whose answer was lost; or somebody else's. Raises RejectedError."""
        for row in rows:
            record = reader.record(row)
            cells = dict(zip((one.name for one in reader.wanted), record.values, strict=True))
            # One that was to be inactive may still be active: that is an update.
            told = {name: value for name, value in write.values.items() if name != ACTIVE}
            if all(_holds(cells[name], value) for name, value in told.items()):
                return Outcome(OutcomeKind.OK, record.id)
        id = str(rows[0]["id"])
        raise RejectedError("TR111", external_id=id, key=key, column=self._key, id=id)

    # --- sending

    def _revived(self, items: Sequence[Item]) -> list[Item]:
        """Nothing of an inactive record can be changed, so those that become active do that first, in a call of their own."""
        coming = [one for one in items if one.made.get(ACTIVE) is True and len(one.made) > 1]
        if not coming:
            return list(items)
        self._send(self._update, [replace(one, made={ACTIVE: True}) for one in coming])
        left = [one for one in items if one not in coming]
        for one in coming:
            if self._outcomes[one.place].kind is OutcomeKind.OK:
                made = {name: value for name, value in one.made.items() if name != ACTIVE}
                own = f"{self._model},{one.write.id}"
                versions = {key: told for key, told in one.versions.items() if key != own}
                left.append(replace(one, made=made, versions=versions))
        return left

    def _update(self, items: Sequence[Item]) -> list[str]:
        pairs: list[Raw] = []
        versions: Row = {}
        for item in items:
            pairs += [values.ids([item.write.id]), item.made]
            versions |= item.versions
        self._client.write(f"{self._model}.write", *pairs, _timestamp=versions)
        return [item.write.id for item in items]

    def _create(self, items: Sequence[Item]) -> list[str]:
        made = self._client.write(f"{self._model}.create", [item.made for item in items])
        if not isinstance(made, list) or len(made) != len(items):
            raise UnknownOutcomeError("C107", system=self._system)
        ids = [str(id) for id in made]
        self._retire([id for id, item in zip(ids, items, strict=True) if item.retired])
        return ids

    def _retire(self, ids: Sequence[str]) -> None:
        """What is made must be active to take values. If this fails the records are there, and the hub finds them active."""
        if ids:
            with suppress(ConnectorError):
                self._client.write(f"{self._model}.write", values.ids(ids), {ACTIVE: False})

    def _deletes(self, placed: Sequence[tuple[int, Write]]) -> list[Item]:
        """Those that are there: the server takes ids that it does not know without a word."""
        deletes = [one for one in placed if one[1].op is Op.DELETE]
        ids = values.ids([write.id for _, write in deletes])
        rows = self._client.rows(self._model, [["id", "in", ids]], ["id"]) if ids else []
        there = {str(row["id"]) for row in rows}
        for place, write in deletes:
            if write.id not in there:
                self._tell(place, write, NotFoundError("C111", detail=write.id))
        return [
            Item(place, write, {}, versions_of(write.etag)) for place, write in deletes if write.id in there
        ]

    def _delete(self, items: Sequence[Item]) -> list[str]:
        versions: Row = {}
        for item in items:
            versions |= item.versions
        ids = [item.write.id for item in items]
        self._client.write(f"{self._model}.delete", values.ids(ids), _timestamp=versions)
        return ids

    def _send(self, send: Send, items: Sequence[Item]) -> None:
        if not items:
            return
        try:
            ids = send(items)
        except (RejectedError, StaleVersionError, RolledBackError) as error:
            self._halve(send, items, error)
        except UnknownOutcomeError as error:
            self._tell_all(items, error)
        except ConnectorError as error:
            if not self._outcomes:
                raise
            self._tell_all(items, error)
        else:
            for item, id in zip(items, ids, strict=True):
                self._outcomes[item.place] = Outcome(OutcomeKind.OK, id)

    def _halve(self, send: Send, items: Sequence[Item], error: ConnectorError) -> None:
        if len(items) > 1:
            middle = len(items) // 2
            self._send(send, items[:middle])
            self._send(send, items[middle:])
            return
        (item,) = items
        if isinstance(error, RolledBackError):
            error = UnavailableError("C109", status=503)
        elif item.write.op is not Op.CREATE and self._is_gone(item.write.id):
            error = NotFoundError("C111", detail=item.write.id)
        self._tell(item.place, item.write, error)

    def _is_gone(self, id: str) -> bool:
        return not self._client.rows(self._model, [["id", "in", values.ids([id])]], ["id"])

    def _tell_all(self, items: Sequence[Item], error: ConnectorError) -> None:
        for item in items:
            self._tell(item.place, item.write, error)

    def _tell(self, place: int, write: Write, error: ConnectorError) -> None:
        for key, value in (("system", self._system), ("object", self._model), ("external_id", write.id)):
            if not getattr(error, key):
                setattr(error, key, value)
                error.params[key] = value
        self._outcomes[place] = Outcome.of_error(error, write.id)


def _is_related(column: Column) -> bool:
    return column.child is not None or column.lines is not None


def _holds(cell: Raw | Absent | Unreadable, value: Raw) -> bool:
    return not isinstance(cell, Absent | Unreadable) and values.alike(cell, value)
