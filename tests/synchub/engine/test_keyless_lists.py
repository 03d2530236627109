"""Order lines that no system numbers: the list is one field, agreed on, taken, kept, asked about and explained as a whole, both ways."""

from __future__ import annotations

from decimal import Decimal

import pytest

from synchub.engine.decide import Choice
from synchub.model.values import Raw
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab, deeds

PARTNER = """
model: Partner
fields:
  code: {owner: erp}
  name: {required: yes, conflict: [erp, crm, sheet]}
  lines: {custom: yes, type: text, multiline: yes, label: {zh: 常购清单, en: Usual order}, conflict: POLICY}
"""
_FRAME = "mapping: {0}-partner\nsystem: {0}\nobject: {1}\nto: Partner\nidentity: {{match: [[code]]}}\ncreate_there: yes\n"
CRM = (
    _FRAME.format("crm", "Account")
    + """
fields:
  code: Code
  name: Name
  lines: {field: Items, as: rows, columns: [sku, qty, price], numbers: [qty, price]}
"""
)
ERP = (
    _FRAME.format("erp", "customer")
    + """
fields:
  code: number
  name: name
  lines: {field: goods, as: rows, columns: [product, amount, unit_price], numbers: [amount, unit_price]}
"""
)
SHEET = """
映射: 台账
系统: sheet
对象: 台账
对应: Partner
标识: {编号列: 编号, 首次匹配: [[渠道编码]]}
在此新建: 是
字段: {渠道编码: 编码, 渠道名称: 名称, 常购清单: 清单}
"""
TWO: list[Raw] = [
    {"sku": "CP-001", "qty": 10, "price": Decimal("1599.00"), "memo": "蓝色"},
    {"sku": "CP-002", "qty": 2, "price": 15},
]
LINES = "CP-001 | 10 | 1599\nCP-002 | 2 | 15"


@pytest.fixture(params=["[crm, erp, sheet]", "review"])
def policy(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def unnumbered(rows: list[Raw], held: Raw) -> Raw:
    del held
    return rows


@pytest.fixture
def lab(make_lab: MakeLab, policy: str, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(
        "tests.synchub.engine.conftest.OVERLAYS", {"partner": PARTNER.replace("POLICY", policy)}
    )
    lab = make_lab("crm", "erp", "sheet", crm=CRM, erp=ERP, sheet=SHEET)
    for system in lab.systems.values():
        system._rows = unnumbered  # type: ignore[method-assign]  # it keeps rows as they are sent
    lab.systems["crm"].create("Account", {"Code": "K1", "Name": "联宏", "Items": TWO})
    lab.sync()
    assert lab.sync().writes == 0
    return lab


def ids(lab: Lab) -> tuple[str, str, str]:
    return (
        next(iter(lab.systems["crm"].live("Account"))),
        next(iter(lab.systems["erp"].live("customer"))),
        next(iter(lab.systems["sheet"].live("台账"))),
    )


def held(lab: Lab) -> tuple[Raw, Raw, Raw]:
    """The list as each system has it."""
    crm, erp, sheet = ids(lab)
    return (
        lab.systems["crm"]["Account", crm]["Items"],
        lab.systems["erp"]["customer", erp]["goods"],
        lab.systems["sheet"]["台账", sheet]["清单"],
    )


def at_rest(lab: Lab) -> None:
    lab.sync()
    assert lab.sync().writes == 0
    assert lab.verify().differences == []


def test_a_list_reaches_a_list_of_other_columns_and_a_cell(lab: Lab) -> None:
    assert held(lab) == (
        TWO,
        [
            {"product": "CP-001", "amount": 10, "unit_price": 1599},
            {"product": "CP-002", "amount": 2, "unit_price": 15},
        ],
        LINES,
    )
    at_rest(lab)


def test_an_edit_comes_back_and_what_nobody_maps_stays(lab: Lab) -> None:
    _, erp, sheet = ids(lab)
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"清单": "CP-001|12|1599\nCP-003|1|20"})
    lab.sync()
    crm_rows, erp_rows, _ = held(lab)
    assert crm_rows == [
        {"sku": "CP-001", "qty": 12, "price": Decimal("1599.00"), "memo": "蓝色"},
        {"sku": "CP-003", "qty": 1, "price": 20},
    ]
    lab.clock.tick()
    assert isinstance(erp_rows, list)
    lab.systems["erp"].edit("customer", erp, {"goods": [*erp_rows, *erp_rows[:1]]})
    lab.sync()
    assert held(lab)[2] == "CP-001 | 12 | 1599\nCP-003 | 1 | 20\nCP-001 | 12 | 1599"
    at_rest(lab)


