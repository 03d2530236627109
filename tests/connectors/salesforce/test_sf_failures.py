"""Each failure the vendor lists: how the sandbox shows it, and what the connector makes of it."""

from __future__ import annotations

import pytest
import requests

from synchub.sdk import (
    AuthError,
    NotFoundError,
    ProtocolError,
    QuotaError,
    RateLimitError,
    Raw,
    UnavailableError,
)
from synchub_salesforce import Salesforce
from tests.connectors.salesforce.salesforce_org import Org, asked, create, pulled, push, update


def _http(org: Org, method: str, path: str, **options: object) -> requests.Response:
    """A bare call with a session of its own."""
    token = requests.post(
        f"{org.sandbox.address}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": org.sandbox.consumer_key,
            "client_secret": org.sandbox.consumer_secret,
        },
        timeout=10,
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"} | options.pop("headers", {})  # type: ignore[operator]
    url = f"{org.sandbox.address}/services/data/v62.0/{path}"
    return requests.request(method, url, headers=headers, timeout=10, **options)  # type: ignore[arg-type]


def ask(connector: Salesforce) -> None:
    list(connector._client.query("SELECT Id FROM Organization"))


def test_an_expired_session_is_401_and_renewed_once(org: Org) -> None:
    connector = org.connector()
    ask(connector)
    org.clock.sleep(2 * 3600 + 1)
    ask(connector)
    assert org.sandbox.calls() == {"query": 3, "token": 2}


def test_a_session_in_use_does_not_expire(org: Org) -> None:
    connector = org.connector()
    for _ in range(4):
        ask(connector)
        org.clock.sleep(3600)
    assert org.sandbox.calls()["token"] == 1


def test_a_check_logs_in_anew_since_a_session_proves_nothing_about_a_changed_secret(org: Org) -> None:
    org.connector().check()
    with pytest.raises(AuthError):
        org.connector(consumer_secret="changed").check()


def test_an_expiry_in_the_middle_of_a_write_loses_nothing(org: Org) -> None:
    connector = org.connector()
    connector.discover(["Account"])
    org.sandbox.fault("expire", "collections_upsert")
    (outcome,) = push(connector, create("h1", Name="A"))
    assert outcome.id
    assert org.sandbox.calls()["collections_upsert"] == 2


def test_concurrent_limits_are_waited_for(org: Org) -> None:
    connector = org.connector()
    org.sandbox.fault("limit", "query", times=2)
    connector.check()
    assert len(org.clock.slept) == 2


def test_concurrent_limits_that_stay_are_a_rate_limit(org: Org) -> None:
    org.sandbox.fault("limit", "query", times=100)
    with pytest.raises(RateLimitError):
        org.connector().check()


def test_a_concurrent_limit_on_a_write_is_repeated_since_nothing_was_done(org: Org) -> None:
    id = org.account()
    org.sandbox.fault("limit", "collections_update")
    (outcome,) = push(org.connector(), update(id, Phone="1"))
    assert outcome.id == id


def test_the_daily_limit_stops_at_once(org: Org) -> None:
    org.sandbox.set_daily_limit(3)
    connector = org.connector(reserve_percent=0)
    for _ in range(3):
        connector._client.usage = None
        connector.check()
    connector._client.usage = None
    with pytest.raises(QuotaError):
        connector.check()
    assert org.clock.slept == []
    org.clock.sleep(25 * 3600)
    connector.check()


def test_a_share_of_the_day_is_left_to_people(org: Org) -> None:
    org.sandbox.set_daily_limit(10)
    connector = org.connector()
    for _ in range(8):
        connector.check()
    with pytest.raises(QuotaError) as caught:
        connector.check()
    assert caught.value.code == "SF105"
    assert org.sandbox.calls()["query"] == 8


def test_throttling_with_429_is_waited_for(org: Org) -> None:
    org.sandbox.fault("throttle", "query", retry_after=3)
    org.connector().check()
    assert org.clock.slept == [3.0]


@pytest.mark.parametrize("fault", ["error_before", "error_after", "drop_before", "drop_after"])
def test_passing_failures_of_reads_are_invisible(org: Org, fault: str) -> None:
    org.account()
    org.sandbox.fault(fault, "query")
    records, _ = pulled(org.connector())
    assert len(records) == 1


def test_a_system_that_stays_down_is_unavailable(org: Org) -> None:
    org.sandbox.fault("error_before", "query", times=100, status=503)
    with pytest.raises(UnavailableError):
        org.connector().check()


def test_a_login_that_fails_for_a_moment_is_repeated(org: Org) -> None:
    org.sandbox.fault("error_before", "token")
    org.connector().check()
    assert org.sandbox.calls()["token"] == 2


def test_a_retired_version_is_told_as_such(org: Org) -> None:
    with pytest.raises(AuthError):
        org.connector(api_version="30.0").check()
    with pytest.raises(NotFoundError):
        org.connector(api_version="99.0").check()


def test_a_page_of_maintenance_is_not_taken_for_data(org: Org) -> None:
    org.sandbox.fault("refuse", "query", status=200, body="<html>maintenance</html>")
    with pytest.raises(ProtocolError):
        org.connector().check()


def test_an_org_without_api_access_is_told(org: Org) -> None:
    body: Raw = [{"errorCode": "API_DISABLED_FOR_ORG", "message": "API is not enabled for this Organization"}]
    org.sandbox.fault("refuse", "query", status=403, body=body)
    with pytest.raises(AuthError) as caught:
        org.connector().check()
    assert caught.value.code == "SF109"


# --- how the sandbox itself answers


