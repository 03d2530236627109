"""Random histories: whatever people and networks do, the hub comes to rest in agreement and has lost nothing.

``SYNCHUB_SEEDS=3000`` tries so many, ``SYNCHUB_SEEDS=17..18`` these, ``SYNCHUB_SEEDS=17!`` that one with its whole story.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.synchub.engine.histories import History, Town
from tests.synchub.engine.invariants import drain

SEEDS = os.environ.get("SYNCHUB_SEEDS", "40")


def seeds() -> range:
    text = SEEDS.rstrip("!")
    first, _, last = text.partition("..")
    if last:
        return range(int(first), int(last))
    return range(int(text), int(text) + 1) if SEEDS.endswith("!") else range(int(text))


def played(history: History) -> tuple[Town, BaseException | None]:
    """The town at the end, and what broke."""
    with tempfile.TemporaryDirectory() as folder:
        town = Town.built(Path(folder), history)
        try:
            town.play()
            drain(town)
        except Exception as error:  # noqa: BLE001 - whatever breaks is a finding
            return town, error
        finally:
            town.lab.close()
    return town, None


def shortened(history: History, error: BaseException, tries: int = 150) -> History:
    """The same failure from fewer events."""
    size = max(1, len(history.events) // 2)
    while size and tries:
        at = 0
        while at < len(history.events) and tries:
            tries -= 1
            shorter = replace(history, events=history.events[:at] + history.events[at + size :])
            _, found = played(shorter)
            if found is not None and str(found)[:12] == str(error)[:12] and type(found) is type(error):
                history = shorter
            else:
                at += size
        size //= 2
    return history


@pytest.mark.parametrize("seed", seeds())
def test_a_random_history_comes_to_rest_in_agreement(seed: int) -> None:
    history = History.of(seed)
    _, error = played(history)
    if error is None:
        return
    history = shortened(history, error)
    town, error = played(history)
    settings = f"{history.strengths} {history.losses} faults={history.faults}"
    story = "\n  ".join(town.story)
    pytest.fail(f"seed {seed}: {type(error).__name__}: {error}\n  {settings}\n  {story}", pytrace=False)
