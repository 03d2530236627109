"""What the three systems hold of the truth: not all of it, and not the same."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Final

from synchub.cli.demo import fiction
from synchub.cli.demo.holdings import NOBODY, Holdings, Row, Where
from synchub.cli.demo.mischief import Mischief
from synchub.cli.demo.seed import CALM, SEED, Company, Manager, Person, Truth
from synchub.model.values import Raw

LEVELS: Final = {"金牌": "Gold", "银牌": "Silver", "注册": "Registered"}
REGIONS: Final = {"华东": "East", "华南": "South", "华北": "North", "西南": "Southwest", "海外": "Overseas"}
DEPARTMENT: Final = "渠道部"


def distribute(truth: Truth, seed: int = SEED) -> Holdings:
    """Spread the truth over the systems the way life does; the same truth and seed give the same holdings."""
    spread = _Spread(truth, random.Random(seed + 1))  # noqa: S311 - a story, not a secret
    for company in truth.companies:
        spread.company(company)
    spread.ours()
    Mischief(truth, spread.holdings, spread.where).spread()
    return spread.holdings


class _Spread:
    def __init__(self, truth: Truth, random: random.Random) -> None:
        self.truth = truth
        self.random = random
        self.holdings = Holdings()
        self.where: dict[int, Where] = {}

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    # --- partners

    def company(self, company: Company) -> None:
        where = self._place(company)
        self.where[company.number] = where
        if where.salesforce:
            self.holdings.accounts.append(self._account(company, where))
        if where.kingdee:
            self.holdings.customers.append(self._customer(company, where))
        if where.workbook:
            self.holdings.partner_sheet.append(self._sheet_row(company, where))
        self._contacts(company, where)

    def _place(self, company: Company) -> Where:
        """At least one system; those who stopped working with us are still in the ERP, where they are switched off."""
        if company.number < CALM:
            return Where(True, True, True, "code", "code")
        kingdee = not company.active or self.chance(0.86)
        salesforce = self.chance(0.88)
        workbook = self.chance(0.85) or not (kingdee or salesforce)
        keys = ["name"] if company.overseas else ["tax_id", "tax_id", "name"]
        if kingdee:
            keys += ["code"] * 3
        return Where(salesforce, kingdee, workbook, self.random.choice(keys), self.random.choice(keys))

    def _account(self, company: Company, where: Where) -> Row:
        calm, key = company.number < CALM, where.salesforce_key
        values: dict[str, Raw] = {
            "Name": self._name(company, key),
            "PartnerCode__c": company.code if key == "code" else None,
            "TaxId__c": company.tax_id if key == "tax_id" or calm or self.chance(0.4) else None,
            "Level__c": LEVELS[company.level if calm or self.chance(0.96) else "注册"],
            "Region__c": REGIONS[company.region],
            "BillingState": company.province,
            "BillingCity": company.city,
            "BillingStreet": company.address if calm or self.chance(0.8) else None,
            "Phone": self._phone(company) if calm or self.chance(0.9) else None,
            "Website": company.website if calm or self.chance(0.7) else None,
            "Credit_Limit__c": company.limit
            if calm
            else self.random.choice((None, company.limit, Decimal(100_000))),
            "Active__c": "Yes" if company.active else "No",
            "Contract_Date__c": company.signed.isoformat(),
            "Expiry_Date__c": company.expires.isoformat() if calm or self.chance(0.8) else None,
            "Description": company.note or None,
            "Type": self.random.choice(("Distributor", "Reseller", "Agent")),
        }
        return Row(company.number, values, owner=company.manager)

    def _customer(self, company: Company, where: Where) -> Row:
        calm = company.number < CALM
        people = [one for one in company.people if calm or self.chance(0.9 if one.primary else 0.7)]
        rows: list[Raw] = [self._contact_row(one) for one in people]
        needs_tax = {where.salesforce_key, where.workbook_key}
        values: dict[str, Raw] = {
            "number": company.code,
            "name": company.name,
            "taxpayer_no": company.tax_id if calm or "tax_id" in needs_tax or self.chance(0.9) else "",
            "group_name": f"{company.region}渠道",
            "province_name": company.province,
            "city_name": company.city,
            "addr": company.address if calm or self.chance(0.9) else "",
            "credit_limit": company.limit,
            "enable": "1" if company.active else "0",
            "saler_number": self._manager(company).code
            if calm or not where.salesforce or self.chance(0.95)
            else "",
            "remark": company.note if calm or self.chance(0.7) else "",
            "contact_persons": rows,
        }
        return Row(company.number, values, owner=company.manager)

    def _sheet_row(self, company: Company, where: Where) -> Row:
        calm, key = company.number < CALM, where.workbook_key
        tens = company.limit / 10_000
        values: dict[str, Raw] = {
            "渠道编码": company.code if key == "code" else None,
            "渠道名称": self._name(company, key),
            "税号": (company.tax_id or None) if key == "tax_id" or calm or self.chance(0.5) else None,
            "等级": company.level,
            "等级说明": "年度考核后升级" if company.level == "金牌" and self.chance(0.3) else None,
            "区域": self._region(company),
            "省份": company.province or None,
            "城市": company.city or None,
            "地址": company.address if calm or self.chance(0.6) else None,
            "联系电话": self._phone(company),
            "信用额度（万元）": tens if calm else self.random.choice((None, tens, tens, Decimal(20))),
            "是否合作": "是" if company.active else "否",
            "合作阶段": company.stage,
            "签约日期": company.signed.isoformat() if calm or self.chance(0.9) else None,
            "到期日期": company.expires.isoformat(),
            "渠道经理": self._manager(company).name
            if calm or not where.salesforce or self.chance(0.9)
            else None,
            "备注": company.note if calm or self.chance(0.5) else None,
        }
        return Row(company.number, values, owner=company.manager)

    def _manager(self, company: Company) -> Manager:
        return self.truth.managers[company.manager]

    def _name(self, company: Company, key: str) -> str:
        """How somebody wrote the name. Only where another key leads to the company may it be cut short."""
        if company.number < CALM:
            return company.name
        roll = self.random.random()
        if roll < 0.08:
            return f" {company.name} "
        if roll < 0.13 and company.overseas:
            return fiction.wide(company.name).replace(" ", "\u3000")
        if roll < 0.20 and key != "name":
            return company.short
        return company.name

    def _region(self, company: Company) -> str:
        if company.overseas:
            return company.region
        return f"{company.region}区" if company.number < CALM or self.chance(0.9) else company.region

    def _phone(self, company: Company) -> str:
        """The number of the office; some write it with spaces, some with brackets."""
        if company.overseas:
            return company.phone
        area, _, rest = company.phone.partition("-")
        return self.random.choice(
            (company.phone, f"({area}) {rest}", f"{area} {rest[:4]} {rest[4:]}", f"+86 {area[1:]} {rest}")
        )

    # --- contacts

    def _contacts(self, company: Company, where: Where) -> None:
        calm = company.number < CALM
        in_erp = self._in_erp() if where.kingdee else set()
        coded = where.workbook and where.workbook_key == "code"
        for person in company.people:
            known = person.name in in_erp
            if where.salesforce and (calm or self.chance(0.75) or not (known or coded)):
                self.holdings.contacts.append(
                    Row(
                        company.number,
                        self._contact(person),
                        owner=company.manager,
                        parent=len(self.holdings.accounts) - 1,
                    )
                )
            if coded and (calm or self.chance(0.7)):
                self.holdings.contact_sheet.append(
                    Row(company.number, self._contact_sheet_row(company, person))
                )

    def _in_erp(self) -> set[str]:
        """The people whom the ERP has at the company that was laid out last."""
        rows = self.holdings.customers[-1].values["contact_persons"]
        assert isinstance(rows, list)
        return {str(row["contact_person"]) for row in rows if isinstance(row, dict)}

    def _contact(self, person: Person) -> dict[str, Raw]:
        return {
            "LastName": person.name,
            "Title": person.title,
            "MobilePhone": fiction.spelled(person.mobile, self.random.randrange(6)),
            "Email": person.email,
        }

    def _contact_row(self, person: Person) -> dict[str, Raw]:
        return {
            "contact_person": person.name,
            "mobile": fiction.spelled(person.mobile, self.random.randrange(3)),
            "email": person.email if self.chance(0.9) else "",
            "is_default_linkman": person.primary,
        }

    def _contact_sheet_row(self, company: Company, person: Person) -> dict[str, Raw]:
        return {
            "渠道编码": company.code,
            "渠道名称": company.name,
            "姓名": person.name,
            "职务": person.title,
            "手机": fiction.spelled(person.mobile, self.random.randrange(3)),
            "邮箱": person.email if self.chance(0.8) else None,
            "主要": "是" if person.primary else "否",
            "备注": None,
        }

    # --- our own people

    def ours(self) -> None:
        """Salesforce has everybody but the newest colleague; the workbook everybody but the one who left."""
        for place, manager in enumerate(self.truth.managers):
            self.holdings.employees.append(Row(NOBODY, _employee(manager), owner=place))
            if place != len(self.truth.managers) - 2:
                self.holdings.users.append(Row(NOBODY, _user(manager), owner=place))
            if manager.active:
                self.holdings.employee_sheet.append(Row(NOBODY, _employee_row(manager), owner=place))


def _user(manager: Manager) -> dict[str, Raw]:
    return {
        "Name": manager.name,
        "Email": manager.email,
        "EmployeeNumber": manager.code,
        "MobilePhone": fiction.spelled(manager.mobile, 3),
        "IsActive": manager.active,
        "Department": DEPARTMENT,
    }


def _employee(manager: Manager) -> dict[str, Raw]:
    return {
        "number": manager.code,
        "name": manager.name,
        "mobile": manager.mobile,
        "email": manager.email,
        "enable": "1" if manager.active else "0",
        "department_name": DEPARTMENT,
    }


def _employee_row(manager: Manager) -> dict[str, Raw]:
    return {
        "工号": manager.code,
        "姓名": manager.name,
        "邮箱": manager.email,
        "手机": fiction.spelled(manager.mobile, 1),
        "在职": "是" if manager.active else "否",
    }
