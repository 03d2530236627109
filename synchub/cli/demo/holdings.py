"""The shape of what each system holds at the beginning of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from synchub.model.values import Raw

NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a system. `company` says whose it is, or NOBODY; `owner` is the manager, where the system names them by id."""

    company: int
    values: Mapping[str, Raw]
    owner: int | None = None
    parent: int = -1
    """Of a Salesforce contact: the place of its account in `accounts`."""


@dataclass(slots=True)
class Holdings:
    """What each system holds at the beginning."""

    users: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    employees: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)
    partner_sheet: list[Row] = field(default_factory=list)
    contact_sheet: list[Row] = field(default_factory=list)
    employee_sheet: list[Row] = field(default_factory=list)
    troubles: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Kind of trouble laid out -> the companies it befell; what the first sync must find."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which systems have a company, and by what they would recognise it: its code, its tax id, or only its name."""

    salesforce: bool
    kingdee: bool
    workbook: bool
    salesforce_key: str
    workbook_key: str
