"""Writing: batches, types, refusals of single rows, lost replies, killed workers."""

from __future__ import annotations

import multiprocessing
import time
from decimal import Decimal
from pathlib import Path

import pytest

from synchub.sdk import Op, OutcomeKind, ProtocolError, Raw, RejectedError, Write
from tests.connectors.salesforce.salesforce_org import (
    Org,
    asked,
    create,
    push,
    push_in_a_process,
    raw,
    update,
)


def test_creates_and_updates_go_out_in_two_calls(org: Org) -> None:
    ids = org.sandbox.seed("Account", [{"Name": f"P{number}"} for number in range(100)])
    connector = org.connector()
    connector.discover(["Account"])
    org.sandbox.reset_calls()
    writes = [create(f"h{number}", Name=f"N{number}") for number in range(100)]
    writes += [update(id, Phone="1") for id in ids]
    outcomes = push(connector, *writes)
    assert {one.kind for one in outcomes} == {OutcomeKind.OK}
    assert [one.id for one in outcomes[100:]] == ids
    assert org.sandbox.calls() == {"collections_upsert": 1, "collections_update": 1}
    held = org.sandbox.records("Account")
    assert held[outcomes[7].id]["SynchubId__c"] == "h7"


@pytest.mark.parametrize(
    ("column", "given", "held"),
    [
        ("Credit_Limit__c", "500000.50", Decimal("500000.5")),
        ("Credit_Limit__c", Decimal("0.10"), Decimal("0.1")),
        ("Credit_Limit__c", 7, Decimal("7.0")),
        ("Credit_Limit__c", "", None),
        ("Contract_Date__c", "2026-08-01", "2026-08-01"),
        ("Phone", "", None),
        ("Phone", Decimal(13800138000), "13800138000"),
        ("Description", "a\r\nb ", "a\nb"),
        ("Level__c", "Gold", "Gold"),
        ("Level__c", None, None),
        ("TaxId__c", "91310000MA1FL4CE3X", "91310000MA1FL4CE3X"),
    ],
)
def test_values_go_out_in_the_columns_type(org: Org, column: str, given: Raw, held: Raw) -> None:
    id = org.account(Level__c="Silver", Phone="x", Credit_Limit__c=1)
    (outcome,) = push(org.connector(), update(id, **{column: given}))
    assert outcome.kind is OutcomeKind.OK
    assert org.sandbox.record("Account", id)[column] == held


