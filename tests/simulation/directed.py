"""Directed scenarios: for each safeguard that a random world hardly ever misses, the one history that does. Each fails without its safeguard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from synchub.engine.safeguards import Safeguards
from synchub.sdk import Capabilities, CreateIdempotency, Outcome, Page, PullRequest, Write
from synchub.store import Store, Transaction
from synchub.testing.lab import Lab
from synchub.testing.memory import MemoryConnector
from synchub.testing.simulator.faults import CrashError
from synchub.testing.simulator.hub import CRM, ERP, PARTNER, SHEET

LAG_S = 300
FORGETFUL = replace(
    MemoryConnector.capabilities, create_idempotency=CreateIdempotency.NONE, index_lag_s=float(LAG_S)
)
"""A system that does not know a create again, and finds it a while later only."""


def lab_of(folder: Path, safeguards: Safeguards, crm: Capabilities | None = None) -> Lab:
    """Partners in three systems."""
    lab = Lab(
        folder,
        {"crm": CRM, "erp": ERP, "sheet": SHEET},
        {"partner": PARTNER},
        capabilities={"crm": crm} if crm else None,
        database=":memory:",
    )
    lab.world = replace(lab.world, safeguards=safeguards)
    return lab


class DyingStore:
    """A store whose process dies when the commit of that number is due."""

    def __init__(self, inner: Store, number: int) -> None:
        self.inner = inner
        self.left = number

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self.left -= 1
        if self.left == 0:
            raise CrashError
        with self.inner.begin() as tx:
            yield tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def dies(lab: Lab, number: int) -> bool:
    """A sync that dies before its commit of this number; False when it came to its end before."""
    world = lab.world
    lab.world = replace(world, store=cast("Store", DyingStore(lab.store, number)))
    try:
        lab.sync()
    except CrashError:
        return True
    finally:
        lab.world = world
    return False


def hides_what_is_new(lab: Lab) -> None:
    """The CRM's searches and listings show nothing for a while."""
    connector = lab.connectors["crm"]
    find, pull = connector.find, connector.pull
    ready = lab.clock.monotonic() + LAG_S

    def lagging(*asked: Any) -> Any:
        return find(*asked) if lab.clock.monotonic() > ready else []

    def lagging_pull(request: PullRequest) -> Iterator[Page]:
        for page in pull(request):
            yield page if lab.clock.monotonic() > ready else replace(page, records=[])

    connector.find = lagging  # type: ignore[method-assign, assignment]  # an index that lags
    connector.pull = lagging_pull  # type: ignore[method-assign]  # and so does the listing


def one_account_only(lab: Lab) -> None:
    """After all the lag and all that follows, the customer has one account."""
    for _ in range(8):
        lab.sync()
    accounts = lab.systems["crm"].live("Account")
    assert len(accounts) == 1, f"created {len(accounts)} times"


def a_create_without_a_reply(lab: Lab) -> None:
    """`verify_unknown`: the create took effect, nobody heard of it, and no search shows it yet.

    `idempotent_create`: the same in a system that never said that its index lags, so that the create is sent again.
    """
    lab.systems["erp"].create("customer", {"name": "上海联宏", "group": "E", "number": "K1"})
    lab.systems["crm"].lose_replies = 1
    hides_what_is_new(lab)
    one_account_only(lab)


def a_death_after_the_create(lab: Lab) -> None:
    """`outbox`: the process dies when the record is there and nothing is written down about it."""
    lab.systems["erp"].create("customer", {"name": "上海联宏", "group": "E", "number": "K1"})
    connector = lab.connectors["crm"]
    push = connector.push

    def last(request: PullRequest, writes: list[Write]) -> list[Outcome]:
        push(request, writes)
        connector.push = push  # type: ignore[method-assign]  # only once
        raise CrashError

    connector.push = last  # type: ignore[method-assign, assignment]  # its last deed
    hides_what_is_new(lab)
    with pytest.raises(CrashError):
        lab.sync()
    one_account_only(lab)


def a_death_between_the_pages(lab: Lab) -> None:
    """`cursor_after_pages`: whichever commit a sync dies before, the next one reads what it had not taken in."""
    accounts = [
        lab.systems["crm"].create("Account", {"Name": f"上海联宏{n}", "Region": "East"}) for n in range(3)
    ]
    lab.connectors["crm"].page_size = 1
    lab.sync()
    lab.sync()
    number = 0
    died = True
    while died:
        number += 1
        lab.clock.tick()
        for account in accounts:
            lab.systems["crm"].edit("Account", account, {"Note": f"第{number}次的备注"})
        died = dies(lab, number)
        lab.sync()
        told = {one.get("note") for one in lab.golden()}
        assert told == {f"第{number}次的备注"}, f"died before commit {number}: {told}"


def an_edit_before_our_push(lab: Lab) -> None:
    """`own_push_keeps_cursor`: somebody edits one account between our pull and our push of another."""
    mine = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East"})
    other = lab.systems["crm"].create("Account", {"Name": "广州天河", "Region": "South"})
    lab.sync()
    for _ in range(3):
        lab.sync()
    customer = next(
        id for id, one in lab.systems["erp"].live("customer").items() if one["name"] == "上海联宏"
    )
    lab.systems["erp"].edit("customer", customer, {"remark": "给客户关系系统的备注"})
    connector = lab.connectors["crm"]
    push = connector.push

    def meanwhile(request: PullRequest, writes: list[Write]) -> list[Outcome]:
        connector.push = push  # type: ignore[method-assign]  # only once
        lab.systems["crm"].edit("Account", other, {"Note": "推送前一刻的修改"})
        lab.clock.tick(200)
        return push(request, writes)

    connector.push = meanwhile  # type: ignore[method-assign, assignment]  # people do not wait for us
    for _ in range(3):
        lab.sync()
    assert lab.systems["crm"]["Account", mine]["Note"] == "给客户关系系统的备注"
    notes = {one.get("note") for one in lab.golden()}
    assert notes == {"给客户关系系统的备注", "推送前一刻的修改"}, f"known are {notes}"


def two_edits_of_an_address(lab: Lab) -> None:
    """`groups`: one person corrects the city, another one moves the company; no address is made of both."""
    account = lab.systems["crm"].create(
        "Account", {"Name": "上海联宏", "Region": "East", "Province": "浙江", "City": "杭州"}
    )
    lab.sync()
    lab.sync()
    row = next(iter(lab.systems["sheet"].live("台账")))
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", row, {"省": "江苏", "市": "南京"})
    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"City": "宁波"})
    lab.sync()
    [golden] = lab.golden()
    address = (golden["province"], golden["city"])
    assert address in {("江苏", "南京"), ("浙江", "宁波")}, f"mixed: {address}"


SCENARIOS: dict[str, tuple[Callable[[Lab], None], Capabilities | None]] = {
    "cursor_after_pages": (a_death_between_the_pages, None),
    "idempotent_create": (a_create_without_a_reply, None),
    "groups": (two_edits_of_an_address, None),
    "outbox": (a_death_after_the_create, FORGETFUL),
    "own_push_keeps_cursor": (an_edit_before_our_push, None),
    "verify_unknown": (a_create_without_a_reply, FORGETFUL),
}
"""Safeguard -> the history that goes wrong without it, and what the CRM in it can do."""
