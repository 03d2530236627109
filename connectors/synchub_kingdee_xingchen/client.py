"""The wire: signed calls through the gateway, both reply envelopes, and what an error code means for the caller."""

from __future__ import annotations

import re
from collections.abc import Mapping

from synchub.sdk import (
    AuthError,
    Authorizer,
    Classify,
    ConnectorError,
    Context,
    ExpiredError,
    HttpSession,
    ProtocolError,
    RateLimitError,
    RejectedError,
    Reply,
    TokenBucket,
    UnavailableError,
    UnknownOutcomeError,
    decode_json,
)

from .settings import XingchenSettings
from .signing import Signer, query_string
from .tokens import AppToken, RotatedError, Signed

EXPIRED = "1030002006"
"""The keys of the day changed: the chain is redone [D3]."""
SYSTEM_ERROR = "2000002000"
"""系统错误 [D]: nothing is known of what was done."""
FAILING = "KX132"
"""The code of our error for SYSTEM_ERROR on a read."""
_RECORD_MISSING = re.compile(r"(客户|职员|数据|记录|资料)[^，。]{0,4}不存在")
BURST = 8
THROTTLED_S = 10.0
"""Wait after a 429, which comes without a word on how long: with eight attempts longer than the minute it is counted over."""


class XingchenClient:
    """One account set. Every method raises the errors of the sdk by what to do next."""

    def __init__(self, settings: XingchenSettings, context: Context) -> None:
        self._session = HttpSession(
            context,
            base_url=settings.gateway,
            pacing=TokenBucket(context.clock, settings.calls_per_minute, BURST),
        )
        secret = settings.client_secret.get_secret_value()
        self._signed = Signed(
            Signer(settings.client_id, secret), context.clock, context.random, context.system
        )
        self.token = AppToken(
            self._signed,
            self._ask,
            context.clock,
            file=context.state / f"{settings.account}.token",
            instance=settings.outer_instance_id,
            uid=settings.uid,
            system=context.system,
        )

    @property
    def calls(self) -> int:
        return self._session.calls

    def get(self, path: str, query: Mapping[str, str]) -> Reply:
        """A read that was answered with success; `data_of` opens it."""
        return self._read("GET", path, query, self.token, _judge_read)

    def post(self, path: str, body: Mapping[str, object]) -> object:
        """A save: the `data` of its reply. UnknownOutcomeError when it cannot be known whether it was done."""
        reply = self._session.write("POST", path, json=body, auth=self.token, classify=_judge_write)
        return data_of(reply)

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, path: str, query: Mapping[str, str]) -> object:
        """A call of the token chain, which has a signature but no token yet."""
        return data_of(self._read(method, path, query, self._signed, _judge_chain))

    def _read(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        auth: Authorizer,
        classify: Classify,
    ) -> Reply:
        # The query is written here and not by the session: it is signed in exactly this order and encoding.
        url = f"{path}?{query_string(query)}" if query else path
        return self._session.read(method, url, auth=auth, classify=classify)


def data_of(reply: Reply) -> object:
    """What an envelope carries."""
    return reply.fields().get("data")


def fields_of(reply: Reply) -> dict[str, object]:
    """The same where it must be an object. The error shows nothing of what came: it may be about people."""
    data = data_of(reply)
    if not isinstance(data, dict):
        raise ProtocolError("C108", system=reply.system, detail="data")
    return data


def _judge_read(reply: Reply) -> ConnectorError | None:
    if reply.status >= 400:
        return _judge_gateway(reply)
    fields = _fields(reply)
    return (
        ProtocolError("C108", detail=f"HTTP {reply.status}")
        if fields is None
        else _judge(fields, write=False)
    )


def _judge_chain(reply: Reply) -> ConnectorError | None:
    """In the chain there is no token that could be renewed, and a refusal is one of our keys, not of a record."""
    error = _judge_read(reply)
    if isinstance(error, ExpiredError):
        return RotatedError("KX105")
    return AuthError("KX104", detail=error.params["detail"]) if isinstance(error, RejectedError) else error


def _judge_write(reply: Reply) -> ConnectorError | None:
    if reply.status >= 400:
        return _judge_gateway(reply)
    fields = _fields(reply)
    return UnknownOutcomeError("C107") if fields is None else _judge(fields, write=True)


def _judge_gateway(reply: Reply) -> ConnectorError | None:
    """Answers of the gateway itself; the rest is judged by its HTTP status."""
    if reply.status == 429:
        return RateLimitError("C103", retry_after=THROTTLED_S)
    if reply.status in {404, 405, 410}:
        # An address the gateway does not know. It says nothing about a record, which is told with HTTP 200.
        return ProtocolError("C108", detail=f"HTTP {reply.status}")
    if reply.status in {400, 401, 403}:
        text = reply.text.lower()
        if "timestamp" in text:
            return AuthError("KX102")
        if "signature" in text or "clientid" in text:
            return AuthError("KX101")
    return None


def _fields(reply: Reply) -> dict[str, object] | None:
    try:
        value = decode_json(reply.body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _judge(fields: Mapping[str, object], *, write: bool) -> ConnectorError | None:
    """Both envelopes: errcode and description, or code and msg with 200 for success."""
    code = str(fields.get("errcode", fields.get("code", "0")))
    if code == "0" or (code == "200" and "errcode" not in fields):
        return None
    detail = str(fields.get("description") or fields.get("msg") or "")
    if code == EXPIRED:
        return ExpiredError("KX104", detail=detail)
    if code == SYSTEM_ERROR:
        return UnknownOutcomeError("C107") if write else UnavailableError(FAILING, detail=detail)
    return RejectedError("KX110", errcode=code, detail=detail)


def is_missing(error: RejectedError, value: str) -> bool:
    """Does a refused read say that there is no such record?

    The code of that error is documented nowhere, one client shows the words 参数number[…]不存在 [D3]. Only words about this
    value, or about the record as such, count: that something else does not exist is no proof.
    """
    detail = str(error.params.get("detail", ""))
    return "不存在" in detail and (f"[{value}]" in detail or _RECORD_MISSING.search(detail) is not None)
