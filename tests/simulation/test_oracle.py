"""What the oracle excuses, and what it goes on asking for: an excuse that is too broad would hide a lost edit."""

from __future__ import annotations

import pytest

from synchub.sdk import Raw
from synchub.store.rows import LedgerRow
from synchub.testing.simulator.checks import BrokenError
from synchub.testing.simulator.checks.edits import check_edits
from synchub.testing.simulator.checks.groups import check_groups
from synchub.testing.simulator.checks.rest import check_answerable, check_converged, check_nobody_is_lost
from synchub.testing.simulator.checks.trace import is_left_of
from synchub.testing.simulator.checks.vanishing import check_delete_safety
from synchub.testing.simulator.checks.writes import check_absent_is_not_null
from synchub.testing.simulator.play import Simulation
from synchub.testing.simulator.systems import Veil
from synchub.testing.simulator.twins import ASKED, contents
from tests.simulation.one_partner import left_out, lost, made, sync, taken_back, typed


def deleted(simulation: Simulation, system: str, object: str) -> None:
    """Somebody deletes the last record there."""
    simulation.clock.tick(1)
    id = max(simulation.systems[system].live(object))
    simulation.systems[system].delete(object, id)
    simulation.people.deaths[system, object, id] = (simulation.clock.monotonic(), simulation.oracle.number)


def judged(simulation: Simulation) -> None:
    """Ask once more whether what was deleted might be deleted."""
    with simulation.store.read() as tx:
        links = tx.every_link()
    rows = [one for one in simulation.journal.rows if (one.place, one.op) == ("hub", "delete")]
    assert len(rows) == 1
    check_delete_safety(simulation, rows, links)


def test_an_edit_of_a_linked_record_is_asked_for_whoever_made_it(world: Simulation) -> None:
    assert not typed(world, "crm", "Account", "Name", "广州天河").again, "the hub created it"
    sync(world)
    assert not typed(world, "erp", "customer", "name", "Beta Trading").again, "people made it"
    sync(world)
    lost(world, "name", "广州天河")


def test_what_is_typed_before_the_hub_has_linked_a_record_is_part_of_its_first_contact(
    world: Simulation,
) -> None:
    """Seed 1230."""
    made(world, "crm", "Account", {"Code": "K1"})  # without a name it is set aside
    sync(world)
    assert typed(world, "crm", "Account", "Name", "广州天河").again
    sync(world)
    assert not typed(world, "crm", "Account", "Name", "Beta Trading").again, "linked by now"


def test_an_edit_is_disputed_by_one_that_could_not_be_read_before_it_and_by_no_other(
    world: Simulation,
) -> None:
    """Seed 1547."""
    erp = world.systems["erp"]
    erp.veils["customer", "remark"] = Veil.RENAMED
    world.hazy.add("erp")
    hidden = typed(world, "erp", "customer", "remark", "一句很完整的备注")
    shown = typed(world, "erp", "customer", "name", "广州天河")
    epoch = world.oracle.epoch
    sync(world)
    assert not world.oracle.in_sight(hidden, epoch)
    assert world.oracle.in_sight(shown, epoch)
    typed(world, "crm", "Account", "Note", "短")
    erp.repair()
    sync(world)
    sync(world)
    check_edits(world)  # the more complete note stands; the shorter one, typed later, is written down
    typed(world, "crm", "Account", "Note", "短")
    sync(world)
    lost(world, "note", "一句很完整的备注")


def test_an_edit_is_disputed_by_one_that_nobody_could_tell_its_author_of(world: Simulation) -> None:
    """Seed 1401: the row was out of the hub's sight when the ERP's name was read, which outranks it."""
    sheet = world.systems["sheet"]
    sheet.unseen.update(("台账", row) for row in sheet.live("台账"))
    typed(world, "erp", "customer", "name", "Beta Trading")
    sync(world)
    typed(world, "sheet", "台账", "名称", "广州天河")
    sheet.repair()
    sync(world)
    sync(world)
    check_edits(world)
    typed(world, "sheet", "台账", "名称", "广州天河")
    sync(world)
    lost(world, "name", "Beta Trading")


