"""Every entity of the channel model, both ways, with the shipped mappings, a real workbook and the Salesforce sandbox over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from synchub.sdk import Raw
from synchub.testing.clock import VirtualClock
from tests.scenarios.scenario_channel import Cell, Channel, Row

pytestmark = pytest.mark.xdist_group("channel")  # the first contact is made once
REFERENCE: Final = "@"
"""Before the name of a record of the org: its Id."""


@dataclass(frozen=True)
class Kind:
    """One kind of record: its places, how one is told, and one record begun on each side with an edit to make on the other."""

    sheet: str
    object: str
    key: tuple[str, str]
    """The column of the sheet and the field of the org that tell a record."""
    in_sheet: Row
    in_org: dict[str, Raw]
    edit_sheet: tuple[str, Cell, str, Raw]
    """Column and value typed into the sheet, field and value that the org then holds."""
    edit_org: tuple[str, Raw, str, Cell]
    """Field and value typed into the org, column and value that the sheet then holds."""


KINDS: Final[Mapping[str, Kind]] = {
    "Partner": Kind(
        "渠道台账", "Account", ("渠道编码", "PartnerCode__c"),
        {"渠道编码": "KH0001", "渠道名称": "联宏", "等级": "金牌", "区域": "华东区", "是否合作": "是", "信用额度": 500000, "渠道经理": "周敏"},
        {"PartnerCode__c": "KH0002", "Name": "远帆", "Level__c": "Silver", "Region__c": "South", "ParentId": "@KH0009"},
        ("信用额度", 600000, "Credit_Limit__c", 600000), ("Tier__c", "Dealer", "渠道层级", "经销商"),
    ),
    "Contact": Kind(
        "联系人", "Contact", ("姓名", "LastName"),
        {"渠道编码": "KH0001", "姓名": "王芳", "手机": "138-0013-8000"},
        {"AccountId": "@KH0002", "LastName": "李雷", "Title": "采购经理"},
        ("职务", "店长", "Title", "店长"), ("Email", "li@example.com", "邮箱", "li@example.com"),
    ),
    "Product": Kind(
        "产品", "Product2", ("产品编码", "ProductCode"),
        {"产品编码": "CP-001", "产品名称": "边缘网关", "标准价": 1999, "税率（%）": 13, "在售": "是", "单位": "台"},
        {"ProductCode": "CP-002", "Name": "传感器", "ListPrice__c": 199, "IsActive": True},
        ("标准价", 1899.5, "ListPrice__c", Decimal("1899.5")), ("IsActive", False, "在售", "否"),
    ),
    "PriceLevel": Kind(
        "价格等级", "PriceLevel__c", ("价格编码", "Code__c"),
        {"价格编码": "JG-001", "价格名称": "金牌网关价", "渠道等级": "金牌", "产品编码": "CP-001", "渠道价": 1599, "启用": "是"},
        {"Code__c": "JG-002", "Name": "银牌传感器价", "Level__c": "Silver", "Product__c": "@CP-002", "Price__c": 159},
        ("渠道等级", "银牌", "Level__c", "Silver"), ("MinQuantity__c", 20, "起订量", 20),
    ),
    "ChannelPolicy": Kind(
        "渠道政策", "ChannelPolicy__c", ("政策编号", "Code__c"),
        {"政策编号": "ZC-001", "政策名称": "年度返利", "类型": "返利", "返利比例（%）": 3.5, "状态": "执行中", "负责人": "周敏"},
        {"Code__c": "ZC-002", "Name": "样机政策", "Kind__c": "Samples", "Level__c": "Gold", "Status__c": "Draft"},
        ("状态", "已结束", "Status__c", "Ended"), ("RebateRate__c", Decimal("2.5"), "返利比例（%）", 2.5),
    ),
    "Promotion": Kind(
        "促销活动", "Promotion__c", ("活动编号", "Code__c"),
        {"活动编号": "HD-001", "活动名称": "双十一", "类型": "折扣", "产品编码": "CP-001", "政策编号": "ZC-001", "预算": 50000, "状态": "进行中"},
        {"Code__c": "HD-002", "Name": "新品推广", "Kind__c": "Event", "Product__c": "@CP-002", "Policy__c": "@ZC-002", "Status__c": "Planned"},
        ("产品编码", "CP-002", "Product__c", "@CP-002"), ("Policy__c", "@ZC-001", "政策编号", "ZC-001"),
    ),
    "Opportunity": Kind(
        "商机", "Opportunity", ("商机编号", "OpportunityCode__c"),
        {"商机编号": "SJ-001", "商机名称": "智慧工厂", "渠道编码": "KH0001", "阶段": "方案报价", "预计成交日期": "2026-12-15", "预计金额": 300000, "产品编码": "CP-001"},
        {"OpportunityCode__c": "SJ-002", "Name": "冷链监测", "AccountId": "@KH0002", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Contact__c": "@李雷"},
        ("阶段", "赢单", "StageName", "Closed Won"), ("Amount", 80000, "预计金额", 80000),
    ),
    "Order": Kind(
        "订单", "ChannelOrder__c", ("订单编号", "Name"),
        {"订单编号": "DD-001", "渠道编码": "KH0001", "商机编号": "SJ-001", "活动编号": "HD-001", "下单日期": "2026-11-02", "状态": "已确认", "订单金额": 15990, "收货电话": "138-0013-8000"},
        {"Name": "DD-002", "Partner__c": "@KH0002", "OrderedOn__c": "2026-11-03", "Status__c": "Draft", "Opportunity__c": "@SJ-002"},
        ("状态", "已发货", "Status__c", "Shipped"), ("DeliverOn__c", "2026-11-20", "交货日期", "2026-11-20"),
    ),
    "OrderLine": Kind(
        "订单明细", "ChannelOrderLine__c", ("备注", "Note__c"),
        {"订单编号": "DD-001", "行号": 1, "产品编码": "CP-001", "数量": 10, "单价": 1599, "备注": "一号"},
        {"Order__c": "@DD-002", "LineNo__c": 1, "Product__c": "@CP-002", "Quantity__c": 5, "Price__c": 159, "Note__c": "二号"},
        ("数量", 12, "Quantity__c", 12), ("Price__c", Decimal("149.9"), "单价", 149.9),
    ),
    "Payment": Kind(
        "回款", "Payment__c", ("回款编号", "Name"),
        {"回款编号": "HK-001", "渠道编码": "KH0001", "订单编号": "DD-001", "回款日期": "2026-11-20", "回款金额": 10000, "方式": "银行转账", "状态": "待确认"},
        {"Name": "HK-002", "Partner__c": "@KH0002", "Order__c": "@DD-002", "Amount__c": 795, "Method__c": "Online"},
        ("状态", "已到账", "Status__c", "Received"), ("PaidOn__c", "2026-11-21", "回款日期", "2026-11-21"),
    ),
    "Activity": Kind(
        "跟进记录", "FollowUp__c", ("跟进编号", "Code__c"),
        {"跟进编号": "GJ-001", "主题": "年度任务沟通", "方式": "拜访", "渠道编码": "KH0001", "商机编号": "SJ-001", "跟进时间": "2026-11-03 14:30:00", "跟进人": "周敏"},
        {"Code__c": "GJ-002", "Subject__c": "催款", "Kind__c": "Call", "Partner__c": "@KH0002", "Contact__c": "@李雷", "HappenedAt__c": "2026-11-04T02:00:00Z"},
        ("下一步", "发报价单", "NextStep__c", "发报价单"), ("NextOn__c", "2026-11-17", "下次跟进", "2026-11-17"),
    ),
    "Ticket": Kind(
        "售后工单", "Case", ("工单编号", "TicketCode__c"),
        {"工单编号": "GD-001", "主题": "网关无法启动", "类型": "维修", "优先级": "高", "状态": "处理中", "渠道编码": "KH0001", "产品编码": "CP-001", "订单编号": "DD-001"},
        {"TicketCode__c": "GD-002", "Subject": "传感器换货", "Type": "Exchange", "Status": "New", "AccountId": "@KH0002", "ContactId": "@李雷", "Product__c": "@CP-002"},
        ("状态", "已解决", "Status", "Solved"), ("Resolution__c", "已寄出新件", "处理结果", "已寄出新件"),
    ),
}  # fmt: skip
MANAGER: Final = {
    "EmployeeNumber": "ZY001",
    "Name": "周敏",
    "Email": "zhou.min@example.com",
    "Department": "渠道部",
}
ABOVE: Final = {"PartnerCode__c": "KH0009", "Name": "总代"}


def id_of(channel: Channel, name: str) -> str:
    """The Id of the record of the org that is told by this key."""
    for object, field in {kind.object: kind.key[1] for kind in KINDS.values()}.items():
        for id, one in channel.org.records(object).items():
            if one.get(field) == name:
                return id
    raise KeyError(name)


def resolved(channel: Channel, value: Raw) -> Raw:
    return id_of(channel, value[1:]) if isinstance(value, str) and value.startswith(REFERENCE) else value


def typed(channel: Channel, kind: Kind) -> None:
    row = {field: resolved(channel, value) for field, value in kind.in_org.items()}
    channel.org.user_create(kind.object, row)


def laid_out(place: Path) -> Channel:
    """One record of every kind begun in the workbook, another in the org; nobody has synced yet."""
    channel = Channel.build(place)
    channel.books.behave(calls_per_minute=1_000_000, token_calls_per_minute=1_000_000)
    channel.books.seed_employees([{"number": "ZY001", "name": "周敏"}])
    channel.books.seed_materials(
        [
            {"number": "CP-001", "name": "边缘网关", "unit": "台", "tax_rate": "13"},
            {"number": "CP-002", "name": "传感器", "unit": "个"},
        ]
    )
    channel.org.user_create("User", MANAGER)
    channel.org.user_create("Account", ABOVE)
    for kind in KINDS.values():
        typed(channel, kind)
    channel.sheets.write({kind.sheet: [kind.in_sheet] for kind in KINDS.values()})
    return channel


@pytest.fixture(scope="module")
def agreed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first contact, made once and copied."""
    folder = tmp_path_factory.mktemp("channel") / "hub"
    channel = laid_out(folder)
    for _ in range(2):  # the second brings what the ERP adds up
        report = channel.sync()
        assert (report.failures, report.state) == ({}, "done")
    channel.close()
    return folder