def test_the_write_log_holds_the_cells_and_nothing_else(org: Org) -> None:
    id = org.account(Name="A")
    seq = org.sandbox.write_log()[-1].seq
    outcomes = push(
        org.connector(), update(id, Name="B", Phone=None), create("h1", Name="N", Region__c="East")
    )
    rows = org.sandbox.write_log(seq, "api")
    assert [(one.id, one.op, one.column, one.before, one.after) for one in rows] == [
        (id, "update", "Name", "A", "B"),
        (outcomes[1].id, "create", "Name", None, "N"),
        (outcomes[1].id, "create", "SynchubId__c", None, "h1"),
        (outcomes[1].id, "create", "Region__c", None, "East"),
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"Name": ""}, "REQUIRED_FIELD_MISSING"),
        ({"Name": "x" * 256}, "STRING_TOO_LONG"),
        ({"Level__c": "Platinum"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"SynchubId__c": "TAKEN"}, "DUPLICATE_VALUE"),
        ({"Credit_Limit__c": "99999999999999999"}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ({"OwnerId": "001xx0000000001AAA"}, "MALFORMED_ID"),
        ({"OwnerId": "005xx00000zzzzzAAA"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"CreatedDate": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (
            {"Contract_Date__c": "2026-02-01", "Expiry_Date__c": "2026-01-01"},
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        ),
        ({"Credit_Limit__c": "about 5"}, "about 5"),
        ({"Contract_Date__c": "01.02.2026"}, "01.02.2026"),
        ({"Credit_Limit__c": "NaN"}, "NaN"),
    ],
)
def test_a_bad_row_is_refused_alone_in_the_vendors_words(
    org: Org, values: dict[str, Raw], words: str
) -> None:
    org.account(SynchubId__c="taken")
    bad, good = org.account(), org.account()
    outcomes = push(org.connector(), update(bad, **values), update(good, Phone="1"))
    assert [one.kind for one in outcomes] == [OutcomeKind.REJECTED, OutcomeKind.OK]
    assert isinstance(outcomes[0].error, RejectedError)
    assert words in str(outcomes[0].error)
    assert outcomes[0].id == bad


def test_a_record_that_is_gone_is_told_as_gone(org: Org) -> None:
    id = org.account()
    org.sandbox.user_delete("Account", id)
    outcomes = push(org.connector(), update(id, Phone="1"), update("001xx00000zzzzzAAA", Phone="1"))
    assert [one.kind for one in outcomes] == [OutcomeKind.GONE, OutcomeKind.GONE]


def test_deletes_go_out_in_one_call_and_a_second_delete_is_gone(org: Org) -> None:
    ids = [org.account(Name=f"P{number}") for number in range(120)]
    connector = org.connector()
    connector.discover(["Account"])
    org.sandbox.reset_calls()
    writes = [Write(id, Op.DELETE, {}, id=id) for id in ids]
    assert {one.kind for one in push(connector, *writes)} == {OutcomeKind.OK}
    assert org.sandbox.calls() == {"collections_delete": 1}
    assert org.sandbox.records("Account") == {}
    assert {one.kind for one in push(connector, *writes[:3])} == {OutcomeKind.GONE}
    assert all(one.deleted for one in connector.fetch(asked(), ids[:3])), "it lies in the recycle bin"


def test_what_salesforce_does_not_delete_is_told_in_its_words(org: Org) -> None:
    user = org.sandbox.seed("User", [{"Name": "王", "Email": "wang@example.com"}])[0]
    (outcome,) = push(org.connector(), Write("d", Op.DELETE, {}, id=user), object="User")
    assert outcome.kind is OutcomeKind.REJECTED
    assert "does not support delete" in str(outcome.error)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error_after"])
def test_a_lost_reply_to_a_delete_is_unknown_and_sent_once(org: Org, fault: str) -> None:
    id, other = org.account(), org.account()
    connector = org.connector()
    connector.discover(["Account"])
    org.sandbox.reset_calls()
    org.sandbox.fault(fault, "collections_delete")
    (outcome,) = push(connector, Write("d", Op.DELETE, {}, id=id))
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert org.sandbox.calls().get("collections_delete", 0) <= 1
    assert (id in org.sandbox.records("Account")) is (fault == "drop_before")
    assert other in org.sandbox.records("Account")


def test_an_email_is_checked_there(org: Org) -> None:
    (outcome,) = push(org.connector(), create("c1", LastName="王", Email="nonsense"), object="Contact")
    assert "INVALID_EMAIL_ADDRESS" in str(outcome.error)


def test_a_locked_row_is_tried_again_alone(org: Org) -> None:
    one, other = org.account(), org.account()
    org.sandbox.fault("row_error", "collections_update", row=1)
    outcomes = push(org.connector(), update(one, Phone="1"), update(other, Phone="2"))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.OK, OutcomeKind.OK]
    assert org.sandbox.calls()["collections_update"] == 2
    assert raw(org.sandbox.record("Account", other), "Phone") == ["2"]


def test_a_row_that_stays_locked_waits_for_the_next_run(org: Org) -> None:
    id = org.account()
    org.sandbox.fault("row_error", "collections_update", times=9)
    (outcome,) = push(org.connector(), update(id, Phone="1"))
    assert outcome.kind is OutcomeKind.THROTTLED


def test_a_possible_duplicate_is_for_a_person(org: Org) -> None:
    org.sandbox.fault(
        "row_error", "collections_upsert", code="DUPLICATES_DETECTED", message="Use one of these"
    )
    (outcome,) = push(org.connector(), create("h1", Name="A"))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == "SF106"


def test_twins_in_one_batch_are_separated(org: Org) -> None:
    outcomes = push(org.connector(), create("h1", Name="A"), create("H1", Name="B"))
    assert [one.kind for one in outcomes] == [OutcomeKind.OK, OutcomeKind.THROTTLED]
    assert [one["Name"] for one in org.sandbox.records("Account").values()] == ["A"]


def test_a_create_without_a_hub_column_is_a_plain_one(org: Org) -> None:
    (outcome,) = push(org.connector(), Write("k", Op.CREATE, {"Name": "plain"}))
    assert outcome.kind is OutcomeKind.OK
    assert org.sandbox.calls()["collections_create"] == 1


def test_an_unknown_column_blocks_its_row_only(org: Org) -> None:
    id = org.account()
    outcomes = push(org.connector(), update(id, Nope="1"), update(org.account(), Phone="1"))
    assert [one.kind for one in outcomes] == [OutcomeKind.BLOCKED, OutcomeKind.OK]


def test_a_create_that_is_already_there_becomes_the_same_record(org: Org) -> None:
    connector = org.connector()
    (first,) = push(connector, create("h1", Name="A"))
    (again,) = push(connector, create("h1", Name="A"))
    assert first.id == again.id
    assert len(org.sandbox.records("Account")) == 1


