"""One record through the mapping of the benchmark, beside what a good programmer would write by hand for the same twenty fields.

By hand means the same job: the same canonical values with the same checks in; out only cells that do not say it already, in the writing of the
system. What the hand-written one leaves out is what a hub must know beyond one set of columns: values that are absent or hidden, findings
instead of exceptions, options with another `otherwise`.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from unicodedata import is_normalized, normalize

from synchub.mapping import CompiledMapping, Flow
from synchub.mapping.compiled import cell
from synchub.model.kinds.company import check_character
from synchub.model.values import UNKNOWN
from tests.benchmarks.bench_hub import hub_folder
from tests.benchmarks.bench_partners import partner
from tests.benchmarks.bench_reference import LEVELS, REGIONS, STAGES, mapped, validated

Cells = Sequence[Any]
COLUMNS = (
    *("PartnerCode__c", "Name", "TaxId__c", "Level__c", "Region__c", "BillingAddress.state"),
    *("BillingAddress.city", "BillingAddress.street", "Phone", "Fax", "Email__c", "Website"),
    *("Credit_Limit__c", "Active__c", "Stage__c", "Contract_Date__c", "Expiry_Date__c", "Industry"),
    *("NumberOfEmployees", "Description"),
)
STATUS = {"Yes": "active", "No": "inactive"}
_TEXT_OF = {
    table: {canonical: text for text, canonical in values.items()}
    for table, values in (("level", LEVELS), ("region", REGIONS), ("stage", STAGES), ("status", STATUS))
}
_NO_DIGIT = re.compile(r"[^\d+]")
_PHONE = re.compile(r"\+86(?:1[3-9]\d{9}|[1-9]\d{8,10})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")


def read(row: Cells) -> list[Any]:
    """The canonical values of a row (in the order of COLUMNS). Raises ValueError or KeyError for what nobody may have."""
    (
        code,
        name,
        tax_id,
        level,
        region,
        province,
        city,
        address,
        phone,
        fax,
        email,
        website,
        limit,
        status,
        stage,
        signed_on,
        expires_on,
        industry,
        employees,
        note,
    ) = row
    if tax_id and (not _USCC.fullmatch(tax_id) or check_character(tax_id[:17]) != tax_id[17]):
        raise ValueError("tax_id")
    if email and not _EMAIL.fullmatch(email):
        raise ValueError("email")
    if signed_on:
        date.fromisoformat(signed_on)
    if expires_on:
        date.fromisoformat(expires_on)
    return [
        text(code, 40),
        text(name, 120),
        tax_id or None,
        LEVELS[level] if level else None,
        REGIONS[region] if region else None,
        text(province),
        text(city),
        text(address),
        number(phone),
        number(fax),
        email or None,
        text(website),
        None if limit is None else f"{Decimal(limit):.2f} CNY",
        STATUS[status] if status else None,
        STAGES[stage] if stage else None,
        signed_on or None,
        expires_on or None,
        text(industry),
        None if employees is None else str(employees),
        text(note),
    ]


def text(value: str | None, most: int = 4000) -> str | None:
    if value is None:
        return None
    if len(value) > most or not value.isprintable() or not is_normalized("NFC", value):
        raise ValueError("text")
    return value.strip() or None


def number(value: str | None) -> str | None:
    if not value:
        return None
    digits = _NO_DIGIT.sub("", value)
    found = digits if digits.startswith("+") else "+86" + digits.removeprefix("0")
    if not _PHONE.fullmatch(found):
        raise ValueError("phone")
    return found


WRITERS: dict[str, Callable[[Any], Any]] = {
    "Level__c": _TEXT_OF["level"].__getitem__,
    "Region__c": _TEXT_OF["region"].__getitem__,
    "Credit_Limit__c": lambda value: Decimal(value[:-4]),
    "Active__c": _TEXT_OF["status"].__getitem__,
    "Stage__c": _TEXT_OF["stage"].__getitem__,
    "NumberOfEmployees": int,
}
READ_ONLY = ("BillingAddress.state", "BillingAddress.city", "BillingAddress.street")
_OUT = tuple(
    (place, column, WRITERS.get(column)) for place, column in enumerate(COLUMNS) if column not in READ_ONLY
)


def created(values: Cells) -> dict[str, Any]:
    """The cells of a record that the system does not have yet."""
    cells = {}
    for place, column, writer in _OUT:
        value = values[place]
        if value is not None:
            cells[column] = value if writer is None else writer(value)
    return cells


def changed(values: Cells, row: Cells) -> dict[str, Any]:
    """The cells of a row that must change so that it means these values."""
    held = read(row)
    cells = {}
    for place, column, writer in _OUT:
        value = values[place]
        if value != held[place] and not same(value, held[place]):
            cells[column] = value if writer is None or value is None else writer(value)
    return cells


def bench_mapping() -> CompiledMapping:
    """The mapping of the benchmark's hub; no system is asked."""
    from synchub.hub import Hub

    with tempfile.TemporaryDirectory(prefix="synchub-bench-") as name:
        folder = hub_folder(Path(name), "http://127.0.0.1:9", "")
        with Hub.open(folder) as hub:
            (mapping,) = hub.mappings
    assert mapping.row_columns == COLUMNS
    return mapping


