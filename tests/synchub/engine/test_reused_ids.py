"""Ids that a system gives to another record once the first one is deleted, as some do (E304)."""

from __future__ import annotations

import pytest

from synchub.sdk import Raw
from synchub.testing.lab import Lab
from synchub.testing.simulator.hub import CRM
from tests.synchub.engine.conftest import MakeLab, deeds
from tests.synchub.engine.test_sync import TAX, seeded

KEYLESS = CRM.replace("[[code], [tax_id], [name, region]]", "[[tax_id]]").replace("  code: Code\n", "")
"""An account has no key before somebody types a tax number."""


def given_to_another(lab: Lab) -> tuple[str, str]:
    """A customer was deleted and its id given to a new one, which is as blank as new customers are; the CRM's and the ERP's ids."""
    crm, erp, _ = seeded(lab)
    lab.sync()
    given_away(lab, "erp", "customer", erp, {"name": "广州天河"})
    return crm, erp


def given_away(lab: Lab, system: str, object: str, id: str, values: dict[str, Raw]) -> None:
    """The record is deleted, and its id given to another one, before the hub looks again."""
    held = lab.systems[system]
    lab.clock.tick()
    held.delete(object, id)
    del held.objects[object][id]
    held.create(object, values, id=id)


def set_aside(lab: Lab) -> list[str]:
    with lab.store.read() as tx:
        return [one.code for one in tx.quarantined()]


def test_an_id_given_to_another_record_takes_nothing_from_the_old_one(lab: Lab) -> None:
    """Seed 186: the blanks of the new customer erased the code and the tax number of the old one everywhere."""
    crm, erp = given_to_another(lab)
    lab.sync()
    account = lab.systems["crm"]["Account", crm]
    assert (account["Name"], account["TaxId"], account["Code"]) == ("上海联宏", TAX, "QD-00001")
    assert lab.systems["erp"]["customer", erp] == {"name": "广州天河"}
    assert set_aside(lab) == ["E304"]
    assert lab.sync().writes == 0


def test_the_other_record_is_split_off_by_a_person(lab: Lab) -> None:
    crm, erp = given_to_another(lab)
    lab.sync()
    deeds(lab).split("Partner", lab.golden()[0]["id"], [("erp-customer", erp)])  # type: ignore[arg-type]  # an id is a text
    lab.sync()
    assert sorted(str(one["name"]) for one in lab.golden()) == ["上海联宏", "广州天河"]
    assert lab.systems["crm"]["Account", crm]["TaxId"] == TAX
    assert {one["Name"] for one in lab.systems["crm"].live("Account").values()} == {"上海联宏", "广州天河"}
    assert set_aside(lab) == []


def test_a_person_may_say_that_it_is_the_same_record(lab: Lab) -> None:
    _, erp = given_to_another(lab)
    lab.sync()
    deeds(lab).link("erp-customer", erp, lab.golden()[0]["id"])  # type: ignore[arg-type]  # an id is a text
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["taxpayer_no"] == TAX
    assert set_aside(lab) == []


