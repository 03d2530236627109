"""Secrets are fetched by reference; an error names the reference and never the secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from synchub.document import Findings, parse
from synchub.errors import ConfigError
from synchub.hub.secrets import SecretReference, Secrets, reference_of


def reference(text: str) -> SecretReference:
    findings = Findings()
    table = parse(f"secret: {text}\n", "hub.yaml", findings)
    assert table is not None
    node = table.get("secret")
    assert node is not None
    found = reference_of(node)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["{env: TOKEN_FOR_TEST}", "{环境变量: TOKEN_FOR_TEST}"])
def test_from_the_environment(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_FOR_TEST", "s3cret")
    assert Secrets().resolve(reference(text), tmp_path) == "s3cret"


@pytest.mark.parametrize("text", ["{file: keys/crm}", "{文件: keys/crm}"])
def test_from_a_file_beside_the_hub_without_its_last_line_break(text: str, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "crm").write_bytes("密 码 \n".encode())
    assert Secrets().resolve(reference(text), tmp_path) == "密 码 "


def test_a_prefect_block_needs_its_resolver(tmp_path: Path) -> None:
    secrets = Secrets()
    block = reference("{prefect_block: crm}")
    with pytest.raises(ConfigError) as caught:
        secrets.resolve(block, tmp_path)
    assert (
        caught.value.problems[0].line("zh").startswith("H323 hub.yaml:1:9  这里无法取得 {prefect_block: crm}")
    )
    secrets.register("prefect_block", lambda name, folder: f"from {name}")  # noqa: ARG005 - the shape of a resolver
    assert secrets.resolve(block, tmp_path) == "from crm"


def fails(secrets: Secrets, text: str, folder: Path) -> tuple[str, str, str]:
    with pytest.raises(ConfigError) as caught:
        secrets.resolve(reference(text), folder)
    (problem,) = caught.value.problems
    assert problem.position is not None
    assert problem.position.line == 1
    assert problem.fix("en")
    assert problem.fix("zh")
    return problem.code, problem.text("en"), problem.text("zh")


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    monkeypatch.setenv("EMPTY", "")
    secrets = Secrets()
    blocks: dict[str, str] = {}
    secrets.register("prefect_block", lambda name, folder: blocks[name])  # noqa: ARG005 - the shape of a resolver
    assert fails(secrets, "{env: NOT_SET}", tmp_path) == (
        "H321",
        "the environment variable of {env: NOT_SET} is not set",
        "{env: NOT_SET} 指向的环境变量没有设置",
    )
    assert fails(secrets, "{file: no}", tmp_path)[::2] == ("H322", "无法读取 {file: no} 指向的文件")
    assert fails(secrets, "{env: EMPTY}", tmp_path)[::2] == ("H324", "{env: EMPTY} 的内容是空的")
    assert fails(secrets, "{prefect_block: gone}", tmp_path)[::2] == ("H325", "找不到 {prefect_block: gone}")


def test_a_file_that_is_not_text_does_not_show_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"s3cret\xff")
    with pytest.raises(ConfigError) as caught:
        Secrets().resolve(reference("{file: key}"), tmp_path)
    assert "s3cret" not in f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}"


@pytest.mark.parametrize("text", ["plain", "[env]", "{env: A, file: b}", "{url: x}", "{env: }", "{env: [a]}"])
def test_anything_else_is_no_reference(text: str) -> None:
    table = parse(f"secret: {text}\n", "hub.yaml", Findings())
    assert table is not None
    node = table.get("secret")
    assert node is not None
    assert reference_of(node) is None
