"""Salesforce keeps the connector contract, against its sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from synchub.sdk import Connector, Op, Raw, decode_json
from synchub.testing import Columns, ConnectorTests, SandboxHarness
from synchub_salesforce import Salesforce, SalesforceSandbox, pulling, sandbox_reads

WRONG = "canary-wrong-secret"


class AccountHarness(SandboxHarness[SalesforceSandbox]):
    """Accounts, on small pages."""

    connector_type = Salesforce
    object = "Account"
    hub_column = "SynchubId__c"
    columns = Columns(
        text="BillingStreet",
        other_text="Phone",
        key="PartnerCode__c",
        long_text="Description",
        decimal="Credit_Limit__c",
        integer="",
        date="Contract_Date__c",
        datetime="",
        boolean="",
        list="",
        masked="",
    )
    bad: ClassVar[Mapping[str, Raw]] = {"Name": "x" * 256}
    names = "SyncHub Sandbox"
    saves: ClassVar[Mapping[Op, str]] = {
        Op.CREATE: "collections_upsert",
        Op.UPDATE: "collections_update",
        Op.DELETE: "collections_delete",
    }

    def furnish(self) -> None:
        super().furnish()
        self.patch.setattr(pulling, "PAGE", self.page_rows)
        self.patch.setattr(sandbox_reads, "PAGE", self.page_rows)

    def row(self, number: int) -> dict[str, Raw]:
        return {
            "Name": f"渠道 {number}",
            "BillingStreet": f"文三路 {number} 号",
            "Phone": f"0571-{number:08}",
            "PartnerCode__c": f"P{number:04}",
            "Description": "老客户",
            "Credit_Limit__c": Decimal("500000.50") + number,
            "Contract_Date__c": "2026-03-01",
        }

    def unknown_id(self, number: int) -> str:
        return f"001xx00000{number:05}AAA"

    def use_up_quota(self) -> None:
        self.sandbox.set_daily_limit(1)

    def locked_out(self) -> Connector[Any]:
        return self.make_with({"consumer_secret": WRONG})

    def secrets(self) -> Sequence[str]:
        sessions = list((self.folder / "state").rglob("session.json"))
        assert sessions
        return [self.sandbox.consumer_secret, WRONG, *(token for one in sessions for token in _texts(one))]


def _texts(file: Path) -> list[str]:
    """What a session file keeps and nobody may see."""
    kept = decode_json(file.read_bytes())
    assert isinstance(kept, dict)
    return [value for name, value in kept.items() if name == "value" and isinstance(value, str)]


class TestSalesforce(ConnectorTests):
    harness_type = AccountHarness
