"""The sandbox's writing endpoints: single records, and collections whose rows succeed or fail one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from email.utils import parsedate_to_datetime
from itertools import groupby
from typing import TYPE_CHECKING, cast

from synchub.sdk import Document, Fault, Raw, SandboxReply, SandboxRequest

from . import sandbox_ids
from .sandbox_fields import Field, SObject
from .sandbox_reads import etag
from .sandbox_rules import CallRefused, RowRefused, read_body, refuse_read_only
from .sandbox_schema import OBJECTS

if TYPE_CHECKING:
    from .sandbox import SalesforceSandbox

MOST_ROWS = 200
MOST_CHUNKS = 10
Body = Mapping[str, Raw]
Work = Callable[[Body], dict[str, Raw]]


class _Undo(Exception):  # noqa: N818 - a way out of a savepoint
    """allOrNone, and a row failed."""


class Writes:
    """Handlers; the sandbox owns data and rules."""

    def __init__(self, sandbox: SalesforceSandbox) -> None:
        self.sandbox = sandbox

    # --- single records

    def create(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        self._row_fault(request.fault, 0)
        id = self._create(kind, _object(request))
        return SandboxReply(201, {"id": id, "success": True, "errors": []})

    def update(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        found = self._live(kind, request.at["id"])
        self._check_conditions(request, kind, found)
        self._row_fault(request.fault, 0)
        self._update(kind, found, _object(request))
        return SandboxReply(204)

    def delete(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        if request.headers.get("if-unmodified-since") or request.headers.get("if-match"):
            raise CallRefused(
                400, "INVALID_HEADER", "conditional headers are not supported for DELETE"
            )  # [R] code
        self._delete(kind, self._live(kind, request.at["id"]))
        return SandboxReply(204)

    def upsert(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        if request.at["field"].lower() == "id":
            return self.update(replace(request, at={**request.at, "id": request.at["value"]}))
        field = self._external(kind, request.at["field"])
        value = request.at["value"]
        if any(name.lower() == field.name.lower() for name in _object(request)):
            raise CallRefused(
                400, "INVALID_FIELD", f"The {field.name} field should not be specified in the sobject data."
            )
        ids = self.sandbox.find_by(kind, field.name, value)
        root = f"/services/data/{request.at['version']}/sobjects/{kind.name}"
        if len(ids) > 1:
            return SandboxReply(300, [f"{root}/{id}" for id in ids])
        self._row_fault(request.fault, 0)
        if ids:
            self._update(kind, self._live(kind, ids[0]), _object(request))
            return SandboxReply(200, {"id": ids[0], "success": True, "errors": [], "created": False})
        if request.query.get("updateOnly", "").lower() == "true":
            raise CallRefused(404, "NOT_FOUND", "The requested resource does not exist")
        id = self._create(kind, {**_object(request), field.name: value})
        return SandboxReply(201, {"id": id, "success": True, "errors": [], "created": True})

    def delete_by(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        ids = self.sandbox.find_by(kind, self._external(kind, request.at["field"]).name, request.at["value"])
        self._delete(kind, self._live(kind, ids[0] if len(ids) == 1 else ""))
        return SandboxReply(204)

    # --- collections

    def collections_create(self, request: SandboxRequest) -> SandboxReply:
        def work(row: Body) -> dict[str, Raw]:
            return {"id": self._create(_kind_of(row), row), "success": True, "errors": []}

        return self._collection(request, work)

    def collections_update(self, request: SandboxRequest) -> SandboxReply:
        def work(row: Body) -> dict[str, Raw]:
            kind = _kind_of(row)
            id = next((str(value) for name, value in row.items() if name.lower() == "id"), "")
            if not id:
                raise RowRefused("MISSING_ARGUMENT", "Id not specified in an update call")
            found = self._found(kind, id)
            self._update(kind, found, {name: value for name, value in row.items() if name.lower() != "id"})
            return {"id": found.id, "success": True, "errors": []}

        return self._collection(request, work)

    def collections_upsert(self, request: SandboxRequest) -> SandboxReply:
        kind = self.sandbox.kind(request)
        field = self._external(kind, request.at["field"])
        seen: set[str] = set()

        def work(row: Body) -> dict[str, Raw]:
            if _kind_of(row) is not kind:
                raise CallRefused(
                    400, "INVALID_TYPE", "all rows must be of the type the address names"
                )  # [R] wording
            key = next((value for name, value in row.items() if name.lower() == field.name.lower()), None)
            if not isinstance(key, str) or not key.strip():
                raise RowRefused("MISSING_ARGUMENT", f"{field.name} not specified")
            if key.casefold() in seen:
                raise RowRefused(
                    "DUPLICATE_EXTERNAL_ID", f"{field.name}: the value {key} is in this call twice"
                )
            seen.add(key.casefold())
            return self._upsert_row(kind, field, key, row)

        return self._collection(request, work)

    def collections_delete(self, request: SandboxRequest) -> SandboxReply:
        ids = [id for id in request.query.get("ids", "").split(",") if id]
        by_prefix = {kind.prefix: kind for kind in OBJECTS.values()}

        def work(row: Body) -> dict[str, Raw]:
            id = str(row["id"])
            kind = by_prefix.get(id[:3])
            if kind is None:
                raise RowRefused("MALFORMED_ID", f"malformed id {id}")
            self._delete(kind, self._found(kind, id))
            return {"id": id, "success": True, "errors": []}

        every = request.query.get("allOrNone", "").lower() == "true"
        return self._rows([{"id": id} for id in ids], work, every, request.fault)

    def _collection(self, request: SandboxRequest, work: Work) -> SandboxReply:
        body = _object(request)
        rows = body.get("records")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CallRefused(400, "JSON_PARSER_ERROR", "The request body must have a list of records")
        typed = cast("list[dict[str, Raw]]", rows)
        if len(list(groupby(_kind_of(row).name for row in typed))) > MOST_CHUNKS:
            raise CallRefused(
                400, "INVALID_INPUT", f"more than {MOST_CHUNKS} chunks of one type each"
            )  # [R] wording
        for row in typed:  # names and JSON types are read before anything is done
            read_body(_kind_of(row), row)
        return self._rows(typed, work, body.get("allOrNone") is True, request.fault)

    def _rows(self, rows: Sequence[Body], work: Work, every: bool, fault: Fault | None) -> SandboxReply:
        if not rows or len(rows) > MOST_ROWS:
            raise CallRefused(400, "INVALID_INPUT", f"a call takes 1 to {MOST_ROWS} records")  # [R] wording
        results: list[Raw] = []
        failed = False
        try:
            with self.sandbox.data.savepoint() if every else nullcontext():
                for number, row in enumerate(rows):
                    try:
                        self._row_fault(fault, number)
                        results.append(work(row))
                    except RowRefused as no:
                        failed = True
                        results.append({"success": False, "errors": [no.shown("statusCode")]})
                if every:
                    _undo_if(failed)
        except _Undo:
            undone = RowRefused(
                "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                "Record rolled back because not all records were valid and the request was using AllOrNone header",
            ).shown("statusCode")
            results = [
                {"success": False, "errors": [undone]} if isinstance(one, dict) and one["success"] else one
                for one in results
            ]
        return SandboxReply(200, results)

    # --- one row

    def _upsert_row(self, kind: SObject, field: Field, key: str, row: Body) -> dict[str, Raw]:
        ids = self.sandbox.find_by(kind, field.name, key)
        if len(ids) > 1:
            raise RowRefused(
                "DUPLICATE_EXTERNAL_ID",
                f"{field.name}: more than one record found for external id field: [{', '.join(ids)}]",
                (field.name,),
            )
        if ids:
            changes = {name: value for name, value in row.items() if name.lower() != field.name.lower()}
            self._update(kind, self._found(kind, ids[0]), changes)
            return {"id": ids[0], "success": True, "errors": [], "created": False}
        return {"id": self._create(kind, row), "success": True, "errors": [], "created": True}

    def _create(self, kind: SObject, body: Body) -> str:
        values = self._values(kind, body)
        if not kind.createable:
            raise RowRefused(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {kind.name} does not support create"
            )
        return self.sandbox.create(kind.name, values, "api").id

    def _update(self, kind: SObject, found: Document, body: Body) -> None:
        values = self._values(kind, body)
        if not kind.updateable:
            raise RowRefused(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {kind.name} does not support update"
            )
        self.sandbox.update(found, values, "api")

    def _delete(self, kind: SObject, found: Document) -> None:
        if not kind.deletable:
            raise RowRefused(
                "INSUFFICIENT_ACCESS_OR_READONLY", f"entity type {kind.name} does not support delete"
            )
        self.sandbox.delete(found, "api")

    def _values(self, kind: SObject, body: Body) -> dict[str, Raw]:
        values = read_body(kind, body)
        for relation in [name for name, value in values.items() if isinstance(value, dict)]:
            field = kind.by_relationship[relation.lower()]
            values[field.name] = self._looked_up(field, cast("dict[str, Raw]", values.pop(relation)))
        refuse_read_only(kind, values)
        return values

    def _looked_up(self, field: Field, key: Mapping[str, Raw]) -> str:
        """The id behind ``"Account": {"SynchubId__c": "K"}``."""
        target = OBJECTS[field.refers_to.lower()]
        pairs = [(name, value) for name, value in key.items() if name != "attributes"]
        if len(pairs) != 1:
            raise CallRefused(400, "INVALID_FIELD", f"{field.relationship} takes one external id")
        name, value = pairs[0]
        ids = self.sandbox.find_by(target, self._external(target, name).name, str(value))
        if len(ids) != 1:
            raise RowRefused(
                "INVALID_FIELD",
                f"Foreign key external ID: {value} not found for field {name} in entity {target.name}",
            )
        return ids[0]

    def _external(self, kind: SObject, name: str) -> Field:
        field = kind.by_name.get(name.lower())
        if field is None or not field.external_id:
            raise CallRefused(
                404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible"
            )
        return field

    def _live(self, kind: SObject, id: str) -> Document:
        """For single records: what is not there is a 404."""
        found = self.sandbox.data.get(kind.name, sandbox_ids.canonical(id) or "")
        if found is None:
            raise CallRefused(404, "NOT_FOUND", "The requested resource does not exist")
        if found.deleted:
            raise CallRefused(404, "ENTITY_IS_DELETED", "entity is deleted")
        return found

    def _found(self, kind: SObject, id: str) -> Document:
        """For rows of a collection."""
        canonical = sandbox_ids.canonical(id)
        if canonical is None:
            raise RowRefused("MALFORMED_ID", f"malformed id {id}", ("Id",))
        found = self.sandbox.data.get(kind.name, canonical)
        if found is None:
            raise RowRefused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if found.deleted:
            raise RowRefused("ENTITY_IS_DELETED", "entity is deleted")
        return found

    def _check_conditions(self, request: SandboxRequest, kind: SObject, found: Document) -> None:
        """Whole seconds only: a second edit within the second passes unnoticed, as it does there."""
        since = request.headers.get("if-unmodified-since")
        match = request.headers.get("if-match")
        late = False
        if since is not None:
            try:
                late = found.modified.replace(microsecond=0) > parsedate_to_datetime(since)
            except ValueError:
                raise CallRefused(
                    400, "INVALID_HEADER", "If-Unmodified-Since is not a date"
                ) from None  # [R] code
        if match is not None and kind.name == "Account":
            late = late or match != etag(found)
        if late:
            raise CallRefused(
                412, "PRECONDITION_FAILED", "the record was modified since"
            )  # [R] code and wording

    def _row_fault(self, fault: Fault | None, number: int) -> None:
        if fault is None or fault.kind != "row_error" or fault.params.get("row", 0) != number:
            return
        code = str(fault.params.get("code", "UNABLE_TO_LOCK_ROW"))
        raise RowRefused(
            code, str(fault.params.get("message", "unable to obtain exclusive access to this record"))
        )


def _undo_if(failed: bool) -> None:
    if failed:
        raise _Undo


def _object(request: SandboxRequest) -> dict[str, Raw]:
    try:
        body = request.json
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise CallRefused(400, "JSON_PARSER_ERROR", "The request body is not a JSON object")
    return cast("dict[str, Raw]", body)


def _kind_of(row: Body) -> SObject:
    attributes = row.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    kind = OBJECTS.get(str(name).lower())
    if kind is None:
        raise CallRefused(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return kind
