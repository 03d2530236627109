"""The wire: JSON-RPC calls to one database of a Tryton server, with a session, a context, and errors by what to do next.

Facts about the protocol were read in trytond 8.2.1 and tried on it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from synchub.sdk import (
    Call,
    Clock,
    Context,
    HttpSession,
    ProtocolError,
    Raw,
    Refreshing,
    Token,
)

from . import replies
from .settings import TrytonSettings

Row = dict[str, Raw]

# trytond 8.2.1 declares long replies as gzip even where it does not compress them, because nobody asked it to.
HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "gzip"}


class Login(Refreshing):
    """Sessions. The server tells no end of them: it says 401 when it has had enough (30 days by default)."""

    def __init__(self, settings: TrytonSettings, context: Context, clock: Clock) -> None:
        super().__init__(clock, context.state / f"{settings.account}.session")
        self._settings = settings
        self._system = context.system
        self.session: HttpSession | None = None
        """The line to the server, set by the client that owns both."""

    def obtain(self) -> Token:
        assert self.session is not None
        secret = self._settings.password.get_secret_value()
        body = {"id": 0, "method": "common.db.login", "params": [self._settings.login, {"password": secret}]}
        # Asking for a session changes nothing there, so it may be repeated like a read.
        reply = self.session.read(
            "POST", root(self._settings), json=body, auth=None, classify=replies.of_login
        )
        told = replies.result(reply)
        if not isinstance(told, list) or len(told) < 2 or not isinstance(told[1], str):
            raise reply.misread()
        return Token(told[1], None, {"user": str(told[0])})

    def headers(self, call: Call) -> Mapping[str, str]:  # noqa: ARG002 - part of the protocol
        token = self.token()
        words = f"{self._settings.login}:{token.extra.get('user', '')}:{token.value}"
        return {"Authorization": f"Session {base64.b64encode(words.encode()).decode()}"}


def root(settings: TrytonSettings) -> str:
    return f"{settings.address.rstrip('/')}/{quote(settings.database, safe='')}/rpc/"


class Client:
    """Calls, one method each. `calls` counts what was sent, logins included."""

    def __init__(self, settings: TrytonSettings, context: Context) -> None:
        self._settings = settings
        self._system = context.system
        self._login = Login(settings, context, context.clock)
        self._http = HttpSession(context, auth=self._login, classify=replies.classify, headers=HEADERS)
        self._login.session = self._http
        self._preferences: Row | None = None
        self.asked_at: datetime | None = None
        """Server time that surely lies before the last call was looked at."""

    @property
    def calls(self) -> int:
        return self._http.calls

    def prove_login(self) -> None:
        """Log in with the password as it is now; a session from before proves nothing about it. Raises AuthError."""
        self._login.anew()

    def version(self) -> str:
        address = f"{self._settings.address.rstrip('/')}/rpc/"
        body = {"id": 0, "method": "common.server.version", "params": []}
        return str(replies.result(self._http.read("POST", address, json=body, auth=None)))

    @property
    def preferences(self) -> Row:
        """Company, language and the like of our user: the context of every call, without which a company's data cannot be written."""
        if self._preferences is None:
            told = self._call("model.res.user.get_preferences", [True, {}])
            self._preferences = told if isinstance(told, dict) else {}
        return self._preferences

    def read(self, method: str, *params: Raw, **context: Raw) -> Raw:
        """A call that changes nothing there; inactive records are seen as well. `context` is added to the user's."""
        return self._call(f"model.{method}", [*params, {**self.preferences, "active_test": False, **context}])

    def write(self, method: str, *params: Raw, **context: Raw) -> Raw:
        """A call that changes something there: whole or not at all."""
        return self._call(f"model.{method}", [*params, {**self.preferences, **context}], repeatable=False)

    def rows(
        self,
        model: str,
        domain: Sequence[Raw],
        fields: Sequence[str],
        limit: int | None = None,
        **context: Raw,
    ) -> list[Row]:
        """Records in the order of their ids; ``a.b`` reads through a relation and comes under ``a.``."""
        order: Raw = [["id", "ASC"]]
        found = self.read(
            f"{model}.search_read", list(domain), 0, limit, order, list(dict.fromkeys(fields)), **context
        )
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise ProtocolError("C108", system=self._system, detail=f"{model}.search_read")
        return [row for row in found if isinstance(row, dict)]

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, params: list[Raw], *, repeatable: bool = True) -> Raw:
        body = {"id": 0, "method": method, "params": params}
        reply = self._http.send("POST", root(self._settings), repeatable=repeatable, json=body)
        self.asked_at = reply.asked_at
        return replies.result(reply)


def bound(client: Client, system: str) -> datetime:
    """The server time from which everything is still to be read. Raises ProtocolError when the server tells no time."""
    if client.asked_at is None:
        raise ProtocolError("C108", system=system, detail="no Date header")
    return client.asked_at
