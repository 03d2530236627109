"""What tests of several floors share: a throw-away PostgreSQL, and the hub's store on both databases."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.throwaway_postgres import MissingError, PostgresServer, throwaway_postgres

# A busy machine must not turn a slow example into a failure: no test here is about seconds.
settings.register_profile("synchub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("synchub")

_EMPTY_IT = """
SET lock_timeout = '10s';
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT viewname AS name FROM pg_views WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP VIEW IF EXISTS %I CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', found.name);
    END LOOP;
END $$
"""
"""Far quicker than a new database."""


@contextmanager
def running_postgres(*more: str, port: int = 0, rules: str = "") -> Iterator[PostgresServer]:
    """A server of its own for the block; its data is gone afterwards. Skips the test, with the reason, where none can run."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(throwaway_postgres(*more, port=port, rules=rules))
        except MissingError as reason:
            pytest.skip(str(reason))
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """PostgreSQL for this test process."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database without any table."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: PostgresServer) -> str:
    """A database with synchub's tables that nobody opens, to make others like it."""
    from synchub.store import upgrade_database

    name = postgres_server.create()
    upgrade_database(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def _postgres_database(postgres_server: PostgresServer, _postgres_template: str) -> str:
    return postgres_server.create(_postgres_template)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, _postgres_database: str) -> str:
    """A database with synchub's tables, empty. All tests of a process share it, one after the other."""
    postgres_server.run(_EMPTY_IT, _postgres_database)
    return postgres_server.url(_postgres_database)


@pytest.fixture(scope="session")
def _sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from synchub.store import upgrade_database

    place = tmp_path_factory.mktemp("sqlite") / "hub.sqlite"
    upgrade_database(place)
    return place


@pytest.fixture
def sqlite_path(_sqlite_database: Path, tmp_path: Path) -> Path:
    """A SQLite file with synchub's tables, empty."""
    return Path(shutil.copy(_sqlite_database, tmp_path / "hub.sqlite"))


@pytest.fixture
def fresh_postgres(
    postgres_server: PostgresServer, postgres_url: str, _postgres_template: str
) -> Iterator[Callable[[], str]]:
    """Gives PostgreSQL databases with tables and no rows, any number of them."""
    given: list[str] = []

    def give() -> str:
        # the first one is that which all tests share, which is there at once
        given.append(postgres_server.create(_postgres_template) if given else "")
        return postgres_server.url(given[-1]) if given[-1] else postgres_url

    yield give
    for name in filter(None, given):
        postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


def databases_of(kind: str, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Gives databases of a kind with tables and no rows, any number of them."""
    if kind == "postgresql":
        return request.getfixturevalue("fresh_postgres")  # type: ignore[no-any-return]  # a fixture of ours
    template = request.getfixturevalue("_sqlite_database")
    folder = request.getfixturevalue("tmp_path")
    numbers = itertools.count()
    return lambda: str(shutil.copy(template, folder / f"hub{next(numbers)}.sqlite"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """The same, once SQLite files and once PostgreSQL."""
    return databases_of(request.param, request)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Where a store can be opened: once a SQLite file, once a PostgreSQL database; both have their tables and no rows."""
    name = "sqlite_path" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))
