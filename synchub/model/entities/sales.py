"""The way of a sale: from the opportunity to the order with its lines and the money that comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from synchub.model.entities.base import Entity, Standard
from synchub.model.kinds import (
    Amount,
    Choice,
    Code,
    Date,
    Decimal_,
    Integer,
    Money,
    Option,
    Percent,
    Phone,
    Ref,
    Text,
)
from synchub.model.values import Label


class Opportunity(Entity):
    """A lead or a deal that a partner works on; `stage` tells how far it is."""

    entity_label: ClassVar[Label] = Label(zh="商机", en="Opportunity")

    code: Annotated[str | None, Standard(Code(max=60), "商机编号", "Opportunity code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=120), "商机名称", "Opportunity name", required=True)] = None
    partner: Annotated[str | None, Standard(Ref("Partner"), "渠道伙伴", "Partner")] = None
    contact: Annotated[str | None, Standard(Ref("Contact"), "联系人", "Contact")] = None
    end_customer: Annotated[str | None, Standard(Text(max=255), "最终客户", "End customer")] = None
    product: Annotated[str | None, Standard(Ref("Product"), "意向产品", "Product")] = None
    stage: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("lead", "线索", "Lead"),
                    Option.of("qualified", "已确认", "Qualified"),
                    Option.of("proposal", "方案报价", "Proposal"),
                    Option.of("negotiation", "谈判", "Negotiation"),
                    Option.of("won", "赢单", "Won"),
                    Option.of("lost", "输单", "Lost"),
                )
            ),
            "商机阶段",
            "Stage",
        ),
    ] = None
    source: Annotated[str | None, Standard(Choice(), "来源", "Source")] = None
    amount: Annotated[Amount | None, Standard(Money(), "预计金额", "Amount")] = None
    probability: Annotated[Decimal | None, Standard(Percent(), "赢单概率", "Probability")] = None
    expected_on: Annotated[date | None, Standard(Date(), "预计成交日期", "Expected close")] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "负责人", "Owner")] = None
    lost_reason: Annotated[str | None, Standard(Text(max=255), "输单原因", "Reason lost")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class Order(Entity):
    """What a partner orders; its lines are records of their own (`OrderLine`)."""

    entity_label: ClassVar[Label] = Label(zh="订单", en="Order")
    title_field: ClassVar[str] = "code"

    code: Annotated[str | None, Standard(Code(max=60), "订单编号", "Order code", unique=True)] = None
    partner: Annotated[str | None, Standard(Ref("Partner"), "渠道伙伴", "Partner", required=True)] = None
    opportunity: Annotated[str | None, Standard(Ref("Opportunity"), "来源商机", "Opportunity")] = None
    promotion: Annotated[str | None, Standard(Ref("Promotion"), "促销活动", "Promotion")] = None
    ordered_on: Annotated[date | None, Standard(Date(), "下单日期", "Ordered on")] = None
    deliver_on: Annotated[date | None, Standard(Date(), "交货日期", "Deliver on")] = None
    status: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("draft", "草稿", "Draft"),
                    Option.of("confirmed", "已确认", "Confirmed"),
                    Option.of("shipped", "已发货", "Shipped"),
                    Option.of("done", "已完成", "Done"),
                    Option.of("cancelled", "已取消", "Cancelled"),
                )
            ),
            "订单状态",
            "Status",
        ),
    ] = None
    amount: Annotated[Amount | None, Standard(Money(), "订单金额", "Amount")] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "业务员", "Sales person")] = None
    receiver: Annotated[str | None, Standard(Text(max=80), "收货人", "Receiver", pii="person")] = None
    receiver_phone: Annotated[str | None, Standard(Phone(), "收货电话", "Receiver phone", pii="contact")] = (
        None
    )
    delivery_address: Annotated[
        str | None, Standard(Text(max=255), "收货地址", "Delivery address", pii="contact")
    ] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class OrderLine(Entity):
    """One line of an order. In a system whose orders carry their lines it is a row of that list (``each``)."""

    entity_label: ClassVar[Label] = Label(zh="订单明细", en="Order line")
    title_field: ClassVar[str] = "line_no"

    order: Annotated[str | None, Standard(Ref("Order"), "所属订单", "Order", required=True)] = None
    line_no: Annotated[int | None, Standard(Integer(), "行号", "Line number")] = None
    product: Annotated[str | None, Standard(Ref("Product"), "产品", "Product")] = None
    quantity: Annotated[Decimal | None, Standard(Decimal_(), "数量", "Quantity")] = None
    unit: Annotated[str | None, Standard(Text(max=20), "计量单位", "Unit")] = None
    price: Annotated[Amount | None, Standard(Money(), "单价", "Unit price")] = None
    discount: Annotated[Decimal | None, Standard(Percent(), "折扣率", "Discount")] = None
    amount: Annotated[Amount | None, Standard(Money(), "行金额", "Amount")] = None
    deliver_on: Annotated[date | None, Standard(Date(), "交货日期", "Deliver on")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class Payment(Entity):
    """Money that a partner paid, for an order or on account."""

    entity_label: ClassVar[Label] = Label(zh="回款", en="Payment")
    title_field: ClassVar[str] = "code"

    code: Annotated[str | None, Standard(Code(max=60), "回款编号", "Payment code", unique=True)] = None
    partner: Annotated[str | None, Standard(Ref("Partner"), "渠道伙伴", "Partner", required=True)] = None
    order: Annotated[str | None, Standard(Ref("Order"), "对应订单", "Order")] = None
    paid_on: Annotated[date | None, Standard(Date(), "回款日期", "Paid on")] = None
    amount: Annotated[Amount | None, Standard(Money(), "回款金额", "Amount")] = None
    method: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("transfer", "银行转账", "Bank transfer"),
                    Option.of("bill", "承兑汇票", "Bill"),
                    Option.of("cash", "现金", "Cash"),
                    Option.of("online", "在线支付", "Online"),
                    Option.of("other", "其他", "Other"),
                )
            ),
            "回款方式",
            "Method",
        ),
    ] = None
    status: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("pending", "待确认", "Pending"),
                    Option.of("confirmed", "已到账", "Received"),
                    Option.of("void", "已作废", "Void"),
                )
            ),
            "回款状态",
            "Status",
        ),
    ] = None
    payer: Annotated[str | None, Standard(Text(max=255), "付款方", "Payer")] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "业务员", "Sales person")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None
