"""A Prefect server of a hub's own: on this machine only, with its data in the hub folder, whatever profile or address the user has elsewhere.

Prefect itself is never imported here; server and runs are processes of their own.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from synchub.errors import UnavailableError

HOST: Final = "127.0.0.1"
SETTINGS: Final[Mapping[str, str]] = {
    # no word to anybody outside
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # written in batches: a third of the work for the same records
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
}
PROFILE: Final = "synchub"
PATIENCE_S: Final = 90.0
"""A first start lays out the database and takes about 20 seconds on a small machine."""
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A running server. `environment` is for processes that are to talk to it."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    environment: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def wait(self) -> None:
        """Until it answers. Raises UnavailableError cli.prefect_down when it ends or stays silent."""
        # Proxies of the machine are never asked for an address of the machine itself.
        opener = build_opener(ProxyHandler({}))
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with opener.open(f"{self.address}/api/health", timeout=5) as reply:
                    if reply.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.2)
        self._give_up()

    def _give_up(self) -> NoReturn:
        log = log_file(self.home)
        raise UnavailableError("cli.prefect_down", system="Prefect", log=str(log), tail=_tail(log))


@contextmanager
def serving(home: Path) -> Iterator[PrefectServer]:
    """A server on a free port, stopped at the end. It starts while the block goes on: call `wait` before it is needed."""
    write_profile(home)
    server = _start(home)
    try:
        yield server
    finally:
        _stop(server.process)


def write_profile(home: Path) -> None:
    """Settings of a server that anybody starts later with this `PREFECT_HOME`."""
    home.mkdir(parents=True, exist_ok=True)
    lines = [f'active = "{PROFILE}"', "", f"[profiles.{PROFILE}]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in SETTINGS.items()]
    (home / "profiles.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def environment(home: Path, address: str = "") -> dict[str, str]:
    """This process's environment without any Prefect setting of the user, pointed at a server of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("PREFECT_")}
    local = [HOST, "localhost"]
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(dict.fromkeys([*filter(None, kept.get(name, "").split(",")), *local]))
    kept |= SETTINGS
    kept |= {"PREFECT_HOME": str(home), "DO_NOT_TRACK": "1", "PREFECT_LOGGING_EXTRA_LOGGERS": "synchub"}
    if address:
        kept["PREFECT_API_URL"] = f"{address}/api"
    return kept


def log_file(home: Path) -> Path:
    return home / "server.log"


def open_command(home: Path) -> str:
    """What a person types to look at the runs later."""
    program = Path(sys.executable).parent / "prefect"
    return f'PREFECT_HOME="{home}" "{program}" server start'


def _start(home: Path) -> PrefectServer:
    """Start it; a port that somebody takes between our look and its start costs another attempt."""
    for attempt in range(1, _ATTEMPTS + 1):
        port = _free_port()
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
        with log_file(home).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                # A folder with no settings of the user's in it.
                cwd=home,
                env=environment(home),
                start_new_session=True,
            )
        server = PrefectServer(home, port, process, environment(home, f"http://{HOST}:{port}"))
        if attempt == _ATTEMPTS or not _lost_its_port(server):
            return server
    raise AssertionError  # the last attempt returned


def _lost_its_port(server: PrefectServer) -> bool:
    """Did it end at once because the port was taken?"""
    try:
        server.process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return False
    return "address already in use" in _tail(log_file(server.home)).lower()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started."""
    if process.poll() is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        _signal(process, sign)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
        return


def _signal(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, sign)
        else:
            process.terminate()
    except ProcessLookupError:
        return


def _tail(log: Path, most: int = 2000) -> str:
    return log.read_bytes()[-most:].decode("utf-8", "replace") if log.exists() else ""
