"""Reading: whole, since a moment, by id, by key; what came late or went away."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from synchub.sdk import ABSENT, AuthError, ConnectorError, FieldType, ProtocolError
from synchub_salesforce.messages import MESSAGES
from tests.connectors.salesforce.salesforce_org import Org, asked, pulled


def test_a_full_read_lists_every_live_record(org: Org) -> None:
    org.sandbox.seed("Account", [{"Name": f"P{number}"} for number in range(2500)])
    gone = org.account(Name="gone")
    org.sandbox.user_delete("Account", gone)
    connector = org.connector()
    records, last = pulled(connector)
    assert len({record.id for record in records}) == len(records) == 2500
    assert last.complete is True
    assert last.cursor is not None
    # token, describe, and one call for each 2,000 rows
    assert connector.calls == 4


def test_a_record_has_its_columns_in_order_with_exact_numbers(org: Org) -> None:
    id = org.account(Name="A", Credit_Limit__c=Decimal("123456789.01"), Phone="")
    records, _ = pulled(org.connector())
    record = next(one for one in records if one.id == id)
    assert record.values == ("A", None, None, Decimal("123456789.01"), "Integration User", None)
    assert record.modified == org.clock.now().replace(microsecond=0)
    assert record.deleted is False


def test_an_empty_org_gives_one_empty_page(org: Org) -> None:
    records, last = pulled(org.connector())
    assert records == []
    assert last.complete is True


def test_an_idle_pull_costs_one_call(org: Org) -> None:
    org.account()
    org.clock.sleep(1200)
    _, last = pulled(org.connector())
    org.clock.sleep(3600)
    later = org.connector()
    records, idle = pulled(later, cursor=last.cursor)
    assert records == []
    assert later.calls == 1
    assert idle.complete is False
    assert idle.cursor != last.cursor


def test_a_change_is_seen_once_and_again_only_within_the_overlap(org: Org) -> None:
    id = org.account()
    _, last = pulled(org.connector())
    org.clock.sleep(3600)
    org.sandbox.user_edit("Account", id, {"Phone": "1"})
    records, last = pulled(org.connector(), cursor=last.cursor)
    assert [(one.id, one.values[1]) for one in records] == [(id, "1")]
    records, last = pulled(org.connector(), cursor=last.cursor)
    assert [one.id for one in records] == [id]
    org.clock.sleep(3600)
    _, last = pulled(org.connector(), cursor=last.cursor)
    records, _ = pulled(org.connector(), cursor=last.cursor)
    assert records == []


def test_a_change_that_becomes_visible_late_is_not_lost(org: Org) -> None:
    id = org.account()
    org.clock.sleep(3600)
    _, last = pulled(org.connector())
    org.sandbox.user_edit("Account", id, {"Phone": "late"}, visible_after=590)
    org.clock.sleep(300)
    records, last = pulled(org.connector(), cursor=last.cursor)
    assert records == []
    org.clock.sleep(300)
    records, _ = pulled(org.connector(), cursor=last.cursor)
    assert [one.values[1] for one in records] == ["late"]


def test_a_deleted_record_comes_marked(org: Org) -> None:
    id = org.account()
    _, last = pulled(org.connector())
    org.sandbox.user_delete("Account", id)
    records, _ = pulled(org.connector(), cursor=last.cursor)
    assert [(one.id, one.deleted) for one in records] == [(id, True)]
    assert [one.deleted for one in org.connector().fetch(asked(), [id])] == [True]


def test_users_have_no_recycle_bin_and_are_read_all_the_same(org: Org) -> None:
    org.sandbox.seed("User", [{"Name": "张三", "Email": "z@x.cn", "EmployeeNumber": "E01"}])
    records, last = pulled(org.connector(), object="User", columns=("Name", "EmployeeNumber", "IsActive"))
    assert ("张三", "E01", True) in [one.values for one in records]
    records, _ = pulled(org.connector(), object="User", columns=("Name",), cursor=last.cursor)
    assert len(records) == 3
    assert len(org.connector().fetch(asked("User", ("Name",)), [records[0].id])) == 1


def test_a_full_read_goes_on_behind_the_last_page(org: Org) -> None:
    org.sandbox.seed("Account", [{"Name": f"P{number}"} for number in range(4100)])
    pages = org.connector().pull(asked())
    first = next(pages)
    rest = list(org.connector().pull(asked(resume=first.resume)))
    ids = [record.id for page in [first, *rest] for record in page.records]
    assert len(ids) == len(set(ids)) == 4100
    assert rest[-1].complete is True
    assert rest[-1].cursor is not None


def test_a_read_of_changes_goes_on_behind_the_last_page(org: Org) -> None:
    _, start = pulled(org.connector())
    for number in range(3):
        org.sandbox.seed("Account", [{"Name": f"{number}-{one}"} for one in range(1500)])
        org.clock.sleep(1)
    pages = org.connector().pull(asked(cursor=start.cursor))
    first = next(pages)
    rest = list(org.connector().pull(asked(cursor=start.cursor, resume=first.resume)))
    ids = {record.id for page in [first, *rest] for record in page.records}
    assert len(ids) == 4500
    assert rest[-1].complete is False


@pytest.mark.parametrize("whole", [True, False])
def test_a_walk_forgotten_by_the_server_is_begun_anew_where_it_stood(org: Org, whole: bool) -> None:
    _, start = pulled(org.connector())
    for number in range(5):
        org.sandbox.seed("Account", [{"Name": f"{number}-{one}"} for one in range(1000)])
        org.clock.sleep(1)
    org.sandbox.fault("lost_locator", "query_more")
    records, last = pulled(org.connector(), cursor=None if whole else start.cursor)
    assert len({one.id for one in records}) == 5000
    assert last.cursor is not None


def test_ids_are_fetched_in_addresses_the_vendor_takes(org: Org) -> None:
    ids = org.sandbox.seed("Account", [{"Name": f"P{number}"} for number in range(900)])
    connector = org.connector()
    found = connector.fetch(asked(), [*ids, "001xx00000zzzzzAAA"])
    assert sorted(one.id for one in found) == sorted(ids)
    assert org.sandbox.calls()["queryAll"] <= 4


def test_records_are_found_by_a_key(org: Org) -> None:
    id = org.account(SynchubId__c="h'1", Credit_Limit__c=7)
    connector = org.connector()
    assert [one.id for one in connector.find(asked(), "SynchubId__c", ["h'1", "h2"])] == [id]
    assert [one.id for one in connector.find(asked(), "Credit_Limit__c", ["7.00", "x"])] == []
    with pytest.raises(ProtocolError):
        connector.find(asked(), "Nope", ["1"])


def test_a_deleted_record_is_not_found_by_its_key(org: Org) -> None:
    org.sandbox.user_delete("Account", org.account(SynchubId__c="h1"))
    assert org.connector().find(asked(), "SynchubId__c", ["h1"]) == []


def test_an_unknown_column_stops_the_object_with_the_vendors_words(org: Org) -> None:
    with pytest.raises(ProtocolError) as caught:
        pulled(org.connector(), columns=("Name", "Nope__c"))
    assert "Nope__c" in str(caught.value)
    with pytest.raises(ProtocolError) as caught:
        pulled(org.connector(), object="Nope")
    assert caught.value.code == "C119"


def test_a_relation_that_points_nowhere_is_null(org: Org) -> None:
    contact = org.sandbox.seed("Contact", [{"LastName": "王"}])[0]
    records, _ = pulled(org.connector(), object="Contact", columns=("Account.Name", "AccountId"))
    assert [(one.id, one.values) for one in records] == [(contact, (None, None))]
    assert ABSENT not in records[0].values


def test_discovery_names_columns_types_and_options(org: Org) -> None:
    connector = org.connector()
    (account,) = connector.discover(["Account", "Nope"])
    level = account.column("Level__c")
    limit = account.column("Credit_Limit__c")
    hub = account.column("SynchubId__c")
    assert level is not None
    assert (level.type, level.options, level.label) == (
        FieldType.CHOICE,
        ("Gold", "Silver", "Registered"),
        "渠道级别",
    )
    assert limit is not None
    assert limit.type is FieldType.DECIMAL
    assert hub is not None
    assert (hub.external_id, hub.unique) == (True, True)
    name = account.column("Name")
    assert name is not None
    assert name.required
    assert account.column("BillingAddress") is None
    owner = account.column("Owner.Name")
    assert owner is not None
    assert not owner.updatable
    assert {one.name for one in connector.discover()} == {
        *("Account", "Contact", "User", "Organization"),
        *("Product2", "Opportunity", "Case"),
        *("PriceLevel__c", "ChannelPolicy__c", "Promotion__c"),
        *("ChannelOrder__c", "ChannelOrderLine__c", "Payment__c", "FollowUp__c"),
    }


def test_a_describe_kept_for_a_day_is_checked_with_a_304(org: Org) -> None:
    org.connector().discover(["Account"])
    again = org.connector()
    (account,) = again.discover(["Account"])
    assert account.column("Name") is not None
    assert org.sandbox.calls()["describe"] == 2
    org.clock.sleep(timedelta(hours=25).total_seconds())
    pulled(org.connector())
    assert org.sandbox.calls()["describe"] == 4  # the session is over as well, so the call is repeated


def test_check_says_who_answers(org: Org) -> None:
    assert "SyncHub Sandbox" in org.connector().check()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"consumer_secret": "wrong"}, "invalid client credentials"),
        ({"consumer_key": "wrong"}, "client identifier invalid"),
        ({"consumer_key": ""}, "consumer_key"),
        ({"domain": "login"}, "domain"),
        ({"private_key": "no key", "username": ""}, "username"),
        ({"private_key": "no key", "username": "x@y.cn"}, "not a PEM key"),
    ],
)
def test_wrong_credentials_are_told_without_the_secret(
    org: Org, settings: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNCHUB_LANG", "en")
    with pytest.raises(AuthError) as caught:
        org.connector(**settings).check()
    assert words in str(caught.value)
    shown = str(caught.value) + repr(caught.value) + repr(caught.value.params)
    assert org.sandbox.consumer_secret not in shown
    assert "no key" not in shown
    assert caught.value.fix


def test_the_private_key_grant_works_as_well(org: Org) -> None:
    connector = org.connector(
        domain="login", private_key=org.sandbox.private_key(), username=org.sandbox.username
    )
    assert "SyncHub Sandbox" in connector.check()


def test_secrets_show_nowhere(org: Org) -> None:
    connector = org.connector()
    connector.check()
    shown = repr(connector.settings) + str(connector.settings) + repr(vars(connector))
    assert org.sandbox.consumer_secret not in shown
    org.sandbox.fault("refuse", "query", status=403, body=[{"errorCode": "X", "message": "no"}])
    with pytest.raises(ConnectorError) as caught:
        connector.check()
    assert org.sandbox.consumer_secret not in repr(caught.value.params)
    files = (org.folder / "state").rglob("session.json")
    assert [path.stat().st_mode & 0o077 for path in files] == [0]


def test_what_is_kept_of_one_login_is_not_used_for_another(org: Org) -> None:
    org.connector().check()
    other = org.connector(consumer_key="another")
    with pytest.raises(AuthError):
        other.check()


def test_a_cursor_of_somebody_else_is_refused(org: Org) -> None:
    with pytest.raises(ProtocolError) as caught:
        pulled(org.connector(), cursor="12")
    assert caught.value.system == "crm"


def test_both_languages_of_a_message_say_the_same_things() -> None:
    for code, message in MESSAGES.items():
        english, chinese = (set(re.findall(r"\{(\w+)\}", one)) for one in (message.en, message.zh))
        assert {name.removesuffix("_zh") for name in chinese} == english, code
        assert bool(message.fix_en) == bool(message.fix_zh), code


def test_a_merged_account_names_the_record_that_is_left(org: Org) -> None:
    master, loser = org.account(Name="Head office"), org.account(Name="Branch")
    org.clock.sleep(1200)
    connector = org.connector()
    _, last = pulled(connector)
    org.clock.sleep(60)
    org.sandbox.user_merge("Account", master, loser)
    records, _ = pulled(connector, cursor=last.cursor)
    gone = next(one for one in records if one.id == loser)
    assert (gone.deleted, gone.merged_into) == (True, master)
    [read] = connector.fetch(asked(), [loser])
    assert (read.deleted, read.merged_into) == (True, master)
    deleted = org.account(Name="gone")
    org.sandbox.user_delete("Account", deleted)
    [plain] = connector.fetch(asked(), [deleted])
    assert (plain.deleted, plain.merged_into) == (True, "")
