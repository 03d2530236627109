"""One request over `requests`: verified TLS, timeouts always, no proxy for loopback, and what a failure proves."""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
import requests.utils
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from synchub.errors import TransientError, UnavailableError
from synchub.sdk.auth import Call
from synchub.sdk.reply import Reply

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_QUOTED = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
"""A query that travels as it is."""


def travels_safely(url: str) -> bool:
    """Is what goes to this address encrypted, or does it never leave this machine?"""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer. `sent` False proves that the system never saw the request."""

    error: TransientError
    sent: bool


class Transport:
    """Sends and never repeats. `timeouts` are the seconds for connecting and for waiting for bytes."""

    def __init__(self, system: str, timeouts: tuple[float, float], ca_file: Path | None = None) -> None:
        self._system = system
        self._timeouts = timeouts
        self._ca_file = ca_file
        self._session = requests.Session()
        # The environment is asked for proxies and certificates below, and for nothing else: a .netrc would replace our
        # Authorization header.
        self._session.trust_env = False

    def exchange(self, call: Call) -> Reply | Failure:
        """Send it; redirects are not followed, since a POST would become a GET and secrets would travel."""
        try:
            answer = self._session.send(
                self._prepared(call),
                timeout=self._timeouts,
                allow_redirects=False,
                proxies=_proxies(call.url),
                verify=self._trusted(),
            )
        except requests.RequestException as error:
            failure = self._failed(error)
        else:
            return Reply(answer.status_code, answer.headers, answer.content, self._system)
        # Raised by nobody and chained to nothing: requests' own errors carry addresses with secrets in the query.
        return failure

    def _prepared(self, call: Call) -> requests.PreparedRequest:
        """Without another look at a query that is quoted already: a query language makes it long, and it was a tenth of an idle run."""
        place, _, query = call.url.partition("?")
        as_it_is = bool(query) and _QUOTED.fullmatch(query) is not None
        url = place if as_it_is else call.url
        prepared = self._session.prepare_request(
            requests.Request(call.method, url, headers=dict(call.headers), data=call.body or None)
        )
        if as_it_is:
            prepared.url = f"{prepared.url}?{query}"
        return prepared

    def close(self) -> None:
        self._session.close()

    def _trusted(self) -> str | bool:
        if self._ca_file is not None:
            return str(self._ca_file)
        return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True

    def _failed(self, error: requests.RequestException) -> Failure:
        system = self._system
        distrust = _distrust(error)
        if distrust is not None:
            return Failure(UnavailableError("C115", system=system, detail=distrust), sent=False)
        if isinstance(error, requests.exceptions.ReadTimeout):
            seconds = f"{self._timeouts[1]:g}"
            return Failure(UnavailableError("C102", system=system, seconds=seconds), sent=True)
        unreachable = UnavailableError("C101", system=system, detail=_reason(error))
        return Failure(unreachable, sent=not _never_sent(error))


def _proxies(url: str) -> dict[str, str]:
    host = urlsplit(url).hostname or ""
    return {} if host in LOOPBACK else requests.utils.get_environ_proxies(url)


def _never_sent(error: requests.RequestException) -> bool:
    """Was no connection made at all? Only then is it certain."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL)):
        return True
    cause = _cause(error)
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError))


def _cause(error: requests.RequestException) -> BaseException | None:
    inner = error.args[0] if error.args else None
    return (
        inner.reason if isinstance(inner, MaxRetryError) else inner if isinstance(inner, HTTPError) else None
    )


def _distrust(error: requests.RequestException) -> str | None:
    """Why the certificate was refused, which happens before anything is sent; None for every other failure."""
    cause: BaseException | None = _cause(error)
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        inner = cause.args[0] if cause.args else None
        cause = inner if isinstance(inner, BaseException) else cause.__cause__
    return None


def _reason(error: requests.RequestException) -> str:
    """The kind of failure in words, without the address."""
    cause = _cause(error)
    os_error = getattr(cause, "__cause__", None) or getattr(cause, "__context__", None)
    if isinstance(os_error, OSError) and os_error.strerror:
        return os_error.strerror
    return type(cause or error).__name__
