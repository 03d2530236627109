"""Who a channel team works with: its own people, its partners, and the people there."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from synchub.model.entities.base import Entity, Standard
from synchub.model.kinds import Amount, Bool, Choice, Code, Date, Email, Money, Option, Phone, Ref, Text, Uscc
from synchub.model.values import Label


class Employee(Entity):
    """Somebody of the hub's own company: the manager of a partner, the owner of an order."""

    entity_label: ClassVar[Label] = Label(zh="员工", en="Employee")

    code: Annotated[str | None, Standard(Code(), "工号", "Employee number", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=80), "姓名", "Name", pii="person", required=True)] = None
    email: Annotated[str | None, Standard(Email(), "邮箱", "E-mail", pii="contact")] = None
    phone: Annotated[str | None, Standard(Phone(), "电话", "Phone", pii="contact")] = None
    active: Annotated[bool | None, Standard(Bool(), "在职", "Active")] = None


class Partner(Entity):
    """A company that sells for us."""

    entity_label: ClassVar[Label] = Label(zh="渠道伙伴", en="Channel partner")

    code: Annotated[str | None, Standard(Code(max=40), "渠道编码", "Partner code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=120), "渠道名称", "Partner name", required=True)] = None
    tax_id: Annotated[
        str | None, Standard(Uscc(), "统一社会信用代码", "Unified social credit code", unique=True)
    ] = None
    level: Annotated[str | None, Standard(Choice(), "渠道等级", "Level")] = None
    region: Annotated[str | None, Standard(Choice(), "区域", "Region")] = None
    province: Annotated[str | None, Standard(Text(max=40), "省份", "Province")] = None
    city: Annotated[str | None, Standard(Text(max=40), "城市", "City")] = None
    address: Annotated[str | None, Standard(Text(max=255), "地址", "Address")] = None
    phone: Annotated[str | None, Standard(Phone(), "联系电话", "Phone", pii="contact")] = None
    website: Annotated[str | None, Standard(Text(max=255), "网址", "Website")] = None
    credit_limit: Annotated[Amount | None, Standard(Money(), "信用额度", "Credit limit")] = None
    status: Annotated[
        str | None,
        Standard(
            Choice((Option.of("active", "合作中", "Active"), Option.of("inactive", "停用", "Inactive"))),
            "状态",
            "Status",
        ),
    ] = None
    stage: Annotated[str | None, Standard(Choice(), "合作阶段", "Stage")] = None
    signed_on: Annotated[date | None, Standard(Date(), "签约日期", "Signed on")] = None
    expires_on: Annotated[date | None, Standard(Date(), "到期日期", "Expires on")] = None
    manager: Annotated[str | None, Standard(Ref("Employee"), "渠道经理", "Channel manager")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None
    tier: Annotated[str | None, Standard(Choice(), "渠道层级", "Tier")] = None
    parent: Annotated[str | None, Standard(Ref("Partner"), "上级渠道", "Parent partner")] = None


class Contact(Entity):
    """A person at a partner."""

    entity_label: ClassVar[Label] = Label(zh="联系人", en="Contact")

    partner: Annotated[str | None, Standard(Ref("Partner"), "所属渠道", "Partner", required=True)] = None
    name: Annotated[str | None, Standard(Text(max=80), "姓名", "Name", pii="person", required=True)] = None
    title: Annotated[str | None, Standard(Text(max=80), "职务", "Job title")] = None
    phone: Annotated[str | None, Standard(Phone(), "电话", "Phone", pii="contact")] = None
    email: Annotated[str | None, Standard(Email(), "邮箱", "E-mail", pii="contact")] = None
    is_primary: Annotated[bool | None, Standard(Bool(), "主要联系人", "Primary contact")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None
