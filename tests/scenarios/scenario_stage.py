"""A whole hub to play with: the repository's own mapping files, both sandboxes over real HTTP, and a real workbook.

The sandboxes belong to the stage and not to the hub, like the systems of a company: the hub may be closed, killed or started in another
process while they go on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from synchub import messages
from synchub.engine.report import RunReport
from synchub.engine.sync import Plan
from synchub.errors import ConfigError, Problem, SynchubError, UnapprovedPlanError
from synchub.hub import Hub
from synchub.messages import Language
from synchub.sdk import Clock, Raw
from synchub.sdk.sandbox_data import LogRow
from synchub.store.rows import Conflict
from synchub.testing.clock import VirtualClock
from synchub_kingdee_xingchen import XingchenSandbox
from synchub_kingdee_xingchen.sandbox import CLIENT_ID, CLIENT_SECRET, INSTANCE
from synchub_salesforce import SalesforceSandbox
from tests.scenarios.scenario_firms import MANAGERS, Firm, Manager
from tests.scenarios.scenario_process import Prepare, sync_elsewhere
from tests.scenarios.scenario_workbook import CONTACTS, EMPLOYEES, PARTNERS, Ledger, Row

ROOT: Final = Path(__file__).parents[2]
HUB_YAML: Final = """\
hub: 渠道中台
systems:
  salesforce:
    connector: salesforce
    settings:
      address: {salesforce}
      domain: sandbox.my
      consumer_key: {consumer_key}
      consumer_secret: {{file: secrets/salesforce}}
  kingdee:
    connector: kingdee_xingchen
    settings:
      gateway: {kingdee}
      client_id: "{client_id}"
      client_secret: {{file: secrets/kingdee}}
      outer_instance_id: "{instance}"
      calls_per_minute: 1000000
  workbook:
    connector: excel
    settings:
      path: 渠道台账.xlsx
