"""Campaigns of kills against both kinds of companies, and the table of what they hit."""

from __future__ import annotations

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.kills.kill_sandboxes import SandboxCompany
from tests.kills.kill_session import Company, Kill, Session
from tests.kills.kill_tryton import TrytonCompany, tryton_server
from tests.throwaway_postgres import throwaway_postgres

AT_ONCE: Final = 20
"""So many kills at the most strike the same hub."""
Twins = Callable[[], AbstractContextManager[tuple[Company, Company]]]


@dataclass
class Tally:
    """What the kills of one kind of company hit; `broken` tells of campaigns that ended otherwise than the twin."""

    against: str
    kills: list[Kill] = field(default_factory=list)
    hubs: int = 0
    broken: list[str] = field(default_factory=list)

    def rows(self) -> list[str]:
        """Rows of a table, one a phase."""
        phases = Counter(one.phase for one in self.kills)
        doubt = Counter(one.phase for one in self.kills if one.doubt)
        return [
            f"| {phase} | {count} | {doubt[phase]} |"
            for phase, count in sorted(phases.items(), key=lambda one: (-one[1], one[0]))
        ]

    def told(self) -> str:
        """In one sentence."""
        end = f"{len(self.broken)} BROKEN" if self.broken else "every end state that of the twin"
        return f"{self.against}: {len(self.kills)} kills of {self.hubs} hubs, {end}."


@contextmanager
def sandbox_twins() -> Iterator[tuple[Company, Company]]:
    """Salesforce, 金蝶云星辰 and a workbook; the store is a SQLite file."""
    with tempfile.TemporaryDirectory(prefix="synchub-kill-") as folder, ExitStack() as stack:
        place = Path(folder)
        SandboxCompany.agreed(place / "template").close()
        twins = [SandboxCompany.copy(place / "template", place / name) for name in ("killed", "spared")]
        for one in twins:
            stack.callback(one.close)
        yield twins[0], twins[1]


@contextmanager
def tryton_twins() -> Iterator[tuple[Company, Company]]:
    """A real Tryton and a workbook; all databases are PostgreSQL. Raises UnreachableError, MissingError."""
    with (
        tempfile.TemporaryDirectory(prefix="synchub-kill-") as folder,
        throwaway_postgres() as postgres,
        ExitStack() as stack,
    ):
        place = Path(folder)
        server = stack.enter_context(tryton_server(postgres, place, 2))
        twins = []
        for name, database in zip(("killed", "spared"), server.databases, strict=True):
            one = TrytonCompany.agreed(place / name, server, database, postgres.url(postgres.create()))
            stack.callback(one.close_hub)
            twins.append(one)
        yield twins[0], twins[1]


KINDS: Final[Mapping[str, tuple[str, Twins, int]]] = {
    "sandboxes": ("sandboxes, store on SQLite", sandbox_twins, 60),
    "tryton": ("Tryton on PostgreSQL, store on PostgreSQL", tryton_twins, 40),
}
"""What can be struck: how it is called, where it comes from, and how many of a hundred kills are for it."""


def campaign(kind: str, kills: int, seed: int, tell: Callable[[str], object]) -> Tally:
    """So many kills against one of `KINDS`."""
    name, twins, _ = KINDS[kind]
    return _tally(name, twins, kills, seed, tell)


def _tally(
    against: str,
    twins: Twins,
    kills: int,
    seed: int,
    tell: Callable[[str], object],
) -> Tally:
    tally = Tally(against)
    while kills > 0:
        number = min(AT_ONCE, kills)
        kills -= number
        tally.hubs += 1
        with twins() as (killed, spared):
            session = Session(killed, spared, seed + tally.hubs - 1)
            try:
                session.run(number)
            except AssertionError:
                tally.broken.append(
                    f"seed {session.seed} after {len(session.kills)} kills: {traceback.format_exc()}"
                )
            tally.kills += session.kills
        tell(tally.told())
    return tally
