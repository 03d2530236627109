"""A script: everything that will happen in one simulated world, as data made from a seed.

Each event carries its own little seed, so that a failing script can be made shorter by leaving events or faults out, and the rest still happens as before.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from synchub.testing.simulator import traits
from synchub.testing.simulator.faults import Fault, Weather
from synchub.testing.simulator.hub import SYSTEMS, VARIANTS
from synchub.testing.simulator.themes import THEMES, Theme, theme_of
from synchub.testing.simulator.traits import Traits

EVENTS: Final = {
    "edit": 30,
    "sync": 16,
    "create": 6,
    "rewrite": 3,
    "contact": 3,
    "row": 3,
    "clear": 3,
    "delete": 1.5,
    "purge": 0.3,
    "undelete": 1,
    "retype": 1,
    "merge": 1,
    "reuse": 0.5,
    "leave": 1,
    "trouble": 4,
    "wait": 3,
    "plan": 0.7,
    "together": 0.3,
}
"""What may happen, and how often beside the rest; the words are methods of `People` and `Simulation`."""

POOR: Final = 0.15
"""Share of the worlds in which some systems answer so many calls a day only."""
BUDGETS: Final = (4, 8, 16)

PAGED: Final = 0.25
"""Share of the worlds whose listings come in pages of one record or two; in half of these the pages themselves go wrong."""
PAGE_SIZE: Final = 4

EAGER: Final = 0.4
EAGER_SHARE: Final = 0.15
EDITED: Final = 0.2
"""Share of the worlds in which somebody edits mapping files."""


@dataclass(frozen=True)
class Script:
    """One world."""

    seed: int
    theme: str
    variant: tuple[str, str]
    traits: tuple[Traits, ...]
    """In the order of SYSTEMS."""
    faults: tuple[tuple[Fault, float], ...]
    distinct: bool
    """Do partners differ in name and number, or do people repeat themselves?"""
    events: tuple[tuple[str, int], ...]
    budgets: tuple[int, ...] = (0,) * len(SYSTEMS)
    """Calls that each system answers in a day, 0 for any number; in the order of SYSTEMS."""
    eager: float = 0.0
    """How often somebody types into the very record that the hub is about to write, in systems that refuse such a write."""
    page_size: int = PAGE_SIZE
    """Records on a page of a listing, in every system."""

    @classmethod
    def of(cls, seed: int) -> Script:
        """The world of a seed."""
        rng = random.Random(f"world {seed}")  # noqa: S311 - chance, no secret
        name = theme_of(rng)
        theme = THEMES.get(name, Theme())
        same = traits.drawn(rng)
        alike = rng.random() < 0.2
        systems = tuple(theme.traits_of(rng, same if alike else traits.drawn(rng)) for _ in SYSTEMS)
        faults = dict(theme.faults if name else Weather.drawn(rng))
        page_size = _pages(seed, faults)
        weights = [weight * theme.events.get(kind, 1.0) for kind, weight in EVENTS.items()]
        kinds = rng.choices(list(EVENTS), weights, k=rng.randint(15, 45))
        return cls(
            seed,
            name,
            rng.choice(theme.variants or VARIANTS),
            systems,
            tuple(faults.items()),
            rng.random() < 0.6,
            _with_remaps(seed, [(kind, rng.getrandbits(32)) for kind in kinds]),
            _budgets(seed),
            EAGER if random.Random(f"eager {seed}").random() < EAGER_SHARE else 0.0,  # noqa: S311 - chance, no secret
            page_size,
        )

    def settings(self) -> list[str]:
        """What kind of world it is, in lines for a person."""
        maps, policies = self.variant
        systems = [f"{name}: {one}" for name, one in zip(SYSTEMS, self.traits, strict=True)]
        faults = ", ".join(f"{fault} {rate:.0%}" for fault, rate in self.faults) or "none"
        people = "partners are told apart" if self.distinct else "people repeat themselves"
        about = [f"a world about {self.theme}"] if self.theme else []
        poor = [
            f"{name}: {most} calls a day" for name, most in zip(SYSTEMS, self.budgets, strict=True) if most
        ]
        return [
            *about,
            *poor,
            *[f"somebody types into records about to be written: {self.eager:.0%}"] * bool(self.eager),
            *[f"pages of {self.page_size}"] * (self.page_size < PAGE_SIZE),
            f"mappings {maps}, policies {policies}, {people}",
            *systems,
            f"faults: {faults}",
        ]


def _with_remaps(seed: int, events: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Drawn beside everything else, and put between the others."""
    rng = random.Random(f"remaps {seed}")  # noqa: S311 - chance, no secret
    if rng.random() < EDITED:
        for _ in range(rng.randint(1, 4)):
            events.insert(rng.randint(len(events) // 4, len(events)), ("remap", rng.getrandbits(32)))
    return tuple(events)


def _pages(seed: int, faults: dict[Fault, float]) -> int:
    """Drawn beside everything else; the faults of pages are added where there are pages that they can strike."""
    rng = random.Random(f"pages {seed}")  # noqa: S311 - chance, no secret
    if rng.random() >= PAGED:
        return PAGE_SIZE
    if rng.random() < 0.5:
        faults |= {Fault.DUPLICATE_PAGES: 0.5, Fault.SHIFTED_PAGES: 0.5}
    return rng.choice((1, 2))


def _budgets(seed: int) -> tuple[int, ...]:
    """Drawn beside everything else, so that a world without budgets goes as it would if there were none anywhere."""
    rng = random.Random(f"budgets {seed}")  # noqa: S311 - chance, no secret
    if rng.random() >= POOR:
        return (0,) * len(SYSTEMS)
    return tuple(rng.choice(BUDGETS) if rng.random() < 0.5 else 0 for _ in SYSTEMS)