def test_whoever_renames_a_record_and_corrects_its_number_has_the_same_record_in_mind(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    lab.sync()
    lab.systems["erp"].edit("customer", erp, {"name": "上海联宏科技", "number": "K7"})
    lab.sync()
    account = lab.systems["crm"]["Account", crm]
    assert (account["Name"], account["TaxId"], account["Code"]) == ("上海联宏科技", TAX, "K7")
    assert set_aside(lab) == []


def test_an_id_given_to_a_record_that_has_nothing_in_common_is_noticed_by_one_key(lab: Lab) -> None:
    """Seed 796: with a single key to tell it by, the blanks of the new record erased the note of the old one everywhere."""
    crm = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes", "Note": "备注"})
    lab.sync()
    lab.sync()
    [erp] = lab.systems["erp"].live("customer")
    given_away(lab, "crm", "Account", crm, {"Name": "广州天河"})
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["remark"] == "备注"
    assert set_aside(lab) == ["E304"]


def test_who_renames_a_record_and_corrects_its_only_key_has_the_same_record_in_mind(lab: Lab) -> None:
    crm = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes", "Note": "备注"})
    lab.sync()
    lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Name": "上海联宏科技", "Code": "K9"})
    lab.sync()
    assert set_aside(lab) == []
    assert lab.golden()[0]["name"] == "上海联宏科技"


def reused(lab: Lab, account: str, values: dict[str, Raw]) -> None:
    """The account is deleted, the hub hears of it, and its id is given to another one."""
    lab.clock.tick()
    lab.systems["crm"].delete("Account", account)
    assert lab.sync().total("missing") == 1
    del lab.systems["crm"].objects["Account"][account]
    lab.systems["crm"].create("Account", values, id=account)
    lab.sync()
    lab.clock.tick(90_000)
    lab.sync()  # the sweep of the day looks at it once more


def keyless(make_lab: MakeLab) -> tuple[Lab, str, str]:
    """An account without any key, and the customer that was made of it."""
    lab = make_lab("crm", "erp", crm=KEYLESS)
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes", "Note": "备注"})
    lab.sync()
    [customer] = lab.systems["erp"].live("customer")
    return lab, account, customer


def test_an_id_given_to_another_record_is_noticed_without_any_key_once_the_record_was_gone(
    make_lab: MakeLab,
) -> None:
    """Seed 18634: the account had vanished before it got a code, and the blanks of the new one went everywhere."""
    lab, account, customer = keyless(make_lab)
    reused(lab, account, {"Name": "广州天河"})
    held = lab.systems["erp"]["customer", customer]
    assert (held["name"], held["enable"], held["remark"]) == ("上海联宏", "1", "备注")
    assert set_aside(lab) == ["E304"]


def test_who_brings_a_record_without_any_key_back_and_renames_it_has_the_same_record_in_mind(
    make_lab: MakeLab,
) -> None:
    lab, account, customer = keyless(make_lab)
    reused(lab, account, {"Name": "上海联宏科技", "Active": "Yes", "Note": "另一句备注"})
    held = lab.systems["erp"]["customer", customer]
    assert (held["name"], held["remark"]) == ("上海联宏科技", "另一句备注")
    assert set_aside(lab) == []


@pytest.mark.parametrize("name", ["广州天河", "Beta Trading"])
def test_an_id_given_to_another_record_is_noticed_although_nobody_had_agreed_on_the_title(
    make_lab: MakeLab, name: str
) -> None:
    """Seed 14731: the account was made without a reply and its name stored otherwise, so the name was being asked about.

    Its title tells nothing then but by the golden one: under that very name it may be the same record.
    """
    lab = make_lab("crm", "erp", "sheet")
    customer = lab.systems["erp"].create("customer", {"name": "Beta Trading", "remark": "备注"})
    lab.systems["crm"].stored = lambda column, value: str(value).upper() if column == "Name" else value
    lab.systems["crm"].lose_replies = 1
    lab.sync()
    lab.sync()
    [account] = lab.systems["crm"].live("Account")
    with lab.store.read() as tx:
        assert [(one.code, one.field) for one in tx.conflicts()] == [("E208", "name")]
    lab.systems["crm"].stored = lambda _column, value: value
    reused(lab, account, {"Name": name})
    same = name == "Beta Trading"
    assert set_aside(lab) == ([] if same else ["E304"])
    assert lab.systems["erp"]["customer", customer]["remark"] == (None if same else "备注")


def test_another_record_under_the_id_of_one_that_was_gone_stays_set_aside_until_a_person_says_who_it_is(
    make_lab: MakeLab,
) -> None:
    """One key told it only because the record had been gone, and when it was looked at again it was there."""
    lab = make_lab("crm", "erp")
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Active": "Yes", "Note": "备注"})
    lab.sync()
    [customer] = lab.systems["erp"].live("customer")
    reused(lab, account, {"Name": "广州天河", "Active": "Yes"})
    assert set_aside(lab) == ["E304"]
    assert lab.systems["erp"]["customer", customer]["remark"] == "备注"
    deeds(lab).link("crm-account", account, lab.golden()[0]["id"])  # type: ignore[arg-type]  # an id is a text
    lab.sync()
    lab.clock.tick(90_000)
    lab.sync()
    assert set_aside(lab) == []
    assert lab.systems["crm"]["Account", account]["Note"] == "备注"


def test_an_id_given_to_another_record_is_noticed_although_a_key_was_never_seen_there(
    make_lab: MakeLab,
) -> None:
    """Seed 8861: of the code nothing was seen but an old echo, so it had not moved, and the blanks of the new record erased the old one's note everywhere."""
    lab = make_lab("crm", "erp")
    customer = lab.systems["erp"].create(
        "customer", {"name": "上海联宏", "taxpayer_no": TAX, "enable": "1", "remark": "备注"}
    )
    lab.systems["erp"].stored = lambda column, value: None if column == "number" else value
    lab.sync()
    lab.sync()
    [account] = lab.systems["crm"].live("Account")
    given_away(lab, "erp", "customer", customer, {"name": "广州天河"})
    lab.sync()
    assert lab.systems["crm"]["Account", account]["Note"] == "备注"
    assert set_aside(lab) == ["E304"]
