"""Logging in: simple-salesforce knows the grants, our session does the call (time-outs, retry, counting)."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from synchub.sdk import AuthError, Clock, HttpSession, Refreshing, Reply, Token, decode_json

from .settings import SalesforceSettings

NO_GRANT = (400, 401, 403)


class Login(Refreshing):
    """Gets session tokens. None carries an expiry: the org says 401 when it has had enough."""

    def __init__(self, settings: SalesforceSettings, system: str, clock: Clock, file: Path) -> None:
        super().__init__(clock, file)
        self._settings = settings
        self._system = system
        self.session: HttpSession | None = None
        """The line to the org, set by the client that owns both."""

    @staticmethod
    def place(settings: SalesforceSettings) -> str:
        """A name for org and user, so that what is kept of one is never used for another.

        A sandbox of ours comes back under another port, hence the address is left out.
        """
        who = (settings.domain, settings.consumer_key, settings.username, bool(settings.address))
        return hashlib.sha256(repr(who).encode()).hexdigest()[:12]

    @property
    def root(self) -> str:
        """Scheme and host of the org."""
        return self._settings.address.rstrip("/") or f"https://{self.token().extra['instance']}"

    def obtain(self) -> Token:
        from jwt import PyJWTError
        from simple_salesforce.exceptions import SalesforceAuthenticationFailed
        from simple_salesforce.login import SalesforceLogin

        given: dict[str, Any] = self._given()
        line: Any = self  # of a session it uses `post` alone
        refused = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns in long English beside the error it raises
                word, instance = SalesforceLogin(session=line, domain=self._settings.domain, **given)
        except SalesforceAuthenticationFailed as error:
            refused = f"{error.code}: {error.auth_message}"
        except (PyJWTError, ValueError):
            # Said without the library's words, which quote the key.
            refused = "private_key is not a PEM key"
        if refused:
            raise AuthError("C105", system=self._system, detail=refused)
        return Token(str(word), None, {"instance": str(instance)})

    def post(
        self, url: str, data: Mapping[str, str], headers: Mapping[str, str] | None = None, **_: Any
    ) -> TokenReply:
        """What simple-salesforce calls on the session it is given."""
        assert self.session is not None
        if self._settings.address:
            url = self._settings.address.rstrip("/") + urlsplit(url).path
        # Asking for a token changes nothing there, so it may be repeated like a read.
        reply = self.session.read(
            "POST",
            url,
            data=dict(data),
            headers=dict(headers or {}),
            auth=None,
            accept=NO_GRANT,
            classify=_let_be,
        )
        return TokenReply(reply)

    def _given(self) -> dict[str, str]:
        one = self._settings
        if not one.consumer_key:
            raise self._missing("consumer_key")
        if one.private_key is not None:
            if not one.username:
                raise self._missing("username")
            return {
                "consumer_key": one.consumer_key,
                "username": one.username,
                "privatekey": one.private_key.get_secret_value(),
            }
        if one.consumer_secret is None:
            raise self._missing("consumer_secret")
        if one.domain in {"login", "test"}:
            # This grant is answered by the org's own address only.
            raise self._missing("domain")
        return {
            "consumer_key": one.consumer_key,
            "consumer_secret": one.consumer_secret.get_secret_value(),
        }

    def _missing(self, setting: str) -> AuthError:
        return AuthError("C117", system=self._system, setting=setting)


class TokenReply:
    """The little that simple-salesforce asks of an answer."""

    def __init__(self, reply: Reply) -> None:
        self.status_code = reply.status
        self.text = reply.text
        self._reply = reply

    def json(self) -> Any:
        try:
            return decode_json(self._reply.body)
        except ValueError:
            raise self._reply.misread() from None


def _let_be(reply: Reply) -> None:
    """Errors of the login are read by simple-salesforce."""
    del reply
