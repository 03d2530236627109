"""What the org says about its objects: kept for a day, and read as the neutral schema."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from synchub.sdk import (
    Clock,
    FieldSchema,
    FieldType,
    NotFoundError,
    ObjectSchema,
    ProtocolError,
    Raw,
    decode_json,
    encode_json,
)

from .client import Client, JsonObject

KEPT = timedelta(hours=24)
COMPOUND = frozenset({"address", "location"})
TYPES = {
    "boolean": FieldType.BOOLEAN,
    "int": FieldType.INTEGER,
    "long": FieldType.INTEGER,
    "double": FieldType.DECIMAL,
    "currency": FieldType.DECIMAL,
    "percent": FieldType.DECIMAL,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "picklist": FieldType.CHOICE,
    "multipicklist": FieldType.MULTICHOICE,
    "reference": FieldType.REFERENCE,
    "base64": FieldType.OTHER,
    "anyType": FieldType.OTHER,
}


class Describes:
    """The describes of one org. A describe on disk is good for a day, so that an idle run asks for none.

    `fresh` asks the org whether it changed, which costs a call and, mostly, no bytes.
    """

    def __init__(self, client: Client, folder: Path, clock: Clock, system: str) -> None:
        self._client = client
        self._folder = folder
        self._clock = clock
        self._system = system
        self._held: dict[str, ObjectSchema] = {}

    def get(self, object: str) -> ObjectSchema:
        """Raises ProtocolError for an object that is not there."""
        if object not in self._held:
            kept, stamp, at = self._load(object)
            young = kept is not None and at is not None and self._clock.now() - at < KEPT
            self._held[object] = (
                schema(kept) if young and kept is not None else self._ask(object, kept, stamp)
            )
        return self._held[object]

    def fresh(self, object: str) -> ObjectSchema:
        kept, stamp, _ = self._load(object)
        self._held[object] = self._ask(object, kept, stamp)
        return self._held[object]

    def forget(self, object: str) -> None:
        """The org contradicted what we hold."""
        self._held.pop(object, None)
        self._file(object).unlink(missing_ok=True)

    def _ask(self, object: str, kept: JsonObject | None, stamp: str) -> ObjectSchema:
        try:
            found, stamp = self._client.describe(object, stamp if kept is not None else "")
        except NotFoundError:
            raise ProtocolError("C119", system=self._system, object=object) from None
        found = found or kept
        assert found is not None
        self._save(object, found, stamp)
        return schema(found)

    def _file(self, object: str) -> Path:
        return self._folder / f"describe-{object}.json"

    def _save(self, object: str, found: JsonObject, stamp: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {"at": self._clock.now().isoformat(), "stamp": stamp, "describe": found}
        beside = self._folder / f"describe-{object}.new"
        beside.write_bytes(encode_json(kept))
        beside.replace(self._file(object))

    def _load(self, object: str) -> tuple[JsonObject | None, str, datetime | None]:
        try:
            kept = decode_json(self._file(object).read_bytes())
        except (OSError, ValueError):
            return None, "", None
        if not isinstance(kept, dict) or not isinstance(kept.get("describe"), dict):
            return None, "", None
        return kept["describe"], str(kept.get("stamp", "")), datetime.fromisoformat(str(kept["at"]))


def schema(describe: JsonObject) -> ObjectSchema:
    """A describe as the neutral shape: compound fields left out (their parts are there), relations added as ``Owner.Name``."""
    listed = describe.get("fields")
    fields: list[FieldSchema] = []
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("type") in COMPOUND:
            continue
        fields.append(_field(one))
        relation = one.get("relationshipName")
        if isinstance(relation, str) and one.get("type") == "reference":
            label = f"{one.get('label')} › Name"
            fields.append(FieldSchema(f"{relation}.Name", label, creatable=False, updatable=False))
    return ObjectSchema(
        str(describe.get("name")),
        str(describe.get("label", "")),
        tuple(fields),
        creatable=describe.get("createable") is True,
        updatable=describe.get("updateable") is True,
    )


def _field(one: JsonObject) -> FieldSchema:
    length, refers_to = one.get("length"), one.get("referenceTo")
    must = one.get("nillable") is False and one.get("defaultedOnCreate") is not True
    creatable = one.get("createable") is True
    return FieldSchema(
        str(one["name"]),
        str(one.get("label", "")),
        TYPES.get(str(one.get("type")), FieldType.TEXT),
        required=must and creatable,
        creatable=creatable,
        updatable=one.get("updateable") is True,
        unique=one.get("unique") is True or one.get("type") == "id",
        external_id=one.get("externalId") is True,
        max_length=length if isinstance(length, int) and length > 0 else None,
        options=_options(one.get("picklistValues")),
        refers_to=tuple(str(name) for name in refers_to) if isinstance(refers_to, list) else (),
    )


def _options(listed: Raw) -> tuple[str, ...]:
    return tuple(
        str(one.get("value"))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and one.get("active") is not False
    )
