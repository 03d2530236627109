"""The sandbox's SOQL does what the vendor's pages say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.connectors.salesforce.salesforce_org import Org


@pytest.fixture
def sf(org: Org) -> Any:
    org.sandbox.seed(
        "Account",
        [
            {"Name": "Alpha", "Region__c": "East", "Credit_Limit__c": 100, "Contract_Date__c": "2026-01-05"},
            {"Name": "beta's", "Region__c": "South", "Credit_Limit__c": 250, "Phone": "1"},
            {"Name": "渠道 50%", "Credit_Limit__c": 99},
        ],
    )
    return org.simple()


def _names(sf: Any, where: str) -> list[str]:
    return sorted(row["Name"] for row in sf.query(f"SELECT Name FROM Account WHERE {where}")["records"])


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Name = 'ALPHA'", ["Alpha"]),
        (r"Name = 'beta\'s'", ["beta's"]),
        ("Name LIKE 'a%'", ["Alpha"]),
        (r"Name LIKE '%50\%'", ["渠道 50%"]),
        ("Region__c IN ('East', 'South')", ["Alpha", "beta's"]),
        ("Region__c NOT IN ('East')", ["beta's", "渠道 50%"]),
        ("Region__c = null", ["渠道 50%"]),
        ("Region__c != 'East'", ["beta's", "渠道 50%"]),
        ("Credit_Limit__c >= 100 AND Credit_Limit__c < 250", ["Alpha"]),
        ("(Region__c = 'East' OR Phone != null) AND Credit_Limit__c > 100", ["beta's"]),
        ("NOT (Region__c = 'East')", ["beta's", "渠道 50%"]),
        ("NOT Region__c = 'East' AND Phone = '1'", ["beta's"]),
        ("Contract_Date__c <= 2026-01-05", ["Alpha"]),
        ("SystemModstamp >= LAST_N_DAYS:1", ["Alpha", "beta's", "渠道 50%"]),
        ("CreatedDate = TODAY", ["Alpha", "beta's", "渠道 50%"]),
        ("CreatedDate < TODAY", []),
        ("Owner.Name = 'Integration User'", ["Alpha", "beta's", "渠道 50%"]),
    ],
)
def test_conditions(sf: Any, where: str, names: list[str]) -> None:
    assert _names(sf, where) == names


def test_order_limit_and_nulls(sf: Any) -> None:
    def rows(tail: str) -> list[Any]:
        return [row["Name"] for row in sf.query(f"SELECT Name FROM Account {tail}")["records"]]

    assert rows("ORDER BY Region__c") == ["渠道 50%", "Alpha", "beta's"]
    assert rows("ORDER BY Region__c DESC NULLS LAST") == ["beta's", "Alpha", "渠道 50%"]
    assert rows("ORDER BY Credit_Limit__c LIMIT 1 OFFSET 1") == ["Alpha"]


def test_milliseconds_are_not_compared(org: Org, sf: Any) -> None:
    org.clock.time = org.clock.time.replace(microsecond=900_000) + timedelta(hours=1)
    id = org.account(Name="late in the second")
    second = org.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    found = sf.query(f"SELECT Id, SystemModstamp FROM Account WHERE SystemModstamp = {second}")["records"]
    assert [row["Id"] for row in found] == [id]
    assert found[0]["SystemModstamp"].endswith(".000+0000")
    assert sf.query(f"SELECT Id FROM Account WHERE SystemModstamp > {second}")["totalSize"] == 0


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Name FROM Account WHERE Name = 'a' AND Phone = '1' OR Phone = '2'", "MALFORMED_QUERY"),
        ("SELECT Name FROM Account WHERE", "MALFORMED_QUERY"),
        ("SELECT Name, Name FROM Account", "MALFORMED_QUERY"),
        ("SELECT Name FROM Nope", "INVALID_TYPE"),
        ("SELECT Nope.Name FROM Account", "INVALID_FIELD"),
        ("SELECT Name FROM Account WHERE Contract_Date__c = '2026-01-05'", "INVALID_FIELD"),
        ("SELECT Name FROM Account WHERE Credit_Limit__c = '1'", "INVALID_FIELD"),
        ("SELECT Name FROM Account WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Name FROM Account ORDER BY Description", "INVALID_FIELD"),
        ("SELECT Name FROM Account; DROP", "MALFORMED_QUERY"),
    ],
)
def test_mistakes_are_told_with_the_vendors_codes(sf: Any, soql: str, code: str) -> None:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.query(soql)
    assert code in str(caught.value)


def test_a_compound_address_is_shown_whole(org: Org, sf: Any) -> None:
    org.account(Name="addressed", BillingCity="上海", BillingStreet="南京路 1")
    row = sf.query("SELECT BillingAddress FROM Account WHERE Name = 'addressed'")["records"][0]
    assert row["BillingAddress"]["city"] == "上海"


def test_an_address_too_long_is_refused(sf: Any) -> None:
    names = ",".join(f"'{'x' * 100}{number}'" for number in range(200))
    with pytest.raises(Exception, match="URI Too Long"):
        sf.query(f"SELECT Id FROM Account WHERE Name IN ({names})")
