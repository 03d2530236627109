"""A few real kills; ``make kill KILLS=n`` strikes oftener, and a real Tryton too."""

from __future__ import annotations

from tests.kills.kill_campaign import sandbox_twins
from tests.kills.kill_session import Session


def test_a_hub_whose_syncs_are_killed_ends_like_one_that_was_never_killed() -> None:
    with sandbox_twins() as (killed, spared):
        session = Session(killed, spared, seed=2)
        session.run(3)
        assert len(session.kills) == 3
