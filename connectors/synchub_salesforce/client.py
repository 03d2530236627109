"""The wire: REST calls of one org, with its errors, its daily limit and its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from synchub.sdk import Context, HttpSession, NotFoundError, QuotaError, Raw, Reply

from . import replies
from .auth import Login
from .settings import SalesforceSettings

JsonObject = dict[str, Raw]


class Client:
    """Calls, one method each. Raises the errors of the sdk; `calls` counts what was sent, logins included."""

    def __init__(self, settings: SalesforceSettings, context: Context) -> None:
        self.usage: tuple[int, int] | None = None
        """(used, allowed) of the last answer."""
        self._settings = settings
        self._system = context.system
        self.folder = context.state / Login.place(settings)
        """For what may be kept of this org and user."""
        self._login = Login(settings, context.system, context.clock, self.folder / "session.json")
        self._http = HttpSession(
            context,
            auth=self._login,
            classify=replies.classify,
            headers={"Accept": "application/json"},
        )
        self._login.session = self._http

    @property
    def calls(self) -> int:
        return self._http.calls

    def prove_login(self) -> None:
        """Log in with the credentials as they are now; a session from before proves nothing about them. Raises AuthError."""
        self._login.anew()

    def objects(self) -> list[JsonObject]:
        """The summaries of all objects."""
        return _objects(self._read("sobjects").fields().get("sobjects"))

    def describe(self, object: str, since: str = "") -> tuple[JsonObject | None, str]:
        """An object with its fields, and when it was last changed (HTTP date); None if not changed since.

        Raises NotFoundError for an object that is not there.
        """
        headers = {"If-Modified-Since": since} if since else {}
        reply = self._call(
            "GET", f"sobjects/{quote(object, safe='')}/describe", headers=headers, accept=(304,)
        )
        stamp = reply.headers.get("Last-Modified", "")
        return (None, since) if reply.status == 304 else (_object(reply), stamp)

    def query(self, soql: str, deleted: bool = False) -> Iterator[tuple[list[JsonObject], Reply]]:
        """The rows of a query page by page, with the answer they came in; `deleted` looks into the recycle bin too."""
        reply = self._read("queryAll" if deleted else "query", {"q": soql})
        seen = set()
        while True:
            body = reply.fields()
            yield _objects(body.pop("records", None)), reply
            following = body.get("nextRecordsUrl")
            if body.get("done") is not False or not isinstance(following, str):
                return
            if following in seen:
                raise reply.misread()
            seen.add(following)
            reply = self._read(following)

    def create(self, rows: Sequence[JsonObject]) -> list[JsonObject]:
        """Collections create; one result a row, in order."""
        return self._collection("POST", "composite/sobjects", rows)

    def update(self, rows: Sequence[JsonObject]) -> list[JsonObject]:
        """Collections update; rows carry ``Id``."""
        return self._collection("PATCH", "composite/sobjects", rows)

    def upsert(self, object: str, field: str, rows: Sequence[JsonObject]) -> list[JsonObject]:
        """Collections upsert by external id; the key stands in each row, where any character is safe."""
        return self._collection("PATCH", f"composite/sobjects/{object}/{field}", rows)

    def delete(self, ids: Sequence[str]) -> list[JsonObject]:
        """Collections delete; one result an id, in order. They go to the recycle bin."""
        reply = self._call(
            "DELETE",
            "composite/sobjects",
            write=True,
            params={"ids": ",".join(ids), "allOrNone": "false"},
        )
        return self._results(reply, len(ids))

    def close(self) -> None:
        self._http.close()

    def _collection(self, method: str, path: str, rows: Sequence[JsonObject]) -> list[JsonObject]:
        body = {"allOrNone": False, "records": list(rows)}
        try:
            reply = self._call(method, path, write=True, json=body)
        except NotFoundError as error:
            # Rows that are gone are told row by row; this is the address, so the object or its key column.
            raise replies.SetupError(
                "SF101", system=self._system, detail=str(error.params["detail"])
            ) from None
        return self._results(reply, len(rows))

    def _results(self, reply: Reply, count: int) -> list[JsonObject]:
        results = _objects(reply.json())
        if len(results) != count:
            raise reply.misread()
        return results

    def _read(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        return self._call("GET", path, params=params or {})

    def _call(
        self,
        method: str,
        path: str,
        *,
        write: bool = False,
        params: Mapping[str, str] | None = None,
        json: object = ...,
        headers: Mapping[str, str] | None = None,
        accept: Sequence[int] = (),
    ) -> Reply:
        self._mind_the_reserve()
        url = f"/services/data/v{self._settings.api_version}/{path}" if not path.startswith("/") else path
        url = self._login.root + url
        send = self._http.write if write else self._http.read
        if json is ...:
            reply = send(method, url, params=params or {}, headers=headers or {}, accept=accept)
        else:
            reply = send(method, url, json=json, headers=headers or {}, accept=accept)
        self.usage = replies.usage(reply) or self.usage
        return reply

    def _mind_the_reserve(self) -> None:
        if self.usage is None:
            return
        used, most = self.usage
        if used >= most * (100 - self._settings.reserve_percent) / 100:
            # Forgotten, so that the next attempt asks the org again instead of believing an old number.
            self.usage = None
            raise QuotaError("SF105", system=self._system, used=used, most=most)


def _object(reply: Reply) -> JsonObject:
    return reply.fields()  # type: ignore[return-value]  # decoded JSON is Raw


def _objects(value: object) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
