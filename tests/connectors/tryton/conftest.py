"""A real trytond for every test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.tryton.tryton_server import (
    TrytonServer,
    UnreachableError,
    copied,
    load,
    on_postgresql,
    prepare_postgresql,
    programs,
)
from tests.throwaway_postgres import PostgresServer, binaries


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """On SQLite, with the databases `BARE` and `ERP`. Prepared here if nobody has; skipped only where the package index is out of reach."""
    try:
        server = copied(tmp_path_factory.mktemp("tryton"))
    except UnreachableError as error:
        pytest.skip(f"Tryton: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def tryton_postgresql(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TrytonServer]:
    """The same on PostgreSQL, with one database; what is in it stays until the end of the test process."""
    home = binaries()
    assert home is not None
    try:
        programs()
    except UnreachableError as error:
        pytest.skip(f"Tryton: {error}")
    place = postgres_server.folder
    dump = prepare_postgresql(place, home / "bin", postgres_server.create)
    name = postgres_server.create()
    load(dump, place, home / "bin", name)
    server = on_postgresql(tmp_path_factory.mktemp("tryton"), place, name).start()
    yield server
    server.stop()
