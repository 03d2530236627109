"""Records that are made together with their rows: one call, one reply, nothing twice, whatever is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from synchub.errors import UnavailableError
from synchub.model.values import Raw
from synchub.sdk import Op, Outcome, PullRequest, Write
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector, Values, take_all
from tests.synchub.engine.conftest import MakeLab

ABLE = replace(MemoryConnector.capabilities, creates_with_rows=True)
MUTE = replace(ABLE, write_returns_record=False)
TELLING = replace(ABLE, write_returns_record=True)
MAPPINGS = ("crm", "crm-contact", "erp", "erp-contact")


def rows_needed(values: Values) -> str:
    """A system that takes no new customer without a contact."""
    return "联系人不能为空" if "name" in values and not values.get("contacts") else ""


@pytest.fixture(params=[MUTE, TELLING], ids=["mute", "telling"])
def lab(request: pytest.FixtureRequest, make_lab: MakeLab) -> Lab:
    lab = make_lab(*MAPPINGS, capabilities={"erp": request.param})
    lab.sync()
    return lab


def typed(lab: Lab, *people: str) -> str:
    """Somebody types an account with its contacts into the CRM."""
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    for person in people:
        lab.systems["crm"].create(
            "Contact", {"AccountId": account, "Name": person, "Phone": f"1380013800{len(person)}"}
        )
    return account


def calls(lab: Lab) -> list[list[Write]]:
    """What the ERP is asked to write from now on."""
    connector, found = lab.connectors["erp"], []
    push = connector.push

    def noted(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        found.append([*writes])
        return push(request, writes)

    connector.push = noted  # type: ignore[method-assign]  # to watch
    return found


def contacts(lab: Lab) -> list[Raw]:
    (customer,) = lab.systems["erp"].live("customer").values()
    rows = customer["contacts"]
    assert isinstance(rows, list)
    return [row["person"] for row in rows if isinstance(row, dict)]


def at_rest(lab: Lab) -> None:
    for _ in range(2):
        lab.sync()
    assert lab.sync().writes == 0
    assert lab.verify().differences == []


def test_a_record_and_its_rows_are_one_call(lab: Lab) -> None:
    lab.systems["erp"].refuse = rows_needed
    typed(lab, "王芳", "李强强")
    asked = calls(lab)
    report = lab.sync()
    assert report.total("set_aside") == 0
    assert report.total("created_there") == 3
    ((write,),) = asked
    assert write.op is Op.CREATE
    assert contacts(lab) == ["王芳", "李强强"]
    at_rest(lab)
    assert len(asked) == 1
    assert len(lab.golden("Contact")) == 2


def test_the_plan_shows_the_rows_with_the_record(lab: Lab) -> None:
    typed(lab, "王芳")
    planned = [cell for cell in lab.plan().report.cells if cell.system == "erp"]
    lab.sync()
    log = lab.systems["erp"].written()
    assert {cell.column for cell in planned} == {one.column for one in log}
    (rows,) = (cell.after for cell in planned if cell.column == "contacts")
    assert rows == [{"person": "王芳", "mobile": "+8613800138002"}]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_reply_makes_nothing_twice(lab: Lab, lost: int) -> None:
    typed(lab, "王芳", "李强强")
    lab.systems["erp"].lose_replies = lost
    for _ in range(lost):
        lab.sync()
    at_rest(lab)
    assert sorted(map(str, contacts(lab))) == ["李强强", "王芳"]
    assert len(lab.golden("Contact")) == 2


def test_a_crash_behind_the_call_makes_nothing_twice(lab: Lab) -> None:
    typed(lab, "王芳", "李强强")
    connector = lab.connectors["erp"]
    push = connector.push

    def dies(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        push(request, writes)
        raise KeyboardInterrupt

    connector.push = dies  # type: ignore[method-assign]  # the process ends here
    with pytest.raises(KeyboardInterrupt):
        lab.sync()
    connector.push = push  # type: ignore[method-assign]  # and begins anew
    at_rest(lab)
    assert sorted(map(str, contacts(lab))) == ["李强强", "王芳"]
    assert len(lab.golden("Contact")) == 2


def test_a_row_typed_meanwhile_is_another_one(lab: Lab) -> None:
    typed(lab, "王芳")
    lab.systems["erp"].lose_replies = 1
    lab.sync()
    (id,) = lab.systems["erp"].live("customer")
    lab.clock.tick()
    rows = lab.systems["erp"]["customer", id]["contacts"]
    assert isinstance(rows, list)
    lab.systems["erp"].edit(
        "customer", id, {"contacts": [*rows, {"person": "李强强", "mobile": "13900139000"}]}
    )
    at_rest(lab)
    assert sorted(map(str, contacts(lab))) == ["李强强", "王芳"]
    assert sorted(str(one["name"]) for one in lab.golden("Contact")) == ["李强强", "王芳"]


def test_a_record_that_is_refused_without_rows_is_tried_again_with_the_first(lab: Lab) -> None:
    lab.systems["erp"].refuse = rows_needed
    account = typed(lab)
    assert lab.sync().total("set_aside") == 1
    assert lab.sync().writes == 0
    assert not lab.systems["erp"].live("customer")
    lab.systems["crm"].create("Contact", {"AccountId": account, "Name": "王芳"})
    lab.sync()
    lab.sync()
    assert contacts(lab) == ["王芳"]
    with lab.store.read() as tx:
        assert not tx.quarantined(mapping="erp-customer", stage="push")
    at_rest(lab)


def test_rows_of_a_refused_record_wait_for_it(lab: Lab) -> None:
    lab.systems["erp"].refuse = lambda values: "不收" if values.get("group") == "E" else ""
    account = typed(lab, "王芳")
    lab.sync()
    assert not lab.systems["erp"].live("customer")
    lab.systems["erp"].refuse = take_all
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Region": "South"})
    at_rest(lab)
    assert contacts(lab) == ["王芳"]


def test_a_system_that_is_gone_gets_both_later(lab: Lab) -> None:
    typed(lab, "王芳")
    connector = lab.connectors["erp"]
    push = connector.push

    def down(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        raise UnavailableError("C107", system="erp", object=request.object)

    connector.push = down  # type: ignore[method-assign]  # on purpose
    lab.sync()
    connector.push = push  # type: ignore[method-assign]  # back again
    at_rest(lab)
    assert contacts(lab) == ["王芳"]


def test_rows_come_in_the_order_of_their_names(make_lab: MakeLab) -> None:
    lab = make_lab(*MAPPINGS, capabilities={"erp": TELLING})
    typed(lab, *(f"{number}号" for number in (10, 2, 1, 11, 3)))
    lab.sync()
    assert contacts(lab) == ["1号", "2号", "3号", "10号", "11号"]


def test_a_system_that_cannot_gets_one_after_the_other(make_lab: MakeLab) -> None:
    lab = make_lab(*MAPPINGS)
    typed(lab, "王芳")
    asked = calls(lab)
    lab.sync()
    assert [write.op for (write,) in asked] == [Op.CREATE, Op.UPDATE]
    at_rest(lab)
