"""A real trytond, in an environment and processes of its own: prepared once, kept in `.cache/tryton`, copied for every test process.

trytond is GPL: nothing here imports it, and the connector meets it over HTTP only. What is prepared is kept by what it is made of (the
pins, the Python, the recipe). Preparing takes a minute or two of one processor, once.

``python -m tests.connectors.tryton.tryton_server`` prepares ahead of time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests

from tests.connectors.tryton import tryton_recipe
from tests.connectors.tryton.tryton_people import People
from tests.connectors.tryton.tryton_recipe import ADMIN

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
PINS: Final = HERE / "requirements.txt"
BARE: Final = "bare"
"""Modules and users, and no record of any business, not even a company."""
ERP: Final = "erp"
"""The same with a company that sells."""


class UnreachableError(Exception):
    """The package index does not answer, so there is no Tryton to test against."""


def _key() -> str:
    made_of = PINS.read_bytes() + Path(tryton_recipe.__file__).read_bytes()
    told = made_of + repr(sys.version_info[:2]).encode()
    return hashlib.sha256(told).hexdigest()[:12]


def home() -> Path:
    """Where everything that is prepared lies."""
    return ROOT / ".cache" / "tryton" / _key()


@contextmanager
def _once(name: str) -> Iterator[Path]:
    """Only one process at a time prepares this; yields the file that says it is done."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home() / f"{name}.ready"


def _run(*words: str, environ: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, **(environ or {})}
    )
    if done.returncode:
        if "connection broken by" in done.stderr or "Temporary failure in name resolution" in done.stderr:
            raise UnreachableError("the package index cannot be reached")
        raise OSError(f"{' '.join(words[:4])}: {done.stderr[-2000:]}")


def programs() -> Path:
    """The folder with trytond's programs; installed if they are not. Raises UnreachableError."""
    place = home() / "environment"
    with _once("environment") as ready:
        if not ready.exists():
            shutil.rmtree(place, ignore_errors=True)
            python = str(getattr(sys, "_base_executable", sys.executable))
            _run(python, "-m", "venv", "--without-pip", str(place))
            target = ("--python", str(place / "bin" / "python"))
            quiet = ("--quiet", "--disable-pip-version-check", "--no-deps")
            _run(python, "-m", "pip", *target, "install", *quiet, "-r", str(PINS))
            ready.touch()
    return place / "bin"


@dataclass
class TrytonServer:
    """A running server. Its files lie in `folder`; `databases` are served."""

    folder: Path
    databases: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    uri: str = "sqlite://"
    address: str = ""
    _process: subprocess.Popen[bytes] | None = None
    _people: dict[tuple[str, str], People] = field(default_factory=dict)

    @property
    def clock(self) -> Path:
        """While this file is there, the server's time is what it says: microseconds since 1970."""
        return self.folder / "clock"

    def configure(self, port: int = 0) -> Path:
        file = self.folder / "trytond.conf"
        text = f"""\
[web]
listen = 127.0.0.1:{port}
root =
[database]
uri = {self.uri}
path = {self.folder}
[session]
authentications = password
"""
        file.write_text(text, "utf-8")
        return file

    def admin(self, *words: str) -> None:
        """trytond-admin on the first database."""
        secret = self.folder / "password"
        secret.write_text(ADMIN[1], "utf-8")
        conf = str(self.configure())
        environ = {**self.environ, "TRYTONPASSFILE": str(secret)}
        _run(str(programs() / "trytond-admin"), "-c", conf, "-d", self.databases[0], *words, environ=environ)

    def start(self) -> TrytonServer:
        binary = programs() / "trytond"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # The clock of PostgreSQL is its own, and cannot be turned.
        turned = {"PYTHONPATH": str(HERE / "turned_clock"), "SYNCHUB_TURNED_CLOCK": str(self.clock)}
        environ = {**os.environ, **(turned if self.uri.startswith("sqlite") else {}), **self.environ}
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(binary), "-c", str(self.configure(port)), "-d", *self.databases],
                env=environ,
                stdout=log,
                stderr=log,
            )
        self.address = f"http://127.0.0.1:{port}"
        self._wait()
        return self

    def _wait(self) -> None:
        assert self._process is not None
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                self.as_user(self.databases[0]).version()
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise OSError("trytond did not start: " + (self.folder / "log").read_text("utf-8")[-2000:])

    def as_user(self, database: str, who: tuple[str, str] = ADMIN) -> People:
        """Somebody at work; the same session for the whole life of the server, since a login costs much."""
        found = self._people.get((database, who[0]))
        if found is None:
            found = self._people[database, who[0]] = People(self.address, database, *who)
        return found

    def another(self, database: str) -> People:
        """The administrator at a second desk."""
        first = self.as_user(database)
        second = self._people[database, "second desk"] = People(self.address, database, *ADMIN)
        second.take_session(*first.token)
        second.prefer()
        return second

    def stop(self) -> None:
        for one in self._people.values():
            one.close()
        self._people.clear()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def reset(self, database: str) -> None:
        """The database as it was prepared; sessions stay good. Only for SQLite."""
        live = self.folder / f"{database}.sqlite"
        with closing(sqlite3.connect(live, timeout=30)) as to:
            sessions = to.execute("SELECT * FROM ir_session").fetchall()
            with closing(sqlite3.connect(home() / f"{database}.sqlite")) as source:
                source.backup(to)
            with to:
                to.execute("DELETE FROM ir_session")
                for row in sessions:
                    marks = ",".join("?" * len(row))
                    to.execute(f"INSERT INTO ir_session VALUES ({marks})", row)


