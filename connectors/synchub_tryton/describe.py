"""What the server says about its models: kept for a day, and read as the columns of an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from synchub.sdk import (
    Clock,
    ConfigError,
    FieldSchema,
    FieldType,
    ObjectSchema,
    ProtocolError,
    Raw,
    decode_json,
    encode_json,
)

from .client import Client, Row
from .replies import SetupError
from .shapes import IDENTIFIER, REFERRED, Child, Lines, Shape, shape_of

KEPT = timedelta(hours=24)
TYPES = {
    "boolean": FieldType.BOOLEAN,
    "integer": FieldType.INTEGER,
    "biginteger": FieldType.INTEGER,
    "float": FieldType.DECIMAL,
    "numeric": FieldType.DECIMAL,
    "char": FieldType.TEXT,
    "text": FieldType.TEXT,
    "fullText": FieldType.TEXT,
    "selection": FieldType.CHOICE,
    "multiselection": FieldType.MULTICHOICE,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "timestamp": FieldType.DATETIME,
    "many2one": FieldType.REFERENCE,
    "one2one": FieldType.REFERENCE,
}
"""Types that are no columns: relations to many, binaries, dictionaries, durations, references to any model."""
CHILD_OWN = ("active", "last_modified_at", "_timestamp")


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the way to it: `path` leads from the record, the child or the row; `refers` is the model it goes through."""

    schema: FieldSchema
    path: str
    child: Child | None = None
    lines: Lines | None = None
    cells: tuple[Column, ...] = ()
    """Of a row of `lines`."""
    refers: str = ""
    exact: bool = False
    """A number of so many decimals, and no floating point one."""

    @property
    def name(self) -> str:
        return self.schema.name


