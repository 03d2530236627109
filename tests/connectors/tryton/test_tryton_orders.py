"""Products and orders with their lines, between a real Tryton and a workbook that has a sheet for each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.tryton.tryton_server import TrytonServer
from tests.connectors.tryton.tryton_stage import TrytonStage, party

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(900)]


@pytest.fixture
def stage(tryton: TrytonServer, tmp_path: Path) -> Iterator[TrytonStage]:
    one = TrytonStage.timeless(tmp_path, tryton, orders=True)
    yield one
    one.close()


def sell(stage: TrytonStage) -> None:
    """Two products and an order with two lines, as people type them into Tryton."""
    (customer,) = stage.people.create("party.party", party(1))
    stage.people.create("product.template", product("CP-001", "边缘网关"), product("CP-002", "交换机"))
    variants = {one["code"]: one["id"] for one in stage.people.rows("product.product", [], ["code"])}
    lines = [
        {
            "sequence": number,
            "product": variants[code],
            "unit": 1,
            "quantity": 2,
            "unit_price": Decimal("1599.5"),
        }
        for number, code in enumerate(("CP-001", "CP-002"), 1)
    ]
    stage.people.create("sale.sale", {"party": customer, "reference": "DD-001", "lines": [["create", lines]]})


def product(code: str, name: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "type": "goods",
        "list_price": Decimal("1999.9"),
        "default_uom": 1,
        "salable": True,
        "sale_uom": 1,
        "products": [["create", [{}]]],
    }


def lines(stage: TrytonStage, order: str) -> list[dict[str, Any]]:
    fields = ("sequence", "quantity", "unit_price", "note", "product.code", "unit.symbol")
    return stage.people.rows("sale.line", [["sale.reference", "=", order]], fields)


def test_orders_and_their_lines_travel_both_ways_line_by_line(stage: TrytonStage) -> None:
    sell(stage)
    stage.sheet.write([])
    stage.sheet.add_sheets(
        {
            "产品": [{"编码": "CP-003", "名称": "路由器", "标准价": 899, "在售": "是"}],
            "订单": [{"编号": "DD-009", "渠道编码": "KH0001", "备注": "加急"}],
            "订单明细": [{"订单编号": "DD-009", "行号": 1, "产品编码": "CP-003", "数量": 5, "单价": 888}],
        }
    )
    assert stage.sync().failures == {}
    stage.sync()  # a line that refers to a product of the same run
    (made,) = lines(stage, "DD-009")
    assert (made["quantity"], made["unit_price"], made["product."]["code"]) == (5, 888, "CP-003")
    told = {(one["订单编号"], one["行号"]): one for one in stage.sheet.listed("订单明细")}
    assert told["DD-001", 2]["产品编码"] == "CP-002"
    assert (told["DD-001", 1]["数量"], told["DD-001", 1]["单价"]) == (2, 1599.5)
    settled(stage)

    first, second = lines(stage, "DD-001")
    stage.people.write("sale.line", first["id"], quantity=7)
    stage.sheet.put("订单明细", "系统编号", told["DD-001", 2]["系统编号"], {"单价": 1500, "备注": "特价"})
    stage.sheet.put("产品", "编码", "CP-001", {"标准价": 2100})
    assert stage.sync().failures == {}
    first, second = lines(stage, "DD-001")
    assert (first["quantity"], first["unit_price"]) == (7, Decimal("1599.5"))
    assert (second["quantity"], second["unit_price"], second["note"]) == (2, 1500, "特价")
    told = {(one["订单编号"], one["行号"]): one for one in stage.sheet.listed("订单明细")}
    assert told["DD-001", 1]["数量"] == 7
    (gateway,) = stage.people.rows("product.template", [["code", "=", "CP-001"]], ["list_price"])
    assert gateway["list_price"] == 2100
    stage.sync()  # the amounts that Tryton computed from what we wrote
    settled(stage)


def settled(stage: TrytonStage) -> None:
    found = stage.hub.verify()
    assert (found.clean, found.failures) == (True, {})
    # What Tryton itself fills in when the hub makes an order is nobody's word, and is not taken up before somebody moves it.
    odd = {(one.field, one.why) for one in found.differences}
    assert odd <= {("status", "read_only"), ("amount", "read_only")}
    report = stage.sync()
    assert (report.writes, report.failures) == (0, {})