"""
_LANGUAGES: Final[tuple[Language, Language]] = ("en", "zh")


@dataclass
class Stage:
    """`folder` is the hub folder; `org`, `books` and `ledger` are the three systems as people see them."""

    folder: Path
    clock: Clock
    org: SalesforceSandbox
    books: XingchenSandbox
    ledger: Ledger
    _hub: Hub | None = field(default=None, init=False, repr=False)

    @classmethod
    def build(cls, place: Path, clock: Clock, firms: Iterable[Firm] = ()) -> Stage:
        """Everything new in this folder, with these firms in all three systems, in agreement."""
        folder = place / "hub"
        (folder / "secrets").mkdir(parents=True)
        shutil.copytree(ROOT / "mappings", folder / "mappings")
        stage = cls._serving(place, clock)
        stage.secret("salesforce", stage.org.consumer_secret)
        stage.secret("kingdee", CLIENT_SECRET)
        stage.books.behave(calls_per_minute=1_000_000, token_calls_per_minute=1_000_000)
        stage.fill(list(firms))
        return stage

    @classmethod
    def copy(cls, template: Path, place: Path, clock: Clock) -> Stage:
        """The systems and the hub as an earlier stage left them in `template` when it was closed."""
        shutil.copytree(template, place, dirs_exist_ok=True)
        return cls._serving(place, clock)

    @classmethod
    def _serving(cls, place: Path, clock: Clock) -> Stage:
        org = SalesforceSandbox(place / "salesforce.sqlite", clock).start()
        books = XingchenSandbox(place / "kingdee.sqlite", clock).start()
        stage = cls(place / "hub", clock, org, books, Ledger(place / "hub" / "渠道台账.xlsx"))
        stage.write_hub_yaml()
        return stage

    def write_hub_yaml(self) -> None:
        """With the addresses that the sandboxes have now."""
        text = HUB_YAML.format(
            salesforce=self.org.address,
            kingdee=self.books.address,
            consumer_key=self.org.consumer_key,
            client_id=CLIENT_ID,
            instance=INSTANCE,
        )
        (self.folder / "hub.yaml").write_text(text, "utf-8")

    def move_to(self, database: str) -> None:
        """Carry what the hub holds into another database, as the page on PostgreSQL says, and go on there."""
        self.secret("database", database)
        if self.hub.paths.database.exists():
            self.hub.database.copy_to("{file: secrets/database}")
        self.close_hub()
        (self.folder / ".synchub" / "hub.sqlite").unlink(missing_ok=True)
        self.rewrite("hub.yaml", "systems:", "database: {file: secrets/database}\nsystems:")

    def secret(self, system: str, text: str) -> None:
        """What `{file: secrets/…}` in hub.yaml points to."""
        (self.folder / "secrets" / system).write_text(text + "\n", "utf-8")

    def fill(self, firms: Sequence[Firm]) -> None:
        """Lay these firms out in all three systems, in agreement."""
        self.org.seed("User", [one.user for one in MANAGERS])
        for firm in firms:
            self.add_account(firm)
        self.books.seed_employees([one.employee for one in MANAGERS])
        self.books.seed_customers([firm.customer for firm in firms])
        self.ledger.write(
            {
                PARTNERS: [firm.row for firm in firms],
                CONTACTS: [firm.contact_row for firm in firms],
                EMPLOYEES: [one.row for one in MANAGERS],
            }
        )

    def add_account(self, firm: Firm) -> str:
        """Type a firm and its contact into the org; returns the account's id."""
        account = self.org.user_create("Account", {**firm.account, "OwnerId": self.user(firm.manager)})
        self.org.user_create("Contact", {**firm.contact, "AccountId": account})
        return account

    def move_workbook(self, path: Path) -> None:
        """Keep the workbook elsewhere."""
        shutil.move(self.ledger.path, path)
        self.rewrite("hub.yaml", "path: 渠道台账.xlsx", f"path: {path}")
        self.ledger = Ledger(path)

    def rewrite(self, file: str, old: str, new: str) -> None:
        """Change the text of a file of the hub folder, as a person in an editor; `old` stands there once."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (file, old)
        path.write_text(text.replace(old, new), "utf-8")

    # --- finding records

    def user(self, manager: Manager) -> str:
        """The id of a manager in the org."""
        (found,) = [
            id for id, one in self.org.records("User").items() if one["EmployeeNumber"] == manager.code
        ]
        return found

    def account(self, code: str) -> str:
        """The one account with this partner code."""
        (found,) = [
            id for id, one in self.org.records("Account").items() if one.get("PartnerCode__c") == code
        ]
        return found

    def customer(self, code: str) -> str:
        """The one customer with this code."""
        (found,) = [id for id, one in self.books.records("customer").items() if one.get("number") == code]
        return found

    def contact_rows(self, code: str) -> list[Row]:
        """The contact rows of a customer."""
        rows = self.books.record("customer", self.customer(code)).get("contact_persons")
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def contact(self, name: str) -> str:
        """The one contact of this name in the org."""
        (found,) = [id for id, one in self.org.records("Contact").items() if one["LastName"] == name]
        return found

    # --- what each system says of a firm

    def notes(self, code: str = "KH0001") -> dict[str, Raw]:
        """The note on a firm in each system; none is None."""
        return {
            "salesforce": self.org.record("Account", self.account(code))["Description"],
            "kingdee": self.books.record("customer", self.customer(code)).get("remark") or None,
            "workbook": self.ledger.row(PARTNERS, 渠道编码=code).get("备注"),
        }

    def note(self, system: str, text: str, code: str = "KH0001") -> None:
        """Somebody writes a note on a firm in one system."""
        if system == "salesforce":
            self.org.user_edit("Account", self.account(code), {"Description": text})
        elif system == "kingdee":
            self.books.user_edit("customer", self.customer(code), {"remark": text})
        else:
            self.ledger.edit(PARTNERS, {"渠道编码": code}, {"备注": text})

    # --- the hub

    @property
    def hub(self) -> Hub:
        """The hub, opened if it is not."""
        if self._hub is None:
            self._hub = Hub.open(self.folder, clock=self.clock)
        return self._hub

    def open(self) -> Hub:
        """A fresh hub, as after a restart."""
        self.close_hub()
        return self.hub

    def activate(self) -> Hub:
        """The hub opened anew, with the mapping files in the folder put into force."""
        self.open().mapping_files.activate()
        return self.hub

    def close_hub(self) -> None:
        if self._hub is not None:
            self._hub.close()
            self._hub = None

    def sync(self) -> RunReport:
        """One sync, a minute after the last; a first contact is approved, as by somebody who has read the plan."""
        self.tick(60)
        try:
            return self.hub.sync()
        except UnapprovedPlanError as error:
            return self.hub.sync(approve=error.plan)

    def plan(self) -> Plan:
        self.tick(60)
        return self.hub.plan()

    def sync_elsewhere(self, prepare: Prepare, approve: str = "") -> tuple[int, str]:
        """One sync in a process of its own; see `scenario_process`."""
        self.close_hub()
        return sync_elsewhere(self.folder, prepare, approve)

    def tick(self, seconds: float) -> None:
        """Let time pass, where it is ours to say."""
        if isinstance(self.clock, VirtualClock):
            self.clock.tick(seconds)

    # --- watching

    def writes(self) -> dict[str, list[LogRow]]:
        """What the API was told so far, by system."""
        return {"salesforce": self.org.write_log(actor="api"), "kingdee": self.books.write_log(actor="api")}

    def state(self) -> tuple[int, int, bytes]:
        """Moves whenever anything of ours is written anywhere."""
        log = self.writes()
        return len(log["salesforce"]), len(log["kingdee"]), self.ledger.data

    def close(self) -> None:
        self.close_hub()
        self.org.close()
        self.books.close()


def said(error: SynchubError | Problem) -> tuple[str, str]:
    """What people read of an error, in English and in Chinese: sentence, way out, and every problem it carries."""
    problems = error.problems if isinstance(error, ConfigError) else ()
    english, chinese = (
        "\n".join(
            [
                messages.text(error.code, error.params, language),
                messages.fix(error.code, error.params, language),
                *(one.line(language) for one in problems),
            ]
        )
        for language in _LANGUAGES
    )
    return english, chinese


def reason(conflict: Conflict) -> tuple[str, str]:
    """Why a value is held, in both languages: what its mapping or its connector says of it."""
    params = conflict.detail["params"]
    assert isinstance(params, dict)
    return said(Problem(str(conflict.detail["problem"]), params))
