"""The sandbox's reading endpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, cast

from synchub.sdk import Document, Raw, SandboxReply, SandboxRequest

from . import sandbox_ids, sandbox_soql
from .sandbox_fields import SObject
from .sandbox_query import Plan, QueryRefused, cell, check_names, read_time, render, resolve, write_time
from .sandbox_rules import CallRefused
from .sandbox_schema import OBJECTS
from .sandbox_soql import Both, Comparison, Condition, Query, SoqlError

if TYPE_CHECKING:
    from .sandbox import SalesforceSandbox

PAGE = 2000
LOCATOR_LIFE = timedelta(days=2)
DELETED_KEPT = timedelta(days=15)
UPDATED_KEPT = timedelta(days=30)
SCHEMA_SINCE = "Mon, 01 Jun 2026 00:00:00 GMT"


class Reads:
    """Handlers; the sandbox owns data and rules."""

    def __init__(self, sandbox: SalesforceSandbox) -> None:
        self.sandbox = sandbox

    # --- what there is

    def versions(self, request: SandboxRequest) -> SandboxReply:
        del request
        listed: list[Raw] = [
            {"label": f"Release {number}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
            for number in range(31, 69)
        ]
        return SandboxReply(200, listed)

    def resources(self, request: SandboxRequest) -> SandboxReply:
        names = ("sobjects", "query", "queryAll", "limits", "composite")
        return SandboxReply(200, {name: f"{_root(request)}/{name}" for name in names})

    def limits(self, request: SandboxRequest) -> SandboxReply:
        del request
        used, most = self.sandbox.usage()
        return SandboxReply(200, {"DailyApiRequests": {"Max": most, "Remaining": max(0, most - used)}})

    def sobjects(self, request: SandboxRequest) -> SandboxReply:
        listed = [kind.summary(_root(request)) for kind in OBJECTS.values()]
        return SandboxReply(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})

    def describe(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        headers = {"Last-Modified": SCHEMA_SINCE}
        since = request.headers.get("if-modified-since")
        if since and parsedate_to_datetime(since) >= parsedate_to_datetime(SCHEMA_SINCE):
            return SandboxReply(304, None, headers)
        return SandboxReply(200, kind.describe(_root(request)), headers)

    def basic(self, request: SandboxRequest) -> SandboxReply:
        summary = self.sandbox.kind(request).summary(_root(request))
        return SandboxReply(200, {"objectDescribe": summary, "recentItems": []})

    # --- queries

    def query(self, request: SandboxRequest) -> SandboxReply:
        return self._query(request, deleted=False)

    def query_all(self, request: SandboxRequest) -> SandboxReply:
        return self._query(request, deleted=True)

    def _query(self, request: SandboxRequest, deleted: bool) -> SandboxReply:
        plan = self._plan(request.query.get("q", ""))
        found = [one for one in self._candidates(plan, deleted) if plan.matches(one)]
        if not plan.query.fields:
            return SandboxReply(200, {"totalSize": len(found), "done": True, "records": []})
        found = plan.ordered(found)
        size = _page_size(request)
        if len(found) <= size:
            return self._page(request, plan, found, len(found), "")
        number = self.sandbox.data.next("locator")
        name = sandbox_ids.make("0r8", number)
        kept: dict[str, Raw] = {
            "soql": request.query["q"],
            "ids": [one.id for one in found],
            "size": size,
            "until": (self.sandbox.clock.now() + LOCATOR_LIFE).isoformat(),
        }
        self.sandbox.data.remember(f"locator {name}", kept)
        return self._page(request, plan, found[:size], len(found), f"{name}-{size}")

    def query_more(self, request: SandboxRequest) -> SandboxReply:
        """The next page of a walk: the rows found at its beginning, with the values they have now."""
        name, _, offset = request.at["locator"].partition("-")
        kept = self.sandbox.data.recall(f"locator {name}")
        lost = request.fault is not None and request.fault.kind == "lost_locator"
        if lost or not isinstance(kept, dict) or not offset.isdigit() or self._over(str(kept["until"])):
            raise CallRefused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        plan = self._plan(str(kept["soql"]))
        ids, size, start = cast("list[str]", kept["ids"]), cast("int", kept["size"]), int(offset)
        end = start + size
        documents = [self.sandbox.data.get(plan.object.name, id) for id in ids[start:end]]
        page = [one for one in documents if one is not None]
        return self._page(request, plan, page, len(ids), f"{name}-{end}" if end < len(ids) else "")

    def _over(self, until: str) -> bool:
        return datetime.fromisoformat(until) <= self.sandbox.clock.now()

    def _plan(self, soql: str) -> Plan:
        try:
            query = sandbox_soql.parse(soql)
        except SoqlError as error:
            raise CallRefused(400, "MALFORMED_QUERY", str(error)) from None
        kind = OBJECTS.get(query.object.lower())
        if kind is None:
            raise CallRefused(400, "INVALID_TYPE", f"sObject type '{query.object}' is not supported.")
        try:
            check_names(kind, query)
        except QueryRefused as no:
            raise CallRefused(400, no.code, no.message) from None
        return Plan(kind, query, self.sandbox.data.get, self.sandbox.clock.now())

    def _candidates(self, plan: Plan, deleted: bool) -> list[Document]:
        """The records worth looking at: by ids or by time where the query says so, else all."""
        data, object = self.sandbox.data, plan.object.name
        for part in _always(plan.query.where):
            if part.field.lower() == "id" and part.op in {"=", "IN"}:
                texts = part.value if isinstance(part.value, tuple) else (part.value,)
                ids = {sandbox_ids.canonical(str(text)) or "" for text in texts}
                found = [one for id in ids if (one := data.get(object, id)) is not None]
                return [one for one in found if deleted or not one.deleted]
        for part in _always(plan.query.where):
            late = part.op in {">", ">=", "="} and isinstance(part.value, datetime)
            if part.field.lower() == "systemmodstamp" and late:
                since = cast("datetime", part.value).replace(microsecond=0)
                return data.all(object, since, deleted=deleted)
        return data.all(object, deleted=deleted)

    def _page(
        self, request: SandboxRequest, plan: Plan, page: list[Document], total: int, following: str
    ) -> SandboxReply:
        root = _root(request)
        records: list[Raw] = [
            cast("Raw", render(plan.object, one, plan.query, plan.find, root)) for one in page
        ]
        body: dict[str, Raw] = {"totalSize": total, "done": not following}
        if following:
            # The vendor's address of a next page says /query/ after a queryAll too.
            body["nextRecordsUrl"] = f"{root}/query/{following}"
        return SandboxReply(200, {**body, "records": records})

    # --- single records

    def get(self, request: SandboxRequest) -> SandboxReply:
        return self._one(request, self.sandbox.kind(request), request.at["id"])

    def get_by(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        field = kind.by_name.get(request.at["field"].lower())
        if field is None or not (field.external_id or field.name == "Id"):
            raise CallRefused(
                404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible"
            )
        if field.name == "Id":
            return self._one(request, kind, request.at["value"])
        ids = self.sandbox.find_by(kind, field.name, request.at["value"])
        if len(ids) > 1:
            return SandboxReply(300, [f"{_root(request)}/sobjects/{kind.name}/{id}" for id in ids])
        return self._one(request, kind, ids[0] if ids else "")

    def _one(self, request: SandboxRequest, kind: SObject, id: str) -> SandboxReply:
        found = self.sandbox.data.get(kind.name, sandbox_ids.canonical(id) or "")
        if found is None:
            raise CallRefused(404, "NOT_FOUND", "The requested resource does not exist")
        if found.deleted:
            raise CallRefused(404, "ENTITY_IS_DELETED", "entity is deleted")
        asked = request.query.get("fields", "")
        names = [name.strip() for name in asked.split(",") if name.strip()]
        fields = tuple(names or [field.name for field in kind.fields])
        try:
            shown = render(kind, found, Query(kind.name, fields), self.sandbox.data.get, _root(request))
        except QueryRefused as no:
            raise CallRefused(400, no.code, no.message) from None
        headers = {"Last-Modified": format_datetime(found.modified.replace(microsecond=0), usegmt=True)}
        if kind.name == "Account":
            headers["ETag"] = etag(found)
        return SandboxReply(200, shown, headers)

    def collections_retrieve(self, request: SandboxRequest) -> SandboxReply:
        """Up to 2000 records by id, null where there is none."""
        kind = self.sandbox.kind(request)
        body = request.json if isinstance(request.json, dict) else request.query
        ids, fields = _texts(body.get("ids")), _texts(body.get("fields"))
        if len(ids) > PAGE:
            raise CallRefused(400, "INVALID_INPUT", f"The number of ids may not exceed {PAGE}")  # [R] wording
        records: list[Raw] = []
        for id in ids:
            found = self.sandbox.data.get(kind.name, sandbox_ids.canonical(id) or "")
            if found is None or found.deleted:
                records.append(None)
                continue
            try:
                shown = {
                    resolve(kind, name)[-1].name: cell(found, resolve(kind, name)[-1]) for name in fields
                }
            except QueryRefused as no:
                raise CallRefused(400, no.code, no.message) from None
            records.append({"attributes": {"type": kind.name}, **shown})
        return SandboxReply(200, records)

    # --- replication

    def updated(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        start, end = self._window(request, UPDATED_KEPT)
        found = self.sandbox.data.all(kind.name, start, end)
        return SandboxReply(200, {"ids": [one.id for one in found], "latestDateCovered": write_time(end)})

    def deleted(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        start, end = self._window(request, DELETED_KEPT)
        gone = [one for one in self.sandbox.data.all(kind.name, start, end, deleted=True) if one.deleted]
        return SandboxReply(
            200,
            {
                "deletedRecords": [{"id": one.id, "deletedDate": write_time(one.modified)} for one in gone],
                "earliestDateAvailable": write_time(self.sandbox.clock.now() - DELETED_KEPT),
                "latestDateCovered": write_time(end),
            },
        )

    def _window(self, request: SandboxRequest, kept: timedelta) -> tuple[datetime, datetime]:
        """Seconds do not count: the window is widened to whole minutes at its beginning and cut at its end."""
        try:
            start, end = read_time(request.query["start"]), read_time(request.query["end"])
        except (KeyError, ValueError):
            raise CallRefused(
                400, "INVALID_REPLICATION_DATE", "start and end are needed, with a time zone"
            ) from None
        start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
        if start >= end:
            raise CallRefused(
                400, "INVALID_REPLICATION_DATE", "startDate must be at least 1 minute before endDate"
            )
        if self.sandbox.clock.now() - start > kept:
            raise CallRefused(
                400, "INVALID_REPLICATION_DATE", f"startDate cannot be more than {kept.days} days ago"
            )
        return start, end


def etag(document: Document) -> str:
    return f'"{document.modified.timestamp():.6f}"'


def _root(request: SandboxRequest) -> str:
    return f"/services/data/{request.at['version']}"


def _page_size(request: SandboxRequest) -> int:
    option = request.headers.get("sforce-query-options", "")
    _, _, number = option.partition("batchSize=")
    return min(PAGE, max(200, int(number))) if number.strip().isdigit() else PAGE


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [one for one in value.split(",") if one]
    return [str(one) for one in value] if isinstance(value, list) else []


def _always(condition: Condition | None) -> list[Comparison]:
    """Comparisons that every match fulfils."""
    match condition:
        case Comparison():
            return [condition]
        case Both(parts):
            return [one for part in parts for one in _always(part)]
        case _:
            return []
