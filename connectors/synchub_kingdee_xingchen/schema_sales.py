"""Goods and sales orders. Columns and their names are those of the vendor's SDK of 2024-05 [D] unless marked; marks as in `schema`.

Goods are read only here: their save carries some sixty columns (units, prices, batches …) and what becomes of those it leaves out is confirmed
nowhere [R]. Of an order the customer, the sales person, dates, remark and lines are written. Amounts follow from quantity and price with
tax and are the system's to work out, so that no write can contradict itself.
"""

from __future__ import annotations

from types import MappingProxyType

from synchub.sdk import FieldSchema, FieldType, ObjectSchema

from .schema_shapes import Entity, numbers, read_only, reference, secret

LINES = "material_entity"
"""The lines of an order, read and written under the same name [D]."""

_MATERIAL = ObjectSchema(
    "material",
    "商品",
    (
        read_only("id", "商品ID"),
        read_only("number", "商品编码"),
        read_only("name", "商品名称"),
        read_only("enable", "状态", FieldType.CHOICE),
        read_only("barcode", "条形码"),
        read_only("model", "规格型号"),
        read_only("base_unit_id", "基本单位ID"),
        read_only("base_unit_name", "基本单位"),
        read_only("sale_unit_id", "销售单位ID"),
        read_only("parent_number", "商品类别编码"),
        read_only("brand_id", "品牌ID"),
        read_only("help_code", "助记码"),
        read_only("producing_pace", "产地"),
        read_only("is_sale", "可销售", FieldType.BOOLEAN),
        read_only("tax_rate", "税率%", FieldType.DECIMAL),
        read_only("remark", "备注"),
    ),
    creatable=False,
    updatable=False,
)

_LINE = (
    read_only("id", "分录ID"),
    read_only("seq", "序号"),
    read_only("material_id", "商品ID"),
    FieldSchema("material_number", "商品编码", refers_to=("material",)),
    read_only("material_name", "商品名称"),
    read_only("material_model", "规格型号"),
    FieldSchema("unit_id", "单位ID"),
    read_only("unit_name", "单位"),
    FieldSchema("qty", "数量", FieldType.DECIMAL),
    FieldSchema("tax_price", "含税单价", FieldType.DECIMAL),
    read_only("price", "单价", FieldType.DECIMAL),
    FieldSchema("cess", "税率%", FieldType.DECIMAL),
    FieldSchema("discount", "折扣", FieldType.DECIMAL),
    read_only("amount", "金额", FieldType.DECIMAL),
    read_only("all_amount", "价税合计", FieldType.DECIMAL),
    FieldSchema("delivery_date", "交货日期", FieldType.DATE),
    FieldSchema("comment", "备注"),
)

_SALES_ORDER = ObjectSchema(
    "sal_order",
    "销售订单",
    (
        read_only("id", "订单ID"),
        FieldSchema("bill_no", "单据编号", unique=True, external_id=True, max_length=30),
        FieldSchema("bill_date", "单据日期", FieldType.DATE),
        # C audited, Z not [D]. Auditing is an operation of its own; an audited bill takes no save [R].
        read_only("bill_status", "单据状态", FieldType.CHOICE),
        read_only("io_status", "出库状态"),
        *reference("customer", "客户", refers_to="customer", named=False),
        *reference("emp", "业务员", refers_to="employee", named=False),
        FieldSchema("contact_linkman", "联系人"),
        secret("contact_phone", "联系电话"),
        secret("contact_address", "联系地址"),
        FieldSchema("remark", "备注"),
        read_only("total_amount", "合计金额", FieldType.DECIMAL),
        read_only("create_time", "创建时间", FieldType.DATETIME),
        read_only("modify_time", "修改时间", FieldType.DATETIME),
        FieldSchema(LINES, "商品分录", FieldType.LIST, fields=_LINE),
    ),
    notes=("material_entity: 写入时以整个列表替换 / written as a whole list",),
)

MATERIAL = Entity(_MATERIAL, "/jdy/v2/bd/material", "/jdy/v2/bd/material_detail", "bd_material")
SALES_ORDER = Entity(
    _SALES_ORDER,
    "/jdy/v2/scm/sal_order",
    "/jdy/v2/scm/sal_order_detail",
    "sal_bill_order",
    numbers=numbers("customer", "emp"),
    code="bill_no",
    listing_tells=False,  # neither the remark nor a line's date or comment is in the list [D]
    everything=MappingProxyType({}),  # a list of bills has all of them, audited or not [D3]
)
