"""Sales orders: lines that are written as one list, units that a line must have, bills that are closed to saves; goods, which are only read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from synchub.sdk import Op, Outcome, OutcomeKind, PullRequest, Raw, Write
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox, XingchenSettings
from tests.connectors.kingdee_xingchen.conftest import Connect

ORDERS = PullRequest("sal_order", ("bill_no", "remark", "contact_phone", "total_amount", "material_entity"))
GOODS = PullRequest("material", ("number", "name", "base_unit_name", "tax_rate"))


@pytest.fixture(autouse=True)
def furnished(sandbox: XingchenSandbox) -> None:
    sandbox.seed_customers([{"number": "KH1", "name": "联宏"}])
    sandbox.seed_materials(
        [
            {"number": "CP-001", "name": "边缘网关", "unit": "台", "tax_rate": "13"},
            {"number": "CP-002", "name": "传感器", "unit": "个"},
        ]
    )


@pytest.fixture
def bill(sandbox: XingchenSandbox) -> str:
    """DD-1 with a line of each product."""
    units = {one["name"]: id for id, one in sandbox.records("unit").items()}
    lines: list[Raw] = [
        {"material_number": "CP-001", "qty": 2, "tax_price": 113, "cess": 13, "unit_id": units["台"]},
        {"material_number": "CP-002", "qty": 3, "tax_price": 10, "unit_id": units["个"], "comment": "急"},
    ]
    customer = sandbox.id_of("customer", "KH1")
    values: dict[str, Raw] = {"bill_no": "DD-1", "bill_date": "2026-06-01", "customer_id": customer}
    return sandbox.user_create("sal_order", {**values, "material_entity": lines})


def lines_of(sandbox: XingchenSandbox, id: str) -> list[dict[str, Raw]]:
    rows = sandbox.record("sal_order", id)["material_entity"]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def push_lines(connector: KingdeeXingchen, id: str, lines: Sequence[Raw]) -> Outcome:
    (outcome,) = connector.push(ORDERS, [Write("key", Op.UPDATE, {"material_entity": [*lines]}, id=id)])
    return outcome


def test_a_bill_is_read_with_its_lines(xingchen: KingdeeXingchen, bill: str) -> None:
    (record,) = [one for page in xingchen.pull(ORDERS) for one in page.records]
    values = dict(zip(ORDERS.columns, record.values, strict=True))
    assert (record.id, record.title, values["total_amount"]) == (bill, "DD-1", 256)
    lines = values["material_entity"]
    assert isinstance(lines, list)
    first = lines[0]
    assert isinstance(first, dict)
    assert (first["material_number"], first["unit_name"], first["qty"]) == ("CP-001", "台", 2)
    assert (first["price"], first["all_amount"]) == (100, 226)


def test_a_changed_line_leaves_the_others_and_all_ids(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, bill: str
) -> None:
    before = lines_of(sandbox, bill)
    changed = {"id": before[0]["id"], "qty": Decimal("2.5")}
    outcome = push_lines(xingchen, bill, [changed, before[1]])
    assert outcome.kind is OutcomeKind.OK
    after = lines_of(sandbox, bill)
    assert [line["id"] for line in after] == [line["id"] for line in before]
    assert (after[0]["qty"], after[0]["tax_price"], after[1]) == (Decimal("2.5"), 113, before[1])


def test_a_new_line_takes_the_unit_of_its_product(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, bill: str
) -> None:
    before = lines_of(sandbox, bill)
    outcome = push_lines(xingchen, bill, [*before, {"material_number": "CP-002", "qty": 1, "tax_price": 9}])
    assert outcome.kind is OutcomeKind.OK
    assert [line["unit_name"] for line in lines_of(sandbox, bill)] == ["台", "个", "个"]


def test_a_line_that_becomes_another_product_takes_its_unit(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, bill: str
) -> None:
    before = lines_of(sandbox, bill)
    push_lines(xingchen, bill, [{"id": before[0]["id"], "material_number": "CP-002"}, before[1]])
    assert [line["unit_name"] for line in lines_of(sandbox, bill)] == ["个", "个"]


def test_a_product_nobody_knows_is_refused(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, bill: str
) -> None:
    before = lines_of(sandbox, bill)
    outcome = push_lines(xingchen, bill, [*before, {"material_number": "CP-9", "qty": 1}])
    assert (outcome.kind, outcome.error and outcome.error.code) == (OutcomeKind.REJECTED, "KX110")
    assert lines_of(sandbox, bill) == before


def test_an_audited_bill_is_refused(xingchen: KingdeeXingchen, sandbox: XingchenSandbox, bill: str) -> None:
    sandbox.audit(bill)
    (outcome,) = xingchen.push(ORDERS, [Write("key", Op.UPDATE, {"remark": "晚了"}, id=bill)])
    assert (outcome.kind, outcome.error and outcome.error.code) == (OutcomeKind.REJECTED, "KX110")


def test_a_create_whose_answer_was_lost_finds_its_bill_by_number(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox
) -> None:
    customer = sandbox.id_of("customer", "KH1")
    values: dict[str, Raw] = {"bill_no": "DD-2", "bill_date": "2026-06-02", "customer_id": customer}
    outcomes = [xingchen.push(ORDERS, [Write("key", Op.CREATE, values)])[0] for _ in range(2)]
    assert [one.kind for one in outcomes] == [OutcomeKind.OK] * 2
    assert len(sandbox.records("sal_order")) == 1
    assert len(xingchen.find(ORDERS, "bill_no", ["DD-2", "DD-3"])) == 1


@pytest.mark.parametrize("rule", ["optional", "required"])
def test_a_bill_is_made_with_its_lines_in_one_save(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, rule: str
) -> None:
    sandbox.behave(lines=rule)
    lines: list[Raw] = [
        {"material_number": "CP-001", "qty": 2, "tax_price": 113},
        {"material_number": "CP-002", "qty": Decimal("2.5"), "tax_price": 10, "comment": "急"},
    ]
    values: dict[str, Raw] = {
        "bill_no": "DD-2",
        "bill_date": "2026-06-02",
        "customer_id": sandbox.id_of("customer", "KH1"),
    }
    write = Write("key", Op.CREATE, {**values, "material_entity": lines})
    first, again = (xingchen.push(ORDERS, [write])[0] for _ in range(2))
    assert (first.kind, again.kind, again.id) == (OutcomeKind.OK, OutcomeKind.OK, first.id)
    assert len(sandbox.records("sal_order")) == 1
    assert [(line["unit_name"], line["qty"]) for line in lines_of(sandbox, first.id)] == [
        ("台", 2),
        ("个", Decimal("2.5")),
    ]
    assert first.record is not None
    assert dict(zip(ORDERS.columns, first.record.values, strict=True))["total_amount"] == 251
    (other,) = xingchen.push(ORDERS, [Write("key", Op.CREATE, {**values, "material_entity": lines[:1]})])
    assert (other.kind, other.error and other.error.code) == (OutcomeKind.REJECTED, "KX111")


def test_an_account_set_may_refuse_a_bill_without_lines(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox
) -> None:
    sandbox.behave(lines="required")
    values: dict[str, Raw] = {"bill_no": "DD-2", "customer_id": sandbox.id_of("customer", "KH1")}
    (outcome,) = xingchen.push(ORDERS, [Write("key", Op.CREATE, values)])
    assert (outcome.kind, outcome.error and outcome.error.code) == (OutcomeKind.REJECTED, "KX110")


def test_orders_are_written_only_where_that_is_allowed(
    connect: Connect, sandbox: XingchenSandbox, bill: str
) -> None:
    asked = {"client_id": "", "client_secret": "", "outer_instance_id": ""}
    assert XingchenSettings.model_validate(asked).write_orders is False
    careful = connect()
    careful.settings = careful.settings.model_copy(update={"write_orders": False})
    (outcome,) = careful.push(ORDERS, [Write("key", Op.UPDATE, {"remark": "x"}, id=bill)])
    assert (outcome.kind, outcome.error and outcome.error.code) == (OutcomeKind.REJECTED, "KX118")
    assert sandbox.write_log(actor="api") == []


def test_goods_are_read_and_never_written(xingchen: KingdeeXingchen, sandbox: XingchenSandbox) -> None:
    records = [one for page in xingchen.pull(GOODS) for one in page.records]
    assert [one.values for one in records] == [
        ("CP-001", "边缘网关", "台", 13),
        ("CP-002", "传感器", "个", ""),
    ]
    for write in (
        Write("key", Op.UPDATE, {"name": "x"}, id=records[0].id),
        Write("key", Op.CREATE, {"number": "CP-3", "name": "x"}),
    ):
        (outcome,) = xingchen.push(GOODS, [write])
        assert (outcome.kind, outcome.error and outcome.error.code) == (OutcomeKind.REJECTED, "KX115")
    assert sandbox.write_log(actor="api") == []


def delete(id: str) -> Write:
    return Write("key", Op.DELETE, {}, id=id)


def test_a_customer_in_use_and_an_audited_bill_are_not_deleted_and_kingdee_says_why(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, bill: str
) -> None:
    customer = sandbox.id_of("customer", "KH1")
    (outcome,) = xingchen.push(PullRequest("customer", ("number",)), [delete(customer)])
    assert outcome.kind is OutcomeKind.REJECTED
    assert "已被使用" in str(outcome.error)
    sandbox.user_edit("sal_order", bill, {"bill_status": "C"})
    (outcome,) = xingchen.push(ORDERS, [delete(bill)])
    assert outcome.kind is OutcomeKind.REJECTED
    assert "已审核" in str(outcome.error)
    assert bill in sandbox.records("sal_order")
    assert customer in sandbox.records("customer")


def test_goods_are_not_deleted_since_they_are_only_read(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox
) -> None:
    id = sandbox.id_of("material", "CP-001")
    (outcome,) = xingchen.push(GOODS, [delete(id)])
    assert outcome.error is not None
    assert (outcome.kind, outcome.error.code) == (OutcomeKind.REJECTED, "C134")
    assert id in sandbox.records("material")
