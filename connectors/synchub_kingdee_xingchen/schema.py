"""The objects and columns of an account set, shipped as lists because the vendor describes only custom fields by API.

Marks, as in the README: [D] read in a vendor document or the vendor's SDK, [D3] a third party's word, [R] not
confirmed. Names of what is read come from the detail pages (customer 2026-02-02, employee 2024-11-07) and the SDK, names
of what is written from the SDK's save requests (2024-05).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from synchub.sdk import FieldSchema, FieldType, ObjectSchema

from .schema_sales import MATERIAL, SALES_ORDER
from .schema_shapes import Entity, names, numbers, read_only, reference, secret

_CONTACT_ROW = (
    read_only("id", "联系人ID"),
    read_only("seq", "序号"),
    FieldSchema("contact_person", "联系人名称"),
    secret("mobile", "手机"),
    secret("phone", "座机"),
    secret("email", "邮箱"),
    FieldSchema("gender", "性别", FieldType.CHOICE, options=("1", "0")),
    secret("birthday", "生日", FieldType.DATE),
    FieldSchema("qq", "QQ"),
    secret("wechat", "微信"),
    FieldSchema("is_default_linkman", "首要联系人", FieldType.BOOLEAN),
    *reference("contact_country", "国家", number=False),
    *reference("contact_province", "省", number=False),
    *reference("contact_city", "市", number=False),
    *reference("contact_district", "区", number=False),
    secret("contact_address", "地址"),
)

CONTACT_ROWS = "contact_persons"
"""The column path of a customer's contact rows: read from `bomentity`, written as `contact_persons` [D]."""

_CUSTOMER = ObjectSchema(
    "customer",
    "客户",
    (
        read_only("id", "客户ID"),
        FieldSchema("number", "客户编码", unique=True, external_id=True, max_length=30),
        FieldSchema("name", "客户名称", required=True),
        # The save request of the SDK has no `enable`: switching off is another operation, whose name was not found.
        FieldSchema("enable", "状态", FieldType.CHOICE, creatable=False, updatable=False, options=("1", "0")),
        *reference("group", "类别"),
        *reference("c_level", "价格等级", number=False),
        *reference("sale_dept", "部门"),
        *reference("saler", "业务员", refers_to="employee"),
        FieldSchema("rate", "增值税税率%", FieldType.DECIMAL),
        # Newer than the SDK: read [D], written under the same name [R]; the read after the write shows what became of it.
        FieldSchema("credit_limit", "信用额度", FieldType.DECIMAL),
        FieldSchema("deduct", "是否自动抵扣预收款", FieldType.BOOLEAN),
        *reference("setting_term", "结算期限", number=False),
        FieldSchema("invoice_name", "开票名称"),
        FieldSchema("taxpayer_no", "开票税号"),
        FieldSchema(
            "invoice_type", "发票类型", FieldType.CHOICE, options=("1", "2", "3", "4", "5", "6", "0")
        ),
        FieldSchema("invoice_email", "收票邮箱"),
        secret("invoice_phone", "收票手机号"),
        FieldSchema("bank", "开户银行"),
        secret("bank_account", "银行账号"),
        FieldSchema("account_open_addr", "开户地址"),
        *reference("country", "国家", number=False),
        *reference("province", "省", number=False),
        *reference("city", "市", number=False),
        *reference("district", "区", number=False),
        secret("addr", "详细地址"),
        FieldSchema("remark", "备注"),
        *(
            read_only(f"settle_customer_{part}", f"结算客户{label}")
            for part, label in (("id", "ID"), ("number", "编码"), ("name", "名称"))
        ),
        read_only("create_time", "创建时间", FieldType.DATETIME),
        read_only("modify_time", "修改时间", FieldType.DATETIME),
        read_only("creater_field_name", "创建人"),
        FieldSchema(CONTACT_ROWS, "联系人", FieldType.LIST, fields=_CONTACT_ROW),
    ),
    notes=("contact_persons: 写入时以整个列表替换 / written as a whole list",),
)

_EMPLOYEE = ObjectSchema(
    "employee",
    "职员",
    (
        read_only("id", "职员ID"),
        FieldSchema("number", "职员编码", unique=True, external_id=True, max_length=30),
        FieldSchema("name", "职员名称", required=True),
        FieldSchema(
            "enable", "可用状态", FieldType.CHOICE, creatable=False, updatable=False, options=("1", "0")
        ),
        FieldSchema("gender", "性别", FieldType.CHOICE, options=("1", "0")),
        *reference("department", "部门"),
        secret("mobile", "手机号"),
        secret("email", "邮箱"),
        secret("wechat", "微信号"),
        secret("birthday", "生日", FieldType.DATE),
        secret("id_number", "证件号"),
        FieldSchema("hire_date", "入职日期", FieldType.DATE),
        read_only("leave_date", "离职日期", FieldType.DATE),
        read_only("settle_bank_id", "结算账户ID"),
        read_only("settle_type_id", "结算类型ID"),
    ),
)


CUSTOMER = Entity(
    _CUSTOMER,
    "/jdy/v2/bd/customer",
    "/jdy/v2/bd/customer_detail",
    "bd_customer",
    derived=names(
        "group", "c_level", "sale_dept", "saler", "setting_term", "country", "province", "city", "district"
    ),
    integers=frozenset({"invoice_type"}),
    rows_from=MappingProxyType({CONTACT_ROWS: "bomentity"}),
    numbers=numbers("group", "sale_dept", "saler"),
    row_derived=names("contact_country", "contact_province", "contact_city", "contact_district"),
    row_integers=frozenset({"gender"}),
)
EMPLOYEE = Entity(
    _EMPLOYEE,
    "/jdy/v2/bd/emp",
    "/jdy/v2/bd/emp_detail",
    "bd_emp",
    derived=names("department"),
    integers=frozenset({"gender"}),
    numbers=numbers("department"),
)
ENTITIES: Mapping[str, Entity] = MappingProxyType(
    {one.name: one for one in (CUSTOMER, EMPLOYEE, MATERIAL, SALES_ORDER)}
)
