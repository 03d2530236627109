"""Edited fields are read again by themselves: what is asked for, what stays as it was, and what comes of crashes and further edits meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from synchub.engine.world import World
from synchub.errors import UnapprovedPlanError, UnavailableError
from synchub.model.values import UNKNOWN, Raw
from synchub.sdk import Page, PullRequest
from synchub.store.rows import Link
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector, weakest
from tests.synchub.engine.conftest import ERP, MakeLab
from tests.synchub.engine.test_relink import rewritten

FIRMS = 7
TEL = ("  note: remark\n", "  note: remark\n  phone: {field: tel, as: phone}\n")
"""The edit of most of these tests: a field more."""


@dataclass
class Watched:
    """A system's connector, with what it was asked, and what ends it."""

    connector: MemoryConnector
    asked: list[PullRequest] = field(default_factory=list)
    pages: int | None = None
    """So many pages more come; then the system is gone."""

    def __post_init__(self) -> None:
        self._pull = self.connector.pull
        self.connector.pull = self._watched  # type: ignore[method-assign]  # on purpose

    def _watched(self, request: PullRequest) -> Iterator[Page]:
        self.asked.append(request)
        for page in self._pull(request):
            if self.pages is not None:
                if not self.pages:
                    raise UnavailableError("C107", system="erp", object=request.object)
                self.pages -= 1
            yield page

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """What was asked for of customers since the last time somebody looked, pull by pull."""
        found = [one.columns for one in self.asked if one.object == "customer"]
        self.asked.clear()
        return found


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """Some customers in the ERP, all of them in the CRM too; two pages and more of them."""
    return stocked(make_lab("crm", "erp"))


def stocked(lab: Lab) -> Lab:
    for number in range(FIRMS):
        lab.systems["erp"].create(
            "customer",
            {"number": f"K{number}", "name": f"客户{number}", "group": "E", "remark": f"备注{number}"},
        )
    lab.sync()
    assert lab.sync().writes == 0
    lab.connectors["erp"].page_size = 3
    return lab


def told(lab: Lab) -> list[str]:
    """Somebody fills a column in the ERP that no mapping knows yet; without a word to anybody, as an import does."""
    for number, held in enumerate(lab.systems["erp"].objects["customer"].values()):
        held.values["tel"] = f"1380013800{number}"
    return sorted(lab.systems["erp"].objects["customer"])


def links(lab: Lab) -> dict[str, Link]:
    with lab.store.read() as tx:
        return {
            id: link
            for (id, _), link in tx.links("erp-customer", list(lab.systems["erp"].live("customer"))).items()
        }


def agreed(lab: Lab, link: Link, name: str) -> tuple[object, object]:
    """The agreement on one field, read by the version it was made under."""
    with lab.store.read() as tx:
        version = tx.mapping_version(link.version)
        assert version is not None
        place = [one for one, _ in version.fields].index(name)
    return link.seen[place], link.sent[place]


def phones(lab: Lab) -> list[str]:
    return sorted(str(one.get("phone")) for one in lab.golden())


ALL_PHONES = [f"+861380013800{number}" for number in range(FIRMS)]


def test_a_field_more_asks_for_its_own_column_of_every_record(lab: Lab) -> None:
    told(lab)
    rewritten(lab, "erp", *TEL)
    watched = Watched(lab.connectors["erp"])
    assert lab.plan().report.total("backfilled") == FIRMS
    watched.asked.clear()
    lab.sync()
    asked = watched.columns
    assert asked[0] == ("tel",)
    assert len(asked[1]) == 8  # the ordinary pull, from where it stood
    assert phones(lab) == ALL_PHONES
    assert {values["Phone"] for values in lab.systems["crm"].live("Account").values()} != {None}
    lab.sync()
    assert ("tel",) not in watched.columns
    assert lab.verify().differences == []


def test_the_ordinary_pull_goes_on_from_where_it_stood(lab: Lab) -> None:
    told(lab)
    rewritten(lab, "erp", *TEL)
    watched = Watched(lab.connectors["erp"])
    lab.sync()
    narrow, ordinary = [one for one in watched.asked if one.object == "customer"][:2]
    assert narrow.cursor is None
    assert ordinary.cursor is not None


