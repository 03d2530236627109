"""One field of one record in a few systems, with the real merge and nothing else: small enough to be tried in every way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from synchub.engine.merge import Look, Merged, Side, Verdict, merge
from synchub.model.entity import ConflictPolicy, FieldSpec
from synchub.model.kinds import Text
from synchub.model.provenance import Origin
from synchub.model.values import UNKNOWN, Canonical, Label, Raw, Unknown

SYSTEMS = ("a", "b", "c")
VALUES = ("x", "yy", "zzz", None)
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
Put = Callable[[Raw], Raw]


def as_given(value: Raw) -> Raw:
    return value


@dataclass
class Spoke:
    """A system: what it holds, how it stores, and its agreement with the hub."""

    name: str
    held: Raw
    put: Put = as_given
    modified: datetime = START
    seen: Raw | Unknown = UNKNOWN
    sent: Canonical | Unknown | None = UNKNOWN
    written: int = 0
    held_back: bool = False


@dataclass
class Hub:
    """The golden value, and the cycle: look at everybody, then write to everybody."""

    policy: ConflictPolicy
    spokes: dict[str, Spoke]
    golden: Canonical | None = None
    origin: Origin | None = None
    owner: str | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    traces: list[object] = field(default_factory=list)
    """Every value that was golden, lost or was refused."""

    @property
    def spec(self) -> FieldSpec:
        return FieldSpec("note", Text(), Label("备注", "Note"), policy=self.policy, owner=self.owner)

    def look(self, name: str) -> None:
        """Read one system and merge."""
        spoke = self.spokes[name]
        observed = spoke.held if isinstance(spoke.held, str) else None
        base = spoke.seen if isinstance(spoke.seen, str | Unknown) else None
        side = Side(
            self.spec, True, spoke.held, observed, spoke.seen, base, spoke.sent, self.golden, self.origin
        )
        merged = merge([side], Look(name, "Thing", name, "run", spoke.modified))
        self._keep(spoke, merged, observed)

    def _keep(self, spoke: Spoke, merged: Merged, observed: Canonical | None) -> None:
        self.verdicts.append(merged.verdict)
        self.traces += [observed, *(one.value for one in merged.losers)] if merged.verdict in _TOLD else []
        self.golden, self.origin = merged.golden[0], merged.origins[0]
        self.traces.append(self.golden)
        seen, spoke.sent = merged.seen[0], merged.sent[0]
        spoke.seen = seen if isinstance(seen, str | Unknown) else None
        spoke.held_back = merged.hold is not None

    def push(self, name: str) -> bool:
        """Write one system if it is behind; was anything written?"""
        spoke = self.spokes[name]
        if spoke.held_back or (spoke.sent is not UNKNOWN and spoke.sent == self.golden):
            return False
        if spoke.seen == self.golden and spoke.held == self.golden:
            spoke.sent = self.golden
            return False
        spoke.held = spoke.put(self.golden if isinstance(self.golden, str) else None)
        spoke.seen, spoke.sent = spoke.held, self.golden
        spoke.written += 1
        return True

    def cycle(self, order: Sequence[str]) -> int:
        """Look at all, then write to all; how many writes."""
        for name in order:
            self.look(name)
        return sum(self.push(name) for name in order)


_TOLD = {Verdict.TAKE, Verdict.WON, Verdict.LOST, Verdict.REFUSED, Verdict.AGREE, Verdict.HELD}


def agreed_hub(policy: ConflictPolicy, value: str, names: Sequence[str], puts: Sequence[Put] = ()) -> Hub:
    """A hub and its systems in agreement about `value`."""
    puts = puts or [as_given] * len(names)
    spokes = {name: Spoke(name, put(value), put) for name, put in zip(names, puts, strict=True)}
    hub = Hub(policy, spokes, value, Origin("a", "Thing", "a", "r0", START))
    for spoke in spokes.values():
        spoke.seen, spoke.sent = spoke.held, value
    return hub


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
