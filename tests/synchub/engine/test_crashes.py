"""Lost replies, changes in the gap, and systems of every strength: one record in the end, and no lost edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from synchub.sdk import Capabilities, ConditionalWrite, CreateIdempotency, TimeGrain
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector, weakest
from tests.conftest import databases_of

STRONG = replace(MemoryConnector.capabilities, write_returns_record=True)
UNIQUE = replace(
    MemoryConnector.capabilities, create_idempotency=CreateIdempotency.UNIQUE_FIELD, write_batch=1
)
COMPARING = replace(
    MemoryConnector.capabilities, conditional_write=ConditionalWrite.COMPARE_OLD, write_returns_record=True
)
WEAKEST = replace(weakest(), modified_since=TimeGrain.NONE)


KINDS = {"strong": STRONG, "unique": UNIQUE, "comparing": COMPARING, "weakest": WEAKEST}
# what a system can do changes nothing of what the database is asked, so two strengths stand for all on PostgreSQL
COMBINATIONS = [("sqlite", strength) for strength in ("default", *KINDS)]
COMBINATIONS += [("postgresql", strength) for strength in ("default", "weakest")]


@pytest.fixture(
    params=[
        pytest.param(one, marks=[pytest.mark.postgres] * (one[0] == "postgresql"), id="-".join(one))
        for one in COMBINATIONS
    ]
)
def combination(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Which database, and how strong the systems."""
    database, strength = request.param
    return database, strength


@pytest.fixture
def fresh_database(combination: tuple[str, str], request: pytest.FixtureRequest) -> Callable[[], str]:
    return databases_of(combination[0], request)


@pytest.fixture
def capabilities(combination: tuple[str, str]) -> dict[str, Capabilities]:
    kind = KINDS.get(combination[1])
    return dict.fromkeys(("crm", "erp", "sheet"), kind) if kind else {}


def populated(make_lab: object, capabilities: dict[str, Capabilities]) -> Lab:
    assert callable(make_lab)
    lab: Lab = make_lab(capabilities=capabilities)
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    lab.systems["crm"].create("Contact", {"AccountId": account, "Name": "王芳", "Phone": "13800138000"})
    return lab


def agreed(lab: Lab) -> None:
    """Settled: one record of everything everywhere, nothing left to do, all fields equal."""
    for _ in range(3):
        lab.sync()
    assert [
        len(lab.systems[name].live(object))
        for name, object in (("crm", "Account"), ("erp", "customer"), ("sheet", "台账"))
    ] == [1, 1, 1]
    assert len(lab.systems["crm"].live("Contact")) == 1
    (customer,) = lab.systems["erp"].live("customer").values()
    rows = customer["contacts"]
    assert isinstance(rows, list)
    assert len(rows) == 1
    assert lab.verify().differences == []
    before = {name: len(system.log) for name, system in lab.systems.items()}
    assert lab.sync().writes == 0
    assert {name: len(system.log) for name, system in lab.systems.items()} == before


def test_any_strength_of_system_comes_to_agreement(
    make_lab: object, capabilities: dict[str, Capabilities]
) -> None:
    agreed(populated(make_lab, capabilities))


@pytest.mark.parametrize("system", ["crm", "erp", "sheet"])
@pytest.mark.parametrize("replies", [1, 2, 3])
def test_a_create_whose_reply_is_lost_is_found_again(
    make_lab: object, capabilities: dict[str, Capabilities], system: str, replies: int
) -> None:
    lab = populated(make_lab, capabilities)
    lab.systems["sheet"].create("台账", {"名称": "上海联宏", "区域": "华东区"}) if system == "crm" else None
    lab.systems[system].lose_replies = replies
    agreed(lab)


@pytest.mark.parametrize("system", ["crm", "erp", "sheet"])
def test_an_update_whose_reply_is_lost_loses_no_edit(
    make_lab: object, capabilities: dict[str, Capabilities], system: str
) -> None:
    lab = populated(make_lab, capabilities)
    agreed(lab)
    lab.clock.tick()
    places = {"crm": ("Account", "Note"), "erp": ("customer", "remark"), "sheet": ("台账", "备注")}
    source = "sheet" if system == "crm" else "crm"
    object, column = places[source]
    (record,) = lab.systems[source].live(object)
    lab.systems[source].edit(object, record, {column: "一句很完整的备注"})
    lab.systems[system].lose_replies = 1
    lab.sync()
    lab.clock.tick()
    target, written = places[system]
    (there,) = lab.systems[system].live(target)
    lab.systems[system].edit(target, there, {written: "一句很完整的备注，后来又补充"})
    agreed(lab)
    assert [one["note"] for one in lab.golden()] == ["一句很完整的备注，后来又补充"]


def test_an_edit_between_our_read_and_our_write_survives(
    make_lab: object, capabilities: dict[str, Capabilities]
) -> None:
    """Somebody edits after the pull and before the push; the read before the write (or the comparison) sees it."""
    lab = populated(make_lab, capabilities)
    agreed(lab)
    lab.clock.tick()
    (account,) = lab.systems["crm"].live("Account")
    (customer,) = lab.systems["erp"].live("customer")
    lab.systems["crm"].edit("Account", account, {"Note": "短备注"})
    connector = lab.connectors["crm"]
    pull = connector.pull

    def pull_then_edit(request: object) -> object:
        yield from pull(request)  # type: ignore[arg-type]  # passed through
        if lab.systems["erp"]["customer", customer].get("remark") is None:
            lab.systems["erp"].edit("customer", customer, {"remark": "仓库同事写的更完整的备注"})

    # erp is pulled after crm: the edit must come after erp's own pull, so hang it on the last object pulled
    sheet = lab.connectors["sheet"]
    pull = sheet.pull
    sheet.pull = pull_then_edit  # type: ignore[method-assign, assignment]  # a fault, on purpose
    lab.sync()
    sheet.pull = pull  # type: ignore[method-assign]  # and back
    agreed(lab)
    assert [one["note"] for one in lab.golden()] == ["仓库同事写的更完整的备注"]
    assert lab.systems["erp"]["customer", customer]["remark"] == "仓库同事写的更完整的备注"
    assert connector.calls > 0
