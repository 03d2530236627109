"""Formats of one's own: a pair of Python functions beside the mapping files, held to the same laws as the library.

A hub keeps them in ``mappings/custom/FILE.py``::

    from synchub.mapping import Pair
    loud = Pair(get=str.lower, put=lambda value, old: value.upper(), kinds={"text"}, examples=["lianhong"])

and a mapping names them by ``custom: FILE.loud``. A package may bring pairs by the entry point group ``synchub.pairs``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar, Final, Self

from synchub.document import Keyword, Reading
from synchub.mapping import keywords as k
from synchub.mapping.transforms.base import EVERY_KIND, Around, Loss, Transform, Value, refused
from synchub.messages import Words
from synchub.model.values import Canonical, KindProblem, Raw

GROUP: Final = "synchub.pairs"
_NAME = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)", re.ASCII)


@dataclass(frozen=True)
class Pair:
    """Two functions that mean the same in both directions.

    `get` reads a raw value (text, number, bool …; never None) into something the field's kind understands, or None for blank. `put` writes a
    canonical value, given the readable old raw value or None. Either may raise ValueError for what it cannot understand. `examples` are
    canonical values on which the laws are tried, beside those of the kind.
    """

    get: Callable[[Any], Any]
    put: Callable[[Any, Any], Any]
    kinds: Collection[str] = ("text",)
    examples: Sequence[Any] = field(default_factory=tuple)
    lossy: bool = False


@dataclass(frozen=True)
class AsCustom(Transform):
    """A pair under its name; `digest` is of the Python that makes it, so that a change of the code is a change of the meaning."""

    pair: Pair | None = field(default=None, compare=False)
    called: str = ""
    digest: str = ""

    name: ClassVar[Keyword] = Keyword("custom", "自定义")
    kinds: ClassVar[frozenset[str]] = EVERY_KIND

    @classmethod
    def read(cls, reading: Reading, around: Around) -> Self | None:
        named = reading.take_scalar(k.CUSTOM)
        if named is None:
            reading.findings.error("M321", reading.table, format=cls.name, key=k.CUSTOM)
            return None
        try:
            pair, digest = find_pair(named.text, around.folder)
        except _NoPairError as problem:
            reading.findings.error("M322", named, name=named.text, reason=Words(problem.code, problem.params))
            return None
        if around.field.kind.name not in pair.kinds:
            params = {"kinds": ", ".join(sorted(pair.kinds))}
            reason = Words("mapping.custom.kinds", params)
            reading.findings.error("M322", named, name=named.text, reason=reason)
            return None
        return cls(around.field.kind, pair, named.text, digest)

    @property
    def loss(self) -> Loss:
        return Loss.LOSSY if self.pair is not None and self.pair.lossy else Loss.NORMALISING

    def get(self, raw: Raw) -> Value | None:
        assert self.pair is not None
        return self.kind.parse(self._guarded(self.pair.get, raw, raw))

    def put(self, value: Canonical, old: Raw) -> Raw:
        assert self.pair is not None
        written: Raw = self._guarded(self.pair.put, value, value, old)
        if not isinstance(written, str | bool | int | list | dict) and type(written).__name__ != "Decimal":
            raise refused("M810", value=str(value), error=type(written).__name__)
        return written

    def examples(self) -> Iterable[object]:
        return self.pair.examples if self.pair is not None else ()

    def _guarded(self, function: Callable[..., Any], shown: object, *arguments: object) -> Any:
        """Whatever foreign code raises is a problem of the value, never of the run."""
        try:
            return function(*arguments)
        except KindProblem:
            raise
        except Exception as error:
            code = "M810"
            raise refused(
                code, value=str(shown)[:60], error=f"{type(error).__name__}: {error}"[:200]
            ) from error

    def meaning(self) -> dict[str, object]:
        return {**super().meaning(), "custom": self.called, "digest": self.digest}


class _NoPairError(Exception):
    """There is no such pair; code and params of the reason."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def find_pair(name: str, folder: Path | None) -> tuple[Pair, str]:
    """The pair and the digest of its code, from an installed package or from the hub's own ``custom`` folder."""
    for point in entry_points(group=GROUP):
        if point.name == name:
            loaded = point.load()
            if isinstance(loaded, Pair):
                return loaded, f"{point.value}@{point.dist.version if point.dist else ''}"
    found = _NAME.fullmatch(name)
    if not found:
        raise _NoPairError("mapping.custom.name")
    file = (folder or Path()) / "custom" / f"{found[1]}.py"
    if folder is None or not file.is_file():
        raise _NoPairError("mapping.custom.no_file", file=f"mappings/custom/{found[1]}.py")
    code = file.read_bytes()
    pair = getattr(_module(file), found[2], None)
    if not isinstance(pair, Pair):
        raise _NoPairError("mapping.custom.no_pair", name=found[2], file=file.name)
    return pair, hashlib.blake2b(code, digest_size=12).hexdigest()


def _module(file: Path) -> object:
    """The file, run as a module of its own; nothing of it is put where other imports would find it."""
    spec = importlib.util.spec_from_file_location(f"synchub_custom_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _NoPairError("mapping.custom.broken", error=f"{type(error).__name__}: {error}"[:200]) from error
    return module
