"""What the simulator found, each as small as it could be told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from synchub.model.values import UNKNOWN
from synchub.sdk import ABSENT, ConditionalWrite, RawRecord
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector
from tests.synchub.engine.conftest import MAPPINGS, OVERLAYS, MakeLab

VERSIONED = replace(MemoryConnector.capabilities, conditional_write=ConditionalWrite.ETAG)


def test_an_edit_without_meaning_does_not_make_every_later_write_stale(make_lab: MakeLab) -> None:
    """Seed 0: the record had a new version and the old contents, so its etag was never taken again and no write got through."""
    lab = make_lab(capabilities={"erp": VERSIONED})
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.sync()
    lab.sync()
    (customer,) = lab.systems["erp"].live("customer")
    lab.systems["erp"].edit("customer", customer, {"memo": "not mapped"})
    lab.systems["crm"].edit("Account", account, {"Note": "一句很完整的备注"})
    lab.sync()
    assert lab.systems["erp"]["customer", customer]["remark"] == "一句很完整的备注"


def hidden(lab: Lab, column: str) -> None:
    """From now on the CRM's replies lack a column."""
    connector = lab.connectors["crm"]
    shown = connector._record

    def without(request: object, id: str) -> RawRecord:
        record = shown(request, id)  # type: ignore[arg-type]  # passed through
        places = request.columns  # type: ignore[attr-defined]  # as above
        values = zip(places, record.values, strict=True)
        return record._replace(values=tuple(ABSENT if name == column else one for name, one in values))

    connector._record = without  # type: ignore[method-assign]  # a fault, on purpose


def test_what_a_reply_does_not_show_is_not_taken_for_stored(make_lab: MakeLab) -> None:
    """Seed 22: the agreement said that the system held a value that it had never held."""
    lab = make_lab(capabilities={"crm": replace(MemoryConnector.capabilities, write_returns_record=True)})
    lab.systems["erp"].create("customer", {"name": "上海联宏", "enable": "1"})
    hidden(lab, "Active")
    lab.sync()
    (account,) = lab.systems["crm"].live("Account")
    route = next(one for one in lab.world.routes if one.name == "crm-account")
    with lab.store.read() as tx:
        link = tx.links("crm-account", [account])[account, ""]
    assert link.seen[route.position["status"]] is UNKNOWN


def test_a_blank_is_not_written_over_what_the_hub_may_not_see(lab: Lab) -> None:
    """Seed 22 again: the hub has no note, and the CRM's is hidden from it."""
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Note": "只有我们看得见"})
    hidden(lab, "Note")
    lab.sync()
    lab.sync()
    assert lab.systems["crm"]["Account", account]["Note"] == "只有我们看得见"


def test_a_row_that_lacks_a_column_is_not_written_again_to_say_nothing(lab: Lab) -> None:
    """Seed 43: a new row of the customer was written a second time, as it was."""
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.systems["crm"].create("Contact", {"AccountId": account, "Name": "王芳"})
    lab.sync()
    assert lab.sync().writes == 0


def test_a_column_that_was_not_shown_is_read_again_from_a_thin_listing(make_lab: MakeLab) -> None:
    """Seed 22, later: the version had not moved when the column was there again, so its value was never read."""
    lab = make_lab()
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes"})
    connector = lab.connectors["crm"]
    shown = connector._record

    def printed(request: object, id: str) -> RawRecord:
        return shown(request, id)._replace(fingerprint="v1")  # type: ignore[arg-type]  # passed through

    connector._record = printed  # type: ignore[method-assign]  # a listing that is thin
    whole = connector._record
    hidden(lab, "Active")
    lab.sync()
    assert account not in _known(lab)
    connector._record = whole  # type: ignore[method-assign]  # and back
    lab.systems["crm"].edit("Account", account, {})
    lab.sync()
    assert account in _known(lab)


def _known(lab: Lab) -> set[str]:
    """The records of the CRM that need no detail call."""
    with lab.store.read() as tx:
        links = tx.links("crm-account", list(lab.systems["crm"].live("Account")))
    return {id for (id, _), link in links.items() if link.fingerprint}


def test_a_hub_in_memory_can_rehearse(tmp_path: Path) -> None:
    """A rehearsal asked the store that it rehearses on, and a store in memory has one connection only."""
    lab = Lab(tmp_path, MAPPINGS, OVERLAYS, database=":memory:")
    assert lab.plan().report.writes == 0
    lab.close()
