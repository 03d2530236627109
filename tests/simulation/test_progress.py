"""I19: with a crash on every third page a listing is read to its end, and not if all of it had to be read in one transaction."""

from __future__ import annotations

import pytest

from synchub.testing.simulator.checks import BrokenError
from synchub.testing.simulator.progress import progress
from synchub.testing.simulator.tally import without


def test_a_listing_that_is_always_interrupted_is_read_to_its_end() -> None:
    for seed in (1, 2, 3):  # 2: an interrupted sweep took back the cursor of the listing before it
        progress(seed)


def test_without_a_commit_for_each_page_it_never_is() -> None:
    with pytest.raises(BrokenError, match="I19"):
        progress(1, without("commit_per_page"))
