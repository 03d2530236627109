"""Rows of a record that the system replaces as a whole list."""

from __future__ import annotations

from synchub.testing.lab import Lab


def test_however_many_rows_a_record_gets_they_are_planned_and_written_at_once(lab: Lab) -> None:
    crm, erp = lab.systems["crm"], lab.systems["erp"]
    account = crm.create("Account", {"Name": "上海联宏", "Region": "East", "Active": "Yes"})
    customer = erp.create("customer", {"name": "上海联宏", "number": "K1", "group": "E", "enable": "1"})
    for number in range(230):
        crm.create(
            "Contact", {"AccountId": account, "Name": f"联系人{number:03}", "Phone": f"1380000{number:04}"}
        )
    planned = [cell for cell in lab.plan().report.cells if cell.column == "contacts"]
    report = lab.sync()
    written = [cell for cell in report.cells if cell.column == "contacts"]
    assert len(planned) == len(written) == 1
    assert isinstance(planned[0].after, list)
    assert len(planned[0].after) == 230
    rows = erp["customer", customer]["contacts"]
    assert isinstance(rows, list)
    assert len(rows) == 230
    assert lab.plan().report.cells == []
