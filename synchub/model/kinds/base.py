"""The contract of a kind: how text becomes a canonical value, when two are equal, how people see one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, TypeAlias

from synchub.messages import Language
from synchub.model.values import Canonical

Usual: TypeAlias = "Callable[[str], Canonical | None]"
"""Text in one of its everyday writings -> its canonical form; None for any other text, which `Kind.parse` must judge."""


class Kind(ABC):
    """What a field's values are. Instances are immutable and compare by their settings."""

    name: ClassVar[str]
    """The word for it in overlays and mapping files (``text``, ``phone`` …)."""

    @property
    def usual(self) -> Usual | None:
        """The short way for text, where a kind has one: it never raises and never differs from `parse`."""
        return None

    @abstractmethod
    def parse(self, value: object) -> Canonical | None:
        """The canonical form of what a person, a file or Python gives (text, int, Decimal, date, bool, list).

        Blank gives None. Idempotent on canonical values. Raises KindProblem when it is not one of this kind.
        """

    def key(self, value: Canonical) -> object:
        """A hashable that is the same for two values people would call equal (spacing and width of text, say)."""
        return value if not isinstance(value, list) else tuple(value)

    def equal(self, one: Canonical | None, other: Canonical | None) -> bool:
        """Are these the same to people? Null equals null only."""
        if one is None or other is None:
            return one is other
        return one == other or self.key(one) == self.key(other)

    @abstractmethod
    def to_python(self, value: Canonical) -> object:
        """The typed value at the edges (Decimal, date, aware datetime, bool, str, list)."""

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - most kinds read the same in both
        """For people; empty for null."""
        return "" if value is None else str(value)
