"""The catalogue: everything is said in both languages, with the same placeholders, and every code that is used exists."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import fields
from pathlib import Path

import pytest

from synchub import messages
from synchub.engine.report import ACTIONS
from synchub.hub.registry import CONNECTORS
from synchub.messages import Bilingual, Message, Words, catalogue, choose_language, fix, register, text
from synchub.sdk import Capabilities, ConditionalWrite, CreateIdempotency, TimeGrain
from synchub.store.rows import ConflictKind, LinkState

for name in CONNECTORS.names():
    CONNECTORS.get(name)  # a connector registers its own messages

_CODE = re.compile(r"[a-z]+\.[a-z_]+(?:\.[a-z_]+)*")
SYNCHUB = Path(messages.__file__).parent.parent


def placeholders(sentence: str) -> set[str]:
    """The names, where ``x`` and ``x_zh`` are one thing in two languages."""
    found = (name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)
    return {name.removesuffix("_zh").removesuffix("_en") for name in found}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_message_is_said_in_both_languages_with_the_same_placeholders(code: str) -> None:
    message = catalogue()[code]
    assert bool(message.en.strip()) == bool(message.zh.strip())
    assert placeholders(message.en) == placeholders(message.zh)
    assert bool(message.fix_en) == bool(message.fix_zh)
    assert placeholders(message.fix_en) == placeholders(message.fix_zh)


def test_every_problem_of_a_file_has_a_way_out() -> None:
    """O200 only counts the others."""
    codes = [code for code in catalogue() if re.fullmatch(r"[TMO]\d{3}", code) and code != "O200"]
    assert [code for code in codes if not catalogue()[code].fix_en] == []


def test_every_code_that_the_command_line_says_is_in_the_catalogue() -> None:
    missing: dict[str, str] = {}
    areas = {code.partition(".")[0] for code in catalogue() if "." in code}
    for path in [*(SYNCHUB / "cli").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if not isinstance(value, str) or not _CODE.fullmatch(value):
                continue
            if value.partition(".")[0] in areas and value not in catalogue():
                missing[value] = path.name
    missing.pop("hub.yaml", None)
    assert not missing


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("count", ACTIONS),
        ("conflict", ConflictKind),
        ("link", LinkState),
        ("run", ("running", "done", "attention", "unapproved", "failed")),
        ("why", ("held", "waiting", "read_only", "lossy", "set_aside", "pending")),
        ("holder", ("agrees", "pending", "held", "waiting")),
        (
            "attention",
            (
                "held",
                "set_aside",
                "withheld",
                "stopped",
                "blocked",
                "unconfirmed",
                "doubtful",
                "missing",
                "waiting",
                "refused",
                "warned",
            ),
        ),
        ("sync", ("done", "attention", "failed", "done_quiet", "attention_quiet")),
        ("review", ("E211", "E212", "E213", "E214", "E215", "E216")),
        ("progress", ("pull", "match", "push", "verify")),
        ("stage", ("pull", "push")),
        ("severity", ("error", "warning")),
        ("grain", TimeGrain),
        ("create", CreateIdempotency),
        ("write", ConditionalWrite),
        ("because", ("identity", "create", "on_create", "rows")),
        ("cause", ("identity", "create", "on_create", "rows")),
    ],
)
def test_every_member_of_a_family_has_its_word(family: str, members: tuple[str, ...]) -> None:
    silent = {"unchanged", "fetched"} if family == "count" else set()
    assert not [
        str(one) for one in members if str(one) not in silent and f"{family}.{one}" not in catalogue()
    ]


def test_every_capability_is_shown_in_the_table_or_has_its_sentence() -> None:
    in_table = {"modified_since", "read_batch", "write_batch", "create_idempotency", "conditional_write"}
    assert not [
        one.name
        for one in fields(Capabilities)
        if one.name not in in_table and f"can.{one.name}" not in catalogue()
    ]


def test_a_code_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match="defined twice"):
        register({"word.yes": Message("another", "另一个")})


def test_a_parameter_that_is_a_message_speaks_the_language_of_its_sentence() -> None:
    params = {"count": Bilingual("one", "一"), "option": Words("word.yes")}
    assert text("cli.more", params, "en") == "… and one more; yes shows every one"
    assert text("cli.more", params, "zh") == "……还有 一 条；加 是 查看全部"


def test_the_language_chosen_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNCHUB_LANG", "zh")
    try:
        assert text("word.yes") == "是"
        choose_language("en")
        assert text("word.yes") == "yes"
        assert fix("cli.init_file") == "choose another name"
    finally:
        choose_language(None)
