"""Act c: people edit in all three systems at once, without knowing of each other.

Each edit is kept with where it was made and what it was about, so that what became of it can be looked up afterwards. What *should*
become of it stands nowhere here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final

from synchub.cli.demo import fiction
from synchub.cli.demo.desk import Desk
from synchub.cli.demo.holdings import Holdings
from synchub.cli.demo.seed import Company, Truth
from synchub.cli.demo.systems import KINGDEE, SALESFORCE, WORKBOOK, Systems
from synchub.cli.demo.workbook import PARTNERS
from synchub.model.values import Raw
from synchub_kingdee_xingchen import XingchenSandbox
from synchub_salesforce import SalesforceSandbox

EARLIER: Final = timedelta(minutes=-3)
"""More than the margin within which two edits of a telephone number count as simultaneous."""

ACCOUNT, USER, CONTACT = "salesforce-account", "salesforce-user", "salesforce-contact"
CUSTOMER, CONTACT_ROW = "kingdee-customer", "kingdee-customer-contact"
SHEET: Final = "渠道台账"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing somebody did. `field` "" means a whole new record; `row` is where it stands in a worksheet."""

    story: str
    """Which story of the demo it belongs to."""
    system: str
    mapping: str
    record: str
    title: str
    field: str
    typed: str
    part: str = ""
    row: int = 0


@dataclass(slots=True)
class Office:
    """The people of the demo at work."""

    systems: Systems
    truth: Truth
    holdings: Holdings
    done: list[Edit] = field(default_factory=list)

    def work(self) -> list[Edit]:
        """Everything that is done before the second sync, in no order that matters."""
        with self.systems.salesforce(EARLIER) as org:
            self._early(_Crm(self, org))
        with self.systems.salesforce() as org:
            self._sales(_Crm(self, org))
        with self.systems.kingdee() as books:
            self._accounting(_Erp(self, books))
        with Desk(self.systems.workbook) as desk:
            self._operations(_Sheet(self, desk))
        return self.done

    def company(self, number: int) -> Company:
        return self.truth.companies[number]

    # --- what they do

    def _early(self, crm: _Crm) -> None:
        crm.edit("newest", self.company(1), "phone", {"Phone": fiction.mobile(9101)})

    def _sales(self, crm: _Crm) -> None:
        crm.edit("disjoint", self.company(0), "website", {"Website": "https://new.p001.example.com"})
        crm.edit("review", self.company(3), "status", {"Active__c": "No"})
        town = {"BillingState": "浙江省", "BillingCity": "宁波市"}
        if self.company(6).city == town["BillingCity"]:
            town = {"BillingState": "广东省", "BillingCity": "深圳市"}
        crm.edit("group", self.company(6), "city", town)
        crm.edit("same_value", self.company(13), "level", {"Level__c": _other_level(self.company(13))[1]})
        phone = self.company(10).phone
        crm.edit("writing_only", self.company(10), "phone", {"Phone": phone.replace("-", " - ")})
        crm.manager(self.truth.managers[2].code, fiction.mobile(9102))
        crm.contact_title(self.company(8), "区域经理")
        crm.new()

    def _accounting(self, erp: _Erp) -> None:
        erp.edit("disjoint", self.company(0), "address", {"addr": "新园区创业路 88 号"})
        away = [one for one in ("华东", "华南", "华北", "西南") if one != self.company(2).region]
        erp.edit("priority", self.company(2), "region", {"group_name": f"{away[0]}渠道"})
        erp.edit("review", self.company(3), "status", {"enable": "0"})
        erp.edit("owner_speaks", self.company(5), "credit_limit", {"credit_limit": Decimal("366666.66")})
        erp.edit("rule", self.company(12), "credit_limit", {"credit_limit": Decimal(-5000)})
        erp.contact_mobile(self.company(8), fiction.mobile(9103))
        erp.new()

    def _operations(self, sheet: _Sheet) -> None:
        sheet.edit("disjoint", self.company(0), "level", "等级", _other_level(self.company(0))[0])
        sheet.edit("newest", self.company(1), "phone", "联系电话", fiction.spelled(fiction.mobile(9104), 2))
        away = [one for one in ("华东", "华南", "华北", "西南") if one != self.company(2).region]
        sheet.edit("priority", self.company(2), "region", "区域", f"{away[1]}区")
        sheet.edit("review", self.company(3), "status", "是否合作", None)
        sheet.edit("not_owner", self.company(4), "credit_limit", "信用额度（万元）", 999)
        sheet.edit("same_value", self.company(13), "level", "等级", _other_level(self.company(13))[0])
        sheet.edit("writing_only", self.company(10), "name", "渠道名称", f" {self.company(10).name}\u3000")
        sheet.edit("bad_phone", self.company(9), "phone", "联系电话", "12345")
        sheet.edit("bad_phone", self.company(9), "note", "备注", "同一行的其他列照常同步")
        sheet.edit("long_number", self.company(11), "tax_id", "税号", 913101150000123456)
        sheet.edit("emptied", self.company(14), "name", "渠道名称", None)
        mended = self.company(self.holdings.troubles["wrong_registration_number"][0])
        sheet.edit("mended", mended, "tax_id", "税号", mended.tax_id)
        sheet.new(
            {
                "渠道名称": "厦门云帆数码有限公司",
                "等级": "注册",
                "区域": "华南区",
                "省份": "福建省",
                "城市": "厦门市",
                "联系电话": "0592-8559001",
                "是否合作": "是",
                "合作阶段": "签约",
                "签约日期": "2026-07-01",
                "到期日期": "2028-06-30",
                "渠道经理": self.truth.managers[3].name,
            }
        )
        sheet.new({"联系电话": "021-55509002", "备注": "电话里没听清公司名称", "是否合作": "是"})


