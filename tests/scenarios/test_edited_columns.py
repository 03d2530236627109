"""A field more in a mapping of Salesforce accounts: which columns the API is asked for, and what becomes of edits on their way."""

from __future__ import annotations

import pytest

from synchub_salesforce.sandbox_query import Plan
from synchub_salesforce.sandbox_reads import Reads
from tests.scenarios.conftest import BOTH_DATABASES, HubWith
from tests.scenarios.scenario_stage import Stage
from tests.scenarios.scenario_workbook import PARTNERS

ACCOUNT = "mappings/salesforce-account.yaml"
NOTE = "  note: Description\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query on accounts, as the API was told it."""
    found: list[str] = []
    plan = Reads._plan

    def noted(reads: Reads, soql: str) -> Plan:
        if " FROM Account" in soql:
            found.append(soql)
        return plan(reads, soql)

    monkeypatch.setattr(Reads, "_plan", noted)
    return found


def columns(soql: str) -> set[str]:
    return set(soql.removeprefix("SELECT ").partition(" FROM ")[0].split(", "))


@BOTH_DATABASES
def test_only_the_column_of_the_new_field_is_asked_for_of_all_accounts(
    hub_with: HubWith, asked: list[str]
) -> None:
    stage = hub_with()
    stage.rewrite(ACCOUNT, NOTE, "")
    stage.activate()
    stage.sync()
    accounts = stage.org.records("Account")
    stage.tick(7200)
    stage.note("salesforce", "只有这一列要补读")
    stage.org.user_edit("Account", stage.account("KH0001"), {"Phone": "+86 21 6888 0001"})
    stage.rewrite(ACCOUNT, "  website:", NOTE + "  website:")
    stage.activate()
    asked.clear()
    assert stage.plan().report.total("backfilled") == len(accounts)
    narrow, ordinary = asked[:2]
    assert columns(narrow) == {"Id", "SystemModstamp", "IsDeleted", "MasterRecordId", "Description"}
    assert "WHERE" not in narrow  # of every account
    assert len(columns(ordinary)) > 15
    assert "SystemModstamp >= " in ordinary  # and everything only of what changed
    stage.sync()
    asked.clear()
    assert set(stage.notes().values()) == {"只有这一列要补读"}
    assert telephone(stage) == "021 6888 0001"
    assert stage.sync().writes == 0
    assert all("SystemModstamp >= " in one for one in asked)
    assert stage.hub.verify().differences == []


def telephone(stage: Stage) -> object:
    """What the workbook says of the firm, which heard it from the account."""
    return stage.ledger.row(PARTNERS, 渠道编码="KH0001")["联系电话"]
