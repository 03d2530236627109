"""Themes: half of the worlds are about one thing each, so that rare faults meet the events that they are dangerous for."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from synchub.sdk import ConditionalWrite, CreateIdempotency, TimeGrain
from synchub.testing.simulator.faults import Fault
from synchub.testing.simulator.traits import Traits

Choices = Mapping[str, tuple[object, ...]]


@dataclass(frozen=True)
class Theme:
    """What is different in such worlds."""

    events: Mapping[str, float] = field(default_factory=dict)
    """Factors on the weights of events."""
    faults: Mapping[Fault, float] = field(default_factory=dict)
    """The faults there are; all others sleep."""
    traits: Choices = field(default_factory=dict)
    variants: tuple[tuple[str, str], ...] = ()

    def traits_of(self, rng: random.Random, drawn: Traits) -> Traits:
        chosen = {name: rng.choice(options) for name, options in self.traits.items()}
        return replace(drawn, **chosen)  # type: ignore[arg-type]  # named after the fields


_PLAIN: Choices = {"loss": ("",), "thin": (False,)}
THEMES: Mapping[str, Theme] = {
    "conflicts": Theme(
        {"sync": 0.7, "create": 0.3, "edit": 2}, {}, _PLAIN, (("partners", "usual"), ("partners", "ranked"))
    ),
    "time": Theme(
        {"sync": 3, "create": 0.5},
        {Fault.LATE_VISIBILITY: 0.6},
        {
            **_PLAIN,
            "grain": (TimeGrain.SECOND, TimeGrain.MICROSECOND),
            "late_s": (60.0,),
            "delete_feed": (True,),
        },
    ),
    "clocks": Theme(
        {"sync": 2, "trouble": 3, "create": 0.5},
        {Fault.CLOCK_JUMP: 0.6},
        {**_PLAIN, "grain": (TimeGrain.SECOND, TimeGrain.MICROSECOND), "delete_feed": (True,)},
    ),
    "haste": Theme(
        {"sync": 2, "create": 0.5},
        {Fault.HASTE: 0.7},
        {**_PLAIN, "conditional": (ConditionalWrite.NONE,), "grain": (TimeGrain.MICROSECOND,)},
        (("partners", "usual"), ("partners", "ranked")),
    ),
    "death": Theme(
        {"sync": 2},
        {Fault.CRASH: 0.008},
        {**_PLAIN, "grain": (TimeGrain.SECOND, TimeGrain.MICROSECOND), "index_lag_s": (0.0, 90.0)},
    ),
    "silence": Theme(
        {"sync": 1.5, "create": 2},
        {
            Fault.TIMEOUT: 0.3,
            Fault.ERROR_AFTER: 0.3,
            Fault.INDEX_LAG: 1.0,
            Fault.CRASH: 0.01,
            Fault.OUTAGE: 0.04,
            Fault.THROTTLED: 0.06,
        },
        {
            "loss": ("",),
            "idempotency": (CreateIdempotency.NONE, CreateIdempotency.UNIQUE_FIELD),
            "index_lag_s": (90.0, 600.0),
        },
    ),
    "vanishing": Theme(
        {"delete": 3, "purge": 12, "merge": 2, "undelete": 3, "wait": 3, "create": 2},
        {Fault.SHORT_LISTING: 0.1, Fault.EMPTY_LISTING: 0.1, Fault.SHIFTED_PAGES: 0.2},
        {"loss": ("",), "delete_feed": (True, False)},
        (("deleting", "usual"), ("deleting", "ranked")),
    ),
    "veils": Theme(
        {"trouble": 5},
        {
            Fault.RENAMED_FIELD: 0.5,
            Fault.REMOVED_FIELD: 0.5,
            Fault.RETYPED_FIELD: 0.3,
            Fault.MASKED_FIELD: 0.3,
            Fault.LOST_PERMISSION: 0.2,
        },
    ),
    "replica": Theme(
        {"sync": 2, "create": 0.5},
        {Fault.STALE_READ: 0.5, Fault.HASTE: 0.5},
        {"returns_record": (False,), "conditional": (ConditionalWrite.NONE,)},
    ),
    "workers": Theme({"together": 20, "sync": 0.5}, {}, _PLAIN, (("partners", "usual"),)),
}
"""By name; half of all seeds have one of them."""


def theme_of(rng: random.Random) -> str:
    """The theme of a seed; "" for none."""
    return rng.choice(list(THEMES)) if rng.random() < 0.5 else ""