def test_who_typed_over_the_very_value_of_another_knew_of_it(world: Simulation) -> None:
    """Seed 1007: the value had come there, although no sync without trouble was known to have carried it."""
    first = typed(world, "erp", "customer", "name", "Beta Trading")
    sync(world)
    world.oracle.hidden["erp", "customer", first.external_id, ""] = {first.epoch}
    typed(world, "sheet", "台账", "名称", "广州天河")
    sync(world)
    lost(world, "name", "Beta Trading")


def test_what_a_system_made_of_a_value_is_excused_only_where_its_echo_never_came(world: Simulation) -> None:
    """Seed 1857."""
    crm = world.systems["crm"]
    typed(world, "erp", "customer", "name", "Beta Trading")
    sync(world)
    lost(world, "name", "Beta")
    crm.stored = lambda _column, value: str(value)[:4]
    with pytest.raises(BrokenError, match="undisputed"):
        check_edits(world)
    crm.unechoed.update(number for number, one in enumerate(crm.log) if one.column == "Name")
    check_edits(world)


@pytest.mark.parametrize("echoed", [True, False])
def test_only_who_types_what_an_old_echo_had_shown_is_taken_for_a_system_that_keeps_nothing(
    world: Simulation, *, echoed: bool
) -> None:
    typed(world, "crm", "Account", "Active", "No")
    sync(world)
    system = world.systems["erp"]
    number, written = max((n, one) for n, one in enumerate(system.log) if one.column == "enable")
    assert written.actor == "hub"
    system.unechoed.clear()
    if not echoed:
        system.unechoed.add(number)
    system.edit("customer", written.id, {"enable": written.before})
    with world.store.begin() as tx:
        (link,) = tx.links("erp-customer", [written.id]).values()
        (route,) = [one for one in world.world.routes if one.name == "erp-customer"]
        link.seen[route.position["status"]] = written.before
        tx.update_links([link])
    if echoed:
        with pytest.raises(BrokenError, match="called lossy"):
            check_converged(world)
    else:
        check_converged(world)


def test_a_question_that_was_settled_excuses_no_later_edit(world: Simulation) -> None:
    typed(world, "crm", "Account", "Active", "No")
    typed(world, "sheet", "台账", "合作", "否")
    typed(world, "erp", "customer", "enable", None)
    sync(world)
    golden = next(iter(world.oracle.asked))[0]
    typed(world, "erp", "customer", "enable", "0")
    sync(world)
    with world.store.begin() as tx:
        assert not tx.conflicts(), "they have come to the same"
        assert [one.field for one in tx.every_conflict()] == ["status"]
    last = typed(world, "crm", "Account", "Active", "Yes")
    sync(world)
    assert world.oracle.asked[golden, "status"] < last.number
    lost(world, "status", "inactive")


def test_only_an_edit_that_was_refused_speaks_against_no_deletion(deleting: Simulation) -> None:
    """Seed 9700."""
    deleted(deleting, "crm", "Account")
    edit = typed(deleting, "sheet", "台账", "编码", "K3")
    sync(deleting)
    deleting.clock.tick(86_400)
    sync(deleting)
    assert edit.observed
    judged(deleting)
    edit.value = "K4"  # nobody refused that
    with pytest.raises(BrokenError, match="was edited since"):
        judged(deleting)


def test_an_edit_speaks_against_the_deletion_that_came_before_it_and_no_other(deleting: Simulation) -> None:
    """Seeds 13096, 19137: another record of the same partner was deleted earlier, which deletes nothing."""
    deleted(deleting, "erp", "customer")
    edit = typed(deleting, "sheet", "台账", "备注", "一句很完整的备注")
    sync(deleting)
    deleted(deleting, "crm", "Account")
    sync(deleting)
    deleting.clock.tick(86_400)
    sync(deleting)
    assert edit.observed
    judged(deleting)
    edit.number += 1
    with pytest.raises(BrokenError, match="was edited since"):
        judged(deleting)
    deleting.people.deaths.pop(("crm", "Account", max(deleting.systems["crm"].objects["Account"])))
    with pytest.raises(BrokenError, match="nobody deleted"):
        judged(deleting)


