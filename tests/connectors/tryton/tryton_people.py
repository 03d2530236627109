"""People at work in Tryton, over its own interface and past our connector: what they type, and what the server holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import requests

Values = dict[str, Any]


class RefusedError(Exception):
    """The server's own words about a call it did not carry out."""


class People:
    """Somebody with a session. Decimals travel as Tryton writes them; everything else as JSON has it."""

    def __init__(self, address: str, database: str, login: str, password: str) -> None:
        self.root: Final = address
        self.address: Final = f"{address}/{database}/rpc/"
        self._login, self._password = login, password
        self._line = requests.Session()
        self._line.trust_env = False
        self._context: Values = {}
        self.changes = 0
        """Calls that may have changed something."""

    @property
    def session(self) -> str:
        """The token of the session, asked for on first use."""
        if "Authorization" not in self._line.headers:
            user, token, *_ = self._post("common.db.login", [self._login, {"password": self._password}])
            self.take_session(user, token)
        return str(self._line.headers["Authorization"])

    @property
    def token(self) -> tuple[int, str]:
        """User and token of the session."""
        assert self.session
        return self._token

    def version(self) -> str:
        """Needs no session."""
        return str(self._post("common.server.version", [], f"{self.root}/rpc/"))

    def take_session(self, user: int, token: str) -> None:
        self._token = user, token
        said = base64.b64encode(f"{self._login}:{user}:{token}".encode()).decode()
        self._line.headers["Authorization"] = f"Session {said}"

    def prefer(self) -> None:
        """Work as the desktop client does: with the company and language of the user's preferences."""
        self._context = self.call("res.user.get_preferences", True)

    def call(self, method: str, *params: object, **context: object) -> Any:
        """``party.party.create`` and the like; the context goes last, as the interface wants it."""
        assert self.session
        self.changes += not method.endswith((".search_read", ".search", ".get_preferences"))
        return self._post(f"model.{method}", [*params, {**self._context, **context}])

    def create(self, model: str, *rows: Mapping[str, object]) -> list[int]:
        found: list[int] = self.call(f"{model}.create", list(rows))
        return found

    def write(self, model: str, id: int, **values: object) -> None:
        self.call(f"{model}.write", [id], values)

    def delete(self, model: str, *ids: int) -> None:
        self.call(f"{model}.delete", list(ids))

    def rows(self, model: str, domain: Sequence[object], fields: Iterable[str]) -> list[Values]:
        """In the order of ids, inactive ones too."""
        found: list[Values] = self.call(
            f"{model}.search_read", list(domain), 0, None, [["id", "ASC"]], list(fields), active_test=False
        )
        return found

    def close(self) -> None:
        self._line.close()

    def _post(self, method: str, params: Sequence[object], address: str = "") -> Any:
        body = json.dumps({"id": 0, "method": method, "params": params}, default=_tagged)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        answer = self._line.post(address or self.address, data=body.encode(), headers=headers, timeout=60)
        if answer.status_code != 200:
            raise RefusedError(f"{method}: HTTP {answer.status_code} {answer.text[:200]}")
        told = json.loads(answer.content, parse_float=Decimal, object_hook=_plain)
        if told.get("error"):
            raise RefusedError(f"{method}: {told['error']}")
        return told["result"]


def _tagged(value: object) -> object:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(value)


def _plain(value: Values) -> object:
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind in {"datetime", "date"}:
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        numbers = [value[name] for name in names if name in value]
        day = "-".join(f"{one:02}" for one in numbers[:3])
        return (
            day
            if kind == "date"
            else f"{day}T" + ":".join(f"{one:02}" for one in numbers[3:6]) + f".{numbers[6]:06}"
        )
    return value
