"""Workers: how a process signs the leases of its runs, and whether one that signed is still alive."""

from __future__ import annotations

import os
import socket


def this_worker() -> str:
    """``host:process``."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Did this process end? Of another machine nothing can be said: its leases run out."""
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
