"""Drift: a column that a mapping names and the system has no more. The field rests on that link; nothing of it is read, blanked or written.

It is found when the system refuses the column, so that a run without drift costs no call more. The columns that are still there are read as ever;
the missing ones come as ABSENT, of which the merge knows that they say nothing. A column without which records cannot be told apart
(the hub's, the scope's, a list's) is no drift but a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from synchub.engine.containing import contained
from synchub.errors import ProtocolError, RejectedError
from synchub.mapping.compiled import CompiledMapping
from synchub.mapping.target import resolve
from synchub.model.schema import ObjectSchema, RawRecord
from synchub.model.values import ABSENT
from synchub.sdk import Connector, Outcome, Page, PullRequest, Write


@dataclass
class Drift:
    """What is missing where, as far as this run has found out."""

    missing: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(system, object) -> columns."""
    schemas: dict[tuple[str, str], ObjectSchema] = field(default_factory=dict)
    """How the object looks now."""

    def columns(self, system: str, object: str) -> frozenset[str]:
        return self.missing.get((system, object), frozenset())

    def paused(self, mapping: CompiledMapping) -> frozenset[str]:
        """Fields of a mapping that rest, with those that merge together with them."""
        gone = self.columns(mapping.system, mapping.object)
        if not gone:
            return frozenset()
        names = {one.name for one in mapping.fields if gone.intersection(one.columns)}
        groups = {group for name in names if (group := mapping.entity[name].group) is not None}
        return frozenset(
            one.name
            for one in mapping.fields
            if one.name in names or mapping.entity[one.name].group in groups
        )

    def mark(self, system: str, object: str) -> str:
        """What a cursor's scope carries while columns are missing: when they are back, everything is read once more."""
        gone = self.columns(system, object)
        return "" if not gone else "!" + ",".join(sorted(gone))


class TolerantAll(Mapping[str, Connector[Any]]):
    """All connectors of a hub; each tolerates columns that are gone."""

    def __init__(
        self, inner: Mapping[str, Connector[Any]], drift: Drift, mappings: Sequence[CompiledMapping]
    ) -> None:
        self._inner = inner
        self._drift = drift
        self._vital: dict[tuple[str, str], set[str]] = {}
        for one in mappings:
            vital = {one.hub_column, one.each, one.line_id, *one.scope_columns} - {""}
            self._vital.setdefault((one.system, one.object), set()).update(vital)
        self._made: dict[str, Tolerant] = {}

    def __getitem__(self, system: str) -> Connector[Any]:
        if system not in self._made:
            self._made[system] = Tolerant(self._inner[system], system, self._drift, self._vital)
        return self._made[system]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


class Tolerant(Connector[Any]):
    """A connector whose reads leave out the columns that are gone, and whose mistakes are its own."""

    def __init__(
        self,
        inner: Connector[Any],
        system: str,
        drift: Drift,
        vital: Mapping[tuple[str, str], set[str]],
    ) -> None:
        super().__init__(inner.settings, inner.context)
        self.inner = inner
        self.capabilities = inner.capabilities  # type: ignore[misc]  # this instance's own facts
        self._system = system
        self._drift = drift
        self._vital = vital

    @property
    def account(self) -> str:
        return self.inner.account

    @property
    def calls(self) -> int:
        return self.inner.calls

    def check(self) -> str:
        return self.inner.check()

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        return self.inner.discover(objects)

    def pull(self, request: PullRequest) -> Iterator[Page]:
        with self._contained():
            try:
                pages = self.inner.pull(self._narrowed(request))
                page = next(pages, None)
            except (ProtocolError, RejectedError):
                if not self._look(request):
                    raise
                pages = self.inner.pull(self._narrowed(request))
                page = next(pages, None)
        while page is not None:
            yield self._widened_page(request, page)
            with self._contained():
                page = next(pages, None)

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        with self._contained():
            try:
                records = self.inner.fetch(self._narrowed(request), ids)
            except (ProtocolError, RejectedError):
                if not self._look(request):
                    raise
                records = self.inner.fetch(self._narrowed(request), ids)
        return [self._widened(request, one) for one in records]

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        with self._contained():
            found = self.inner.find(self._narrowed(request), column, values)
        return [self._widened(request, one) for one in found]

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        with self._contained():
            outcomes = self.inner.push(self._narrowed(request), writes)
        return [
            one if one.record is None else replace(one, record=self._widened(request, one.record))
            for one in outcomes
        ]

    def _contained(self) -> AbstractContextManager[None]:
        return contained(self._system, self.inner)

    def _look(self, request: PullRequest) -> bool:
        """Ask how the object looks now. Is a column missing, and none without which records cannot be told apart?"""
        place = (self._system, request.object)
        schema = next(
            (one for one in self.inner.discover([request.object]) if one.name == request.object), None
        )
        if schema is None or not schema.fields:
            return False
        asked = {*request.columns, *self._vital.get(place, ())}
        gone = frozenset(one for one in asked if one and resolve(schema.fields, one) is None)
        if not gone or gone & self._vital.get(place, set()) or gone == self._drift.missing.get(place):
            return False
        if gone >= set(request.columns):
            return False
        self._drift.missing[place] = gone
        self._drift.schemas[place] = schema
        return True

    def _narrowed(self, request: PullRequest) -> PullRequest:
        gone = self._drift.columns(self._system, request.object)
        if not gone.intersection(request.columns):
            return request
        return replace(request, columns=tuple(one for one in request.columns if one not in gone))

    def _widened_page(self, request: PullRequest, page: Page) -> Page:
        if not self._drift.columns(self._system, request.object).intersection(request.columns):
            return page
        return replace(page, records=[self._widened(request, one) for one in page.records])

    def _widened(self, request: PullRequest, record: RawRecord) -> RawRecord:
        """The record with ABSENT in the place of every missing column."""
        gone = self._drift.columns(self._system, request.object)
        if not gone.intersection(request.columns) or len(record.values) == len(request.columns):
            return record
        held = iter(record.values)
        return record._replace(
            values=tuple(ABSENT if one in gone else next(held, ABSENT) for one in request.columns)
        )
