"""The tests of a connector, put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from synchub.testing.conformance.changes import ChangeTests
from synchub.testing.conformance.creating import CreateTests
from synchub.testing.conformance.declaring import DeclarationTests
from synchub.testing.conformance.deleting import DeleteTests
from synchub.testing.conformance.finding import FindTests
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import drop_unneeded
from synchub.testing.conformance.paging import PageTests
from synchub.testing.conformance.travelling import ValueTests
from synchub.testing.conformance.trouble import TroubleTests
from synchub.testing.conformance.updating import UpdateTests


class ConnectorTests(
    DeclarationTests,
    PageTests,
    ChangeTests,
    FindTests,
    UpdateTests,
    CreateTests,
    DeleteTests,
    ValueTests,
    TroubleTests,
):
    """Subclass it, and name the harness."""

    harness_type: ClassVar[type[Harness]]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if hasattr(cls, "harness_type"):
            drop_unneeded(cls, cls.harness_type)

    @pytest.fixture
    def harness(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Harness]:
        """A fresh system for every test."""
        one = self.harness_type(tmp_path, monkeypatch)
        yield one
        one.close()