def copied(folder: Path) -> TrytonServer:
    """A server that runs on copies of the SQLite templates. Raises UnreachableError."""
    prepare_sqlite()
    for name in (BARE, ERP):
        shutil.copy(home() / f"{name}.sqlite", folder / f"{name}.sqlite")
    return TrytonServer(folder, (BARE, ERP)).start()


def prepare_sqlite() -> None:
    """Make both SQLite templates if they are not there."""
    with _once("sqlite") as ready:
        if ready.exists():
            return
        with tempfile.TemporaryDirectory(prefix="synchub-tryton-") as place:
            server = TrytonServer(Path(place), (ERP,))
            live = server.folder / f"{ERP}.sqlite"
            live.touch()  # trytond-admin makes no file
            server.admin(*tryton_recipe.ACTIVATE)
            server.start()
            try:
                tryton_recipe.engage_hub(server.as_user(ERP))
                _copy(live, home() / f"{BARE}.sqlite")
                tryton_recipe.found_company(server.as_user(ERP))
                _copy(live, home() / f"{ERP}.sqlite")
            finally:
                server.stop()
        ready.touch()


def prepare_postgresql(socket_folder: Path, programs_folder: Path, new_database: Callable[[], str]) -> Path:
    """A dump of the ERP, made in a new database of a running PostgreSQL if it is not there."""
    dump = home() / f"{ERP}.sql"
    with _once("postgresql") as ready:
        if ready.exists():
            return dump
        with tempfile.TemporaryDirectory(prefix="synchub-tryton-") as place:
            database = new_database()
            server = on_postgresql(Path(place), socket_folder, database)
            server.admin(*tryton_recipe.ACTIVATE)
            server.start()
            try:
                tryton_recipe.engage_hub(server.as_user(database))
                tryton_recipe.found_company(server.as_user(database))
            finally:
                server.stop()
            words = ("-h", str(socket_folder), "-U", "postgres", "--no-owner", "-f", str(dump), database)
            _run(str(programs_folder / "pg_dump"), *words)
        ready.touch()
    return dump


def load(dump: Path, socket_folder: Path, programs_folder: Path, database: str) -> None:
    """A dump into an empty database."""
    where = ("-h", str(socket_folder), "-U", "postgres", "-d", database)
    _run(str(programs_folder / "psql"), "-q", "-v", "ON_ERROR_STOP=1", *where, "-f", str(dump))


def on_postgresql(folder: Path, socket_folder: Path, database: str) -> TrytonServer:
    """A server, not started, for a database of a PostgreSQL that listens on a socket in this folder."""
    environ = {"PGHOST": str(socket_folder), "PGUSER": "postgres"}
    return TrytonServer(folder, (database,), environ, uri="postgresql:///")


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


if __name__ == "__main__":
    prepare_sqlite()
