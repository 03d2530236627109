"""A Salesforce org in a box: REST API, login, limits and quirks after the vendor's documents, on loopback.

Own faults beside those of `synchub.sdk.sandbox`:

* ``limit``: 403 REQUEST_LIMIT_EXCEEDED; `scope` is ``concurrent`` (default) or ``total``.
* ``row_error``: refuse row number `row` (from 0) of a write with `code` and `message`, UNABLE_TO_LOCK_ROW unless told otherwise.
* ``lost_locator``: INVALID_QUERY_LOCATOR for a next page.

What is recalled and not confirmed from the vendor's pages carries ``[R]``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from synchub.sdk import (
    Actor,
    Clock,
    Document,
    Fault,
    Raw,
    Refusal,
    Sandbox,
    SandboxReply,
    SandboxRequest,
    SandboxRoute,
)

from . import sandbox_auth, sandbox_ids
from .sandbox_fields import SObject
from .sandbox_query import write_time
from .sandbox_rules import CallRefused, RowRefused, check_whole, clean
from .sandbox_schema import OBJECTS

DATA = "/services/data/{version}"
OLDEST, RETIRED_UP_TO, NEWEST = 20, 30, 68
LONGEST_ADDRESS = 16_384


class SalesforceSandbox(Sandbox):
    """The org. Objects: Account, Contact, User, Organization (see `sandbox_schema`)."""

    name: ClassVar[str] = "salesforce"
    stamps: ClassVar[frozenset[str]] = frozenset({
        "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp",
    })  # fmt: skip
    own_faults: ClassVar[frozenset[str]] = frozenset({"limit", "row_error", "lost_locator"})

    consumer_key = sandbox_auth.CONSUMER_KEY
    consumer_secret = sandbox_auth.CONSUMER_SECRET
    username = sandbox_auth.USERNAME

    def __init__(self, file: Path, clock: Clock | None = None) -> None:
        super().__init__(file, clock)
        self.door = sandbox_auth.Door(self.data, self.clock)
        with self.data.transaction():
            if self.data.get("User", INTEGRATION_USER) is None:
                self._furnish()

    def private_key(self) -> str:
        """PEM of the key whose certificate the connected app knows, for the JWT grant."""
        with self.data.transaction():
            return sandbox_auth.pem(self.door.private_key())

    def set_daily_limit(self, calls: int) -> None:
        """How many calls the org has per 24 hours."""
        with self.data.transaction():
            self.data.remember("daily_limit", calls)

    # --- the rules of the org

    def new_id(self, object: str) -> str:
        return sandbox_ids.make(OBJECTS[object.lower()].prefix, self.data.next(object) + 1)

    def prepare(self, document: Document, before: Document | None, actor: Actor) -> Document:
        """Clean every field, check, stamp. Raises RowRefused."""
        kind = OBJECTS[document.object.lower()]
        values: dict[str, Raw] = {}
        for field in kind.fields:
            if field.type == "address" or field.name in {"Id", "IsDeleted"}:
                continue
            given = document.values.get(field.name)
            fresh = before is None and given is None
            if field.name in self.stamps or (before is not None and given == before.values.get(field.name)):
                values[field.name] = given
            else:
                values[field.name] = clean(
                    field, self._default(field.name, field.default) if fresh else given
                )
        if kind.name == "Contact":
            values["Name"] = " ".join(
                str(part) for part in (values["FirstName"], values["LastName"]) if part is not None
            )
        check_whole(kind, values, before.values if before else {}, self._exists)
        self._check_unique(kind, document.id, values)
        return replace(document, values=self._stamped(values, document.modified, before, actor))

    def create(self, object: str, values: Mapping[str, Raw], actor: Actor, id: str = "") -> Document:
        known = {field.name: values.get(field.name) for field in OBJECTS[object.lower()].fields} | dict(
            values
        )
        document = super().create(object, {name: known[name] for name in values}, actor, id)
        self._index(document, None)
        return document

    def update(
        self, before: Document, changes: Mapping[str, Raw], actor: Actor, stamp: datetime | None = None
    ) -> Document:
        document = super().update(before, changes, actor, stamp)
        self._index(document, before)
        return document

    def delete(self, document: Document, actor: Actor) -> None:
        super().delete(document, actor)
        gone = self.data.get(document.object, document.id)
        assert gone is not None
        self.data.put(replace(gone, values={**gone.values, "SystemModstamp": write_time(gone.modified)}))
        self._index(None, document)

    def user_merge(self, object: str, master: str, loser: str) -> None:
        """What a person does with two duplicates: the loser goes to the recycle bin and points to the master.

        Source: "Merging Duplicate Records" in the SOAP API guide: MasterRecordId is set on the deleted record.
        """
        with self.data.transaction():
            self._merge(self.existing(object, master), self.existing(object, loser), "user")

    def _merge(self, master: Document, loser: Document, actor: Actor) -> None:
        self.data.put(replace(loser, values={**loser.values, "MasterRecordId": master.id}))
        held = self.data.get(loser.object, loser.id)
        assert held is not None
        self.delete(held, actor)

    def find_by(self, kind: SObject, field: str, value: str) -> list[str]:
        """Ids of the live records with this external id; text is compared without case."""
        held = self.data.recall(_index_name(kind.name, field, value))
        return [str(one) for one in held] if isinstance(held, list) else []

    def _default(self, name: str, default: object) -> Raw:
        if name == "OwnerId":
            return INTEGRATION_USER
        return default if isinstance(default, (str, bool)) else None

    def _stamped(
        self, values: dict[str, Raw], moment: datetime, before: Document | None, actor: Actor
    ) -> dict[str, Raw]:
        who = INTEGRATION_USER if actor in {"api", "seed"} else UI_USER
        text = write_time(moment)
        if before is None:
            values |= {"CreatedDate": text, "CreatedById": who}
        values |= {"LastModifiedDate": text, "LastModifiedById": who, "SystemModstamp": text}
        return values

    def _exists(self, object: str, id: str) -> bool:
        found = self.data.get(object, id)
        return found is not None and not found.deleted

    def _check_unique(self, kind: SObject, id: str, values: Mapping[str, Raw]) -> None:
        for field in kind.fields:
            value = values.get(field.name)
            if not field.unique or not isinstance(value, str):
                continue
            others = [one for one in self.find_by(kind, field.name, value) if one != id]
            if others:
                raise RowRefused(
                    "DUPLICATE_VALUE",
                    f"duplicate value found: {field.name} duplicates value on record with id: {others[0][:15]}",
                    (field.name,),
                )

    def _index(self, now: Document | None, before: Document | None) -> None:
        """Keep (object, external id) -> ids."""
        kind = OBJECTS[(now or before).object.lower()]  # type: ignore[union-attr]  # one of them is there
        for field in kind.fields:
            if not field.external_id:
                continue
            old = before.values.get(field.name) if before else None
            new = now.values.get(field.name) if now else None
            if isinstance(old, str) and before is not None:
                left = [one for one in self.find_by(kind, field.name, old) if one != before.id]
                self.data.remember(_index_name(kind.name, field.name, old), [*left])
            if isinstance(new, str) and now is not None:
                held = self.find_by(kind, field.name, new)
                self.data.remember(_index_name(kind.name, field.name, new), [*held, now.id])

    def _furnish(self) -> None:
        """A new org has itself, an integration user, and the administrator who clicks about."""
        self.create(
            "Organization", {"Name": "SyncHub Sandbox", "IsSandbox": True}, "seed", sandbox_auth.ORG_ID
        )
        for id, name, email in (
            (INTEGRATION_USER, "Integration User", self.username),
            (UI_USER, "Administrator", "admin@synchub.example"),
        ):
            self.data.next("User")
            self.create("User", {"Name": name, "Email": email, "IsActive": True}, "seed", id)

    # --- the API

    def routes(self) -> Sequence[SandboxRoute]:
        from . import sandbox_reads, sandbox_writes

        reads = sandbox_reads.Reads(self)
        writes = sandbox_writes.Writes(self)
        collections = f"{DATA}/composite/sobjects"
        one = f"{DATA}/sobjects/{{object}}"
        table: list[tuple[str, str, str, Callable[[SandboxRequest], SandboxReply]]] = [
            ("POST", "/services/oauth2/token", "token", self._token),
            ("GET", "/services/data", "versions", reads.versions),
            ("GET", DATA, "resources", reads.resources),
            ("GET", f"{DATA}/limits", "limits", reads.limits),
            ("GET", f"{DATA}/query", "query", reads.query),
            ("GET", f"{DATA}/queryAll", "queryAll", reads.query_all),
            ("GET", f"{DATA}/query/{{locator}}", "query_more", reads.query_more),
            ("GET", f"{DATA}/queryAll/{{locator}}", "query_more", reads.query_more),
            ("POST", collections, "collections_create", writes.collections_create),
            ("PATCH", collections, "collections_update", writes.collections_update),
            ("DELETE", collections, "collections_delete", writes.collections_delete),
            ("PATCH", f"{collections}/{{object}}/{{field}}", "collections_upsert", writes.collections_upsert),
            ("POST", f"{collections}/{{object}}", "collections_retrieve", reads.collections_retrieve),
            ("GET", f"{collections}/{{object}}", "collections_retrieve", reads.collections_retrieve),
            ("GET", f"{DATA}/sobjects", "sobjects", reads.sobjects),
            ("GET", f"{one}/describe", "describe", reads.describe),
            ("GET", f"{one}/updated", "updated", reads.updated),
            ("GET", f"{one}/deleted", "deleted", reads.deleted),
            ("GET", one, "sobject", reads.basic),
            ("POST", one, "create", writes.create),
            ("GET", f"{one}/{{id}}", "get", reads.get),
            ("PATCH", f"{one}/{{id}}", "update", writes.update),
            ("DELETE", f"{one}/{{id}}", "delete", writes.delete),
            ("GET", f"{one}/{{field}}/{{value}}", "get_by", reads.get_by),
            ("PATCH", f"{one}/{{field}}/{{value}}", "upsert", writes.upsert),
            ("DELETE", f"{one}/{{field}}/{{value}}", "delete_by", writes.delete_by),
        ]
        return [SandboxRoute(method, path, name, _told(handler)) for method, path, name, handler in table]

    def _token(self, request: SandboxRequest) -> SandboxReply:
        return self.door.token(request)

    def expire_tokens(self) -> None:
        self.door.expire_all()

    def guard(self, request: SandboxRequest) -> None:
        if len(request.raw_path) + len(request.raw_query) + _header_size(request) > LONGEST_ADDRESS:
            raise Refusal(SandboxReply(414, "URI Too Long"))
        if request.endpoint in {"token", "versions", "unknown"}:
            return
        if not self.door.admits(request):
            raise refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self._check_version(request.at["version"])
        self._check_limits(request)

    def _check_version(self, text: str) -> None:
        number = text.removeprefix("v").removesuffix(".0")
        if not number.isdigit() or not OLDEST <= int(number) <= NEWEST:
            raise refusal(404, "NOT_FOUND", "The requested resource does not exist")
        if int(number) <= RETIRED_UP_TO:
            raise refusal(410, "UNSUPPORTED_API_VERSION", "The requested resource is no longer available")

    def _check_limits(self, request: SandboxRequest) -> None:
        fault = request.fault if request.fault is not None and request.fault.kind == "limit" else None
        used, most = self.usage()
        if fault is not None and fault.params.get("scope", "concurrent") == "concurrent":
            raise refusal(
                403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
            )
        if fault is not None or used >= most:
            raise refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.data.remember("used", used + 1)

    def usage(self) -> tuple[int, int]:
        """Calls used and allowed. The vendor's 24 hours roll; the sandbox's begin anew with the first call after them."""
        since = self.data.recall("used_since")
        now = self.clock.now()
        if not isinstance(since, str) or now - datetime.fromisoformat(since) >= timedelta(hours=24):
            self.data.remember("used_since", now.isoformat())
            self.data.remember("used", 0)
        used, most = self.data.recall("used"), self.data.recall("daily_limit")
        return (used if isinstance(used, int) else 0, most if isinstance(most, int) else 100_000)

    def finish(self, request: SandboxRequest, reply: SandboxReply) -> SandboxReply:
        if request.endpoint in {"token", "versions", "unknown"}:
            return reply
        with self.data.transaction():
            used, most = self.usage()
        return replace(reply, headers={"Sforce-Limit-Info": f"api-usage={used}/{most}", **reply.headers})

    def fault_reply(self, fault: Fault) -> SandboxReply:
        if fault.kind == "throttle":
            return super().fault_reply(fault)
        status = fault.params.get("status", 500)
        status = status if isinstance(status, int) else 500
        code = "SERVER_UNAVAILABLE" if status == 503 else "UNKNOWN_EXCEPTION"
        headers = {"Retry-After": str(fault.params["retry_after"])} if "retry_after" in fault.params else {}
        return SandboxReply(status, errors(code, "An unexpected error occurred."), headers)

    def not_found(self, request: SandboxRequest) -> SandboxReply:
        del request
        return SandboxReply(404, errors("NOT_FOUND", "The requested resource does not exist"))

    def kind(self, request: SandboxRequest) -> SObject:
        """The object the address names."""
        found = OBJECTS.get(request.at["object"].lower())
        if found is None:
            raise refusal(404, "NOT_FOUND", "The requested resource does not exist")
        return found


INTEGRATION_USER = sandbox_ids.make("005", 1)
UI_USER = sandbox_ids.make("005", 2)


def errors(code: str, message: str, **extra: Raw) -> list[Raw]:
    """The envelope of every error."""
    return [{"message": message, "errorCode": code, **extra}]


def refusal(status: int, code: str, message: str) -> Refusal:
    return Refusal(SandboxReply(status, errors(code, message)))


def _told(handler: Callable[[SandboxRequest], SandboxReply]) -> Callable[[SandboxRequest], SandboxReply]:
    """Turn the rules' refusals into answers that undo what the call had done."""

    def told(request: SandboxRequest) -> SandboxReply:
        try:
            return handler(request)
        except CallRefused as no:
            raise Refusal(SandboxReply(no.status, errors(no.code, no.message, **no.extra))) from None
        except RowRefused as no:
            raise Refusal(SandboxReply(400, [no.shown("errorCode")])) from None

    return told


def _index_name(object: str, field: str, value: str) -> str:
    return f"index {object}.{field}={value.strip().casefold()}"


def _header_size(request: SandboxRequest) -> int:
    return sum(len(name) + len(value) + 4 for name, value in request.headers.items())