def test_twins_may_differ_in_what_a_person_is_asked_about_and_in_nothing_else(world: Simulation) -> None:
    typed(world, "crm", "Account", "Active", "No")
    typed(world, "sheet", "台账", "合作", None)
    typed(world, "erp", "customer", "remark", "短")
    sync(world)
    ((asked,),) = contents(world).values()
    assert (asked.count(ASKED), "短" in asked, "inactive" in asked) == (1, True, False)
    typed(world, "sheet", "台账", "合作", "否")
    sync(world)
    ((settled,),) = contents(world).values()
    assert (settled.count(ASKED), "inactive" in settled) == (0, True)


def test_twins_may_differ_in_who_has_what_only_one_may_have(world: Simulation) -> None:
    made(world, "erp", "customer", {"name": "广州天河"})
    sync(world)
    for id in sorted(world.systems["erp"].live("customer")):
        world.systems["erp"].edit("customer", id, {"taxpayer_no": "91310000MA1FL5E91N"})
    sync(world)
    (records,) = contents(world).values()
    assert [record.count(ASKED) for record in records] == [1, 1]


def test_a_question_to_which_every_answer_is_void_is_noticed(world: Simulation) -> None:
    typed(world, "crm", "Account", "Active", "No")
    typed(world, "sheet", "台账", "合作", None)
    sync(world)
    check_answerable(world)
    taken_back(world, "status", "active")
    with pytest.raises(BrokenError, match="nobody can answer"):
        check_answerable(world)


