"""A sync in a process of its own, which may be limited, or killed at a chosen moment.

The processes are forked from a server that has imported synchub and done nothing else: as fresh as a new interpreter, two seconds sooner.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from functools import cache, partial
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

from synchub.hub import Hub
from synchub.sdk.reply import Reply
from synchub.sdk.transport import Transport

Prepare = Callable[[], object]
"""What is done to the process before it syncs; can be pickled."""
LONG_S: Final = 120


def sync_elsewhere(folder: Path, prepare: Prepare, approve: str = "") -> tuple[int, str]:
    """One sync of this folder after `prepare`: the exit code, and the state of the run with the codes of what it complains of."""
    told = folder.parent / "told by another process"
    told.unlink(missing_ok=True)
    process = fresh_processes().Process(target=_sync, args=(folder, prepare, approve, told))
    process.start()
    process.join(LONG_S)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
        raise TimeoutError(f"no end after {LONG_S} seconds")
    process.close()
    return code, told.read_text("utf-8") if told.exists() else ""


@cache
def fresh_processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    loaded = ["salesforce", "excel", "kingdee_xingchen", "tryton"]
    context.set_forkserver_preload([__name__, "simple_salesforce", *(f"synchub_{name}" for name in loaded)])
    return context


def _sync(folder: Path, prepare: Prepare, approve: str, told: Path) -> None:
    prepare()
    with Hub.open(folder) as hub:
        report = hub.sync(approve=approve or None)
    warnings, failures = report.warnings, report.failures.values()
    codes = [*(one.code for one in warnings), *(one.code for one in failures)]
    told.write_text(" ".join([report.state, *codes]), "utf-8")


# --- what can be done to a process


def file_size_limit(size: int) -> Prepare:
    """No file may grow beyond so many bytes."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


def killed_after_call(method: str, path: str, skip: int = 0) -> Prepare:
    """Dies when the answer to such a call has arrived and nobody has looked at it; `skip` such calls pass first."""
    return partial(_die_after_call, method, path, skip)


def killed_after_swap(skip: int = 0) -> Prepare:
    """Dies when the new version of the workbook stands in the place of the old one; `skip` versions pass first."""
    return partial(_die_after_swap, skip)


def _die_after_call(method: str, path: str, skip: int) -> None:
    exchange, left = Transport.exchange, [skip]

    def dying(transport: Transport, call: object) -> object:
        answer = exchange(transport, call)  # type: ignore[arg-type]  # passed on
        if call.method == method and call.url.partition("?")[0].endswith(path):  # type: ignore[attr-defined]
            assert isinstance(answer, Reply)
            _die_at_last(left)
        return answer

    Transport.exchange = dying  # type: ignore[method-assign, assignment]  # this process is about to die


def _die_after_swap(skip: int) -> None:
    swap, left = os.replace, [skip]

    def dying(source: Path, target: Path) -> None:
        swap(source, target)
        if target.suffix == ".xlsx" and target.parent.name != "versions":
            _die_at_last(left)

    os.replace = dying  # type: ignore[assignment]  # this process is about to die


def _die_at_last(left: list[int]) -> None:
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
