"""Pulls: whole lists, windows that may not work, fingerprints, resuming, and lists that move under us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from synchub.sdk import (
    ConfigError,
    Page,
    ProtocolError,
    PullRequest,
    RawRecord,
    UnavailableError,
    Unreadable,
)
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox, XingchenSettings
from synchub_kingdee_xingchen.pulling import TURNS
from tests.connectors.kingdee_xingchen.conftest import Connect, TurnedClock

COLUMNS = ("number", "name", "remark", "contact_persons")
LIST, DETAIL = "customer_list", "customer_detail"


def seed(sandbox: XingchenSandbox, count: int) -> list[str]:
    return sandbox.seed_customers(
        [
            {
                "number": f"KH{n:04}",
                "name": f"客户{n}",
                "contact_persons": [{"contact_person": "王芳", "mobile": f"138{n:08}"}],
            }
            for n in range(count)
        ]
    )


class Reader:
    """Pulls like the engine: keeps the cursor and the fingerprints, and what came."""

    def __init__(self, connector: KingdeeXingchen, object: str = "customer") -> None:
        self.connector = connector
        self.object = object
        self.cursor: str | None = None
        self.prints: dict[str, str] = {}
        self.pages: list[Page] = []

    def __call__(self, columns: Sequence[str] = COLUMNS, *, whole: bool = False) -> dict[str, RawRecord]:
        cursor = None if whole else self.cursor
        request = PullRequest(self.object, tuple(columns), cursor=cursor, known=self.known)
        self.pages = list(self.connector.pull(request))
        self.cursor = self.pages[-1].cursor
        records = {record.id: record for page in self.pages for record in page.records}
        self.prints |= {id: record.fingerprint for id, record in records.items()}
        return records

    def known(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {id: self.prints[id] for id in ids if id in self.prints}

    @property
    def unchanged(self) -> set[str]:
        return {id for page in self.pages for id in page.unchanged}


@pytest.fixture
def read(xingchen: KingdeeXingchen) -> Reader:
    return Reader(xingchen)


def test_everything_is_read_disabled_rows_too(sandbox: XingchenSandbox, read: Reader) -> None:
    ids = seed(sandbox, 130)
    sandbox.user_edit("customer", ids[7], {"enable": "0"})
    records = read()
    assert set(records) == set(ids)
    assert read.pages[-1].complete
    assert [page.complete for page in read.pages[:-1]] == [False, False]
    assert records[ids[129]].values[0] == "KH0129"
    assert records[ids[0]].modified == sandbox.clock.now().replace(microsecond=0)
    # two list pages, and a detail each
    assert (sandbox.calls()[LIST], sandbox.calls()[DETAIL]) == (2, 130)


def test_an_empty_list_gives_one_empty_complete_page(read: Reader) -> None:
    assert read() == {}
    assert len(read.pages) == 1
    assert read.pages[0].complete
    assert read.pages[0].cursor


def test_a_window_that_works_reads_only_what_was_modified(
    sandbox: XingchenSandbox, read: Reader, clock: TurnedClock
) -> None:
    ids = seed(sandbox, 120)
    clock.turn(hours=1)
    read()
    clock.turn(hours=1)
    sandbox.user_edit("customer", ids[3], {"contact_persons": [{"contact_person": "只改联系人"}]})
    sandbox.reset_calls()
    records = read()
    assert set(records) == {ids[3]}
    assert not read.pages[-1].complete
    # the two questions of the probe, then one list and one detail
    assert (sandbox.calls()[LIST], sandbox.calls()[DETAIL]) == (3, 1)
    clock.turn(hours=1)
    assert set(read()) == {ids[3]}  # once more, since windows overlap
    clock.turn(hours=1)
    sandbox.reset_calls()
    assert read() == {}
    assert sandbox.calls() == {LIST: 1}


def test_the_window_reaches_back_over_the_last_pull(
    sandbox: XingchenSandbox, read: Reader, clock: TurnedClock
) -> None:
    ids = seed(sandbox, 3)
    clock.turn(hours=1)
    read()
    sandbox.user_edit("customer", ids[0], {"remark": "晚到"}, visible_after=300)
    clock.turn(seconds=60)
    assert read() == {}
    clock.turn(seconds=300)
    assert set(read()) == {ids[0]}


@pytest.mark.parametrize("behaviour", ["ignored", "refused"])
def test_a_window_that_does_not_work_is_noticed_and_everything_is_listed(
    sandbox: XingchenSandbox, read: Reader, clock: TurnedClock, behaviour: str
) -> None:
    sandbox.behave(modified_filter=behaviour)
    ids = seed(sandbox, 120)
    read()
    clock.turn(hours=1)
    sandbox.user_edit("customer", ids[3], {"remark": "新"})
    new = sandbox.user_create("customer", {"number": "KH9999", "name": "新客户"})
    records = read()
    assert {ids[3], new} <= set(records)
    assert read.pages[-1].complete
    assert read.unchanged == set(ids) - set(records)


def test_whether_the_window_works_is_asked_once_a_week(
    sandbox: XingchenSandbox, connect: Connect, read: Reader, clock: TurnedClock
) -> None:
    seed(sandbox, 3)
    read()
    clock.turn(hours=1)
    read()
    other = Reader(connect())
    other.cursor = read.cursor
    sandbox.reset_calls()
    other()
    assert sandbox.calls()[LIST] == 1
    clock.turn(days=8)
    sandbox.reset_calls()
    other()
    assert sandbox.calls()[LIST] == 3


def test_a_window_that_is_always_empty_is_not_believed(
    sandbox: XingchenSandbox, read: Reader, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = seed(sandbox, 3)
    read()
    clock.turn(hours=1)
    sandbox.user_edit("customer", ids[0], {"remark": "新"})
    # An account set that takes milliseconds for seconds finds nothing after any time.
    monkeypatch.setattr(
        sandbox,
        "_modified_within",
        lambda name, query: [] if "modify_start_time" in query else sandbox.data.all(name),
    )
    assert ids[0] in read()


def test_in_a_plain_list_known_fingerprints_save_the_detail_calls(
    sandbox: XingchenSandbox, read: Reader
) -> None:
    ids = seed(sandbox, 120)
    read()
    sandbox.user_edit("customer", ids[5], {"remark": "新"})
    sandbox.reset_calls()
    records = read(whole=True)
    assert set(records) == {ids[5]}
    assert read.unchanged == set(ids) - {ids[5]}
    assert read.pages[-1].complete
    assert sandbox.calls() == {LIST: 2, DETAIL: 1}


def test_where_no_window_works_an_edit_of_contact_rows_is_seen_after_some_pulls(
    sandbox: XingchenSandbox, read: Reader
) -> None:
    sandbox.behave(modified_filter="ignored")
    ids = seed(sandbox, 60)
    read()
    sandbox.user_edit("customer", ids[5], {"contact_persons": [{"contact_person": "新人"}]})
    found: list[int] = []
    most = 0
    for turn in range(TURNS):
        sandbox.reset_calls()
        if ids[5] in read():
            found.append(turn)
        most = max(most, sandbox.calls().get(DETAIL, 0))
    assert len(found) == 1
    assert most < 12


def test_a_killed_pull_goes_on_where_it_stopped(sandbox: XingchenSandbox, xingchen: KingdeeXingchen) -> None:
    ids = seed(sandbox, 170)
    pages = xingchen.pull(PullRequest("customer", COLUMNS))
    first, second = next(pages), next(pages)
    pages.close()  # type: ignore[attr-defined]  # it is a generator
    assert first.cursor is None
    got = [record.id for record in (*first.records, *second.records)]
    rest = list(xingchen.pull(PullRequest("customer", COLUMNS, resume=second.resume)))
    assert got + [record.id for page in rest for record in page.records] == ids
    assert rest[-1].cursor is not None
    assert rest[-1].resume is None


def test_the_bound_of_a_resumed_pull_is_that_of_its_beginning(
    sandbox: XingchenSandbox, read: Reader, clock: TurnedClock
) -> None:
    ids = seed(sandbox, 70)
    clock.turn(hours=1)
    first = next(iter(read.connector.pull(PullRequest("customer", COLUMNS))))
    clock.turn(hours=3)
    sandbox.user_edit("customer", ids[0], {"remark": "早已读过的"})
    clock.turn(hours=3)
    rest = list(read.connector.pull(PullRequest("customer", COLUMNS, resume=first.resume)))
    read.cursor = rest[-1].cursor
    assert ids[0] in read()


def test_rows_that_shift_while_pages_are_turned_are_read_again(
    sandbox: XingchenSandbox, read: Reader
) -> None:
    ids = seed(sandbox, 230)
    sandbox.fault("shift", LIST, skip=1)
    assert set(read()) == set(ids)
    assert read.pages[-1].complete
    assert sandbox.calls()[LIST] == 6


def test_a_list_that_never_stands_still_is_read_but_proves_no_absence(
    sandbox: XingchenSandbox, read: Reader
) -> None:
    ids = seed(sandbox, 105)
    sandbox.fault("shift", LIST, times=6)
    assert set(read()) == set(ids)
    assert not any(page.complete for page in read.pages)


def test_rows_that_vanish_without_an_error_stop_the_pull(sandbox: XingchenSandbox, read: Reader) -> None:
    seed(sandbox, 130)
    sandbox.fault("vanish", LIST, times=99)
    with pytest.raises(ProtocolError) as caught:
        read()
    assert caught.value.code == "KX130"
    assert caught.value.params["expected"] == 130


def test_a_record_deleted_while_we_read_is_left_out(sandbox: XingchenSandbox, read: Reader) -> None:
    ids = seed(sandbox, 3)
    real = read.connector._client.get

    def get(path: str, query: Mapping[str, str]) -> object:
        if query.get("id") == ids[1]:
            sandbox.user_delete("customer", ids[1])
        return real(path, query)

    read.connector._client.get = get  # type: ignore[method-assign, assignment]
    assert set(read()) == {ids[0], ids[2]}


def test_one_record_that_fails_is_set_aside_and_the_others_come(
    sandbox: XingchenSandbox, read: Reader
) -> None:
    ids = seed(sandbox, 10)
    sandbox.fault("system_error", DETAIL, skip=4, times=4)
    records = read()
    (row,) = [row for page in read.pages for row in page.rejected]
    assert (row.id, row.where, row.code) == (ids[4], "KH0004", "KX131")
    assert set(records) == set(ids) - {ids[4]}


def test_a_system_that_fails_stops_the_pull(sandbox: XingchenSandbox, read: Reader) -> None:
    seed(sandbox, 10)
    sandbox.fault("system_error", DETAIL, times=99)
    with pytest.raises(UnavailableError):
        read()


@pytest.mark.parametrize(
    "kind", ["error_before", "error_after", "drop_before", "drop_after", "throttle", "system_error"]
)
def test_a_read_that_fails_once_is_repeated(sandbox: XingchenSandbox, read: Reader, kind: str) -> None:
    ids = seed(sandbox, 3)
    sandbox.fault(kind, LIST)
    sandbox.fault(kind, DETAIL)
    assert set(read()) == set(ids)


def test_numbers_are_exact_and_sensitive_values_clear(sandbox: XingchenSandbox, read: Reader) -> None:
    sandbox.seed_customers(
        [
            {
                "number": "KH1",
                "name": "联宏",
                "credit_limit": 500000,
                "addr": "文三路 1 号",
                "bank_account": "6222021001122334455",
                "contact_persons": [{"contact_person": "王芳", "mobile": "13800138000"}],
            }
        ]
    )
    (record,) = read(("credit_limit", "addr", "bank_account", "contact_persons")).values()
    limit, addr, account, rows = record.values
    assert (limit, addr, account) == (500000, "文三路 1 号", "6222021001122334455")
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    assert (rows[0]["contact_person"], rows[0]["mobile"]) == ("王芳", "13800138000")


def test_with_a_wrong_key_sensitive_columns_are_unreadable_and_the_rest_flows(
    sandbox: XingchenSandbox, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synchub_kingdee_xingchen.cipher import SensitiveCipher

    seed(sandbox, 1)
    monkeypatch.setattr(sandbox, "_cipher", SensitiveCipher("0" * 32))
    (record,) = read().values()
    number, _, _, rows = record.values
    assert number == "KH0000"
    assert isinstance(rows, Unreadable)


def test_plain_account_sets_are_read_too(sandbox: XingchenSandbox, read: Reader) -> None:
    sandbox.behave(encrypted=False)
    seed(sandbox, 1)
    (record,) = read(("contact_persons",)).values()
    assert "13800000000" in str(record.values)


def test_employees_need_no_detail_for_columns_of_the_list(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    sandbox.seed_employees([{"number": "ZY1", "name": "李雷", "mobile": "13900000000"}])
    read = Reader(xingchen, "employee")
    (record,) = read(("number", "name", "enable")).values()
    assert record.values == ("ZY1", "李雷", "1")
    assert "employee_detail" not in sandbox.calls()


def test_employees_are_read_in_full_where_more_is_wanted(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    sandbox.seed_employees([{"number": "ZY1", "name": "李雷", "mobile": "13900000000", "gender": "1"}])
    (record,) = Reader(xingchen, "employee")(("mobile", "gender")).values()
    assert record.values == ("13900000000", "1")
    assert record.modified is None


def test_fetch_leaves_out_what_is_not_there(sandbox: XingchenSandbox, xingchen: KingdeeXingchen) -> None:
    ids = seed(sandbox, 2)
    found = xingchen.fetch(PullRequest("customer", COLUMNS), [ids[1], "1528000000000999999", ids[1]])
    assert [record.id for record in found] == [ids[1]]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [("number", "KH0001", 1), ("name", "客户2", 2), ("number", "KH1", None), ("remark", "VIP", 0)],
)
def test_find(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, column: str, value: str, expected: int | None
) -> None:
    ids = seed(sandbox, 3)
    sandbox.user_edit("customer", ids[0], {"remark": "VIP"})
    found = xingchen.find(PullRequest("customer", COLUMNS), column, [value])
    assert [record.id for record in found] == ([] if expected is None else [ids[expected]])


def test_find_by_code_costs_one_call(sandbox: XingchenSandbox, xingchen: KingdeeXingchen) -> None:
    seed(sandbox, 3)
    xingchen.check()
    sandbox.reset_calls()
    xingchen.find(PullRequest("customer", COLUMNS), "number", ["KH0002"])
    assert sandbox.calls() == {DETAIL: 1}


def test_an_unknown_object_is_an_error_of_the_configuration(xingchen: KingdeeXingchen) -> None:
    with pytest.raises(ConfigError) as caught:
        list(xingchen.pull(PullRequest("invoice", ())))
    assert caught.value.code == "C119"


def test_check_tells_the_data_centre_and_how_many_customers(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    seed(sandbox, 3)
    assert "https://tf.jdy.com" in xingchen.check()
    assert "3" in xingchen.check()


def test_discover_ships_columns_and_asks_for_custom_ones(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    sandbox.add_custom_field("customer", "cf_level", "渠道等级")
    customer, employee, material, order = xingchen.discover()
    assert (material.name, material.creatable, material.updatable) == ("material", False, False)
    assert order.name == "sal_order"
    custom = customer.column("custom_field.cf_level")
    assert custom is not None
    assert custom.label == "渠道等级"
    rows = customer.column("contact_persons")
    assert rows is not None
    assert [one.name for one in rows.fields if one.sensitive] == [
        "mobile",
        "phone",
        "email",
        "birthday",
        "wechat",
        "contact_address",
    ]
    assert employee.name == "employee"
    assert [one.name for one in xingchen.discover(["employee", "nothing"])] == ["employee"]


def test_custom_fields_that_cannot_be_asked_for_are_a_note(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    xingchen.check()
    sandbox.fault("refuse", "custom_field", status=200, body={"errcode": 1, "description": "无权限"})
    (customer,) = xingchen.discover(["customer"])
    assert any("无权限" in note for note in customer.notes)


def test_calls_are_paced_as_set(sandbox: XingchenSandbox, connect: Connect, clock: TurnedClock) -> None:
    seed(sandbox, 60)
    sandbox.behave(calls_per_minute=500)
    read = Reader(connect(calls_per_minute=480))
    started = clock.monotonic()
    read()
    assert read.connector.calls == 63  # the chain, a list, and details
    assert clock.monotonic() - started == pytest.approx((63 - 8) / 8)


def test_a_limit_of_the_account_set_is_waited_for(
    sandbox: XingchenSandbox, connect: Connect, clock: TurnedClock
) -> None:
    ids = seed(sandbox, 60)
    sandbox.behave(calls_per_minute=50)
    assert set(Reader(connect())()) == set(ids)
    assert clock.slept > 20


def test_at_a_sandbox_the_default_pace_follows_its_limit(sandbox: XingchenSandbox) -> None:
    blank = XingchenSettings.model_validate({"client_id": "", "client_secret": "", "outer_instance_id": ""})
    sandbox.behave(calls_per_minute=500)
    assert KingdeeXingchen.sandbox_settings(sandbox, blank).calls_per_minute == 480
    slow = blank.model_copy(update={"calls_per_minute": 100.0})
    assert KingdeeXingchen.sandbox_settings(sandbox, slow).calls_per_minute == 100
