"""What is sold, at which price, and on which terms: products, prices by level, channel policies, promotions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from synchub.model.entities.base import Entity, Standard
from synchub.model.kinds import Amount, Bool, Choice, Code, Date, Decimal_, Money, Option, Percent, Ref, Text
from synchub.model.values import Label


class Product(Entity):
    """Something we sell."""

    entity_label: ClassVar[Label] = Label(zh="产品", en="Product")

    code: Annotated[str | None, Standard(Code(max=60), "产品编码", "Product code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=255), "产品名称", "Product name", required=True)] = None
    barcode: Annotated[str | None, Standard(Code(max=60), "条形码", "Barcode")] = None
    category: Annotated[str | None, Standard(Choice(), "产品类别", "Category")] = None
    brand: Annotated[str | None, Standard(Text(max=80), "品牌", "Brand")] = None
    spec: Annotated[str | None, Standard(Text(max=255), "规格型号", "Specification")] = None
    unit: Annotated[str | None, Standard(Text(max=20), "计量单位", "Unit")] = None
    list_price: Annotated[Amount | None, Standard(Money(), "标准价", "List price")] = None
    tax_rate: Annotated[Decimal | None, Standard(Percent(), "税率", "Tax rate")] = None
    active: Annotated[bool | None, Standard(Bool(), "在售", "On sale")] = None
    launched_on: Annotated[date | None, Standard(Date(), "上市日期", "Launched on")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class PriceLevel(Entity):
    """What partners of one level pay for one product: a price, or a discount on the list price."""

    entity_label: ClassVar[Label] = Label(zh="价格等级", en="Price level")

    code: Annotated[str | None, Standard(Code(max=60), "价格编码", "Price code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=120), "价格名称", "Price name", required=True)] = None
    level: Annotated[str | None, Standard(Choice(), "渠道等级", "Level")] = None
    product: Annotated[str | None, Standard(Ref("Product"), "产品", "Product")] = None
    price: Annotated[Amount | None, Standard(Money(), "渠道价", "Price")] = None
    discount: Annotated[Decimal | None, Standard(Percent(), "折扣率", "Discount")] = None
    min_quantity: Annotated[Decimal | None, Standard(Decimal_(), "起订量", "Minimum quantity")] = None
    starts_on: Annotated[date | None, Standard(Date(), "生效日期", "Valid from")] = None
    ends_on: Annotated[date | None, Standard(Date(), "失效日期", "Valid until")] = None
    active: Annotated[bool | None, Standard(Bool(), "启用", "Active")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class ChannelPolicy(Entity):
    """Terms that a group of partners gets for a time."""

    entity_label: ClassVar[Label] = Label(zh="渠道政策", en="Channel policy")

    code: Annotated[str | None, Standard(Code(max=60), "政策编号", "Policy code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=255), "政策名称", "Policy name", required=True)] = None
    kind: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("rebate", "返利", "Rebate"),
                    Option.of("price_protection", "价格保护", "Price protection"),
                    Option.of("sample", "样机", "Samples"),
                    Option.of("territory", "区域保护", "Territory"),
                    Option.of("training", "培训", "Training"),
                    Option.of("other", "其他", "Other"),
                )
            ),
            "政策类型",
            "Kind",
        ),
    ] = None
    level: Annotated[str | None, Standard(Choice(), "适用等级", "Applies to level")] = None
    region: Annotated[str | None, Standard(Choice(), "适用区域", "Applies to region")] = None
    rebate_rate: Annotated[Decimal | None, Standard(Percent(), "返利比例", "Rebate rate")] = None
    starts_on: Annotated[date | None, Standard(Date(), "生效日期", "Valid from")] = None
    ends_on: Annotated[date | None, Standard(Date(), "失效日期", "Valid until")] = None
    status: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("draft", "起草", "Draft"),
                    Option.of("active", "执行中", "Active"),
                    Option.of("ended", "已结束", "Ended"),
                )
            ),
            "政策状态",
            "Status",
        ),
    ] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "负责人", "Owner")] = None
    content: Annotated[str | None, Standard(Text(max=8000, multiline=True), "政策内容", "Content")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class Promotion(Entity):
    """A promotion of a product, for a time and within a budget."""

    entity_label: ClassVar[Label] = Label(zh="促销活动", en="Promotion")

    code: Annotated[str | None, Standard(Code(max=60), "活动编号", "Promotion code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=255), "活动名称", "Promotion name", required=True)] = None
    kind: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("discount", "折扣", "Discount"),
                    Option.of("gift", "赠品", "Gift"),
                    Option.of("rebate", "返现", "Cash back"),
                    Option.of("bundle", "套装", "Bundle"),
                    Option.of("event", "推广会", "Event"),
                    Option.of("other", "其他", "Other"),
                )
            ),
            "活动类型",
            "Kind",
        ),
    ] = None
    product: Annotated[str | None, Standard(Ref("Product"), "促销产品", "Product")] = None
    policy: Annotated[str | None, Standard(Ref("ChannelPolicy"), "依据政策", "Policy")] = None
    region: Annotated[str | None, Standard(Choice(), "活动区域", "Region")] = None
    discount: Annotated[Decimal | None, Standard(Percent(), "折扣率", "Discount")] = None
    budget: Annotated[Amount | None, Standard(Money(), "预算", "Budget")] = None
    starts_on: Annotated[date | None, Standard(Date(), "开始日期", "Starts on")] = None
    ends_on: Annotated[date | None, Standard(Date(), "结束日期", "Ends on")] = None
    status: Annotated[
        str | None,
        Standard(
            Choice(
                (
                    Option.of("planned", "筹备中", "Planned"),
                    Option.of("running", "进行中", "Running"),
                    Option.of("ended", "已结束", "Ended"),
                    Option.of("cancelled", "已取消", "Cancelled"),
                )
            ),
            "活动状态",
            "Status",
        ),
    ] = None
    owner: Annotated[str | None, Standard(Ref("Employee"), "负责人", "Owner")] = None
    content: Annotated[str | None, Standard(Text(max=8000, multiline=True), "活动内容", "Content")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None