def test_the_other_fields_keep_their_agreements_and_an_edit_on_its_way_stays_one(lab: Lab) -> None:
    ids = told(lab)
    lab.clock.tick()
    lab.systems["erp"].edit("customer", ids[0], {"remark": "在路上的修改"})
    lab.clock.tick()
    rewritten(lab, "erp", *TEL)
    watched = Watched(lab.connectors["erp"])
    watched.pages = 3  # the fill, and nothing of the ordinary pull
    before = links(lab)
    lab.sync()
    after = links(lab)
    assert watched.pages == 0
    for id in ids:
        assert agreed(lab, after[id], "phone")[0] is not UNKNOWN
        for name in ("note", "name", "region", "code"):
            assert agreed(lab, after[id], name) == agreed(lab, before[id], name)
        assert (after[id].etag, after[id].fingerprint) == (before[id].etag, before[id].fingerprint)
    assert phones(lab) == ALL_PHONES
    assert "在路上的修改" not in {one["note"] for one in lab.golden()}
    watched.pages = None
    lab.sync()
    assert "在路上的修改" in {one["note"] for one in lab.golden()}
    assert "在路上的修改" in {values["Note"] for values in lab.systems["crm"].live("Account").values()}
    lab.sync()
    assert lab.verify().differences == []


def test_what_the_hub_has_to_say_of_another_field_is_still_said(lab: Lab) -> None:
    told(lab)
    account = next(iter(lab.systems["crm"].live("Account")))
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Region": "South"})
    rewritten(lab, "erp", *TEL)
    lab.sync()
    assert [values["group"] for values in lab.systems["erp"].live("customer").values()].count("S") == 1


def test_a_kill_between_pages_goes_on_behind_the_last_one(lab: Lab) -> None:
    told(lab)
    rewritten(lab, "erp", *TEL)
    watched = Watched(lab.connectors["erp"])
    watched.pages = 1
    lab.sync()
    assert len([one for one in phones(lab) if one != "None"]) == 3
    watched.pages, watched.asked[:] = None, []
    assert lab.plan().report.total("backfilled") == FIRMS - 3
    lab.sync()
    narrow = next(one for one in watched.asked if one.object == "customer")
    assert (narrow.columns, narrow.resume is None) == (("tel",), False)
    assert phones(lab) == ALL_PHONES


def test_a_second_edit_meanwhile_fills_what_any_record_lacks(lab: Lab) -> None:
    told(lab)
    for held in lab.systems["erp"].objects["customer"].values():
        held.values["prov"] = "浙江"
    rewritten(lab, "erp", *TEL)
    watched = Watched(lab.connectors["erp"])
    watched.pages = 2
    lab.sync()
    rewritten(lab, "erp", "  note: remark\n", "  note: remark\n  province: prov\n")
    watched.pages, watched.asked[:] = None, []
    lab.sync()
    assert set(watched.columns[0]) == {"tel", "prov"}
    assert phones(lab) == ALL_PHONES
    assert [one["province"] for one in lab.golden()] == ["浙江"] * FIRMS
    lab.sync()
    assert lab.verify().differences == []


def test_an_edit_taken_back_half_way_is_filled_back_too(lab: Lab) -> None:
    edit = (
        "{field: group, values: {E: 华东, S: 华南, N: 华北}}",
        "{field: group, values: {E: 华北, S: 华南, N: 华东}}",
    )
    rewritten(lab, "erp", *edit)
    watched = Watched(lab.connectors["erp"])
    watched.pages = 1
    lab.sync()
    rewritten(lab, "erp", *reversed(edit))
    watched.pages = None
    for _ in range(3):
        lab.sync()
    assert lab.verify().differences == []
    groups = {values["number"]: values["group"] for values in lab.systems["erp"].live("customer").values()}
    regions = {one["code"]: one["region"] for one in lab.golden()}
    assert {code: {"E": "华东", "N": "华北"}[str(group)] for code, group in groups.items()} == regions


