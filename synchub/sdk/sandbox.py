"""The base of every sandbox: a local stand-in of a vendor's API with memory, history, counters and misbehaviour on request.

A sandbox implements the vendor's documents. Its data is one SQLite file, so that the demo's folder can be used again and several
processes may serve it at once. People's work on the vendor's screen is a Python call (`user_edit` and its sisters).

Faults (`fault`), each for one endpoint or ``*``, a number of times, after `skip` undisturbed calls:

======================  =====================================================================================
``throttle``            429; with `retry_after` the header is sent. Nothing is done.
``error_before``        a server error (`status`, default 500) before anything is done
``error_after``         the work is done, then a server error
``drop_before``         the connection breaks before anything is done
``drop_after``          the work is done, then the connection breaks
``hang_before``         nothing is done and no answer comes for `seconds`
``hang_after``          the work is done, the answer takes `seconds`
``expire``              every token given out so far stops working, then the call goes on
``refuse``              answers `status` with `body` as it is. Nothing is done.
======================  =====================================================================================

A vendor adds its own kinds (`own_faults`); one that is due stands in the request (`request.fault`), and the handler does it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from synchub.model.values import Raw
from synchub.sdk.clock import Clock, SystemClock
from synchub.sdk.sandbox_data import Actor, Cell, Document, Fault, LogOp, LogRow, SandboxData
from synchub.sdk.sandbox_wire import Aftermath, Handler, Refusal, SandboxReply, SandboxRequest, SandboxRoute

if TYPE_CHECKING:
    from synchub.sdk.sandbox_server import SandboxServer

BEFORE = ("throttle", "error_before", "drop_before", "hang_before", "expire", "refuse")
AFTER = ("error_after", "drop_after", "hang_after")


class Sandbox(ABC):
    """A vendor in a box. Subclasses give routes and the vendor's rules.

    Rules for documents go into `prepare`, which API calls and people's edits both pass through.
    """

    name: ClassVar[str]
    stamps: ClassVar[frozenset[str]] = frozenset()
    """Columns the system keeps itself (modification times, editors): changed by every write, so not logged as cells."""
    own_faults: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, file: Path, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.data = SandboxData(file)
        self._server: SandboxServer | None = None
        self._routes = list(self.routes())

    # --- what a vendor says

    @abstractmethod
    def routes(self) -> Sequence[SandboxRoute]:
        """The endpoints, the first match wins. A handler runs in a transaction; `Refusal` takes back what it did."""

    def new_id(self, object: str) -> str:
        """An id the way the vendor makes them."""
        return str(self.data.next(object))

    def prepare(self, document: Document, before: Document | None, actor: Actor) -> Document:
        """The vendor's rules for a record about to be stored: trim, default, check, stamp. May raise `Refusal`."""
        del before, actor
        return document

    def expire_tokens(self) -> None:
        """Make every token given out so far useless; a vendor without tokens has nothing to do."""
        return

    def guard(self, request: SandboxRequest) -> None:
        """Look at a request before its handler does (authorisation, limits). May raise `Refusal`."""
        del request

    def finish(self, request: SandboxRequest, reply: SandboxReply) -> SandboxReply:
        """Add what every answer carries."""
        del request
        return reply

    def fault_reply(self, fault: Fault) -> SandboxReply:
        """A throttled or failed answer in the vendor's own words; the default has an empty body."""
        if fault.kind == "throttle":
            wait = fault.params.get("retry_after")
            return SandboxReply(429, "", {} if wait is None else {"Retry-After": str(wait)})
        status = fault.params.get("status", 500)
        return SandboxReply(status if isinstance(status, int) else 500, "")

    def not_found(self, request: SandboxRequest) -> SandboxReply:
        """The answer where no route fits."""
        del request
        return SandboxReply(404, "")

    # --- running

    @property
    def address(self) -> str:
        """``http://127.0.0.1:port`` while it runs."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return self._server.address

    def start(self, port: int = 0) -> Self:
        """Serve on a free port; returns itself."""
        if self._server is None:
            from synchub.sdk.sandbox_server import SandboxServer

            self._server = SandboxServer(self.serve)
            self._server.start(port)
        return self

    def stop(self) -> None:
        """Stop serving; the data stays, and `start` may be called again."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def close(self) -> None:
        self.stop()
        self.data.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.close()

    # --- people at the vendor's screen

    def seed(self, object: str, rows: Sequence[Mapping[str, Raw]]) -> list[str]:
        """Lay out first data; returns the ids."""
        with self.data.transaction():
            return [self.create(object, row, "seed").id for row in rows]

    def user_create(self, object: str, values: Mapping[str, Raw]) -> str:
        with self.data.transaction():
            return self.create(object, values, "user").id

    def user_edit(self, object: str, id: str, changes: Mapping[str, Raw], visible_after: float = 0.0) -> None:
        """Change cells. With `visible_after` seconds the change is stamped now and seen only then, like a long transaction.

        Raises KeyError when the record is not there.
        """
        with self.data.transaction():
            if visible_after > 0:
                now = self.clock.now()
                self.data.delay(now + timedelta(seconds=visible_after), now, object, id, changes)
            else:
                self.update(self.existing(object, id), changes, "user")

    def user_delete(self, object: str, id: str) -> None:
        with self.data.transaction():
            self.delete(self.existing(object, id), "user")

    def record(self, object: str, id: str) -> dict[str, Raw]:
        """What a record holds now. Raises KeyError when it is not there (any more)."""
        with self.data.transaction():
            return dict(self.existing(object, id).values)

    def records(self, object: str) -> dict[str, dict[str, Raw]]:
        """Every live record of an object, by id."""
        with self.data.transaction():
            self._let_appear()
            return {document.id: document.values for document in self.data.all(object)}

    # --- watching and disturbing

    def write_log(self, since_seq: int = 0, actor: Actor | None = None) -> list[LogRow]:
        """Every cell that changed after `since_seq`, in order."""
        with self.data.transaction():
            return self.data.history(since_seq, actor)

    def calls(self) -> dict[str, int]:
        """Requests so far by endpoint, of all processes."""
        with self.data.transaction():
            return self.data.counts()

    def reset_calls(self) -> None:
        with self.data.transaction():
            self.data.reset_counts()

    def fault(self, kind: str, endpoint: str = "*", *, times: int = 1, skip: int = 0, **params: Raw) -> None:
        """Ask for misbehaviour; see the table of the module. Raises ValueError for a kind this sandbox does not know."""
        if kind not in {*BEFORE, *AFTER, *self.own_faults}:
            raise ValueError(f"{self.name} cannot misbehave as “{kind}”")
        with self.data.transaction():
            self.data.add_fault(Fault(kind, params), endpoint, skip, times)

    def clear_faults(self) -> None:
        with self.data.transaction():
            self.data.clear_faults()

    # --- for handlers: documents change here and nowhere else

    def existing(self, object: str, id: str) -> Document:
        self._let_appear()
        document = self.data.get(object, id)
        if document is None or document.deleted:
            raise KeyError(id)
        return document

    def create(self, object: str, values: Mapping[str, Raw], actor: Actor, id: str = "") -> Document:
        """Store a new record. Cells the caller did not give (defaults, derived ones) are logged as done by the system."""
        document = Document(object, id or self.new_id(object), dict(values), self.clock.now())
        document = self.prepare(document, None, actor)
        self.data.put(document)
        cells = [
            (column, None, value)
            for column, value in document.values.items()
            if value is not None and column not in self.stamps
        ]
        self._log(document, actor, "create", cells, values)
        return document

    def update(
        self, before: Document, changes: Mapping[str, Raw], actor: Actor, stamp: datetime | None = None
    ) -> Document:
        """Change cells of a record; logged like `create`."""
        document = replace(before, values={**before.values, **changes}, modified=stamp or self.clock.now())
        document = self.prepare(document, before, actor)
        self.data.put(document)
        cells = [
            (column, before.values.get(column), value)
            for column, value in document.values.items()
            if column not in self.stamps and not _same(before.values.get(column), value)
        ]
        self._log(document, actor, "update", cells, changes)
        return document

    def delete(self, document: Document, actor: Actor) -> None:
        gone = replace(document, deleted=True, modified=self.clock.now())
        self.data.put(gone)
        self.data.log(gone.modified, actor, gone, "delete", [("", document.values.get("Name"), None)])

    def _log(
        self, document: Document, actor: Actor, op: LogOp, cells: Sequence[Cell], given: Mapping[str, Raw]
    ) -> None:
        own = [cell for cell in cells if cell[0] in given]
        derived = [cell for cell in cells if cell[0] not in given]
        self.data.log(document.modified, actor, document, op, own)
        self.data.log(document.modified, "system", document, op, derived)

    # --- serving

    def serve(self, request: SandboxRequest) -> tuple[SandboxReply, Aftermath]:
        """Answer one request; called in a thread of the server."""
        route, request = self._routed(request)
        with self.data.transaction():
            self.data.count(request.endpoint)
            before = self.data.take_fault(request.endpoint, BEFORE)
            after = None if before else self.data.take_fault(request.endpoint, AFTER)
            own = None if before else self.data.take_fault(request.endpoint, self.own_faults)
        request = replace(request, fault=own)
        if before is not None and before.kind == "expire":
            with self.data.transaction():
                self.expire_tokens()
            before = None
        if before is not None:
            reply = self._disturbed(before)
            return self._dated(self.finish(request, reply)), _aftermath(before)
        reply = self.finish(request, self._answer(route, request))
        if after is None:
            return self._dated(reply), Aftermath()
        if after.kind == "error_after":
            reply = self.fault_reply(after)
        return self._dated(reply), _aftermath(after)

    def _routed(self, request: SandboxRequest) -> tuple[Handler, SandboxRequest]:
        for route in self._routes:
            at = route.match(request)
            if at is not None:
                return route.handler, replace(request, at=at, endpoint=route.name)
        return self.not_found, replace(request, endpoint="unknown")

    def _answer(self, handler: Handler, request: SandboxRequest) -> SandboxReply:
        """A refusal takes back what the handler did; what the guard noted (a call counted) stays."""
        with self.data.transaction():
            self._let_appear()
            try:
                self.guard(request)
                with self.data.savepoint():
                    return handler(request)
            except Refusal as refusal:
                return refusal.reply

    def _disturbed(self, fault: Fault) -> SandboxReply:
        if fault.kind == "refuse":
            status = fault.params.get("status", 400)
            return SandboxReply(status if isinstance(status, int) else 400, fault.params.get("body", ""))
        return self.fault_reply(fault)

    def _dated(self, reply: SandboxReply) -> SandboxReply:
        return replace(
            reply, headers={"Date": format_datetime(self.clock.now(), usegmt=True), **reply.headers}
        )

    def _let_appear(self) -> None:
        """Store the delayed changes whose time has come, under their old stamps."""
        for stamp, object, id, changes in self.data.take_due(self.clock.now()):
            before = self.data.get(object, id)
            if before is not None and not before.deleted:
                self.update(before, changes, "user", stamp)


def _aftermath(fault: Fault) -> Aftermath:
    seconds = fault.params.get("seconds", 5)
    hang = float(seconds) if fault.kind.startswith("hang") and isinstance(seconds, (int, Decimal)) else 0.0
    return Aftermath(hang, drop=fault.kind.startswith("drop"))


def _same(before: Raw, after: Raw) -> bool:
    """Equal in value and kind: True is not 1."""
    return before == after and isinstance(before, bool) == isinstance(after, bool)
