"""金蝶云星辰 for the hub: customers with their contact rows, employees, goods, and sales orders with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from pydantic import SecretStr

from synchub.sdk import (
    AuthError,
    Capabilities,
    ConfigError,
    Connector,
    ConnectorError,
    Context,
    CreateIdempotency,
    FieldSchema,
    Label,
    ObjectSchema,
    Outcome,
    Page,
    Problem,
    ProtocolError,
    PullRequest,
    RawRecord,
    RejectedError,
    Sandbox,
    TimeGrain,
    Write,
)

from .cipher import SensitiveCipher
from .client import XingchenClient, fields_of
from .listing import ModifiedFilter, count_of, read_list
from .names import Names
from .pulling import Puller
from .pushing import Pusher
from .records import Records
from .sandbox import CLIENT_ID, CLIENT_SECRET, INSTANCE, XingchenSandbox
from .saving import Saver
from .schema import CUSTOMER, ENTITIES
from .schema_sales import SALES_ORDER
from .schema_shapes import CUSTOM, EVERYTHING, Entity
from .settings import XingchenSettings

CUSTOM_FIELDS = "/jdy/v2/sys/custom_field"


class KingdeeXingchen(Connector[XingchenSettings]):
    """One account set of 金蝶云星辰 (JDY v2). 金蝶云星空 (K3 Cloud) is another product with another connector."""

    name: ClassVar[str] = "kingdee_xingchen"
    title: ClassVar[Label] = Label(zh="金蝶云星辰", en="Kingdee Cloud Xingchen")
    settings_type = XingchenSettings
    sandbox_type = XingchenSandbox
    capabilities: ClassVar[Capabilities] = Capabilities(
        modified_since=TimeGrain.SECOND,
        late_visibility_s=600.0,
        thin_listing=True,
        create_idempotency=CreateIdempotency.UNIQUE_FIELD,
        deletes=True,
        write_batch=1,
        read_batch=50,
        write_returns_record=True,
        replaces_lists=True,
        creates_with_rows=True,
        calls_per_minute=500.0,
        masked_fields=True,
    )

    @classmethod
    def sandbox_settings(cls, sandbox: Sandbox, settings: XingchenSettings) -> XingchenSettings:
        update: dict[str, object] = {
            "gateway": sandbox.address,
            "client_id": CLIENT_ID,
            "client_secret": SecretStr(CLIENT_SECRET),
            "outer_instance_id": INSTANCE,
            "write_orders": True,
        }
        if isinstance(sandbox, XingchenSandbox) and "calls_per_minute" not in settings.model_fields_set:
            # As close to the limit of this account set as the default is to the vendor's.
            update["calls_per_minute"] = sandbox.rules.calls_per_minute * 0.96
        return settings.model_copy(update=update)

    def __init__(self, settings: XingchenSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._client = XingchenClient(settings, context)
        self._cipher = SensitiveCipher(settings.client_secret.get_secret_value())
        self._filter = ModifiedFilter(
            self._client, context.clock, context.state / f"{settings.account}.filters"
        )
        self._records: dict[str, Records] = {}

    @property
    def calls(self) -> int:
        return self._client.calls

    def check(self) -> str:
        found = {
            "domain": self._client.token.domain,
            "count": count_of(self._client, CUSTOMER.path, EVERYTHING),
        }
        return Problem("kingdee_xingchen.checked", found).text()

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        return [
            self._described(entity) for name, entity in ENTITIES.items() if objects is None or name in objects
        ]

    def pull(self, request: PullRequest) -> Iterator[Page]:
        puller = Puller(
            self._client,
            self._asked(request),
            self._filter,
            self.context.clock,
            timedelta(minutes=self.settings.overlap_minutes),
            self.context.system,
        )
        return puller.pages(request)

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        records = self._asked(request)
        found = [(id, records.detail("id", id)) for id in dict.fromkeys(ids)]
        return [records.record(id, detail, request.columns) for id, detail in found if detail is not None]

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        """By id and code with a call each, by name over the thin list; anything else reads everything."""
        records = self._asked(request)
        if column == "id":
            return self.fetch(request, values)
        if column == records.entity.code:
            details = [records.detail("number", value) for value in dict.fromkeys(values) if value]
            return [
                records.record(str(detail["id"]), detail, request.columns)
                for detail in details
                if detail is not None and str(detail.get(column)) in values
            ]
        if column == "name" and records.entity.schema.column(column) is not None:
            rows = read_list(
                self._client,
                records.entity.path,
                records.entity.everything,
                clock=self.context.clock,
                system=self.context.system,
            ).rows
            return self.fetch(request, [id for id, row in rows.items() if row.get("name") in values])
        return super().find(request, column, values)

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        records = self._asked(request)
        if records.entity is SALES_ORDER and not self.settings.write_orders:
            return [
                Outcome.of_error(self._located(RejectedError("KX118"), request.object, one.id), one.id)
                for one in writes
            ]
        names = Names(self._client, self.context.clock, self.context.system)
        pusher = Pusher(
            self._client,
            records,
            Saver(records.entity, names, self._cipher),
            request.columns,
            whole=self.settings.save == "whole",
        )
        outcomes: list[Outcome] = []
        for write in writes:
            try:
                outcomes.append(pusher.write(write))
            except AuthError as error:
                if not outcomes:
                    raise
                outcomes.append(Outcome.of_error(error, write.id))
            except ConnectorError as error:
                outcomes.append(Outcome.of_error(self._located(error, request.object, write.id), write.id))
        return outcomes

    def close(self) -> None:
        self._client.close()

    def _asked(self, request: PullRequest) -> Records:
        """The records of the object. Raises ProtocolError for a column it does not have: silence would look like agreement."""
        records = self._of(request.object)
        for column in request.columns:
            if records.entity.schema.column(column) is None and not column.startswith(f"{CUSTOM}."):
                raise ProtocolError("C118", system=self.context.system, object=request.object, column=column)
        return records

    def _of(self, object: str) -> Records:
        if object not in ENTITIES:
            raise ConfigError("C119", system=self.context.system, object=object)
        if object not in self._records:
            self._records[object] = Records(
                self._client, ENTITIES[object], self._cipher, self.context.timezone
            )
        return self._records[object]

    def _located(self, error: ConnectorError, object: str, id: str) -> ConnectorError:
        """The error, knowing where it happened."""
        for key, value in (("system", self.context.system), ("object", object), ("external_id", id)):
            if not getattr(error, key):
                setattr(error, key, value)
                error.params[key] = value
        return error

    def _described(self, entity: Entity) -> ObjectSchema:
        """The shipped columns and the custom ones the account set has."""
        schema = entity.schema
        try:
            data = fields_of(self._client.get(CUSTOM_FIELDS, {"entity_number": entity.number_of_operate}))
        except RejectedError as error:
            # The entity numbers of base data are not confirmed [R]; the standard columns stand all the same.
            detail = error.params.get("detail", "")
            note = Problem("kingdee_xingchen.custom_fields_unknown", {"detail": detail}).text()
            return replace(schema, notes=(*schema.notes, note))
        head = data.get("head")
        rows = head if isinstance(head, list) else []
        custom = [_custom(row) for row in rows if isinstance(row, dict) and row.get("number")]
        return replace(schema, fields=(*schema.fields, *custom))


def _custom(row: dict[str, object]) -> FieldSchema:
    """A custom field; whatever its type, its value travels as text [D]."""
    return FieldSchema(
        f"{CUSTOM}.{row['number']}",
        str(row.get("display_name") or row["number"]),
        required=bool(row.get("must_input")),
    )
