"""How a request is signed for the Kingdee gateway: the text that is signed, its key, and the headers that carry it.

The rules are those of the vendor's page as two public clients transcribed them [D3]; the vendor's own sample values
come out the same (see the tests). The body of a request is not part of the signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

AUTH_VERSION = "2.0"
SIGNED_HEADERS = "X-Api-TimeStamp,X-Api-Nonce"
"""The order the vendor writes; one client reports the other one. What is signed is always nonce, then timestamp [D3]."""


def _sign(key: str, message: str) -> str:
    # Base64 of the hex TEXT of the digest, not of its bytes: the vendor's sample proves it [D].
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()
    return base64.b64encode(digest.encode()).decode()


def _encode(text: str) -> str:
    return quote(text, safe="")


def query_string(query: Mapping[str, str]) -> str:
    """The query as it stands in the URL: sorted by name, names and values encoded once."""
    return "&".join(f"{_encode(name)}={_encode(query[name])}" for name in sorted(query))


def signed_query(query: Mapping[str, str]) -> str:
    """The query as it is signed: the same order, encoded twice [D3]."""
    return "&".join(f"{_encode(_encode(name))}={_encode(_encode(query[name]))}" for name in sorted(query))


def text_to_sign(method: str, path: str, query: Mapping[str, str], nonce: str, timestamp: str) -> str:
    """Five lines, each of them, the last too, ended by a line feed; the third is empty without a query."""
    lines = (
        method.upper(),
        _encode(path),
        signed_query(query),
        f"x-api-nonce:{nonce}",
        f"x-api-timestamp:{timestamp}",
    )
    return "".join(f"{line}\n" for line in lines)


def signature(
    client_secret: str, method: str, path: str, query: Mapping[str, str], nonce: str, timestamp: str
) -> str:
    """`X-Api-Signature` of one request; `timestamp` in milliseconds, `nonce` a positive integer, both as text."""
    return _sign(client_secret, text_to_sign(method, path, query, nonce, timestamp))


def app_signature(app_key: str, app_secret: str) -> str:
    """The parameter with which an app-token is asked for."""
    return _sign(app_secret, app_key)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the requests of one application."""

    client_id: str
    client_secret: str = field(repr=False)

    def headers(
        self, method: str, path: str, query: Mapping[str, str], *, nonce: str, timestamp: str
    ) -> dict[str, str]:
        """The headers every call carries, those of the token chain too."""
        return {
            "Content-Type": "application/json",
            "X-Api-ClientID": self.client_id,
            "X-Api-Auth-Version": AUTH_VERSION,
            "X-Api-TimeStamp": timestamp,
            "X-Api-Nonce": nonce,
            "X-Api-SignHeaders": SIGNED_HEADERS,
            "X-Api-Signature": signature(self.client_secret, method, path, query, nonce, timestamp),
        }
