"""The partners of the benchmark: 25 fields as Salesforce tells them, an address of its own, Chinese and English, phones and registration numbers in every one."""

from __future__ import annotations

from collections.abc import Sequence

from synchub.model.kinds.company import check_character

Row = dict[str, object]

PLACES = (
    ("East", "上海", "上海", "浦东新区张江路", "31"),
    ("South", "广东", "深圳", "南山区科技园南路", "44"),
    ("North", "北京", "北京", "海淀区中关村大街", "11"),
    ("Southwest", "四川", "成都", "高新区天府大道", "51"),
    ("East", "江苏", "南京", "鼓楼区中山北路", "32"),
)
CITY_CODES = ("021", "0755", "010", "028", "025")
TRADES = ("科技", "供应链管理", "信息系统", "贸易", "智能设备")
LEVELS = ("Gold", "Silver", "Registered")
STAGES = ("Prospect", "Talks", "Signed", "Running")
OLD = "2026-01-05T03:04:05.000+0000"
"""When everybody was last touched; long before any pull, so that an overlap reads nothing twice."""
FIELDS = 25
"""Of each record, the compound address counted as one."""


def record_id(number: int) -> str:
    """Ids of the org: sorted as numbers and as text."""
    return f"001{number:012}AAA"


def partner(number: int) -> Row:
    """The record with this number; the same every time."""
    region, province, city, street, code = PLACES[number % len(PLACES)]
    address = f"{street}{number % 900 + 1}号{number % 30 + 1}楼{number % 12 + 1}室"
    body = f"91{code}01{number % 100:02}MA{number:07}"
    return {
        "attributes": {
            "type": "Account",
            "url": f"/services/data/v62.0/sobjects/Account/{record_id(number)}",
        },
        "Id": record_id(number),
        "SystemModstamp": OLD,
        "IsDeleted": False,
        "PartnerCode__c": f"QD-{number:07}",
        "Name": _name(number, city),
        "TaxId__c": body + check_character(body),
        "Level__c": LEVELS[number % 3],
        "Region__c": region,
        "BillingAddress": {
            "street": address,
            "city": city,
            "state": province,
            "country": "China",
            "postalCode": f"{200000 + number % 99999}",
            "geocodeAccuracy": None,
            "latitude": None,
            "longitude": None,
        },
        "Phone": _phone(number),
        "Fax": _landline(number + 7) if number % 3 == 0 else None,
        "Email__c": f"channel.{number}@partner{number % 977}.example.com",
        "Website": f"https://www.partner{number}.example.com/channel",
        "Credit_Limit__c": (number % 400) * 5000,
        "Active__c": "Yes" if number % 11 else "No",
        "Stage__c": STAGES[number % 4],
        "Contract_Date__c": f"202{number % 6}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "Expiry_Date__c": f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}" if number % 4 else None,
        "Industry": f"{TRADES[number % 5]} / Wholesale",
        "NumberOfEmployees": number % 3000 + 1,
        "Description": f"第{number % 4 + 1}季度已拜访，客户对返利政策有疑问。 Next visit with the channel manager in week {number % 52 + 1}.",
        "WeChat__c": f"wx_{number:07}",
        "OwnerId": f"005{number % 40:012}AAA",
        "AccountSource": "Trade show",
        "CreatedDate": "2024-03-04T08:30:00.000+0000",
        "LastModifiedDate": OLD,
        "LastActivityDate": "2025-12-30",
    }


def changed(row: Row, turn: int, stamp: str) -> Row:
    """The record after somebody edited it: another phone, another level, another note."""
    number = int(str(row["Id"])[3:15])
    level = LEVELS[(number + turn) % 3]
    note = f"{row['Description']} Edited in turn {turn}."
    return {
        **row,
        "Phone": _phone(number + 50_000_000 + turn),
        "Level__c": level,
        "Description": note,
        "SystemModstamp": stamp,
        "LastModifiedDate": stamp,
    }


def partners(count: int) -> Sequence[Row]:
    return [partner(number) for number in range(1, count + 1)]


def _name(number: int, city: str) -> str:
    if number % 10 == 0:
        return f"Harbour Trading {number} (Shanghai) Co., Ltd."
    return f"{city}{TRADES[number % 5]}渠道{number:06}有限公司"


def _phone(number: int) -> str:
    """Three of four are mobile numbers, in the three ways people write them."""
    if number % 4 == 0:
        return _landline(number)
    digits = f"138{number % 100_000_000:08}"
    written = (
        digits,
        f"+86 {digits[:3]} {digits[3:7]} {digits[7:]}",
        f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
    )
    return written[number % 3]


def _landline(number: int) -> str:
    code = CITY_CODES[number % len(CITY_CODES)]
    return f"{code}-{6000_0000 + number % 9_999_999:08}"
