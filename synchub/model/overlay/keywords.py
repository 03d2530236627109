"""Every word of the overlay language, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from synchub.document import Keyword
from synchub.model.entity import Pii, PolicyName, Visibility

MODEL: Final = Keyword("model", "模型")
LABEL: Final = Keyword("label", "名称")
FIELDS: Final = Keyword("fields", "字段")
GROUPS: Final = Keyword("groups", "分组")
RULES: Final = Keyword("rules", "规则")
VISIBILITY: Final = Keyword("visibility", "可见性")

ZH: Final = Keyword("zh", "中文")
EN: Final = Keyword("en", "英文")

TYPE: Final = Keyword("type", "类型")
CHECK: Final = Keyword("check", "校验")
OPTIONS: Final = Keyword("options", "选项")
REQUIRED: Final = Keyword("required", "必填")
UNIQUE: Final = Keyword("unique", "唯一")
OWNER: Final = Keyword("owner", "归属")
CONFLICT: Final = Keyword("conflict", "冲突")
CUSTOM: Final = Keyword("custom", "自定义")
GENERATE: Final = Keyword("generate", "生成")
PII: Final = Keyword("pii", "隐私")
MAX: Final = Keyword("max", "最长")
SCALE: Final = Keyword("scale", "小数位")
CURRENCY: Final = Keyword("currency", "币种")
COUNTRY: Final = Keyword("country", "国家")
TO: Final = Keyword("to", "对应")
MULTILINE: Final = Keyword("multiline", "多行")
OF: Final = Keyword("of", "元素")

ID: Final = Keyword("id", "编号")
NAME: Final = Keyword("name", "名称")
ON_FAIL: Final = Keyword("on_fail", "不符时")
POLICY: Final = Keyword("policy", "方式")
MARGIN: Final = Keyword("margin", "间隔")
ORDER: Final = Keyword("order", "次序")
NEWEST: Final = Keyword("newest", "最新")

TYPES: Final[Mapping[Keyword, str]] = {
    Keyword("text", "文本"): "text",
    Keyword("code", "编码"): "code",
    Keyword("phone", "电话"): "phone",
    Keyword("email", "邮箱"): "email",
    Keyword("uscc", "统一社会信用代码", ("信用代码",)): "uscc",
    Keyword("money", "金额"): "money",
    Keyword("decimal", "小数"): "decimal",
    Keyword("integer", "整数"): "integer",
    Keyword("percent", "百分比"): "percent",
    Keyword("date", "日期"): "date",
    Keyword("datetime", "时间"): "datetime",
    Keyword("choice", "选项", ("单选",)): "choice",
    Keyword("bool", "是否"): "bool",
    Keyword("ref", "引用"): "ref",
    Keyword("list", "列表"): "list",
}
"""The words for kinds; the values are `Kind.name`."""

CHECKS: Final[Mapping[Keyword, str]] = {
    keyword: name for keyword, name in TYPES.items() if name in {"uscc", "email", "phone", "code"}
}
"""What ``check`` may say beside ``type: text``."""

POLICIES: Final[Mapping[Keyword, PolicyName]] = {
    NEWEST: "newest",
    Keyword("max", "最大"): "max",
    Keyword("min", "最小"): "min",
    Keyword("union", "合并"): "union",
    Keyword("most_complete", "最完整"): "most_complete",
    Keyword("review", "待审"): "review",
}
"""A priority is written as a list of systems."""

PII_CLASSES: Final[Mapping[Keyword, Pii]] = {
    Keyword("none", "无"): "none",
    Keyword("contact", "联系方式"): "contact",
    Keyword("person", "个人"): "person",
    Keyword("secret", "机密"): "secret",
}

ON_FAILS: Final[Mapping[Keyword, Literal["review", "warn"]]] = {
    Keyword("review", "待审"): "review",
    Keyword("warn", "提醒"): "warn",
}

ROLES: Final[Mapping[Keyword, str]] = {
    Keyword("ops", "运维"): "ops",
    Keyword("owner", "数据负责人"): "owner",
    Keyword("viewer", "查看者"): "viewer",
}

VISIBILITIES: Final[Mapping[Keyword, Visibility]] = {
    Keyword("full", "全部"): "full",
    Keyword("mask", "遮盖"): "mask",
    Keyword("hide", "隐藏"): "hide",
}
