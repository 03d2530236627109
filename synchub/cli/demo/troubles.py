"""Was every mistake that lies in the first data found, and did the hub make no new one?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from synchub.cli.demo.holdings import Holdings
from synchub.cli.demo.seed import Truth
from synchub.cli.demo.systems import SALESFORCE, WORKBOOK, Systems
from synchub.cli.demo.workbook import PARTNERS
from synchub.hub import Hub
from synchub.store.rows import Conflict, ConflictKind, Quarantined

_HELD_FIELDS: Final[Mapping[str, tuple[str | None, str]]] = {
    "wrong_registration_number": (WORKBOOK, "tax_id"),
    "status_disagrees": (None, "status"),
    "telephone_unreadable": (SALESFORCE, "phone"),
    "region_unknown": (WORKBOOK, "region"),
}
"""Trouble -> the question it must raise: system (None: whichever) and field."""


def missed_troubles(
    hub: Hub,
    truth: Truth,
    holdings: Holdings,
    conflicts: Sequence[Conflict],
    quarantined: Sequence[Quarantined],
) -> list[str]:
    """The kinds of trouble for which the hub holds no question and nothing set aside."""
    codes = _codes(hub, conflicts)
    doubled = Counter(one.system for one in conflicts if one.kind is ConflictKind.MATCH)
    waiting = {one.mapping: one.unlinked for one in hub.status().systems}
    others: Mapping[str, Callable[[], bool]] = {
        "entered_twice": lambda: doubled[SALESFORCE] >= 2,
        "row_copied": lambda: doubled[WORKBOOK] >= 2,
        "row_without_name": lambda: any(one.system == WORKBOOK and one.code == "E301" for one in quarantined),
        "contact_of_nobody": lambda: waiting.get("联系人", 0) >= 1,
    }
    missed = [kind for kind, found in others.items() if kind in holdings.troubles and not found()]
    for kind, (system, field) in _HELD_FIELDS.items():
        for number in holdings.troubles.get(kind, ()):
            code = truth.companies[number].code
            asked = [
                one
                for one in conflicts
                if one.field == field and system in {None, one.system} and codes.get(one.entity_id) == code
            ]
            if not asked:
                missed.append(f"{kind} ({code})")
    return missed


def _codes(hub: Hub, conflicts: Sequence[Conflict]) -> Mapping[str, object]:
    ids = sorted({one.entity_id for one in conflicts if one.entity == "Partner" and one.entity_id})
    with hub.store.read() as tx:
        return tx.field_values("Partner", "code", ids)


def twins(systems: Systems, truth: Truth, holdings: Holdings) -> list[str]:
    """Registration numbers that a system holds twice although nobody entered them twice."""
    allowed = {
        truth.companies[number].tax_id
        for kind in ("entered_twice", "row_copied")
        for number in holdings.troubles[kind]
    }
    with systems.salesforce() as org:
        accounts = [held.get("TaxId__c") for held in org.records("Account").values()]
    with systems.kingdee() as books:
        customers = [held.get("taxpayer_no") for held in books.records("customer").values()]
    found = []
    for place, numbers in (("salesforce", accounts), ("kingdee", customers), ("workbook", _sheet(systems))):
        counted = Counter(str(one) for one in numbers if one)
        found += [f"{place}: {number}" for number, n in counted.items() if n > 1 and number not in allowed]
        found += [f"{place}: {number} ×{n}" for number, n in counted.items() if n > 2 and number in allowed]
    return found


def _sheet(systems: Systems) -> list[object]:
    from synchub.cli.demo.desk import Desk

    return Desk(systems.workbook).column(PARTNERS, "税号")
