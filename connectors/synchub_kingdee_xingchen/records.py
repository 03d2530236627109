"""Single records of one object: the detail call, and the record the hub gets of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from synchub.sdk import ProtocolError, RawRecord, RejectedError

from .cipher import SensitiveCipher
from .client import XingchenClient, fields_of, is_missing
from .schema_shapes import Entity
from .shapes import Detail, fingerprint, fingerprint_keys, moment, values_of


class Records:
    """Reads the records of one object of one account set."""

    def __init__(
        self, client: XingchenClient, entity: Entity, cipher: SensitiveCipher, timezone: ZoneInfo
    ) -> None:
        self.entity = entity
        self._client = client
        self._cipher = cipher
        self._timezone = timezone
        self._keys: frozenset[str] = frozenset()

    def detail(self, by: Literal["id", "number"], value: str) -> Detail | None:
        """Everything the vendor tells of one record; None when there is none."""
        try:
            reply = self._client.get(self.entity.detail_path, {by: value})
        except RejectedError as error:
            if is_missing(error, value):
                return None
            raise
        data = fields_of(reply)
        if not data.get("id"):
            # An empty answer with a success code is no proof either way.
            raise ProtocolError("C108", system=reply.system, detail="data.id")
        return data

    def record(self, id: str, detail: Detail, columns: Sequence[str]) -> RawRecord:
        """The record as the hub asked for it."""
        return RawRecord(
            id,
            values_of(self.entity, columns, detail, self._cipher),
            modified=moment(detail.get("modify_time"), self._timezone),
            fingerprint=self.fingerprint(detail),
            title=str(detail.get(self.entity.code) or ""),
        )

    def learn(self, rows: Mapping[str, Detail]) -> None:
        """Take note of which columns list rows have: fingerprints are made of these."""
        for row in rows.values():
            self._keys = fingerprint_keys(self.entity, row)
            return

    def fingerprint(self, row: Detail) -> str:
        """Of a list row, or of a detail that tells the same columns; "" while no list was seen."""
        if not self._keys or not self._keys <= row.keys():
            return ""
        return fingerprint(self.entity, row, self._keys)

    def listed(self, columns: Sequence[str]) -> bool:
        """Do list rows already tell all that is wanted? Only where details tell no modification time either."""
        return set(columns) <= self._keys and self.entity.schema.column("modify_time") is None