def test_what_a_listing_left_out_counts_as_read_with_the_sweep(
    world: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeds 4469, 8892, 9679: the cursor has passed by, so what is typed over or deleted before the sweep of the day was never read."""
    sync(world)
    missed = typed(world, "crm", "Account", "Name", "广州天河")
    left_out(world, monkeypatch)
    sync(world)
    assert not missed.observed
    typed(world, "crm", "Account", "Name", "Beta Trading")
    assert missed not in world.oracle.typed, "nobody has read it"
    found = typed(world, "crm", "Account", "Note", "短")
    left_out(world, monkeypatch)
    world.clock.tick(86_400)
    sync(world)
    assert found.observed, "a sweep"
    lost(world, "note", "拒")


def test_what_a_listing_left_out_counts_as_read_once_a_later_change_has_shown_the_record(
    world: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(world)
    missed = typed(world, "crm", "Account", "Name", "广州天河")
    left_out(world, monkeypatch)
    typed(world, "crm", "Account", "Note", "短")
    sync(world)
    assert missed.observed
    lost(world, "name", "上海联宏")


def test_who_is_gone_may_wait_on_only_where_an_empty_listing_was_not_believed(world: Simulation) -> None:
    """Seeds 6751, 10257, 12568."""
    for name in ("广州天河", "Beta Trading"):
        made(world, "erp", "customer", {"name": name, "taxpayer_no": "91310000MA1FL5E91N"})
    sync(world)
    with world.store.read() as tx:
        assert tx.count_unlinked("erp-customer") > 0
    for id in list(world.systems["erp"].live("customer")):
        world.systems["erp"].delete("customer", id)
    world.clock.tick(86_400)
    sync(world)
    check_nobody_is_lost(world)
    assert world.last is not None
    world.last.doubtful.clear()  # as if the hub had believed it
    with pytest.raises(BrokenError, match="not there any more"):
        check_nobody_is_lost(world)


def blanked(simulation: Simulation, system: str, object: str, record: str, name: str) -> list[LedgerRow]:
    """As if the hub had blanked a golden value because of what a record showed."""
    cause: dict[str, Raw] = {"why": "edit", "system": system, "object": object, "record": record}
    changes: dict[str, dict[str, Raw]] = {name: {"before": "x", "after": None, "cause": cause}}
    now = simulation.clock.now()
    return [LedgerRow("run", now, "hub", "Partner", "golden", object, record, "update", changes)]


@pytest.mark.parametrize("veil", [Veil.MASKED, Veil.RENAMED, Veil.REMOVED])
def test_a_masked_column_tells_of_a_blank_and_no_other_veil_does(world: Simulation, veil: Veil) -> None:
    """Seeds 11402, 15879, 19209."""
    typed(world, "crm", "Account", "Note", "短")
    typed(world, "crm", "Account", "Note", "拒")
    (account,) = world.systems["crm"].live("Account")
    world.systems["crm"].veils["Account", "Note"] = veil
    rows = blanked(world, "crm", "Account", account, "note")
    with pytest.raises(BrokenError, match="cannot be seen"):
        check_absent_is_not_null(world, rows)
    typed(world, "crm", "Account", "Note", None)
    if veil is Veil.MASKED:
        check_absent_is_not_null(world, rows)
    else:
        with pytest.raises(BrokenError, match="cannot be seen"):
            check_absent_is_not_null(world, rows)


def test_a_record_under_an_old_id_repeats_no_version_of_the_old_one(world: Simulation) -> None:
    """Seed 5153: a thin list told it as unchanged."""
    system = world.systems["crm"]
    (account,) = system.live("Account")
    before = system.objects["Account"][account].version
    system.delete("Account", account)
    system.create("Account", {"Name": "广州天河"}, id=account)
    assert system.objects["Account"][account].version > before


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("value", ["上海联宏", "广州天河"])
def test_only_the_beginning_of_what_was_written_unheard_passes_for_what_is_left_of_it(
    world: Simulation, value: str, *, heard: bool
) -> None:
    """Seeds 6935, 16188."""
    typed(world, "crm", "Account", "Name", "上海联宏科技有限公司")
    sync(world)
    system = world.systems["erp"]
    number, written = max((n, one) for n, one in enumerate(system.log) if one.column == "name")
    assert written.actor == "hub"
    system.unechoed.clear()
    if not heard:
        system.unheard.add(number)
    typed(world, "erp", "customer", "name", value)
    with world.store.begin() as tx:  # as if the hub had taken it for stored
        (link,) = tx.links("erp-customer", [written.id]).values()
        (route,) = [one for one in world.world.routes if one.name == "erp-customer"]
        link.seen[route.position["name"]] = value
        tx.update_links([link])
    sync(world)
    if not heard and value == "上海联宏":
        check_converged(world)
        check_edits(world)
        return
    with pytest.raises(BrokenError, match="called lossy"):
        check_converged(world)
    with pytest.raises(BrokenError, match="undisputed"):
        check_edits(world)


def test_what_is_left_of_a_value_is_its_beginning() -> None:
    assert is_left_of("上海", "上海联宏")
    assert not any(
        is_left_of(*pair) for pair in (("联宏", "上海联宏"), ("上海", "上海"), ("", "上海"), (None, "上海"))
    )


def mixed(simulation: Simulation) -> tuple[str, str]:
    """A pair that nobody typed stands in the record of the CRM, and is golden."""
    typed(simulation, "crm", "Account", "Province", "浙江")
    sync(simulation)
    (account,) = simulation.systems["crm"].live("Account")
    simulation.systems["crm"].edit("Account", account, {"City": "南京"}, actor="hub")
    sync(simulation)
    return "Account", account


def test_a_pair_that_nobody_typed_is_noticed_unless_a_replica_hid_half_of_it(world: Simulation) -> None:
    """Seeds 12774, 14411."""
    place = mixed(world)
    with pytest.raises(BrokenError, match="address is"):
        check_groups(world)
    world.oracle.note_covered("crm", *place)
    check_groups(world)


def test_a_group_may_hold_what_the_system_made_of_it_that_was_not_heard_and_no_other(
    world: Simulation,
) -> None:
    typed(world, "erp", "customer", "name", "广州天河")
    _, account = mixed(world)
    crm, sheet = world.systems["crm"], world.systems["sheet"]
    world.oracle.together[("crm-account", account, "address")] = {("浙江", "南京市")}
    number = max(n for n, one in enumerate(crm.log) if one.column == "City")
    crm.unechoed.add(number)
    with pytest.raises(BrokenError, match="address is"):
        check_groups(world)
    sheet.stored = lambda _column, value: str(value)[:2]
    with pytest.raises(BrokenError, match="address is"):
        check_groups(world)
    crm.stored = lambda _column, value: str(value)[:2]
    check_groups(world)
