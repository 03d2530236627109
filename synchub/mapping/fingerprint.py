"""The hash of a meaning: the same for a file in English and in Chinese, whatever its labels, comments and places."""

from __future__ import annotations

import hashlib
import json

from synchub.mapping.spec import FieldEntry, MappingSpec


def field_hash(entry: FieldEntry) -> str:
    """Of everything that decides how a field is read and written, after that of its columns.

    The flow is not part of it: it moves no value.
    """
    ref = None if entry.ref is None else [entry.ref.entity, entry.ref.by, entry.ref.parent]
    otherwise = [entry.otherwise.action, entry.otherwise.value]
    meaning = [entry.name, entry.transform.meaning(), otherwise, ref]
    columns = entry.columns[0] if len(entry.columns) == 1 else [*entry.columns]
    return f"{digest([columns or '', ref])}-{digest(meaning)}"


def same_columns(one: str, other: str) -> bool:
    """Do two hashes of a field speak of the same columns, whatever is made of them?"""
    return one.partition("-")[0] == other.partition("-")[0]


def version(spec: MappingSpec) -> str:
    """Of the whole mapping but its tests. The order of fields counts, since agreements are kept in it."""
    fields = [[field_hash(entry), entry.flow, bool(entry.lossy)] for entry in spec.fields]
    return digest({**_frame(spec), "fields": fields})


def frame(spec: MappingSpec) -> str:
    """Of everything but the fields: which records the mapping sees, and how it tells them apart."""
    return digest(_frame(spec))


def _frame(spec: MappingSpec) -> dict[str, object]:
    excluded = sorted((column, sorted(texts)) for column, texts in spec.excluded.items())
    return {
        "name": spec.name,
        "system": spec.system,
        "object": spec.object,
        "entity": spec.entity.name,
        "on_new": spec.on_new,
        "create_there": spec.create_there,
        "identity": [spec.hub_column, spec.external_id, spec.match],
        "each": [spec.each, spec.line_id],
        "only": sorted((column, sorted(texts)) for column, texts in spec.only.items()),
        **({"except": excluded} if excluded else {}),
        "on_create": sorted(spec.on_create.items()),
        "options": sorted(spec.options.items()),
    }


def digest(meaning: object) -> str:
    written = json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(written.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
