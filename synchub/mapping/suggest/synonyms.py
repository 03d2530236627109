"""What people call the standard fields, in Chinese and English, beyond their names and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("编码", "编号", "代码", "工号", "客户编码", "客户编号", "渠道编号", "产品编码", "no", "number", "id no", "employee no", "partner code", "sku"),
    "name": ("名称", "姓名", "客户名称", "公司名称", "单位名称", "企业名称", "全称", "产品名称", "联系人", "full name", "company", "company name", "account name", "last name", "contact person"),
    "tax_id": ("税号", "信用代码", "社会信用代码", "统一信用代码", "纳税人识别号", "营业执照号", "taxpayer no", "tax id", "tax number", "vat number", "uscc"),
    "level": ("等级", "级别", "客户等级", "渠道级别", "grade", "tier", "rating", "partner level"),
    "region": ("区域", "大区", "片区", "地区", "area", "territory", "sales region"),
    "province": ("省", "省份", "省名", "province name", "state", "billing state"),
    "city": ("市", "城市", "城市名", "city name", "town", "billing city"),
    "address": ("地址", "详细地址", "联系地址", "街道", "addr", "street", "billing street", "address line"),
    "phone": ("电话", "手机", "联系电话", "手机号", "手机号码", "电话号码", "座机", "mobile", "mobile phone", "tel", "telephone", "cell"),
    "email": ("邮箱", "邮件", "电子邮箱", "电子邮件", "mail", "e-mail", "email address"),
    "website": ("网址", "网站", "官网", "url", "homepage", "web"),
    "credit_limit": ("信用额度", "额度", "授信额度", "信用", "credit", "limit", "credit amount"),
    "status": ("状态", "是否合作", "合作状态", "启用", "enable", "enabled", "active", "state"),
    "stage": ("阶段", "合作阶段", "销售阶段", "phase"),
    "signed_on": ("签约日期", "签约日", "签订日期", "合同日期", "contract date", "start date", "signed", "sign date"),
    "expires_on": ("到期日期", "到期日", "截止日期", "有效期至", "expiry", "expiry date", "end date", "expires"),
    "manager": ("经理", "渠道经理", "客户经理", "负责人", "业务员", "销售", "owner", "saler", "salesperson", "account manager", "owner id"),
    "partner": ("渠道", "所属渠道", "客户", "所属客户", "渠道编码", "account", "account id", "company", "customer"),
    "title": ("职务", "职位", "岗位", "头衔", "job title", "position", "role"),
    "is_primary": ("主要", "主要联系人", "首要联系人", "默认联系人", "primary", "default", "is default linkman", "main contact"),
    "active": ("在职", "是否在职", "启用", "is active", "enabled", "employed"),
    "note": ("备注", "说明", "描述", "remark", "remarks", "description", "memo", "comment", "comments"),
    "quantity": ("数量", "qty", "count"),
    "price": ("单价", "价格", "unit price"),
    "amount": ("金额", "总额", "合计", "total", "total amount"),
    "ordered_on": ("下单日期", "订单日期", "order date"),
    "unit": ("单位", "计量单位", "uom"),
    "spec": ("规格", "规格型号", "型号", "specification", "model"),
}  # fmt: skip
"""Field name -> what its column may be called."""
