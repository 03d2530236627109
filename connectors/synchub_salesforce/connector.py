"""Salesforce as a system of the hub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import ClassVar

from synchub.sdk import (
    Capabilities,
    Connector,
    Context,
    CreateIdempotency,
    Label,
    ObjectSchema,
    Outcome,
    Page,
    ProtocolError,
    PullRequest,
    RawRecord,
    Sandbox,
    TimeGrain,
    Write,
)

from . import soql, values
from .client import Client
from .describe import Describes
from .pulling import Pull
from .pushing import ROWS, Push
from .replies import SetupError
from .sandbox import SalesforceSandbox
from .settings import SalesforceSettings


class Salesforce(Connector[SalesforceSettings]):
    """One org over REST. Columns are field names, or ``Owner.Name`` through a relation (read only)."""

    name: ClassVar[str] = "salesforce"
    title: ClassVar[Label] = Label(zh="Salesforce", en="Salesforce")
    settings_type = SalesforceSettings
    sandbox_type = SalesforceSandbox
    capabilities: ClassVar[Capabilities] = Capabilities(
        modified_since=TimeGrain.SECOND,
        late_visibility_s=600.0,
        create_idempotency=CreateIdempotency.EXTERNAL_ID,
        delete_feed_days=15,
        deletes=True,
        write_batch=ROWS,
        read_batch=2000,
        calls_per_day=100_000,
    )

    def __init__(self, settings: SalesforceSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._client = Client(settings, context)
        self._describes = Describes(self._client, self._client.folder, context.clock, context.system)

    @classmethod
    def sandbox_settings(cls, sandbox: Sandbox, settings: SalesforceSettings) -> SalesforceSettings:
        """The sandbox's address and its test credentials; everything else as it is."""
        assert isinstance(sandbox, SalesforceSandbox)
        return SalesforceSettings.model_validate(
            {
                **settings.model_dump(exclude_none=True),
                "address": sandbox.address,
                "domain": "sandbox.my",
                "consumer_key": sandbox.consumer_key,
                "consumer_secret": sandbox.consumer_secret,
                "private_key": None,
            }
        )

    @property
    def account(self) -> str:
        # a sandbox is the same org whatever address and key it got this time
        return (
            ""
            if self.settings.address
            else f"{self.settings.domain} {self.settings.consumer_key} {self.settings.username}"
        )

    @property
    def calls(self) -> int:
        return self._client.calls

    def check(self) -> str:
        self._client.prove_login()
        for rows, _ in self._client.query("SELECT Id, Name FROM Organization"):
            name = rows[0]["Name"] if rows else "?"
            used, most = self._client.usage or (0, 0)
            return (
                f"{name} ({rows[0]['Id'] if rows else '?'}), API v{self.settings.api_version}, {used}/{most}"
            )
        raise ProtocolError("C108", system=self.context.system, detail="Organization")

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        if objects is None:
            listed = [str(one["name"]) for one in self._client.objects() if one.get("queryable") is True]
            return [self._describes.fresh(name) for name in listed]
        found: list[ObjectSchema] = []
        for name in objects:
            try:
                found.append(self._describes.fresh(name))
            except ProtocolError as error:
                if error.code != "C119":
                    raise
        return found

    def pull(self, request: PullRequest) -> Iterator[Page]:
        schema = self._describes.get(request.object)
        overlap = timedelta(minutes=self.settings.overlap_minutes)
        try:
            yield from Pull(self._client, request, schema, overlap, self.context.system).pages()
        except SetupError:
            self._describes.forget(request.object)
            raise

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        return self._where(request, "Id", [soql.text(id) for id in ids], deleted=True)

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        field = self._describes.get(request.object).column(column)
        if field is None:
            raise ProtocolError("C118", system=self.context.system, object=request.object, column=column)
        literals = [text for value in values if (text := soql.literal(field, value)) is not None]
        wider = PullRequest(request.object, (*request.columns, column), options=request.options)
        wanted = {value.casefold() for value in values}
        return [
            record._replace(values=record.values[:-1])
            for record in self._where(wider, column, literals, deleted=False)
            # The org compares without case, and so must we: a unique external id that differs by case alone is the same there.
            if str(record.values[-1]).casefold() in wanted
        ]

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        schema = self._describes.get(request.object)
        try:
            outcomes = Push(self._client, schema, self.context.clock, self.context.system).outcomes(writes)
        except SetupError:
            self._describes.forget(request.object)
            raise
        if any(isinstance(one.error, SetupError) for one in outcomes):
            self._describes.forget(request.object)
        return outcomes

    def close(self) -> None:
        self._client.close()

    def _where(
        self, request: PullRequest, column: str, literals: Sequence[str], deleted: bool
    ) -> list[RawRecord]:
        schema = self._describes.get(request.object)
        deletable = schema.column("IsDeleted") is not None
        columns = list(dict.fromkeys([*values.own_columns(schema), *request.columns]))
        return [
            values.record(row, request.columns)
            for query in soql.queries_in(request.object, columns, column, literals)
            for rows, _ in self._client.query(query, deleted=deleted and deletable)
            for row in rows
        ]
