"""hub.yaml: what it may say, and every complaint with its place, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from synchub.engine.limits import USUAL, Limits
from synchub.errors import ConfigError, Problem, UnknownConnectorError
from synchub.hub.config import HubConfig, load_hub, locate_hub
from synchub.hub.registry import CONNECTORS, GROUP, ConnectorRegistry
from synchub.messages import catalogue
from synchub.model.schema import ObjectSchema, RawRecord
from synchub.model.values import Label
from synchub.paths import HubPaths
from synchub.sdk import Capabilities, Connector, Outcome, Page, PullRequest, Sandbox, Write


class CrmSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(min_length=1)
    token: SecretStr = Field(min_length=8)
    spare_token: SecretStr | None = None
    calls: int = Field(default=5, ge=1)
    pace: float = Field(default=1.0, gt=0)
    strict: bool = False
    mode: Literal["fast", "safe"] = "safe"
    objects: list[str] = []


class CrmSandbox(Sandbox):
    name = "crm"


class Crm(Connector[CrmSettings]):
    name: ClassVar[str] = "crm"
    title: ClassVar[Label] = Label(zh="客户系统", en="CRM")
    capabilities: ClassVar[Capabilities] = Capabilities()
    settings_type = CrmSettings
    sandbox_type = CrmSandbox

    def check(self) -> str:
        return ""

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        return []

    def pull(self, request: PullRequest) -> Iterator[Page]:
        yield Page()

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        return []

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        return []


class BookSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str


class Book(Crm):
    name: ClassVar[str] = "book"
    settings_type = BookSettings  # type: ignore[assignment]  # the methods do not look at them
    sandbox_type = None  # type: ignore[assignment]  # files need none


@pytest.fixture
def registry() -> ConnectorRegistry:
    registry = ConnectorRegistry()
    registry.register(Crm)
    registry.register(Book)
    return registry


@pytest.fixture
def paths(tmp_path: Path) -> HubPaths:
    return HubPaths(tmp_path)


def read(paths: HubPaths, registry: ConnectorRegistry, text: str) -> HubConfig:
    paths.hub_file.write_text(text, "utf-8")
    return load_hub(paths, registry)


ENGLISH = """
hub: 渠道中台
timezone: Asia/Singapore
language: zh
database: {url: postgresql://hub@db.local/hub, password: {env: HUB_DB}}
approve_first_contact: unique_keys
limits: {sweep_every: 36h, settle: 90 s, grace: 7 days, most_deletions: 25, deletion_share: 2.5%, not_kept: 4, returns: 5, fight_window: 2 hours, lease: 20m}
systems:
  crm:
    connector: crm
    label: {zh: 销售系统, en: Sales}
    timezone: America/New_York
    settings: {address: "https://crm.example", token: {env: CRM}, calls: 9, strict: yes, objects: [a, b], mode: }
  台账: {connector: book, settings: {path: a.xlsx}}
"""
CHINESE = """
中台: 渠道中台
时区: Asia/Singapore
语言: 中文
数据库: {地址: postgresql://hub@db.local/hub, 密码: {环境变量: HUB_DB}}
首次对接批准: 唯一键
限度: {全量间隔: 36 小时, 存疑等待: 90秒, 删除宽限: 7天, 删除上限: 25, 删除比例: 2.5%, 未保存次数: 4, 反复次数: 5, 反复时窗: 2小时, 租约时长: 20分钟}
系统:
  crm:
    连接器: crm
    名称: {中文: 销售系统, 英文: Sales}
    时区: America/New_York
    设置: {address: "https://crm.example", token: {环境变量: CRM}, calls: 9, strict: 是, objects: [a, b], mode: }
  台账: {连接器: book, 设置: {path: a.xlsx}}
"""


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_both_languages_say_the_same(
    text: str, paths: HubPaths, registry: ConnectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRM", raising=False)
    config = read(paths, registry, text)
    assert (config.name, config.timezone, config.language) == ("渠道中台", ZoneInfo("Asia/Singapore"), "zh")
    assert config.approve_first_contact == "unique_keys"
    assert config.limits == Limits(
        sweep_every=timedelta(hours=36),
        settle=timedelta(seconds=90),
        grace=timedelta(days=7),
        most_deletions=25,
        deletion_share=0.025,
        not_kept=4,
        returns=5,
        fight_window=timedelta(hours=2),
        lease=timedelta(minutes=20),
    )
    crm = config.systems["crm"]
    assert (crm.connector, crm.label, crm.timezone) == (
        "crm",
        Label(zh="销售系统", en="Sales"),
        ZoneInfo("America/New_York"),
    )
    assert config.systems["台账"].timezone == ZoneInfo("Asia/Singapore")
    monkeypatch.setenv("CRM", "t0ken-t0ken")
    settings = crm.settings.build(Crm.settings_type, paths.folder)
    assert settings == CrmSettings(
        address="https://crm.example",
        token=SecretStr("t0ken-t0ken"),
        calls=9,
        strict=True,
        objects=["a", "b"],
    )
    assert "t0ken" not in repr(config) + repr(settings)
    monkeypatch.setenv("HUB_DB", "p@ss/w")
    assert config.database.resolve(paths) == "postgresql+psycopg://hub:p%40ss%2Fw@db.local/hub"


def test_little_needs_to_be_said(paths: HubPaths, registry: ConnectorRegistry) -> None:
    config = read(paths, registry, "hub: x\nsystems: {crm: {connector: crm, sandbox: yes}}\n")
    assert config.timezone == ZoneInfo("Asia/Shanghai")
    assert config.language is None
    assert config.approve_first_contact == "person"
    assert config.limits == USUAL
    assert config.systems["crm"].sandbox
    assert config.database.resolve(paths) == f"sqlite:///{paths.database}"


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("sqlite:///data/hub.sqlite", "sqlite:///{folder}/data/hub.sqlite"),
        ("{env: HUB_URL}", "postgresql+psycopg://u:p@h/d"),
        ("{url: {env: HUB_URL}}", "postgresql+psycopg://u:p@h/d"),
    ],
)
def test_where_the_database_is(
    said: str, url: str, paths: HubPaths, registry: ConnectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_URL", "postgresql://u:p@h/d")
    config = read(
        paths,
        registry,
        f"hub: x\ndatabase: {said}\nsystems: {{b: {{connector: book, settings: {{path: a}}}}}}\n",
    )
    assert config.database.resolve(paths) == url.format(folder=paths.folder)


def test_settings_of_a_sandbox_may_be_missing_but_not_wrong(
    paths: HubPaths, registry: ConnectorRegistry
) -> None:
    config = read(
        paths, registry, "hub: x\nsystems: {crm: {connector: crm, sandbox: yes, settings: {calls: 7}}}\n"
    )
    settings: Any = config.systems["crm"].settings.build(CrmSettings, paths.folder, for_sandbox=True)
    assert (settings.calls, settings.mode) == (7, "safe")
    assert not hasattr(settings, "address")
    with pytest.raises(ConfigError) as caught:
        read(
            paths, registry, "hub: x\nsystems: {crm: {connector: crm, sandbox: yes, settings: {calls: x}}}\n"
        )
    assert [problem.code for problem in caught.value.problems] == ["H305"]


def test_a_secret_of_the_wrong_shape_is_refused_without_being_shown(
    paths: HubPaths, registry: ConnectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = read(
        paths,
        registry,
        "hub: x\nsystems: {crm: {connector: crm, settings: {address: a, token: {env: CRM}}}}\n",
    )
    monkeypatch.setenv("CRM", "s3cr3t")
    with pytest.raises(ConfigError) as caught:
        config.systems["crm"].settings.build(CrmSettings, paths.folder)
    assert "token" in str(caught.value)
    assert "s3cr3t" not in f"{caught.value!s}{caught.value!r}"


HEAD = "hub: x\nsystems:\n"
CRM = HEAD + "  crm:\n    connector: crm\n    settings: {address: a, token: {env: T}"
BOOK = "systems: {b: {connector: book, settings: {path: a}}}\n"
FAULTS: list[tuple[str, str, int, int, str]] = [
    (HEAD + "  a: {connector: crn}\n", "H301", 3, 18, "没有连接器“crn”，是不是“crm”？"),
    (CRM + ", cals: 3}\n", "H303", 5, 45, "这个连接器没有设置“cals”，是不是“calls”？"),
    (HEAD + "  a: {connector: book}\n", "H304", 3, 3, "缺少设置“path”"),
    (CRM + ", calls: many}\n", "H305", 5, 52, "设置“calls”不能这样写：应为整数"),
    (CRM + ", calls: 0}\n", "H305", 5, 52, "设置“calls”不能这样写：不能小于 1"),
    (CRM + ", pace: 0}\n", "H305", 5, 51, "设置“pace”不能这样写：必须大于 0.0"),
    (CRM + ", pace: x}\n", "H305", 5, 51, "设置“pace”不能这样写：应为数字"),
    (CRM + ", strict: 也许}\n", "H305", 5, 53, "设置“strict”不能这样写：应为“是”或“否”"),
    (CRM + ", mode: slow}\n", "H305", 5, 51, "设置“mode”不能这样写：只能是 fast, safe"),
    (CRM + ", objects: [a, [b]]}\n", "H305", 5, 58, "设置“objects.1”不能这样写：应为一段文字"),
    (CRM + ", spare_token: s3cret}\n", "H306", 5, 58, "“spare_token”是机密，不能直接写在这个文件里"),
    ("hub: x\ntimezone: Asia/Shangai\nsystems: {b: {connector: book, settings: {path: a}}}\n", "H307", 2, 11,
     "“Asia/Shangai”不是时区名称，是不是“Asia/Shanghai”？"),
    ("hub: x\nsystems: {}\n", "H308", 2, 10, "这里没有列出任何系统"),
    (HEAD + "  a b: {connector: book, settings: {path: a}}\n", "H309", 3, 3, "“a b”不能用作系统名称"),
    (HEAD + "  hub: {connector: book, settings: {path: a}}\n", "H309", 3, 3, "“hub”不能用作系统名称"),
    ("hub: x\ndatabase: mysql://h/d\nsystems: {b: {connector: book, settings: {path: a}}}\n", "H310", 2, 11,
     "这不是 synchub 支持的数据库地址"),
    ("hub: x\ndatabase: postgresql://u:s3cret@h/d\nsystems: {b: {connector: book, settings: {path: a}}}\n", "H311", 2, 11,
     "数据库地址里含有密码"),
    ("hub: x\ndatabase: {url: 'postgresql://u@h/d', password: s3cret}\nsystems: {b: {connector: book, settings: {path: a}}}\n",
     "H306", 2, 49, "“password”是机密，不能直接写在这个文件里"),
    (HEAD + "  a: {connector: book, sandbox: yes}\n", "H313", 3, 18, "连接器“book”没有沙箱"),
    (HEAD + "  a: {connector: book, settings: {path: a}, ca_file: no.pem}\n", "H314", 3, 54, "no.pem 无法读取，或其中没有证书"),
    ("systems: {b: {connector: book, settings: {path: a}}}\n", "T112", 1, 1, "缺少“中台”"),
    ("hub: x\nsystms: {}\nsystems: {b: {connector: book, settings: {path: a}}}\n", "T111", 2, 1, "这里不认识“systms”，是不是“systems”？"),
    ("hub: x\nlimits: {grace: soon}\n" + BOOK, "H315", 2, 17, "“soon”不是这里可用的时长"),
    ("hub: x\nlimits: {sweep_every: 24}\n" + BOOK, "H315", 2, 23, "“24”不是这里可用的时长"),
    ("hub: x\nlimits: {lease: 1s}\n" + BOOK, "H315", 2, 17, "“1s”不是这里可用的时长"),
    ("hub: x\nlimits: {deletion_share: 120%}\n" + BOOK, "H316", 2, 26, "“120%”不是比例"),
    ("hub: x\nlimits: {most_deletions: few}\n" + BOOK, "T108", 2, 26, "这里应为整数，实际是“few”"),
    ("hub: x\nlimits: {grase: 1h}\n" + BOOK, "T111", 2, 10, "这里不认识“grase”，是不是“grace”？"),
    (HEAD + "  a: crm\n", "T108", 3, 6, "这里应为“名称: 值”形式的内容，实际是一段文字"),
    (HEAD + "  a: {settings: {}}\n", "T112", 3, 3, "缺少“连接器”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "chinese"), FAULTS, ids=lambda value: str(value)[-20:]
)
def test_a_fault_is_told_once_at_its_place_in_both_languages(
    text: str, code: str, line: int, column: int, chinese: str, paths: HubPaths, registry: ConnectorRegistry
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(paths, registry, text)
    (problem,) = caught.value.problems
    position = problem.position
    assert position is not None
    assert (problem.code, position.file, position.line, position.column) == (code, "hub.yaml", line, column)
    assert problem.text("zh") == chinese
    assert problem.text("en") != chinese
    assert problem.fix("zh") or code in {"H305", "T108", "T112"}
    assert "s3cret" not in str(caught.value) + repr(caught.value.problems)


def test_every_message_about_the_hub_is_shown_somewhere() -> None:
    elsewhere = {"H300", "H302", "H312", "H320", "H321", "H322", "H323", "H324", "H325"}
    shown = {row[1] for row in FAULTS} | elsewhere
    assert {code for code in catalogue() if "H300" <= code < "H340"} <= shown


def test_every_fault_is_told_at_once_in_the_order_of_the_file(
    paths: HubPaths, registry: ConnectorRegistry
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(
            paths,
            registry,
            "hub: x\nsytems: {}\nsystems:\n  a: {connector: crn}\n  b: {connector: book}\ntimezone: Mars\n",
        )
    assert [problem.position.line for problem in caught.value.problems if problem.position] == [2, 4, 5, 6]
    assert str(caught.value).count("\n") == 4


def test_a_folder_without_hub_yaml_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNCHUB_HUB", raising=False)
    with pytest.raises(ConfigError) as caught:
        locate_hub(start=tmp_path)
    problem = Problem(caught.value.code, caught.value.params)
    assert problem.code == "H300"
    assert str(tmp_path) in problem.text("zh")
    assert "synchub init" in problem.fix("en")


def test_the_demo_hub_is_well_formed() -> None:
    config = load_hub(HubPaths(Path(__file__).parents[3]))
    assert list(config.systems) == ["salesforce", "kingdee", "workbook"]
    assert [system.sandbox for system in config.systems.values()] == [True, True, False]


def test_an_unknown_connector_comes_with_the_nearest_and_all_names(registry: ConnectorRegistry) -> None:
    with pytest.raises(UnknownConnectorError) as caught:
        registry.get("boook")
    problem = Problem(caught.value.code, caught.value.params)
    assert problem.text("en") == "there is no connector “boook”; did you mean “book”?"
    assert "book, crm" in problem.fix("zh")


def test_installed_connectors_are_found_without_being_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    points = [
        EntryPoint("json", "json:JSONDecoder", "synchub.connectors"),
        EntryPoint("broken", "no_such_package:Broken", "synchub.connectors"),
    ]
    monkeypatch.setattr("synchub.hub.registry.entry_points", lambda group: points if group == GROUP else [])
    registry = ConnectorRegistry()
    assert registry.names() == ["broken", "json"]
    import json

    assert registry.get("json") is json.JSONDecoder  # type: ignore[comparison-overlap]  # any class will do here
    with pytest.raises(ConfigError) as caught:
        registry.get("broken")
    problem = Problem(caught.value.code, caught.value.params)
    assert problem.code == "H312"
    assert "no_such_package" in problem.text("zh")
    assert "pip install" in problem.fix("zh")


def test_the_registry_of_the_process_is_the_default() -> None:
    assert load_hub.__defaults__ == (CONNECTORS,)
