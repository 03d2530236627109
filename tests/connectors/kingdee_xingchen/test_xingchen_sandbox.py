"""The sandbox does what the vendor's page says, as a client sees it that is not ours."""

from __future__ import annotations

from typing import Any

import pytest

from synchub.sdk import Raw
from synchub_kingdee_xingchen import XingchenSandbox
from synchub_kingdee_xingchen.sandbox import CLIENT_ID, CLIENT_SECRET, INSTANCE
from tests.connectors.kingdee_xingchen.conftest import TurnedClock
from tests.connectors.kingdee_xingchen.reference_client import ReferenceClient

CUSTOMER = "/jdy/v2/bd/customer"
DETAIL = "/jdy/v2/bd/customer_detail"
WANG: dict[str, Raw] = {"contact_person": "王芳", "mobile": "13800138000", "is_default_linkman": True}


@pytest.fixture
def client(sandbox: XingchenSandbox, clock: TurnedClock) -> ReferenceClient:
    one = ReferenceClient(
        sandbox.address, CLIENT_ID, CLIENT_SECRET, INSTANCE, lambda: clock.now().timestamp()
    )
    one.login()
    return one


def seed(sandbox: XingchenSandbox, count: int) -> list[str]:
    return sandbox.seed_customers([{"number": f"KH{n:04}", "name": f"客户{n}"} for n in range(count)])


