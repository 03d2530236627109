"""Reading an object whole or since a moment, with its related records.

Both ways walk by id, so nothing is held on the server and a walk goes on from any row. What changed is asked as one question: records whose own
stamp, or that of a related record, is not before the moment, since children do not move the stamp of their parent. A row that changes after
the walk has passed it carries a stamp later than the bound, and comes with the next pull.

Stamps are those of the beginning of a transaction, and in PostgreSQL others see its rows when it ends. Hence the overlap.

If records were removed, the ids of all are listed too, so that the pull is complete. If related ones were removed past their parents,
everything is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from synchub.sdk import Page, ProtocolError, PullRequest, Raw, RawRecord, decode_json, encode_json

from . import values
from .client import Client, bound
from .reading import STAMP, Reader
from .removals import Known, Removals, Verdict, stamp_text

PAGE = 1000
NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pull stands. `bound`: server time before its first request; `since`: inclusive; `after`: the last id committed."""

    bound: str = ""
    since: str = ""
    after: int = 0
    known: Known = NOTHING_KNOWN

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
            known = kept["known"]
            told = Known(int(known["top"]), int(known["count"]), tuple(known["told"]))
            return cls(str(kept["bound"]), str(kept["since"]), int(kept["after"]), told)
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
        self._removals = Removals(client, reader)
        self._came: set[int] = set()
        self._stamps: set[str] = set()

    def pages(self) -> Iterator[Page]:
        start = Place.of(self._request.cursor, self._system) or Place()
        resumed = Place.of(self._request.resume, self._system)
        place = resumed or replace(start, bound="", after=0)
        yield from self._changes(place) if place.since else self._everything(place)

    def _everything(self, place: Place) -> Iterator[Page]:
        for records, there in self._walk(place, []):
            place = there
            yield Page(records, resume=place.text())
        known = self._removals.begin(self._covered(place), place.after)
        yield Page(cursor=self._cursor(place, known), complete=True)

    def _changes(self, place: Place) -> Iterator[Page]:
        for records, there in self._walk(place, self._since(place.since)):
            place = there
            yield Page(records, resume=place.text())
        if self._request.resume is not None:
            # The pages before are committed and unknown here; the next pull looks for what is gone.
            yield Page(cursor=self._cursor(place, place.known))
            return
        since = datetime.fromisoformat(place.since)
        verdict, known = self._removals.look(place.known, since, self._came, self._stamps)
        if verdict is Verdict.NOTHING:
            yield Page(cursor=self._cursor(place, known))
        elif verdict is Verdict.RELATED:
            yield from self._everything(Place(place.bound))
        else:
            yield self._listing(place, known)

    def _listing(self, place: Place, known: Known) -> Page:
        """Who is there at this moment; all who did not come are as they were."""
        found = self._client.read(f"{self._reader.model}.search", [], 0, None, [["id", "ASC"]])
        there = [one for one in found if isinstance(one, int)] if isinstance(found, list) else []
        unchanged = [str(one) for one in there if one not in self._came]
        known = replace(known, count=sum(one <= known.top for one in there))
        return Page(unchanged=unchanged, cursor=self._cursor(place, known), complete=True)

    def _walk(self, place: Place, domain: Sequence[Raw]) -> Iterator[tuple[list[RawRecord], Place]]:
        """Pages of records, and the place behind each."""
        model, fields = self._reader.model, self._reader.fields
        while True:
            behind: list[Raw] = [["id", ">", place.after]] if place.after else []
            rows = self._client.rows(model, [*domain, *behind], fields, PAGE)
            if not place.bound:
                place = replace(place, bound=bound(self._client, self._system).isoformat())
            records = self._reader.records(rows)
            if records:
                place = replace(place, after=int(records[-1].id))
                self._came |= {int(one.id) for one in records}
                self._stamps |= {stamp_text(row.get(STAMP)) for row in rows}
                yield records, place
            if len(rows) < PAGE:
                if not records:
                    yield [], place
                return

    def _since(self, since: str) -> list[Raw]:
        moment = values.tagged(datetime.fromisoformat(since))
        clauses: list[Raw] = [[STAMP, ">=", moment]]
        clauses += [[f"{relation}.{STAMP}", ">=", moment] for relation in self._reader.relations]
        return [["OR", *clauses]]

    def _covered(self, place: Place) -> datetime:
        """What is covered, less the time a transaction may take to become visible."""
        return datetime.fromisoformat(place.bound) - self._overlap

    def _cursor(self, place: Place, known: Known) -> str:
        return Place(since=self._covered(place).isoformat(), known=known).text()
