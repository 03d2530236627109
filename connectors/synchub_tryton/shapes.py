"""Which objects there are, and how related records look as columns of theirs.

Tryton keeps telephone numbers, addresses and tax numbers in records of their own. A partner in a CRM or a sheet has one of
each, so one *child* of a kind is shown as columns: the first active one, an address for invoices before others. Everything is read and
written through the same path. The other children stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Child:
    """One record of a one2many, shown as columns of its parent."""

    relation: str
    """The parent's field."""
    model: str
    marks: Mapping[str, str] = field(default_factory=dict)
    """What tells this child from its siblings; a new one gets it."""
    value: str = ""
    """The field whose value is the column; "" where every field of the child is a column ``prefix.field``."""
    preferred: str = ""
    """A flag of the one to take before others, where the server has it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A one2many shown whole, as a list of rows with their ids."""

    relation: str
    model: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: a model with its key and its related records."""

    model: str
    key: str = ""
    """The column by which a create whose answer was lost is found again."""
    children: Mapping[str, Child] = field(default_factory=dict)
    """By the column's name, or by the part before its dot."""
    identifiers: bool = False
    """Columns ``identifier.TYPE`` for the numbers that registers give."""
    lines: Mapping[str, Lines] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    """Columns that are said when a record is made, and never again."""
    always: tuple[str, ...] = ()
    """Children that a new record must have, if empty."""

    def child(self, column: str) -> Child | None:
        """The child that a column belongs to."""
        head, _, rest = column.partition(".")
        if self.identifiers and head == IDENTIFIER and rest:
            return Child("identifiers", "party.identifier", {"type": rest}, "code")
        found = self.children.get(head)
        return found if found is not None and bool(rest) != bool(found.value) else None


IDENTIFIER: Final = "identifier"
MECHANISMS: Final = ("phone", "mobile", "fax", "email", "website")
PARTY: Final = Shape(
    "party.party",
    key="code",
    children={
        "address": Child("addresses", "party.address", preferred="invoice"),
        **{
            name: Child("contact_mechanisms", "party.contact_mechanism", {"type": name}, "value")
            for name in MECHANISMS
        },
    },
    identifiers=True,
    fixed=frozenset({"code"}),
)
PRODUCT: Final = Shape(
    "product.template",
    key="code",
    children={"variant": Child("products", "product.product")},
    always=("products",),
)
SALE: Final = Shape(
    "sale.sale",
    key="reference",
    lines={
        "lines": Lines(
            "lines",
            "sale.line",
            (
                "id",
                "sequence",
                "type",
                "product",
                "product.code",
                "description",
                "quantity",
                "unit",
                "unit.symbol",
                "unit_price",
                "amount",
                "note",
            ),
        )
    },
)
SHAPES: Final[Mapping[str, Shape]] = {one.model: one for one in (PARTY, PRODUCT, SALE)}
REFERRED: Final[Mapping[str, str]] = {
    "party.party": "code",
    "product.template": "code",
    "product.product": "code",
    "product.uom": "symbol",
    "currency.currency": "code",
    "country.country": "code",
    "country.subdivision": "code",
    "company.company": "rec_name",
    "account.invoice.payment_term": "name",
}
"""By which field records of a model are best named; offered as columns ``relation.field``."""


def shape_of(object: str) -> Shape:
    """Any other model can be read, and written field by field, as it is."""
    return SHAPES.get(object) or Shape(object)