def rows_of(count: int) -> list[list[Any]]:
    """The rows of so many partners, as a connector hands them over."""
    return [[cell(partner(one), column) for column in COLUMNS] for one in range(1, count + 1)]  # type: ignore[arg-type]  # a partner is JSON


@dataclass(frozen=True)
class MappingTime:
    """CPU microseconds a record: ours, by hand with the same job, and the mapping of the plain program where it has one."""

    ours: float
    by_hand: float
    plain: float | None = None


def measure(count: int = 20_000, runs: int = 5) -> Mapping[str, MappingTime]:
    """By deed (``read``, ``create``, ``update``), each the median of interleaved runs."""
    mapping, rows = bench_mapping(), rows_of(count)
    records = [partner(one) for one in range(1, count + 1)]
    values = [read(row) for row in rows]
    outgoing = [place for place, one in enumerate(mapping.fields) if one.flow is not Flow.HUB_READS]
    whole = [{place: one[place] for place in outgoing if one[place] is not None} for one in values]
    asked = [{place: one[place] for place in outgoing} for one in values]
    other = [edited(row) for row in rows]
    blank = [UNKNOWN] * len(mapping.fields)

    def ours_read() -> None:
        for row in rows:
            mapping.read("1", row)

    def hand_read() -> None:
        for row in rows:
            read(row)

    def plain_read() -> None:
        for record in records:
            validated(mapped(record))

    def ours_create() -> None:
        for one in whole:
            mapping.write(one, blank)

    def hand_create() -> None:
        for one in values:
            created(one)

    def ours_update() -> None:
        for one, row in zip(asked, other, strict=True):
            mapping.write(one, row)

    def hand_update() -> None:
        for one, row in zip(values, other, strict=True):
            changed(one, row)

    works = (ours_read, hand_read, plain_read, ours_create, hand_create, ours_update, hand_update)
    taken: dict[Callable[[], None], list[float]] = {work: [] for work in works}
    for _ in range(runs):
        for work in works:
            started = time.process_time()
            work()
            taken[work].append((time.process_time() - started) / count * 1e6)
    spent = {work: median(found) for work, found in taken.items()}
    return {
        "read": MappingTime(spent[ours_read], spent[hand_read], spent[plain_read]),
        "create": MappingTime(spent[ours_create], spent[hand_create]),
        "update": MappingTime(spent[ours_update], spent[hand_update]),
    }


def same(one: str | None, other: str | None) -> bool:
    """Spaces, width and case of letters make no other value."""
    if one is None or other is None:
        return one is other
    return " ".join(normalize("NFKC", one).casefold().split()) == " ".join(
        normalize("NFKC", other).casefold().split()
    )


def edited(row: Cells) -> list[Any]:
    """The row before two of its columns were changed."""
    before = list(row)
    before[COLUMNS.index("Phone")] = "13912345678"
    before[COLUMNS.index("Description")] = "Before"
    return before
