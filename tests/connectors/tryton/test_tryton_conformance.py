"""Tryton keeps the connector contract, against a real server whose clock the tests turn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from synchub.sdk import Raw
from synchub.testing import Columns, ConnectorTests
from synchub.testing.conformance.harness import Cell, Row
from tests.connectors.tryton.tryton_harness import TrytonHarness, rows
from tests.connectors.tryton.tryton_server import BARE, ERP, TrytonServer

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(900)]


class PartyHarness(TrytonHarness):
    """Parties. People edit addresses and telephone numbers where they are, past the party."""

    object = "party.party"
    database = BARE
    names = BARE
    columns = Columns(
        text="name",
        other_text="address.city",
        key="fax",
        long_text="address.street",
        decimal="",
        integer="",
        date="",
        datetime="",
        boolean="active",
        list="",
        masked="",
    )
    unkept: ClassVar[frozenset[str]] = frozenset({"a, b; c\td"})  # a line of text takes no tab
    bad: ClassVar[Mapping[str, Raw]] = {"identifier.eu_vat": "BE12"}

    def row(self, number: int) -> Row:
        return {
            "name": f"渠道 {number}",
            "code": f"P{number:04}",
            "active": True,
            "address.city": f"城市 {number}",
            "address.street": f"文三路 {number} 号\n二楼",
            "fax": f"+86 571 8800 {number:04}",
        }

    def create(self, values: Mapping[str, Raw]) -> str:
        made: dict[str, Any] = {name: values[name] for name in ("name", "code")}
        address = {key[8:]: value for key, value in values.items() if key.startswith("address.")}
        made["addresses"] = [["create", [address]]]
        made["contact_mechanisms"] = [["create", [{"type": "fax", "value": values["fax"]}]]]
        (id,) = self.person.create("party.party", made)
        if not values["active"]:
            self.person.write("party.party", id, active=False)
        return str(id)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        (party,) = self.person.rows("party.party", [["id", "=", int(id)]], ["addresses"])
        for name, value in changes.items():
            head, _, field = name.partition(".")
            if head == "address":
                self.person.write("party.address", party["addresses"][0], **{field: value})
            else:
                self.person.write("party.party", int(id), **{name: value})

    def held(self) -> dict[str, Row]:
        fields = ("name", "code", "active", "addresses.city", "addresses.street")
        mechanisms = ("contact_mechanisms.type", "contact_mechanisms.value", "identifiers.code")
        return {
            str(one["id"]): self._row(one)
            for one in self.person.rows("party.party", [], (*fields, *mechanisms))
        }

    def _row(self, one: Row) -> Row:
        address: Row = next(iter(rows_of(one, "addresses.")), {})
        numbers = [each["value"] for each in rows_of(one, "contact_mechanisms.") if each["type"] == "fax"]
        return {
            "name": one["name"],
            "code": one["code"],
            "active": bool(one["active"]),
            "address.city": address.get("city"),
            "address.street": address.get("street"),
            "fax": next(iter(numbers), None),
            "identifier.eu_vat": next((each["code"] for each in rows_of(one, "identifiers.")), None),
        }

    def logged(self, resource: str, fields: str) -> set[Cell]:
        model, _, id = resource.partition(",")
        if model == "party.party":
            return {
                (id, name) for name in fields.split(",") if name not in {"addresses", "contact_mechanisms"}
            }
        if model == "party.contact_mechanism":
            (number,) = self.person.rows(model, [["id", "=", int(id)]], ["party"])
            return {(str(number["party"]), "fax")}
        if model == "party.address":
            (address,) = self.person.rows(model, [["id", "=", int(id)]], ["party"])
            return {(str(address["party"]), f"address.{name}") for name in fields.split(",")}
        return {(resource, fields)}


def rows_of(row: Row, relation: str) -> list[Row]:
    value = row[relation]
    assert isinstance(value, list)
    return [one for one in value if isinstance(one, dict)]


class TestParties(ConnectorTests):
    harness_type = PartyHarness

    @pytest.fixture(autouse=True)
    def _served(self, tryton: TrytonServer) -> None:
        TrytonHarness.server = tryton


class ProductHarness(TrytonHarness):
    """Products with one variant; people edit its description where it is, past the product."""

    object = "product.template"
    database = ERP
    names = "星辰商贸"
    columns = Columns(
        text="name",
        other_text="variant.description",
        key="code",
        long_text="variant.description",
        decimal="list_price",
        integer="",
        date="",
        datetime="",
        boolean="active",
        list="",
        masked="",
    )
    unkept: ClassVar[frozenset[str]] = frozenset({"a, b; c\td"})
    bad: ClassVar[Mapping[str, Raw]] = {"list_price": Decimal("0.12345")}  # four decimals are kept

    def row(self, number: int) -> Row:
        return {
            "name": f"路由器 {number}",
            "code": f"R{number:04}",
            "variant.description": f"双频\n第 {number} 代",
            "list_price": Decimal("199.5") + number,
            "active": True,
            "type": "goods",
            "default_uom.symbol": "u",
        }

    def create(self, values: Mapping[str, Raw]) -> str:
        (id,) = self.person.create(
            "product.template",
            {
                **{name: values[name] for name in ("name", "code", "list_price", "type")},
                "default_uom": 1,
                "products": [["create", [{"description": values["variant.description"]}]]],
            },
        )
        if not values["active"]:
            self.person.write("product.template", id, active=False)
        return str(id)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        (product,) = self.person.rows("product.template", [["id", "=", int(id)]], ["products"])
        for name, value in changes.items():
            if name == "variant.description":
                self.person.write("product.product", product["products"][0], description=value)
            else:
                self.person.write("product.template", int(id), **{name: value})

    def held(self) -> dict[str, Row]:
        fields = ("name", "code", "list_price", "active", "type")
        rows = self.person.rows(
            "product.template", [], (*fields, "products.description", "default_uom.symbol")
        )
        return {
            str(one["id"]): {
                **{name: one[name] for name in fields},
                "active": bool(one["active"]),
                "variant.description": rows_of(one, "products.")[0]["description"],
                "default_uom.symbol": one["default_uom."]["symbol"],
            }
            for one in rows
        }

    def logged(self, resource: str, fields: str) -> set[Cell]:
        model, _, id = resource.partition(",")
        if model == "product.template":
            return {(id, name) for name in fields.split(",") if name != "products"}
        if model == "product.product":
            (variant,) = self.person.rows(model, [["id", "=", int(id)]], ["template"])
            return {(str(variant["template"]), f"variant.{name}") for name in fields.split(",")}
        return set() if model.startswith("product.") and "price" in model else {(resource, fields)}


class SaleHarness(TrytonHarness):
    """Orders with lines; people edit lines where they are, past the order."""

    object = "sale.sale"
    database = ERP
    names = "星辰商贸"
    columns = Columns(
        text="description",
        other_text="comment",
        key="reference",
        long_text="comment",
        decimal="",
        integer="",
        date="sale_date",
        datetime="",
        boolean="",
        list="lines",
        masked="",
    )
    unkept: ClassVar[frozenset[str]] = frozenset({"a, b; c\td"})
    bad: ClassVar[Mapping[str, Raw]] = {"party.code": "NOBODY"}

    def furnish(self) -> None:
        super().furnish()
        (self.customer,) = self.person.create("party.party", {"name": "客户", "code": "KH1"})

    def row(self, number: int) -> Row:
        return {
            "description": f"订单 {number}",
            "comment": f"备注 {number}",
            "reference": f"SO{number:04}",
            "party.code": "KH1",
            "sale_date": "2026-03-01",
            "lines": [self.list_row(number)],
        }

    def list_row(self, number: int) -> Row:
        return {
            "description": f"路由器 {number}",
            "quantity": Decimal("2.5"),
            "unit_price": Decimal("199.5") + number,
        }

    def create(self, values: Mapping[str, Raw]) -> str:
        made = {name: values[name] for name in ("description", "comment", "reference")}
        (id,) = self.person.create(
            "sale.sale",
            {
                **made,
                "sale_date": _date(values["sale_date"]),
                "party": self.customer,
                "lines": [["create", [_line(one) for one in rows(values["lines"])]]],
            },
        )
        return str(id)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        self.person.write("sale.sale", int(id), **changes)

    def held(self) -> dict[str, Row]:
        fields = ("description", "comment", "reference", "sale_date")
        cells = ("id", "description", "quantity", "unit_price")
        found = self.person.rows("sale.sale", [], (*fields, "party.code", *(f"lines.{one}" for one in cells)))
        return {
            str(one["id"]): {
                **{name: one[name] for name in fields},
                "party.code": one["party."]["code"],
                "lines": [
                    {**{name: each[name] for name in cells}, "id": str(each["id"])}
                    for each in rows_of(one, "lines.")
                ],
            }
            for one in found
        }

    def logged(self, resource: str, fields: str) -> set[Cell]:
        model, _, id = resource.partition(",")
        if model == "sale.sale":
            return {(id, name) for name in fields.split(",")}
        return set() if model == "sale.line" else {(resource, fields)}


def _date(value: Raw) -> object:
    if value is None:
        return None
    year, month, day = map(int, str(value).split("-"))
    return {"__class__": "date", "year": year, "month": month, "day": day}


def _line(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("description", "quantity", "unit_price")}


class TestProducts(ConnectorTests):
    harness_type = ProductHarness

    @pytest.fixture(autouse=True)
    def _served(self, tryton: TrytonServer) -> None:
        TrytonHarness.server = tryton


class TestSales(ConnectorTests):
    harness_type = SaleHarness

    @pytest.fixture(autouse=True)
    def _served(self, tryton: TrytonServer) -> None:
        TrytonHarness.server = tryton
