"""What the hub creates in a system, and what it leaves alone because it may be there already."""

from __future__ import annotations

from synchub.testing.lab import Lab

TAX = "91310000MA1FL5E91N"


def test_no_third_record_is_created_beside_duplicates_that_wait_for_a_person(lab: Lab) -> None:
    crm, erp = lab.systems["crm"], lab.systems["erp"]
    for name in ("上海联宏", "上海联宏科技"):
        crm.create("Account", {"Name": name, "Region": "East", "Active": "Yes", "TaxId": TAX})
    erp.create(
        "customer", {"name": "上海联宏", "taxpayer_no": TAX, "number": "K1", "group": "E", "enable": "1"}
    )
    lab.sync()
    assert len(crm.live("Account")) == 2
    lab.clock.tick()
    duplicate = next(id for id, held in crm.live("Account").items() if held["Name"] == "上海联宏科技")
    crm.edit("Account", duplicate, {"TaxId": "91110108MA01KPGK0L"})
    lab.sync()
    accounts = crm.live("Account").values()
    assert len(accounts) == 2
    assert sorted(str(held["Code"]) for held in accounts) == ["K1", "QD-00001"]
