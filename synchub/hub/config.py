"""hub.yaml: which systems there are, where the database is, and the few things a hub decides for itself.

Everything is checked when the file is read: names, settings against the connector's own model, time zones, and that no secret stands
in the file. Secrets themselves are fetched later, so that checking a file needs none.
"""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from synchub.document import (
    Entry,
    Findings,
    Keyword,
    Node,
    Reading,
    Scalar,
    Table,
    load,
    nearest,
    parse,
    shape,
)
from synchub.engine.limits import USUAL, Limits
from synchub.errors import ConfigError, Position, SynchubError, UserError
from synchub.hub.limits import read_limits
from synchub.hub.registry import CONNECTORS, ConnectorRegistry
from synchub.hub.secrets import SECRETS, SecretReference, Secrets, reference_of
from synchub.hub.settings import Settings, check_settings, read_settings
from synchub.messages import Language, Words
from synchub.model.values import Label
from synchub.paths import HUB_FILE, HubPaths, find_hub

DEFAULT_TIMEZONE: Final = "Asia/Shanghai"
FirstContact: TypeAlias = Literal["person", "unique_keys"]

_HUB = Keyword("hub", "中台", ("名称",))
_LANGUAGE = Keyword("language", "语言")
_TIMEZONE = Keyword("timezone", "时区")
_DATABASE = Keyword("database", "数据库")
_URL = Keyword("url", "地址")
_PASSWORD = Keyword("password", "密码")
_SYSTEMS = Keyword("systems", "系统")
_LIMITS = Keyword("limits", "限度")
_APPROVE = Keyword("approve_first_contact", "首次对接批准")
_CONNECTOR = Keyword("connector", "连接器")
_SETTINGS = Keyword("settings", "设置")
_SANDBOX = Keyword("sandbox", "沙箱")
_LABEL = Keyword("label", "名称")
_CA_FILE = Keyword("ca_file", "证书文件")
_ZH = Keyword("zh", "中文")
_EN = Keyword("en", "英文")

_LANGUAGES: Final[Mapping[Keyword, Language | None]] = {
    Keyword("zh", "中文"): "zh",
    Keyword("en", "英文"): "en",
}
_APPROVALS: Final[Mapping[Keyword, FirstContact]] = {
    Keyword("person", "人工"): "person",
    Keyword("unique_keys", "唯一键"): "unique_keys",
}
_SYSTEM_NAME = re.compile(r"[^\W_][\w-]{0,39}")
_DATABASES = frozenset({"sqlite", "postgresql"})


@dataclass(frozen=True, slots=True)
class SystemConfig:
    """One external system of the hub."""

    name: str
    connector: str
    label: Label
    timezone: ZoneInfo
    """For naive times the system tells."""
    sandbox: bool
    """Work on the connector's sandbox: the hub supplies address and keys."""
    settings: Settings
    position: Position
    ca_file: Path | None = None
    """Certificates to trust, where a company has its own."""


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """Where the hub's own data is. `url` None means the default SQLite file; a relative SQLite path starts in the hub folder."""

    url: str | SecretReference | None = field(default=None, repr=False)
    password: SecretReference | None = None

    def file(self, paths: HubPaths) -> Path | None:
        """The SQLite file, if it is one that hub.yaml names openly."""
        if self.url is None:
            return paths.database
        if isinstance(self.url, str) and self.url.startswith("sqlite:///"):
            return paths.folder / self.url.removeprefix("sqlite:///").partition("?")[0]
        return None

    def resolve(self, paths: HubPaths, secrets: Secrets = SECRETS) -> str:
        """The complete address, with its password. Raises ConfigError."""
        if self.url is None:
            return f"sqlite:///{paths.database}"
        url = secrets.resolve(self.url, paths.folder) if isinstance(self.url, SecretReference) else self.url
        if url.startswith("postgresql://"):
            url = "postgresql+psycopg" + url.removeprefix(
                "postgresql"
            )  # the driver that is installed with us
        if url.startswith("sqlite:///"):
            return f"sqlite:///{paths.folder / url.removeprefix('sqlite:///')}"
        if self.password is None:
            return url
        parts = urlsplit(url)
        user, _, host = parts.netloc.rpartition("@")
        secret = quote(secrets.resolve(self.password, paths.folder), safe="")
        return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:{secret}@{host}"))


