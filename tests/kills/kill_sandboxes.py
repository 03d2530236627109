"""A company with the sandboxes of Salesforce and 金蝶云星辰 and a workbook, as the kills see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from synchub.engine.report import RunReport
from synchub.hub import Hub
from synchub.sdk import Raw, SystemClock
from tests.kills.kill_session import Content
from tests.kills.kill_work import Deed, Trade, Who
from tests.scenarios.scenario_firms import FIRMS
from tests.scenarios.scenario_stage import Stage
from tests.scenarios.scenario_workbook import CONTACTS, EMPLOYEES, IDENTITY, PARTNERS

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "salesforce": {
        "code": "PartnerCode__c",
        "name": "Name",
        "address": "BillingStreet",
        "note": "Description",
        "website": "Website",
    },
    "kingdee": {"code": "number", "name": "name", "address": "addr", "note": "remark"},
    "workbook": {
        "code": "渠道编码",
        "name": "渠道名称",
        "address": "地址",
        "note": "备注",
        "level_note": "等级说明",
    },
}
TRADE: Final = Trade(
    fields={
        "name": ("kingdee", "salesforce", "workbook"),
        "address": ("kingdee", "salesforce", "workbook"),
        "note": ("salesforce", "kingdee", "workbook"),
        "website": ("salesforce",),
        "level_note": ("workbook",),
    },
    ordered=("name", "address"),
    uncoded=("salesforce", "workbook"),
    systems=("salesforce", "kingdee", "workbook"),
)
_MADE_UP: Final = re.compile(
    r"(?i)^(id|.*_id|seq|SynchubId__c|.*ById|.*Date|SystemModstamp|OwnerId|.*_time)$|^系统编号$"
)
"""Columns that a system fills by itself, or with ids of its own."""
_GENERATED: Final = re.compile(r"QD-\d+")
"""A code that the hub made: numbers may be skipped, so which one it is says nothing."""


@dataclass
class SandboxCompany:
    """See `Company`."""

    stage: Stage
    trade: Trade = TRADE

    @classmethod
    def agreed(cls, place: Path) -> SandboxCompany:
        """Four firms in all three systems, first contact behind them."""
        stage = Stage.build(place, SystemClock(), FIRMS[:4])
        report = stage.sync()
        assert not report.failures
        return cls(stage)

    @classmethod
    def copy(cls, template: Path, place: Path) -> SandboxCompany:
        """Another one that is like the one that was closed in `template`."""
        return cls(Stage.copy(template, place, SystemClock()))

    def people(self) -> list[Who]:
        return [Who(firm.code, firm.name) for firm in FIRMS[:4]]

    @property
    def folder(self) -> Path:
        return self.stage.folder

    @property
    def hub(self) -> Hub:
        return self.stage.hub

    def sync(self) -> RunReport:
        return self.hub.sync()

    def close_hub(self) -> None:
        self.stage.close_hub()

    # --- people at work

    def do(self, deed: Deed) -> None:
        """Somebody types this."""
        if not deed.field:
            self._create(deed.system, deed.who)
            return
        column, system = COLUMNS[deed.system][deed.field], deed.system
        if system == "salesforce":
            self.stage.org.user_edit("Account", self._one(system, deed.who)[0], {column: deed.value})
        elif system == "kingdee":
            self.stage.books.user_edit("customer", self._one(system, deed.who)[0], {column: deed.value})
        else:
            self.stage.ledger.edit(PARTNERS, self._where(system, deed.who), {column: deed.value})

    def _create(self, system: str, who: Who) -> None:
        contact = f"联系{who.name[3:-4]}"
        if system == "salesforce":
            values: dict[str, Raw] = {"Name": who.name, "Region__c": "East", "Active__c": "Yes"}
            account = self.stage.org.user_create(
                "Account", {**values, "PartnerCode__c": who.code or None, "Type": "Distributor"}
            )
            self.stage.org.user_create("Contact", {"LastName": contact, "AccountId": account})
        elif system == "kingdee":
            row: Raw = {"contact_person": contact, "is_default_linkman": True}
            self.stage.books.user_create(
                "customer",
                {"number": who.code, "name": who.name, "group_name": "华东渠道", "contact_persons": [row]},
            )
        else:
            code: dict[str, Raw] = {"渠道编码": who.code} if who.code else {}
            self.stage.ledger.append(
                PARTNERS, {**code, "渠道名称": who.name, "区域": "华东区", "是否合作": "是"}
            )

    # --- what the systems hold

    def says(self, system: str, who: Who, field: str) -> str:
        return str(self._one(system, who)[1].get(COLUMNS[system][field]))

    def _one(self, system: str, who: Who) -> tuple[str, Mapping[str, Raw]]:
        where = self._where(system, who)
        found = [
            (id, row)
            for id, row in self._partners(system).items()
            if all(row.get(column) == value for column, value in where.items())
        ]
        assert len(found) == 1, (system, who, found)
        return found[0]

    def _partners(self, system: str) -> Mapping[str, Mapping[str, Raw]]:
        if system == "salesforce":
            return self.stage.org.records("Account")
        if system == "kingdee":
            return self.stage.books.records("customer")
        return {str(number): row for number, row in enumerate(self.stage.ledger.rows())}

    def _where(self, system: str, who: Who) -> dict[str, Raw]:
        columns = COLUMNS[system]
        return {columns["code"]: who.code} if who.code else {columns["name"]: who.name}

    def content(self) -> Content:
        org, books, ledger = self.stage.org, self.stage.books, self.stage.ledger
        accounts = {id: str(row["Name"]) for id, row in org.records("Account").items()}
        contacts = [
            {**row, "AccountId": accounts.get(str(row["AccountId"]))}
            for row in org.records("Contact").values()
        ]
        for sheet in (PARTNERS, CONTACTS, EMPLOYEES):
            ids = [row.get(IDENTITY) for row in ledger.rows(sheet)]
            assert None not in ids, sheet
            assert len(ids) == len({*ids}), sheet
        return {
            "accounts": _plain(org.records("Account").values()),
            "contacts": _plain(contacts, keep="AccountId"),
            "customers": _plain(books.records("customer").values()),
            "rows of partners": _plain(ledger.rows(PARTNERS)),
            "rows of contacts": _plain(ledger.rows(CONTACTS)),
            "rows of employees": _plain(ledger.rows(EMPLOYEES)),
        }

    def close(self) -> None:
        self.stage.close()


def _plain(rows: Iterable[Mapping[str, Raw]], keep: str = "") -> list[dict[str, Raw]]:
    """In an order of their own, without what the system made up."""
    return sorted((_without(row, keep) for row in rows), key=repr)


def _without(row: Mapping[str, Raw], keep: str) -> dict[str, Raw]:
    return {
        column: _value(value, keep)
        for column, value in sorted(row.items())
        if (column == keep or not _MADE_UP.match(column) or column in {"Contract_Date__c", "Expiry_Date__c"})
    }


def _value(value: Raw, keep: str) -> Raw:
    if isinstance(value, list):
        return [_without(one, keep) if isinstance(one, dict) else one for one in value]
    return "(made by the hub)" if isinstance(value, str) and _GENERATED.fullmatch(value) else value
