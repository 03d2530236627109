"""Clients that are not ours find their way in the sandbox: unmodified simple-salesforce and aiosalesforce."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosalesforce import Salesforce as AioSalesforce
from aiosalesforce.auth import Auth, ClientCredentialsFlow, JwtBearerFlow
from aiosalesforce.exceptions import MoreThanOneRecordError, NotFoundError
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from tests.connectors.salesforce.salesforce_org import LeadTransport, Org

# --- simple-salesforce


def test_simple_salesforce_reads_and_writes_records(org: Org) -> None:
    sf = org.simple()
    made: Any = sf.Account.create({"Name": "华东渠道", "Region__c": "East", "Credit_Limit__c": 500000})
    assert made["success"] is True
    assert len(made["id"]) == 18
    assert sf.Account.update(made["id"], {"Phone": "021-5555"}) == 204
    held: Any = sf.Account.get(made["id"])
    assert (held["Name"], held["Phone"], held["Credit_Limit__c"]) == ("华东渠道", "021-5555", 500000.0)
    assert sf.Account.upsert("SynchubId__c/h%2F1", {"Name": "New"}) == 201
    assert sf.Account.upsert("SynchubId__c/h%2F1", {"Name": "Newer"}) == 200
    by_key: Any = sf.Account.get_by_custom_id("SynchubId__c", "h/1")
    assert by_key["Name"] == "Newer"
    assert sf.Account.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Account.get(made["id"])


def test_simple_salesforce_walks_through_a_long_result(org: Org) -> None:
    org.sandbox.seed("Account", [{"Name": f"P{number:04}"} for number in range(4100)])
    sf = org.simple()
    org.sandbox.reset_calls()
    rows = sf.query_all("SELECT Id, Name FROM Account ORDER BY Name")["records"]
    assert [row["Name"] for row in rows] == [f"P{number:04}" for number in range(4100)]
    assert org.sandbox.calls() == {"query": 1, "query_more": 2}
    assert sf.query("SELECT COUNT() FROM Account")["totalSize"] == 4100


def test_simple_salesforce_describes(org: Org) -> None:
    sf = org.simple()
    described: Any = sf.Account.describe()
    fields = {one["name"]: one for one in described["fields"]}
    assert fields["SynchubId__c"]["externalId"] is True
    assert fields["Credit_Limit__c"]["type"] == "currency"
    assert [one["value"] for one in fields["Level__c"]["picklistValues"]] == ["Gold", "Silver", "Registered"]
    everything: Any = sf.describe()
    assert {one["name"] for one in everything["sobjects"]} >= {"Account", "Contact", "User"}
    assert sf.is_sandbox() is True


def test_simple_salesforce_sees_deletions(org: Org) -> None:
    sf = org.simple()
    id = org.account()
    org.sandbox.user_delete("Account", id)
    org.clock.sleep(120)
    end = org.clock.now()
    start = end - timedelta(minutes=30)
    deleted: Any = sf.Account.deleted(start, end)
    assert [one["id"] for one in deleted["deletedRecords"]] == [id]
    updated: Any = sf.Account.updated(start, end)
    assert updated["ids"] == []
    rows = sf.query_all("SELECT Id FROM Account WHERE IsDeleted = true", include_deleted=True)["records"]
    assert [row["Id"] for row in rows] == [id]


def test_simple_salesforce_logs_in_by_jwt(org: Org) -> None:
    sf = org.simple(
        username=org.sandbox.username,
        consumer_key=org.sandbox.consumer_key,
        privatekey=org.sandbox.private_key(),
    )
    limits: Any = sf.limits()
    assert limits["DailyApiRequests"]["Max"] == 100_000
    assert sf.api_usage["api-usage"].total == 100_000


def test_simple_salesforce_is_refused_with_wrong_credentials(org: Org) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        org.simple(domain="acme.my", consumer_key=org.sandbox.consumer_key, consumer_secret="wrong")
    assert caught.value.code == "invalid_client"
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        org.simple(domain="acme.my", consumer_key="wrong", consumer_secret="wrong")
    assert caught.value.code == "invalid_client_id"


def test_simple_salesforce_logs_in_again_after_expiry(org: Org) -> None:
    sf = org.simple()
    org.clock.sleep(3 * 3600)
    assert sf.query("SELECT Id FROM Account")["totalSize"] == 0
    assert org.sandbox.calls()["token"] == 2


def test_simple_salesforce_is_told_of_mistakes(org: Org) -> None:
    sf = org.simple()
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.query("SELECT Nope FROM Account")
    assert "INVALID_FIELD" in str(caught.value)
    org.account(PartnerCode__c="P1")
    org.account(PartnerCode__c="P1")
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.Account.upsert("PartnerCode__c/P1", {"Name": "x"})


def test_simple_salesforce_sends_collections(org: Org) -> None:
    sf = org.simple()
    rows = [{"attributes": {"type": "Account"}, "Name": name} for name in ("A", "", "C")]
    results: Any = sf.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": rows})
    assert [one["success"] for one in results] == [True, False, True]
    assert results[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    results = sf.restful("composite/sobjects", method="POST", json={"allOrNone": True, "records": rows})
    assert [one["success"] for one in results] == [False, False, False]
    assert len(org.sandbox.records("Account")) == 2


# --- aiosalesforce


def _with_aio(org: Org, auth: Auth, work: Callable[[AioSalesforce], Awaitable[None]]) -> None:
    async def run() -> None:
        transport = LeadTransport(org.sandbox.address)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as line:
            await work(AioSalesforce(line, "https://acme.my.salesforce.com", auth, version="62.0"))

    asyncio.run(run())


def _credentials(org: Org) -> Auth:
    return ClientCredentialsFlow(org.sandbox.consumer_key, org.sandbox.consumer_secret)


def test_aiosalesforce_reads_and_writes_records(org: Org) -> None:
    async def work(sf: AioSalesforce) -> None:
        id = await sf.sobject.create("Account", {"Name": "华南渠道", "Region__c": "South"})
        await sf.sobject.update("Account", id, {"Phone": "020"})
        held = await sf.sobject.get("Account", id, fields=["Name", "Phone"])
        assert (held["Name"], held["Phone"]) == ("华南渠道", "020")
        first = await sf.sobject.upsert("Account", "h@1.inc", "SynchubId__c", {"Name": "N"})
        again = await sf.sobject.upsert("Account", "h@1.inc", "SynchubId__c", {"Name": "M"})
        assert (first.created, again.created, first.id) == (True, False, again.id)
        await sf.sobject.delete("Account", id)
        with pytest.raises(NotFoundError):
            await sf.sobject.get("Account", id)

    _with_aio(org, _credentials(org), work)


def test_aiosalesforce_queries_page_by_page(org: Org) -> None:
    org.sandbox.seed("Account", [{"Name": f"P{number}"} for number in range(2100)])

    async def work(sf: AioSalesforce) -> None:
        rows = [row async for row in sf.query("SELECT Id, Owner.Name FROM Account")]
        assert len(rows) == 2100
        assert rows[0]["Owner"]["Name"] == "Integration User"
        assert (await sf.get_limits())["DailyApiRequests"]["Max"] == 100_000

    _with_aio(org, _credentials(org), work)


def test_aiosalesforce_logs_in_by_jwt_and_again_after_expiry(org: Org, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(org.sandbox.private_key())

    async def work(sf: AioSalesforce) -> None:
        assert [row async for row in sf.query("SELECT Id FROM Account")] == []
        org.sandbox.fault("expire", "query")
        assert [row async for row in sf.query("SELECT Id FROM Account")] == []

    _with_aio(org, JwtBearerFlow(org.sandbox.consumer_key, org.sandbox.username, key), work)
    assert org.sandbox.calls()["token"] == 2


def test_aiosalesforce_is_told_of_several_matches(org: Org) -> None:
    org.account(PartnerCode__c="P1")
    org.account(PartnerCode__c="P1")

    async def work(sf: AioSalesforce) -> None:
        with pytest.raises(MoreThanOneRecordError):
            await sf.sobject.upsert("Account", "P1", "PartnerCode__c", {"Name": "x"})

    _with_aio(org, _credentials(org), work)
