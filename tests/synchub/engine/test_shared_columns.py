"""Several fields in one column, and one field in several columns, through the whole engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from synchub.model.values import Raw
from synchub.testing import Lab

CRM = """\
mapping: crm
system: crm
object: Account
to: Partner
identity: {match: [[name]]}
create_there: yes
fields:
  name: Name
  province: {field: Where, as: parts, separator: "/", part: 1/2}
  city: {field: Where, as: parts, separator: "/", part: 2/2}
  note: {flow: hub_reads, value: 'join(" ", Street, Memo)'}
  website: {field: Origin, as: constant, write: Hub}
"""
ERP = """\
mapping: erp
system: erp
object: customer
to: Partner
identity: {match: [[name]]}
create_there: yes
fields:
  name: name
  province: {as: id_name, id: pid, name: pname}
  city: city
  website: site
  note: memo
"""
MODEL = "model: Partner\nfields:\n  province: {conflict: newest}\n  city: {conflict: newest}\n"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, {"crm": CRM, "erp": ERP}, {"partner": MODEL}, systems=("crm", "erp"))
    crm: dict[str, Raw] = {
        "Name": "Lianhong",
        "Where": "浙江/杭州",
        "Street": "Wensan",
        "Memo": "gate 3",
        "Origin": None,
    }
    lab.systems["crm"].create("Account", crm, id="A1")
    erp: dict[str, Raw] = {
        "name": "Lianhong",
        "pid": 33,
        "pname": "浙江",
        "city": "杭州",
        "site": "lh.example",
        "memo": None,
    }
    lab.systems["erp"].create("customer", erp, id="C1")
    lab.sync()
    yield lab
    lab.close()


def held(lab: Lab, system: str, object: str, id: str) -> dict[str, Raw]:
    return lab.systems[system].objects[object][id].values


def settle(lab: Lab) -> None:
    """One run brings the edit, the next finds nothing left to do."""
    lab.sync()
    assert lab.sync().writes == 0


def test_the_first_contact_brings_all_forms_into_agreement(lab: Lab) -> None:
    assert held(lab, "crm", "Account", "A1")["Origin"] == "Hub", (
        "the field has a value, so the constant stands"
    )
    assert held(lab, "erp", "customer", "C1")["memo"] == "Wensan gate 3"
    assert lab.sync().writes == 0


def test_an_edit_of_one_part_travels_and_the_other_part_stays(lab: Lab) -> None:
    lab.systems["erp"].edit("customer", "C1", {"city": "宁波"})
    settle(lab)
    assert held(lab, "crm", "Account", "A1")["Where"] == "浙江/宁波"
    lab.systems["erp"].edit("customer", "C1", {"pid": 32, "pname": "江苏"})
    settle(lab)
    assert held(lab, "crm", "Account", "A1")["Where"] == "江苏/宁波", "the earlier city is not written back"


def test_an_edit_of_the_shared_column_reaches_both_fields(lab: Lab) -> None:
    lab.systems["crm"].edit("Account", "A1", {"Where": "江苏 / 苏州"})
    settle(lab)
    erp = held(lab, "erp", "customer", "C1")
    assert (erp["pid"], erp["pname"], erp["city"]) == (None, "江苏", "苏州"), "no stale id beside a new name"
    assert held(lab, "crm", "Account", "A1")["Where"] == "江苏 / 苏州", "its own writing stays"


def test_edits_of_two_parts_on_two_sides_meet_in_one_column(lab: Lab) -> None:
    lab.systems["crm"].edit("Account", "A1", {"Where": "江苏/杭州"})
    lab.systems["erp"].edit("customer", "C1", {"city": "宁波"})
    settle(lab)
    assert held(lab, "crm", "Account", "A1")["Where"] == "江苏/宁波"
    erp = held(lab, "erp", "customer", "C1")
    assert (erp["pname"], erp["city"]) == ("江苏", "宁波")


def test_what_is_typed_over_a_constant_is_put_right(lab: Lab) -> None:
    lab.systems["crm"].edit("Account", "A1", {"Origin": "me"})
    settle(lab)
    assert held(lab, "crm", "Account", "A1")["Origin"] == "Hub"
    assert lab.golden()[0]["website"] == "lh.example"


def test_a_computed_field_follows_its_columns(lab: Lab) -> None:
    lab.systems["crm"].edit("Account", "A1", {"Memo": None})
    settle(lab)
    assert held(lab, "erp", "customer", "C1")["memo"] == "Wensan"
