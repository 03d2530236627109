"""The values that travel: raw (a system's), canonical (the hub's), and the four states of an observation.

Raw values are what JSON can say, with exact numbers: text, bool, int, Decimal, None, lists and objects of these. No
float: a connector turns a vendor's doubles into int or Decimal. Dates are ISO text.

Canonical values are text, bool, or a list of text: a Decimal is plain decimal text (``500000``, ``12.5``), a date
``2026-08-01``, a datetime ``2026-08-01T04:00:00Z`` (UTC, microseconds only if not zero), money ``500000.00 CNY``, a reference a golden id. So a
canonical value goes into JSON, a hash and a comparison as it is; `Kind` knows which two are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from synchub.errors import Position, Problem

Raw: TypeAlias = "str | bool | int | Decimal | list[Raw] | dict[str, Raw] | None"
Canonical: TypeAlias = str | bool | list[str]
CANONICAL: Final = (str, bool, list)
"""The types of canonical values, to ask `isinstance` by: a union would be made anew each time."""


class Absent(Enum):
    """Not in the reply: nothing can be said about the field, least of all that it is empty."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


class Unknown(Enum):
    """In an agreement: the two sides were never, or are no longer, declared equal."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


ABSENT: Final = Absent.ABSENT
UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Unreadable:
    """There is something, but not a value we may use: masked, no permission, or not understood.

    `problem` says why; code and parameters are shown to people.
    """

    problem: Problem


RawValue: TypeAlias = "Raw | Absent | Unreadable"
"""What one column of a record came as."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as the system writes it, not yet translated into a golden id.

    `key` is the external id of the referenced record, or its business key when the mapping says ``by``.
    """

    key: str


Observed: TypeAlias = "Canonical | Reference | Unreadable | Absent | None"
"""What a pull saw of one field: value, null (None), absent, unreadable. A reference is a value to be translated."""


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a thing for people."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(eq=False)
class KindProblem(Exception):  # noqa: N818 - a finding about a value; mapping and overlay turn it into a Problem
    """A value that its kind cannot take; code and parameters of the catalogue."""

    # not frozen: Python sets the traceback of an exception that passes through a context manager
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def problem(self, position: Position | None = None) -> Problem:
        """The finding, at a place in a file."""
        return Problem(self.code, self.params, position)

    def __str__(self) -> str:
        return self.problem().text()