@dataclass(frozen=True, slots=True)
class HubConfig:
    """hub.yaml, checked."""

    paths: HubPaths
    name: str
    timezone: ZoneInfo
    language: Language | None
    """For reports; None follows the reader."""
    database: DatabaseConfig
    approve_first_contact: FirstContact
    """``unique_keys``: a first contact that only creates and links on unique keys needs no person."""
    systems: Mapping[str, SystemConfig]
    limits: Limits = USUAL

    @property
    def zones(self) -> dict[str, ZoneInfo]:
        """The time zone of each system."""
        return {name: system.timezone for name, system in self.systems.items()}

    def known(self, systems: Collection[str] | None) -> Collection[str] | None:
        """These systems, None for all. Raises UserError H342 for one that hub.yaml does not name."""
        for name in systems or ():
            if name not in self.systems:
                raise UserError("H342", system=name, known=", ".join(self.systems))
        return systems or None

    def secret_files(self) -> list[Path]:
        """The files in which secrets are kept."""
        named = [self.database.url, self.database.password]
        named += [value for system in self.systems.values() for value in system.settings.references()]
        return [
            self.paths.folder / one.name
            for one in named
            if isinstance(one, SecretReference) and one.scheme == "file"
        ]


def locate_hub(given: Path | None = None, start: Path | None = None) -> HubPaths:
    """The hub folder (see `find_hub`). Raises ConfigError H300 when there is none."""
    begin = start or Path.cwd()
    paths = find_hub(given, os.environ, begin)
    if paths is None:
        raise ConfigError("H300", folder=str(given or os.environ.get("SYNCHUB_HUB") or begin))
    return paths


def load_hub(paths: HubPaths, registry: ConnectorRegistry = CONNECTORS) -> HubConfig:
    """Read and check hub.yaml. Raises ConfigError with every problem at its place."""
    findings = Findings()
    table = load(paths.hub_file, findings, shown_as=HUB_FILE)
    config = _Hub(paths, registry, findings).read(table) if table is not None else None
    if findings.errors or config is None:
        problems = sorted(findings.errors, key=lambda problem: problem.position or Position(HUB_FILE, 0))
        raise ConfigError("H302", problems=problems, count=len(problems))
    return config


def read_database(text: str) -> DatabaseConfig:
    """A database as hub.yaml writes it, on one line. Raises ConfigError."""
    findings = Findings()
    quoted = text if text.lstrip().startswith("{") else json.dumps(text)
    table = parse(f"database: {quoted}\n", "", findings)
    node = table.get("database") if table is not None else None
    config = _database(node, findings) if node is not None else DatabaseConfig()
    if findings.errors or config.url is None:
        raise ConfigError("H346", problems=[replace(one, position=None) for one in findings.errors])
    return config


def _database(node: Node, findings: Findings) -> DatabaseConfig:
    reference = reference_of(node)
    if reference is not None:
        return DatabaseConfig(reference)
    if isinstance(node, Table):
        inner = Reading(node, findings)
        url_node = inner.take(_URL, required=True)
        password_node = inner.take(_PASSWORD)
        inner.refuse_unknown()
        password = reference_of(password_node) if password_node else None
        if password_node and password is None:
            findings.error("H306", password_node, name="password")
        return DatabaseConfig(_url(url_node, findings) if url_node else None, password)
    return DatabaseConfig(_url(node, findings))


def _url(node: Node, findings: Findings) -> str | SecretReference | None:
    reference = reference_of(node)
    if reference is not None:
        return reference
    if not isinstance(node, Scalar):
        findings.error("T108", node, expected=Words("shape.text"), found=shape(node))
        return None
    parts = urlsplit(node.text)
    if ":" in parts.netloc.rpartition("@")[0] or "password" in parts.query:
        findings.error("H311", node)
    elif parts.scheme.partition("+")[0] not in _DATABASES:
        findings.error("H310", node)
    return node.text