def test_a_customer_is_saved_and_read_again(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    sandbox.seed("customer_group", [{"number": "HD", "name": "华东渠道"}])
    saved = client.data(
        "POST",
        CUSTOMER,
        body={
            "number": "KH1",
            "name": "联宏",
            "group_number": "HD",
            "addr": "文三路 1 号",
            "rate": "13",
            "invoice_type": 5,
            "contact_persons": [WANG],
        },
    )
    (id,) = saved["ids"]
    assert saved["id_number_map"] == {id: "KH1"}
    assert int(id) > 2**53
    for query in ({"id": id}, {"number": "KH1"}):
        detail = client.data("GET", DETAIL, query)
        assert detail["group_name"] == "华东渠道"
        assert detail["invoice_type"] == "5"
        assert detail["addr"] != "文三路 1 号"
        assert client.clear(detail["addr"]) == "文三路 1 号"
        assert detail["modify_time"] == "2026-06-01 10:00:00"
        (row,) = detail["bomentity"]
        assert client.clear(row["mobile"]) == "13800138000"
        assert "contact_persons" not in detail


def test_a_save_with_id_modifies_and_lists_replace(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    (id,) = sandbox.seed_customers(
        [{"number": "KH1", "name": "联宏", "remark": "老客户", "contact_persons": [WANG]}]
    )
    client.data(
        "POST", CUSTOMER, body={"id": id, "name": "联宏科技", "contact_persons": [{"contact_person": "李雷"}]}
    )
    detail = client.data("GET", DETAIL, {"id": id})
    assert (detail["name"], detail["remark"]) == ("联宏科技", "老客户")
    assert [row["contact_person"] for row in detail["bomentity"]] == ["李雷"]


def test_columns_left_out_are_cleared_where_the_account_set_does_so(
    sandbox: XingchenSandbox, client: ReferenceClient
) -> None:
    (id,) = sandbox.seed_customers(
        [{"number": "KH1", "name": "联宏", "remark": "老客户", "contact_persons": [WANG]}]
    )
    sandbox.behave(omitted="cleared")
    client.data("POST", CUSTOMER, body={"id": id, "name": "联宏科技"})
    detail = client.data("GET", DETAIL, {"id": id})
    assert (detail["number"], detail["remark"], detail["bomentity"]) == ("KH1", "", [])


def test_lists_are_thin_and_counts_are_texts(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    seed(sandbox, 12)
    data = client.data("GET", CUSTOMER)
    assert (data["count"], data["page_size"], len(data["rows"])) == ("12", 10, 10)
    assert data["rows"][0].keys() == {"id", "number", "name", "group_name", "c_level_id", "remark", "enable"}
    assert len(client.data("GET", CUSTOMER, {"page": "2"})["rows"]) == 2


def test_a_page_size_above_100_is_cut_while_total_page_is_not(
    sandbox: XingchenSandbox, client: ReferenceClient
) -> None:
    seed(sandbox, 250)
    data = client.data("GET", CUSTOMER, {"page_size": "200"})
    assert (len(data["rows"]), data["total_page"], data["count"]) == (100, 2, "250")
    second = client.data("GET", CUSTOMER, {"page_size": "200", "page": "2"})
    assert len(data["rows"]) + len(second["rows"]) == 200  # and 50 rows were never seen


def test_disabled_rows_are_listed_on_request_only(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    ids = seed(sandbox, 3)
    sandbox.user_edit("customer", ids[0], {"enable": "0"})
    assert client.data("GET", CUSTOMER)["count"] == "2"
    assert client.data("GET", CUSTOMER, {"enable": "-1"})["count"] == "3"
    assert client.data("GET", CUSTOMER, {"enable": "0"})["count"] == "1"


def test_the_modification_window_is_in_milliseconds(
    sandbox: XingchenSandbox, client: ReferenceClient, clock: TurnedClock
) -> None:
    ids = seed(sandbox, 3)
    clock.turn(hours=1)
    sandbox.user_edit("customer", ids[1], {"remark": "新"})
    half = int(clock.now().timestamp() * 1000) - 1_800_000
    assert [r["id"] for r in client.data("GET", CUSTOMER, {"modify_start_time": str(half)})["rows"]] == [
        ids[1]
    ]
    assert client.data("GET", CUSTOMER, {"modify_end_time": str(half)})["count"] == "2"
    assert client.data("GET", CUSTOMER, {"modify_start_time": str(half * 100)})["count"] == "0"


def test_the_window_may_be_ignored_or_refused(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    seed(sandbox, 3)
    sandbox.behave(modified_filter="ignored")
    assert client.data("GET", CUSTOMER, {"modify_start_time": "9999999999999"})["count"] == "3"
    sandbox.behave(modified_filter="refused")
    assert client.call("GET", CUSTOMER, {"modify_start_time": "9999999999999"})[0] == 500


def test_the_upper_edge_may_swallow_fresh_changes(
    sandbox: XingchenSandbox, client: ReferenceClient, clock: TurnedClock
) -> None:
    seed(sandbox, 1)
    sandbox.behave(edge_lag_s=60)
    now = str(int(clock.now().timestamp() * 1000))
    assert client.data("GET", CUSTOMER, {"modify_end_time": now})["count"] == "0"
    clock.turn(seconds=61)
    assert client.data("GET", CUSTOMER, {"modify_end_time": now})["count"] == "1"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"number": "KH0000", "name": "重复"}, "编码[KH0000]已存在"),
        ({"number": "KH9"}, "名称不能为空"),
        ({"number": "KH9", "name": "甲", "group_number": "XX"}, "参数number[XX]不存在"),
        ({"number": "KH9", "name": "甲", "province_id": "999999"}, "参数id[999999]不存在"),
        ({"id": "1", "name": "甲"}, "参数id[1]不存在"),
        ([], "参数格式错误"),
    ],
)
def test_a_refused_save_answers_200_with_an_error_code_and_changes_nothing(
    sandbox: XingchenSandbox, client: ReferenceClient, body: Any, words: str
) -> None:
    seed(sandbox, 1)
    before = sandbox.records("customer")
    status, reply = client.call("POST", CUSTOMER, body=body)
    assert status == 200
    assert reply["errcode"] != 0
    assert words in reply["description"]
    assert sandbox.records("customer") == before


def test_a_missing_record_is_a_business_error(client: ReferenceClient) -> None:
    status, reply = client.call("GET", DETAIL, {"number": "KH9"})
    assert status == 200
    assert reply["errcode"] != 0


def test_a_wrong_signature_is_refused_by_the_gateway(client: ReferenceClient) -> None:
    client.secret = client.secret[::-1]
    status, reply = client.call("GET", CUSTOMER)
    assert 400 <= status < 500
    assert reply["msg"] == "X-Api-Signature is invalid"


@pytest.mark.parametrize(("skew", "status"), [(0, 200), (299, 200), (-299, 200), (301, 401), (-301, 401)])
def test_timestamps_are_valid_for_five_minutes(client: ReferenceClient, skew: float, status: int) -> None:
    client.skew_s = skew
    assert client.call("GET", CUSTOMER)[0] == status


def test_a_signed_query_cannot_be_changed(client: ReferenceClient, sandbox: XingchenSandbox) -> None:
    seed(sandbox, 1)
    real = client.call

    def tampered(method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Any:
        return real(method, path + "?enable=0", query, body)

    assert tampered("GET", CUSTOMER)[0] == 401


def test_the_token_endpoint_takes_two_calls_a_minute(client: ReferenceClient, clock: TurnedClock) -> None:
    client.login()
    with pytest.raises(AssertionError):
        client.login()
    clock.turn(seconds=61)
    client.login()


def test_a_token_lives_for_24_hours(client: ReferenceClient, clock: TurnedClock) -> None:
    clock.turn(hours=23, minutes=59)
    assert client.call("GET", CUSTOMER)[0] == 200
    clock.turn(minutes=1)
    assert client.call("GET", CUSTOMER)[0] == 401


def test_without_a_token_nothing_is_answered(client: ReferenceClient) -> None:
    client.token = "made up"
    assert client.call("GET", CUSTOMER)[0] == 401


def test_a_rotated_app_secret_answers_its_error_code_until_the_chain_is_redone(
    sandbox: XingchenSandbox, client: ReferenceClient
) -> None:
    sandbox.rotate_app_secret()
    status, reply = client.call("GET", CUSTOMER)
    assert (status, reply["errcode"]) == (200, 1030002006)
    client.login()
    assert client.call("GET", CUSTOMER)[0] == 200


def test_too_many_calls_a_minute_are_answered_429(
    sandbox: XingchenSandbox, client: ReferenceClient, clock: TurnedClock
) -> None:
    sandbox.behave(calls_per_minute=5)
    clock.turn(minutes=2)
    assert [client.call("GET", CUSTOMER)[0] for _ in range(7)] == [200] * 5 + [429] * 2
    clock.turn(minutes=1)
    assert client.call("GET", CUSTOMER)[0] == 200


def test_a_system_error_is_an_error_code_too(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    sandbox.fault("system_error", "customer_list")
    status, reply = client.call("GET", CUSTOMER)
    assert (status, reply["errcode"]) == (200, 2000002000)


def test_an_unauthorised_account_set_says_so_in_its_status(
    sandbox: XingchenSandbox, client: ReferenceClient
) -> None:
    sandbox.behave(authorised=False)
    with pytest.raises(AssertionError):
        client.login()


def test_employees_have_their_own_endpoints(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    sandbox.seed_employees(
        [{"number": "ZY1", "name": "李雷", "mobile": "13900000000", "department_name": "渠道部"}]
    )
    (row,) = client.data("GET", "/jdy/v2/bd/emp")["rows"]
    detail = client.data("GET", "/jdy/v2/bd/emp_detail", {"id": row["id"]})
    assert (detail["name"], detail["department_name"]) == ("李雷", "渠道部")
    assert client.clear(detail["mobile"]) == "13900000000"
    assert "modify_time" not in detail


def test_divisions_come_as_a_tree(client: ReferenceClient) -> None:
    provinces = client.data("GET", "/jdy/v2/sys/division_load")["rows"]
    zhejiang = next(one for one in provinces if one["name"] == "浙江省")
    assert {"name": "杭州市", "id": "330100"}.items() <= zhejiang["son_nodes"][0].items()


def test_the_write_log_tells_people_from_calls(sandbox: XingchenSandbox, client: ReferenceClient) -> None:
    (id,) = seed(sandbox, 1)
    sandbox.user_edit("customer", id, {"remark": "人工"})
    client.data("POST", CUSTOMER, body={"id": id, "name": "客户0", "remark": "接口"})
    cells = [
        (row.actor, row.column, row.before, row.after) for row in sandbox.write_log() if row.op == "update"
    ]
    assert cells == [("user", "remark", None, "人工"), ("api", "remark", "人工", "接口")]
