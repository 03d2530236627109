"""A simulated system: records with a past, changes that become visible late, columns that are renamed, rows that may not be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from synchub.sdk import Clock, Raw
from synchub.testing.memory import Held, LoggedWrite, MemorySystem

Place = tuple[str, str]
"""(object, id)."""
Cell = tuple[str, str, str, str]
"""(object, id, part, column)."""


class ServerClock:
    """A server's own clock: the hub's, and some seconds more or less."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.offset = 0.0

    def now(self) -> datetime:
        return self.clock.now() + timedelta(seconds=self.offset)

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


class Veil(StrEnum):
    """What is between us and a column."""

    RENAMED = "renamed"
    """It has another name now: replies do not have it, writes to it are refused."""
    REMOVED = "removed"
    """It is not shown, and what is written to it is not kept."""
    RETYPED = "retyped"
    """It comes as something else than it was."""
    MASKED = "masked"
    """Its values may not be used."""


@dataclass
class SimSystem(MemorySystem):
    """`objects` is the truth; `shown` is what a reader sees of it."""

    clock: ServerClock

    former: dict[Place, tuple[Held | None, float]] = field(default_factory=dict)
    """The version before the last change (None: the record was made then), and when on the monotonic clock that change was made."""
    typed_at: dict[Place, float] = field(default_factory=dict)
    """When (monotonic) the last change was made, of records that a person changed last."""
    late: dict[Place, tuple[Held | None, float]] = field(default_factory=dict)
    """Changes in transactions that are not over: what readers see meanwhile, and until when."""
    veils: dict[tuple[str, str], Veil] = field(default_factory=dict)
    """(object, column) -> what is between us and it."""
    unseen: set[Place] = field(default_factory=set)
    """Rows that the hub's user may not see."""
    merged: dict[Place, str] = field(default_factory=dict)
    """Records that were merged into another one."""
    past: dict[Cell, list[Raw]] = field(default_factory=dict)
    """Every value that every cell ever held, or was shown to hold."""
    told: dict[Place, dict[str, Raw] | None] = field(default_factory=dict)
    """What the hub was last shown of a record, and wrote there since; None where that was not the truth."""
    blind: list[tuple[str, str, str, Raw, Raw]] = field(default_factory=list)
    """(object, id, column, before, after): values the hub wrote over without ever having been shown them."""
    too_late: dict[Place, datetime] = field(default_factory=dict)
    """From when on a sweep finds a record that no cursor can find any more: its change came later than this system declares, or a listing left it out."""
    refused: set[Place] = field(default_factory=set)
    """Records of which the last write was refused."""
    covered: list[tuple[str, str, str]] = field(default_factory=list)
    """(object, id, column) of values that the hub wrote over after a replica had hidden them from it."""
    unheard: set[int] = field(default_factory=set)
    """Entries of the log whose writer was never told that they were made."""
    unechoed: set[int] = field(default_factory=set)
    """Entries of the log of which the writer was never shown what was stored: no record in the reply, and none read back, or an old one."""
    awaited: dict[Place, set[int]] = field(default_factory=dict)
    """Of these, those that the next look at the record may still show."""
    deletes: list[Place] = field(default_factory=list)
    """Records that the hub deleted."""
    writes: int = 0
    """Calls with a verb that writes."""
    fixed: frozenset[str] = frozenset()
    """Columns that keep what they are given, whatever happens to others: without them nothing could be found again."""
    blocked_until: float = 0.0
    """Nothing is answered before (monotonic): a quota, or a Retry-After."""
    told_until: float = 0.0
    """So long (monotonic) the hub was told to wait."""
    budget: int = 0
    """So many calls a day are answered; 0 for any number."""
    spent: Counter[date] = field(default_factory=Counter)
    locked_out: bool = False
    """The hub's login has expired."""

    def create(self, object: str, values: Mapping[str, Raw], *, id: str = "", actor: str = "user") -> str:
        made = super().create(object, values, id=id, actor=actor)
        self._remember((object, made), None, actor)
        return made

    def edit(self, object: str, id: str, values: Mapping[str, Raw], *, actor: str = "user") -> None:
        before = self._copy(object, id)
        super().edit(object, id, values, actor=actor)
        self._remember((object, id), before, actor)

    def delete(self, object: str, id: str) -> None:
        before = self._copy(object, id)
        super().delete(object, id)
        self._remember((object, id), before)

    def undelete(self, object: str, id: str) -> None:
        """Out of the bin again."""
        before = self._copy(object, id)
        held = self.objects[object][id]
        held.deleted, held.modified, held.version = False, self.clock.now(), held.version + 1
        self.merged.pop((object, id), None)
        self._remember((object, id), before)

    def hide(self, object: str, id: str, seconds: float) -> None:
        """The last change is part of a transaction that takes so long: until then readers see what was before."""
        before, at = self.former[object, id]
        self.late[object, id] = (before, at + seconds)

    def in_transaction(self, object: str, id: str) -> bool:
        """Is somebody's transaction on this record still open?"""
        found = self.late.get((object, id))
        return found is not None and found[1] > self.clock.monotonic()

    def shown(self, object: str) -> dict[str, Held]:
        """What a reader sees: open transactions do not show, nor rows that may not be seen."""
        found = dict(self.objects.get(object, {}))
        for (name, id), (before, _) in self.late.items():
            if name == object and self.in_transaction(object, id):
                found.pop(id, None)
                if before is not None:
                    found[id] = before
        return {id: held for id, held in found.items() if (object, id) not in self.unseen}

    def before_change(self, object: str, id: str, seconds: float) -> tuple[bool, Held | None]:
        """Was there a change in the last so many seconds, and what stood there before it?"""
        before, at = self.former.get((object, id), (None, float("-inf")))
        return self.clock.monotonic() - at < seconds, before

    def out_of_sight(self) -> Iterator[tuple[str, str, str]]:
        """(object, id, column) of each cell that the hub can neither read nor write now; column "" for a whole record."""
        for (object, column), veil in self.veils.items():
            for id, held in self.objects.get(object, {}).items():
                if veil is not Veil.MASKED or held.values.get(column) is not None:
                    yield object, id, column
        yield from ((*place, "") for place in self.unseen)
        yield from ((*place, "") for place in self.late if self.in_transaction(*place))
        for object, records in self.objects.items():
            yield from ((object, id, "") for id, held in records.items() if held.deleted)

    def note_past(self, object: str, id: str, part: str, column: str, value: Raw) -> None:
        values = self.past.setdefault((object, id, part, column), [])
        if value not in values:
            values.append(value)

    def pass_over(self, object: str, ids: Iterable[str]) -> None:
        """A listing has left these out and said that it was whole."""
        since = self.clock.clock.now() + timedelta(microseconds=1)
        self.too_late.update(((object, id), max(since, self.too_late.get((object, id), since))) for id in ids)

    def untold(self, object: str, id: str) -> list[LoggedWrite]:
        """What the hub wrote into this record without ever being told that it did, or shown what was stored; in order."""
        entries = (self.log[number] for number in sorted(self.unheard | self.unechoed))
        return [one for one in entries if (one.actor, one.object, one.id) == ("hub", object, id)]

    def block(self, seconds: float) -> None:
        """Nothing is answered for so long, and whoever asks is told."""
        self.blocked_until = self.told_until = self.clock.monotonic() + seconds

    def over_budget(self) -> float | None:
        """One more call of this day (of no clock that jumps); how many seconds are left of it when it is one too many."""
        now = self.clock.clock.now()
        if not self.budget or self.spent[now.date()] < self.budget:
            self.spent[now.date()] += 1
            return None
        tomorrow = datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo)
        return (tomorrow - now).total_seconds()

    def repair(self) -> None:
        """Everything works again."""
        self.veils.clear()
        self.unseen.clear()
        self.late.clear()
        self.blocked_until, self.locked_out, self.down = 0.0, False, None

    def _copy(self, object: str, id: str) -> Held:
        held = copy(self.objects[object][id])
        held.values = dict(held.values)
        return held

    def _remember(self, place: Place, before: Held | None, actor: str = "user") -> None:
        self.late.pop(place, None)  # a new change ends the transaction of the one before
        self.former[place] = (before, self.clock.monotonic())
        self.typed_at.pop(place, None)
        if actor == "user":
            self.typed_at[place] = self.clock.monotonic()

    def _store(self, object: str, id: str, held: Held, values: Mapping[str, Raw], actor: str) -> None:
        super()._store(object, id, held, values, actor)
        for column in values:
            value = held.values[column]
            self.note_past(object, id, "", column, value)
            for row in value if isinstance(value, list) else ():
                if isinstance(row, dict):
                    for name, cell in row.items():
                        self.note_past(object, id, str(row["id"]), name, cell)
