"""Reading an object whole or since a moment, with its related records, and noticing what was removed.

Both ways walk by id, so nothing is held on the server and a walk goes on from any row. What changed is asked as one question: records whose own
stamp, or that of a related record, is not before the moment, since children do not move the stamp of their parent. A row that changes after
the walk has passed it carries a stamp later than the bound, and comes with the next pull.

Stamps are those of the beginning of a transaction, and in PostgreSQL others see its rows when it ends. Hence the overlap.

Removals stand in the server's log (``ir.model.log``), which does not tell ids. If it tells of some that were not seen before, the ids of all
records are listed too, so that the pull is complete. If related records were removed past their parents, everything is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from synchub.sdk import (
    Page,
    ProtocolError,
    PullRequest,
    Raw,
    RawRecord,
    RejectedError,
    decode_json,
    encode_json,
)

from . import values
from .client import Client, Row, bound
from .reading import STAMP, Reader
from .replies import SetupError

PAGE = 1000
LOG = "ir.model.log"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pull stands. `bound`: server time before its first request; `since`: inclusive; `after`: the last id committed."""

    bound: str = ""
    since: str = ""
    after: int = 0
    told: tuple[int, ...] = ()
    """Entries of the log that were taken care of and that the overlap will show again."""

    def text(self) -> str:
        return encode_json(asdict(self)).decode()

    @classmethod
    def of(cls, text: str | None, system: str) -> Place | None:
        """Of a cursor or resume token of ours; raises ProtocolError for anything else."""
        if text is None:
            return None
        try:
            kept = decode_json(text)
            assert isinstance(kept, dict)
            return cls(str(kept["bound"]), str(kept["since"]), int(kept["after"]), tuple(kept["told"]))
        except (ValueError, AssertionError, KeyError, TypeError):
            raise ProtocolError("C108", system=system, detail=f"cursor {text[:60]}") from None


class Pull:
    """One pull of one object."""

    def __init__(
        self, client: Client, request: PullRequest, reader: Reader, overlap: timedelta, system: str
    ) -> None:
        self._client = client
        self._request = request
        self._reader = reader
        self._overlap = overlap
        self._system = system
        self._stamps: set[str] = set()
        """Of the records that came: a removal at such a moment was part of their change."""

    def pages(self) -> Iterator[Page]:
        start = Place.of(self._request.cursor, self._system) or Place()
        place = Place.of(self._request.resume, self._system) or Place("", start.since, 0, start.told)
        if place.since:
            yield from self._changes(place)
        else:
            yield from self._everything(place)

    def _everything(self, place: Place) -> Iterator[Page]:
        for records, place in self._walk(place, []):  # noqa: B020, PLR1704 - the place moves with the walk
            yield Page(records, resume=place.text())
        # Nothing of the log is old news: this listing knew it.
        removed = self._removed(replace(place, since=self._next_since(place)))
        told = tuple(_id(row) for row in removed or ())
        yield Page(cursor=self._next(place, told), complete=True)

    def _changes(self, place: Place) -> Iterator[Page]:
        came: set[str] = set()
        for records, place in self._walk(place, self._since(place.since)):  # noqa: B020, PLR1704 - as above
            came |= {one.id for one in records}
            yield Page(records, resume=place.text())
        removed = self._removed(place)
        told = tuple(_id(row) for row in removed)
        news = [row for row in removed if _id(row) not in place.told]
        if not news:
            yield Page(cursor=self._next(place, told))
        elif self._orphaned(news):
            yield from self._everything(Place(place.bound, told=told))
        else:
            there = self._client.read(f"{self._reader.model}.search", [], 0, None, [["id", "ASC"]])
            listed = [str(one) for one in there] if isinstance(there, list) else []
            # A record that came and was removed since is in the listing no more; one that did not come is as it was.
            unchanged = [one for one in listed if one not in came]
            yield Page(unchanged=unchanged, cursor=self._next(place, told), complete=bool(self._whole(place)))

    def _whole(self, place: Place) -> bool:
        """Did this pull itself see all pages? One that was resumed has committed others before."""
        return self._request.resume is None or place.after == 0

    def _walk(self, place: Place, domain: Sequence[Raw]) -> Iterator[tuple[list[RawRecord], Place]]:
        """Pages of records and the place behind each; the last one may be empty and is given all the same, for its place."""
        model, fields = self._reader.model, self._reader.fields
        while True:
            behind: list[Raw] = [["id", ">", place.after]] if place.after else []
            rows = self._client.rows(model, [*domain, *behind], fields, PAGE)
            if not place.bound:
                place = replace(place, bound=bound(self._client, self._system).isoformat())
            if rows:
                place = replace(place, after=_id(rows[-1]))
                self._stamps |= {_text(row.get(STAMP)) for row in rows}
            yield self._reader.records(rows), place
            if len(rows) < PAGE:
                return

    def _since(self, since: str) -> list[Raw]:
        moment = values.tagged(datetime.fromisoformat(since))
        clauses: list[Raw] = [[STAMP, ">=", moment]]
        clauses += [[f"{relation}.{STAMP}", ">=", moment] for relation in self._reader.relations]
        return [["OR", *clauses]]

    def _removed(self, place: Place) -> list[Row]:
        """Entries of the log since `place`, of our model and of its children; none where our user may not read it."""
        models = {self._reader.model, *(one.child.model for one in self._reader.wanted if one.child)}
        models |= {one.lines.model for one in self._reader.wanted if one.lines}
        named: list[Raw] = [["resource", "like", f"{model},%"] for model in sorted(models)]
        moment = values.tagged(datetime.fromisoformat(place.since))
        domain: list[Raw] = [["event", "=", "delete"], ["create_date", ">=", moment], ["OR", *named]]
        try:
            return self._client.rows(LOG, domain, ["id", "create_date"])
        except (RejectedError, SetupError):
            return []

    def _orphaned(self, news: Sequence[Row]) -> bool:
        """Were related records removed without a change of their parent?"""
        own: list[Raw] = [["id", "in", [_id(row) for row in news]]]
        own.append(["resource", "like", f"{self._reader.model},%"])
        records = self._client.rows(LOG, own, ["id"])
        ours = {_id(row) for row in records}
        moments = {_text(row.get("create_date")) for row in news if _id(row) in ours}
        explained = self._stamps | moments
        return any(_id(row) not in ours and _text(row.get("create_date")) not in explained for row in news)

    def _next_since(self, place: Place) -> str:
        """What is covered, less the time a transaction may take to become visible."""
        return (datetime.fromisoformat(place.bound) - self._overlap).isoformat()

    def _next(self, place: Place, told: tuple[int, ...]) -> str:
        return Place(since=self._next_since(place), told=told).text()


def readable_log(client: Client) -> bool:
    """May our user read the log of changes?"""
    try:
        client.rows(LOG, [["id", "=", 0]], ["id"])
    except (RejectedError, SetupError):
        return False
    return True


def _id(row: Row) -> int:
    id = row["id"]
    assert isinstance(id, int)
    return id


def _text(stamp: Raw) -> str:
    return values.moment(stamp).isoformat() if isinstance(stamp, dict) else ""
