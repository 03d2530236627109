"""Fields that it makes no sense to write any more, and batches and quotas that a system refuses."""

from __future__ import annotations

from dataclasses import replace

from synchub.engine.decide import Choice
from synchub.engine.safeguards import Safeguards
from synchub.testing.lab import Lab
from synchub.testing.memory import as_sent
from tests.synchub.engine.conftest import MakeLab
from tests.synchub.engine.test_hand import deeds, question
from tests.synchub.engine.test_sync import seeded


def without(lab: Lab, **switches: bool) -> None:
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), **switches))


def keep_nothing(lab: Lab) -> None:
    """A rule of the ERP sets remarks back to what they were."""
    system = lab.systems["erp"]
    system.stored = lambda column, value: None if column == "remark" else value


def test_a_field_that_is_not_kept_is_written_no_more_after_some_tries(make_lab: MakeLab) -> None:
    for guarded, expected in ((True, 3), (False, 6)):
        lab = make_lab()
        without(lab, not_retained=guarded)
        crm, erp, sheet = seeded(lab)
        keep_nothing(lab)
        written = 0
        for number in range(6):
            lab.clock.tick()
            lab.systems["crm"].edit("Account", crm, {"Note": f"第{number}次修改的备注"})
            report = lab.sync()
            written += sum(cell.column == "remark" for cell in report.cells)
            assert lab.sync().writes == 0
        assert written == expected
        assert lab.systems["sheet"]["台账", sheet]["备注"] == "第5次修改的备注"
        with lab.store.read() as tx:
            assert [one.code for one in tx.conflicts()] == (["E222"] if guarded else [])
        assert report.total("stopped") == 0
        if guarded:
            lab.systems["erp"].stored = as_sent
            deeds(lab).decide(question(lab), Choice(take="hub"))
            lab.sync()
            assert lab.systems["erp"]["customer", erp]["remark"] == "第5次修改的备注"


def test_a_stopped_field_is_still_read(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    keep_nothing(lab)
    for number in range(3):
        lab.clock.tick()
        lab.systems["crm"].edit("Account", crm, {"Note": f"第{number}次修改的备注"})
        assert lab.sync().state == ("attention" if number == 2 else "done")
    lab.systems["erp"].stored = as_sent
    lab.clock.tick()
    lab.systems["erp"].edit("customer", erp, {"remark": "仓库自己写的"})
    lab.sync()
    assert lab.systems["crm"]["Account", crm]["Note"] == "仓库自己写的"


def test_a_fight_of_two_automations_ends_with_a_frozen_field(make_lab: MakeLab) -> None:
    for guarded, expected in ((True, 3), (False, 8)):
        lab = make_lab()
        without(lab, freeze_fights=guarded)
        crm, erp, _ = seeded(lab)
        for _ in range(8):
            lab.clock.tick()
            lab.systems["crm"].edit("Account", crm, {"Region": "North"})
            lab.sync()
            lab.clock.tick()
            lab.systems["erp"].edit("customer", erp, {"group": "S"})
            lab.sync()
        north = [one for one in lab.systems["erp"].written() if (one.column, one.after) == ("group", "N")]
        assert len(north) == expected
        with lab.store.read() as tx:
            codes = {one.code for one in tx.conflicts()}
        assert codes == ({"E221"} if guarded else set())


def test_a_frozen_field_goes_on_after_a_decision(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    for _ in range(4):
        lab.clock.tick()
        lab.systems["crm"].edit("Account", crm, {"Region": "North"})
        lab.sync()
        lab.clock.tick()
        lab.systems["erp"].edit("customer", erp, {"group": "S"})
        lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Region": "North"})
    lab.sync()
    with lab.store.read() as tx:
        asked = next(one for one in tx.conflicts() if one.system == "erp")
    deeds(lab).decide(asked.id, Choice(take="hub"))
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["group"] == "N"