def _other_level(company: Company) -> tuple[str, str]:
    """A level the company does not have: in the workbook's words, and in Salesforce's."""
    return ("银牌", "Silver") if company.level != "银牌" else ("金牌", "Gold")


def _text(value: Raw) -> str:
    return "" if value is None else str(value)


class _Crm:
    """Sales people in Salesforce."""

    def __init__(self, office: Office, org: SalesforceSandbox) -> None:
        self.office = office
        self.org = org

    def account(self, company: Company) -> str:
        return next(
            id
            for id, held in self.org.records("Account").items()
            if held.get("PartnerCode__c") == company.code
        )

    def edit(self, story: str, company: Company, field: str, changes: Mapping[str, Raw]) -> None:
        id = self.account(company)
        self.org.user_edit("Account", id, changes)
        typed = " ".join(_text(value) for value in changes.values())
        self.office.done.append(Edit(story, SALESFORCE, ACCOUNT, id, company.name, field, typed))

    def manager(self, code: str, mobile: str) -> None:
        """A manager gets another telephone."""
        id, held = next(
            (id, held) for id, held in self.org.records("User").items() if held.get("EmployeeNumber") == code
        )
        self.org.user_edit("User", id, {"MobilePhone": mobile})
        self.office.done.append(Edit("employee", SALESFORCE, USER, id, _text(held["Name"]), "phone", mobile))

    def contact_title(self, company: Company, title: str) -> None:
        account, name = self.account(company), company.people[0].name
        id = next(
            id
            for id, held in self.org.records("Contact").items()
            if held.get("AccountId") == account and held.get("LastName") == name
        )
        self.org.user_edit("Contact", id, {"Title": title})
        self.office.done.append(Edit("contact", SALESFORCE, CONTACT, id, name, "title", title))

    def new(self) -> None:
        owner = next(
            id
            for id, held in self.org.records("User").items()
            if held.get("EmployeeNumber") == self.office.truth.managers[0].code
        )
        values: dict[str, Raw] = {
            "Name": "Heron Systems GmbH",
            "Region__c": "Overseas",
            "Level__c": "Registered",
            "Phone": "+49 30 23125901",
            "Website": "https://heron.example.com",
            "Active__c": "Yes",
            "Contract_Date__c": "2026-07-15",
            "OwnerId": owner,
        }
        id = self.org.user_create("Account", values)
        self.office.done.append(Edit("new_account", SALESFORCE, ACCOUNT, id, _text(values["Name"]), "", ""))