class _Hub:
    """Reads the file, collecting every problem."""

    def __init__(self, paths: HubPaths, registry: ConnectorRegistry, findings: Findings) -> None:
        self.paths = paths
        self.registry = registry
        self.findings = findings

    def read(self, table: Table) -> HubConfig:
        reading = Reading(table, self.findings)
        name = reading.take_text(_HUB, required=True) or ""
        timezone = self.timezone(reading.take_scalar(_TIMEZONE), ZoneInfo(DEFAULT_TIMEZONE))
        language = reading.take_choice(_LANGUAGE, _LANGUAGES, default=None)
        database = self.database(reading)
        approval: FirstContact = reading.take_choice(_APPROVE, _APPROVALS, default="person")
        limits = read_limits(reading.take_table(_LIMITS), self.findings)
        systems = self.systems(reading, timezone)
        reading.refuse_unknown()
        return HubConfig(self.paths, name, timezone, language, database, approval, systems, limits)

    def timezone(self, said: Scalar | None, default: ZoneInfo) -> ZoneInfo:
        if said is None:
            return default
        try:
            return ZoneInfo(said.text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            hint = nearest(said.text, available_timezones())
            self.findings.error("H307", said, timezone=said.text, hint=hint)
            return default

    def database(self, reading: Reading) -> DatabaseConfig:
        node = reading.take(_DATABASE)
        return DatabaseConfig() if node is None else _database(node, self.findings)

    def systems(self, reading: Reading, timezone: ZoneInfo) -> dict[str, SystemConfig]:
        table = reading.take_table(_SYSTEMS, required=True)
        if table is not None and not table.entries:
            self.findings.error("H308", table)
        found: dict[str, SystemConfig] = {}
        for entry in table or ():
            system = self.system(entry, timezone)
            if system is not None:
                found[system.name] = system
        return found

    def system(self, entry: Entry, timezone: ZoneInfo) -> SystemConfig | None:
        name = entry.key.text
        if not _SYSTEM_NAME.fullmatch(name) or name == "hub":
            self.findings.error("H309", entry, name=name)
        if not isinstance(entry.value, Table):
            self.findings.error("T108", entry.value, expected=Words("shape.table"), found=shape(entry.value))
            return None
        reading = Reading(entry.value, self.findings)
        reading.missing_at = entry.key.position
        connector = reading.take_scalar(_CONNECTOR, required=True)
        label = self.label(reading.take(_LABEL), Label(zh=name, en=name))
        zone = self.timezone(reading.take_scalar(_TIMEZONE), timezone)
        sandbox = reading.take_yes(_SANDBOX)
        ca_file = self.ca_file(reading.take_scalar(_CA_FILE))
        table = reading.take_table(_SETTINGS) or Table({}, entry.key.position)
        settings = read_settings(table)
        reading.refuse_unknown()
        if connector is None:
            return None
        self.check(connector, settings, sandbox=sandbox)
        return SystemConfig(name, connector.text, label, zone, sandbox, settings, entry.key.position, ca_file)

    def ca_file(self, said: Scalar | None) -> Path | None:
        """Certificates in a file that can be read and holds some; a relative path starts at the hub folder."""
        if said is None:
            return None
        file = self.paths.folder / said.text
        try:
            ssl.create_default_context(cafile=str(file))
        except (OSError, ssl.SSLError):
            self.findings.error("H314", said, file=said.text)
        return file

    def check(self, connector: Scalar, settings: Settings, *, sandbox: bool) -> None:
        try:
            type = self.registry.get(connector.text)
        except SynchubError as error:
            self.findings.error(error.code, connector, **error.params)
            return
        if sandbox and type.sandbox_type is None:
            self.findings.error("H313", connector, name=connector.text)
        check_settings(settings, type.settings_type, self.findings, supplied_later=sandbox)

    def label(self, node: Node | None, default: Label) -> Label:
        if node is None:
            return default
        if isinstance(node, Scalar):
            return Label(zh=node.text, en=node.text)
        if not isinstance(node, Table):
            self.findings.error("T108", node, expected=Words("shape.text"), found=shape(node))
            return default
        reading = Reading(node, self.findings)
        label = Label(zh=reading.take_text(_ZH) or default.zh, en=reading.take_text(_EN) or default.en)
        reading.refuse_unknown()
        return label
