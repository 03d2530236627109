"""A few real kills; ``make kill KILLS=n`` strikes oftener, and a real Tryton too."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.kills.kill_campaign import sandbox_twins
from tests.kills.kill_session import Company, Session, alike, at_rest, no_edit_is_lost
from tests.kills.kill_work import Deed, Desk, Who


@pytest.fixture(scope="module")
def twins() -> Iterator[tuple[Company, Company]]:
    with sandbox_twins() as both:
        yield both


def test_a_hub_whose_syncs_are_killed_ends_like_one_that_was_never_killed(
    twins: tuple[Company, Company],
) -> None:
    session = Session(*twins, seed=2)
    session.run(3)
    assert len(session.kills) == 3


def test_what_a_killed_hub_would_have_lost_or_doubled_is_noticed(twins: tuple[Company, Company]) -> None:
    killed, spared = twins
    alike(killed, spared)
    who = killed.people()[0]
    desk = Desk(Random(1), killed.trade, [who], expected={(who, "note"): "只有这一边知道"})
    killed.do(Deed("workbook", who, "note", "只有这一边知道"))
    with pytest.raises(AssertionError, match="rows of partners"):
        alike(killed, spared)
    with pytest.raises(AssertionError, match="只有这一边知道"):
        no_edit_is_lost(killed, desk)
    at_rest(killed)
    no_edit_is_lost(killed, desk)
    twice = Who("KH0001", "联宏科技有限公司")
    killed.do(Deed("workbook", twice))
    with pytest.raises(AssertionError, match="KH0001"):
        killed.says("workbook", twice, "note")