@pytest.fixture(scope="module")
def lined_folder(agreed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with three lines in DD-001, in agreement everywhere."""
    channel = copied(agreed_folder, tmp_path_factory.mktemp("lines") / "hub")
    for number, quantity in ((2, 20), (3, 30)):
        row: Row = {"订单编号": "DD-001", "行号": number, "产品编码": "CP-002", "数量": quantity, "单价": 100}
        channel.sheets.append("订单明细", row)
    channel.sync()
    channel.sync()
    channel.close()
    return channel.hub.folder


def copied(folder: Path, place: Path, later: float = 600) -> Channel:
    """The hub and its systems as they were left, some minutes later: never before, or every edit would look like a lagging replica's."""
    shutil.copytree(folder, place)
    clock = VirtualClock()
    clock.tick(later)
    return Channel.reopen(place, clock)


@pytest.fixture
def channel(agreed_folder: Path, tmp_path: Path) -> Iterator[Channel]:
    opened = copied(agreed_folder, tmp_path / "hub")
    yield opened
    opened.close()


@pytest.fixture
def lines(lined_folder: Path, tmp_path: Path) -> Iterator[Channel]:
    opened = copied(lined_folder, tmp_path / "hub", later=1200)
    yield opened
    opened.close()


def test_every_entity_is_created_on_the_other_side(channel: Channel) -> None:
    for name, kind in KINDS.items():
        column, field = kind.key
        there = channel.record(kind.object, **{field: kind.in_sheet[column]})
        assert there["SynchubId__c"], name
        here = channel.sheets.row(kind.sheet, {column: kind.in_org[field]})
        assert here["系统编号"], name
    assert channel.record("ChannelOrder__c", Name="DD-001")["Promotion__c"] == id_of(channel, "HD-001")
    assert channel.record("FollowUp__c", Code__c="GJ-001")["HappenedAt__c"] == "2026-11-03T06:30:00.000+0000"
    assert channel.sheets.row("跟进记录", {"跟进编号": "GJ-002"})["跟进时间"] == "2026-11-04 10:00:00"
    assert channel.sheets.row("渠道台账", {"渠道编码": "KH0002"})["上级渠道"] == "KH0009"
    assert channel.sheets.row("售后工单", {"工单编号": "GD-002"})["产品编码"] == "CP-002"
    channel.settle()


def test_every_entity_is_edited_from_both_sides(channel: Channel) -> None:
    for kind in KINDS.values():
        column, field = kind.key
        channel.sheets.edit(
            kind.sheet, {column: kind.in_org[field]}, {kind.edit_sheet[0]: kind.edit_sheet[1]}
        )
        id = str(channel.record(kind.object, **{field: kind.in_sheet[column]})["Id"])
        channel.org.user_edit(kind.object, id, {kind.edit_org[0]: resolved(channel, kind.edit_org[1])})
    report = channel.sync()
    assert (report.failures, report.state) == ({}, "done")
    for name, kind in KINDS.items():
        column, field = kind.key
        there = channel.record(kind.object, **{field: kind.in_org[field]})
        assert there[kind.edit_sheet[2]] == resolved(channel, kind.edit_sheet[3]), name
        here = channel.sheets.row(kind.sheet, {column: kind.in_sheet[column]})
        assert here[kind.edit_org[2]] == kind.edit_org[3], name
    assert [line["qty"] for line in channel.bill_lines("DD-002")] == [12]
    channel.sync()  # brings what the ERP adds up
    assert channel.sheets.row("订单", {"订单编号": "DD-002"})["订单金额"] == 12 * 159
    channel.settle()


def test_a_hierarchy_that_is_new_as_a_whole_is_complete_after_one_sync(channel: Channel) -> None:
    """The parent stands below its children in the sheet, so its record is made after theirs."""
    new = {"是否合作": "是", "等级": "注册"}
    for code, above in (("KH0101", "KH0102"), ("KH0102", "KH0103"), ("KH0103", None)):
        channel.sheets.append(
            "渠道台账", {"渠道编码": code, "渠道名称": f"新{code}", "上级渠道": above, **new}
        )
    report = channel.sync()
    assert (report.failures, report.state) == ({}, "done")
    for code, above in (("KH0101", "KH0102"), ("KH0102", "KH0103")):
        assert channel.record("Account", PartnerCode__c=code)["ParentId"] == id_of(channel, above)
    channel.settle()


def test_an_order_that_comes_before_its_partner_waits_and_is_completed(channel: Channel) -> None:
    orders = set(channel.org.records("ChannelOrder__c"))
    channel.sheets.append(
        "订单", {"订单编号": "DD-100", "渠道编码": "KH0200", "状态": "草稿", "下单日期": "2026-11-23"}
    )
    channel.sheets.append("订单明细", {"订单编号": "DD-100", "行号": 1, "产品编码": "CP-900", "数量": 3})
    for _ in range(2):
        report = channel.sync()
        assert (report.writes, report.total("set_aside"), report.state) == (0, 0, "done")
        assert set(channel.org.records("ChannelOrder__c")) == orders, "an order of nobody is not made"
    partner = channel.org.user_create("Account", {"PartnerCode__c": "KH0200", "Name": "迟到"})
    product = channel.org.user_create("Product2", {"ProductCode": "CP-900", "Name": "迟到的产品"})
    channel.books.seed_materials([{"number": "CP-900", "name": "迟到的产品"}])
    report = channel.sync()
    assert (report.failures, report.state) == ({}, "done")
    order = channel.record("ChannelOrder__c", Name="DD-100")
    assert order["Partner__c"] == partner
    line = channel.record("ChannelOrderLine__c", Order__c=order["Id"])
    assert (line["Product__c"], line["Quantity__c"]) == (product, 3)
    assert [row["material_number"] for row in channel.bill_lines("DD-100")] == ["CP-900"]
    channel.sync()
    channel.settle()


@pytest.mark.parametrize("late", [False, True], ids=["with its lines", "before its lines"])
def test_a_new_order_is_saved_with_its_lines_in_one_call(channel: Channel, late: bool) -> None:
    """The account set takes no bill without lines; one that had to wait for them is made with the next sync."""
    channel.books.behave(lines="required")
    channel.sheets.append(
        "订单", {"订单编号": "DD-200", "渠道编码": "KH0001", "状态": "草稿", "下单日期": "2026-11-24"}
    )
    if late:
        assert channel.sync().total("set_aside") == 1
    for number, product in ((1, "CP-001"), (2, "CP-002")):
        row: Row = {"订单编号": "DD-200", "行号": number, "产品编码": product, "数量": number, "单价": 100}
        channel.sheets.append("订单明细", row)
    seen = len(channel.books.write_log(actor="api"))
    report = channel.sync()
    if late:
        report = channel.sync()
    assert (report.failures, report.total("set_aside")) == ({}, 0)
    rows = channel.bill_lines("DD-200")
    assert [(row["seq"], row["material_number"], row["qty"]) for row in rows] == [
        ("1", "CP-001", 1),
        ("2", "CP-002", 2),
    ]
    assert {one.op for one in channel.books.write_log(seen, actor="api")} == {"create"}
    channel.sync()  # brings what the ERP adds up
    channel.settle()


# --- lines: rows of a list in the ERP, records of their own in the CRM, a sheet of their own in the workbook


def by_number(channel: Channel) -> dict[int, dict[str, Raw]]:
    return {int(str(line["seq"])): line for line in channel.bill_lines("DD-001")}


def edit_line(channel: Channel, number: int, changes: dict[str, Raw]) -> None:
    """Somebody changes one line of DD-001 in the books."""
    lines = [
        {**line, **(changes if line["seq"] == str(number) else {})} for line in channel.bill_lines("DD-001")
    ]
    channel.books.user_edit(
        "sal_order", channel.books.id_of("sal_order", "DD-001"), {"material_entity": [*lines]}
    )


def sheet_line(channel: Channel, number: int) -> Row:
    return channel.sheets.row("订单明细", {"订单编号": "DD-001", "行号": number})


def org_line(channel: Channel, number: int) -> dict[str, Raw]:
    return channel.record("ChannelOrderLine__c", Order__c=id_of(channel, "DD-001"), LineNo__c=number)


def test_three_people_change_three_lines_of_one_order_at_once(lines: Channel) -> None:
    ids = {number: line["id"] for number, line in by_number(lines).items()}
    lines.sheets.edit("订单明细", {"订单编号": "DD-001", "行号": 1}, {"数量": 11})
    edit_line(lines, 2, {"tax_price": Decimal("95.5")})
    lines.org.user_edit("ChannelOrderLine__c", str(org_line(lines, 3)["Id"]), {"Note__c": "加急"})
    report = lines.sync()
    assert (report.failures, report.state) == ({}, "done")
    after = by_number(lines)
    assert [(after[n]["qty"], after[n]["tax_price"]) for n in (1, 2, 3)] == [
        (11, 1599), (20, Decimal("95.5")), (30, 100),
    ]  # fmt: skip
    assert after[3]["comment"] == "加急"
    assert {number: line["id"] for number, line in after.items()} == ids
    assert (sheet_line(lines, 2)["单价"], sheet_line(lines, 3)["备注"]) == (95.5, "加急")
    assert (org_line(lines, 1)["Quantity__c"], org_line(lines, 2)["Price__c"]) == (11, Decimal("95.5"))
    lines.sync()
    lines.settle()


def test_two_people_change_two_fields_of_one_line(lines: Channel) -> None:
    lines.sheets.edit("订单明细", {"订单编号": "DD-001", "行号": 2}, {"数量": 25})
    edit_line(lines, 2, {"tax_price": 90})
    lines.sync()
    line = by_number(lines)[2]
    assert (line["qty"], line["tax_price"]) == (25, 90)
    assert (sheet_line(lines, 2)["数量"], sheet_line(lines, 2)["单价"]) == (25, 90)
    lines.sync()
    lines.settle()


def test_a_line_added_in_the_books_and_one_added_in_the_org_reach_everybody(lines: Channel) -> None:
    bill = lines.books.id_of("sal_order", "DD-001")
    unit = by_number(lines)[2]["unit_id"]
    new: dict[str, Raw] = {"material_number": "CP-002", "qty": 4, "tax_price": 80, "unit_id": unit}
    lines.books.user_edit("sal_order", bill, {"material_entity": [*lines.bill_lines("DD-001"), new]})
    order = id_of(lines, "DD-001")
    product = id_of(lines, "CP-001")
    lines.org.user_create(
        "ChannelOrderLine__c",
        {"Order__c": order, "LineNo__c": 5, "Product__c": product, "Quantity__c": 5, "Price__c": 70},
    )
    report = lines.sync()
    assert (report.failures, report.state) == ({}, "done")
    assert sorted(Decimal(str(line["qty"])) for line in lines.bill_lines("DD-001")) == [4, 5, 10, 20, 30]
    assert (sheet_line(lines, 4)["数量"], sheet_line(lines, 5)["数量"]) == (4, 5)
    assert org_line(lines, 4)["Quantity__c"] == 4
    lines.sync()
    lines.settle()


def test_a_line_that_vanishes_is_marked_missing_and_not_made_again(lines: Channel) -> None:
    bill = lines.books.id_of("sal_order", "DD-001")
    left = [line for line in lines.bill_lines("DD-001") if line["seq"] != "3"]
    lines.books.user_edit("sal_order", bill, {"material_entity": [*left]})
    lines.sheets.remove("订单明细", {"订单编号": "DD-001", "行号": 2})
    report = lines.sync()
    assert report.total("missing") == 2
    assert [line["seq"] for line in lines.bill_lines("DD-001")] == ["1", "2"]
    assert org_line(lines, 2)["Quantity__c"] == 20
    assert org_line(lines, 3)["Quantity__c"] == 30
    lines.sync()
    before = lines.sheets.path.read_bytes()
    report = lines.sync()
    assert (report.writes, lines.sheets.path.read_bytes()) == (0, before)
    assert [row["行号"] for row in lines.sheets.rows("订单明细") if row["订单编号"] == "DD-001"] == [1, 3]
    # the rest of the order goes on
    lines.sheets.edit("订单明细", {"订单编号": "DD-001", "行号": 1}, {"数量": 7})
    lines.sync()
    assert by_number(lines)[1]["qty"] == 7
    assert [line["seq"] for line in lines.bill_lines("DD-001")] == ["1", "2"]


def test_an_audited_bill_refuses_a_line_in_the_vendor_s_words_and_the_rest_goes_on(channel: Channel) -> None:
    channel.books.audit(channel.books.id_of("sal_order", "DD-001"))
    channel.sheets.edit("订单明细", {"订单编号": "DD-001", "行号": 1}, {"数量": 8})
    report = channel.sync()
    assert report.state == "attention"
    (row,) = channel.hub.quarantined()
    assert (row.code, row.mapping) == ("KX110", "kingdee-order-line")
    assert "单据已审核" in str(row.params["detail"])
    assert org_line(channel, 1)["Quantity__c"] == 8
    assert channel.bill_lines("DD-001")[0]["qty"] == 10


def test_an_order_whose_partner_is_not_in_the_books_waits_there_alone(channel: Channel) -> None:
    """The books refuse the partner, so they get no order of it; the CRM has both."""
    channel.org.user_create(
        "Account", {"PartnerCode__c": "KH0300", "Name": "远方", "OwnerId": stranger(channel)}
    )
    partner = id_of(channel, "KH0300")
    order = {"Name": "DD-300", "Partner__c": partner, "OrderedOn__c": "2026-11-23"}
    channel.org.user_create("ChannelOrder__c", order)
    report = channel.sync()
    assert report.failures == {}
    (refused,) = channel.hub.quarantined()
    assert (refused.mapping, refused.code) == ("kingdee-customer", "KX110")
    assert channel.sheets.row("订单", {"订单编号": "DD-300"})["渠道编码"] == "KH0300"
    assert "DD-300" not in {one["bill_no"] for one in channel.books.records("sal_order").values()}
    channel.books.seed_employees([{"number": "ZY777", "name": "后来"}])
    channel.org.user_edit("Account", partner, {"Description": "职员已在金蝶建好"})
    channel.sync()
    assert channel.bill("DD-300")["customer_number"] == "KH0300"
    channel.sync()
    channel.settle()


def stranger(channel: Channel) -> str:
    """A manager whom the books do not know."""
    user = {"EmployeeNumber": "ZY777", "Name": "后来", "Email": "hou@example.com", "Department": "渠道部"}
    return channel.org.user_create("User", user)


def test_a_sheet_that_repeats_the_order_on_every_line_is_held_for_a_person(channel: Channel) -> None:
    for note in ("第一条", "第二条"):
        row: Row = {"订单编号": "DD-400", "渠道编码": "KH0001", "下单日期": "2026-11-23", "备注": note}
        channel.sheets.append("订单", row)
    report = channel.sync()
    assert (report.total("created_in_hub"), report.state) == (0, "attention")
    assert {one.code for one in channel.hub.conflicts()} == {"E215"}
    assert "DD-400" not in {one["Name"] for one in channel.org.records("ChannelOrder__c").values()}
