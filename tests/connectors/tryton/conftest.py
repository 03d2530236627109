"""A real trytond for every test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.tryton.tryton_server import TrytonServer, UnreachableError, copied


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """On SQLite, with the databases `BARE` and `ERP`. Prepared here if nobody has; skipped only where the package index is out of reach."""
    try:
        server = copied(tmp_path_factory.mktemp("tryton"))
    except UnreachableError as error:
        pytest.skip(f"Tryton: {error}")
    yield server
    server.stop()