class Models:
    """The fields of the models of one database. What is on disk is good for a day, so that an idle run asks for none."""

    def __init__(self, client: Client, folder: Path, clock: Clock, system: str, language: str) -> None:
        self._client = client
        self._folder = folder
        self._clock = clock
        self.system = system
        self._language = language
        self._held: dict[str, dict[str, Row]] = {}

    def fields(self, model: str) -> dict[str, Row]:
        """By name. Raises ConfigError for a model that is not there."""
        if model not in self._held:
            self._held[model] = self._load(model) or self._ask(model)
        return self._held[model]

    def fresh(self, *models: str) -> None:
        """Ask again."""
        for model in models:
            self._held[model] = self._ask(model)

    def forget(self) -> None:
        """The server contradicted what we hold."""
        self._held.clear()
        for file in self._folder.glob("*.fields"):
            file.unlink(missing_ok=True)

    def title(self, model: str) -> str:
        rows = self._client.rows("ir.model", [["name", "=", model]], ["string"], None, **self._spoken)
        return str(rows[0].get("string") or model) if rows else model

    def identifier_types(self) -> dict[str, str]:
        """Kinds of register numbers that a party may have here, with their names."""
        told = self._client.read("party.identifier.get_types", **self._spoken)
        pairs = [one for one in told if isinstance(one, list)] if isinstance(told, list) else []
        return {str(key): str(name) for key, name in pairs if key}

    @property
    def _spoken(self) -> Row:
        return {"language": self._language} if self._language else {}

    def _ask(self, model: str) -> dict[str, Row]:
        try:
            told = self._client.read(f"{model}.fields_get", **self._spoken)
        except SetupError:
            raise ConfigError("C119", system=self.system, object=model) from None
        if not isinstance(told, dict):
            raise ProtocolError("C108", system=self.system, detail=f"{model}.fields_get")
        fields = {name: _needed(one) for name, one in told.items() if isinstance(one, dict)}
        self._save(model, fields)
        return fields

    def _file(self, model: str) -> Path:
        return self._folder / f"{model}.fields"

    def _save(self, model: str, fields: dict[str, Row]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {"at": self._clock.now().isoformat(), "language": self._language, "fields": fields}
        beside = self._folder / f"{model}.new"
        beside.write_bytes(encode_json(kept))
        beside.replace(self._file(model))

    def _load(self, model: str) -> dict[str, Row] | None:
        try:
            kept = decode_json(self._file(model).read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(kept, dict) or kept.get("language") != self._language:
            return None
        young = self._clock.now() - datetime.fromisoformat(str(kept.get("at"))) < KEPT
        return kept["fields"] if young else None


def _needed(field: Row) -> Row:
    names = ("type", "string", "required", "readonly", "relation", "size", "selection")
    return {name: field[name] for name in names if field.get(name) is not None}


class Columns:
    """The columns of one object, found by name."""

    def __init__(self, models: Models, object: str) -> None:
        self.shape: Shape = shape_of(object)
        self._models = models
        self._found: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        """Raises ProtocolError for a column that is not there: silence would look like agreement."""
        if name not in self._found:
            column = self._resolve(name)
            if column is None:
                raise ProtocolError("C118", system=self._models.system, object=self.shape.model, column=name)
            self._found[name] = column
        return self._found[name]

    def all(self, names: Sequence[str]) -> list[Column]:
        return [self[name] for name in names]

    def own(self, model: str) -> tuple[str, ...]:
        """What is read of every child beside its columns."""
        there = self._models.fields(model)
        return tuple(name for name in CHILD_OWN if name in there or name == "_timestamp")

    def prefers(self, child: Child) -> bool:
        return child.preferred in self._models.fields(child.model)

    def schema(self) -> ObjectSchema:
        """Asked of the server anew, with names for people."""
        shape = self.shape
        models = {one.model for one in shape.children.values()} | {one.model for one in shape.lines.values()}
        self._models.fresh(shape.model, *sorted(models))
        self._found.clear()
        fields = tuple(self[name].schema for name in self._names())
        return ObjectSchema(shape.model, self._models.title(shape.model), fields)

    def _names(self) -> Iterator[str]:
        shape = self.shape
        for name in self._models.fields(shape.model):
            if name not in shape.children:
                yield from self._offered(shape.model, name)
        for prefix, child in shape.children.items():
            if child.value:
                yield prefix
                continue
            back = {"party", "template"}
            for name in self._models.fields(child.model):
                if name not in back:
                    yield from (f"{prefix}.{one}" for one in self._offered(child.model, name))
        if shape.identifiers:
            yield from (f"{IDENTIFIER}.{type}" for type in self._models.identifier_types())
        yield from shape.lines

    def _offered(self, model: str, name: str) -> Iterator[str]:
        field = self._models.fields(model)[name]
        if field.get("type") in TYPES:
            yield name
            by = REFERRED.get(str(field.get("relation")))
            if by is not None and field.get("type") == "many2one":
                yield f"{name}.{by}"

    def _resolve(self, name: str) -> Column | None:
        lines = self.shape.lines.get(name)
        if lines is not None:
            return self._list(name, lines)
        child = self.shape.child(name)
        if child is None:
            plain = self._plain(self.shape.model, name, name)
            fixed = plain is not None and name in self.shape.fixed
            return replace(plain, schema=replace(plain.schema, updatable=False)) if fixed and plain else plain
        path = child.value or name.partition(".")[2]
        found = self._plain(child.model, path, name)
        if found is None:
            return None
        schema = found.schema
        if child.value:
            schema = replace(schema, label=self._label(name, schema.label), required=False)
        else:
            schema = replace(schema, label=f"{self._title(child)} › {schema.label}", required=False)
        return replace(found, schema=schema, child=child)

    def _list(self, name: str, lines: Lines) -> Column:
        found = [self._plain(lines.model, one, one) for one in lines.fields]
        cells = tuple(one for one in found if one is not None)
        label = str(self._models.fields(self.shape.model).get(name, {}).get("string", name))
        fields = tuple(one.schema for one in cells)
        return Column(FieldSchema(name, label, FieldType.LIST, fields=fields), name, lines=lines, cells=cells)

    def _plain(self, model: str, path: str, name: str) -> Column | None:
        """A field, or a field of the record that a field refers to."""
        head, _, rest = path.partition(".")
        field = self._models.fields(model).get(head)
        if field is None or field.get("type") not in TYPES:
            return None
        schema = _schema(name, field)
        if not rest:
            return Column(schema, path, exact=field.get("type") == "numeric")
        if field.get("type") != "many2one":
            return None
        target = str(field.get("relation"))
        far = self._plain(target, rest, name)
        if far is None:
            return None
        # By one step a record can be named; what lies further away is only looked at.
        named = "." not in rest and rest != "rec_name" and schema.updatable
        label = f"{schema.label} › {far.schema.label}"
        schema = replace(far.schema, label=label, required=False, creatable=named, updatable=named)
        return Column(schema, path, refers=target)

    def _label(self, name: str, default: str) -> str:
        """A mechanism is called as the party's own field of its name, a register number by its kind."""
        field = self._models.fields(self.shape.model).get(name)
        return str(field["string"]) if field and field.get("string") else f"{default} › {name}"

    def _title(self, child: Child) -> str:
        return str(
            self._models.fields(self.shape.model).get(child.relation, {}).get("string", child.relation)
        )


def _schema(name: str, field: Row) -> FieldSchema:
    size, selection = field.get("size"), field.get("selection")
    writable = field.get("readonly") is not True and name.rpartition(".")[2] != "id"
    return FieldSchema(
        name,
        str(field.get("string", name)),
        TYPES[str(field["type"])],
        required=field.get("required") is True and writable,
        creatable=writable,
        updatable=writable,
        unique=name == "id",
        max_length=size if isinstance(size, int) else None,
        options=_options(selection),
        refers_to=(str(field["relation"]),) if field.get("relation") else (),
    )


def _options(listed: Raw) -> tuple[str, ...]:
    """A text names a method of the server's: the options are not told here."""
    pairs = [one for one in listed if isinstance(one, list)] if isinstance(listed, list) else []
    return tuple(str(one[0]) for one in pairs if one and one[0])
