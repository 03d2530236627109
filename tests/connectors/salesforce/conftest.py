"""A fresh org for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from synchub_salesforce import SalesforceSandbox
from tests.connectors.salesforce.salesforce_org import Org, TurnedClock


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    clock = TurnedClock()
    one = Org(tmp_path, clock, SalesforceSandbox(tmp_path / "org.sqlite", clock).start())
    yield one
    one.close()