class _Erp:
    """Accountants in 金蝶."""

    def __init__(self, office: Office, books: XingchenSandbox) -> None:
        self.office = office
        self.books = books

    def edit(self, story: str, company: Company, field: str, changes: Mapping[str, Raw]) -> None:
        id = self.books.id_of("customer", company.code)
        self.books.user_edit("customer", id, changes)
        typed = " ".join(_text(value) for value in changes.values())
        self.office.done.append(Edit(story, KINGDEE, CUSTOMER, id, company.name, field, typed))

    def contact_mobile(self, company: Company, mobile: str) -> None:
        id = self.books.id_of("customer", company.code)
        rows = self.books.record("customer", id)["contact_persons"]
        assert isinstance(rows, list)
        name = company.people[0].name
        changed = [
            {**row, "mobile": mobile} if isinstance(row, dict) and row["contact_person"] == name else row
            for row in rows
        ]
        self.books.user_edit("customer", id, {"contact_persons": changed})
        part = next(str(row["id"]) for row in _dicts(rows) if row["contact_person"] == name)
        self.office.done.append(Edit("contact", KINGDEE, CONTACT_ROW, id, name, "phone", mobile, part))

    def new(self) -> None:
        """A customer with somebody to call."""
        people: list[Raw] = [
            {
                "contact_person": "沈清秋",
                "mobile": fiction.mobile(9105),
                "email": "shen@ruihe.example.com",
                "is_default_linkman": True,
            }
        ]
        values: dict[str, Raw] = {
            "name": "成都瑞禾科技有限公司",
            "taxpayer_no": fiction.registered("510107", "RH", 2026),
            "group_name": "西南渠道",
            "province_name": "四川省",
            "city_name": "成都市",
            "addr": "武侯区天府大道 1 号",
            "credit_limit": 150_000,
            "saler_number": self.office.truth.managers[1].code,
            "contact_persons": people,
        }
        id = self.books.user_create("customer", values)
        name = _text(values["name"])
        self.office.done.append(Edit("new_customer", KINGDEE, CUSTOMER, id, name, "", ""))
        row = _dicts(self.books.record("customer", id)["contact_persons"])[0]
        person, part = str(row["contact_person"]), str(row["id"])
        self.office.done.append(Edit("new_customer", KINGDEE, CONTACT_ROW, id, person, "", "", part))


def _dicts(rows: Raw) -> Sequence[Mapping[str, Raw]]:
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


class _Sheet:
    """Channel operations in the workbook."""

    def __init__(self, office: Office, desk: Desk) -> None:
        self.office = office
        self.desk = desk

    def edit(self, story: str, company: Company, field: str, column: str, value: Raw) -> None:
        row = self.desk.row_of(PARTNERS, "渠道编码", company.code)
        self.desk.type(PARTNERS, row, column, value)
        record = self.desk.identity(PARTNERS, row)
        self.office.done.append(
            Edit(story, WORKBOOK, SHEET, record, company.name, field, _text(value), row=row)
        )

    def new(self, values: Mapping[str, Raw]) -> None:
        row = self.desk.append(PARTNERS, values)
        story = "new_row" if "渠道名称" in values else "nameless_row"
        title = _text(values.get("渠道名称", values.get("备注")))
        self.office.done.append(Edit(story, WORKBOOK, SHEET, "", title, "", "", row=row))
