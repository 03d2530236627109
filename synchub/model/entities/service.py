"""The daily work with partners: what was done with them (跟进), and what went wrong (售后)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from synchub.model.entities.base import Entity, Standard
from synchub.model.kinds import Choice, Code, Date, DateTime, Option, Ref, Text
from synchub.model.values import Label


class Activity(Entity):
    """A visit, a call, a message: what was done with a partner, and what comes next."""

    entity_label: ClassVar[Label] = Label(zh="跟进记录", en="Activity")
    title_field: ClassVar[str] = "subject"

    code: Annotated[str | None, Standard(Code(max=60), "跟进编号", "Activity code", unique=True)] = None
    subject: Annotated[str | None, Standard(Text(max=255), "跟进主题", "Subject", required=True)] = None
    kind: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("visit", "拜访", "Visit"),
                    Option.of("call", "电话", "Call"),
                    Option.of("meeting", "会议", "Meeting"),
                    Option.of("message", "微信", "Message"),
                    Option.of("email", "邮件", "E-mail"),
                    Option.of("training", "培训", "Training"),
                    Option.of("other", "其他", "Other"),
                )
            ),
            "跟进方式",
            "Kind",
        ),
    ] = None
    partner: Annotated[str | None, Standard(Ref("Partner"), "渠道伙伴", "Partner")] = None
    contact: Annotated[str | None, Standard(Ref("Contact"), "联系人", "Contact")] = None
    opportunity: Annotated[str | None, Standard(Ref("Opportunity"), "相关商机", "Opportunity")] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "跟进人", "Done by")] = None
    happened_at: Annotated[datetime | None, Standard(DateTime(), "跟进时间", "Happened at")] = None
    content: Annotated[str | None, Standard(Text(max=8000, multiline=True), "跟进内容", "Content")] = None
    next_step: Annotated[str | None, Standard(Text(max=255), "下一步", "Next step")] = None
    next_on: Annotated[date | None, Standard(Date(), "下次跟进日期", "Next on")] = None


class Ticket(Entity):
    """A question, a complaint, a repair or a return."""

    entity_label: ClassVar[Label] = Label(zh="售后工单", en="Ticket")
    title_field: ClassVar[str] = "subject"

    code: Annotated[str | None, Standard(Code(max=60), "工单编号", "Ticket code", unique=True)] = None
    subject: Annotated[str | None, Standard(Text(max=255), "工单主题", "Subject", required=True)] = None
    kind: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("question", "咨询", "Question"),
                    Option.of("repair", "维修", "Repair"),
                    Option.of("exchange", "换货", "Exchange"),
                    Option.of("return", "退货", "Return"),
                    Option.of("complaint", "投诉", "Complaint"),
                    Option.of("other", "其他", "Other"),
                )
            ),
            "工单类型",
            "Kind",
        ),
    ] = None
    priority: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("low", "低", "Low"),
                    Option.of("normal", "中", "Normal"),
                    Option.of("high", "高", "High"),
                    Option.of("urgent", "紧急", "Urgent"),
                )
            ),
            "优先级",
            "Priority",
        ),
    ] = None
    status: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("open", "待处理", "Open"),
                    Option.of("in_progress", "处理中", "In progress"),
                    Option.of("waiting", "等待客户", "Waiting"),
                    Option.of("solved", "已解决", "Solved"),
                    Option.of("closed", "已关闭", "Closed"),
                )
            ),
            "工单状态",
            "Status",
        ),
    ] = None
    partner: Annotated[str | None, Standard(Ref("Partner"), "渠道伙伴", "Partner")] = None
    contact: Annotated[str | None, Standard(Ref("Contact"), "报修人", "Reported by")] = None
    product: Annotated[str | None, Standard(Ref("Product"), "产品", "Product")] = None
    serial_no: Annotated[str | None, Standard(Code(max=60), "产品序列号", "Serial number")] = None
    order: Annotated[str | None, Standard(Ref("Order"), "购买订单", "Order")] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "处理人", "Handled by")] = None
    opened_at: Annotated[datetime | None, Standard(DateTime(), "受理时间", "Opened at")] = None
    closed_at: Annotated[datetime | None, Standard(DateTime(), "关闭时间", "Closed at")] = None
    description: Annotated[
        str | None, Standard(Text(max=8000, multiline=True), "问题描述", "Description")
    ] = None
    resolution: Annotated[str | None, Standard(Text(max=8000, multiline=True), "处理结果", "Resolution")] = (
        None
    )