def test_a_stale_conditional_write_is_412(org: Org) -> None:
    id = org.account()
    read = _http(org, "GET", f"sobjects/Account/{id}")
    since = read.headers["Last-Modified"]
    org.clock.sleep(5)
    org.sandbox.user_edit("Account", id, {"Phone": "human"})
    stale = _http(
        org, "PATCH", f"sobjects/Account/{id}", json={"Phone": "hub"}, headers={"If-Unmodified-Since": since}
    )
    assert stale.status_code == 412
    tagged = _http(
        org,
        "PATCH",
        f"sobjects/Account/{id}",
        json={"Phone": "hub"},
        headers={"If-Match": read.headers["ETag"]},
    )
    assert tagged.status_code == 412
    assert org.sandbox.record("Account", id)["Phone"] == "human"
    fresh = _http(org, "GET", f"sobjects/Account/{id}").headers["Last-Modified"]
    done = _http(
        org, "PATCH", f"sobjects/Account/{id}", json={"Phone": "hub"}, headers={"If-Unmodified-Since": fresh}
    )
    assert done.status_code == 204


def test_every_answer_carries_usage_and_the_servers_time(org: Org) -> None:
    reply = _http(org, "GET", "limits")
    assert reply.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert reply.headers["Date"].endswith("GMT")


def test_text_is_trimmed_and_blank_is_null(org: Org) -> None:
    id = _http(org, "POST", "sobjects/Account", json={"Name": "  A ", "Phone": " "}).json()["id"]
    assert org.sandbox.record("Account", id)["Name"] == "A"
    assert org.sandbox.record("Account", id)["Phone"] is None


def test_a_fifteen_character_id_is_the_same_record(org: Org) -> None:
    id = [org.account() for _ in range(12)][-1]
    assert _http(org, "GET", f"sobjects/Account/{id[:15]}").json()["Id"] == id
    assert _http(org, "GET", f"sobjects/Account/{id[:15].lower()}").status_code == 404


def test_a_lookup_is_written_by_the_external_id_of_its_target(org: Org) -> None:
    account = org.account(SynchubId__c="h1")
    body = {"LastName": "王", "FirstName": "小", "Account": {"SynchubId__c": "h1"}}
    id = _http(org, "POST", "sobjects/Contact", json=body).json()["id"]
    held = org.sandbox.record("Contact", id)
    assert (held["AccountId"], held["Name"]) == (account, "小 王")


def test_more_than_200_rows_or_11_types_in_turn_are_refused(org: Org) -> None:
    many = [{"attributes": {"type": "Account"}, "Name": "A"}] * 201
    assert _http(org, "POST", "composite/sobjects", json={"records": many}).status_code == 400
    mixed = [{"attributes": {"type": kind}, "LastName": "A"} for kind in ("Account", "Contact") * 6]
    for row in mixed[::2]:
        row["Name"] = row.pop("LastName")
    assert _http(org, "POST", "composite/sobjects", json={"records": mixed}).status_code == 400


def test_collections_retrieve_and_delete(org: Org) -> None:
    id = org.account(Name="A")
    body = {"ids": [id, "001xx00000zzzzzAAA"], "fields": ["Id", "Name"]}
    rows = _http(org, "POST", "composite/sobjects/Account", json=body).json()
    assert rows[0]["Name"] == "A"
    assert rows[1] is None
    results = _http(org, "DELETE", f"composite/sobjects?ids={id},{id}&allOrNone=false").json()
    assert [one["success"] for one in results] == [True, False]
    assert results[1]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"


def test_update_only_creates_nothing(org: Org) -> None:
    reply = _http(org, "PATCH", "sobjects/Account/SynchubId__c/x?updateOnly=true", json={"Name": "A"})
    assert reply.status_code == 404
    assert org.sandbox.records("Account") == {}


def test_replication_windows_have_their_limits(org: Org) -> None:
    def answer(start: str, end: str) -> int:
        return _http(org, "GET", "sobjects/Account/deleted", params={"start": start, "end": end}).status_code

    now = org.clock.now()
    year = now.year
    assert answer(f"{year - 1}-01-01T00:00:00Z", f"{year}-01-01T00:00:00Z") == 400
    assert answer(now.isoformat(), now.isoformat()) == 400


def test_a_user_cannot_be_created_or_deleted(org: Org) -> None:
    assert _http(org, "POST", "sobjects/User", json={"Name": "x", "Email": "x@y.cn"}).status_code == 400
    id = org.sandbox.seed("User", [{"Name": "x", "Email": "x@y.cn"}])[0]
    assert _http(org, "DELETE", f"sobjects/User/{id}").status_code == 400


def test_people_cannot_save_what_the_org_refuses(org: Org) -> None:
    id = org.account()
    with pytest.raises(Exception, match="picklist"):
        org.sandbox.user_edit("Account", id, {"Level__c": "Platinum"})
    assert org.connector().fetch(asked(), [id])[0].deleted is False


def test_a_call_without_a_session_is_refused(org: Org) -> None:
    reply = requests.get(f"{org.sandbox.address}/services/data/v62.0/limits", timeout=10)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    assert requests.get(f"{org.sandbox.address}/services/data", timeout=10).status_code == 200


def test_a_jwt_signed_by_somebody_else_is_refused(org: Org) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    from synchub_salesforce.sandbox_auth import pem

    stranger = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with pytest.raises(AuthError):
        org.connector(domain="login", private_key=stranger, username=org.sandbox.username).check()
    key = org.sandbox.private_key()
    with pytest.raises(AuthError):
        org.connector(domain="login", private_key=key, username="somebody@else.example").check()
