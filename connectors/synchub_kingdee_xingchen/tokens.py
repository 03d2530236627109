"""The login of an account set: its keys of the day, the app-token, and both shared between processes.

The chain [D for the calls, D3 for the limits]: the outer instance id gives appKey, appSecret and the domain of the data centre;
appKey and appSecret give an app-token that lives 24 hours. The appSecret changes every 24 hours and is therefore never kept.
The token endpoint takes two calls a minute, so all processes of a hub share one token and one tally of calls.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from synchub.sdk import AuthError, Call, Clock, Refreshing, Token, decode_json, encode_json

from .signing import Signer, app_signature

AUTHORIZE_PATH = "/jdyconnector/app_management/push_app_authorize"
TOKEN_PATH = "/jdyconnector/app_management/kingdee_auth_token"  # noqa: S105 - a path
TOKEN_LIFE = timedelta(hours=24)
TOKENS_PER_MINUTE = 2
MINUTE = timedelta(seconds=61)

Ask = Callable[[str, str, Mapping[str, str]], object]
"""Method, path and query of a call of the chain; gives the `data` of its reply."""


class RotatedError(AuthError):
    """The keys of the day are refused: they may have changed between the calls of the chain."""


class Signed:
    """Makes a call one of our application, without an account set: the calls of the chain itself."""

    def __init__(self, signer: Signer, clock: Clock, chance: random.Random, system: str) -> None:
        self._signer = signer
        self._clock = clock
        self._random = chance
        self._system = system

    def headers(self, call: Call) -> Mapping[str, str]:
        address = urlsplit(call.url)
        return self._signer.headers(
            call.method,
            address.path,
            dict(parse_qsl(address.query, keep_blank_values=True)),
            nonce=str(self._random.randint(1, 2**53)),
            timestamp=str(round(self._clock.now().timestamp() * 1000)),
        )

    def renew(self) -> None:
        raise RotatedError("KX105", system=self._system)


class AppToken(Refreshing):
    """Signs every call and adds the app-token and the data centre; redoes the chain when the system says so."""

    early = timedelta(hours=2)
    """Refreshed after 22 of 24 hours, as integrators do [D3]."""

    def __init__(
        self, signed: Signed, ask: Ask, clock: Clock, *, file: Path, instance: str, uid: str, system: str
    ) -> None:
        super().__init__(clock, file)
        self._signed = signed
        self._ask = ask
        self._instance = instance
        self._uid = uid
        self._system = system
        self._tally = _Tally(file.with_suffix(".calls"), clock)

    def __repr__(self) -> str:
        return f"AppToken({self._instance!r})"

    @property
    def domain(self) -> str:
        """The data centre of the account set."""
        return self.token().extra.get("domain", "")

    def headers(self, call: Call) -> Mapping[str, str]:
        token = self.token()
        return {
            **self._signed.headers(call),
            "app-token": token.value,
            "X-GW-Router-Addr": token.extra.get("domain", ""),
        }

    def obtain(self) -> Token:
        """The whole chain; a second time when the appSecret changed between its two calls."""
        refused = self._token
        with self._tally.alone():
            # Another process may have put a new token there while we waited for our turn.
            other = self._shared()
            if other is not None and (refused is None or other.value != refused.value):
                return other
            try:
                return self._chain()
            except RotatedError:
                return self._chain()

    def _chain(self) -> Token:
        keys = self._authorised(self._ask("POST", AUTHORIZE_PATH, {"outerInstanceId": self._instance}))
        query = {
            "app_key": keys["appKey"],
            "app_signature": app_signature(keys["appKey"], keys["appSecret"]),
        }
        if self._uid:
            query["uid"] = self._uid
        self._tally.wait()
        asked = self._clock.now()
        data = self._ask("GET", TOKEN_PATH, query)
        value = data.get("app-token") if isinstance(data, dict) else None
        if not isinstance(value, str) or not value:
            raise AuthError("KX104", system=self._system, detail="app-token")
        return Token(value, asked + TOKEN_LIFE, {"domain": keys["domain"]})

    def _authorised(self, data: object) -> dict[str, str]:
        """The keys of the authorisation that is valid; refuses one that is not."""
        rows = [row for row in (data if isinstance(data, list) else [data]) if isinstance(row, dict)]
        keys = ("appKey", "appSecret", "domain")
        rows = [row for row in rows if all(isinstance(row.get(key), str) and row[key] for key in keys)]
        if not rows:
            raise AuthError("KX104", system=self._system, detail="appKey")
        # A reply without a status was seen in public samples: only a status that says no is a no.
        valid = [row for row in rows if str(row.get("status", 1)) == "1"]
        if not valid:
            raise AuthError(
                "KX103", system=self._system, instance=self._instance, status=rows[0].get("status")
            )
        return {key: valid[0][key] for key in keys}


class _Tally:
    """Token calls of the last minute by all processes of the hub, behind a lock file."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one process at a time runs the chain; the lock of a killed one ends with it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("ab") as handle:
            _lock(handle.fileno())
            yield

    def wait(self) -> None:
        """Let the minute pass that the endpoint wants, and count this call."""
        times = self._times()
        if len(times) >= TOKENS_PER_MINUTE:
            due = times[-TOKENS_PER_MINUTE] + MINUTE
            self._clock.sleep(max(0.0, (due - self._clock.now()).total_seconds()))
        kept = [one.isoformat() for one in (*self._times(), self._clock.now())][-TOKENS_PER_MINUTE:]
        self._file.write_bytes(encode_json(kept))

    def _times(self) -> list[datetime]:
        try:
            kept = decode_json(self._file.read_bytes())
        except (OSError, ValueError):
            return []
        times = [datetime.fromisoformat(one) for one in kept] if isinstance(kept, list) else []
        now = self._clock.now()
        # A time of the future is a clock that was set back: nothing to wait for.
        return [one for one in times if now - MINUTE < one <= now]


if sys.platform == "win32":
    import msvcrt
    import os

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        """Wait for the lock; it is given back when the file is closed."""
        fcntl.flock(handle, fcntl.LOCK_EX)
