"""A connector's settings: from the nodes of hub.yaml to its checked Pydantic model, with every complaint at its place."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from synchub.document import YES_NO, Entry, Findings, Items, Node, Scalar, Table, nearest, place
from synchub.errors import ConfigError, Position
from synchub.hub.secrets import SECRETS, SecretReference, Secrets, reference_of
from synchub.messages import Words

Value: TypeAlias = "str | bool | SecretReference | list[Value] | dict[str, Value]"
"""A setting as written: text, a reference, or a list or table of these."""

_WORDS = {
    "int_parsing": "setting.whole_number",
    "int_from_float": "setting.whole_number",
    "float_parsing": "setting.number",
    "decimal_parsing": "setting.number",
    "bool_parsing": "setting.yes_no",
    "literal_error": "setting.one_of",
    "enum": "setting.one_of",
    "greater_than": "setting.more",
    "greater_than_equal": "setting.least",
    "less_than": "setting.less",
    "less_than_equal": "setting.most",
    "string_too_short": "setting.filled",
    "string_type": "setting.text",
}
"""Pydantic's findings that have a sentence of ours; others are quoted in Pydantic's words."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What hub.yaml says for one system, not yet resolved."""

    table: Table = field(repr=False)
    values: Mapping[str, Value] = field(repr=False)

    def references(self) -> list[SecretReference]:
        """Every reference to a secret, however deep."""
        return _references(dict(self.values))

    def build(
        self,
        model: type[BaseModel],
        folder: Path,
        *,
        for_sandbox: bool = False,
        secrets: Secrets = SECRETS,
    ) -> BaseModel:
        """The checked settings, secrets resolved. Raises ConfigError with every problem at its place.

        `for_sandbox` lets what is missing be missing: the sandbox fills it in (`Connector.sandbox_settings`).
        """
        findings = Findings()
        given = {name: _resolved(value, folder, secrets) for name, value in self.values.items()}
        try:
            return model.model_validate(given)
        except ValidationError as error:
            _explain(error, model, self, findings, ignore=frozenset(), supplied_later=for_sandbox)
        if findings.errors:
            raise ConfigError("H302", problems=findings.errors, count=len(findings.errors))
        return model.model_construct(**{name: _typed(model, name, value) for name, value in given.items()})


def read_settings(table: Table) -> Settings:
    """The settings of a system as written; a name with nothing behind it counts as not given."""
    values: dict[str, Value] = {}
    for entry in table:
        value = _value(entry.value)
        if value is not None:
            values[entry.key.text] = value
    return Settings(table, values)


def check_settings(
    settings: Settings, model: type[BaseModel], findings: Findings, *, supplied_later: bool
) -> None:
    """Report what can be known without resolving a secret. With `supplied_later` (a sandbox) missing settings are no problem."""
    secret_names = {name for name, one in model.model_fields.items() if _holds_secret(one.annotation)}
    clear = {
        name for name, value in settings.values.items() if name in secret_names and not _is_reference(value)
    }
    for name in sorted(clear):
        findings.error("H306", settings.table.entries[name].value, name=name)
    references = {name for name, value in settings.values.items() if _holds_reference(value)}
    given = {name: _placeholder(value) for name, value in settings.values.items()}
    try:
        model.model_validate(given)
    except ValidationError as error:
        _explain(error, model, settings, findings, ignore=references | clear, supplied_later=supplied_later)


def _typed(model: type[BaseModel], name: str, value: object) -> Any:
    one = model.model_fields[name]
    annotation: Any = one.annotation
    for constraint in one.metadata:
        annotation = typing.Annotated[annotation, constraint]
    return TypeAdapter(annotation).validate_python(value)


def _value(node: Node) -> Value | None:
    if isinstance(node, Scalar):
        return None if node.blank else node.text
    if isinstance(node, Items):
        return [value for item in node if (value := _value(item)) is not None]
    reference = reference_of(node)
    if reference is not None:
        return reference
    return {entry.key.text: value for entry in node if (value := _value(entry.value)) is not None}


def _resolved(value: Value, folder: Path, secrets: Secrets) -> object:
    if isinstance(value, SecretReference):
        return secrets.resolve(value, folder)
    if isinstance(value, list):
        return [_resolved(one, folder, secrets) for one in value]
    if isinstance(value, dict):
        return {name: _resolved(one, folder, secrets) for name, one in value.items()}
    return _yes_no(value)


def _placeholder(value: Value) -> object:
    if isinstance(value, SecretReference):
        return "0"
    if isinstance(value, list):
        return [_placeholder(one) for one in value]
    if isinstance(value, dict):
        return {name: _placeholder(one) for name, one in value.items()}
    return _yes_no(value)


def _yes_no(value: str | bool) -> str | bool:
    """Pydantic reads the English words for yes and no; the Chinese ones are turned into them."""
    for keyword, truth in YES_NO.items():
        if value == keyword.zh:
            return "true" if truth else "false"
    return value


def _is_reference(value: Value) -> bool:
    return isinstance(value, SecretReference)


def _references(value: Value) -> list[SecretReference]:
    if isinstance(value, SecretReference):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for one in inner for found in _references(one)]


def _holds_reference(value: Value) -> bool:
    return bool(_references(value))


def _holds_secret(annotation: Any) -> bool:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType, typing.Annotated}:
        return any(_holds_secret(one) for one in typing.get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, SecretStr)


def _explain(
    error: ValidationError,
    model: type[BaseModel],
    settings: Settings,
    findings: Findings,
    *,
    ignore: frozenset[str] | set[str],
    supplied_later: bool = False,
) -> None:
    for details in error.errors(include_url=False, include_context=True):
        path = tuple(str(part) for part in details["loc"])
        top = path[0] if path else ""
        if top in ignore or (not path and (ignore or supplied_later)):
            continue  # said already, or nothing to say before the secret is known
        if details["type"] == "missing":
            if not supplied_later:
                findings.error("H304", settings.table, name=".".join(path))
        elif details["type"] == "extra_forbidden":
            hint = nearest(path[-1], model.model_fields)
            known = ", ".join(model.model_fields)
            findings.error(
                "H303", _find(settings.table, path, key=True), name=path[-1], hint=hint, known=known
            )
        else:
            findings.error(
                "H305",
                _find(settings.table, path),
                name=".".join(path) or "settings",
                detail=_detail(details),
            )


def _detail(details: ErrorDetails) -> object:
    """The sentence about one setting, without the value: it might be a secret in the wrong place."""
    code = _WORDS.get(details["type"])
    context = details.get("ctx") or {}
    if code is None:
        return details["msg"]
    limit = next((context[name] for name in ("expected", "gt", "ge", "lt", "le") if name in context), "")
    return Words(code, {"limit": str(limit).replace("'", "").replace(" or ", ", ")})


def _find(table: Table, path: tuple[str, ...], *, key: bool = False) -> Position:
    """Where the node of a path stands, or the nearest one above it that is in the file."""
    at: Position = table.position
    node: Node = table
    for part in path:
        entry: Entry | None = node.entries.get(part) if isinstance(node, Table) else None
        if entry is not None:
            at = entry.key.position if key else entry.value.position
            node = entry.value
        elif isinstance(node, Items) and part.isdigit() and int(part) < len(node.items):
            node = node.items[int(part)]
            at = place(node) or at
        else:
            break
    return at
