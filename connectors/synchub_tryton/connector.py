"""Tryton as a system of the hub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from synchub.sdk import (
    Capabilities,
    ConditionalWrite,
    ConfigError,
    Connector,
    Context,
    CreateIdempotency,
    Label,
    ObjectSchema,
    Outcome,
    Page,
    Problem,
    PullRequest,
    Raw,
    RawRecord,
    TimeGrain,
    Write,
)

from . import values
from .client import Client
from .describe import Column, Columns, Models
from .pulling import Pull
from .pushing import ROWS, Push
from .reading import Reader
from .replies import SetupError
from .settings import TrytonSettings
from .shapes import SHAPES


class Tryton(Connector[TrytonSettings]):
    """One database of a Tryton server over JSON-RPC, series 8.2 and later ones that keep its interface."""

    name: ClassVar[str] = "tryton"
    title: ClassVar[Label] = Label(zh="Tryton", en="Tryton")
    settings_type = TrytonSettings
    capabilities: ClassVar[Capabilities] = Capabilities(
        modified_since=TimeGrain.MICROSECOND,
        late_visibility_s=600.0,
        conditional_write=ConditionalWrite.ETAG,
        create_idempotency=CreateIdempotency.UNIQUE_FIELD,
        deletes=True,
        write_batch=ROWS,
        read_batch=1000,
        replaces_lists=False,
    )

    def __init__(self, settings: TrytonSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._client = Client(settings, context)
        folder = context.state / settings.account
        self._models = Models(self._client, folder, context.clock, context.system, settings.language)
        self._columns: dict[str, Columns] = {}

    @property
    def calls(self) -> int:
        return self._client.calls

    def check(self) -> str:
        self._client.prove_login()
        company = self._client.preferences.get("company.rec_name") or "–"
        found = {
            "database": self.settings.database,
            "company": company,
            "version": self._client.version(),
        }
        return Problem("tryton.checked", found).text()

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        found = []
        logged = bool(self._client.preferences.get("administrator"))
        notes = () if logged else (Problem("tryton.no_log").text(),)
        for name in SHAPES if objects is None else objects:
            try:
                schema = self._of(name).schema()
            except ConfigError:
                continue  # the module is not activated, or there is no such model
            found.append(replace(schema, notes=(*schema.notes, *notes)))
        return found

    def pull(self, request: PullRequest) -> Iterator[Page]:
        reader = self._reader(request)
        overlap = timedelta(minutes=self.settings.overlap_minutes)
        try:
            yield from Pull(self._client, request, reader, overlap, self.context.system).pages()
        except SetupError:
            self._forget()
            raise

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        wanted = values.ids(ids)
        return self._where(self._reader(request), [["id", "in", wanted]]) if wanted else []

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        columns = self._of(request.object)
        sought = columns[column]
        if sought.child is None and sought.lines is None and not sought.refers:
            domain: list[Raw] = [[sought.path, "in", list(values)]]
        elif sought.child is not None and sought.child.value:
            domain = [_where_child(sought, values)]
        else:
            return super().find(request, column, values)
        reader = Reader(columns, [*columns.all(request.columns), sought])
        records = self._where(reader, domain)
        return [
            record._replace(values=record.values[:-1])
            for record in records
            if str(record.values[-1]) in values
        ]

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        columns = self._of(request.object)
        try:
            outcomes = Push(
                self._client, columns, request, self.context.timezone, self.context.system
            ).outcomes(writes)
        except SetupError:
            self._forget()
            raise
        if any(isinstance(one.error, SetupError) for one in outcomes):
            self._forget()
        return outcomes

    def close(self) -> None:
        self._client.close()

    def _of(self, object: str) -> Columns:
        """Raises ConfigError for a model that is not there."""
        if object not in self._columns:
            self._models.fields(object)
            self._columns[object] = Columns(self._models, object)
        return self._columns[object]

    def _reader(self, request: PullRequest) -> Reader:
        columns = self._of(request.object)
        return Reader(columns, columns.all(request.columns))

    def _where(self, reader: Reader, domain: Sequence[Raw]) -> list[RawRecord]:
        return reader.records(self._client.rows(reader.model, domain, reader.fields))

    def _forget(self) -> None:
        self._models.forget()
        self._columns.clear()


def _where_child(column: Column, sought: Sequence[str]) -> list[Raw]:
    """Records of which a child carries one of these values; whether it is the one that is shown is looked at afterwards."""
    assert column.child is not None
    marks: list[Raw] = [[name, "=", mark] for name, mark in column.child.marks.items()]
    return [column.child.relation, "where", [*marks, [column.child.value, "in", list(sought)]]]
