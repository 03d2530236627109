"""The few companies, people and managers that the scenarios play with, and how each system holds them when all agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from synchub.sdk import Raw

_REGIONS: Final[Mapping[str, str]] = {"华东": "East", "华南": "South", "华北": "North", "西南": "Southwest"}
_LEVELS: Final[Mapping[str, str]] = {"金牌": "Gold", "银牌": "Silver", "注册": "Registered"}
_TOWNS: Final[Mapping[str, tuple[str, str]]] = {
    "华东": ("浙江省", "杭州市"),
    "华南": ("广东省", "广州市"),
    "华北": ("山东省", "青岛市"),
    "西南": ("四川省", "成都市"),
}
_TAX_IDS: Final = (
    "91310115MALE646851", "91440106MAYB11867C", "91330108MAUD59910L", "91510107MAWB83138M", "91110108MAGB14088F",
    "91320106MAPP11441M", "91440305MAHC90286X", "91350203MAPB926483", "91370102MADH955199", "91500103MABW959305",
)  # fmt: skip
_NAMES: Final = ("联宏", "远帆", "博睿", "恒通", "嘉禾", "启明", "瑞丰", "中泽", "天翼", "晨光")
_PEOPLE: Final = ("王芳", "李雷", "张伟", "刘娜", "陈静", "杨洋", "黄磊", "赵艳", "周杰", "吴敏")


@dataclass(frozen=True, slots=True)
class Manager:
    """One of our own people."""

    code: str
    name: str
    email: str
    mobile: str

    @property
    def user(self) -> dict[str, Raw]:
        """In Salesforce."""
        return {
            "Name": self.name,
            "Email": self.email,
            "IsActive": True,
            "EmployeeNumber": self.code,
            "Department": "渠道部",
            "MobilePhone": f"+86 {self.mobile}",
        }

    @property
    def employee(self) -> dict[str, Raw]:
        """In Kingdee, which no mapping reads."""
        return {"number": self.code, "name": self.name}

    @property
    def row(self) -> dict[str, Raw]:
        """In the workbook."""
        return {
            "工号": self.code,
            "姓名": self.name,
            "邮箱": self.email,
            "手机": _hyphened(self.mobile),
            "在职": "是",
        }


@dataclass(frozen=True, slots=True)
class Firm:
    """A channel partner with one contact."""

    code: str
    name: str
    tax_id: str
    region: str
    level: str
    limit: int
    phone: str
    person: str
    mobile: str
    manager: Manager

    @property
    def account(self) -> dict[str, Raw]:
        """In Salesforce; the owner is an id that the org gives."""
        province, city = _TOWNS[self.region]
        return {
            "Name": self.name,
            "Type": "Distributor",
            "PartnerCode__c": self.code,
            "TaxId__c": self.tax_id,
            "Level__c": _LEVELS[self.level],
            "Region__c": _REGIONS[self.region],
            "BillingState": province,
            "BillingCity": city,
            "BillingStreet": "解放路 1 号",
            "Phone": f"+86 {self.phone}",
            "Credit_Limit__c": self.limit,
            "Active__c": "Yes",
            "Contract_Date__c": "2026-01-31",
        }

    @property
    def contact(self) -> dict[str, Raw]:
        """In Salesforce; the account is an id that the org gives."""
        return {"LastName": self.person, "MobilePhone": f"+86 {self.mobile}", "Email": self.email}

    @property
    def customer(self) -> dict[str, Raw]:
        """In Kingdee, with its contact row."""
        province, city = _TOWNS[self.region]
        return {
            "number": self.code,
            "name": self.name,
            "taxpayer_no": self.tax_id,
            "group_name": f"{self.region}渠道",
            "province_name": province,
            "city_name": city,
            "addr": "解放路 1 号",
            "credit_limit": self.limit,
            "saler_number": self.manager.code,
            "contact_persons": [
                {
                    "contact_person": self.person,
                    "mobile": self.mobile,
                    "email": self.email,
                    "is_default_linkman": True,
                }
            ],
        }

    @property
    def row(self) -> dict[str, Raw]:
        """In the workbook's sheet 渠道台账."""
        province, city = _TOWNS[self.region]
        return {
            "渠道编码": self.code,
            "渠道名称": self.name,
            "税号": self.tax_id,
            "等级": self.level,
            "区域": f"{self.region}区",
            "省份": province,
            "城市": city,
            "地址": "解放路 1 号",
            "联系电话": _hyphened(self.phone),
            "信用额度（万元）": self.limit // 10_000,
            "是否合作": "是",
            "合作阶段": "运营",
            "签约日期": "2026-01-31",
            "渠道经理": self.manager.name,
        }

    @property
    def contact_row(self) -> dict[str, Raw]:
        """In the workbook's sheet 联系人."""
        return {
            "渠道编码": self.code,
            "姓名": self.person,
            "手机": _hyphened(self.mobile),
            "邮箱": self.email,
            "主要": "是",
        }

    @property
    def email(self) -> str:
        return f"{self.code.lower()}@example.com"


def _hyphened(mobile: str) -> str:
    return f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}"


MANAGERS: Final = (
    Manager("ZY001", "周敏", "zhou.min@example.com", "13800001001"),
    Manager("ZY002", "吴强", "wu.qiang@example.com", "13800001002"),
)
FIRMS: Final = tuple(
    Firm(
        f"KH{number:04}",
        f"{name}科技有限公司",
        _TAX_IDS[number - 1],
        list(_REGIONS)[number % 4],
        list(_LEVELS)[number % 3],
        number * 10_000,
        f"1380000{2000 + number}",
        _PEOPLE[number - 1],
        f"1390000{3000 + number}",
        MANAGERS[number % 2],
    )
    for number, name in enumerate(_NAMES, 1)
)
