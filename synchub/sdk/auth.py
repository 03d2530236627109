"""Tokens that run out: kept, shared, renewed once for all who wait."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from synchub.sdk.clock import Clock
from synchub.sdk.reply import decode_json, encode_json


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it goes out: the whole address with its query, own headers, body."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


class Authorizer(Protocol):
    """What makes a call an authorised one."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """Headers for this attempt; asked again for each, so that nonces and times are fresh."""
        ...

    def renew(self) -> None:
        """The system said that the headers given last are expired: get new ones, or raise AuthError."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """A secret word that is good until `expires` (None: until the system says otherwise), and what came with it."""

    value: str = field(repr=False)
    expires: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Things that are no secret, such as the address to go on with."""


class Refreshing(ABC):
    """An Authorizer that holds a token and gets another one in time.

    With `file` the token is shared between processes (mode 0600); a process whose token is refused first looks whether
    another one has already put a new one there, since token endpoints are few-calls-a-minute affairs.
    """

    early = timedelta(seconds=60)
    """Renewed this long before the end, so that it does not run out on the way."""

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self._lock = threading.RLock()
        self._token: Token | None = None

    @abstractmethod
    def obtain(self) -> Token:
        """Ask the system for a token; raises AuthError when it refuses."""

    def headers(self, call: Call) -> Mapping[str, str]:  # noqa: ARG002 - part of the protocol, for those who sign
        return {"Authorization": f"Bearer {self.token().value}"}

    def token(self) -> Token:
        """The token to use now."""
        with self._lock:
            if not self._good(self._token):
                self._token = self._shared() or self._renewed()
            assert self._token is not None
            return self._token

    def anew(self) -> None:
        """Get a token with the credentials as they are now, whatever is held: a kept one proves nothing about them."""
        with self._lock:
            self._token = self._renewed()

    def renew(self) -> None:
        with self._lock:
            refused = self._token
            shared = self._shared()
            if shared is not None and (refused is None or shared.value != refused.value):
                self._token = shared
            else:
                self._token = self._renewed()

    def _good(self, token: Token | None) -> bool:
        return token is not None and (token.expires is None or self._clock.now() + self.early < token.expires)

    def _renewed(self) -> Token:
        token = self.obtain()
        if self._file is not None:
            _save(self._file, token)
        return token

    def _shared(self) -> Token | None:
        token = None if self._file is None else _load(self._file)
        return token if self._good(token) else None


def _save(file: Path, token: Token) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    text = encode_json(
        {
            "value": token.value,
            "expires": token.expires.isoformat() if token.expires else None,
            "extra": dict(token.extra),
        }
    )
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(text)
    beside.replace(file)


def _load(file: Path) -> Token | None:
    """The token kept in a file; None when there is none or it cannot be used (it is only a cache)."""
    try:
        kept = decode_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict) or not isinstance(kept.get("value"), str):
        return None
    expires = kept.get("expires")
    extra = kept.get("extra")
    return Token(
        kept["value"],
        datetime.fromisoformat(expires) if isinstance(expires, str) else None,
        extra if isinstance(extra, dict) else {},
    )
