"""The sandbox's login: client credentials and JWT bearer, session tokens that run out, and the daily count of calls."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from synchub.sdk import Clock, SandboxReply, SandboxRequest
from synchub.sdk.sandbox_data import SandboxData

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

CONSUMER_KEY = "3MVG9sandboxConsumerKey"
CONSUMER_SECRET = "sandbox-consumer-secret"  # noqa: S105 - opens a rehearsal stage on loopback, nothing else
USERNAME = "integration@synchub.example"
ORG_ID = "00Dxx0000000001EAA"
SESSION_LIFE = timedelta(hours=2)  # [R] the usual session time-out; each call begins it anew
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})


class Door:
    """Gives out session tokens and looks at them."""

    def __init__(self, data: SandboxData, clock: Clock) -> None:
        self._data = data
        self._clock = clock

    def token(self, request: SandboxRequest) -> SandboxReply:
        """``POST /services/oauth2/token``."""
        form = request.form
        if form.get("grant_type") == "client_credentials":
            refused = self._client(request)
        elif form.get("grant_type") == JWT_GRANT:
            refused = self._assertion(form.get("assertion", ""))
        elif form.get("grant_type") == "password":
            # [D secondary] New orgs have it off.
            refused = _refuse("invalid_grant", "authentication failure")
        else:
            refused = _refuse("unsupported_grant_type", "grant type not supported")
        return refused or self._granted(request)

    def _granted(self, request: SandboxRequest) -> SandboxReply:
        number = self._data.next("session")
        word = f"{ORG_ID[:15]}!sandbox.{number}.{abs(hash((number, self._clock.monotonic()))):x}"
        now = self._clock.now()
        good = {one: until for one, until in self._tokens().items() if datetime.fromisoformat(until) > now}
        self._data.remember("sessions", {**good, word: (now + SESSION_LIFE).isoformat()})
        host = request.headers.get("host", "")
        # A client may come under an https name that a test leads to loopback; everybody else is told where we are.
        scheme = "https" if host.endswith(".salesforce.com") else "http"
        return SandboxReply(
            200,
            {
                "access_token": word,
                "instance_url": f"{scheme}://{host}",
                "id": f"{scheme}://{host}/id/{ORG_ID}/005xx000000001AAA",
                "token_type": "Bearer",
                "scope": "api",
                "issued_at": str(int(self._clock.now().timestamp() * 1000)),
                "signature": "sandbox",
            },
        )

    def _client(self, request: SandboxRequest) -> SandboxReply | None:
        key, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return _refuse("invalid_client", "invalid client credentials")
        if key != CONSUMER_KEY:
            return _refuse("invalid_client_id", "client identifier invalid")
        if secret != CONSUMER_SECRET:
            return _refuse("invalid_client", "invalid client credentials")
        return None

    def _assertion(self, assertion: str) -> SandboxReply | None:
        import jwt

        try:
            claims = jwt.decode(
                assertion,
                self.private_key().public_key(),
                algorithms=["RS256"],
                # The expiry is judged below: by the sandbox's clock, and simple-salesforce sends it as text.
                options={"verify_aud": False, "verify_exp": False, "require": ["iss", "sub", "aud", "exp"]},
            )
        except jwt.InvalidTokenError:
            return _refuse("invalid_grant", "invalid assertion")
        if claims["iss"] != CONSUMER_KEY:
            return _refuse("invalid_client_id", "client identifier invalid")
        if claims["aud"] not in AUDIENCES:
            return _refuse("invalid_grant", "audience is invalid")
        expiry = datetime.fromtimestamp(float(claims["exp"]), UTC)
        if not self._clock.now() - timedelta(minutes=3) < expiry < self._clock.now() + timedelta(minutes=10):
            return _refuse("invalid_grant", "expired authorization code")
        if claims["sub"] != USERNAME:
            return _refuse("invalid_grant", "user hasn't approved this consumer")
        return None

    def private_key(self) -> RSAPrivateKey:
        """The key whose certificate an administrator has uploaded; made on first use and kept."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        kept = self._data.recall("private_key")
        if isinstance(kept, str):
            key = serialization.load_pem_private_key(kept.encode(), None)
            assert isinstance(key, rsa.RSAPrivateKey)
            return key
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._data.remember("private_key", pem(made))
        return made

    def admits(self, request: SandboxRequest) -> bool:
        """Is the session good? If so it is good for another while."""
        scheme, _, word = request.headers.get("authorization", "").partition(" ")
        tokens = self._tokens()
        until = tokens.get(word)
        if scheme.lower() not in {"bearer", "oauth"} or until is None:
            return False
        if datetime.fromisoformat(until) <= self._clock.now():
            return False
        tokens[word] = (self._clock.now() + SESSION_LIFE).isoformat()
        self._data.remember("sessions", dict(tokens))
        return True

    def expire_all(self) -> None:
        self._data.remember("sessions", {})

    def _tokens(self) -> dict[str, str]:
        kept = self._data.recall("sessions")
        return {word: str(until) for word, until in kept.items()} if isinstance(kept, dict) else {}


def pem(key: RSAPrivateKey) -> str:
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _refuse(error: str, description: str) -> SandboxReply:
    return SandboxReply(400, {"error": error, "error_description": description})
