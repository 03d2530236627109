"""One write: read what is there, save, and read what became of it.

The vendor has no conditional write and no idempotency token. What protects instead: a unique code that is looked up before a
create, a comparison with what the hub believes just before an update, and UnknownOutcomeError wherever an answer is lost,
so that the hub reads before it does anything again. A save is never repeated here after it may have been taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synchub.sdk import (
    Absent,
    ConnectorError,
    NotFoundError,
    Op,
    Outcome,
    OutcomeKind,
    Raw,
    RejectedError,
    StaleVersionError,
    UnknownOutcomeError,
    Unreadable,
    Write,
)

from .client import XingchenClient
from .records import Records
from .saving import Body, Saver, personal_texts, struck_out
from .shapes import Detail, alike

OPERATE = "/jdy/v2/sys/common_operate"
"""The vendor's operation on records of any kind: its shape [D S1], the value ``delete`` [D3], entity numbers of master data [R]."""


class Pusher:
    """Writes records of one object; `columns` are those of the records that outcomes carry."""

    def __init__(
        self, client: XingchenClient, records: Records, saver: Saver, columns: Sequence[str], *, whole: bool
    ) -> None:
        self._client = client
        self._records = records
        self._saver = saver
        self._columns = columns
        self._whole = whole

    def write(self, write: Write) -> Outcome:
        """Raises ConnectorError for anything but success; only UnknownOutcomeError leaves open whether it was done."""
        if write.op is Op.DELETE:
            if not self._records.entity.schema.updatable:
                raise RejectedError("C134", external_id=write.id)  # goods are only read
            return self._delete(write)
        return self._create(write) if write.op is Op.CREATE else self._update(write)

    def _create(self, write: Write) -> Outcome:
        code = self._records.entity.code
        number = str(write.values.get(code) or "")
        if not number:
            raise RejectedError("KX112", column=code)
        there = self._records.detail("number", number)
        if there is None:
            return self._read_back(self._save(self._saver.create(write.values)))
        id = str(there["id"])
        if self._holds(there, write.values):
            # Ours, from an attempt whose answer was lost.
            return self._done(id, there)
        raise RejectedError("KX111", external_id=id, number=number, id=id)

    def _update(self, write: Write) -> Outcome:
        current = self._records.detail("id", write.id)
        if current is None:
            raise NotFoundError("C111", detail=write.id)
        if self._holds(current, write.values):
            return self._done(write.id, current)
        if not self._as_believed(current, write):
            raise StaleVersionError("C112")
        self._save(self._saver.update(write.id, write.values, current, whole=self._whole))
        return self._read_back(write.id)

    def _delete(self, write: Write) -> Outcome:
        """What the operation answers about single records is documented nowhere, so the record itself is looked for afterwards."""
        if self._records.detail("id", write.id) is None:
            raise NotFoundError("C111", detail=write.id)
        self._client.post(
            OPERATE,
            {
                "operate_type": "delete",
                "entity_number": self._records.entity.number_of_operate,
                "ids": [write.id],
            },
        )
        try:
            left = self._records.detail("id", write.id)
        except ConnectorError:
            raise UnknownOutcomeError("C107") from None
        if left is not None:
            raise RejectedError("KX119", external_id=write.id, id=write.id)
        return Outcome(OutcomeKind.OK, write.id)

    def _holds(self, detail: Detail, values: Mapping[str, Raw]) -> bool:
        """Does the record hold these values already?"""
        held = self._records.record("", detail, tuple(values)).values
        return all(alike(one, other) for one, other in zip(held, values.values(), strict=True))

    def _as_believed(self, detail: Detail, write: Write) -> bool:
        """Has nobody changed what is about to be overwritten? What cannot be read proves nothing."""
        believed = {column: seen for column, seen in write.seen.items() if column in write.values}
        held = self._records.record("", detail, tuple(believed)).values
        pairs = zip(held, believed.values(), strict=True)
        return all(alike(one, other) for one, other in pairs if not isinstance(one, (Unreadable, Absent)))

    def _save(self, body: Body) -> str:
        """The id of the saved record."""
        try:
            data = self._client.post(self._records.entity.path, body)
        except RejectedError as error:
            raise struck_out(error, personal_texts(self._records.entity, body)) from None
        ids = data.get("ids") if isinstance(data, dict) else None
        if not isinstance(ids, list) or not ids:
            raise UnknownOutcomeError("C107")
        return str(ids[0])

    def _read_back(self, id: str) -> Outcome:
        """What the vendor made of it: trimmed, completed, or not kept at all."""
        try:
            detail = self._records.detail("id", id)
        except ConnectorError:
            # The save is certain all the same, and an outcome without a record says that nobody has looked yet.
            return Outcome(OutcomeKind.OK, id)
        return Outcome(OutcomeKind.OK, id) if detail is None else self._done(id, detail)

    def _done(self, id: str, detail: Detail) -> Outcome:
        return Outcome(OutcomeKind.OK, id, self._records.record(id, detail, self._columns))
