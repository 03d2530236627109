"""Reading a list whole: every page, counted against the total, and which modification window an account set honours.

Lists are thin. A page holds at most 100 rows: a larger page_size is cut to 100 by the vendor while total_page still follows
the size that was asked for, so that rows vanish without an error [D3]. Therefore 100 is asked for, always, total_page is
never believed, and the rows read must be as many as `count`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from synchub.sdk import Clock, ProtocolError, RejectedError, UnavailableError, decode_json, encode_json

from .client import XingchenClient, fields_of
from .schema_shapes import Entity

PAGE_SIZE = 100
ROUNDS = 3
"""Rows that come and go while we turn pages shift the others; the list is then read again."""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list by id, in rising order of age. `exact` says that one round saw exactly as many as announced."""

    rows: Mapping[str, Row]
    exact: bool
    at: datetime
    """The server's time, surely before the list was begun."""


@dataclass(slots=True)
class _Round:
    rows: dict[str, Row] = field(default_factory=dict)
    found: int = 0
    counts: set[int] = field(default_factory=set)
    at: datetime | None = None

    @property
    def exact(self) -> bool:
        return self.counts == {len(self.rows)} and self.found == len(self.rows)


def read_list(
    client: XingchenClient, path: str, query: Mapping[str, str], *, clock: Clock, system: str
) -> Listing:
    """Every row, enabled or not as `query` says. Raises ProtocolError when fewer rows come than are announced."""
    at = clock.now()
    union: dict[str, Row] = {}
    for number in range(ROUNDS):
        one = _read_round(client, path, query)
        union |= one.rows
        if number == 0 and one.at is not None:
            at = one.at
        if one.exact:
            return Listing(_aged(one.rows), exact=True, at=at)
    expected = max(one.counts, default=0)
    if len(union) < expected:
        raise ProtocolError("KX130", system=system, object=path, expected=expected, found=len(union))
    # It would not stand still: nothing that stayed is missing, but an absence proves nothing.
    return Listing(_aged(union), exact=False, at=at)


def count_of(client: XingchenClient, path: str, query: Mapping[str, str]) -> int:
    """How many rows a list would have."""
    return _page(client, path, query, 1).count


def _read_round(client: XingchenClient, path: str, query: Mapping[str, str]) -> _Round:
    one = _Round()
    page = 1
    while True:
        got = _page(client, path, query, page)
        one.at = one.at or got.at
        one.counts.add(got.count)
        one.found += len(got.rows)
        one.rows |= {str(row["id"]): row for row in got.rows}
        if not got.rows or page * PAGE_SIZE >= got.count:
            return one
        page += 1


@dataclass(frozen=True, slots=True)
class _Page:
    rows: list[Row]
    count: int
    at: datetime | None


def _page(client: XingchenClient, path: str, query: Mapping[str, str], page: int) -> _Page:
    reply = client.get(path, {**query, "page": str(page), "page_size": str(PAGE_SIZE)})
    data = fields_of(reply)
    # The total is a number in some lists and a text in others [D].
    count = str(data.get("count", ""))
    rows = data.get("rows") or []
    if not count.isdigit() or not isinstance(rows, list):
        raise ProtocolError("C108", system=reply.system, detail="data.count, data.rows")
    return _Page([row for row in rows if isinstance(row, dict) and row.get("id")], int(count), reply.asked_at)


def _aged(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {id: rows[id] for id in sorted(rows, key=age)}


def age(id: str) -> tuple[int, str]:
    """Ids are numbers too long for many a program, so they stay texts and are ordered by length first."""
    return len(id), id


class ModifiedFilter:
    """Whether the lists of this account set heed `modify_start_time`: asked once, since reports disagree [D against D3].

    Two questions: a window that begins far in the future must be empty, and one that begins before a change we have seen
    must not be. The answer is kept for a week, a failure to answer for a day.
    """

    LIFE = timedelta(days=7)
    LIFE_OF_FAILURE = timedelta(days=1)
    FUTURE = timedelta(days=3650)

    def __init__(self, client: XingchenClient, clock: Clock, file: Path) -> None:
        self._client = client
        self._clock = clock
        self._file = file

    def works(self, entity: Entity, seen: datetime | None) -> bool:
        """`seen` is the latest modification met so far: without one nothing can be proven, so the answer is no."""
        kept = self._kept().get(entity.name)
        if isinstance(kept, dict) and self._clock.now() < datetime.fromisoformat(str(kept["until"])):
            return bool(kept["works"])
        if seen is None:
            return False
        life = self.LIFE
        try:
            works = self._ask(entity, seen)
        except (RejectedError, UnavailableError):
            # Some account sets answer the filter with an error [D3]. If the system is down, the list read next says so.
            works, life = False, self.LIFE_OF_FAILURE
        until = (self._clock.now() + life).isoformat()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(encode_json({**self._kept(), entity.name: {"works": works, "until": until}}))
        return works

    def _ask(self, entity: Entity, seen: datetime) -> bool:
        later = count_of(self._client, entity.path, window(entity, self._clock.now() + self.FUTURE))
        return later == 0 and count_of(self._client, entity.path, window(entity, seen)) > 0

    def _kept(self) -> dict[str, object]:
        try:
            kept = decode_json(self._file.read_bytes())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}


def window(entity: Entity, start: datetime) -> dict[str, str]:
    """Everything modified since, disabled rows too. There is no upper end: it was seen to swallow fresh changes [D3]."""
    return {**entity.everything, "modify_start_time": str(round(start.timestamp() * 1000))}