# --- replies that are lost


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "hang_after", "drop_before", "error_before"])
def test_a_lost_reply_to_a_create_is_unknown_and_the_record_is_found_again(org: Org, fault: str) -> None:
    connector = org.connector()
    connector.discover(["Account"])
    if fault == "hang_after":
        connector._client._http._transport._timeouts = (5, 0.2)
    org.sandbox.fault(fault, "collections_upsert", seconds=1)
    (outcome,) = push(connector, create("h1", Name="A"))
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert org.sandbox.calls()["collections_upsert"] == 1
    found = connector.find(asked(), "SynchubId__c", ["h1"])
    assert len(found) == (0 if fault.endswith("before") else 1)
    (again,) = push(connector, create("h1", Name="A"))
    assert again.kind is OutcomeKind.OK
    assert len(org.sandbox.records("Account")) == 1


@pytest.mark.parametrize("fault", ["drop_after", "error_after"])
def test_a_lost_reply_to_an_update_is_unknown_for_every_row(org: Org, fault: str) -> None:
    one, other = org.account(), org.account()
    connector = org.connector()
    org.sandbox.fault(fault, "collections_update")
    outcomes = push(connector, update(one, Phone="1"), update(other, Phone="2"))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.UNKNOWN, OutcomeKind.UNKNOWN]
    found = {record.id: record.values[1] for record in connector.fetch(asked(), [one, other])}
    assert found == {one: "1", other: "2"}


def test_what_is_known_of_one_call_is_kept_when_the_next_fails(org: Org) -> None:
    id = org.account()
    connector = org.connector()
    connector.discover(["Account"])
    org.sandbox.fault("limit", "collections_update", scope="total")
    outcomes = push(connector, create("h1", Name="A"), update(id, Phone="1"))
    assert [one.kind for one in outcomes] == [OutcomeKind.OK, OutcomeKind.THROTTLED]


def _killed_after_commit(org: Org, hub_id: str, id: str) -> None:
    """A worker writes; the reply hangs; when the write is there the worker is killed."""
    endpoint = "collections_upsert" if hub_id else "collections_update"
    org.sandbox.fault("hang_after", endpoint, seconds=60)
    seq = org.sandbox.write_log()[-1].seq
    file: Path = org.folder / "org.sqlite"
    worker = multiprocessing.get_context("spawn").Process(
        target=push_in_a_process, args=(org.folder, file, hub_id, id)
    )
    worker.start()
    for _ in range(1500):
        if org.sandbox.write_log(seq, "api"):
            break
        time.sleep(0.02)
    worker.kill()
    worker.join()
    assert org.sandbox.write_log(seq, "api")


def test_a_worker_killed_after_a_create_leaves_one_record_that_is_found(org: Org) -> None:
    _killed_after_commit(org, "h-killed", "")
    connector = org.connector()
    (found,) = connector.find(asked(), "SynchubId__c", ["h-killed"])
    (outcome,) = push(connector, create("h-killed", Name="Killed"))
    assert outcome.id == found.id
    assert len(org.sandbox.records("Account")) == 1


def test_a_worker_killed_after_an_update_leaves_the_value_to_be_read(org: Org) -> None:
    id = org.account()
    _killed_after_commit(org, "", id)
    (record,) = org.connector().fetch(asked(), [id])
    assert record.values[1] == "010"


def test_a_describe_that_is_out_of_date_is_thrown_away(org: Org) -> None:
    id = org.account()
    connector = org.connector()
    connector.discover(["Account"])
    org.sandbox.fault(
        "refuse", "collections_update", status=400, body=[{"errorCode": "INVALID_FIELD", "message": "gone"}]
    )
    with pytest.raises(ProtocolError):
        push(connector, update(id, Phone="1"))
    before = org.sandbox.calls()["describe"]
    assert push(connector, update(id, Phone="1"))[0].kind is OutcomeKind.OK
    assert org.sandbox.calls()["describe"] == before + 1


def test_a_call_refused_whole_is_halved_until_the_bad_row_is_alone(org: Org) -> None:
    ids = [org.account() for _ in range(4)]
    connector = org.connector()
    body: Raw = [{"errorCode": "JSON_PARSER_ERROR", "message": "row 3 is bad"}]
    connector.discover(["Account"])
    org.sandbox.fault("refuse", "collections_update", status=400, body=body)  # 4 rows
    org.sandbox.fault("refuse", "collections_update", status=400, body=body)  # 2 rows
    org.sandbox.fault("refuse", "collections_update", status=400, body=body)  # 1 row
    outcomes = push(connector, *(update(id, Phone="1") for id in ids))
    assert [one.kind for one in outcomes] == [OutcomeKind.REJECTED, *[OutcomeKind.OK] * 3]
