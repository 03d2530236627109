"""A second client, written only from the text of the vendor page and sharing no code with the connector.

No client of this product is published on PyPI (those that say kingdee speak to K3 Cloud, another product), so this one stands in:
it proves that the sandbox implements the page and not our connector.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def _mac(key: str, message: str) -> str:
    hexed = hmac.new(key.encode(), message.encode(), "sha256").hexdigest()
    return base64.b64encode(hexed.encode()).decode()


class ReferenceClient:
    """Chain, signature, envelope; replies as they come."""

    def __init__(
        self, gateway: str, client_id: str, secret: str, instance: str, now: Callable[[], float] = time.time
    ) -> None:
        self.host = urlsplit(gateway).netloc
        self.client_id, self.secret, self.instance = client_id, secret, instance
        self.now = now
        self.token = self.domain = ""
        self.skew_s = 0.0
        self.nonce = 0

    def login(self) -> None:
        path = "/jdyconnector/app_management/"
        _, reply = self.call("POST", path + "push_app_authorize", {"outerInstanceId": self.instance})
        assert reply.get("errcode", 0) == 0
        assert reply.get("code", 200) == 200, reply
        keys = reply["data"][0]
        assert keys["status"] == 1
        query = {"app_key": keys["appKey"], "app_signature": _mac(keys["appSecret"], keys["appKey"])}
        status, reply = self.call("GET", path + "kingdee_auth_token", query)
        assert status == 200, reply
        assert reply["errcode"] == 0, reply
        self.token, self.domain = reply["data"]["app-token"], keys["domain"]

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None
    ) -> tuple[int, dict[str, Any]]:
        query = query or {}
        once = {quote(k, safe=""): quote(v, safe="") for k, v in query.items()}
        url = path + ("?" + "&".join(f"{k}={once[k]}" for k in sorted(once)) if once else "")
        twice = "&".join(f"{quote(k, safe='')}={quote(once[k], safe='')}" for k in sorted(once))
        self.nonce += 1
        stamp = str(int((self.now() + self.skew_s) * 1000))
        text = (
            f"{method}\n{quote(path, safe='')}\n{twice}\nx-api-nonce:{self.nonce}\nx-api-timestamp:{stamp}\n"
        )
        headers = {
            "Content-Type": "application/json",
            "X-Api-ClientID": self.client_id,
            "X-Api-Auth-Version": "2.0",
            "X-Api-TimeStamp": stamp,
            "X-Api-SignHeaders": "X-Api-TimeStamp,X-Api-Nonce",
            "X-Api-Nonce": str(self.nonce),
            "X-Api-Signature": _mac(self.secret, text),
        }
        if self.token:
            headers |= {"app-token": self.token, "X-GW-Router-Addr": self.domain}
        line = HTTPConnection(self.host, timeout=10)
        try:
            line.request(method, url, json.dumps(body) if body is not None else None, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        return answer.status, json.loads(text) if text else {}

    def data(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Any:
        status, reply = self.call(method, path, query, body)
        assert status == 200, reply
        assert reply["errcode"] == 0, reply
        return reply["data"]

    def clear(self, text: str) -> str:
        decryptor = Cipher(
            algorithms.AES(self.secret.encode("ascii")), modes.CBC(b"5e8y6w45ju8w9jq8")
        ).decryptor()
        padded = decryptor.update(base64.b64decode(text)) + decryptor.finalize()
        return padded[: -padded[-1]].decode()
