"""Errors: each becomes its exit code, a sentence with a way out, never a traceback, and one JSON document where asked for."""

from __future__ import annotations

import pytest

from synchub.errors import (
    AuthError,
    ConfigError,
    LeaseHeldError,
    MappingError,
    StoreError,
    UnavailableError,
    UnknownConnectorError,
    UserError,
)
from tests.synchub.cli import fake_hub
from tests.synchub.cli.conftest import Run
from tests.synchub.cli.fake_hub import FakeHub

FAILURES = [
    (UserError("H342", system="x", known="crm"), 2, "H342"),
    (ConfigError("H300", folder="/nowhere"), 2, "H300"),
    (UnknownConnectorError("H301", name="x", hint="", known="excel"), 2, "H301"),
    (MappingError("H340", problems=[fake_hub.problem()], count=1), 2, "H340"),
    (UnavailableError("C104", system="erp", detail="no route"), 4, "C104"),
    (AuthError("C101", system="erp", detail="401"), 4, "C101"),
    (StoreError("S112", database="hub.sqlite", detail="full"), 4, "S112"),
    (LeaseHeldError("E102", system="crm"), 4, "E102"),
    (PermissionError(13, "Permission denied", "/locked"), 4, "cli.disk"),
    (KeyboardInterrupt(), 130, "cli.interrupted"),
]


@pytest.mark.parametrize(
    ("error", "code", "message"),
    FAILURES,
    ids=lambda one: type(one).__name__ if isinstance(one, BaseException) else "",
)
def test_an_error_becomes_its_exit_code_and_sentence(
    hub: FakeHub, run: Run, error: BaseException, code: int, message: str
) -> None:
    hub.answers["status"] = error
    english, chinese = run("status"), run("status", language="zh")
    assert (english.exit, chinese.exit) == (code, code)
    assert english.err.strip()
    assert chinese.err.strip() != english.err.strip()
    assert "Traceback" not in english.err
    assert not english.out
    document = run("status", "--json").json
    assert document["error"]["code"] == message
    assert document["error"]["exit"] == code


def test_every_problem_of_a_file_is_shown_with_its_way_out(hub: FakeHub, run: Run) -> None:
    hub.answers["plan"] = MappingError("H340", problems=[fake_hub.problem(), fake_hub.problem()], count=2)
    said = run("plan")
    assert said.err.count("mappings/crm-account.yaml:12:3") == 2
    assert said.err.count("→ options: 金牌, 银牌") == 2
    problems = run("plan", "--json").json["error"]["problems"]
    assert [one["line"] for one in problems] == [12, 12]


def test_an_error_of_a_system_tells_programs_where(hub: FakeHub, run: Run) -> None:
    hub.answers["plan"] = UnavailableError("C104", system="erp", object="customer", detail="x")
    error = run("plan", "--json").json["error"]
    assert (error["system"], error["object"]) == ("erp", "customer")


def test_a_defect_of_a_connector_is_told_as_its_own(hub: FakeHub, run: Run) -> None:
    def broken() -> None:
        exec(compile("1 / 0", "acme.py", "exec"), {"__name__": "synchub_acme.client"})

    try:
        broken()
    except ZeroDivisionError as error:
        hub.answers["status"] = error
    said = run("status")
    assert said.exit == 70
    assert "the connector synchub_acme has made a mistake (ZeroDivisionError)" in said.err
    assert "连接器 synchub_acme 内部出错" in run("status", language="zh").err


def test_a_defect_of_ours_shows_its_traceback_and_asks_to_report_it(hub: FakeHub, run: Run) -> None:
    hub.answers["status"] = ZeroDivisionError("oh")
    said = run("status")
    assert said.exit == 70
    assert "Traceback" in said.err
    assert "please report it" in said.err
    again = run("status", "--json", language="zh")
    assert again.json["error"]["code"] == "cli.defect"
    assert "内部出错" in again.json["error"]["text"]


USAGE = [
    (["nonsense"], "cli.no_command", "commands: init, demo", "可用的命令"),
    (["stauts"], "cli.no_command", "did you mean “status”", "是否想输入“status”"),
    (["plan", "--nonsense"], "cli.no_option", "has no option --nonsense", "没有选项 --nonsense"),
    (["explain"], "cli.missing", "something is missing", "缺少参数"),
    (["sync", "--approve"], "cli.needs_value", "--approve needs a value", "--approve 后面需要填写内容"),
    (["status", "--hub"], "cli.needs_value", "--hub needs a value", "--hub 后面需要填写内容"),
    (["preview", "--sample", "abc"], "cli.bad_value", "what is given for --sample", "--sample 的内容不可用"),
    (["check", "--sample", "-3"], "cli.bad_value", "what is given for --sample", "--sample 的内容不可用"),
    (["status", "extra"], "cli.extra", "does not know what to do with: extra", "不认识多出来的内容：extra"),
    (["status", "--lang", "fr"], "cli.bad_language", "does not speak “fr”", "不支持语言“fr”"),
]


@pytest.mark.parametrize(("arguments", "code", "english", "chinese"), USAGE)
def test_a_line_that_cannot_be_understood_is_refused_in_both_languages(
    hub: FakeHub, run: Run, arguments: list[str], code: str, english: str, chinese: str
) -> None:
    said = run(*arguments)
    assert said.exit == 2
    assert english in said.err
    assert "→" in said.err
    assert chinese in run(*arguments, language="zh").err
    # in front, where it cannot be taken for the value of an option
    document = run("--json", *arguments).json
    assert document["error"]["code"] == code
    assert not hub.asked
