"""Nothing that must stay unseen is seen: not a secret anywhere, nor a person where nobody asked for persons.

Every command runs as a person would run it, in a process of its own log settings, on a whole hub whose systems hold people and whose keys are known to the test.
What the commands print, what every library logs at its chattiest, the database and all other files of the hub folder are searched.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synchub import messages
from synchub.cli.app import COMMANDS, build_app
from synchub.cli.words import choose_zone
from synchub_kingdee_xingchen.sandbox import CLIENT_SECRET
from tests.scenarios.conftest import HubWith
from tests.scenarios.scenario_firms import FIRMS, MANAGERS
from tests.scenarios.scenario_stage import Stage

ASKING = "--show-personal"
LINES: tuple[tuple[str, ...], ...] = (
    ("connectors",),
    ("check", "--online"),
    ("doctor",),
    ("plan", "--all"),
    ("sync",),
    ("status",),
    ("conflicts", "--all"),
    ("quarantine", "--all"),
    ("explain", "partner", "KH0001", "--all"),
    ("explain", "contact", "王芳", "phone", "--all"),
    ("explain", "employee", "ZY001", "--all"),
    ("verify", "--all"),
    ("db", "backup"),
    ("schema",),
    ("preview",),
    ("impact",),
    ("sweep",),
    ("deletions",),
    ("history",),
    ("pause", "workbook"),
)
"""Every command that can show anything of a hub; `init` and `demo` have no hub yet."""
BY_ID = {"resume", "undo", "link", "unlink", "join", "split"}
"""They answer with ids alone; `undo` also names what was changed since, and is looked at with the last run."""
LOGIN = (("check", "--online"), ("doctor",), ("plan",), ("sync",), ("verify",))
"""Those that log in to the systems."""
FORMS: tuple[tuple[str, ...], ...] = ((), ("--json",))
LIBRARIES = (
    "urllib3",
    "requests",
    "sqlalchemy",
    "psycopg",
    "simple_salesforce",
    "asyncio",
    "alembic",
    "synchub",
)


def personal() -> set[str]:
    """What names a person or reaches one, in every form in which a system writes it."""
    people = [(one.person, one.mobile, one.email) for one in FIRMS[:4]]
    people += [(one.name, one.mobile, one.email) for one in MANAGERS]
    people += [("郑洁", "13900008888", "zheng.jie@example.com")]
    numbers = {
        number for _, mobile, _ in people for number in (mobile, f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}")
    }
    numbers |= {f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}" for _, mobile, _ in people}
    return numbers | {name for name, _, _ in people} | {email for _, _, email in people}


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    yield
    messages.choose_language(None)
    choose_zone(None)


class Watch(logging.Handler):
    """Reads everything that is logged and keeps what holds a canary."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.canaries: set[str] = set()
        self.read = 0
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        self.read += 1
        if any(one in text for one in self.canaries):
            self.found.append(text)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """On the libraries at their chattiest, and past pytest, which would keep it all."""
    watch = Watch()
    loggers = [logging.getLogger(name) for name in LIBRARIES]
    before = [(one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.addHandler(watch)
        one.setLevel(logging.DEBUG)
        one.propagate = False
    yield watch
    for one, (level, propagate) in zip(loggers, before, strict=True):
        one.removeHandler(watch)
        one.setLevel(level)
        one.propagate = propagate


def said(stage: Stage, *line: str) -> str:
    """What a command prints, on both streams."""
    stage.close_hub()
    done = CliRunner().invoke(build_app("en"), ["--hub", str(stage.folder), *line])
    assert done.exception is None or isinstance(done.exception, SystemExit), (line, done.exception)
    assert done.exit_code in {0, 1, 3, 4}, (line, done.stdout, done.stderr)
    return done.stdout + done.stderr


def trouble(stage: Stage) -> None:
    """Work for every part: a conflict, a value nobody can read, a record set aside, a new person."""
    stage.note("salesforce", "请联系")
    stage.org.user_edit(
        "Contact", stage.contact("王芳"), {"Email": "zheng.jie@example.com", "MobilePhone": "+86 13900008888"}
    )
    stage.ledger.edit("联系人", {"姓名": "王芳"}, {"手机": "139-0000-8888x"})
    stage.ledger.append(
        "联系人",
        {"渠道编码": "KH0002", "姓名": "郑洁", "手机": "139-0000-8888", "邮箱": "zheng.jie@example.com"},
    )
    stage.ledger.append("联系人", {"渠道编码": "KH9999", "姓名": "郑洁", "手机": "13900008888"})
    stage.ledger.append("员工", {"姓名": "郑洁", "手机": "139-0000-8888", "邮箱": "not an address"})


def found_in(text: str, canaries: set[str]) -> set[str]:
    return {one for one in canaries if one in text}


def test_no_command_shows_a_person_unless_asked_and_none_a_secret(hub_with: HubWith, watch: Watch) -> None:
    stage = hub_with(agreed=False, real_time=True)
    canaries = watch.canaries = personal() | secrets_of(stage)
    assert not found_in(said(stage, "sync"), canaries)
    plan = re.search(r'"plan": "(\w+)"', said(stage, "plan", "--json"))
    assert plan is not None
    assert not found_in(said(stage, "sync", "--approve", plan[1]), canaries)
    trouble(stage)
    for line in LINES:
        for form in FORMS:
            shown = said(stage, *line, *form)
            leaked = {one for one in found_in(shown, canaries) if one not in line}
            assert not leaked, (line, [one for one in shown.splitlines() if found_in(one, leaked)])
    last = json.loads(said(stage, "status", "--json"))["runs"][0]["run"]
    assert not found_in(said(stage, "resume", "workbook") + said(stage, "undo", last), canaries)
    assert watch.found == []
    assert watch.read > 400, "the libraries did log"
    asked = said(stage, "explain", "contact", "王芳", "phone", ASKING) + said(stage, "quarantine", ASKING)
    assert len(found_in(asked, personal())) > 1, "the canaries are there for those who ask"
    assert not files_with(stage.folder, secrets_of(stage))


def test_every_command_was_looked_at() -> None:
    assert {line[0] for line in LINES} - {"db"} == {name for name, _ in COMMANDS} - {"init", "demo"} - BY_ID


def secrets_of(stage: Stage) -> set[str]:
    return {stage.org.consumer_secret, CLIENT_SECRET}


def files_with(folder: Path, canaries: set[str]) -> set[str]:
    """The files in which any of them stands, but those whose business it is."""
    found = {file for file in folder.rglob("*") if file.is_file()}
    wanted = re.compile("|".join(re.escape(one) for one in canaries).encode())
    holding = {file.relative_to(folder).as_posix() for file in found if wanted.search(file.read_bytes())}
    return {name for name in holding if not name.startswith("secrets/")}


def test_a_system_that_refuses_our_login_shows_no_secret_either(hub_with: HubWith, watch: Watch) -> None:
    """It says so, and may quote what it was sent."""
    stage = hub_with(real_time=True)
    wrong = {"salesforce": "CANARY-sf-7f3a91", "kingdee": "CANARY-kd-0123456789abcdef012345"}
    watch.canaries = {*secrets_of(stage), *wrong.values()}
    for system, secret in wrong.items():
        stage.secret(system, secret)
    for file in stage.folder.glob(".synchub/state/**/*"):
        if file.is_file():
            file.unlink()
    for line in LOGIN:
        for form in FORMS:
            assert not found_in(said(stage, *line, *form), watch.canaries), line
    assert watch.found == []
    assert not files_with(stage.folder, watch.canaries)


def test_a_secret_in_the_environment_stays_there(
    hub_with: HubWith, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "CANARY-env-55aa55aa55aa55aa55aa55aa55aa"
    watch.canaries = {secret}
    monkeypatch.setenv("SF_SECRET", secret)
    monkeypatch.setenv(
        "HUB_DB", f"postgresql://hub:{secret}@127.0.0.1:1/hub?connect_timeout=2&password={secret}"
    )
    stage = hub_with(real_time=True)
    stage.rewrite("hub.yaml", "{file: secrets/salesforce}", "{env: SF_SECRET}")
    told = [said(stage, *line) for line in (("doctor",), ("sync", "--json"))]
    stage.rewrite("hub.yaml", "systems:", "database: {env: HUB_DB}\nsystems:")
    unreachable = [
        said(stage, *line, *form)
        for line in (("status",), ("db", "backup"), ("db", "upgrade"))
        for form in FORMS
    ]
    assert not found_in("".join(told + unreachable), {secret})
    assert all("no server answers there" in one for one in unreachable)
    assert watch.found == []
    assert not files_with(stage.folder, {secret})