def test_rows_of_a_list_are_read_whole_and_their_other_fields_left_alone(make_lab: MakeLab) -> None:
    lab = make_lab("crm", "crm-contact", "erp", "erp-contact", "contact", "partner")
    row: dict[str, Raw] = {"person": "王芳", "mobile": "13800138000", "mail": "wf@example.com"}
    erp = lab.systems["erp"].create("customer", {"number": "K1", "name": "客户", "contacts": [row]})
    lab.sync()
    lab.sync()
    lab.clock.tick()
    rows = lab.systems["erp"]["customer", erp]["contacts"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    lab.systems["erp"].edit("customer", erp, {"contacts": [{**rows[0], "mobile": "13900139000"}]})
    rewritten(lab, "erp-contact", "  name: person\n", "  name: person\n  email: {field: mail, as: email}\n")
    watched = Watched(lab.connectors["erp"])
    watched.pages = 1
    lab.sync()
    assert watched.columns[0] == ("contacts",)
    (contact,) = lab.golden("Contact")
    assert (contact["email"], contact["phone"]) == ("wf@example.com", "+8613800138000")
    watched.pages = None
    lab.sync()
    (contact,) = lab.golden("Contact")
    assert contact["phone"] == "+8613900139000"
    lab.sync()
    assert lab.verify().differences == []


def test_fields_that_merge_together_are_read_together(make_lab: MakeLab) -> None:
    lab = stocked(make_lab("crm", "erp", erp=ERP + "  province: prov\n  city: town\n"))
    rewritten(lab, "erp", "  city: town\n", "  city: city_name\n")
    watched = Watched(lab.connectors["erp"])
    lab.sync()
    assert watched.columns[0] == ("prov", "city_name")


def test_an_edit_that_changes_no_field_reads_nothing_anew(lab: Lab) -> None:
    rewritten(lab, "erp", "note: remark", "note: {field: remark, flow: hub_reads}")
    lab.sync()
    account = next(iter(lab.systems["crm"].live("Account")))
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Note": "客户关系系统里的一条很长的备注"})
    lab.sync()
    rewritten(lab, "erp", "note: {field: remark, flow: hub_reads}", "note: remark")
    watched = Watched(lab.connectors["erp"])
    lab.sync()
    assert all(one.cursor for one in watched.asked if one.object == "customer")
    remarks = {values["remark"] for values in lab.systems["erp"].live("customer").values()}
    assert "客户关系系统里的一条很长的备注" in remarks  # what the hub may write now is written


def test_rows_that_wait_take_part_in_the_match_after_an_edit_that_changes_no_field(make_lab: MakeLab) -> None:
    """Seed 4248: a row in the columns of the older mapping took no part, and no listing brought it anew."""
    lab = make_lab("crm", "erp", erp=ERP.replace("create_there", "on_new: review\ncreate_there"))
    crm, erp = lab.systems["crm"], lab.systems["erp"]
    crm.create("Account", {"Code": "K0", "Name": "客户0", "Region": "East"})
    lab.sync()
    waiting = erp.create("customer", {"number": "K1", "name": "客户1", "group": "E"})
    lab.sync()
    assert waiting not in links(lab)
    rewritten(lab, "erp", "note: remark", "note: {field: remark, flow: hub_reads}")
    crm.create("Account", {"Code": "K1", "Name": "客户1", "Region": "East"})
    lab.sync()
    assert waiting in links(lab)


def test_an_edit_of_the_frame_reads_everything(lab: Lab) -> None:
    rewritten(lab, "erp", "create_there: yes", "create_there: yes\nscope: {only: {group: [E, S]}}")
    watched = Watched(lab.connectors["erp"])
    lab.sync()
    asked = next(one for one in watched.asked if one.object == "customer")
    assert (asked.cursor, len(asked.columns)) == (None, 7)


def test_a_system_that_lists_everything_anyway_is_asked_once(make_lab: MakeLab) -> None:
    lab = stocked(make_lab("crm", "erp", capabilities={"erp": weakest()}))
    told(lab)
    rewritten(lab, "erp", *TEL)
    watched = Watched(lab.connectors["erp"])
    lab.sync()
    assert {len(one) for one in watched.columns} == {8}
    assert phones(lab) == ALL_PHONES


def test_rows_that_wait_are_read_whole_and_may_match_under_the_new_mapping(make_lab: MakeLab) -> None:
    lab = stocked(make_lab("crm", "erp", erp=ERP.replace("create_there", "on_new: review\ncreate_there")))
    assert not lab.golden()
    lab.systems["crm"].create("Account", {"Code": "K0", "Name": "客户0", "Region": "East"})
    for _ in range(2):
        lab.sync()
    told(lab)
    rewritten(lab, "erp", *TEL)
    with pytest.raises(UnapprovedPlanError) as refusal:
        lab.sync(approve=False)
    assert refusal.value.plan == lab.plan().id
    lab.sync()
    with lab.store.read() as tx:
        assert tx.count_unlinked("erp-customer") == FIRMS - 1
    assert phones(lab) == [ALL_PHONES[0]]


def test_a_column_that_is_not_there_leaves_its_field_to_rest_and_the_others_flow(lab: Lab) -> None:
    told(lab)
    system, connector = lab.systems["erp"], lab.connectors["erp"]
    columns = {"number", "name", "taxpayer_no", "group", "credit", "enable", "remark"}
    from synchub.sdk import FieldType

    system.schema = {"customer": dict.fromkeys(columns, FieldType.TEXT)}
    rewritten(lab, "erp", *TEL)
    drifting(lab)
    id = next(iter(system.live("customer")))
    lab.clock.tick()
    system.edit("customer", id, {"remark": "仍然同步"})
    lab.sync()
    assert connector.calls
    assert "仍然同步" in {one["note"] for one in lab.golden()}


def drifting(lab: Lab) -> None:
    """The world of a hub: its connectors tolerate columns that are gone."""
    from synchub.engine.drift import Drift, TolerantAll

    drift = Drift()
    world: World = lab.world
    lab.world = replace(world, connectors=TolerantAll(world.connectors, drift, world.mappings), drift=drift)


def test_an_older_look_is_parked_and_read_again(lab: Lab) -> None:
    ids = told(lab)
    lab.clock.tick()
    lab.systems["erp"].edit("customer", ids[0], {"remark": "较新"})
    lab.sync()
    held = lab.systems["erp"].objects["customer"][ids[0]]
    held.modified = lab.clock.now().replace(year=2020)  # a replica that lags
    rewritten(lab, "erp", *TEL)
    assert lab.plan().report.total("doubtful") == 1
    lab.sync()
    assert len([one for one in phones(lab) if one == "None"]) == 1
    lab.clock.tick(600)
    lab.sync()
    assert phones(lab) == ALL_PHONES


def test_a_record_that_the_listing_missed_is_read_by_its_id(lab: Lab) -> None:
    told(lab)
    rewritten(lab, "erp", *TEL)
    connector = lab.connectors["erp"]
    pull = connector.pull

    def shifting(request: PullRequest) -> Iterator[Page]:
        for page in pull(request):
            yield replace(page, records=page.records[1:])

    connector.pull = shifting  # type: ignore[method-assign]  # rows shift from page to page
    lab.sync()
    assert phones(lab) == ALL_PHONES


def test_a_cursor_of_an_older_synchub_goes_on(lab: Lab) -> None:
    with lab.store.begin() as tx:
        row = tx.cursor("erp", "customer")
        assert row is not None
        tx.put_cursor(replace(row, scope=row.scope.partition("{")[0]))
    watched = Watched(lab.connectors["erp"])
    lab.sync()
    (asked,) = (one for one in watched.asked if one.object == "customer")
    assert asked.cursor is not None


@pytest.mark.parametrize("seed", range(12))
def test_edits_kills_and_people_at_random_end_in_agreement(lab: Lab, seed: int) -> None:
    """Mapping files and records are edited, and runs are killed, in any order; in the end all agree and no edit is missing."""
    chance = random.Random(seed)
    told(lab)
    system, watched = lab.systems["erp"], Watched(lab.connectors["erp"])
    lab.connectors["erp"].page_size = 2
    variants = [
        ERP,
        ERP.replace(*TEL),
        ERP.replace(TEL[0], TEL[1] + "  province: prov\n"),
        ERP.replace("{E: 华东, S: 华南, N: 华北}", "{E: 华东, S: 华北, N: 华南}"),
        ERP.replace("  note: remark\n", "  province: prov\n  note: remark\n"),
    ]
    typed: dict[str, str] = {}
    for step in range(14):
        what = chance.choice(("map", "edit", "edit", "sync", "sync"))
        lab.clock.tick(chance.choice((1, 30)))
        if what == "map":
            rewritten(lab, "erp", (lab.folder / "erp.yaml").read_text("utf-8"), chance.choice(variants))
        elif what == "edit":
            id = chance.choice(sorted(system.live("customer")))
            typed[id] = f"一条足够长的备注，第{step:02}次修改"
            system.edit("customer", id, {"remark": typed[id], "prov": chance.choice(("浙江", "江苏"))})
        else:
            watched.pages = chance.choice((0, 1, 2, 3, 5, None))
            lab.sync()
    watched.pages = None
    rewritten(lab, "erp", (lab.folder / "erp.yaml").read_text("utf-8"), variants[2])
    for _ in range(3):
        lab.sync()
    assert lab.verify().differences == []
    golden = {one["code"]: one for one in lab.golden()}
    for id, values in system.live("customer").items():
        assert golden[values["number"]]["note"] == typed.get(id, values["remark"])
        assert golden[values["number"]].get("province") == values.get("prov")
        assert golden[values["number"]]["phone"] == f"+86{values['tel']}"
