"""Secrets by reference: hub.yaml names where a secret is kept, and it is fetched when it is needed.

A reference is ``{env: NAME}``, ``{file: path}`` or ``{prefect_block: name}``. The resolver of Prefect blocks registers itself
from the hub folder's flows, since the library does not know Prefect. Errors name the reference, never the secret.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from synchub.document import Keyword, Node, Scalar, Table
from synchub.errors import ConfigError, Position, Problem

Resolver: TypeAlias = Callable[[str, Path], str]
"""(name, hub folder) -> the secret. Raises LookupError or OSError when there is none."""

SCHEMES: Final[Mapping[Keyword, str]] = {
    Keyword("env", "环境变量"): "env",
    Keyword("file", "文件"): "file",
    Keyword("prefect_block", "Prefect块", ("Prefect 块",)): "prefect_block",
}
_MISSING = {"env": "H321", "file": "H322"}


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is kept."""

    scheme: str
    name: str
    position: Position

    def __str__(self) -> str:
        return f"{{{self.scheme}: {self.name}}}"


def reference_of(node: Node) -> SecretReference | None:
    """The reference a node writes; None when it is something else."""
    if not isinstance(node, Table) or len(node.entries) != 1:
        return None
    entry = next(iter(node))
    scheme = next((scheme for keyword, scheme in SCHEMES.items() if entry.key.text in keyword.names), None)
    if scheme is None or not isinstance(entry.value, Scalar) or not entry.value.text:
        return None
    return SecretReference(scheme, entry.value.text, node.position)


def _from_environment(name: str, folder: Path) -> str:
    del folder
    return os.environ[name]


def _from_file(name: str, folder: Path) -> str:
    return (folder / name).read_text(encoding="utf-8").rstrip("\r\n")


class Secrets:
    """Resolves references; `register` adds a way."""

    def __init__(self) -> None:
        self._resolvers: dict[str, Resolver] = {"env": _from_environment, "file": _from_file}

    def register(self, scheme: str, resolver: Resolver) -> None:
        """Resolve references of this scheme so from now on."""
        self._resolvers[scheme] = resolver

    def resolve(self, reference: SecretReference, folder: Path) -> str:
        """The secret. Raises ConfigError H321 to H324, which name the reference only."""
        resolver = self._resolvers.get(reference.scheme)
        if resolver is None:
            raise _failure("H323", reference)
        try:
            secret = resolver(reference.name, folder)
        except (LookupError, OSError, UnicodeDecodeError):
            # the cause is left out: it may quote what was read
            raise _failure(_MISSING.get(reference.scheme, "H325"), reference) from None
        if not secret:
            raise _failure("H324", reference)
        return secret


def _failure(code: str, reference: SecretReference) -> ConfigError:
    params = {"reference": str(reference), "name": reference.name}
    at = reference.position if reference.position.file else None  # a command line has no place
    return ConfigError("H320", problems=[Problem(code, params, at)])


SECRETS: Final = Secrets()
"""The resolvers of this process."""
