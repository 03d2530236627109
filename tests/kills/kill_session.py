"""Two hubs with the same systems and the same people at work; one is killed again and again, the other never: both must end alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, Protocol

from synchub.engine.report import RunReport
from synchub.hub import Hub
from synchub.sdk import Raw
from tests.kills.kill_process import Struck, sync_killed
from tests.kills.kill_work import Deed, Desk, Trade, Who

DRAINED_BY: Final = 3
"""So many undisturbed syncs at the most bring a hub that was killed to rest."""
Content = Mapping[str, Sequence[Mapping[str, Raw]]]
"""System and list -> its records, without what each system makes up itself (ids, stamps)."""


class Company(Protocol):
    """A hub with its systems, and the people who work in them."""

    trade: Trade

    def people(self) -> list[Who]:
        """Partners that all systems know at the beginning."""
        ...

    def do(self, deed: Deed) -> None:
        """Somebody does this."""
        ...

    @property
    def folder(self) -> Path:
        """Of the hub."""
        ...

    @property
    def hub(self) -> Hub:
        """The hub in this process, opened if it is not."""
        ...

    def sync(self) -> RunReport:
        """One sync in this process."""
        ...

    def close_hub(self) -> None:
        """So that another process may have it."""
        ...

    def content(self) -> Content:
        """Everything that the systems hold."""
        ...

    def says(self, system: str, who: Who, field: str) -> str:
        """What the one record of a partner in a system says. Raises when there are two or none."""
        ...


@dataclass(frozen=True, slots=True)
class Kill:
    """`doubt` is how many writes were on their way: done or not, nobody knew."""

    phase: str
    doubt: int


@dataclass
class Session:
    """A campaign of kills against `killed`, whose twin is `spared`; `kills` are those that struck so far."""

    killed: Company
    spared: Company
    seed: int
    kills: list[Kill] = field(default_factory=list)

    def run(self, number: int) -> None:
        """So many kills, in bursts of one to three with work before each, and rest after each burst. Raises AssertionError."""
        random = Random(self.seed)
        desk = Desk(random, self.killed.trade, self.killed.people())
        while len(self.kills) < number:
            for _ in range(min(random.choice((1, 1, 2, 3)), number - len(self.kills))):
                work = desk.work()
                for deed in work:
                    self.killed.do(deed)
                    self.spared.do(deed)
                whole = self._undisturbed()
                found = self._strike(random.random() * whole)
                self.kills += [] if found is None else [found]
            self._drain(desk)

    def _undisturbed(self) -> float:
        """The twin's sync, in a process like that which is going to die; how long it takes."""
        self.spared.close_hub()
        return sync_killed(self.spared.folder, None).seconds

    def _strike(self, after: float) -> Kill | None:
        """None when the sync was quicker than its twin's, and had ended before."""
        self.killed.close_hub()
        found: Struck = sync_killed(self.killed.folder, after)
        if not found.phase:
            return None
        doubt = sum(open_intents(self.killed.hub).values())
        return Kill(found.phase, doubt)

    def _drain(self, desk: Desk) -> None:
        """Undisturbed syncs until nothing is left to do; then everything must be as it is with the twin."""
        at_rest(self.killed)
        at_rest(self.spared)
        no_edit_is_lost(self.killed, desk)
        no_edit_is_lost(self.spared, desk)
        alike(self.killed, self.spared)
        desk.agreed()


def at_rest(company: Company) -> None:
    """Syncs until one writes nothing, at most `DRAINED_BY`; then nothing differs, waits, is held or left open."""
    for _ in range(DRAINED_BY + 1):
        report = company.sync()
        assert not report.failures, report.failures
        assert not report.busy, report.busy
        if not report.writes:
            break
    assert not report.writes, report.cells
    hub = company.hub
    found = hub.verify()
    assert found.clean, (found.failures, found.differences)
    assert not {one.why for one in found.differences} & {"pending", "held", "set_aside"}, found
    assert not found.unlinked, found.unlinked
    assert not any(found.missing.values()), found.missing
    assert not hub.conflicts(), hub.conflicts()
    assert not hub.quarantined(), hub.quarantined()
    assert not any(open_intents(hub).values())


def alike(killed: Company, spared: Company) -> None:
    """Every record of every system is the same in both, and so are the numbers of golden records."""
    mine, other = killed.content(), spared.content()
    for name, records in mine.items():
        assert records == other[name], (name, _beside(records, other[name]))
    assert golden_counts(killed) == golden_counts(spared)


def no_edit_is_lost(company: Company, desk: Desk) -> None:
    """Every value that people typed last, or that won by policy, stands in every system that has the field, once."""
    for (who, column), value in desk.expected.items():
        systems = company.trade.systems if column == "name" else company.trade.fields[column]
        # a partner without a code is found by its name, which nobody edits
        told = {system: company.says(system, who, column) for system in systems}
        assert set(told.values()) == {value}, (who, column, value, told)


def open_intents(hub: Hub) -> Counter[str]:
    """System -> writes whose outcome nobody knows."""
    with hub.store.read() as tx:
        return Counter({system: len(tx.open_intents(system)) for system in hub.systems()})


def golden_counts(company: Company) -> dict[str, int]:
    hub = company.hub
    with hub.store.read() as tx:
        return {name: tx.count(name) for name in {mapping.entity.name for mapping in hub.mappings}}


def _beside(mine: Sequence[Mapping[str, Raw]], other: Sequence[Mapping[str, Raw]]) -> object:
    """Only what differs."""
    return [one for one in mine if one not in other], [one for one in other if one not in mine]
