"""Calls over HTTP, repeated only where a repeat is harmless.

A *read* may be repeated after any failure. A *write* is repeated only when the system cannot have taken it: no connection was
made, it throttled (429), it said 503 with a time to come back, or the connector knows from the answer that nothing was done. A write
whose answer is lost or is a server error raises UnknownOutcomeError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypedDict, Unpack
from urllib.parse import urlencode, urljoin, urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception

from synchub.errors import (
    AuthError,
    ConnectorError,
    NotFoundError,
    ProtocolError,
    QuotaError,
    RateLimitError,
    RejectedError,
    StaleVersionError,
    TransientError,
    UnavailableError,
    UnknownOutcomeError,
)
from synchub.sdk.auth import Authorizer, Call
from synchub.sdk.connector import Context
from synchub.sdk.pacing import TokenBucket
from synchub.sdk.reply import Reply, encode_json
from synchub.sdk.transport import Transport, travels_safely

Classify = Callable[[Reply], ConnectorError | None]
"""What a connector makes of an answer, before the HTTP status is looked at. None: nothing to complain about.

TransientError says that **nothing was done** and the call may be repeated, a write too. UnknownOutcomeError says that it may
have been done. `ExpiredError` asks for a fresh login. Everything else is raised as it is.
"""

Params = Mapping[str, str] | Sequence[tuple[str, str]]


class ExpiredError(AuthError):
    """The login ran out: the session renews it once and repeats the call with all its headers."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait: for a connection, for bytes of an answer, between attempts (all seconds), and how often."""

    connect_s: float = 10.0
    read_s: float = 60.0
    attempts: int = 4
    throttled_attempts: int = 8
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0


class CallOptions(TypedDict, total=False):
    """What a call may carry beside method and address."""

    params: Params
    """The query."""
    json: object
    """The body as JSON; a Decimal becomes a number."""
    data: Params | bytes
    """The body as form fields, or as it is."""
    headers: Mapping[str, str]
    accept: Sequence[int]
    """Statuses of 300 and above that are no error here."""
    auth: Authorizer | Literal["session"] | None
    """Replaces the session's own; None sends without."""
    classify: Classify
    """Replaces the session's own."""


