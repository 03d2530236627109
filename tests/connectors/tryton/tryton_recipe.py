"""How the company of the tests is set up in Tryton, once. Whatever is changed here is prepared anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tests.connectors.tryton.tryton_people import People

ADMIN: Final = ("admin", "canary-admin-password")
HUB: Final = ("hub", "canary-hub-password")
ACTIVATE: Final = (
    *("-u", "party", "product", "sale"),
    *("--activate-dependencies", "--email", "admin@example.com"),
    *("-l", "zh_CN"),
)
"""For trytond-admin."""


def engage_hub(admin: People) -> None:
    """A user for the hub who may do everything an employee may."""
    groups = [row["id"] for row in admin.rows("res.group", [], ["id"])]
    login, password = HUB
    admin.create(
        "res.user",
        {"name": "Hub", "login": login, "password": password, "groups": [["add", groups]]},
    )


def found_company(admin: People) -> None:
    """A company with a currency, for everybody, and what addresses and orders refer to."""
    (currency,) = admin.create(
        "currency.currency",
        {"name": "Renminbi", "code": "CNY", "symbol": "¥", "rounding": Decimal("0.01"), "digits": 2},
    )
    (party,) = admin.create("party.party", {"name": "星辰商贸", "code": "COMPANY"})
    (company,) = admin.create("company.company", {"party": party, "currency": currency})
    for user in admin.rows("res.user", [["login", "in", [ADMIN[0], HUB[0]]]], ["id"]):
        admin.write("res.user", user["id"], companies=[["add", [company]]], company=company)
    (country,) = admin.create("country.country", {"name": "China", "code": "CN"})
    admin.create(
        "country.subdivision",
        {"name": "Zhejiang", "code": "CN-ZJ", "type": "province", "country": country},
        {"name": "Fujian", "code": "CN-FJ", "type": "province", "country": country},
    )