def test_another_writing_of_the_same_rows_is_no_edit(lab: Lab) -> None:
    _, erp, _ = ids(lab)
    before = [len(system.written()) for system in lab.systems.values()]
    lab.clock.tick()
    rows: list[Raw] = [
        {"product": " CP-001", "amount": Decimal("10.0"), "unit_price": "1599.00"},
        {"product": "CP-002", "amount": 2, "unit_price": 15},
    ]
    lab.systems["erp"].edit("customer", erp, {"goods": rows})
    lab.sync()
    assert [len(system.written()) for system in lab.systems.values()] == before
    at_rest(lab)


def test_two_edits_of_two_rows_are_one_conflict_and_never_mixed(lab: Lab, policy: str) -> None:
    """Who would mix them could make a list that nobody typed."""
    crm, erp, _ = ids(lab)
    lab.clock.tick()
    mine: list[Raw] = [{**TWO[0], "qty": 11}, TWO[1]]  # type: ignore[dict-item]  # a row
    theirs: list[Raw] = [
        {"product": "CP-001", "amount": 10, "unit_price": 1599},
        {"product": "CP-002", "amount": 5, "unit_price": 15},
    ]
    lab.systems["crm"].edit("Account", crm, {"Items": mine})
    lab.systems["erp"].edit("customer", erp, {"goods": theirs})
    report = lab.sync()
    if policy == "review":
        assert report.total("held") == 1
        assert held(lab)[0] == mine
        assert held(lab)[1] == theirs
        with lab.store.read() as tx:
            (asked,) = tx.conflicts()
        assert asked.field == "lines"
        deeds(lab).decide(asked.id, Choice(take="hub"))
        lab.sync()
    else:
        assert report.total("conflicts_settled") == 1
    (golden,) = lab.golden()
    with lab.store.read() as tx:
        history = [row.changes["lines"] for row in tx.ledger("Partner", str(golden["id"]), "lines", 10)]
    assert golden["lines"] == "CP-001 | 11 | 1599\nCP-002 | 2 | 15"
    assert policy == "review" or any("CP-002 | 5 | 15" in str(one) for one in history)
    assert held(lab)[1] == [{"product": "CP-001", "amount": 11, "unit_price": 1599}, {**TWO_IN_ERP}]
    at_rest(lab)


TWO_IN_ERP: dict[str, Raw] = {"product": "CP-002", "amount": 2, "unit_price": 15}


def test_a_row_that_cannot_be_read_holds_the_list_and_blanks_nothing(lab: Lab) -> None:
    crm, _, _ = ids(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Name": "联宏科技", "Items": [{"sku": "CP-009", "qty": "许多"}]})
    report = lab.sync()
    assert report.total("held") == 1
    (golden,) = lab.golden()
    assert golden["name"] == "联宏科技"
    assert golden["lines"] == LINES
    assert held(lab)[2] == LINES


def test_a_line_that_is_no_row_is_told_and_written_nowhere(lab: Lab) -> None:
    _, _, sheet = ids(lab)
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"清单": "CP-001 十台"})
    report = lab.sync()
    assert report.total("held") == 2  # neither list can be written
    assert held(lab)[0] == TWO
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"清单": "CP-001 | 10 | 1500"})
    lab.sync()
    assert held(lab)[1] == [{"product": "CP-001", "amount": 10, "unit_price": 1500}]
    at_rest(lab)


def test_an_emptied_list_is_empty_everywhere(lab: Lab) -> None:
    _, erp, _ = ids(lab)
    lab.clock.tick()
    lab.systems["erp"].edit("customer", erp, {"goods": []})
    lab.sync()
    assert not any(held(lab))
    at_rest(lab)
