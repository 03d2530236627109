"""The sandbox's gateway: signatures, times, limits, the keys of the day and app-tokens, as the vendor's page tells them.

Written from the page and from the raw request, not with the connector's own signing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from synchub.sdk import Raw, Refusal, SandboxReply, SandboxRequest

if TYPE_CHECKING:
    from .sandbox import XingchenSandbox

CLIENT_ID = "205022"
CLIENT_SECRET = "5a0dbc0e5a0dbc0e5a0dbc0e5a0dbc0e"  # noqa: S105 - opens nothing but this sandbox
INSTANCE = "sandbox-instance"
DOMAIN = "https://tf.jdy.com"
APP_KEY = "sbAppKey1"
ADMINISTRATOR = "1001"
VALID_S = 300
DAY = timedelta(hours=24)

EXPIRED = 1030002006
"""授权密钥校验失败 [D3]."""
INVALID = 1001003
"""Some error code: that business errors come with HTTP 200 and a code is known, which code is not [R]."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How this account set behaves. What public sources disagree about, or nobody confirmed, can be had either way."""

    calls_per_minute: int = 500
    token_calls_per_minute: int = 2
    modified_filter: str = "works"
    """``works`` [D], ``ignored`` or ``refused`` [D3]."""
    edge_lag_s: float = 0.0
    """With `modify_end_time`, changes younger than this are missing [D3]."""
    omitted: str = "kept"
    """``kept`` or ``cleared``: what becomes of columns that a save leaves out [R]."""
    lines: str = "optional"
    """``optional`` or ``required``: does a bill need a line to be saved [R]?"""
    encrypted: bool = True
    """Do sensitive columns come encrypted?"""
    authorised: bool = True


def refused(errcode: int, description: str, status: int = 200) -> Refusal:
    """A business error: HTTP 200 and an error code."""
    return Refusal(SandboxReply(status, {"errcode": errcode, "description": description}))


def answered(data: object) -> SandboxReply:
    return SandboxReply(200, {"errcode": 0, "description": "success", "data": data})


def gate_refused(status: int, message: str) -> Refusal:
    """The gateway's own answers; that they are 4xx is known, their bodies are made up [R]."""
    return Refusal(SandboxReply(status, {"code": status, "msg": message}))


