"""Noticing what was removed since the last pull, for one call.

Tryton tells removals in its log (``ir.model.log``), without ids, and only administrators may ask it a question that wide. Anybody else can count:
records up to the highest id known are as many as they were, or some are gone. The log also tells of related records (a telephone number) that were removed
past their parent; without it those are noticed by complete reads.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from synchub.sdk import Raw

from . import values
from .client import Client, Row
from .reading import Reader

LOG = "ir.model.log"


class Verdict(Enum):
    """What is gone."""

    NOTHING = "nothing"
    RECORDS = "records"
    RELATED = "related"
    """Related records whose parents did not change."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the last pull knew."""

    top: int = 0
    """The highest id."""
    count: int = 0
    """Records up to there."""
    told: tuple[int, ...] = ()
    """Entries of the log that were taken care of and that the overlap will show again."""


class Removals:
    """Of one object."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client = client
        self._reader = reader
        self._logged = bool(client.preferences.get("administrator"))

    def begin(self, since: datetime, top: int) -> Known:
        """After everything was read: nothing that happened until now is news."""
        if self._logged:
            return Known(top, told=tuple(_id(row) for row in self._log(since)))
        return Known(top, self._count(top))

    def look(
        self, known: Known, since: datetime, came: AbstractSet[int], stamps: AbstractSet[str]
    ) -> tuple[Verdict, Known]:
        """`came` are the ids of the records that changed, `stamps` their moments; also what to know next time."""
        top = max(came, default=0)
        top = max(top, known.top)
        if self._logged:
            log = self._log(since)
            news = [row for row in log if _id(row) not in known.told]
            return self._verdict(news, stamps), Known(top, told=tuple(_id(row) for row in log))
        count = self._count(top)
        expected = known.count + sum(id > known.top for id in came)
        return Verdict.NOTHING if count == expected else Verdict.RECORDS, Known(top, count)

    def _count(self, top: int) -> int:
        found = self._client.read(f"{self._reader.model}.search_count", [["id", "<=", top]])
        assert isinstance(found, int)
        return found

    def _log(self, since: datetime) -> list[Row]:
        models = {self._reader.model, *(one.child.model for one in self._reader.wanted if one.child)}
        models |= {one.lines.model for one in self._reader.wanted if one.lines}
        named: list[Raw] = [["resource", "like", f"{model},%"] for model in sorted(models)]
        domain: list[Raw] = [
            ["event", "=", "delete"],
            ["create_date", ">=", values.tagged(since)],
            ["OR", *named],
        ]
        return self._client.rows(LOG, domain, ["create_date"])

    def _verdict(self, news: list[Row], stamps: AbstractSet[str]) -> Verdict:
        """A related record that went with a record, or in the same moment as a record changed, is no news of its own."""
        if not news:
            return Verdict.NOTHING
        ids: list[Raw] = [_id(row) for row in news]
        own = self._client.rows(LOG, [["id", "in", ids], ["resource", "like", f"{self._reader.model},%"]], [])
        ours = {_id(row) for row in own}
        explained = {stamp_text(row.get("create_date")) for row in news if _id(row) in ours} | stamps
        related = [row for row in news if _id(row) not in ours]
        if any(stamp_text(row.get("create_date")) not in explained for row in related):
            return Verdict.RELATED
        return Verdict.RECORDS if ours else Verdict.NOTHING


def stamp_text(stamp: Raw) -> str:
    return values.moment(stamp).isoformat() if isinstance(stamp, dict) else ""


def _id(row: Row) -> int:
    id = row["id"]
    assert isinstance(id, int)
    return id