class HttpSession:
    """A line to one system. `calls` counts the requests sent."""

    def __init__(
        self,
        context: Context,
        *,
        base_url: str = "",
        auth: Authorizer | None = None,
        classify: Classify | None = None,
        headers: Mapping[str, str] | None = None,
        pacing: TokenBucket | None = None,
        patience: Patience = Patience(),
    ) -> None:
        self.calls = 0
        self.base_url = base_url
        self.auth = auth
        self._context = context
        self._classify = classify or _no_complaint
        self._headers = dict(headers or {})
        self._pacing = pacing
        self._patience = patience
        self._transport = Transport(context.system, (patience.connect_s, patience.read_s), context.ca_file)
        self._retrying = Retrying(
            retry=retry_if_exception(_may_repeat),
            stop=self._enough,
            wait=self._wait,
            sleep=context.clock.sleep,
            reraise=True,
        )

    def read(self, method: str, url: str, **options: Unpack[CallOptions]) -> Reply:
        """A call that changes nothing there, whatever its method. See `send`."""
        return self.send(method, url, repeatable=True, **options)

    def write(self, method: str, url: str, **options: Unpack[CallOptions]) -> Reply:
        """A call that changes something there. See `send`."""
        return self.send(method, url, repeatable=False, **options)

    def send(self, method: str, url: str, *, repeatable: bool, **options: Unpack[CallOptions]) -> Reply:
        """Send it and return the answer; `url` may be relative to `base_url`. See `CallOptions`.

        Raises the errors of `synchub.errors` by what to do next; AuthError C131 for an address that would carry secrets in the clear.
        """
        call = self._call(method, url, options)
        auth = options.get("auth", "session")
        attempt = _Attempt(
            repeatable,
            tuple(options.get("accept", ())),
            self.auth if auth == "session" else auth,
            options.get("classify", self._classify),
        )
        return self._retrying(self._authorised, call, attempt)

    def close(self) -> None:
        self._transport.close()

    def _call(self, method: str, url: str, options: CallOptions) -> Call:
        whole = urljoin(self.base_url, url)
        if not travels_safely(whole):
            raise AuthError("C131", system=self._context.system, host=urlsplit(whole).hostname or "?")
        query = urlencode(_pairs(options.get("params", ())))
        if query:
            whole += ("&" if urlsplit(whole).query else "?") + query
        headers = {**self._headers, **options.get("headers", {})}
        body = b""
        data = options.get("data", b"")
        if "json" in options:
            body = encode_json(options["json"])
            headers.setdefault("Content-Type", "application/json")
        elif isinstance(data, bytes):
            body = data
        else:
            body = urlencode(_pairs(data)).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return Call(method, whole, headers, body)

    def _authorised(self, call: Call, attempt: _Attempt) -> Reply:
        """One attempt, and a second one after a fresh login when the first was refused as expired."""
        reply = self._exchange(call, attempt)
        error = self._judge(reply, attempt)
        if isinstance(error, ExpiredError) and attempt.auth is not None:
            attempt.auth.renew()
            reply = self._exchange(call, attempt)
            error = self._judge(reply, attempt)
            if isinstance(error, ExpiredError):
                error = AuthError("C106", system=self._context.system)
        if error is not None:
            raise error
        return reply

    def _exchange(self, call: Call, attempt: _Attempt) -> Reply:
        headers = dict(call.headers)
        if attempt.auth is not None:
            headers.update(attempt.auth.headers(call))
        if self._pacing is not None:
            self._pacing.take()
        self.calls += 1
        clock = self._context.clock
        started = clock.monotonic()
        answer = self._transport.exchange(Call(call.method, call.url, headers, call.body))
        if isinstance(answer, Reply):
            return replace(answer, elapsed_s=clock.monotonic() - started)
        if answer.sent and not attempt.repeatable:
            raise UnknownOutcomeError("C107", system=self._context.system)
        raise answer.error

    def _judge(self, reply: Reply, attempt: _Attempt) -> ConnectorError | None:
        error = attempt.classify(reply)
        if error is None and reply.status >= 300 and reply.status not in attempt.accept:
            error = self._by_status(reply)
        if isinstance(error, UnknownOutcomeError) and attempt.repeatable:
            error = UnavailableError("C109", system=self._context.system, status=reply.status)
        if error is not None and not error.system:
            error.system = error.params["system"] = self._context.system
        return error

    def _by_status(self, reply: Reply) -> ConnectorError:
        """What the status says where the connector said nothing."""
        system = self._context.system
        status = reply.status
        wait = reply.retry_after(self._context.clock.now())
        detail = f"HTTP {status} {' '.join(reply.text[:200].split())}".strip()
        if status == 429:
            return RateLimitError("C103", system=system, retry_after=wait)
        if status == 503 and wait is not None:
            return UnavailableError("C109", system=system, status=status, retry_after=wait)
        if status >= 500:
            return UnknownOutcomeError("C107", system=system)
        if status == 401:
            return ExpiredError("C105", system=system, detail=detail)
        by_status: dict[int, tuple[type[ConnectorError], str]] = {
            403: (AuthError, "C116"),
            404: (NotFoundError, "C111"),
            410: (NotFoundError, "C111"),
            412: (StaleVersionError, "C112"),
        }
        kind, code = by_status.get(
            status, (RejectedError, "C110") if status >= 400 else (ProtocolError, "C108")
        )
        return kind(code, system=system, detail=detail)

    def _enough(self, state: RetryCallState) -> bool:
        error = _failure(state)
        throttled = isinstance(error, RateLimitError)
        most = self._patience.throttled_attempts if throttled else self._patience.attempts
        asked = (error.retry_after or 0.0) if isinstance(error, TransientError) else 0.0
        return state.attempt_number >= most or asked > self._patience.longest_wait_s

    def _wait(self, state: RetryCallState) -> float:
        error = _failure(state)
        if isinstance(error, TransientError) and error.retry_after is not None:
            return error.retry_after
        doubled: float = self._patience.first_wait_s * 2 ** (state.attempt_number - 1)
        longest = min(self._patience.longest_wait_s, doubled)
        return longest / 2 + self._context.random.uniform(0, longest / 2)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How the attempts of one call are judged."""

    repeatable: bool
    accept: tuple[int, ...]
    auth: Authorizer | None
    classify: Classify


def _no_complaint(reply: Reply) -> None:
    """The HTTP status says it all."""
    del reply


def _pairs(params: Params) -> list[tuple[str, str]]:
    return list(params.items()) if isinstance(params, Mapping) else list(params)


def _may_repeat(error: BaseException) -> bool:
    """Transient means that nothing was done; a used-up quota is not waited for."""
    return isinstance(error, TransientError) and not isinstance(error, QuotaError)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None