class Gateway:
    """Guards one sandbox; everything it knows lies in the sandbox's file."""

    def __init__(self, sandbox: XingchenSandbox) -> None:
        self._sandbox = sandbox

    # --- every request

    def check(self, request: SandboxRequest, *, business: bool) -> None:
        """Signature and time first, then limits, then the token. Raises Refusal."""
        self._check_signature(request)
        limit = self._sandbox.rules.calls_per_minute
        if not self._within("calls", limit):
            raise Refusal(SandboxReply(429, {"code": 429, "msg": "too many requests"}))
        if business:
            self._check_token(request)

    def _check_signature(self, request: SandboxRequest) -> None:
        headers = request.headers
        if headers.get("X-Api-ClientID") != CLIENT_ID:
            raise gate_refused(401, "X-Api-ClientID is invalid")
        nonce, timestamp = headers.get("X-Api-Nonce", ""), headers.get("X-Api-TimeStamp", "")
        if headers.get("X-Api-Auth-Version") != "2.0" or not nonce.isdigit() or int(nonce) <= 0:
            raise gate_refused(401, "X-Api-Signature is invalid")
        expected = _signature(request, nonce, timestamp)
        if not hmac.compare_digest(expected, headers.get("X-Api-Signature", "")):
            raise gate_refused(401, "X-Api-Signature is invalid")
        now = self._sandbox.clock.now().timestamp()
        if not timestamp.isdigit() or abs(now - int(timestamp) / 1000) > VALID_S:
            raise gate_refused(401, "X-Api-TimeStamp is expired")

    def _within(self, name: str, limit: int) -> bool:
        """Counts calls in windows of a minute."""
        now = self._sandbox.clock.now()
        kept = self._sandbox.data.recall(f"window:{name}")
        start, count = (str(kept[0]), int(str(kept[1]))) if isinstance(kept, list) else (now.isoformat(), 0)
        if now - datetime.fromisoformat(start) >= timedelta(minutes=1):
            start, count = now.isoformat(), 0
        if count >= limit:
            return False
        self._sandbox.data.remember(f"window:{name}", [start, count + 1])
        return True

    def _check_token(self, request: SandboxRequest) -> None:
        known = self._tokens().get(request.headers.get("app-token", ""))
        if not isinstance(known, list):
            raise gate_refused(401, "app-token is invalid")
        issued, version = datetime.fromisoformat(str(known[0])), known[1]
        if self._sandbox.clock.now() - issued >= DAY:
            raise gate_refused(401, "app-token is expired")
        if version != self._secret()[1]:
            raise refused(EXPIRED, "授权密钥校验失败")
        if request.headers.get("X-GW-Router-Addr") != DOMAIN:
            raise gate_refused(404, "X-GW-Router-Addr is unknown")

    # --- the token chain

    def authorize(self, request: SandboxRequest) -> SandboxReply:
        """push_app_authorize: the keys of the day, in the envelope with code 200 [D3]."""
        if request.query.get("outerInstanceId") != INSTANCE:
            return SandboxReply(200, {"code": 500, "msg": "outerInstanceId 不存在"})
        secret, _, _ = self._secret()
        row = {
            "appKey": APP_KEY,
            "appSecret": secret,
            "domain": DOMAIN,
            "status": 1 if self._sandbox.rules.authorised else 2,
            "outerInstanceId": INSTANCE,
        }
        return SandboxReply(200, {"code": 200, "msg": "success", "data": [row]})

    def token(self, request: SandboxRequest) -> SandboxReply:
        """kingdee_auth_token: an app-token for 24 hours, twice a minute at most."""
        if not self._within("token", self._sandbox.rules.token_calls_per_minute):
            raise Refusal(SandboxReply(429, {"code": 429, "msg": "too many requests"}))
        secret, version, _ = self._secret()
        digest = hmac.new(secret.encode(), APP_KEY.encode(), hashlib.sha256).hexdigest()
        right = base64.b64encode(digest.encode()).decode()
        if request.query.get("app_key") != APP_KEY or request.query.get("app_signature") != right:
            raise refused(EXPIRED, "授权密钥校验失败")
        token = secrets.token_hex(24)
        issued: list[Raw] = [self._sandbox.clock.now().isoformat(), version]
        self._sandbox.data.remember("tokens", {**self._tokens(), token: issued})
        return answered({"uid": request.query.get("uid", ADMINISTRATOR), "app-token": token})

    def expire_tokens(self) -> None:
        self._sandbox.data.remember("tokens", {})

    def rotate(self) -> None:
        """A new appSecret: what was signed with the old one, tokens included, is refused from now on."""
        _, version, _ = self._secret()
        self._sandbox.data.remember(
            "app_secret", [secrets.token_hex(16), version + 1, self._sandbox.clock.now().isoformat()]
        )

    def _tokens(self) -> Mapping[str, Raw]:
        kept = self._sandbox.data.recall("tokens")
        return kept if isinstance(kept, dict) else {}

    def _secret(self) -> tuple[str, int, datetime]:
        """The appSecret of the day, its version, and since when it is valid."""
        kept = self._sandbox.data.recall("app_secret")
        if not isinstance(kept, list):
            now = self._sandbox.clock.now()
            self._sandbox.data.remember("app_secret", [secrets.token_hex(16), 1, now.isoformat()])
            return self._secret()
        return str(kept[0]), int(str(kept[1])), datetime.fromisoformat(str(kept[2]))


def _signature(request: SandboxRequest, nonce: str, timestamp: str) -> str:
    """From the request line as it came: the query is in the URL once encoded, and is signed encoded once more."""
    pairs = sorted(pair.partition("=")[::2] for pair in request.raw_query.split("&") if pair)
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    lines = [
        request.method.upper(),
        quote(request.raw_path, safe=""),
        query,
        f"x-api-nonce:{nonce}",
        f"x-api-timestamp:{timestamp}",
        "",
    ]
    digest = hmac.new(CLIENT_SECRET.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    return base64.b64encode(digest.encode()).decode()
