"""Saves: what is sent, what becomes of it, and what is never done twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from synchub.sdk import AuthError, Op, Outcome, OutcomeKind, PullRequest, Raw, Write
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox
from tests.connectors.kingdee_xingchen.conftest import Connect, TurnedClock

COLUMNS = ("number", "name", "remark", "group_name", "credit_limit", "contact_persons")
REQUEST = PullRequest("customer", COLUMNS)
SAVE, DETAIL = "customer_save", "customer_detail"
WANG: dict[str, Raw] = {
    "contact_person": "王芳",
    "mobile": "13800138000",
    "is_default_linkman": True,
    "qq": "10001",
}
FULL: dict[str, Raw] = {
    "number": "KH1",
    "name": "联宏",
    "remark": "老客户",
    "group_name": "华东渠道",
    "saler_number": "ZY1",
    "rate": "13",
    "credit_limit": 500000,
    "invoice_type": "5",
    "taxpayer_no": "91330100MA27XXXX00",
    "addr": "文三路 1 号",
    "bank_account": "6222021001122334455",
    "province_name": "浙江省",
    "city_name": "杭州市",
    "custom_field": {"cf1": "A"},
    "contact_persons": [WANG],
}


def create(values: Mapping[str, Raw]) -> Write:
    return Write("key", Op.CREATE, values)


def update(id: str, values: Mapping[str, Raw], seen: Mapping[str, Raw] | None = None) -> Write:
    return Write("key", Op.UPDATE, values, id=id, seen=seen or {})


def push(connector: KingdeeXingchen, write: Write) -> Outcome:
    (outcome,) = connector.push(REQUEST, [write])
    return outcome


def api_cells(sandbox: XingchenSandbox) -> dict[str, Raw]:
    """What calls changed, but for the parts of references."""
    return {row.column: row.after for row in sandbox.write_log(actor="api")}


def recorded(xingchen: KingdeeXingchen) -> list[Any]:
    """The bodies of the saves to come."""
    bodies: list[Any] = []
    real = xingchen._client.post

    def post(path: str, body: Mapping[str, object]) -> object:
        bodies.append(body)
        return real(path, body)

    xingchen._client.post = post  # type: ignore[method-assign]
    return bodies


@pytest.fixture
def one(sandbox: XingchenSandbox) -> str:
    sandbox.seed_employees([{"number": "ZY1", "name": "李雷"}, {"number": "ZY2", "name": "韩梅梅"}])
    (id,) = sandbox.seed_customers([FULL])
    return id


# --- creates


def test_a_create_returns_what_the_system_holds(sandbox: XingchenSandbox, xingchen: KingdeeXingchen) -> None:
    outcome = push(xingchen, create({"number": "KH1", "name": "联宏", "credit_limit": 500000, "enable": "1"}))
    assert outcome.kind is OutcomeKind.OK
    assert outcome.record is not None
    assert outcome.record.values[:2] == ("KH1", "联宏")
    assert list(sandbox.records("customer")) == [outcome.id]


def test_a_create_without_a_code_is_refused_before_it_is_sent(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    outcome = push(xingchen, create({"name": "联宏"}))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == "KX112"
    assert SAVE not in sandbox.calls()


def test_a_code_used_by_another_record_is_refused(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    outcome = push(xingchen, create({"number": "KH1", "name": "别家"}))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.external_id) == ("KX111", one)
    assert sandbox.record("customer", one)["name"] == "联宏"


def test_names_are_written_as_ids(sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str) -> None:
    values: dict[str, Raw] = {
        "number": "KH2",
        "name": "新客户",
        "group_name": "华东渠道",
        "province_name": "浙江省",
        "city_name": "杭州市",
        "saler_name": "韩梅梅",
        "contact_persons": [{"contact_person": "张三", "contact_city_name": "宁波市"}],
    }
    outcome = push(xingchen, create(values))
    assert outcome.kind is OutcomeKind.OK, outcome.error
    held = sandbox.record("customer", outcome.id)
    assert (held["group_name"], held["city_id"], held["saler_number"]) == ("华东渠道", "330100", "ZY2")
    assert held["contact_persons"][0]["contact_city_id"] == "330200"  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"group_name": "没有的类别"}, "KX113"),
        ({"city_name": "市辖区"}, "KX114"),
        ({"c_level_name": "一级"}, "KX115"),
        ({"enable": "0"}, "KX115"),
        ({"create_time": "2026-01-01"}, "KX115"),
        ({"province_number": "330000"}, "KX115"),
        ({"no_such_column": "x"}, "KX115"),
        ({"credit_limit": "plenty"}, "KX117"),
        ({"contact_persons": ["王芳"]}, "KX117"),
        ({"group_number": "XX"}, "KX110"),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_reason(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, values: dict[str, Raw], code: str
) -> None:
    outcome = push(xingchen, create({"number": "KH1", "name": "联宏", **values}))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == code
    assert outcome.error.object == "customer"
    assert str(outcome.error)
    assert sandbox.records("customer") == {}


def test_two_cities_of_one_name_are_told_apart_by_their_province(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    values: dict[str, Raw] = {
        "number": "KH1",
        "name": "沪上",
        "province_name": "上海市",
        "city_name": "市辖区",
    }
    outcome = push(xingchen, create(values))
    assert sandbox.record("customer", outcome.id)["city_id"] == "310100"


@pytest.mark.parametrize(("province", "city"), [("浙江", "杭州"), ("浙江省", "杭州"), ("浙江", "杭州市")])
def test_places_are_found_without_the_word_for_what_they_are(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, province: str, city: str
) -> None:
    outcome = push(
        xingchen, create({"number": "KH1", "name": "联宏", "province_name": province, "city_name": city})
    )
    held = sandbox.record("customer", outcome.id)
    assert (held["province_name"], held["city_name"]) == ("浙江省", "杭州市")


# --- updates, on account sets of both kinds


@pytest.mark.parametrize("omitted", ["kept", "cleared"])
def test_an_update_changes_its_cells_and_nothing_else(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str, omitted: str
) -> None:
    sandbox.behave(omitted=omitted)
    before = sandbox.record("customer", one)
    outcome = push(xingchen, update(one, {"remark": "新客户"}, {"remark": "老客户"}))
    assert outcome.kind is OutcomeKind.OK
    assert sandbox.record("customer", one) == {**before, "remark": "新客户"}
    assert api_cells(sandbox) == {"remark": "新客户"}


def test_a_save_of_changes_only_holds_the_changes_only(
    sandbox: XingchenSandbox, connect: Connect, one: str
) -> None:
    xingchen = connect(save="changed")
    bodies = recorded(xingchen)
    push(xingchen, update(one, {"remark": "新客户"}))
    assert bodies == [{"id": one, "remark": "新客户"}]


def test_a_save_repeats_the_whole_record_in_the_names_and_types_of_a_save(
    xingchen: KingdeeXingchen, sandbox: XingchenSandbox, one: str
) -> None:
    bodies = recorded(xingchen)
    push(xingchen, update(one, {"remark": "新客户"}))
    (body,) = bodies
    held = sandbox.record("customer", one)
    assert body["group_id"] == held["group_id"]
    assert (
        not {"group_name", "group_number", "saler_name", "modify_time", "enable", "bomentity"} & body.keys()
    )
    assert (body["rate"], body["credit_limit"], body["invoice_type"]) == ("13", 500000, 5)
    assert body["addr"] == "文三路 1 号"
    assert body["custom_field"] == {"cf1": "A"}
    (row,) = body["contact_persons"]
    assert (row["mobile"], row["is_default_linkman"]) == ("13800138000", True)
    assert row["id"]
    assert not {"seq", "contact_city_name"} & row.keys()


@pytest.mark.parametrize("omitted", ["kept", "cleared"])
def test_contact_rows_are_replaced_as_a_list_and_keep_what_nobody_maps(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str, omitted: str
) -> None:
    sandbox.behave(omitted=omitted)
    (wang,) = xingchen.fetch(PullRequest("customer", ("contact_persons",)), [one])[0].values
    assert isinstance(wang, list)
    assert isinstance(wang[0], dict)
    rows: list[Raw] = [{"id": wang[0]["id"], "mobile": "13911112222"}, {"contact_person": "李雷"}]
    push(xingchen, update(one, {"contact_persons": rows}, {"contact_persons": wang}))
    held = sandbox.record("customer", one)["contact_persons"]
    assert isinstance(held, list)
    first, second = held
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["id"], first["contact_person"], first["mobile"], first["qq"]) == (
        wang[0]["id"], "王芳", "13911112222", "10001",
    )  # fmt: skip
    assert second["contact_person"] == "李雷"
    assert second["id"] not in {None, "", first["id"]}
    push(xingchen, update(one, {"contact_persons": []}))
    assert sandbox.record("customer", one)["contact_persons"] == []


@pytest.mark.parametrize(
    ("values", "held"),
    [
        ({"group_id": ""}, {"group_id": "", "group_name": "", "group_number": ""}),
        ({"group_name": None}, {"group_id": "", "group_name": ""}),
        ({"saler_number": "ZY2"}, {"saler_name": "韩梅梅"}),
        ({"province_name": "上海市", "city_name": "市辖区"}, {"province_id": "310000", "city_id": "310100"}),
        ({"city_name": "宁波市"}, {"province_id": "330000", "city_id": "330200"}),
        ({"custom_field.cf2": "B"}, {"custom_field": {"cf1": "A", "cf2": "B"}}),
        ({"remark": None}, {"remark": ""}),
        ({"name": "联宏科技", "group_id": None, "group_name": None}, {"name": "联宏科技", "group_name": ""}),
    ],
)
def test_references_and_empty_values(
    sandbox: XingchenSandbox,
    xingchen: KingdeeXingchen,
    one: str,
    values: dict[str, Raw],
    held: dict[str, Raw],
) -> None:
    outcome = push(xingchen, update(one, values))
    assert outcome.kind is OutcomeKind.OK, outcome.error
    found = sandbox.record("customer", one)
    assert {column: found[column] for column in held} == held


def test_a_value_that_is_there_already_is_not_written(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    outcome = push(xingchen, update(one, {"credit_limit": 500000, "enable": "1"}, {"credit_limit": 1}))
    assert outcome.kind is OutcomeKind.OK
    assert SAVE not in sandbox.calls()


def test_what_changed_since_it_was_read_is_stale_and_not_overwritten(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    sandbox.user_edit("customer", one, {"remark": "人工"})
    outcome = push(xingchen, update(one, {"remark": "接口"}, {"remark": "老客户"}))
    assert outcome.kind is OutcomeKind.STALE
    assert sandbox.record("customer", one)["remark"] == "人工"


def test_a_person_who_edits_another_column_just_before_loses_nothing(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    sandbox.user_edit("customer", one, {"addr": "人工改的地址"})
    push(xingchen, update(one, {"remark": "接口"}, {"remark": "老客户"}))
    held = sandbox.record("customer", one)
    assert (held["addr"], held["remark"]) == ("人工改的地址", "接口")


def test_a_deleted_record_is_gone(sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str) -> None:
    sandbox.user_delete("customer", one)
    outcome = push(xingchen, update(one, {"remark": "接口"}))
    assert outcome.kind is OutcomeKind.GONE
    assert sandbox.records("customer") == {}


def test_a_record_with_an_unreadable_column_is_not_saved_whole(
    sandbox: XingchenSandbox, connect: Connect, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synchub_kingdee_xingchen.cipher import SensitiveCipher

    monkeypatch.setattr(sandbox, "_cipher", SensitiveCipher("0" * 32))
    outcome = push(connect(), update(one, {"remark": "接口"}))
    assert outcome.kind is OutcomeKind.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == "KX116"
    assert push(connect(save="changed"), update(one, {"remark": "接口"})).kind is OutcomeKind.OK
    assert sandbox.record("customer", one)["addr"] == "文三路 1 号"


def test_employees_are_written_too(sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str) -> None:
    request = PullRequest("employee", ("number", "name", "mobile", "gender"))
    write = create({"number": "ZY9", "name": "周九", "mobile": "13900009999", "gender": "1"})
    (outcome,) = xingchen.push(request, [write])
    assert outcome.record is not None
    assert outcome.record.values == ("ZY9", "周九", "13900009999", "1")
    (outcome,) = xingchen.push(request, [update(outcome.id, {"mobile": "13900008888"})])
    assert outcome.kind is OutcomeKind.OK
    assert sandbox.record("employee", outcome.id)["mobile"] == "13900008888"


# --- failures


def test_a_refusal_is_told_in_the_vendors_words_without_personal_data(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    words: dict[str, Raw] = {
        "errcode": 1001,
        "description": "联系人 王芳 的手机号[13999990000]格式错误，地址[滨江路 9 号]太长",
    }
    xingchen.check()
    sandbox.fault("refuse", SAVE, status=200, body=words)
    rows: list[Raw] = [{"contact_person": "王芳", "mobile": "13999990000"}]
    outcome = push(xingchen, update(one, {"contact_persons": rows, "addr": "滨江路 9 号"}))
    assert outcome.kind is OutcomeKind.REJECTED
    shown = f"{outcome.error} {outcome.error!r} {outcome.error.params if outcome.error else ''}"
    assert "格式错误" in shown
    assert "13999990000" not in shown
    assert "滨江路" not in shown


def test_a_throttled_save_waits_and_goes_through_once(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, clock: TurnedClock
) -> None:
    sandbox.fault("throttle", SAVE, times=2)
    assert push(xingchen, create({"number": "KH1", "name": "联宏"})).kind is OutcomeKind.OK
    assert clock.slept > 0
    assert len(sandbox.records("customer")) == 1


def test_a_save_that_is_throttled_for_long_is_reported_as_not_done(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen
) -> None:
    sandbox.fault("throttle", SAVE, times=99)
    assert push(xingchen, create({"number": "KH1", "name": "联宏"})).kind is OutcomeKind.THROTTLED
    assert sandbox.records("customer") == {}


@pytest.mark.parametrize("disturb", ["expire", "rotate"])
def test_a_token_refused_at_the_save_is_renewed_and_the_save_done_once(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, disturb: str
) -> None:
    sandbox.fault(disturb, SAVE)
    assert push(xingchen, create({"number": "KH1", "name": "联宏"})).kind is OutcomeKind.OK
    assert len(sandbox.records("customer")) == 1


@pytest.mark.parametrize("kind", ["error_before", "error_after", "drop_before", "drop_after", "system_error"])
def test_a_create_whose_answer_is_lost_is_unknown_and_never_done_twice(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, kind: str
) -> None:
    write = create({"number": "KH1", "name": "联宏", "contact_persons": [WANG]})
    sandbox.fault(kind, SAVE)
    assert push(xingchen, write).kind is OutcomeKind.UNKNOWN
    assert sandbox.calls()[SAVE] == 1
    found = xingchen.find(REQUEST, "number", ["KH1"])
    assert len(found) == (1 if kind.endswith("after") else 0)
    again = push(xingchen, write)
    assert again.kind is OutcomeKind.OK
    assert list(sandbox.records("customer")) == [again.id]


@pytest.mark.parametrize("kind", ["error_after", "drop_after", "drop_before"])
def test_an_update_whose_answer_is_lost_loses_no_edit(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str, kind: str
) -> None:
    write = update(one, {"remark": "接口"}, {"remark": "老客户"})
    sandbox.fault(kind, SAVE)
    assert push(xingchen, write).kind is OutcomeKind.UNKNOWN
    sandbox.user_edit("customer", one, {"addr": "人工"})
    assert push(xingchen, write).kind is OutcomeKind.OK
    held = sandbox.record("customer", one)
    assert (held["remark"], held["addr"]) == ("接口", "人工")
    assert sum(row.column == "remark" for row in sandbox.write_log(actor="api")) == 1


def test_an_edit_over_a_write_whose_answer_was_lost_is_kept(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    write = update(one, {"remark": "接口"}, {"remark": "老客户"})
    sandbox.fault("drop_after", SAVE)
    push(xingchen, write)
    sandbox.user_edit("customer", one, {"remark": "人工"})
    assert push(xingchen, write).kind is OutcomeKind.STALE
    assert sandbox.record("customer", one)["remark"] == "人工"


def test_a_save_is_certain_even_when_it_cannot_be_read_back(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    sandbox.fault("error_before", DETAIL, skip=1, times=99)
    outcome = push(xingchen, update(one, {"remark": "接口"}))
    assert (outcome.kind, outcome.id, outcome.record) == (OutcomeKind.OK, one, None)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"code": 404, "msg": "not found"}),
        (200, {"errcode": 1, "description": "用户不存在"}),
        (200, {"errcode": 0, "description": "success", "data": None}),
        (200, {"errcode": 0, "description": "success", "data": {}}),
        (200, "<html>login</html>"),
    ],
)
def test_an_answer_that_is_no_proof_of_absence_is_not_taken_for_one(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str, status: int, body: Raw
) -> None:
    xingchen.check()
    for write in (update(one, {"remark": "接口"}), create({"number": "KH1", "name": "联宏"})):
        sandbox.fault("refuse", DETAIL, status=status, body=body)
        outcome = push(xingchen, write)
        assert outcome.kind in {OutcomeKind.REJECTED, OutcomeKind.BLOCKED}
        sandbox.clear_faults()
    assert SAVE not in sandbox.calls()


def test_several_writes_have_an_outcome_each(
    sandbox: XingchenSandbox, xingchen: KingdeeXingchen, one: str
) -> None:
    outcomes = xingchen.push(
        REQUEST, [create({"name": "无编码"}), update(one, {"remark": "接口"}), update("1", {"remark": "x"})]
    )
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.REJECTED, OutcomeKind.OK, OutcomeKind.GONE]


def test_a_refused_login_raises_while_nothing_is_known(connect: Connect) -> None:
    with pytest.raises(AuthError):
        push(connect(client_secret="0" * 32), create({"number": "KH1", "name": "联宏"}))
