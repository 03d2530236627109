"""Pulls: the list first, then a detail call for each row that may have changed.

Lists are thin, and an edit of contact rows alone may change no list column [D3]. So a row inside a modification window is always read
in full, while in a plain list a row whose fingerprint is the known one is taken for unchanged. Where the account set ignores the
window, a pull since a cursor therefore re-reads one in `TURNS` of the unchanged rows as well, a different lot each time, so
that an edit of contact rows alone is seen after `TURNS` pulls at the latest.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from synchub.sdk import (
    Clock,
    Page,
    PullRequest,
    RawRecord,
    RejectedError,
    RejectedRow,
    UnavailableError,
    decode_json,
    encode_json,
)

from .client import FAILING, XingchenClient
from .listing import Listing, ModifiedFilter, Row, age, read_list, window
from .records import Records

ROWS_PER_PAGE = 50
"""Half a dozen seconds of detail calls, so that a killed pull loses little."""
TURNS = 24
FAILURES = 3
"""So many details in a row that fail are no bad records but a bad system."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far we have read: the bound, the latest modification met, and, within a pull, the last id committed."""

    upper: datetime
    seen: datetime | None = None
    turn: int = 0
    after: str = ""

    @classmethod
    def of(cls, text: str | None) -> Mark | None:
        if not text:
            return None
        kept = decode_json(text)
        assert isinstance(kept, dict)
        seen = kept.get("seen")
        return cls(
            datetime.fromisoformat(kept["upper"]),
            datetime.fromisoformat(seen) if seen else None,
            int(kept.get("turn", 0)),
            str(kept.get("after", "")),
        )

    def text(self) -> str:
        return encode_json(
            {
                "upper": self.upper.isoformat(),
                "seen": self.seen.isoformat() if self.seen else None,
                "turn": self.turn,
                "after": self.after,
            }
        ).decode()

    def met(self, *times: datetime | None) -> Mark:
        """The same mark, with the latest of these and its own modification time."""
        return replace(self, seen=max((one for one in (*times, self.seen) if one is not None), default=None))


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of some rows of a list."""

    records: list[RawRecord]
    rejected: list[RejectedRow]


class Puller:
    """Reads one object of one account set."""

    def __init__(
        self,
        client: XingchenClient,
        records: Records,
        modified: ModifiedFilter,
        clock: Clock,
        overlap: timedelta,
        system: str,
    ) -> None:
        self._client = client
        self._records = records
        self._modified = modified
        self._clock = clock
        self._overlap = overlap
        self._system = system
        self._failures = 0

    def pages(self, request: PullRequest) -> Iterator[Page]:
        start, resumed = Mark.of(request.cursor), Mark.of(request.resume)
        windowed = start is not None and self._modified.works(self._records.entity, start.seen)
        listing = self._listing(start if windowed else None)
        mark = resumed or Mark(listing.at)
        if start is not None:
            mark = replace(mark, turn=start.turn + 1).met(start.seen)
        ids = [id for id in listing.rows if resumed is None or age(id) > age(resumed.after)]
        lots = [ids[at : at + ROWS_PER_PAGE] for at in range(0, len(ids), ROWS_PER_PAGE)] or [[]]
        for number, lot in enumerate(lots, 1):
            turn = None if start is None else mark.turn
            unchanged = set() if windowed else self._unchanged(request, lot, listing.rows, turn)
            read = self._read(request, lot, listing.rows, unchanged)
            mark = mark.met(*(record.modified for record in read.records))
            last = number == len(lots)
            yield Page(
                read.records,
                [id for id in lot if id in unchanged],
                resume=None if last else replace(mark, after=lot[-1]).text(),
                cursor=replace(mark, after="").text() if last else None,
                complete=last and not windowed and listing.exact,
                rejected=read.rejected,
            )

    def _listing(self, start: Mark | None) -> Listing:
        entity = self._records.entity
        query = entity.everything if start is None else window(entity, start.upper - self._overlap)
        listing = read_list(self._client, entity.path, query, clock=self._clock, system=self._system)
        self._records.learn(listing.rows)
        return listing

    def _unchanged(
        self, request: PullRequest, ids: Sequence[str], rows: Mapping[str, Row], turn: int | None
    ) -> set[str]:
        """Rows that look as they did; with a turn, but for those whose turn it is to be read again."""
        if turn is None and not self._records.entity.listing_tells:
            return set()
        known = request.known(ids) if ids else {}
        alike = {id for id in ids if known.get(id) and known[id] == self._records.fingerprint(rows[id])}
        if turn is None:
            return alike
        return {id for id in alike if zlib.crc32(id.encode()) % TURNS != turn % TURNS}

    def _read(
        self, request: PullRequest, ids: Sequence[str], rows: Mapping[str, Row], unchanged: set[str]
    ) -> _Read:
        read = _Read([], [])
        for id in ids:
            if id in unchanged:
                continue
            if self._records.listed(request.columns):
                read.records.append(self._records.record(id, rows[id], request.columns))
                continue
            found = self._detailed(id, rows[id], request)
            if isinstance(found, RejectedRow):
                read.rejected.append(found)
            elif found is not None:
                read.records.append(found)
        return read

    def _detailed(self, id: str, row: Row, request: PullRequest) -> RawRecord | RejectedRow | None:
        """None when it was deleted since the list was read; a record that cannot be read holds up no other."""
        try:
            detail = self._records.detail("id", id)
        except (RejectedError, UnavailableError) as error:
            self._failures += 1
            if self._failures >= FAILURES or (isinstance(error, UnavailableError) and error.code != FAILING):
                raise
            reason = {"detail": error.params.get("detail", "")}
            return RejectedRow(id, str(row.get(self._records.entity.code) or id), "KX131", reason)
        self._failures = 0
        return None if detail is None else self._records.record(id, detail, request.columns)
